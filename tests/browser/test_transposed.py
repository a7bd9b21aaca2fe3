"""TransposedConvExplorer in a real browser: its three views, its mouse, its keys, its explanations."""

import re

import pytest
import torch
from playwright.sync_api import expect

from convlab.explorers import TransposedConvExplorer

from .conftest import saves, show_alone, watched

X, KERNEL = torch.tensor([[1.0, 2], [3, 4]]), torch.tensor([[1.0, 0, 2], [0, 1, 0], [3, 0, 1]])
NAMES = ("stride", "padding", "output_padding", "dilation")


def cell(box, grid, i, j):
    return box.locator(f".convlab-grid.convlab-{grid} rect[data-i='{i}'][data-j='{j}']:not(.convlab-hatched)")


def test_the_same_sum_stands_in_all_three_views(page, mount):
    box = mount(TransposedConvExplorer(X, KERNEL, stride=2, position=(2, 2)))
    expect(box.get_by_text("1·1 + 2·3 + 3·2 + 4·1 = 17")).to_have_count(4)  # and once more in the live text
    for grid in ("canvas", "output", "ys"):
        expect(box.locator(f".convlab-grid.convlab-{grid} .convlab-cell.convlab-lit > text").first).to_have_text("17")
    expect(box.locator(".convlab-grid.convlab-matrix .convlab-cell.convlab-window")).to_have_count(4)
    expect(box.locator(".convlab-grid.convlab-zeros .convlab-cell.convlab-window")).to_have_count(9)


def test_keys_step_and_tell_python(page, mount):
    box = mount(TransposedConvExplorer(X, KERNEL, stride=2))
    box.locator(".convlab-box").focus()
    steps = [
        ("ArrowRight", [0, 1]),
        ("ArrowDown", [1, 1]),
        ("End", [4, 4]),
        ("Home", [0, 0]),
        ("ArrowDown", [1, 0]),
        ("ArrowLeft", [0, 4]),
    ]
    for key, place in steps:
        page.keyboard.press(key)
        assert saves(page)[-1] == {"position": place}
        expect(box.locator(".convlab-live")).to_contain_text(f"Y({place[0]}, {place[1]}):")
    page.keyboard.press("i")
    page.keyboard.press("ArrowRight")
    expect(box.locator(".convlab-live")).to_contain_text("x(0, 1) stamps 2 · K")
    page.keyboard.press("m")
    page.keyboard.press("End")
    expect(box.locator(".convlab-live")).to_have_text("row 24: Y(4, 4); column 3: x(1, 1); entry 1 = kernel (2, 2)")


def test_hovering_an_input_pixel_shows_its_stamp_everywhere_and_stays_in_the_browser(page, mount):
    box = mount(TransposedConvExplorer(X, KERNEL, stride=2, padding=1))
    before = len(saves(page))
    for grid, i, j in (("input", 0, 1), ("zeros", 1, 3)):
        cell(box, grid, i, j).hover()
        expect(box.locator(".convlab-live")).to_contain_text(
            "x(0, 1) stamps 2 · K; 5 of 9 are cut off; matrix: column 1"
        )
        expect(box.locator(".convlab-grid.convlab-canvas .convlab-cell.convlab-window")).to_have_count(9)
        expect(box.locator(".convlab-grid.convlab-output .convlab-cell.convlab-window")).to_have_count(4)
        expect(box.locator(".convlab-grid.convlab-matrix .convlab-cell.convlab-window")).to_have_count(4)
        lit = box.locator(":is(.convlab-canvas, .convlab-output) .convlab-lit")
        expect(lit).to_have_count(0)  # no pixel of Y is meant
        expect(box.get_by_text("column 1: where it goes")).to_be_visible()
        expect(box.get_by_text("stamps on Y")).to_have_count(0)
    cell(box, "canvas", 0, 0).hover()
    expect(box.locator(".convlab-live")).to_contain_text("cut off by padding: 1·1 = 1")
    cell(box, "canvas", 0, 0).click()  # is no pixel of the output: nothing to go to
    cell(box, "matrix", 4, 0).hover()
    expect(box.locator(".convlab-live")).to_have_text("row 4: Y(1, 1); column 0: x(0, 0); entry 1 = kernel (2, 2)")
    assert len(saves(page)) == before


