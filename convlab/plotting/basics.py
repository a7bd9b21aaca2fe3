"""Figures of the course: a kernel with its values, images in a row, a window that slides step by step.

Every function takes tensors, numpy arrays or lists, and returns the matplotlib ``Figure``. In a notebook, end a cell
with the call to see it; in a script, save it with ``figure.savefig("name.png")``. Nothing is shown behind your back.

Colours can be told apart by colour-blind readers, and the white background stays white in dark mode.
"""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from convlab.functional import corr2d

__all__ = ["draw_filter", "draw_grids", "draw_images", "draw_kernel", "draw_steps"]

WINDOW, RESULT, INK, LINE = "#E69F00", "#0072B2", "#1a1a1a", "#9a9a9a"  # orange and blue of Okabe and Ito
SIGNED = "PuOr"  # orange below zero, white at zero, purple above
GAP = 1.9  # cells of free space between two grids
CELL = 0.46  # inches


def draw_kernel(kernel, title: str = "") -> Figure:
    """Draw a kernel (or any small matrix) with its values: orange below zero, purple above.

    Args:
        kernel: matrix of shape (kH, kW).
        title: text above it.

    Raises:
        ValueError: not two dimensions.

    >>> draw_kernel([[1, 0], [0, -1]], title="diagonal")
    <Figure size 320x280 with 1 Axes>
    """
    kernel = _matrix(kernel, "draw_kernel", "kernel")
    rows, columns = kernel.shape
    figure, ax = _canvas(max(3.2, columns * 0.6), rows * 0.6 + 1.6)
    _draw_signed_grid(ax, kernel, title)
    return figure


def draw_images(images: Sequence, titles: Sequence[str] = (), *, width: float = 2.9) -> Figure:
    """Draw images side by side, each with the scale that fits its values.

    Values in [0, 1] are drawn as they are: 0 black, 1 white. As soon as a value is negative, zero is drawn white,
    negative values orange, positive values purple, and a bar says which colour means how much. Other images
    are drawn from their smallest value (black) to their largest (white), with a bar.

    Args:
        images: each of shape (H, W), or (3, H, W) for red, green and blue in [0, 1].
        titles: one for each image.
        width: of each image, in inches.

    Raises:
        ValueError: no images, another number of dimensions, or titles that do not match in number.

    >>> draw_images([torch.zeros(4, 4), torch.eye(4) - 0.5], ["black", "signed"])
    <Figure size 580x360 with 3 Axes>
    """
    images = [_image(image) for image in images]
    if not images:
        raise ValueError("draw_images: the list of images is empty; it needs at least one")
    if titles and len(titles) != len(images):
        raise ValueError(f"draw_images: {len(images)} images but {len(titles)} titles; give one title for each image")
    tallest = max(image.shape[0] / image.shape[1] for image in images)
    figure, axes = plt.subplots(
        1,
        len(images),
        figsize=(width * len(images), width * tallest + 0.7),
        dpi=100,
        layout="constrained",
        facecolor="white",
        squeeze=False,
    )
    for ax, image, title in zip(axes[0], images, titles or [""] * len(images), strict=True):
        _draw_image(ax, image)
        ax.set_title(title, fontsize=11, color=INK)
    plt.close(figure)  # or a notebook would draw it a second time
    return figure


def draw_filter(image, kernel, result=None, title: str = "") -> Figure:
    """Draw an image, the kernel with its values, and the image's result, side by side.

    Args:
        image: shape (H, W).
        kernel: shape (kH, kW).
        result: the feature map; computed with ``corr2d`` if it is not given.
        title: name of the kernel.

    Raises:
        ValueError: as for :func:`convlab.functional.corr2d`.

    >>> draw_filter(torch.eye(6), torch.ones(3, 3), title="sum")
    <Figure size 900x380 with 4 Axes>
    """
    image, kernel = _matrix(image, "draw_filter", "image"), _matrix(kernel, "draw_filter", "kernel")
    result = corr2d(image, kernel) if result is None else _matrix(result, "draw_filter", "result")
    figure, (left, middle, right) = plt.subplots(
        1, 3, figsize=(9, 3.8), dpi=100, layout="constrained", facecolor="white", width_ratios=(3, 2, 3)
    )
    _draw_image(left, image)
    _draw_signed_grid(middle, kernel, title)
    _draw_image(right, result)
    left.set_title(f"image {_size(image)}", fontsize=11, color=INK)
    right.set_title(f"result {_size(result)}", fontsize=11, color=INK)
    plt.close(figure)
    return figure


