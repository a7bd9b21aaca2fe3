"""Figures for the arithmetic of shapes: where the windows stand, what the padding adds, what is never read.

:func:`draw_windows` looks along one axis, :func:`draw_padding` at a whole image. Both mark in the same way: green for
the taps of a window, grey for padding, hatched for pixels that no window reads. Colours and sizes are those of
:mod:`convlab.plotting`.
"""

from itertools import product

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from convlab.arguments import as_tuple
from convlab.functional.windows import count_windows, reach
from convlab.plotting.canvas import (
    CELL,
    FRAME,
    GAP,
    LINE,
    RESULT,
    as_matrix,
    as_text,
    new_canvas,
    paint_cell,
    paint_grid,
    pale,
    write,
)

STEP = 1.3  # from one line of draw_windows to the next, in cells
LONGEST, MOST = 26, 16  # cells in a line, lines: more cannot be read


def draw_windows(size: int, kernel_size: int, stride: int = 1, padding=0, dilation: int = 1) -> Figure:
    """Draw every place of the window along one axis: one line of the figure for each output.

    The upper strip is the input with its padding (grey). Below, green cells are the taps of the window, and the blue
    cell on the right is the output that they make. Hatched cells are read by no window.

    Args:
        size: pixels of the input along this axis.
        kernel_size: taps of the kernel.
        stride: pixels from one window to the next.
        padding: pixels on each side, or (before, after) where the two differ.
        dilation: distance between two taps; 1 means side by side.

    Raises:
        TypeError: not whole numbers.
        ValueError: a number too small; a window that does not fit; more than 26 pixels or 16 outputs.

    >>> figure = draw_windows(7, kernel_size=3, stride=2)
    >>> figure.axes[0].texts[-1].get_text()  # the number of the last output
    '2'
    """
    sizes = (("size", size), ("kernel_size", kernel_size), ("stride", stride), ("dilation", dilation))
    size, kernel_size, stride, dilation = (as_tuple("draw_windows", n, v, 1, minimum=1)[0] for n, v in sizes)
    before, after = as_tuple("draw_windows", "padding", padding, 2, minimum=0)
    cells = before + size + after
    windows = _windows("draw_windows", cells, kernel_size, stride, dilation)
    if cells > LONGEST or len(windows) > MOST:
        raise ValueError(
            f"draw_windows: {cells} pixels with padding and {len(windows)} outputs; "
            f"up to {LONGEST} pixels and {MOST} outputs can be drawn"
        )
    height = STEP * (len(windows) + 1)
    figure, ax = new_canvas((cells + 4.5) * CELL, (height + 0.7) * CELL)
    ax.set(xlim=(-0.5, cells + 4), ylim=(height + 0.1, -0.6))
    unread = set(range(cells)) - {tap for window in windows for tap in window}
    for cell in range(cells):
        inside = before <= cell < before + size
        text = str(cell - before) if inside else ""  # no value: a 0 would read as a place
        paint_cell(ax, cell, 0, text, face="white" if inside else FRAME, hatched=cell in unread)
    write(ax, before + size / 2, -0.35, "input", fontsize=10)
    write(ax, cells + 2.5, 0.5, "output", fontsize=10)
    for output, window in enumerate(windows):
        _draw_line(ax, window, cells, output, STEP * (output + 1))
    return figure


