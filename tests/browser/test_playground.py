"""KernelPlayground in a real browser: its editor, the learner's own photo."""

import re

import pytest
import torch
from PIL import Image
from playwright.sync_api import expect

from convlab import kernels
from convlab.explorers import KernelPlayground

from .conftest import saves, show_alone, watched

torch.manual_seed(0)
IMAGE = torch.randint(0, 256, (6, 8), dtype=torch.uint8)
COLOUR = torch.randint(0, 256, (3, 6, 8), dtype=torch.uint8)


def test_a_weight_is_changed_and_told(page, mount):
    box = mount(KernelPlayground(IMAGE, kernels.sobel_x()))
    expect(box.locator(".convlab-facts")).to_contain_text("rank 1: separable")
    cell = box.get_by_label("weight 1, 1")
    cell.fill("5")
    cell.press("Tab")
    assert saves(page)[-1]["kernel"] == [[[-1, 0, 1], [-2, 5, 2], [-1, 0, 1]]]
    expect(box.locator(".convlab-facts")).to_contain_text("sum of the weights: 5")
    expect(box.locator(".convlab-facts")).to_contain_text("rank 2: not separable")
    cell.fill("abc")
    cell.press("Tab")
    expect(box.get_by_label("weight 1, 2")).to_be_focused()
    expect(cell).to_have_value("abc")  # it stays, and the reason is said
    expect(box.locator("div.convlab-reasons")).to_contain_text("weight 1, 1: “abc” is not possible. Write a number")
    assert len(saves(page)) == 1
    cell.fill("1/4")
    cell.press("Tab")
    expect(box.locator("div.convlab-reasons")).to_be_hidden()
    assert saves(page)[-1]["kernel"][0][1][1] == 0.25
    expect(cell).to_have_value("1/4")  # as it was typed
    expect(box.get_by_label("example")).to_have_value("changed")
    box.get_by_role("button", name="divide all weights").click()
    assert sum(v for row in saves(page)[-1]["kernel"][0] for v in row) == pytest.approx(1)


def test_undo_and_examples(page, mount):
    box = mount(KernelPlayground(IMAGE, kernels.sobel_x()))
    cell = box.get_by_label("weight 1, 1")
    for text in ("5", "1/4"):
        cell.fill(text)
        cell.press("Enter")
    cell.press("Control+z")
    expect(cell).to_have_value("5")
    cell.press("Escape")
    expect(cell).to_have_value("0.25")
    cell.fill("abc")
    cell.press("Enter")
    box.get_by_label("example").select_option("box")
    expect(cell).to_have_value("0.1111")  # an example replaces all that was typed
    expect(box.locator("div.convlab-reasons")).to_be_hidden()
    cell.press("Control+z")
    expect(cell).to_have_value("0.1111")  # what was before belongs to another kernel


def test_weights_are_typed_one_after_the_other(page, mount):
    box = mount(KernelPlayground(IMAGE, [[0, 0], [0, 0]]))
    box.get_by_label("weight 0, 0").click()
    for digit in "1234":
        page.keyboard.press("Control+a")
        page.keyboard.type(digit)
        page.keyboard.press("Tab")
    assert saves(page)[-1]["kernel"] == [[[1, 2], [3, 4]]]


def test_examples_sizes_and_padding(page, mount):
    box = mount(KernelPlayground(IMAGE))
    box.get_by_label("example").select_option("gaussian")
    expect(box.locator(".convlab-cells input")).to_have_count(25)
    box.get_by_label("padding").select_option("reflect")
    assert saves(page)[-1] == {"padding_mode": "reflect"}
    height = box.get_by_label("kernel, height")
    height.fill("15")
    height.press("Tab")
    panel = box.locator(".convlab-reasons").first
    expect(panel).to_contain_text("padding < input: 7 lines of padding, 6 of the image")
    assert saves(page)[-1] == {"padding_mode": "reflect"}  # what cannot be is not told
    panel.get_by_role("button", name="padding replicate").click()
    assert saves(page)[-1]["padding_mode"] == "replicate" and len(saves(page)[-1]["kernel"][0]) == 15
    expect(panel).to_be_hidden()


def test_a_click_takes_what_has_just_been_typed(page, mount):
    box = mount(KernelPlayground(IMAGE, kernels.box(3)))
    box.get_by_label("weight 1, 1").fill("3")
    box.get_by_role("button", name="sum to 1").click()
    expect(box.locator(".convlab-facts")).to_contain_text("sum of the weights: 1")


def test_a_larger_kernel_keeps_its_middle(page, mount):
    box = mount(KernelPlayground(IMAGE, [[1, 2], [3, 4]]))
    for size, kernel in ((4, [[0, 0, 0, 0], [0, 1, 2, 0], [0, 3, 4, 0], [0, 0, 0, 0]]), (2, [[1, 2], [3, 4]])):
        for axis in ("height", "width"):
            box.get_by_label(f"kernel, {axis}").fill(str(size))
            box.get_by_label(f"kernel, {axis}").press("Enter")
        assert saves(page)[-1]["kernel"] == [kernel]


