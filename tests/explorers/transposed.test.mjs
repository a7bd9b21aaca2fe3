import { test } from "node:test";
import { cut, matrix, problems, stamped, terms, viaZeros } from "../../convlab/explorers/transposed/math.js";
import { distance, every, given, verdict } from "./support.mjs";

const limits = given.constants;

// The same result in the three ways that are shown, and by the terms of each pixel.
function ways(c) {
  const x = c.x.flat(), y = cut(c, stamped(c)), sum = (at) => terms(c, at).reduce((s, [r, q, w]) => s + c.x[r][q] * w, 0);
  return { stamps: y.flat(), zeros: viaZeros(c).flat(), matrix: matrix(c).map((row) => row.reduce((s, w, m) => s + w * x[m], 0)),
    terms: y.flatMap((row, i) => row.map((_, j) => sum([i, j]))) };
}

test("all ways are torch's, and what torch refuses is refused", () => every(given.cases, (c) => verdict(problems(c, limits), c.expected)
  || (c.expected && Object.entries(ways(c)).filter(([, way]) => distance(way, c.expected.flat()) > 1e-12).map(([name]) => `another output by ${name}`).join()), 2592));

test("every offered way out takes away the one problem it stands beside", () => every(
  given.cases.flatMap((c) => problems(c, limits).flatMap(({ fixes }) => fixes.map(([label, change]) => ({ label, change, c })))),
  ({ change, c }) => problems({ ...c, ...change }, limits).length !== problems(c, limits).length - 1 && "problems are left", 500));
