// KernelPlayground: a photo, a kernel whose numbers can be changed, and what comes out.

const LARGEST = 15; // rows and columns of a kernel
const PHOTO = 160; // pixels of the longer side of the learner's own photo
const MODES = ["zeros", "reflect", "replicate", "circular", "valid"];

// --- arithmetic: planes are Float64Array, one for each channel; kernel[c][a][b] ---

// Lines of padding before and behind: together k - 1, so that the size stays; the odd one behind, as torch does.
const around = (k, mode) => (mode === "valid" ? [0, 0] : [(k - 1) >> 1, k - 1 - ((k - 1) >> 1)]);

// Which line of the image stands at line i of the padded one (counted from the image's first); -1 is a zero.
function source(i, n, mode) {
  if (i >= 0 && i < n) return i;
  if (mode === "replicate") return clamp(i, 0, n - 1);
  if (mode === "circular") return (i + n) % n;
  if (mode === "reflect") return i < 0 ? -i : 2 * (n - 1) - i;
  return -1;
}
const sources = (n, k, mode) => range(n + around(k, mode)[0] + around(k, mode)[1]).map((i) => source(i - around(k, mode)[0], n, mode));

function padded(plane, [H, W], [h, w], mode) {
  const [rows, columns] = [sources(H, h, mode), sources(W, w, mode)];
  const out = new Float64Array(rows.length * columns.length);
  rows.forEach((r, i) => {
    if (r >= 0) columns.forEach((c, j) => { if (c >= 0) out[i * columns.length + j] = plane[r * W + c]; });
  });
  return [out, rows.length, columns.length];
}

// One tap after the other: the whole image, shifted, times one weight. Channels are added up.
function filter(planes, [H, W], kernel, mode) {
  const [h, w] = shape(kernel[0]);
  let out, size;
  planes.forEach((plane, c) => {
    const [wide, rows, columns] = padded(plane, [H, W], [h, w], mode);
    size = [rows - h + 1, columns - w + 1];
    out ??= new Float64Array(size[0] * size[1]);
    kernel[c].forEach((line, a) => line.forEach((weight, b) => {
      if (!weight) return;
      for (let i = 0; i < size[0]; i++) {
        const from = (i + a) * columns + b, to = i * size[1];
        for (let j = 0; j < size[1]; j++) out[to + j] += weight * wide[from + j];
      }
    }));
  });
  return { values: out, size };
}

// Rank by elimination; entries below a millionth of the largest count as zero: kernels are often float32.
function rank(m) {
  const a = m.map((row) => [...row]), small = 1e-6 * largest(m);
  for (let found = 0; ; found++) {
    let [best, p, q] = [small, -1, -1];
    a.forEach((row, i) => row.forEach((v, j) => { if (i >= found && Math.abs(v) > best) [best, p, q] = [Math.abs(v), i, j]; }));
    if (p < 0) return found;
    [a[found], a[p]] = [a[p], a[found]];
    for (let i = found + 1; i < a.length; i++) {
      const t = a[i][q] / a[found][q];
      a[i] = a[i].map((v, j) => (j === q ? 0 : v - t * a[found][j]));
    }
  }
}
// A kernel of rank 1 is a column times a row: those of its largest entry.
function factors(m) {
  let [p, q] = [0, 0];
  m.forEach((row, i) => row.forEach((v, j) => { if (Math.abs(v) > Math.abs(m[p][q])) [p, q] = [i, j]; }));
  return [m.map((row) => row[q]), m[p].map((v) => v / m[p][q])];
}

