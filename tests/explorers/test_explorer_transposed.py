"""TransposedConvExplorer without a browser: its traits, what it refuses, its picture, what a notebook stores of it."""

import re

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from traitlets import TraitError

import convlab.functional as C
from convlab.explorers import TransposedConvExplorer
from convlab.explorers.transposed.figure import terms

X = torch.tensor([[1.0, -2, 3], [0, 4, -1]])
KERNEL = torch.tensor([[1.0, 0, 2], [0, 1, 0], [3, 0, 1]])

small = st.tuples(st.integers(1, 4), st.integers(1, 4))
some = st.tuples(st.integers(0, 3), st.integers(0, 3))


@given(small, small, small, some, some, small)
def test_output_overlaps_and_matrix_are_torchs_or_the_error_is_ours(size, kernel_size, stride, padding, more, dilation):
    x, kernel = torch.randn(size, dtype=torch.float64), torch.randn(kernel_size, dtype=torch.float64)
    options = {"stride": stride, "padding": padding, "output_padding": more, "dilation": dilation}
    try:
        C.conv_transpose2d(x[None, None], kernel[None, None], **options)
    except ValueError as error:
        with pytest.raises(ValueError, match=re.escape(str(error))):
            TransposedConvExplorer(x, kernel, **options)
        return
    explorer = TransposedConvExplorer(x, kernel, **options)
    expected = F.conv_transpose2d(x[None, None], kernel[None, None], **options)[0, 0]
    torch.testing.assert_close(explorer.output, expected)
    torch.testing.assert_close(explorer.matrix @ x.flatten(), expected.flatten())
    ones = F.conv_transpose2d(torch.ones(1, 1, *size), torch.ones(1, 1, *kernel_size), **options)[0, 0]
    assert torch.equal(explorer.overlaps, ones.long())
    explorer.position = tuple(n - 1 for n in expected.shape)
    found = terms(explorer)
    assert len(found) == explorer.overlaps[explorer.position]
    torch.testing.assert_close(sum((x[n] * kernel[t] for n, t in found), x.new_zeros(())), expected[-1, -1])


def test_what_is_wrong_raises_and_changes_nothing():
    explorer = TransposedConvExplorer(X, KERNEL, stride=2, position=(1, 1))
    for name, value, kind, words in [
        ("stride", 0, ValueError, "conv_transpose2d: stride is 0; each entry must be at least 1"),
        ("stride", 15, ValueError, "the stamps cover 33 columns.*at most 32 can be drawn"),
        ("padding", -1, ValueError, "conv_transpose2d: padding is -1; negative"),
        ("padding", "same", TypeError, "padding must be a whole number"),
        ("padding", 4, ValueError, "conv_transpose2d: the output would be"),
        ("output_padding", 2, ValueError, "must be smaller than the stride"),
        ("dilation", 1.5, TypeError, "dilation must be a whole number"),
        ("dilation", 16, ValueError, "the stamps cover 35 rows.*at most 32 can be drawn"),
        ("kernel", torch.ones(26, 26), ValueError, "the input with its zeros has 53 rows; at most 48"),
        ("kernel", torch.ones(3), ValueError, r"two dimensions \(height, width\), got shape \(3,\)"),
        ("x", [[float("nan")]], ValueError, "infinite or nan"),
        ("x", torch.zeros(20, 20), ValueError, r"Take a part"),
        ("position", (5, 0), ValueError, r"position is \(5, 0\), but the output is \(5, 7\)"),
        ("view", "stamp", ValueError, "view is 'stamp'; it must be one of 'all', 'stamps', 'zeros', 'matrix'"),
    ]:
        before = repr(explorer), explorer.position, explorer.view
        with pytest.raises(kind, match=words) as error:
            setattr(explorer, name, value)
        assert isinstance(error.value, TraitError)
        assert (repr(explorer), explorer.position, explorer.view) == before, name


def test_several_at_once_go_together_or_not_at_all():
    explorer = TransposedConvExplorer(X, KERNEL)
    with explorer.hold_trait_notifications():
        explorer.stride, explorer.output_padding = 3, (2, 1)
    assert tuple(explorer.output.shape) == (8, 10)
    with pytest.raises(ValueError, match="output_padding"), explorer.hold_trait_notifications():
        explorer.padding, explorer.stride = 1, 1
    assert (explorer.stride, explorer.padding) == ((3, 3), (0, 0))


def test_what_the_browser_sends_is_taken():
    explorer = TransposedConvExplorer(X, KERNEL, stride=2, position=(4, 6))
    explorer.set_state(
        {"kernel": [[1, 0]], "stride": [1, 1], "position": [0, 1], "view": "zeros", "show_overlaps": True}
    )
    assert (explorer.stride, explorer.position, explorer.view, explorer.show_overlaps) == (
        (1, 1),
        (0, 1),
        "zeros",
        True,
    )


def test_the_position_stays_inside_when_the_output_shrinks():
    explorer = TransposedConvExplorer(X, KERNEL, stride=2, position=(4, 6))
    explorer.padding = (1, 0)
    assert explorer.position == (2, 6)


@pytest.mark.slow
@pytest.mark.parametrize("view", ["all", "stamps", "zeros", "matrix"])
def test_a_notebook_stores_little(view):
    x = torch.arange(16.0).reshape(4, 4)
    options = {"stride": 2, "padding": 1, "output_padding": 1}
    explorer = TransposedConvExplorer(x, KERNEL, **options, view=view, position=(3, 4))
    data, _ = explorer._repr_mimebundle_()
    assert data["text/plain"] == repr(explorer)
    assert sum(len(value) for value in data.values() if isinstance(value, str)) < 60_000
    assert explorer.figure().get_size_inches()[0] <= 9


@pytest.mark.slow
def test_pictures_of_awkward_states_are_drawn():
    for options in (
        {"stride": (3, 1), "padding": (0, 2), "output_padding": (2, 0), "dilation": (2, 1)},
        {"stride": 5, "padding": 2, "output_padding": 4, "show_overlaps": True},
        {"stride": 9, "dilation": 2},  # the matrix is too large to be drawn
    ):
        TransposedConvExplorer(X, KERNEL, **options).figure().draw_without_rendering()
    TransposedConvExplorer([[2]], [[3]], stride=5, padding=2, output_padding=4).figure().draw_without_rendering()
