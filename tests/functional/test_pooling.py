"""max_pool2d and avg_pool2d against torch: values, winners, gradients."""

import pytest
import torch
import torch.nn.functional as F
from drawn import settings  # tests/support
from hypothesis import given
from hypothesis import strategies as st
from operators import assert_close, assert_equals_torch
from strategies import DTYPES, Case, axes, poolings, tensors
from torch.autograd import gradcheck, gradgradcheck

import convlab.functional as C

REAL = [dtype for dtype in DTYPES if not dtype.is_complex]


def windows_on_padding(case):
    """Say whether some window lies wholly on padding, as dilation allows.

    Its index is a pixel that does not exist: torch's backward pass then writes outside its memory and may crash.
    """
    (x,), arguments = case
    names = ("kernel_size", "stride", "padding", "dilation")
    kernel, stride, padding, dilation = (axes(arguments[name] or arguments["kernel_size"], 2) for name in names)
    counts = C.max_pool2d(torch.ones(x.shape[-3:]), **arguments).shape[-2:]
    for h, k, s, p, d, count in zip(x.shape[-2:], kernel, stride, padding, dilation, counts, strict=True):
        for i in range(count):
            if not any(0 <= i * s + a * d - p < h for a in range(k)):
                return True
    return False


@settings(max_examples=80)
@given(poolings(), st.booleans())
def test_max_pool2d_is_torchs(case, return_indices):
    if not windows_on_padding(case):
        case = case._replace(arguments=case.arguments | {"return_indices": return_indices})
    assert_equals_torch("max_pool2d", case)


@settings(max_examples=80)
@given(poolings(dilated=False), st.booleans(), st.none() | st.sampled_from([1, 2, 7, -3]))
def test_avg_pool2d_is_torchs(case, count_include_pad, divisor_override):
    more = {"count_include_pad": count_include_pad, "divisor_override": divisor_override}
    assert_equals_torch("avg_pool2d", case._replace(arguments=case.arguments | more))


@pytest.mark.parametrize("dtype", [*REAL, torch.uint8, torch.int8, torch.int32], ids=str)
@settings(max_examples=30)
@given(data=st.data())
def test_types_of_max_pool2d(dtype, data):
    assert_equals_torch("max_pool2d", data.draw(poolings(dtype=dtype)))


@pytest.mark.parametrize("dtype", REAL, ids=str)
@settings(max_examples=30)
@given(data=st.data())
def test_types_of_avg_pool2d(dtype, data):
    assert_equals_torch("avg_pool2d", data.draw(poolings(dtype=dtype, dilated=False)))


@pytest.mark.parametrize("shape", [(3, 1, 5, 6), (1, 3, 5, 6), (3, 3, 5, 6)])
def test_many_images_and_channels(shape):
    x = torch.randn(*shape, dtype=torch.float64)
    for how in ({"kernel_size": 3, "padding": 1}, {"kernel_size": 2, "ceil_mode": True}):
        for ours, theirs in zip(*(f.max_pool2d(x, **how, return_indices=True) for f in (C, F)), strict=True):
            assert torch.equal(ours, theirs)
        for include in (True, False):
            torch.testing.assert_close(*(f.avg_pool2d(x, **how, count_include_pad=include) for f in (C, F)))


# Ties, nan, infinity.


def test_a_window_on_nothing_but_padding_names_a_pixel_that_exists():
    x = torch.ones(1, 1, 2, 2, requires_grad=True)
    out, index = C.max_pool2d(x, 2, stride=1, padding=1, dilation=3, return_indices=True)
    assert (out.item(), index.item()) == (-torch.inf, 0)
    out.sum().backward()
    assert not x.grad.any()


@settings(max_examples=50)
@given(st.data())
def test_ties_go_to_the_first_entry_with_all_of_the_gradient(data):
    """Entries from 0 to 2 only, so that nearly every window has equal ones."""
    case = data.draw(poolings(dtype=torch.int64, layouts=("plain",)))
    x = (case.tensors[0] % 3).double()
    ours, theirs = x.clone().requires_grad_(), x.clone().requires_grad_()
    if not windows_on_padding(case):
        C.max_pool2d(ours, **case.arguments).sum().backward()
        F.max_pool2d(theirs, **case.arguments).sum().backward()
        assert torch.equal(ours.grad, theirs.grad)
        indices = C.max_pool2d(x, return_indices=True, **case.arguments)[1]
        assert torch.equal(indices, F.max_pool2d(x, return_indices=True, **case.arguments)[1])


@pytest.mark.parametrize("special", [float("nan"), float("inf"), float("-inf")])
@settings(max_examples=20)
@given(data=st.data())
def test_special_numbers(special, data):
    x = data.draw(tensors((1, 2, 6, 5), layouts=("plain",))).clone()
    places = data.draw(st.lists(st.integers(0, x.numel() - 1), min_size=1, max_size=12))
    x.view(-1)[places] = special
    arguments = {"kernel_size": 3, "stride": 2, "padding": 1}
    assert_equals_torch("max_pool2d", Case((x,), arguments | {"return_indices": True}))
    assert_equals_torch("avg_pool2d", Case((x,), arguments))


def test_minus_infinity_everywhere_never_picks_the_padding():
    x = torch.full((1, 3, 3), float("-inf"))
    assert C.max_pool2d(x, 2, padding=1, return_indices=True)[1].tolist() == [[[0, 1], [3, 4]]]


@pytest.mark.parametrize("stride", [(), []])
def test_an_empty_stride_means_the_kernel_size(stride):
    x = torch.arange(16.0).reshape(1, 4, 4)
    assert_close(C.max_pool2d(x, 2, stride), F.max_pool2d(x, 2, stride))


# Gradients.


@settings(max_examples=15)
@given(poolings(), st.randoms(use_true_random=False))
def test_gradients_of_max_pool2d(case, random):
    """Of distinct entries: at a tie the largest entry has no derivative."""
    order = list(range(case.tensors[0].numel()))
    random.shuffle(order)
    x = torch.tensor(order, dtype=torch.float64).reshape(case.tensors[0].shape).requires_grad_()
    if x.numel() and not windows_on_padding(case):
        assert gradcheck(lambda x: C.max_pool2d(x, **case.arguments).square(), x, fast_mode=True)
        assert gradgradcheck(lambda x: C.max_pool2d(x / 9, **case.arguments).pow(3), x, fast_mode=True)


@settings(max_examples=15)
@given(poolings(dilated=False), st.booleans())
def test_gradients_of_avg_pool2d(case, count_include_pad):
    x = case.tensors[0].clone().requires_grad_()
    if x.numel():

        def function(x):
            return C.avg_pool2d(x, **case.arguments, count_include_pad=count_include_pad).square()

        assert gradcheck(function, x, fast_mode=True)
        assert gradgradcheck(function, x, fast_mode=True)
