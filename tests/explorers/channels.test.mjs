import { test } from "node:test";
import { cost, output, packed, parts, problems, sized, unpacked, users } from "../../convlab/explorers/channels/math.js";
import { distance, every, given } from "./support.mjs";

const most = given.constants.channels;
const settings = (c) => ({ x: c.x, bias: c.bias, groups: c.groups, weight: unpacked(c) });

test("the maps are torch's, and what each slice makes adds up to them", () => every(given.cases, (c) => {
  const s = settings(c), maps = output(s), last = [maps.length - 1, maps[0].length - 1, maps[0][0].length - 1];
  const sums = parts(s, last), own = sums.reduce((sum, part) => sum + part.sum, s.bias[last[0]]);
  return (problems(s, most).length && "refused") || (distance(maps.flat(2), c.expected.flat(2)) > 1e-12 && "other maps") || (distance(packed(s).flat(3), c.weight.flat(3)) > 0 && "another weight")
    || (sums.length !== c.weight[0].length && "other slices") || (Math.abs(own - maps.at(-1).at(-1).at(-1)) > 1e-12 && "another sum");
}, 200));

test("parameters and multiply-adds are those of nn.Conv2d", () => every(given.cases, (c) => {
  const { parameters, macs } = cost(settings(c));
  return (parameters !== c.parameters || macs !== c.macs) && `${parameters}, ${macs}`;
}, 200));

test("who uses a pixel is what the gradient says", () => every(given.gradients, (c) => {
  const s = settings(c.settings), found = output(s).map((map) => map.map((row) => row.map(() => 0)));
  for (const [o, i, j, w] of users(s, c.pixel)) found[o][i][j] += w;
  return distance(found.flat(2), c.expected.flat(2)) > 0 && "other numbers use it";
}, 40));

test("what PyTorch refuses is refused, and every offered way out takes away the problem it stands beside", () => every(given.counts, ({ ins, outs, size, kernel, groups, expected }) => {
  const s = { ...sized({ x: [Array(size[0]).fill(Array(size[1]).fill(1))], weight: [[[[1]]]], bias: [0] }, { ins, outs, size: kernel }), groups };
  const found = problems(s, most);
  if (Boolean(found.length) === expected) return expected ? "refused" : "taken";
  return found.flatMap(({ fixes }) => fixes).some(([, change]) => problems({ ...s, ...change }, most).length !== found.length - 1) && "problems are left";
}, 400));

test("slices that groups leave out come back", () => every(given.cases, (c) => {
  const s = settings(c), again = unpacked({ ...s, weight: packed(s) }, s.weight);
  return distance(again.flat(3), s.weight.flat(3)) > 0 && "others";
}, 200));
