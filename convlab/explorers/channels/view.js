// ChannelExplorer: each slice of a kernel stands beside the channel that it slides over; below each kernel stands its map.

import { reveal } from "../shared/cells.js";
import { css, el, Grid } from "../shared/common.js";
import { field, hint, onKeys, showAll } from "../shared/controls.js";
import { number, select } from "../shared/fields.js";
import { GridView } from "../shared/gridview.js";
import { bracket, clamp, entry, exact, grid, largest, literal, places, range, same, show, swap } from "../shared/math.js";
import { cost, counts, mapSize, output, packed, parts, problems, sees, sized, sizes, unpacked, users } from "./math.js";

const [INPUT, KERNEL, OUTPUT, PRODUCT] = [0, 1, 2, 3];
const START = "as at the start";
const [SMALLEST, CELL, GAP, HEAD, SIDE, SUMS] = [24, 32, 20, 21, 300, 92]; // pixels: of cells, between grids, of titles, beside the picture, of sums

class ChannelView extends GridView {
  active = OUTPUT; // the grids in which the keys move
  cursors = [[0, 0, 0], [0, 0, 0, 0]]; // [c, i, j] and [o, c, a, b]; the bias stands where one more slice would
  shown = [0, 0, 0];
  wires = el("svg", { class: "wires", role: "img" });
  facts = el("p", { class: "facts" });
  letters = el("code");
  sum = el("p", { class: "sum" });
  constructor(context) {
    super(context, "channels", "Channel explorer", { "aria-roledescription": "window",
      "aria-label": "Window. Arrow keys move it, Home and End jump, space plays. I, K and O go to input, kernels and output; Enter changes a number there." }, "input channels, kernels with their slices, output maps");
    const { f } = this;
    this.grouped = this.get("groups") !== null;
    const steps = [["|◀ first", "first window (Home)", () => this.go([0, 0, 0])], ["◀ back", "one step back", () => this.step(-1)],
      ["step ▶", "one step on", () => this.step(1)], ["last ▶|", "last window (End)", () => this.go(this.room(OUTPUT).map((n) => n - 1))]];
    this.given = this.read();
    this.parts = el("div", { class: "three" }, el("div", { class: "kind" }, this.wires, this.facts), this.stage,
      el("div", { class: "words" }, f.live, el("p", {}, this.letters), this.sum));
    f.root.append(this.controls(), this.advice.box, this.parts,
      hint("Arrow keys step, the space bar plays. A double click changes a number; by keys: I, K and O go to input, kernels and output, Enter changes."),
      this.bar(steps, "play or pause (space)", "channels.svg"), this.callBar("copy the PyTorch code, with the values", () => this.program()));
    this.listen();
    this.keys();
    f.watch(this.c.settings, () => this.follow());
    f.watch(["position"], () => { if (!same(this.shown, this.get("position"))) { this.shown = this.get("position"); this.paint(); } });
    this.watcher = new ResizeObserver(() => { if (f.root.clientWidth && f.root.clientWidth !== this.width) this.build(); });
    this.take();
    this.watcher.observe(f.root);
  }
  end() { this.watcher.disconnect(); super.end(); }

  // --- state ---

