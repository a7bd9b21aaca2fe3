"""Slides in a real Chromium: every deck at two sizes, slide by slide; and each fault is found in a made-up deck."""

import base64
import io

import decks
import hygiene
import look  # tools/editions/look.py
import nbformat
import pytest
import slides  # tools/editions/slides.py
import torch
from made_up import TRUECOLOUR, code, notebook, shown, stream, text
from PIL import Image

from convlab.explorers import ConvExplorer

SIZES = [(1280, 720), (1920, 1080)]
DECKS = [path for path in hygiene.NOTEBOOKS if any(map(decks.slide_type, nbformat.read(path, 4).cells))]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides")
    return {page.stem: page for page in slides.make(DECKS, folder)}


def open_deck(browser, deck, size, complaints):
    """Open a deck; what goes outside or breaks is put among the complaints."""
    page = browser.new_page(viewport=dict(zip(("width", "height"), size, strict=True)))
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    local = ("file:", "data:", "blob:")
    page.on("request", lambda asked: asked.url.startswith(local) or complaints.append(f"outside: {asked.url}"))
    page.on("requestfailed", lambda asked: complaints.append(f"missing: {asked.url[:80]}"))
    return page


def faults_of(browser, deck, size):
    found: list[str] = []
    page = open_deck(browser, deck, size, found)
    for index in look.walk(page, deck.as_uri()):
        found += [f"slide {index + 1}: {fault}" for fault in page.evaluate(look.FAULTS)]
    page.close()
    return found


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("number", [path.name[:2] for path in DECKS])
def test_everything_fits_and_nothing_goes_outside(browser, made, number, size):
    assert faults_of(browser, made[number], size) == []


# --- each fault is found ------------------------------------------------------------------------------------


def on(cell, kind="-"):
    cell.metadata["slideshow"] = {"slide_type": kind}
    return cell


def pixel(alt="a pixel"):
    picture = shown(image_png=TRUECOLOUR)
    picture["metadata"] = {"image/png": {"alt": alt}}
    return picture


def deck_of(folder, *cells):
    """Make a deck of one slide, behind its title."""
    path = folder / "77_made_up.ipynb"
    begun = [on(text("# 77 · Made up"), "slide"), *(cell if decks.slide_type(cell) else on(cell) for cell in cells)]
    nbformat.write(notebook(*begun), path)
    return slides.make([path], folder)[0]


WIDE = "word = " + "x" * 200
FAULTS = {
    "below the slide": code("\n".join(["x = 1"] * 40)),
    "at the right": code(WIDE),
    "letters of 12 px": text('<p style="font-size: 12px">small</p>'),
    "no alt text": code("draw()", pixel("")),
    "is not there": code("draw()", shown(image_png="AAAA")),
    "outside: http": code("1", shown(text_html='<img alt="" src="http://127.0.0.1:9/x.png">')),
    "script: ": code("1", shown(text_html="<script>throw new Error('broken')</script>")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(browser, tmp_path, fault):
    found = faults_of(browser, deck_of(tmp_path, FAULTS[fault]), SIZES[0])
    assert any(fault in what for what in found), found


def test_a_picture_without_room_is_found(browser, tmp_path):
    drawn = io.BytesIO()
    Image.new("RGB", (900, 900)).save(drawn, "png")
    picture = shown(image_png=base64.b64encode(drawn.getvalue()).decode())
    deck = deck_of(tmp_path, code("\n".join(["x = 1  # " + "y" * 80] * 16), picture))
    assert any("of its size" in what for what in faults_of(browser, deck, SIZES[0]))


# --- keys ---------------------------------------------------------------------------------------------------


def test_a_prediction_is_answered_on_a_key_and_not_before(browser, tmp_path):
    asked = code("1 + 1", stream("the answer"), tags=["predict"])
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(deck_of(tmp_path, asked).as_uri())
    page.wait_for_selector("html[data-ready]")
    answer = page.locator("pre.printed")
    assert page.locator(".code pre").is_visible() and not answer.is_visible()
    page.keyboard.press("Space")
    assert answer.is_visible()
    page.close()


def test_keys_in_an_explorer_are_its_own(browser, tmp_path):
    explorer = code(
        "explorer", shown(text_html=ConvExplorer(torch.arange(9).reshape(3, 3), torch.ones(2, 2)).to_html())
    )
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(deck_of(tmp_path, explorer, on(text("## Two"), "slide")).as_uri())
    page.wait_for_selector("html[data-ready]")
    before = page.locator(".convlab-live").text_content()
    page.locator(".convlab-x [tabindex='0']").last.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("before => document.querySelector('.convlab-live').textContent !== before", arg=before)
    assert page.evaluate("Reveal.getIndices().h") == 0
    page.close()


def test_speakers_notes_open_with_their_clock_from_a_folder(browser, tmp_path):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    complaints: list[str] = []
    page.context.on("request", lambda asked: asked.url.startswith("http") and complaints.append(asked.url))
    page.goto(deck_of(tmp_path, text("Look."), on(text("**3 minutes.** Say why."), "notes")).as_uri())
    page.wait_for_selector("html[data-ready]")
    assert page.locator("section[data-timing='180']").count() == 1
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    opened.value.get_by_text("Say why.").wait_for(timeout=10_000)
    assert complaints == []
    opened.value.close()
    page.close()
