// DigitInspector: draw a digit, see what the network sees, and ask any of its numbers for the sum that made it.

import { css, el, Grid } from "../shared/common.js";
import { hint, keyed, onKeys } from "../shared/controls.js";
import { frame } from "../shared/frame.js";
import { bracket, clamp, largest, range, same, shape, show } from "../shared/math.js";
import { blend, onTheme, rgb } from "../shared/pixels.js";
import { Board } from "./board.js";
import { explain } from "./explain.js";
import { verdict } from "./math.js";
import { Network } from "./network.js";

const PATIENCE = 5000; // milliseconds to wait for Python

const upwards = (v, digit = 10 ** Math.floor(Math.log10(v))) => (Math.ceil(v / digit) * digit).toPrecision(1);

class DigitView {
  network = null; // the learner's, if the browser can compute it; else Python answers
  places = []; // the steps, and where their maps are
  asked = false; // whether the answer is to something that was drawn here
  patience = null; // the timer
  due = 0; // the frame in which the answer will follow the pen
  answered = null; // the image that the answer is to
  verdict = el("p", { class: "verdict" });
  bars = el("div", { class: "bars", role: "list", "aria-label": "probabilities" });
  rows = el("div", { class: "steps" });
  told = el("div", { class: "told" });
  later = 0; // the timer of the sum
  where = el("p", { class: "hint" });
  trouble = el("p", { class: "reasons", role: "alert", hidden: true });
  constructor({ model, el: host }) {
    const f = this.f = frame(model, host, "digit", "Digit inspector");
    this.model = model;
    this.get = (trait) => model.get(trait);
    this.c = model.get("constants");
    this.board = new Board(this);
    f.root.append(
      el("div", { class: "top" }, this.board.nodes, el("div", { class: "wide" }, el("p", { text: "probabilities" }), this.verdict, this.bars)),
      hint("By keys: arrows move the pen on the board, the space bar puts it down and lifts it, Backspace undoes. In a map, arrows choose a number; a click or Enter tells its sum."),
      this.where, this.trouble, f.live, this.rows);
    f.watch(["result", "labels"], () => this.answer());
    f.watch(["program", "weights"], () => { this.load(); this.answer(); });
    f.watch(["unit"], () => { if (this.places[this.get("unit")[0]]) { this.frameUnit(); this.tellSum(); } });
    this.mix();
    this.board.look();
    this.load();
    this.answer();
    this.leave = onTheme(f.root, () => { this.mix(); this.board.show(); this.answer(); });
  }
  end() { clearTimeout(this.patience); clearTimeout(this.later); cancelAnimationFrame(this.due); this.leave(); this.f.end(); }

  // The theme's colours; scale has one for each byte.
  mix() {
    const [ground, ink, mark, above, below] = ["--bg", "--fg", "--mark", "--pos", "--neg"].map((n) => rgb(this.f.root, n));
    const middle = blend(ground, [128, 128, 128], 0.12), { zero, full } = this.c;
    const scale = range(256).map((v) => {
      const [r, g, b] = blend(middle, v < zero ? below : above, Math.min(1, Math.abs(v - zero) / full));
      return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
    });
    this.colours = { ink, mark, scale, paper: range(65).map((t) => blend(ground, ink, t / 64)) };
    this.room = (this.f.root.clientWidth || 900) - 40;
  }

  // --- the network's answer ---

