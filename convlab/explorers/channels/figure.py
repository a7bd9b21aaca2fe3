"""The picture of a ChannelExplorer: what a reader without JavaScript sees."""

from __future__ import annotations

from matplotlib.figure import Figure

from convlab.explorers.shared.base import colour
from convlab.explorers.shared.words import signed
from convlab.plotting.canvas import INK, as_text, new_canvas, paint_grid, write

GAP, HEAD, CELL = 0.9, 0.8, 0.36  # between grids and above them, in cells; inches
MARK = colour("--mark")


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
        paint_grid(ax, x[c], 0, top, window if seen else set(), MARK, name)
        for k in range(kernels):
            if c // slices == k * groups // kernels:
                left, middle = columns + GAP + k * step + (step - GAP - w) / 2, top + (rows - h) / 2
                marked = {(a, b) for a in range(h) for b in range(w)} if k == o else set()
                paint_grid(ax, weight[k, c % slices], left, middle, marked, MARK, f"· {name}")
        if seen:
            sums.append((x[c, i : i + h, j : j + w] * weight[o, c % slices]).sum().item())
            write(ax, last + 1.8, top + rows / 2, f"sum {as_text(sums[-1])}", fontsize=9)
    for k in range(kernels):
        left = columns + GAP + k * step + (step - GAP) / 2
        write(ax, left, -0.6, f"kernel {k}", fontsize=10, weight="bold")
        paint_grid(ax, explorer.bias[k].reshape(1, 1), left - 0.5, bottom, set(), MARK, "+ bias")
        paint_grid(
            ax, out[k], left - out.shape[2] / 2, bottom + 1 + HEAD, {(i, j)} if k == o else set(), MARK, f"map {k}"
        )
    text = " + ".join(map(signed, [*sums, explorer.bias[o].item()]))
    lines = [f"map {o} {(i, j)}", text if len(text) < 18 else "sums + bias", f"= {as_text(out[o, i, j])}"]
    for line, part in enumerate(lines):
        write(ax, last + 1.8, bottom + line, part, fontsize=13 if line == 2 else 9, color=MARK if line == 2 else INK)
    return figure
