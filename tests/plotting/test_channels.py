"""The figures of several channels show the sums that torch computes, and refuse what does not fit together."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from matplotlib.colors import to_hex

from convlab.plotting import channels

GENERATOR = torch.Generator().manual_seed(0)
X = torch.randint(0, 5, (3, 4, 5), generator=GENERATOR)
K = torch.randint(-2, 3, (3, 2, 3), generator=GENERATOR)


@pytest.fixture(autouse=True)
def no_window():
    """Draw without a display; afterwards no figure may be left open, or a notebook would show it twice."""
    matplotlib.use("agg")
    yield
    assert plt.get_fignums() == []


def words(figure) -> list[str]:
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def test_images_share_one_scale_and_add_up():
    x, k = torch.rand(3, 9, 8, generator=GENERATOR), torch.randn(3, 3, 3, generator=GENERATOR)
    figure = channels.draw_channel_images(x, k, bias=-0.25, names=["red", "green", "blue"])
    shown = {ax.get_title(): ax.images[0] for ax in figure.axes if ax.get_title() and ax.images}
    total = F.conv2d(x[None], k[None])[0, 0]
    np.testing.assert_allclose(shown["sum of the 3 maps"].get_array(), total.double(), atol=1e-5)
    np.testing.assert_allclose(shown["output: sum − 0.25"].get_array(), total.double() - 0.25, atol=1e-5)
    maps = [shown[f"map of {name}"] for name in ("red", "green", "blue")]
    np.testing.assert_allclose(sum(m.get_array() for m in maps), total.double(), atol=1e-5)
    np.testing.assert_allclose(shown["green"].get_array(), x[1].double())
    assert len({image.get_clim() for image in [*maps, shown["sum of the 3 maps"]]}) == 1


def test_maps_are_drawn_in_order_on_one_scale():
    maps = torch.randn(5, 6, 7, generator=GENERATOR)
    figure = channels.draw_maps(maps, list("abcde"), columns=2)
    drawn = [ax for ax in figure.axes if ax.images]
    assert [ax.get_title() for ax in drawn] == list("abcde")
    for ax, values in zip(drawn, maps, strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), values.double())
    (low, high), *others = {ax.images[0].get_clim() for ax in drawn}
    assert not others and low == -high
    assert 0.98 <= (maps.abs() <= high).double().mean() < 1
    assert channels.draw_maps(torch.zeros(1, 3, 3)).axes[0].images[0].get_clim() == (-1, 1)


@pytest.mark.parametrize("c_in, c_out, kernels", [(1, 1, 1), (3, 2, 2), (3, 4, 4), (2, 5, 4), (3, 16, 4), (16, 16, 4)])
def test_each_kernel_has_a_sheet_for_each_channel(c_in, c_out, kernels):
    figure = channels.draw_sheets(c_in, c_out)
    filled = [patch for patch in figure.axes[0].patches if to_hex(patch.get_facecolor()) == channels.SHEET]
    assert len(filled) == c_in + kernels * c_in + c_out
    assert sum(word.startswith("kernel ") for word in words(figure)) == kernels
    assert f"kernel {c_out - 1}" in words(figure)
    ax = figure.axes[0]
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    for patch in ax.patches:  # nothing is cut off
        assert left <= patch.get_x() and patch.get_x() + patch.get_width() <= right
        assert top <= patch.get_y() and patch.get_y() + patch.get_height() <= bottom


def test_slices_share_one_scale():
    kernel = torch.tensor([1.0, -0.5]).reshape(2, 1, 1).expand(2, 3, 3)
    slices = [
        ax for ax in channels.draw_channel_images(torch.rand(2, 5, 5), kernel).axes if ax.get_title() == "its slice"
    ]
    assert [ax.images[0].get_clim() for ax in slices] == [(-1, 1), (-1, 1)]


@pytest.mark.parametrize("c_in, c_out", [(1, 1), (3, 16)])
def test_arrows_lead_from_the_window_over_the_first_kernel_to_the_blue_cell(c_in, c_out):
    ax = channels.draw_sheets(c_in, c_out).axes[0]
    to_kernel, to_cell = (text for text in ax.texts if text.get_text() == "")
    window = min((patch for patch in ax.patches if not patch.get_fill()), key=lambda patch: patch.get_x())
    assert to_kernel.xyann == pytest.approx((window.get_x() + 0.8, window.get_y() + 0.4))
    cell = next(patch for patch in ax.patches if to_hex(patch.get_facecolor()) == to_hex(channels.RESULT))
    assert to_cell.xy == pytest.approx((cell.get_x(), cell.get_y()))
    kernel = next(
        p for p in ax.patches if p.get_width() == 0.8 and to_hex(p.get_edgecolor()) == to_hex(channels.RESULT)
    )
    assert to_kernel.xy[0] < kernel.get_x() < to_cell.xyann[0]
    assert to_kernel.xy[1] == to_cell.xyann[1]


@pytest.mark.parametrize(
    "call, part",
    [
        (
            lambda: channels.draw_channel_images(X, K[:2]),
            "x has 3 channels (shape (3, 4, 5)) but the kernel has 2 slices",
        ),
        (lambda: channels.draw_channel_images(X, K[:2]), "needs one slice for each channel"),
        (lambda: channels.draw_channel_images(X[0], K), "must be (channels, height, width)"),
        (lambda: channels.draw_channel_images(X, K, names=["red"]), "3 channels but 1 names"),
        (lambda: channels.draw_channel_images(torch.ones(7, 3, 3), torch.ones(7, 2, 2)), "at most 6"),
        (lambda: channels.draw_channel_images(X, torch.ones(3, 5, 5)), "larger than"),
        (lambda: channels.draw_maps(X, ["one"]), "3 maps but 1 titles"),
        (lambda: channels.draw_maps(X, columns=0), "columns is 0"),
        (lambda: channels.draw_maps(torch.zeros(0, 3, 3)), "with entries"),
        (lambda: channels.draw_sheets(0, 3), "in_channels is 0"),
        (lambda: channels.draw_sheets(3, 17), "out_channels is 17"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, part):
    with pytest.raises(ValueError) as error:
        call()
    assert part in str(error.value)
