"""ChannelExplorer in a real browser: who makes a number, who uses one, the wiring, one dimension, a narrow page."""

import pytest
import torch
from playwright.sync_api import expect

from convlab.explorers import ChannelExplorer

from .conftest import saves, show_alone, watched

X = torch.arange(64).reshape(4, 4, 4) % 7 - 2
WEIGHT = torch.arange(64).reshape(4, 4, 2, 2) % 5 - 2


def cell(box, grid, n, i, j):
    return box.locator(f".convlab-grid.convlab-{grid}").nth(n).locator(f"rect[data-i='{i}'][data-j='{j}']")


def lit(box, grid):
    return box.locator(f".convlab-grid.convlab-{grid} .convlab-cell.convlab-lit")


def type_over(page, text, key="Enter"):
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press(key)


def test_the_number_is_taken_apart_and_the_keys_step(page, mount):
    box = mount(ChannelExplorer())
    live, sums = box.locator(".convlab-live"), box.locator(".convlab-total")
    expect(live).to_have_text("map 0 (0, 0): 2 + 1 + 3 + bias 1 = 7")
    assert sums.all_text_contents() == ["sum 2", "sum 1", "sum 3"]
    expect(box.locator(".convlab-sum")).to_contain_text("Y[0, 0, 0] = 1 + (1·1 + 2·0 + 3·0 + 1·1) + (0·0 + 1·(−1) +")
    expect(box.locator(".convlab-side, .convlab-words code")).to_contain_text(
        "Y[o, i, j] = b[o] + Σ X[c, i + u, j + v] · K[o, c, u, v]"
    )
    box.locator(".convlab-box").focus()
    for key, place in [("ArrowRight", [0, 0, 1]), ("ArrowRight", [0, 1, 0]), ("End", [0, 1, 1]), ("Home", [0, 0, 0])]:
        page.keyboard.press(key)
        assert saves(page)[-1] == {"position": place}
    expect(box.locator(".convlab-product .convlab-cell")).to_have_count(12)
    expect(box.locator(".convlab-input .convlab-cell.convlab-window")).to_have_count(12)


def test_who_uses_a_pixel_a_weight_a_bias(page, mount):
    explorer = ChannelExplorer(X, WEIGHT[:, :2], [1, 0, 0, 0], groups=2)
    box = mount(explorer)
    live = box.locator(".convlab-live")
    cell(box, "input", 1, 1, 1).hover()
    expect(live).to_have_text("pixel (1, 1) of channel 1 = −2: used by 4 of map 0, 4 of map 1")
    expect(lit(box, "output")).to_have_count(8)
    expect(lit(box, "kernel")).to_have_count(8)
    cell(box, "kernel", 0, 1, 0).hover()
    expect(live).to_contain_text("weight (1, 0) of kernel 0 for channel 0 = 0: each of the 9 numbers of map 0")
    expect(lit(box, "output")).to_have_count(9)
    expect(lit(box, "input")).to_have_count(9)
    cell(box, "bias", 0, 0, 0).hover()
    expect(live).to_have_text("bias 0 = 1: added to each of the 9 numbers of map 0")
    cell(box, "output", 3, 2, 2).hover()
    expect(live).to_contain_text("map 3 (2, 2): ")
    assert saves(page) == []


def test_groups_channels_parameters_and_wiring_change_together(page, mount):
    box = mount(ChannelExplorer(X, WEIGHT, groups=1))
    facts, call = box.locator(".convlab-kind p"), box.locator("code.convlab-call")
    expect(facts).to_have_text(
        "parameters 4 · 4 · 2 · 2 + 4 biases = 68; multiply-adds 64 weights · 3 · 3 places = 576"
    )
    groups = box.get_by_label("groups")
    for text, parameters, macs, lines in [("2", 36, 288, 8), ("4", 20, 144, 4), ("1", 68, 576, 16)]:
        groups.focus()
        type_over(page, text)
        expect(facts).to_contain_text(f"= {parameters}")
        expect(facts).to_contain_text(f"= {macs}")
        expect(box.locator(".convlab-wire")).to_have_count(lines)
        words = {
            "1": "maps",
            "2": "maps: map 0 from channels 0 and 1, map 1 from",
            "4": "maps: map 0 from channel 0, map",
        }
        joined = f"wiring: {lines} slices join 4 input channels to 4 {words[text]}"
        assert box.locator(".convlab-wires").get_attribute("aria-label").startswith(joined)
        expect(box.locator(".convlab-heard")).to_contain_text(f"4 channels in, 4 out: {parameters} parameters, {macs}")
    assert saves(page)[-1]["weight"] == WEIGHT.tolist()  # the slices that the groups left out are back
    groups.focus()
    type_over(page, "3")
    panel = box.locator(".convlab-reasons")
    expect(panel).to_contain_text("Numbers of groups that divide both 4 and 4: 1, 2, 4.")
    expect(panel).to_contain_text("in_channels % groups == 0, but 4 % 3 = 1")
    panel.get_by_role("button", name="groups 4").click()
    expect(call).to_have_text("F.conv2d(x, weight, bias, groups=4)")
    assert saves(page)[-1]["groups"] == 4 and len(saves(page)[-1]["weight"][0]) == 1
    box.get_by_role("spinbutton", name="input channels").focus()
    type_over(page, "6")
    panel.get_by_role("button", name="groups 2").click()
    assert [len(saves(page)[-1][name]) for name in ("x", "weight")] == [6, 4]


