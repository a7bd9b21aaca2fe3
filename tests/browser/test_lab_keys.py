"""The explorers under the learner's hands in JupyterLab itself: keys, focus, and the next day.

JupyterLab acts on single letters, takes Enter away from fields, and gives the focus to a cell when a focused node goes:
so none of this can be tried on a page of our own.
"""

import json
import re

import jlab  # tools/browser/jlab.py
import nbformat
import pytest
from playwright.sync_api import expect

import notebooks  # tools/course/notebooks.py

from .conftest import watched
from .test_lab import ASK

CELLS = {
    "conv": "from convlab.explorers import *\nfrom torch import nn\n"
    "x = [[i * j % 7 for j in range(5)] for i in range(5)]\n"
    "conv = ConvExplorer(x, [[1, 0, -1], [2, 0, -2], [1, 0, -1]])\nconv",
    "channels": "channels = ChannelExplorer([x, x[::-1]], [[[[1, 2], [3, 4]]] * 2] * 3, groups=1)\nchannels",
    "transposed": "transposed = TransposedConvExplorer([[1, 2], [3, 4]], [[1, 0, 2], [0, 1, 0], [3, 0, 1]], stride=2)\n"
    "transposed",
    "playground": "playground = KernelPlayground()\nplayground",
    "digit": "net = nn.Sequential(nn.Conv2d(1, 4, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(576, 10))\n"
    "digit = DigitInspector(net)\ndigit",
}
# Every single key that does something to a notebook's cells, and some that move in it.
LETTERS = "abcdfhijklmnopqrstuvxyz01"
KEYS = [*LETTERS, "Shift+M", "Shift+J", "Shift+L", "Escape", "PageUp", "PageDown", "Control+s", "Control+m"]

HERE = """() => {
    const at = document.activeElement, box = at.closest(".convlab-x"), { content } = jupyterapp.shell.currentWidget;
    const cells = content.widgets.map((cell) => cell.model.type[0] + cell.model.sharedModel.source);
    return { box: box && box.classList[1], marked: at.dataset.marked ?? null, name: at.getAttribute("aria-label"),
        mode: content.mode, cells, dialog: document.querySelector(".jp-Dialog, .lm-CommandPalette:focus-within") };
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab with its own settings, as a learner has it; yield its address and folder."""
    folder = tmp_path_factory.mktemp("lab")
    with jlab.serve(folder, threads=1, overrides={}) as address:
        yield address, folder


def write(path):
    nb = nbformat.v4.new_notebook(metadata={"kernelspec": notebooks.KERNELSPEC})
    for name, source in CELLS.items():
        nb.cells += [nbformat.v4.new_markdown_cell(f"# {name}"), nbformat.v4.new_code_cell(source)]
    nb.cells.append(nbformat.v4.new_markdown_cell("The end."))
    nbformat.write(nb, path)


@pytest.fixture(scope="module")
def page(browser, lab):
    """The notebook with all explorers, run."""
    address, folder = lab
    write(folder / "all.ipynb")
    permissions = ["clipboard-read", "clipboard-write"]
    with watched(browser, viewport={"width": 1300, "height": 1000}, quiet=True, permissions=permissions) as page:
        page.set_default_timeout(30_000)
        jlab.open_notebook(page, address, "all.ipynb")
        jlab.run_all(page)
        yield page
        page.evaluate("async () => { await jupyterapp.shell.currentWidget?.context.sessionContext.shutdown(); }")


def box(page, name):
    found = page.locator(f".convlab-x.convlab-{name}")
    found.scroll_into_view_if_needed()
    return found


def fresh(page, name):
    """Run the explorer's cell again, as a learner would to start anew."""
    page.evaluate(
        """(n) => {
            jupyterapp.shell.currentWidget.content.activeCellIndex = n;
            return jupyterapp.commands.execute("notebook:run-cell");
        }""",
        2 * list(CELLS).index(name) + 1,
    )
    page.wait_for_function(jlab.READY)
    return box(page, name)


def here(page, name, cells=None):
    """Return where the focus is; it must be in this explorer, and the notebook must be untouched."""
    found = page.evaluate(HERE)
    assert found["box"] == f"convlab-{name}", found
    assert found["mode"] == "command" and not found["dialog"], found
    assert cells is None or found["cells"] == cells
    return found


def python(page, code):
    return page.evaluate(ASK, code)