  read() {
    const s = { ...super.read() };
    s.groups ??= 1;
    s.weight = unpacked(s, this.s.weight);
    return s;
  }
  follow() { if (!same(this.python(this.s), super.read())) this.take(); }
  python(s) { return { ...s, weight: packed(s), groups: this.grouped ? s.groups : null }; }
  send(changes) { this.f.send({ ...this.python(this.s), ...("position" in changes && { position: changes.position }) }); }
  apply(change) {
    super.apply(change);
    if (!this.explain().length) this.f.say(`${this.shapes()}. ${this.facts.textContent}`);
  }
  problems(s) { return problems(s, this.c.channels); }
  outputSize() { return [this.s.weight.length, ...mapSize(this.s)]; }
  room(g) {
    const [[ins, outs], [n, k]] = [counts(this.s), sizes(this.s)];
    return [[ins, ...n], [outs, ins + 1, ...k], this.outputSize()][g];
  }
  place(g = this.active) { return this.cursors[g] ?? this.shown; }
  go(place, tell = true) {
    [this.active, this.hover] = [OUTPUT, null];
    this.shown = this.inside(place);
    if (tell) this.f.send({ position: this.shown });
    this.paint();
  }
  step(by, tell = true) {
    const all = places(this.result), n = all.findIndex((p) => same(p, this.shown));
    this.go(all[(n + by + all.length) % all.length], tell);
  }
  ended() { return same(this.shown, this.room(OUTPUT).map((n) => n - 1)); }
  rewind() { this.go([0, 0, 0], false); }
  advance() { this.step(1, false); }
  pause() {
    if (!this.stop) return;
    super.pause();
    this.f.send({ position: this.shown });
  }

  // --- words ---

  channel(c) { return this.s.names[c] ?? `channel ${c}`; }
  flat() { return this.s.x[0].length === 1; } // one row: a sound
  spot(i, j) { return this.flat() ? `(${j})` : `(${i}, ${j})`; }
  shapes() { return `${this.s.x.length} in, ${this.s.weight.length} out`; }
  call() { return `F.conv${this.flat() ? 1 : 2}d(x, weight, bias${this.s.groups > 1 ? `, groups=${this.s.groups}` : ""})`; }
  program() {
    const { x, weight, bias } = this.python(this.s), line = (m) => (this.flat() ? m.map(([row]) => row) : m);
    return `import torch\nimport torch.nn.functional as F\n\nx = ${literal(line(x))}\nweight = ${literal(weight.map(line))}\nbias = ${literal(bias)}\n${this.call()}\n`;
  }
  formula() {
    const [, k] = sizes(this.s), axes = this.flat() ? [1] : [0, 1], taps = axes.filter((a) => k[a] > 1), [ij, uv] = [["i", "j"], ["u", "v"]];
    const at = axes.map((a) => ij[a] + (k[a] > 1 ? ` + ${uv[a]}` : "")).join(", "), over = ["", ...taps.map((a) => uv[a])].join(", ");
    return `Y[o, ${axes.map((a) => ij[a]).join(", ")}] = b[o] + Σ X[c, ${at}] · K[o, c${over}]   over c${over}${this.s.groups > 1 ? "; c: only the channels of o’s group" : ""}`;
  }
  sentence([o, i, j], terms) {
    const sums = [...terms.map(({ sum }) => bracket(sum)), ...(this.s.bias[o] ? [`bias ${bracket(this.s.bias[o])}`] : [])], v = this.result[o][i][j];
    return `map ${o} ${this.spot(i, j)}: ${sums.join(" + ")} ${exact(v) ? "=" : "≈"} ${show(v)}`;
  }
  products([o, i, j], terms) {
    const { x, weight, bias } = this.s, all = terms.map(({ c, products }) => `(${places(products).map(([a, b]) => `${bracket(x[c][i + a][j + b])}·${bracket(weight[o][c][a][b])}`).join(" + ")})`);
    return `Y[${[o, ...(this.flat() ? [j] : [i, j])].join(", ")}] = ${show(bias[o])} + ${all.join(" + ")}`;
  }
  aboutWeight([o, c, a, b]) {
    const n = places(this.result[o]).length;
    return c === this.s.x.length ? `bias ${o} = ${show(this.s.bias[o])}: added to each of the ${n} numbers of map ${o}`
      : `weight ${this.spot(a, b)} of kernel ${o}, slice for ${this.channel(c)} = ${show(this.s.weight[o][c][a][b])}: each of the ${n} numbers of map ${o} uses it once`;
  }
  aboutPixel([c, i, j], found) {
    const maps = range(this.s.weight.length).map((o) => [o, found.filter(([p]) => p === o).length]).filter(([, n]) => n);
    return `${this.flat() ? "sample" : "pixel"} ${this.spot(i, j)} of ${this.channel(c)} = ${show(this.s.x[c][i][j])}: used by ${maps.map(([o, n]) => `${n} of map ${o}`).join(", ") || "no number"}`;
  }

