// What explorers share whose picture is grids of x, of the kernel and of what comes out: mouse, numbers, and play.

import { changes, editCell, saveSVG } from "./cells.js";
import { el } from "./common.js";
import { button } from "./controls.js";
import { entry, places, replaced, same } from "./math.js";
import { View } from "./view.js";

// Subclasses have what View asks for, and find(node), which returns what a cell stands for; edit(place, node) and
// press(place); and for play ended(), rewind() and advance().
export class GridView extends View {
  stop = null; // ends play
  past = changes(this.s, (name, place, v) => this.put(name, place, v));
  constructor(context, name, label, words, picture) {
    super(context, name, label);
    this.svg = el("svg", { class: "stage", role: "img", "aria-label": picture });
    this.stage = el("div", { class: "box", tabindex: 0, role: "application", ...words }, this.svg);
  }
  listen() {
    const to = (place) => { if (!same(place, this.hover)) { this.hover = place; this.paint(); } };
    this.svg.addEventListener("pointermove", (e) => to(this.find(e.target)));
    this.svg.addEventListener("pointerleave", () => { this.hover = null; this.paint(); });
    for (const [event, act] of [["click", "press"], ["dblclick", "edit"]]) this.svg.addEventListener(event, (e) => {
      const place = this.find(e.target);
      if (place) this[act](place, e.target);
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
