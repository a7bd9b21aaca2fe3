// From strokes to what the network sees, as preprocess.py does it. The last argument of each function has the sizes:
// pixels of the board, its pen's radius, pixels of the image (side), and of the box into which the digit is scaled.

import { clamp, correlate, grid, range } from "../shared/math.js";

// Darken the pixels that the pen covers on its way from p to q.
export function cover(board, p, q, { board: side, pen }) {
  const [x0, y0, x1, y1] = [...p, ...q].map((v) => v * side);
  const [dx, dy] = [x1 - x0, y1 - y0];
  const near = (a, b) => [Math.max(0, Math.floor(Math.min(a, b) - pen - 1)), Math.min(side, Math.ceil(Math.max(a, b) + pen + 1))];
  const [[left, right], [top, bottom]] = [near(x0, x1), near(y0, y1)];
  for (let i = top; i < bottom; i++) {
    for (let j = left; j < right; j++) {
      const [x, y] = [j + 0.5 - x0, i + 0.5 - y0];
      const t = clamp((x * dx + y * dy) / Math.max(dx * dx + dy * dy, 1e-12), 0, 1);
      const far = Math.sqrt((x - t * dx) ** 2 + (y - t * dy) ** 2);
      board[i * side + j] = Math.max(board[i * side + j], clamp(pen + 0.5 - far, 0, 1));
    }
  }
}
export function rasterise(strokes, c) {
  const board = new Float64Array(c.board * c.board);
  for (const stroke of strokes) stroke.slice(0, Math.max(1, stroke.length - 1)).forEach((p, n) => cover(board, p, stroke[n + 1] ?? p, c));
  return board;
}

// Each new pixel is the mean of the old ones that it covers: [old, share] of each.
function shares(size, out) {
  const step = size / out, share = (i, j) => Math.max(0, Math.min(i * step + step, j + 1) - Math.max(i * step, j)) / step;
  return range(out).map((i) => {
    const first = Math.floor(i * step), last = Math.min(size, Math.ceil((i + 1) * step));
    return range(last - first).map((t) => [first + t, share(i, first + t)]);
  });
}
// One axis after the other: (rows x old) · image · (old x columns).
function scaled(image, width, top, left, h, w, height2, width2) {
  const [down, across] = [shares(h, height2), shares(w, width2)];
  const half = grid(height2, w, (i, j) => down[i].reduce((sum, [a, v]) => sum + v * image[(top + a) * width + left + j], 0));
  return grid(height2, width2, (i, j) => across[j].reduce((sum, [b, v]) => sum + v * half[i][b], 0));
}
export function centreOfMass(m) {
  let [sum, row, column] = [0, 0, 0];
  m.forEach((line, i) => line.forEach((v, j) => { sum += v; row += v * i; column += v * j; }));
  return [row / sum, column / sum];
}
// The smallest box [top, left, height, width] that holds all ink; null on an empty board.
function inked(board, side) {
  let [top, bottom, left, right] = [side, -1, side, -1];
  board.forEach((v, n) => {
    if (v <= 0) return;
    const i = Math.floor(n / side), j = n % side;
    top = Math.min(top, i); bottom = Math.max(bottom, i); left = Math.min(left, j); right = Math.max(right, j);
  });
  return bottom < 0 ? null : [top, left, bottom - top + 1, right - left + 1];
}
export function preprocess(board, { resize, centre, blur }, { board: full, side, box }) {
  const found = inked(board, full);
  if (!found) return grid(side, side, () => 0);
  let image;
  if (resize) {
    const [top, left, h, w] = found;
    const [height, width] = [h, w].map((n) => Math.max(1, Math.floor((box * n) / Math.max(h, w) + 0.5)));
    const digit = scaled(board, full, top, left, h, w, height, width);
    image = grid(side, side, (i, j) => digit[i - ((side - height) >> 1)]?.[j - ((side - width) >> 1)] ?? 0);
  } else image = scaled(board, full, 0, 0, full, full, side, side);
  if (centre) {
    const [down, across] = centreOfMass(image).map((c) => Math.floor((side - 1) / 2 - c + 0.5)), old = image;
    image = grid(side, side, (i, j) => old[i - down]?.[j - across] ?? 0);
  }
  if (blur) {
    const k = [1, 2, 1].map((a) => [1, 2, 1].map((b) => (a * b) / 16));
    image = correlate(image, k, { stride: [1, 1], padding: [1, 1], dilation: [1, 1] });
  }
  return image.map((row) => row.map((v) => Math.floor(v * 255 + 0.5)));
}

// What the network says, in words. It is sure if one class has most of the probability, and no other comes near.
export function verdict(probabilities, labels, { sure, near }) {
  const order = range(labels.length).sort((a, b) => probabilities[b] - probabilities[a]), best = probabilities[order[0]];
  const close = order.filter((n, place) => probabilities[n] > near * best && place < 3);
  if (labels.length === 1 || (best >= sure && close.length === 1)) return { best: order.slice(0, 1), sure: true, words: labels[order[0]] };
  const chosen = order.slice(0, Math.max(2, close.length));
  return { best: chosen, sure: false, words: `unsure: ${chosen.map((n) => labels[n]).join(" or ")}` };
}
