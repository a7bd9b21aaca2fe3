// What one types into: fields and menus, their mistakes, the keys of a picture, and the field over a cell.

import { css, el } from "./common.js";
import { settled, undoes } from "./frame.js";
import { same, show, swap } from "./math.js";

// --- controls: made once; show() sets what they show, so whoever is in one stays in it ---

// Its name begins with what stands on it: people who speak to their computer say that.
export const button = (text, title, click, more = {}) => el("button", { type: "button", title, "aria-label": `${text}: ${title}`, text, click, ...more });
export const field = (label, ...inputs) => el("label", { class: "field" }, el("span", { text: label }), ...inputs);

// A node that knows how it should look: showAll calls f(node).
export const shows = (node, f) => Object.assign(node, { show: () => f(node) });
export const showAll = (root) => root.querySelectorAll("button, input, select").forEach((node) => node.show?.());

// What a person may write: 0.5, 0,5, 1/9, −2; else NaN.
function parse(text) {
  const found = text.trim().replace(",", ".").replace("−", "-").match(/^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(?:\s*[/]\s*(\d+\.?\d*|\.\d+))?$/i);
  return found ? Number(found[1]) / Number(found[2] ?? 1) : NaN;
}
const ANY_NUMBER = "Write a number, such as 0.5 or 1/9.";

// A field for a whole number from min to max, or (whole: false) for any number; value() is what it shows. It tells on
// Enter (in JupyterLab no change event follows it) and when it is left. What it cannot take stays in it, and
// `advice` says why; Escape gives the old number back. It undoes its own changes: the browser's undo would go on to
// those of other fields.
export function number(label, value, change, { min = 0, max = 99, whole = true, advice }) {
  const kind = whole ? { type: "number", min, max, step: 1 } : { type: "text", inputmode: "decimal" };
  const input = el("input", { ...kind, "aria-label": label });
  const past = [];
  let shown, text = ""; // the number, and how it is written
  const touched = () => input.value !== text || input.validity.badInput;
  const accept = () => { advice.clear(input); input.removeAttribute("aria-invalid"); };
  function reset() {
    input.value = "";
    input.value = text = String(whole ? shown : +shown.toPrecision(4));
    accept();
  }
  function commit() {
    if (!touched()) return accept();
    const v = parse(input.value);
    if (!Number.isFinite(v) || (whole && !(Number.isInteger(v) && v >= min && v <= max))) return refuse(v);
    past.push(text);
    text = input.value;
    accept();
    if (v === shown) return;
    shown = v;
    change(v);
  }
  function refuse(v) {
    input.setAttribute("aria-invalid", "true");
    advice.refuse(input, `${label}: ${input.value ? `“${input.value}” is not possible` : "there is no number"}. ${whole ? `Write a whole number from ${min} to ${max}.` : ANY_NUMBER}`,
      v < min ? `PyTorch needs ${label.split(",")[0]} >= ${min}` : "", show(shown, 4), reset);
  }
  for (const end of ["change", "blur"]) input.addEventListener(end, () => settled(commit));
  input.addEventListener("keydown", (e) => {
    if (e.key === "Escape") reset();
    if (undoes(e) && e.key === "z") input.value = touched() ? text : past.pop() ?? text;
    if (e.key !== "Enter") return;
    e.preventDefault();
    commit();
    input.select();
  });
  return shows(input, () => {
    if (value() === shown) return;
    const typing = input.matches(":focus") && touched();
    shown = value();
    past.length = 0; // what was before belongs to other settings
    if (!typing) reset();
  });
}

// A menu; "changed" is in it while the value is none of the options.
export function select(label, options, value, change) {
  const option = (o, more) => el("option", { value: o, text: o, ...more });
  const node = el("select", { "aria-label": label, change: () => change(node.value) },
    option("changed", { hidden: true, disabled: true }), options.map((o) => option(o)));
  return shows(node, () => { node.value = value() ?? "changed"; });
}

// Bring a node's children in line with a list of keys, without moving one that stays; make(key) makes a new one.
export function keyed(parent, keys, make) {
  const wanted = keys.map(String), focused = parent.querySelector(":focus");
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  wanted.forEach((key, n) => {
    if (old.has(key)) return;
    const node = make(keys[n]);
    node.dataset.key = key;
    old.set(key, node);
    const next = wanted.slice(n + 1).map((k) => old.get(k)).find((o) => o?.parentNode === parent);
    parent.insertBefore(node, next ?? null);
  });
  const gone = [...parent.children].filter((node) => !wanted.includes(node.dataset.key));
  const last = old.get(wanted.at(-1));
  if (gone.some((node) => node.contains(focused))) (last?.querySelector("input, [tabindex]") ?? last)?.focus();
  gone.forEach((node) => node.remove());
}

// What the keys can do, for those who do not hear its label.
export const hint = (text) => el("p", { class: "hint", text });

// Numbers that were changed in the picture, for Ctrl + Z in it; s holds the matrices by name, set puts a number back.
// Where a matrix has become another one in the meantime, there is nothing to go back to.
export function changes(s, set) {
  const past = [];
  return {
    note(name, place) { past.push([name, place, s[name]]); },
    undo() {
      const [name, [i, j], before] = past.pop() ?? ["x", [-1]], line = s[name][i];
      if (line && same(swap(s[name], i, swap(line, j, before[i][j])), before)) set(name, [i, j], before[i][j]);
      else past.length = 0;
    },
  };
}

