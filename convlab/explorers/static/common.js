// What all explorers share. Python puts this file in front of each explorer's own: no build step, nothing to fetch.
// Text reaches the page as text only (textContent), never as HTML.

const NS = "http://www.w3.org/2000/svg";
const AXIS = ["height", "width"];
const SVG_TAGS = new Set(["svg", "g", "rect", "text", "line", "path", "defs", "pattern"]);

// Make an element. Attributes: a function is a listener; `text` is its text; false, null and undefined are left out.
function el(tag, attributes = {}, ...children) {
  const node = SVG_TAGS.has(tag) ? document.createElementNS(NS, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (name === "text") node.textContent = value;
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
const times = (pair) => `${pair[0]} × ${pair[1]}`;
const one = (pair) => (pair[0] === pair[1] ? `${pair[0]}` : `(${pair[0]}, ${pair[1]})`); // as Python writes it

// A number as a reader wants it: a true minus, no trailing zeros, short.
function show(v, decimals = 2) {
  if (!Number.isFinite(v)) return Number.isNaN(v) ? "nan" : v > 0 ? "inf" : "−inf";
  if (Math.abs(v) >= 1e6) return v.toExponential(1).replace("-", "−").replace("e+", "e");
  return String(+v.toFixed(Math.abs(v) >= 100 ? Math.min(decimals, 1) : decimals)).replace("-", "−");
}
const exact = (v) => show(v, 2) === String(v).replace("-", "−");
const bracket = (v, decimals) => show(v, decimals).replace(/^−.*/, "($&)");
const dotted = (v) => (Number.isInteger(v) && Math.abs(v) < 1e9 ? `${v}.` : `${+v.toPrecision(9)}`);
const literal = (m) => `torch.tensor([${m.map((row) => `[${row.map(dotted).join(", ")}]`).join(", ")}])`;

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
    node.classList.toggle("neg", v < 0);
    node.classList.toggle("pos", v > 0);
    label.textContent = text;
    label.setAttribute("font-size", Math.min(0.42 * this.cell, (1.5 * this.cell) / text.length).toFixed(1));
  }
  at(target) {
    const { i, j } = target.dataset ?? {};
    return i && target.matches(`.grid.${this.name} *`) ? [+i, +j] : null; // its place says it, even after a redraw
  }
  // Mark cells: a list of [i, j], or with a third entry, a small text in the cell's corner.
  mark(name, cells) {
    for (const g of this.node.querySelectorAll(`.${name}`)) {
      g.classList.remove(name);
      g.querySelector(`.of-${name}`)?.remove();
    }
    for (const [i, j, text] of cells) {
      const g = this.cells[i]?.[j];
      if (!g) continue;
      g.classList.add(name);
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
  const id = `hatch${Math.random()}`; // two explorers on a page have two patterns
  svg.prepend(el("defs", {}, el("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    el("line", { y2: 6, class: "hatch" }))));
  for (const { firstChild } of svg.querySelectorAll(`.${kind}`)) {
    const r = firstChild.cloneNode();
    r.setAttribute("class", "hatched");
    r.style.fill = `url(#${id})`;
    firstChild.after(r);
  }
}

// --- controls ---

// A field tells its change while the focus is on its way to the next one, and before a press elsewhere has become a
// click. Redrawn at once, the next one would be gone, and the click with it; so wait until they have arrived.
let pressed = false;
const waiting = [];
const settle = () => waiting.splice(0).forEach((f) => f());
function settled(f) {
  waiting.push(f);
  if (!pressed) setTimeout(settle);
}
// Redraw controls; whoever was in one of them is in its successor afterwards.
function redraw(root, draw) {
  const had = root.contains(document.activeElement) && document.activeElement.getAttribute("aria-label");
  draw();
  const again = had && [...root.querySelectorAll("[aria-label]")].find((n) => n.getAttribute("aria-label") === had);
  if (!again || again === document.activeElement) return;
  again.focus();
  again.select?.();
}

// Its name begins with what stands on it: people who speak to their computer say that.
const button = (text, title, click, more = {}) => el("button", { type: "button", title, "aria-label": `${text}: ${title}`, text, click, ...more });
const field = (label, ...inputs) => el("label", { class: "field" }, el("span", { text: label }), ...inputs);

// What a person may write: 0.5, 0,5, 1/9, −2; else NaN.
function parse(text) {
  const found = text.trim().replace(",", ".").replace("−", "-").match(/^([-+]?\d*\.?\d+(?:e[-+]?\d+)?)(?:\s*[/]\s*(\d*\.?\d+))?$/i);
  return found ? Number(found[1]) / Number(found[2] ?? 1) : NaN;
}
// Say beside a field what it needs.
function refuse(input, text) {
  input.setCustomValidity(text);
  input.reportValidity();
  input.select();
  input.addEventListener("input", () => input.setCustomValidity(""), { once: true });
}
const ANY_NUMBER = "Write a number, such as 0.5 or 1/9.";

// A field for a whole number from min to max, or (whole: false) for any number. What it cannot take, it gives back.
function number(label, value, change, { min = 0, max = 99, whole = true } = {}) {
  const kind = whole ? { type: "number", min, max, step: 1 } : { type: "text", inputmode: "decimal" };
  const input = el("input", { ...kind, value, "aria-label": label });
  input.addEventListener("change", () => settled(() => {
    const v = parse(input.value);
    if (Number.isFinite(v) && (!whole || (Number.isInteger(v) && v >= min && v <= max))) return change(v);
    input.value = value;
    const rule = v < min ? `PyTorch needs ${label.split(",")[0]} >= ${min}. ` : "";
    refuse(input, whole ? `${rule}Write a whole number from ${min} to ${max}.` : ANY_NUMBER);
  }));
  return input;
}

const select = (label, options, value, change) =>
  el("select", { "aria-label": label, change: (e) => change(e.target.value) },
    (options.includes(value) ? options : [value, ...options]).map((o) => el("option", { value: o, text: o, selected: o === value })));

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
  listen("focusin", () => pressed || settle());
  listen("click", settle); // what was typed comes first
  for (const end of ["pointerup", "pointercancel"]) listen(end, () => { pressed = false; setTimeout(settle); });
  const live = el("div", { class: "live", role: "status", "aria-live": "polite" });
  // JupyterLab acts on single keys in a notebook, but not in here
  const root = el("div", { class: `convlab-x ${name}`, role: "group", "aria-label": label, "data-lm-suppress-shortcuts": "true" });
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

// Keys of a focusable element: move(down, right) for the arrows, home, end, space, enter, and single letters.
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
function onKeys(node, keys) {
  node.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target !== node) return;
    const f = ARROWS[e.key] ? () => keys.move(...ARROWS[e.key]) : keys[e.key === " " ? "space" : e.key.toLowerCase()];
    if (!f) return;
    e.preventDefault();
    e.stopPropagation();
    f();
  });
}

// Why settings cannot work, and buttons for the nearest ones that can.
function reasons(box, found, apply) {
  const choose = (change) => {
    apply(change);
    (box.querySelector("button") ?? box.parentNode.querySelector("[tabindex]")).focus(); // the pressed one is gone
  };
  box.hidden = !found.length;
  box.replaceChildren(...found.map(({ text, rule, fixes }) => el("div", {},
    el("p", {}, el("strong", { text })), el("p", {}, el("code", { text: rule })),
    el("p", {}, "Nearest that work: ", ...fixes.map(([label, change]) => button(label, "take this", () => choose(change)))))));
}

// A small field over a cell of the picture, to type a number; Enter and going elsewhere keep it, Escape does not.
function editCell(box, target, value, keep) {
  const [a, b] = [target.getBoundingClientRect(), box.getBoundingClientRect()];
  const input = el("input", { class: "edit", type: "text", inputmode: "decimal", value: +value.toPrecision(6), "aria-label": "new value",
    style: `left: ${a.left - b.left}px; top: ${a.top - b.top}px; width: ${Math.max(a.width, 64)}px; height: ${a.height}px` });
  let done = false;
  const end = (take) => {
    if (done) return;
    const v = parse(input.value), here = document.activeElement === input;
    if (take && input.value.trim() && !Number.isFinite(v)) return refuse(input, ANY_NUMBER);
    done = true;
    input.remove();
    if (take && Number.isFinite(v)) keep(v);
    if (here) box.focus();
  };
  input.addEventListener("keydown", (e) => {
    e.stopPropagation();
    if (["Enter", "Escape"].includes(e.key)) end(e.key === "Enter");
  });
  input.addEventListener("blur", () => settled(() => end(true)));
  box.append(input);
  input.focus();
  input.select();
}
