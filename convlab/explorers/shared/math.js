// Arithmetic that the explorers share, and how they write numbers. It knows no page, so that Node can test it.

export const AXIS = ["height", "width"];
export const range = (n) => Array.from({ length: n }, (_, i) => i);
export const clamp = (v, low, high) => Math.min(Math.max(v, low), high);
export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
export const grid = (rows, columns, f) => range(rows).map((i) => range(columns).map((j) => f(i, j)));
export const flip = (k) => k.map((row) => [...row].reverse()).reverse();
export const largest = (m) => Math.max(...m.flat().map((v) => Math.abs(v) || 0));
export const resize = (m, rows, columns) => grid(rows, columns, (i, j) => m[i]?.[j] ?? 0); // cut off or filled with zeros, below and right
// Nested lists, one over the other: where the upper one ends, the lower one is seen.
export const over = (m, below) => (Array.isArray(m ?? below) ? range(Math.max(m?.length ?? 0, below?.length ?? 0)).map((n) => over(m?.[n], below?.[n])) : m ?? below);
export const shape = (m) => [m.length, m[0].length];
export const swap = (list, a, v) => list.map((old, b) => (a === b ? v : old)); // the same with v at place a
export const entry = (m, place) => place.reduce((inner, n) => inner?.[n], m); // what stands there in nested lists, or undefined
export const replaced = (m, [n, ...rest], v) => swap(m, n, rest.length ? replaced(m[n], rest, v) : v); // the same with v there
export const places = (m, before = []) => m.flatMap((v, n) => (Array.isArray(v) ? places(v, [...before, n]) : [[...before, n]]));
export const index = ([i, j], m) => i * m[0].length + j; // of an entry, line by line
export const nth = (n, columns) => [Math.floor(n / columns), n % columns];

// --- how numbers are written ---

export const times = (pair) => `${pair[0]} × ${pair[1]}`;
export const one = (pair) => (pair[0] === pair[1] ? `${pair[0]}` : `(${pair[0]}, ${pair[1]})`); // as Python writes it

// A number as a reader wants it: a true minus, no trailing zeros, short.
export function show(v, decimals = 2) {
  if (v === null) return "not finite"; // JSON has no nan
  if (!Number.isFinite(v)) return Number.isNaN(v) ? "nan" : v > 0 ? "inf" : "−inf";
  if (Math.abs(v) >= 1e6) return v.toExponential(1).replace("-", "−").replace("e+", "e");
  return String(+v.toFixed(Math.abs(v) >= 100 ? Math.min(decimals, 1) : decimals)).replace("-", "−");
}
export const exact = (v) => show(v, 2) === String(v).replace("-", "−");
export const bracket = (v, decimals) => show(v, decimals).replace(/^−.*/, "($&)");
const dotted = (v) => (Number.isInteger(v) && Math.abs(v) < 1e9 ? `${v}.` : `${+v.toPrecision(9)}`);
const listed = (m) => (Array.isArray(m) ? `[${m.map(listed).join(", ")}]` : dotted(m));
export const literal = (m) => `torch.tensor(${listed(m)})`;

// PyTorch's call, with the options that are not the default: 1, and 0 for paddings.
export const least = (name) => +!name.includes("padding");
export function callText(operator, kernel, s, options) {
  const rest = options.filter((n) => !same(s[n], [least(n), least(n)])).map((n) => `, ${n}=${one(s[n])}`).join("");
  return `F.${operator}(x[None, None], ${kernel}[None, None]${rest})[0, 0]`;
}
export const callCode = ({ x, kernel }, call) => `import torch\nimport torch.nn.functional as F\n\nx = ${literal(x)}\nkernel = ${literal(kernel)}\n${call}\n`;

// --- windows: one axis at a time; [height, width] everywhere ---

export const reach = (k, d) => d * (k - 1) + 1;
const outSize = (n, k, s, p, d) => Math.floor((n + 2 * p - reach(k, d)) / s) + 1;

// Cross-correlation, the sum that F.conv2d computes. Outside of x there are zeros.
export function correlate(x, k, { stride, padding, dilation }) {
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
