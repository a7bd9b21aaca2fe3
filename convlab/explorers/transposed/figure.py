"""The picture of a TransposedConvExplorer: the same three views, for readers without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from convlab.explorers.shared.words import signed
from convlab.functional import conv_transpose2d
from convlab.geometry import effective_kernel_size
from convlab.plotting.canvas import FRAME, GAP, INK, LINE, RESULT, SIGNED, WINDOW, as_text, pale, write

WIDTH, CELL = 7.0, 0.27  # inches


def draw_transposed(explorer) -> Figure:
    """Draw the view that is shown, or all three, with the sum of the output's pixel that is looked at."""
    drawn = {"stamps": _stamps, "zeros": _zeros, "matrix": None}
    views = list(drawn) if explorer.view == "all" else [explorer.view]
    panels = {view: drawn[view](explorer) for view in views if drawn[view]}
    tall = {view: max(len(panel.values) for panel in found) for view, found in panels.items()}
    cell = {view: min(CELL, WIDTH / (_columns(found) + 1)) for view, found in panels.items()}
    heights = [(tall[view] + 1.6) * cell[view] + 0.2 if view in panels else 1.8 for view in views]
    figure = Figure(figsize=(WIDTH, round(sum(heights) + 0.3, 1)), facecolor="white", layout="constrained")
    axes = figure.subplots(len(views), 1, squeeze=False, height_ratios=heights)[:, 0]
    for ax, view in zip(axes, views, strict=True):
        if view in panels:
            _draw_panels(ax, panels[view], tall[view], cell[view])
        else:
            _draw_matrix(ax, explorer)
    figure.suptitle(_sum(explorer), fontsize=10, color=INK)
    return figure


@dataclass
class _Panel:
    """A grid: its numbers (None is left empty), title, the sign before it, and how its cells look."""

    values: list[list[float | None]]
    title: str
    sign: str = ""
    marked: set = field(default_factory=set)
    colour: str = WINDOW
    cut: set = field(default_factory=set)
    edge: tuple[int, int, int, int] | None = None  # left, top, columns, rows of a border


def _columns(panels: list[_Panel]) -> float:
    return sum(_width(panel, CELL) for panel in panels) + GAP * (len(panels) - 1)


def _width(panel: _Panel, cell: float) -> float:
    """Return how many cells a grid or its title is wide."""
    return max(len(panel.values[0]), 0.07 * len(panel.title) / cell)


def _draw_panels(ax: Axes, panels: list[_Panel], rows: int, cell: float) -> None:
    """Draw grids side by side; a cell is so many inches wide."""
    ax.set_axis_off()
    ax.set_aspect("equal")
    ax.set(xlim=(-0.3, WIDTH / cell - 0.7), ylim=(rows + 0.2, -1.1))
    left = 0.0
    for panel in panels:
        write(ax, left - GAP / 2, 1, panel.sign, fontsize=12)
        ax.text(left, -0.3, panel.title, fontsize=9, color=INK)
        tint = pale(panel.colour)
        for i, row in enumerate(panel.values):
            for j, value in enumerate(row):
                marked, cut = (i, j) in panel.marked, (i, j) in panel.cut
                face = tint if marked else FRAME if value is None else "white"
                look = {"facecolor": face, "edgecolor": WINDOW if marked else LINE, "linewidth": 1.5 if marked else 0.6}
                ax.add_patch(Rectangle((left + j, i), 1, 1, hatch="////" if cut else None, zorder=1 + marked, **look))
                text = "" if value is None or cut else as_text(round(value, 1))
                size = min(9.0, 72 * cell * 1.4 / max(len(text), 2))
                if size >= 4:
                    write(ax, left + j + 0.5, i + 0.5, text, fontsize=size, zorder=4)
        if panel.edge:
            x, y, columns, height = panel.edge
            ax.add_patch(Rectangle((left + x, y), columns, height, fill=False, edgecolor=INK, linewidth=2, zorder=3))
        left += _width(panel, cell) + GAP


