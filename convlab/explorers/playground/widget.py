"""KernelPlayground: a photo, a kernel whose numbers can be changed, and what comes out."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import validate

from convlab import kernels
from convlab.explorers.shared.base import script, settings_checked, style
from convlab.explorers.shared.traits import Choice, Constants, Numbers, Positioned, Setting, finite, matrix
from convlab.explorers.shared.words import by, entry
from convlab.functional import conv2d
from convlab.pictures import as_picture

MODES = ("zeros", "reflect", "replicate", "circular", "valid")
LARGEST = 15  # rows and columns of a kernel
SMALL = 1e-6  # part of the largest number below which a number counts as zero: kernels are often float32
CHANNELS = ("red", "green", "blue")
PIXELS = 320  # of a side: more would not be redrawn at once
WIDTHS = {1: 96, 3: 60}  # pixels of the course's photo, by channels: a notebook stores it
PRESETS = {
    "identity": kernels.identity(),
    "box": kernels.box(),
    "gaussian": kernels.gaussian(5, sigma=1.0),
    "sharpen": kernels.sharpen(),
    "emboss": kernels.emboss(),
    "sobel_x": kernels.sobel_x(),
    "sobel_y": kernels.sobel_y(),
    "laplacian": kernels.laplacian(),
}


class Picture(Setting):
    """An image (C, H, W), uint8, with 1 or 3 channels; it travels as bytes."""

    def __init__(self, **named):
        super().__init__(**named)
        self.tag(to_json=self.to_browser, from_json=self.from_browser)

    def take(self, obj, value) -> Tensor:
        """Return the image as bytes, or say what is wrong with it."""
        return as_picture(self.where(obj), value, most=PIXELS).as_subclass(Numbers)

    @staticmethod
    def to_browser(image: Tensor, widget) -> dict:
        """Return shape and bytes."""
        return {"shape": list(image.shape), "data": memoryview(image.contiguous().numpy().tobytes())}

    @staticmethod
    def from_browser(sent, widget):
        """Return what the browser sent as a tensor."""
        return torch.frombuffer(bytearray(sent["data"]), dtype=torch.uint8).reshape(sent["shape"])


class Slices(Setting):
    """A kernel (C, kH, kW), float64: a slice for each channel of the image."""

    def __init__(self, **named):
        super().__init__(**named)
        self.tag(to_json=lambda value, widget: value.tolist())

    def take(self, obj, value) -> Tensor:
        """Return the kernel as a tensor of its own, or say what is wrong with it."""
        needed = "(kH, kW), or (3, kH, kW) for a colour image"
        kernel = finite(self.where(obj), value, f"numbers {needed}", 3)
        shape = tuple(kernel.shape)
        kernel = kernel[None] if kernel.ndim == 2 else kernel
        if kernel.ndim != 3 or 0 in shape:
            raise ValueError(f"{self.where(obj)} must be {needed}; got {shape}")
        if max(kernel.shape[1:]) > LARGEST:
            raise ValueError(
                f"{self.where(obj)} has {kernel.shape[1]} x {kernel.shape[2]} numbers; at most {LARGEST} rows and "
                f"columns can be shown and changed"
            )
        return kernel.as_subclass(Numbers)


class Presets(Setting):
    """Kernels by name, each a matrix as nested lists: what *example* offers."""

    def take(self, obj, value) -> dict:
        """Return the matrices as lists, or say what is wrong with them."""
        if not isinstance(value, dict):
            raise TypeError(f"{self.where(obj)} must be a dict of kernels by name, got {type(value).__name__}")
        return {str(name): matrix(f"{self.where(obj)}[{name!r}]", kernel).tolist() for name, kernel in value.items()}


class KernelPlayground(Positioned):
    """A photo under a kernel whose numbers can be changed: one filter of ``nn.Conv2d``, alive.

    In the browser: change the weights, choose an example or another padding, take your own photo, and point at a
    pixel of the result to see its window and its sum. It computes what ``nn.Conv2d`` does with stride 1.

    Args:
        image: (H, W), or (3, H, W) for colour; uint8, or float in [0, 1]. By default the photo of the course, smaller.
        kernel: (kH, kW), up to 15 x 15; for a colour image (3, kH, kW), a slice for each channel, whose results are
            added up. A (kH, kW) kernel for a colour image stands for three equal slices, each a third of it.
        padding_mode: "zeros", "reflect", "replicate" or "circular", names of nn.Conv2d, which keep the size as
            ``padding="same"`` does; or "valid" for none.

    Attributes:
        position: (row, column) of the result that is looked at.

    Raises:
        TypeError, ValueError: what cannot be; the state stays as it was.

    >>> playground = KernelPlayground(torch.eye(4), [[1, 0], [0, 1]], padding_mode="valid")
    >>> playground.output
    tensor([[2., 0., 0.],
            [0., 2., 0.],
            [0., 0., 2.]], dtype=torch.float64)
    >>> playground.kernel = [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    >>> playground.rank
    1
    """

    _esm, _css, _name = script("playground"), style("playground"), "playground"
    _dpi, _colours = 72, 40  # a photo has many shades; but as a PNG it is large, and it is stored twice
    _settings = ("image", "kernel", "padding_mode")
    _state_names = (*_settings, "position", "presets", "constants")

    image = Picture()
    kernel = Slices()
    padding_mode = Choice(MODES)
    constants = Constants(
        settings=("kernel", "padding_mode"), modes=MODES, largest=LARGEST, small=SMALL, channels=CHANNELS
    )
    presets = Presets({name: kernel.double().tolist() for name, kernel in PRESETS.items()})

    def __init__(self, image=None, kernel=None, *, padding_mode="zeros", position=(0, 0), **named):
        kernel = type(self).kernel.validate(self, kernels.sobel_x() if kernel is None else kernel)
        image = course_photo(3 if len(kernel) == 3 else 1) if image is None else image
        image = type(self).image.validate(self, image)
        if len(kernel) == 1 and len(image) == 3:
            kernel = kernel.expand(3, -1, -1) / 3
        super().__init__(image=image, kernel=kernel, padding_mode=padding_mode, position=position, **named)

    @property
    def output(self) -> Tensor:
        """The map, (outH, outW), float64: the image in [0, 1], padded, under the kernel."""
        return self._filtered(self.image, self.kernel, self.padding_mode)

    @property
    def rank(self) -> int | tuple[int, ...]:
        """Rank of the kernel, for colour of each slice: 1 means that it is a column times a row, so separable.

        Singular values below a millionth of the largest count as zero.
        """
        values = torch.linalg.svdvals(self.kernel)
        ranks = (values > SMALL * values.amax(1, keepdim=True).clamp(min=1e-300)).sum(1).tolist()
        return ranks[0] if len(ranks) == 1 else tuple(ranks)

    def _filtered(self, image: Tensor, kernel: Tensor, mode: str) -> Tensor:
        x = image.double()[None] / 255
        if mode != "valid":
            lines = [k - 1 for k in kernel.shape[1:]]
            for n, size, axis in zip(lines, image.shape[1:], ("height", "width"), strict=True):
                after = n - n // 2
                if (mode == "reflect" and after >= size) or (mode == "circular" and after > size):
                    sign = "<" if mode == "reflect" else "<="
                    raise ValueError(
                        f"KernelPlayground: padding_mode={mode!r} needs padding {sign} input along the {axis}; here "
                        f"the kernel needs {after} lines, and the image has {size}"
                    )
            (top, bottom), (left, right) = ((n // 2, n - n // 2) for n in lines)
            x = F.pad(x, (left, right, top, bottom), mode="constant" if mode == "zeros" else mode)
        return conv2d(x, kernel[None])[0, 0]

    @validate(*_settings)
    def _check_settings(self, proposal):
        with settings_checked():
            self._filtered(*self._proposed(proposal).values())
        return proposal["value"]

    def figure(self) -> Figure:
        """Return a picture of the present state: image, kernel, result."""
        from convlab.explorers.playground.figure import draw_playground

        return draw_playground(self)

    def _described(self) -> str:
        kind = "a colour photo" if len(self.image) == 3 else "a grey photo"
        kernel = f"{'three slices of ' if len(self.kernel) == 3 else ''}{by(self.kernel.shape[1:])}"
        return (
            f"{kind}, {by(self.image.shape[1:])}, under a kernel of {kernel}, and the result, {by(self.output.shape)}, "
            f"purple above zero and orange below. The {entry('result', self)}; padding {self.padding_mode}."
        )

    def __repr__(self) -> str:
        shapes = ("x".join(map(str, t.shape if len(t) == 3 else t.shape[1:])) for t in (self.image, self.kernel))
        image, kernel = shapes
        out = "x".join(map(str, self.output.shape))
        return f"KernelPlayground(image {image}, kernel {kernel}, padding {self.padding_mode}: result {out})"


def course_photo(channels: int) -> Tensor:
    """Return the photo of the course, small enough to be stored: (1, H, W) or (3, H, W), float in [0, 1]."""
    from convlab.data import photo

    image = photo() if channels == 3 else photo(gray=True)[None]
    width = WIDTHS[channels]
    size = (round(image.shape[1] * width / image.shape[2]), width)
    return F.interpolate(image.double()[None], size=size, mode="area")[0].clamp(0, 1)
