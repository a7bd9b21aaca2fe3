import { test } from "node:test";
import { factors, filter, problems, rank, resultSize } from "../../convlab/explorers/playground/math.js";
import { distance, every, given, verdict } from "./support.mjs";

const { small } = given.constants;

test("the result is torch's, and what torch refuses is refused", () => every(given.cases, (c) => {
  const wrong = verdict(problems(c), c.expected);
  if (wrong || !c.expected) return wrong;
  const { values, size } = filter(c.planes, c.size, c.kernel, c.padding_mode), [rows, columns] = resultSize(c.size, c.kernel[0], c.padding_mode);
  if (size[0] !== rows || size[1] !== columns || rows !== c.expected.length || columns !== c.expected[0].length) return `another size: ${size}`;
  return distance(values, c.expected.flat()) > 1e-12 && "another result";
}, 1500));

const ones = (h, w) => [Array.from({ length: h }, () => Array(w).fill(1))];
const impossible = ["reflect", "circular", "valid"].flatMap((padding_mode) => [1, 2, 3].flatMap((n) =>
  [3, 4, 5, 8, 15].map((k) => ({ size: [n, 20], kernel: ones(k, 2), padding_mode }))));
test("every offered way out works", () => every(
  impossible.flatMap((state) => problems(state).flatMap(({ fixes }) => fixes.map(([label, change]) => ({ label, change, state })))),
  ({ change, state }) => problems({ ...state, ...change })[0]?.rule, 30));

test("ranks and factors are linear algebra's", () => every(given.kernels, ({ kernel, expected }) => {
  if (rank(kernel, small) !== expected) return `rank ${rank(kernel, small)}, but it is ${expected}`;
  const [column, row] = factors(kernel);
  return expected === 1 && distance(column.flatMap((a) => row.map((b) => a * b)), kernel.flat()) > 1e-7 && "other factors";
}, 68));
