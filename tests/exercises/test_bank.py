"""Answers as learners hand them in, written from the prompts: each gets the verdict that its header in bank_a says.

``# %% right: what it is | passed``, or ``# %% wrong: what it is |`` and one of: ``named`` (the mistake behind it),
``unnamed``, ``named falsely: as what``, ``passed: why that is so``. Whoever changes an exercise so that a verdict
changes reads the answer and its new verdict, and writes the header anew.
"""

import re
import zlib
from pathlib import Path

import pytest

from convlab.exercises import check
from convlab.exercises.engine import shrink
from convlab.exercises.engine.exercise import find
from convlab.exercises.engine.slips import build

BANK = {}  # exercise: [(right or wrong, what it is, how it was judged, code)]
for file in sorted((Path(__file__).parent / "bank_a").glob("*.py")):
    _, *parts = re.split(r"^# %% ", file.read_text(encoding="utf-8"), flags=re.M)
    found = [re.match(r"(right|wrong): (.*) \| (.*)\n", part) for part in parts]
    BANK[file.stem.replace("_", "-", 1)] = [(*head.groups(), part) for head, part in zip(found, parts, strict=True)]
ALL = [answer for answers in BANK.values() for answer in answers]
WRONG = [judged for kind, _, judged, _ in ALL if kind == "wrong"]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The smallest counterexample is no matter here."""
    monkeypatch.setattr(shrink, "MOST_TRIES", 0)


def judged(name, code):
    """Return how an answer is judged now, in the words of a header."""
    verdict = check(name, build(f"import math\n# %% {code}", find("tests", name).variable))
    return "passed" if verdict.passed else "named" if verdict.mistake else "unnamed", verdict


def assert_as_ever(name, answers):
    changed = []
    for kind, words, before, code in answers:
        now, verdict = judged(name, code)
        if now != before.split(":")[0].removesuffix(" falsely"):
            changed.append(f"{kind}: {words}: {before}, and now {now}\n{verdict.message}")
        elif before.startswith("named falsely") and verdict.mistake.name not in before:
            changed.append(f"{kind}: {words}: named in another way\n{verdict.message}")
    assert not changed, f"{name}: {len(changed)} verdicts differ\n" + "\n\n".join(changed)


def some(answers, parts):
    """Return one of so many answers, chosen by their code."""
    return [answer for answer in answers if zlib.crc32(answer[-1].encode()) % parts == 0]


@pytest.mark.parametrize("name", [name for name, answers in BANK.items() if some(answers, PARTS := 20)])
def test_some_answers_are_judged_as_ever(name):
    assert_as_ever(name, some(BANK[name], PARTS))


@pytest.mark.slow
@pytest.mark.parametrize("name", BANK)
def test_all_answers_are_judged_as_ever(name):
    assert_as_ever(name, BANK[name])


def test_right_answers_pass_and_what_is_wrong_is_refused_and_most_of_it_named():
    assert {judged for kind, _, judged, _ in ALL if kind == "right"} == {"passed"}
    assert all(re.fullmatch(r"named|unnamed|named falsely: .+|passed: .+", judged) for judged in WRONG)
    assert sum(judged.startswith("passed") for judged in WRONG) <= 0.002 * len(WRONG)
    assert sum(judged.startswith("named falsely") for judged in WRONG) <= 0.005 * len(WRONG)
    assert sum(judged == "named" for judged in WRONG) >= 0.85 * len(WRONG) and len(ALL) > 1000
