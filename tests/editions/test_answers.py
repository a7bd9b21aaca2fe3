"""Exercises on the web: the script's verdict is Python's, word for word, and what is typed is understood."""

import ast
import base64
import dataclasses
import json
import random
import re
import subprocess
from html import escape
from pathlib import Path

import exercises  # tools/editions/site
import pytest
import torch

from convlab.exercises.engine import check as engine
from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.engine.slips import build
from convlab.exercises.engine.values import as_tensor
from convlab.exercises.engine.verdict import as_code
from convlab.exercises.engine.words import WORDS

HERE = {name: exercise for name, exercise in exercises.known().items() if exercises.answers_here(exercise)}
NODE = pytest.mark.node


def made_up(name, kind, right, *wrong, **more):
    mistakes = tuple(Mistake(f"mistake {n}", f"It is `{n}`.", each, "Elsewhere" * n) for n, each in enumerate(wrong))
    texts = dict.fromkeys(("title", "prompt", "placeholder", "solution", "because"), "made up")
    return Exercise(
        name, where="`here`", minutes=1, kind=kind, variable="x", right=right, mistakes=mistakes, **texts, **more
    )


# What the course does not ask for yet, or not in every way.
MADE_UP = {
    each.name: each
    for each in (
        made_up("99-number", "number", 1 / 3, 3, -2.5, hint="Divide."),
        made_up("99-near", "number", -2.75, 2),
        made_up("99-zero", "number", 0, 1),
        made_up("99-large", "number", 123_456_789, 123_456_000 * 2),
        made_up("99-two", "shape", (3, 5), (2, 5)),
        made_up("99-line", "shape", (7,), (8,)),
        made_up("99-five", "shape", (2, 3, 4, 5, 6), (3, 2, 4, 5, 6), hint="Five."),
        made_up("99-tensor", "tensor", [[0.1, -2.0], [0.0, 1e3]], [[-0.1, 2], [0, -1e3]], [0.1, -2]),
        made_up(
            "99-words", "predictions", {"who": "The Kernel", "how many": 2, "shape": (3,), "grid": [[1, 2], [3, 4]]},
            {"who": "image"}, {"how many": 3, "shape": (4,)}, {"how many": 3}, {"who": "image", "how many": 4},
            hint="Look.",
        ),
        made_up("99-about", "number", -250.0, 250.0, relative=0.02, absolute=1.0),
        made_up(
            "99-measured", "predictions", {"size": 40.0, "way": "B", "count": 3}, {"size": 20.0}, {"way": "C"},
            relative={"size": 0.1}, absolute={"count": 1}, options=("A", "B", "C"),
        ),
        made_up(
            "99-order", "predictions", {"a": 1, "b": 1, "c": 1}, {"b": 2, "c": 2}, {"a": 2}, {"a": 3, "c": 3},
        ),
        made_up("99-swapped", "predictions", {"one": "first", "two": "second", "three": "third"}, {"one": "third"}),
    )
}  # fmt: skip
CHOICES = {name: exercise for name, exercise in HERE.items() if exercise.kind == "choice"}
ALL = {**{name: exercise for name, exercise in HERE.items() if name not in CHOICES}, **MADE_UP}


