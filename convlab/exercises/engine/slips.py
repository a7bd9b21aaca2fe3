"""Mistakes as text: what is wrong, what is true instead, and the change that turns the solution into the wrong answer.

    the bias is forgotten: Each kernel has a bias. It is added to every number of the kernel's map. @SLICES
        total + b => total
    the image is taken for the kernel: The first is the image, the second the kernel.
        = lambda X, K: corr2d(K, X)

A mistake begins with its name, a colon, and what is true; more lines of these, and the changes, stand further in.
``piece => other`` changes the piece wherever it stands in the solution; nothing behind the arrow takes it out, or the
whole line if it is one. Several changes are made one after the other. ``= expression`` is a wrong answer that is not
near the solution. ``? condition`` comes last: which other answers to a choice or design have this reason; it knows the
answer by its variable, and what the exercise's file defines. ``@SLICES`` is the name of a heading in the notebook's
``headings``: where to read again.
"""

import re
from dataclasses import dataclass
from importlib import import_module
from textwrap import dedent

import numpy as np
import torch

from convlab import functional


@dataclass(frozen=True)
class Slip:
    """One mistake, as it is written down.

    Attributes:
        name: what is wrong, in a few words; it ends the sentence "This looks like: ..." or "Still there: ...".
        says: what is true instead, in one or two short sentences, without the solution.
        where: the heading of the notebook to read again; empty for the exercise's own.
        changes: pairs, a piece of the solution and what stands in its place.
        answer: the source of the wrong answer, if it is not made from the solution.
        when: the source of the condition under which other answers have this reason.
    """

    name: str
    says: str
    where: str = ""
    changes: tuple[tuple[str, str], ...] = ()
    answer: str = ""
    when: str = ""

    def source(self, solution: str) -> str:
        """Return the solution with this slip in it."""
        for piece, other in self.changes:
            if piece not in solution:
                raise ValueError(f"{self.name}: {piece!r} is not in the solution")
            if not other:
                solution = re.sub(rf"^ *{re.escape(piece)} *\n", "", solution, flags=re.MULTILINE)
            solution = solution.replace(piece, other)
        return solution

    def build(self, solution: str, variable: str):
        """Return the wrong answer."""
        if self.answer:
            return eval(compile(self.answer, f"<{self.name}>", "eval"), namespace())
        return build(self.source(solution), variable)


def slips(text: str, notebook: str) -> tuple[Slip, ...]:
    """Read mistakes that are written as the head of this file says."""
    entries: list[list[str]] = []
    for line in filter(str.strip, dedent(text).splitlines()):
        if not line.startswith(" "):
            entries.append([line])
        elif entries:
            entries[-1].append(line.strip())
    return tuple(_read(entry, notebook) for entry in entries)


def _read(lines: list[str], notebook: str) -> Slip:
    """Read one mistake."""
    last = next((place for place, line in enumerate(lines) if line.startswith("? ")), len(lines))
    lines, rule = lines[:last], " ".join(lines[last:])[2:]
    changes = [line for line in lines if re.search(r" =>( |$)", line)]
    answers = [line[2:] for line in lines if line.startswith("= ")]
    words = " ".join(line for line in lines if line not in changes and not line.startswith("= "))
    found = re.fullmatch(r"(.+?): (.+?)(?: @([A-Z_0-9]+))?", words)
    if found is None or (len(answers) != 1 if not changes else answers):
        raise ValueError(f"a mistake is a name, a colon and words, then changes or one answer; got {lines}")
    name, says, heading = found.groups()
    where = getattr(import_module(f"convlab.exercises.nb{notebook}.headings"), heading) if heading else ""
    pairs = [line.partition(" =>") for line in changes]
    changes_made = tuple((piece, other.strip()) for piece, _, other in pairs)
    return Slip(name, says, where, changes_made, "".join(answers), rule)


def namespace() -> dict:
    """Return what a cell of the course finds defined."""
    operators = {name: getattr(functional, name) for name in functional.__all__}
    return {"torch": torch, "nn": torch.nn, "F": torch.nn.functional, "np": np, **operators}


def build(source: str, variable: str):
    """Run a cell as it would run in a notebook of the course, and return a variable that it defines."""
    names = namespace()
    exec(compile(source, "<a cell>", "exec"), names)
    return names[variable]
