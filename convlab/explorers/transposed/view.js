// TransposedConvExplorer: one result in three views: stamps, zeros stuffed in, and a matrix.

import { hatch } from "../shared/cells.js";
import { css, el } from "../shared/common.js";
import { button, field, showAll, shows } from "../shared/controls.js";
import { select } from "../shared/fields.js";
import { GridView } from "../shared/gridview.js";
import { bracket, callText, clamp, exact, flip, grid, index, largest, least, nth, one, range, same, shape, show, swap, times } from "../shared/math.js";
import { both, cut, inside, matrix, pairOf, pixel, problems, stamp, stamped, start, stuffed, terms, withPair } from "./math.js";

// What a cell of any grid stands for: a pixel of x, an entry of the kernel, a pixel of the output, an entry of C.T.
const [IN, TAP, OUT, ENTRY, ZERO] = range(5);

const ABSENT = "This view does not show that. Choose another view.";
const ones = (m) => m.map((row) => row.map(() => 1));
const fill = (n) => grid(n, n, () => 1);
const signs = (m) => m.map((row) => row.map(() => Math.sign(Math.random() - 0.5)));
const plain = { stride: [2, 2], padding: [0, 0], output_padding: [0, 0], dilation: [1, 1], show_overlaps: true };
const PRESETS = {
  "your values": (given) => given,
  "checkerboard: kernel 3, stride 2": () => ({ ...plain, x: fill(4), kernel: fill(3) }),
  "even: kernel 4, stride 2": () => ({ ...plain, x: fill(4), kernel: fill(4) }),
  "bilinear kernel, stride 2": ({ x }) => ({ ...plain, x, kernel: grid(4, 4, (i, j) => ((i % 3 ? 3 : 1) * (j % 3 ? 3 : 1)) / 16), padding: [1, 1], show_overlaps: false }),
  "random signs": (given, now) => ({ x: signs(now.x), kernel: signs(now.kernel) }),
};

class TransposedView extends GridView {
  placed = 0; // how many stamps lie there
  last = null; // which came last
  active = OUT; // where the keys are
  cursors = [[0, 0], [0, 0], [0, 0], [0, 0]];
  random = null; // x and kernel as "random signs" has drawn them
  constructor(context) {
    super(context, "transposed", "Transposed convolution explorer",
      {}, "the result, in three ways");
    this.given = Object.fromEntries([...this.c.numbers, "show_overlaps"].map((n) => [n, this.get(n)]));
    const steps = [["|◀ none", "no stamps", () => this.stamps(0)], ["◀ back", "one stamp back", () => this.stamps(this.placed - 1)],
      ["stamp ▶", "one stamp more", () => this.stamps((this.placed % this.pixels()) + 1)], ["all ▶|", "all stamps", () => this.lay(this.pixels(), null)]];
    this.begin([this.controls(), this.views()], "Arrow keys move, the space bar puts the stamps down. A double click or tap changes a number; by keys: I, K, O and M go to x, K, Y and the matrix where they are shown, Enter changes.",
      this.bar(steps, "play or pause the stamps (space)", "transposed.svg"), "ikom");
  }

  // --- state ---

  problems(s) { return problems(s, this.c); }
  outputSize() { return both(this.s, (l) => l.out); }
  call() { return callText("conv_transpose2d", "kernel", this.s, this.c.options); }
  pixels() { return this.s.x.flat().length; }
  place(kind) { return this.cursors[kind]; }
  room(kind) { return this.ends[kind]; }
  moved() {
    if (same(this.cursors[OUT], this.get("position"))) return;
    this.cursors[OUT] = this.get("position");
    this.paint();
  }

  // --- controls ---

