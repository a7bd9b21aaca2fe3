// DigitInspector: draw a digit, see what the network sees, and ask any of its numbers for the sum that made it.

const [BOARD, SIDE, BOX, PEN] = [112, 28, 20, 4.5]; // as in preprocess.py
const EXAMPLE = [[[0.28, 0.25], [0.72, 0.25], [0.45, 0.8]]]; // what a new inspector shows; it gives way to a drawing
const PATIENCE = 5000; // milliseconds to wait for Python
const SWITCHES = { resize: "fit into 20 × 20", centre: "centre of mass in the middle", blur: "blur" };

// --- from strokes to 28 x 28: the same arithmetic as in preprocess.py ---

const blank = (n) => new Float64Array(n * n);

// Darken the pixels that the pen covers on its way from p to q.
function cover(board, p, q) {
  const [x0, y0, x1, y1] = [...p, ...q].map((v) => v * BOARD);
  const [dx, dy] = [x1 - x0, y1 - y0];
  const near = (a, b) => [Math.max(0, Math.floor(Math.min(a, b) - PEN - 1)), Math.min(BOARD, Math.ceil(Math.max(a, b) + PEN + 1))];
  const [[left, right], [top, bottom]] = [near(x0, x1), near(y0, y1)];
  for (let i = top; i < bottom; i++) {
    for (let j = left; j < right; j++) {
      const [x, y] = [j + 0.5 - x0, i + 0.5 - y0];
      const t = clamp((x * dx + y * dy) / Math.max(dx * dx + dy * dy, 1e-12), 0, 1);
      const far = Math.sqrt((x - t * dx) ** 2 + (y - t * dy) ** 2);
      board[i * BOARD + j] = Math.max(board[i * BOARD + j], clamp(PEN + 0.5 - far, 0, 1));
    }
  }
}
function rasterise(strokes) {
  const board = blank(BOARD);
  for (const stroke of strokes) stroke.slice(0, Math.max(1, stroke.length - 1)).forEach((p, n) => cover(board, p, stroke[n + 1] ?? p));
  return board;
}

// Each new pixel is the mean of the old ones that it covers: weights [out][in].
function shares(size, out) {
  const step = size / out;
  return grid(out, size, (i, j) => Math.max(0, Math.min(i * step + step, j + 1) - Math.max(i * step, j)) / step);
}
// One axis after the other: (rows x old) · image · (old x columns).
function scaled(image, width, top, left, h, w, height2, width2) {
  const [down, across] = [shares(h, height2), shares(w, width2)];
  const half = grid(height2, w, (i, j) => down[i].reduce((sum, s, a) => (s ? sum + s * image[(top + a) * width + left + j] : sum), 0));
  return grid(height2, width2, (i, j) => across[j].reduce((sum, s, b) => (s ? sum + s * half[i][b] : sum), 0));
}
function centreOfMass(m) {
  let [sum, row, column] = [0, 0, 0];
  m.forEach((line, i) => line.forEach((v, j) => { sum += v; row += v * i; column += v * j; }));
  return [row / sum, column / sum];
}
function preprocess(board, { resize, centre, blur }) {
  let [top, bottom, left, right] = [BOARD, -1, BOARD, -1];
  board.forEach((v, n) => {
    if (v <= 0) return;
    const [i, j] = [Math.floor(n / BOARD), n % BOARD];
    [top, bottom, left, right] = [Math.min(top, i), Math.max(bottom, i), Math.min(left, j), Math.max(right, j)];
  });
  if (bottom < 0) return grid(SIDE, SIDE, () => 0);
  let image;
  if (resize) {
    const [h, w] = [bottom - top + 1, right - left + 1];
    const [height, width] = [h, w].map((n) => Math.max(1, Math.floor((BOX * n) / Math.max(h, w) + 0.5)));
    const digit = scaled(board, BOARD, top, left, h, w, height, width);
    image = grid(SIDE, SIDE, (i, j) => digit[i - ((SIDE - height) >> 1)]?.[j - ((SIDE - width) >> 1)] ?? 0);
  } else image = scaled(board, BOARD, 0, 0, BOARD, BOARD, SIDE, SIDE);
  if (centre) {
    const [down, across] = centreOfMass(image).map((c) => Math.floor((SIDE - 1) / 2 - c + 0.5));
    const old = image;
    image = grid(SIDE, SIDE, (i, j) => old[i - down]?.[j - across] ?? 0);
  }
  if (blur) {
    const k = [1, 2, 1].map((a) => [1, 2, 1].map((b) => (a * b) / 16));
    image = correlate(image, k, { stride: [1, 1], padding: [1, 1], dilation: [1, 1] });
  }
  return image.map((row) => row.map((v) => Math.floor(v * 255 + 0.5)));
}

