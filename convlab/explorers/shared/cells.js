// What is done with a picture of grids: numbers in it are changed, it is hatched, and saved.

import { css, el, NS } from "./common.js";
import { ANY_NUMBER, parse } from "./fields.js";
import { settled, undoes } from "./frame.js";
import { entry, replaced, same, show } from "./math.js";

// Numbers that were changed in the picture, for Ctrl + Z in it; s holds nested lists by name, set puts a number back.
// Where a list has become another one in the meantime, there is nothing to go back to.
export function changes(s, set) {
  const past = [];
  return {
    note(name, place) { past.push([name, place, s[name]]); },
    undo() {
      const [name, place, before] = past.pop() ?? ["x", [-1]];
      if (entry(s[name], place) !== undefined && same(replaced(s[name], place, entry(before, place)), before)) set(name, place, entry(before, place));
      else past.length = 0;
    },
  };
}

// A small part of the picture that the keys have reached comes into view.
export const reveal = (node) => node?.scrollIntoView({ block: "nearest", inline: "nearest" });

// A small field over a cell of the picture, to type a number. Enter and going elsewhere keep it, Escape does not; Tab
// keeps it and goes on: next(1) or next(-1) opens another one, or returns false at the end. A text that is no number
// stays where it is, and `advice` says what is needed.
export function editCell(box, target, value, { what, keep, next, advice }) {
  const open = box.querySelector(`.${css("edit")}`);
  if (open && !open.end(true)) return open.focus();
  // A page may be scaled (slides): the picture's pixels are not the style's.
  const [a, b] = [target.getBoundingClientRect(), box.getBoundingClientRect()], scale = b.width / box.offsetWidth || 1;
  const [left, top] = [(a.left - b.left) / scale + box.scrollLeft - box.clientLeft, (a.top - b.top) / scale + box.scrollTop - box.clientTop];
  const input = el("input", { class: "edit", type: "text", value: +value.toPrecision(6), "aria-label": "new value",
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

// Hatch the cells of a class, so that it is not the colour alone that tells.
export function hatch(svg, kind) {
  const id = `convlab-hatch${Math.random()}`; // two explorers on a page have two patterns
  svg.prepend(el("defs", {}, el("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    el("line", { y2: 6, class: "hatch" }))));
  for (const { firstChild } of svg.querySelectorAll(`.${css(kind)}`)) {
    const r = firstChild.cloneNode();
    r.setAttribute("class", css("hatched"));
    r.style.fill = `url(#${id})`;
    firstChild.after(r);
  }
}

// The picture as a file, with the colours that it has now: an SVG on its own knows no style sheet.
export function saveSVG(svg, name) {
  const twin = svg.cloneNode(true), to = twin.querySelectorAll("*");
  const names = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-weight", "font-size", "display", "text-anchor", "dominant-baseline", "overflow"];
  svg.querySelectorAll("*").forEach((node, n) => {
    const style = getComputedStyle(node);
    names.forEach((name) => to[n].setAttribute(name, style.getPropertyValue(name)));
  });
  twin.setAttribute("xmlns", NS);
  twin.setAttribute("font-family", "sans-serif");
  twin.style.background = getComputedStyle(svg).getPropertyValue("--bg");
  const url = URL.createObjectURL(new Blob([twin.outerHTML], { type: "image/svg+xml" }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
