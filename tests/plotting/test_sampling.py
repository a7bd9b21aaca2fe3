"""The drawn sample points are the places where torch looks."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import interpolate

from convlab.plotting.sampling import draw_samples, sample_positions


@pytest.mark.parametrize("align_corners", [False, True])
@given(size=st.integers(1, 12), out_size=st.integers(1, 24))
def test_positions_are_torchs(align_corners, size, out_size):
    """Pixels that hold their own position tell where the output looks; outside, the border pixel is repeated."""
    pixels = torch.arange(size, dtype=torch.float64)[None, None]
    seen = interpolate(pixels, size=out_size, mode="linear", align_corners=align_corners)[0, 0]
    ours = torch.tensor(sample_positions(size, out_size, align_corners), dtype=torch.float64)
    torch.testing.assert_close(ours.clamp(0, size - 1), seen, atol=1e-6, rtol=1e-6)


def test_every_point_is_drawn_where_it_lies():
    (ax,) = draw_samples(4, 8).axes
    rows = [list(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 8]
    for row, align_corners in zip(rows, (False, True), strict=True):
        assert [p - 0.5 for p in row] == pytest.approx(sample_positions(4, 8, align_corners))


@pytest.mark.parametrize("sizes", [(4, 8), (6, 3), (3, 3), (1, 1)])
def test_edges_or_centres_lie_on_each_other(sizes):
    """Squares: both rows begin and end together. Points: the centres of the first and of the last pixel do."""
    (ax,) = draw_samples(*sizes).axes
    boxes = [(patch.get_y(), patch.get_x(), patch.get_x() + patch.get_width()) for patch in ax.patches]
    rows = [sorted((left, right) for y, left, right in boxes if y == top) for top in sorted({y for y, *_ in boxes})]
    squares_in, squares_out, points_in, points_out = rows
    assert [len(row) for row in rows] == [*sizes, *sizes]
    assert (squares_out[0][0], squares_out[-1][1]) == pytest.approx((squares_in[0][0], squares_in[-1][1]))
    for end in (0, -1):
        assert sum(points_out[end]) == pytest.approx(sum(points_in[end]))


def test_nothing_is_cut_off():
    (ax,) = draw_samples(6, 3).axes  # the output of align_corners=True is wider than the input
    left, right = ax.get_xlim()
    assert all(left <= patch.get_x() and patch.get_x() + patch.get_width() <= right for patch in ax.patches)


@pytest.mark.parametrize(("sizes", "error"), [((0, 8), ValueError), ((4, 25), ValueError), ((4, 1.5), TypeError)])
def test_what_cannot_be_read_is_refused(sizes, error):
    with pytest.raises(error, match=r"^draw_samples: "):
        draw_samples(*sizes)
