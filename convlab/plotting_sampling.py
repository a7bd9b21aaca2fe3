"""Figures for resizing: where the pixels of the output look."""

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from convlab.functional.arguments import as_whole
from convlab.plotting import INK, LINE, RESULT, _canvas


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
    """Draw a row of input pixels twice, with the places where the output's pixels look: squares, and points.

    Args:
        size: number of input pixels, 1 to 12.
        out_size: number of output pixels, 1 to 24.

    Returns:
        The Figure; above ``align_corners=False``, below ``align_corners=True``.

    Raises:
        TypeError, ValueError: not whole numbers, or too many to be read.

    >>> len(draw_samples(4, 8).axes)
    1
    """
    size, out_size = as_whole("draw_samples", "size", size), as_whole("draw_samples", "out_size", out_size)
    if not (1 <= size <= 12 and 1 <= out_size <= 24):
        raise ValueError(f"draw_samples: size is {size} and out_size {out_size}; they may be 1 to 12 and 1 to 24")
    figure, ax = _canvas(0.75 * size + 1.5, 3.4)
    ax.set(xlim=(-0.6, size + 0.6), ylim=(4.0, -0.3))
    for top, align_corners in ((0.5, False), (2.7, True)):
        ax.text(0, top - 0.15, f"align_corners={align_corners}", va="bottom", color=INK)
        for k in range(size):
            ax.add_patch(Rectangle((k, top), 1, 1, facecolor="white", edgecolor=LINE, linewidth=1))
            ax.plot(k + 0.5, top + 0.5, marker="+", color=LINE, markersize=12)
        places = sample_positions(size, out_size, align_corners)
        ax.plot([p + 0.5 for p in places], [top + 0.5] * out_size, "o", color=RESULT, markersize=7)
    return figure
