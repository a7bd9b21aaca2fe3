"""The notebooks as every edition is made from them: read once, and refused if something is wrong with them.

A fault is found here, before anything is made. Each message names the notebook and the cell, and says what cures it.
The rules for the course's own notebooks are those of ``tools/course/hygiene.py``; here are those that an edition needs.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from hygiene import code_cells, exercise_cells, exercise_problems, never_executed, repeated_ids, tags, where

from convlab.editions import is_notes
from convlab.exercises.engine.exercise import Exercise, exercises, notebooks

# Between these, a text of the course speaks about solutions that are folded away. JupyterLab shows no comment.
ABOUT_SOLUTIONS = re.compile(r"<!-- solutions -->(.*?)<!-- end -->", re.S)
CHECK = re.compile(r'^check\("([^"]*)"', re.M)
FOLDED = re.compile(r"<details>\s*<summary>\s*Solution", re.I)
SPEAKS = re.compile(r"[^.!?\n]*\bsolutions?\b[^.!?\n]*\b(?:fold|hid|collaps)[^.!?\n]*[.!?]", re.I)


class BadSource(Exception):
    """Notebooks that no edition can be made from; the text says where, and how to put it right."""


@dataclass(frozen=True)
class Source:
    """One notebook of the course.

    Attributes:
        name: its file name, "02_padding_and_stride.ipynb".
        notebook: what nbformat reads; nobody may change it.
        exercises: its exercises, in their order.
    """

    name: str
    notebook: nbformat.NotebookNode
    exercises: tuple[Exercise, ...]

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return Path(self.name).stem

    @property
    def title(self) -> str:
        """The notebook's first heading."""
        found = re.search(r"^# (.+)$", self.notebook.cells[0].source, re.M)
        return found.group(1) if found else self.stem


def read_all(folder: Path) -> list[Source]:
    """Read the notebooks of the course.

    Args:
        folder: where they are.

    Raises:
        BadSource: something is wrong with one or more of them.
    """
    paths = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    if not paths:
        raise BadSource(f"no notebooks are in {folder}: get the course anew")
    sources, problems = [], []
    for path in paths:
        try:
            source = _read(path)
        except (ValueError, OSError, nbformat.ValidationError) as error:
            words = f"cannot be read as a notebook ({str(error).splitlines()[0][:100]})"
            problems.append(f"{path.name}: {words}; get it anew, or repair its JSON in a text editor")
            continue
        sources.append(source)
        problems += [f"{path.name}, {problem}" for problem in faults(source.notebook, source.exercises)]
    if problems:
        raise BadSource("\n".join(problems))
    return sources


def _read(path: Path) -> Source:
    data = json.loads(path.read_bytes())
    cells = data.get("cells") if isinstance(data, dict) else None
    if not cells or not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise ValueError("it has no cells")
    notebook = nbformat.reads(json.dumps(data), as_version=4)
    nbformat.validate(notebook)
    number = path.name[:2]
    return Source(path.name, notebook, exercises(number) if number in notebooks() else ())


def faults(nb, its_exercises: tuple[Exercise, ...]) -> list[str]:
    """Return what is wrong with a notebook, each with its cell and its cure; empty if nothing is."""
    cure = "delete that cell's id in a text editor, and run make notebooks"
    found = [f"{problem}; {cure}" for problem in repeated_ids(nb)]
    found += _few(never_executed(nb))
    exact = [*_tags_missing(nb, its_exercises), *_checks(nb, its_exercises), *_cells(nb, its_exercises)]
    found += exact or [f"{problem}\nCure: {_again(its_exercises)}" for problem in exercise_problems(nb, its_exercises)]
    return found + _sentences(nb)


def _again(its_exercises) -> str:
    names = " ".join(exercise.name for exercise in its_exercises)
    return f"python tools/course/exercise_cells.py {names}"


def _few(problems: list[str]) -> list[str]:
    """One message in the place of many that have the same cure."""
    more = f" (and {len(problems) - 1} more cells)" if len(problems) > 1 else ""
    return [problems[0] + more] if problems else []


def _tags_missing(nb, its_exercises) -> list[str]:
    """Cells that look like a part of an exercise and are not tagged so: an edition would not know what they are."""
    known = {(cell, source): tag for exercise in its_exercises for cell, tag, source in exercise_cells(exercise)}
    problems = []
    for number, cell in enumerate(nb.cells, 1):
        tag = known.get((cell.cell_type, cell.source.strip()), "")
        if cell.cell_type == "markdown" and FOLDED.search(cell.source):
            tag = "solution"
        if cell.cell_type == "code" and CHECK.search(cell.source):
            tag = "check"
        if tag and tag not in tags(cell):
            here = where(number, cell)
            problems.append(f"{here}: this is a {tag} without its tag; give the cell the tag {tag} in JupyterLab")
    return problems


def _checks(nb, its_exercises) -> list[str]:
    """Checks of exercises that the package does not know, and exercises that are checked twice."""
    names, seen, problems = {exercise.name for exercise in its_exercises}, set(), []
    for number, cell in code_cells(nb):
        for name in CHECK.findall(cell.source):
            here = where(number, cell)
            if name not in names:
                known = ", ".join(sorted(names)) or "none"
                words = f"checks the exercise {name!r}, which this notebook does not have (it has {known})"
                problems.append(f"{here}: {words}; correct the name, or describe the exercise in convlab/exercises")
            elif name in seen:
                problems.append(f"{here}: checks {name!r} a second time; delete this cell or the other one")
            seen.add(name)
    return problems


def _cells(nb, its_exercises) -> list[str]:
    """Exercises that lack one of their four cells, or have them in another order."""
    problems = []
    for exercise in its_exercises:
        wanted = exercise_cells(exercise)
        what = ("its text", "the cell with its placeholder", "its check", "its solution")
        at = [_place(nb, kind, source) for kind, _, source in wanted]
        cure = f"python tools/course/exercise_cells.py {exercise.name}"
        if None in at:
            there = next((place for place in at if place is not None), None)
            here = where(there + 1, nb.cells[there]) if there is not None else "no cell"
            lacks = " and ".join(words for words, place in zip(what, at, strict=True) if place is None)
            problems.append(
                f"{here}: the exercise {exercise.name} lacks {lacks}, as the package describes it. "
                f"If the cell is missing, insert an empty one in its place; then: {cure}"
            )
        elif at != list(range(at[0], at[0] + 4)):
            words = f"the cells of {exercise.name} do not follow each other: {', '.join(what)}"
            problems.append(f"{where(at[0] + 1, nb.cells[at[0]])}: {words}; move them in JupyterLab")
    return problems


def _place(nb, kind: str, source: str) -> int | None:
    found = (i for i, cell in enumerate(nb.cells) if cell.cell_type == kind and cell.source.strip() == source)
    return next(found, None)


def _sentences(nb) -> list[str]:
    """Sentences about folded solutions that an edition without them would not leave out."""
    problems = []
    for number, cell in enumerate(nb.cells, 1):
        if cell.cell_type != "markdown" or "solution" in tags(cell) or is_notes(cell):
            continue
        if found := SPEAKS.search(ABOUT_SOLUTIONS.sub("", cell.source)):
            words = f"«{found.group().strip()}» is not true where there are no folded solutions"
            problems.append(f"{where(number, cell)}: {words}; put it between <!-- solutions --> and <!-- end -->")
    return problems
