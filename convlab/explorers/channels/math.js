// The arithmetic of ChannelExplorer: s holds x [c][i][j], weight [o][c][a][b], bias [o] and groups. Here the weight has a
// slice for each pair of kernel and channel: those that the groups leave out wait for other groups.

import { AXIS, grid, range, shape, swap } from "../shared/math.js";

export const counts = ({ x, weight }) => [x.length, weight.length]; // channels in, channels out
export const sizes = ({ x, weight }) => [shape(x[0]), shape(weight[0][0])];
export const mapSize = (s) => { const [n, k] = sizes(s); return n.map((m, a) => m - k[a] + 1); };

// Whether kernel o has a slice for channel c: both are in the same group.
export function sees(s, o, c) {
  const [ins, outs] = counts(s);
  return Math.floor((o * s.groups) / outs) === Math.floor((c * s.groups) / ins);
}

// What each slice of kernel o does at one place of its map: the products, and their sum.
export function parts(s, [o, i, j]) {
  return s.weight[o].flatMap((slice, c) => {
    if (!sees(s, o, c)) return [];
    const products = slice.map((row, a) => row.map((w, b) => s.x[c][i + a][j + b] * w));
    return [{ c, products, sum: products.flat().reduce((sum, v) => sum + v, 0) }];
  });
}
export const output = (s) => s.weight.map((_, o) => grid(...mapSize(s), (i, j) => parts(s, [o, i, j]).reduce((sum, part) => sum + part.sum, 0) + s.bias[o]));

// All numbers of all maps that use pixel (c, i, j), with the weight: [o, i, j, weight, a, b].
export function users(s, [c, i, j]) {
  const [rows, columns] = mapSize(s);
  return s.weight.flatMap((kernel, o) => (!sees(s, o, c) ? [] : kernel[c].flatMap((row, a) => row.flatMap((w, b) =>
    (i - a >= 0 && i - a < rows && j - b >= 0 && j - b < columns ? [[o, i - a, j - b, w, a, b]] : [])))));
}

// What a layer of this kind holds, and computes for one image.
export function cost(s) {
  const [[ins, outs], [, [h, w]], [rows, columns]] = [counts(s), sizes(s), mapSize(s)], weights = (outs * ins * h * w) / s.groups;
  return { weights, parameters: weights + outs, macs: weights * rows * columns };
}

// PyTorch's weight has only the slices that are used; and back again, with what `known` remembers for the others.
export const packed = (s) => s.weight.map((kernel, o) => kernel.filter((_, c) => sees(s, o, c)));
export function unpacked({ x, weight, bias, groups }, known) {
  const s = { x, weight, bias, groups }, size = shape(weight[0][0]);
  return weight.map((kernel, o) => {
    const slices = kernel[Symbol.iterator]();
    return x.map((_, c) => (sees(s, o, c) ? slices.next().value ?? [[NaN]] : known?.[o]?.[c] && grid(...size, (a, b) => known[o][c][a]?.[b] ?? 0) || filled(size, o + c)));
  });
}

// The same with other numbers of channels, or another size of kernel. What is new gets some small numbers.
const filled = (size, n) => grid(...size, (a, b) => [1, 0, -1, 2, 0, 1, -2][(n * 3 + a * 2 + b) % 7]);
export function sized({ x, weight, bias }, { ins = x.length, outs = weight.length, size = shape(weight[0][0]) }) {
  return {
    x: range(ins).map((c) => x[c] ?? filled(shape(x[0]), c)),
    weight: range(outs).map((o) => range(ins).map((c) => { const old = weight[o]?.[c], fresh = filled(size, o + c); return old ? grid(...size, (a, b) => old[a]?.[b] ?? fresh[a][b]) : fresh; })),
    bias: range(outs).map((o) => bias[o] ?? 0),
  };
}

// Why settings cannot work: PyTorch's rule with its numbers, and the nearest ways out.
export function problems(s, most) {
  const [n, k] = sizes(s), { groups } = s, all = [["in", s.x.length], ["out", s.weight.length]];
  const wrong = all.filter(([, m]) => m % groups), both = range(most).map((g) => g + 1).filter((g) => all.every(([, m]) => m % g === 0));
  const [[side, count]] = [...wrong, []], whole = Math.ceil(count / groups) * groups;
  return [wrong.length && {
    text: `${groups} groups of equal size cannot be made of ${wrong.map(([name, m]) => `${m} ${name}put channels`).join(" and ")}. Numbers of groups that divide both ${all.map(([, m]) => m).join(" and ")}: ${both.join(", ")}.`,
    rule: wrong.map(([name, m]) => `${name}_channels % groups == 0, but ${m} % ${groups} = ${m % groups}`).join("; "),
    fixes: [
      ...[both.findLast((g) => g < groups), both.find((g) => g > groups)].filter(Boolean).map((g) => [`groups ${g}`, { groups: g }]),
      ...(wrong.length === 1 && whole <= most ? [[`${whole} ${side}put channels`, sized(s, { [`${side}s`]: whole })]] : []),
    ],
  }, ...[0, 1].map((a) => k[a] > n[a] && {
    text: `No window fits along the ${AXIS[a]}: the kernel has ${k[a]}, the input ${n[a]}.`,
    rule: `kernel <= input: ${k[a]} <= ${n[a]}`,
    fixes: [[`kernel ${AXIS[a]} ${n[a]}`, sized(s, { size: swap(k, a, n[a]) })]],
  })].filter(Boolean);
}
