// KernelPlayground: a photo, a kernel whose numbers can be changed, and what comes out.

import { css, el, Grid } from "../shared/common.js";
import { ARROWS, button, field, hint, keyed, onKeys, showAll, shows } from "../shared/controls.js";
import { number, select } from "../shared/fields.js";
import { AXIS, bracket, clamp, grid, literal, over, range, same, shape, show, swap, times } from "../shared/math.js";
import { blend, onTheme, paintPixels, rgb } from "../shared/pixels.js";
import { View } from "../shared/view.js";
import { around, factors, filter, layerCall, problems, rank, resized, resultSize, source } from "./math.js";

const PHOTO = 160; // pixels of the longer side of the learner's own photo
const START = "as at the start";

const grey = (v) => { const level = Math.round(255 * clamp(v, 0, 1)); return [level, level, level]; };
const planesOf = ({ shape: [C, H, W], data }) => range(C).map((c) => Float64Array.from({ length: H * W }, (_, n) => data.getUint8(c * H * W + n) / 255));
function photoCode(s) {
  const slices = s.kernel.map(literal);
  const kernel = slices.length === 3 ? `torch.stack([\n    ${slices.join(",\n    ")},\n])` : slices[0];
  const image = slices.length === 3 ? "playground.image" : "playground.image[0]";
  return `import torch\nimport torch.nn.functional as F\n\n# playground: this explorer, playground = KernelPlayground(...)\nimage = ${image} / 255\nkernel = ${kernel}\n${layerCall(s)}\n`;
}

// The pixels of a file, shrunk, as the trait has them: C channels.
async function pixelsOf(file, C) {
  const bitmap = await createImageBitmap(file), scale = Math.min(1, PHOTO / Math.max(bitmap.width, bitmap.height));
  const [W, H] = [bitmap.width, bitmap.height].map((n) => Math.max(1, Math.round(n * scale)));
  const context = el("canvas", { width: W, height: H }).getContext("2d");
  context.fillStyle = "white"; // behind what is transparent
  context.fillRect(0, 0, W, H);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, W, H);
  const rgba = context.getImageData(0, 0, W, H).data, data = new Uint8Array(C * H * W);
  for (let n = 0; n < H * W; n++) {
    const [r, g, b] = rgba.subarray(4 * n, 4 * n + 3);
    if (C === 3) [data[n], data[H * W + n], data[2 * H * W + n]] = [r, g, b];
    else data[n] = Math.floor((299 * r + 587 * g + 114 * b + 500) / 1000);
  }
  return { shape: [C, H, W], data: new DataView(data.buffer) };
}

class PlaygroundView extends View {
  mode = "signed"; // how the result is shown
  picture = el("canvas", { class: "picture", role: "img" });
  result = el("canvas", { class: "result", role: "img" });
  frames = [el("div", { class: "mark" }), el("div", { class: "mark" })];
  stage = el("div", { class: "stack", tabindex: 0, role: "application",
    "aria-label": "The result. Arrow keys choose a pixel, Home and End jump; the line below says its sum." }, this.result, this.frames[1]);
  editor = el("div", { class: "editor" });
  facts = el("div", { class: "facts" });
  legend = el("div", { class: "legend" });
  trouble = el("p", { class: "reasons", role: "alert", hidden: true });
  near = el("div", { class: "near" });
  titles = [el("p"), el("p")];
  constructor(context) {
    super(context, "playground", "Kernel playground");
    this.model = context.model;
    this.first = { image: this.get("image"), kernel: this.get("kernel") };
    const { f } = this;
    f.root.append(this.controls(), this.advice.box, this.trouble, el("div", { class: "three" }, el("div", { class: "trio" },
      el("div", {}, this.titles[0], el("div", { class: "stack" }, this.picture, this.frames[0])),
      el("div", { class: "middle" }, el("p", { text: "kernel" }), this.editor, this.facts),
      el("div", {}, this.titles[1], this.stage, this.legend))), f.live,
    hint("Point at the result, tap it, or move in it with the arrow keys. Up and down go from weight to weight."), this.near,
    this.callBar("copy the PyTorch code", () => photoCode(this.s)));
    this.listen();
    f.watch(["image", ...this.c.settings], () => (this.s.image !== this.get("image") ? this.take() : this.follow()));
    f.watch(["position"], () => { if (this.out) this.mark(); });
    this.leave = onTheme(f.root, () => { this.mix(); this.build(); });
    this.mix();
    this.take();
  }
  end() { this.leave(); this.f.end(); }

