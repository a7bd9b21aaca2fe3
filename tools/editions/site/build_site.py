"""Make the web edition: ``python tools/editions/site/build_site.py`` writes it to build/site.

Notebooks become Markdown with HTML in it (pages.py), Sphinx makes pages of that, and KaTeX the formulas. First the
notebooks are checked (rules.py), at last the pages (links.py); only what is whole gets to its place.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE), str(HERE.parent), str(ROOT / "tools/course"), str(ROOT)]

import addresses  # noqa: E402
import alive  # noqa: E402
import exercises  # noqa: E402
import formulas  # noqa: E402
import landing  # noqa: E402
import links  # noqa: E402
import pages  # noqa: E402
import reference  # noqa: E402
import render  # noqa: E402
import rules  # noqa: E402
import store  # noqa: E402
from faults import SiteError  # noqa: E402
from figures import FOLDER, Figures  # noqa: E402
from sources import BadSource, read_all  # noqa: E402

SIGNATURE = re.compile(r'(<dt class="sig[^>]*>)(.*?)(</dt>)', re.S)
MARK = ".convlab-site"  # says that a folder is the site, and may be replaced


def read_notebooks(folder: Path) -> dict[str, dict]:
    """Return file name: notebook, in the course's order."""
    return {source.name: source.notebook for source in read_all(folder)}


def build(notebooks: dict[str, dict], target: Path, *, root: Path = ROOT, api: bool = True) -> None:
    """Make the site of some notebooks.

    Args:
        notebooks: file name: notebook.
        target: the folder to make; a site that is there is brought up to date, anything else is left alone.
        root: where README.md, pyproject.toml and docs/ are.
        api: with the reference. It takes half of the time.

    Raises:
        SiteError: something is wrong with a notebook or a page; then ``target`` stays as it was.
    """
    if target.exists() and any(target.iterdir()) and not (target / MARK).is_file():
        raise SiteError([f"{target} holds something else; move it away, and call again"])
    if faults := rules.check(notebooks):
        raise SiteError(faults)
    with tempfile.TemporaryDirectory(prefix="convlab-site-") as folder:
        source, made = Path(folder) / "source", Path(folder) / "site"
        write_source(notebooks, source, root, api)
        run_sphinx(source, made)
        shutil.copytree(source / FOLDER, made / FOLDER)
        finish(made)
        if faults := links.check(made):
            raise SiteError(faults)
        put(made, target)


def write_source(notebooks: dict[str, dict], source: Path, root: Path, api: bool) -> None:
    """Write what Sphinx reads."""
    static, figures = source / "_static", Figures(source)
    shutil.copytree(HERE / "static", static)
    alive.write_scripts(static)
    (static / exercises.SCRIPT).write_text(exercises.script(), encoding="utf-8")
    formulas.write_styles(static)
    texts = {}
    urls = addresses.read(root)
    for file, notebook in notebooks.items():
        name = Path(file).stem
        texts[f"{name}.md"] = pages.make_page(notebook, name, figures, addresses.buttons(urls, file))
    texts |= landing.texts(notebooks, root, figures, api)
    if api:
        texts |= {f"{name}.rst": text for name, text in reference.pages().items()}
    for name, text in texts.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")


def run_sphinx(source: Path, made: Path) -> None:
    """Make the pages; what Sphinx warns of stops the build."""
    missing = [name for name in ("sphinx", "myst_parser", "furo") if find_spec(name) is None]
    if missing:
        raise SiteError([f"{', '.join(missing)}: not installed; {render.SETUP}"])
    from sphinx.application import Sphinx

    said = io.StringIO()
    given = {"html_static_path": [str(source / "_static")]}
    app = Sphinx(source, HERE, made, made.parent / "doctrees", "html", confoverrides=given, status=None, warning=said)
    app.build()
    text = pages.ANSI.sub("", said.getvalue()).replace(f"{source}/", "")
    if lines := [line for line in text.splitlines() if line.strip()]:
        raise SiteError(lines)
    shutil.rmtree(made / "_sources", ignore_errors=True)
    for file in [made / ".buildinfo", made / "objects.inv", *made.rglob("*.map")]:  # nobody reads them here
        file.unlink(missing_ok=True)


def finish(made: Path) -> None:
    """Put the formulas in, and what the theme forgets."""
    texts = {file: file.read_text(encoding="utf-8") for file in sorted(made.rglob("*.html"))}
    for file, text in formulas.make(texts).items():
        text = text.replace('<p class="caption" role="heading">', '<p class="caption" role="heading" aria-level="2">')
        text = SIGNATURE.sub(_lines, text)
        file.write_text(text, encoding="utf-8")
    (made / MARK).write_text("made by tools/editions/site/build_site.py\n", encoding="utf-8")
    (made / ".nojekyll").touch()  # else GitHub leaves out folders that begin with _


def _lines(signature: re.Match) -> str:
    """Write a long signature as lines: Sphinx makes a list of meanings without words of it, which is none."""
    text = re.sub(r"<(/?)d[ld]>", lambda tag: "</span>" if tag[1] else '<span class="cl-line">', signature[2])
    return signature[1] + text + signature[3]


def put(made: Path, target: Path) -> None:
    """Bring the site to its place, and leave alone what somebody changed there."""
    files = {file.relative_to(made).as_posix(): file.read_bytes() for file in made.rglob("*") if file.is_file()}
    report = store.put(target, files)
    if not report.ok:
        raise SiteError([report.problem])
    if report.kept:
        print(report)


def main() -> None:
    """Make the site, and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "build/site")
    given, start = parser.parse_args(), time.perf_counter()
    try:
        notebooks = read_notebooks(ROOT / "notebooks")
        build(notebooks, given.to)
    except (SiteError, BadSource, render.EditionError) as error:
        sys.exit(f"The site was not made:\n{error}")
    size = sum(file.stat().st_size for file in given.to.rglob("*") if file.is_file())
    print(f"The site of {len(notebooks)} notebooks, {size / 1e6:.1f} MB, made in {time.perf_counter() - start:.0f} s.")
    print(f"Open {given.to / 'index.html'}")


if __name__ == "__main__":
    main()
