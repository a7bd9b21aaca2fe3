"""DigitInspector in a real browser: drawing by mouse, touch and keys, units, messages."""

import json
import re

import pytest
import torch
from playwright.sync_api import expect
from torch import nn

from convlab.explorers import DigitInspector
from convlab.explorers.digit import preprocess as twin
from convlab.training import FastNet, pretrained

from .conftest import saves, watched


@pytest.fixture(scope="module")
def inspector():
    return DigitInspector(unit=[2, 3, 4, 4])


def test_a_stroke_of_the_mouse_is_told_when_it_ends(page, mount, inspector):
    box = mount(inspector)
    paper = box.locator(".convlab-paper").bounding_box()
    page.mouse.move(paper["x"] + 50, paper["y"] + 40)
    page.mouse.down()
    page.mouse.move(paper["x"] + 150, paper["y"] + 180, steps=5)
    assert saves(page) == []  # hover and strokes stay in the browser
    page.mouse.up()
    (news,) = saves(page)
    assert len(news["strokes"]) == 1 and len(news["strokes"][-1]) == 6  # the example has given way
    box.get_by_role("button", name="clear").click()
    assert saves(page).pop() == {"strokes": []}
    box.get_by_role("button", name="undo").click()
    assert saves(page).pop() == news
    box.get_by_role("button", name="undo").click()
    assert saves(page).pop() == {"strokes": []}


def test_an_image_gives_way_to_an_empty_board(page, mount):
    box = mount(DigitInspector(FastNet(), torch.ones(28, 28)))
    expect(box.get_by_label("blur")).to_be_disabled()
    box.get_by_role("button", name="clear").click()
    assert saves(page).pop() == {"strokes": [], "image": None}
    expect(box.get_by_label("blur")).to_be_enabled()
    box = mount(DigitInspector(FastNet(), torch.ones(28, 28)))
    box.locator(".convlab-paper").click()
    (stroke,) = saves(page).pop()["strokes"]
    assert len(stroke) == 1


def test_a_finger_draws(browser, inspector, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(f"<!doctype html><meta charset='utf-8'>{inspector.to_html()}", encoding="utf-8")
    with watched(browser, has_touch=True, is_mobile=True, viewport={"width": 400, "height": 800}) as page:
        page.goto(file.as_uri())
        paper = page.locator(".convlab-paper")
        paper.tap(position={"x": 60, "y": 60})
        expect(page.locator(".convlab-live")).to_contain_text("The network ")  # and without Python it answers
        expect(page.locator(".convlab-hint").last).to_contain_text("The network is here in the browser")
        assert paper.evaluate("node => getComputedStyle(node).touchAction") == "none"


def test_keys_draw(page, mount, inspector):
    box = mount(inspector)
    box.locator(".convlab-paper").focus()
    for key in ("Delete", "ArrowUp", "Space", "ArrowRight", "ArrowRight", "ArrowDown", "Space"):
        page.keyboard.press(key)
    (stroke,) = saves(page).pop()["strokes"]
    assert len(stroke) == 4 and stroke[0] == [0.5, 0.464] and stroke[-1] == pytest.approx([0.571, 0.5], abs=0.002)
    page.keyboard.press("Backspace")
    assert saves(page).pop() == {"strokes": []}


def test_switches_show_each_step(page, mount, inspector):
    box = mount(inspector)
    pixels = "node => Array.from(node.getContext('2d').getImageData(0, 0, 28, 28).data).filter((_, n) => n % 4 === 0)"
    shown = box.locator(".convlab-seen").evaluate(pixels)
    assert shown == inspector.input.flatten().tolist()
    box.get_by_label("blur").uncheck()
    assert saves(page).pop() == {"blur": False}
    plain = twin.preprocess(inspector.drawing, blur=False).flatten().tolist()
    assert box.locator(".convlab-seen").evaluate(pixels) == plain


def test_the_answer_and_the_sum_are_shown(page, mount, inspector):
    box = mount(inspector)
    expect(box.locator(".convlab-bars > div")).to_have_count(10)
    best = int(inspector.probabilities.argmax())
    expect(box.locator(".convlab-bars .convlab-best")).to_have_text(f"{best}{inspector.probabilities[best]:.3f} ◀")
    expect(box.locator(".convlab-told strong")).to_contain_text("2: conv2d, channel 3, row 4, column 4 =")
    expect(box.locator(".convlab-told figure")).to_have_count(4)
    expect(box.locator(".convlab-step")).to_have_count(len(inspector.steps))


def test_a_unit_is_chosen_by_mouse_and_keys(page, mount, inspector):
    box = mount(inspector)
    canvas = box.locator(".convlab-step canvas").first
    size = canvas.bounding_box()
    scale = size["width"] / canvas.evaluate("node => node.width")
    canvas.click(position={"x": (64 + 5 * 3 + 2) * scale, "y": (5 * 7 + 2) * scale})  # maps of 12 x 12, 5 pixels each
    assert saves(page).pop() == {"unit": [0, 1, 7, 3]}
    canvas.focus()
    for key, unit in (("ArrowDown", [0, 1, 8, 3]), ("PageDown", [0, 2, 8, 3]), ("End", [0, 7, 11, 11])):
        page.keyboard.press(key)
        assert saves(page).pop() == {"unit": unit}


def draw(page, box, points, end=True):
    """Draw a line with the mouse; points are from 0 to 1."""
    box.locator(".convlab-paper").scroll_into_view_if_needed()
    paper = box.locator(".convlab-paper").bounding_box()
    page.mouse.move(*(paper[side] + v * paper["width"] for side, v in zip("xy", points[0], strict=True)))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*(paper[side] + v * paper["width"] for side, v in zip("xy", point, strict=True)), steps=4)
    if end:
        page.mouse.up()


