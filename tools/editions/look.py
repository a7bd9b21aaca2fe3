"""Look at a deck: a picture of each slide with everything shown, all of them on one sheet, and what does not fit.

python tools/editions/look.py build/slides/02.html FOLDER [--dark] [--size 1920x1080]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[0] / "browser"), str(HERE.parents[0] / "course")]

import chromium  # noqa: E402
import jlab  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

# What of the present slide does not fit, or is too small, in words.
FAULTS = (HERE / "faults.js").read_text(encoding="utf-8")


def walk(page, address: str):
    """Open a deck and yield the number of each slide, everything on it shown."""
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    page.evaluate("document.documentElement.classList.add('still')")
    total = page.evaluate("Reveal.getTotalSlides()")
    for index in range(total):
        page.evaluate(f"Reveal.slide({index}, 0, 99)")
        page.wait_for_function("!document.querySelector('section.present .convlab-stored:not([data-alive])')")
        page.wait_for_timeout(60)
        yield index


def main(arguments: list[str]) -> int:
    """Write the pictures; return 1 if a slide has a fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("deck", type=Path)
    parser.add_argument("to", type=Path)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--size", default="1280x720")
    asked = parser.parse_args(arguments)
    width, height = map(int, asked.size.split("x"))
    asked.to.mkdir(parents=True, exist_ok=True)
    pictures, found = [], 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find() or None, args=jlab.CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.on("pageerror", lambda error: print(f"script error: {error}"))
        for index in walk(page, asked.deck.resolve().as_uri() + ("?dark" if asked.dark else "")):
            pictures.append(asked.to / f"{asked.deck.stem}-{index + 1:02}.png")
            page.screenshot(path=pictures[-1])
            for fault in page.evaluate(FAULTS):
                found += 1
                print(f"slide {index + 1}: {fault}")
        browser.close()
    sheet(pictures, asked.to / f"{asked.deck.stem}-sheet.png")
    print(f"{len(pictures)} slides in {asked.to}, all on {asked.deck.stem}-sheet.png; {found} faults")
    return int(found > 0)


def sheet(pictures: list[Path], to: Path, across: int = 3, width: int = 640) -> None:
    """Put small pictures of all slides on one sheet."""
    small = []
    for path in pictures:
        with Image.open(path) as picture:
            small.append(picture.convert("RGB").resize((width, width * picture.height // picture.width)))
    high = small[0].height
    whole = Image.new("RGB", (across * (width + 8), -(-len(small) // across) * (high + 8)), "grey")
    for index, picture in enumerate(small):
        whole.paste(picture, (index % across * (width + 8), index // across * (high + 8)))
    whole.save(to)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
