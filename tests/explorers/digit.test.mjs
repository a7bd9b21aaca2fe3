import { test } from "node:test";
import { preprocess, rasterise } from "../../convlab/explorers/digit/math.js";
import { distance, every, floats, given } from "./support.mjs";

const c = given.constants;

test("a drawing is the same board as in Python", () => every(given.drawings, ({ strokes, board }) => distance(rasterise(strokes, c), floats(board)) > 1e-12 && "another board", 66));

// A sum that ends on .5 may be rounded either way.
test("and with all switches the same image", () => every(given.drawings.flatMap(({ strokes, board, images }) => images.map((image) => ({ strokes, board: floats(board), ...image }))), ({ board, options, expected }) => {
  const found = preprocess(board, options, c).flat();
  const off = found.map((v, n) => Math.abs(v - expected[n])), sum = off.reduce((a, b) => a + b, 0);
  return (found.length !== expected.length || Math.max(...off) > 1 || sum > 2) && `levels differ by ${sum} in all`;
}, 528));
