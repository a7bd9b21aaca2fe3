"""Figures of convolution over several channels: sheets, slices, sums."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from convlab.arguments import as_whole
from convlab.functional import corr2d
from convlab.pictures import to_draw
from convlab.plotting.canvas import (
    INK,
    RESULT,
    WINDOW,
    as_text,
    largest_size,
    new_canvas,
    new_figure,
    paint_image,
    paint_signed,
    paint_signed_grid,
    write,
)

SHEET = "#f3f3f3"
MOST_CHANNELS, MOST_SHEETS = 6, 16  # more cannot be read
MOST_SHOWN = 0.99  # share of the values that the scale of draw_maps holds


def draw_channel_images(x, kernel, bias: float = 0.0, names: Sequence[str] = ()) -> Figure:
    """Draw one output channel of a real image: each channel, its slice of the kernel, its map; the sum; the output.

    The maps, their sum and the output share one scale: white is zero, orange negative, purple positive. The slices
    share another.

    Args:
        x: image, shape (C, H, W), values in [0, 1].
        kernel: one kernel, shape (C, kH, kW).
        bias: one number, added to every entry of the sum.
        names: of the channels, one for each.

    Raises:
        ValueError: shapes that do not fit together, or more than 6 channels.

    >>> figure = draw_channel_images(torch.rand(2, 8, 8), torch.ones(2, 3, 3))
    >>> [ax.get_title() for ax in figure.axes][-3:]
    ['sum of the 2 maps', 'output: sum + 0', '']
    """
    name = "draw_channel_images"
    x, kernel = _sheets(name, "x", x), _sheets(name, "kernel", kernel)
    if len(x) != len(kernel):
        raise ValueError(
            f"{name}: x has {len(x)} channels (shape {tuple(x.shape)}) but the kernel has {len(kernel)} slices "
            f"(shape {tuple(kernel.shape)}); it needs one slice for each channel"
        )
    if len(x) > MOST_CHANNELS:
        raise ValueError(f"{name}: {len(x)} channels; at most {MOST_CHANNELS} can be drawn")
    if names and len(names) != len(x):
        raise ValueError(f"{name}: {len(x)} channels but {len(names)} names; give one for each channel")
    names = names or [f"channel {index}" for index in range(len(x))]
    bias = to_draw(f"{name}: bias", bias, 0, "one number").item()
    maps = torch.stack([corr2d(channel, part) for channel, part in zip(x, kernel, strict=True)])
    total = maps.sum(0)
    largest = largest_size(*maps, total, total + bias)
    strongest = largest_size(kernel)  # one scale for all slices, or a weak slice looks like a strong one
    figure = plt.figure(figsize=(8.9, 2.3 * max(2, len(x))), dpi=100, layout="constrained", facecolor="white")
    cells = figure.add_gridspec(2 * len(x), 4, width_ratios=(3, 3, 3, 4))
    for row, (channel, part, answer, title) in enumerate(zip(x, kernel, maps, names, strict=True)):
        left, middle, right = (figure.add_subplot(cells[2 * row : 2 * row + 2, column]) for column in range(3))
        paint_image(left, channel, title)
        paint_signed_grid(middle, part, "its slice", strongest)
        plt.setp(middle.texts, fontsize=9 if part.shape[1] <= 3 else 6)  # −0.056 needs room
        _draw_signed(right, answer, largest, f"map of {title}")
    upper, lower = figure.add_subplot(cells[: len(x), 3]), figure.add_subplot(cells[len(x) :, 3])
    _draw_signed(upper, total, largest, f"sum of the {len(x)} maps")
    shown = _draw_signed(lower, total + bias, largest, f"output: sum {'−' if bias < 0 else '+'} {as_text(abs(bias))}")
    figure.colorbar(shown, ax=[upper, lower], shrink=0.5, pad=0.03)
    plt.close(figure)
    return figure


def draw_maps(maps, titles: Sequence[str] = (), columns: int = 4, width: float = 2.0) -> Figure:
    """Draw many feature maps in rows, all on one scale: white is zero, orange negative, purple positive.

    The scale ends where 99 % of all values have been seen: a few large ones would make the rest pale.

    Args:
        maps: shape (C, H, W): one map for each output channel.
        titles: one for each map.
        columns: maps in a row.
        width: of each map, in inches.

    Raises:
        ValueError: not three dimensions, columns below 1, or titles that do not match in number.

    >>> figure = draw_maps(torch.rand(6, 8, 8), columns=3)
    >>> len(figure.axes)  # six maps, and one bar for all
    7
    """
    maps = _sheets("draw_maps", "maps", maps)
    if titles and len(titles) != len(maps):
        raise ValueError(f"draw_maps: {len(maps)} maps but {len(titles)} titles; give one title for each map")
    columns = as_whole("draw_maps", "columns", columns, minimum=1)
    rows = -(-len(maps) // columns)
    height = rows * (width * maps.shape[1] / maps.shape[2] + 0.3)
    figure, axes = new_figure(round(width * columns + 0.4, 1), round(height, 1), rows, columns)
    finite = maps[maps.isfinite()].abs().numpy()  # torch's quantile ends at 16 million numbers
    largest = (float(np.quantile(finite, MOST_SHOWN)) if len(finite) else 0) or largest_size(maps)
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, values, title in zip(axes.flat, maps, titles or [""] * len(maps), strict=False):
        shown = _draw_signed(ax, values, largest, title, fontsize=9)
    figure.colorbar(shown, ax=axes, shrink=0.5, pad=0.02, extend="both")
    return figure


def draw_sheets(in_channels: int, out_channels: int) -> Figure:
    """Draw a layer as stacks of sheets: the input, the kernels with their slices, the output.

    Each kernel is a stack as thick as the input; each makes one sheet of the output. The first kernel and its sheet
    are blue; the green window goes through all sheets of the input. Arrows lead from the window to this kernel, and on
    to the one cell that it makes.

    Args:
        in_channels: sheets of the input and of each kernel, 1 to 16.
        out_channels: kernels, and sheets of the output, 1 to 16. Of more than four, three and the last are drawn.

    Raises:
        ValueError: a number outside of 1 to 16.

    >>> figure = draw_sheets(3, 2)
    >>> [text.get_text() for text in figure.axes[0].texts][:5]
    ['kernel 0', 'kernel 1', 'input: 3 channels', '2 kernels', 'output: 2 channels']
    """
    in_channels = as_whole("draw_sheets", "in_channels", in_channels, 1, MOST_SHEETS)
    out_channels = as_whole("draw_sheets", "out_channels", out_channels, 1, MOST_SHEETS)
    shown = list(range(out_channels)) if out_channels <= 4 else [0, 1, 2, out_channels - 1]
    rows = len(shown) + (out_channels > 4)
    step = 1.15 + 0.12 * in_channels
    height = max(3.2 + 0.22 * max(in_channels, 4), rows * step) + 1.0
    figure, ax = new_canvas(9, 9 * height / 14)
    ax.set(xlim=(0, 14), ylim=(height, 0))
    middle = 0.5 + height / 2
    window = _stack(ax, 0.4, middle, 2.8, in_channels, 0.22, window=True)
    for line, kernel in enumerate(shown):
        gap = out_channels > 4 and line == 3
        centre = middle + (line + gap - (rows - 1) / 2) * step
        _stack(ax, 6.1, centre, 0.8, in_channels, 0.12, colour=RESULT if kernel == 0 else INK)
        write(ax, 6.5, centre + 0.6 + 0.06 * (in_channels - 1), f"kernel {kernel}", fontsize=9)
        if gap:
            write(ax, 6.5, centre - step, "⋮", fontsize=14)
    cell = _stack(ax, 9.7, middle, 2.8, out_channels, min(0.22, 1.3 / out_channels), first=RESULT)
    for x, word, count in ((2.2, "input: # channel", in_channels), (6.7, "# kernel", out_channels),
                           (11.6, "output: # channel", out_channels)):  # fmt: skip
        write(ax, x, 0.35, word.replace("#", str(count)) + "s" * (count > 1), fontsize=11)
    first = middle - (rows - 1) / 2 * step
    behind = (7.0 + 0.12 * (in_channels - 1), first)
    for start, end, colour in (((window[0] + 0.8, window[1] + 0.4), (6.0, first), WINDOW), (behind, cell, RESULT)):
        ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.6, "shrinkA": 0})
    return figure


def _stack(ax, left, middle, side, sheets, shift, *, colour=INK, first=None, window=False) -> tuple[float, float]:
    """Draw sheets one behind the other, the first in front.

    A window goes through all of them; or the first has one blue cell. Return its upper left corner.
    """
    reach = shift * (sheets - 1)
    top = middle - (side + reach) / 2 + reach
    for index in reversed(range(sheets)):
        x, y = left + index * shift, top - index * shift
        edge = first if first and index == 0 else colour
        width = 1.2 if edge == INK else 2.2
        ax.add_patch(Rectangle((x, y), side, side, facecolor=SHEET, edgecolor=edge, linewidth=width))
    if window:  # a box through all sheets: the window in each of them, and its edges
        corners = [(left + 0.4 + a, top + 0.5 + b) for a in (0, 0.8) for b in (0, 0.8)]
        for x, y in corners:
            ax.plot([x, x + reach], [y, y - reach], color=WINDOW, linewidth=1)
        for index in range(sheets):
            corner = (corners[0][0] + index * shift, corners[0][1] - index * shift)
            ax.add_patch(Rectangle(corner, 0.8, 0.8, fill=False, edgecolor=WINDOW, linewidth=2.2 - 1.2 * (index > 0)))
    if first:
        ax.add_patch(Rectangle((left + 0.55, top + 0.65), 0.3, 0.3, facecolor=RESULT, edgecolor=RESULT))
    return left + (0.4 if window else 0.55), top + (0.5 if window else 0.65)


def _draw_signed(ax: Axes, values, largest: float, title: str, fontsize: int = 11):
    ax.set_axis_off()
    ax.set_title(title, fontsize=fontsize, color=INK)
    return paint_signed(ax, values, largest)


def _sheets(name: str, role: str, values) -> torch.Tensor:
    return to_draw(f"{name}: {role}", values, 3, "(channels, height, width) with entries")
