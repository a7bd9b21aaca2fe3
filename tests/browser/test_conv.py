"""ConvExplorer in a real browser: what it shows, its mouse, its keys, its explanations."""

import json
import re

import pytest
import torch
from playwright.sync_api import expect

from convlab.explorers import ConvExplorer

from .conftest import saves, show_alone, watched

X = torch.tensor([[1.0, -2, 3, 0, 2], [0, 4, -1, 2, 1], [2, 1, 0, -3, 5], [1, 1, 2, 2, -4]])
KERNEL = torch.tensor([[1.0, 0, -1], [2, 0, -2]])


def cell(box, grid, i, j):
    return box.locator(f".convlab-grid.convlab-{grid} rect[data-i='{i}'][data-j='{j}']:not(.convlab-hatched)")


def test_keys_step_the_window_and_tell_python(page, mount):
    box = mount(ConvExplorer(X, KERNEL))
    stage, live = box.locator(".convlab-box"), box.locator(".convlab-live")
    expect(live).to_contain_text("output (0, 0)")
    stage.focus()
    for key, place in (("ArrowRight", [0, 1]), ("ArrowDown", [1, 1]), ("End", [2, 2]), ("Home", [0, 0])):
        page.keyboard.press(key)
        assert saves(page)[-1] == {"position": place}
        expect(live).to_contain_text(f"output ({place[0]}, {place[1]})")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")  # from the end of a line to the next
    assert saves(page)[-1] == {"position": [1, 0]}
    expect(box.locator(".convlab-cell.convlab-window")).to_have_count(6)
    expect(box.locator(".convlab-grid.convlab-output .convlab-cell.convlab-here")).to_have_count(1)


def test_the_output_is_pythons(page, mount):
    explorer = ConvExplorer(X, KERNEL, stride=(1, 2), padding=(1, 0), convolution=True)
    box = mount(explorer)
    shown = [[cell(box, "output", i, j).locator("+ text").text_content() for j in range(2)] for i in range(5)]
    assert [[float(text.replace("−", "-")) for text in row] for row in shown] == explorer.output.tolist()


def test_the_sum_is_written_out(page, mount):
    box = mount(ConvExplorer(X, KERNEL))
    expect(box.locator(".convlab-live")).to_have_text(
        "output (0, 0) = 1·1 + (−2)·0 + 3·(−1) + 0·2 + 4·0 + (−1)·(−2) = 0"
    )


def test_hover_stays_in_the_browser(page, mount):
    box = mount(ConvExplorer(X, KERNEL))
    before = len(saves(page))
    cell(box, "output", 1, 1).hover()
    expect(box.locator(".convlab-live")).to_contain_text("output (1, 1)")
    cell(box, "input", 1, 2).hover()
    expect(box.locator(".convlab-live")).to_contain_text("pixel (1, 2) = −1 is used by 6 outputs")
    expect(box.locator(".convlab-grid.convlab-output .convlab-cell.convlab-lit")).to_have_count(6)
    cell(box, "kernel", 1, 0).hover()
    expect(box.locator(".convlab-grid.convlab-input .convlab-cell.convlab-lit")).to_have_count(1)
    assert len(saves(page)) == before


def test_python_moves_the_window_and_the_settings(page, mount):
    box = mount(ConvExplorer(X, KERNEL))
    page.evaluate("model.push({ position: [2, 1] })")
    expect(box.locator(".convlab-live")).to_contain_text("output (2, 1)")
    page.evaluate("model.push({ stride: [2, 2], position: [0, 0] })")
    expect(box.get_by_text("output 2 × 2")).to_be_visible()
    expect(box.locator("code.convlab-call")).to_have_text("F.conv2d(x[None, None], kernel[None, None], stride=2)[0, 0]")
    assert saves(page) == []


