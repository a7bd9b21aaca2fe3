"""The figures of training show the numbers that they were given, and refuse what they cannot draw."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.patches import Rectangle

from convlab.plotting import training as plotting_training
from convlab.plotting.training import draw_confusion, draw_curves, draw_differences, draw_path


@pytest.fixture(autouse=True)
def no_window():
    """Draw without a display; afterwards no figure may be left open, or a notebook would show it twice."""
    matplotlib.use("agg")
    yield
    assert plt.get_fignums() == []


def texts(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def sheets(figure) -> list[tuple[float, float]]:
    """Width and height of each sheet."""
    return [(patch.get_width(), patch.get_height()) for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]


def test_a_path_names_shapes_and_operations_in_order():
    figure = draw_path([(1, 28, 28), (4, 24, 24), (10,)], ["conv", "linear"])
    assert texts(figure) == ["1 × 28 × 28", "conv", "→", "4 × 24 × 24", "linear", "→", "10"]
    assert len(sheets(figure)) == 1 + 4 + 1


def test_a_path_is_to_scale_with_height_before_width():
    (wide, low), *_ = sheets(draw_path([(1, 10, 20), (1, 20, 20)]))
    assert wide == pytest.approx(2 * low)


def test_a_path_draws_few_of_many_channels_and_keeps_small_maps_visible():
    drawn = sheets(draw_path([(64, 1, 1), (1, 100, 100)]))
    assert len(drawn) == plotting_training.MOST_SHEETS + 1
    assert min(drawn[0]) > 0.1


def test_a_path_lies_inside_its_axes_without_overlap():
    figure = draw_path([(20, 28, 28)] * 3)
    patches = figure.axes[0].patches
    left, right = figure.axes[0].get_xlim()
    boxes = [(p.get_x(), p.get_x() + p.get_width()) for p in patches]
    assert min(box[0] for box in boxes) >= left and max(box[1] for box in boxes) <= right
    first, second = boxes[: len(boxes) // 3], boxes[len(boxes) // 3 : 2 * len(boxes) // 3]
    assert max(box[1] for box in first) < min(box[0] for box in second)


def test_curves_show_their_values_under_their_names():
    figure = draw_curves({"a": [3.0, 2.0], "b": [1.0]}, x={"a": [10, 20], "b": [5]}, xlabel="step", ylabel="loss")
    (ax,) = figure.axes
    assert [line.get_label() for line in ax.lines] == ["a", "b"]
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), [[10, 3], [20, 2]])
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), [[5, 1]])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "loss")


def test_curves_count_from_one_and_one_curve_needs_no_legend():
    (ax,) = draw_curves({"a": [3.0, 2.0]}, xlabel="epoch", ylabel="loss", title="t", limits=(0, 4)).axes
    assert ax.lines[0].get_xdata().tolist() == [1, 2]
    assert ax.get_legend() is None and ax.get_ylim() == (0, 4) and ax.get_title() == "t"


def test_curves_differ_in_colour_and_in_line():
    lines = draw_curves({name: [1.0] for name in "abcde"}, xlabel="", ylabel="").axes[0].lines
    assert len({line.get_color() for line in lines}) == len({str(line._dash_pattern) for line in lines}) == 5


def test_a_confusion_matrix_shows_counts_and_colours_only_mistakes():
    figure = draw_confusion(torch.tensor([[90, 0, 1], [4, 80, 0], [0, 0, 70]]), names=["x", "y", "z"])
    (ax,) = figure.axes
    assert texts(figure) == ["90", "1", "4", "80", "70"]
    assert {t.get_text(): t.get_position() for t in ax.texts}["4"] == (0, 1)  # row: what it is
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("what the model said", "what it is")
    np.testing.assert_array_equal(ax.images[0].get_array(), [[0, 0, 1], [4, 0, 0], [0, 0, 0]])
    assert ax.images[0].to_rgba(0.0)[:3] == (1, 1, 1)  # right answers and pairs that never happen stay white
    assert [label.get_text() for label in ax.get_yticklabels()] == ["x", "y", "z"]


def test_a_difference_is_filled_only_where_its_bar_does_not_reach_zero():
    (ax,) = draw_differences({"a": (8.0, 3.0), "b": (-1.0, 2.5), "c": (-4.0, 3.5)}, xlabel="points").axes
    points = [line for line in ax.lines if line.get_marker() == "o"]
    assert [line.get_xydata().tolist() for line in points] == [[[8, 0]], [[-1, 1]], [[-4, 2]]]
    assert [line.get_markerfacecolor() == "white" for line in points] == [False, True, False]
    ends = [[bar.get_segments()[0][end][0] for end in (0, 1)] for bar in ax.collections]
    np.testing.assert_allclose(ends, [[5, 11], [-3.5, 1.5], [-7.5, -0.5]])
    assert ax.get_ylim()[0] > ax.get_ylim()[1] and ax.get_xlabel() == "points"


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: draw_path([(1, 2, 3)]), "at least two shapes, got 1"),
        (lambda: draw_path([(1, 2), (3,)]), r"each shape must be \(C, H, W\) or \(n,\)"),
        (lambda: draw_path([(1, 2, 0), (3,)]), "sizes from 1 on"),
        (lambda: draw_path([(2,), (3,)], ["a", "b"]), "2 shapes need 1 operations, got 2"),
        (lambda: draw_curves({}, xlabel="", ylabel=""), "0 curves"),
        (lambda: draw_curves({str(i): [1] for i in range(6)}, xlabel="", ylabel=""), "6 curves"),
        (lambda: draw_curves({"a": [1, 2]}, x={"a": [1]}, xlabel="", ylabel=""), "'a' has 2 values but 1 places"),
        (lambda: draw_differences({}, xlabel=""), "there must be rows"),
        (lambda: draw_differences({"a": (1.0, -0.5)}, xlabel=""), r"plus or minus\); got \{'a': \(1.0, -0.5\)\}"),
        (lambda: draw_confusion(torch.ones(2, 3)), r"must be square.*\(2, 3\)"),
        (lambda: draw_confusion([[1, -1], [0, 1]]), "smallest entry -1"),
        (lambda: draw_confusion(torch.ones(2, 2), names=["a"]), "2 classes need 2 names, got 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