def terms(explorer) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the pixels of x, each with its tap, whose stamps fall on the position; in the order of the pixels."""
    along = []
    for axis in (0, 1):
        place = explorer.position[axis] + explorer.padding[axis]
        taps = reversed(range(explorer.kernel.shape[axis]))
        found = [(divmod(place - t * explorer.dilation[axis], explorer.stride[axis]), t) for t in taps]
        along.append([(n, t) for (n, rest), t in found if rest == 0 and 0 <= n < explorer.x.shape[axis]])
    return [((r, c), (a, b)) for (r, a), (c, b) in product(*along)]


def _sum(explorer) -> str:
    products = [f"{signed(explorer.x[n].item())}·{signed(explorer.kernel[t].item())}" for n, t in terms(explorer)]
    if len(products) > 6:
        products = [f"the sum of {len(products)} products"]
    result = as_text(explorer.output[explorer.position])
    return f"output {explorer.position}:  {' + '.join(products) or 'no stamp'} = {result}"


def _stamps(explorer) -> list[_Panel]:
    """Return the input, the kernel, and all stamps added; what padding cuts off is hatched."""
    found, (top, left) = terms(explorer), explorer.padding
    x, kernel = explorer.x, explorer.kernel
    images = (torch.ones_like(x), torch.ones_like(kernel)) if explorer.show_overlaps else (x, kernel)
    options = {"stride": explorer.stride, "dilation": explorer.dilation}
    full = conv_transpose2d(images[0][None, None], images[1][None, None], **options)[0, 0]
    rows, columns = explorer.output.shape
    height, width = (max(n, p + o) for n, p, o in zip(full.shape, (top, left), (rows, columns), strict=True))
    stamped = torch.zeros(height, width, dtype=torch.float64)
    stamped[: full.shape[0], : full.shape[1]] = full
    outside = {
        (i, j) for i in range(height) for j in range(width) if not (0 <= i - top < rows and 0 <= j - left < columns)
    }
    title = "stamps on each pixel" if explorer.show_overlaps else "stamps added"
    here = {(explorer.position[0] + top, explorer.position[1] + left)}
    return [
        _Panel(x.tolist(), "x", marked={n for n, _ in found}),
        _Panel(kernel.tolist(), "K", "×", {t for _, t in found}),
        _Panel(
            stamped.tolist(), title + (", hatched: cut off" if outside else ""), "=", here, RESULT, outside,
            (left, top, columns, rows),
        ),
    ]  # fmt: skip


def _zeros(explorer) -> list[_Panel]:
    """Return the input with zeros between and around (grey), and the flipped kernel; hatched is cropped."""
    x, kernel, axes = explorer.x, explorer.kernel, range(2)
    spans = effective_kernel_size(tuple(kernel.shape), explorer.dilation)
    framed = [explorer.output.shape[a] + spans[a] - 1 for a in axes]
    before = [spans[a] - 1 - explorer.padding[a] for a in axes]
    low = [min(0, -before[a]) for a in axes]
    high = [max((x.shape[a] - 1) * explorer.stride[a] + 1, framed[a] - before[a]) for a in axes]
    values = [[None] * (high[1] - low[1]) for _ in range(high[0] - low[0])]
    for r, c in product(*map(range, x.shape)):
        values[r * explorer.stride[0] - low[0]][c * explorer.stride[1] - low[1]] = x[r, c].item()
    begin = [-before[a] - low[a] for a in axes]
    inside = set(product(*(range(begin[a], begin[a] + framed[a]) for a in axes)))
    cropped = set(product(range(len(values)), range(len(values[0])))) - inside
    taps = [[begin[a] + explorer.position[a] + t * explorer.dilation[a] for t in range(kernel.shape[a])] for a in axes]
    turned = {tuple(kernel.shape[a] - 1 - tap[a] for a in axes) for _, tap in terms(explorer)}
    return [
        _Panel(
            values, "x, grey: zeros" + (", hatched: cropped" if cropped else ""), "", set(product(*taps)), cut=cropped
        ),
        _Panel(kernel.flip(0, 1).tolist(), "K flipped", "⋆", turned),
    ]


def _draw_matrix(ax: Axes, explorer) -> None:
    """Draw C, whose transpose it is: lying, a figure has room for it; the pixel's entries stand in one column."""
    matrix = explorer.matrix
    rows, columns = matrix.shape
    if matrix.numel() > explorer.constants["entries"]:
        ax.set_axis_off()
        ax.set_title(f"C, {columns} x {rows}: too large to draw", fontsize=10, color=INK)
        return
    most = max(matrix.abs().max().item(), 1e-12)
    ax.imshow(matrix.T.numpy(), cmap=SIGNED, vmin=-most, vmax=most, aspect="auto", interpolation="nearest")
    row = explorer.position[0] * explorer.output.shape[1] + explorer.position[1]
    ax.add_patch(Rectangle((row - 0.5, -0.5), 1, columns, fill=False, edgecolor=WINDOW, linewidth=2))
    ax.set_title(f"C, {columns} x {rows}; y = C.T @ x", fontsize=9, color=INK)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.set_xlabel("pixel of y", fontsize=8)
    ax.set_ylabel("pixel of x", fontsize=8)
    ax.tick_params(labelsize=7)