  controls() {
    const whole = (name, a) => this.whole(name, a, () => pairOf(this.draft, name)[a], (v) => this.apply(withPair({ ...this.draft, x: this.keep("x"), kernel: this.keep("kernel") }, name, swap(pairOf(this.draft, name), a, v))), least(name), this.c.largest);
    const fits = (now) => this.c.numbers.every((n) => same(now[n], this.draft[n]));
    const chosen = () => (same([this.draft.x, this.draft.kernel], this.random) ? "random signs"
      : Object.keys(PRESETS).find((name) => fits({ ...this.draft, ...PRESETS[name](this.given, this.draft) })));
    return el("div", { class: "controls" }, this.c.numbers.map((name) => field(name, whole(name, 0), whole(name, 1))),
      field("examples", select("examples", Object.keys(PRESETS), chosen, (name) => this.example(name))));
  }
  example(name) {
    const now = PRESETS[name](this.given, this.s);
    this.random = name === "random signs" ? [now.x, now.kernel] : null;
    this.choose(now);
  }
  views() {
    const key = (text, title, on, change) => shows(button(text, title, () => this.atOnce(change)), (node) => node.setAttribute("aria-pressed", String(on())));
    return el("div", { class: "bar views" }, this.c.views.map((view) => key(view, "view", () => this.s.view === view, () => ({ view }))),
      key("count stamps", "stamps on each pixel", () => this.s.show_overlaps, (of) => ({ show_overlaps: !of.show_overlaps })));
  }

  // --- picture ---

