"""What an exercise is: what is asked, the right answer, the mistakes people make, and where to read again."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from typing import Any

KINDS = ("function", "module", "tensor", "number", "shape", "predictions")


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
    """

    name: str
    says: str
    wrong: Any
    where: str = ""


@dataclass(frozen=True)
class Exercise:
    """An exercise, described; ``check`` has all the logic.

    Attributes:
        name: the notebook's number and a word, "01-shape".
        title: what it is about, in a few words.
        where: the heading that it follows in the notebook, without the ``#``.
        minutes: how long a learner of the course needs for it, thinking included: mostly 3 to 10, a capstone 10 to 20.
        kind: what the learner hands in: one of ``KINDS``.
        variable: the name of the answer in the learner's cell.
        prompt: the task, as Markdown.
        placeholder: the learner's cell before any work; it holds ``...`` and runs.
        right: the right answer: an oracle for a function or module (best a library's function), otherwise a value.
        mistakes: at least three.
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
    """

    name: str
    title: str
    where: str
    minutes: int
    kind: str
    variable: str
    prompt: str
    placeholder: str
    right: Any
    mistakes: tuple[Mistake, ...]
    solution: str
    because: str
    cases: Callable | None = None
    run: Callable | None = None
    returns: tuple[str, ...] = ()
    valid: Callable | None = None
    hint: str = ""

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"exercise {self.name}: kind is {self.kind!r}; it must be one of {', '.join(KINDS)}")
        if self.kind in ("function", "module") and self.cases is None:
            raise ValueError(f"exercise {self.name}: a {self.kind} is tried on inputs; give cases")
        for field in ("prompt", "placeholder", "solution", "because"):
            object.__setattr__(self, field, dedent(getattr(self, field)).strip())

    @property
    def notebook(self) -> str:
        """The number of its notebook, "01"."""
        return self.name[:2]

    @property
    def callable(self) -> bool:
        """Whether the answer itself is called."""
        return self.kind in ("function", "module")

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