def test_a_picture_that_is_too_small_leaves_everything_and_the_next_one_is_taken(page, mount, tmp_path):
    box = mount(KernelPlayground(IMAGE, kernels.box(3), padding_mode="valid"))
    for size in ((1, 1), (9, 9)):
        Image.new("L", size, 90).save(tmp_path / f"{size[0]}.png")
    choose = box.get_by_label("your photo")
    choose.set_input_files(tmp_path / "1.png")
    panel = box.locator("div.convlab-reasons")
    expect(panel).to_contain_text("This picture cannot be taken. No window fits")
    assert saves(page) == []
    choose.set_input_files(tmp_path / "9.png")
    expect(panel).to_be_hidden()
    expect(box.get_by_text("image 9 × 9")).to_be_visible()
    choose.set_input_files(tmp_path / "1.png")
    panel.get_by_role("button", name="padding zeros").first.click()
    expect(box.get_by_text("image 1 × 1")).to_be_visible()
    expect(panel).to_be_hidden()


def test_keys_and_hover_say_the_sum(page, mount):
    box = mount(KernelPlayground(IMAGE, [[2, -1]], padding_mode="valid"))
    stage, live = box.locator("[role=application]"), box.locator(".convlab-live")
    stage.focus()
    page.keyboard.press("End")
    assert saves(page)[-1] == {"position": [5, 6]}
    a, b = (f"{v / 255:.2f}".rstrip("0").rstrip(".") for v in IMAGE[5, 6:8].tolist())
    expect(live).to_contain_text(f"result (5, 6) ≈ {a}·2 + {b}·(−1)")
    page.keyboard.press("ArrowUp")
    assert saves(page)[-1] == {"position": [4, 6]}
    count = len(saves(page))
    box.locator(".convlab-result").hover(position={"x": 5, "y": 5})
    expect(live).to_contain_text("result (0, 0)")
    assert len(saves(page)) == count


def test_space_does_not_scroll_the_page_and_the_pictures_say_what_they_are(page, mount):
    box = mount(KernelPlayground(IMAGE, [[2, -1]], padding_mode="valid"))
    page.evaluate("document.body.style.paddingBottom = '3000px'")
    box.locator("[role=application]").focus()
    before = page.evaluate("scrollY")
    page.keyboard.press("Space")
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") == before
    names = box.locator("canvas").evaluate_all("nodes => nodes.map((node) => node.getAttribute('aria-label'))")
    assert names == ["grey photo, 6 × 8", "the photo under the kernel, 6 × 7, purple above zero and orange below"]
    box.get_by_label("show", exact=True).select_option("picture")
    expect(box.get_by_role("img", name="6 × 7, 0 black and 1 white")).to_have_count(1)
    assert box.locator("[inputmode=decimal]").count() == 0  # that keypad may have neither - nor /


def test_python_changes_what_is_shown(page, mount):
    box = mount(KernelPlayground(IMAGE))
    page.evaluate("model.push({ kernel: [[[1, 2], [3, 4]]], padding_mode: 'valid', position: [0, 0] })")
    expect(box.locator(".convlab-cells input")).to_have_count(4)
    expect(box.get_by_text("result 5 × 7")).to_be_visible()
    assert saves(page) == []


@pytest.mark.parametrize("channels", [1, 3])
def test_the_learners_own_photo(page, mount, tmp_path, channels):
    box = mount(KernelPlayground(COLOUR if channels == 3 else IMAGE))
    file = tmp_path / "<b>me<b>.png"
    Image.new("RGB", (640, 320), (250, 100, 50)).save(file)
    box.get_by_label("your photo").set_input_files(file)
    expect(box.get_by_text(re.compile("80 × 160")).first).to_be_visible()
    shape, pixels = page.evaluate(
        """(({ shape, data }) => [shape, [0, 1, 2].map((c) => data.getUint8(c * 80 * 160 % data.byteLength))])
            (model.get('image'))"""
    )
    assert shape == [channels, 80, 160] and "image" in saves(page)[-1]
    assert pixels == ([250, 100, 50] if channels == 3 else [139] * 3)
    box.get_by_role("button", name="back to the photo").click()
    expect(box.get_by_text(re.compile("6 × 8")).first).to_be_visible()


def test_a_file_that_is_no_picture_loses_nothing(page, mount, tmp_path):
    box = mount(KernelPlayground(IMAGE))
    file = tmp_path / "<b>notes<b>.png"
    file.write_text("no picture")
    box.get_by_label("your photo").set_input_files(file)
    expect(box.get_by_text("<b>notes<b>.png could not be read as a picture")).to_be_visible()
    assert saves(page) == []
    expect(box.get_by_text("image 6 × 8")).to_be_visible()


def test_the_copied_code_gives_the_same(browser):
    with watched(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        playground = KernelPlayground(kernel=torch.randn(3, 2, 3), padding_mode="circular")
        show_alone(page, playground)
        page.get_by_role("button", name="copy the PyTorch code").click()
        expect(page.locator(".convlab-live")).to_have_text("copied")
        lines = page.evaluate("navigator.clipboard.readText()").strip().splitlines()
    names = {"playground": playground}
    exec("\n".join([*lines[:-1], f"result = {lines[-1]}"]), names)
    torch.testing.assert_close(names["result"].double(), playground.output, atol=1e-5, rtol=1e-5)


def test_it_ends_cleanly(page, mount):
    mount(KernelPlayground(IMAGE))
    page.evaluate("ends.forEach((end) => end())")
    assert page.evaluate("model.listening()") == 0
    page.evaluate("document.body.setAttribute('data-jp-theme-light', 'false')")
    expect(page.locator(".convlab-x")).to_have_count(0)
