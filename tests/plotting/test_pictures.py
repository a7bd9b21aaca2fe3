"""Figures of numbers and pictures in all forms that people have: drawn where that is clear, else refused in words."""

from fractions import Fraction
from unittest import TestCase

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgba
from PIL import Image
from torch import nn

from convlab import plotting
from convlab.pictures import as_picture, to_draw
from convlab.plotting import canvas

pytestmark = pytest.mark.filterwarnings("error")

GRAY = np.arange(20, dtype=np.uint8).reshape(4, 5)
TENSOR = torch.from_numpy(GRAY)
KERNEL = [[1, 0], [0, -1]]

# What people hold in place of a matrix of these numbers.
WHOLES = (torch.uint8, torch.int8, torch.int16, torch.uint16, torch.uint32, torch.uint64)
FLOATS = (torch.float16, torch.bfloat16, torch.float64)
MATRICES = {
    **{str(kind): TENSOR.to(kind) for kind in WHOLES},
    **{str(kind): TENSOR.to(kind) for kind in FLOATS},
    **{f"numpy {kind}": GRAY.astype(kind) for kind in ("uint16", ">i4", "float16", "longdouble")},
    "lists": GRAY.tolist(),
    "rows of tensors": list(TENSOR.float()),
    "rows with a history": list(TENSOR.float().requires_grad_()),
    "numbers of torch": [list(row) for row in TENSOR.bfloat16()],
    "fractions": [[Fraction(int(v)) for v in row] for row in GRAY],
    "needs gradients": TENSOR.float().requires_grad_(),
    "a parameter": nn.Parameter(TENSOR.double()),
    "negative strides": np.ascontiguousarray(GRAY[::-1, ::-1])[::-1, ::-1],
    "a negative view": torch.imag((-1j * TENSOR.double()).conj()),
    "read-only": np.broadcast_to(GRAY, (4, 5)),
    "PIL": Image.fromarray(GRAY),
}


def stacked(value, times):
    """Return a value as that many equal channels."""
    if isinstance(value, torch.Tensor):
        return torch.stack([value] * times)
    return [value] * times if isinstance(value, list) else np.stack([np.asarray(value)] * times)


# Each figure of a matrix, and where its numbers are then found.
FIGURES = {
    "kernel": lambda v: shown(plotting.draw_kernel(v)),
    "image": lambda v: shown(plotting.draw_images([v])),
    "filter": lambda v: shown(plotting.draw_filter(v, KERNEL)),
    "result": lambda v: shown(plotting.draw_filter(GRAY, KERNEL, v), 2),
    "map": lambda v: shown(plotting.draw_maps(stacked(v, 2)), 1),
    "channel": lambda v: shown(plotting.draw_channel_images(stacked(v, 1), [KERNEL])),
    "steps": lambda v: written(plotting.draw_steps(v, KERNEL, [(0, 0)])),
    "grid": lambda v: written(plotting.draw_grids([v])),
    "padding": lambda v: written(plotting.draw_padding(v)),
    "confusion": lambda v: written(plotting.draw_confusion(to_draw("", v, 2, "")[:4, :4]))[1:],
    "curve": lambda v: plotting.draw_curves({"a": list(v)[2]}, xlabel="", ylabel="").axes[0].lines[0].get_ydata(),
}


@pytest.fixture(autouse=True)
def no_window():
    """Draw without a display; afterwards no figure may be left open."""
    matplotlib.use("agg")
    yield
    assert plt.get_fignums() == []


def shown(figure, axes=0):
    """Return the numbers of a picture, in reading order."""
    return np.ma.getdata(figure.axes[axes].images[0].get_array()).ravel()


def written(figure):
    """Return the first 20 numbers that are written into a figure."""
    words = [text.get_text() for text in figure.axes[0].texts]
    return [float(word) for word in words if word.isdigit()][:20]


@pytest.mark.parametrize("name", MATRICES)
def test_every_form_of_a_matrix_is_drawn(name):
    drawn = to_draw("draw: x", MATRICES[name], 2, "a matrix")
    assert drawn.dtype == torch.float64 and torch.equal(drawn, TENSOR.double()) and not drawn.requires_grad


RARER = ("torch.uint16", "negative strides", "torch.bfloat16")


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize(
    "name", ["rows with a history", "PIL", *(pytest.param(name, marks=pytest.mark.slow) for name in RARER)]
)
def test_every_figure_draws_them(figure, name):
    value = MATRICES[name]
    if figure == "curve":
        value = np.asarray(value) if name == "PIL" else value
        np.testing.assert_array_equal(FIGURES[figure](value), GRAY[2])
    elif figure == "confusion":
        assert FIGURES[figure](value)[:3] == [2, 3, 5]
    elif figure == "image" and name == "PIL":
        np.testing.assert_allclose(FIGURES[figure](value), GRAY.ravel() / 255)
    else:
        np.testing.assert_array_equal(FIGURES[figure](value), GRAY.ravel())


