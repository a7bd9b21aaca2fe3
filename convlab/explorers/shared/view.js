// What explorers of one operator share: settings that are drawn, settings that wait in the controls, and Python's.

import { copy, el } from "./common.js";
import { button, field, showAll } from "./controls.js";
import { adviser, number } from "./fields.js";
import { frame } from "./frame.js";
import { AXIS, clamp, over, same, swap } from "./math.js";

// Subclasses have problems(settings), outputSize(), build() and paint(); news(), the outcome of a setting in few words.
export class View {
  s = {}; // what is drawn: settings that work
  draft = {}; // what the controls say
  hover = null; // where the mouse is
  kept = {}; // numbers that a smaller size has cut off
  code = el("code", { class: "call" });
  constructor({ model, el: host }, name, label) {
    this.f = frame(model, host, name, label);
    this.get = (trait) => model.get(trait);
    this.c = model.get("constants");
    this.advice = adviser(this.f.root, (change) => this.apply(change), () => Object.fromEntries(this.c.settings.map((n) => [n, this.s[n]])));
  }

  // --- state ---

  read() { return Object.fromEntries(this.c.settings.map((n) => [n, this.get(n)])); }
  follow() { if (this.c.settings.some((n) => !same(this.s[n], this.get(n)))) this.take(); }
  take() {
    const now = this.read();
    if (this.problems(now).length) return; // half of a change: the other half is on its way
    for (const n of this.c.settings) if (!same(now[n], this.s[n])) this.draft[n] = now[n]; // what waits in other fields stays
    this.kept = {};
    Object.assign(this.s, now);
    this.explain();
    this.build();
  }
  explain() {
    const found = this.problems(this.draft);
    this.advice.explain(found);
    return found;
  }
  keep(name) { return (this.kept[name] = over(this.draft[name], this.kept[name])); }
  // An example replaces all that was typed.
  choose(change) {
    this.advice.forget();
    this.apply(change);
    this.kept = {};
  }
  apply(change) {
    for (const n of ["x", "kernel", "weight", "bias"]) if (this.draft[n]) this.keep(n);
    this.draft = { ...this.draft, ...change };
    if (this.explain().length) return this.wait();
    Object.assign(this.s, this.draft);
    this.send({ ...this.draft, position: this.inside(this.get("position")) });
    this.build();
    this.f.add(this.news());
  }
  send(changes) { this.f.send(changes); }
  wait() { showAll(this.f.root); }
  inside(place, size = this.outputSize()) { return place.map((v, a) => clamp(v, 0, size[a] - 1)); }

  // --- controls ---

  whole(name, a, value, change, min, max) { return number(`${name}, ${AXIS[a]}`, value, change, { min, max, advice: this.advice }); }
  pair(name, min, max) {
    return field(name, ...[0, 1].map((a) => this.whole(name, a, () => this.draft[name][a], (v) => this.apply({ [name]: swap(this.draft[name], a, v) }), min, max)));
  }
  callBar(title, text) {
    return el("div", { class: "bar" }, this.code, button("copy", title, () => copy(text(), this.code, this.f.say)));
  }
}
