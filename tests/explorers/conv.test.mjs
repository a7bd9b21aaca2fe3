import { test } from "node:test";
import { output, problems, skipped, users } from "../../convlab/explorers/conv/math.js";
import { distance, every, given, verdict } from "./support.mjs";

const { largest } = given.constants;

test("the output is torch's, and what torch refuses is refused", () => every(given.cases, (c) =>
  verdict(problems(c, largest), c.expected) || (c.expected && distance(output(c).flat(), c.expected.flat()) > 1e-12 && "another output"), 1728));

test("every offered way out takes away the one problem it stands beside", () => every(
  given.cases.flatMap((c) => problems(c, largest).flatMap(({ fixes }) => fixes.map(([label, change]) => ({ label, change, c })))),
  ({ change, c }) => problems({ ...c, ...change }, largest).length !== problems(c, largest).length - 1 && "problems are left", 500));

test("who uses a pixel is what the gradient says", () => every(given.gradients, ({ settings, pixel, size, expected }) => {
  const found = expected.map((row) => row.map(() => 0));
  for (const [i, j, w] of users(settings, pixel, size)) found[i][j] += w;
  return distance(found.flat(), expected.flat()) > 0 && "other outputs use it";
}, 20));

test("why a pixel is skipped", () => every(given.skipped, ({ n, kernel, stride, dilation, expected }) => {
  const s = { kernel: [Array(kernel).fill(1)], stride: [1, stride], padding: [0, 0], dilation: [1, dilation] };
  const count = Math.floor((n - dilation * (kernel - 1) - 1) / stride) + 1;
  const line = expected.findIndex((words, at) => !skipped(s, at, 1, count).includes(words) || (!words && skipped(s, at, 1, count)));
  return line >= 0 && `line ${line}: ${skipped(s, line, 1, count) || "is read"}, but: ${expected[line] || "is read"}`;
}, 400));