def draw_steps(x, kernel, positions: Sequence[tuple[int, int]] | None = None) -> Figure:
    """Draw how the window slides: for each position, the window, the kernel, the products and their sum.

    Args:
        x: small image, shape (H, W).
        kernel: shape (kH, kW).
        positions: (row, column) of the outputs to draw, one line of the figure for each; all of them if not given.

    Raises:
        ValueError: as for :func:`convlab.functional.corr2d`; a position outside the output; more than 12 positions.

    >>> draw_steps(torch.arange(9).reshape(3, 3), torch.arange(4).reshape(2, 2))
    <Figure size 690x840 with 1 Axes>
    """
    x, kernel = _matrix(x, "draw_steps", "x"), _matrix(kernel, "draw_steps", "kernel")
    output = corr2d(x, kernel)
    positions = _positions(positions, tuple(output.shape))
    widths = [x.shape[1], kernel.shape[1], kernel.shape[1], output.shape[1]]
    height = max(x.shape[0], output.shape[0]) + 1.5
    starts = [sum(widths[:panel]) + panel * GAP for panel in range(4)]
    end = starts[-1] + widths[-1]
    figure, ax = _canvas((end + 0.2) * CELL, (height * len(positions) + 0.3) * CELL)
    ax.set(xlim=(-0.1, end + 0.1), ylim=(height * len(positions) + 0.2, -0.1))
    for line, (i, j) in enumerate(positions):
        _draw_step(ax, x, kernel, output, (i, j), starts, line * height + 1)
    return figure


def draw_grids(grids: Sequence, titles: Sequence[str] = (), marked: Sequence = (), signs: Sequence[str] = ()) -> Figure:
    """Draw small matrices in a row, with their values; some cells may be marked.

    Args:
        grids: matrices, each of shape (H, W). An entry that is nan is left empty.
        titles: one for each matrix.
        marked: for each matrix a set of (row, column), drawn orange with a thick border.
        signs: what to write between two matrices, for example ``["*", "="]``.

    Raises:
        ValueError: no grids; not two dimensions; titles, marked or signs that do not match in number.

    >>> draw_grids([[[1, 2], [3, 4]], [[5]]], ["in", "out"], marked=[{(0, 1)}, set()], signs=["→"])
    <Figure size 270x140 with 1 Axes>
    """
    grids = [_matrix(grid, "draw_grids", "grid") for grid in grids]
    needed = {"titles": (titles, len(grids)), "marked": (marked, len(grids)), "signs": (signs, len(grids) - 1)}
    if not grids:
        raise ValueError("draw_grids: the list of grids is empty; it needs at least one")
    for name, (given, number) in needed.items():
        if given and len(given) != number:
            raise ValueError(f"draw_grids: {len(grids)} grids need {number} {name}, got {len(given)}")
    height = max(grid.shape[0] for grid in grids)
    end = sum(grid.shape[1] for grid in grids) + GAP * (len(grids) - 1)
    figure, ax = _canvas((end + 1) * CELL, (height + 1) * CELL)
    ax.set(xlim=(-0.5, end + 0.5), ylim=(height + 0.1, -0.9))
    left = 0.0
    for index, grid in enumerate(grids):
        top = (height - grid.shape[0]) / 2
        _draw_grid(ax, grid, left, top, marked[index] if marked else (), WINDOW, titles[index] if titles else "")
        left += grid.shape[1]
        if signs and index < len(signs):
            _write(ax, left + GAP / 2, height / 2, signs[index], fontsize=13)
        left += GAP
    return figure


def _draw_step(ax: Axes, x, kernel, output, position, starts, top: float) -> None:
    """Draw one line of :func:`draw_steps`: window, kernel, products, and the output so far."""
    i, j = position
    rows, columns = kernel.shape
    window = x[i : i + rows, j : j + columns]
    so_far = torch.full(output.shape, torch.nan, dtype=torch.float64)
    so_far.view(-1)[: i * output.shape[1] + j + 1] = output.flatten()[: i * output.shape[1] + j + 1].double()
    inside = {(i + a, j + b) for a in range(rows) for b in range(columns)}
    middle = top + x.shape[0] / 2
    _draw_grid(ax, x, starts[0], top, inside, WINDOW, "image")
    _draw_grid(ax, kernel, starts[1], middle - rows / 2, (), WINDOW, "kernel")
    _draw_grid(ax, window * kernel, starts[2], middle - rows / 2, (), WINDOW, "products")
    _draw_grid(ax, so_far, starts[3], middle - output.shape[0] / 2, {position}, RESULT, "result")
    _write(ax, starts[1] - GAP / 2, middle, "×", fontsize=15)
    _write(ax, starts[2] - GAP / 2, middle, "=", fontsize=15)
    _write(ax, starts[3] - GAP / 2, middle, f"sum\n{_text(output[i, j])}\n→", fontsize=11)


def _draw_grid(ax: Axes, values, left: float, top: float, marked, colour: str, title: str = "") -> None:
    """Draw a matrix in the cell units of ax, its upper left corner at (left, top)."""
    tint = tuple(0.35 * part + 0.65 for part in to_rgb(colour))
    fontsize = 11 if max(len(_text(value)) for _, value in _entries(values)) < 4 else 8  # one size for the whole grid
    for (i, j), value in _entries(values):
        face = tint if (i, j) in marked else "white"
        ax.add_patch(Rectangle((left + j, top + i), 1, 1, facecolor=face, edgecolor=LINE, linewidth=0.8))
        _write(ax, left + j + 0.5, top + i + 0.5, _text(value), fontsize=fontsize)
    for top_row, left_column, rows, columns in _borders(marked):  # a thick border tells without colour
        corner = (left + left_column, top + top_row)
        ax.add_patch(Rectangle(corner, columns, rows, fill=False, edgecolor=colour, linewidth=2.5))
    _write(ax, left + values.shape[1] / 2, top - 0.4, title, fontsize=10)