def node(program, data):
    """Run a program with the page's script, as far as it needs no page; return what it prints, as JSON."""
    code = f"{exercises.joined(*exercises.MODULES[:-1])}\nconst GIVEN = {json.dumps(data)};\n{program}"
    command = ["node", "--input-type=module", "-"]
    done = subprocess.run(command, input=code, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# --- verdicts ---


def values(draw, right, words=()):
    """Draw a value for one right value: near it, far from it, or of another form; a word also of these."""
    kind = draw.random()
    if isinstance(right, str):
        return draw.choice([right, right.upper() + " ", f" {right}".replace(" ", "  "), "image", "", 3, [1, 2], *words])
    if kind < 0.1:
        return draw.choice([[], [[]], [[1], []], [1, [2]], [[1, 2], [3]], "text", 0, -1, 0.5, True, 1e300, [0]])
    flat = torch.as_tensor(right, dtype=torch.float64).reshape(-1).tolist()
    change = draw.choice(["none", "off", "sign", "order", "long", "short", "half", "wrap", "one", "near", "fresh"])
    at = draw.randrange(len(flat))
    if change == "off":
        flat[at] += draw.choice([-2, -1, 1, 2])
    elif change in ("sign", "half", "near"):
        flat[at] *= {"sign": -1, "half": 1.5, "near": 1 + draw.choice([-1, 1]) * 10 ** draw.uniform(-6, -1)}[change]
    elif change == "order":
        draw.shuffle(flat)
    elif change == "long":
        flat.append(draw.randrange(9))
    elif change == "short":
        flat.pop()
    elif change == "wrap":
        return [flat]
    elif change == "one":
        return flat[at]
    elif change == "fresh":
        flat = [draw.randrange(-3, 40) for _ in flat]
    whole = [int(each) if each == int(each) else each for each in flat]
    shape = torch.as_tensor(right).shape
    fits = len(whole) == shape.numel()
    return torch.tensor(whole, dtype=torch.float64).reshape(shape).tolist() if fits and len(shape) != 1 else whole


def answers(exercise, count):
    """Draw answers: right, each mistake, mistakes mixed, and anything else."""
    draw = random.Random(exercise.name)
    right = exercises.described(exercise)["right"]
    wrong = [mistake["wrong"] for mistake in exercises.described(exercise)["mistakes"]]
    if exercise.kind != "predictions":
        return [None, right, "text", *wrong, *(values(draw, right) for _ in range(count))]
    made = [dict.fromkeys(right), right, *({**right, **each} for each in wrong)]
    for _ in range(count):
        answer = dict(right)
        for each in draw.sample(wrong, draw.randint(0, min(3, len(wrong)))):
            answer |= each
        for key in right:
            if draw.random() < 0.25:
                answer[key] = values(draw, right[key], [*right.values(), *exercise.options])
        if draw.random() < 0.05:
            answer[draw.choice(list(right))] = None
        made.append(answer)
    return made


@NODE
@pytest.mark.parametrize("count", [20, pytest.param(50, marks=pytest.mark.slow)])
def test_the_verdict_is_pythons_word_for_word(count):
    asked = {name: answers(exercise, count) for name, exercise in ALL.items()}
    described = {name: exercises.described(exercise) for name, exercise in ALL.items()}
    constants = {**exercises.constants(), "WORDS": WORDS}
    said = node(
        """
        const { judge, message } = judging(GIVEN.constants);
        const open = (value) => value === null ? undefined
            : value !== null && typeof value === "object" && !Array.isArray(value)
            ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, open(each)]))
            : Array.isArray(value) ? value.map(open) : typeof value === "boolean" ? Number(value) : value;
        const say = ([name, answer]) => message(GIVEN.described[name], judge(GIVEN.described[name], open(answer)));
        console.log(JSON.stringify(GIVEN.asked.map(say)));
        """,
        {"constants": constants, "described": described, "asked": [(n, a) for n, all_ in asked.items() for a in all_]},
    )
    python = [
        (name, answer, engine._judge(ALL[name], answer).message) for name, all_ in asked.items() for answer in all_
    ]
    wrong = [(name, answer, want, got) for (name, answer, want), got in zip(python, said, strict=True) if want != got]
    assert not wrong, "{} of {}: {} {}\nPython: {}\nscript: {}".format(len(wrong), len(said), *wrong[0])
    # Every sentence that can come up has come up.
    never = {"nan", "placeholder", "progress"}
    text = "\n".join(said)
    patterns = {key: re.sub(r"\\\{\w+\\\}", "[^\n]*", re.escape(words)) for key, words in WORDS.items()}
    assert [key for key, each in patterns.items() if key not in never and not re.search(each, text)] == []


BANK = Path(__file__).parents[1] / "exercises/bank_a"
SETTINGS = {"02-choose": (-1, 1, 2, 3, 4, 7, 8, 9, 11, 13), "05-decoder": (-1, 0, 1, 2, 3, 4, 5, 6, 7)}

# What is hardly drawn: a reach of 8, an odd padding, stride 8, and numbers below 0 whose remainder counts.
RARE = {
    "02-choose": [("wide", (2, 2, 23, 7)), ("wide", (2, 1, 9, 9)), ("halves", (8, 1, 60, 1)), ("exact", (60, 3, 0, 1))],
    "05-decoder": [("third", (-3, 2, 1, 0))],
}


def from_the_bank(name):
    """Return the answers of the bank that are made of numbers, tuples and lists: those can be typed."""
    _, *parts = re.split(r"^# %% ", (BANK / f"{name.replace('-', '_')}.py").read_text(encoding="utf-8"), flags=re.M)
    found = [build(f"import math\n# %% {part}", CHOICES[name].variable) for part in parts]
    return [plain(answer) for answer in found if "Conv" not in repr(answer) and "same" not in repr(answer)]


def plain(answer):
    """Return an answer with Python's own numbers."""
    if isinstance(answer, dict):
        return {key: plain(value) for key, value in answer.items()}
    if isinstance(answer, (tuple, list)):
        return type(answer)(plain(each) for each in answer)
    return answer if answer is ... or isinstance(answer, str) else int(as_tensor(answer))


def settings(draw, value, numbers):
    """Draw the settings of one layer: near these, others, or of a form that cannot be used."""
    change = draw.choice(["near", "near", "near", "swap", "fresh", "list", "other"])
    value = list(value) if isinstance(value, (tuple, list)) and len(value) == 4 else [2, 2, 0, 1]
    one, other = draw.sample(range(4), 2)
    if change == "near":
        value[one] += draw.choice((-2, -1, 1, 2, 4))
    elif change == "swap":
        value[one], value[other] = value[other], value[one]
    elif change == "fresh":
        value = [draw.choice(numbers) for _ in value]
    elif change == "other":
        value[one] = draw.choice((0.5, -7, 40, (1, 2), [1, 2]))
        return draw.choice([tuple(value), value, value[:3], (*value, 1), (3,), (), [[1, 2], [3]], 7, "3, 2", ...])
    return value if change == "list" else tuple(value)


def choices(name, count):
    """Draw answers to a choice: right, each mistake, the bank's, some near these, and anything else."""
    draw, exercise = random.Random(name), CHOICES[name]
    wrong = [mistake.wrong for mistake in exercise.mistakes]
    if isinstance(exercise.right, list):
        made = [
            exercise.right,
            *wrong,
            *from_the_bank(name),
            ...,
            [],
            (),
            3,
            3.5,
            "1",
            [[1], [2, 3]],
            [1, 2.5],
            (1, (2,)),
        ]
        made += [[600, 601], [1, 999], (1, 1000), [-3, -6], (0, 3), [2, -4], [3, 1, 7], [7, 3, 1]]
        return made + [
            [draw.randrange(-1 if n < 40 else 1, 14) for _ in range(draw.randint(1, 5))] for n in range(count)
        ]
    keys = list(exercise.right)
    made = [exercise.right, dict.fromkeys(keys, ...), *({**exercise.right, **each} for each in wrong)]
    made += [{**dict.fromkeys(keys, ...), **each} for each in wrong] + from_the_bank(name)
    known = list(made)
    made += [{**exercise.right, key: value} for key, value in RARE[name]]
    for _ in range(count):
        answer = dict(draw.choice(known))
        for key in draw.sample(keys, draw.randint(1, 2)):
            answer[key] = settings(draw, answer[key], SETTINGS[name])
        made.append(answer)
    return made


@NODE
@pytest.mark.parametrize("count", [150, pytest.param(300, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", CHOICES)
def test_the_verdict_on_a_choice_is_pythons_word_for_word(name, count):
    exercise, asked = CHOICES[name], choices(name, count)
    fields = [answer if isinstance(answer, dict) else {"": answer} for answer in asked]
    typed = [{key: "..." if value is ... else repr(value) for key, value in field.items()} for field in fields]
    said = node(
        """
        const { judge, message } = judging(GIVEN.constants);
        const say = (fields) => {
          const all = Object.fromEntries(Object.entries(fields).map(([key, text]) => [key, read(text).value]));
          const given = judge(GIVEN.described, "" in all ? all[""] : all);
          return [message(GIVEN.described, given), given.status === "passed" ? 1 : given.share ?? 0, given.wrong];
        };
        console.log(JSON.stringify(GIVEN.typed.map(say)));
        """,
        {
            "constants": {**exercises.constants(), "WORDS": WORDS},
            "described": exercises.described(exercise),
            "typed": typed,
        },
    )
    python = [engine._judge(exercise, answer) for answer in asked]
    wrong = [
        (text, want.message, want.score, got)
        for text, want, got in zip(typed, python, said, strict=True)
        if [want.message, want.score] != got[:2]
    ]
    assert not wrong, "{} of {}: {}\nPython: {} ({})\nscript: {}".format(len(wrong), len(said), *wrong[0])
    # Every mistake has come up, in answers besides its own; and a field is marked where something in it is refused.
    named = [verdict.mistake.name for verdict in python if verdict.mistake]
    assert [each.name for each in exercise.mistakes if named.count(each.name) < 3] == []
    assert {verdict.status for verdict in python} == {"passed", "tried", "not tried"}
    for message, _, marked in said if isinstance(exercise.right, dict) else ():
        refused = [key for key in exercise.right if f"✗ {key}:" in message or f"used: `{key}`" in message]
        assert marked == refused, message


def test_every_choice_is_on_the_page_with_the_rules_of_its_mistakes():
    assert tuple(each.name for each in exercises.known().values() if each.kind == "choice") == exercises.CHOICES
    rules = (exercises.HOME / "choices.js").read_text(encoding="utf-8")
    for exercise in CHOICES.values():
        assert [each.name for each in exercise.mistakes if each.when and f'"{each.name}":' not in rules] == []


@NODE
def test_a_sentence_has_code_and_stress_as_in_a_notebook():
    texts = [mistake.says for exercise in exercises.known().values() for mistake in exercise.mistakes]
    texts += ["`*one*` * 2 * 3, 2*3*4, (*args, **kw)", "*both `a` and b*"]
    made = node("console.log(JSON.stringify(GIVEN.map(pieces)))", texts)
    tags = ("{}", "<code>{}</code>", "<em>{}</em>")
    html = ["".join(tags[n % 3].format(escape(part)) for n, part in enumerate(all_) if part) for all_ in made]
    assert html == [as_code(text) for text in texts] and any("<em>" in each for each in html)


def test_every_exercise_that_asks_for_values_answers_on_the_page():
    assert len(HERE) >= 7
    plain = ("number", "shape", "predictions")
    assert [e.name for e in exercises.known().values() if e.kind in plain and e.name not in HERE] == []
    assert not exercises.answers_here(dataclasses.replace(HERE["01-shape"], run=lambda answer: answer))


# --- what is typed ---

TYPED = {
    "12": 12, " 12 ": 12, "-0.5": -0.5, "−8/3": -8 / 3, "1/3": 1 / 3, "3e4": 3e4, ".5": 0.5, "5.": 5, "30_500": 30500,
    "True": 1, "600 * 50 + 50 * 10": 30500, "5·5 + 1": 26, "-2 ** 2": -4, "2 ** -1": 0.5, "2 ** 3 ** 2": 512,
    "7 // 2": 3, "-7 // 2": -4, "(1 + 2) * 3": 9, "((4))": 4, "(24, 47)": [24, 47], "24, 47": [24, 47],
    "[24, 47]": [24, 47], "(7,)": [7], "7,": [7], "()": [], "[7]": [7], "(480 - 5 + 1, 640 - 3 + 1)": [476, 638],
    "[[1, 2], [3, -4],]": [[1, 2], [3, -4]], "torch.Size([24, 47])": [24, 47], "tensor([1, 2])": [1, 2],
    "answer = (1, 2)": [1, 2], '"same"': "same", "'a b'": "a b",
    "": None, "  ": None, "...": None, "(..., 3)": None, "(…, 3)": None,
}  # fmt: skip
PROBLEMS = {
    "cannot read": [
        "twelve", "12 rows", "1 000", "(24", "24)", "(1 2)", "1 +", "*", ",", "(,)", "1,,2", "1/0", "10 ** 999", "nan",
        "1e999", "[1] + [2]", "-(1, 2)", "2 * (1, 2)", "f(2)", "a == 2", "(-1) ** 0.5", "<b>", "(" * 100_000, "1;2",
        "3e",
    ],
    "two ways": ["24x24", "24 × 24", "24 X 24", "(3)x(4)"],
}  # fmt: skip


def near(value):
    """Return a value for comparison, apart from the last digits."""
    if isinstance(value, (list, tuple)):
        return [near(each) for each in value]
    return float(f"{value:.12g}") if isinstance(value, (int, float)) else value


@NODE
def test_what_is_typed_is_read_as_python_reads_it():
    problems = [text for texts in PROBLEMS.values() for text in texts]
    words = ["same", ' "Same" ', "3", "24x24", ""]
    said = node(
        """
        const { texts, words } = GIVEN;
        console.log(JSON.stringify([texts.map((text) => read(text)), words.map((text) => read(text, true))]));
        """,
        {"texts": [*TYPED, *problems], "words": words},
    )
    got = dict(zip([*TYPED, *problems], said[0], strict=True))
    assert {text: near(got[text].get("value")) for text in TYPED} == {text: near(TYPED[text]) for text in TYPED}
    assert [text for text in TYPED if "problem" in got[text]] == []
    assert {text: got[text].get("problem") for text in problems} == {t: why for why, ts in PROBLEMS.items() for t in ts}
    assert [each.get("value") for each in said[1]] == ["same", "Same", "3", "24x24", None]
    for text in [text for text in TYPED if re.fullmatch(r"[-\d/*+ ().,_e\[\]]+", text) and TYPED[text] is not None]:
        assert near(eval(text.strip())) == near(TYPED[text]), text


@NODE
def test_solutions_can_be_typed():
    """What the folded solution writes for each value, a field takes."""
    typed = {}
    for name, exercise in HERE.items():
        if exercise.relative:  # what is measured; it is typed as a number
            continue
        if isinstance(exercise.right, dict):
            *_, entries = (node.value for node in ast.parse(exercise.solution).body if isinstance(node, ast.Assign))
            pairs = zip(entries.keys, entries.values, strict=True)
            typed |= {(name, key.value): ast.get_source_segment(exercise.solution, value) for key, value in pairs}
        else:
            typed[name, ""] = exercise.solution
    rights = {name: exercises.described(HERE[name])["right"] for name, _ in typed}
    given = [(text, isinstance(rights[name][key] if key else rights[name], str)) for (name, key), text in typed.items()]
    said = node("console.log(JSON.stringify(GIVEN.map(([text, word]) => read(text, word).value)));", given)
    for (name, key), value in zip(typed, said, strict=True):
        right = rights[name][key] if key else rights[name]
        assert (value.lower() if isinstance(value, str) else near(value)) == near(right), (name, key)
    assert {name for name, _ in typed} == {name for name in HERE if name != "05-noise"}


# --- what stands on a page ---


def test_a_form_has_a_field_for_each_value_and_none_lies_open():
    made = exercises.answer("02-frames", "02_padding_and_stride", 'check("02-frames", predictions)')
    shown = re.sub(r"<script.*?</script>", "", made, flags=re.S)
    assert re.findall(r'<input name="(\w+)"', made) == ["valid", "padded", "full", "left_right"]
    assert "24" not in shown and "Count the places" not in made
    (code,) = re.findall(r'<script type="text/plain">(.*?)</script>', made)
    assert json.loads(base64.b64decode(code)) == exercises.described(HERE["02-frames"])
    assert 'role="status"' in made and "data-script hidden" in made  # without JavaScript, no dead form
    assert "data-instead><p>This one is answered in Jupyter" in made


@pytest.mark.parametrize("name", HERE)
def test_what_is_given_in_a_learners_cell_is_all_but_the_answer(name):
    cell, variable = HERE[name].placeholder, HERE[name].variable
    given = exercises.given(HERE[name], cell)
    assert "..." not in given and cell.removeprefix(given).lstrip().startswith(f"{variable} = ")


def test_examples_of_what_to_write_are_no_answers():
    hows = (exercises.HOW, exercises.HOW_SETTINGS, exercises.HOW_LIST)
    examples = re.findall(r"`([^`]+)`|<code>([^<]+)</code>", "\n".join([*exercises.PAGE_WORDS.values(), *hows]))
    values = {str(eval(one or other)) for one, other in examples}
    rights = [exercises.described(e)["right"] for e in HERE.values()]
    rights = [each for right in rights for each in (right.values() if isinstance(right, dict) else [right])]
    assert len(values) >= 5 and values & {str(tuple(e) if isinstance(e, list) else e) for e in rights} == set()


def test_other_exercises_say_where_in_jupyter():
    made = exercises.answer("03-layer", "03_multichannel_filters", 'check("03-layer", Conv)')
    for words in (
        "make lab",
        "03_multichannel_filters.ipynb",
        "«More: let a layer learn»",
        "check(&quot;03-layer&quot;",
    ):
        assert words in made
    assert "<form" not in made and 'data-done="03-layer"' in made
    assert "place of the <code>...</code>, and run" in made
    made = exercises.answer("07-leak", "07_your_own_pictures", 'check("07-leak", prepare)')
    assert "leaks», mend the code, and run <code>check(&quot;07-leak" in made and "..." not in made


def test_progress_lists_the_exercises_of_a_page_and_the_map_those_of_all():
    made = exercises.progress("01")
    names = [each.name for each in exercises.exercises("01")]
    assert re.findall(r'data-status="([\w-]+)"', made) == names and f'data-count="{" ".join(names)}"' in made
    assert len(names) >= 5
    assert "weights, and how few a window needs" in made and 'href="#exercise-01-count"' in made
    made = exercises.course(["00_start_here", "01_corr2d_from_scratch"])
    assert "01_corr2d_from_scratch.html" in made and "00_start_here.html" not in made
    assert "03-layer" not in made
    assert exercises.progress("00").count("<li>") == 0


def test_the_script_is_an_ordinary_one():
    made = exercises.script()
    assert not re.search(r"^(?:import|export)\b", made, re.M) and "Your number is too large." in made
    assert max(len((exercises.HOME / name).read_text().splitlines()) for name in exercises.MODULES) < 400
