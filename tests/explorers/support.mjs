// What the tests of the explorers' arithmetic share. pytest starts them (test_arithmetic.py), after it has written what
// torch computed for all cases into the file that CASES names.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

assert(process.env.CASES, "pytest runs these tests: they compare with what torch computes (tests/explorers/test_arithmetic.py)");
Error.stackTraceLimit = 0; // the message says it
export const given = JSON.parse(readFileSync(process.env.CASES, "utf-8"));

// Numbers that Python wrote as bytes.
export const floats = (text) => new Float64Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);

// The largest difference of two lists of numbers; infinite, if they have not the same length.
export function distance(found, expected) {
  if (found?.length !== expected.length) return Infinity;
  let most = 0;
  for (let n = 0; n < expected.length; n++) {
    const d = Math.abs(found[n] - expected[n]);
    if (!(d <= most)) most = Number.isNaN(d) ? Infinity : d;
  }
  return most;
}

// Check all cases: wrong(case) says what is wrong with one, or nothing. The first that fail are shown, with their settings.
export function every(cases, wrong, least = 1) {
  assert(cases.length >= least, `only ${cases.length} cases`);
  const failed = cases.flatMap((c, n) => { const why = wrong(c); return why ? [`case ${n}: ${why}\n  ${settings(c)}`] : []; });
  assert.equal(failed.length, 0, `${failed.length} of ${cases.length} cases are wrong:\n${failed.slice(0, 8).join("\n")}`);
}
// Of matrices, only their sizes.
const size = (v) => (Array.isArray(v) ? [v.length, ...size(v[0])] : []);
const settings = (c) => JSON.stringify(c, (name, v) => (name === "expected" || ArrayBuffer.isView(v) ? undefined : Array.isArray(v?.[0]) ? size(v).join(" x ") : v));

// Whether settings that are said to be impossible are those that torch refuses.
export const verdict = (found, expected) => (found.length ? expected && `refused, but torch takes it: ${found[0].rule}` : !expected && "taken, but torch refuses it");