def wait_for_python(page, code, text):
    page.wait_for_function(f"([code, text]) => ({ASK})(code).then((found) => found === text)", arg=[code, text])


def type_over(page, text, key):
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press(key)


FOCUSABLE = "button, input, select, [tabindex='0']"


@pytest.mark.parametrize("name", CELLS)
def test_no_key_reaches_the_notebook_and_none_moves_the_focus(page, name):
    root = box(page, name)
    cells = page.evaluate(HERE)["cells"]
    nodes = root.locator(FOCUSABLE)
    seen = set()
    for n in range(nodes.count()):
        node = nodes.nth(n)
        kind = node.evaluate("node => [node.tagName, node.type, node.className, node.getAttribute('role')].join()")
        if kind in seen or not node.is_visible():
            continue
        seen.add(kind)
        node.evaluate("node => { node.focus(); node.dataset.marked = 'yes'; }")
        for key in KEYS:
            page.keyboard.press(key)
        assert here(page, name, cells)["marked"] == "yes", kind
        node.evaluate("node => { delete node.dataset.marked; }")
        page.keyboard.press("Escape")
    assert len(seen) >= 3


@pytest.mark.parametrize("name", CELLS)
def test_a_click_on_words_keeps_the_keys_inside(page, name):
    root = box(page, name)
    cells = page.evaluate(HERE)["cells"]
    for words in (".convlab-live", ".convlab-hint >> nth=0"):
        root.locator(words).click(position={"x": 5, "y": 5})
        for key in ("b", "a", "d", "d"):
            page.keyboard.press(key)
        here(page, name, cells)


@pytest.mark.parametrize("name", CELLS)
def test_tab_walks_through_every_control_and_back(page, name):
    root = box(page, name)
    count = root.locator(FOCUSABLE).evaluate_all("nodes => nodes.filter((node) => node.checkVisibility()).length")
    root.locator(FOCUSABLE).first.focus()
    for key in ("Tab", "Shift+Tab"):
        names = [here(page, name)["name"]]
        for _ in range(count - 1):
            page.keyboard.press(key)
            names.append(here(page, name)["name"])
        assert len(set(names)) == count, names
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(HERE)["box"] is None  # one may leave, too


@pytest.mark.parametrize("name", ["conv", "channels", "transposed", "playground"])
def test_every_field_takes_enter_and_keeps_the_focus(page, name):
    root = fresh(page, name)
    cells = page.evaluate(HERE)["cells"]
    fields = root.locator("input:is([type=number], [type=text]), select")
    for n in range(fields.count()):
        field = fields.nth(n)
        field.evaluate("node => { node.focus(); node.select?.(); node.dataset.marked = 'yes'; }")
        if field.evaluate("node => node.tagName") == "SELECT":
            before = field.input_value()
            page.keyboard.press("ArrowDown")
            page.keyboard.press("ArrowDown")
            assert field.input_value() != before
        else:
            for text in ("4", "nonsense", "3"):
                page.keyboard.press("Control+a")
                page.keyboard.type(text)
                page.keyboard.press("Enter")
        assert here(page, name, cells)["marked"] == "yes", field.get_attribute("aria-label")
        field.evaluate("node => { delete node.dataset.marked; }")


def test_what_is_entered_reaches_python(page):
    root = fresh(page, "conv")
    stride = root.get_by_label("stride, height")
    expect(stride).to_have_value("1")
    stride.focus()
    type_over(page, "2", "Enter")
    wait_for_python(page, "conv.stride", "(2, 1)")
    page.keyboard.press("ArrowUp")  # a field of numbers counts
    wait_for_python(page, "conv.stride", "(3, 1)")
    type_over(page, "4", "Tab")
    wait_for_python(page, "conv.stride", "(4, 1)")
    type_over(page, "2", "Shift+Tab")
    wait_for_python(page, "conv.stride", "(4, 2)")
    assert here(page, "conv")["name"] == "stride, height"
    page.evaluate("navigator.clipboard.writeText('2')")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+v")
    page.keyboard.press("Enter")
    wait_for_python(page, "conv.stride", "(2, 2)")
    page.keyboard.press("Control+z")
    expect(stride).to_have_value("4")
    root.get_by_label("padding, width").focus()
    page.keyboard.press("Control+z")  # each field undoes its own changes only
    assert here(page, "conv")["name"] == "padding, width"
    stride.focus()
    page.keyboard.press("Tab")  # what is undone counts like what is typed
    wait_for_python(page, "conv.stride", "(4, 2)")
    python(page, "setattr(conv, 'stride', (1, 1))")
    expect(stride).to_have_value("1")
    assert here(page, "conv")["name"] == "stride, width"  # Python's change leaves the focus alone


