// TransposedConvExplorer: one result in three views: stamps, zeros stuffed in, and a matrix.

const GAP = 44; // between the grids
const NUMBERS = ["x", "kernel", "stride", "padding", "output_padding", "dilation"];
const SETTINGS = [...NUMBERS, "view", "show_overlaps"];
const [LARGEST, WIDEST, MOST] = [32, 48, 2600]; // lines, lines with zeros, entries of the matrix that can be drawn
const VIEWS = ["all", "stamps", "zeros", "matrix"];
// What a cell of any grid stands for: a pixel of x, an entry of the kernel, a pixel of the output, an entry of C.T.
const [IN, TAP, OUT, ENTRY, ZERO] = range(5);

// --- arithmetic ---

// What has two numbers, one for each axis: the settings, and the sizes of x and the kernel.
const sized = (name) => name === "x" || name === "kernel";
const least = (name) => +!name.includes("padding");
const pairOf = (s, name) => (sized(name) ? shape(s[name]) : s[name]);
const withPair = (s, name, pair) => ({ [name]: sized(name) ? resize(s[name], ...pair) : pair });

// All sizes along one axis. `before` and `after` are lines of zeros around the stuffed input; below 0 they crop.
function lengths(s, a) {
  const [n, k, step, p, more, d] = NUMBERS.map((name) => pairOf(s, name)[a]);
  const span = reach(k, d), full = (n - 1) * step + span, out = full - 2 * p + more;
  const stuffed = full - span + 1, before = span - 1 - p, after = before + more;
  const low = Math.min(0, -before);
  return { n, k, step, p, more, d, span, full, out, canvas: Math.max(full, p + out), stuffed, before, after, low,
    zeros: Math.max(stuffed, stuffed + after) - low };
}
const inside = (at, n) => at.every((v, a) => v >= 0 && v < n[a]);
const both = (s, f) => [0, 1].map((a) => f(lengths(s, a)));

// Why settings cannot work along one axis: PyTorch's rule with its numbers, or what cannot be drawn.
function problem({ n, k, step, p, more, d, out, canvas, zeros }) {
  if (more >= Math.max(step, d)) return ["output_padding is too large", `output_padding < max(stride, dilation), but ${more} >= max(${step}, ${d})`];
  if (out < 1) return ["Nothing is left of the output", `(input - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1 >= 1: (${n} - 1) * ${step} - 2 * ${p} + ${d} * (${k} - 1) + ${more} + 1 = ${out}`];
  return (canvas > LARGEST || zeros > WIDEST) && ["Too large to draw", `the stamps cover ${canvas} lines (at most ${LARGEST}), x with its zeros ${zeros} (at most ${WIDEST})`];
}

// The same for both axes, with the nearest value of each setting that takes the problem away.
function problems(s) {
  return [0, 1].flatMap((a) => {
    const found = problem(lengths(s, a));
    if (!found) return [];
    const ways = ["padding", "output_padding", "stride", "dilation", "kernel", "x"].flatMap((name) => {
      const old = pairOf(s, name), far = (v) => Math.abs(v - old[a]), change = (v) => withPair(s, name, swap(old, a, v));
      const v = range(LARGEST + 1).slice(least(name)).sort((b, c) => far(b) - far(c)).find((v) => !problem(lengths({ ...s, ...change(v) }, a)));
      return v === undefined ? [] : [[`${name} ${v} (${AXIS[a]})`, change(v)]];
    });
    return [{ text: `${found[0]} along the ${AXIS[a]}.`, rule: found[1], fixes: ways }];
  });
}

// The stamp of input pixel (r, c): [i, j, weight, a, b], in output coordinates; padding cuts off what lies outside.
function stamp(s, [r, c]) {
  const at = (a, v, t) => v * s.stride[a] + t * s.dilation[a] - s.padding[a];
  return grid(...shape(s.kernel), (a, b) => [at(0, r, a), at(1, c, b), s.kernel[a][b], a, b]).flat();
}

