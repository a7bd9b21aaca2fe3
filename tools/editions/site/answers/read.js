// What a learner types, as a value: a number, a list of values, or a word. The notation is Python's, as far as answers
// need it: 12, -0.5, 1/3, 30_500, 3e4, True, 5 * 5 + 1, (24, 47), [[1, 2], [3, 4]], "text".
const TOKEN = /\s*(?:((?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:e[+-]?\d+)?)|(true|false)|(\*\*|\/\/|[-+*/(),[\]]))/iy;
const TWO_WAYS = /[\d)\]]\s*[x×]\s*[\d([]/i; // 24 x 24: a shape, or a product?

// Return { value }, undefined where nothing was typed yet; or { problem }, the name of a sentence that says what it is.
export const read = (typed, word = false) => {
  const text = typed.trim();
  if (text === "" || text.includes("...") || text.includes("…")) return { value: undefined };
  const quoted = /^(["'])(.*)\1$/.exec(text);
  if (word || quoted) return { value: quoted ? quoted[2] : text };
  if (TWO_WAYS.test(text)) return { problem: "two ways" };
  try {
    return { value: parse(tokens(text)) };
  } catch {
    return { problem: "cannot read" };
  }
};

const tokens = (text) => {
  // The pages write − and ·; a line of Python may be pasted whole.
  const plain = text.replace(/[−–]/g, "-").replace(/·/g, "*").replace(/^[a-z_]\w*\s*=(?!=)/i, "");
  const code = plain.trim().replace(/^(?:torch\.)?(?:Size|tensor)(?=\()/, "");
  const found = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < code.length) {
    const match = TOKEN.exec(code);
    if (match === null) throw new SyntaxError(code);
    const [, number, truth, sign] = match;
    found.push(sign ?? (truth ? Number(truth.toLowerCase() === "true") : Number(number.replaceAll("_", ""))));
  }
  return found;
};

const parse = (list) => {
  let at = 0;
  const fail = () => { throw new SyntaxError(); };
  const take = (sign) => list[at] === sign && ++at > 0;

  // A number, or fail: nothing is calculated with lists.
  const number = (value) => (Number.isFinite(value) ? value : fail());

  const entries = (end) => {
    const all = [];
    let commas = 0;
    while (list[at] !== end) {
      all.push(sum());
      if (list[at] === end) break;
      if (!take(",")) fail();
      commas++;
    }
    at++;
    const tuple = end !== "]" && (commas > 0 || all.length !== 1);
    return { all: Object.assign(all, { tuple }), tuple }; // a list remembers that it is a tuple, for who writes it
  };
  const primary = () => {
    if (typeof list[at] === "number") return number(list[at++]);
    if (take("[")) return entries("]").all;
    if (!take("(")) fail();
    const { all, tuple } = entries(")");
    return tuple ? all : all[0];
  };
  const power = () => {
    const base = primary();
    return take("**") ? number(number(base) ** number(signed())) : base;
  };
  const signed = () => {
    if (take("-")) return -number(signed());
    return take("+") ? number(signed()) : power();
  };
  const chain = (part, signs) => {
    let value = part();
    for (;;) {
      const sign = Object.keys(signs).find((each) => take(each));
      if (!sign) return value;
      value = number(signs[sign](number(value), number(part())));
    }
  };
  const product = () => chain(signed, { "*": (a, b) => a * b, "/": (a, b) => a / b, "//": (a, b) => Math.floor(a / b) });
  const sum = () => chain(product, { "+": (a, b) => a + b, "-": (a, b) => a - b });

  const { all, tuple } = entries(undefined);
  return tuple ? all : all[0];
};
