// Controls are made once; show() sets what they show, so whoever is in one stays in it.

import { css, el } from "./common.js";
import { undoes } from "./frame.js";

// Its name begins with what stands on it: people who speak to their computer say that. Disabled, it keeps the focus.
export const off = (node) => node.getAttribute("aria-disabled") === "true";
export const button = (text, title, click, more = {}) => el("button", { type: "button", title, "aria-label": `${text}: ${title}`, text, click: (e) => off(e.currentTarget) || click(), ...more });
export const field = (label, ...inputs) => el("label", { class: "field" }, el("span", { text: label }), ...inputs);

// A node that knows how it should look: showAll calls f(node).
export const shows = (node, f) => Object.assign(node, { show: () => f(node) });
export const showAll = (root) => root.querySelectorAll("button, input, select").forEach((node) => node.show?.());

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

// Keys of a focusable element: move(down, right) for the arrows, home, end, space, enter, and single letters.
export const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
export function onKeys(node, keys) {
  node.addEventListener("keydown", (e) => {
    if (e.target !== node) return;
    if (e.key === "Escape") node.querySelector(`.${css("edit")}`)?.end(false);
    if (undoes(e) && e.key === "z") keys.undo?.();
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === " ") e.preventDefault(); // else the page scrolls
    const f = ARROWS[e.key] ? () => keys.move(...ARROWS[e.key]) : keys[e.key === " " ? "space" : e.key.toLowerCase()];
    if (!f) return;
    e.preventDefault();
    e.stopPropagation();
    f();
  });
}
