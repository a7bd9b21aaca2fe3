// ConvExplorer: one window slides over one image; every number of the sum can be seen.

const GAP = 2.2; // between the grids, in cells
const SETTINGS = ["x", "kernel", "stride", "padding", "dilation", "convolution"];
const LARGEST = 32; // lines that can be drawn and read

// Why settings cannot work: PyTorch's rule with its numbers for each axis that fails, and the nearest ways out.
function problems({ x, kernel, padding, dilation }) {
  const [n, k] = [shape(x), shape(kernel)];
  return [0, 1].flatMap((axis) => {
    const [p, d, span, name] = [padding[axis], dilation[axis], reach(k[axis], dilation[axis]), AXIS[axis]];
    const room = n[axis] + 2 * p;
    const pad = (v) => [`padding ${v} (${name})`, { padding: swap(padding, axis, v) }];
    if (room > LARGEST) return [{
      text: `Too large to draw along the ${name}: the padded input has ${room} pixels.`,
      rule: `input + 2 * padding <= ${LARGEST}: ${n[axis]} + 2 * ${p} = ${room}`,
      fixes: [pad((LARGEST - n[axis]) >> 1)],
    }];
    if (span <= room) return [];
    const [wide, far] = [Math.ceil((span - n[axis]) / 2), Math.floor((room - 1) / (k[axis] - 1))];
    const small = Math.floor((room - 1) / d) + 1;
    return [{
      text: `No window fits along the ${name}: the kernel reaches over ${span} pixels, the padded input has ${room}.`,
      rule: `dilation * (kernel - 1) + 1 <= input + 2 * padding: ${d} * (${k[axis]} - 1) + 1 = ${span}, but ${n[axis]} + 2 * ${p} = ${room}`,
      fixes: [
        n[axis] + 2 * wide <= LARGEST && pad(wide),
        d > 1 && far >= 1 && [`dilation ${far} (${name})`, { dilation: swap(dilation, axis, far) }],
        [`kernel ${name} ${small}`, { kernel: resize(kernel, ...swap(k, axis, small)) }],
      ].filter(Boolean),
    }];
  });
}

// The weights as they are multiplied: a true convolution turns its kernel by 180 degrees.
const weights = (s) => (s.convolution ? flip(s.kernel) : s.kernel);
const output = (s) => correlate(s.x, weights(s), s);

// Padded coordinates of the pixels under the window at output (i, j), with the weight on each.
function taps(s, [i, j]) {
  const k = weights(s);
  return grid(...shape(k), (a, b) => [i * s.stride[0] + a * s.dilation[0], j * s.stride[1] + b * s.dilation[1], k[a][b], a, b]).flat();
}

// All outputs that use pixel (r, c) of the padded input: [i, j, weight, a, b].
function users(s, [r, c], size) {
  return grid(...size, (i, j) => taps(s, [i, j]).filter(([y, x]) => y === r && x === c).map(([, , w, a, b]) => [i, j, w, a, b])).flat(2);
}

// Why no window reads a line along one axis; "" if one does. `count` windows stand along it.
function skipped(s, line, axis, count) {
  const [name, step, gap, k] = [["row", "column"][axis], s.stride[axis], s.dilation[axis], shape(s.kernel)[axis]];
  const over = range(count).map((i) => line - i * step).filter((at) => at >= 0 && at < reach(k, gap));
  if (over.some((at) => at % gap === 0)) return "";
  if (line >= (count - 1) * step + reach(k, gap)) return `its ${name} lies behind the last window, and one more step (stride ${step}) would leave the ${s.padding[axis] ? "padded " : ""}input`;
  if (!over.length) return `its ${name} lies between two windows: stride ${step} steps over it`;
  return `in its ${name} every window has a gap between its weights: dilation ${gap}`;
}