// Why this padding cannot be, in PyTorch's words, and what can.
function problems({ size, kernel, padding_mode: mode }) {
  return [0, 1].flatMap((axis) => {
    const n = size[axis], k = shape(kernel[0])[axis], lines = around(k, mode)[1];
    const smaller = (v) => [`kernel ${AXIS[axis]} ${v}`, { kernel: resized(kernel, swap(shape(kernel[0]), axis, v)) }];
    const other = (m) => [`padding ${m}`, { padding_mode: m }];
    if (mode === "valid" && k > n) return [{ text: `No window fits along the ${AXIS[axis]}.`, rule: `kernel <= input: ${k} > ${n}`, fixes: [other("zeros"), smaller(n)] }];
    if (mode === "reflect" && lines >= n) return [{ text: `There are too few lines to reflect along the ${AXIS[axis]}.`, rule: `padding < input: ${lines} lines of padding, ${n} of the image`, fixes: [other("replicate"), smaller(2 * n - 1)] }];
    if (mode === "circular" && lines > n) return [{ text: `There are too few lines to go round along the ${AXIS[axis]}.`, rule: `padding <= input: ${lines} lines of padding, ${n} of the image`, fixes: [other("replicate"), smaller(2 * n + 1)] }];
    return [];
  });
}
// Rows and columns come and go on both sides, so that the middle stays where it is.
function resized(kernel, [h, w]) {
  const [up, left] = [[h, kernel[0].length], [w, kernel[0][0].length]].map(([now, old]) => ((now - 1) >> 1) - ((old - 1) >> 1));
  return kernel.map((slice) => grid(h, w, (i, j) => slice[i - up]?.[j - left] ?? 0));
}

function callText(s) {
  const [h, w] = shape(s.kernel[0]), [[top, bottom], [left, right]] = [around(h, s.padding_mode), around(w, s.padding_mode)];
  const image = s.planes.length === 3 ? "image[None]" : "image[None, None]", weight = s.planes.length === 3 ? "kernel[None]" : "kernel[None, None]";
  const mode = s.padding_mode === "zeros" ? "constant" : s.padding_mode;
  const x = s.padding_mode === "valid" ? image : `F.pad(${image}, (${left}, ${right}, ${top}, ${bottom}), mode="${mode}")`;
  return `F.conv2d(${x}, ${weight})[0, 0]`;
}
function photoCode(s) {
  const slices = s.kernel.map(literal);
  const kernel = slices.length === 3 ? `torch.stack([\n    ${slices.join(",\n    ")},\n])` : slices[0];
  const image = slices.length === 3 ? "playground.image" : "playground.image[0]";
  return `import torch\nimport torch.nn.functional as F\n\n# playground: this explorer, playground = KernelPlayground(...)\nimage = ${image} / 255\nkernel = ${kernel}\n${callText(s)}\n`;
}