  load() {
    const program = this.get("program");
    this.network = program.steps ? new Network(program, this.get("weights")) : null;
    this.where.textContent = this.network ? "The network is here in the browser, its weights as float16: it answers while you draw."
      : program.reason ? `${this.model.alone ? "The network is not on this page" : "The network answers in Python only"}: ${program.reason}.` : "";
  }
  // The drawing has changed: its picture and the answer follow in the next frame, however many moves it takes.
  follow() {
    this.due ||= requestAnimationFrame(() => {
      this.due = 0;
      this.board.fresh();
      if (this.network || this.blank()) this.answer(false);
    });
  }
  blank() { return !this.board.image.some(Boolean); }
  // The same, at the end of a stroke: now the answer is announced.
  ask() {
    this.asked = true;
    clearTimeout(this.patience);
    this.board.fresh();
    if (this.network || this.blank()) return this.answer();
    if (this.model.alone) {
      this.answer(false);
      return this.old(`The network is not on this page (${this.get("program").reason}): run the notebook to see what it says to your drawing. The pale numbers are its answer to the first one.`);
    }
    // A notebook that was opened again, or whose kernel was started anew, has no network behind it.
    this.patience = setTimeout(() => this.old("Python does not answer. Run this cell again (Shift + Enter in it) to bring the network back; if it is still at work, wait. The pale numbers are its last answer."), PATIENCE);
  }
  old(why) {
    this.f.say(why);
    this.pale(true);
  }
  pale(on) { for (const node of [this.verdict, this.bars, this.rows]) node.classList.toggle(css("old"), on); }
  // What was found: by the network here, or by Python.
  found() {
    if (!this.network || this.get("result").error) return this.get("result");
    const { c } = this, { image } = this.board;
    if (!this.answered || image.some((v, n) => v !== this.answered.image[n]) || this.answered.network !== this.network) {
      this.answered = { image, network: this.network, probabilities: this.network.run(image) };
    }
    const { probabilities } = this.answered;
    if (!probabilities.every(Number.isFinite)) return { error: "its scores are not finite" };
    return { probabilities, steps: this.network.steps.slice(0, c.steps).map((s) => shaded(s, c)) };
  }
  answer(aloud = true) {
    cancelAnimationFrame(this.due);
    this.due = 0;
    this.board.fresh();
    const { error, probabilities, steps } = this.found(), blank = this.blank();
    clearTimeout(this.patience);
    this.trouble.hidden = !error;
    this.trouble.textContent = error ? `The model cannot read this: ${error}` : "";
    this.rows.classList.toggle(css("empty"), blank);
    this.pale(Boolean(error));
    if (error || (!probabilities && !blank)) return;
    const said = this.drawBars(blank ? null : probabilities);
    if (aloud && this.asked && this.board.own()) this.f.say(said);
    if (steps) this.drawSteps(steps);
    this.told.classList.add(css("old")); // until the stroke ends
    clearTimeout(this.later);
    if (aloud) this.later = setTimeout(() => this.tellSum(), this.asked ? 20 : 0); // the answer is waited for: it comes first
  }
  // Returns what it shows in a sentence.
  drawBars(probabilities) {
    const labels = this.get("labels"), { best, sure, words } = probabilities ? verdict(probabilities, labels, this.c) : { best: [], words: "draw a digit" };
    write(this.verdict, sure ? `it sees: ${words}` : words);
    this.bars.classList.toggle(css("unsure"), sure === false);
    keyed(this.bars, labels.map((label, n) => `${n} ${label}`), () => el("div", { role: "listitem" }, el("b"), el("span", { class: "bar-room" }, el("span", { class: "bar-fill" })), el("span")));
    labels.forEach((label, n) => {
      const row = this.bars.children[n], [name, room, number] = row.children, p = probabilities?.[n] ?? 0, chosen = best.includes(n);
      row.classList.toggle(css("best"), chosen);
      room.firstChild.style.width = `${100 * p}%`;
      [name.textContent, number.textContent] = [label, (probabilities ? p.toFixed(3) : "–") + (chosen ? (sure ? " ◀" : " ?") : "")];
    });
    if (!probabilities) return "The board is empty: draw a digit";
    const shown = best.map((n) => probabilities[n].toFixed(3)).join(", ");
    return sure ? `The network sees: ${words}, probability ${shown}` : `The network is ${words}; probabilities ${shown}`;
  }

  // --- maps ---