def draw_padding(x, padding=0, kernel_size=None, stride=1, dilation=1, result=None, *, title: str = "input") -> Figure:
    """Draw an image with its frame of zeros, the first window on it, and the pixels that are never read.

    Args:
        x: small image, shape (H, W).
        padding: rows of zeros above and below, columns left and right: an int or (vertical, horizontal); or
            ((top, bottom), (left, right)) where the sides differ.
        kernel_size: an int or (height, width). Without it no window is drawn, and nothing is hatched.
        stride: an int or (vertical, horizontal).
        dilation: an int or (vertical, horizontal).
        result: the feature map, drawn beside the image; its first entry is marked.
        title: text above the image.

    Raises:
        TypeError: not whole numbers.
        ValueError: not two dimensions; a number too small; a window that does not fit.

    >>> figure = draw_padding([[1, 2], [3, 4]], padding=1, kernel_size=3)
    >>> " ".join(text.get_text() for text in figure.axes[0].texts)
    '0 0 0 0 0 1 2 0 0 3 4 0 0 0 0 0 input'
    """
    x = as_matrix(x, "draw_padding", "image")
    (top, bottom), (left, right) = _sides(padding)
    rows, columns = top + x.shape[0] + bottom, left + x.shape[1] + right
    first, unread = set(), set()
    if kernel_size is not None:
        numbers = (("kernel_size", kernel_size), ("stride", stride), ("dilation", dilation))
        pairs = [as_tuple("draw_padding", n, v, 2, minimum=1) for n, v in numbers]
        vertical, horizontal = (_windows("draw_padding", *side) for side in zip((rows, columns), *pairs, strict=True))
        first = set(product(vertical[0], horizontal[0]))
        read = set(product({row for window in vertical for row in window}, {c for w in horizontal for c in w}))
        unread = set(product(range(rows), range(columns))) - read
    panels = [(rows, columns)]
    if result is not None:
        result = as_matrix(result, "draw_padding", "result")
        panels.append(tuple(result.shape))
    height, end = max(rows for rows, _ in panels), sum(columns for _, columns in panels) + GAP * (len(panels) - 1)
    figure, ax = new_canvas((end + 1) * CELL, (height + 1) * CELL)
    ax.set(xlim=(-0.5, end + 0.5), ylim=(height + 0.2, -0.9))
    down = (height - rows) / 2
    for i, j in product(range(rows), range(columns)):
        inside = top <= i < top + x.shape[0] and left <= j < left + x.shape[1]
        text = as_text(x[i - top, j - left]) if inside else "0"
        paint_cell(ax, j, down + i, text, "white" if inside else FRAME, (i, j) in unread, (i, j) in first)
    write(ax, columns / 2, down - 0.4, title, fontsize=10)
    if result is not None:
        write(ax, columns + GAP / 2, height / 2, "→", fontsize=15)
        marked = {(0, 0)} if first else ()
        paint_grid(ax, result, columns + GAP, (height - result.shape[0]) / 2, marked, RESULT, "output")
    return figure


def _windows(function: str, cells: int, kernel_size: int, stride: int, dilation: int) -> list[range]:
    """Return the cells that each window reads along one axis, padding included."""
    (count,) = count_windows((cells,), (kernel_size,), (stride,), (dilation,))
    (span,) = reach((kernel_size,), (dilation,))
    if count < 1:
        raise ValueError(
            f"{function}: the window reaches over {span} pixels (kernel {kernel_size}, dilation {dilation}), but the "
            f"input has {cells} with its padding; dilation * (kernel - 1) + 1 <= input + padding must hold"
        )
    return [range(start, start + span, dilation) for start in range(0, count * stride, stride)]


def _draw_line(ax: Axes, window: range, cells: int, output: int, top: float) -> None:
    """Draw one place of the window, and the output that it makes."""
    for cell in range(cells):
        ax.add_patch(Rectangle((cell, top), 1, 1, facecolor="white", edgecolor=LINE, linewidth=0.25))
    for tap in window:
        paint_cell(ax, tap, top, "", marked=True)
    write(ax, cells + 1, top + 0.5, "→", fontsize=13)
    ax.add_patch(Rectangle((cells + 2, top), 1, 1, facecolor=pale(RESULT), edgecolor=RESULT, linewidth=1.5))
    write(ax, cells + 2.5, top + 0.5, str(output), fontsize=11)


def _sides(padding) -> list[tuple[int, int]]:
    """Return padding as ((top, bottom), (left, right))."""
    if isinstance(padding, (tuple, list)) and any(isinstance(side, (tuple, list)) for side in padding):
        if len(padding) != 2:
            raise ValueError(f"draw_padding: padding is {padding}; with pairs it is ((top, bottom), (left, right))")
        return [as_tuple("draw_padding", "padding", side, 2, minimum=0) for side in padding]
    return [(lines, lines) for lines in as_tuple("draw_padding", "padding", padding, 2, minimum=0)]
