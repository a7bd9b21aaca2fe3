// The learner's network, as program.py sends it: a chain of operations on (C, H, W) numbers, and weights as float16.

import { clamp, range } from "../shared/math.js";

// Half-precision numbers, finite ones: their bits are moved to where a float32 has them, which is then 2^112 too small.
function halves(view) {
  const numbers = new Float64Array(view.byteLength / 2), bits = new Uint32Array(1), single = new Float32Array(bits.buffer);
  for (let n = 0; n < numbers.length; n++) {
    const half = view.getUint16(2 * n, true);
    bits[0] = ((half & 0x8000) << 16) | ((half & 0x7fff) << 13);
    numbers[n] = single[0] * 2 ** 112;
  }
  return numbers;
}
const count = (sizes) => sizes.reduce((a, b) => a * b, 1);

// The lines that window i of a pool reads on one axis, and how many it has with the padding. With ceil_mode it may reach
// beyond that.
export function pooled(s, axis, i) {
  const n = s.in[axis + 1], p = s.padding?.[axis];
  if (!s.kernel) {
    const [first, end] = [Math.floor((i * n) / s.out[axis + 1]), Math.ceil(((i + 1) * n) / s.out[axis + 1])];
    return { lines: range(end - first).map((t) => first + t), all: end - first };
  }
  const all = range(s.kernel[axis]).map((t) => i * s.stride[axis] - p + t * s.dilation[axis]).filter((a) => a < n + p);
  return { lines: all.filter((a) => a >= 0 && a < n), all: all.length };
}
const windows = (s) => [0, 1].map((axis) => range(s.out[axis + 1]).map((i) => pooled(s, axis, i)));
export const cells = (s, row, column) => s.divisor || (s.count === false ? row.lines.length * column.lines.length : row.all * column.all);

// Where a padded line gets its number from: a line of the input, or -1 for the value of the padding.
const SOURCES = {
  constant: (a, n) => (a >= 0 && a < n ? a : -1),
  reflect: (a, n) => (n - 1) - Math.abs((n - 1) - Math.abs(a)),
  replicate: (a, n) => clamp(a, 0, n - 1),
  circular: (a, n) => (a + n) % n,
};
// erf by Abramowitz and Stegun, 7.1.26: off by at most 1.5e-7.
function erf(v) {
  const t = 1 / (1 + 0.3275911 * Math.abs(v));
  const sum = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(v) * (1 - sum * Math.exp(-v * v));
}
const sigmoid = (v) => 1 / (1 + Math.exp(-v)), softplus = (v, beta, threshold) => (v * beta > threshold ? v : Math.log1p(Math.exp(v * beta)) / beta);
const elu = (v, alpha) => (v > 0 ? v : alpha * Math.expm1(v)), relu6 = (v) => clamp(v, 0, 6);
const POINTWISE = {
  relu: (v) => Math.max(v, 0), relu6, sigmoid, softplus, elu, hardtanh: clamp, tanh: Math.tanh,
  leaky_relu: (v, slope) => (v > 0 ? v : slope * v), selu: (v) => 1.0507009873554805 * elu(v, 1.6732632423543772),
  gelu: (v, how) => (v / 2) * (1 + (how === "tanh" ? Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)) : erf(v / Math.SQRT2))),
  silu: (v) => v * sigmoid(v), mish: (v) => v * Math.tanh(softplus(v, 1, 20)),
  hardswish: (v) => (v * relu6(v + 3)) / 6, hardsigmoid: (v) => relu6(v + 3) / 6,
};

