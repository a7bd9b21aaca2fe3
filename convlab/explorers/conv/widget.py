"""ConvExplorer: a window slides over a small image; every number of every sum can be seen and changed."""

from __future__ import annotations

from matplotlib.figure import Figure
from torch import Tensor
from traitlets import validate

from convlab import kernels
from convlab.explorers.shared.base import SettingError, script, settings_checked, style
from convlab.explorers.shared.traits import Constants, Flag, Matrix, Milliseconds, Pair, Positioned
from convlab.explorers.shared.words import by, described, entry, short
from convlab.functional import conv2d
from convlab.geometry import same_padding

LARGEST = 32  # lines that can be drawn and read
KERNELS = {
    "identity": kernels.identity().tolist(),
    "sobel x": kernels.sobel_x().tolist(),
    "laplacian": kernels.laplacian().tolist(),
    "corner": [[1, 2], [3, 4]],
    "row 1 × 3": [[1, 2, 1]],
}
_OPTIONS = ("stride", "padding", "dilation")
_SETTINGS = ("x", "kernel", *_OPTIONS, "convolution")


class Padding(Pair):
    """A pair; or "valid", or "same", which stands for a pair as soon as kernel, stride and dilation are known."""

    def take(self, obj, value) -> tuple[int, int] | str:
        """Return a pair or "same"."""
        if not isinstance(value, str):
            return super().take(obj, value)
        if value not in ("valid", "same"):
            raise ValueError(f"conv2d: padding must be a number, 'valid' or 'same', got {value!r}")
        return (0, 0) if value == "valid" else value

    def get(self, obj, cls=None) -> tuple[int, int]:
        """Return the pair."""
        value = super().get(obj, cls)
        return obj._same_padding() if value == "same" else value


class ConvExplorer(Positioned):
    """A window that slides over a small image.

    In the browser: the arrow keys, the mouse or *play* move the window, hovering a pixel shows all outputs that use it,
    a double click changes a number, and settings that cannot work are explained. For Python all of it is in traits, in
    both directions:

    >>> explorer = ConvExplorer([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0], [0, -1]])
    >>> explorer
    ConvExplorer(input 3x3, kernel 2x2, stride 1, padding 0, dilation 1: output 2x2)
    >>> explorer.position = (1, 0)
    >>> explorer.output[explorer.position]
    tensor(-4., dtype=torch.float64)
    >>> explorer.stride = 2
    >>> explorer.position
    (0, 0)

    Attributes:
        x: the image, shape (H, W), without and with padding at most 32 x 32; numbers, an array or a tensor.
        kernel: shape (kH, kW), of any size that fits.
        stride, dilation: an int or (vertical, horizontal), at least 1.
        padding: zeros on *each* side, an int or (above and below, left and right); ``"valid"``, or ``"same"`` for the
            padding that keeps the size of the present kernel and dilation (odd ones).
        convolution: True turns the kernel by 180 degrees first (the mathematician's convolution); False is what
            ``F.conv2d`` does.
        position: (row, column) of the output that is looked at.
        interval: milliseconds from one step to the next while it plays.

    Raises:
        TypeError, ValueError: as ``convlab.functional.conv2d``; and images that are too large to be drawn. What was set
            before stays.
    """

    _esm, _css, _name = script("conv"), style("conv"), "conv"
    _operator = "conv2d"
    _settings = _SETTINGS
    _state_names = (*_SETTINGS, "position", "interval", "constants")

    x = Matrix()
    kernel = Matrix()
    stride = Pair(1, minimum=1)
    padding = Padding(0)
    dilation = Pair(1, minimum=1)
    convolution = Flag(False)
    interval = Milliseconds(400)
    constants = Constants(settings=_SETTINGS, options=_OPTIONS, largest=LARGEST, kernels=KERNELS)

    def __init__(self, x, kernel, stride=1, padding=0, dilation=1, *, convolution=False, position=(0, 0), **named):
        settings = {"x": x, "kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
        super().__init__(**settings, convolution=convolution, position=position, **named)

    @property
    def output(self) -> Tensor:
        """The feature map, shape (outH, outW), float64: ``convlab.functional.conv2d`` of what is set."""
        weight = self.kernel.flip(0, 1) if self.convolution else self.kernel
        return conv2d(self.x[None, None], weight[None, None], **{name: getattr(self, name) for name in _OPTIONS})[0, 0]

    @validate(*_SETTINGS)
    def _check_settings(self, proposal):
        now = self._proposed(proposal)
        if now["padding"] == "same":
            now["padding"] = self._same_padding()
        x, kernel, options = now["x"], now["kernel"], {name: now[name] for name in _OPTIONS}
        padded = tuple(n + 2 * p for n, p in zip(x.shape, now["padding"], strict=True))
        if max(padded) > LARGEST:
            raise SettingError(
                f"ConvExplorer: the input is {tuple(x.shape)}, with padding {padded}; at most {LARGEST} rows and "
                f"columns can be drawn. Take a part, for example x[:8, :8]"
            )
        with settings_checked():
            conv2d(x[None, None], kernel[None, None], **options)
        return now[proposal["trait"].name]

    def _same_padding(self) -> tuple[int, int]:
        """Return what padding="same" means for the present kernel."""
        if self.stride != (1, 1):
            raise SettingError(f"conv2d: padding='same' asks for stride 1, got {short(self.stride)}")
        with settings_checked():
            return same_padding(tuple(self.kernel.shape), self.dilation)

    def figure(self) -> Figure:
        """Return a picture of the present state: the window, the kernel, the output, and what is never read."""
        from convlab.explorers.conv.figure import draw_conv

        return draw_conv(self)

    def _described(self) -> str:
        size, kernel, flipped = by(self.x.shape), by(self.kernel.shape), "flipped " * self.convolution
        options = ", ".join(f"{name} {short(getattr(self, name))}" for name in _OPTIONS)
        return (
            f"an input of {size} with the window in green, the {flipped}kernel of {kernel}, and the output of "
            f"{by(self.output.shape)}; {options}. The {entry('output', self)}."
        )

    def __repr__(self) -> str:
        return described(self, ", flipped" if self.convolution else "", _OPTIONS)
