"""Rules for the slides of a notebook: what may be on them, how many, how long they take.

python tools/editions/deck_rules.py notebooks/02_padding_and_stride.ipynb ...     prints what is wrong
"""

from __future__ import annotations

import re
import sys
from decimal import Decimal
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT, ROOT / "tools/course"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import prose  # noqa: E402
from decks import MINUTES, SHOWN, slide_text, slide_type, unfolded  # noqa: E402
from hygiene import tags, where  # noqa: E402
from plain_text import plain  # noqa: E402
from rhythm import sections  # noqa: E402

from convlab.editions import is_notes, without_notes  # noqa: E402

SLIDES = {"00": (6, 8)}  # of most notebooks: 10 to 14
MINUTES_IN_ALL = {"00": (1, 15), "06": (28, 45)}  # of most: 28 to 36
NOTES_WORDS = (30, 90)
MOST_WORDS, MOST_LINES, MOST_POINTS = 50, 12, 4  # on a slide: words, lines of code, points of a list
NEVER = {"exercise", "check", "solution", "hide"}
PARTS = (["output"], ["code"])
HEADING = re.compile(r"^#{1,2} \S", re.M)
PLAY = re.compile(r"#+ More: play\b")  # a reader may pass by an explorer; a class in a room plays with it together


def slides(nb) -> list[list[tuple[int, dict]]]:
    """Return the cells of each slide, with their numbers; what stands before the first slide is one, too."""
    found: list[list[tuple[int, dict]]] = []
    for number, cell in enumerate(nb.cells, 1):
        kind = slide_type(cell)
        if kind == "slide" or (kind in SHOWN and not found):
            found.append([])
        if kind in SHOWN:
            found[-1].append((number, cell))
    return found


def shown_text(cell) -> str:
    """Return the Markdown that the slide shows of a cell; nothing of a code cell and of notes."""
    if cell.cell_type != "markdown" or is_notes(cell):
        return ""
    instead = slide_text(cell)
    return unfolded(cell.source if instead is None else "\n".join(instead))


def unknown_slide_types(nb) -> list[str]:
    """A slide type is slide, fragment, - or notes; the first cell of a deck begins a slide; notes are Markdown."""
    problems, begun = [], False
    for number, cell in enumerate(nb.cells, 1):
        kind = slide_type(cell)
        if kind is None:
            continue
        if kind not in SHOWN:
            problems.append(f"{where(number, cell)}: «{kind}» is not one of {', '.join(SHOWN)}")
        elif not begun and kind != "slide":
            problems.append(f"{where(number, cell)}: the deck begins with «{kind}», not with a slide")
        if kind == "notes" and cell.cell_type != "markdown":
            problems.append(f"{where(number, cell)}: notes are a Markdown cell")
        begun = begun or kind in SHOWN
    return problems


def wrong_slide_texts(nb) -> list[str]:
    """A slide text stands on a cell with a slide type: lines of Markdown, or ["output"] or ["code"] for a code cell."""
    problems = []
    for number, cell in enumerate(nb.cells, 1):
        instead = slide_text(cell)
        if instead is None:
            continue
        if slide_type(cell) in (None, "notes"):
            problems.append(f"{where(number, cell)}: it has a slide text, but is not on a slide")
        if not isinstance(instead, list) or not all(isinstance(line, str) and "\n" not in line for line in instead):
            problems.append(f"{where(number, cell)}: the slide text is not a list of lines")
        elif cell.cell_type == "code" and instead not in PARTS:
            problems.append(
                f'{where(number, cell)}: of a code cell a slide shows ["output"] or ["code"], not {instead}'
            )
    return problems


def cells_that_are_not_for_slides(nb) -> list[str]:
    """No exercise, check, solution or hidden cell is on a slide; of sections called More, only an explorer to play."""
    problems, play = [], False
    for number, (cell, more) in enumerate(sections(nb), 1):
        if cell.cell_type == "markdown" and cell.source.startswith("#"):
            play = PLAY.match(cell.source) is not None
        if slide_type(cell) is None:
            continue
        why = sorted(NEVER & set(tags(cell))) + ["in a section called More"] * (more and not play)
        problems += [f"{where(number, cell)}: it is on a slide, and is {', '.join(why)}"] if why else []
    return problems


def number_of_slides(nb, number: str) -> list[str]:
    """A deck has 10 to 14 slides; that of notebook 00, 6 to 8."""
    least, most = SLIDES.get(number, (10, 14))
    count = len(slides(nb))
    return [] if least <= count <= most else [f"{count} slides; {least} to {most} are meant"]


def slides_without_heading(nb) -> list[str]:
    """Each slide has one heading, # or ##, in whichever cell."""
    problems = []
    for place, cells in enumerate(slides(nb), 1):
        texts = [shown_text(cell) for _, cell in cells]
        count = sum(len(HEADING.findall(text)) for text in texts)
        if count != 1:
            problems.append(f"slide {place}, {where(*cells[0])}: {count} headings; one line «## ...» is needed")
    return problems