  build() {
    this.pause();
    const { s } = this, all = s.view === "all", room = this.space, beside = all && room > 740, wide = beside ? room - 300 : room, seen = (name) => all || s.view === name;
    this.ax = both(s, (l) => l);
    this.size = this.ax.map((l) => l.out);
    [this.grids, this.parts, this.sums] = [[], [], []];
    const sum = stamped(s), y = cut(s, sum);
    let top = 4;
    if (seen("stamps")) top = this.drawStamps(sum, top, wide);
    if (seen("zeros")) top = this.drawZeros(y, top, wide);
    if (seen("matrix")) top = beside ? Math.max(top, this.drawMatrix(y, 4, wide + 24, 276, Math.max(top, 420))) : this.drawMatrix(y, top + 8, 4, room, 600);
    this.svg.setAttribute("viewBox", `0 0 ${room + 4} ${top + 4}`);
    this.svg.style.width = `${room + 4}px`;
    this.svg.replaceChildren(...this.parts);
    for (const g of this.grids) g.keys = g.who.flatMap((row, i) => row.map((w, j) => [String(w), i, j]));
    hatch(this.svg, "cut");
    this.code.textContent = this.call();
    showAll(this.f.root);
    this.ends = [shape(s.x), shape(s.kernel), this.size, [y.flat().length, this.pixels()]]; // how far the keys can go
    const letters = ["I: input", "K: kernel", "O: output", "M: matrix"].filter((_, kind) => this.has(kind));
    this.stage.setAttribute("aria-label", `Picture. Arrow keys move, Home and End jump, space plays. ${letters.join(", ")}; Enter changes a number.`);
    if (!this.has(this.active)) this.active = OUT;
    this.cursors[OUT] = this.get("position");
    this.cursors = this.cursors.map((place, kind) => this.inside(place, this.ends[kind]));
    this.hover = null;
    this.lay(this.pixels(), null);
  }
  has(kind) { return this.grids.some((g) => g.who.flat().some(([other]) => other === kind)); } // whether this view shows some
  both(f) { return one(this.ax.map(f)); }
  drawStamps(sum, y0, wide) {
    const { s, size } = this, p = s.padding, uncut = this.ax.map((l) => l.out - l.more);
    const top = this.words(4, y0, wide, `1 · Stamps: each pixel of x stamps K; the stamps lie ${this.both((l) => l.step)} apart and add up`,
      `lines cut off on each side (hatched): padding = ${one(p)}; given back (dotted): output_padding = ${one(s.output_padding)}`);
    const [high] = this.line([["input", s.x, `x ${times(shape(s.x))}`, (i, j) => [IN, i, j]], ["kernel", s.kernel, `K ${times(shape(s.kernel))}`, (i, j) => [TAP, i, j]],
      ["canvas", sum, s.show_overlaps ? "number of stamps on each pixel" : `stamps ${times(shape(sum))}, Y ${times(size)}`, (i, j) => [OUT, i - p[0], j - p[1]],
        (i, j, [, ...at]) => (!inside(at, size) ? "cut" : inside(at, uncut) ? "" : "extra")]], ["×", s.show_overlaps ? "" : "="], 4, top, wide, this.most);
    const { cell, pane } = this.grids[2];
    pane.append(el("rect", { class: "edge", x: p[1] * cell, y: p[0] * cell, width: size[1] * cell, height: size[0] * cell }));
    return top + high + 14;
  }
  drawZeros(y, y0, wide) {
    const { s, ax } = this, [i0, j0] = start(s), framed = ax.map((l) => l.stuffed + l.before + l.after);
    const who = (...at) => { const found = pixel(s, at); return found ? [IN, ...found] : [ZERO, ...at]; };
    const top = this.words(4, y0, wide, `2 · Zeros: ${this.both((l) => l.step - 1)} between the pixels of x, ${this.both((l) => l.before)} around; then correlate with K flipped`,
      `around: dilation * (kernel - 1) - padding; below and on the right ${this.both((l) => l.after)}; below 0 it cuts off (hatched)`);
    return top + this.line([["zeros", stuffed(s), `x with zeros ${times(framed)}`, who, (i, j, [kind]) => (!inside([i - i0, j - j0], framed) ? "cut" : kind === IN ? "" : "pad")],
      ["flipped", flip(s.kernel), "K flipped", (i, j) => [TAP, ax[0].k - 1 - i, ax[1].k - 1 - j]], ["output", y, `Y ${times(this.size)}`, (i, j) => [OUT, i, j]]], ["⋆", "="], 4, top, wide, this.most)[0];
  }
  get most() { return this.s.view === "all" ? 32 : 42; }
  drawMatrix(y, y0, left, wide, high) {
    const { s } = this, [N, M] = [this.size[0] * this.size[1], this.pixels()], big = N * M > this.c.entries;
    const top = this.words(left, y0, wide, "3 · Matrix: y = C transposed @ x", big ? `${N} × ${M}: too large to draw` : `${N} rows: pixels of Y; ${M} columns: pixels of x`);
    if (big) return top;
    const touched = matrix({ ...s, kernel: ones(s.kernel) }), column = (m) => m.flat().map((v) => [v]), along = (m) => (n) => nth(n, m[0].length);
    return top + this.line([["matrix", matrix(s), "C.T", (n, m) => [ENTRY, n, m], (n, m) => (touched[n][m] ? "" : "none")],
      ["xs", column(s.x), "x", (n) => [IN, ...along(s.x)(n)]], ["ys", column(y), "y", (n) => [OUT, ...along(y)(n)]]], ["@", "="], left, top, wide, this.most, 0.2, Math.max(high - (top - y0), 200))[0];
  }
  // The words over a view: its name, what it does, and (later) its sum.
  words(left, top, width, title, ...lines) {
    const wrapped = (text, most) => text.match(new RegExp(`.{1,${Math.max(20, Math.floor(width / most))}}(\\s|$)`, "g")) ?? [], all = [wrapped(title, 8.6), lines.flatMap((text) => wrapped(text, 6.6))];
    const texts = [...all.flat(), ""].map((text, n) => el("text", { class: n < all[0].length ? "left title" : "left", x: left, y: top + 9 + 17 * n, "font-size": n < all[0].length ? 14 : 12, text }));
    this.sums.push([texts.at(-1), width / 6.4]);
    this.parts.push(...texts);
    return top + 4 + 17 * texts.length;
  }

  // Put down the first n stamps (all of them: the result), and show the sums, or the counts, of what lies there.
  lay(n, newest) {
    const { s } = this, later = (at) => at[0] === IN && index(at.slice(1), s.x) >= n;
    [this.placed, this.last] = [n, newest];
    const laid = (x, kernel) => [stamped(s, x.map((row, i) => row.map((v, j) => (later([IN, i, j]) ? 0 : v))), kernel), largest(stamped(s, x, kernel))];
    const sums = laid(s.x, s.kernel), counts = s.show_overlaps ? laid(ones(s.x), ones(s.kernel)) : sums;
    for (const g of this.grids) g.keys.forEach(([, i, j]) => {
      const [sum, most] = g.name === "canvas" ? counts : sums; // only the first view counts
      const at = g.who[i][j];
      g.cells[i][j].classList.toggle(css("later"), later(at));
      if (at[0] === OUT) g.set(i, j, sum[at[1] + s.padding[0]][at[2] + s.padding[1]], most);
    });
    this.grids.forEach((g) => g.read());
    this.paint();
  }

