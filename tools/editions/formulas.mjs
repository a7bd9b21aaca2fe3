// Formulas as HTML: reads a list of [TeX, whether it has a line of its own] as JSON, writes a list of [HTML, what is wrong].
import { createRequire } from "node:module";

const katex = createRequire(import.meta.url)("katex");
let text = "";
for await (const piece of process.stdin) text += piece;
const made = JSON.parse(text).map(([tex, displayMode]) => {
  try {
    return [katex.renderToString(tex, { displayMode, output: "htmlAndMathml", strict: "error" }), ""];
  } catch (error) {
    return ["", error.message];
  }
});
process.stdout.write(JSON.stringify(made));
