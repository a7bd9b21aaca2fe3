// Exercises with many right answers: what `accepts` and the mistakes' conditions say in convlab/exercises (choose.py,
// holes.py, decoder.py), and the form of an answer and its verdict as in engine/choice.py. A test compares the two.

const mod = (value, by) => ((value % by) + by) % by; // as in Python, never below 0
const count = (from, to) => Array.from({ length: Math.max(to - from, 0) }, (_, n) => from + n);

// --- 02-choose ---

const SIDE = 40, WANTED = { halves: 20, wide: 40, exact: 12 };
const room = (k, p, d) => SIDE + 2 * p - d * (k - 1) - 1;
const rows = (k, s, p, d) => (Math.min(k, s, d) > 0 && p >= 0 ? Math.floor(room(k, p, d) / s) + 1 : 0);
// Whether a tap of one of the windows lies on every pixel.
const covers = (windows, k, s, p, d) => count(0, SIDE).every((pixel) => count(0, windows).some((n) => {
  const behind = pixel + p - s * n;
  return behind >= 0 && behind % d === 0 && behind / d < k;
}));
const layer = (name, k, s, p, d) => {
  if (Math.min(k, s, d) < 1 || p < 0) {
    return [false, `${name}: kernel, stride and dilation are at least 1, the padding at least 0`];
  }
  const size = rows(k, s, p, d), reach = d * (k - 1) + 1, left = mod(room(k, p, d), s);
  if (size !== WANTED[name]) {
    return [false, `${name}: ${Math.max(size, 0)} rows come out, ${WANTED[name]} are asked for`];
  }
  const but = (words) => [false, `${name}: ${size} rows, but ${words}`];
  if (name === "halves" && !covers(size, k, s, p, d)) return but("some pixels lie in no window, or between its taps");
  if (name === "wide" && (k > 3 || reach < 9)) return but(`${k} taps that reach over ${reach} pixels`);
  if (name === "exact" && s !== 3) return but(`the stride is ${s}`);
  if (name === "exact" && left) return but(`${left} ${left === 1 ? "row is" : "rows are"} left over`);
  return [true, `${name}: ${size} rows`];
};
const fits = (...settings) => layer(...settings)[0];
// Whether a rule holds for the first layer that fails.
const first = (rule) => (settings) => {
  const name = Object.keys(WANTED).find((each) => !fits(each, ...settings[each]));
  return name !== undefined && rule(name, ...settings[name]);
};
const CHOOSE = {
  accepts: (chosen) => Object.keys(WANTED).map((name) => layer(name, ...chosen[name])),
  when: {
    "the dilation is taken as the number of pixels in between": first((name, k, s, p, d) =>
      d === 0 && fits(name, k, s, p, 1)),
    "stride and padding have changed places": first((name, k, s, p, d) => fits(name, k, p, s, d)),
    "stride and dilation have changed places": first((name, k, s, p, d) => fits(name, k, d, p, s)),
    "some pixels are skipped": first((name, ...settings) => name === "halves" && rows(...settings) === WANTED[name]),
    "the padding is counted once": first((name, k, s, p, d) => p % 2 === 0 && fits(name, k, s, p / 2, d)),
    "the dilation is not counted": first((name, k, s, p, d) =>
      rows(k, s, p, d) !== WANTED[name] && rows(k, s, p, 1) === WANTED[name]),
    "there is too much padding": first((name, k, s, p, d) =>
      count(0, Math.min(p, SIDE)).some((other) => fits(name, k, s, other, d))),
    "there is too little padding": first((name, k, s, p, d) =>
      count(Math.max(p, 0), SIDE).some((other) => fits(name, k, s, other, d))),
    "the + 1 is forgotten": first((name, k, s, p, d) =>
      rows(k, s, p, d) === WANTED[name] + 1 && (2 * p - d * (k - 1)) % s === 0),
    "the kernel has too many taps": first((name, k) => name === "wide" && k > 3),
    "the kernel does not reach far enough": first((name, k, _s, _p, d) => name === "wide" && d * (k - 1) < 8),
    "another stride is needed": first((name, k, s, p, d) =>
      (name === "exact" && s !== 3) || count(1, 9).some((step) => fits(name, k, step, p, d))),
    "the steps do not fit": first((name, k, _s, p, d) => name === "exact" && mod(room(k, p, d), 3) > 0),
  },
};

