"""What a notebook must be before it becomes a page, besides what sources.py asks: pictures described, links alive."""

from __future__ import annotations

import re

from faults import place
from pages import LINK, PICTURES, anchor_of, page_link

from convlab.editions import without_hidden, without_notes

HEADING = re.compile(r"^#{1,6} (.+?)\s*#*$", re.M)
CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1|(`+)[^`\n](?:.*?[^`\n])??\2(?!`)", re.M | re.S)
NO_ALT = re.compile(r"!\[\s*\]\(|<img(?![^>]*\balt=\"[^\"]+\")[^>]*>")


def check(notebooks: dict[str, dict]) -> list[str]:
    """Return what is wrong with the notebooks, one line each. They are named as files, without folder."""
    anchors = {file: _anchors(notebook) for file, notebook in notebooks.items()}
    faults = []
    for file, notebook in notebooks.items():
        shown = {id(cell) for cell in without_notes(without_hidden(notebook))["cells"]}
        for number, cell in enumerate(notebook["cells"]):
            if id(cell) in shown:
                found = _code(file, cell) if cell["cell_type"] == "code" else _markdown(file, cell, anchors)
                faults += [f"{place(file, number, cell)}: {what}" for what in found]
    return faults


def _code(file: str, cell: dict):
    for stored in cell["outputs"]:
        mime = next((mime for mime in PICTURES if mime in stored.get("data", {})), None)
        if mime and not stored.get("metadata", {}).get(mime, {}).get("alt", "").strip():
            yield (
                "its picture has no alt text. Say in `convlab.alt` of the cell's metadata what the picture shows, "
                f"and call `make notebooks NB={file[:2]}`"
            )


def _markdown(file: str, cell: dict, anchors: dict[str, set[str]]):
    text = CODE.sub("", "".join(cell["source"]))
    if NO_ALT.search(text):
        yield "an image has no alt text. Say between its brackets what it shows: ![a 5 by 5 grid](grid.png)"
    for found in LINK.finditer(text):
        if reason := _dead(found[2], file, anchors):
            yield f"the link to {found[2]} is dead: {reason}"


def _dead(address: str, file: str, anchors: dict[str, set[str]]) -> str | None:
    """Say why a link leads nowhere, and what to do."""
    if re.match(r"https?://|mailto:", address):
        return None
    target, _, anchor = page_link(address).partition("#")
    notebook = re.sub(r"\.md$", ".ipynb", target) or file
    if notebook not in anchors:
        return f"the site has no such page. There are {', '.join(sorted(anchors))}; link to one, or to a full address"
    if anchor and anchor not in anchors[notebook]:
        return f"no heading of {notebook} is called so. Link to one of {', '.join(sorted(anchors[notebook]))}"
    return None


def _anchors(notebook: dict) -> set[str]:
    cells = without_notes(without_hidden(notebook))["cells"]
    texts = (re.sub(r"^(`{3,}|~{3,}).*?^\1", "", "".join(c["source"]), flags=re.M | re.S)
             for c in cells if c["cell_type"] == "markdown")  # fmt: skip
    return {anchor_of(heading) for text in texts for heading in HEADING.findall(text)}
