// ChannelExplorer: each slice of a kernel stands beside the channel that it slides over; below each kernel stands its map.

import { css, el, Grid } from "../shared/common.js";
import { field, showAll } from "../shared/controls.js";
import { number, select } from "../shared/fields.js";
import { bracket, entry, exact, grid, largest, literal, places, range, same, shape, show, swap } from "../shared/math.js";
import { INPUT, KERNEL, OUTPUT, WindowView } from "../shared/windowview.js";
import { cost, counts, mapSize, output, packed, parts, problems, sees, sized, sizes, unpacked, users } from "./math.js";

const PRODUCT = 3; // grids that follow the window; their numbers are computed, as the output's
const START = "as at the start";
const [SMALLEST, CELL, GAP, HEAD, SIDE, SUMS] = [24, 32, 20, 21, 300, 112]; // pixels: of cells, between grids, of titles, beside the picture, of sums

class ChannelView extends WindowView {
  cursors = [[0, 0, 0], [0, 0, 0, 0]]; // [c, i, j] and [o, c, a, b]; the bias stands where one more slice would
  wires = el("svg", { class: "wires", role: "img" });
  facts = el("p");
  letters = el("code");
  sum = el("p", { class: "sum" });
  constructor(context) {
    super(context, "channels", "Channel explorer", "input channels, kernels with their slices, output maps");
    this.grouped = this.get("groups") !== null;
    this.given = this.read();
    this.open("channels.svg");
  }
  middle() {
    return [this.around = el("div", {}, el("div", { class: "kind" }, this.wires, this.facts), this.stage, el("div", { class: "words" }, this.f.live, el("p", {}, this.letters), this.sum))];
  }

  // --- state: here the weight has all slices, PyTorch's only those that the groups use ---

  read() {
    const s = { ...super.read() };
    s.groups ??= 1;
    return { ...s, weight: unpacked(s, this.s.weight) };
  }
  python(s) { return { ...s, weight: packed(s), groups: this.grouped ? s.groups : null }; }
  follow() {
    const now = super.read(), whole = now.weight[0].length * (now.groups ?? 1) === now.x.length; // else the other half is on its way
    if (!this.sending && whole && !same(this.python(this.s), now)) this.take();
  }
  send({ position }) {
    this.sending = true; // what goes out setting by setting comes back as half a change
    this.f.send({ ...this.python(this.s), ...(position && { position }) });
    this.sending = false;
  }
  news() { const { parameters, macs } = cost(this.s); return `${counts(this.s).join(" channels in, ")} out: ${parameters} parameters, ${macs} multiply-adds`; }
  problems(s) { return problems(s, this.c.channels); }
  outputSize() { return [this.s.weight.length, ...mapSize(this.s)]; }
  numbers(name) { return super.numbers(name).filter(([o, c]) => name !== "weight" || sees(this.s, o, c)); }
  all(g) {
    const biases = (all) => this.s.bias.flatMap((_, o) => [...all.filter(([p]) => p === o), [o, this.s.x.length, 0, 0]]);
    return g === INPUT ? this.numbers("x") : g === KERNEL ? biases(this.numbers("weight")) : places(this.result);
  }
  isBias([, c]) { return c === this.s.x.length; }

  // --- words ---

