"""A notebook as a page in MyST Markdown: what is on it, in which order, and what is folded away."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

import alive
import exercises
from figures import Figures

from convlab.editions import PREDICT, without_hidden, without_notes

PICTURES = ("image/png", "image/jpeg", "image/webp")
FENCE = "`" * 7
LINK = re.compile(r"(\]\()([^)\s]+)(\))")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)  # without a language, Sphinx would colour it as Python
CHECK = re.compile(r"""^check\(\s*["']([\w-]+)["']""", re.M)
PROGRESS = re.compile(r"""^progress\(\s*["'](\d\d)["']\)\s*$""")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
NOT_FOR_READERS = re.compile(r"^# NBVAL_\w+\n|[ \t]*# noqa\b.*$", re.M)
ABOUT = (
    '<p class="cl-about">This is the web edition. Its cells have been run: where the text asks you to run one, read '
    "what it printed. After <b>Predict</b>, write your answer down, then press <b>Show the output</b>. Explorers are "
    'alive. To run and change the code yourself, <a href="index.html#on-your-own-computer">take the course to your '
    "computer</a> and open <code>{file}</code>.</p>"
)


@dataclass
class Page:
    """A page that is being written."""

    name: str
    figures: Figures
    parts: list[str] = field(default_factory=list)
    explorers: dict[str, None] = field(default_factory=dict)  # in the order in which they come
    pictures: int = 0

    def raw(self, text: str) -> None:
        self.parts.append(f"{FENCE}{{raw}} html\n{text}\n{FENCE}\n")

    def picture(self, data: str, alt: str, mime: str) -> str:
        self.pictures += 1
        return self.figures.add(f"{self.name[:2]}-{self.pictures:02}", data, alt, mime)


def make_page(notebook: dict, name: str, figures: Figures, buttons: str = "") -> str:
    """Return a checked notebook as MyST Markdown; its figures go into files."""
    page = Page(name, figures)
    shown = without_notes(without_hidden(notebook))["cells"]
    exercise, here = None, False
    for number, cell in enumerate(shown):
        tags = cell["metadata"].get("tags", ())
        if "exercise" in tags and exercise is None:
            exercise = _exercise_name(shown[number:])
            page.raw(exercises.begin(exercise))
            described = exercises.known().get(exercise)
            here = exercises.answers_here(described)
        if cell["cell_type"] == "markdown":
            _write_markdown(page, cell, buttons if number == 0 else None)
        elif "check" in tags:
            page.raw(exercises.answer(exercise or "", name, _text(cell["source"]).strip()))
        elif "exercise" in tags and here:
            _write_code(page, {**cell, "source": exercises.given(described, _text(cell["source"]))}, False)
        else:
            _write_code(page, cell, PREDICT in tags)
        if exercise and ("solution" in tags or number + 1 == len(shown)):
            page.raw("</section>")
            exercise = None
    page.raw("\n".join([*map(alive.tag, page.explorers), exercises.tag()]))
    return "\n".join(page.parts)


def _exercise_name(cells: list[dict]) -> str:
    for cell in cells:
        if "check" in cell["metadata"].get("tags", ()) and (found := CHECK.search(_text(cell["source"]))):
            return found[1]
    return ""


def _write_markdown(page: Page, cell: dict, buttons: str | None) -> None:
    text = LINK.sub(lambda found: found[1] + page_link(found[2]) + found[3], _text(cell["source"]))
    text = BLOCK.sub(lambda found: f"```{found[1] or 'text'}\n{found[2]}```", text)
    if buttons is not None:  # below the title
        title, _, text = text.partition("\n")
        page.parts.append(title + "\n")
        page.raw(ABOUT.format(file=f"{page.name}.ipynb") + buttons)
    page.parts.append(text + "\n")


def page_link(address: str) -> str:
    """Return a link to a notebook as a link to its page; Jupyter's names of headings become the page's.

    >>> page_link("02_padding_and_stride.ipynb#Stride-and-padding"), page_link("https://pytorch.org")
    ('02_padding_and_stride.md#stride-and-padding', 'https://pytorch.org')
    """
    if "://" in address:
        return address
    file, sign, anchor = address.partition("#")
    return re.sub(r"\.ipynb$", ".md", file) + sign + anchor_of(anchor.replace("-", " "))


def anchor_of(heading: str) -> str:
    """Return the anchor of a heading on a page, as GitHub makes it.

    >>> anchor_of("4 · Stride: larger `steps`")
    '4--stride-larger-steps'
    """
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _write_code(page: Page, cell: dict, predict: bool) -> None:
    source = _text(cell["source"])
    if found := PROGRESS.match(source.strip()):
        page.raw(exercises.progress(found[1]))
        return
    code = NOT_FOR_READERS.sub("", source).strip("\n")
    if code:
        page.parts.append(f"{FENCE}python\n{code}\n{FENCE}\n")
    shown = [text for stored in cell["outputs"] if (text := _output(page, stored))]
    if not shown:
        return
    inside = f'<div class="cl-output">{"".join(shown)}</div>'
    if predict:
        inside = f'<details class="cl-predict"><summary>Show the output</summary>{inside}</details>'
    page.raw(inside)


def _output(page: Page, stored: dict) -> str:
    kind = stored["output_type"]
    if kind == "stream":
        return _printed(_text(stored["text"]))
    if kind == "error":
        return _printed(f"{stored['ename']}: {stored['evalue']}", " cl-error")
    data, said = stored.get("data", {}), stored.get("metadata", {})
    mime = next((mime for mime in PICTURES if mime in data), None)
    picture = page.picture(_text(data[mime]), said.get(mime, {}).get("alt", ""), mime) if mime else ""
    if "text/html" in data:
        found = alive.find(_text(data.get("text/plain", "")), _text(data["text/html"]))
        if found is None:
            return f'<div class="cl-html">{_text(data["text/html"])}</div>'
        page.explorers[found[0]] = None
        return alive.box(*found, picture)
    return picture or _printed(_text(data.get("text/plain", "")))


def _printed(text: str, kind: str = "") -> str:
    text = html.escape(ANSI.sub("", text).rstrip())
    return f'<pre class="cl-printed{kind}">{text}</pre>' if text else ""


def _text(source) -> str:
    return source if isinstance(source, str) else "".join(source)
