// ConvExplorer: one window slides over one image; every number of the sum can be seen.

import { hatch } from "../shared/cells.js";
import { el, Grid } from "../shared/common.js";
import { field, showAll } from "../shared/controls.js";
import { select } from "../shared/fields.js";
import { bracket, callText, clamp, exact, grid, resize, same, shape, show, swap, times } from "../shared/math.js";
import { INPUT, KERNEL, OUTPUT, WindowView } from "../shared/windowview.js";
import { output, problems, skipped, taps, users, weights } from "./math.js";

const GAP = 2.2; // between the grids, in cells
const START = "as at the start";
const IMAGES = {
  [START]: null,
  ramp: (i, j) => i + j,
  edge: (i, j, H, W) => (j < W / 2 ? 0 : 9),
  "one pixel": (i, j, H, W) => +(i === H >> 1 && j === W >> 1),
  "plus and minus": (i, j) => ((i * 7 + j * 5) % 11) - 5,
};

class ConvView extends WindowView {
  cursors = [[0, 0], [0, 0]];
  constructor(context) {
    super(context, "conv", "Convolution explorer", "input, kernel and output");
    this.given = { x: this.get("x"), kernel: this.get("kernel") };
    this.open("convolution.svg");
  }

  // --- state ---

  problems(s) { return problems(s, this.c.largest); }
  outputSize() { return shape(output(this.s)); }
  call() { return callText("conv2d", this.s.convolution ? "kernel.flip(0, 1)" : "kernel", this.s, this.c.options); }
  room(g) { return [this.extent, shape(this.s.kernel), this.size][g]; }

  // --- picture ---

  // The pixel of x under a cell of the padded input; undefined where the padding is.
  pixel(r, c) { return this.s.x[r - this.s.padding[0]]?.[c - this.s.padding[1]]; }
  build() {
    const { s } = this;
    this.result = output(s);
    this.size = shape(this.result);
    this.extent = shape(s.x).map((n, a) => n + 2 * s.padding[a]);
    this.draw();
    this.code.textContent = this.call();
    showAll(this.f.root);
    this.shown = this.inside(this.get("position"), this.size);
    for (const g of [INPUT, KERNEL]) this.cursors[g] = this.inside(this.cursors[g], this.room(g));
    this.hover = null;
    this.paint();
  }
  draw() {
    const { s, size, extent } = this, k = weights(s), [h, w] = shape(k);
    const columns = extent[1] + w + size[1] + 2 * GAP, rows = Math.max(extent[0], h, size[0]);
    const cell = clamp(Math.floor(860 / columns), 20, 44), top = 30, middle = (n) => top + ((rows - n) * cell) / 2;
    const used = new Set(grid(...size, (i, j) => taps(s, [i, j]).map(([r, c]) => `${r},${c}`)).flat(2));
    const kind = (i, j) => `${this.pixel(i, j) === undefined ? "pad " : ""}${used.has(`${i},${j}`) ? "" : "unread"}`;
    this.grids = ["input", "kernel", "output"].map((name) => new Grid(name, name, cell));
    const [input, kernel, out] = this.grids;
    input.draw(grid(...extent, (i, j) => this.pixel(i, j) ?? 0), 4, middle(extent[0]),
      s.padding.some(Boolean) ? `input ${times(shape(s.x))}, padded ${times(extent)}` : `input ${times(extent)}`, kind);
    kernel.draw(k, (extent[1] + GAP) * cell, middle(h), `kernel ${times([h, w])}${s.convolution ? ", flipped" : ""}`);
    out.draw(this.result, (extent[1] + w + 2 * GAP) * cell, middle(size[0]), `output ${times(size)}`);
    const sign = (x, text) => el("text", { class: "sign", x: x * cell, y: top + (rows * cell) / 2, text });
    const more = [extent[1], size[1]].map((n) => Math.max(0, 60 - (n * cell) / 2)); // a title may be wider than its grid
    const [width, height] = [columns * cell + 8 + more[0] + more[1], rows * cell + top + 6];
    this.svg.setAttribute("viewBox", `${-more[0]} 0 ${width} ${height}`);
    this.svg.style.maxWidth = `${width}px`;
    this.svg.replaceChildren(sign(extent[1] + GAP / 2, "⋆"), sign(extent[1] + w + 1.5 * GAP, "="), ...this.grids.map((g) => g.node));
    hatch(this.svg, "unread");
  }

