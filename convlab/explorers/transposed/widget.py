"""TransposedConvExplorer: one transposed convolution in three views; every term of every sum can be seen."""

from __future__ import annotations

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import validate

from convlab.explorers.shared.base import SettingError, script, settings_checked, style
from convlab.explorers.shared.traits import Choice, Constants, Flag, Matrix, Milliseconds, Pair, Positioned
from convlab.explorers.shared.words import by, described, entry, short
from convlab.functional import conv_transpose2d
from convlab.geometry import effective_kernel_size

# What can be drawn: lines of the output, lines of the input with its zeros, entries of the matrix.
LARGEST, WIDEST, ENTRIES = 32, 48, 2600
VIEWS = ("all", "stamps", "zeros", "matrix")
_OPTIONS = ("stride", "padding", "output_padding", "dilation")
_NUMBERS = ("x", "kernel", *_OPTIONS)


class TransposedConvExplorer(Positioned):
    """A transposed convolution, seen as stamps, as zeros stuffed in, and as a matrix.

    In the browser: the arrow keys or the mouse move over the output's pixels, and each view shows the sum that makes
    the pixel; hovering a pixel of the input shows its stamp; *play* puts the stamps down one after the other; a double
    click changes a number, and settings that cannot work are explained. From Python all of it are traits, which follow
    each other in both directions:

    >>> explorer = TransposedConvExplorer([[1, 2], [3, 4]], [[1, 0, 2], [0, 1, 0], [3, 0, 1]], stride=2)
    >>> explorer
    TransposedConvExplorer(input 2x2, kernel 3x3, stride 2, padding 0, output_padding 0, dilation 1: output 5x5)
    >>> explorer.output[2, 2]
    tensor(17., dtype=torch.float64)
    >>> explorer.overlaps[2].tolist()
    [2, 2, 4, 2, 2]
    >>> explorer.matrix.shape
    torch.Size([25, 4])

    Attributes:
        x: the image, shape (H, W); numbers, an array or a tensor. All stamps together may cover 32 x 32 pixels.
        kernel: shape (kH, kW), of any size.
        stride: distance of neighbouring stamps, an int or (vertical, horizontal).
        padding: lines that are cut *off* on each side, an int or (above and below, left and right).
        output_padding: lines that are given back at the bottom and on the right, an int or (bottom, right).
        dilation: distance of the kernel's taps, an int or (vertical, horizontal).
        view: ``"all"``, or one of the three alone and larger: ``"stamps"``, ``"zeros"``, ``"matrix"``.
        position: (row, column) of the output that is looked at.
        show_overlaps: True writes into each pixel how many stamps fall on it, instead of their sum.
        interval: milliseconds from one stamp to the next while it plays.

    Raises:
        TypeError, ValueError: as ``convlab.functional.conv_transpose2d``; and what is too large to be drawn. What was
            set before stays.
    """

    _esm, _css, _name = script("transposed"), style("transposed"), "transposed"
    _operator, _dpi, _colours = "conv_transpose2d", 80, 12
    _settings = _NUMBERS
    _state_names = (*_NUMBERS, "view", "position", "show_overlaps", "interval", "constants")

    x = Matrix()
    kernel = Matrix()
    stride = Pair(1, minimum=1)
    padding = Pair(0)
    output_padding = Pair(0)
    dilation = Pair(1, minimum=1)
    view = Choice(VIEWS)
    show_overlaps = Flag(False)
    interval = Milliseconds(700)
    constants = Constants(
        settings=(*_NUMBERS, "view", "show_overlaps"), numbers=_NUMBERS, options=_OPTIONS, views=VIEWS,
        largest=LARGEST, widest=WIDEST, entries=ENTRIES,
    )  # fmt: skip

    def __init__(
        self, x, kernel, stride=1, padding=0, output_padding=0, dilation=1, *, view="all", position=(0, 0), **named
    ):
        settings = dict(zip(_NUMBERS, (x, kernel, stride, padding, output_padding, dilation), strict=True))
        super().__init__(**settings, view=view, position=position, **named)

    @property
    def output(self) -> Tensor:
        """The result, shape (outH, outW), float64: ``convlab.functional.conv_transpose2d`` of what is set."""
        return self._of(self.x[None, None], self.kernel)[0, 0]

    @property
    def overlaps(self) -> Tensor:
        """How many stamps fall on each pixel of the output, shape (outH, outW), int64."""
        return self._of(torch.ones_like(self.x)[None, None], torch.ones_like(self.kernel))[0, 0].round().long()

    @property
    def matrix(self) -> Tensor:
        """C transposed, shape (outH * outW, H * W), float64: ``matrix @ x.flatten()`` is ``output.flatten()``."""
        places = torch.eye(self.x.numel(), dtype=torch.float64).reshape(-1, 1, *self.x.shape)  # a single 1 in each
        return self._of(places, self.kernel).flatten(1).T

    def _of(self, images: Tensor, kernel: Tensor) -> Tensor:
        options = {name: getattr(self, name) for name in _OPTIONS}
        return conv_transpose2d(images, kernel[None, None], **options)

    @validate(*_NUMBERS)
    def _check_settings(self, proposal):
        now = self._proposed(proposal)
        x, kernel = now.pop("x"), now.pop("kernel")
        _check_drawable(x, kernel, **now)
        with settings_checked():
            conv_transpose2d(x[None, None], kernel[None, None], **now)
        return proposal["value"]

    def figure(self) -> Figure:
        """Return a picture of the present state: the view or the three views, and the sum at the position."""
        from convlab.explorers.transposed.figure import draw_transposed

        return draw_transposed(self)

    def _described(self) -> str:
        views = {
            "stamps": "as stamps that are added",
            "zeros": "as a convolution with zeros put between",
            "matrix": "as a matrix",
        }
        seen = views.get(self.view) or f"in three views: {', '.join(views.values())}"
        options = ", ".join(f"{name.replace('_', ' ')} {short(getattr(self, name))}" for name in _OPTIONS)
        return (
            f"a transposed convolution from {by(self.x.shape)} to {by(self.output.shape)} by a kernel of "
            f"{by(self.kernel.shape)}, {seen}; {options}. The {entry('output', self)}."
        )

    def __repr__(self) -> str:
        return described(self, "", _OPTIONS)


def _check_drawable(x, kernel, stride, padding, output_padding, dilation) -> None:
    """Refuse what is too large for a picture; what is impossible is the operator's to refuse."""
    for axis, (n, r, s, p, extra) in enumerate(
        zip(x.shape, effective_kernel_size(tuple(kernel.shape), dilation), stride, padding, output_padding, strict=True)
    ):
        name = ("rows", "columns")[axis]
        stamped = max((n - 1) * s + r, (n - 1) * s + r - p + extra)
        zeros = (n - 1) * s + 1 + max(r - 1 - p, 0) + max(r - 1 - p + extra, 0)
        if stamped > LARGEST:
            raise SettingError(
                f"TransposedConvExplorer: the stamps cover {stamped} {name}: (input - 1) * stride + dilation * (kernel "
                f"- 1) + 1; at most {LARGEST} can be drawn. Take a part, for example x[:4, :4], or a smaller stride"
            )
        if zeros > WIDEST:
            raise SettingError(
                f"TransposedConvExplorer: the input with its zeros has {zeros} {name}; at most {WIDEST} can be drawn. "
                f"Take a smaller kernel or dilation"
            )
