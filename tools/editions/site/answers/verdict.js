// The verdict on a value, or on several with names: what convlab/exercises/engine/predictions.py says, word for word.
// The words and the tolerances come from there; a test compares the two on many answers.
import { choosing } from "./choices.js";

// A value as { shape, values }, a word as a word. Throws an Error whose message is a sentence of WORDS.
const asTensor = (value) => {
  if (typeof value === "string") return value.toLowerCase().split(/\s+/).filter(Boolean).join(" ");
  if (typeof value === "number") return { shape: [], values: [value] };
  const entries = value.map(asTensor);
  const inner = entries.length ? entries[0].shape : [];
  if (entries.some(({ shape }) => `${shape}` !== `${inner}`)) throw new Error("ragged");
  return { shape: [entries.length, ...inner], values: entries.flatMap(({ values }) => values) };
};

// A sentence in pieces: plain, `code`, *stressed*, and so on; undefined is none. As in a notebook: MARKED in verdict.py.
export const pieces = (text) => text.split(/`([^`]+)`|(?<!\w)\*([^\s*`](?:[^*`]*[^\s*`])?)\*(?!\w)/);
// Whether an exercise asks for several values with names.
export const hasNames = ({ right }) => typeof right === "object" && !Array.isArray(right);
const isWord = (value) => typeof value === "string";
const bare = ({ shape, values }, other) => values.length === 1 && other.values.length === 1
  && other.shape.length <= Number(shape.length === 0);