function render({ model, el: host }) {
  const f = frame(model, host, "playground", "Kernel playground");
  const s = {}; // what is drawn
  let draft = {}, out, hover = null, view = "signed", colours;
  const first = { image: model.get("image"), kernel: model.get("kernel") };
  const canvas = (name, label) => el("canvas", { class: name, role: "img", "aria-label": label });
  const picture = canvas("picture", "the image"), result = canvas("result", "the result");
  const frames = [el("div", { class: "mark" }), el("div", { class: "mark" })];
  const stage = el("div", { class: "stack", tabindex: 0, role: "application",
    "aria-label": "The result. Arrow keys choose a pixel, Home and End jump; the line below says its sum." }, result, frames[1]);
  const editor = el("div", { class: "editor" }), facts = el("div", { class: "facts" }), legend = el("div", { class: "legend" });
  const advice = adviser(f.root, (change) => apply(change), () => ({ kernel: s.kernel, padding_mode: s.padding_mode }));
  const trouble = el("p", { class: "reasons", role: "alert", hidden: true });
  const code = el("code", { class: "call" }), near = el("div", { class: "near" });
  const titles = [el("p"), el("p")];

  // --- state ---

  function planesOf({ shape: [C, H, W], data }) {
    return range(C).map((c) => Float64Array.from({ length: H * W }, (_, n) => data.getUint8(c * H * W + n) / 255));
  }
  function take() {
    const image = model.get("image"), now = { kernel: model.get("kernel"), padding_mode: model.get("padding_mode"), size: image.shape.slice(1) };
    if (now.kernel.length !== image.shape[0] || problems(now).length) return; // half of a change
    for (const n of ["kernel", "padding_mode"]) if (!same(now[n], s[n])) draft[n] = now[n]; // what waits in other fields stays
    Object.assign(s, now, { image, planes: planesOf(image) });
    advice.explain(problems({ ...draft, size: s.size }));
    build();
  }
  function apply(change) {
    draft = { ...draft, ...change };
    const found = problems({ ...draft, size: s.size });
    advice.explain(found);
    if (!found.length) {
      Object.assign(s, draft);
      f.send({ ...draft, position: inside(model.get("position"), outputSize()) });
    }
    build();
  }
  const outputSize = () => s.size.map((n, a) => n + around(shape(s.kernel[0])[a], s.padding_mode).reduce((x, y) => x + y) - shape(s.kernel[0])[a] + 1);
  const inside = (place, size) => place.map((v, a) => clamp(v, 0, size[a] - 1));

  // --- pictures ---

  function mix() {
    const [ground, above, below] = ["--bg", "--pos", "--neg"].map((name) => rgb(f.root, name));
    colours = range(511).map((n) => blend(ground, n < 255 ? below : above, Math.abs(n - 255) / 255));
  }
  const grey = (v) => { const level = Math.round(255 * clamp(v, 0, 1)); return [level, level, level]; };
  function build() {
    out = filter(s.planes, s.size, s.kernel, s.padding_mode);
    const most = out.values.reduce((a, v) => Math.max(a, Math.abs(v)), 0) || 1;
    const plane = s.planes;
    paintPixels(picture, s.size, (n) => (plane.length === 3 ? plane.map((p) => Math.round(255 * p[n])) : grey(plane[0][n])));
    paintPixels(result, out.size, (n) => (view === "signed" ? colours[255 + Math.round((255 * out.values[n]) / most)] : grey(out.values[n])));
    titles[0].textContent = `image ${s.planes.length === 3 ? "3 × " : ""}${times(s.size)}`;
    titles[1].textContent = `result ${times(out.size)}`;
    legend.replaceChildren(...(view === "signed"
      ? [el("span", { text: show(-most) }), el("span", { class: "scale" }), el("span", { text: show(most) }), el("span", { text: "orange below 0, purple above" })]
      : [el("span", { text: "0 black, 1 white; below and above are cut off" })]));
    code.textContent = callText(s);
    drawEditor();
    showAll(f.root);
    drawFacts();
    mark();
  }
  function drawFacts() {
    const line = (v) => `(${v.map((x) => show(x, 3)).join(", ")})`;
    const words = draft.kernel.map((slice) => {
      const r = rank(slice);
      if (r > 1) return `rank ${r}: not separable`;
      if (r === 0) return "rank 0: all weights are 0";
      const [column, row] = factors(slice);
      return `rank 1: separable, column ${line(column)} times row ${line(row)}`;
    });
    const sum = draft.kernel.flat(2).reduce((a, v) => a + v, 0);
    facts.replaceChildren(el("p", { text: `sum of the weights: ${show(sum, 3)}` }),
      ...words.map((text, c) => el("p", { text: words.length === 3 ? `${["red", "green", "blue"][c]}: ${text}` : text })));
  }

  // --- one output: its window and its sum ---

  const position = () => hover ?? inside(model.get("position"), out.size);
  function mark() {
    const [i, j] = position(), [h, w] = shape(s.kernel[0]), [H, W] = s.size;
    const at = (node, top, left, height, width, [rows, columns]) => Object.assign(node.style, {
      top: `${(100 * top) / rows}%`, left: `${(100 * left) / columns}%`, height: `${(100 * height) / rows}%`, width: `${(100 * width) / columns}%` });
    const [top, left] = [i - around(h, s.padding_mode)[0], j - around(w, s.padding_mode)[0]];
    at(frames[0], top, left, h, w, s.size);
    at(frames[1], i, j, 1, 1, out.size);
    const value = (c, a, b) => {
      const [r, q] = [source(top + a, H, s.padding_mode), source(left + b, W, s.padding_mode)];
      return r < 0 || q < 0 ? 0 : s.planes[c][r * W + q];
    };
    const products = s.kernel.flatMap((slice, c) => slice.flatMap((row, a) => row.map((weight, b) => [value(c, a, b), weight])));
    const text = products.map(([v, weight]) => `${show(v)}·${bracket(weight)}`);
    const sum = show(out.values[i * out.size[1] + j], 3);
    const few = text.length <= 12 ? text.join(" + ") : `${text.slice(0, 9).join(" + ")} + … (${text.length} products)`;
    f.say(`result (${i}, ${j}) ≈ ${few} ≈ ${sum}`);
    if (h > 7 || w > 7) return near.replaceChildren(el("p", { text: "The window is shown for kernels of up to 7 × 7." }));
    near.replaceChildren(...s.kernel.map((slice, c) => {
      const g = new Grid("window", "window", 42), name = s.kernel.length === 3 ? `${["red", "green", "blue"][c]}: ` : "";
      g.draw(grid(h, w, (a, b) => value(c, a, b)), 4, 22, `${name}window`);
      g.mark("tap", slice.flatMap((row, a) => row.map((weight, b) => [a, b, `×${show(weight, 2)}`])));
      const svg = el("svg", { viewBox: `0 0 ${Math.max(w * 42 + 8, 96)} ${h * 42 + 26}`, role: "img", "aria-label": `${name}window` }, g.node);
      svg.style.width = `${Math.max(w * 42 + 8, 96)}px`;
      return svg;
    }));
  }
  function go(place) {
    hover = null;
    f.send({ position: inside(place, out.size) });
    mark();
  }
  const spot = (e) => {
    const r = result.getBoundingClientRect();
    return inside([((e.clientY - r.top) / r.height) * out.size[0], ((e.clientX - r.left) / r.width) * out.size[1]].map(Math.floor), out.size);
  };
  result.addEventListener("pointermove", (e) => { const now = spot(e); if (!same(now, hover)) { hover = now; mark(); } });
  result.addEventListener("pointerleave", () => { hover = null; mark(); });
  result.addEventListener("click", (e) => go(spot(e)));
  onKeys(stage, {
    move: (down, right) => { const [i, j] = position(); go([i + down, j + right]); },
    home: () => go([0, 0]), end: () => go(out.size.map((n) => n - 1)),
  });

  // --- kernel and settings ---

  const total = () => draft.kernel.flat(2).reduce((a, v) => a + v, 0);
  function toOne() {
    const sum = total();
    if (Math.abs(sum) >= 1e-9) apply({ kernel: draft.kernel.map((m) => m.map((row) => row.map((v) => v / sum))) });
  }
  const NAMES = ["red", "green", "blue"], start = "as at the start";
  const presets = model.get("presets");
  const spread = (m) => draft.kernel.map(() => m.map((row) => row.map((v) => v / draft.kernel.length)));
  const chosen = () => Object.keys(presets).find((name) => same(spread(presets[name]), draft.kernel)) ?? (same(first.kernel, draft.kernel) ? start : undefined);
  const size = () => shape(draft.kernel[0]);
  const side = (axis, a) => number(`kernel, ${axis}`, () => size()[a], (v) => apply({ kernel: resized(draft.kernel, swap(size(), a, v)) }),
    { min: 1, max: LARGEST, advice });

  // One field for a weight; those that stay when the kernel grows or shrinks are not touched.
  function weight(c, a, b) {
    const name = draft.kernel.length === 3 ? `weight ${NAMES[c]} ${a}, ${b}` : `weight ${a}, ${b}`;
    const change = (x) => apply({ kernel: swap(draft.kernel, c, swap(draft.kernel[c], a, swap(draft.kernel[c][a], b, x))) });
    const input = number(name, () => draft.kernel[c]?.[a]?.[b] ?? 0, change, { whole: false, advice }), { show: showNumber } = input;
    return shows(input, () => {
      const v = draft.kernel[c]?.[a]?.[b] ?? 0;
      showNumber();
      for (const [sign, on] of [["neg", v < 0], ["pos", v > 0], ["zero", v === 0]]) input.classList.toggle(css(sign), on);
    });
  }
  function drawEditor() {
    const [h, w] = size(), colour = draft.kernel.length === 3;
    keyed(editor, draft.kernel.map((_, c) => `${c} of ${draft.kernel.length}`), (key) =>
      el("div", {}, colour && el("p", { text: `${NAMES[+key[0]]} slice` }), el("div", { class: "cells" })));
    draft.kernel.forEach((_, c) => {
      const cells = editor.children[c].lastChild;
      cells.style.gridTemplateColumns = `repeat(${w}, 1fr)`;
      keyed(cells, grid(h, w, (a, b) => [a, b]).flat(), ([a, b]) => weight(c, a, b));
    });
  }
  // Up and down from weight to weight, as in a table; left and right stay in the text.
  editor.addEventListener("keydown", (e) => {
    const [down] = ARROWS[e.key] ?? [0], [a, b] = (e.target.dataset.key ?? "").split(",").map(Number);
    if (!down || e.ctrlKey || e.metaKey || e.altKey || e.shiftKey) return;
    const next = e.target.parentNode.querySelector(`[data-key="${a + down},${b}"]`);
    e.preventDefault();
    next?.focus();
    next?.select();
  });

  // --- the learner's own photo: read and shrunk here, then told to Python ---

  const file = el("input", { type: "file", accept: "image/*", "aria-label": "your photo" });
  const controls = el("div", { class: "controls" },
    field("example", select("example", [start, ...Object.keys(presets)], chosen, (name) => { advice.forget(); apply({ kernel: presets[name] ? spread(presets[name]) : first.kernel }); })),
    field("size", ...AXIS.map(side)), field("padding", select("padding", MODES, () => draft.padding_mode, (v) => apply({ padding_mode: v }))),
    field("show", select("show", ["signed", "picture"], () => view, (v) => { view = v; build(); })),
    shows(button("sum to 1", "divide all weights by their sum", toOne), (node) => node.setAttribute("aria-disabled", String(Math.abs(total()) < 1e-9))),
    field("your photo", file), button("course photo", "back to the photo of the course", () => newImage(first.image)));
  file.addEventListener("change", () => read(file.files[0]));
  f.root.addEventListener("dragover", (e) => e.preventDefault());
  f.root.addEventListener("drop", (e) => { e.preventDefault(); read(e.dataTransfer.files[0]); });
  async function read(chosen) {
    if (!chosen) return;
    trouble.hidden = true;
    try {
      const bitmap = await createImageBitmap(chosen);
      const scale = Math.min(1, PHOTO / Math.max(bitmap.width, bitmap.height));
      const [W, H] = [bitmap.width, bitmap.height].map((n) => Math.max(1, Math.round(n * scale)));
      const context = el("canvas", { width: W, height: H }).getContext("2d");
      context.fillStyle = "white"; // behind what is transparent
      context.fillRect(0, 0, W, H);
      context.imageSmoothingQuality = "high";
      context.drawImage(bitmap, 0, 0, W, H);
      const rgba = context.getImageData(0, 0, W, H).data, C = s.planes.length;
      const data = new Uint8Array(C * H * W);
      for (let n = 0; n < H * W; n++) {
        const [r, g, b] = rgba.subarray(4 * n, 4 * n + 3);
        if (C === 3) [data[n], data[H * W + n], data[2 * H * W + n]] = [r, g, b];
        else data[n] = Math.floor((299 * r + 587 * g + 114 * b + 500) / 1000);
      }
      newImage({ shape: [C, H, W], data: new DataView(data.buffer) });
    } catch {
      trouble.hidden = false;
      trouble.textContent = `${chosen.name} could not be read as a picture; PNG, JPEG and WebP work. Nothing has changed.`;
    }
    file.value = "";
  }
  function newImage(image) {
    const size = image.shape.slice(1), found = problems({ ...draft, size });
    for (const problem of found) problem.text = `This picture cannot be taken. ${problem.text}`;
    for (const { fixes } of found) for (const fix of fixes) { const [, change] = fix; fix[1] = () => { apply(change); newImage(image); }; }
    advice.explain(found);
    if (found.length) return;
    Object.assign(s, { image, size, planes: planesOf(image) });
    model.set("image", image);
    model.set("position", inside(model.get("position"), outputSize()));
    model.save_changes();
    build();
  }

  f.root.append(controls, advice.box, trouble, el("div", { class: "three" },
    el("div", {}, titles[0], el("div", { class: "stack" }, picture, frames[0])),
    el("div", { class: "middle" }, el("p", { text: "kernel" }), editor, facts),
    el("div", {}, titles[1], stage, legend)), f.live, hint("Point at the result, or move in it with the arrow keys. Up and down go from weight to weight."), near,
  el("div", { class: "bar" }, code, button("copy", "copy the PyTorch code", () => copy(photoCode(s), code, f.say))));
  f.watch(["image", "kernel", "padding_mode"], () => { if (s.image !== model.get("image") || !same([s.kernel, s.padding_mode], [model.get("kernel"), model.get("padding_mode")])) take(); });
  f.watch(["position"], () => { if (out) mark(); });
  const refresh = () => { mix(); build(); };
  const ended = onTheme(f.root, refresh);
  mix();
  take();
  return () => { ended(); f.end(); };
}

export { factors, filter, problems, rank };
export default { render };