function render({ model, el: host }) {
  const f = frame(model, host, "digit", "Digit inspector");
  let strokes = model.get("strokes"), board, image, stroke = null, pen = null, cursor = [0.5, 0.5], keys = false, asked = false;
  const own = () => !model.get("image");

  const paper = el("canvas", { class: "paper", tabindex: 0, role: "application",
    "aria-label": "Drawing board. Draw with the mouse or a finger. Keys: arrows move the pen, space puts it down and lifts it, Backspace undoes, Delete clears." });
  const seen = el("canvas", { class: "seen", role: "img", "aria-label": "what the network sees, 28 by 28 pixels" });
  const marks = el("svg", { class: "marks", viewBox: "0 0 28 28", "aria-hidden": "true" });
  const bars = el("div", { class: "bars", role: "list", "aria-label": "probabilities" });
  const rows = el("div", { class: "steps" });
  const told = el("div", { class: "told" });
  const trouble = el("p", { class: "reasons", role: "alert", hidden: true });
  const switches = Object.entries(SWITCHES).map(([name, label]) => {
    const box = el("input", { type: "checkbox", "aria-label": label });
    box.addEventListener("click", (e) => { if (!own()) e.preventDefault(); });
    box.addEventListener("change", () => { f.send({ [name]: box.checked }); look(); });
    return [name, box];
  });

  // The theme's colours; scale has one for each byte, 128 is zero.
  let colours;
  function mix() {
    const [ground, ink, mark, above, below] = ["--bg", "--fg", "--mark", "--pos", "--neg"].map((n) => rgb(f.root, n));
    const zero = blend(ground, [128, 128, 128], 0.12);
    const scale = range(256).map((v) => {
      const [r, g, b] = blend(zero, v < 128 ? below : above, Math.min(1, Math.abs(v - 128) / 127));
      return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
    });
    colours = { ground, ink, mark, scale };
  }

  // --- drawing ---

  function look() {
    board = rasterise(strokes);
    if (stroke) stroke.forEach((p, n) => cover(board, p, stroke[n + 1] ?? p));
    show28();
  }
  function show28() {
    const steps = Object.fromEntries(switches.map(([name]) => [name, model.get(name)]));
    image = own() ? preprocess(board, steps) : model.get("image");
    const { ground, ink, mark } = colours;
    const shades = range(65).map((t) => blend(ground, ink, t / 64));
    paintPixels(paper, [BOARD, BOARD], (n) => shades[own() ? Math.round(64 * board[n]) : 0]);
    if (keys && document.activeElement === paper) {
      const context = paper.getContext("2d");
      context.strokeStyle = context.fillStyle = `rgb(${mark})`;
      context.lineWidth = 1.5;
      context.beginPath();
      context.arc(cursor[0] * BOARD, cursor[1] * BOARD, PEN, 0, 7);
      if (pen) context.fill(); else context.stroke();
    }
    const bytes = image.flat();
    paintPixels(seen, [SIDE, SIDE], (n) => [bytes[n], bytes[n], bytes[n]]);
    const [row, column] = centreOfMass(image);
    const box = (SIDE - BOX) / 2;
    marks.replaceChildren(el("rect", { x: box, y: box, width: BOX, height: BOX }),
      ...(Number.isFinite(row) ? [el("path", { d: `M${column - 1} ${row + 0.5}h3M${column + 0.5} ${row - 1}v3` })] : []));
  }
  const point = (e) => {
    const r = paper.getBoundingClientRect();
    return [(e.clientX - r.left) / r.width, (e.clientY - r.top) / r.height].map((v) => +clamp(v, 0, 1).toFixed(3));
  };
  function begin(p) {
    if (!own() || same(strokes, EXAMPLE)) strokes = [];
    if (!own()) f.send({ strokes, image: null });
    stroke = [p];
    look();
  }
  function extend(p) {
    if (same(p, stroke.at(-1))) return;
    cover(board, stroke.at(-1), p);
    stroke.push(p);
    show28();
  }
  function finish() {
    if (!stroke) return;
    strokes = [...strokes, stroke];
    stroke = null;
    tell();
  }
  function tell() {
    asked = true;
    f.send({ strokes, image: null });
    f.tell(); // the network can think while the board is drawn
    look();
    clearTimeout(patience);
    if (model.alone) return old("The network lives in Python: run the notebook to see what it says to your drawing. The pale numbers are its answer to the first one.");
    // A notebook that was opened again, or whose kernel was started anew, has no network behind it.
    patience = setTimeout(() => old("Python does not answer. Run this cell again (Shift + Enter in it) to bring the network back; if it is still at work, wait. The pale numbers are its last answer."), PATIENCE);
  }
  let patience, explained;
  function old(why) {
    f.say(why);
    for (const node of [bars, rows]) node.classList.add(css("old"));
  }
  let cleared = [];
  const undo = () => { [strokes, cleared] = strokes.length ? [strokes.slice(0, -1), cleared] : [cleared, []]; tell(); };
  const clear = () => { [stroke, cleared, strokes] = [null, strokes.length ? strokes : cleared, []]; tell(); };
  paper.addEventListener("keydown", () => { keys = true; }, true);
  paper.addEventListener("pointerdown", (e) => { keys = false; paper.setPointerCapture(e.pointerId); begin(point(e)); });
  paper.addEventListener("pointermove", (e) => { if (stroke && pen === null) (e.getCoalescedEvents?.() ?? [e]).forEach((m) => extend(point(m))); });
  for (const end of ["pointerup", "pointercancel"]) paper.addEventListener(end, () => { if (pen === null) finish(); });
  for (const change of ["focus", "blur"]) paper.addEventListener(change, () => show28());
  onKeys(paper, {
    move(down, right) {
      cursor = [cursor[0] + right / SIDE, cursor[1] + down / SIDE].map((v) => +clamp(v, 0, 1).toFixed(3));
      if (pen) extend(cursor);
      show28();
      f.say(`pen ${pen ? "down" : "up"} at row ${Math.round(cursor[1] * SIDE)}, column ${Math.round(cursor[0] * SIDE)}`);
    },
    home() { cursor = [0, 0]; if (pen) extend(cursor); show28(); },
    end() { cursor = [1, 1]; if (pen) extend(cursor); show28(); },
    space() {
      if (pen) { pen = null; f.say("pen up"); finish(); } else { pen = true; begin(cursor); f.say("pen down"); }
    },
    backspace: undo, undo,
    delete: clear,
  });

  // --- the network's answer ---

  function answer() {
    const result = model.get("result"), labels = model.get("labels");
    clearTimeout(patience);
    trouble.hidden = !result.error;
    trouble.textContent = result.error ? `The model cannot read this: ${result.error}` : "";
    for (const node of [bars, rows]) node.classList.toggle(css("old"), !result.probabilities);
    if (!result.probabilities) return;
    const best = result.probabilities.indexOf(Math.max(...result.probabilities));
    bars.replaceChildren(...labels.map((label, n) => {
      const p = result.probabilities[n];
      const bar = el("span", { class: "bar-fill" });
      bar.style.width = `${100 * p}%`;
      return el("div", { role: "listitem", class: n === best ? "best" : "" }, el("b", { text: label }),
        el("span", { class: "bar-room" }, bar), el("span", { text: p.toFixed(3) + (n === best ? " ◀" : "") }));
    }));
    if (asked && own()) f.say(`The network sees: ${labels[best]}, probability ${result.probabilities[best].toFixed(3)}`);
    drawSteps(result.steps);
    explainUnit(result.explanation);
  }

  let places = [];
  function drawSteps(steps) {
    const bytes = model.get("maps"), labels = model.get("labels");
    let start = 0;
    places = steps.map((step, n) => {
      const [, h, w] = step.shape;
      const scores = h * w === 1 && step.shape[0] === labels.length; // one number for each class: its name goes below
      const place = { n, h, w, title: step.title, shown: step.shown, scale: step.scale, start, scores, size: scores ? 30 : h * w === 1 ? 14 : clamp(Math.floor(60 / w), 1, 12) };
      start += step.shown * h * w;
      place.value = (c, i, j) => ((bytes.getUint8(place.start + (c * h + i) * w + j) - 128) / 127) * step.scale;
      place.columns = Math.min(step.shown, Math.floor(860 / (w * place.size + 4)) || 1);
      place.canvas = rows.children[n]?.querySelector("canvas") ?? mapsCanvas(n);
      paintMaps(place, bytes);
      const more = step.shape[0] > step.shown ? `, the first ${step.shown} shown` : "";
      const count = h * w === 1 ? `${step.shape[0]} numbers` : `${step.shape[0]} maps of ${h} × ${w}`;
      place.head = `${step.title} · ${count}${more} · full colour is ±${show(step.scale)}: orange below zero, purple above`;
      return place;
    });
    keyed(rows, range(places.length), (n) => el("div", { class: "step" }, el("p"), places[n].canvas));
    places.forEach((p, n) => { p.node = rows.children[n]; p.node.firstChild.textContent = p.head; });
    frameUnit();
  }
  // All maps of a step as one picture, size x size pixels for a number: a hundred small pictures would take longer.
  function paintMaps(p, bytes) {
    const [high, wide] = [p.h * p.size + (p.scores ? 18 : 4), p.w * p.size + 4];
    Object.assign(p, { high, wide });
    Object.assign(p.canvas, { width: p.columns * wide, height: Math.ceil(p.shown / p.columns) * high });
    const context = p.canvas.getContext("2d"), { width } = p.canvas;
    const data = context.createImageData(width, p.canvas.height), pixels = new Uint32Array(data.data.buffer);
    for (let c = 0, n = p.start; c < p.shown; c++) {
      const corner = Math.floor(c / p.columns) * high * width + (c % p.columns) * wide;
      for (let i = 0; i < p.h; i++) {
        const line = corner + i * p.size * width;
        for (let j = 0, at = line; j < p.w; j++, n++) {
          const colour = colours.scale[bytes.getUint8(n)];
          for (const end = at + p.size; at < end; at++) pixels[at] = colour;
        }
        for (let more = 1; more < p.size; more++) pixels.copyWithin(line + more * width, line, line + p.w * p.size);
      }
    }
    context.putImageData(data, 0, 0);
    p.plain = p.scores ? named(p, context) : data;
  }
  function named(p, context) {
    Object.assign(context, { fillStyle: `rgb(${colours.ink})`, font: "12px sans-serif", textAlign: "center" });
    model.get("labels").forEach((label, c) => context.fillText(label, (c % p.columns) * p.wide + p.size / 2, Math.floor(c / p.columns) * p.high + p.size + 12, p.size));
    return context.getImageData(0, 0, p.canvas.width, p.canvas.height);
  }
  function mapsCanvas(n) {
    const canvas = el("canvas", { tabindex: 0, role: "application", "data-step": n,
      "aria-label": `step ${n}. Arrow keys choose a number, Page up and down a map.` });
    const at = (e) => {
      const p = places[n], r = canvas.getBoundingClientRect();
      const [x, y] = [((e.clientX - r.left) * canvas.width) / r.width, ((e.clientY - r.top) * canvas.height) / r.height];
      const unit = [n, Math.floor(y / p.high) * p.columns + Math.floor(x / p.wide), Math.floor((y % p.high) / p.size), Math.floor((x % p.wide) / p.size)];
      return unit[1] < p.shown && unit[2] < p.h && unit[3] < p.w ? unit : null;
    };
    canvas.addEventListener("pointermove", (e) => { const unit = at(e); if (unit) f.say(`${about(unit)}; click for its sum`); });
    canvas.addEventListener("click", (e) => { const unit = at(e); if (unit) choose(unit); });
    const by = (channel, down, right) => {
      const p = places[n], now = model.get("unit")[0] === n ? model.get("unit") : [n, 0, 0, 0];
      if (p.h * p.w === 1) channel += right + down * p.columns;
      choose([n, clamp(now[1] + channel, 0, p.shown - 1), clamp(now[2] + down, 0, p.h - 1), clamp(now[3] + right, 0, p.w - 1)]);
    };
    onKeys(canvas, { move: (down, right) => by(0, down, right), pageup: () => by(-1, 0, 0), pagedown: () => by(1, 0, 0),
      home: () => choose([n, 0, 0, 0]), end: () => choose([n, places[n].shown - 1, places[n].h - 1, places[n].w - 1]), enter: () => by(0, 0, 0), space: () => by(0, 0, 0) });
    return canvas;
  }
  const nameOf = ([n, c, i, j]) => `${places[n].title}, ${places[n].h * places[n].w === 1 ? `number ${c}` : `channel ${c}, row ${i}, column ${j}`}`;
  function choose(unit) {
    f.send({ unit });
    frameUnit();
    const known = same(explained, unit), lacks = (what) => {
      told.hidden = true; // it is not the sum of this number
      f.say(`${about(unit)}. For its sum, run ${what}: the network lives in Python.`);
    };
    clearTimeout(patience);
    if (known) told.hidden = false;
    else if (model.alone) lacks("the notebook");
    else patience = setTimeout(() => lacks("this cell again (Shift + Enter in it)"), PATIENCE);
  }
  // A map holds a byte for each number: half a step of these is its error.
  const about = ([n, ...place]) => `${nameOf([n, ...place])} ≈ ${show(places[n].value(...place), 3)} ± ${upwards(places[n].scale / 254)}`;
  const upwards = (v, digit = 10 ** Math.floor(Math.log10(v))) => (Math.ceil(v / digit) * digit).toPrecision(1);
  function frameUnit() {
    const [n, c, i, j] = model.get("unit");
    places.forEach((p) => {
      const context = p.canvas.getContext("2d");
      context.putImageData(p.plain, 0, 0);
      if (p.n !== n || c >= p.shown) return;
      const [x, y] = [(c % p.columns) * p.wide + j * p.size, Math.floor(c / p.columns) * p.high + i * p.size];
      context.lineWidth = 2;
      context.strokeStyle = `rgb(${colours.mark})`;
      context.strokeRect(x - 1, y - 1, p.size + 2, p.size + 2);
      p.node.append(told); // the sum stands below its map
    });
  }

  function explainUnit(e) {
    [told.hidden, explained] = [false, e?.unit];
    if (!e) return told.replaceChildren();
    const sums = e.parts.map((part) => bracket(part.sum, 3));
    const total = e.total ?? e.value;
    let line = e.formula;
    if (e.before !== undefined && e.total === undefined) line += `: ${show(e.before, 4)} becomes ${show(e.value, 4)}`;
    else if (sums.length && e.parts[0].weights) line += `: ${sums.join(" + ")}${e.bias === null ? "" : ` + bias ${bracket(e.bias, 3)}`} = ${show(total, 4)}`;
    else line += ` = ${show(total, 4)}`;
    const few = e.parts.slice(0, 4), most = (name) => Math.max(...few.map((part) => largest(part[name] ?? [[0]]))); // one scale for all
    const drawn = few.map((part) => {
      const cell = part.values[0].length > 8 ? 40 : 34, [h, w] = shape(part.values);
      const pictures = [new Grid("values", "values", cell), new Grid("weights", "weights", cell)];
      const beside = part.weights && w <= 8;
      pictures[0].draw(part.values, 4, 26, part.name, undefined, most("values"));
      if (part.weights) pictures[1].draw(part.weights, beside ? (w + 1.2) * cell : 4, beside ? 26 : h * cell + 50, beside ? "weights" : "weights for them", undefined, most("weights"));
      const [width, height] = [beside ? (2 * w + 1.4) * cell : w * cell + 8, beside || !part.weights ? h * cell + 30 : 2 * h * cell + 54];
      const svg = el("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": part.name }, pictures.map((p) => p.node));
      svg.style.width = `${width}px`;
      return el("figure", {}, svg, el("figcaption", { text: part.weights ? `sum of the products ${show(part.sum, 3)}` : "" }));
    });
    const rest = e.parts.length - drawn.length;
    told.replaceChildren(el("p", {}, el("strong", { text: `${nameOf(e.unit)} = ${show(e.value, 4)}` })), el("p", { text: line }),
      el("div", { class: "parts" }, drawn), rest > 0 ? el("p", { text: `Drawn: the ${drawn.length} largest of ${e.parts.length} parts; all of them are in the sum above.` }) : "");
  }

  const fields = switches.map(([name, box]) => field(SWITCHES[name], box));
  f.root.append(
    el("div", { class: "top" },
      el("div", {}, el("p", { text: "draw here" }), paper, el("div", { class: "bar" }, button("undo", "undo the last stroke (Backspace)", undo), button("clear", "clear the board (Delete)", clear))),
      el("div", {}, el("p", { text: "what the network sees: 28 × 28" }), el("div", { class: "stack" }, seen, marks), el("div", { class: "switches" }, fields)),
      el("div", { class: "wide" }, el("p", { text: "probabilities" }), bars)),
    hint("By keys: arrows move the pen on the board, the space bar puts it down and lifts it, Backspace undoes. In a map, arrows choose a number; a click or Enter tells its sum."),
    trouble, f.live, rows);
  const setSwitches = () => switches.forEach(([name, box]) => { 
    Object.assign(box, { checked: model.get(name), title: own() ? "" : "for drawings; this is an image" });
    box.setAttribute("aria-disabled", String(!own())); // a disabled one would lose the focus
  });
  f.watch(["strokes", "image", ...Object.keys(SWITCHES)], () => { strokes = model.get("strokes"); setSwitches(); if (!stroke) look(); });
  f.watch(["result", "labels"], answer);
  f.watch(["unit"], () => { if (places[model.get("unit")[0]]) frameUnit(); });
  const refresh = () => { mix(); show28(); answer(); };
  setSwitches();
  mix();
  look();
  answer();
  const ended = onTheme(f.root, refresh);
  return () => { clearTimeout(patience); ended(); f.end(); };
}

export { preprocess, rasterise };
export default { render };