ONE, ZERO = (
    [(0.5, 0.2), (0.5, 0.8)],
    [(0.5, 0.2), (0.7, 0.3), (0.7, 0.7), (0.5, 0.8), (0.3, 0.7), (0.3, 0.3), (0.5, 0.2)],
)
BARS = "nodes => nodes.map((node) => parseFloat(node.lastChild.textContent))"


def test_the_browser_answers_as_torch_does_with_the_same_weights(page, mount, inspector):
    twin = DigitInspector(pretrained().half().float())
    box = mount(inspector)
    for points, digit in ((ONE, 1), (ZERO, 0)):
        box.get_by_role("button", name="clear").click()
        draw(page, box, points)
        expect(box.locator(".convlab-verdict")).to_have_text(f"it sees: {digit}")
        twin.strokes = saves(page)[-1]["strokes"]
        found = box.locator(".convlab-bars > div").evaluate_all(BARS)
        assert found == pytest.approx(twin.probabilities.tolist(), abs=1e-3) and twin.probabilities.argmax() == digit
        expect(box.locator(".convlab-live")).to_have_text(
            re.compile(f"The network sees: {digit}, probability 0.9|1.000")
        )
        box.locator(".convlab-step canvas").nth(2).click(position={"x": 5, "y": 5})
        twin.unit = saves(page)[-1].get("unit", twin.unit)
        expect(box.locator(".convlab-told strong")).to_contain_text(
            f"= {twin.explanation['value']:.4f}"[:7].replace("-", "−")
        )
    assert all("result" not in news for news in saves(page))


def test_the_answer_follows_the_pen_and_is_announced_at_its_end(page, mount, inspector):
    box = mount(inspector)
    live, before = box.locator(".convlab-live"), box.locator(".convlab-live").text_content()
    draw(page, box, ZERO, end=False)
    expect(box.locator(".convlab-verdict")).to_have_text("it sees: 0")
    assert live.text_content() == before and saves(page) == []
    page.mouse.up()
    expect(live).to_contain_text("The network sees: 0")