// The sums of products of many lines: y[o, p] = bias[o] + sum over k of w[o, k] x[p, k]. Four rows of w and two of x at a
// time: each number that is fetched is used more than once. At the end, a row may be taken twice.
function products(w, x, bias, y, rows, columns, length) {
  for (let o = 0; o < rows; o += 4) {
    const last = rows - 1, r1 = Math.min(o + 1, last), r2 = Math.min(o + 2, last), r3 = Math.min(o + 3, last);
    const w0 = o * length, w1 = r1 * length, w2 = r2 * length, w3 = r3 * length;
    for (let p = 0; p < columns; p += 2) {
      const q = Math.min(p + 1, columns - 1), x0 = p * length, x1 = q * length;
      let s0 = bias[o], s1 = bias[r1], s2 = bias[r2], s3 = bias[r3], t0 = s0, t1 = s1, t2 = s2, t3 = s3;
      for (let k = 0; k < length; k++) {
        const u = x[x0 + k], v = x[x1 + k], c0 = w[w0 + k], c1 = w[w1 + k], c2 = w[w2 + k], c3 = w[w3 + k];
        s0 += c0 * u; s1 += c1 * u; s2 += c2 * u; s3 += c3 * u;
        t0 += c0 * v; t1 += c1 * v; t2 += c2 * v; t3 += c3 * v;
      }
      y[o * columns + p] = s0; y[r1 * columns + p] = s1; y[r2 * columns + p] = s2; y[r3 * columns + p] = s3;
      y[o * columns + q] = t0; y[r1 * columns + q] = t1; y[r2 * columns + q] = t2; y[r3 * columns + q] = t3;
    }
  }
}
// All windows of one group's channels, each a line: convolution becomes one product of matrices (im2col).
function unfold({ in: [, H, W], out: [, P, Q], kernel: [h, w], stride, padding, dilation, patches }, x, first, channels) {
  let n = 0;
  for (let i = 0; i < P; i++) {
    for (let j = 0; j < Q; j++) {
      for (let c = first; c < first + channels; c++) {
        for (let a = 0; a < h; a++) {
          const row = i * stride[0] - padding[0] + a * dilation[0], line = (c * H + row) * W, inside = row >= 0 && row < H;
          for (let b = 0, at = j * stride[1] - padding[1]; b < w; b++, at += dilation[1]) patches[n++] = inside && at >= 0 && at < W ? x[line + at] : 0;
        }
      }
    }
  }
}
// Each operation gets ready once, and gives back what computes y from x.
const READY = {
  conv2d(s) {
    const [C, , ] = s.in, [O, P, Q] = s.out, per = C / s.groups, made = O / s.groups, length = per * count(s.kernel);
    s.patches = new Float64Array(P * Q * length);
    return (x, y) => {
      for (let g = 0; g < s.groups; g++) {
        const part = (a, size) => a.subarray(g * size, (g + 1) * size);
        unfold(s, x, g * per, per);
        products(part(s.weight, made * length), s.patches, part(s.bias, made), part(y, made * P * Q), made, P * Q, length);
      }
    };
  },
  linear: (s) => (x, y) => products(s.weight, x, s.bias, y, y.length, 1, x.length),
  batch_norm(s) {
    const size = s.in[1] * s.in[2];
    return (x, y) => { for (let n = 0; n < y.length; n++) y[n] = normalised(s, Math.floor(n / size), x[n]); };
  },
  max_pool2d: (s) => pool(s, Math.max, -Infinity),
  avg_pool2d: (s) => pool(s, (sum, v) => sum + v, 0, true),
  pad(s) {
    const [, H, W] = s.in, [C, P, Q] = s.out, [rows, columns] = [[P, H], [Q, W]].map(([m, n], axis) => range(m).map((i) => SOURCES[s.mode](i - s.padding[axis], n)));
    return (x, y) => {
      let n = 0;
      for (let c = 0; c < C; c++) for (const i of rows) for (const j of columns) y[n++] = i < 0 || j < 0 ? s.value : x[(c * H + i) * W + j];
    };
  },
  softmax: () => (x, y) => y.set(softmax(x)),
  log_softmax: () => (x, y) => y.set(softmax(x).map(Math.log)),
};
READY.adaptive_max_pool2d = READY.max_pool2d;
READY.adaptive_avg_pool2d = READY.avg_pool2d;

function pool(s, add, start, mean) {
  const [, H, W] = s.in, [rows, columns] = windows(s);
  return (x, y) => {
    let n = 0;
    for (let c = 0; c < s.out[0]; c++) for (const row of rows) for (const column of columns) {
      let sum = start;
      for (const i of row.lines) for (const j of column.lines) sum = add(sum, x[(c * H + i) * W + j]);
      y[n++] = mean ? sum / cells(s, row, column) : sum;
    }
  };
}
export const normalised = ({ running_mean: m, running_var: v, weight, bias, eps }, c, x) =>
  ((x - m[c]) / Math.sqrt(v[c] + eps)) * (weight ? weight[c] : 1) + (bias ? bias[c] : 0);
function pointwise(s) {
  const f = POINTWISE[s.op], [a, b] = s.more;
  return (x, y) => { for (let n = 0; n < y.length; n++) y[n] = f(x[n], a, b); };
}
function softmax(scores) {
  const most = Math.max(...scores), powers = [...scores].map((v) => Math.exp(v - most)), sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((v) => v / sum);
}

const WEIGHTS = ["weight", "bias", "running_mean", "running_var"];
export class Network {
  constructor({ steps, mean, std }, view) {
    const all = halves(view);
    this.levels = Float64Array.from({ length: 256 }, (_, v) => (v / 255 - mean) / std);
    this.steps = steps.map((given) => {
      const s = { ...given, y: new Float64Array(count(given.out)) };
      for (const name of WEIGHTS) if (s[name]) s[name] = all.subarray(s[name][0], s[name][0] + s[name][1]);
      s.biased = Boolean(s.bias);
      if (s.weight) s.bias ??= new Float64Array(s.out[0]);
      return { ...s, compute: (READY[s.op] ?? pointwise)(s) };
    });
  }
  // Show it an image, bytes in a list; each step then has its numbers y, made of x. Returns the probabilities.
  run(image) {
    let x = Float64Array.from(image, (v) => this.levels[v]);
    for (const s of this.steps) {
      s.x = x;
      s.compute(x, s.y);
      x = s.y;
    }
    return softmax(x);
  }
}
