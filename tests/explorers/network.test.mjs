import { test } from "node:test";
import { explain } from "../../convlab/explorers/digit/explain.js";
import { verdict } from "../../convlab/explorers/digit/math.js";
import { Network } from "../../convlab/explorers/digit/network.js";
import { distance, every, given } from "./support.mjs";

const bytes = (text) => Uint8Array.from(Buffer.from(text, "base64"));
const network = ({ program, weights }) => new Network(program, new DataView(bytes(weights).buffer));
const words = (text) => text.replace(/−?\d[\d.]*(e−?\d+)?/g, "#"); // of a formula; its numbers may be written another way
const far = (a, b) => !(Math.abs(a - b) <= 1e-5 + 1e-5 * Math.abs(b));

test("every step of every kind of network has torch's numbers", () => every(given.zoo, (c) => {
  const net = network(c), found = net.run(c.image);
  if (distance(found, c.probabilities) > 1e-5) return `probabilities differ by ${distance(found, c.probabilities)}`;
  const wrong = c.outputs.findIndex((output, n) => [...net.steps[n].y].some((v, k) => far(v, output[k])));
  return wrong >= 0 && `step ${wrong} (${c.program.steps[wrong].title}) differs`;
}, 10));

test("and every told sum is Python's", () => every(given.zoo.flatMap((c) => c.told.map((told) => ({ ...c, told }))), ({ told, ...c }) => {
  const net = network(c);
  net.run(c.image);
  const [n, ...place] = told.unit, e = explain(net.steps[n], place);
  for (const name of ["value", "total", "bias", "before"]) {
    if ((e[name] ?? null) !== (told[name] ?? null) && far(e[name] ?? NaN, told[name] ?? NaN)) return `${c.program.steps[n].title}: ${name} is ${e[name]}, not ${told[name]}`;
  }
  if (words(e.formula) !== words(told.formula)) return e.formula;
  const numbers = (parts, name) => parts.flatMap((p) => (p[name] ?? []).flat());
  const sorted = (parts) => [...parts].sort((a, b) => (a.name < b.name ? -1 : 1));
  const [a, b] = [sorted(e.parts), sorted(told.parts)];
  if (a.map((p) => p.name).join() !== b.map((p) => p.name).join()) return "other parts";
  return ["values", "weights"].some((name) => distance(numbers(a, name), numbers(b, name)) > 1e-4) && "other numbers in the parts";
}, 10));

test("digits get torch's probabilities", () => every(given.networks, (c) => {
  const net = network(c), images = bytes(c.images), size = 784;
  const off = c.probabilities.map((expected, n) => distance(net.run(images.subarray(n * size, (n + 1) * size)), expected));
  return Math.max(...off) > given.tolerance && `off by ${Math.max(...off)}`;
}));

test("the verdict is in the same words", () => every(given.verdicts, ({ probabilities, labels, expected: [best, sure, said] }) => {
  const found = verdict(probabilities, labels, given.constants);
  return (`${found.best}` !== `${best}` || found.sure !== sure || found.words !== said) && `${found.words}, not ${said}`;
}, 100));
