"""Rules for the weight of the stored notebooks: whoever clones the course loads all that was ever stored."""

from __future__ import annotations

import base64
import re

from hygiene import where

LARGEST_PICTURE = 150_000  # bytes of the file, not of its base64
LARGEST_NOTEBOOK = 1_000_000  # bytes
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