  paint() {
    const [g, ...at] = this.hover ?? [this.active, ...this.place(this.active)], [input, kernel, out] = this.grids;
    if (g === INPUT) return this.paintPixel(at);
    const place = g === OUTPUT ? at : this.shown, under = taps(this.s, place);
    const tap = g === KERNEL ? under.filter(([, , , a, b]) => same([a, b], at)) : [];
    input.mark("window", under.map(([r, c, w]) => [r, c, `×${show(w, 1)}`]));
    input.mark("lit", tap.map(([r, c]) => [r, c]));
    kernel.mark("lit", tap.map(([, , , a, b]) => [a, b]));
    out.mark("lit", []);
    out.mark("here", [place]);
    this.f.say(this.sentence(place, under));
  }
  sentence([i, j], under) {
    const value = (r, c) => this.pixel(r, c) ?? 0, sum = this.result[i][j];
    const products = under.map(([r, c, w]) => `${bracket(value(r, c))}·${bracket(w)}`);
    const terms = products.length > 30 ? `${products.slice(0, 28).join(" + ")} + … (${products.length} products)` : products.join(" + ");
    const equals = under.every(([r, c, w]) => exact(value(r, c)) && exact(w)) && exact(sum) ? "=" : "≈";
    return `output (${i}, ${j}) ${equals} ${terms} ${equals} ${show(sum)}`;
  }
  paintPixel([r, c]) {
    const { s, size } = this, found = users(s, [r, c], size), [input, kernel, out] = this.grids, v = this.pixel(r, c);
    input.mark("window", []);
    input.mark("lit", [[r, c]]);
    kernel.mark("lit", found.map(([, , , a, b]) => [a, b]));
    out.mark("here", []);
    out.mark("lit", found.map(([i, j, w]) => [i, j, `×${show(w, 1)}`]));
    const name = v === undefined ? "this zero of the padding" : `pixel (${this.source([r, c]).join(", ")}) = ${show(v)}`;
    const list = found.slice(0, 12).map(([i, j, w]) => `(${i}, ${j}) with weight ${show(w)}`).join(", ");
    const why = [skipped(s, r, 0, size[0]), skipped(s, c, 1, size[1])].filter(Boolean).join("; ");
    this.f.say(found.length ? `${name} is used by ${found.length} output${found.length > 1 ? "s" : ""}: ${list}${found.length > 12 ? ", …" : ""}` : `${name} is used by no output: ${why}`);
  }

  // --- controls, mouse, touch, keys ---

  controls() {
    const { given } = this;
    const picture = (name) => (IMAGES[name] ? grid(...shape(given.x), (i, j) => IMAGES[name](i, j, ...shape(given.x))) : given.x);
    const kernels = { [START]: given.kernel, ...this.c.kernels }, size = () => shape(this.draft.kernel);
    const chosen = (list, value, now) => Object.keys(list).find((name) => same(value(name), now));
    const side = (a) => this.whole("kernel", a, () => size()[a], (v) => this.apply({ kernel: resize(this.draft.kernel, ...swap(size(), a, v)) }), 1, this.c.largest);
    return el("div", { class: "controls" }, field("kernel", side(0), side(1)),
      this.pair("stride", 1, this.c.largest), this.pair("padding", 0, this.c.largest / 2), this.pair("dilation", 1, this.c.largest),
      field("image", select("image", Object.keys(IMAGES), () => chosen(IMAGES, picture, this.draft.x), (name) => this.apply({ x: picture(name) }))),
      field("kernel values", select("kernel values", Object.keys(kernels), () => chosen(kernels, (name) => kernels[name], this.draft.kernel),
        (name) => { this.advice.forget(); this.apply({ kernel: kernels[name] }); })),
      field("operation", select("operation", ["cross-correlation", "convolution"], () => (this.draft.convolution ? "convolution" : "cross-correlation"),
        (name) => this.apply({ convolution: name === "convolution" }))));
  }
  find(target) {
    for (const g of [INPUT, KERNEL, OUTPUT]) {
      const place = this.grids[g].at(target);
      if (place) return [g, ...place];
    }
    return null;
  }
  source(place) { return place.map((v, a) => v - this.s.padding[a]); } // the pixel of x under a cell of the padded input
  edit([g, ...place], target) {
    if (g === OUTPUT) return this.f.say("The output is computed. I and K go to the input and to the kernel, whose numbers can be changed.");
    const { s } = this, turned = g === KERNEL && s.convolution;
    if (g === INPUT && this.pixel(...place) === undefined) return this.f.say("This zero belongs to the padding. It stays 0.");
    const turn = (at) => (turned ? at.map((v, a) => shape(s.kernel)[a] - 1 - v) : at);
    const [from, to] = g === INPUT ? [this.source(place), (at) => at.map((v, a) => v + s.padding[a])] : [turn(place), turn];
    this.editCursor(g, target, g === INPUT ? "x" : "kernel", from, to, turned ? -1 : 1);
  }
  cell(g, [i, j]) { return this.grids[g].cells[i][j].firstChild; }
}

export default { render: (context) => { const view = new ConvView(context); return () => view.end(); } };