  // --- picture ---

  build() {
    const { s } = this, { weights, parameters, macs } = cost(s), [, k] = sizes(s);
    this.width = this.f.root.clientWidth;
    this.result = output(s);
    this.shown = this.inside(this.get("position"));
    for (const g of [INPUT, KERNEL]) this.cursors[g] = this.inside(this.cursors[g], this.room(g));
    if (!this.there(KERNEL, this.cursors[KERNEL])) this.cursors[KERNEL] = this.numbers("weight").find(([o]) => o === this.cursors[KERNEL][0]);
    this.hover = null;
    this.draw(this.shown[0]);
    this.drawWires();
    const axes = this.flat() ? 1 : 0, shape = [s.weight.length, s.x.length / s.groups, ...k.slice(axes)].join(" · "), biases = s.bias.length;
    this.facts.replaceChildren(el("b", { text: "parameters" }), ` ${shape} + ${biases} bias${biases > 1 ? "es" : ""} = `, el("b", { text: parameters }), el("br"),
      el("b", { text: "multiply-adds" }), ` ${weights} weights · ${mapSize(s).slice(axes).join(" · ")} places = `, el("b", { text: macs }));
    this.letters.textContent = this.formula();
    this.code.textContent = this.call();
    showAll(this.f.root);
    this.paint();
  }
  // Where there is no room for all kernels, the one that is looked at stands there alone, and the maps in lines below.
  draw(kernel) {
    const { s } = this, [[ins, outs], [n, k], [rows, columns]] = [counts(s), sizes(s), mapSize(s)], room = (this.width || 876) - 26;
    const fits = (count, span, pixels) => Math.min(room < 500 ? 26 : CELL, Math.floor(Math.min((pixels - GAP * (count + 1) - 4) / (n[1] + count * span + k[1]), (pixels - GAP * (count + 1) - SUMS) / (n[1] + count * span))));
    const full = Math.max(k[1], columns, 2), tries = [room - SIDE, room].map((pixels) => fits(outs, full, pixels)), all = tries.find((c) => c >= SMALLEST), alone = !all && outs > 1;
    const span = alone ? Math.max(k[1], 2) : full, cell = all ?? Math.max(16, fits(1, span, room)), lines = alone ? [kernel] : range(outs);
    const step = span * cell + GAP, left = (place) => n[1] * cell + 2 + GAP + place * step, sums = Math.max(k[1] * cell, SUMS);
    const high = Math.max(n[0], (n[0] + k[0]) / 2 + 0.8) * cell, mid = ([h], y) => y + ((n[0] - h) * cell) / 2, last = left(lines.length);
    [this.grids, this.drawn, this.lone] = [[], kernel, alone];
    const put = (who, name, values, x, y, title, most) => {
      const g = new Grid(name, name, cell);
      g.draw(values, x, y, title, undefined, most);
      g.who = who;
      g.node.dataset.who = JSON.stringify(who);
      this.grids.push(g);
    };
    const notes = [], note = (x, y, text, kind = "") => { const node = el("text", { class: `head ${kind}`, x, y, text }); notes.push(node); return node; };
    const most = largest(s.weight.flat(2)), centre = (x, w) => x + ((step - GAP - w * cell) / 2);
    note(n[1] * cell / 2 + 2, 10, "input");
    lines.forEach((o, p) => note(left(p) + (step - GAP) / 2, 10, `kernel ${o}`, "title"));
    this.owner = note(last + sums / 2, 10, "", "title");
    let y = 22;
    this.totals = s.x.map((channel, c) => {
      y += HEAD;
      put([INPUT, c], "input", channel, 2, y, this.channel(c));
      lines.forEach((o, p) => {
        const x = centre(left(p), k[1]);
        if (sees(s, o, c)) put([KERNEL, o, c], "kernel", s.weight[o][c], x, mid(k, y), `· ${this.channel(c)}`, most);
        else notes.push(el("rect", { class: "gone", x, y: mid(k, y), width: k[1] * cell, height: k[0] * cell }));
      });
      put([PRODUCT, c], "product", grid(...k, () => 0), last + (sums - k[1] * cell) / 2, mid(k, y), "products");
      const total = note(last + sums / 2, mid(k, y) + k[0] * cell + 11, "", "total");
      y += high + 4;
      return total;
    });
    y += HEAD - 6;
    lines.forEach((o, p) => put([KERNEL, o, ins], "bias", [[s.bias[o]]], centre(left(p), 1), y, "+ bias", most));
    this.ends = range(3).map((line) => note(last + sums / 2, y - 4 + 21 * line, "", line === 2 ? "result" : ""));
    y += Math.max(cell + HEAD + 2, alone ? 80 : 0);
    const each = columns * cell + GAP, row = Math.max(1, Math.floor((room + GAP) / each));
    s.weight.forEach((_, o) => put([OUTPUT, o], "output", this.result[o], alone ? 2 + (o % row) * each : centre(left(o), columns),
      alone ? y + Math.floor(o / row) * (rows * cell + HEAD) : y, `map ${o}`, largest(this.result.flat())));
    y += (alone ? Math.ceil(outs / row) : 1) * (rows * cell + HEAD) - HEAD + 4;
    const right = Math.max(last + sums + 2, alone ? Math.min(outs, row) * each : 0);
    this.svg.setAttribute("viewBox", `0 0 ${right} ${y}`);
    this.svg.style.width = `${right}px`;
    this.parts.classList.toggle(css("beside"), tries[0] >= SMALLEST);
    this.svg.replaceChildren(...this.grids.map((g) => g.node), ...notes);
  }
  drawWires() {
    const { s } = this, [ins, outs] = counts(s), high = Math.max(ins, outs) * 24, y = (n, of) => ((n + 0.5) * high) / of + 4;
    const point = s.weight[0][0].flat().length === 1, sign = (v) => (v < 0 ? "neg" : v ? "pos" : "none");
    this.lines = s.weight.flatMap((kernel, o) => kernel.flatMap((slice, c) => (!sees(s, o, c) ? []
      : [Object.assign(el("line", { class: `wire ${point ? sign(slice[0][0]) : ""}`, x1: 76, y1: y(c, ins), x2: 190, y2: y(o, outs) }), { o, c })])));
    const words = [...s.x.map((_, c) => el("text", { class: "head from", x: 68, y: y(c, ins), text: this.channel(c) })),
      ...s.weight.map((_, o) => el("text", { class: "head to", x: 198, y: y(o, outs), text: `map ${o}` }))];
    this.wires.setAttribute("viewBox", `0 0 250 ${high + 8}`);
    this.wires.setAttribute("aria-label", `wiring: ${this.lines.length} slices join ${ins} input channels to ${outs} maps`);
    this.wires.replaceChildren(...this.lines, ...words);
  }