// The terms of output pixel (i, j): [r, c, weight, a, b], in the order of the input's pixels.
function terms(s, [i, j]) {
  const along = (a, v) => range(shape(s.kernel)[a]).reverse().map((t) => [(v + s.padding[a] - t * s.dilation[a]) / s.stride[a], t])
    .filter(([r]) => Number.isInteger(r) && r >= 0 && r < shape(s.x)[a]);
  return along(0, i).flatMap(([r, a]) => along(1, j).map(([c, b]) => [r, c, s.kernel[a][b], a, b]));
}

// View 1: all stamps added, before the cut; cut() leaves the output.
function stamped(s, x = s.x, kernel = s.kernel) {
  const sum = grid(...both(s, (l) => l.canvas), () => 0), on = { ...s, kernel, padding: [0, 0] };
  x.forEach((row, r) => row.forEach((v, c) => { for (const [i, j, w] of stamp(on, [r, c])) sum[i][j] += v * w; }));
  return sum;
}
const cut = (s, m) => grid(...both(s, (l) => l.out), (i, j) => m[i + s.padding[0]][j + s.padding[1]]);

// View 2: pixel (r, c) of the drawing, from `low` on: [row, column of x] for a pixel, else null.
function pixel(s, place) {
  const at = place.map((v, a) => (v + lengths(s, a).low) / s.stride[a]);
  return at.every(Number.isInteger) && s.x[at[0]]?.[at[1]] !== undefined ? at : null;
}
const stuffed = (s) => grid(...both(s, (l) => l.zeros), (i, j) => { const at = pixel(s, [i, j]); return at ? s.x[at[0]][at[1]] : 0; });
const start = (s) => both(s, (l) => -l.before - l.low); // where in the drawing the frame begins
function viaZeros(s) {
  const m = stuffed(s), [i0, j0] = start(s), [H, W] = both(s, (l) => l.stuffed + l.before + l.after);
  return correlate(grid(H, W, (i, j) => m[i + i0][j + j0]), flip(s.kernel), { stride: [1, 1], padding: [0, 0], dilation: s.dilation });
}

// View 3: C transposed: a row for each output pixel, a column for each input pixel.
function matrix(s) {
  const [, W] = shape(s.x), [oH, oW] = both(s, (l) => l.out);
  const m = grid(oH * oW, s.x.length * W, () => 0);
  m.forEach((row, n) => { for (const [r, c, w] of terms(s, [Math.floor(n / oW), n % oW])) row[r * W + c] = w; });
  return m;
}

function callText(s) {
  const rest = NUMBERS.slice(2).filter((n) => !same(s[n], [least(n), least(n)])).map((n) => `, ${n}=${one(s[n])}`).join("");
  return `F.conv_transpose2d(x[None, None], kernel[None, None]${rest})[0, 0]`;
}

const ones = (m) => m.map((row) => row.map(() => 1));
const fill = (n) => grid(n, n, () => 1);
const signs = (m) => m.map((row) => row.map(() => Math.sign(Math.random() - 0.5)));
const plain = { stride: [2, 2], padding: [0, 0], output_padding: [0, 0], dilation: [1, 1], show_overlaps: true };
const PRESETS = {
  "your values": (given) => given,
  "checkerboard: kernel 3, stride 2": () => ({ ...plain, x: fill(4), kernel: fill(3) }),
  "even: kernel 4, stride 2": () => ({ ...plain, x: fill(4), kernel: fill(4) }),
  "bilinear kernel, stride 2": ({ x }) => ({ ...plain, x, kernel: grid(4, 4, (i, j) => ((i % 3 ? 3 : 1) * (j % 3 ? 3 : 1)) / 16), padding: [1, 1], show_overlaps: false }),
  "random signs": (given, now) => ({ x: signs(now.x), kernel: signs(now.kernel) }),
};

