"""Put the cells of exercises into their notebooks, as the package describes them.

    python tools/course/exercise_cells.py 01-shape ...

An exercise that is there already gets its present texts. A new one comes to the end of its section, in front of those
that follow it in ``EXERCISES``; move it in JupyterLab if it belongs elsewhere. Then ``make notebooks`` runs its cells.
"""

from __future__ import annotations

import re
import sys

import nbformat
from hygiene import NOTEBOOKS, exercise_cells, tags

from convlab.exercises.engine.exercise import Exercise, exercises, find
from notebooks import dumps, normalise, write


def put(nb, exercise: Exercise):
    """Return the notebook with the four cells of an exercise; those that are there get their present texts and tags."""
    at = position(nb, exercise)
    if at is None:
        at = end_of_section(nb, exercise)
        new = [getattr(nbformat.v4, f"new_{kind}_cell")() for kind, _, _ in exercise_cells(exercise)]
        for number, cell in enumerate(new):
            cell.id = f"n{exercise.notebook}-ex-{exercise.name[3:]}-{number}"
        nb.cells[at:at] = new
    for cell, (_, tag, source) in zip(nb.cells[at:], exercise_cells(exercise), strict=False):
        cell.source, cell.metadata["tags"] = source, [tag]
    return nb


def position(nb, exercise: Exercise) -> int | None:
    """Return the number of an exercise's first cell, two in front of its check; None if the notebook has none."""
    found = [number for number, cell in enumerate(nb.cells) if cell.source.startswith(f'check("{exercise.name}"')]
    return found[0] - 2 if found else None


def end_of_section(nb, exercise: Exercise) -> int:
    """Return where a new exercise belongs: behind its section, in front of the exercises that follow it there."""
    start = next((n for n, cell in enumerate(nb.cells) if exercise.where in headings(cell)), None)
    if start is None:
        raise SystemExit(f"{exercise.name}: its notebook has no heading «{exercise.where}»")
    end = next((n for n, cell in enumerate(nb.cells) if n > start and headings(cell)), len(nb.cells))
    known = exercises(exercise.notebook)
    later = [position(nb, other) for other in known[known.index(exercise) + 1 :]]
    return min([end, *(n for n in later if n is not None and n > start)])


def headings(cell) -> list[str]:
    """Return the headings of a Markdown cell, without their ``#``."""
    text = cell.cell_type == "markdown" and not {"exercise", "solution"} & set(tags(cell))
    return re.findall(r"^#+ (.+)$", cell.source, re.M) if text else []


def main(names: list[str]) -> int:
    """Put the exercises of these names into their notebooks."""
    for exercise in [find("exercise_cells", name) for name in names]:
        (path,) = (path for path in NOTEBOOKS if path.name.startswith(exercise.notebook))
        write(path, dumps(normalise(put(nbformat.read(path, as_version=4), exercise))))
        print(f"{exercise.name}: in {path.name}; now: make notebooks NB={exercise.notebook}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