def test_nine_weights_with_tab_and_back_with_shift_tab(page):
    root = fresh(page, "playground")
    weight = root.get_by_label("weight 0, 0")
    weight.focus()
    for n in range(9):
        assert here(page, "playground")["name"] == f"weight {n // 3}, {n % 3}"
        page.keyboard.type(f"{n + 1}")  # Tab selects what was there
        page.keyboard.press("Tab")
    wait_for_python(page, "playground.kernel.int().tolist()", "[[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]")
    for n in reversed(range(9)):
        page.keyboard.press("Shift+Tab")
        assert here(page, "playground")["name"] == f"weight {n // 3}, {n % 3}"
        page.keyboard.type(f"-{n}")
    page.keyboard.press("ArrowDown")  # and from row to row
    assert here(page, "playground")["name"] == "weight 1, 0"
    wait_for_python(page, "playground.kernel.int().tolist()", "[[[0, -1, -2], [-3, -4, -5], [-6, -7, -8]]]")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")  # stays in the text
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    wait_for_python(page, "playground.kernel[0, 0].int().tolist()", "[5, -1, -2]")
    python(page, "setattr(playground, 'kernel', [[1.0]])")  # eight of them go
    expect(root.locator(".convlab-cells input")).to_have_count(1)
    here(page, "playground")


@pytest.mark.parametrize("name", ["conv", "transposed"])
def test_numbers_in_the_picture_by_keys(page, name):
    root = fresh(page, name)
    cells = page.evaluate(HERE)["cells"]
    root.locator(".convlab-box").focus()
    for key in ("k", "Home", "Enter"):
        page.keyboard.press(key)
    for n in range(9):
        assert here(page, name, cells)["name"] == "new value"
        page.keyboard.type(str(n))
        page.keyboard.press("Tab" if n < 8 else "Enter")
    assert here(page, name, cells)["name"] == root.locator(".convlab-box").get_attribute("aria-label")
    wait_for_python(page, f"{name}.kernel.int().tolist()", "[[0, 1, 2], [3, 4, 5], [6, 7, 8]]")
    for key in ("Enter", "9", "Escape", "Enter", "x", "Enter", "b"):  # x is no number: it stays open
        page.keyboard.press(key)
    assert here(page, name, cells)["name"] == "new value"
    page.keyboard.press("Shift+Tab")  # but one may leave
    assert here(page, name, cells)["name"] == root.locator(".convlab-box").get_attribute("aria-label")
    root.get_by_role("button", name="back to 8").focus()
    page.keyboard.press("Enter")
    assert here(page, name, cells)["name"] == root.locator(".convlab-box").get_attribute("aria-label")
    assert python(page, f"{name}.kernel.int().tolist()") == "[[0, 1, 2], [3, 4, 5], [6, 7, 8]]"
    for _ in range(2):
        page.keyboard.press("Control+z")  # the picture undoes its numbers, one after the other
    last = {"conv": "[6, 0, -1]", "transposed": "[6, 0, 1]"}[name]
    wait_for_python(page, f"{name}.kernel.int().tolist()[2]", last)


def test_saving_is_what_one_may_ask_of_the_notebook(page):
    box(page, "digit").locator(".convlab-paper").focus()
    page.evaluate("jupyterapp.shell.currentWidget.context.model.sharedModel.setMetadata('asked', 1)")
    page.wait_for_function("jupyterapp.shell.currentWidget.context.model.dirty")
    page.keyboard.press("Control+s")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    here(page, "digit")


def test_impossible_settings_by_keys_only(page):
    root, panel = fresh(page, "conv"), page.locator(".convlab-conv .convlab-reasons")
    field = root.get_by_label("dilation, height")
    field.focus()
    type_over(page, "6", "Enter")
    expect(panel).to_contain_text("No window fits")
    type_over(page, "5", "Tab")  # goes on being edited
    type_over(page, "9", "Tab")
    expect(panel.locator("code")).to_have_count(2)
    page.keyboard.press("Shift+Tab")
    panel.get_by_role("button", name="padding").first.focus()
    page.keyboard.press("Enter")
    here(page, "conv")
    page.keyboard.press("Enter")
    expect(panel).to_be_hidden()
    assert here(page, "conv")["name"] == root.locator(".convlab-box").get_attribute("aria-label")
    wait_for_python(page, "conv.dilation", "(5, 9)")


