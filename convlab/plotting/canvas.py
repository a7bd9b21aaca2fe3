"""What the figures share: colours, sizes, a sheet to draw on, and matrices drawn with their values.

For those who draw a figure. Who only wants to see one finds every ``draw_*`` in :mod:`convlab.plotting`.
"""

import math

import matplotlib.pyplot as plt
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from convlab.pictures import to_draw

WINDOW, RESULT, INK, LINE = "#005C46", "#0072B2", "#1a1a1a", "#9a9a9a"  # the explorers' mark; blue of Okabe and Ito
FRAME = "#dcdcdc"  # grey: padding
NO_NUMBER = "#009E73"  # green of Okabe and Ito: nan, in a picture
SIGNED = colormaps["PuOr"].with_extremes(bad=NO_NUMBER)  # orange below zero, white at zero, purple above
GRAY = colormaps["gray"].with_extremes(bad=NO_NUMBER)
GAP = 1.9  # cells of free space between two grids
CELL = 0.46  # inches


def new_figure(width: float, height: float, rows: int = 1, columns: int = 1, **options) -> tuple:
    """Return a white figure of that many inches, and its drawing areas, an array (rows, columns)."""
    options |= {"dpi": 100, "layout": "constrained", "facecolor": "white", "squeeze": False}
    figure, axes = plt.subplots(rows, columns, figsize=(width, height), **options)
    plt.close(figure)  # or a notebook would draw it a second time
    return figure, axes


