"""Print decks as PDF: a page for each slide with everything shown, and once more with the speaker's notes."""

from __future__ import annotations

import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOOLS / "browser"), str(TOOLS / "course")]

import chromium  # noqa: E402
from jlab import CHROMIUM_FLAGS  # noqa: E402

KINDS = {"": "print-pdf", "-notes": "print-pdf&said"}  # what a file's name ends in, and what the deck is asked for


def print_decks(decks: list[Path]) -> str:
    """Write a PDF of each deck beside it, and one with notes; say why not where there is no browser."""
    if lacks := chromium.missing():
        return f"No PDF was made, for {lacks}: `make test-browser` fetches one; or name one: CHROMIUM=/path"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find() or None, args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        for deck in decks:
            for ending, asked in KINDS.items():
                page.goto(f"{deck.resolve().as_uri()}?{asked}")
                page.wait_for_selector("html[data-ready]")
                file = deck.with_name(f"{deck.stem}{ending}.pdf")
                page.pdf(path=file, prefer_css_page_size=True, print_background=True)
        browser.close()
    return ""
