"""What an exercise is: what is asked, the right answer, the mistakes people make, and where to read again."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from itertools import combinations
from pathlib import Path
from textwrap import dedent
from typing import Any

from convlab.exercises.engine.slips import Slip, build, namespace, slips

KINDS = ("function", "module", "tensor", "number", "shape", "predictions", "choice", "design", "test")
NEEDS = {"function": ["cases"], "module": ["cases"], "choice": ["accepts"], "design": ["accepts"]}
NEEDS["test"] = ["sound", "broken"]


class Refused(ValueError):
    """Raised by an exercise's ``run``: it cannot use the answer, and the message says to the learner why."""


@dataclass(frozen=True)
class Mistake:
    """One misconception, as code.

    Attributes:
        name: the misconception in a few words; it ends the sentence "This looks like: ...".
        says: what is true instead, in one or two short sentences, without the solution.
        wrong: what someone with this misconception would hand in: a function, a class, a tensor, a number, ...
        where: the heading of the notebook to read again; empty for the exercise's own.
        when: ``when(answer) -> bool``, in a choice or design: which other wrong answers have this reason.
        faults: in a repair, the faults that are left in ``wrong``.
        mended: in a repair, whether ``wrong`` has the good piece of each fault, and something else is wrong.
    """

    name: str
    says: str
    wrong: Any
    where: str = ""
    when: Callable | None = None
    faults: tuple[Slip, ...] = ()
    mended: bool = False


@dataclass(frozen=True)
class Exercise:
    """An exercise, described; ``check`` has all the logic.

    Attributes:
        name: the notebook's number and a word, "01-shape".
        title: what it is about, in a few words.
        where: the heading that it follows in the notebook, without the ``#``.
        minutes: how long a learner of the course needs for it, thinking included: mostly 3 to 10, a capstone 10 to 20.
        kind: what the learner hands in: one of ``KINDS``. A function or module may have to be repaired (``faults``).
            Predictions are a dictionary. A choice is judged by ``accepts``, and so is a design, a module or a list of
            layers. A test is a function that tells the ``sound`` functions from the ``broken`` ones.
        variable: the name of the answer in the learner's cell.
        prompt: the task, as Markdown.
        placeholder: the learner's cell before any work; it holds ``...`` and runs.
        right: the right answer: an oracle for a function or module (best a library's function), otherwise a value; for
            a choice or design one of the right ones. Without it: what ``solution`` makes.
        mistakes: at least three, with slips and faults.
        slips: mistakes as text (``engine/slips.py``), mostly changes of the solution. They stand before the others.
        solution: the source of a good answer, which defines ``variable``.
        because: its reasoning, in Markdown.
        cases: draws the arguments of one trial, ``cases(draw) -> {"X": tensor, "stride": 2}``, in the order in which
            the function takes them (the names are only shown). None if the answer is a plain value.
        run: ``run(answer, *arguments) -> result``, how an answer is tried. By default functions are called, and
            values are taken as they are.
        returns: the names of the results, where a function returns several, ("K", "b").
        valid: ``valid(*arguments) -> bool``, which inputs may be shown as counterexamples. Without it: those within the
            range of what was drawn (sizes, numbers) that ``right`` accepts.
        hint: a sentence for wrong answers that match none of the mistakes.
        faults: makes a function or module a repair: slips, as text. The placeholder is ``solution`` with all of them.
        accepts: ``accepts(answer)`` judges a choice or design: "" if it is right, otherwise what is wrong, in the
            learner's words; or a list of (met, words), one for each requirement.
        options: predictions: what may be answered where the right answer is one of these.
        relative, absolute: how far off a number may be: a part of the right one, an amount; for predictions also a
            dictionary with the keys that may be off.
        forbids: tools that the prompt forbids, as ``tools`` names them: "F.conv2d", "dilation=", "autograd".
        sound, broken: the functions that a test is tried on; by a few words that say what each is.
    """

    name: str
    title: str
    where: str
    minutes: int
    kind: str
    variable: str
    prompt: str
    solution: str
    because: str
    mistakes: tuple[Mistake, ...] = ()
    slips: str = ""
    placeholder: str = ""
    right: Any = None
    cases: Callable | None = None
    run: Callable | None = None
    returns: tuple[str, ...] = ()
    valid: Callable | None = None
    hint: str = ""
    faults: Any = ""
    accepts: Any = None
    options: tuple = ()
    relative: float | dict = 0.0
    absolute: float | dict = 0.0
    forbids: tuple[str, ...] = ()
    sound: dict = field(default_factory=dict)
    broken: dict = field(default_factory=dict)

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"exercise {self.name}: kind is {self.kind!r}; it must be one of {', '.join(KINDS)}")
        if missing := [name for name in NEEDS.get(self.kind, ()) if not getattr(self, name)]:
            raise ValueError(f"exercise {self.name}: a {self.kind} is judged by its {' and '.join(missing)}; give them")
        for text in ("prompt", "placeholder", "solution", "because"):
            self._set(text, dedent(getattr(self, text)).strip())
        if isinstance(self.faults, str):  # a copy has read its texts already
            faults, slipped = (slips(text, self.notebook) for text in (self.faults, self.slips))
            self._set("faults", faults)
            self._set("slips", "")
            if faults:
                self._set("placeholder", self._with_faults(faults))
            made = [self._slipped(slip) for slip in slipped]
            self._set("mistakes", (*(self._left(fault) for fault in faults), *made, *self.mistakes))
        if self.right is None:
            self._set("right", build(self.solution, self.variable))

    def _set(self, name: str, value) -> None:
        object.__setattr__(self, name, value)

    def _with_faults(self, faults: tuple[Slip, ...]) -> str:
        """Return the solution with faults in it."""
        source = self.solution
        for fault in faults:
            source = fault.source(source)
        return source

    def _slipped(self, slip: Slip) -> Mistake:
        """Return the mistake of whoever makes this slip."""
        source = "" if slip.answer else slip.source(self.solution)
        good, changed = ([piece for each in them for piece, _ in each.changes] for them in (self.faults, [slip]))
        apart = not any(one in other or other in one for one in good for other in changed)
        mended = apart and bool(good) and all(piece in source for piece in good)
        names = namespace() | getattr(self.accepts, "__globals__", {})
        code = slip.when and compile(slip.when, f"<{slip.name}>", "eval")
        when = (lambda answer: eval(code, {**names, self.variable: answer})) if code else None
        return Mistake(slip.name, slip.says, slip.build(self.solution, self.variable), slip.where, when, mended=mended)

    def _left(self, *faults: Slip) -> Mistake:
        """Return the mistake of whoever leaves these faults in."""
        wrong = build(self._with_faults(faults), self.variable)
        name, says = "; ".join(fault.name for fault in faults), " ".join(fault.says for fault in faults)
        where = faults[0].where if len(faults) < len(self.faults) else ""  # to find them is the task
        return Mistake(name, says, wrong, where, faults=faults)

    @cached_property
    def several(self) -> tuple[Mistake, ...]:
        """What is handed in with two and more of the faults left in; all of them come last."""
        numbers = range(2, len(self.faults) + 1)
        return tuple(self._left(*left) for number in numbers for left in combinations(self.faults, number))

    @property
    def notebook(self) -> str:
        """The number of its notebook, "01"."""
        return self.name[:2]

    @property
    def place(self) -> str:
        """The heading to read again after a wrong answer; in a repair it would be a hint at one of the faults."""
        return "" if self.faults else self.where

    @property
    def callable(self) -> bool:
        """Whether the answer itself is called."""
        return self.kind in ("function", "module", "test")

    def margin(self, key: str = "") -> tuple[float, float]:
        """Return how far off a number may be: relative and absolute."""
        both = (self.relative, self.absolute)
        relative, absolute = (each.get(key, 0.0) if isinstance(each, dict) else each for each in both)
        return relative, absolute

    def try_out(self, answer, arguments: dict):
        """Return what the answer gives for these arguments."""
        if self.run is not None:
            return self.run(answer, *arguments.values())
        return answer(*arguments.values()) if self.callable else answer


