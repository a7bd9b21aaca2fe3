"""Where the course can be opened: the addresses in [project.urls] of pyproject.toml, and nowhere else.

``JupyterLab``, ``Binder`` and ``Colab`` are addresses to which a notebook's file name is added, for example
``Colab = "https://colab.research.google.com/github/OWNER/NAME/blob/main/notebooks/"``. One that is not set makes no
button.
"""

from __future__ import annotations

import html
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PLACES = ("JupyterLab", "Binder", "Colab")


def read(root: Path) -> dict[str, str]:
    """Return the addresses that are set."""
    with (root / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"].get("urls", {})


def buttons(urls: dict[str, str], file: str) -> str:
    """Return HTML that opens a notebook elsewhere; "" where no address is set.

    >>> buttons({"Binder": "https://binder.test/lab/tree/work/"}, "01.ipynb")
    '<p class="cl-open"><a href="https://binder.test/lab/tree/work/01.ipynb">Open in Binder</a></p>'
    >>> buttons({"Repository": "https://forge.test/convlab"}, "01.ipynb")
    ''
    """
    found = [
        f'<a href="{html.escape(urls[place] + file, quote=True)}">Open in {place}</a>'
        for place in PLACES
        if place in urls
    ]
    return f'<p class="cl-open">{" ".join(found)}</p>' if found else ""
