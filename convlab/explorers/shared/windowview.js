// What explorers share whose window moves over an input, by keys, by mouse and by play, and makes an output.

import { reveal } from "./cells.js";
import { GridView } from "./gridview.js";
import { places, same } from "./math.js";

export const INPUT = 0;
export const KERNEL = 1;
export const OUTPUT = 2;

// Subclasses have result, the output; cursors, the places in input and kernel; and cell(g, place), the node there.
export class WindowView extends GridView {
  active = OUTPUT;
  shown = []; // where the window is drawn: hover and play go ahead of the trait
  constructor(context, name, label, picture) {
    super(context, name, label, { "aria-roledescription": "window",
      "aria-label": "Window. Arrow keys move it, Home and End jump, space plays. I, K and O go to input, kernel and output; Enter changes a number there." }, picture);
  }
  open(file) {
    const end = (n) => () => this.go(places(this.result).at(n));
    const steps = [["|◀ first", "first window (Home)", end(0)], ["◀ back", "one step back", () => this.step(-1)],
      ["step ▶", "one step on", () => this.step(1)], ["last ▶|", "last window (End)", end(-1)]];
    this.begin([this.controls()], "Arrow keys step, the space bar plays. A double click or tap changes a number; by keys: I, K and O go to input, kernel and output, Enter changes.",
      this.bar(steps, "play or pause (space)", file), "iko");
  }

  place(g) { return this.cursors[g] ?? this.shown; }
  moved() {
    if (same(this.shown, this.get("position"))) return;
    this.shown = this.get("position");
    this.paint();
  }
  go(place, tell = true) {
    [this.active, this.hover, this.shown] = [OUTPUT, null, place];
    if (tell) this.f.send({ position: place });
    this.paint();
  }
  step(by, tell = true) {
    const all = places(this.result), n = all.findIndex((p) => same(p, this.shown));
    this.go(all.at((n + by) % all.length), tell);
  }
  ended() { return same(this.shown, places(this.result).at(-1)); }
  rewind() { this.go(places(this.result)[0], false); }
  advance() { this.step(1, false); }
  pause() {
    if (!this.stop) return;
    super.pause();
    this.f.send({ position: this.shown });
  }
  press([g, ...place]) {
    this.pause();
    if (g === OUTPUT) return this.go(place);
    [this.active, this.cursors[g]] = [g, place];
    this.paint();
  }
  jump([g, ...place]) {
    this.hover = null;
    this.press([g, ...place]);
    reveal(this.cell(g, place).parentNode);
  }
  // On from the end of a line to the next, as the window does; up and down in the same column.
  move(down, right) {
    const all = this.all(this.active), place = this.place(this.active), line = (p) => p.slice(0, -1);
    let n = all.findIndex((p) => same(p, place)) + down + right;
    while (down && all[n] && (same(line(all[n]), line(place)) || all[n].at(-1) !== place.at(-1))) n += down;
    if (all[n]) this.jump([this.active, ...all[n]]);
  }
  editAt([g, ...place]) { this.edit([g, ...place], this.cell(g, place)); }
  // A field over a number; Tab goes on to the next, on which the cursor then stands: where(its place in the list).
  editCursor(g, target, name, place, where, order = 1) {
    this.editNumber(target, name, place, (next) => {
      [this.active, this.cursors[g], this.hover] = [g, where(next), null];
      this.paint();
      this.editAt([g, ...where(next)]);
    }, order);
  }
}