def test_the_products_are_read_with_the_channel_that_they_belong_to(page, mount):
    box = mount(ChannelExplorer([[[1, 2]], [[3, 4]]], [[[[5, 6]], [[7, 8]]]], names=["left", "right"]))
    expect(box.get_by_role("img", name="right, products: 21 32")).to_have_count(1)


@pytest.mark.parametrize("kernel", [1, 2, 3, 5])
@pytest.mark.parametrize("wide", [360, 390])
def test_the_cells_of_a_sound_are_large_enough_for_a_finger(page, mount, wide, kernel):
    page.set_viewport_size({"width": wide, "height": 844})
    page.add_style_tag(content="body { margin: 0 24px; }")  # as on an exported page
    box = mount(ChannelExplorer(torch.arange(16.0).reshape(2, 8), torch.ones(2, 2, kernel)))
    large = """box => {
        const cells = [...box.querySelectorAll(".convlab-cell > rect")];
        return cells.length && cells.every((cell) => cell.getBoundingClientRect().width > 23.9);
    }"""
    page.wait_for_function(large, arg=box.element_handle(), timeout=5000)  # it is laid out once more at its width
    for at, last in (("last", 7), ("first", 0)):  # the part that is looked at is seen
        box.get_by_role("button", name=f"{at} window").click()
        page.wait_for_function(
            """([box, last]) => {
                const rect = box.querySelector(`.convlab-input rect[data-j='${last}']`);
                const a = rect.getBoundingClientRect(), b = rect.closest(".convlab-box").getBoundingClientRect();
                const pane = rect.closest("svg").getBoundingClientRect();
                return a.left >= pane.left && a.right <= pane.right && a.right <= b.right;
            }""",
            arg=[box.element_handle(), last],
            timeout=5000,
        )


def test_without_groups_there_is_no_field_and_the_kernel_may_be_one_by_one(page, mount):
    box = mount(ChannelExplorer(X, WEIGHT))
    expect(box.get_by_label("groups")).to_have_count(0)
    assert "depthwise" not in box.get_by_label("example").text_content()
    for side in ("height", "width"):
        box.get_by_label(f"kernel, {side}").focus()
        type_over(page, "1")
    expect(box.locator(".convlab-words code")).to_have_text("Y[o, i, j] = b[o] + Σ X[c, i, j] · K[o, c]   over c")
    assert "groups" not in saves(page)[-1] and saves(page)[-1]["weight"][1][0] == [[WEIGHT[1, 0, 0, 0]]]
    box.get_by_label("example").select_option("a sound")
    expect(box.locator("code.convlab-call")).to_have_text("F.conv1d(x, weight, bias)")
    expect(box.locator(".convlab-heard")).to_contain_text("2 channels in, 2 out")
    box.get_by_label("example").select_option("as at the start")
    assert saves(page)[-1]["x"] == X.tolist()


def test_all_numbers_are_typed_by_keys_and_undone(page, mount):
    box = mount(ChannelExplorer(X, WEIGHT[:, :1], groups=4))
    box.locator(".convlab-box").focus()
    for key in ("k", "Home", "Enter"):
        page.keyboard.press(key)
    for n in range(16):  # past the slices that are not there
        type_over(page, str(n), "Tab" if n < 15 else "Enter")
    assert saves(page)[-1]["weight"] == torch.arange(16).reshape(4, 1, 2, 2).tolist()
    for key in ("End", "Enter"):
        page.keyboard.press(key)
    type_over(page, "1/2")
    assert saves(page)[-1]["bias"] == [0, 0, 0, 0.5]
    for _ in range(2):
        page.keyboard.press("Control+z")
    assert saves(page)[-1]["weight"][3] == [[[12, 13], [14, -1]]]
    assert [news["bias"] for news in saves(page) if "bias" in news] == [[0, 0, 0, 0.5], [0] * 4]
    page.keyboard.press("ArrowUp")
    expect(box.locator(".convlab-live")).to_contain_text("weight (1, 0) of kernel 3 for channel 3")
    page.keyboard.press("o")
    page.keyboard.press("Enter")
    expect(box.locator(".convlab-live")).to_contain_text("This number is computed.")


@pytest.mark.parametrize("wide", [390, 900])
def test_a_page_without_python_at_any_width(browser, wide):
    with watched(browser, viewport={"width": wide, "height": 844}, has_touch=True) as page:
        show_alone(page, ChannelExplorer(X[:3], WEIGHT[:3, :3], groups=1))
        assert page.evaluate("document.documentElement.scrollWidth") == wide  # of the stored picture, too
        box = page.locator(".convlab-x")
        stage = box.locator(".convlab-box")
        expect(stage).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == wide
        assert stage.evaluate("node => node.scrollWidth <= node.clientWidth")
        small = "nodes => Math.min(...nodes.map((node) => node.getBoundingClientRect().width))"
        assert box.locator(".convlab-cell > rect").evaluate_all(small) >= 24
        expect(box.locator(".convlab-kernel")).to_have_count(9 if wide == 900 else 3)
        cell(box, "output", 2, 1, 1).tap()
        expect(box.locator(".convlab-live")).to_contain_text("map 2 (1, 1): ")
        expect(box.locator(".convlab-title").nth(0 if wide == 390 else 2)).to_have_text("kernel 2")
        tops = box.evaluate(
            """root => ["input[aria-label=groups]", ".convlab-kind", ".convlab-output"].map(
                (name) => root.querySelector(name).getBoundingClientRect().bottom)"""
        )
        assert max(tops) - min(tops) < 844  # what one changes and what it changes
        page.set_viewport_size({"width": 1290 - wide, "height": 844})
        expect(box.locator(".convlab-kernel")).to_have_count(3 if wide == 900 else 9)