def test_truth_values_are_zeros_and_ones():
    assert shown(plotting.draw_images([TENSOR > 9])).tolist() == [0] * 10 + [1] * 10
    assert written(plotting.draw_grids([GRAY > 9])) == [0] * 10 + [1] * 10


# What is no matrix of numbers, for all figures alike.
REFUSED = {
    "complex": (TENSOR * 1j, TypeError, "it is complex64; take .real, .imag or .abs"),
    "complex list": ([[1j]], TypeError, "it is complex128; take .real"),
    "sparse": (TENSOR.to_sparse(), TypeError, r"ordinary \(dense\) tensor with numbers; try .to_dense"),
    "on meta": (TENSOR.to("meta"), TypeError, "ordinary"),
    "text": ("grace.png", TypeError, "got (str|'grace.png'; a file is opened with PIL.Image.open)"),
    "nothing": (None, TypeError, "got NoneType"),
    "ragged": ([[1, 2], [3]], TypeError, "its rows have different lengths"),
    "objects": (np.array([[None]]), TypeError, "ndarray of object"),
    "empty": (np.zeros((0, 5)), ValueError, r"\(0, 5\)"),
    "no rows": ([], ValueError, r"\(0,\)"),
    "one axis": ([1, 2], ValueError, r"\(2,\)"),
}
PLACES = {
    "draw_kernel: the kernel": plotting.draw_kernel,
    "draw_images: an image": lambda v: plotting.draw_images([v]),
    "draw_filter: the image": lambda v: plotting.draw_filter(v, KERNEL),
    "draw_filter: the kernel": lambda v: plotting.draw_filter(GRAY, v),
    "draw_filter: the result": lambda v: plotting.draw_filter(GRAY, KERNEL, v),
    "draw_steps: the x": lambda v: plotting.draw_steps(v, KERNEL),
    "draw_steps: the kernel": lambda v: plotting.draw_steps(GRAY, v),
    "draw_grids: the grid": lambda v: plotting.draw_grids([v]),
    "draw_padding: the image": plotting.draw_padding,
    "draw_padding: the result": lambda v: plotting.draw_padding(GRAY, result=v),
    "draw_confusion: the confusion matrix": plotting.draw_confusion,
    "draw_channel_images: x": lambda v: plotting.draw_channel_images(v, [KERNEL]),
    "draw_channel_images: kernel": lambda v: plotting.draw_channel_images([GRAY], v),
    "draw_channel_images: bias": lambda v: plotting.draw_channel_images([GRAY], [KERNEL], v),
    "draw_maps: maps": plotting.draw_maps,
}


@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_matrix_is_refused_in_words(place):
    for value, error, words in REFUSED.values():
        if value is None and place.endswith("result"):
            continue  # none is given: it is computed, or left out
        with pytest.raises(error, match=f"^{place} must be .*{words}"):
            PLACES[place](value)


def test_what_is_no_curve_is_refused_in_words():
    for value in ([[1, 2]], [1j], "loss", None, np.zeros((2, 2))):
        with pytest.raises((TypeError, ValueError), match="draw_curves: 'loss' must be one number for each place"):
            plotting.draw_curves({"loss": value}, xlabel="", ylabel="")
        with pytest.raises((TypeError, ValueError), match="draw_curves: x must be a row of places"):
            plotting.draw_curves({"loss": [1, 2]}, x={"loss": value}, xlabel="", ylabel="")
    figure = plotting.draw_curves({"a": [], "b": [torch.tensor(0.5).requires_grad_()]}, xlabel="", ylabel="")
    assert [line.get_ydata().tolist() for line in figure.axes[0].lines] == [[], [0.5]]


# Pictures.

RGB = np.stack([GRAY, GRAY + 100, 255 - GRAY])


@pytest.mark.parametrize(
    "value",
    [
        RGB,
        torch.from_numpy(RGB).to(torch.uint16),
        torch.from_numpy(RGB)[None],
        torch.from_numpy(RGB / 255).requires_grad_(),
        (RGB / 255).astype(np.float16),
        list(torch.from_numpy(RGB)),
        torch.from_numpy(RGB / 255) * (1 + 4e-5) - 2e-5,  # what rounding does
        Image.fromarray(np.ascontiguousarray(RGB.transpose(1, 2, 0))),
    ],
    ids=["uint8", "uint16", "batch", "history", "float16", "tensors", "rounded", "PIL"],
)
def test_colours(value):
    figure = plotting.draw_images([value])
    np.testing.assert_allclose(shown(figure), RGB.transpose(1, 2, 0).ravel() / 255, atol=1e-12)
    assert len(figure.axes) == 1, "no bar"


