"""What holds for every explorer on any page around it."""

import re

import pytest
import torch
from playwright.sync_api import expect
from torch import nn

from convlab.explorers import ChannelExplorer, ConvExplorer, DigitInspector, KernelPlayground, TransposedConvExplorer
from convlab.explorers.shared.base import style

from .conftest import saves

NET = nn.Sequential(nn.Conv2d(1, 2, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(288, 10))
MAKE = {
    "conv": lambda: ConvExplorer(torch.arange(25.0).reshape(5, 5), [[1, 0], [0, -1]], stride=2, padding=1),
    "channels": lambda: ChannelExplorer(torch.arange(32.0).reshape(2, 4, 4), torch.ones(2, 1, 2, 2), groups=2),
    "transposed": lambda: TransposedConvExplorer([[1, 2], [3, 4]], [[1, 0], [0, -1]], stride=2, padding=1),
    "playground": KernelPlayground,
    "digit": lambda: DigitInspector(NET),
}
every = pytest.mark.parametrize("name", MAKE)


@every
def test_every_class_has_the_prefix(page, mount, name):
    root = mount(MAKE[name]())
    root.locator("[tabindex='0']").first.focus()
    for key in ("k", "Enter", "x", "Enter"):  # a field over a cell, and a reason
        page.keyboard.press(key)
    names = root.evaluate("root => [root, ...root.querySelectorAll('*')].flatMap((node) => [...node.classList])")
    assert len(set(names)) > 8
    assert [other for other in names if not other.startswith("convlab-")] == []
    without_comments = re.sub(r"/\*.*?\*/", "", style(name), flags=re.S)
    assert [
        other for other in re.findall(r"\.([a-z][\w-]*)", without_comments) if not other.startswith("convlab-")
    ] == []


@every
def test_the_page_around_hears_no_key(page, mount, name):
    root = mount(MAKE[name]())
    page.evaluate("addEventListener('keydown', (e) => { (window.heard ??= []).push(e.key); })")  # as slides do
    root.locator("button, input, select, [tabindex='0']").evaluate_all(
        """(nodes) => nodes.forEach((node) => ["b", "Escape", "ArrowRight", "Enter"].forEach((key) =>
            node.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }))))"""
    )
    assert page.evaluate("window.heard ?? []") == []


@pytest.mark.parametrize("name", ["conv", "channels", "transposed"])
@pytest.mark.parametrize("change", ["transform: scale(0.6); transform-origin: 0 0", "zoom: 1.7"])
def test_the_field_over_a_cell_lies_on_it_on_a_scaled_page(page, mount, name, change):
    root = mount(MAKE[name]())
    page.evaluate("(change) => document.body.setAttribute('style', change)", change)
    cell = root.locator(".convlab-kernel rect[data-i='1'][data-j='1']").first
    cell.dblclick()
    edges = "node => { const { x, y, height } = node.getBoundingClientRect(); return [x, y, height]; }"
    assert root.locator("input.convlab-edit").evaluate(edges) == pytest.approx(cell.evaluate(edges), abs=0.5)


@pytest.mark.parametrize("name", ["conv", "transposed"])
def test_undo_in_the_picture_ends_where_another_matrix_began(page, mount, name):
    root = mount(MAKE[name]())
    cell = root.locator(".convlab-kernel rect[data-i='0'][data-j='0']").first

    def change(text):
        cell.dblclick()
        page.keyboard.type(text)
        page.keyboard.press("Enter")

    for text in ("5", "6"):
        change(text)
    page.keyboard.press("Control+z")
    assert saves(page)[-1]["kernel"] == [[5, 0], [0, -1]]
    page.evaluate("model.push({ kernel: [[7, 8], [9, 3]] })")
    page.keyboard.press("Control+z")
    assert page.evaluate("model.get('kernel')") == [[7, 8], [9, 3]]
    change("4")
    page.keyboard.press("Control+z")
    assert saves(page)[-1]["kernel"] == [[7, 8], [9, 3]]


@pytest.mark.parametrize(("name", "wide"), [("conv", False), ("playground", True)])
def test_a_press_that_ends_outside_the_window_holds_nothing_up(page, mount, name, wide):
    root = mount(MAKE[name]())
    page.evaluate("dispatchEvent(new PointerEvent('pointerdown'))")  # and no pointerup
    field = root.locator("input[type=number]").first
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    assert len(saves(page)[-1]["kernel"][0 if wide else slice(None)]) == 4


def test_when_python_does_not_answer_the_digit_says_what_to_do(page, mount):
    page.clock.install()
    root = mount(DigitInspector(nn.Sequential(NET, nn.LayerNorm(10))))  # the browser does not know the last step
    live = root.locator(".convlab-live")
    root.locator(".convlab-paper").focus()
    for key in ("Space", "ArrowDown", "Space"):
        page.keyboard.press(key)
    page.clock.run_for(2500)
    expect(live).not_to_contain_text("Python")
    page.clock.run_for(2500)
    expect(live).to_contain_text("Python does not answer. Run this cell again (Shift + Enter in it)")
    expect(root.locator(".convlab-bars")).to_have_css("opacity", "0.4")
    page.evaluate("model.push({ result: { ...model.state.result } })")  # late, but here
    expect(root.locator(".convlab-bars")).to_have_css("opacity", "1")
    expect(live).to_contain_text(re.compile("The network (sees|is unsure): "))  # its weights are drawn
    root.locator(".convlab-step canvas").first.focus()
    page.keyboard.press("ArrowRight")
    page.clock.run_for(5000)
    expect(live).to_contain_text("For its sum, run this cell again")
    expect(root.locator(".convlab-told")).to_be_hidden()


def test_an_answer_that_is_none_is_said_and_the_old_one_grows_pale(page, mount):
    root = mount(MAKE["digit"]())
    page.evaluate("model.push({ result: { error: 'the scores hold nan' } })")
    expect(root.locator(".convlab-reasons")).to_have_text("The model cannot read this: the scores hold nan")
    expect(root.locator(".convlab-bars")).to_have_css("opacity", "0.4")
    root.locator(".convlab-step canvas").first.hover(position={"x": 5, "y": 5})
    expect(root.locator(".convlab-live")).to_contain_text("conv2d, channel 0")