  get flat() { return +(this.s.x[0].length === 1); } // one row: a sound
  spot(place) { return `(${place.slice(this.flat).join(", ")})`; }
  channel(c) { return this.s.names[c] ?? `channel ${c}`; }
  call() { return `F.conv${2 - this.flat}d(x, weight, bias${this.s.groups > 1 ? `, groups=${this.s.groups}` : ""})`; }
  program() {
    const { x, weight, bias } = this.python(this.s), line = (m) => (this.flat ? m.map(([row]) => row) : m);
    return `import torch\nimport torch.nn.functional as F\n\nx = ${literal(line(x))}\nweight = ${literal(weight.map(line))}\nbias = ${literal(bias)}\n${this.call()}\n`;
  }
  formula() {
    const [, k] = sizes(this.s), from = (list) => list.slice(this.flat).join(", "), taps = ["u", "v"].filter((_, a) => k[a] > 1), over = ["c", ...taps].join(", ");
    const moved = ["i", "j"].map((name, a) => name + (k[a] > 1 ? ` + ${"uv"[a]}` : ""));
    return `Y[o, ${from(["i", "j"])}] = b[o] + Σ X[c, ${from(moved)}] · K[o, ${over}]   over ${over}${this.s.groups > 1 ? "; c: only the channels of o’s group" : ""}`;
  }
  sentence([o, i, j], terms) {
    const bias = this.s.bias[o], v = this.result[o][i][j], sums = [...terms.map(({ sum }) => bracket(sum)), ...(bias ? [`bias ${bracket(bias)}`] : [])];
    return `map ${o} ${this.spot([i, j])}: ${sums.join(" + ")} ${exact(v) ? "=" : "≈"} ${show(v)}`;
  }
  products([o, i, j], terms) {
    const { x, weight, bias } = this.s, product = (c, [a, b]) => `${bracket(x[c][i + a][j + b])}·${bracket(weight[o][c][a][b])}`;
    return [`Y[${[o, ...[i, j].slice(this.flat)].join(", ")}] = ${show(bias[o])}`, ...terms.map(({ c, products }) => `(${places(products).map((at) => product(c, at)).join(" + ")})`)].join(" + ");
  }
  aboutWeight([o, c, ...at]) {
    const each = `each of the ${places(this.result[o]).length} numbers of map ${o}`;
    return this.isBias([o, c]) ? `bias ${o} = ${show(this.s.bias[o])}: added to ${each}`
      : `weight ${this.spot(at)} of kernel ${o} for ${this.channel(c)} = ${show(entry(this.s.weight, [o, c, ...at]))}: ${each} uses it once`;
  }
  aboutPixel([c, ...at], found) {
    const maps = this.s.bias.map((_, o) => [found.filter(([p]) => p === o).length, o]).filter(([n]) => n).map(([n, o]) => `${n} of map ${o}`);
    return `${this.flat ? "sample" : "pixel"} ${this.spot(at)} of ${this.channel(c)} = ${show(entry(this.s.x, [c, ...at]))}: used by ${maps.join(", ") || "no number"}`;
  }

  // --- picture ---

