"""Rules for the pictures of the stored notebooks, and for their weight.

Whoever clones the course loads all that was ever stored. A picture has to fit on a page beside its text, and to be told
to those who cannot see it.
"""

from __future__ import annotations

import base64
import io
import re

from hygiene import code_cells, where

from notebooks import is_explorer  # tools/course/notebooks.py

LARGEST_PICTURE = 150_000  # bytes of the file, not of its base64
LARGEST_NOTEBOOK = 1_000_000  # bytes
WIDEST_PICTURE = 900  # pixels of the page
LONGEST_ALT = 300  # signs
SMALLER = "draw it smaller (figsize=, width=), with fewer panels or with a lower dpi=; then run make notebooks"

EMBEDDED = re.compile(r"data:image/[\w.+-]+;base64,([\w+/=\s]+)")


def picture_sizes(cell) -> list[int]:
    """Return the bytes of each picture of a cell: in outputs, in their HTML, in text, attached to text."""
    found, texts = [], [cell.source]
    bundles = [output.get("data", {}) for output in cell.get("outputs", [])]
    for bundle in [*bundles, *cell.get("attachments", {}).values()]:
        for mime, data in bundle.items():
            if mime == "image/svg+xml":
                found.append(len(data.encode()))
            elif mime.startswith("image/"):
                found.append(len(base64.b64decode(data)))
            elif mime == "text/html":
                texts.append(data)
    embedded = [data for text in texts for data in EMBEDDED.findall(text)]
    return found + [len(base64.b64decode(data)) for data in embedded]


def heavy_pictures(nb) -> list[str]:
    """No picture has more than 150 KB."""
    return [
        f"{where(number, cell)}: a picture of {size / 1000:.0f} KB; at most {LARGEST_PICTURE / 1000:.0f}: {SMALLER}"
        for number, cell in enumerate(nb.cells, 1)
        for size in picture_sizes(cell)
        if size > LARGEST_PICTURE
    ]


def heavy_notebook(nb, stored: str) -> list[str]:
    """No notebook has more than 1 MB."""
    size = len(stored.encode())
    if size <= LARGEST_NOTEBOOK:
        return []
    heaviest = sorted(((sum(picture_sizes(cell)), n, cell) for n, cell in enumerate(nb.cells, 1)), key=lambda e: -e[0])
    names = ", ".join(f"{where(n, cell)} {weight / 1000:.0f} KB" for weight, n, cell in heaviest[:3] if weight)
    return [
        f"the file has {size / 1e6:.2f} MB; at most {LARGEST_NOTEBOOK / 1e6:.0f}. Heaviest pictures: {names or 'none'}."
        f" For each, {SMALLER}"
    ]


def shown_pictures(cell):
    """Yield (output, mime type) of the pictures among a code cell's outputs."""
    for output in cell.outputs:
        for mime in output.get("data", {}):
            if mime.startswith("image/"):
                yield output, mime


def width(output, mime: str) -> float:
    """Return how many pixels of the page a picture takes: what its metadata says (sharper ones have it), or its own."""
    if stated := output.metadata.get(mime, {}).get("width"):
        return float(stated)
    if mime == "image/svg+xml":
        tag = re.search(r"<svg\b[^>]*>", output.data[mime])
        number = tag and re.search(r"""\bwidth\s*=\s*["']([\d.]+)(px|pt|)["']""", tag[0])
        return float(number[1]) * (4 / 3 if number[2] == "pt" else 1) if number else 0
    from PIL import Image

    with Image.open(io.BytesIO(base64.b64decode(output.data[mime]))) as picture:
        return picture.width


def wide_pictures(nb) -> list[str]:
    """No picture is shown wider than 900 pixels."""
    return [
        f"{where(number, cell)}: a picture {width(output, mime):.0f} pixels wide; at most {WIDEST_PICTURE}: draw it "
        "smaller (figsize=, width=) or in more rows; then run make notebooks"
        for number, cell in code_cells(nb)
        for output, mime in shown_pictures(cell)
        if width(output, mime) > WIDEST_PICTURE
    ]


def undescribed_pictures(nb) -> list[str]:
    """Every picture has an alternative text of its own, at most 300 characters; explorers bring theirs."""
    problems, seen = [], {}
    for number, cell in code_cells(nb):
        drawn = [output for output in cell.outputs if any(m.startswith("image/") for m in output.get("data", {}))]
        written = cell.metadata.get("convlab", {}).get("alt", [])
        mine = [output for output in drawn if not is_explorer(output)]
        if len(written) != len(mine):
            problems.append(
                f"{where(number, cell)}: {len(mine)} picture(s), but {len(written)} alternative text(s) in its "
                "metadata convlab.alt, a list; explorers bring their own"
            )
        for output, mime in shown_pictures(cell):
            alt = output.metadata.get(mime, {}).get("alt", "")
            if not alt.strip():
                problems.append(f"{where(number, cell)}: a picture without an alternative text; run make notebooks")
            elif len(alt) > LONGEST_ALT:
                problems.append(
                    f"{where(number, cell)}: an alternative text of {len(alt)} signs; at most {LONGEST_ALT}"
                )
            elif not is_explorer(output) and seen.setdefault(alt, output) is not output:
                problems.append(f"{where(number, cell)}: an alternative text that another picture has: «{alt}»")
    return problems
