"""The figures of windows and padding mark the pixels that torch really reads, and refuse what cannot be."""

import matplotlib
import matplotlib.pyplot as plt
import pytest
import torch
import torch.nn.functional as F
from drawn import settings  # tests/support
from hypothesis import assume, given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from convlab.plotting import draw_padding, draw_windows
from convlab.plotting.canvas import FRAME, WINDOW, pale

TAP = pale(WINDOW)


@pytest.fixture(autouse=True)
def no_window():
    """Draw without a display; afterwards no figure may be left open, or a notebook would show it twice."""
    matplotlib.use("agg")
    yield
    assert plt.get_fignums() == []


def patches(figure):
    return [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]


def cells(figure, colour):
    """Corners (column, height) of the cells filled with a colour."""
    return {
        patch.get_xy() for patch in patches(figure) if patch.get_fill() and to_hex(patch.get_fc()) == to_hex(colour)
    }


def hatched(figure):
    return {patch.get_xy() for patch in patches(figure) if patch.get_hatch()}


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def read_by_torch(rows, kernel, **how):
    """For each output of torch, the places along one axis that it depends on."""
    x = torch.zeros(1, 1, rows, 1, dtype=torch.float64, requires_grad=True)
    y = F.conv2d(x, torch.ones(1, 1, kernel, 1, dtype=torch.float64), **how).flatten()
    return [torch.autograd.grad(out, x, retain_graph=True)[0].flatten().nonzero().flatten().tolist() for out in y]


SIZES = {
    "size": st.integers(1, 14),
    "kernel_size": st.integers(1, 5),
    "stride": st.integers(1, 4),
    "padding": st.tuples(st.integers(0, 3), st.integers(0, 3)),
    "dilation": st.integers(1, 3),
}


@settings(max_examples=20)
@given(drawn=st.fixed_dictionaries(SIZES))
def test_every_line_shows_the_taps_of_one_output_of_torch(drawn):
    before, after = drawn["padding"]
    strip = before + drawn["size"] + after
    assume(drawn["dilation"] * (drawn["kernel_size"] - 1) + 1 <= strip)
    windows = read_by_torch(strip, drawn["kernel_size"], stride=drawn["stride"], dilation=drawn["dilation"])
    assume(len(windows) <= 16)
    figure = draw_windows(**drawn)
    lines = {}
    for column, height in cells(figure, TAP):
        lines.setdefault(height, set()).add(column)
    assert [lines[height] for height in sorted(lines)] == [set(window) for window in windows]
    assert {column for column, _ in hatched(figure)} == set(range(strip)) - {tap for w in windows for tap in w}
    shown = texts(figure)
    assert shown[: drawn["size"]] == [str(place) for place in range(drawn["size"])]  # padding has no number
    assert shown[-1] == str(len(windows) - 1)
    assert {column for column, _ in cells(figure, FRAME)} == {*range(before), *range(before + drawn["size"], strip)}


@settings(max_examples=12)
@given(
    size=st.tuples(st.integers(4, 8), st.integers(4, 8)),
    kernel_size=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    dilation=st.tuples(st.integers(1, 2), st.integers(1, 2)),
)
def test_the_hatched_pixels_are_those_that_torch_never_reads(size, kernel_size, stride, padding, dilation):
    assume(all(d * (k - 1) + 1 <= n + 2 * p for n, k, p, d in zip(size, kernel_size, padding, dilation, strict=True)))
    x = torch.zeros(1, 1, *size, requires_grad=True)
    weight = torch.ones(1, 1, *kernel_size)
    F.conv2d(x, weight, stride=stride, padding=padding, dilation=dilation).sum().backward()
    unread = {(j + padding[1], i + padding[0]) for i, j in (x.grad[0, 0] == 0).nonzero().tolist()}
    figure = draw_padding(x[0, 0], padding, kernel_size, stride, dilation)
    frame = {
        (j, i)
        for i in range(size[0] + 2 * padding[0])
        for j in range(size[1] + 2 * padding[1])
        if not (padding[0] <= i < size[0] + padding[0] and padding[1] <= j < size[1] + padding[1])
    }
    assert hatched(figure) - frame == unread
    reach = [range(0, d * k, d) for k, d in zip(kernel_size, dilation, strict=True)]
    assert cells(figure, TAP) == {(j, i) for i in reach[0] for j in reach[1]}
    assert cells(figure, FRAME) | cells(figure, TAP) >= frame


def test_padding_may_differ_on_every_side():
    figure = draw_padding([[5, 6], [7, 8]], ((0, 1), (2, 0)))
    assert texts(figure) == ["0", "0", "5", "6", "0", "0", "7", "8", "0", "0", "0", "0", "input"]
    assert not hatched(figure)
    assert len(cells(figure, FRAME)) == 8


def test_the_result_stands_beside_the_image():
    figure = draw_padding(torch.ones(4, 4), kernel_size=2, stride=2, result=[[1, 2], [3, 4]], title="ones")
    assert texts(figure)[-7:] == ["ones", "→", "1", "2", "3", "4", "output"]
    assert not hatched(figure)


@pytest.mark.parametrize(
    "call, error, message",
    [
        (
            lambda: draw_windows(2, 3),
            ValueError,
            r"over 3 pixels \(kernel 3, dilation 1\), but the input has 2",
        ),
        (lambda: draw_windows(4, 3, dilation=2), ValueError, "reaches over 5 pixels"),
        (lambda: draw_windows(30, 3), ValueError, "30 pixels with padding and 28 outputs; up to 26 pixels"),
        (lambda: draw_windows(20, 2), ValueError, "19 outputs"),
        (lambda: draw_windows(5, 3, stride=0), ValueError, "draw_windows: stride is 0; each entry must be at least 1"),
        (lambda: draw_windows(5, 3, padding=-1), ValueError, "draw_windows: padding is -1; negative"),
        (lambda: draw_windows(5.0, 3), TypeError, "draw_windows: size must be a whole number"),
        (lambda: draw_padding(torch.ones(2)), ValueError, "the image must be a matrix"),
        (lambda: draw_padding(torch.ones(2, 2), kernel_size=3), ValueError, "draw_padding: the window reaches over 3"),
        (lambda: draw_padding(torch.ones(2, 2), ((1, 1),)), ValueError, r"\(\(top, bottom\), \(left, right\)\)"),
        (lambda: draw_padding(torch.ones(2, 2), (1, 2, 3)), ValueError, "needs one number or 2 of them"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