def test_an_impossible_setting_is_explained_and_not_sent(page, mount):
    box = mount(ConvExplorer(X, KERNEL))
    height = box.get_by_label("dilation, height")
    height.fill("4")
    height.press("Tab")
    panel = box.locator(".convlab-reasons")
    expect(panel).to_contain_text(
        "dilation * (kernel - 1) + 1 <= input + 2 * padding: 4 * (2 - 1) + 1 = 5, but 4 + 2 * 0 = 4"
    )
    assert saves(page) == []
    expect(box.locator(".convlab-bar").last).to_have_css("opacity", "0.45")  # it is not the call for what is set
    for name in ("play or pause", "step", "save", "copy"):  # what looks disabled is
        button = box.get_by_role("button", name=name).last
        expect(button).to_be_disabled()
        button.focus()
        page.keyboard.press("Enter")
        expect(button).to_be_focused()
    box.locator(".convlab-box").focus()
    page.keyboard.press("Space")
    page.wait_for_timeout(50)
    expect(box.get_by_text("▶ play")).to_be_visible()
    assert saves(page) == []
    panel.get_by_role("button", name="back to them").click()
    expect(box.get_by_role("button", name="play or pause")).to_be_enabled()
    expect(panel).to_be_hidden()
    expect(height).to_have_value("1")
    height.fill("4")
    height.press("Enter")
    panel.get_by_role("button", name="padding 1 (height)").click()
    expect(panel).to_be_hidden()
    expect(box.locator(".convlab-box")).to_be_focused()  # the button is gone
    expect(box.locator(".convlab-bar").last).to_have_css("opacity", "1")
    assert saves(page)[-1] == {"padding": [1, 0], "dilation": [4, 1]}
    expect(box.get_by_text("input 4 × 5, padded 6 × 5")).to_be_visible()


@pytest.mark.parametrize(
    ("options", "keys", "words"),
    [
        ({}, ["ArrowRight"], "output (0, 1) = 2, window rows 0 to 1, columns 1 to 3"),
        ({"padding": 1}, [], "output (0, 0) = 4, window row 0, columns 0 to 1, the rest on padding"),
        ({"padding": 3}, [], "output (0, 0) = 0, window on the padding only"),
        ({"dilation": 2}, [], "window rows 0 and 2, columns 0, 2 and 4"),
        ({}, ["i", "End"], "pixel (3, 4) = −4 is used by 1 output: (2, 2)"),
        ({}, ["i", "ArrowRight"], "pixel (0, 1) = −2 is used by 2 outputs: (0, 0), (0, 1)"),
        ({"padding": 1}, ["i", *["ArrowDown"] * 2, *["ArrowRight"] * 3], "used by 6 outputs from (1, 1) to (2, 3)"),
    ],
)
def test_who_uses_what_is_heard(page, mount, options, keys, words):
    box = mount(ConvExplorer(X, KERNEL, **options))
    box.locator(".convlab-box").focus()
    for key in keys or ["End", "Home"]:
        page.keyboard.press(key)
    expect(box.get_by_role("status")).to_contain_text(words)


def test_the_picture_is_read_without_the_zeros_around_it(page, mount):
    box = mount(ConvExplorer(torch.ones(8, 8), KERNEL, padding=2))
    expect(box.get_by_role("img", name="input 8 × 8, padded 12 × 12; within the padding: 1 1 1")).to_have_count(1)


def test_what_the_last_step_cannot_reach_is_hatched(page, mount):
    box = mount(ConvExplorer(X, torch.ones(2, 2), stride=2))
    expect(box.locator(".convlab-grid.convlab-input .convlab-cell.convlab-unread")).to_have_count(4)  # the fifth column
    cell(box, "input", 0, 4).hover()
    expect(box.locator(".convlab-live")).to_contain_text("is used by no output: its column lies behind the last window")
    page.evaluate("model.push({ stride: [1, 1], dilation: [2, 2] })")
    cell(box, "input", 0, 3).hover()
    page.evaluate("model.push({ stride: [2, 2] })")
    cell(box, "input", 0, 1).hover()
    expect(box.locator(".convlab-live")).to_contain_text(
        "no output: in its column every window has a gap between its weights"
    )


def test_numbers_are_edited_while_other_settings_cannot_work_and_nothing_is_lost(page, mount):
    box = mount(ConvExplorer(X, KERNEL))
    panel = box.locator(".convlab-reasons")
    box.get_by_label("dilation, height").fill("4")
    box.get_by_label("dilation, height").press("Enter")
    box.get_by_label("stride, width").fill("2")
    box.get_by_label("stride, width").press("Tab")
    for key in ("k", "Enter"):
        box.locator(".convlab-box").press(key)
    page.keyboard.type("7")
    page.keyboard.press("Tab")
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("4 * (2 - 1) + 1 = 5")
    assert saves(page)[-1]["kernel"] == [[7, 8, -1], [2, 0, -2]]  # they count at once
    page.evaluate("model.push({ convolution: true })")  # Python changes something else: what waits, waits on
    expect(box.get_by_label("dilation, height")).to_have_value("4")
    panel.get_by_role("button", name="padding 1 (height)").click()
    assert page.evaluate("['kernel', 'stride', 'padding', 'dilation', 'convolution'].map((n) => model.get(n))") == [
        [[7, 8, -1], [2, 0, -2]], [1, 2], [1, 0], [4, 1], True,
    ]  # fmt: skip