@pytest.mark.parametrize("value", [GRAY[None] / 255, torch.from_numpy(GRAY)[None, None] / 255, Image.fromarray(GRAY)])
def test_gray_of_one_channel(value):
    figure = plotting.draw_images([value])
    np.testing.assert_allclose(shown(figure), GRAY.ravel() / 255, atol=0.5 / 255)
    assert figure.axes[0].images[0].get_clim() == (0, 1) and len(figure.axes) == 1


LAST = np.zeros((4, 5, 3))
NO_PICTURES = {
    "channels last": (
        LAST,
        r"got shape \(4, 5, 3\), float64. PyTorch has the channels first: image.transpose\(2, 0, 1",
    ),
    "channels last, a tensor": (torch.zeros(4, 5, 3), r"channels first: image.permute\(2, 0, 1\)"),
    "with transparency": (np.zeros((4, 5, 4)), r"no transparency: image\[..., :3\].transpose"),
    "four channels": (torch.zeros(4, 9, 9), r"Its colours alone: image\[:3\]"),
    "a batch": (torch.zeros(2, 3, 4, 5), r"One image of the batch is image\[0\]"),
    "nan in colour": (torch.full((3, 2, 2), torch.nan), r"must be in \[0, 1\]; got nan"),
    "beyond 1": (torch.full((3, 2, 2), 1.01), r"got 1.01 to 1.01, float32; image / 255 is"),
    "below 0": (torch.full((3, 2, 2), -0.01), r"got -0.01 to -0.01"),
    "16 bits": (torch.full((3, 2, 2), 65535, dtype=torch.uint16), "if 65535 is white, give image / 65535"),
    "transparent": (Image.new("RGBA", (2, 2)), r"transparent in places; image.convert\('RGB'\)"),
    "ink": (Image.new("CMYK", (2, 2)), r"image.convert\('RGB'\) is"),
}


@pytest.mark.parametrize("case", NO_PICTURES)
def test_what_is_no_picture_is_refused_in_words(case):
    value, words = NO_PICTURES[case]
    with pytest.raises((ValueError, TypeError), match=f"draw_images: an image.*{words}"):
        plotting.draw_images([value])


@pytest.mark.parametrize("value", [GRAY, GRAY.tolist(), torch.zeros(4, 5), Image.fromarray(GRAY), None, 3])
def test_one_image_without_a_list(value):
    with pytest.raises((ValueError, TypeError), match=r"one image is drawn by draw_images\(\[image\]\)"):
        plotting.draw_images(value)
    assert len(plotting.draw_images(torch.zeros(3, 1, 4, 5)).axes) == 3, "a batch is a list"


def test_the_advice_helps():
    assert shown(plotting.draw_images([LAST.transpose(2, 0, 1)])).size == 60
    with pytest.raises(ValueError, match=r"draw_kernel: the kernel .* got \(2, 3, 4\). One of them is image\[0\]"):
        plotting.draw_kernel(torch.zeros(2, 3, 4))
    with pytest.raises(ValueError, match=r"got \(3, 4, 3\). One of them is image\[0\]"):
        plotting.draw_kernel(torch.zeros(3, 4, 3))
    with pytest.raises(ValueError, match=r"got \(4, 5, 3\). PyTorch has the channels first: image.transpose"):
        plotting.draw_padding(LAST)
    for shape, end in (((1, 4, 5), r"\. One of them is image\[0\]"), ((0, 4, 5), "")):
        with pytest.raises(ValueError, match=rf"got \({shape[0]}, 4, 5\){end}$"):
            plotting.draw_kernel(torch.zeros(shape))
    photo = torch.zeros(20, 17, 3)  # maps of that shape are unlikely
    for draw in (plotting.draw_maps, lambda v: plotting.draw_channel_images(v, [KERNEL])):
        with pytest.raises(ValueError, match=r"got \(20, 17, 3\). PyTorch has the channels first: image.permute"):
            draw(photo)
    assert to_draw("", torch.zeros(16, 20, 3), 3, "").shape == (16, 20, 3)
    assert to_draw("", torch.zeros(3, 20, 3), 3, "").shape == (3, 20, 3)


def test_rounding_is_no_fault_and_more_is():
    assert as_picture("", torch.full((1, 2), 1.00009)).tolist() == [[[255, 255]]]
    assert as_picture("", torch.full((1, 2), -0.00009)).tolist() == [[[0, 0]]]
    for wrong in (1.0002, -0.0002):
        with pytest.raises(ValueError, match="must be in"):
            as_picture("", torch.full((1, 2), wrong))


