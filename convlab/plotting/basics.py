"""Figures from the first notebooks on: a kernel with its values, images in a row, a window that slides."""

from collections.abc import Iterable, Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from convlab.arguments import as_position
from convlab.functional import corr2d
from convlab.pictures import as_numbers, as_picture, is_pil
from convlab.plotting.canvas import (
    CELL,
    GAP,
    RESULT,
    WINDOW,
    as_matrix,
    as_text,
    new_canvas,
    new_figure,
    paint_grid,
    paint_image,
    paint_signed_grid,
    size_text,
    write,
)


def draw_kernel(kernel, title: str = "") -> Figure:
    """Draw a kernel (or any small matrix) with its values: orange below zero, purple above.

    Args:
        kernel: matrix of shape (kH, kW).
        title: text above it.

    Raises:
        ValueError: not two dimensions.

    >>> figure = draw_kernel([[1, 0], [0, -1]], title="diagonal")
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['1', '0', '0', '−1']
    """
    kernel = as_matrix(kernel, "draw_kernel", "kernel")
    rows, columns = kernel.shape
    figure, ax = new_canvas(max(3.2, columns * 0.6), rows * 0.6 + 1.6)
    paint_signed_grid(ax, kernel, title)
    return figure


def draw_images(images: Sequence, titles: Sequence[str] = (), *, width: float = 2.9) -> Figure:
    """Draw images side by side, each with the scale that fits its values.

    Values in [0, 1] are drawn as they are: 0 black, 1 white. As soon as a value is negative, zero is drawn white,
    negative values orange, positive values purple, and a bar says which colour means how much. Other images
    are drawn from their smallest value (black) to their largest (white), with a bar.

    Args:
        images: each of shape (H, W), (1, H, W), or (3, H, W) for red, green and blue: floats in [0, 1] or whole numbers
            from 0 to 255; or a PIL image, from black to white. An entry that is nan is drawn green.
        titles: one for each image.
        width: of each image, in inches.

    Raises:
        TypeError, ValueError: no images, another shape, colours outside of these values, or titles that do not match
            in number.

    >>> figure = draw_images([torch.zeros(4, 4), torch.eye(4) - 0.5], ["black", "signed"])
    >>> [ax.get_title() for ax in figure.axes]  # the last is the bar of the signed one
    ['black', 'signed', '']
    """
    if not isinstance(images, Iterable):
        raise TypeError(f"draw_images: {type(images).__name__} is no list; one image is drawn by draw_images([image])")
    images = [_image(image) for image in images]
    if not images:
        raise ValueError("draw_images: the list of images is empty; it needs at least one")
    if titles and len(titles) != len(images):
        raise ValueError(f"draw_images: {len(images)} images but {len(titles)} titles; give one title for each image")
    tallest = max(image.shape[0] / image.shape[1] for image in images)
    figure, axes = new_figure(width * len(images), width * tallest + 0.7, columns=len(images))
    for ax, image, title in zip(axes[0], images, titles or [""] * len(images), strict=True):
        paint_image(ax, image, title)
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

    >>> figure = draw_filter(torch.eye(6), torch.ones(3, 3), title="sum")
    >>> [ax.get_title() for ax in figure.axes]  # the last is the bar of the result
    ['image 6 × 6', 'sum', 'result 4 × 4', '']
    """
    image, kernel = as_matrix(image, "draw_filter", "image"), as_matrix(kernel, "draw_filter", "kernel")
    result = corr2d(image, kernel) if result is None else as_matrix(result, "draw_filter", "result")
    figure, ((left, middle, right),) = new_figure(8.8, 3.7, columns=3, width_ratios=(3, 2, 3))
    paint_image(left, image, f"image {size_text(image)}")
    paint_signed_grid(middle, kernel, title)
    paint_image(right, result, f"result {size_text(result)}")
    return figure


def draw_steps(x, kernel, positions: Sequence[tuple[int, int]] | None = None) -> Figure:
    """Draw how the window slides: for each position, the window, the kernel, the products and their sum.

    Args:
        x: small image, shape (H, W).
        kernel: shape (kH, kW).
        positions: (row, column) of the outputs to draw, one line of the figure for each; all of them if not given.

    Raises:
        ValueError: as for :func:`convlab.functional.corr2d`; a position outside the output; more than 12 positions.

    >>> figure = draw_steps(torch.arange(9).reshape(3, 3), torch.arange(4).reshape(2, 2))
    >>> [text.get_text().split() for text in figure.axes[0].texts if "sum" in text.get_text()]
    [['sum', '19', '→'], ['sum', '25', '→'], ['sum', '37', '→'], ['sum', '43', '→']]
    """
    x, kernel = as_matrix(x, "draw_steps", "x"), as_matrix(kernel, "draw_steps", "kernel")
    output = corr2d(x, kernel)
    positions = _positions(positions, tuple(output.shape))
    widths = [x.shape[1], kernel.shape[1], kernel.shape[1], output.shape[1]]
    height = max(x.shape[0], output.shape[0]) + 1.5
    starts = [sum(widths[:panel]) + panel * GAP for panel in range(4)]
    end = starts[-1] + widths[-1]
    figure, ax = new_canvas((end + 0.2) * CELL, (height * len(positions) + 0.3) * CELL)
    figure.set_dpi(min(100, 880 / figure.get_figwidth()))  # a notebook's page is 900 pixels wide
    ax.set(xlim=(-0.1, end + 0.1), ylim=(height * len(positions) + 0.2, -0.1))
    for line, (i, j) in enumerate(positions):
        _draw_step(ax, x, kernel, output, (i, j), starts, line * height + 1)
    return figure


def draw_grids(grids: Sequence, titles: Sequence[str] = (), marked: Sequence = (), signs: Sequence[str] = ()) -> Figure:
    """Draw small matrices in a row, with their values; some cells may be marked.

    Args:
        grids: matrices, each of shape (H, W). An entry that is nan is left empty.
        titles: one for each matrix.
        marked: for each matrix a set of (row, column), drawn green with a thick border.
        signs: what to write between two matrices, for example ``["*", "="]``.

    Raises:
        ValueError: no grids; not two dimensions; titles, marked or signs that do not match in number.

    >>> figure = draw_grids([[[1, 2], [3, 4]], [[5]]], ["in", "out"], marked=[{(0, 1)}, set()], signs=["→"])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['1', '2', '3', '4', 'in', '→', '5', 'out']
    """
    grids = [as_matrix(grid, "draw_grids", "grid") for grid in grids]
    needed = {"titles": (titles, len(grids)), "marked": (marked, len(grids)), "signs": (signs, len(grids) - 1)}
    if not grids:
        raise ValueError("draw_grids: the list of grids is empty; it needs at least one")
    for name, (given, number) in needed.items():
        if given and len(given) != number:
            raise ValueError(f"draw_grids: {len(grids)} grids need {number} {name}, got {len(given)}")
    height = max(grid.shape[0] for grid in grids)
    end = sum(grid.shape[1] for grid in grids) + GAP * (len(grids) - 1)
    figure, ax = new_canvas((end + 1) * CELL, (height + 1) * CELL)
    ax.set(xlim=(-0.5, end + 0.5), ylim=(height + 0.1, -0.9))
    left = 0.0
    for index, grid in enumerate(grids):
        top = (height - grid.shape[0]) / 2
        paint_grid(ax, grid, left, top, marked[index] if marked else (), WINDOW, titles[index] if titles else "")
        left += grid.shape[1]
        if signs and index < len(signs):
            write(ax, left + GAP / 2, height / 2, signs[index], fontsize=13)
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
    paint_grid(ax, x, starts[0], top, inside, WINDOW, "image")
    paint_grid(ax, kernel, starts[1], middle - rows / 2, (), WINDOW, "kernel")
    paint_grid(ax, window * kernel, starts[2], middle - rows / 2, (), WINDOW, "products")
    paint_grid(ax, so_far, starts[3], middle - output.shape[0] / 2, {position}, RESULT, "result")
    write(ax, starts[1] - GAP / 2, middle, "×", fontsize=15)
    write(ax, starts[2] - GAP / 2, middle, "=", fontsize=15)
    write(ax, starts[3] - GAP / 2, middle, f"sum\n{as_text(output[i, j])}\n→", fontsize=11)


def _positions(positions, output_size) -> list[tuple[int, int]]:
    """Return the positions to draw; refuse those that are not there, and a figure that nobody can read."""
    rows, columns = output_size
    if positions is None:
        positions = [(i, j) for i in range(rows) for j in range(columns)]
    positions = [as_position("draw_steps", position, output_size) for position in positions]
    if not 1 <= len(positions) <= 12:
        raise ValueError(f"draw_steps: {len(positions)} positions; give between 1 and 12 of them with positions=[...]")
    return positions


def _image(values):
    """Return an image to paint: (H, W), or (H, W, 3) in [0, 1]."""
    where, needed = "draw_images: an image", "(H, W) or (3, H, W)"
    shape = () if isinstance(values, (str, bytes)) else tuple(as_numbers(where, values, needed).shape)
    if len(shape) == 1:
        raise ValueError(f"{where} must be {needed}, got {shape}; one image is drawn by draw_images([image])")
    if is_pil(values) or len(shape) not in (2, 3) or 0 in shape or (len(shape) == 3 and shape[0] != 1):
        picture = as_picture(where, values, needed).double() / 255
        return picture[0] if len(picture) == 1 else picture.permute(1, 2, 0)
    return as_numbers(where, values, needed).double().reshape(shape[-2:])
