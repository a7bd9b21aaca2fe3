"""The picture of a ConvExplorer: what a reader without JavaScript sees."""

from __future__ import annotations

from itertools import product

import torch
from matplotlib.figure import Figure

from convlab.explorers.shared.words import signed
from convlab.plotting.canvas import CELL, FRAME, GAP, RESULT, as_text, new_canvas, paint_cell, paint_grid, write


def draw_conv(explorer) -> Figure:
    """Draw a ConvExplorer: padded input with the window, kernel, output, and the sum that made the marked entry."""
    x, kernel, output = explorer.x, explorer.kernel, explorer.output
    if explorer.convolution:
        kernel = kernel.flip(0, 1)
    size = tuple(n + 2 * p for n, p in zip(x.shape, explorer.padding, strict=True))
    lines = [
        [[i * s + a * d for a in range(k)] for i in range(n)]
        for k, n, s, d in zip(kernel.shape, output.shape, explorer.stride, explorer.dilation, strict=True)
    ]
    window = set(product(*(line[p] for line, p in zip(lines, explorer.position, strict=True))))
    read = set(product(*({pixel for place in line for pixel in place} for line in lines)))
    widths = (size[1], kernel.shape[1], output.shape[1])
    height, end = max(size[0], kernel.shape[0], output.shape[0]), sum(widths) + 2 * GAP
    figure, ax = new_canvas((end + 1) * CELL, (height + 2) * CELL)
    ax.set(xlim=(-0.5, end + 0.5), ylim=(height + 1.1, -0.9))
    down = (height - size[0]) / 2
    for i, j in product(*map(range, size)):
        r, c = i - explorer.padding[0], j - explorer.padding[1]
        inside = 0 <= r < x.shape[0] and 0 <= c < x.shape[1]
        text = as_text(x[r, c]) if inside else "0"
        paint_cell(ax, j, down + i, text, "white" if inside else FRAME, (i, j) not in read, (i, j) in window)
    write(ax, size[1] / 2, down - 0.4, "input", fontsize=10)
    middle = [(height - m.shape[0]) / 2 for m in (kernel, output)]
    flipped = ", flipped" if explorer.convolution else ""
    paint_grid(ax, kernel, size[1] + GAP, middle[0], (), RESULT, f"kernel{flipped}")
    paint_grid(ax, output, end - widths[2], middle[1], {explorer.position}, RESULT, "output")
    write(ax, size[1] + GAP / 2, height / 2, "⋆", fontsize=13)
    write(ax, end - widths[2] - GAP / 2, height / 2, "=", fontsize=13)
    write(ax, end / 2, height + 0.6, _sum(explorer, kernel, sorted(window)), fontsize=9)
    return figure


def _sum(explorer, kernel: torch.Tensor, window) -> str:
    """Write the sum at the explorer's position, as long as it can be read."""
    (top, left), (rows, columns) = explorer.padding, explorer.x.shape
    values = [
        explorer.x[i - top, j - left].item() if 0 <= i - top < rows and 0 <= j - left < columns else 0.0
        for i, j in window
    ]
    result = explorer.output[explorer.position]
    place = f"output {explorer.position}"
    if len(values) > 9:
        return f"{place}: the sum of {len(values)} products, {as_text(result)}"
    products = " + ".join(f"{as_text(v)}·{signed(w)}" for v, w in zip(values, kernel.flatten().tolist(), strict=True))
    return f"{place}:  {products} = {as_text(result)}"