  // --- marks and sentences: nothing is rebuilt ---

  // What is looked at: its kind and place; the pixel of the output, of the input, the entry of the kernel that belong
  // to it; the terms of that pixel (those already laid are here) and the stamp of that one.
  looked() {
    const { s } = this, [kind, ...place] = this.hover ?? [this.active, ...this.cursors[this.active]];
    let out = this.cursors[OUT], pix = this.last === null ? null : nth(this.last, s.x[0].length);
    if (kind === OUT) out = place;
    if (kind === IN) pix = place;
    if (kind === ENTRY) [out, pix] = [nth(place[0], this.size[1]), nth(place[1], s.x[0].length)];
    const all = terms(s, out);
    return { kind, place, out, pix, tap: kind === TAP ? place : null, all, here: all.filter((t) => index(t, s.x) < this.placed),
      spread: pix ? stamp(s, pix) : [], row: out[0] * this.size[1] + out[1], inY: inside(out, this.size) };
  }
  paint() {
    const at = this.looked(), { kind, place, out, pix, tap } = at, notes = this.notes(at);
    const lit = [kind !== IN && [OUT, ...out], pix && [IN, ...pix], tap && [TAP, ...tap], kind === ENTRY && [kind, ...place]].map(String);
    for (const g of this.grids) {
      g.mark("lit", g.keys.flatMap(([key, i, j]) => (lit.includes(key) ? [[i, j]] : [])));
      g.mark("window", g.keys.flatMap(([key, i, j]) => (notes.has(key) ? [[i, j, g.cell > 16 ? notes.get(key) : undefined]] : [])));
    }
    this.tell(at);
  }
  // Which cells are marked, each with what is written into it.
  notes({ kind, out, pix, tap, all, spread, row, inY }) {
    const { s, ax } = this, notes = new Map(), note = (text, ...who) => notes.set(String(who), text);
    if (kind !== IN && !tap) {
      if (inY) grid(...shape(s.kernel), (a, b) => note(undefined, ZERO, ...[a, b].map((t, n) => out[n] + t * s.dilation[n] - ax[n].before - ax[n].low)));
      for (const [r, c, w, a, b] of all) { note(`×${show(w, 1)}`, IN, r, c); note(undefined, TAP, a, b); }
      if (inY) range(this.pixels()).forEach((m) => note(undefined, ENTRY, row, m));
    }
    for (const [i, j, w] of spread) {
      note(show(w * s.x[pix[0]][pix[1]], 1), OUT, i, j);
      if (inside([i, j], this.size)) note(undefined, ENTRY, i * this.size[1] + j, index(pix, s.x));
    }
    return notes;
  }
  tell({ kind, place, out, pix, tap, all, here, spread, row, inY }) {
    const { s } = this, value = ([i, j], m) => show(m[i][j]);
    const gone = spread.filter((t) => !inside(t.slice(0, 2), this.size)).length, column = pix && index(pix, s.x);
    const stampWords = pix && `x(${pix.join(", ")}) stamps ${value(pix, s.x)} · K; ${gone} of ${spread.length} are cut off`;
    const name = `Y(${out.join(", ")})`, starts = { stamps: `stamps on ${name}: `, zeros: "window: zeros and ", matrix: `row ${row} times x: ` };
    (s.view === "all" ? this.c.views.slice(1) : [s.view]).forEach((view, n) => {
      const [node, most] = this.sums[n];
      node.textContent = inY ? starts[view] + this.written(here, most - starts[view].length) : "cut off by padding";
      if (kind === IN) node.textContent = { stamps: stampWords, matrix: `column ${column}: where it goes` }[view] ?? "";
    });
    const sum = `${inY ? name : "cut off by padding"}: ${this.written(here, 400)}; stamps: ${here.length} of ${all.length}`;
    const [mine, value1] = pix ? [`x(${pix.join(", ")})`, value(pix, s.x)] : [];
    const hit = pix && all.find(([r, c]) => same([r, c], pix));
    const made = `${inY ? name : "cut off by padding"}, ${here.length} of ${all.length} stamps: ${this.total(here)}`;
    this.f.say(tap ? `kernel (${tap.join(", ")}) = ${value(tap, s.kernel)}`
      : kind === ENTRY ? `row ${place[0]}: ${name}; column ${place[1]}: x(${pix.join(", ")}); entry ${hit ? `${show(hit[2])} = kernel (${hit[3]}, ${hit[4]})` : "0: not reached"}`
      : kind === IN ? `${stampWords}; matrix: column ${column}` : this.last === null ? sum : `stamp ${this.placed} of ${this.pixels()}: ${stampWords}. ${sum}`,
    tap ? `kernel (${tap.join(", ")}) = ${value(tap, s.kernel)}` : kind === ENTRY ? `row ${place[0]}, column ${place[1]}: ${hit ? show(hit[2]) : 0}`
      : kind === IN ? `${mine} = ${value1}: ${gone} of ${spread.length} cut off` : this.last === null ? made : `stamp ${this.placed} of ${this.pixels()}; ${made}`);
  }
  total(list) { return show(list.reduce((sum, [r, c, w]) => sum + this.s.x[r][c] * w, 0)); }
  // The sum of some terms, in so many letters; in the same order in all views.
  written(list, most) {
    const { x } = this.s, total = list.reduce((sum, [r, c, w]) => sum + x[r][c] * w, 0), products = list.map(([r, c, w]) => `${bracket(x[r][c])}·${bracket(w)}`);
    const equals = list.every(([r, c, w]) => exact(x[r][c]) && exact(w)) && exact(total) ? "=" : "≈";
    let n = list.length;
    const text = () => `${products.slice(0, n).join(" + ") || "nothing"}${n < list.length ? " + …" : ""} ${equals} ${show(total)}`;
    while (n > 1 && text().length > most) n--;
    return text();
  }

