"""Look at the finished pages: every link inside leads somewhere, and nothing is loaded from outside."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from faults import SiteError

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src"), ("video", "src")}
ELSEWHERE = {"canonical", "next", "prev", "search", "index"}  # what a <link> says of these is not loaded
OWN_END = {"details", "section", "div", "table", "pre"}  # if one of these is left open, the page falls apart


class Page(HTMLParser):
    """What a page names, and where it leads."""

    def __init__(self, text: str):
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.faults: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.faults += [f"<{tag}> is not closed" for tag in self.open if tag in OWN_END]

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.names |= {given[key] for key in ("id", "name") if given.get(key)}
        for key in ("href", "src"):
            if given.get(key) is not None:
                loads = (tag, key) in LOADED and given.get("rel") not in ELSEWHERE
                (self.loads if loads else self.links).append(given[key])
        if tag == "img" and not (given.get("alt") or "").strip():
            self.faults.append(f"the image {given.get('src')} has no alt text")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in self.open:
            while (last := self.open.pop()) != tag:
                if last in OWN_END:
                    self.faults.append(f"<{last}> is not closed before </{tag}>")


def check(folder: Path) -> list[str]:
    """Return what is wrong with the pages in a folder, one line each."""
    pages = {file.resolve(): Page(file.read_text(encoding="utf-8")) for file in sorted(folder.rglob("*.html"))}
    faults = []
    for file, page in pages.items():
        found = [*page.faults]
        found += [f"the link to {link} is dead: {why}" for link in page.links if (why := _dead(link, file, pages))]
        found += [f"{load}: {why}" for load in page.loads if (why := _outside(load) or _dead(load, file, pages))]
        faults += [f"{file.relative_to(folder.resolve())}: {what}" for what in dict.fromkeys(found)]
    for file in sorted(folder.rglob("*.css")):
        for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", file.read_text(encoding="utf-8")):
            if why := _outside(address) or _dead(address, file.resolve(), pages):
                faults.append(f"{file.relative_to(folder)}: {address}: {why}")
    return faults


def _outside(address: str) -> str | None:
    outside = urlsplit(address).scheme in ("http", "https") or address.startswith("//")
    return "it would be loaded from outside; the site has to work without a network" if outside else None


def _dead(address: str, file: Path, pages: dict[Path, Page]) -> str | None:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    if parts.path.endswith(".ipynb"):
        return "a notebook is no page; link to its page"
    target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
    if target.is_dir():
        return "a folder is no page where there is no server; name its index.html"
    if not target.is_file():
        return "there is no such file"
    if parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].names | {"top"}:
        return "nothing on that page has this name"
    return None


def outside(folder: Path) -> list[str]:
    """Return the addresses outside that the pages link to and that do not answer; needs a network."""
    import requests

    asked: dict[str, str] = {}
    for file in sorted(folder.rglob("*.html")):
        for link in Page(file.read_text(encoding="utf-8")).links:
            if link.startswith("http"):
                asked.setdefault(link.split("#")[0], file.name)
    faults = []
    for address, page in asked.items():
        try:
            answer = requests.get(address, timeout=30, stream=True, headers={"User-Agent": "Mozilla/5.0 (link check)"})
            gone = answer.status_code in (404, 410)
        except requests.RequestException as error:
            gone, answer = True, type(error).__name__
        if gone:
            faults.append(f"{page}: {address}: {getattr(answer, 'status_code', answer)}")
    return faults


if __name__ == "__main__":
    if found := outside(Path(sys.argv[1])):
        sys.exit(f"These links lead nowhere:\n{SiteError(found)}")
