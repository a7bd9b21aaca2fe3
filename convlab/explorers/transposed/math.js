// The arithmetic of TransposedConvExplorer: one result in three ways. [height, width] everywhere; s holds the settings,
// limits how many lines can be drawn: of the stamps (largest), of x with its zeros (widest).

import { AXIS, correlate, flip, grid, least, range, reach, resize, shape, swap } from "../shared/math.js";

// What has two numbers, one for each axis: the settings, and the sizes of x and the kernel.
const sized = (name) => name === "x" || name === "kernel";
export const pairOf = (s, name) => (sized(name) ? shape(s[name]) : s[name]);
export const withPair = (s, name, pair) => ({ [name]: sized(name) ? resize(s[name], ...pair) : pair });

// The numbers of one axis, those first that one would rather change.
const numbers = (s, a) => Object.fromEntries(["padding", "output_padding", "stride", "dilation", "kernel", "x"].map((name) => [name, pairOf(s, name)[a]]));

// All sizes along one axis. `before` and `after` are lines of zeros around the stuffed input; below 0 they crop.
function lengths({ x: n, kernel: k, stride: step, padding: p, output_padding: more, dilation: d }) {
  const span = reach(k, d), full = (n - 1) * step + span, out = full - 2 * p + more;
  const stuffed = full - span + 1, before = span - 1 - p, after = before + more;
  const low = Math.min(0, -before);
  return { n, k, step, p, more, d, span, full, out, canvas: Math.max(full, p + out), stuffed, before, after, low,
    zeros: Math.max(stuffed, stuffed + after) - low };
}
export const inside = (at, n) => at.every((v, a) => v >= 0 && v < n[a]);
export const both = (s, f) => [0, 1].map((a) => f(lengths(numbers(s, a))));

// Why settings cannot work along one axis: PyTorch's rule with its numbers, or what cannot be drawn.
function problem({ n, k, step, p, more, d, out, canvas, zeros }, { largest, widest }) {
  if (more >= Math.max(step, d)) return ["output_padding is too large", `output_padding < max(stride, dilation), but ${more} >= max(${step}, ${d})`];
  if (out < 1) return ["Nothing is left of the output", `(input - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1 >= 1: (${n} - 1) * ${step} - 2 * ${p} + ${d} * (${k} - 1) + ${more} + 1 = ${out}`];
  return (canvas > largest || zeros > widest) && ["Too large to draw", `the stamps cover ${canvas} lines (at most ${largest}), x with its zeros ${zeros} (at most ${widest})`];
}

// The same for both axes, with the nearest value of each setting that takes the problem away.
export function problems(s, limits) {
  return [0, 1].flatMap((a) => {
    const now = numbers(s, a), found = problem(lengths(now), limits);
    if (!found) return [];
    const ways = Object.entries(now).flatMap(([name, old]) => {
      const far = (v) => Math.abs(v - old), works = (v) => !problem(lengths({ ...now, [name]: v }), limits);
      const v = range(limits.largest + 1).slice(least(name)).sort((b, c) => far(b) - far(c)).find(works);
      return v === undefined ? [] : [[`${name} ${v} (${AXIS[a]})`, withPair(s, name, swap(pairOf(s, name), a, v))]];
    });
    return [{ text: `${found[0]} along the ${AXIS[a]}.`, rule: found[1], fixes: ways }];
  });
}

// The stamp of input pixel (r, c): [i, j, weight, a, b], in output coordinates; padding cuts off what lies outside.
export function stamp(s, [r, c]) {
  const at = (a, v, t) => v * s.stride[a] + t * s.dilation[a] - s.padding[a];
  return grid(...shape(s.kernel), (a, b) => [at(0, r, a), at(1, c, b), s.kernel[a][b], a, b]).flat();
}

// The terms of output pixel (i, j): [r, c, weight, a, b], in the order of the input's pixels.
export function terms(s, [i, j]) {
  const along = (a, v) => range(shape(s.kernel)[a]).reverse().map((t) => [(v + s.padding[a] - t * s.dilation[a]) / s.stride[a], t])
    .filter(([r]) => Number.isInteger(r) && r >= 0 && r < shape(s.x)[a]);
  return along(0, i).flatMap(([r, a]) => along(1, j).map(([c, b]) => [r, c, s.kernel[a][b], a, b]));
}

// View 1: all stamps added, before the cut; cut() leaves the output.
export function stamped(s, x = s.x, kernel = s.kernel) {
  const sum = grid(...both(s, (l) => l.canvas), () => 0), on = { ...s, kernel, padding: [0, 0] };
  x.forEach((row, r) => row.forEach((v, c) => { for (const [i, j, w] of stamp(on, [r, c])) sum[i][j] += v * w; }));
  return sum;
}
export const cut = (s, m) => grid(...both(s, (l) => l.out), (i, j) => m[i + s.padding[0]][j + s.padding[1]]);

// View 2: pixel (r, c) of the drawing, from `low` on: [row, column of x] for a pixel, else null.
export function pixel(s, place, low = both(s, (l) => l.low)) {
  const at = place.map((v, a) => (v + low[a]) / s.stride[a]);
  return at.every(Number.isInteger) && s.x[at[0]]?.[at[1]] !== undefined ? at : null;
}
export function stuffed(s) {
  const low = both(s, (l) => l.low);
  return grid(...both(s, (l) => l.zeros), (i, j) => { const at = pixel(s, [i, j], low); return at ? s.x[at[0]][at[1]] : 0; });
}
export const start = (s) => both(s, (l) => -l.before - l.low); // where in the drawing the frame begins
export function viaZeros(s) {
  const m = stuffed(s), [i0, j0] = start(s), [H, W] = both(s, (l) => l.stuffed + l.before + l.after);
  return correlate(grid(H, W, (i, j) => m[i + i0][j + j0]), flip(s.kernel), { stride: [1, 1], padding: [0, 0], dilation: s.dilation });
}

// View 3: C transposed: a row for each output pixel, a column for each input pixel.
export function matrix(s) {
  const [, W] = shape(s.x), [oH, oW] = both(s, (l) => l.out);
  const m = grid(oH * oW, s.x.length * W, () => 0);
  m.forEach((row, n) => { for (const [r, c, w] of terms(s, [Math.floor(n / oW), n % oW])) row[r * W + c] = w; });
  return m;
}
