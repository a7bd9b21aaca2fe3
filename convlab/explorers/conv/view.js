// ConvExplorer: one window slides over one image; every number of the sum can be seen.

import { hatch } from "../shared/cells.js";
import { el } from "../shared/common.js";
import { field, showAll } from "../shared/controls.js";
import { select } from "../shared/fields.js";
import { bracket, callText, exact, grid, resize, same, shape, show, swap, times } from "../shared/math.js";
import { INPUT, KERNEL, OUTPUT, WindowView } from "../shared/windowview.js";
import { output, problems, skipped, taps, under, users, weights } from "./math.js";

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
    const { s, size, extent } = this, k = weights(s), used = new Set(grid(...size, (i, j) => taps(s, [i, j]).map(([r, c]) => `${r},${c}`)).flat(2));
    const kind = (i, j) => `${this.pixel(i, j) === undefined ? "pad " : ""}${used.has(`${i},${j}`) ? "" : "unread"}`;
    const title = s.padding.some(Boolean) ? `input ${times(shape(s.x))}, padded ${times(extent)}` : `input ${times(extent)}`, who = (...at) => at;
    [this.grids, this.parts] = [[], []];
    const [height, end] = this.line([["input", grid(...extent, (i, j) => this.pixel(i, j) ?? 0), title, who, kind],
      ["kernel", k, `kernel ${times(shape(k))}${s.convolution ? ", flipped" : ""}`, who], ["output", this.result, `output ${times(size)}`, who]], ["⋆", "="], 4, 0, this.space, 44);
    this.svg.setAttribute("viewBox", `0 0 ${end + 4} ${height}`);
    this.svg.style.width = `${end + 4}px`;
    this.svg.replaceChildren(...this.parts);
    // The zeros around are not read out: they would leave no room for the numbers.
    if (s.padding.some(Boolean) && s.x.flat().length <= 64) this.grids[0].node.setAttribute("aria-label", `${title}; within the padding: ${s.x.map((row) => row.map((v) => show(v)).join(" ")).join("; ")}`);
    hatch(this.svg, "unread");
  }

  paint() {
    const [g, ...at] = this.hover ?? [this.active, ...this.place(this.active)], [input, kernel, out] = this.grids;
    if (g === INPUT) return this.paintPixel(at);
    const place = g === OUTPUT ? at : this.shown, found = taps(this.s, place);
    const tap = g === KERNEL ? found.filter(([, , , a, b]) => same([a, b], at)) : [];
    input.mark("window", found.map(([r, c, w]) => [r, c, `×${show(w, 1)}`]));
    input.mark("lit", tap.map(([r, c]) => [r, c]));
    kernel.mark("lit", tap.map(([, , , a, b]) => [a, b]));
    out.mark("lit", []);
    out.mark("here", [place]);
    const made = `output (${place.join(", ")}) = ${show(this.result[place[0]][place[1]])}`;
    this.f.say(this.sentence(place, found), g === KERNEL ? `weight (${at.join(", ")}) = ${show(weights(this.s)[at[0]][at[1]])}; ${made}` : `${made}, ${under(this.s, place)}`);
  }
  sentence([i, j], found) {
    const value = (r, c) => this.pixel(r, c) ?? 0, sum = this.result[i][j];
    const products = found.map(([r, c, w]) => `${bracket(value(r, c))}·${bracket(w)}`);
    const terms = products.length > 30 ? `${products.slice(0, 28).join(" + ")} + … (${products.length} products)` : products.join(" + ");
    const equals = found.every(([r, c, w]) => exact(value(r, c)) && exact(w)) && exact(sum) ? "=" : "≈";
    return `output (${i}, ${j}) ${equals} ${terms} ${equals} ${show(sum)}`;
  }
  paintPixel([r, c]) {
    const { s, size } = this, found = users(s, [r, c], size), [input, kernel, out] = this.grids, v = this.pixel(r, c);
    input.mark("window", []);
    input.mark("lit", [[r, c]]);
    kernel.mark("lit", found.map(([, , , a, b]) => [a, b]));
    out.mark("here", []);
    out.mark("lit", found.map(([i, j, w]) => [i, j, `×${show(w, 1)}`]));
    const at = `(${this.source([r, c]).map((n) => show(n)).join(", ")})`, name = v === undefined ? `zero ${at} of the padding` : `pixel ${at} = ${show(v)}`;
    const list = found.slice(0, 12).map(([i, j, w]) => `(${i}, ${j}) with weight ${show(w)}`).join(", ");
    const why = [skipped(s, r, 0, size[0]), skipped(s, c, 1, size[1])].filter(Boolean).join("; ");
    const brief = `${name} is used by ${found.length || "no"} output${found.length > 1 ? "s" : ""}`, places = found.map(([i, j]) => `(${i}, ${j})`);
    const which = found.length > 4 ? ` from ${places[0]} to ${places.at(-1)}` : places.length ? `: ${places.join(", ")}` : "";
    this.f.say(found.length ? `${brief}: ${list}${found.length > 12 ? ", …" : ""}` : `${brief}: ${why}`, brief + which);
  }

  // --- controls, mouse, touch, keys ---

  controls() {
    const { given } = this;
    const picture = (name) => (IMAGES[name] ? grid(...shape(given.x), (i, j) => IMAGES[name](i, j, ...shape(given.x))) : given.x);
    const kernels = { [START]: given.kernel, ...this.c.kernels }, size = () => shape(this.draft.kernel);
    const chosen = (list, value, now) => Object.keys(list).find((name) => same(value(name), now));
    const side = (a) => this.whole("kernel", a, () => size()[a], (v) => this.apply({ kernel: resize(this.keep("kernel"), ...swap(size(), a, v)) }), 1, this.c.largest);
    return el("div", { class: "controls" }, field("kernel", side(0), side(1)),
      this.pair("stride", 1, this.c.largest), this.pair("padding", 0, this.c.largest / 2), this.pair("dilation", 1, this.c.largest),
      field("image", select("image", Object.keys(IMAGES), () => chosen(IMAGES, picture, this.draft.x), (name) => this.apply({ x: picture(name) }))),
      field("kernel values", select("kernel values", Object.keys(kernels), () => chosen(kernels, (name) => kernels[name], this.draft.kernel),
        (name) => this.choose({ kernel: kernels[name] }))),
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
