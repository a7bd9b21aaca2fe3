// What explorers share whose picture is grids of x, of the kernel and of what comes out: mouse, numbers, and play.

import { changes, editCell, saveSVG } from "./cells.js";
import { el } from "./common.js";
import { button, hint, onKeys } from "./controls.js";
import { callCode, entry, grid, places, replaced, same } from "./math.js";
import { View } from "./view.js";

// Subclasses have what View asks for, call(), and active, the grid in which the keys are; each grid has a number. What a
// cell stands for is [number, row, column]: find(node) returns it, press(what) and edit(what, node) act on it, jump(what)
// goes there; place() is where the keys are in a grid, room(number) how far they can go, moved() follows the position.
// For play: ended(), rewind() and advance().
export class GridView extends View {
  stop = null; // ends play
  past = changes(this.s, (name, place, v) => this.put(name, place, v));
  constructor(context, name, label, words, picture) {
    super(context, name, label);
    this.svg = el("svg", { class: "stage", role: "img", "aria-label": picture });
    this.stage = el("div", { class: "box", tabindex: 0, role: "application", ...words }, this.svg);
  }
  begin(controls, words, bar, letters) {
    const { f } = this;
    f.root.append(...controls, this.advice.box, ...this.middle(), hint(words), bar, this.callBar("copy the PyTorch code, with the values", () => this.program()));
    this.listen(letters);
    f.watch(this.c.settings, () => this.follow());
    f.watch(["position"], () => this.moved());
    this.take();
  }
  middle() { return [this.stage, this.f.live]; }
  program() { return callCode(this.s, this.call()); }
  all(g) { return places(grid(...this.room(g), () => 0)); } // the places of a grid, in order
  listen(letters) {
    const to = (place) => { if (!same(place, this.hover)) { this.hover = place; this.paint(); } };
    this.svg.addEventListener("pointermove", (e) => to(this.find(e.target)));
    this.svg.addEventListener("pointerleave", () => { this.hover = null; this.paint(); });
    for (const [event, act] of [["click", "press"], ["dblclick", "edit"]]) this.svg.addEventListener(event, (e) => {
      const place = this.find(e.target);
      if (place) this[act](place, e.target);
    });
    onKeys(this.stage, {
      move: (down, right) => this.move(down, right),
      home: () => this.jump([this.active, ...this.all(this.active)[0]]),
      end: () => this.jump([this.active, ...this.all(this.active).at(-1)]),
      space: () => this.toggle(), undo: this.past.undo,
      enter: () => this.editAt([this.active, ...this.place(this.active)]),
      ...Object.fromEntries([...letters].map((key, g) => [key, () => this.jump([g, ...this.place(g)])])),
    });
  }

  // --- numbers ---

  // What changes no size counts at once, also while other settings cannot work: change(settings) -> changes.
  atOnce(change) {
    const now = change(this.s);
    Object.assign(this.draft, change(this.draft));
    Object.assign(this.s, now);
    this.explain();
    this.send(now);
    this.build();
  }
  numbers(name) { return places(this.s[name]); } // those that can be typed, in order
  put(name, place, v) { this.atOnce((of) => ({ [name]: replaced(of[name], place, v) })); }
  // A field over a number of x or of the kernel. Tab goes on to the next number of the same list: to(place).
  editNumber(target, name, place, to, order = 1) {
    const old = entry(this.s[name], place);
    editCell(this.stage, target, old, {
      what: `${name} (${place.join(", ")})`, advice: this.advice,
      keep: (v) => {
        if (v === old) return;
        this.past.note(name, place);
        this.put(name, place, v);
      },
      next: (by) => {
        const all = this.numbers(name), there = all[all.findIndex((p) => same(p, place)) + order * by];
        if (there) to(there);
        return there;
      },
    });
  }

  // --- play: its frames stay in the browser ---

  toggle() {
    if (this.stop) return this.pause();
    this.play.textContent = "❚❚ pause";
    if (this.ended()) this.rewind();
    this.stop = this.f.every(this.get("interval"), () => (this.ended() ? this.pause() : this.advance()));
  }
  pause() {
    this.stop?.();
    this.stop = null;
    this.play.textContent = "▶ play";
  }
  // The buttons below the picture: [text, title, what it does], two before play and two behind it.
  bar(steps, about, file) {
    const [first, back, on, last] = steps.map(([text, title, go]) => button(text, title, () => { this.pause(); go(); }));
    this.play = button("▶ play", about, () => this.toggle());
    return el("div", { class: "bar" }, first, back, this.play, on, last, button("save SVG", "save the picture as SVG", () => saveSVG(this.svg, file)));
  }
  end() { this.stop?.(); this.f.end(); }
}
