// The drawing board of DigitInspector, by mouse, touch and keys, and the image that becomes of the drawing.

import { el } from "../shared/common.js";
import { button, field, onKeys } from "../shared/controls.js";
import { clamp, same } from "../shared/math.js";
import { paintPixels } from "../shared/pixels.js";
import { centreOfMass, cover, preprocess, rasterise } from "./math.js";

export class Board {
  stroke = null; // that is being drawn
  pen = null; // true while the keys' pen is down
  cursor = [0.5, 0.5]; // of the keys
  stale = true; // whether the pictures wait for the next frame
  keys = false; // whether the keys draw
  cleared = [];
  paper = el("canvas", { class: "paper", tabindex: 0, role: "application",
    "aria-label": "Drawing board. Draw with the mouse or a finger. Keys: arrows move the pen, space puts it down and lifts it, Backspace undoes, Delete clears." });
  // view: the DigitInspector's. It hears of every change by follow(), and by ask() of those that are to be announced.
  constructor(view) {
    Object.assign(this, { view, f: view.f, get: view.get, c: view.c });
    const { side, box } = this.c, switches = { resize: `fit into ${box} × ${box}`, centre: "centre of mass in the middle", blur: "blur" };
    this.seen = el("canvas", { class: "seen", role: "img", "aria-label": `what the network sees, ${side} by ${side} pixels` });
    this.marks = el("svg", { class: "marks", viewBox: `0 0 ${side} ${side}`, "aria-hidden": "true" });
    this.strokes = this.get("strokes");
    this.switches = Object.entries(switches).map(([name, label]) => this.switch(name, label));
    const undo = () => this.undo(), clear = () => this.clear();
    this.nodes = [
      el("div", {}, el("p", { text: "draw here" }), this.paper,
        el("div", { class: "bar" }, button("undo", "undo the last stroke (Backspace)", undo), button("clear", "clear the board (Delete)", clear))),
      el("div", {}, el("p", { text: `what the network sees: ${side} × ${side}` }), el("div", { class: "stack" }, this.seen, this.marks),
        el("div", { class: "switches" }, this.switches.map(([name, box]) => field(switches[name], box))))];
    this.listen();
    onKeys(this.paper, { move: (down, right) => this.move(down, right), home: () => this.put([0, 0]), end: () => this.put([1, 1]),
      space: () => this.dip(), backspace: undo, undo, delete: clear });
    this.f.watch(["strokes", "image", ...Object.keys(switches)], () => this.take());
    this.setSwitches();
  }
  take() {
    const old = this.strokes;
    this.strokes = this.get("strokes");
    this.setSwitches();
    if (this.stroke) return;
    if (this.strokes !== old) this.look(); // else it is what was drawn here
    this.stale = true;
    this.view.follow();
  }
  own() { return !this.get("image"); } // else it is an image of Python's

  // --- switches ---

  switch(name, label) {
    const box = el("input", { type: "checkbox", "aria-label": label });
    box.addEventListener("click", (e) => { if (!this.own()) e.preventDefault(); });
    box.addEventListener("change", () => { this.f.send({ [name]: box.checked }); this.look(); this.view.ask(); });
    return [name, box];
  }
  setSwitches() {
    for (const [name, box] of this.switches) {
      Object.assign(box, { checked: this.get(name), title: this.own() ? "" : "for drawings; this is an image" });
      box.setAttribute("aria-disabled", String(!this.own())); // a disabled one would lose the focus
    }
  }

  // --- pictures ---