def _borders(marked) -> list[tuple[int, int, int, int]]:
    """Return (row, column, height, width) of each border: one around a full rectangle of cells, else one a cell."""
    if not marked:
        return []
    rows, columns = {i for i, _ in marked}, {j for _, j in marked}
    height, width = max(rows) - min(rows) + 1, max(columns) - min(columns) + 1
    if height * width == len(set(marked)):
        return [(min(rows), min(columns), height, width)]
    return [(i, j, 1, 1) for i, j in sorted(marked)]


def _draw_signed_grid(ax: Axes, values, title: str) -> None:
    """Draw a matrix as coloured cells with their values."""
    largest = max(values.abs().max().item(), 1e-12)
    shown = ax.imshow(values.double().numpy(), cmap=SIGNED, vmin=-largest, vmax=largest)
    small = max(values.shape) > 5
    for (i, j), value in _entries(values):
        if values.numel() <= 121:
            red, green, blue, _ = shown.to_rgba(value)
            colour = INK if 0.3 * red + 0.59 * green + 0.11 * blue > 0.5 else "white"
            _write(ax, j, i, _text(value), fontsize=7 if small else 11, color=colour)
    ax.set_xticks([j - 0.5 for j in range(values.shape[1] + 1)], [])
    ax.set_yticks([i - 0.5 for i in range(values.shape[0] + 1)], [])
    ax.grid(color=LINE, linewidth=0.6)
    ax.tick_params(length=0)
    ax.set_axis_on()
    ax.set_title(title or f"kernel {_size(values)}", fontsize=11, color=INK)


def _draw_image(ax: Axes, image) -> None:
    """Draw one image; its values decide the scale."""
    low, high = image.min().item(), image.max().item()
    image = image.double().numpy()
    ax.set_axis_off()
    sharp = {"interpolation": "nearest"} if max(image.shape[:2]) <= 64 else {}
    if low >= 0 and high <= 1:
        ax.imshow(image, cmap="gray", vmin=0, vmax=1, **sharp)
        return
    if low < 0:
        largest = max(-low, high)
        shown = ax.imshow(image, cmap=SIGNED, vmin=-largest, vmax=largest, **sharp)
    else:
        shown = ax.imshow(image, cmap="gray", **sharp)
    ax.figure.colorbar(shown, ax=ax, shrink=0.7, pad=0.02)


def _canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a white figure of that many inches, with one empty drawing area."""
    size = (round(width, 1), round(height, 1))  # whole pixels, so that the figure's repr reads well
    figure, ax = plt.subplots(figsize=size, dpi=100, layout="constrained", facecolor="white")
    ax.set_axis_off()
    ax.set_aspect("equal")
    plt.close(figure)  # or a notebook would draw it a second time
    return figure, ax


def _write(ax: Axes, x: float, y: float, text: str, **style) -> None:
    ax.text(x, y, text, ha="center", va="center", **{"color": INK, **style})


def _text(value) -> str:
    """Write a number as short as it can be read: 3, −0.5, 0.075; nothing for nan."""
    value = float(value) + 0.0  # turns −0 into 0
    if value != value:
        return ""
    if value == round(value):
        text = f"{value:.0f}"
    else:
        text = f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) >= 0.1 else f"{value:.2g}"
    return text.replace("-", "−")


def _size(matrix) -> str:
    return " × ".join(map(str, matrix.shape))


def _entries(values):
    return [((i, j), value) for i, row in enumerate(values.tolist()) for j, value in enumerate(row)]


def _positions(positions, output_size) -> list[tuple[int, int]]:
    """Return the positions to draw; refuse those that are not there, and a figure that nobody can read."""
    rows, columns = output_size
    if positions is None:
        positions = [(i, j) for i in range(rows) for j in range(columns)]
    for i, j in positions:
        if not (0 <= i < rows and 0 <= j < columns):
            raise ValueError(f"draw_steps: position {(i, j)} is outside the output, which is {output_size}")
    if not 1 <= len(positions) <= 12:
        raise ValueError(f"draw_steps: {len(positions)} positions; give between 1 and 12 of them with positions=[...]")
    return list(positions)


def _matrix(values, name: str, role: str):
    values = torch.as_tensor(values).detach().cpu()
    if values.ndim != 2 or values.numel() == 0:
        raise ValueError(f"{name}: the {role} must be a matrix (height, width) with entries, got {tuple(values.shape)}")
    return values


def _image(values):
    values = torch.as_tensor(values).detach().cpu()
    if values.ndim == 3 and values.shape[0] == 3:
        values = values.permute(1, 2, 0)
    elif values.ndim != 2:
        raise ValueError(f"draw_images: an image must be (H, W) or (3, H, W), got {tuple(values.shape)}")
    if values.numel() == 0:
        raise ValueError(f"draw_images: the image is empty: {tuple(values.shape)}")
    return values