  // --- state ---

  problems(s) { return problems({ size: this.s.size, ...s }); }
  outputSize() { return resultSize(this.s.size, this.s.kernel[0], this.s.padding_mode); }
  read() { const image = this.get("image"); return { ...super.read(), image, size: image.shape.slice(1), planes: planesOf(image) }; }
  take() { if (this.get("kernel").length === this.get("image").shape[0]) super.take(); } // else half of a change
  wait() { this.build(); }
  news() { return `result ${times(this.out.size)}, weights sum to ${show(this.total(), 3)}`; }
  // Around the middle: on a kernel of the largest size, empty where there was nothing.
  keep(name) { return (this.kept[name] = over(resized(this.draft[name], [this.c.largest, this.c.largest], null), this.kept[name])); }

  // --- pictures ---

  mix() {
    const [ground, above, below] = ["--bg", "--pos", "--neg"].map((name) => rgb(this.f.root, name));
    this.colours = range(511).map((n) => blend(ground, n < 255 ? below : above, Math.abs(n - 255) / 255));
  }
  build() {
    const { s, colours } = this, { planes } = s, signed = this.mode === "signed";
    const out = this.out = filter(planes, s.size, s.kernel, s.padding_mode);
    const most = out.values.reduce((a, v) => Math.max(a, Math.abs(v)), 0) || 1;
    paintPixels(this.picture, s.size, (n) => (planes.length === 3 ? planes.map((p) => Math.round(255 * p[n])) : grey(planes[0][n])));
    paintPixels(this.result, out.size, (n) => (signed ? colours[255 + Math.round((255 * out.values[n]) / most)] : grey(out.values[n])));
    this.titles[0].textContent = `image ${planes.length === 3 ? "3 × " : ""}${times(s.size)}`;
    this.titles[1].textContent = `result ${times(out.size)}`;
    this.picture.setAttribute("aria-label", `${planes.length === 3 ? "colour" : "grey"} photo, ${times(s.size)}`);
    this.result.setAttribute("aria-label", `the photo under the kernel, ${times(out.size)}, ${signed ? "purple above zero and orange below" : "0 black and 1 white"}`);
    this.legend.replaceChildren(...(signed
      ? [el("span", { text: show(-most) }), el("span", { class: "scale" }), el("span", { text: show(most) }), el("span", { text: "orange below 0, purple above" })]
      : [el("span", { text: "0 black, 1 white; below and above are cut off" })]));
    this.code.textContent = layerCall(s);
    this.drawEditor();
    showAll(this.f.root);
    this.drawFacts();
    this.mark();
  }
  drawFacts() {
    const line = (v) => `(${v.map((x) => show(x, 3)).join(", ")})`;
    const words = this.draft.kernel.map((slice) => {
      const r = rank(slice, this.c.small);
      if (r > 1) return `rank ${r}: not separable`;
      if (r === 0) return "rank 0: all weights are 0";
      const [column, row] = factors(slice);
      return `rank 1: separable, column ${line(column)} times row ${line(row)}`;
    });
    this.facts.replaceChildren(el("p", { text: `sum of the weights: ${show(this.total(), 3)}` }),
      ...words.map((text, c) => el("p", { text: this.named(c, ": ") + text })));
  }
  // What a slice is called; nothing if there is only one.
  named(c, behind) { return this.draft.kernel.length === 3 ? this.c.channels[c] + behind : ""; }

  // --- one output: its window and its sum ---