def new_canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a white figure of that many inches, with one empty drawing area."""
    figure, ((ax,),) = new_figure(round(width, 1), round(height, 1))  # whole pixels: the figure's repr reads well
    ax.set_axis_off()
    ax.set_aspect("equal")
    return figure, ax


def paint_grid(ax: Axes, values, left: float, top: float, marked, colour: str, title: str = "") -> None:
    """Draw a matrix in the cell units of ax, its upper left corner at (left, top)."""
    tint = pale(colour)
    fontsize = 11 if max(len(as_text(value)) for _, value in entries(values)) < 4 else 8  # one size for the whole grid
    for (i, j), value in entries(values):
        face = tint if (i, j) in marked else "white"
        ax.add_patch(Rectangle((left + j, top + i), 1, 1, facecolor=face, edgecolor=LINE, linewidth=0.8))
        write(ax, left + j + 0.5, top + i + 0.5, as_text(value), fontsize=fontsize)
    for top_row, left_column, rows, columns in _borders(marked):  # a thick border tells without colour
        corner = (left + left_column, top + top_row)
        ax.add_patch(Rectangle(corner, columns, rows, fill=False, edgecolor=colour, linewidth=2.5))
    write(ax, left + values.shape[1] / 2, top - 0.4, title, fontsize=10)


def paint_cell(ax: Axes, left: float, top: float, text: str, face="white", hatched=False, marked=False) -> None:
    """Draw one cell: tinted and with a thick border if a window reads it, hatched if none does."""
    if marked:
        face = pale(WINDOW)
    ax.add_patch(Rectangle((left, top), 1, 1, facecolor=face, edgecolor=LINE, linewidth=0.8))
    if hatched:
        ax.add_patch(Rectangle((left, top), 1, 1, fill=False, edgecolor=LINE, linewidth=0, hatch="////"))
    if marked:
        ax.add_patch(Rectangle((left, top), 1, 1, fill=False, edgecolor=WINDOW, linewidth=2, zorder=2))
    behind = {"facecolor": face, "edgecolor": "none", "pad": 2} if hatched else None
    write(ax, left + 0.5, top + 0.5, text, fontsize=11 if len(text) < 4 else 8, bbox=behind)


def paint_signed_grid(ax: Axes, values, title: str, largest: float | None = None) -> None:
    """Draw a matrix as coloured cells with their values; ``largest`` is where the scale ends."""
    shown = paint_signed(ax, values, largest or largest_size(values))
    small = max(values.shape) > 5
    for (i, j), value in entries(values):
        if values.numel() <= 121:
            red, green, blue, _ = shown.to_rgba(value)
            colour = INK if 0.3 * red + 0.59 * green + 0.11 * blue > 0.5 else "white"
            write(ax, j, i, as_text(value), fontsize=7 if small else 11, color=colour)
    ax.set_xticks([j - 0.5 for j in range(values.shape[1] + 1)], [])
    ax.set_yticks([i - 0.5 for i in range(values.shape[0] + 1)], [])
    ax.grid(color=LINE, linewidth=0.6)
    ax.tick_params(length=0)
    ax.set_axis_on()
    ax.set_title(title or f"kernel {size_text(values)}", fontsize=11, color=INK)


def largest_size(*values: Tensor) -> float:
    """Return the largest absolute value of all that is finite; 1 if there is none but 0."""
    return max(each.nan_to_num(0, 0, 0).abs().max().item() for each in values) or 1.0


def paint_signed(ax: Axes, values: Tensor, largest: float, **style):
    """Draw a matrix as colours from -largest (orange) over 0 (white) to largest (purple), which all beyond gets too."""
    shown = values.nan_to_num(math.nan, largest, -largest).numpy()
    return ax.imshow(shown, cmap=SIGNED, vmin=-largest, vmax=largest, **style)


def paint_image(ax: Axes, image: Tensor, title: str) -> None:
    """Draw one image, with a title above it; its values decide the scale."""
    ax.set_title(title, fontsize=11, color=INK)
    finite = image[image.isfinite()]
    low, high = (finite.min().item(), finite.max().item()) if len(finite) else (0.0, 0.0)
    image = image.nan_to_num(math.nan, high, low)
    ax.set_axis_off()
    sharp = {"interpolation": "nearest"} if max(image.shape[:2]) <= 64 else {}
    if low >= 0 and high <= 1:
        ax.imshow(image.numpy(), cmap=GRAY, vmin=0, vmax=1, **sharp)
        return
    if low < 0:
        shown = paint_signed(ax, image, max(-low, high), **sharp)
    else:
        shown = ax.imshow(image.numpy(), cmap=GRAY, **sharp)
    ax.figure.colorbar(shown, ax=ax, shrink=0.7, pad=0.02)


def pale(colour: str) -> tuple[float, float, float]:
    """Return a pale tint of a colour, on which black numbers can be read."""
    return tuple(0.35 * part + 0.65 for part in to_rgb(colour))


def write(ax: Axes, x: float, y: float, text: str, **style) -> None:
    """Write a text around (x, y), black if no other colour is asked for."""
    ax.text(x, y, text, ha="center", va="center", **{"color": INK, **style})


def as_text(value) -> str:
    """Write a number as short as it can be read: 3, −0.5, 0.075; nothing for nan."""
    value = float(value) + 0.0  # turns −0 into 0
    if value != value:
        return ""
    if math.isinf(value) or value == round(value):
        text = f"{value:.0f}".replace("inf", "∞")
    else:
        text = f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) >= 0.1 else f"{value:.2g}"
    return text.replace("-", "−")


def size_text(matrix) -> str:
    """Write the shape of a matrix as 3 × 5."""
    return " × ".join(map(str, matrix.shape))


def entries(values) -> list[tuple[tuple[int, int], float]]:
    """Return ((row, column), value) of each entry, line by line."""
    return [((i, j), value) for i, row in enumerate(values.tolist()) for j, value in enumerate(row)]


def as_matrix(values, name: str, role: str) -> Tensor:
    """Return a matrix as a tensor to draw from; name is the function that asks, role what it wants it for."""
    return to_draw(f"{name}: the {role}", values, 2, "a matrix (height, width) with entries")


def _borders(marked) -> list[tuple[int, int, int, int]]:
    """Return (row, column, height, width) of each border: one around a full rectangle of cells, else one a cell."""
    if not marked:
        return []
    rows, columns = {i for i, _ in marked}, {j for _, j in marked}
    height, width = max(rows) - min(rows) + 1, max(columns) - min(columns) + 1
    if height * width == len(set(marked)):
        return [(min(rows), min(columns), height, width)]
    return [(i, j, 1, 1) for i, j in sorted(marked)]
