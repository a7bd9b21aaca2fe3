"""Make the Colab edition: ``python tools/editions/colab.py`` writes the learner's notebooks to build/colab.

A first cell is put in front. Where the package is missing it installs it, from the address in [project.urls] of
pyproject.toml; where none is set, the edition is not made. Nobody could try it in Colab itself when it was written: the
tests run the cell with stand-ins for Colab and pip.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from convlab.editions import without_answers, without_hidden, without_notes  # noqa: E402

NO_ADDRESS = "The Colab edition was not made: [project.urls] of pyproject.toml has no Repository to install from."
# An older torch is not replaced: pip would fetch 2 GB and Colab's other packages would no longer fit.
CELL = '''\
# In Colab: install the package of the course. Where it is there already, this cell changes nothing.
import importlib.metadata
import importlib.util


def setup():
    """Return what is to be said; install what is missing."""
    has = tuple(int(part) for part in importlib.metadata.version("torch").split("+")[0].split(".")[:2])
    if has < {least}:
        return (
            f"PyTorch here is {{has[0]}}.{{has[1]}}, and the course needs {torch} or newer, so nothing was installed. "
            "Run this in a new cell, restart the session, and run this cell again:  {update}"
        )
    try:
        importlib.metadata.version("{name}")
    except importlib.metadata.PackageNotFoundError:
        get_ipython().run_line_magic("pip", "install --quiet '{name} @ {address}'")
    if importlib.util.find_spec("google") and importlib.util.find_spec("google.colab"):
        from google.colab import output

        output.enable_custom_widget_manager()  # the explorers need it
    return "Ready."


print(setup())
'''


def first_cell(project: dict) -> str:
    """Return the source of the first cell; "" where the project has no address.

    Args:
        project: the table [project] of pyproject.toml.
    """
    address = project.get("urls", {}).get("Repository", "")
    if not address:
        return ""
    least = next(found[1] for each in project["dependencies"] if (found := re.match(r"torch>=([\d.]+)", each)))
    pair = tuple(int(part) for part in least.split(".")[:2])
    vision = next(each for each in project["dependencies"] if each.startswith("torchvision"))
    return CELL.format(
        least=pair, torch=least, update=f"%pip install 'torch>={least}' '{vision}'",
        name=project["name"], address=f"git+{address}",
    )  # fmt: skip


def edition(notebook: dict, cell: str) -> dict:
    """Return a notebook for Colab; the one that is given stays as it is."""
    made = without_answers(without_notes(without_hidden(notebook)))
    first = {"cell_type": "code", "id": "colab-setup", "metadata": {}, "source": cell}
    first |= {"outputs": [], "execution_count": None}
    return {**made, "cells": [first, *made["cells"]]}


def write(root: Path, target: Path) -> int:
    """Write the edition of all notebooks; return how many, 0 where there is no address."""
    with (root / "pyproject.toml").open("rb") as file:
        cell = first_cell(tomllib.load(file)["project"])
    shutil.rmtree(target, ignore_errors=True)
    if not cell:
        return 0
    target.mkdir(parents=True)
    files = sorted((root / "notebooks").glob("[0-9]*.ipynb"))
    for file in files:
        made = edition(json.loads(file.read_text(encoding="utf-8")), cell)
        (target / file.name).write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return len(files)


if __name__ == "__main__":
    count = write(ROOT, ROOT / "build/colab")
    print(f"The Colab edition: {count} notebooks in build/colab." if count else NO_ADDRESS)
