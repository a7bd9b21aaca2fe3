"""How many words a notebook has and how many minutes it takes: the whole, and its core path.

    python tools/course/rhythm.py                 every notebook in notebooks/
    python tools/course/rhythm.py FILE ...        these only

Minutes are counted so that all notebooks are measured alike: 110 words a minute, a third of a minute for a code cell,
a minute for a prediction. Two readers noted their minutes, all seven notebooks each: so the count agrees with theirs.
Exercises come on top: their cells are not counted, nor are hidden ones, nor a speaker's notes.

The *core path* is what a class follows. A section whose heading begins with ``More: `` after its number, as in
``## 5 · More: what is the flip good for?`` or ``### More: three more kernels``, can be skipped: all down to the next
heading of its level or above.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat

from convlab.editions import without_notes

ROOT = Path(__file__).resolve().parents[2]

WORDS_A_MINUTE, MINUTES_A_CELL, MINUTES_A_PROMPT = 110, 0.35, 1.0
LONGEST_CORE = 45  # minutes: what a class follows in one lesson
MOST_WORDS = 36_600  # of all notebooks: a discussion for each came on top, a GPU measured, and 07, a whole project
TOLERANCE = 5  # minutes between what a notebook says and what is counted
ON_TOP = {"exercise", "check", "solution", "hide"}
PROMPT = re.compile(r"^\*\*Predict\.\*\*", re.M)

HEADING = re.compile(r"^(#+) (.*)$", re.M)
FENCE = re.compile(r"```.*?```", re.S)
MORE = re.compile(r"(\d+ · )?More: ")
TIME = re.compile(
    r"\*\*Time:\*\* (\d+) minutes(?:; (\d+) with the parts called \*More\*)?\.(?P<top> Exercises come on top\.)?"
)


def sections(nb) -> Iterator[tuple[nbformat.NotebookNode, bool]]:
    """Yield every cell, and whether it belongs to a *More*."""
    level = None  # of the heading of the More that we are in
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            for heading in HEADING.finditer(FENCE.sub("", cell.source)):
                level = _level(heading, level)
        yield cell, level is not None


def _level(heading: re.Match, level: int | None) -> int | None:
    """Return the level of the More in which the text below a heading stands; None for the core path."""
    if level is not None and len(heading[1]) > level:
        return level
    return len(heading[1]) if MORE.match(heading[2]) else None


class Count(NamedTuple):
    """What is counted of some cells."""

    words: int
    prompts: int
    cells: int  # of code

    @property
    def minutes(self) -> float:
        """How long they take."""
        return self.words / WORDS_A_MINUTE + self.cells * MINUTES_A_CELL + self.prompts * MINUTES_A_PROMPT


def count(cells: Iterable[nbformat.NotebookNode]) -> Count:
    """Count words, predictions and code cells; exercises and what is hidden are left out."""
    counted = [cell for cell in cells if not ON_TOP & set(cell.metadata.get("tags", []))]
    texts = [cell.source for cell in counted if cell.cell_type == "markdown"]
    code = sum(cell.cell_type == "code" for cell in counted)
    return Count(sum(len(text.split()) for text in texts), sum(len(PROMPT.findall(text)) for text in texts), code)


def whole_and_core(nb) -> tuple[Count, Count]:
    """Count a notebook, and its core path."""
    return count(nb.cells), count(cell for cell, more in sections(nb) if not more)


def stated(nb) -> tuple[int, int] | None:
    """Return the minutes that a notebook's head states, of the core path and of the whole; None without such a line."""
    found = _time_line(nb)
    return found and (int(found[1]), int(found[2] or found[1]))


def _time_line(nb) -> re.Match | None:
    return next(filter(None, (TIME.search(cell.source) for cell in nb.cells if cell.cell_type == "markdown")), None)


def table_entry(minutes: tuple[int, int]) -> str:
    """Write the minutes as the tables of all notebooks have them.

    >>> table_entry((45, 75)), table_entry((20, 20))
    ('45 / 75', '20')
    """
    return " / ".join(map(str, dict.fromkeys(minutes)))


def time_problems(nb) -> list[str]:
    """The core path takes at most 45 minutes, and the head says how long it and the whole take, as counted."""
    counts = whole_and_core(nb)[::-1]
    problems = []
    if round(counts[0].minutes) > LONGEST_CORE:  # as the command line prints it
        problems.append(
            f"the core path has {counts[0].words} words, {counts[0].prompts} predictions and {counts[0].cells} code "
            f"cells: {counts[0].minutes:.1f} minutes; at most {LONGEST_CORE}. Shorten it, or call a section More"
        )
    said = stated(nb)
    if said is None:
        form = "**Time:** 45 minutes; 75 with the parts called *More*. Exercises come on top."
        return [
            *problems,
            f"its head has no line «{form}»; «**Time:** 20 minutes.» if there is no More and no exercise",
        ]
    line, there_is_more = _time_line(nb), any(more for _, more in sections(nb))
    if bool(line[2]) != there_is_more:
        has = "has" if there_is_more else "has no"
        problems.append(f"«{line[0]}»: the notebook {has} sections called More; the line says so where it has some")
    if not line["top"] and any("exercise" in cell.metadata.get("tags", []) for cell in nb.cells):
        problems.append(f"«{line[0]}»: there are exercises; add «Exercises come on top.»")
    for name, minutes, counted in zip(("the core path", "the whole"), said, counts, strict=True):
        if abs(minutes - counted.minutes) > TOLERANCE or minutes % 5:
            wanted = f"{counted.minutes:.1f} are counted; state a multiple of 5 at most {TOLERANCE} off"
            problems.append(f"{name}: its head states {minutes} minutes, {wanted}")
    return problems


def buried_headings(nb) -> list[str]:
    """A heading with which a More begins or ends is the first line of its cell: a cell is counted as a whole."""
    level, problems = None, []
    for number, cell in enumerate(nb.cells, 1):
        for heading in HEADING.finditer(FENCE.sub("", cell.source)) if cell.cell_type == "markdown" else ():
            before, level = level, _level(heading, level)
            if (before is None) != (level is None) and heading.start():
                problems.append(f"cell {number} (id {cell.get('id')}): «{heading[0]}» needs a cell of its own")
    return problems


def main(names: list[str]) -> int:
    """Print what is counted, a line for each notebook."""
    total = 0
    for path in [Path(name) for name in names] or sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        whole, core = whole_and_core(without_notes(nbformat.read(path, as_version=4)))
        total += whole.words
        print(
            f"{path.stem}: {whole.words} words, {whole.prompts} predictions, {whole.cells} code cells, "
            f"{whole.minutes:.0f} minutes; core {core.words} words, {core.minutes:.0f} minutes"
        )
    print(f"{total} words in all")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