// --- 04-holes ---

const FIELD = 25, LAYERS = 3;
const total = (numbers) => numbers.reduce((sum, each) => sum + each, 0);
const divisor = (one, other) => (other ? divisor(other, one % other) : Math.abs(one));
// How many pixels one output touches in one direction; bit n is the pixel n steps behind the first one.
const touched = (dilations) => {
  const step = (places, d) => places | (places << BigInt(d)) | (places << BigInt(2 * d));
  return dilations.reduce(step, 1n).toString(2).replaceAll("0", "").length;
};
const squared = (number) => (number ** 2).toLocaleString("en-US");
const stack = (dilations) => {
  if (!dilations.length || Math.min(...dilations) < 1 || total(dilations) > 1000) {
    return "Give a list with a whole number for each layer: 1 or more, and together not above 1000.";
  }
  const field = 1 + 2 * total(dilations), seen = touched(dilations), many = dilations.length;
  return [
    [field >= FIELD, `receptive field ${field}: at least ${FIELD}`],
    [seen === field, `touched ${squared(seen)} of ${squared(field)} pixels`],
    [many <= LAYERS, `layers: ${many}${many <= LAYERS ? "" : ", and fewer will do"}`],
  ];
};
// Whether one of the demands on the stack is not met, if its numbers can be used at all.
const misses = (dilations, demand) => {
  const found = stack(dilations);
  return Array.isArray(found) && !found[demand][0];
};
const HOLES = {
  accepts: stack,
  when: {
    "the dilation is taken for the number of zeros in a gap": (dilations) => dilations.includes(0),
    "one layer only": (dilations) => dilations.length === 1,
    "all layers skip in the same rhythm": (dilations) => dilations.reduce(divisor, 0) > 1,
    "no layer has dilation 1": (dilations) => dilations.length > 0 && Math.min(...dilations) > 1,
    "a dilation is larger than the field of the layers before it": (dilations) => misses(dilations, 1),
    "the windows of all layers are added": (dilations) =>
      misses(dilations, 0) && total(dilations.map((d) => 2 * d + 1)) === FIELD,
    "the field is too small": (dilations) => misses(dilations, 0),
    "more layers than needed": (dilations) => misses(dilations, 2),
  },
};

// --- 05-decoder ---

const WAY = { first: [4, 7, 2], second: [7, 23, 3], third: [23, 45, 2] }; // from, to, stride
const leads = (name, [k, s, p, e]) => (WAY[name][0] - 1) * s + k - 2 * p + e;
const back = (name, settings) => {
  const [kernel, stride, padding, extra] = settings, [, wanted, asked] = WAY[name];
  const no = (words) => [false, `${name}: ${words}`];
  if (Math.min(kernel, stride) < 1 || Math.min(padding, extra) < 0) {
    return no("kernel and stride are at least 1, the two paddings at least 0");
  }
  if (extra >= stride) {
    return no(`an output_padding of ${extra} is refused; it must be smaller than the stride, ${stride}`);
  }
  if (stride !== asked) return no(`the stride is ${stride}, asked for is that of the convolution, ${asked}`);
  const size = Math.max(leads(name, settings), 0), good = size === wanted;
  return [good, `${name}: ${size} rows come out${good ? "" : `, ${wanted} are asked for`}`];
};
const some = (rule) => (chosen) => Object.keys(WAY).some((name) => rule(name, ...chosen[name]));
// Whether a rule holds for all wrong sizes; its first number says what is missing.
const off = (rule) => (chosen) => {
  const lacks = Object.keys(WAY).map((name) => [WAY[name][1] - leads(name, chosen[name]), ...chosen[name]]);
  const wrong = lacks.filter(([lack]) => lack !== 0);
  return wrong.length > 0 && wrong.every((each) => rule(...each));
};
const DECODER = {
  accepts: (chosen) => {
    const [kernel, stride] = chosen.third, even = kernel >= 1 && stride >= 1 && kernel % stride === 0;
    const how = even ? "evenly" : "in a checkerboard";
    const words = `third: a kernel of ${kernel} with stride ${stride} stamps ${how}`;
    return [...Object.keys(WAY).map((name) => back(name, chosen[name])), [even, words]];
  },
  when: {
    "stride and padding are exchanged": some((name, k, s, p, e) => s !== p && back(name, [k, p, s, e])[0]),
    "another stride than that of the convolution": some((name, _k, s) => s !== WAY[name][2]),
    "an output_padding as large as the stride": some((_name, _k, s, _p, e) => e >= s),
    "a negative number": some((_name, _k, _s, p, e) => Math.min(p, e) < 0),
    "each map is made exactly two or three times as large": off((lack, _k, s) => lack === (s === 3 ? 2 : -1)),
    "padding makes the map larger": off((lack, _k, _s, p) => lack === 4 * p),
    "a whole step is missing": off((lack, _k, s) => lack === s),
    "lines are missing that output_padding gives": off((lack, _k, s, _p, e) => lack > 0 && lack < s - e),
    "too little is cut off": off((lack) => lack < 0),
    "an odd kernel with stride 2": ({ third: [k, s] }) => s === 2 && mod(k, 2) === 1,
  },
};