  // --- play: the stamps one after the other ---

  stamps(n) {
    [this.active, this.hover] = [OUT, null];
    n = clamp(n, 0, this.pixels());
    this.lay(n, n ? n - 1 : null);
  }
  ended() { return this.placed === this.pixels(); }
  rewind() { this.stamps(0); }
  advance() { this.stamps(this.placed + 1); }

  // --- mouse, touch, keys ---

  find(target) {
    const g = this.grids.find((g) => g.at(target)), [i, j] = g?.at(target) ?? [], who = g?.who[i]?.[j];
    return !who || who[0] === ZERO ? null : who; // none: what was pressed is gone
  }
  press([kind, ...place]) { if (inside(place, this.ends[kind])) this.jump([kind, ...place]); }
  edit([kind, ...place], target) {
    if (!(kind <= TAP)) return this.f.say("This number is computed. I and K go to the input and to the kernel, whose numbers can be changed.");
    this.editNumber(target, kind === IN ? "x" : "kernel", place, (next) => { this.jump([kind, ...next]); this.editAt([kind, ...next]); });
  }
  editAt(who) {
    for (const g of this.grids) {
      const at = g.keys.find(([key]) => key === String(who));
      if (at) return this.edit(who, g.cells[at[1]][at[2]].firstChild);
    }
    this.f.say(ABSENT);
  }
  jump([kind, ...place]) {
    if (!this.has(kind)) return this.f.say(ABSENT);
    [this.active, this.hover] = [kind, null];
    this.cursors[kind] = this.inside(place, this.ends[kind]);
    if (kind === OUT) this.f.send({ position: this.cursors[OUT] });
    this.paint();
  }
  move(down, right) {
    const { active } = this, [[i, j], [rows, columns]] = [this.cursors[active], this.ends[active]];
    const turned = active === TAP && this.s.view === "zeros" ? -1 : 1; // there, K lies flipped
    const n = (i + turned * down) * columns + j + turned * right; // from the end of a line on to the next
    if (n >= 0 && n < rows * columns) this.jump([active, ...nth(n, columns)]);
  }
}

export default { render: (context) => { const view = new TransposedView(context); return () => view.end(); } };
