// The arithmetic of ConvExplorer. [height, width] everywhere; s holds the settings.

import { AXIS, correlate, flip, grid, range, reach, resize, same, shape, swap } from "../shared/math.js";

// Why settings cannot work: PyTorch's rule with its numbers for each axis that fails, and the nearest ways out.
export function problems({ x, kernel, padding, dilation }, most) {
  const [n, k] = [shape(x), shape(kernel)];
  return [0, 1].flatMap((axis) => {
    const [p, d, span, name] = [padding[axis], dilation[axis], reach(k[axis], dilation[axis]), AXIS[axis]];
    const room = n[axis] + 2 * p;
    const pad = (v) => [`padding ${v} (${name})`, { padding: swap(padding, axis, v) }];
    if (room > most) return [{
      text: `Too large to draw along the ${name}: the padded input has ${room} pixels.`,
      rule: `input + 2 * padding <= ${most}: ${n[axis]} + 2 * ${p} = ${room}`,
      fixes: [pad((most - n[axis]) >> 1)],
    }];
    if (span <= room) return [];
    const [wide, far] = [Math.ceil((span - n[axis]) / 2), Math.floor((room - 1) / (k[axis] - 1))];
    const small = Math.floor((room - 1) / d) + 1;
    return [{
      text: `No window fits along the ${name}: the kernel reaches over ${span} pixels, the padded input has ${room}.`,
      rule: `dilation * (kernel - 1) + 1 <= input + 2 * padding: ${d} * (${k[axis]} - 1) + 1 = ${span}, but ${n[axis]} + 2 * ${p} = ${room}`,
      fixes: [
        n[axis] + 2 * wide <= most && pad(wide),
        d > 1 && far >= 1 && [`dilation ${far} (${name})`, { dilation: swap(dilation, axis, far) }],
        [`kernel ${name} ${small}`, { kernel: resize(kernel, ...swap(k, axis, small)) }],
      ].filter(Boolean),
    }];
  });
}

// The weights as they are multiplied: a true convolution turns its kernel by 180 degrees.
export const weights = (s) => (s.convolution ? flip(s.kernel) : s.kernel);
export const output = (s) => correlate(s.x, weights(s), s);

// Padded coordinates of the pixels under the window at output (i, j), with the weight on each.
export function taps(s, [i, j]) {
  const k = weights(s);
  return grid(...shape(k), (a, b) => [i * s.stride[0] + a * s.dilation[0], j * s.stride[1] + b * s.dilation[1], k[a][b], a, b]).flat();
}

// The rows and columns of x under the window at an output, in words.
export function under(s, place) {
  const lines = AXIS.map((_, a) => range(shape(s.kernel)[a]).map((t) => place[a] * s.stride[a] + t * s.dilation[a] - s.padding[a]));
  const own = lines.map((line, a) => line.filter((v) => v >= 0 && v < shape(s.x)[a]));
  if (!own.every((line) => line.length)) return "window on the padding only";
  const listed = (line, d) => (d > 1 && line.length < 4 ? line.join(", ").replace(/, (\d+)$/, " and $1") : `${line[0]} to ${line.at(-1)}${d > 1 ? ` in steps of ${d}` : ""}`);
  const words = own.map((line, a) => ["row", "column"][a] + (line.length > 1 ? `s ${listed(line, s.dilation[a])}` : ` ${line[0]}`));
  return `window ${words.join(", ")}${same(own, lines) ? "" : ", the rest on padding"}`;
}

// All outputs that use pixel (r, c) of the padded input: [i, j, weight, a, b].
export function users(s, [r, c], size) {
  return grid(...size, (i, j) => taps(s, [i, j]).filter(([y, x]) => y === r && x === c).map(([, , w, a, b]) => [i, j, w, a, b])).flat(2);
}

// Why no window reads a line along one axis; "" if one does. `count` windows stand along it.
export function skipped(s, line, axis, count) {
  const [name, step, gap, k] = [["row", "column"][axis], s.stride[axis], s.dilation[axis], shape(s.kernel)[axis]];
  const over = range(count).map((i) => line - i * step).filter((at) => at >= 0 && at < reach(k, gap));
  if (over.some((at) => at % gap === 0)) return "";
  if (line >= (count - 1) * step + reach(k, gap)) return `its ${name} lies behind the last window, and one more step (stride ${step}) would leave the ${s.padding[axis] ? "padded " : ""}input`;
  if (!over.length) return `its ${name} lies between two windows: stride ${step} steps over it`;
  return `in its ${name} every window has a gap between its weights: dilation ${gap}`;
}
