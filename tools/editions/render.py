"""Cells as HTML: Markdown with its formulas, code in colours, and stored outputs with their alt texts.

nbconvert reads the Markdown and pygments colours the code. KaTeX makes HTML of the formulas here, so that no script
has to run for them on the page. Nothing is executed: outputs are taken as they are stored.
"""

from __future__ import annotations

import base64
import html
import json
import re
import shutil
import subprocess
from pathlib import Path

from nbconvert.filters import ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

HERE = Path(__file__).resolve().parent
PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/webp")
SETUP = "call `make editions-setup` once, with a network (it runs tools/editions/fetch.py)"


class EditionError(Exception):
    """An edition cannot be made; the message says where the fault is, and the cure."""


def make_formulas(formulas: list[tuple[str, bool]]) -> list[str]:
    """Return HTML for formulas: (TeX, whether it has a line of its own) each."""
    made = katex(formulas)
    for (tex, _), (_, wrong) in zip(formulas, made, strict=True):
        if wrong:
            raise EditionError(f"the formula ${tex}$ cannot be shown: {wrong}")
    return [page for page, _ in made]


def katex(formulas: list[tuple[str, bool]]) -> list[tuple[str, str]]:
    """Return for each formula its HTML, and what is wrong with it; the other one is empty."""
    if not formulas:
        return []
    node = shutil.which("node")
    if node is None:
        raise EditionError("Node is missing, which makes the formulas: install Node 18 or newer")
    if not (HERE / "node_modules/katex").is_dir():
        raise EditionError(f"KaTeX is missing, which makes the formulas: {SETUP}")
    told = json.dumps(formulas)
    run = subprocess.run([node, str(HERE / "formulas.mjs")], input=told, capture_output=True, text=True, check=False)
    if run.returncode:
        raise EditionError(f"Node could not make the formulas: {run.stderr.strip()}; {SETUP}")
    return [tuple(pair) for pair in json.loads(run.stdout)]


class _Renderer(IPythonRenderer):
    """nbconvert's renderer; it puts formulas aside, for Node is called once for all."""

    def __init__(self, aside: list[tuple[str, bool]]):
        super().__init__(escape=False, exclude_anchor_links=True)
        self.aside = aside

    def _put_aside(self, tex: str, block: bool) -> str:
        self.aside.append((tex.strip(), block))
        return f"\x02{len(self.aside) - 1}\x03"

    def block_math(self, body: str) -> str:
        return self._put_aside(body, True)

    def inline_math(self, body: str) -> str:
        return self._put_aside(body, False)

    def latex_environment(self, name: str, body: str) -> str:
        return self._put_aside(f"\\begin{{{name}}}{body}\\end{{{name}}}", True)


class Page:
    """Makes the pieces of one page; :meth:`finish` puts in the formulas of all of them."""

    def __init__(self):
        self.formulas: list[tuple[str, bool]] = []

    def markdown(self, text: str) -> str:
        """Markdown as HTML, formulas still aside."""
        return MarkdownWithMath(renderer=_Renderer(self.formulas)).render(text)

    def finish(self, page: str) -> str:
        """Put in the formulas."""
        made = make_formulas(self.formulas)
        return re.sub("\x02(\\d+)\x03", lambda found: made[int(found[1])], page)


def code(source: str) -> str:
    """Python in colours; what is meant for the tools alone is left out, and of two blank lines one."""
    source = re.sub(r"^# NBVAL_\w+\n|[ \t]*# noqa\b.*$", "", source, flags=re.M)
    source = re.sub(r"\n{3,}", "\n\n", source)
    return highlight(source.strip("\n"), PythonLexer(), HtmlFormatter(cssclass="code"))


def output(stored: dict) -> str:
    """A stored output as HTML: what is alive before what is a picture, a picture before its text."""
    kind = stored["output_type"]
    if kind == "stream":
        return _printed(stored["text"], stored.get("name", "stdout"))
    if kind == "error":
        return _printed(f"{stored['ename']}: {stored['evalue']}", "error")
    data = stored["data"]
    if "text/html" in data:
        return f'<div class="html">{_joined(data["text/html"])}</div>'
    for mime in PICTURES:
        if mime in data:
            return _picture(mime, _joined(data[mime]), stored.get("metadata", {}).get(mime, {}).get("alt", ""))
    return _printed(data.get("text/plain", ""), "text")


def is_picture(stored: dict) -> bool:
    """Whether a stored output is seen, not read: a picture, or an explorer."""
    return not {*PICTURES, "text/html"}.isdisjoint(stored.get("data", ()))


def _joined(text) -> str:
    return text if isinstance(text, str) else "".join(text)


def _printed(text, name: str) -> str:
    return f'<pre class="printed {name}">{ansi2html(_joined(text).rstrip())}</pre>'


def _picture(mime: str, data: str, alt: str) -> str:
    if mime == "image/svg+xml":
        data = base64.b64encode(data.encode()).decode("ascii")
    data = "".join(data.split())
    return f'<img class="picture" alt="{html.escape(alt)}" src="data:{mime};base64,{data}">'