  drawSteps(steps) {
    let start = 0;
    const all = this.network ? null : bytesOf(this.get("maps"));
    this.places = steps.map((step, n) => {
      const bytes = step.bytes ?? all.subarray(start, start += step.shown * step.shape[1] * step.shape[2]);
      const place = this.placeOf(step, n, bytes);
      this.paintMaps(place);
      return place;
    });
    keyed(this.rows, range(this.places.length), (n) => el("div", { class: "step" }, el("p"), this.places[n].canvas));
    this.places.forEach((p, n) => { p.node = this.rows.children[n]; write(p.node.firstChild, p.head); p.canvas.setAttribute("aria-label", `${p.name}. Arrow keys choose a number, Page up and down a map, Enter tells its sum.`); });
    this.frameUnit();
  }
  placeOf({ title, shape: [channels, h, w], shown, scale, y }, n, bytes) {
    const scores = h * w === 1 && channels === this.get("labels").length; // one number for each class: its name goes below
    const size = scores ? 30 : h * w === 1 ? 14 : clamp(Math.floor(60 / w), 1, 12), wide = w * size + 4;
    const columns = Math.min(shown, Math.floor(this.room / wide) || 1);
    const more = channels > shown ? `, the first ${shown} shown` : "", count = h * w === 1 ? `${channels} numbers` : `${channels} maps of ${h} × ${w}`;
    const index = (c, i, j) => (c * h + i) * w + j, value = (...place) => y?.[index(...place)] ?? ((bytes[index(...place)] - this.c.zero) / this.c.full) * scale;
    const name = `${title} · ${count}${more}`;
    return { n, name, channels, h, w, title, shown, scale, bytes, scores, size, columns, value, wide, exact: Boolean(y), high: h * size + (scores ? 18 : 4),
      canvas: this.rows.children[n]?.querySelector("canvas") ?? this.mapsCanvas(n),
      head: `${name} · full colour is ±${show(scale)}: orange below zero, purple above` };
  }
  // All maps of a step as one picture, size x size pixels for a number: a hundred small pictures would take longer.
  paintMaps(p) {
    const sizes = { width: p.columns * p.wide, height: Math.ceil(p.shown / p.columns) * p.high };
    for (const [name, size] of Object.entries(sizes)) if (p.canvas[name] !== size) Object.assign(p.canvas, { [name]: size, letters: "" }); // it costs a new picture
    const context = p.canvas.getContext("2d"), { width } = p.canvas;
    const data = context.createImageData(width, p.canvas.height), pixels = new Uint32Array(data.data.buffer);
    for (let c = 0, n = 0; c < p.shown; c++) {
      const corner = Math.floor(c / p.columns) * p.high * width + (c % p.columns) * p.wide;
      for (let i = 0; i < p.h; i++) {
        const line = corner + i * p.size * width;
        for (let j = 0, at = line; j < p.w; j++, n++) {
          const colour = this.colours.scale[p.bytes[n]];
          for (const end = at + p.size; at < end; at++) pixels[at] = colour;
        }
        for (let more = 1; more < p.size; more++) pixels.copyWithin(line + more * width, line, line + p.w * p.size);
      }
    }
    p.plain = data;
  }
  // They stay where they are: to write them anew takes longer than all else here.
  letters(p, context) {
    const now = `${this.get("labels")} ${this.colours.ink} ${p.columns}`;
    if (p.canvas.letters === now) return;
    p.canvas.letters = now;
    context.clearRect(0, 0, p.canvas.width, p.canvas.height);
    Object.assign(context, { fillStyle: `rgb(${this.colours.ink})`, font: "12px sans-serif", textAlign: "center" });
    this.get("labels").forEach((label, c) => context.fillText(label, (c % p.columns) * p.wide + p.size / 2, Math.floor(c / p.columns) * p.high + p.size + 12, p.size));
  }
  mapsCanvas(n) {
    const canvas = el("canvas", { tabindex: 0, role: "application", "data-step": n });
    const at = (e) => {
      const p = this.places[n], r = canvas.getBoundingClientRect();
      const [x, y] = [((e.clientX - r.left) * canvas.width) / r.width, ((e.clientY - r.top) * canvas.height) / r.height];
      const column = Math.floor(x / p.wide), unit = [n, Math.floor(y / p.high) * p.columns + column, Math.floor((y % p.high) / p.size), Math.floor((x % p.wide) / p.size)];
      return x >= 0 && y >= 0 && column < p.columns && unit[1] < p.shown && unit[2] < p.h && unit[3] < p.w ? unit : null;
    };
    canvas.addEventListener("pointermove", (e) => { const unit = e.pointerType !== "touch" && at(e); if (unit) this.f.say(`${this.about(unit)}; click for its sum`); });
    canvas.addEventListener("click", (e) => { const unit = at(e); if (unit) this.choose(unit, true); });
    const by = (channel, down, right, aloud) => {
      const p = this.places[n], unit = this.get("unit"), now = unit[0] === n ? unit : [n, 0, 0, 0];
      if (p.h * p.w === 1) channel += right + down * p.columns;
      this.choose([n, clamp(now[1] + channel, 0, p.shown - 1), clamp(now[2] + down, 0, p.h - 1), clamp(now[3] + right, 0, p.w - 1)], aloud);
    };
    const here = () => by(0, 0, 0, true), last = ({ shown, h, w }) => this.choose([n, shown - 1, h - 1, w - 1]);
    onKeys(canvas, { move: (down, right) => by(0, down, right), pageup: () => by(-1, 0, 0), pagedown: () => by(1, 0, 0),
      home: () => this.choose([n, 0, 0, 0]), end: () => last(this.places[n]), enter: here, space: here });
    return canvas;
  }

