"""Exercises on the site: those that ask for values answer on the page, the others say how they are answered in Jupyter.

What is right, the mistakes and every sentence come from ``convlab.exercises``; the way from an answer to its verdict is
the script in ``answers/``, and a test compares it with ``check``.
"""

from __future__ import annotations

import base64
import html
import json
import re
from pathlib import Path

from convlab.exercises.engine.exercise import Exercise, exercises, notebooks
from convlab.exercises.engine.values import ABSOLUTE, RELATIVE, as_tensor
from convlab.exercises.engine.words import AXES, PAIR, SIGNS, WORDS

HOME = Path(__file__).resolve().parent / "answers"
MODULES = ("read.js", "choices.js", "verdict.js", "page.js")
SCRIPT = "answers.js"
VALUES = ("number", "shape", "tensor", "predictions")
CHOICES = ("02-choose", "04-holes", "05-decoder")  # choices.js has their rules
# What only the page has to say.
PAGE_WORDS = {
    "placeholder": "Write your answer into the field, then press Check.",
    "cannot read": (
        "«{typed}» cannot be read. Write a number as `7`, `-0.5`, `2/7` or `2 * 3 + 1`, "
        "and several as `(4, 5)`, with commas."
    ),
    "two ways": "«{typed}» can mean two things. Write `(4, 5)` for a shape, and `4 * 5` for a product.",
    "ask": "Forget which exercises you have passed, on all pages?",
}
HOW = "Write a number as <code>7</code>, <code>2/7</code> or <code>2 * 3 + 1</code>, a shape as <code>(4, 5)</code>."
HOW_SETTINGS = "Write each with round brackets and commas, as <code>(4, 5, 6, 7)</code>."
HOW_LIST = "Write a list with square brackets and commas, as <code>[4, 5]</code>."
KEPT = (
    "<span data-kept hidden>This browser remembers it.</span> "
    '<button type="button" data-forget hidden>Forget my progress</button>'
)


def known() -> dict[str, Exercise]:
    """Return the exercises by their names, in the course's order."""
    return {exercise.name: exercise for number in notebooks() for exercise in exercises(number)}


def answers_here(exercise: Exercise | None) -> bool:
    """Tell whether an exercise answers on the page: it asks for values, and the script can judge them."""
    return exercise is not None and (
        exercise.name in CHOICES
        or (exercise.kind in VALUES and exercise.cases is None and exercise.run is None and not exercise.returns)
    )


# --- what the script is given ---


def constants() -> dict:
    """Return the words and tolerances of Python's verdicts, with those of the page."""
    words = {**WORDS, **PAGE_WORDS}
    return {"WORDS": words, "SIGNS": SIGNS, "AXES": AXES, "PAIR": PAIR, "RELATIVE": RELATIVE, "ABSOLUTE": ABSOLUTE}


def described(exercise: Exercise) -> dict:
    """Return what the script needs to know of an exercise.

    >>> made = described(known()["01-shape"])
    >>> made["right"], made["mistakes"][0]["wrong"]
    ([476, 638], [475, 637])
    """
    mistakes = [
        {"name": mistake.name, "says": mistake.says, "wrong": _value(mistake.wrong), "where": mistake.where}
        for mistake in exercise.mistakes
    ]
    plain = {name: getattr(exercise, name) for name in ("name", "kind", "where", "hint")}
    plain["options"] = list(exercise.options)
    keys = exercise.right if isinstance(exercise.right, dict) else ("",)
    margins = {key: list(exercise.margin(key)) for key in keys}
    return {**plain, "right": _value(exercise.right), "mistakes": mistakes, "margins": margins}


def _value(value):
    if isinstance(value, dict):
        return {key: _value(part) for key, part in value.items()}
    part = as_tensor(value)
    return part if isinstance(part, str) else _short(part.tolist())


def _short(number):
    """Return 24.0 as 24."""
    if isinstance(number, list):
        return [_short(each) for each in number]
    return int(number) if number == int(number) else number


def script() -> str:
    """Return the script of all pages: an ordinary one, since a browser takes no module from a folder."""
    given = json.dumps(constants(), ensure_ascii=False)
    return f'(() => {{\n"use strict";\nconst CONSTANTS = {given};\n{joined(*MODULES)}}})();\n'


def joined(*modules: str) -> str:
    """Return modules of the script as one text, in which they know each other without being imported."""
    parts = [(HOME / name).read_text(encoding="utf-8") for name in modules]
    return re.sub(r"^(?:import .*\n|export (?=const ))", "", "\n".join(parts), flags=re.M)


def tag(up: str = "") -> str:
    """Return what loads the script."""
    return f'<script defer src="{up}_static/{SCRIPT}"></script>'