def notebooks() -> list[str]:
    """Return the numbers of the notebooks that have exercises: there is a folder nbNN for each."""
    return sorted(path.parent.name[2:] for path in Path(__file__).parents[1].glob("nb[0-9][0-9]/__init__.py"))


@cache
def exercises(notebook: str) -> tuple[Exercise, ...]:
    """Return the exercises of one notebook, in their order."""
    return import_module(f"convlab.exercises.nb{notebook}").EXERCISES


def as_notebook(function: str, notebook: str | int) -> str:
    """Return a notebook's number as two digits; 1, "1", "01" and "01_corr2d_from_scratch" all mean the first."""
    found = re.match(r"\d{1,2}", str(notebook))
    number = found.group().zfill(2) if found else ""
    if number not in notebooks():
        raise ValueError(f"{function}: there are no exercises of notebook {notebook!r}; try {', '.join(notebooks())}")
    return number


def find(function: str, name: str) -> Exercise:
    """Return the exercise of this name; refuse others, and name the closest."""
    if not isinstance(name, str):
        raise TypeError(f'{function}: the name of an exercise is text, such as "01-shape", got {type(name).__name__}')
    known = {exercise.name: exercise for number in notebooks() for exercise in exercises(number)}
    if name in known:
        return known[name]
    close = [other for other in known if other[3:] == name.lower()]
    close = close or difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.75)
    advice = f"did you mean {' or '.join(map(repr, close))}?" if close else "names() lists them all"
    raise ValueError(f"{function}: there is no exercise {name!r}; {advice}")
