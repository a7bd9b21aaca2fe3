// How one number of the network was made, as watch.py tells it.

import { grid, range } from "../shared/math.js";
import { cells, normalised, pooled } from "./network.js";

const SIDE = 16; // numbers in a line
const short = (v) => String(+v.toPrecision(4)).replace("-", "−");
const add = (list) => list.reduce((a, b) => a + b, 0);
const part = (name, values, weights) => ({ name, values, weights, sum: add(values.flatMap((row, i) => row.map((v, j) => v * (weights?.[i][j] ?? 1)))) });
const total = (s, parts, c, formula) => {
  const bias = s.biased ? s.bias[c] : null;
  return { parts: parts.sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum)), bias, total: add(parts.map((p) => p.sum)) + (bias ?? 0), formula };
};

const TOLD = {
  conv2d(s, [c, i, j]) {
    const [C, H, W] = s.in, [h, w] = s.kernel, per = C / s.groups, first = Math.floor(c / (s.out[0] / s.groups)) * per;
    const row = (a) => i * s.stride[0] - s.padding[0] + a * s.dilation[0], column = (b) => j * s.stride[1] - s.padding[1] + b * s.dilation[1];
    const at = (n, y, x) => (y >= 0 && y < H && x >= 0 && x < W ? s.x[(n * H + y) * W + x] : 0);
    const parts = range(per).map((n) => part(`input channel ${first + n}`, grid(h, w, (a, b) => at(first + n, row(a), column(b))),
      grid(h, w, (a, b) => s.weight[((c * per + n) * h + a) * w + b])));
    return total(s, parts, c, "window × kernel, added up over the channels");
  },
  linear(s, [c]) {
    const size = s.x.length, own = s.weight.subarray(c * size, (c + 1) * size);
    const parts = range(Math.ceil(size / SIDE)).map((n) => {
      const [values, weights] = [s.x, own].map((list) => [[...list.subarray(n * SIDE, (n + 1) * SIDE)]]);
      return part(`inputs ${n * SIDE} to ${n * SIDE + values[0].length - 1}`, values, weights);
    });
    return total(s, parts, c, "inputs × weights, added up");
  },
  pool(s, [c, i, j]) {
    const [, H, W] = s.in, row = pooled(s, 0, i), column = pooled(s, 1, j);
    const made = part(`channel ${c}`, row.lines.map((a) => column.lines.map((b) => s.x[(c * H + a) * W + b])), null);
    const max = s.op.includes("max"), found = max ? Math.max(...made.values.flat()) : made.sum / cells(s, row, column);
    return { parts: [made], total: found, formula: max ? "the largest number of the window" : "the mean of the window" };
  },
  batch_norm(s, [c], n) {
    const weight = s.weight?.[c] ?? 1, bias = s.bias?.[c] ?? 0;
    const formula = `(${short(s.x[n])} − ${short(s.running_mean[c])}) / √(${short(s.running_var[c])} + ${short(s.eps)}) · ${short(weight)} + ${short(bias)}`;
    return { before: s.x[n], total: normalised(s, c, s.x[n]), formula };
  },
};

export function explain(s, unit) {
  const [c, i, j] = unit, n = (c * s.out[1] + i) * s.out[2] + j, found = { parts: [], bias: null, value: s.y[n] };
  const f = TOLD[/pool/.test(s.op) ? "pool" : s.op];
  if (f) return { ...found, ...f(s, unit, n) };
  if (s.more) return { ...found, formula: `${s.op} of one number`, before: s.x[n] };
  return { ...found, formula: `the result of ${s.op}; how it was made is not shown for this operation` };
}
