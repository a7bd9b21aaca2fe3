"""Figures for resizing: where the pixels of the output look."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from convlab.arguments import as_whole
from convlab.plotting.canvas import INK, LINE, RESULT, new_canvas, write

PANEL = 3.0  # height of one of the two panels, in input pixels


def sample_positions(size: int, out_size: int, align_corners: bool) -> list[float]:
    """Return, in input pixels, where each of out_size outputs looks; 0 is the centre of the first pixel.

    >>> sample_positions(4, 8, align_corners=False)[:2]
    [-0.25, 0.25]
    >>> sample_positions(4, 7, align_corners=True)[:2]
    [0.0, 0.5]
    """
    if align_corners:
        return [i * (size - 1) / (out_size - 1) if out_size > 1 else 0.0 for i in range(out_size)]
    return [(i + 0.5) * size / out_size - 0.5 for i in range(out_size)]


def draw_samples(size: int, out_size: int) -> Figure:
    """Draw a row of input pixels, and the output's pixels in the places where they look: squares, and points.

    Each panel has the input above, with its pixels numbered 0, 1, 2 ... and a cross in each centre, and the output
    below, at the same scale. A line leads from each output pixel to the dot, the place where it looks.

    Args:
        size: number of input pixels, 1 to 12.
        out_size: number of output pixels, 1 to 24.

    Returns:
        The Figure; above ``align_corners=False``, below ``align_corners=True``.

    Raises:
        TypeError, ValueError: not whole numbers, or too many to be read.

    >>> figure = draw_samples(4, 8)
    >>> [text.get_text() for text in figure.axes[0].texts if "=" in text.get_text()]
    ['align_corners=False', 'align_corners=True']
    """
    size, out_size = as_whole("draw_samples", "size", size), as_whole("draw_samples", "out_size", out_size)
    if not (1 <= size <= 12 and 1 <= out_size <= 24):
        raise ValueError(f"draw_samples: size is {size} and out_size {out_size}; they may be 1 to 12 and 1 to 24")
    overhang = max(0.0, _width(size, out_size, True) / 2 - 0.5)  # a coarse output sticks out on both sides
    columns = size + 2 * overhang + 1.7
    scale = max(0.85, 0.4 * out_size / size)  # inches an input pixel
    figure, ax = new_canvas(columns * scale, 2 * PANEL * scale)
    ax.set(xlim=(-1.5 - overhang, size + overhang + 0.2), ylim=(2 * PANEL, 0))
    for top, align_corners in ((0.0, False), (PANEL, True)):
        write(ax, -0.8 - overhang, top + 1.0, "input", fontsize=10)
        write(ax, -0.8 - overhang, top + 2.2, "output", fontsize=10)
        _draw_panel(ax, size, out_size, align_corners, top)
    return figure


def _width(size: int, out_size: int, align_corners: bool) -> float:
    """Return how wide an output pixel is, in input pixels: the distance of two neighbours."""
    if align_corners:
        return (size - 1) / (out_size - 1) if min(size, out_size) > 1 else 1.0
    return size / out_size


def _draw_panel(ax: Axes, size: int, out_size: int, align_corners: bool, top: float) -> None:
    """Draw the input's row, the output's row, and the lines between them."""
    ax.text(0, top + 0.4, f"align_corners={align_corners}", va="bottom", color=INK)
    for k in range(size):
        ax.add_patch(Rectangle((k, top + 0.5), 1, 1, facecolor="white", edgecolor=LINE, linewidth=1))
        ax.plot(k + 0.5, top + 1.0, marker="+", color=LINE, markersize=14)
        write(ax, k + 0.08, top + 0.62, str(k), fontsize=8, color=INK)
    places = sample_positions(size, out_size, align_corners)
    width = _width(size, out_size, align_corners)
    for i, place in enumerate(places):
        ax.plot([place + 0.5] * 2, [top + 1.0, top + 1.95], color=RESULT, linewidth=0.8)
        corner = (place + 0.5 - width / 2, top + 1.95)
        ax.add_patch(Rectangle(corner, width, 0.5, facecolor="white", edgecolor=RESULT, linewidth=1.2))
        write(ax, place + 0.5, top + 2.2, str(i), fontsize=8)
    ax.plot([place + 0.5 for place in places], [top + 1.0] * out_size, "o", color=RESULT, markersize=7)
