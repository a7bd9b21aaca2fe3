// What every explorer is made of: its box, what it tells Python, and when.

import { el } from "./common.js";
import { same } from "./math.js";

// A field tells its change before a press elsewhere has become a click. Drawn anew at once, the pressed cell would be
// gone, and the click with it; so wait until it has arrived.
let pressed = false;
const waiting = [];
const settle = () => waiting.splice(0).forEach((f) => f());
export const settled = (f) => (pressed ? waiting.push(f) : f());

export const undoes = (e) => (e.ctrlKey || e.metaKey) && ["z", "y"].includes(e.key.toLowerCase());

// A frame for one explorer: the box, its live text, its listeners on the model, its timer; all end with the view.
export function frame(model, el0, name, label) {
  let owed = 0;
  const over = new AbortController(), atEnd = (f) => over.signal.addEventListener("abort", f);
  const listen = (name, f) => addEventListener(name, f, { capture: true, signal: over.signal });
  listen("pointerdown", () => { pressed = true; });
  listen("click", settle); // what was typed comes first
  listen("keydown", () => { pressed = false; settle(); }); // a press may end outside the window, unseen
  for (const end of ["pointerup", "pointercancel"]) listen(end, () => { pressed = false; setTimeout(settle); });
  // What is seen may be long; what is heard is brief, and comes once when all that belongs to an action is done.
  const live = el("div", { class: "live" }), heard = el("div", { class: "heard", role: "status" });
  let words = "", hushed = true;
  const speak = () => { if (!hushed && heard.textContent !== words) heard.textContent = words; };
  const hear = (text) => {
    words = text;
    requestAnimationFrame(speak);
  };
  // JupyterLab acts on single keys in a notebook, but not in here; nor does what listens around it
  // Whoever clicks on its words has the focus in it, too.
  const root = el("div", { class: `x ${name}`, role: "group", tabindex: -1, "aria-label": label, "data-lm-suppress-shortcuts": "true" });
  root.addEventListener("keydown", (e) => {
    e.stopPropagation();
    if (undoes(e)) e.preventDefault();
    if (!(e.ctrlKey || e.metaKey) || e.key !== "s" || !root.closest(".jp-Notebook")) return;
    e.preventDefault(); // but saving is asked of the notebook
    el0.dispatchEvent(new KeyboardEvent("keydown", e));
  });
  for (const event of ["focusin", "pointerdown", "click"]) root.addEventListener(event, () => { hushed = false; }, { capture: true, once: true }); // not before one is here
  root.append(heard);
  el0.append(root);
  return {
    root, live,
    say(text, brief = text) {
      if (live.textContent !== text) live.textContent = text;
      hear(brief);
    },
    add: (text) => hear(`${text}; ${words}`), // to what has just been said
    hush(on) { hushed = on; if (!on) hear(words); }, // while it plays
    watch(names, f) {
      for (const n of names) { model.on(`change:${n}`, f); atEnd(() => model.off(`change:${n}`, f)); }
    },
    // Whoever wants less motion gets it slowly.
    every(ms, f) {
      const t = setInterval(f, matchMedia("(prefers-reduced-motion: reduce)").matches ? Math.max(ms, 1500) : ms);
      const stop = () => clearInterval(t);
      atEnd(stop);
      return stop;
    },
    // Tell Python, after the next frame: its answer would hold that up. What it has already is not sent again.
    send(changes) {
      const news = Object.entries(changes).filter(([n, v]) => !same(model.get(n), v));
      news.forEach(([n, v]) => model.set(n, v));
      if (news.length && !owed) requestAnimationFrame(() => setTimeout(this.tell));
      owed ||= news.length;
    },
    tell: () => { if (owed) model.save_changes(); owed = 0; },
    end() { over.abort(); root.remove(); },
  };
}