function callText(s) {
  const options = ["stride", "padding", "dilation"].filter((n) => !same(s[n], n === "padding" ? [0, 0] : [1, 1]));
  const rest = options.map((n) => `, ${n}=${one(s[n])}`).join("");
  return `F.conv2d(x[None, None], kernel${s.convolution ? ".flip(0, 1)" : ""}[None, None]${rest})[0, 0]`;
}

const PRESETS = {
  "as at the start": null,
  ramp: (i, j) => i + j,
  edge: (i, j, H, W) => (j < W / 2 ? 0 : 9),
  "one pixel": (i, j, H, W) => +(i === H >> 1 && j === W >> 1),
  "plus and minus": (i, j) => ((i * 7 + j * 5) % 11) - 5,
};
const KERNELS = {
  "as at the start": null,
  identity: [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
  "sobel x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
  laplacian: [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
  corner: [[1, 2], [3, 4]],
  "row 1 × 3": [[1, 2, 1]],
};

function render({ model, el: host }) {
  const f = frame(model, host, "conv", "Convolution explorer");
  const s = {}; // what is drawn: settings that work
  let draft = {}; // what the controls say
  let hover = null, stop = null, result, size, extent, grids;
  let active = 2; // the grid in which the keys move: input, kernel, output
  const cursors = [[0, 0], [0, 0]];
  const given = { x: model.get("x"), kernel: model.get("kernel") };

  const svg = el("svg", { class: "stage", role: "img", "aria-label": "input, kernel and output" });
  const stage = el("div", { class: "box", tabindex: 0, role: "application", "aria-roledescription": "window",
    "aria-label": "Window. Arrow keys move it, Home and End jump, space plays. I, K and O go to input, kernel and output; Enter changes a number there." }, svg);
  const advice = adviser(f.root, (change) => apply(change), () => ({ ...s }));
  const code = el("code", { class: "call" });
  const play = button("▶ play", "play or pause (space)", () => toggle());

  // --- state ---

  function take() {
    const now = Object.fromEntries(SETTINGS.map((n) => [n, model.get(n)]));
    if (problems(now).length) return; // half of a change: the other half is on its way
    for (const n of SETTINGS) if (!same(now[n], s[n])) draft[n] = now[n]; // what waits in other fields stays
    Object.assign(s, now);
    advice.explain(problems(draft));
    build();
  }
  // A number of x or of the kernel changes no size: it counts at once, also while other settings cannot work.
  function put(name, [i, j], v) {
    for (const to of [s, draft]) to[name] = to[name].map((row, a) => row.map((old, b) => (a === i && b === j ? v : old)));
    advice.explain(problems(draft));
    f.send({ [name]: s[name] });
    build();
  }
  function apply(change) {
    draft = { ...draft, ...change };
    const found = problems(draft);
    advice.explain(found);
    if (!found.length) {
      Object.assign(s, draft);
      const last = shape(output(s)).map((n) => n - 1);
      f.send({ ...s, position: position().map((v, a) => clamp(v, 0, last[a])) });
      build();
    } else showAll(f.root);
  }
  const past = changes(s, put);
  const position = () => model.get("position");
  const room = (g) => [extent, shape(s.kernel), size][g];
  let shown = [0, 0]; // where the window is drawn: hover and play go ahead of the trait
  function go(place, tell = true) {
    [active, hover] = [2, null];
    shown = place.map((v, a) => clamp(v, 0, size[a] - 1));
    if (tell) f.send({ position: shown });
    paint();
  }
  const count = () => size[0] * size[1];
  const nth = (n) => [Math.floor(n / size[1]), n % size[1]];
  const index = () => shown[0] * size[1] + shown[1];
  function step(by) { pause(); go(nth((index() + by + count()) % count())); }
  function toggle() {
    if (stop) return pause();
    play.textContent = "❚❚ pause";
    if (index() === count() - 1) go([0, 0], false);
    stop = f.every(model.get("interval"), () => {
      if (index() === count() - 1) return pause();
      go(nth(index() + 1), false); // frames stay in the browser
    });
  }
  function pause() {
    if (!stop) return;
    stop();
    stop = null;
    play.textContent = "▶ play";
    f.send({ position: shown });
  }

  // --- picture ---

  function build() {
    result = output(s);
    size = shape(result);
    extent = shape(s.x).map((n, a) => n + 2 * s.padding[a]);
    const padded = grid(...extent, (i, j) => s.x[i - s.padding[0]]?.[j - s.padding[1]] ?? 0);
    const k = weights(s), [h, w] = shape(k);
    const columns = extent[1] + w + size[1] + 2 * GAP;
    const cell = clamp(Math.floor(860 / columns), 20, 44);
    grids = [new Grid("input", "input", cell), new Grid("kernel", "kernel", cell), new Grid("output", "output", cell)];
    const rows = Math.max(extent[0], h, size[0]);
    const used = new Set(grid(...size, (i, j) => taps(s, [i, j]).map(([r, c]) => `${r},${c}`)).flat(2));
    const inside = (i, j) => s.x[i - s.padding[0]]?.[j - s.padding[1]] !== undefined;
    const kind = (i, j) => `${inside(i, j) ? "" : "pad "}${used.has(`${i},${j}`) ? "" : "unread"}`;
    const top = 30, middle = (n) => top + ((rows - n) * cell) / 2;
    grids[0].draw(padded, 4, middle(extent[0]), s.padding.some(Boolean) ? `input ${times(shape(s.x))}, padded ${times(extent)}` : `input ${times(extent)}`, kind);
    grids[1].draw(k, (extent[1] + GAP) * cell, middle(h), `kernel ${times([h, w])}${s.convolution ? ", flipped" : ""}`);
    grids[2].draw(result, (extent[1] + w + 2 * GAP) * cell, middle(size[0]), `output ${times(size)}`);
    const sign = (x, text) => el("text", { class: "sign", x: x * cell, y: top + (rows * cell) / 2, text });
    const [width, height] = [columns * cell + 8, rows * cell + top + 6];
    const more = [extent[1], size[1]].map((n) => Math.max(0, 60 - (n * cell) / 2)); // a title may be wider than its grid
    svg.setAttribute("viewBox", `${-more[0]} 0 ${width + more[0] + more[1]} ${height}`);
    svg.style.maxWidth = `${width + more[0] + more[1]}px`;
    svg.replaceChildren(sign(extent[1] + GAP / 2, "⋆"), sign(extent[1] + w + 1.5 * GAP, "="), ...grids.map((g) => g.node));
    hatch(svg, "unread");
    code.textContent = callText(s);
    showAll(f.root);
    shown = position().map((v, a) => clamp(v, 0, size[a] - 1));
    for (const g of [0, 1]) cursors[g] = cursors[g].map((v, a) => clamp(v, 0, room(g)[a] - 1));
    hover = null;
    paint();
  }

  function paint() {
    const at = hover ?? { grid: active, place: cursors[active] ?? shown };
    if (at.grid === 0) return paintPixel(at.place);
    const place = at.grid === 2 ? at.place : shown;
    const under = taps(s, place);
    const tap = at.grid === 1 ? under.filter(([, , , a, b]) => same([a, b], at.place)) : [];
    grids[0].mark("window", under.map(([r, c, w]) => [r, c, `×${show(w, 1)}`]));
    grids[0].mark("lit", tap.map(([r, c]) => [r, c]));
    grids[1].mark("lit", tap.map(([, , , a, b]) => [a, b]));
    grids[2].mark("lit", []);
    grids[2].mark("here", [place]);
    f.say(sentence(place, under));
  }
  const value = (r, c) => s.x[r - s.padding[0]]?.[c - s.padding[1]] ?? 0;
  function sentence([i, j], under) {
    const products = under.map(([r, c, w]) => `${bracket(value(r, c))}·${bracket(w)}`);
    const terms = products.length > 30 ? `${products.slice(0, 28).join(" + ")} + … (${products.length} products)` : products.join(" + ");
    const equals = under.every(([r, c, w]) => exact(value(r, c)) && exact(w)) && exact(result[i][j]) ? "=" : "≈";
    return `output (${i}, ${j}) ${equals} ${terms} ${equals} ${show(result[i][j])}`;
  }
  function paintPixel([r, c]) {
    const found = users(s, [r, c], size);
    grids[0].mark("window", []);
    grids[0].mark("lit", [[r, c]]);
    grids[1].mark("lit", found.map(([, , , a, b]) => [a, b]));
    grids[2].mark("here", []);
    grids[2].mark("lit", found.map(([i, j, w]) => [i, j, `×${show(w, 1)}`]));
    const inside = s.x[r - s.padding[0]]?.[c - s.padding[1]] !== undefined;
    const name = inside ? `pixel (${r - s.padding[0]}, ${c - s.padding[1]}) = ${show(value(r, c))}` : "this zero of the padding";
    const list = found.slice(0, 12).map(([i, j, w]) => `(${i}, ${j}) with weight ${show(w)}`).join(", ");
    const why = [skipped(s, r, 0, size[0]), skipped(s, c, 1, size[1])].filter(Boolean).join("; ");
    f.say(found.length ? `${name} is used by ${found.length} output${found.length > 1 ? "s" : ""}: ${list}${found.length > 12 ? ", …" : ""}` : `${name} is used by no output: ${why}`);
  }

  const picture = (name) => (PRESETS[name] ? grid(...shape(given.x), (i, j) => PRESETS[name](i, j, ...shape(given.x))) : given.x);
  const named = (presets, fits) => Object.keys(presets).find(fits);
  const whole = (name, axis, value, change, min, max) => number(`${name}, ${AXIS[axis]}`, value, change, { min, max, advice });
  const pair = (name, min, max) => field(name, ...[0, 1].map((a) =>
    whole(name, a, () => draft[name][a], (v) => apply({ [name]: swap(draft[name], a, v) }), min, max)));
  const size2 = () => shape(draft.kernel);
  const controls = el("div", { class: "controls" },
    field("kernel", ...[0, 1].map((a) => whole("kernel", a, () => size2()[a], (v) => apply({ kernel: resize(draft.kernel, ...swap(size2(), a, v)) }), 1, 32))),
    pair("stride", 1, 32), pair("padding", 0, 16), pair("dilation", 1, 32),
    field("image", select("image", Object.keys(PRESETS), () => named(PRESETS, (v) => same(picture(v), draft.x)), (v) => apply({ x: picture(v) }))),
    field("kernel values", select("kernel values", Object.keys(KERNELS), () => named(KERNELS, (v) => same(KERNELS[v] ?? given.kernel, draft.kernel)),
      (v) => { advice.forget(); apply({ kernel: KERNELS[v] ?? given.kernel }); })),
    field("operation", select("operation", ["cross-correlation", "convolution"], () => (draft.convolution ? "convolution" : "cross-correlation"),
      (v) => apply({ convolution: v === "convolution" }))));

  // --- mouse, touch, keys ---

  const find = (target) => { for (const g of [0, 1, 2]) { const place = grids[g].at(target); if (place) return { grid: g, place }; } return null; };
  svg.addEventListener("pointermove", (e) => {
    const now = find(e.target);
    if (!same(now, hover)) { hover = now; paint(); }
  });
  svg.addEventListener("pointerleave", () => { hover = null; paint(); });
  svg.addEventListener("click", (e) => {
    const at = find(e.target);
    if (!at) return;
    pause();
    active = at.grid;
    if (at.grid === 2) go(at.place);
    else { cursors[at.grid] = at.place; paint(); }
  });
  svg.addEventListener("dblclick", (e) => { const at = find(e.target); if (at) edit(at, e.target); });
  const source = ([i, j]) => [i - s.padding[0], j - s.padding[1]]; // the pixel of x under a cell of the padded input
  function edit({ grid: g, place }, target) {
    if (g === 2) return f.say("The output is computed. I and K go to the input and to the kernel, whose numbers can be changed.");
    const [h, w] = shape(s.kernel), turned = s.convolution ? [h - 1 - place[0], w - 1 - place[1]] : place;
    const [name, at] = g === 0 ? ["x", source(place)] : ["kernel", turned];
    const old = s[name][at[0]]?.[at[1]];
    if (old === undefined) return f.say("This zero belongs to the padding. It stays 0.");
    editCell(stage, target, old, { what: `${name} (${at.join(", ")})`, keep: (v) => { if (v !== old) { past.note(name, at); put(name, at, v); } }, next: (by) => editNext(g, place, by), advice });
  }
  // Tab in a number: on to the next number of the same grid, and false at its end.
  function editNext(g, [i, j], by) {
    const [rows, columns] = room(g), from = g === 0 ? source([i, j]) : [i, j], [H, W] = g === 0 ? shape(s.x) : [rows, columns];
    const n = from[0] * W + from[1] + by;
    if (n < 0 || n >= H * W) return false;
    const place = [Math.floor(n / W), n % W].map((v, a) => v + (g === 0 ? s.padding[a] : 0));
    [active, cursors[g], hover] = [g, place, null];
    paint();
    edit({ grid: g, place }, grids[g].cells[place[0]][place[1]].firstChild);
    return true;
  }
  function jump(place) {
    pause();
    hover = null;
    const inside = place.map((v, a) => clamp(v, 0, room(active)[a] - 1));
    if (active === 2) go(inside);
    else { cursors[active] = inside; paint(); }
    reveal(grids[active].cells[inside[0]][inside[1]]);
  }
  onKeys(stage, {
    move(down, right) {
      const [i, j] = cursors[active] ?? shown;
      const last = room(active)[1] - 1;
      if (j + right < 0 && i > 0) jump([i - 1, last]); // on from the end of a line to the next, as the window does
      else if (j + right > last && i < room(active)[0] - 1) jump([i + 1, 0]);
      else jump([i + down, j + right]);
    },
    home: () => jump([0, 0]),
    end: () => jump(room(active).map((n) => n - 1)),
    space: toggle, undo: past.undo,
    enter() {
      const [i, j] = cursors[active] ?? shown;
      edit({ grid: active, place: [i, j] }, grids[active].cells[i][j].firstChild);
    },
    i: () => { active = 0; jump(cursors[0]); },
    k: () => { active = 1; jump(cursors[1]); },
    o: () => { active = 2; jump(shown); },
  });

  f.root.append(controls, advice.box, stage, f.live, hint("Arrow keys step, the space bar plays. A double click changes a number; by keys: I, K and O go to input, kernel and output, Enter changes."), el("div", { class: "bar" },
    button("|◀ first", "first window (Home)", () => { pause(); go([0, 0]); }), button("◀ back", "one step back", () => step(-1)), play,
    button("step ▶", "one step on", () => step(1)), button("last ▶|", "last window (End)", () => { pause(); go(size.map((n) => n - 1)); }),
    button("save SVG", "save the picture as SVG", () => saveSVG(svg, "convolution.svg"))),
  el("div", { class: "bar" }, code, button("copy", "copy the PyTorch code, with the values", () => copy(callCode(s, callText(s)), code, f.say))));
  f.watch(SETTINGS, () => { if (SETTINGS.some((n) => !same(s[n], model.get(n)))) take(); });
  f.watch(["position"], () => { if (!same(shown, position())) { shown = position(); paint(); } });
  take();
  return () => { stop?.(); f.end(); };
}

export { correlate, flip, output, outSize, problems, skipped, taps, users };
export default { render };
