"""The solutions' key: one page with every exercise, its solution, why, and what to say to wrong answers."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from latex2mathml.converter import convert
from nbconvert.filters import markdown2html
from pygments.formatters import HtmlFormatter
from sources import Source

from convlab.exercises.engine.exercise import Exercise, Mistake

TEMPLATE = Path(__file__).with_name("templates") / "key.html"
CODE = re.compile(r"(<pre.*?</pre>|<code.*?</code>)", re.S)
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.S)


def key_page(sources: list[Source], version: str) -> bytes:
    """Return the page; it needs no script and no network."""
    sources = [source for source in sources if source.exercises]
    page = TEMPLATE.read_text(encoding="utf-8")
    parts = {
        "VERSION": escape(version),
        "LIGHT": HtmlFormatter(style="default").get_style_defs(".highlight"),
        "DARK": HtmlFormatter(style="github-dark").get_style_defs(".highlight"),
        "CONTENTS": "\n".join(map(_entry, sources)),
        "BODY": "\n".join(map(_chapter, sources)),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], page).encode()


def html_of(markdown: str) -> str:
    """Return Markdown as HTML, with formulas as MathML, which browsers draw by themselves."""
    pieces = CODE.split(markdown2html(markdown))
    pieces[::2] = [FORMULA.sub(_formula, piece) for piece in pieces[::2]]
    return "".join(pieces)


def _formula(found: re.Match) -> str:
    tex = (found[1] or found[2]).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return convert(tex, display="block" if found[1] else "inline")


def _line(markdown: str) -> str:
    """Return one line of Markdown as HTML, without a paragraph around it."""
    return re.sub(r"^<p>(.*)</p>\s*$", r"\1", html_of(markdown), flags=re.S)


def _entry(source: Source) -> str:
    links = (f'<a href="#{exercise.name}">{_line(exercise.title)}</a>' for exercise in source.exercises)
    return f"<li><b>{escape(source.title)}</b><br>{' · '.join(links)}</li>"


def _chapter(source: Source) -> str:
    return "\n".join([f"<h2>{escape(source.title)}</h2>", *map(_section, source.exercises)])


def _section(exercise: Exercise) -> str:
    rows = "\n".join(map(_row, exercise.mistakes))
    hint = f"<p><b>To any other wrong answer:</b> {_line(exercise.hint)}</p>" if exercise.hint else ""
    return f"""<section id="{exercise.name}">
<h3>{_line(exercise.title)} <small>{exercise.name}, after «{escape(exercise.where)}»</small></h3>
<div class="task">{html_of(exercise.prompt)}</div>
<h4>Solution</h4>
{html_of(_fenced(exercise.solution))}
<h4>Why</h4>
{html_of(exercise.because)}
<h4>Mistakes people make</h4>
<table><thead><tr><th>It looks like</th><th>What to say</th></tr></thead>
<tbody>
{rows}
</tbody></table>
{hint}
</section>"""


def _fenced(code: str) -> str:
    return f"```python\n{code}\n```"


def _row(mistake: Mistake) -> str:
    again = f" <small>Read again: «{escape(mistake.where)}».</small>" if mistake.where else ""
    return f"<tr><td>{_line(mistake.name)}</td><td>{_line(mistake.says)}{again}</td></tr>"
