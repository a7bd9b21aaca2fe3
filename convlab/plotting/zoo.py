"""Figures of the zoo: which pixels and channels of the input one number of a layer's output touches."""

from collections.abc import Mapping, Sequence
from itertools import product

import torch
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor, nn

from convlab.arguments import as_position, as_tuple
from convlab.plotting.canvas import INK, LINE, RESULT, WINDOW, new_canvas, new_figure, write

MOST_CHANNELS = 8
MOST_PIXELS = 16
PIXEL = 0.14  # inches
SPACE = 1.2  # pixels between two channels
ARROW = 4.0  # pixels of free space around the arrow
MOST_ACROSS = 62  # pixels in a line of the figure: it is at most 900 dots wide
BESIDE = 3.5  # pixels of free space between two layers
FAINT = 0.01  # below this part of the strongest gradient a pixel counts as faint
FAINT_FACE = "#b5d3c9"


def touched(layer: nn.Module, in_shape: Sequence[int], output: Sequence[int] | None = None) -> Tensor:
    """Return how strongly each number of the input acts on *one* number of the output: the size of its gradient.

    Zero means: that pixel, in that channel, does not count for this output. The layer is run once with a fixed random
    input; its parameters stay as they are.

    Args:
        layer: any module from images to images.
        in_shape: (C, H, W) of the input.
        output: (channel, row, column) of the output; channel 0, in the middle, if not given.

    Returns:
        Numbers in [0, 1] of shape (C, H, W); the strongest is 1.

    Raises:
        ValueError: not three sizes; an output position that is not there.

    >>> _ = torch.manual_seed(0)
    >>> touched(nn.Conv2d(2, 4, 3), (2, 5, 5)).count_nonzero((1, 2)).tolist()
    [9, 9]
    """
    return _touched("touched", layer, in_shape, output)[0]


def draw_touched(
    layer: nn.Module | Mapping[str, nn.Module],
    in_shape: Sequence[int],
    output: Sequence[int] | None = None,
    title: str = "",
) -> Figure:
    """Draw the channels of a layer's input and output as small grids; green is what one blue output touches.

    What is green is measured: see :func:`touched`. Pale green is faint: below a hundredth of the strongest pixel.
    Several layers are compared by their inputs alone, with the name above each.

    Args:
        layer: any module from images to images; or several of them, by name.
        in_shape: (C, H, W) of the input: at most 8 channels of at most 16 x 16 pixels, and so for the output.
        output: (channel, row, column) of the output; channel 0, in the middle, if not given.
        title: text above the input of one layer.

    Raises:
        ValueError: as for :func:`touched`; more channels or pixels than can be drawn; several layers of which none is.

    >>> figure = draw_touched(nn.Conv2d(2, 1, 3, padding=1), (2, 5, 5))
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['0', '1', '0', '→', 'input', 'output']
    >>> figure = draw_touched({"3 × 3": nn.Conv2d(2, 1, 3), "1 × 1": nn.Conv2d(2, 1, 1)}, (2, 5, 5))
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['3 × 3', '0', '1', '1 × 1', '0', '1']
    """
    if isinstance(layer, Mapping):
        return _draw_inputs(layer, in_shape, output)
    strength, out_shape, output = _touched("draw_touched", layer, in_shape, output)
    for name, (channels, *sizes) in (("input", strength.shape), ("output", out_shape)):
        _check_drawable(name, channels, *sizes)
    height = max(strength.shape[1], out_shape[1])
    in_width = _row_width(strength.shape)
    end = in_width + ARROW + _row_width(out_shape)
    figure, ax = new_canvas((end + 1) * PIXEL, (height + 5) * PIXEL)
    ax.set(xlim=(-0.5, end + 0.5), ylim=(height + 0.5, -4.2))
    chosen = torch.zeros(out_shape)
    chosen[output] = 1
    for values, left, colour in ((strength, 0.0, WINDOW), (chosen, in_width + ARROW, RESULT)):
        _draw_channels(ax, values, colour, left, height)
    write(ax, in_width + ARROW / 2, height / 2, "→", fontsize=14)
    write(ax, in_width / 2, -3.2, title or "input", fontsize=10)
    write(ax, (in_width + ARROW + end) / 2, -3.2, "output", fontsize=10)
    return figure


