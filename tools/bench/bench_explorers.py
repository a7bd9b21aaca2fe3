"""Measure how soon an explorer follows: steps, hovers, and what goes through Python; beside ipywidgets + matplotlib.

    python tools/bench/bench_explorers.py [--changes 30]

All of it in one JupyterLab, in one Chromium, one after the other. Two times for each change: until the page holds the
new content, and until the frame with it has been drawn. A screen of 60 Hz alone makes the second up to 17 ms long.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import sync_playwright

sys.path.extend(str(Path(__file__).resolve().parents[1] / folder) for folder in ("browser", "course"))

import jlab
from chromium import find

from notebooks import KERNELSPEC

CELLS = [
    """
import ipywidgets, torch
import matplotlib.pyplot as plt
from convlab.explorers import ConvExplorer, DigitInspector, KernelPlayground, TransposedConvExplorer
from convlab.explorers.conv.figure import draw_conv
from convlab.training import FastNet
from torch import nn

class InPython(nn.Sequential):  # the same network, in a form that the browser does not know
    def forward(self, images):
        return super().forward(images) * 1

def tutorial():  # the layers of PyTorch's example for MNIST
    return [nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
            nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10), nn.LogSoftmax(1)]

torch.manual_seed(0)
x, kernel = torch.arange(64).reshape(8, 8) % 10, torch.tensor([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
explorer = ConvExplorer(x, kernel)
explorer
""",
    """
asked, followed = ConvExplorer(x, kernel), ConvExplorer(x, kernel)
asked.observe(lambda change: setattr(followed, "position", change.new), "position")
ipywidgets.VBox([asked, followed])
""",
    "DigitInspector(FastNet())",
    """
twin = ConvExplorer(x, kernel)
def draw(n):
    twin.position = divmod(n % 36, 6)
    display(draw_conv(twin))
slider = ipywidgets.IntSlider(max=35)
ipywidgets.VBox([slider, ipywidgets.interactive_output(draw, {"n": slider})])
""",
    "TransposedConvExplorer(x[:2, :2], kernel, stride=2, padding=1)",
    "KernelPlayground()",
    "from convlab.explorers import ChannelExplorer\n"
    "ChannelExplorer(x[:4, :4].expand(4, 4, 4), kernel.expand(4, 4, 3, 3), groups=1)",
    "DigitInspector(InPython(*FastNet()))",
    "DigitInspector(nn.Sequential(*tutorial()))",
    "DigitInspector(InPython(*tutorial()))",
]

# act(n): do something; then wait until `watch` changes, and until the next frame has been drawn. `first` is not timed.
MEASURE = """async ([first, act, watch, changes, pause]) => {
    const [before, doIt] = [first, act].map((code) => new Function("n", code)), found = [];
    for (let n = 0; n < changes; n++) {
        before(n);
        await new Promise((resolve) => setTimeout(resolve, 30));
        const node = document.querySelector(watch);
        const times = await new Promise((resolve) => {
            let changed = 0;
            const observer = new MutationObserver(() => {
                if (changed) return;
                changed = performance.now();
                observer.disconnect();
                requestAnimationFrame(() => {
                    const { port1, port2 } = new MessageChannel();
                    port1.onmessage = () => resolve([changed - start, performance.now() - start]);
                    port2.postMessage(0);
                });
            });
            observer.observe(node, { subtree: true, childList: true, characterData: true, attributes: true });
            const start = performance.now();
            doIt(n);
        });
        found.push(times);
        const later = pause + 17 * Math.random();  // people are not in step with frames
        await new Promise((resolve) => setTimeout(resolve, later));
    }
    return found;
}"""
HERE = 'document.querySelectorAll(".jp-NotebookPanel .convlab-x")'
BACK_AND_FORTH = (
    f'const key = n % 2 ? "ArrowLeft" : "ArrowRight"; {HERE}[{{}}].querySelector(".convlab-box")'
    '.dispatchEvent(new KeyboardEvent("keydown", {{ key }}))'
)
HOVER = (  # by row and column: marks change the order of the cells
    f"const m = (n * 7 + 3) % ({{1}} * {{1}}), [i, j] = [Math.floor(m / {{1}}), m % {{1}}], box = {HERE}[{{2}}];"
    'const cell = box.querySelector(`.convlab-grid.convlab-{0} rect[data-i="${{i}}"][data-j="${{j}}"]`);'
    'cell.dispatchEvent(new PointerEvent("pointermove", {{ bubbles: true }}))'
)
PHOTO = f"""
const canvas = {HERE}[5].querySelector("{{0}}"), box = canvas.getBoundingClientRect();
canvas.dispatchEvent(new PointerEvent("pointermove", {{{{ bubbles: true, clientX: box.left + 5 + 9 * (n % 12), clientY: box.top + 40 }}}}));
"""  # noqa: E501
WEIGHT = f"""
const input = {HERE}[5].querySelector(".convlab-cells input");
input.value = n;
input.dispatchEvent(new Event("change"));
"""
PAPER = f"""
const paper = {HERE}[NUMBER].querySelector(".convlab-paper"), box = paper.getBoundingClientRect();
const send = (type, x, y) => paper.dispatchEvent(new PointerEvent(type, {{
    bubbles: true, pointerId: 1, clientX: box.left + x, clientY: box.top + y }}));
paper.setPointerCapture = () => {{}};
"""
STROKE = """
send("pointerdown", 60 + 3 * n, 50);
for (let t = 0; t < 20; t++) send("pointermove", 60 + 3 * n + t, 50 + 6 * t);
"""
# The last move is part of what is timed: nothing that the answer needs has been computed before.
LAST = 'send("pointermove", 80 + 3 * n, 175); send("pointerup", 0, 0);'
DIGITS = {3: "FastNet", 7: "FastNet, through Python", 8: "the tutorial's network", 9: "the same, through Python"}
CASES = [
    ("ConvExplorer, a step by key", BACK_AND_FORTH.format(0), ".convlab-x.convlab-conv .convlab-live", 60),
    ("ConvExplorer, hover over an output", HOVER.format("output", 6, 0), ".convlab-x.convlab-conv .convlab-live", 60),
    ("ConvExplorer, hover over a pixel", HOVER.format("input", 8, 0), ".convlab-x.convlab-conv .convlab-live", 60),
    (
        "TransposedConvExplorer, a step by key",
        BACK_AND_FORTH.format(4),
        ".convlab-x.convlab-transposed .convlab-live",
        60,
    ),
    (
        "TransposedConvExplorer, hover over a pixel",
        HOVER.format("input", 2, 4),
        ".convlab-x.convlab-transposed .convlab-live",
        60,
    ),
    (
        "KernelPlayground, hover over the result",
        PHOTO.format(".convlab-result"),
        ".convlab-x.convlab-playground .convlab-live",
        60,
    ),
    ("KernelPlayground, another weight", WEIGHT, ".convlab-x.convlab-playground .convlab-legend", 60),
    ("ChannelExplorer, a step by key", BACK_AND_FORTH.format(6), ".convlab-x.convlab-channels .convlab-live", 60),
    (
        "ChannelExplorer, hover over a pixel",
        HOVER.format("input", 4, 6),
        ".convlab-x.convlab-channels .convlab-live",
        60,
    ),
    ("ConvExplorer, through Python to a second one", BACK_AND_FORTH.format(1), "#followed .convlab-live", 150),
    *(
        (
            f"DigitInspector, a stroke ends: {name}",
            PAPER.replace("NUMBER", str(n)) + LAST,
            f"#box{n} .convlab-bars",
            250,
        )
        for n, name in DIGITS.items()
    ),
]


def measure(page, changes: int):
    """Yield name, median until the page has changed, median until the frame is drawn; in milliseconds."""
    page.evaluate(f'{HERE}[2].id = "followed"; {HERE}.forEach((box, n) => {{ box.id ||= `box${{n}}`; }})')
    for name, act, watch, pause in CASES:
        page.locator(watch).first.scroll_into_view_if_needed()
        first = act.replace(LAST, STROKE) if "stroke" in name else ""
        times = page.evaluate(MEASURE, [first, act, watch, changes + 3, pause])[3:]
        yield name, *(statistics.median(column) for column in zip(*times, strict=True))
    slider = page.locator(".jp-NotebookPanel .widget-slider .noUi-handle").first
    slider.focus()
    step = 'document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }))'
    watch = ".jp-NotebookPanel .jp-OutputArea-output .jupyter-widgets .jp-OutputArea"
    times = page.evaluate(MEASURE, ["", step, watch, changes + 3, 400])[3:]
    yield "ipywidgets + matplotlib, the same picture", *(statistics.median(c) for c in zip(*times, strict=True))


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--changes", type=int, default=30, help="of each kind")
    changes = parser.parse_args().changes
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        nb = new_notebook(cells=[new_code_cell(cell.strip()) for cell in CELLS], metadata={"kernelspec": KERNELSPEC})
        nbformat.write(nb, Path(folder) / "bench.ipynb")
        with jlab.serve(Path(folder)) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find() or None, args=jlab.CHROMIUM_FLAGS)
            page = browser.new_page(viewport={"width": 1300, "height": 900})
            page.on("pageerror", lambda error: print(error.stack, flush=True))
            jlab.open_notebook(page, address, "bench.ipynb")
            jlab.run_all(page)
            page.wait_for_timeout(2000)
            print("| change | page changed | on the screen |\n|---|---|---|")
            for name, changed, drawn in measure(page, changes):
                print(f"| {name} | {changed:.1f} ms | {drawn:.1f} ms |", flush=True)
            browser.close()


if __name__ == "__main__":
    main()