function render({ model, el: host }) {
  const f = frame(model, host, "transposed", "Transposed convolution explorer");
  const s = {}; // what is drawn: settings that work
  let draft = {}; // what the controls say
  let hover = null, stop = null, ax, size, grids, parts, sums;
  let placed = 0, last = null; // how many stamps lie there, and which came last
  let active = OUT, cursors = [[0, 0], [0, 0], [0, 0], [0, 0]], ends; // where the keys are, and how far they can go
  const given = Object.fromEntries([...NUMBERS, "show_overlaps"].map((n) => [n, model.get(n)]));

  const svg = el("svg", { class: "stage", role: "img", "aria-label": "picture" });
  const stage = el("div", { class: "box", tabindex: 0, role: "application",
    "aria-label": "Arrow keys move, Home and End jump, space plays. I, K, O, M: input, kernel, output, matrix; Enter changes a number." }, svg);
  const advice = adviser(f.root, (change) => apply(change), () => ({ ...s }));
  const code = el("code", { class: "call" });
  const play = button("▶ play", "play or pause the stamps (space)", () => toggle());

  function take() {
    const now = Object.fromEntries(SETTINGS.map((n) => [n, model.get(n)]));
    if (problems(now).length) return; // half of a change: the other half is on its way
    for (const n of SETTINGS) if (!same(now[n], s[n])) draft[n] = now[n]; // what waits in other fields stays
    Object.assign(s, now);
    explain();
    build();
  }
  function explain() {
    const found = problems(draft);
    advice.explain(found);
    return found;
  }
  // A number of x or of the kernel changes no size, and the view none either: they count at once, also while other
  // settings cannot work.
  function atOnce(change) {
    const now = change(s);
    Object.assign(draft, change(draft));
    Object.assign(s, now);
    explain();
    f.send(now);
    build();
  }
  const entry = (name, [i, j], v) => atOnce((of) => ({ [name]: of[name].map((row, a) => (a === i ? swap(row, j, v) : row)) }));
  function apply(change) {
    draft = { ...draft, ...change };
    if (explain().length) return showAll(f.root);
    Object.assign(s, draft);
    f.send({ ...s, position: model.get("position").map((v, a) => clamp(v, 0, lengths(s, a).out - 1)) });
    build();
  }
  const past = changes(s, entry), pixels = () => s.x.flat().length;
  const nth = (n, m) => [Math.floor(n / m[0].length), n % m[0].length];
  const index = ([i, j], m) => i * m[0].length + j;

  // --- picture ---

  // Grids in a line, each [name, values, title, who(i, j), kind(i, j)], as large as they fit; returns their height.
  function line(list, signs, left, top, width, height = 1e4) {
    const columns = list.reduce((n, [, m]) => n + m[0].length, 0), rows = Math.max(...list.map(([, m]) => m.length));
    const cell = Math.min((width - 2 * GAP) / columns, height / rows, s.view === "all" ? 32 : 42);
    list.forEach(([name, m, title, who, kind], n) => {
      const g = new Grid(name, name, cell);
      g.who = grid(...shape(m), who);
      g.draw(m, left, top + 20, title, (i, j) => kind?.(i, j, g.who[i][j]) ?? "");
      g.keys = g.who.flatMap((row, i) => row.map((w, j) => [String(w), i, j]));
      grids.push(g);
      left += m[0].length * cell;
      parts.push(g.node, el("text", { class: "sign", x: left + GAP / 2, y: top + 20 + (Math.min(...list.map(([, m]) => m.length)) * cell) / 2, text: signs[n] ?? "" }));
      left += GAP;
    });
    return rows * cell + 30;
  }
  // The words over a view: its name, what it does, and (later) its sum.
  function words(left, top, width, ...lines) {
    const texts = [...lines, ""].map((text, n) => el("text", { class: n ? "left" : "left title", x: left, y: top + 9 + 17 * n, "font-size": n ? 12 : 14, text }));
    sums.push([texts[2], width / 6.4]);
    parts.push(...texts);
    return top + 55;
  }

  function build() {
    pause();
    const { view, kernel, padding: p } = s, all = view === "all", wide = all ? 600 : 860;
    const seen = (name) => all || view === name, pair = (f) => one(ax.map(f));
    ax = both(s, (l) => l);
    size = ax.map((l) => l.out);
    [grids, parts, sums] = [[], [], []];
    const sum = stamped(s), y = cut(s, sum);
    let top = 4, right = wide;
    if (seen("stamps")) {
      top = words(4, top, wide, `1 · Stamps: each pixel of x stamps K; the stamps lie ${pair((l) => l.step)} apart and add up`,
        `lines cut off on each side (hatched): padding = ${one(p)}; given back (dotted): output_padding = ${one(s.output_padding)}`);
      top += line([["input", s.x, `x ${times(shape(s.x))}`, (i, j) => [IN, i, j]], ["kernel", kernel, `K ${times(shape(kernel))}`, (i, j) => [TAP, i, j]],
        ["canvas", sum, s.show_overlaps ? "number of stamps on each pixel" : `stamps ${times(shape(sum))}, Y ${times(size)}`, (i, j) => [OUT, i - p[0], j - p[1]], (i, j, [, ...at]) => (!inside(at, size) ? "cut" : inside(at, ax.map((l) => l.out - l.more)) ? "" : "extra")]], ["×", s.show_overlaps ? "" : "="], 4, top, wide) + 14;
      const { cell, node } = grids[2];
      node.append(el("rect", { class: "edge", x: p[1] * cell, y: p[0] * cell, width: size[1] * cell, height: size[0] * cell }));
    }
    if (seen("zeros")) {
      const [i0, j0] = start(s), framed = ax.map((l) => l.stuffed + l.before + l.after);
      top = words(4, top, wide, `2 · Zeros: ${pair((l) => l.step - 1)} between the pixels of x, ${pair((l) => l.before)} around; then correlate with K flipped`,
        `around: dilation * (kernel - 1) - padding; below and on the right ${pair((l) => l.after)}; below 0 it cuts off (hatched)`);
      top += line([["zeros", stuffed(s), `x with zeros ${times(framed)}`, (...at) => { const q = pixel(s, at); return q ? [IN, ...q] : [ZERO, ...at]; },
        (i, j, [kind]) => (!inside([i - i0, j - j0], framed) ? "cut" : kind === IN ? "" : "pad")],
      ["flipped", flip(kernel), "K flipped", (i, j) => [TAP, ax[0].k - 1 - i, ax[1].k - 1 - j]], ["output", y, `Y ${times(size)}`, (i, j) => [OUT, i, j]]], ["⋆", "="], 4, top, wide);
    }
    if (seen("matrix")) {
      const left = all ? wide + 24 : 4, [N, M] = [size[0] * size[1], pixels()], big = N * M > MOST;
      right = left + (all ? 276 : 860);
      const under = words(left, 4, right - left, "3 · Matrix: y = C transposed @ x", big ? `${N} × ${M}: too large to draw` : `${N} rows: pixels of Y; ${M} columns: pixels of x`);
      if (!big) {
        const touched = matrix({ ...s, kernel: ones(kernel) }), column = (m) => m.flat().map((v) => [v]);
        top = Math.max(top, under + line([["matrix", matrix(s), "C.T", (n, m) => [ENTRY, n, m], (n, m) => (touched[n][m] ? "" : "none")], ["xs", column(s.x), "x", (n) => [IN, ...nth(n, s.x)]],
          ["ys", column(y), "y", (n) => [OUT, ...nth(n, y)]]], ["@", "="], left, under, right - left, (all ? Math.max(top, 420) : 600) - under - 30));
      }
    }
    svg.setAttribute("viewBox", `0 0 ${right + 4} ${top + 4}`);
    Object.assign(svg.style, { maxWidth: `${right + 4}px`, minWidth: all ? "680px" : "420px" });
    svg.replaceChildren(...parts);
    hatch(svg, "cut");
    code.textContent = callText(s);
    showAll(f.root);
    ends = [shape(s.x), shape(kernel), size, [y.flat().length, pixels()]];
    cursors[OUT] = model.get("position");
    cursors = cursors.map((c, kind) => c.map((v, a) => clamp(v, 0, ends[kind][a] - 1)));
    hover = null;
    put(pixels(), null);
  }

  // Put down the first n stamps (all of them: the result), and show the sums, or the counts, of what lies there.
  function put(n, newest) {
    [placed, last] = [n, newest];
    const later = (at) => at[0] === IN && index(at.slice(1), s.x) >= n;
    const laid = (x, kernel) => [stamped(s, x.map((row, i) => row.map((v, j) => (later([IN, i, j]) ? 0 : v))), kernel), largest(stamped(s, x, kernel))];
    const sums = laid(s.x, s.kernel), counts = s.show_overlaps ? laid(ones(s.x), ones(s.kernel)) : sums;
    for (const g of grids) g.keys.forEach(([, i, j]) => {
      const [sum, most] = g.name === "canvas" ? counts : sums; // only the first view counts
      const at = g.who[i][j];
      g.cells[i][j].classList.toggle(css("later"), later(at));
      if (at[0] === OUT) g.set(i, j, sum[at[1] + s.padding[0]][at[2] + s.padding[1]], most);
    });
    paint();
  }

  // --- marks and sentences: nothing is rebuilt ---

  function paint() {
    const [kind, ...place] = hover ?? [active, ...cursors[active]];
    let out = cursors[OUT], pix = last === null ? null : nth(last, s.x), tap = kind === TAP ? place : null;
    if (kind === OUT) out = place;
    if (kind === IN) pix = place;
    if (kind === ENTRY) [out, pix] = [nth(place[0], [range(size[1])]), nth(place[1], s.x)];
    const all = terms(s, out), here = all.filter((t) => index(t, s.x) < placed), spread = pix ? stamp(s, pix) : [];
    const row = out[0] * size[1] + out[1], inY = inside(out, size);
    const notes = new Map(), note = (text, ...who) => notes.set(String(who), text);
    if (kind !== IN && !tap) {
      if (inY) grid(...shape(s.kernel), (a, b) => note(undefined, ZERO, ...[a, b].map((t, n) => out[n] + t * s.dilation[n] - ax[n].before - ax[n].low)));
      for (const [r, c, w, a, b] of all) { note(`×${show(w, 1)}`, IN, r, c); note(undefined, TAP, a, b); }
      if (inY) range(pixels()).forEach((m) => note(undefined, ENTRY, row, m));
    }
    for (const [i, j, w] of spread) {
      note(show(w * s.x[pix[0]][pix[1]], 1), OUT, i, j);
      if (inside([i, j], size)) note(undefined, ENTRY, i * size[1] + j, index(pix, s.x));
    }
    const lit = [kind !== IN && [OUT, ...out], pix && [IN, ...pix], tap && [TAP, ...tap], kind === ENTRY && [kind, ...place]].map(String);
    for (const g of grids) {
      g.mark("lit", g.keys.flatMap(([key, i, j]) => (lit.includes(key) ? [[i, j]] : [])));
      g.mark("window", g.keys.flatMap(([key, i, j]) => (notes.has(key) ? [[i, j, g.cell > 16 ? notes.get(key) : undefined]] : [])));
    }
    const value = ([i, j], m) => show(m[i][j]);
    const gone = spread.filter((t) => !inside(t.slice(0, 2), size)).length;
    const stampWords = pix && `x(${pix.join(", ")}) stamps ${value(pix, s.x)} · K; ${gone} of ${spread.length} are cut off`;
    const name = `Y(${out.join(", ")})`, starts = { stamps: `stamps on ${name}: `, zeros: "window: zeros and ", matrix: `row ${row} times x: ` };
    (s.view === "all" ? VIEWS.slice(1) : [s.view]).forEach((view, n) => {
      const [node, most] = sums[n];
      node.textContent = inY ? starts[view] + written(here, most - starts[view].length) : "cut off by padding";
      if (kind === IN) node.textContent = { stamps: stampWords, matrix: `column ${index(pix, s.x)}: where it goes` }[view] ?? "";
    });
    const sum = `${inY ? name : "cut off by padding"}: ${written(here, 400)}; stamps: ${here.length} of ${all.length}`;
    const hit = pix && all.find(([r, c]) => same([r, c], pix));
    f.say(tap ? `kernel (${tap.join(", ")}) = ${value(tap, s.kernel)}`
      : kind === ENTRY ? `row ${place[0]}: ${name}; column ${place[1]}: x(${pix.join(", ")}); entry ${hit ? `${show(hit[2])} = kernel (${hit[3]}, ${hit[4]})` : "0: not reached"}`
      : kind === IN ? `${stampWords}; matrix: column ${index(pix, s.x)}` : last === null ? sum : `stamp ${placed} of ${pixels()}: ${stampWords}. ${sum}`);
  }
  // The sum of some terms, in so many letters; in the same order in all views.
  function written(list, most) {
    const total = list.reduce((sum, [r, c, w]) => sum + s.x[r][c] * w, 0), products = list.map(([r, c, w]) => `${bracket(s.x[r][c])}·${bracket(w)}`);
    const equals = list.every(([r, c, w]) => exact(s.x[r][c]) && exact(w)) && exact(total) ? "=" : "≈";
    let n = list.length;
    const text = () => `${products.slice(0, n).join(" + ") || "nothing"}${n < list.length ? " + …" : ""} ${equals} ${show(total)}`;
    while (n > 1 && text().length > most) n--;
    return text();
  }

  const whole = (name, a) => number(`${name}, ${AXIS[a]}`, () => pairOf(draft, name)[a], (v) => apply(withPair(draft, name, swap(pairOf(draft, name), a, v))),
    { min: least(name), max: LARGEST, advice });
  let random = null; // x and kernel as "random signs" has drawn them
  const chosen = () => same([draft.x, draft.kernel], random) ? "random signs" : Object.keys(PRESETS).find((name, _, all, now = { ...draft, ...PRESETS[name](given, draft) }) => NUMBERS.every((n) => same(now[n], draft[n])));
  function choose(name) {
    const now = PRESETS[name](given, s);
    advice.forget();
    random = name === "random signs" ? [now.x, now.kernel] : null;
    apply(now);
  }
  const controls = el("div", { class: "controls" }, NUMBERS.map((name) => field(name, whole(name, 0), whole(name, 1))),
    field("examples", select("examples", Object.keys(PRESETS), chosen, choose)));
  const press = (text, title, on, change) => shows(button(text, title, () => atOnce(change)), (node) => node.setAttribute("aria-pressed", String(on())));
  const views = el("div", { class: "bar views" }, VIEWS.map((view) => press(view, "view", () => s.view === view, () => ({ view }))),
    press("count stamps", "stamps on each pixel", () => s.show_overlaps, (of) => ({ show_overlaps: !of.show_overlaps })));

  // --- play: the stamps one after the other; all of it stays in the browser ---

  function pause() { stop = stop?.(); play.textContent = "▶ play"; }
  function stamps(n) {
    [active, hover] = [OUT, null];
    n = clamp(n, 0, pixels());
    put(n, n ? n - 1 : null);
  }
  function toggle() {
    if (stop) return pause();
    if (placed === pixels()) stamps(0);
    play.textContent = "❚❚ pause";
    stop = f.every(model.get("interval"), () => (placed < pixels() ? stamps(placed + 1) : pause()));
  }

  // --- mouse, touch, keys ---

  function find(target) {
    const g = grids.find((g) => g.at(target)), [i, j] = g?.at(target) ?? [], who = g?.who[i]?.[j];
    return who?.[0] === ZERO ? null : who; // none: what was pressed is gone
  }
  svg.addEventListener("pointermove", (e) => {
    const now = find(e.target);
    if (!same(now, hover)) { hover = now; paint(); }
  });
  svg.addEventListener("pointerleave", () => { hover = null; paint(); });
  svg.addEventListener("click", (e) => {
    const [kind, ...place] = find(e.target) ?? [];
    if (place.length && inside(place, ends[kind])) go(kind, place);
  });
  svg.addEventListener("dblclick", (e) => { const who = find(e.target); if (who) edit(who, e.target); });
  function edit([kind, i, j], target) {
    const name = NUMBERS[kind]; // IN: x, TAP: kernel
    if (!(kind <= TAP)) return f.say("This number is computed. I and K go to the input and to the kernel, whose numbers can be changed.");
    const old = s[name][i][j];
    editCell(stage, target, old, { what: `${name} (${i}, ${j})`, advice, keep: (v) => { if (v !== old) { past.note(name, [i, j]); entry(name, [i, j], v); } }, next: (by) => {
      const n = index([i, j], s[name]) + by;
      if (n < 0 || n >= s[name].flat().length) return false;
      go(kind, nth(n, s[name]));
      editAt([kind, ...nth(n, s[name])]);
      return true;
    } });
  }
  function editAt(who) {
    for (const g of grids) {
      const at = g.keys.find(([key]) => key === String(who));
      if (at) return edit(who, g.cells[at[1]][at[2]].firstChild);
    }
    f.say("This view does not show that number. Choose the view: all.");
  }
  function go(kind, place) {
    [active, hover] = [kind, null];
    cursors[kind] = place.map((v, a) => clamp(v, 0, ends[kind][a] - 1));
    if (kind === OUT) f.send({ position: cursors[OUT] });
    paint();
  }
  onKeys(stage, {
    move(down, right) {
      const [[i, j], [rows, columns]] = [cursors[active], ends[active]];
      const turned = active === TAP && s.view === "zeros" ? -1 : 1; // there, K lies flipped
      const n = (i + turned * down) * columns + j + turned * right; // from the end of a line on to the next
      if (n >= 0 && n < rows * columns) go(active, [Math.floor(n / columns), n % columns]);
    },
    home: () => go(active, [0, 0]),
    end: () => go(active, ends[active].map((n) => n - 1)),
    space: toggle, undo: past.undo,
    enter: () => editAt([active, ...cursors[active]]),
    ...Object.fromEntries(["i", "k", "o", "m"].map((key, kind) => [key, () => go(kind, cursors[kind])])),
  });

  const stepper = (text, title, go) => button(text, title, () => { pause(); go(); });
  f.root.append(controls, views, advice.box, stage, f.live, hint("Arrow keys move, the space bar puts the stamps down. A double click changes a number; by keys: I, K, O and M go to x, K, Y and the matrix, Enter changes."), el("div", { class: "bar" },
    stepper("|◀ none", "no stamps", () => stamps(0)), stepper("◀ back", "one stamp back", () => stamps(placed - 1)), play,
    stepper("stamp ▶", "one stamp more", () => stamps((placed % pixels()) + 1)), stepper("all ▶|", "all stamps", () => put(pixels(), null)),
    button("save SVG", "save the picture as SVG", () => saveSVG(svg, "transposed.svg"))),
  el("div", { class: "bar" }, code, button("copy", "copy the PyTorch code, with the values", () => copy(callCode(s, callText(s)), code, f.say))));
  f.watch(SETTINGS, () => SETTINGS.every((n) => same(s[n], model.get(n))) || take());
  f.watch(["position"], () => { if (!same(cursors[OUT], model.get("position"))) { cursors[OUT] = model.get("position"); paint(); } });
  take();
  return () => { pause(); f.end(); };
}

export { cut, matrix, problems, stamp, stamped, terms, viaZeros };
export default { render };
