// The arithmetic of KernelPlayground. Planes are Float64Array, one for each channel; kernel[c][a][b].

import { AXIS, clamp, grid, largest, range, shape, swap } from "../shared/math.js";

// Lines of padding before and behind: together k - 1, so that the size stays; the odd one behind, as torch does.
export const around = (k, mode) => (mode === "valid" ? [0, 0] : [(k - 1) >> 1, k - 1 - ((k - 1) >> 1)]);

// Which line of the image stands at line i of the padded one (counted from the image's first); -1 is a zero.
export function source(i, n, mode) {
  if (i >= 0 && i < n) return i;
  if (mode === "replicate") return clamp(i, 0, n - 1);
  if (mode === "circular") return (i + n) % n;
  if (mode === "reflect") return i < 0 ? -i : 2 * (n - 1) - i;
  return -1;
}
const sources = (n, k, mode) => range(n + around(k, mode)[0] + around(k, mode)[1]).map((i) => source(i - around(k, mode)[0], n, mode));

function padded(plane, [H, W], [h, w], mode) {
  const [rows, columns] = [sources(H, h, mode), sources(W, w, mode)];
  const out = new Float64Array(rows.length * columns.length);
  rows.forEach((r, i) => {
    if (r >= 0) columns.forEach((c, j) => { if (c >= 0) out[i * columns.length + j] = plane[r * W + c]; });
  });
  return [out, rows.length, columns.length];
}

// One tap after the other: the whole image, shifted, times one weight. Channels are added up.
export function filter(planes, [H, W], kernel, mode) {
  const [h, w] = shape(kernel[0]);
  let out, size;
  planes.forEach((plane, c) => {
    const [wide, rows, columns] = padded(plane, [H, W], [h, w], mode);
    size = [rows - h + 1, columns - w + 1];
    out ??= new Float64Array(size[0] * size[1]);
    kernel[c].forEach((line, a) => line.forEach((weight, b) => {
      if (!weight) return;
      for (let i = 0; i < size[0]; i++) {
        const from = (i + a) * columns + b, to = i * size[1];
        for (let j = 0; j < size[1]; j++) out[to + j] += weight * wide[from + j];
      }
    }));
  });
  return { values: out, size };
}

// Rank by elimination; entries below that part of the largest count as zero: kernels are often float32.
export function rank(m, part) {
  const a = m.map((row) => [...row]), small = part * largest(m);
  for (let found = 0; ; found++) {
    let [best, p, q] = [small, -1, -1];
    a.forEach((row, i) => row.forEach((v, j) => { if (i >= found && Math.abs(v) > best) [best, p, q] = [Math.abs(v), i, j]; }));
    if (p < 0) return found;
    [a[found], a[p]] = [a[p], a[found]];
    for (let i = found + 1; i < a.length; i++) {
      const t = a[i][q] / a[found][q];
      a[i] = a[i].map((v, j) => (j === q ? 0 : v - t * a[found][j]));
    }
  }
}
// A kernel of rank 1 is a column times a row: those of its largest entry.
export function factors(m) {
  let [p, q] = [0, 0];
  m.forEach((row, i) => row.forEach((v, j) => { if (Math.abs(v) > Math.abs(m[p][q])) [p, q] = [i, j]; }));
  return [m.map((row) => row[q]), m[p].map((v) => v / m[p][q])];
}

// Sizes of the result.
export const resultSize = (size, kernel, mode) => size.map((n, a) => n + around(shape(kernel)[a], mode).reduce((x, y) => x + y) - shape(kernel)[a] + 1);

// Why this padding cannot be, in PyTorch's words, and what can.
export function problems({ size, kernel, padding_mode: mode }) {
  return [0, 1].flatMap((axis) => {
    const n = size[axis], k = shape(kernel[0])[axis], lines = around(k, mode)[1];
    const smaller = (v) => [`kernel ${AXIS[axis]} ${v}`, { kernel: resized(kernel, swap(shape(kernel[0]), axis, v)) }];
    const other = (m) => [`padding ${m}`, { padding_mode: m }];
    if (mode === "valid" && k > n) return [{ text: `No window fits along the ${AXIS[axis]}.`, rule: `kernel <= input: ${k} > ${n}`, fixes: [other("zeros"), smaller(n)] }];
    if (mode === "reflect" && lines >= n) return [{ text: `There are too few lines to reflect along the ${AXIS[axis]}.`, rule: `padding < input: ${lines} lines of padding, ${n} of the image`, fixes: [other("replicate"), smaller(2 * n - 1)] }];
    if (mode === "circular" && lines > n) return [{ text: `There are too few lines to go round along the ${AXIS[axis]}.`, rule: `padding <= input: ${lines} lines of padding, ${n} of the image`, fixes: [other("replicate"), smaller(2 * n + 1)] }];
    return [];
  });
}
// Rows and columns come and go on both sides, so that the middle stays where it is.
export function resized(kernel, [h, w], empty = 0) {
  const [up, left] = [[h, kernel[0].length], [w, kernel[0][0].length]].map(([now, old]) => ((now - 1) >> 1) - ((old - 1) >> 1));
  return kernel.map((slice) => grid(h, w, (i, j) => slice[i - up]?.[j - left] ?? empty));
}

export function layerCall(s) {
  const [h, w] = shape(s.kernel[0]), [[top, bottom], [left, right]] = [around(h, s.padding_mode), around(w, s.padding_mode)];
  const image = s.planes.length === 3 ? "image[None]" : "image[None, None]", weight = s.planes.length === 3 ? "kernel[None]" : "kernel[None, None]";
  const mode = s.padding_mode === "zeros" ? "constant" : s.padding_mode;
  const x = s.padding_mode === "valid" ? image : `F.pad(${image}, (${left}, ${right}, ${top}, ${bottom}), mode="${mode}")`;
  return `F.conv2d(${x}, ${weight})[0, 0]`;
}