  position() { return this.hover ?? this.inside(this.get("position"), this.out.size); }
  mark() {
    const { s, out } = this, [i, j] = this.position(), [h, w] = shape(s.kernel[0]), [H, W] = s.size;
    const [top, left] = [i - around(h, s.padding_mode)[0], j - around(w, s.padding_mode)[0]];
    const at = (node, y, x, height, width, [rows, columns]) => Object.assign(node.style, {
      top: `${(100 * y) / rows}%`, left: `${(100 * x) / columns}%`, height: `${(100 * height) / rows}%`, width: `${(100 * width) / columns}%` });
    at(this.frames[0], top, left, h, w, s.size);
    at(this.frames[1], i, j, 1, 1, out.size);
    const value = (c, a, b) => {
      const [r, q] = [source(top + a, H, s.padding_mode), source(left + b, W, s.padding_mode)];
      return r < 0 || q < 0 ? 0 : s.planes[c][r * W + q];
    };
    const text = s.kernel.flatMap((slice, c) => slice.flatMap((row, a) => row.map((weight, b) => `${show(value(c, a, b))}·${bracket(weight)}`)));
    const few = text.length <= 12 ? text.join(" + ") : `${text.slice(0, 9).join(" + ")} + … (${text.length} products)`;
    const made = show(out.values[i * out.size[1] + j], 3);
    this.f.say(`result (${i}, ${j}) ≈ ${few} ≈ ${made}`, `result (${i}, ${j}) ≈ ${made}`);
    if (h > 7 || w > 7) return this.near.replaceChildren(el("p", { text: "The window is shown for kernels of up to 7 × 7." }));
    this.near.replaceChildren(...s.kernel.map((slice, c) => this.window(slice, c, grid(h, w, (a, b) => value(c, a, b)))));
  }
  window(slice, c, values) {
    const g = new Grid("window", "", 42), name = `${this.named(c, ": ")}window`, [h, w] = shape(values), wide = Math.max(w * 42 + 8, 96);
    g.draw(values, 4, 22, name);
    g.mark("tap", slice.flatMap((row, a) => row.map((weight, b) => [a, b, `×${show(weight, 2)}`])));
    const svg = el("svg", { viewBox: `0 0 ${wide} ${h * 42 + 26}`, role: "group", "aria-label": name }, g.node);
    svg.style.width = `${wide}px`;
    return svg;
  }
  go(place) {
    this.hover = null;
    this.f.send({ position: this.inside(place, this.out.size) });
    this.mark();
  }
  listen() {
    const { result } = this;
    const spot = (e) => {
      const r = result.getBoundingClientRect(), { size } = this.out;
      return this.inside([((e.clientY - r.top) / r.height) * size[0], ((e.clientX - r.left) / r.width) * size[1]].map(Math.floor), size);
    };
    result.addEventListener("pointermove", (e) => { const now = spot(e); if (!same(now, this.hover)) { this.hover = now; this.mark(); } });
    result.addEventListener("pointerup", (e) => { if (e.pointerType === "touch") this.go(spot(e)); });
    result.addEventListener("pointerleave", () => { this.hover = null; this.mark(); });
    result.addEventListener("click", (e) => this.go(spot(e)));
    onKeys(this.stage, {
      move: (down, right) => { const [i, j] = this.position(); this.go([i + down, j + right]); },
      home: () => this.go([0, 0]), end: () => this.go(this.out.size.map((n) => n - 1)),
    });
    // Up and down from weight to weight, as in a table; left and right stay in the text.
    this.editor.addEventListener("keydown", (e) => {
      const [down] = ARROWS[e.key] ?? [0], [a, b] = (e.target.dataset.key ?? "").split(",").map(Number);
      if (!down || e.ctrlKey || e.metaKey || e.altKey || e.shiftKey) return;
      const next = e.target.parentNode.querySelector(`[data-key="${a + down},${b}"]`);
      e.preventDefault();
      next?.focus();
      next?.select();
    });
    this.f.root.addEventListener("dragover", (e) => e.preventDefault());
    this.f.root.addEventListener("drop", (e) => { e.preventDefault(); this.open(e.dataTransfer.files[0]); });
  }

  // --- kernel and settings ---