def test_the_stamps_play_one_after_the_other_and_step_back(page, mount):
    box = mount(TransposedConvExplorer(X, KERNEL, stride=2, position=(2, 2), interval=50))
    live, centre = (
        box.locator(".convlab-live"),
        box.locator(".convlab-grid.convlab-canvas .convlab-cell.convlab-lit > text").first,
    )
    box.locator(".convlab-box").focus()
    page.keyboard.press("Space")
    expect(box.get_by_text("❚❚ pause")).to_be_visible()
    expect(box.get_by_text("▶ play")).to_be_visible()  # it has come to the end
    expect(centre).to_have_text("17")
    box.get_by_role("button", name="one stamp back").click()
    expect(live).to_contain_text("stamp 3 of 4: x(1, 0) stamps 3 · K")
    expect(live).to_contain_text("1·1 + 2·3 + 3·2 = 13; stamps: 3 of 4")
    expect(centre).to_have_text("13")
    expect(box.locator(".convlab-grid.convlab-input .convlab-cell.convlab-later")).to_have_count(1)
    box.get_by_role("button", name="no stamps").click()
    expect(centre).to_have_text("0")
    box.get_by_role("button", name="one stamp more").click()
    expect(centre).to_have_text("1")
    box.get_by_role("button", name="all stamps").click()
    expect(centre).to_have_text("17")
    assert saves(page) == []


def test_counted_stamps_show_the_checkerboard(page, mount):
    box = mount(TransposedConvExplorer(torch.ones(4, 4) * 5, torch.zeros(3, 3), stride=2))
    button = box.get_by_role("button", name="stamps on each pixel")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert saves(page) == [{"show_overlaps": True}]
    counts = box.locator(".convlab-grid.convlab-canvas .convlab-cell > text:not(.convlab-small)").all_text_contents()
    explorer = TransposedConvExplorer(torch.ones(4, 4), KERNEL, stride=2)
    order = box.locator(".convlab-grid.convlab-canvas .convlab-cell > rect:first-child").evaluate_all(
        "n => n.map((r) => r.dataset.i * 9 + +r.dataset.j)"
    )
    assert [int(counts[order.index(n)]) for n in range(81)] == explorer.overlaps.flatten().tolist()
    assert set(
        box.locator(".convlab-grid.convlab-output .convlab-cell > text:not(.convlab-small)").all_text_contents()
    ) == {"0"}  # Y stays Y


@pytest.mark.parametrize("name", ["output_padding", "padding"])
def test_an_impossible_setting_is_explained_and_not_sent(page, mount, name):
    box = mount(TransposedConvExplorer(X, KERNEL, stride=2))
    spin = box.get_by_label(f"{name}, height", exact=True)
    spin.fill("3")
    spin.press("Tab")
    rule = {
        "output_padding": "output_padding < max(stride, dilation), but 3 >= max(2, 1)",
        "padding": "(2 - 1) * 2 - 2 * 3 + 1 * (3 - 1) + 0 + 1 = -1",
    }[name]
    panel = box.locator(".convlab-reasons")
    expect(panel).to_contain_text(rule)
    assert saves(page) == []
    fix = {"output_padding": "output_padding 1 (height)", "padding": "padding 2 (height)"}[name]
    panel.get_by_role("button", name=f"{fix}: take this").click()
    expect(panel).to_be_hidden()
    assert saves(page)[-1][name] == [1 if name == "output_padding" else 2, 0]