# What is no number, and what is too large for one.

NAN, INF = torch.nan, torch.inf


@pytest.mark.parametrize("largest", [2.0, 0.5])
def test_nan_and_infinity_leave_the_scale_to_the_rest(largest):
    image = torch.tensor([[0.0, largest, NAN, INF]])
    for values, limits in ((image, (0, max(largest, 1))), (-image, (-largest, largest))):
        drawn = plotting.draw_images([values])
        drawn.canvas.draw()
        picture = drawn.axes[0].images[0]
        assert picture.get_clim() == limits
        assert picture.get_array()[0, 3] == values.sign()[0, 3] * largest, "infinite: as the largest"
        assert np.ma.getmaskarray(picture.get_array()).tolist() == [[False, False, True, False]]
        assert tuple(picture.cmap.get_bad()) == to_rgba(canvas.NO_NUMBER)
    kernel = plotting.draw_kernel(-image)
    assert kernel.axes[0].images[0].get_clim() == (-largest, largest)
    assert [text.get_text() for text in kernel.axes[0].texts][2:] == ["", "−∞"]
    assert plotting.draw_kernel(image).axes[0].images[0].get_clim() == (-largest, largest)
    maps = plotting.draw_maps(image[None])
    maps.canvas.draw()
    assert maps.axes[0].images[0].get_clim()[1] == pytest.approx(largest, rel=0.02)
    both = plotting.draw_channel_images(image.expand(1, 2, 4), [[[1.0]]], bias=torch.tensor(-1.0, requires_grad=True))
    assert both.axes[2].images[0].get_clim() == (-max(1, largest), max(1, largest))


@pytest.mark.parametrize("value", [NAN, INF, -INF, 0.0])
def test_pictures_of_nothing_else(value):
    matrix = torch.full((2, 2), value)
    for figure in (
        plotting.draw_images([matrix]),
        plotting.draw_kernel(matrix),
        plotting.draw_maps([matrix]),
        plotting.draw_channel_images([matrix], [[[1]]]),
        plotting.draw_filter(matrix, [[1]]),
        plotting.draw_grids([matrix]),
        plotting.draw_steps(matrix, [[1]]),
    ):
        figure.canvas.draw()


def test_counts_are_finite():
    for wrong in (NAN, INF):
        with pytest.raises(ValueError, match="must be square, with counts from 0 on"):
            plotting.draw_confusion([[1, wrong], [0, 1]])


@pytest.mark.slow
def test_many_maps_have_a_scale():
    """torch.quantile takes 16 million numbers at most."""
    maps = torch.ones(1, 4100, 4100, dtype=torch.uint8)
    assert plotting.draw_maps(maps).axes[0].images[0].get_clim() == (-1, 1)


def test_no_warning_from_matplotlib():
    """Values outside of [0, 1] would be cut off, with a word in the log."""
    with TestCase().assertNoLogs("matplotlib", "WARNING"):
        plotting.draw_images([RGB, RGB / 255]).canvas.draw()


# Places and shapes are whole numbers, by the one rule of the package.

CONV = nn.Conv2d(1, 1, 1)
PLACE = {
    "draw_steps": lambda p: plotting.draw_steps(GRAY, KERNEL, [p]),
    "draw_touched": lambda p: plotting.draw_touched(CONV, (1, 3, 3), p if np.ndim(p) != 1 else (0, *p)),
}


@pytest.mark.parametrize("name", PLACE)
def test_a_place_in_an_output(name):
    for place in ((2, 1), [2, 1], torch.tensor([2, 1]), np.array([2, 1]), (np.int64(2), torch.tensor(1))):
        PLACE[name](place)
    for place in ((1.0, 1), (True, 1), 1, None if name == "draw_steps" else 2.5, ("1", 1)):
        with pytest.raises(TypeError, match=f"{name}: a position in the output .* whole numbers, got"):
            PLACE[name](place)
    for place in ((3, 0), (0, 9), (-1, 0), (1,), (0, 0, 0), ()):
        with pytest.raises(ValueError, match=f"{name}: position .* is outside the output, which is"):
            PLACE[name](place)


def test_shapes_of_a_path():
    for shape in ((1, 8, 8), torch.Size([1, 8, 8]), [np.int64(1), torch.tensor(8), 8]):
        assert plotting.draw_path([shape, (64,)]).axes[0].texts[0].get_text() == "1 × 8 × 8"
    for shape in (torch.zeros(1, 8, 8), 64, (1.5, 8, 8), (True,), "188", None):
        with pytest.raises(TypeError, match=r"draw_path: each shape must be whole numbers, .* as x.shape\[1:\]"):
            plotting.draw_path([(1, 8, 8), shape])