def draw_costs(rows: Sequence[tuple[str, float, float, str]]) -> Figure:
    """Draw what layers cost (multiply-adds, upwards) against how far they see (receptive field, to the right).

    Args:
        rows: (name, receptive field in pixels, multiply-adds, side of the label: "left" or "right").

    Raises:
        ValueError: no rows, multiply-adds that are not positive (the axis is logarithmic), or another side.

    >>> figure = draw_costs([("standard", 3, 100, "right"), ("pointwise", 1, 11, "left")])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['standard', 'pointwise']
    """
    if not rows:
        raise ValueError("draw_costs: there are no rows; it needs at least one")
    figure, ((ax,),) = new_figure(8.5, 5.6)
    for name, field, cost, side in rows:
        if side not in ("left", "right") or cost <= 0:
            raise ValueError(
                f"draw_costs: {name}: side is {side!r}, cost is {cost}; needed: 'left' or 'right', a cost above 0"
            )
        ax.plot(field, cost, "o", color=RESULT, markersize=8)
        shift = 9 if side == "right" else -9
        ax.annotate(
            name, (field, cost), (shift, 0), textcoords="offset points",
            ha="left" if side == "right" else "right", va="center", fontsize=10, color=INK,
        )  # fmt: skip
    fields = sorted({row[1] for row in rows})
    ax.set(yscale="log", xlim=(min(fields) - 1.4, max(fields) + 1.4), xticks=fields)
    ax.set_xlabel("receptive field: rows that one output sees", color=INK)
    ax.set_ylabel("multiply-adds (each line up: ten times as many)", color=INK)
    ax.grid(axis="y", color=LINE, linewidth=0.5)
    ax.spines[["top", "right"]].set_visible(False)
    return figure


def _touched(name: str, layer: nn.Module, in_shape, output) -> tuple[Tensor, tuple, tuple]:
    """Return the strengths (C, H, W), the shape of the output, and the position in it."""
    in_shape = as_tuple(name, "in_shape", tuple(in_shape), 3, minimum=1)
    like = next(layer.parameters(), torch.empty(0))
    x = torch.rand(1, *in_shape, generator=torch.Generator().manual_seed(0)).to(like).requires_grad_()
    with torch.enable_grad():
        y = layer(x)[0]
        out_shape = tuple(y.shape)
        middle = (0, out_shape[1] // 2, out_shape[2] // 2)
        position = as_position(name, middle if output is None else output, out_shape)
        (gradient,) = torch.autograd.grad(y[position], x)
    strength = gradient[0].abs().double().cpu()
    return strength / (strength.max().item() or 1.0), out_shape, position


def _draw_inputs(named: Mapping[str, nn.Module], in_shape, output) -> Figure:
    """Draw what one output of each layer touches: as many layers side by side as a line can hold."""
    if not named:
        raise ValueError("draw_touched: there are no layers; it needs at least one")
    strengths = [_touched("draw_touched", layer, in_shape, output)[0] for layer in named.values()]
    channels, height, wide = strengths[0].shape
    _check_drawable("input", channels, height, wide)
    step = _row_width((channels, height, wide)) + BESIDE
    across = min(len(named), max(1, int((MOST_ACROSS + BESIDE) // step)))
    lines, tall = -(-len(named) // across), height + 5
    figure, ax = new_canvas((across * step - BESIDE + 1) * PIXEL, lines * tall * PIXEL)
    ax.set(xlim=(-0.5, across * step - BESIDE + 0.5), ylim=(lines * tall - 4.5, -4.5))
    for index, (name, strength) in enumerate(zip(named, strengths, strict=True)):
        left, top = index % across * step, index // across * tall
        write(ax, left + (step - BESIDE) / 2, top - 3.2, name, fontsize=10)
        _draw_channels(ax, strength, WINDOW, left, height, top)
    return figure


def _check_drawable(name: str, channels: int, *sizes: int) -> None:
    if channels > MOST_CHANNELS or max(sizes) > MOST_PIXELS:
        raise ValueError(
            f"draw_touched: the {name} is {(channels, *sizes)}; at most {MOST_CHANNELS} channels of "
            f"{MOST_PIXELS} x {MOST_PIXELS} pixels can be drawn"
        )


def _row_width(shape) -> float:
    return shape[0] * shape[2] + (shape[0] - 1) * SPACE


def _draw_channels(ax, strength: Tensor, colour: str, left: float, height: float, above=0.0) -> None:
    """Draw the channels side by side, each in the middle of the height, with its number above it."""
    for channel, pixels in enumerate(strength.tolist()):
        x, top = left + channel * (len(pixels[0]) + SPACE), above + (height - len(pixels)) / 2
        for i, j in product(range(len(pixels)), range(len(pixels[0]))):
            face = "white" if (v := pixels[i][j]) == 0 else FAINT_FACE if v < FAINT else colour
            ax.add_patch(Rectangle((x + j, top + i), 1, 1, facecolor=face, edgecolor=LINE, linewidth=0.6))
        write(ax, x + len(pixels[0]) / 2, top - 0.9, str(channel), fontsize=9)