def test_a_negative_border_crops_and_a_cut_is_hatched(page, mount):
    box = mount(TransposedConvExplorer(torch.ones(5, 4), torch.ones(2, 1), stride=1, padding=(2, 0)))
    expect(box.locator(".convlab-grid.convlab-zeros .convlab-cell.convlab-cut")).to_have_count(
        8
    )  # the first and the last row
    expect(box.locator(".convlab-grid.convlab-canvas .convlab-cell.convlab-cut")).to_have_count(16)
    expect(box.locator(".convlab-grid.convlab-output .convlab-cell")).to_have_count(8)


def test_values_can_be_edited_by_mouse_and_by_keys(page, mount):
    box = mount(TransposedConvExplorer(X, KERNEL, stride=2))
    cell(box, "zeros", 2, 4).dblclick()
    page.keyboard.type("-7.5")
    page.keyboard.press("Enter")
    assert saves(page)[-1]["x"] == [[1, -7.5], [3, 4]]
    cell(box, "flipped", 0, 0).dblclick()  # drawn turned: this is kernel[2][2]
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    assert saves(page)[-1]["kernel"][2][2] == 8
    box.locator(".convlab-box").focus()
    page.keyboard.press("k")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.keyboard.type("5")
    page.keyboard.press("Escape")
    assert page.evaluate("model.get('kernel')")[0][0] == 1


def test_views_switch_from_both_sides(page, mount):
    box = mount(TransposedConvExplorer(X, KERNEL, stride=2))
    box.get_by_role("button", name="matrix: view").click()
    assert saves(page) == [{"view": "matrix"}]
    expect(box.locator(".convlab-grid.convlab-canvas")).to_have_count(0)
    expect(box.get_by_role("button", name="matrix: view")).to_have_attribute("aria-pressed", "true")
    page.evaluate("model.push({ view: 'stamps', position: [2, 2] })")
    expect(box.locator(".convlab-grid.convlab-canvas")).to_be_visible()
    expect(box.locator(".convlab-live")).to_contain_text("= 17")
    page.evaluate("model.push({ stride: [1, 1], position: [0, 0] })")
    expect(box.locator("code.convlab-call")).to_have_text("F.conv_transpose2d(x[None, None], kernel[None, None])[0, 0]")
    assert len(saves(page)) == 1


def test_the_keys_go_only_where_something_is_shown(page, mount):
    box = mount(TransposedConvExplorer(X, KERNEL, stride=2))
    stage, live = box.locator(".convlab-box"), box.locator(".convlab-live")
    expect(stage).to_have_attribute("aria-label", re.compile("I: input, K: kernel, O: output, M: matrix;"))
    stage.focus()
    page.keyboard.press("m")
    expect(live).to_contain_text("row 0: Y(0, 0); column 0")
    for view, key in (("zeros", "m"), ("stamps", "m"), ("matrix", "k")):
        box.get_by_role("button", name=f"{view}: view").click()
        assert f"{key.upper()}: " not in stage.get_attribute("aria-label")
        stage.focus()
        page.keyboard.press(key)
        expect(live).to_contain_text("This view does not show that.")
        page.keyboard.press("ArrowRight")
        expect(live).to_contain_text("Y(0, ")  # the keys are where they were


@pytest.mark.parametrize("wide", [40, 120, 320, 360, 390, 430])
def test_no_heading_is_cut_off_at_any_width(page, mount, wide):
    page.set_viewport_size({"width": wide, "height": 844})
    box = mount(TransposedConvExplorer(X, KERNEL, stride=2))
    over = """texts => texts.map((text) => text.getBoundingClientRect().right
        - text.closest("svg").getBoundingClientRect().right)"""
    for view in ("all", "stamps", "zeros", "matrix"):
        box.get_by_role("button", name=f"{view}: view").click()
        ends = box.locator("text.convlab-left").evaluate_all(over)
        assert ends and (max(ends) <= 0 or wide < 200), view


