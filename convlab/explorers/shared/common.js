// What all explorers share. Python puts this file in front of each explorer's own: no build step, nothing to fetch.
// Text reaches the page as text only (textContent), never as HTML.

const NS = "http://www.w3.org/2000/svg";
const AXIS = ["height", "width"];
const SVG_TAGS = new Set(["svg", "g", "rect", "text", "line", "path", "defs", "pattern"]);

// Classes get a prefix: a page around has its own (reveal.js moves whatever is called "controls").
const css = (names) => names.split(/\s+/).filter(Boolean).map((name) => `convlab-${name}`).join(" ");

// Make an element. Attributes: a function is a listener; `text` is its text; false, null and undefined are left out.
function el(tag, attributes = {}, ...children) {
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

// --- numbers ---

const range = (n) => Array.from({ length: n }, (_, i) => i);
const clamp = (v, low, high) => Math.min(Math.max(v, low), high);
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const grid = (rows, columns, f) => range(rows).map((i) => range(columns).map((j) => f(i, j)));
const flip = (k) => k.map((row) => [...row].reverse()).reverse();
const largest = (m) => Math.max(...m.flat().map((v) => Math.abs(v) || 0));
const resize = (m, rows, columns) => grid(rows, columns, (i, j) => m[i]?.[j] ?? 0); // cut off or filled with zeros, below and right
const shape = (m) => [m.length, m[0].length];
const swap = (pair, a, v) => pair.map((old, b) => (a === b ? v : old)); // the same with v at place a
const times = (pair) => `${pair[0]} × ${pair[1]}`;
const one = (pair) => (pair[0] === pair[1] ? `${pair[0]}` : `(${pair[0]}, ${pair[1]})`); // as Python writes it

// A number as a reader wants it: a true minus, no trailing zeros, short.
function show(v, decimals = 2) {
  if (v === null) return "not finite"; // JSON has no nan
  if (!Number.isFinite(v)) return Number.isNaN(v) ? "nan" : v > 0 ? "inf" : "−inf";
  if (Math.abs(v) >= 1e6) return v.toExponential(1).replace("-", "−").replace("e+", "e");
  return String(+v.toFixed(Math.abs(v) >= 100 ? Math.min(decimals, 1) : decimals)).replace("-", "−");
}
const exact = (v) => show(v, 2) === String(v).replace("-", "−");
const bracket = (v, decimals) => show(v, decimals).replace(/^−.*/, "($&)");
const dotted = (v) => (Number.isInteger(v) && Math.abs(v) < 1e9 ? `${v}.` : `${+v.toPrecision(9)}`);
const literal = (m) => `torch.tensor([${m.map((row) => `[${row.map(dotted).join(", ")}]`).join(", ")}])`;
const callCode = ({ x, kernel }, call) => `import torch\nimport torch.nn.functional as F\n\nx = ${literal(x)}\nkernel = ${literal(kernel)}\n${call}\n`;

// --- windows: one axis at a time; [height, width] everywhere ---

const reach = (k, d) => d * (k - 1) + 1;
const outSize = (n, k, s, p, d) => Math.floor((n + 2 * p - reach(k, d)) / s) + 1;

// Cross-correlation, the sum that F.conv2d computes. Outside of x there are zeros.
function correlate(x, k, { stride, padding, dilation }) {
  const [[H, W], [h, w]] = [shape(x), shape(k)];
  const size = [outSize(H, h, stride[0], padding[0], dilation[0]), outSize(W, w, stride[1], padding[1], dilation[1])];
  return grid(...size, (i, j) => {
    let sum = 0;
    for (let a = 0; a < h; a++) {
      const row = x[i * stride[0] + a * dilation[0] - padding[0]];
      if (row) for (let b = 0; b < w; b++) sum += (row[j * stride[1] + b * dilation[1] - padding[1]] ?? 0) * k[a][b];
    }
    return sum;
  });
}

// --- a grid of numbers ---

// Draw a matrix into an SVG group. Sign and size are in the number; the colour only repeats them.
class Grid {
  constructor(name, label, cell) {
    Object.assign(this, { name, label, cell, node: el("g", { class: `grid ${name}` }), cells: [] });
  }
  // values: matrix; kind(i, j): a class for a cell, or ""; most: what has the full colour
  draw(values, left, top, title, kind = () => "", most = largest(values)) {
    const [[rows, columns], c] = [shape(values), this.cell];
    this.node.setAttribute("transform", `translate(${left} ${top})`);
    this.cells = grid(rows, columns, (i, j) => el("g", { class: `cell ${kind(i, j)}` },
      el("rect", { x: j * c, y: i * c, width: c, height: c, "data-i": i, "data-j": j }),
      el("text", { x: (j + 0.5) * c, y: (i + 0.5) * c })));
    values.forEach((row, i) => row.forEach((v, j) => this.set(i, j, v, most)));
    const head = el("text", { class: "head", x: (columns * c) / 2, y: -10, text: title });
    this.node.replaceChildren(head, ...this.cells.flat());
  }
  set(i, j, v, most) {
    const node = this.cells[i][j], text = show(v), label = node.querySelector("text");
    node.style.setProperty("--a", `${Math.round((55 * Math.abs(v)) / (most || 1)) || 0}%`);
    node.classList.toggle(css("neg"), v < 0);
    node.classList.toggle(css("pos"), v > 0);
    label.textContent = text;
    label.setAttribute("font-size", Math.min(0.42 * this.cell, (1.5 * this.cell) / text.length).toFixed(1));
  }
  at(target) {
    const { i, j } = target.dataset ?? {};
    return i && target.matches(`.${css("grid")}.${css(this.name)} *`) ? [+i, +j] : null; // its place says it, even after a redraw
  }
  // Mark cells: a list of [i, j], or with a third entry, a small text in the cell's corner.
  mark(name, cells) {
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
      this.node.append(g); // drawn last: its border lies on top
    }
  }
}

// Hatch the cells of a class, so that it is not the colour alone that tells.
function hatch(svg, kind) {
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

// Put text into the clipboard; where the page may not, select it for the reader's own Ctrl-C.
async function copy(text, node, say) {
  try {
    await navigator.clipboard.writeText(text);
    say("copied");
  } catch {
    node.textContent = text;
    getSelection().selectAllChildren(node);
    say("selected: press Ctrl-C to copy");
  }
}

// The picture as a file, with the colours that it has now: an SVG on its own knows no style sheet.
function saveSVG(svg, name) {
  const twin = svg.cloneNode(true), to = twin.querySelectorAll("*");
  const names = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-weight", "text-anchor", "dominant-baseline"];
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

// --- what every explorer is made of ---

// A frame for one explorer: the box, its live text, its listeners on the model, its timer; all end with the view.
function frame(model, el0, name, label) {
  let owed = 0;
  const over = new AbortController(), atEnd = (f) => over.signal.addEventListener("abort", f);
  const listen = (name, f) => addEventListener(name, f, { capture: true, signal: over.signal });
  listen("pointerdown", () => { pressed = true; });
  listen("click", settle); // what was typed comes first
  listen("keydown", () => { pressed = false; settle(); }); // a press may end outside the window, unseen
  for (const end of ["pointerup", "pointercancel"]) listen(end, () => { pressed = false; setTimeout(settle); });
  const live = el("div", { class: "live", role: "status", "aria-live": "polite" });
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
  el0.append(root);
  return {
    root, live,
    say: (text) => { if (live.textContent !== text) live.textContent = text; },
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