  total() { return this.draft.kernel.flat(2).reduce((a, v) => a + v, 0); }
  toOne() {
    const sum = this.total();
    if (Math.abs(sum) >= 1e-9) this.apply({ kernel: this.draft.kernel.map((m) => m.map((row) => row.map((v) => v / sum))) });
  }
  controls() {
    const presets = this.get("presets"), size = () => shape(this.draft.kernel[0]);
    const spread = (m) => this.draft.kernel.map(() => m.map((row) => row.map((v) => v / this.draft.kernel.length)));
    const kernel = (name) => (presets[name] ? spread(presets[name]) : this.first.kernel);
    const chosen = () => [...Object.keys(presets), START].find((name) => same(kernel(name), this.draft.kernel));
    const side = (_, a) => this.whole("kernel", a, () => size()[a], (v) => this.apply({ kernel: resized(this.keep("kernel"), swap(size(), a, v)) }), 1, this.c.largest);
    const file = el("input", { type: "file", hidden: true, accept: "image/*", "aria-label": "your photo", change: () => { this.open(file.files[0]).then(() => { file.value = ""; }); } });
    return el("div", { class: "controls" },
      field("example", select("example", [START, ...Object.keys(presets)], chosen, (name) => this.choose({ kernel: kernel(name) }))),
      field("size", ...AXIS.map(side)), field("padding", select("padding", this.c.modes, () => this.draft.padding_mode, (v) => this.apply({ padding_mode: v }))),
      field("show", select("show", ["signed", "picture"], () => this.mode, (v) => { this.mode = v; this.build(); this.f.add(v); })),
      shows(button("sum to 1", "divide all weights by their sum", () => this.toOne()), (node) => node.setAttribute("aria-disabled", String(Math.abs(this.total()) < 1e-9))),
      file, button("own photo …", "choose a picture file", () => file.click()), button("course photo", "back to the photo of the course", () => this.newImage(this.first.image)));
  }
  // One field for a weight; those that stay when the kernel grows or shrinks are not touched.
  weight(c, a, b) {
    const value = () => this.draft.kernel[c]?.[a]?.[b] ?? 0, set = (k, x) => swap(k, c, swap(k[c], a, swap(k[c][a], b, x)));
    const input = number(`weight ${this.named(c, " ")}${a}, ${b}`, value, (x) => this.apply({ kernel: set(this.draft.kernel, x) }), { whole: false, advice: this.advice }), { show: showNumber } = input;
    return shows(input, () => {
      const v = value();
      showNumber();
      for (const [sign, on] of [["neg", v < 0], ["pos", v > 0], ["zero", v === 0]]) input.classList.toggle(css(sign), on);
    });
  }
  drawEditor() {
    const { kernel } = this.draft, [h, w] = shape(kernel[0]);
    keyed(this.editor, kernel.map((_, c) => `${c} of ${kernel.length}`), (key) =>
      el("div", {}, kernel.length === 3 && el("p", { text: `${this.c.channels[+key[0]]} slice` }), el("div", { class: "cells" })));
    kernel.forEach((_, c) => {
      const cells = this.editor.children[c].lastChild;
      cells.style.gridTemplateColumns = `repeat(${w}, 1fr)`;
      keyed(cells, grid(h, w, (a, b) => [a, b]).flat(), ([a, b]) => this.weight(c, a, b));
    });
  }

  // --- the learner's own photo: read and shrunk here, then told to Python ---

  async open(file) {
    if (!file) return;
    this.trouble.hidden = true;
    try {
      this.newImage(await pixelsOf(file, this.s.planes.length));
    } catch {
      this.trouble.hidden = false;
      this.trouble.textContent = `${file.name} could not be read as a picture; PNG, JPEG and WebP work. Nothing has changed.`;
    }
  }
  newImage(image) {
    const size = image.shape.slice(1), found = problems({ ...this.draft, size });
    for (const problem of found) problem.text = `This picture cannot be taken. ${problem.text}`;
    for (const { fixes } of found) for (const fix of fixes) { const [, change] = fix; fix[1] = () => { this.apply(change); this.newImage(image); }; }
    this.advice.explain(found);
    if (found.length) return;
    Object.assign(this.s, { image, size, planes: planesOf(image) });
    this.model.set("image", image);
    this.model.set("position", this.inside(this.get("position")));
    this.model.save_changes();
    this.build();
    this.f.add(`photo ${times(size)}`);
  }
}

export default { render: (context) => { const view = new PlaygroundView(context); return () => view.end(); } };
