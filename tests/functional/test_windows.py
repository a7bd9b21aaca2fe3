"""windows and add_windows: the view that carries all operators, and its adjoint."""

import torch
from drawn import settings  # tests/support
from hypothesis import given
from hypothesis import strategies as st
from strategies import tensors

from convlab.functional.windows import add_windows, count_windows, taps, under, windows


@st.composite
def settings_and_image(draw):
    """Draw an image with one to three axes and a leading one, and windows that fit."""
    n = draw(st.integers(1, 3))
    kernel, stride, dilation = (tuple(draw(st.integers(1, 3)) for _ in range(n)) for _ in range(3))
    size = tuple(d * (k - 1) + 1 + draw(st.integers(0, 3)) for k, d in zip(kernel, dilation, strict=True))
    return draw(tensors((2, *size))), kernel, stride, dilation


@settings(max_examples=50)
@given(settings_and_image())
def test_every_entry_is_where_the_formula_says(drawn):
    x, kernel, stride, dilation = drawn
    view = windows(x, kernel, stride, dilation)
    assert tuple(view.shape[1:]) == (*count_windows(tuple(x.shape[1:]), kernel, stride, dilation), *kernel)
    for position in taps(view.shape[1 : 1 + len(kernel)]):
        for tap in taps(kernel):
            place = [i * s + a * d for i, s, a, d in zip(position, stride, tap, dilation, strict=True)]
            assert torch.equal(view[(..., *position, *tap)], x[(..., *place)])
    assert view.untyped_storage().data_ptr() == x.untyped_storage().data_ptr(), "a copy was made"


@settings(max_examples=50)
@given(settings_and_image())
def test_under_takes_one_tap_of_all_windows(drawn):
    x, kernel, stride, dilation = drawn
    view = windows(x, kernel, stride, dilation)
    out_size = tuple(view.shape[1 : 1 + len(kernel)])
    for tap in taps(kernel):
        assert torch.equal(x[under(tap, out_size, stride, dilation)], view[(..., *tap)])


@settings(max_examples=50)
@given(settings_and_image())
def test_add_windows_is_the_adjoint_of_windows(drawn):
    x, kernel, stride, dilation = drawn
    view = windows(x, kernel, stride, dilation)
    y = torch.cos(torch.arange(view.numel(), dtype=x.dtype)).reshape(view.shape)
    back = add_windows(y, tuple(x.shape[1:]), stride, dilation)
    torch.testing.assert_close((view * y).sum(), (x * back).sum())


def test_stride_and_dilation_are_1_if_not_given():
    x = torch.arange(20).reshape(4, 5)
    assert torch.equal(windows(x, (2, 3)), windows(x, (2, 3), (1, 1), (1, 1)))
    patches = windows(x, (2, 3))
    assert torch.equal(add_windows(patches, (4, 5)), add_windows(patches, (4, 5), (1, 1), (1, 1)))
