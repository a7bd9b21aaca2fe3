"""Figures of training: the path of shapes through a network, curves, differences, a confusion matrix."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import torch
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from convlab.arguments import wholes
from convlab.pictures import to_draw
from convlab.plotting.canvas import INK, LINE, RESULT, WINDOW, as_matrix, entries, new_canvas, new_figure, write

# Okabe and Ito's colours, each with a line of its own: they can be told apart without colour.
STYLES = [(RESULT, "-"), (WINDOW, "--"), ("#56B4E9", "-."), ("#CC79A7", ":"), (INK, (0, (6, 1, 1, 1, 1, 1)))]
MISTAKES = LinearSegmentedColormap.from_list("mistakes", ["white", "#56B4E9"])
MOST_SHEETS = 20  # channels drawn behind each other; more would be a grey block
SHIFT = 0.09  # of a sheet against the one before it, in inches; less where there are many


def draw_path(shapes: Sequence[tuple[int, ...]], operations: Sequence[str] = ()) -> Figure:
    """Draw the shapes that an image has on its way through a network, side by side.

    A shape (C, H, W) is drawn as C sheets behind each other (at most 20), a shape (n,) as a column. Height and
    width are to scale, with a smallest size, so that they stay visible.

    Args:
        shapes: each (C, H, W) or (n,), without the batch.
        operations: what leads from each shape to the next, one fewer than the shapes.

    Raises:
        ValueError: fewer than two shapes, another number of dimensions, or operations that do not match in number.

    >>> figure = draw_path([(1, 28, 28), (4, 24, 24), (2304,)], ["conv 5 × 5", "flatten"])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['1 × 28 × 28', 'conv 5 × 5', '→', '4 × 24 × 24', 'flatten', '→', '2304']
    """
    shapes = [wholes(shape) if isinstance(shape, Sequence) else None for shape in shapes]
    if None in shapes:
        raise TypeError("draw_path: each shape must be whole numbers, (C, H, W) or (n,), as x.shape[1:] of a tensor x")
    if len(shapes) < 2:
        raise ValueError(f"draw_path: a path needs at least two shapes, got {len(shapes)}")
    if any(len(shape) not in (1, 3) or min(shape) < 1 for shape in shapes):
        raise ValueError(f"draw_path: each shape must be (C, H, W) or (n,), sizes from 1 on; got {shapes}")
    if operations and len(operations) != len(shapes) - 1:
        raise ValueError(f"draw_path: {len(shapes)} shapes need {len(shapes) - 1} operations, got {len(operations)}")
    column = 1.28  # inches for each shape
    figure, ax = new_canvas(column * len(shapes), 2.4)
    ax.set(xlim=(0, column * len(shapes)), ylim=(0, 2.4))
    largest = max(max(shape[1:], default=1) for shape in shapes)
    for index, shape in enumerate(shapes):
        _draw_shape(ax, shape, column * (index + 0.5), largest)
        if index < len(operations):
            write(ax, column * (index + 1), 2.15, f"{operations[index]}", fontsize=9.5, color=RESULT)
            write(ax, column * (index + 1), 1.93, "→", fontsize=13, color=RESULT)
    return figure


def _draw_shape(ax: Axes, shape: tuple[int, ...], middle: float, largest: int) -> None:
    """Draw one shape around x = middle, with its sizes below."""
    if len(shape) == 1:
        sheets, width, height = 1, 0.1, 1.0
    else:
        sheets = min(shape[0], MOST_SHEETS)
        height, width = (max(0.14, 0.8 * size / largest) for size in shape[1:])
    depth = min(SHIFT * (sheets - 1), 0.28 + 0.008 * sheets)
    for sheet in range(sheets):  # the first channel is drawn last, in front
        offset = depth / 2 - depth / max(1, sheets - 1) * sheet
        corner = (middle - width / 2 + offset, 1.12 - height / 2 + offset)
        face = "#cfe3f1" if len(shape) == 3 else "#fbe7c2"
        line = 0.8 if sheets <= 5 else 0.5
        ax.add_patch(Rectangle(corner, width, height, facecolor=face, edgecolor=INK, linewidth=line))
    write(ax, middle, 0.2, " × ".join(map(str, shape)), fontsize=10)


def draw_curves(
    curves: Mapping[str, Sequence[float]], *, xlabel: str, ylabel: str, title: str = "",
    x: Mapping[str, Sequence[float]] | None = None, limits: tuple[float, float] | None = None,
) -> Figure:  # fmt: skip
    """Draw curves into one figure, each with its own colour, line and entry in the legend.

    Args:
        curves: name -> values; a value that is nan is left out.
        xlabel: what is counted to the right.
        ylabel: what is measured upwards.
        title: text above.
        x: name -> places of the values; 1, 2, 3, ... if it is not given.
        limits: smallest and largest value of the vertical axis.

    Raises:
        ValueError: no curves, more than five, or places that do not match the values in number.

    >>> figure = draw_curves({"train": [2.0, 1.0], "test": [2.1, 1.3]}, xlabel="epoch", ylabel="loss")
    >>> [line.get_label() for line in figure.axes[0].lines]
    ['train', 'test']
    """
    if not 1 <= len(curves) <= len(STYLES):
        raise ValueError(f"draw_curves: {len(curves)} curves; give 1 to {len(STYLES)}, or nobody can read them")
    figure, ((ax,),) = new_figure(6.5, 3.4)
    for (name, values), (colour, style) in zip(curves.items(), cycle(STYLES), strict=False):
        values = to_draw(f"draw_curves: {name!r}", values, 1, "one number for each place")
        places = range(1, len(values) + 1) if x is None else to_draw("draw_curves: x", x[name], 1, "a row of places")
        if len(places) != len(values):
            raise ValueError(f"draw_curves: {name!r} has {len(values)} values but {len(places)} places in x")
        marker = "o" if len(values) <= 20 else ""
        ax.plot(places, values, color=colour, linestyle=style, marker=marker, markersize=4, linewidth=1.8, label=name)
    ax.set_xlabel(xlabel, color=INK)
    ax.set_ylabel(ylabel, color=INK)
    ax.set_title(title, fontsize=11, color=INK)
    if limits is not None:
        ax.set_ylim(*limits)
    if len(curves) > 1:
        ax.legend(fontsize=9, handlelength=3.5)
    ax.grid(color=LINE, alpha=0.3)
    return figure


def draw_differences(rows: Mapping[str, tuple[float, float]], *, xlabel: str) -> Figure:
    """Draw differences with their uncertainty, one below the other: a point, a bar around it, and a line at zero.

    A difference whose bar reaches the line is drawn as an open, grey circle: none was found.

    Args:
        rows: name -> (difference, plus or minus).
        xlabel: what differs, and its unit.

    Raises:
        ValueError: no rows, or an uncertainty below zero.

    >>> figure = draw_differences({"more pictures": (8.0, 3.0), "more layers": (1.0, 2.5)}, xlabel="points")
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ['more pictures', 'more layers']
    """
    if not rows or any(spread < 0 for _, spread in rows.values()):
        raise ValueError(f"draw_differences: there must be rows, each (difference, plus or minus); got {rows}")
    figure, ((ax,),) = new_figure(6.8, 0.34 * len(rows) + 0.9)
    for place, (middle, spread) in enumerate(rows.values()):
        found = abs(middle) > spread
        style = {"color": RESULT, "markerfacecolor": RESULT} if found else {"color": INK, "markerfacecolor": "white"}
        ax.errorbar(middle, place, xerr=spread, fmt="o", markersize=7, capsize=4, alpha=1 if found else 0.6, **style)
    ax.axvline(0, color=LINE)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set_ylim(len(rows) - 0.5, -0.5)  # the first row on top
    ax.set_xlabel(xlabel, color=INK)
    ax.spines[["top", "right"]].set_visible(False)
    return figure


def draw_confusion(matrix, names: Sequence[str] | None = None) -> Figure:
    """Draw a confusion matrix: row = what it is, column = what the model said. Mistakes are blue.

    Args:
        matrix: counts of shape (classes, classes).
        names: of the classes; 0, 1, 2, ... if they are not given.

    Raises:
        ValueError: no square matrix, a negative count, or names that do not match in number.

    >>> figure = draw_confusion([[9, 1], [0, 10]])
    >>> [text.get_text() for text in figure.axes[0].texts]  # no 0
    ['9', '1', '10']
    """
    matrix = as_matrix(matrix, "draw_confusion", "confusion matrix")
    classes = len(matrix)
    if matrix.shape[1] != classes or not matrix.isfinite().all() or matrix.min() < 0:
        raise ValueError(
            f"draw_confusion: the matrix must be square, with counts from 0 on; it has shape {tuple(matrix.shape)} "
            f"and the smallest entry {matrix.min().item()}"
        )
    names = [str(index) for index in range(classes)] if names is None else [str(name) for name in names]
    if len(names) != classes:
        raise ValueError(f"draw_confusion: {classes} classes need {classes} names, got {len(names)}")
    side = max(3.0, 0.5 * classes + 0.8)
    figure, ((ax,),) = new_figure(side, side)
    mistakes = matrix * (1 - torch.eye(classes, dtype=torch.float64))
    ax.imshow(mistakes.numpy(), cmap=MISTAKES, vmin=0, vmax=max(1.0, mistakes.max().item()))
    for (i, j), count in entries(matrix):
        if count:
            write(ax, j, i, f"{count:.0f}", fontsize=9, fontweight="bold" if i == j else "normal")
    turned = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if max(map(len, names)) > 4 else {}
    ax.set_xticks(range(classes), names, **turned)  # long names would run into each other
    ax.set_yticks(range(classes), names)
    ax.tick_params(length=0)
    ax.set_xlabel("what the model said", color=INK)
    ax.set_ylabel("what it is", color=INK)
    return figure
