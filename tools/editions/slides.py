"""Make slides of the notebooks: build/slides/, a page for each, which needs no network and no kernel.

Which cells are on the slides, their notebooks say (see CONTRIBUTING.md). reveal.js shows them. nbconvert reads the
notebooks' Markdown; its own slides template is not used, for it brings JupyterLab's style sheet, 600 KB for each deck,
whose rules for cells and outputs stand against pictures that take the room that is left.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [path for path in (str(ROOT), str(ROOT / "tools/course")) if path not in sys.path]

import decks  # noqa: E402
import live  # noqa: E402
import paper  # noqa: E402
import render  # noqa: E402
from sources import BadSource, read_all  # noqa: E402
from store import put  # noqa: E402

MODULES = HERE / "node_modules"
ASSETS = ("slides.css", "slides.js", "look.js", "index.css")


def notebooks() -> list[Path]:
    """Return the notebooks of the course."""
    return sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def page_of(path: Path) -> tuple[dict, str]:
    """Return what the list says of a deck, and its page."""
    notebook = nbformat.read(path, as_version=4)
    page = render.Page()
    slides = decks.read(notebook, page)
    known = {"number": path.name[:2], "title": decks.title(notebook), "slides": slides}
    known["minutes"] = sum(slide.minutes for slide in slides)
    return known, page.finish(_template("deck.html.j2").render(**known))


def _template(name: str):
    environment = Environment(loader=FileSystemLoader(HERE), trim_blocks=True, lstrip_blocks=True)
    environment.filters["inline"] = lambda text: re.sub(r"^<p>(.*)</p>\s*$", r"\1", text.strip(), flags=re.S)
    return environment.get_template(name)


def write_assets(folder: Path) -> None:
    """Put beside the decks what they all use."""
    reveal, katex = MODULES / "reveal.js", MODULES / "katex/dist"
    if not reveal.is_dir() or not katex.is_dir():
        raise render.EditionError(f"reveal.js or KaTeX is missing, which the slides need: {render.SETUP}")
    assets = folder / "assets"
    (assets / "katex/fonts").mkdir(parents=True, exist_ok=True)
    for file in ("dist/reveal.css", "dist/reveal.js", "plugin/notes/notes.js"):
        shutil.copy(reveal / file, assets)
    shutil.copy(katex / "katex.min.css", assets / "katex")
    for font in (katex / "fonts").glob("*.woff2"):
        shutil.copy(font, assets / "katex/fonts")
    for name in ASSETS:
        shutil.copy(HERE / name, assets)


def main(arguments: list[str]) -> int:
    """Make the decks; return 0 if all is well."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--notebook", type=Path, nargs="*", help="these only")
    parser.add_argument("--to", type=Path, default=ROOT / "build/slides", help="the folder")
    parser.add_argument("--no-pdf", action="store_true", help="no PDF, which takes longest")
    asked = parser.parse_args(arguments)
    paths = asked.notebook or notebooks()
    try:
        for folder in {path.parent for path in paths}:
            read_all(folder)
        with tempfile.TemporaryDirectory() as made:
            written = make(paths, Path(made))
            problem = "" if asked.no_pdf or not written else paper.print_decks(written)
            files = {path.relative_to(made).as_posix(): path.read_bytes() for path in Path(made).rglob("*.*")}
    except (BadSource, render.EditionError) as error:
        print(f"No slides were made.\n{error}", file=sys.stderr)
        return 1
    if asked.notebook and (asked.to / "index.html").exists():
        del files["index.html"]  # the list of all decks is there
    report = put(asked.to, files, part=bool(asked.notebook))
    print(*filter(None, (report, problem)), sep="\n", file=sys.stdout if report.ok else sys.stderr)
    return 0 if report.ok else 1


def make(paths: list[Path], folder: Path) -> list[Path]:
    """Write the decks of some notebooks into a folder, with their list; return the pages."""
    write_assets(folder)
    known, written = [], []
    for path in paths:
        deck, page = page_of(path)
        if not deck["slides"]:
            print(f"{path.name}: no cell of it is on a slide")
            continue
        written.append(folder / f"{deck['number']}.html")
        written[-1].write_text(page, encoding="utf-8")
        known.append(deck)
        print(f"{written[-1].name}: {len(deck['slides'])} slides, {deck['minutes']} minutes")
    live.write(paths, folder / "live")
    (folder / "index.html").write_text(_template("index.html.j2").render(decks=known), encoding="utf-8")
    return written


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