  look() {
    this.board = rasterise(this.stroke ? [...this.strokes, this.stroke] : this.strokes, this.c);
    this.stale = true;
  }
  fresh() { if (this.stale) this.show(); }
  show() {
    this.stale = false;
    const { board, c, paper } = this, { paper: shades } = this.view.colours, own = this.own();
    paintPixels(paper, [c.board, c.board], (n) => shades[own ? Math.round(64 * board[n]) : 0]);
    if (this.keys && document.activeElement === paper) this.showPen(paper.getContext("2d"));
    const image = own ? preprocess(board, Object.fromEntries(this.switches.map(([name]) => [name, this.get(name)])), c) : this.get("image"), bytes = this.image = image.flat();
    paintPixels(this.seen, [c.side, c.side], (n) => [bytes[n], bytes[n], bytes[n]]);
    const [row, column] = centreOfMass(image), edge = (c.side - c.box) / 2;
    this.marks.replaceChildren(el("rect", { x: edge, y: edge, width: c.box, height: c.box }),
      ...(Number.isFinite(row) ? [el("path", { d: `M${column - 1} ${row + 0.5}h3M${column + 0.5} ${row - 1}v3` })] : []));
  }
  showPen(context) {
    context.strokeStyle = context.fillStyle = `rgb(${this.view.colours.mark})`;
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(...this.cursor.map((v) => v * this.c.board), this.c.pen, 0, 7);
    if (this.pen) context.fill(); else context.stroke();
  }

  // --- strokes ---

  begin(p) {
    if (!this.own() || same(this.strokes, this.c.example)) this.strokes = [];
    if (!this.own()) this.f.send({ strokes: this.strokes, image: null });
    this.stroke = [p];
    this.look();
    this.view.follow();
  }
  extend(p) {
    if (same(p, this.stroke.at(-1))) return;
    cover(this.board, this.stroke.at(-1), p, this.c);
    this.stroke.push(p);
  }
  finish() {
    if (!this.stroke) return;
    this.strokes = [...this.strokes, this.stroke];
    this.stroke = null;
    this.tell(false); // the board has it already
  }
  tell(changed = true) {
    this.f.send({ strokes: this.strokes, image: null });
    if (!this.view.network) this.f.tell(); // Python can think while the board is drawn
    if (changed) this.look();
    this.view.ask();
  }
  undo() {
    [this.strokes, this.cleared] = this.strokes.length ? [this.strokes.slice(0, -1), this.cleared] : [this.cleared, []];
    this.tell();
  }
  clear() {
    [this.stroke, this.cleared, this.strokes] = [null, this.strokes.length ? this.strokes : this.cleared, []];
    this.tell();
  }

  // --- mouse, touch, keys ---

  listen() {
    const { paper } = this, on = (event, f, more) => paper.addEventListener(event, f, more);
    const point = (e) => {
      const r = paper.getBoundingClientRect();
      return [(e.clientX - r.left) / r.width, (e.clientY - r.top) / r.height].map((v) => +clamp(v, 0, 1).toFixed(3));
    };
    on("keydown", () => { this.keys = true; }, true);
    on("pointerdown", (e) => { this.keys = false; paper.setPointerCapture(e.pointerId); this.begin(point(e)); });
    on("pointermove", (e) => { if (this.stroke && this.pen === null) this.drag((e.getCoalescedEvents?.() ?? [e]).map(point)); });
    for (const end of ["pointerup", "pointercancel"]) on(end, () => { if (this.pen === null) this.finish(); });
    for (const change of ["focus", "blur"]) on(change, () => this.show());
  }
  drag(points) {
    points.forEach((p) => this.extend(p));
    this.stale = true;
    this.view.follow();
  }
  put(cursor) {
    this.cursor = cursor;
    if (this.pen) this.drag([cursor]);
    else this.show();
  }
  move(down, right) {
    const { side } = this.c;
    this.put([this.cursor[0] + right / side, this.cursor[1] + down / side].map((v) => +clamp(v, 0, 1).toFixed(3)));
    this.f.say(`pen ${this.pen ? "down" : "up"} at row ${Math.round(this.cursor[1] * side)}, column ${Math.round(this.cursor[0] * side)}`);
  }
  dip() {
    this.f.say(this.pen ? "pen up" : "pen down");
    if (!this.pen) {
      this.pen = true;
      return this.begin(this.cursor);
    }
    this.pen = null;
    this.finish();
  }
}
