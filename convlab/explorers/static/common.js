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

// --- controls: made once; show() sets what they show, so whoever is in one stays in it ---

// A field tells its change before a press elsewhere has become a click. Drawn anew at once, the pressed cell would be
// gone, and the click with it; so wait until it has arrived.
let pressed = false;
const waiting = [];
const settle = () => waiting.splice(0).forEach((f) => f());
const settled = (f) => (pressed ? waiting.push(f) : f());

// Its name begins with what stands on it: people who speak to their computer say that.
const button = (text, title, click, more = {}) => el("button", { type: "button", title, "aria-label": `${text}: ${title}`, text, click, ...more });
const field = (label, ...inputs) => el("label", { class: "field" }, el("span", { text: label }), ...inputs);

// A node that knows how it should look: showAll calls f(node).
const shows = (node, f) => Object.assign(node, { show: () => f(node) });
const showAll = (root) => root.querySelectorAll("button, input, select").forEach((node) => node.show?.());

// What a person may write: 0.5, 0,5, 1/9, −2; else NaN.
function parse(text) {
  const found = text.trim().replace(",", ".").replace("−", "-").match(/^([-+]?\d*\.?\d+(?:e[-+]?\d+)?)(?:\s*[/]\s*(\d*\.?\d+))?$/i);
  return found ? Number(found[1]) / Number(found[2] ?? 1) : NaN;
}
const ANY_NUMBER = "Write a number, such as 0.5 or 1/9.";

// A field for a whole number from min to max, or (whole: false) for any number; value() is what it shows. It tells on
// Enter (in JupyterLab no change event follows it) and when it is left. What it cannot take stays in it, and
// `advice` says why; Escape gives the old number back.
function number(label, value, change, { min = 0, max = 99, whole = true, advice }) {
  const kind = whole ? { type: "number", min, max, step: 1 } : { type: "text", inputmode: "decimal" };
  const input = el("input", { ...kind, "aria-label": label });
  let shown, text = ""; // the number, and how it is written
  const touched = () => input.value !== text || input.validity.badInput;
  const accept = () => { advice.clear(input); input.removeAttribute("aria-invalid"); };
  function reset() {
    input.value = "";
    input.value = text = String(whole ? shown : +shown.toPrecision(4));
    accept();
  }
  function commit() {
    if (!touched()) return;
    const v = parse(input.value);
    if (!Number.isFinite(v) || (whole && !(Number.isInteger(v) && v >= min && v <= max))) return refuse(v);
    text = input.value;
    accept();
    if (v === shown) return;
    shown = v;
    change(v);
  }
  function refuse(v) {
    const typed = input.value ? `“${input.value}” cannot be` : "There is no number in";
    input.setAttribute("aria-invalid", "true");
    advice.refuse(input, { text: `${typed} ${label}. ${whole ? `Write a whole number from ${min} to ${max}.` : ANY_NUMBER}`,
      rule: v < min ? `PyTorch needs ${label.split(",")[0]} >= ${min}` : "",
      fixes: [[`back to ${show(shown, 4)}`, () => { reset(); input.focus(); }]] });
  }
  for (const end of ["change", "blur"]) input.addEventListener(end, () => settled(commit));
  input.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && touched()) reset();
    if (e.key !== "Enter") return;
    e.preventDefault();
    commit();
    input.select();
  });
  return shows(input, () => {
    if (value() === shown) return;
    const typing = input.matches(":focus") && touched();
    shown = value();
    if (!typing) reset();
  });
}

// A menu; "changed" is in it while the value is none of the options.
function select(label, options, value, change) {
  const option = (o, more) => el("option", { value: o, text: o, ...more });
  const node = el("select", { "aria-label": label, change: () => change(node.value) },
    option("changed", { hidden: true, disabled: true }), options.map((o) => option(o)));
  return shows(node, () => { node.value = value() ?? "changed"; });
}

// Bring a node's children in line with a list of keys, without moving one that stays; make(key) makes a new one.
function keyed(parent, keys, make) {
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
  const root = el("div", { class: `x ${name}`, role: "group", "aria-label": label, "data-lm-suppress-shortcuts": "true",
    keydown: (e) => e.stopPropagation() });
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

// Why settings cannot work, with buttons for the nearest that can; and fields that hold what they cannot take.
function adviser(root, apply) {
  const box = el("div", { class: "reasons", role: "alert", hidden: true }), refused = new Map();
  let problems = [], entries = [], drawn = "[]";
  // A change, or a function, as it is when the button is pressed: other settings may have changed since it was drawn.
  function choose(n, m) {
    const [, change] = entries[n].fixes[m];
    if (typeof change === "function") change();
    else apply(change);
  }
  const words = ({ text, rule, fixes }, n) => el("div", {}, el("p", {}, el("strong", { text })), rule && el("p", {}, el("code", { text: rule })),
    el("p", {}, fixes.length ? "Nearest that work: " : "", ...fixes.map(([label], m) => button(label, "take this", () => choose(n, m)))));
  function draw() {
    root.classList.toggle(css("off"), problems.length > 0);
    entries = [...problems, ...refused.values()];
    const now = JSON.stringify(entries.map((e) => [e.text, e.rule, e.fixes.map(([label]) => label)]));
    if (now === drawn) return;
    drawn = now;
    const old = [...box.children], inside = box.matches(":focus-within");
    const late = problems.length ? [el("p", { text: "The picture and the call below are those of the last settings that worked." })] : [];
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
    refuse(input, entry) { refused.set(input, entry); draw(); },
    clear(input) { if (refused.delete(input)) draw(); },
  };
}

// A small field over a cell of the picture, to type a number. Enter and going elsewhere keep it, Escape does not; Tab
// keeps it and goes on: next(1) or next(-1) opens another one, or returns false at the end. A text that is no number
// stays, and `advice` says what is needed.
function editCell(box, target, value, { keep, next, advice }) {
  const open = box.querySelector(`.${css("edit")}`);
  if (open && !open.end(true)) return open.focus();
  // A page may be scaled (slides): the picture's pixels are not the style's.
  const [a, b] = [target.getBoundingClientRect(), box.getBoundingClientRect()], scale = b.width / box.offsetWidth || 1;
  const [left, top] = [(a.left - b.left) / scale + box.scrollLeft - box.clientLeft, (a.top - b.top) / scale + box.scrollTop - box.clientTop];
  const input = el("input", { class: "edit", type: "text", inputmode: "decimal", value: +value.toPrecision(6), "aria-label": "new value",
    style: `left: ${left}px; top: ${top}px; width: ${Math.max(a.width / scale, 64)}px; height: ${a.height / scale}px` });
  let done = false;
  input.end = (take) => {
    const v = parse(input.value), empty = !input.value.trim();
    if (done) return true;
    if (take && !empty && !Number.isFinite(v)) {
      input.setAttribute("aria-invalid", "true");
      advice.refuse(input, { text: `“${input.value}” cannot be a number of the picture. ${ANY_NUMBER}`, fixes: [[`back to ${show(value, 4)}`, () => input.end(false)]] });
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
    e.stopPropagation();
    if (!["Enter", "Escape", "Tab"].includes(e.key)) return;
    if (e.key !== "Tab" || !input.end(true) || next(e.shiftKey ? -1 : 1)) e.preventDefault();
    if (e.key !== "Tab") input.end(e.key === "Enter");
  });
  input.addEventListener("blur", () => settled(() => input.end(true)));
  box.append(input);
  input.focus();
  input.select();
}