  // --- one number, and its sum ---

  nameOf([n, c, i, j]) {
    const { title, h, w } = this.places[n];
    return `${title}, ${h * w === 1 ? `number ${c}` : `channel ${c}, row ${i}, column ${j}`}`;
  }
  // Python's maps hold a byte for each number: half a step of these is its error.
  about([n, ...place]) {
    const { value, scale, exact } = this.places[n], name = this.nameOf([n, ...place]);
    return exact ? `${name} = ${show(value(...place), 4)}` : `${name} ≈ ${show(value(...place), 3)} ± ${upwards(scale / (2 * this.c.full))}`;
  }
  choose(unit, withSum) {
    this.f.send({ unit });
    this.frameUnit();
    clearTimeout(this.patience);
    this.told.hidden = !this.tellSum(); // else it is not the sum of this number
    if (!this.told.hidden) return this.f.say(this.about(unit), this.about(unit) + (withSum ? `: ${this.brief}` : ""));
    const lacks = (what) => this.f.say(`${this.about(unit)}. For its sum, run ${what}: the network lives in Python.`);
    if (this.model.alone) lacks("the notebook");
    else this.patience = setTimeout(() => lacks("this cell again (Shift + Enter in it)"), PATIENCE);
  }
  frameUnit() {
    const [n, c, i, j] = this.unit();
    for (const p of this.places) {
      const context = p.canvas.getContext("2d");
      if (p.scores) this.letters(p, context);
      const [first, lines, step] = p.scores ? [-2, p.size + 4, p.high] : [0, p.canvas.height, p.canvas.height]; // all but the letters
      for (let y = first; y < p.canvas.height; y += step) context.putImageData(p.plain, 0, 0, 0, y, p.canvas.width, lines);
      if (p.n !== n || c >= p.shown) continue;
      const [x, y] = [(c % p.columns) * p.wide + j * p.size, Math.floor(c / p.columns) * p.high + i * p.size];
      context.lineWidth = 2;
      context.strokeStyle = `rgb(${this.colours.mark})`;
      context.strokeRect(x - 1, y - 1, p.size + 2, p.size + 2);
      if (this.told.parentNode !== p.node) p.node.append(this.told); // the sum stands below its map
    }
  }
  // Show the sum of the unit that is chosen; false, if it is Python's to tell and has not come.
  tellSum() {
    const unit = this.unit(), e = this.network && this.places.length ? { ...explain(this.network.steps[unit[0]], unit.slice(1)), unit } : this.get("result").explanation;
    if (!e || !same(e.unit, unit)) return false;
    this.told.hidden = false;
    this.told.classList.remove(css("old"));
    this.brief = inShort(e);
    const few = e.parts.slice(0, 4), most = (name) => Math.max(...few.map((part) => largest(part[name] ?? [[0]]))); // one scale for all
    const scales = { values: most("values"), weights: most("weights") }, rest = e.parts.length - few.length;
    this.told.replaceChildren(el("p", {}, el("strong", { text: `${this.nameOf(e.unit)} = ${show(e.value, 4)}` })), el("p", { text: sumOf(e) }),
      el("div", { class: "parts" }, few.map((part) => partOf(part, scales))),
      rest > 0 ? el("p", { text: `Drawn: the ${few.length} largest of ${e.parts.length} parts; all of them are in the sum above.` }) : "");
    return true;
  }
  // The unit that is chosen; the nearest one, if another network has come.
  unit() {
    const unit = this.get("unit"), n = Math.min(unit[0], this.places.length - 1), { channels, h, w } = this.places[n] ?? {};
    return n < 0 ? unit : [n, ...[channels, h, w].map((size, a) => Math.min(unit[a + 1], size - 1))];
  }
}