# --- what stands on the pages ---


def begin(name: str) -> str:
    """Return the beginning of an exercise, up to its task: what the browser remembers of it."""
    name = html.escape(name)
    return (
        f'<section class="cl-exercise" data-exercise="{name}" id="exercise-{name}" aria-label="Exercise {name}">'
        f'<p class="cl-state" data-status="{name}"></p>'
    )


def answer(name: str, page: str, call: str) -> str:
    """Return what stands in the place of a ``check(...)`` cell: a form, or the way to Jupyter.

    Args:
        name: the exercise's.
        page: the notebook's, without ``.ipynb``.
        call: what the cell holds.
    """
    exercise = known().get(name)
    elsewhere = _in_jupyter(exercise, page, call)
    if answers_here(exercise):
        # The script hides it: so it stays where scripts are switched off, and where this one could not be loaded.
        return f'{_form(exercise)}<div class="cl-answer" data-instead>{elsewhere}</div>'
    done = (
        f'<label data-script hidden><input type="checkbox" data-done="{html.escape(name)}"> I have passed it in Jupyter'
        "</label>"
    )
    return f'<div class="cl-answer" data-answer="{html.escape(name)}">{elsewhere}{done}</div>'


def given(exercise: Exercise, cell: str) -> str:
    """Return what a learner's cell holds above the answer, for which the page has a form.

    >>> given(known()["05-gradient"], "X = torch.ones(2)\\nfound = {'letter': ..., 'entries': ...}")
    'X = torch.ones(2)'
    """
    return re.split(rf"^{exercise.variable} = ", cell, maxsplit=1, flags=re.M)[0].strip()


def _in_jupyter(exercise: Exercise | None, page: str, call: str) -> str:
    heading = f", go to «{_code(exercise.where)}»" if exercise else ""
    repair = exercise is not None and exercise.faults
    to_do = "mend the code" if repair else "write your answer in the place of the <code>...</code>"
    return (
        '<p>This one is answered in Jupyter: call <a href="index.html#on-your-own-computer"><code>make lab</code></a>, '
        f"open <code>{page}.ipynb</code>{heading}, {to_do}, and run "
        f"<code>{html.escape(call)}</code>. It says at once what is right, and what is not.</p>"
    )


def _code(heading: str) -> str:
    return re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(heading))


def _form(exercise: Exercise) -> str:
    """Return a field for each value.

    The values lie in base64 beside it: so they are not read by accident, in the page's source or by a search. It is
    no lock; who wants to look has the folded solution on the same page.
    """
    several = isinstance(exercise.right, dict)
    keys = list(exercise.right) if several else [exercise.variable]
    values = exercise.right.values() if several else [exercise.right]
    how, words = f"how-{exercise.name}", HOW if exercise.kind != "choice" else HOW_SETTINGS if several else HOW_LIST
    told = f'<p id="{how}">{words}</p>' if any(not isinstance(value, str) for value in values) else ""
    fields = "".join(
        f'<label><code>{html.escape(key)}</code><input name="{html.escape(key)}" autocomplete="off" spellcheck="false" '
        f'autocapitalize="off" maxlength="200"{f" aria-describedby={how}" if told else ""}></label>'
        for key in keys
    )
    code = base64.b64encode(json.dumps(described(exercise), ensure_ascii=False, allow_nan=False).encode()).decode()
    return (
        f'<form class="cl-answer" data-answer="{exercise.name}" data-script hidden>{told}'
        f'<div class="cl-fields">{fields}</div><button>Check</button><div role="status"></div>'
        f'<script type="text/plain">{code}</script></form>'
    )


def progress(number: str) -> str:
    """Return the table of a notebook's exercises, which the script fills in."""
    its = exercises(number) if number in notebooks() else ()
    lines = "".join(
        f'<li><span data-status="{each.name}"></span> <a href="#exercise-{each.name}">{each.name}</a>: '
        f"{html.escape(each.title)}</li>"
        for each in its
    )
    return (
        f'<div data-progress="{number}"><ul>{lines}</ul><p data-script hidden>'
        f'<strong data-count="{" ".join(each.name for each in its)}"></strong> on this page. {KEPT}</p></div>'
    )


def course(pages: list[str]) -> str:
    """Return what stands under the map of the course: the script writes into the map what is done.

    Args:
        pages: the notebooks' names, without ``.ipynb``.
    """
    names = {
        f"{page}.html": " ".join(each.name for each in exercises(page[:2])) for page in pages if page[:2] in notebooks()
    }
    return (
        f'<p class="cl-done" data-map="{html.escape(json.dumps(names))}" data-script hidden>Exercises: '
        f'<strong data-count="{" ".join(names.values())}"></strong>. {KEPT}</p>'
    )