  paint() {
    const [g, ...at] = this.hover ?? [this.active, ...this.place()], { s } = this, [, [h, w]] = sizes(s);
    const place = g === OUTPUT ? at : g === KERNEL ? [at[0], ...this.shown.slice(1)] : this.shown, [o, i, j] = place;
    if (this.lone && o !== this.drawn) this.draw(o);
    const terms = parts(s, place), marks = { window: {}, lit: {}, here: { [[OUTPUT, o]]: [[i, j]] } };
    const add = (kind, who, ...cell) => (marks[kind][who] ??= []).push(cell);
    const used = g === INPUT ? users(s, at) : [];
    if (g !== INPUT) terms.forEach(({ c }) => grid(h, w, (a, b) => {
      add("window", [INPUT, c], i + a, j + b, `×${show(s.weight[o][c][a][b], 1)}`);
      add("window", [KERNEL, o, c], a, b);
    }));
    if (g === INPUT) {
      add("lit", [INPUT, at[0]], at[1], at[2]);
      used.forEach(([p, r, q, v, a, b]) => { add("lit", [OUTPUT, p], r, q, `×${show(v, 1)}`); add("lit", [KERNEL, p, at[0]], a, b); });
      add("lit", [PRODUCT, at[0]], at[1] - i, at[2] - j);
    } else if (g === KERNEL) {
      add("lit", [KERNEL, o, at[1]], at[2], at[3]);
      add("lit", [PRODUCT, at[1]], at[2], at[3]);
      places(this.result[o]).forEach(([r, q]) => { add("lit", [OUTPUT, o], r, q); if (at[1] < s.x.length) add("lit", [INPUT, at[1]], r + at[2], q + at[3]); });
    } else if (g === PRODUCT) {
      add("lit", [INPUT, at[0]], i + at[1], j + at[2]);
      add("lit", [KERNEL, o, at[0]], at[1], at[2]);
    }
    const most = largest(terms.flatMap(({ products }) => products));
    for (const p of this.grids) {
      if (p.who[0] === PRODUCT) this.fill(p, terms.find(({ c }) => c === p.who[1]), most);
      for (const kind of ["window", "here", "lit"]) p.mark(kind, marks[kind][p.who] ?? []);
    }
    const sums = terms.map(({ sum }) => bracket(sum)).join(" + "), total = show(this.result[o][i][j] - s.bias[o]);
    this.owner.textContent = `map ${o} ${this.spot(i, j)}`;
    [sums.length < 13 && terms.length > 1 ? `${sums} = ${total}` : `together ${total}`, `+ bias ${bracket(s.bias[o])}`, `= ${show(this.result[o][i][j])}`].forEach((text, n) => { this.ends[n].textContent = text; });
    this.lines.forEach((line) => line.classList.toggle(css("lit"), g === INPUT ? line.c === at[0] : line.o === o && (g !== KERNEL || [line.c, s.x.length].includes(at[1]))));
    this.sum.textContent = this.products(place, terms);
    this.f.say(g === INPUT ? this.aboutPixel(at, used) : g === KERNEL ? this.aboutWeight(at) : this.sentence(place, terms));
  }
  fill(p, term, most) {
    p.node.classList.toggle(css("hidden"), !term);
    this.totals[p.who[1]].textContent = term ? `sum ${show(term.sum)}` : "";
    if (term) places(term.products).forEach(([a, b]) => p.set(a, b, term.products[a][b], most));
  }

