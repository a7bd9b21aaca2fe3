// Exercises that answer on the page, and what is done of them, which this browser keeps. CONSTANTS comes from Python.
import { read } from "./read.js";
import { hasNames, judging, pieces } from "./verdict.js";

const { say, judge, headline } = judging(CONSTANTS);
const RANKS = ["not tried", "tried", "passed"];
const STORE = "convlab-progress";
let done = {}; // exercise: status
let lasting = true; // whether the browser keeps it; it may refuse, above all for files in a folder

const recall = () => {
  try {
    const kept = localStorage.getItem(STORE);
    done = Object.fromEntries((kept ?? "").split("\n").filter(Boolean).map((line) => line.split(" = ")));
  } catch {
    lasting = false;
  }
};
const keep = () => {
  try {
    localStorage.setItem(STORE, Object.entries(done).map((entry) => entry.join(" = ")).join("\n"));
  } catch {
    lasting = false; // then it lasts as long as the page
  }
};
const status = (name) => (RANKS.includes(done[name]) ? done[name] : "not tried");
const note = (name, now, back = false) => {
  recall();
  if (back || RANKS.indexOf(now) > RANKS.indexOf(status(name))) done[name] = now;
  keep();
  paint();
};

const element = (tag, textContent = "", properties = {}) =>
  Object.assign(document.createElement(tag), { textContent, ...properties });
const sentence = (text) => {
  const line = element("p");
  line.append(...pieces(text).map((part = "", n) => (n % 3 && part ? element(["code", "em"][n % 3 - 1], part) : part)));
  return line;
};

// --- what is done ---

const paint = () => {
  for (const place of document.querySelectorAll("[data-status]")) {
    place.textContent = `${CONSTANTS.SIGNS[status(place.dataset.status)]} ${status(place.dataset.status)}`;
    place.dataset.is = status(place.dataset.status);
  }
  for (const box of document.querySelectorAll("input[data-done]")) box.checked = status(box.dataset.done) === "passed";
  for (const place of document.querySelectorAll("[data-count]")) {
    const names = place.dataset.count.split(" ");
    const count = names.filter((name) => status(name) === "passed").length;
    place.textContent = say("progress", { count, all: names.length });
  }
  for (const button of document.querySelectorAll("[data-forget]")) button.hidden = !Object.keys(done).length;
  for (const words of document.querySelectorAll("[data-kept]")) words.hidden = !lasting;
};

const forget = () => {
  if (!confirm(say("ask"))) return;
  done = {};
  keep();
  paint();
};

// --- an exercise ---

// Link to the section that a verdict names, if the page has it. Headings are compared by their letters: a formula or a
// sign in one is drawn in another way than it is written.
const letters = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
const link = (line, where) => {
  const own = (heading) => [...heading.childNodes].filter((node) => !node.classList?.contains("headerlink"));
  const found = [...document.querySelectorAll("article :is(h1, h2, h3, h4)")]
    .find((heading) => letters(own(heading).map((node) => node.textContent).join("")) === letters(where));
  const target = found?.id || found?.closest("section[id]")?.id;
  if (!target) return sentence(line);
  const [before, after] = line.split(where);
  const made = sentence(before);
  made.append(element("a", where.replaceAll("`", ""), { href: `#${encodeURIComponent(target)}` }), after);
  return made;
};

const checkForm = (form, exercise) => {
  const fields = [...form.querySelectorAll("input")], several = hasNames(exercise);
  const out = form.querySelector("[role=status]"), read_ = {};
  for (const field of fields) {
    const wanted = several ? exercise.right[field.name] : exercise.right;
    read_[field.name] = read(field.value, typeof wanted === "string");
  }
  const unread = fields.filter(({ name }) => read_[name].problem);
  let wrong = unread.map(({ name }) => name), lines = [];
  if (unread.length) {
    out.dataset.is = "not tried";
    // The same sentence once, with the fields that it speaks of.
    const spoken = new Map();
    for (const { name, value } of unread) {
      const words = say(read_[name].problem, { typed: value.trim() });
      spoken.set(words, [...(spoken.get(words) ?? []), `\`${name}\``]);
    }
    lines = [...spoken].map(([words, names]) => sentence(several ? `${names.join(", ")}: ${words}` : words));
  } else {
    const given = Object.fromEntries(fields.map(({ name }) => [name, read_[name].value]));
    const verdict = judge(exercise, several ? given : given[fields[0].name]);
    wrong = several || verdict.status !== "tried" ? verdict.wrong : [fields[0].name];
    out.dataset.is = verdict.status;
    lines = [element("strong", headline(exercise, verdict)), ...verdict.sentences.map(sentence)];
    if (verdict.where) lines.push(link(say("read again", { where: verdict.where }), verdict.where));
    note(exercise.name, verdict.status);
  }
  for (const field of fields) field.setAttribute("aria-invalid", String(wrong.includes(field.name)));
  out.replaceChildren(...lines);
};

for (const form of document.querySelectorAll("form[data-answer]")) {
  const code = Uint8Array.from(atob(form.querySelector("script").textContent), (letter) => letter.charCodeAt(0));
  const exercise = JSON.parse(new TextDecoder().decode(code));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    checkForm(form, exercise);
  });
}
for (const box of document.querySelectorAll("input[data-done]")) {
  box.addEventListener("change", () => note(box.dataset.done, box.checked ? "passed" : "not tried", true));
}
for (const button of document.querySelectorAll("[data-forget]")) button.addEventListener("click", forget);
for (const part of document.querySelectorAll("[data-script][hidden]")) part.hidden = false;
for (const part of document.querySelectorAll("[data-instead]")) part.hidden = true;
// The map on the first page: beside each notebook, how much of it is done.
for (const { dataset } of document.querySelectorAll("[data-map]")) {
  for (const [file, names] of Object.entries(JSON.parse(dataset.map))) {
    const row = document.querySelector(`article td a[href="${file}"]`);
    row?.after(element("br"), Object.assign(element("small"), { className: "cl-count" }));
    if (row) row.parentElement.querySelector(".cl-count").dataset.count = names;
  }
}
const show = () => { recall(); paint(); };
for (const event of ["storage", "pageshow"]) addEventListener(event, show);
show();
