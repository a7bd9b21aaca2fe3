"""The figures of the zoo show what a layer really touches: the support of its kernel, in the right channels."""

import matplotlib
import matplotlib.pyplot as plt
import pytest
import torch
from matplotlib.colors import to_hex
from torch import nn

from convlab import layers
from convlab.plotting import zoo as plotting_zoo
from convlab.plotting.canvas import RESULT, WINDOW


@pytest.fixture(autouse=True)
def no_window():
    """Draw without a display; afterwards no figure may be left open, or a notebook would show it twice."""
    matplotlib.use("agg")
    torch.manual_seed(0)
    yield
    assert plt.get_fignums() == []


def support(channels, rows, columns, shape=(4, 7, 7)):
    expected = torch.zeros(shape, dtype=torch.bool)
    for c in channels:
        for i in rows:
            expected[c, i, list(columns)] = True
    return expected


@pytest.mark.parametrize(
    "layer, channels, rows, columns",
    [
        (layers.StandardConv2d(4, 4), range(4), (2, 3, 4), (2, 3, 4)),
        (layers.PointwiseConv2d(4, 4), range(4), (3,), (3,)),
        (layers.AsymmetricConv2d(4, 4, (3, 1)), range(4), (2, 3, 4), (3,)),
        (layers.DilatedConv2d(4, 4), range(4), (1, 3, 5), (1, 3, 5)),
        (layers.DepthwiseConv2d(4, 4), (0,), (2, 3, 4), (2, 3, 4)),
        (layers.GroupConv2d(4, 4), (0, 1), (2, 3, 4), (2, 3, 4)),
        (layers.SeparableConv2d(4, 4), range(4), (2, 3, 4), (2, 3, 4)),
    ],
)
def test_what_one_output_touches_is_the_kernels_support(layer, channels, rows, columns):
    expected = support(channels, rows, columns)
    assert torch.equal(plotting_zoo.touched(layer, (4, 7, 7)) > 0, expected)
    patches = plotting_zoo.draw_touched(layer, (4, 7, 7)).axes[0].patches
    faces = [to_hex(patch.get_facecolor()).upper() for patch in patches]
    drawn = torch.tensor([face == WINDOW or face == plotting_zoo.FAINT_FACE.upper() for face in faces[: 4 * 49]])
    assert torch.equal(drawn.reshape(4, 7, 7), expected)
    assert [index for index, face in enumerate(faces) if face == RESULT] == [4 * 49 + 3 * 7 + 3]


def test_another_output_may_be_chosen():
    layer = layers.GroupConv2d(4, 4)
    strength = plotting_zoo.touched(layer, (4, 7, 7), output=(3, 0, 6))
    assert torch.equal(strength > 0, support((2, 3), (0, 1), (5, 6)))
    assert strength.max() == 1 and strength.dtype == torch.float64
    faces = [
        to_hex(p.get_facecolor()).upper()
        for p in plotting_zoo.draw_touched(layer, (4, 7, 7), (3, 0, 6)).axes[0].patches
    ]
    assert faces.index(RESULT) == 4 * 49 + 3 * 49 + 6


def test_faint_pixels_are_pale_and_a_dead_layer_touches_nothing():
    layer = nn.Conv2d(1, 1, (1, 3), bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([1.0, 0.001, 0.0]))
    faces = [to_hex(p.get_facecolor()) for p in plotting_zoo.draw_touched(layer, (1, 1, 3)).axes[0].patches[:3]]
    assert [face.upper() for face in faces] == [WINDOW, plotting_zoo.FAINT_FACE.upper(), "#FFFFFF"]
    nn.init.zeros_(layer.weight)
    assert not plotting_zoo.touched(layer, (1, 1, 3)).any()


def test_nothing_lies_outside_and_words_are_there():
    ax = plotting_zoo.draw_touched(layers.TransposedConv2d(4, 2), (4, 4, 4), title="transposed").axes[0]
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    for patch in ax.patches:
        assert left <= patch.get_x() and patch.get_x() + patch.get_width() <= right
        assert top <= patch.get_y() and patch.get_y() + patch.get_height() <= bottom
    assert len(ax.patches) == 4 * 16 + 2 * 64
    assert {"transposed", "output", "→"} <= {text.get_text() for text in ax.texts}


def test_several_layers_are_compared_by_their_inputs():
    named = {"groups": layers.GroupConv2d(4, 4), "depthwise": layers.DepthwiseConv2d(4, 4), "point": nn.Conv2d(4, 4, 1)}
    figure = plotting_zoo.draw_touched(named, (4, 5, 5))
    ax = figure.axes[0]
    for index, layer in enumerate(named.values()):
        patches = ax.patches[index * 100 : (index + 1) * 100]
        faces = torch.tensor([to_hex(patch.get_facecolor()) != "#ffffff" for patch in patches])
        assert torch.equal(faces.reshape(4, 5, 5), plotting_zoo.touched(layer, (4, 5, 5)) > 0)
    assert len(ax.patches) == 3 * 100 and [text.get_text() for text in ax.texts[::5]] == list(named)
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    assert all(left <= p.get_x() and p.get_x() + 1 <= right and top <= p.get_y() <= bottom - 1 for p in ax.patches)
    tops = [ax.patches[index * 100].get_y() for index in range(3)]
    assert tops[0] == tops[1] < tops[2], "two fit side by side, the third begins a new line"
    assert figure.get_figwidth() <= 9


def test_costs_are_points_with_names():
    ax = plotting_zoo.draw_costs([("a", 3, 100, "left"), ("b", 5, 10, "right")]).axes[0]
    assert [tuple(line.get_xydata()[0]) for line in ax.lines] == [(3, 100), (5, 10)]
    assert [(text.get_text(), text.get_ha()) for text in ax.texts] == [("a", "right"), ("b", "left")]
    assert ax.get_yscale() == "log"


@pytest.mark.parametrize(
    "call, part",
    [
        (lambda: plotting_zoo.touched(nn.Conv2d(1, 1, 1), (1, 4)), "in_shape"),
        (lambda: plotting_zoo.touched(nn.Conv2d(1, 1, 1), (1, 4, 4), (0, 4, 0)), "position (0, 4, 0) is outside"),
        (lambda: plotting_zoo.touched(nn.Conv2d(1, 1, 1), (1, 4, 4), (0, 0)), "position (0, 0) is outside"),
        (lambda: plotting_zoo.draw_touched(nn.Conv2d(9, 1, 1), (9, 4, 4)), "the input is (9, 4, 4); at most 8"),
        (lambda: plotting_zoo.draw_touched(nn.Conv2d(1, 9, 1), (1, 4, 4)), "the output is (9, 4, 4); at most 8"),
        (lambda: plotting_zoo.draw_touched(nn.Conv2d(1, 1, 1), (1, 4, 17)), "16 x 16 pixels"),
        (lambda: plotting_zoo.draw_touched({}, (1, 4, 4)), "there are no layers"),
        (lambda: plotting_zoo.draw_touched({"a": nn.Conv2d(9, 1, 1)}, (9, 4, 4)), "the input is (9, 4, 4); at most 8"),
        (lambda: plotting_zoo.draw_costs([]), "there are no rows"),
        (lambda: plotting_zoo.draw_costs([("a", 3, 100, "up")]), "'left' or 'right'"),
        (lambda: plotting_zoo.draw_costs([("a", 3, 0, "left")]), "a cost above 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, part):
    with pytest.raises(ValueError) as error:
        call()
    assert part in str(error.value)
