"""The figures show the numbers that they were given, and refuse what they cannot draw."""

import colorsys
from importlib import import_module
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from convlab import kernels, plotting
from convlab.explorers.shared.base import colour as explorers_colour
from convlab.functional import corr2d
from convlab.plotting import canvas

X = torch.arange(9).reshape(3, 3)
K = torch.arange(4).reshape(2, 2)


@pytest.fixture(autouse=True)
def no_window():
    """Draw without a display; afterwards no figure may be left open, or a notebook would show it twice."""
    matplotlib.use("agg")
    yield
    assert plt.get_fignums() == []


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for ax in figure.axes for text in ax.texts if text.get_text()]


def borders(figure: Figure) -> list[tuple]:
    """Corner and size of each thick border."""
    patches = [patch for ax in figure.axes for patch in ax.patches if isinstance(patch, Rectangle)]
    return [(*patch.get_xy(), patch.get_width(), patch.get_height()) for patch in patches if not patch.get_fill()]


def test_a_kernel_is_drawn_with_its_values():
    kernel = torch.tensor([[1, -2.5], [0.075, 0]])
    figure = plotting.draw_kernel(kernel, title="mine")
    assert texts(figure) == ["1", "−2.5", "0.075", "0"]
    assert figure.axes[0].get_title() == "mine"
    np.testing.assert_array_equal(figure.axes[0].images[0].get_array(), kernel.double())


def test_zero_is_white_for_signed_values():
    figure = plotting.draw_images([torch.tensor([[-1.0, 0.0, 3.0]])])
    image = figure.axes[0].images[0]
    assert image.get_clim() == (-3, 3)
    assert min(image.to_rgba(0.0)[:3]) > 0.95
    red, _, blue, _ = image.to_rgba(-3.0)
    assert red > blue  # orange side
    assert len(figure.axes) == 2  # the image and its bar


def test_the_text_on_dark_cells_is_light():
    axes = plotting.draw_kernel(kernels.sobel_x()).axes[0]
    colours = {text.get_text(): text.get_color() for text in axes.texts}
    assert colours["2"] == colours["−2"] == "white"
    assert colours["0"] == canvas.INK


@pytest.mark.parametrize("values, limits", [([[0.0, 1.0]], (0, 1)), ([[0.2, 0.4]], (0, 1)), ([[5.0, 9.0]], (5, 9))])
def test_grey_images_keep_their_scale(values, limits):
    assert plotting.draw_images([values]).axes[0].images[0].get_clim() == limits


def test_colour_images_are_drawn_in_colour():
    rgb = torch.rand(3, 4, 5, generator=torch.Generator().manual_seed(0))
    drawn = plotting.draw_images([rgb]).axes[0].images[0].get_array()
    np.testing.assert_allclose(drawn, rgb.permute(1, 2, 0).double(), atol=0.5 / 255)


def test_a_filter_is_drawn_between_image_and_result():
    image = torch.rand(8, 9, generator=torch.Generator().manual_seed(0))
    figure = plotting.draw_filter(image, kernels.sobel_y(), title="sobel_y")
    left, middle, right = figure.axes[:3]
    assert [ax.get_title() for ax in (left, middle, right)] == ["image 8 × 9", "sobel_y", "result 6 × 7"]
    np.testing.assert_allclose(right.images[0].get_array(), corr2d(image.double(), kernels.sobel_y()))


def test_steps_show_window_products_sum_and_result():
    figure = plotting.draw_steps(X, K, positions=[(1, 0)])
    shown = texts(figure)
    assert shown[:9] == [str(value) for value in range(9)]
    assert "sum\n37\n→" in shown
    products = shown.index("products")
    assert shown[products - 4 : products] == ["0", "4", "12", "21"]
    assert shown[products + 1 : products + 4] == ["19", "25", "37"]  # the fourth number is still to come
    window, result = borders(figure)
    assert window == (0, 2, 2, 2)  # rows 1 and 2 of the image, which is drawn from height 1 on
    assert result[2:] == (1, 1)


def test_all_steps_are_drawn_unless_some_are_chosen():
    assert len(borders(plotting.draw_steps(X, K))) == 2 * corr2d(X, K).numel()


def test_grids_mark_cells_and_leave_nan_empty():
    empty = torch.full((2, 2), torch.nan)
    figure = plotting.draw_grids([X, empty], ["a", "b"], marked=[{(0, 0), (0, 1)}, {(0, 0), (1, 1)}], signs=["→"])
    assert texts(figure) == [*map(str, range(9)), "a", "→", "b"]
    first, *others = borders(figure)
    assert first == (0, 0, 2, 1)  # one border around a full rectangle
    assert [border[2:] for border in others] == [(1, 1), (1, 1)]  # else one for each cell


@pytest.mark.parametrize(
    "value, text",
    [(3, "3"), (-0.5, "−0.5"), (-0.0, "0"), (0.0751, "0.075"), (0.3333, "0.33"), (1000, "1000"), (float("nan"), "")],
)
def test_numbers_are_written_short(value, text):
    assert canvas.as_text(value) == text


def test_tensors_that_need_gradients_and_other_types_are_drawn():
    plotting.draw_kernel(torch.ones(2, 2, requires_grad=True))
    plotting.draw_kernel(torch.ones(2, 2, dtype=torch.bfloat16))
    plotting.draw_images([np.ones((2, 3))])


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: plotting.draw_kernel(torch.ones(1, 2, 2)), r"draw_kernel: the kernel must be a matrix.*\(1, 2, 2\)"),
        (lambda: plotting.draw_kernel(torch.ones(0, 2)), r"with entries, got \(0, 2\)"),
        (lambda: plotting.draw_images([]), "is empty"),
        (
            lambda: plotting.draw_images([torch.ones(4, 2, 2)]),
            r"\(H, W\) or \(3, H, W\); got shape \(4, 2, 2\)",
        ),
        (lambda: plotting.draw_images([torch.ones(0, 2)]), r"\(0, 2\), float32. It has no pixels"),
        (lambda: plotting.draw_images([X, X], ["one"]), "2 images but 1 titles"),
        (lambda: plotting.draw_steps(X, torch.ones(4, 4)), "larger than the image"),
        (lambda: plotting.draw_steps(X, K, [(2, 0)]), r"position \(2, 0\) is outside the output"),
        (lambda: plotting.draw_steps(torch.ones(9, 9), K), "64 positions"),
        (lambda: plotting.draw_grids([]), "is empty"),
        (lambda: plotting.draw_grids([X, K], signs=["a", "b"]), "2 grids need 1 signs, got 2"),
        (lambda: plotting.draw_grids([X, K], titles=["a"]), "need 2 titles, got 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_every_figure_comes_from_the_package():
    files = [import_module(f"convlab.plotting.{file.stem}") for file in Path(plotting.__path__[0]).glob("[a-z]*.py")]
    drawn = {name for file in files for name in vars(file) if name.startswith("draw_")}
    assert len(files) == 7 and drawn == {name for name in plotting.__all__ if name != "touched"}


def test_colours_mean_the_same_in_figures_and_explorers():
    hue = {name: colorsys.rgb_to_hsv(*to_rgb(explorers_colour(f"--{name}")))[0] for name in ("neg", "pos")}
    drawn = {"neg": canvas.SIGNED(0.25), "pos": canvas.SIGNED(0.75)}
    for name, value in drawn.items():  # orange below zero, purple above
        assert colorsys.rgb_to_hsv(*value[:3])[0] == pytest.approx(hue[name], abs=0.04)
    assert explorers_colour("--mark").upper() == canvas.WINDOW