export const judging = ({ WORDS, SIGNS, AXES, PAIR, RELATIVE, ABSOLUTE }) => {
  const say = (key, parts = {}) => WORDS[key].replace(/\{(\w+)\}/g, (_, name) => parts[name]);

  const close = (one, other) => {
    const least = ABSOLUTE * Math.max(1, ...other.values.map(Math.abs));
    return other.values.map((value, n) => Math.abs(one.values[n] - value) <= least + RELATIVE * Math.abs(value));
  };
  // Other is the right one, or a mistake's; the margin, a part of it and an amount, counts from there.
  const same = (one, other, [relative, absolute] = [0, 0]) => {
    if (isWord(one) || isWord(other)) return one === other;
    const alike = `${one.shape}` === `${other.shape}` || bare(one, other);
    const far = (value, n) => Math.abs(one.values[n] - value) > absolute + relative * Math.abs(value);
    return alike && close(one, other).every((near, n) => near || !far(other.values[n], n));
  };

  const offNumber = (value, wanted) => {
    if (wanted % 1 && Math.abs(value - wanted) < 0.02 * Math.abs(wanted)) return say("near");
    return say(value === -wanted ? "sign" : value > wanted ? "large" : "small");
  };
  const offShape = ({ values }, { values: wanted }, pair = AXES[1]) => {
    const sorted = (list) => `${[...list].sort((a, b) => a - b)}`;
    if (values.length !== wanted.length) return say("length", { count: values.length, wanted: wanted.length });
    if (values.some((value) => value % 1 !== 0)) return say("whole");
    if (sorted(values) === sorted(wanted)) return say(wanted.length === 2 ? "order of two" : "order");
    const fit = wanted.map((value, n) => value === values[n]);
    if (!fit.includes(true)) return fit.length > 1 ? say("no axis") : offNumber(values[0], wanted[0]);
    const axes = fit.length === 2 ? pair : AXES[fit.length - 1];
    const said = axes.map((axis, n) => say(fit[n] ? "right axis" : "wrong axis", { axis })).join("; ");
    return `${said[0].toUpperCase()}${said.slice(1).toLowerCase()}.`;
  };
  const offOne = (value, wanted) => {
    if (isWord(value) || isWord(wanted)) return say("other");
    if (wanted.shape.length === 1) return value.shape.length === 1 ? offShape(value, wanted) : say("for a shape");
    if (value.values.length === 1 && wanted.values.length === 1) return offNumber(value.values[0], wanted.values[0]);
    return wanted.shape.length === 0 ? say("for a number", { count: value.values.length }) : say("other");
  };
  const offValue = (kind, value, wanted) => {
    if (isWord(value) || isWord(wanted)) return say("other");
    if (kind === "shape") return offShape(value, wanted, PAIR);
    if (value.values.length === 1 && wanted.values.length === 1) return offNumber(value.values[0], wanted.values[0]);
    const { shape } = value;
    const tuple = shape.length === 1 ? `(${shape},)` : `(${shape.join(", ")})`;
    if (`${shape}` !== `${wanted.shape}`) return say("other shape", { shape: tuple });
    const fit = close(value, wanted).filter(Boolean).length;
    return fit ? say("some", { fit, count: wanted.values.length }) : say("none");
  };

  // The mistakes, each with the predictions that it explains, and those that none explains; as Python's _behind has it.
  const behind = ({ mistakes, margins }, got, wanted, wrong) => {
    const spoils = mistakes.map((mistake) => {
      const all = Object.entries(mistake.wrong).map(([key, value]) => [key, asTensor(value)]);
      return [mistake, Object.fromEntries(all.filter(([key, value]) => !same(value, wanted[key])))];
    });
    const found = [];
    let left = wrong;
    while (left.length) {
      let best = null, least = 0, explains = [];
      for (const [mistake, spoilt] of spoils) {
        const fits = left.filter((key) => key in spoilt && same(got[key], spoilt[key], margins[key]));
        const size = Object.keys(spoilt).length;
        if (fits.length > explains.length || (fits.length && fits.length === explains.length && size < least)) {
          [best, explains, least] = [mistake, fits, size];
        }
      }
      if (best === null) break;
      found.push([best, explains]);
      left = left.filter((key) => !explains.includes(key));
    }
    return [found, left];
  };

  const verdict = (status, sentences = [], where = "", wrong = []) => ({ status, sentences, where, wrong });

  // Whether a prediction is none of the words or numbers that are possible.
  const outside = ({ options }, value, wanted) => {
    const [asked, among] = [wanted, value].map((each) => options.some((option) => same(each, asTensor(option))));
    return asked && !among;
  };
  const judgeSeveral = (exercise, answer) => {
    const { right, margins, options, hint, where } = exercise;
    const keys = Object.keys(right), wanted = {}, got = {};
    const open = keys.filter((key) => answer[key] === undefined);
    for (const key of keys) wanted[key] = asTensor(right[key]);
    const filled = keys.filter((key) => !open.includes(key));
    for (const key of filled) {
      try {
        got[key] = asTensor(answer[key]);
      } catch (reason) {
        return verdict("tried", [say("unreadable one", { key, reason: say(reason.message) })], "", [key]);
      }
      if (outside(exercise, got[key], wanted[key])) {
        const given = Array.isArray(answer[key]) ? `[${answer[key].join(", ")}]` : answer[key];
        return verdict("tried", [say("no option", { given, key, options: options.join(", ") })], "", [key]);
      }
      if (isWord(got[key]) && !isWord(wanted[key])) return verdict("tried", [say("text one", { key })], "", [key]);
    }
    const wrong = filled.filter((key) => !same(got[key], wanted[key], margins[key]));
    if (!wrong.length && !open.length) return verdict("passed");
    const good = filled.filter((key) => !wrong.includes(key)).join(", ") || say("none right");
    const split = [say(open.length ? "right so far" : "right", { right: good })];
    if (wrong.length) split.push(say("not right", { wrong: wrong.join(", ") }));
    const sentences = [split.join(" ")];
    if (open.length) sentences.push(say("still open", { keys: open.join(", ") }));
    const swapped = new Set();
    const pairs = wrong.flatMap((one, n) => wrong.slice(n + 1).map((other) => [one, other]));
    const apart = ([one, other]) => got[one] === wanted[other] && got[other] === wanted[one] && isWord(got[one]);
    for (const [one, other] of pairs.filter(apart)) {
      if (swapped.add(one).add(other)) sentences.push(say("swapped", { one, other }));
    }
    const [found, left] = behind(exercise, got, wanted, wrong);
    for (const [mistake, its] of [...found].sort(([, [a]], [, [b]]) => wrong.indexOf(a) - wrong.indexOf(b))) {
      const at = its.length === wrong.length ? "" : say("at", { keys: its.join(", ") });
      sentences.push(say("mistake", { name: mistake.name, at }), mistake.says);
    }
    for (const key of options.length ? [] : left.filter((each) => !swapped.has(each))) {
      sentences.push(say("off", { key, said: offOne(got[key], wanted[key]) }));
    }
    if (hint && wrong.length && !found.length) sentences.push(hint);
    return verdict("tried", sentences, wrong.length ? (found.length && found[0][0].where) || where : "", wrong);
  };

  // What is no number, shape or tensor is told so.
  const unusable = ({ name, kind }, value) => {
    if (isWord(value)) return say("text", { kind });
    if (kind === "shape" && value.shape.length > 1) return say("tensor for shape", { name });
    if (kind === "shape" && value.shape.length === 0) return say("number for shape");
    if (kind === "number" && value.values.length !== 1) return say("several for one", { count: value.values.length });
    return "";
  };
  const judgeValue = (exercise, answer) => {
    const { kind, right, mistakes, margins, hint, where } = exercise, wanted = asTensor(right), margin = margins[""];
    let value;
    try {
      value = asTensor(answer);
    } catch (reason) {
      return verdict("tried", [say("unreadable", { reason: say(reason.message) })], where);
    }
    const problem = unusable(exercise, value);
    if (problem) return verdict("tried", [problem], where);
    if (same(value, wanted, margin)) return verdict("passed");
    const mistake = mistakes.find((each) => same(value, asTensor(each.wrong), margin));
    if (mistake) {
      return verdict("tried", [say("mistake", { name: mistake.name, at: "" }), mistake.says], mistake.where || where);
    }
    return verdict("tried", [offValue(kind, value, wanted), hint].filter(Boolean), where);
  };

  const judgeChoice = choosing({ say, SIGNS, asTensor, same, verdict });

  // The verdict on an answer: for several values { key: value }, else a value; undefined is what nobody has filled in.
  const judge = (exercise, answer) => {
    const several = hasNames(exercise);
    const given = several ? Object.values(answer) : [answer];
    if (given.every((value) => value === undefined)) return verdict("not tried", [say("placeholder")]);
    if (exercise.kind === "choice") return judgeChoice(exercise, answer);
    return several ? judgeSeveral(exercise, answer) : judgeValue(exercise, answer);
  };
  const headline = ({ name }, { status }) => say("headline", { sign: SIGNS[status], name, said: say(status) });
  const again = ({ where }) => (where ? [say("read again", { where })] : []);
  const message = (exercise, given) => [headline(exercise, given), ...given.sentences, ...again(given)].join("\n");
  return { say, judge, headline, message };
};
