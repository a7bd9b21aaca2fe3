// What one types into: numbers and menus, and what is said of mistakes.

import { css, el } from "./common.js";
import { button, shows } from "./controls.js";
import { settled, undoes } from "./frame.js";
import { show } from "./math.js";

// What a person may write: 0.5, 0,5, 1/9, −2; else NaN.
export function parse(text) {
  const found = text.trim().replace(",", ".").replace("−", "-").match(/^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(?:\s*[/]\s*(\d+\.?\d*|\.\d+))?$/i);
  return found ? Number(found[1]) / Number(found[2] ?? 1) : NaN;
}
export const ANY_NUMBER = "Write a number, such as 0.5 or 1/9.";

// A field for a whole number from min to max, or (whole: false) for any number; value() is what it shows. It tells on
// Enter (in JupyterLab no change event follows it) and when it is left. What it cannot take stays in it, and
// `advice` says why; Escape gives the old number back. It undoes its own changes: the browser's undo would go on to
// those of other fields.
export function number(label, value, change, { min = 0, max = 99, whole = true, advice }) {
  const kind = whole ? { type: "number", min, max, step: 1 } : { type: "text" }; // a keypad for decimals may lack - and /
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
    for (const node of root.querySelectorAll(`.${css("bar")}:not(.${css("views")}) button`)) node.setAttribute("aria-disabled", String(problems.length > 0));
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