def test_tab_goes_from_number_to_number_and_out_at_the_end(page, mount):
    box = mount(ConvExplorer(X, KERNEL, padding=1))
    cell(box, "input", 4, 4).dblclick()  # a pixel, two before the last
    for text in ("7", "8"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    expect(box.get_by_role("button", name="first window")).to_be_focused()
    assert page.evaluate("model.get('x')[3]") == [*X.tolist()[3][:3], 7, 8]
    cell(box, "kernel", 0, 1).dblclick()
    page.keyboard.type("5")
    page.keyboard.press("Shift+Tab")
    expect(box.locator("input.convlab-edit")).to_have_value("1")
    page.keyboard.press("Shift+Tab")
    expect(box.get_by_label("operation")).to_be_focused()
    assert page.evaluate("model.get('kernel')[0]") == [1, 5, -1]


def test_values_can_be_edited_by_mouse_and_by_keys(page, mount):
    box = mount(ConvExplorer(X, KERNEL))
    cell(box, "input", 0, 0).dblclick()
    page.keyboard.type("-7.5")
    page.keyboard.press("Enter")
    assert saves(page)[-1]["x"][0][0] == -7.5
    box.locator(".convlab-box").focus()
    page.keyboard.press("k")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    assert saves(page)[-1]["kernel"] == [[1, 9, -1], [2, 0, -2]]
    page.keyboard.press("Enter")
    page.keyboard.type("5")
    page.keyboard.press("Escape")
    expect(box.locator("input.convlab-edit")).to_have_count(0)
    assert page.evaluate("model.get('kernel')") == [[1, 9, -1], [2, 0, -2]]


def test_an_edited_entry_of_a_flipped_kernel_is_the_one_that_was_clicked(page, mount):
    box = mount(ConvExplorer(X, KERNEL, convolution=True))
    cell(box, "kernel", 0, 0).dblclick()  # drawn turned: this is kernel[1][2]
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    assert saves(page)[-1]["kernel"] == [[1, 0, -1], [2, 0, 8]]


def test_play_runs_to_the_end_and_tells_python_once(page, mount):
    box = mount(ConvExplorer(X, KERNEL, interval=50))
    box.locator(".convlab-box").focus()
    page.keyboard.press("Space")
    expect(box.get_by_text("❚❚ pause")).to_be_visible()
    expect(box.get_by_text("▶ play")).to_be_visible()  # it has come to the end
    assert saves(page) == [{"position": [2, 2]}]


def test_two_explorers_do_not_disturb_each_other_and_end_cleanly(page, mount):
    first, second = mount(ConvExplorer(X, KERNEL)), mount(ConvExplorer(X, KERNEL, stride=2))
    first, second = page.locator(".convlab-x").nth(0), page.locator(".convlab-x").nth(1)
    second.locator(".convlab-box").focus()
    page.keyboard.press("ArrowRight")
    expect(first.locator(".convlab-live")).to_contain_text("output (0, 0)")
    expect(second.locator(".convlab-live")).to_contain_text("output (0, 1)")
    page.keyboard.press("Space")
    page.evaluate("ends.forEach((end) => end())")
    expect(page.locator(".convlab-x")).to_have_count(0)
    assert page.evaluate("models.map((m) => m.listening())") == [0, 0]


def test_the_copied_code_runs_and_gives_the_same(browser):
    with watched(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        explorer = ConvExplorer(X * 1.5, KERNEL, stride=(2, 1), padding=1, convolution=True)
        show_alone(page, explorer)
        page.get_by_role("button", name="copy the PyTorch code").click()
        expect(page.locator(".convlab-live")).to_have_text("copied")
        names = {}
        lines = page.evaluate("navigator.clipboard.readText()").strip().splitlines()
        exec("\n".join([*lines[:-1], f"result = {lines[-1]}"]), names)
        torch.testing.assert_close(names["result"].double(), explorer.output)


def test_without_python_it_is_alive(browser, tmp_path):
    file = tmp_path / "page.html"
    twice = ConvExplorer(X, KERNEL).to_html() * 2
    file.write_text(f"<!doctype html><meta charset='utf-8'>{twice}", encoding="utf-8")
    with watched(browser) as page:
        page.goto(file.as_uri())
        expect(page.locator(".convlab-x")).to_have_count(2)
        box = page.locator(".convlab-x").first
        box.locator(".convlab-box").focus()
        page.keyboard.press("End")
        expect(box.locator(".convlab-live")).to_contain_text("output (2, 2)")
        expect(page.locator("img")).to_have_count(0)
    with watched(browser, java_script_enabled=False) as page:
        page.goto(file.as_uri())
        expect(page.locator("img").first).to_be_visible()
        assert "ConvExplorer: an input of 4 by 5" in page.locator("img").first.get_attribute("alt")


@pytest.mark.parametrize("kernel", [torch.ones(1, 1), torch.ones(4, 5), torch.ones(1, 5), torch.ones(9, 9)])
def test_kernels_of_any_size(page, mount, kernel):
    box = mount(ConvExplorer(X, kernel, padding=(3, 2)))
    expect(box.locator(".convlab-grid.convlab-kernel .convlab-cell")).to_have_count(kernel.numel())


def test_the_saved_picture_stands_alone(page, mount):
    box = mount(ConvExplorer(X, KERNEL, stride=2))
    with page.expect_download() as download:
        box.get_by_role("button", name="save the picture as SVG").click()
    expect(box.get_by_role("status")).to_have_text("saved as convolution.svg")
    text = download.value.path().read_text(encoding="utf-8")
    assert text.startswith("<svg") and "−2" in text and "var(" not in json.dumps(text.split("<defs")[1][:2000])


def test_everything_has_a_name_and_nothing_needs_colour(page, mount):
    box = mount(ConvExplorer(X, KERNEL, padding=1))
    unnamed = box.locator("button, input, select, [tabindex]").evaluate_all(
        "nodes => nodes.filter((n) => !n.getAttribute('aria-label')).map((n) => n.outerHTML)"
    )
    assert unnamed == []
    assert box.locator(".convlab-cell.convlab-neg text").first.text_content().startswith("−")
    assert box.get_attribute("data-lm-suppress-shortcuts") == "true"


@pytest.mark.parametrize(("wish", "shortest"), [("reduce", 1500), ("no-preference", 50)])
def test_whoever_wants_less_motion_gets_it_slowly(browser, tmp_path, wish, shortest):
    file = tmp_path / "page.html"
    html = ConvExplorer(X, KERNEL, interval=50).to_html()
    file.write_text(f"<!doctype html><meta charset='utf-8'>{html}", encoding="utf-8")
    with watched(browser, reduced_motion=wish) as page:
        page.add_init_script("setInterval = (f, ms) => { window.delay = ms; return 1; };")
        page.goto(file.as_uri())
        page.get_by_role("button", name="play or pause").click()
        assert page.evaluate("window.delay") == shortest
        rects = page.locator(".convlab-x *")
        assert rects.evaluate_all("nodes => nodes.flatMap((n) => n.getAnimations())") == []


def test_what_is_typed_is_kept_and_so_is_the_way_on(page, mount):
    box = mount(ConvExplorer(X, KERNEL))
    box.get_by_label("stride, height").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    expect(box.get_by_label("stride, width")).to_be_focused()
    page.keyboard.type("2")  # in the place of the 1
    box.get_by_label("padding, height").click()
    expect(box.get_by_label("padding, height")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("1")
    box.get_by_role("button", name="one step on").click()
    expect(box.locator(".convlab-live")).to_contain_text("output (0, 1)")
    assert saves(page)[-1] == {"padding": [1, 0], "position": [0, 1]}
    assert page.evaluate("model.state.stride") == [2, 2]


def test_a_click_elsewhere_ends_the_editing_and_counts(page, mount):
    box = mount(ConvExplorer(X, KERNEL))
    cell(box, "input", 0, 0).dblclick()
    page.keyboard.type("6")
    cell(box, "output", 2, 1).click()
    expect(box.locator("input.convlab-edit")).to_have_count(0)
    expect(box.locator(".convlab-live")).to_contain_text("output (2, 1)")
    assert saves(page)[-1] == {"x": [[6, *X.tolist()[0][1:]], *X.tolist()[1:]], "position": [2, 1]}
    cell(box, "kernel", 0, 0).dblclick()
    page.keyboard.type("six")
    cell(box, "output", 0, 0).click()
    expect(box.locator("input.convlab-edit")).to_have_value("six")  # nothing typed is lost
    expect(box.locator(".convlab-reasons")).to_contain_text("kernel (0, 0): “six” is no number. Write a number")
    cell(box, "input", 1, 1).dblclick()  # the unfinished one comes first
    expect(box.locator("input.convlab-edit")).to_be_focused()
    page.keyboard.press("Escape")
    expect(box.locator(".convlab-box")).to_be_focused()
    expect(box.locator(".convlab-reasons")).to_be_hidden()


def test_the_buttons_go_on_with_the_window_after_a_pixel_was_looked_at(page, mount):
    box = mount(ConvExplorer(X, KERNEL))
    cell(box, "input", 1, 1).click()
    box.get_by_role("button", name="one step on").click()
    expect(box.locator(".convlab-live")).to_contain_text("output (0, 1) =")
    cell(box, "input", 1, 1).click()
    box.get_by_role("button", name="play").click()
    expect(box.locator(".convlab-live")).to_contain_text(re.compile(r"^output \("))


def test_what_pytorch_does_not_take_is_said_with_its_rule_and_stays(page, mount):
    box = mount(ConvExplorer(X, KERNEL))
    stride, panel = box.get_by_label("stride, width"), box.locator(".convlab-reasons")
    for value, rule in (("0", "PyTorch needs stride >= 1"), ("99", "Write a whole number from 1 to 32.")):
        stride.fill(value)
        stride.press("Enter")
        expect(stride).to_have_value(value)
        expect(stride).to_be_focused()
        expect(stride).to_have_attribute("aria-invalid", "true")
        expect(panel).to_contain_text(rule)
        expect(box.locator(".convlab-bar").last).to_have_css("opacity", "1")  # the picture is still true
    box.get_by_label("padding, width").fill("1")
    box.get_by_label("padding, width").press("Enter")  # other fields go on working
    assert saves(page)[-1] == {"padding": [0, 1]}
    stride.fill("1")  # the old number, typed again
    stride.press("Enter")
    expect(stride).not_to_have_attribute("aria-invalid", "true")
    expect(panel).to_be_hidden()


def test_dark_pages_get_dark_colours(browser, tmp_path):
    file = tmp_path / "page.html"
    scheme = "<meta name='color-scheme' content='light dark'>"
    file.write_text(f"<!doctype html><meta charset='utf-8'>{scheme}{ConvExplorer(X, KERNEL).to_html()}")
    grounds = []
    for colours in ("light", "dark"):
        with watched(browser, color_scheme=colours) as page:
            page.goto(file.as_uri())
            box = page.locator(".convlab-x")
            expect(box).to_be_visible()
            grounds.append(box.evaluate("node => getComputedStyle(node).backgroundColor"))
    light, dark = (sum(map(int, re.findall(r"\d+", ground)[:3])) for ground in grounds)
    assert light > 700 > 150 > dark


def test_what_is_no_number_stays_until_a_button_or_escape_gives_the_old_one_back(page, mount):
    box = mount(ConvExplorer(X, KERNEL))
    panel = box.locator(".convlab-reasons")
    for label, text in (
        ("padding, width", "100"),
        ("stride, height", "2.5"),
        ("dilation, height", "-"),
        ("kernel, width", ""),
    ):
        field = box.get_by_label(label)
        before = field.input_value()
        field.click()
        page.keyboard.press("Control+a")
        page.keyboard.type(text or " ")
        if not text:
            page.keyboard.press("Backspace")
        page.keyboard.press("Tab")
        expect(panel).to_contain_text(
            f"{label}: “{text}” is not" if text not in "-" else f"{label}: there is no number"
        )
        expect(field).to_have_attribute("aria-invalid", "true")
        panel.get_by_role("button", name=f"back to {before}").click()
        expect(field).to_have_value(before)
        expect(field).to_be_focused()
        expect(panel).to_be_hidden()
    assert saves(page) == []
    for text, value in (("1/9", 1 / 9), ("0,5", 0.5), ("5.", 5), (".5", 0.5), ("−3", -3)):
        cell(box, "input", 0, 0).dblclick()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        assert saves(page)[-1]["x"][0][0] == pytest.approx(value)
    cell(box, "input", 0, 0).dblclick()
    page.keyboard.type("abc")
    page.keyboard.press("Enter")
    expect(box.locator("input.convlab-edit")).to_have_count(1)  # still open: nothing is lost
    page.keyboard.press("Escape")
    assert page.evaluate("model.get('x')[0][0]") == -3


def test_marks_do_not_disturb_each_other(page, mount):
    box = mount(ConvExplorer(X, KERNEL))
    for grid, i, j in (("kernel", 1, 0), ("input", 0, 0), ("kernel", 0, 0), ("output", 0, 0)):
        cell(box, grid, i, j).hover()
    expect(box.locator(".convlab-grid.convlab-input .convlab-small")).to_have_count(6)
    sizes = box.locator(".convlab-small").evaluate_all("nodes => nodes.map((n) => Number(n.getAttribute('font-size')))")
    assert all(size > 5 for size in sizes), sizes