// A small part of the picture that the keys have reached comes into view.
export const reveal = (node) => node?.scrollIntoView({ block: "nearest", inline: "nearest" });

// Keys of a focusable element: move(down, right) for the arrows, home, end, space, enter, and single letters.
export const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
export function onKeys(node, keys) {
  node.addEventListener("keydown", (e) => {
    if (e.target !== node) return;
    if (e.key === "Escape") node.querySelector(`.${css("edit")}`)?.end(false);
    if (undoes(e) && e.key === "z") keys.undo?.();
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const f = ARROWS[e.key] ? () => keys.move(...ARROWS[e.key]) : keys[e.key === " " ? "space" : e.key.toLowerCase()];
    if (!f) return;
    e.preventDefault();
    e.stopPropagation();
    f();
  });
}

// Why settings cannot work, with buttons for the nearest that can; and fields that hold what they cannot take.
export function adviser(root, apply, drawn) {
  const box = el("div", { class: "reasons", role: "alert", hidden: true }), refused = new Map();
  let problems = [], entries = [], last = "[]";
  // A change, or a function, as it is when the button is pressed: other settings may have changed since it was drawn.
  function choose(n, m) {
    const [, change] = entries[n].fixes[m];
    if (typeof change === "function") change();
    else apply(change);
  }
  const words = ({ text, rule, fixes, typed }, n) => el("div", {}, el("p", {}, el("strong", { text })), rule && el("p", {}, el("code", { text: rule })),
    el("p", {}, typed || !fixes.length ? "" : "The nearest that work: ", ...fixes.map(([label], m) => button(label, "take this", () => choose(n, m)))));
  function draw() {
    root.classList.toggle(css("off"), problems.length > 0);
    entries = [...problems, ...refused.values()];
    const now = JSON.stringify(entries.map((e) => [e.text, e.rule, e.fixes.map(([label]) => label)]));
    if (now === last) return;
    last = now;
    const old = [...box.children], inside = box.matches(":focus-within");
    const late = problems.length ? [el("p", {}, "The picture and the call below are those of the last settings that worked. ",
      button("back to them", "undo what waits", () => apply(drawn())))] : [];
    const fresh = [...entries.map(words), ...late];
    box.append(...fresh);
    if (entries.length) box.hidden = false;
    // The pressed button goes: on with the next one, or with the picture.
    if (inside) (fresh.map((node) => node.querySelector("button")).find(Boolean) ?? root.querySelector("[tabindex]")).focus();
    old.forEach((node) => node.remove());
    box.hidden = !entries.length;
  }
  return {
    box,
    explain(found) { problems = found; draw(); },
    // What was typed cannot be; a button, or Escape, gives the old one back.
    refuse(input, text, rule, old, back) {
      const choose = () => { back(); input.focus(); };
      refused.set(input, { typed: true, text: `${text} Escape in it gives the old one back.`, rule, fixes: [[`back to ${old}`, choose]], back });
      draw();
    },
    forget() { for (const { back } of [...refused.values()]) back(); }, // an example replaces all that was typed
    clear(input) { if (refused.delete(input)) draw(); },
  };
}

// A small field over a cell of the picture, to type a number. Enter and going elsewhere keep it, Escape does not; Tab
// keeps it and goes on: next(1) or next(-1) opens another one, or returns false at the end. A text that is no number
// stays where it is, and `advice` says what is needed.
export function editCell(box, target, value, { what, keep, next, advice }) {
  const open = box.querySelector(`.${css("edit")}`);
  if (open && !open.end(true)) return open.focus();
  // A page may be scaled (slides): the picture's pixels are not the style's.
  const [a, b] = [target.getBoundingClientRect(), box.getBoundingClientRect()], scale = b.width / box.offsetWidth || 1;
  const [left, top] = [(a.left - b.left) / scale + box.scrollLeft - box.clientLeft, (a.top - b.top) / scale + box.scrollTop - box.clientTop];
  const input = el("input", { class: "edit", type: "text", inputmode: "decimal", value: +value.toPrecision(6), "aria-label": "new value",
    style: `left: ${left}px; top: ${top}px; width: ${Math.max(a.width / scale, 64)}px; height: ${a.height / scale}px` });
  const first = input.value;
  let done = false;
  input.end = (take) => {
    const v = parse(input.value), empty = !input.value.trim();
    if (done) return true;
    if (take && !empty && !Number.isFinite(v)) {
      input.setAttribute("aria-invalid", "true");
      advice.refuse(input, `${what}: “${input.value}” is no number. ${ANY_NUMBER}`, "", show(value, 4), () => input.end(false));
      return false;
    }
    done = true;
    if (input.matches(":focus")) box.focus({ preventScroll: true }); // before it goes, else the page around gets the focus
    input.remove();
    advice.clear(input);
    if (take && !empty) keep(v);
    return true;
  };
  input.addEventListener("keydown", (e) => {
    if (undoes(e)) input.value = first;
    if (["Enter", "Escape"].includes(e.key)) e.preventDefault();
    if (e.key === "Tab" && input.end(true) && next(e.shiftKey ? -1 : 1)) e.preventDefault();
    if (["Enter", "Escape"].includes(e.key)) input.end(e.key === "Enter");
  });
  input.addEventListener("blur", () => settled(() => input.end(true)));
  box.append(input);
  input.focus();
  input.select();
}