  // --- controls, mouse, touch, keys ---

  controls() {
    const fresh = (more) => this.apply(sized(this.draft, more)), side = (name, list) => number(`${name}put channels`, () => list().length, (v) => fresh({ [`${name}s`]: v }), { min: 1, max: this.c.channels, advice: this.advice });
    const size = (a) => this.whole("kernel", a, () => sizes(this.draft)[1][a], (v) => fresh({ size: swap(sizes(this.draft)[1], a, v) }), 1, this.c.kernel);
    const examples = Object.fromEntries(Object.entries(this.c.examples).filter(([, s]) => this.grouped || s.groups === 1).map(([name, s]) => [name, { ...s, weight: unpacked(s) }]));
    const all = { [START]: this.given, ...examples }, chosen = () => Object.keys(all).find((name) => same(this.python(all[name]), this.python(this.draft)));
    return el("div", { class: "controls" },
      field("example", select("example", Object.keys(all), chosen, (name) => { this.advice.forget(); this.apply(all[name]); })),
      field("input channels", side("in", () => this.draft.x)), field("output channels", side("out", () => this.draft.weight)),
      field("kernel", size(0), size(1)),
      this.grouped && field("groups", number("groups", () => this.draft.groups, (groups) => this.apply({ groups }), { min: 1, max: this.c.channels, advice: this.advice })));
  }
  find(target) {
    const { who } = target.closest?.(`.${css("grid")}`)?.dataset ?? {}, { i, j } = target.dataset ?? {};
    return who && i ? [...JSON.parse(who), +i, +j] : null; // its place says it, even after a redraw
  }
  there(g, [o, c]) { return g !== KERNEL || c === this.s.x.length || sees(this.s, o, c); }
  numbers(name) { return super.numbers(name).filter(([o, c]) => name !== "weight" || sees(this.s, o, c)); }
  cell(g, place) { return entry(this.grids.find(({ who }) => same(who, [g, ...place.slice(0, -2)])).cells, place.slice(-2)).firstChild; }
  press([g, ...place]) {
    this.pause();
    if (g === PRODUCT) return;
    if (g === OUTPUT) return this.go(place);
    [this.active, this.cursors[g]] = [g, place];
    this.paint();
  }
  edit([g, ...place], target) {
    if (g === OUTPUT || g === PRODUCT) return this.f.say("This number is computed. I and K go to the input and to the kernels, whose numbers can be changed.");
    const bias = g === KERNEL && place[1] === this.s.x.length, name = g === INPUT ? "x" : bias ? "bias" : "weight";
    this.editNumber(target, name, bias ? place.slice(0, 1) : place, (next) => {
      const there = bias ? [...next, place[1], 0, 0] : next;
      [this.active, this.cursors[g], this.hover] = [g, there, null];
      this.paint();
      this.edit([g, ...there], this.cell(g, there));
    });
  }
  jump(place, g = this.active) {
    this.pause();
    [this.active, this.hover] = [g, null];
    if (g === OUTPUT) this.go(place);
    else {
      this.cursors[g] = place;
      this.paint();
    }
    reveal(this.cell(g, place).parentNode);
  }
  // The keys move as the eye does: slices stand below each other, kernels and maps side by side.
  move(down, right) {
    const g = this.active, [, [n, k], [rows, columns]] = [0, sizes(this.s), mapSize(this.s)], place = this.place();
    const [h, w] = [[n[0] * this.s.x.length, n[1]], [k[0] * this.s.x.length + 1, k[1] * this.s.weight.length], [rows, columns * this.s.weight.length]][g];
    const back = ([r, q]) => (g === INPUT ? [Math.floor(r / n[0]), r % n[0], q] : g === OUTPUT ? [Math.floor(q / columns), r, q % columns]
      : r === h - 1 ? [Math.floor(q / k[1]), this.s.x.length, 0, 0] : [Math.floor(q / k[1]), Math.floor(r / k[0]), r % k[0], q % k[1]]);
    let [r, q] = g === INPUT ? [place[0] * n[0] + place[1], place[2]] : g === OUTPUT ? [place[1], place[0] * columns + place[2]] : [place[1] * k[0] + place[2], place[0] * k[1] + place[3]];
    do {
      [r, q] = [r + down, q + right * (g === KERNEL && r === h - 1 ? k[1] : 1)];
      if (q < 0 || q >= w) [r, q] = [r + right, right > 0 ? 0 : w - 1]; // on from the end of a line to the next
      if (r < 0 || r >= h) return;
    } while (!this.there(g, back([r, q])));
    this.jump(back([r, q]));
  }
  keys() {
    onKeys(this.stage, {
      move: (down, right) => this.move(down, right),
      home: () => this.jump(this.active === KERNEL ? this.numbers("weight")[0] : [0, 0, 0]),
      end: () => this.jump(this.room(this.active).map((n, a) => (this.active === KERNEL && a > 1 ? 0 : n - 1))),
      space: () => this.toggle(), undo: this.past.undo,
      enter: () => this.edit([this.active, ...this.place()], this.cell(this.active, this.place())),
      ...Object.fromEntries(["i", "k", "o"].map((key, g) => [key, () => this.jump(this.place(g), g)])),
    });
  }
}

export default { render: (context) => { const view = new ChannelView(context); return () => view.end(); } };
