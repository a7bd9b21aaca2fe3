"""Notebooks for slides that are run in front of the class, with jupyterlab-rise: the same deck, every cell alive.

In the course's notebooks a cell without slide type is not on the slides; in Jupyter it goes on with the slide before.
So here every such cell is skipped by name, and the slides' own texts stand in their cells. Code stays in sight where
a slide shows its output alone, for Jupyter would put a line with dots in its place.
"""

from __future__ import annotations

import copy
from pathlib import Path

import decks
import nbformat

from convlab.editions import PREDICT, without_hidden


def live(notebook: dict) -> dict:
    """Return the notebook as jupyterlab-rise shows it as the same deck."""
    made = copy.deepcopy(without_hidden(notebook))
    for cell in made["cells"]:
        kind = decks.slide_type(cell)
        instead = decks.slide_text(cell)
        cell["metadata"]["slideshow"] = {"slide_type": kind or "skip"}
        if kind not in (None, "notes") and cell["cell_type"] == "markdown":
            cell["source"] = decks.unfolded(cell["source"] if instead is None else "\n".join(instead))
        if cell["cell_type"] == "code" and (PREDICT in cell["metadata"].get("tags", ()) or instead == ["code"]):
            cell["outputs"], cell["execution_count"] = [], None  # it is run before the class
    return made


def write(paths: list[Path], folder: Path) -> None:
    """Write the notebooks for jupyterlab-rise into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in paths:
        nbformat.write(live(nbformat.read(path, as_version=4)), folder / path.name)
