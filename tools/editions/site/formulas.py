"""Formulas become HTML when the site is made: KaTeX, run by Node, writes them into the finished pages."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path

import render
from faults import SiteError

KATEX = render.HERE / "node_modules/katex"
WAITING = re.compile(r'<(span|div) class="cl-tex">(.*?)</\1>', re.S)


def wait(tex: str, block: bool) -> str:
    """Return what stands for a formula until :func:`make` comes."""
    name = "div" if block else "span"
    return f'<{name} class="cl-tex">{html.escape(tex.strip())}</{name}>'


def make(pages: dict[Path, str]) -> dict[Path, str]:
    """Return the pages with their formulas as HTML, and KaTeX's styles where there are any."""
    found = {page: WAITING.findall(text) for page, text in pages.items()}
    asked = list(dict.fromkeys((tex, name == "div") for formulas in found.values() for name, tex in formulas))
    made = dict(zip(asked, render.katex([(html.unescape(tex), block) for tex, block in asked]), strict=True))
    faults = [
        f"{page.name}: the formula {html.unescape(tex)} cannot be shown: {made[tex, name == 'div'][1]}"
        for page, formulas in found.items()
        for name, tex in formulas
        if made[tex, name == "div"][1]
    ]
    if faults:
        raise SiteError(faults)
    return {page: _put(text, made) if found[page] else text for page, text in pages.items()}


def _put(text: str, made: dict) -> str:
    text = WAITING.sub(lambda formula: made[formula[2], formula[1] == "div"][0], text)
    return text.replace("</head>", '<link rel="stylesheet" href="_static/katex/katex.css"></head>', 1)


def write_styles(static: Path) -> None:
    """Put KaTeX's styles and fonts beside the pages: woff2 alone, which every browser of today reads."""
    if not KATEX.is_dir():
        raise SiteError([f"KaTeX is missing, which makes the formulas: {render.SETUP}"])
    folder = static / "katex"
    (folder / "fonts").mkdir(parents=True)
    styles = (KATEX / "dist/katex.min.css").read_text(encoding="utf-8")
    styles = re.sub(r',url\(fonts/[\w-]+\.(?:woff|ttf)\) format\("\w+"\)', "", styles)
    (folder / "katex.css").write_text(styles, encoding="utf-8")
    for font in sorted(set(re.findall(r"url\(fonts/([\w.-]+)\)", styles))):
        shutil.copy(KATEX / "dist/fonts" / font, folder / "fonts" / font)
