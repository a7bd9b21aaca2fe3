// What explorers put onto the page: elements, grids of numbers, and the picture as text or as a file. Text reaches the
// page as text only (textContent), never as HTML.

import { grid, largest, same, shape, show } from "./math.js";

export const NS = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "g", "rect", "text", "line", "path", "defs", "pattern"]);

// Classes get a prefix: a page around has its own (reveal.js moves whatever is called "controls").
export const css = (names) => names.split(/\s+/).filter(Boolean).map((name) => `convlab-${name}`).join(" ");

// Make an element. Attributes: a function is a listener; `text` is its text; false, null and undefined are left out.
export function el(tag, attributes = {}, ...children) {
  const node = SVG_TAGS.has(tag) ? document.createElementNS(NS, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (name === "text") node.textContent = value;
    else if (name === "class") node.setAttribute("class", css(value));
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

// Draw a matrix into an SVG group. Sign and size are in the number; the colour only repeats them.
export class Grid {
  constructor(name, label, cell) {
    Object.assign(this, { name, label, cell, node: el("g", { class: `grid ${name}`, role: "img" }), cells: [] });
  }
  // values: matrix; kind(i, j): a class for a cell, or ""; most: what has the full colour; room: [rows, columns] that are
  // seen at a time, the part that is marked
  draw(values, left, top, title, kind = () => "", most = largest(values), room = shape(values)) {
    const [[rows, columns], c] = [shape(values), this.cell];
    this.node.setAttribute("transform", `translate(${left} ${top})`);
    this.cells = grid(rows, columns, (i, j) => el("g", { class: `cell ${kind(i, j)}` },
      el("rect", { x: j * c, y: i * c, width: c, height: c, "data-i": i, "data-j": j }),
      el("text", { x: (j + 0.5) * c, y: (i + 0.5) * c })));
    values.forEach((row, i) => row.forEach((v, j) => this.set(i, j, v, most)));
    const head = el("text", { class: "head", "aria-hidden": "true", x: (room[1] * c) / 2, y: -10, text: title });
    Object.assign(this, { marked: {}, room, from: [0, 0], part: !same(room, [rows, columns]), pane: el("svg", { "aria-hidden": "true" }, this.cells.flat()) });
    this.title = title;
    this.node.replaceChildren(head, this.pane);
    this.look([[0, 0]]);
    this.read();
  }
  // Move on as little as brings these cells into view.
  look(cells) {
    if (!this.part) return;
    const { room: [rows, columns], cell: c } = this;
    this.from = this.from.map((from, a) => { const along = cells.map((at) => at[a]); return Math.min(Math.max(from, Math.max(...along) + 1 - this.room[a]), ...along); });
    const [y, x] = this.from, [width, height] = [columns * c + 4, rows * c + 4];
    for (const [name, v] of Object.entries({ class: css("part"), x: -2, y: -2, width, height, viewBox: `${x * c - 2} ${y * c - 2} ${width} ${height}` })) this.pane.setAttribute(name, v);
  }
  set(i, j, v, most) {
    const node = this.cells[i][j], text = show(v), label = node.querySelector("text");
    node.style.setProperty("--a", `${Math.round((55 * Math.abs(v)) / (most || 1)) || 0}%`);
    node.classList.toggle(css("neg"), v < 0);
    node.classList.toggle(css("pos"), v > 0);
    label.textContent = text;
    label.setAttribute("font-size", Math.min(0.42 * this.cell, (1.5 * this.cell) / text.length).toFixed(1));
  }
  // What is read instead of the picture: its numbers, line by line, if they are few.
  read() {
    const numbers = this.cells.map((row) => row.map((g) => g.querySelector("text").textContent).join(" ")).join("; ");
    this.node.setAttribute("aria-label", `${this.label} ${this.title}${this.cells.flat().length > 64 ? "" : `: ${numbers}`}`.trim());
  }
  at(target) {
    const { i, j } = target.dataset ?? {};
    return i && target.matches(`.${css("grid")}.${css(this.name)} *`) ? [+i, +j] : null; // its place says it, even after a redraw
  }
  // Mark cells: a list of [i, j], or with a third entry, a small text in the cell's corner.
  mark(name, cells) {
    if (same(cells, this.marked[name] ?? [])) return; // to draw anew what stands there costs a frame
    this.marked[name] = cells;
    if (cells.length) this.look(cells);
    for (const g of this.node.querySelectorAll(`.${css(name)}`)) {
      g.classList.remove(css(name));
      g.querySelector(`.${css(`of-${name}`)}`)?.remove();
    }
    for (const [i, j, text] of cells) {
      const g = this.cells[i]?.[j];
      if (!g) continue;
      g.classList.add(css(name));
      if (text !== undefined) {
        const [x, y] = [(j + 0.93) * this.cell, (i + 0.87) * this.cell];
        const size = (this.cell * Math.min(0.26, 1.35 / text.length)).toFixed(1);
        g.append(el("text", { class: `small of-${name}`, x, y, "font-size": size, text }));
      }
      this.pane.append(g); // drawn last: its border lies on top
    }
  }
}

// Put text into the clipboard; where the page may not, select it for the reader's own Ctrl-C.
export async function copy(text, node, say) {
  try {
    await navigator.clipboard.writeText(text);
    say("copied");
  } catch {
    node.textContent = text;
    getSelection().selectAllChildren(node);
    say("selected: press Ctrl-C to copy");
  }
}