// --- the form of an answer, and its verdict ---

const RULES = { "02-choose": CHOOSE, "04-holes": HOLES, "05-decoder": DECODER };
// As Python writes a value.
const written = (value) => {
  if (!Array.isArray(value)) return `${value}`;
  const all = value.map(written).join(", ");
  return value.tuple ? `(${all}${value.length === 1 ? "," : ""})` : `[${all}]`;
};

export const choosing = ({ say, SIGNS, asTensor, same, verdict }) => {
  // Whole numbers: as many as the right answer has; or a list of any length, if length is undefined.
  const readable = (value, name, length) => {
    if (typeof value === "string") throw new Error(`${name} is text; leave out the quotation marks.`);
    let tensor;
    try {
      tensor = asTensor(value);
    } catch (reason) {
      throw new Error(`${name}: ${say(reason.message)}`);
    }
    const { shape, values } = tensor;
    const good = length === undefined ? shape.length <= 1 : shape.length === 1 && shape[0] === length;
    const form = length === undefined ? "a list of single numbers" : `${length} numbers`;
    if (!good) throw new Error(`${name} must be ${form}, got ${written(value)}.`);
    if (values.some((each) => each % 1)) throw new Error(`${name}: whole numbers are needed, got ${written(value)}.`);
    return values;
  };

  const makes = (mistake, rule, chosen) => {
    if (rule) return rule(chosen);
    return Object.entries(mistake.wrong).every(([key, value]) => same(asTensor(chosen[key]), asTensor(value)));
  };

  // The verdict: with several fields, right entries stand where one is open; said is what is filled.
  return ({ name, right, mistakes, hint, where }, answer) => {
    const { accepts, when } = RULES[name], keys = Array.isArray(right) ? [] : Object.keys(right);
    const left = keys.filter((key) => answer[key] === undefined);
    let chosen = {}, at = "";
    try {
      for (at of keys) chosen[at] = readable(answer[at] ?? right[at], `\`${at}\``, right[at].length);
      if (!keys.length) chosen = readable(answer, "your answer");
    } catch (reason) {
      return verdict("tried", [`Your answer cannot be used: ${reason.message}`], "", [at]);
    }
    const found = accepts(chosen), listed = Array.isArray(found), demands = listed ? found : [[false, found]];
    const said = demands.filter(([, text]) => !left.some((key) => text.startsWith(`${key}:`)));
    const words = said.map(([met, text]) => (listed ? `${SIGNS[met ? "passed" : "tried"]} ${text}` : text));
    if (left.length) words.push(say("still open", { keys: left.join(", ") }));
    const share = said.filter(([met]) => met).length / demands.length;
    const bad = said.filter(([met]) => !met).map(([, text]) => text);
    if (!bad.length) return { ...verdict(left.length ? "tried" : "passed", words), share };
    const mistake = mistakes.find((each) => makes(each, when[each.name], chosen));
    const more = mistake ? [say("mistake", { name: mistake.name, at: "" }), mistake.says] : [hint];
    const wrong = keys.filter((key) => bad.some((text) => text.startsWith(`${key}:`)));
    return { ...verdict("tried", [...words, ...more].filter(Boolean), mistake?.where || where, wrong), share };
  };
};