def test_an_empty_board_has_no_answer(page, mount, inspector):
    for explorer in (inspector, DigitInspector(Slow())):
        box = mount(explorer)
        box.get_by_role("button", name="clear").click()
        expect(box.locator(".convlab-verdict")).to_have_text("draw a digit")
        expect(box.locator(".convlab-live")).to_have_text("The board is empty: draw a digit")
        expect(box.locator(".convlab-bars > div").first).to_have_text("0–")
        expect(box.locator(".convlab-step canvas").first).to_be_hidden()
        expect(box.locator(".convlab-best")).to_have_count(0)
        box.get_by_role("button", name="undo").click()
        if explorer is inspector:
            expect(box.locator(".convlab-step canvas").first).to_be_visible()
            expect(box.locator(".convlab-verdict")).to_have_text("it sees: 7")
    empty = DigitInspector()
    empty.strokes = []
    box = mount(empty)
    expect(box.locator(".convlab-verdict")).to_have_text("draw a digit")
    draw(page, box, ONE)
    expect(box.locator(".convlab-verdict")).to_have_text("it sees: 1")
    expect(box.locator(".convlab-told strong")).to_be_visible()


def test_an_uncertain_answer_looks_uncertain(page, mount):
    torch.manual_seed(0)
    explorer = DigitInspector(FastNet())
    box, words = mount(explorer), repr(explorer).split(": ", 1)[1].split(", with")[0]
    expect(box.locator(".convlab-verdict")).to_have_text(words)
    expect(box.locator(".convlab-bars .convlab-bar-fill").first).to_have_css("opacity", "0.45")
    draw(page, box, ONE)
    expect(box.locator(".convlab-live")).to_have_text(
        re.compile(r"The network is unsure: \d or \d.*; probabilities 0\.1")
    )
    assert " ?" in box.locator(".convlab-best").first.text_content()


def test_new_weights_bring_another_answer(page, mount, inspector):
    box, model = mount(inspector), pretrained()
    draw(page, box, ONE)
    with torch.no_grad():
        model[-1].bias[4] += 100
    news = {name: DigitInspector(model)._plain_state()[name] for name in ("program", "weights")}
    page.evaluate("async (text) => model.push(JSON.parse(text, (await import('/stub.js')).unpack))", json.dumps(news))
    expect(box.locator(".convlab-verdict")).to_have_text("it sees: 4")
    expect(box.locator(".convlab-live")).to_contain_text("The network sees: 4, probability 1.000")


class Slow(nn.Module):
    """A network that answers in Python only."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 10)

    def forward(self, x):
        return 2 * self.fc(x.flatten(1))


def test_a_page_without_python_says_which_networks_are_not_there(page, mount):
    large = DigitInspector(nn.Sequential(nn.Flatten(), nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 10)))
    for explorer, words in (
        (large, "too large to be stored, 848 KB instead of 60"),
        (DigitInspector(Slow()), "mul is not"),
    ):
        box = mount(explorer, alone=True)
        expect(box.locator(".convlab-hint").last).to_contain_text(words)
        expect(box.locator(".convlab-bars > div")).to_have_count(10)
        draw(page, box, ONE)
        expect(box.locator(".convlab-live")).to_contain_text(words)
        expect(box.locator(".convlab-bars")).to_have_css("opacity", "0.4")
        box.locator(".convlab-step canvas").last.click(position={"x": 5, "y": 5})
        expect(box.locator(".convlab-live")).to_contain_text("For its sum, run the notebook")


def test_the_scores_carry_the_names_of_their_classes(page, mount):
    labels = list("abcdefghij")
    page.add_init_script("CanvasRenderingContext2D.prototype.fillText = (text) => (window.written ??= []).push(text);")
    page.reload()
    mount(DigitInspector(FastNet(), labels=labels))
    assert page.evaluate("window.written.slice(-10)") == labels


def test_text_stays_text(page, mount):
    torch.manual_seed(0)
    names = ["<img src=x onerror=alert(1)>", *"bcdefghij"]
    box = mount(DigitInspector(FastNet(), labels=names))
    expect(box.locator(".convlab-bars b").first).to_have_text(names[0])
    page.evaluate("model.push({ result: { error: '<b>broken</b>' } })")
    expect(box.locator(".convlab-reasons")).to_have_text("The model cannot read this: <b>broken</b>")


def test_it_ends_cleanly(page, mount, inspector):
    mount(inspector)
    page.evaluate("ends.forEach((end) => end())")
    assert page.evaluate("model.listening()") == 0
    expect(page.locator(".convlab-x")).to_have_count(0)
    page.evaluate("document.body.setAttribute('data-jp-theme-light', 'false')")
