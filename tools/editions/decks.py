"""A notebook as slides: which cells, in which order, with which notes. How they look is elsewhere."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

import render

from convlab.editions import PREDICT, is_notes, without_hidden

SHOWN = ("slide", "fragment", "-", "notes")
MINUTES = re.compile(r"\*\*(\d+) minutes?\.\*\*\s*")
EXERCISES = "Exercises"  # the last slide of a deck; it belongs to no section
DETAILS = re.compile(r"<details[^>]*>\s*<summary>(.*?)</summary>(.*?)</details>", re.S)


@dataclass
class Part:
    """A piece of a slide: "words", "source" or "output"; it is there at once, or appears at the step-th key."""

    kind: str
    html: str
    step: int = 0


@dataclass
class Slide:
    """What is seen at once, and what is said meanwhile."""

    heading: str = ""
    level: int = 2
    section: str = ""
    parts: list[Part] = field(default_factory=list)
    notes: str = ""
    minutes: int = 0
    steps: int = 0

    def add(self, kind: str, html: str, step: int) -> None:
        """Add a part."""
        self.parts.append(Part(kind, html, step))

    def next_step(self) -> int:
        """Begin what appears on one more key."""
        self.steps += 1
        return self.steps


def slide_type(cell: dict) -> str | None:
    """Return Jupyter's slide type of a cell, or None where it is not on the slides."""
    return cell.get("metadata", {}).get("slideshow", {}).get("slide_type")


def slide_text(cell: dict) -> list[str] | None:
    """Return what the slide shows in place of the cell."""
    return cell.get("metadata", {}).get("convlab", {}).get("slide")


def unfolded(text: str) -> str:
    """Markdown with its folded answers open: on a slide, there is nothing to click on."""
    return DETAILS.sub(lambda found: f"**{found[1].strip()}.** {found[2].strip()}\n", text)


def _without_number(heading: str) -> str:
    return re.sub(r"^\d+ · ", "", heading.strip())


def title(notebook: dict) -> str:
    """Return the notebook's title, without its number."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and (found := re.search(r"^# (.+)$", cell["source"], re.M)):
            return _without_number(found[1])
    return ""


def read(notebook: dict, page: render.Page) -> list[Slide]:
    """Return the slides of a notebook."""
    slides: list[Slide] = []
    section = ""
    for cell in without_hidden(notebook)["cells"]:
        if cell["cell_type"] == "markdown" and (found := re.search(r"^## (.+)$", cell["source"], re.M)):
            section = found[1].strip()
        kind = slide_type(cell)
        if kind not in SHOWN:
            continue
        if kind == "slide" or not slides:
            slides.append(Slide(section=section))
        if is_notes(cell):
            _add_notes(slides[-1], cell["source"], page)
        else:
            _add(slides[-1], cell, page)
    _open(slides, title(notebook))
    return slides


def _open(slides: list[Slide], name: str) -> None:
    """Put the title in front, unless the first slide is it."""
    if slides and re.sub(r"^<p>(\d+ · )?|</p>$", "", slides[0].heading.strip()) == html.escape(name, quote=False):
        slides[0].level = 1
    if slides and slides[0].level > 1:
        slides.insert(0, Slide(level=1))
    if slides:
        slides[0].heading = name


def _add_notes(slide: Slide, text: str, page: render.Page) -> None:
    found = MINUTES.match(text)
    slide.minutes += int(found[1]) if found else 0
    slide.notes += page.markdown(text)


def _add(slide: Slide, cell: dict, page: render.Page) -> None:
    step = slide.next_step() if slide_type(cell) == "fragment" else 0
    instead = slide_text(cell)
    if cell["cell_type"] == "markdown":
        text = unfolded(cell["source"] if instead is None else "\n".join(instead))
        found = re.search(r"^(#{1,6}) (.+)$", text, re.M)
        if found and not slide.heading:
            slide.heading, slide.level = page.markdown(found[2].strip()), min(len(found[1]), 2)
            if found[2].strip() == EXERCISES or _without_number(found[2]) in slide.section:
                slide.section = ""
            text = text[: found.start()] + text[found.end() :]
        if text.strip():
            slide.add("words", page.markdown(text), step)
    elif cell["cell_type"] == "code":
        if instead != ["output"]:
            slide.add("source", render.code(cell["source"]), step)
        if instead != ["code"]:
            predict = PREDICT in cell.get("metadata", {}).get("tags", ())
            step = slide.next_step() if predict and cell["outputs"] else step
            for stored in cell["outputs"]:
                slide.add("output", render.output(stored), step)