def test_two_views_and_a_restarted_kernel(page):
    fresh(page, "conv")
    page.evaluate(
        """() => {
            const { content } = jupyterapp.shell.currentWidget;
            content.activeCellIndex = content.widgets.length - 1;
            return jupyterapp.commands.execute("notebook:insert-cell-below").then(() => {
                content.activeCell.model.sharedModel.setSource("conv");
                return jupyterapp.commands.execute("notebook:run-cell");
            });
        }"""
    )
    views = page.locator(".convlab-x.convlab-conv")
    expect(views).to_have_count(2)
    second = views.last.get_by_label("padding, height")
    second.focus()
    type_over(page, "1", "Enter")
    expect(views.first.get_by_label("padding, height")).to_have_value("1")
    assert here(page, "conv")["name"] == "padding, height"
    page.evaluate("jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.restart()")
    page.wait_for_function(jlab.READY)
    type_over(page, "2", "Enter")  # nobody in Python listens, and the picture goes on
    expect(views.last.locator("code.convlab-call")).to_contain_text("padding=(2, ")
    expect(views.first.get_by_label("padding, height")).to_have_value("2")
    assert here(page, "conv")["name"] == "padding, height"


def test_the_next_day(browser, lab):
    """Run, saved, closed, opened again with a fresh kernel: all of them live; and untrusted, their pictures."""
    address, folder = lab
    write(folder / "day.ipynb")
    with watched(browser, viewport={"width": 1300, "height": 1000}, quiet=True) as page:
        page.set_default_timeout(30_000)
        jlab.open_notebook(page, address, "day.ipynb")
        jlab.run_all(page)
        expect(page.locator(".convlab-x")).to_have_count(len(CELLS))
        page.evaluate("jupyterapp.commands.execute('docmanager:save')")
        page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
        page.evaluate("async () => { await jupyterapp.shell.currentWidget.context.sessionContext.shutdown(); }")
    stored = json.loads((folder / "day.ipynb").read_text(encoding="utf-8"))
    assert "widgets" not in stored["metadata"] and notebooks.WIDGET_VIEW not in json.dumps(stored)
    with watched(browser, viewport={"width": 1300, "height": 1000}, quiet=True) as page:
        page.set_default_timeout(30_000)
        jlab.open_notebook(page, address, "day.ipynb")
        for name in CELLS:
            expect(box(page, name)).to_have_count(1)
        expect(page.get_by_text("model not found")).to_have_count(0)
        root = box(page, "conv")
        root.locator(".convlab-box").focus()
        page.keyboard.press("End")
        expect(root.locator(".convlab-live")).to_contain_text("output (2, 2)")
        box(page, "digit").locator(".convlab-paper").focus()
        for key in ("Space", "ArrowDown", "Space"):
            page.keyboard.press(key)
        expect(box(page, "digit").locator(".convlab-live")).to_contain_text("The network ")  # it answers without Python
        assert not page.evaluate("jupyterapp.shell.currentWidget.context.model.dirty")  # looking is no change
        fresh(page, "conv").get_by_label("stride, height").focus()
        type_over(page, "2", "Enter")
        wait_for_python(page, "conv.stride", "(2, 1)")  # the cell was run again: Python is there
        page.evaluate("async () => { await jupyterapp.shell.currentWidget.context.sessionContext.shutdown(); }")
    stored["cells"][1]["source"] += "\n"  # somebody else's file: no signature fits
    (folder / "foreign.ipynb").write_text(json.dumps(stored), encoding="utf-8")
    with watched(browser, viewport={"width": 1300, "height": 1000}, quiet=True) as page:
        page.set_default_timeout(30_000)
        jlab.open_notebook(page, address, "foreign.ipynb")
        lines = page.get_by_text("Run this cell (Shift + Enter) to play")
        expect(lines).to_have_count(len(CELLS))
        pictures = page.locator(".convlab-stored img")
        expect(pictures).to_have_count(len(CELLS))
        assert all(width > 300 for width in pictures.evaluate_all("nodes => nodes.map((n) => n.naturalWidth)"))
        expect(page.get_by_text(re.compile("model not found|Loading widget"))).to_have_count(0)
        page.evaluate("async () => { await jupyterapp.shell.currentWidget.context.sessionContext.shutdown(); }")