  build() {
    const { s } = this, { weights, parameters, macs } = cost(s), [, k] = sizes(s), outs = s.bias.length, product = (list) => list.slice(this.flat).join(" · ");
    this.result = output(s);
    this.shown = this.inside(this.get("position"));
    for (const g of [INPUT, KERNEL]) if (!this.all(g).some((p) => same(p, this.cursors[g]))) [this.cursors[g]] = this.all(g);
    this.hover = null;
    this.draw(this.shown[0]);
    this.drawWires();
    this.facts.replaceChildren(el("b", { text: "parameters" }), ` ${outs} · ${s.x.length / s.groups} · ${product(k)} + ${outs} bias${outs > 1 ? "es" : ""} = `, el("b", { text: parameters }), "; ", el("br"),
      el("b", { text: "multiply-adds" }), ` ${weights} weights · ${product(mapSize(s))} places = `, el("b", { text: macs }));
    this.letters.textContent = this.formula();
    this.code.textContent = this.call();
    showAll(this.f.root);
    this.paint();
  }
  // The largest cells with which all kernels fit, beside the words or above them; else one kernel, and the maps below.
  layout() {
    const [[, outs], [n, k], [, columns]] = [counts(this.s), sizes(this.s), mapSize(this.s)], room = this.space, least = Math.max(k[1], 2), full = Math.max(least, columns);
    const fits = (count, span, pixels) => Math.min(room < 500 ? 26 : CELL, ...[[k[1], 4], [0, SUMS]].map(([cells, more]) => Math.floor((pixels - GAP * (count + 1) - more) / (n[1] + count * span + cells))));
    const tries = [room - SIDE, room].map((pixels) => fits(outs, full, pixels)), cell = tries.find((c) => c >= SMALLEST), alone = !cell && outs > 1, span = alone ? least : full;
    return { room, alone, span, beside: tries[0] >= SMALLEST, ...this.narrow(cell ?? fits(1, span, room), span) };
  }
  // Where cells would be too small for a finger, a part of the input.
  narrow(cell, span) {
    const [[, columns], [, k]] = sizes(this.s), room = this.width - 26 - 2 * GAP - 4 - Math.max(k * SMALLEST, SUMS);
    return cell >= SMALLEST ? { cell, columns } : { cell: SMALLEST, columns: Math.min(columns, Math.max(k, Math.floor(room / SMALLEST) - span)) };
  }
  draw(kernel) {
    const { s } = this, [[ins, outs], [n, k], [rows, columns]] = [counts(s), sizes(s), mapSize(s)], { room, alone, span, beside, cell, columns: seen } = this.layout(), wide = seen * cell;
    const lines = alone ? [kernel] : range(outs), notes = [], most = largest(s.weight.flat(2)), note = (x, y, text, kind = "") => notes[notes.push(el("text", { class: `head ${kind}`, "aria-hidden": "true", x, y, text })) - 1];
    const middle = (p) => wide + 2 + GAP + p * (span * cell + GAP) + (span * cell) / 2, sums = Math.max(k[1] * cell, SUMS), last = middle(lines.length) - (span * cell - sums) / 2;
    [this.grids, this.drawn, this.alone] = [[], kernel, alone];
    const put = (who, name, values, centre, y, title, full, part = shape(values)) => {
      const g = Object.assign(new Grid(name, { [KERNEL]: `kernel ${who[1]}`, [PRODUCT]: `${this.channel(who[1])},` }[who[0]] ?? name, cell), { who });
      g.draw(values, centre - (part[1] * cell) / 2, y, title, undefined, full, part);
      g.node.dataset.who = JSON.stringify(who);
      this.grids.push(g);
    };
    note(wide / 2 + 2, 10, seen < n[1] ? "input, a part" : "input");
    lines.forEach((o, p) => note(middle(p), 10, `kernel ${o}`, "title"));
    this.owner = note(last, 10, "", "title");
    let y = 22 + HEAD;
    this.totals = s.x.map((channel, c) => {
      const top = y + ((n[0] - k[0]) * cell) / 2;
      put([INPUT, c], "input", channel, wide / 2 + 2, y, this.channel(c), undefined, [n[0], seen]);
      lines.forEach((o, p) => {
        if (sees(s, o, c)) put([KERNEL, o, c], "kernel", s.weight[o][c], middle(p), top, `· ${this.channel(c)}`, most);
        else notes.push(el("rect", { class: "gone", x: middle(p) - (k[1] * cell) / 2, y: top, width: k[1] * cell, height: k[0] * cell }));
      });
      put([PRODUCT, c], "product", grid(...k, () => 0), last, top, "products");
      y += Math.max(n[0], (n[0] + k[0]) / 2 + 0.8) * cell + HEAD + 4;
      return note(last, top + k[0] * cell + 11, "", "total");
    });
    lines.forEach((o, p) => put([KERNEL, o, ins], "bias", [[s.bias[o]]], middle(p), y, "+ bias", most));
    this.ends = range(3).map((line) => note(last, y - 4 + 21 * line, "", line === 2 ? "result" : ""));
    y += Math.max(cell + HEAD + 4, alone && 80);
    const each = columns * cell + GAP, row = alone ? Math.max(1, Math.floor((room + GAP) / each)) : outs, high = rows * cell + HEAD;
    this.result.forEach((map, o) => put([OUTPUT, o], "output", map, alone ? 2 + (o % row) * each + (each - GAP) / 2 : middle(o), y + Math.floor(o / row) * high, `map ${o}`, largest(this.result.flat())));
    const width = Math.max(last + sums / 2 + 2, alone && Math.min(outs, row) * each - GAP + 4);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${y + Math.ceil(outs / row) * high - HEAD + 4}`);
    const wider = width > this.width - 20; // then it scrolls across, rather than get cells that are too small for a finger
    Object.assign(this.svg.style, { width: `${width}px`, maxWidth: wider ? "none" : "", touchAction: wider ? "auto" : "" });
    this.around.classList.toggle(css("beside"), beside);
    this.svg.replaceChildren(...this.grids.map((g) => g.node), ...notes);
  }
  drawWires() {
    const { s } = this, [ins, outs] = counts(s), high = Math.max(ins, outs) * 24, y = (n, of) => ((n + 0.5) * high) / of + 4, point = s.weight[0][0].flat().length === 1;
    const sign = ([[v]]) => (v < 0 ? "neg" : v ? "pos" : "none"), word = (kind, n, of, text) => el("text", { class: `head ${kind}`, x: kind === "to" ? 198 : 68, y: y(n, of), text });
    this.lines = s.weight.flatMap((kernel, o) => kernel.flatMap((slice, c) => (!sees(s, o, c) ? []
      : [Object.assign(el("line", { class: `wire ${point ? sign(slice) : ""}`, x1: 76, y1: y(c, ins), x2: 190, y2: y(o, outs) }), { o, c })])));
    this.wires.setAttribute("viewBox", `0 0 250 ${high + 8}`);
    const own = (o) => range(ins).filter((c) => sees(s, o, c)), kind = (all) => (all.every((c) => s.names[c]) ? "" : `channel${all.length > 1 ? "s" : ""} `);
    const list = range(outs).map((o) => `map ${o} from ${kind(own(o))}${own(o).map((c) => s.names[c] ?? c).join(" and ")}`).join(", ");
    this.wires.setAttribute("aria-label", `wiring: ${this.lines.length} slices join ${ins} input channels to ${outs} map${outs > 1 ? "s" : ""}${s.groups > 1 ? `: ${list.length > 240 ? `${list.slice(0, 240)} …` : list}` : ""}`);
    this.wires.replaceChildren(...this.lines, ...s.x.map((_, c) => word("from", c, ins, this.channel(c))), ...s.bias.map((_, o) => word("to", o, outs, `map ${o}`)));
  }

  // What belongs to the place: marks[kind][grid] lists cells.
  marks(g, at, [o, i, j], terms, used) {
    const { s } = this, [, k] = sizes(s), marks = { window: {}, here: {}, lit: {} }, add = (kind, who, ...cell) => (marks[kind][who] ??= []).push(cell), lit = (...cell) => add("lit", ...cell);
    add("here", [OUTPUT, o], i, j);
    if (g === INPUT) {
      const [c, r, q] = at;
      lit([INPUT, c], r, q);
      lit([PRODUCT, c], r - i, q - j);
      used.forEach(([p, row, column, w, a, b]) => { lit([OUTPUT, p], row, column, `×${show(w, 1)}`); lit([KERNEL, p, c], a, b); });
      return marks;
    }
    for (const { c } of terms) for (const [a, b] of places(grid(...k, () => 0))) {
      add("window", [INPUT, c], i + a, j + b, `×${show(s.weight[o][c][a][b], 1)}`);
      add("window", [KERNEL, o, c], a, b);
    }
    const [c, a, b] = at.slice(-3);
    if (g !== OUTPUT) [[KERNEL, o, c], [PRODUCT, c]].forEach((who) => lit(who, a, b));
    if (g === PRODUCT) lit([INPUT, c], i + a, j + b);
    if (g === KERNEL) for (const [row, column] of places(this.result[o])) { lit([OUTPUT, o], row, column); lit([INPUT, c], row + a, column + b); }
    return marks;
  }
  paint() {
    const [g, ...at] = this.hover ?? [this.active, ...this.place(this.active)], { s } = this;
    const place = g === OUTPUT ? at : g === KERNEL ? [at[0], ...this.shown.slice(1)] : this.shown, [o, i, j] = place;
    if (this.alone && o !== this.drawn) this.draw(o);
    const terms = parts(s, place), used = g === INPUT ? users(s, at) : [], marks = this.marks(g, at, place, terms, used), most = largest(terms.flatMap(({ products }) => products));
    for (const p of this.grids) {
      if (p.who[0] === PRODUCT) this.fill(p, terms.find(({ c }) => c === p.who[1]), most);
      for (const kind of Object.keys(marks)) p.mark(kind, marks[kind][p.who] ?? []);
    }
    const sums = terms.map(({ sum }) => bracket(sum)).join(" + "), total = show(this.result[o][i][j] - s.bias[o]);
    this.owner.textContent = `map ${o} ${this.spot([i, j])}`;
    [terms.length > 1 && `${sums} = ${total}`.length < 17 ? `${sums} = ${total}` : `together ${total}`, `+ bias ${bracket(s.bias[o])}`, `= ${show(this.result[o][i][j])}`].forEach((text, n) => { this.ends[n].textContent = text; });
    const on = (line) => (g === INPUT ? line.c === at[0] : line.o === o && (g !== KERNEL || this.isBias(at) || line.c === at[1]));
    this.lines.forEach((line) => line.classList.toggle(css("lit"), on(line)));
    this.sum.textContent = this.products(place, terms);
    this.f.say(g === INPUT ? this.aboutPixel(at, used) : g === KERNEL ? this.aboutWeight(at) : this.sentence(place, terms));
  }
  fill(p, term, most) {
    p.node.classList.toggle(css("hidden"), !term);
    this.totals[p.who[1]].textContent = term ? `sum ${show(term.sum)}` : "";
    const fresh = term && [term.products, most];
    if (fresh && !same(fresh, p.shown)) places(term.products).forEach(([a, b]) => p.set(a, b, term.products[a][b], most));
    p.read();
    p.shown = fresh;
  }

  // --- controls, mouse, touch, keys ---

  controls() {
    const { c } = this, old = () => this.draft,
      fresh = (more) => this.apply(sized(Object.fromEntries(["x", "weight", "bias"].map((n) => [n, this.keep(n)])), { ins: old().x.length, outs: old().bias.length, size: sizes(old())[1], ...more })), one = (label, value, change) => field(label, number(label, value, change, { min: 1, max: c.channels, advice: this.advice }));
    const size = (a) => this.whole("kernel", a, () => sizes(this.draft)[1][a], (v) => fresh({ size: swap(sizes(this.draft)[1], a, v) }), 1, c.kernel);
    const all = { [START]: this.given, ...Object.fromEntries(Object.entries(c.examples).flatMap(([name, s]) => (this.grouped || s.groups === 1 ? [[name, { ...s, weight: unpacked(s) }]] : []))) };
    const chosen = () => Object.keys(all).find((name) => same(this.python(all[name]), this.python(this.draft)));
    return el("div", { class: "controls" }, field("example", select("example", Object.keys(all), chosen, (name) => this.choose(all[name]))),
      one("input channels", () => this.draft.x.length, (ins) => fresh({ ins })), one("output channels", () => this.draft.bias.length, (outs) => fresh({ outs })), field("kernel", size(0), size(1)),
      this.grouped && one("groups", () => this.draft.groups, (groups) => this.apply({ groups })));
  }
  find(target) {
    const { who } = target.closest?.(`.${css("grid")}`)?.dataset ?? {}, { i, j } = target.dataset ?? {};
    return who && i ? [...JSON.parse(who), +i, +j] : null; // its place says it, even after a redraw
  }
  cell(g, place) { return entry(this.grids.find(({ who }) => same(who, [g, ...place.slice(0, -2)])).cells, place.slice(-2)).firstChild; }
  press([g, ...place]) { if (g !== PRODUCT) super.press([g, ...place]); }
  edit([g, ...place], target) {
    if (g === OUTPUT || g === PRODUCT) return this.f.say("This number is computed. I and K go to the input and to the kernels, whose numbers can be changed.");
    if (g === KERNEL && this.isBias(place)) return this.editCursor(g, target, "bias", [place[0]], ([o]) => [o, place[1], 0, 0]);
    this.editCursor(g, target, g === INPUT ? "x" : "weight", place, (next) => next);
  }
}

export default { render: (context) => { const view = new ChannelView(context); return () => view.end(); } };
