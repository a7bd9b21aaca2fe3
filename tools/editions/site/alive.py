"""Explorers on the site: their state stays on the page, their script becomes one file for all pages.

A browser that reads a page from a folder (file://) takes no module from a file, so the script is an ordinary one.
"""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from pathlib import Path

from convlab import explorers
from convlab.explorers.shared.base import HOME, packed

NAMES = {name: getattr(explorers, name)._name for name in explorers.__all__}
STATE = re.compile(r'const KEY = "\w+", STATE = ("(?:[^"\\]|\\.)*");\n')
FOLDER = "explorers"
_MOUNT = """
const { VIEW, STYLE } = explorer();
for (const box of document.querySelectorAll('[data-explorer="NAME"]:not([data-alive])')) {
  const state = JSON.parse(box.querySelector("script").textContent, unpack);
  const style = document.createElement("style"), host = document.createElement("div");
  box.dataset.alive = "";
  style.textContent = STYLE;
  box.replaceChildren(style, host);
  VIEW.render({ model: standIn(state), el: host });
}
"""


def find(text: str, page: str) -> tuple[str, str] | None:
    """Return an explorer's name and state, as JSON, from what a notebook stores; None where there is none."""
    found = STATE.search(page)
    if found is None:
        return None
    return NAMES[text.split("(")[0].strip()], json.loads(found[1])


def box(name: str, state: str, picture: str) -> str:
    """Return the HTML of an explorer: a picture until its script runs."""
    state = state.replace("<", "\\u003c")  # "<" inside a script could end it
    return (
        f'<div class="convlab-stored" data-explorer="{html.escape(name)}">{picture}'
        "<noscript><p>With JavaScript, this picture can be played with.</p></noscript>"
        f'<script type="application/json">{state}</script></div>'
    )


def tag(name: str, up: str = "") -> str:
    """Return what loads an explorer's script."""
    return f'<script defer src="{up}_static/{FOLDER}/{name}.js"></script>'


def script(name: str) -> str:
    """Return an explorer's script for the site: it brings to life every box of its kind on the page."""
    code = zlib.decompress(base64.b64decode(packed(name))).decode()
    code = re.sub(r"^export default ", "const VIEW = ", code, flags=re.M)
    code = re.sub(r"^export (?=const STYLE)", "", code, flags=re.M)
    helpers = (HOME / "shared/alone.js").read_text(encoding="utf-8").split("\nconst stream")[0]
    if re.search(r"^(?:import|export) ", code, re.M) or "function standIn" not in helpers:
        raise RuntimeError(f"the script of {name} has changed: tools/editions/site/alive.py must follow")
    inside = f"const explorer = () => {{\n{code}return {{ VIEW, STYLE }};\n}};\n"
    return f'(() => {{\n"use strict";\n{helpers}\n{inside}{_MOUNT.replace("NAME", name)}}})();\n'


def write_scripts(static: Path) -> None:
    """Write the scripts of all explorers."""
    folder = static / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES.values():
        (folder / f"{name}.js").write_text(script(name), encoding="utf-8")
