"""The whole course in JupyterLab, in a real Chromium: every notebook runs, and its explorers are alive.

    make test-browser                    all of it
    pytest tests/browser/test_lab.py     this file

With CONVLAB_PICTURES=folder it leaves pictures of all explorers there, light and dark.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jlab  # tools/browser/jlab.py
import nbformat
import pytest
from learner import NB, Course, hidden_cell, tag
from playwright.sync_api import expect

import notebooks  # tools/course/notebooks.py

from .conftest import watched

STORED = sorted(notebooks.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
NAMES = {
    "ChannelExplorer": "channels",
    "ConvExplorer": "conv",
    "TransposedConvExplorer": "transposed",
    "KernelPlayground": "playground",
    "DigitInspector": "digit",
}
STAGES = {
    "channels": ".convlab-box",
    "conv": ".convlab-box",
    "transposed": ".convlab-box",
    "playground": "[role=application]",
    "digit": ".convlab-step canvas",
}
PICTURES = os.environ.get("CONVLAB_PICTURES")

OUTPUTS = """jupyterapp.shell.currentWidget.content.widgets.map((cell) => cell.model)
    .filter((model) => model.type === "code")
    .map((model) => [model.sharedModel.source, model.sharedModel.metadata.tags ?? [], model.outputs.toJSON()])"""
ASK = """async (code) => {
    const kernel = jupyterapp.shell.currentWidget.context.sessionContext.session.kernel;
    const asked = { code: "", user_expressions: { found: code }, store_history: false };
    const reply = await kernel.requestExecute(asked).done;
    return reply.content.user_expressions.found.data?.["text/plain"] ?? JSON.stringify(reply.content);
}"""


def explorers_in(path: Path) -> list[str]:
    """Return the explorers that the notebook's outputs store, in order."""
    text = [
        output.get("data", {}).get("text/plain", "")
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", [])
        if "convlab-stored" in output.get("data", {}).get("text/html", "")
    ]
    return [NAMES[re.match(r"\w+", line)[0]] for line in text]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab that serves a copy of the notebooks, and a learner's copy of a small course; yield its address."""
    folder = tmp_path_factory.mktemp("lab")
    course = Course(folder)
    for change in (tag("predict"), hidden_cell("assert False, 'a learner sees this'")):
        course.publish(change)
    assert course.copy().ok
    shutil.copytree(notebooks.NOTEBOOKS, folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    with jlab.serve(folder, threads=1) as address:  # kernels and browsers share the cores: more threads only wait
        yield address


@pytest.fixture
def opened(browser, lab):
    """Return a function that opens a notebook and waits for its kernel."""
    with watched(browser, viewport={"width": 1300, "height": 1000}, quiet=True) as page:
        page.set_default_timeout(60_000)
        outside = []
        ours = (lab, lab.replace("http", "ws"), "data:", "blob:")
        page.on("request", lambda request: request.url.startswith(ours) or outside.append(request.url))

        def open_notebook(path: Path, folder: str = "notebooks"):
            jlab.open_notebook(page, lab, f"{folder}/{path.name}")
            return page

        yield open_notebook
        page.evaluate("async () => { await jupyterapp.shell.currentWidget?.context.sessionContext.shutdown(); }")
        assert not outside, outside


@pytest.mark.parametrize("path", STORED, ids=[path.stem for path in STORED])
def test_a_notebook_runs_and_its_explorers_are_alive(path, opened):
    page = opened(path)
    jlab.run_all(page)
    for source, tags, outputs in page.evaluate(OUTPUTS):
        errors = [output for output in outputs if output["output_type"] == "error"]
        assert bool(errors) == ("raises-exception" in tags), (source, errors)
        complaints = [output for output in outputs if output.get("name") == "stderr"]
        assert not complaints or "NBVAL_IGNORE_OUTPUT" in source, (source, complaints)
    boxes = page.locator(".jp-NotebookPanel .convlab-x")
    names = explorers_in(path)
    expect(boxes).to_have_count(len(names))
    for number, name in enumerate(names):
        box = boxes.nth(number)
        expect(box).to_have_class(re.compile(rf"\b{name}\b"))
        box.scroll_into_view_if_needed()
        drive(page, box, name)
        for colours in ("Light", "Dark") if PICTURES else ():
            jlab.theme(page, colours)
            box.scroll_into_view_if_needed()
            page.wait_for_timeout(300)
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            box.screenshot(path=f"{PICTURES}/{path.stem[:2]}-{number}-{name}-{colours.lower()}.png")
    cells = page.evaluate("jupyterapp.shell.currentWidget.content.widgets.length")
    assert cells == len(nbformat.read(path, as_version=4).cells)  # no key of ours made or deleted a cell


def drive(page, box, name):
    """Use an explorer by mouse and by keyboard: its text must follow."""
    stage, live = box.locator(STAGES[name]).first, box.locator(".convlab-live")
    stage.hover(position={"x": 40, "y": 40})
    stage.focus()
    page.keyboard.press("Home")
    first = live.text_content()
    for key in ("ArrowRight", "End"):
        page.keyboard.press(key)
    if name == "digit":
        box.locator(".convlab-paper").scroll_into_view_if_needed()  # the maps are below it
        paper = box.locator(".convlab-paper").bounding_box()
        page.mouse.move(paper["x"] + 110, paper["y"] + 30)
        page.mouse.down()
        page.mouse.move(paper["x"] + 110, paper["y"] + 190, steps=6)
        page.mouse.up()
        expect(live).to_contain_text(re.compile("The network (sees|is unsure): "))
    else:
        expect(live).not_to_have_text(first)


def test_python_and_the_browser_share_the_state(opened):
    page = opened(next(path for path in STORED if path.name.startswith("01")))
    jlab.run_all(page)
    box = page.locator(".jp-NotebookPanel .convlab-x.convlab-conv").first
    page.evaluate(ASK, "setattr(explorer, 'position', (1, 2))")
    expect(box.locator(".convlab-live")).to_contain_text("output (1, 2)")
    box.locator(".convlab-box").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"({ASK})('explorer.position').then((found) => found === '(0, 1)')")
    stride = box.get_by_label("stride, height")
    stride.fill("2")
    stride.press("Tab")
    page.wait_for_function(
        f"({ASK})('explorer.stride, tuple(explorer.output.shape)').then((f) => f === '((2, 1), (2, 3))')"
    )
    page.evaluate(ASK, "setattr(explorer, 'dilation', 2)")
    expect(box.locator("code.convlab-call")).to_contain_text("dilation=2")
    expect(box.get_by_label("dilation, width")).to_have_value("2")


