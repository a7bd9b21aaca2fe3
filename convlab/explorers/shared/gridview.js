// What explorers share whose picture is grids of x, of the kernel and of what comes out: mouse, numbers, and play.

import { changes, editCell, saveSVG } from "./cells.js";
import { el, Grid } from "./common.js";
import { button, hint, off, onKeys } from "./controls.js";
import { callCode, entry, grid, places, replaced, same, shape, times } from "./math.js";
import { View } from "./view.js";

const [BETWEEN, LEAST] = [36, 26]; // pixels: between two grids; of a cell that a finger can hit

// Subclasses have what View asks for, call(), and active, the grid in which the keys are; each grid has a number. What a
// cell stands for is [number, row, column]: find(node) returns it, press(what) and edit(what, node) act on it, jump(what)
// goes there; place() is where the keys are in a grid, room(number) how far they can go, moved() follows the position.
// For play: ended(), rewind() and advance().
export class GridView extends View {
  stop = null; // ends play
  past = changes(this.s, (name, place, v) => this.put(name, place, v));
  constructor(context, name, label, words, picture) {
    super(context, name, label);
    this.svg = el("svg", { class: "stage", role: "group", "aria-label": picture });
    this.stage = el("div", { class: "box", tabindex: 0, role: "application", ...words }, this.svg);
  }
  begin(controls, words, bar, letters) {
    const { f } = this;
    f.root.append(...controls, this.advice.box, ...this.middle(), hint(words), bar, this.callBar("copy the PyTorch code, with the values", () => this.program()));
    this.listen(letters);
    f.watch(this.c.settings, () => this.follow());
    f.watch(["position"], () => this.moved());
    this.take();
    // As wide as there is room. A scroll bar that goes is no reason: it would come again.
    this.watcher = new ResizeObserver(() => { const { clientWidth } = this.f.root; if (clientWidth && !(clientWidth - this.width >= 0 && clientWidth - this.width < 20)) this.build(); });
    this.watcher.observe(this.f.root);
  }
  get space() { return ((this.width = this.f.root.clientWidth) || 876) - 26; }
  wait() { this.pause(); super.wait(); }
  news() { return `output ${times(this.outputSize())}`; }
  middle() { return [this.stage, this.f.live]; }
  program() { return callCode(this.s, this.call()); }
  all(g) { return places(grid(...this.room(g), () => 0)); } // the places of a grid, in order
  listen(letters) {
    const to = (place) => { if (!same(place, this.hover)) { this.hover = place; this.paint(); } };
    this.svg.addEventListener("pointermove", (e) => to(this.find(e.target)));
    // A finger's moves, too, are told to what is below it; where it is lifted, that is chosen.
    this.svg.addEventListener("pointerdown", (e) => { if (e.target.hasPointerCapture(e.pointerId)) e.target.releasePointerCapture(e.pointerId); });
    this.svg.addEventListener("pointerup", (e) => { if (e.pointerType === "touch" && this.hover) this.press(this.hover); });
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

  // Grids in a line, each [name, values, title, who(i, j), kind(i, j, who)], with signs between, as large as they fit.
  // Where cells would be too small, two lines; then, of a large grid, a part. Returns the height, and where it ends.
  line(list, signs, left, top, width, most, least = LEAST, high = 560) {
    const sizes = list.map(([, m]) => shape(m)), seen = (part, n) => sizes[n].map((v) => Math.min(v, part));
    const title = (part, n) => list[n][2] + (same(seen(part, n), sizes[n]) ? "" : ", a part");
    const slot = (part, cell) => (n) => Math.max(seen(part, n)[1] * cell, 7.8 * title(part, n).length);
    const begin = (of) => (of[0] ? BETWEEN / 2 : 0), tall = (part, cell, of) => Math.max(...of.map((n) => seen(part, n)[0])) * cell + 30;
    const fits = ([part, lines], cell) => lines.reduce((sum, of) => sum + tall(part, cell, of), 0) <= high
      && lines.every((of) => of.map(slot(part, cell)).reduce((a, b) => a + b) + begin(of) + BETWEEN * (of.length - 1) <= width);
    const ways = [99, 12, 8, 5].flatMap((part) => [[[0, 1, 2]], [[0], [1, 2]], [[0, 1], [2]]].map((lines) => [part, lines])), way = ways.find((w) => fits(w, least)) ?? [8, [[0], [1], [2]]], [part, lines] = way;
    let cell = most, y = top + 20, end = 0;
    while (cell > least && !fits(way, cell)) cell -= cell > 5 ? 1 : 0.1;
    for (const of of lines) {
      let x = left + begin(of);
      const middle = y + (tall(part, cell, of) - 30) / 2;
      for (const n of of) {
        const [name, m, , who, kind] = list[n], room = seen(part, n), g = new Grid(name, "", cell), all = slot(part, cell)(n);
        g.who = grid(...sizes[n], who);
        g.draw(m, x + (all - room[1] * cell) / 2, middle - (room[0] * cell) / 2, title(part, n), (i, j) => kind?.(i, j, g.who[i][j]) ?? "", undefined, room);
        this.grids.push(g);
        this.parts.push(el("text", { class: "sign", x: x - BETWEEN / 2 + (n === of[0] ? BETWEEN / 4 : 0), y: middle, text: n ? signs[n - 1] : "" }), g.node);
        x += all + BETWEEN;
      }
      end = Math.max(end, x - BETWEEN);
      y += tall(part, cell, of);
    }
    return [y - top - 20, end];
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
    if (off(this.play)) return this.f.say("It plays when the settings work.");
    this.play.textContent = "❚❚ pause";
    this.f.hush(true);
    if (this.ended()) this.rewind();
    this.stop = this.f.every(this.get("interval"), () => (this.ended() ? this.pause() : this.advance()));
  }
  pause() {
    if (this.stop) this.f.hush(false);
    this.stop?.();
    this.stop = null;
    this.play.textContent = "▶ play";
  }
  // The buttons below the picture: [text, title, what it does], two before play and two behind it.
  bar(steps, about, file) {
    const [first, back, on, last] = steps.map(([text, title, go]) => button(text, title, () => { this.pause(); go(); }));
    this.play = button("▶ play", about, () => this.toggle());
    return el("div", { class: "bar foot" }, first, back, this.play, on, last, button("save SVG", "save the picture as SVG", () => { saveSVG(this.svg, file); this.f.say(`saved as ${file}`); }));
  }
  end() { this.watcher.disconnect(); this.stop?.(); this.f.end(); }
}