def wrong_notes(nb) -> list[str]:
    """Each slide ends with one cell of notes, which begins «**3 minutes.** » and has 30 to 90 words."""
    problems = []
    for place, cells in enumerate(slides(nb), 1):
        notes = [(number, cell) for number, cell in cells if is_notes(cell)]
        at = f"slide {place}, {where(*cells[0])}"
        if len(notes) != 1:
            problems.append(f"{at}: {len(notes)} cells of notes; one is needed")
            continue
        if not is_notes(cells[-1][1]):
            problems.append(f"{at}: its notes are not its last cell")
        text = notes[0][1].source
        if not MINUTES.match(text):
            problems.append(f"{where(*notes[0])}: the notes do not begin with «**3 minutes.** »")
        words = len(MINUTES.sub("", text, count=1).split())
        if not NOTES_WORDS[0] <= words <= NOTES_WORDS[1]:
            problems.append(
                f"{where(*notes[0])}: {words} words of notes; {NOTES_WORDS[0]} to {NOTES_WORDS[1]} are meant"
            )
    return problems


def minutes_of_the_deck(nb, number: str) -> list[str]:
    """The minutes of the notes are 28 to 36 in all; of notebook 00 at most 15, of 06 at most 45."""
    least, most = MINUTES_IN_ALL.get(number, (28, 36))
    found = [MINUTES.match(cell.source) for cell in nb.cells if is_notes(cell)]
    total = sum(int(match[1]) for match in found if match)
    return [] if least <= total <= most else [f"{total} minutes; {least} to {most} are meant"]


def crowded_slides(nb) -> list[str]:
    """A slide has at most 50 words, 12 lines of code, 4 points of a list: one idea."""
    problems = []
    for place, cells in enumerate(slides(nb), 1):
        texts = "\n\n".join(shown_text(cell) for _, cell in cells)
        words = len(plain(re.sub(r"^#+ .*$", "", texts, flags=re.M)).split())
        points = len(re.findall(r"^(?:[-*+]|\d+[.)]) ", texts, re.M))
        sources = [cell.source for _, cell in cells if cell.cell_type == "code" and slide_text(cell) != ["output"]]
        lines = sum(bool(line.strip()) for source in sources for line in source.splitlines())
        counts = ((words, MOST_WORDS, "words"), (points, MOST_POINTS, "points"), (lines, MOST_LINES, "lines of code"))
        for count, most, what in counts:
            if count > most:
                problems.append(f"slide {place}, {where(*cells[0])}: {count} {what}; at most {most}")
    return problems


def _numbers(text: str) -> set[Decimal]:
    return {prose.value_of(found[1]) for found in prose.PROSE_NUMBER.finditer(plain(text))}


def numbers_on_slides(nb) -> list[str]:
    """A number in a slide text is in the cell's own text or one beside it, or in code or an output of the notebook."""
    cells = without_notes(nb).cells
    known, problems = prose.known_numbers(without_notes(nb)), []
    for index, cell in enumerate(cells):
        instead = slide_text(cell)
        if cell.cell_type != "markdown" or not instead:
            continue
        near = {number for beside in cells[max(0, index - 1) : index + 2] for number in _numbers(beside.source)}
        for number, sentence in prose.numbers_without_source("\n".join(instead), known | near):
            place = nb.cells.index(cell) + 1
            problems.append(f"{where(place, cell)}: {number} is in no cell beside it and in no output. «{sentence}»")
    return problems


def wrong_equalities(nb) -> list[str]:
    """Every equality in a slide text holds."""
    copies = [nbformat.from_dict({**cell, "source": shown_text(cell)}) for cell in nb.cells if slide_text(cell)]
    texts = [cell for cell in copies if cell.cell_type == "markdown"]
    return prose.equality_problems(nbformat.from_dict({**nb, "cells": texts}))


RULES = [
    unknown_slide_types,
    wrong_slide_texts,
    cells_that_are_not_for_slides,
    number_of_slides,
    slides_without_heading,
    wrong_notes,
    minutes_of_the_deck,
    crowded_slides,
    numbers_on_slides,
    wrong_equalities,
]


def problems_of(rule, nb, number: str) -> list[str]:
    """Apply a rule to a notebook with the number, such as "02"."""
    return rule(nb, number) if rule in (number_of_slides, minutes_of_the_deck) else rule(nb)


def main(names: list[str]) -> int:
    """Print what is wrong with the decks of some notebooks; return 1 if something is."""
    found = 0
    for path in map(Path, names):
        nb = nbformat.read(path, as_version=4)
        problems = [f"{rule.__name__}: {what}" for rule in RULES for what in problems_of(rule, nb, path.name[:2])]
        total = sum(int(match[1]) for cell in nb.cells if is_notes(cell) and (match := MINUTES.match(cell.source)))
        print(
            f"{path.name}: {len(slides(nb))} slides, {total} minutes, {len(problems)} problems", *problems, sep="\n  "
        )
        found += len(problems)
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
