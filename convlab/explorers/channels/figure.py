"""The picture of a ChannelExplorer: what a reader without JavaScript sees."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from convlab.explorers.shared.base import colour
from convlab.explorers.shared.words import signed
from convlab.plotting.canvas import INK, LINE, as_text, entries, new_canvas, write

GAP, HEAD, CELL = 0.9, 0.8, 0.36  # between grids and above them, in cells; inches
MARK, TINTS = colour("--mark"), {False: colour("--pos"), True: colour("--neg")}  # True: below zero


def draw_channels(explorer) -> Figure:
    """Draw a line for each channel: its slice of each kernel, and the sum; below, biases, maps, the marked number."""
    x, weight, out = explorer.x, explorer.weight, explorer.output
    (o, i, j), (h, w), groups = explorer.position, weight.shape[2:], explorer.groups or 1
    (kernels, slices), (rows, columns) = weight.shape[:2], x.shape[1:]
    high, step = max(rows, h) + HEAD + 0.4, max(w, out.shape[2], 2) + GAP
    last, bottom = columns + GAP + kernels * step, len(x) * high + HEAD
    end = bottom + 1 + HEAD + out.shape[1]
    figure, ax = new_canvas((last + 4.3) * CELL, (end + 1.3) * CELL)
    ax.set(xlim=(-0.2, last + 4.1), ylim=(end + 0.2, -1.1))
    window = {(i + a, j + b) for a in range(h) for b in range(w)}
    sums = []
    for c in range(len(x)):
        name, top = explorer.names[c] if c < len(explorer.names) else f"channel {c}", c * high + HEAD
        seen = c // slices == o * groups // kernels
        _grid(ax, x[c], 0, top, name, window if seen else set())
        for k in range(kernels):
            if c // slices == k * groups // kernels:
                left, middle = columns + GAP + k * step + (step - GAP - w) / 2, top + (rows - h) / 2
                marked = {(a, b) for a in range(h) for b in range(w)} if k == o else set()
                _grid(ax, weight[k, c % slices], left, middle, f"· {name}", marked)
        if seen:
            sums.append((x[c, i : i + h, j : j + w] * weight[o, c % slices]).sum().item())
            write(ax, last + 1.8, top + rows / 2, f"sum {as_text(sums[-1])}", fontsize=9)
    for k in range(kernels):
        left = columns + GAP + k * step + (step - GAP) / 2
        write(ax, left, -0.6, f"kernel {k}", fontsize=10, weight="bold")
        _grid(ax, explorer.bias[k].reshape(1, 1), left - 0.5, bottom, "+ bias", set())
        _grid(ax, out[k], left - out.shape[2] / 2, bottom + 1 + HEAD, f"map {k}", {(i, j)} if k == o else set())
    text = " + ".join(map(signed, [*sums, explorer.bias[o].item()]))
    lines = [f"map {o} {(i, j)}", text if len(text) < 18 else "sums + bias", f"= {as_text(out[o, i, j])}"]
    for line, part in enumerate(lines):
        write(ax, last + 1.8, bottom + line, part, fontsize=13 if line == 2 else 9, color=MARK if line == 2 else INK)
    return figure


def _grid(ax: Axes, values, left: float, top: float, title: str, marked: set) -> None:
    """Draw a matrix: orange below zero, purple above, the marked cells with a thick border."""
    most = values.abs().max().item() or 1.0
    for (i, j), value in entries(values):
        box, text = ((left + j, top + i), 1, 1), as_text(value)
        ax.add_patch(Rectangle(*box, facecolor=TINTS[value < 0], alpha=0.55 * abs(value) / most, linewidth=0))
        edge = {"edgecolor": MARK, "linewidth": 2, "zorder": 2} if (i, j) in marked else {"edgecolor": LINE}
        ax.add_patch(Rectangle(*box, fill=False, **{"linewidth": 0.7, **edge}))
        write(ax, left + j + 0.5, top + i + 0.5, text, fontsize=9 if len(text) < 4 else 7)
    write(ax, left + values.shape[1] / 2, top - 0.35, title, fontsize=8)