const write = (node, text) => { if (node.textContent !== text) node.textContent = text; };
const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
// A step's numbers as Python would send them: a byte for each of those that are shown.
function shaded({ title, out, y }, { most, numbers, zero, full }) {
  const shown = Math.min(out[0], out[1] * out[2] > 1 ? most : numbers), size = shown * out[1] * out[2];
  let scale = 0;
  for (let n = 0; n < size; n++) scale = Math.max(scale, Math.abs(y[n]));
  const bytes = new Uint8Array(size), factor = full / (scale ||= 1);
  for (let n = 0; n < size; n++) bytes[n] = Math.round(y[n] * factor) + zero;
  return { title, shape: out, shown, scale, bytes, y };
}
function sumOf({ formula, before, value, total, parts, bias }) {
  if (before !== undefined && total === undefined) return `${formula}: ${show(before, 4)} becomes ${show(value, 4)}`;
  const sums = parts[0]?.weights ? `: ${parts.map((part) => bracket(part.sum, 3)).join(" + ")}${bias === null ? "" : ` + bias ${bracket(bias, 3)}`}` : "";
  return `${formula}${sums} = ${show(total ?? value, 4)}`;
}
// The same in a breath.
function inShort({ formula, before, total, parts, bias }) {
  if (!parts[0]?.weights) return before !== undefined && total === undefined ? `${formula}, ${show(before, 4)}` : formula;
  return `sum of ${parts.flatMap(({ values }) => values.flat()).length} products${bias === null ? "" : ` and bias ${show(bias, 3)}`}`;
}
// The values of a part of the sum, with their weights beside or below them.
function partOf({ name, values, weights, sum }, most) {
  const [h, w] = shape(values), cell = w > 8 ? 40 : 34, beside = weights && w <= 8;
  const pictures = [new Grid("values", "", cell), new Grid("weights", "", cell)];
  pictures[0].draw(values, 4, 26, name, undefined, most.values);
  if (weights) pictures[1].draw(weights, beside ? (w + 1.2) * cell : 4, beside ? 26 : h * cell + 50, beside ? "weights" : "weights for them", undefined, most.weights);
  const [width, height] = [beside ? (2 * w + 1.4) * cell : w * cell + 8, beside || !weights ? h * cell + 30 : 2 * h * cell + 54];
  const svg = el("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": name }, pictures.map((p) => p.node));
  svg.style.width = `${width}px`;
  return el("figure", {}, svg, el("figcaption", { text: weights ? `sum of the products ${show(sum, 3)}` : "" }));
}

export default { render: (context) => { const view = new DigitView(context); return () => view.end(); } };