def test_running_a_cell_again_replaces_its_explorer(opened):
    page = opened(next(path for path in STORED if path.name.startswith("01")))
    jlab.run_all(page)
    count = page.locator(".jp-NotebookPanel .convlab-x").count()
    jlab.run_all(page)
    expect(page.locator(".jp-NotebookPanel .convlab-x")).to_have_count(count)


def test_a_learners_copy_shows_an_answer_when_its_cell_is_run(opened):
    page = opened(Path(NB), "work")
    page.wait_for_function("jupyterapp.shell.currentWidget.context.model.metadata.language_info?.version")
    cells = page.locator(".jp-NotebookPanel .jp-CodeCell")
    expect(cells).to_have_count(1)
    expect(page.locator(".jp-OutputArea-output")).to_have_count(0)
    assert not page.evaluate("jupyterapp.shell.currentWidget.context.model.dirty"), "opening is no change"
    jlab.run_all(page)
    expect(page.locator(".jp-OutputArea-output")).to_have_text("1\n2\n")


def test_a_fresh_clone_shows_the_picture_without_running(opened):
    page = opened(next(path for path in STORED if path.name.startswith("02")))
    picture = page.locator(".convlab-stored img, .jp-OutputArea-output img[alt^='ConvExplorer']").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    expect(page.get_by_text("model not found")).to_have_count(0)


def test_an_exported_page_is_alive_without_kernel_and_network(browser, tmp_path):
    with_explorers = [path for path in STORED if explorers_in(path)]
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--log-level=ERROR", f"--output-dir={tmp_path}"]
    subprocess.run([*command, *map(str, with_explorers)], check=True)
    for path in with_explorers:
        with watched(browser, offline=True, quiet=True) as page:
            page.goto((tmp_path / f"{path.stem}.html").as_uri(), wait_until="commit")
            boxes = page.locator(".convlab-x")
            expect(boxes).to_have_count(len(explorers_in(path)))
            for number, name in enumerate(explorers_in(path)):
                live = boxes.nth(number).locator(".convlab-live")
                before = live.text_content()
                boxes.nth(number).locator(STAGES[name]).first.focus()
                page.keyboard.press("End")
                expect(live).not_to_have_text(before)