def test_every_example_works(page, mount):
    box = mount(TransposedConvExplorer(X, KERNEL, stride=2))
    choice = box.get_by_label("examples")
    expect(choice).to_have_value("your values")
    for name in choice.locator("option").all_text_contents()[2:]:
        choice.select_option(name)
        expect(choice).to_have_value(name)
        expect(box.locator(".convlab-reasons")).to_be_hidden()
        state = page.evaluate("model.state")
        TransposedConvExplorer(**{n: state[n] for n in ("x", "kernel", *NAMES)})  # Python takes it too
    choice.select_option("your values")
    assert page.evaluate("model.state.x") == X.tolist()


def test_a_click_on_a_cell_that_the_typed_size_takes_away(page, mount):
    box = mount(TransposedConvExplorer(torch.ones(3, 3), KERNEL))
    box.get_by_label("x, width").fill("1")
    cell(box, "input", 0, 2).click()  # the page would report a script that broke
    expect(box.locator(".convlab-grid.convlab-input .convlab-cell")).to_have_count(3)


def test_what_is_too_large_in_every_way_leads_back(page, mount):
    box = mount(TransposedConvExplorer(X, KERNEL, stride=2))
    for name in ("x", "kernel", "stride"):
        field = box.get_by_label(f"{name}, width")
        field.fill("32")
        field.press("Tab")
    panel = box.locator(".convlab-reasons")
    expect(panel).to_contain_text("Too large to draw along the width")
    ways = panel.get_by_role("button").all_text_contents()
    assert ways == ["back to them"]
    panel.get_by_role("button").click()
    expect(panel).to_be_hidden()
    expect(box.get_by_label("x, width")).to_have_value("2")
    assert saves(page) == []


def test_two_explorers_end_cleanly_and_everything_has_a_name(page, mount):
    mount(TransposedConvExplorer(X, KERNEL, stride=2))
    second = mount(TransposedConvExplorer(X, KERNEL))
    unnamed = second.locator("button, input, select, [tabindex]").evaluate_all(
        "nodes => nodes.filter((n) => !n.getAttribute('aria-label')).map((n) => n.outerHTML)"
    )
    assert unnamed == []
    second.locator(".convlab-box").focus()
    page.keyboard.press("Space")
    page.evaluate("ends.forEach((end) => end())")
    expect(page.locator(".convlab-x")).to_have_count(0)
    assert page.evaluate("models.map((m) => m.listening())") == [0, 0]


def test_a_hover_is_drawn_within_a_frame(page, mount):
    mount(TransposedConvExplorer(torch.ones(4, 4), torch.ones(4, 4), stride=2))
    took = page.evaluate(
        """() => {
            const cells = [...document.querySelectorAll(".convlab-grid.convlab-output rect")], took = [];
            for (const rect of cells) {
                const begin = performance.now();
                rect.dispatchEvent(new PointerEvent("pointermove", { bubbles: true }));
                document.body.getBoundingClientRect();
                took.push(performance.now() - begin);
            }
            return took.sort((a, b) => a - b)[took.length >> 1];
        }"""
    )
    assert took < 16, took


def test_without_python_it_is_alive_and_its_code_runs(browser):
    explorer = TransposedConvExplorer(X * 1.5, KERNEL, stride=(2, 1), padding=1, output_padding=(1, 0))
    with watched(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        show_alone(page, explorer)
        page.locator(".convlab-box").focus()
        page.keyboard.press("End")
        expect(page.locator(".convlab-live")).to_contain_text("Y(3, 1)")
        page.get_by_role("button", name="copy the PyTorch code").click()
        expect(page.locator(".convlab-live")).to_have_text("copied")
        lines = page.evaluate("navigator.clipboard.readText()").strip().splitlines()
        names = {}
        exec("\n".join([*lines[:-1], f"result = {lines[-1]}"]), names)
        torch.testing.assert_close(names["result"].double(), explorer.output)


def test_a_matrix_that_is_too_large_is_said_in_words(page, mount):
    box = mount(TransposedConvExplorer(torch.ones(15, 15), torch.ones(4, 4), stride=2))
    expect(box.get_by_text("1024 × 225: too large to draw")).to_be_visible()
    expect(box.locator(".convlab-grid.convlab-matrix")).to_have_count(0)
