"""conv1d, conv2d and conv3d against torch, and against what a convolution must obey."""

import pytest
import scipy.signal
import torch
import torch.nn.functional as F
from drawn import settings  # tests/support
from hypothesis import given
from hypothesis import strategies as st
from operators import ALGORITHMS, MemoryMeter, assert_equals_torch
from strategies import DTYPES, axes, convolutions, tensors
from torch.autograd import gradcheck, gradgradcheck

import convlab.functional as C
from convlab.functional import algorithms

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")


@settings(max_examples=100)
@given(case=convolutions(), algorithm=st.sampled_from(["auto", *ALGORITHMS]))
def test_every_algorithm_of_conv2d_is_torchs_convolution(case, algorithm):
    assert_equals_torch("conv2d", case, algorithm=algorithm)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@settings(max_examples=40)
@given(case=convolutions())
def test_each_algorithm_by_itself(algorithm, case):
    assert_equals_torch("conv2d", case, algorithm=algorithm)


@pytest.mark.parametrize("ndim", [1, 3])
@settings(max_examples=50)
@given(data=st.data())
def test_conv1d_and_conv3d_are_torchs(ndim, data):
    assert_equals_torch(f"conv{ndim}d", data.draw(convolutions(ndim)))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@settings(max_examples=40)
@given(data=st.data())
def test_types(dtype, data):
    exact = not (dtype.is_floating_point or dtype.is_complex)
    known = [name for name in ["auto", *ALGORITHMS] if not (exact and name == "fft")]
    case = data.draw(convolutions(dtype=dtype))
    assert_equals_torch("conv2d", case, algorithm=data.draw(st.sampled_from(known)))


def test_fft_refuses_whole_numbers():
    ones = torch.ones(1, 1, 3, 3, dtype=torch.int64)
    with pytest.raises(TypeError, match=r"fft. rounds, and .* asks for exact sums"):
        C.conv2d(ones, ones, algorithm="fft")


@pytest.mark.parametrize("name", ["conv1d", "conv3d"])
def test_only_conv2d_has_a_choice(name):
    n = int(name[4])
    with pytest.raises(TypeError, match="algorithm"):
        getattr(C, name)(torch.ones(1, *[3] * n), torch.ones(1, 1, *[3] * n), algorithm="taps")


@pytest.mark.parametrize("algorithm", ["Taps", "", None, 0, "winograd", ["taps"]])
def test_unknown_algorithms_are_refused(algorithm):
    with pytest.raises(
        ValueError, match=r"^conv2d: algorithm is .* one of 'auto', 'loops', 'windows', 'taps', 'im2col'"
    ):
        C.conv2d(torch.ones(1, 3, 3), torch.ones(1, 1, 3, 3), algorithm=algorithm)


# Gradients.


def gradient_case(case):
    """Return the tensors of a case as leaves that want a gradient, and the call as a function of them."""
    leaves = [None if t is None else t.clone().requires_grad_() for t in case.tensors]
    return leaves, lambda function, *given, **more: function(*given, **case.arguments, **more)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@settings(max_examples=4)
@given(case=convolutions(small=True))
def test_gradients_of_every_algorithm(algorithm, case):
    leaves, call = gradient_case(case)

    def function(*tensors):
        return call(C.conv2d, *tensors, algorithm=algorithm)

    assert gradcheck(function, leaves)
    assert gradgradcheck(function, leaves, fast_mode=True)


def test_taps_has_a_gradient_where_only_padding_is_read():
    x, weight = torch.ones(1, 1, 1, requires_grad=True), torch.ones(1, 1, 1, 1, requires_grad=True)
    C.conv2d(x, weight, stride=2, padding=1, algorithm="taps").sum().backward()
    assert x.grad.tolist() == [[[0.0]]]


@pytest.mark.parametrize("ndim", [1, 3])
@settings(max_examples=4)
@given(data=st.data())
def test_gradients_of_conv1d_and_conv3d(ndim, data):
    leaves, call = gradient_case(data.draw(convolutions(ndim, small=True)))

    def function(*tensors):
        return call(getattr(C, f"conv{ndim}d"), *tensors)

    assert gradcheck(function, leaves, fast_mode=True)
    assert gradgradcheck(function, leaves, fast_mode=True)


@settings(max_examples=20)
@given(case=convolutions())
def test_gradients_are_torchs(case):
    ours, theirs = gradient_case(case)[0], gradient_case(case)[0]
    C.conv2d(*ours, **case.arguments).square().sum().backward()
    F.conv2d(*theirs, **case.arguments).square().sum().backward()
    for a, b in zip(ours, theirs, strict=True):
        if a is not None:
            torch.testing.assert_close(a.grad, b.grad)


# What a convolution obeys.


@settings(max_examples=30)
@given(case=convolutions())
def test_linear_in_the_input_and_in_the_weight(case):
    (x, weight, _), arguments = case
    y, v = torch.cos(9 * x), torch.sin(7 * weight)

    def conv(x, weight):
        return C.conv2d(x, weight, **arguments)

    torch.testing.assert_close(conv(3 * x - y, weight), 3 * conv(x, weight) - conv(y, weight))
    torch.testing.assert_close(conv(x, 3 * weight - v), 3 * conv(x, weight) - conv(x, v))


@settings(max_examples=30)
@given(case=convolutions(strings=False), down=st.integers(0, 2), right=st.integers(0, 2))
def test_shift_by_whole_strides_shifts_the_output(case, down, right):
    (x, weight, bias), arguments = case
    s, t = axes(arguments["stride"], 2)
    arguments = arguments | {"padding": 0}
    x = F.pad(x, (9, 9, 9, 9))
    moved = F.pad(x, (right * t, 0, down * s, 0))
    expected = C.conv2d(x, weight, bias, **arguments)
    torch.testing.assert_close(C.conv2d(moved, weight, bias, **arguments)[..., down:, right:], expected)


@settings(max_examples=30)
@given(case=convolutions())
def test_a_dilated_kernel_is_a_kernel_with_zeros_between(case):
    (x, weight, bias), arguments = case
    dilation = axes(arguments["dilation"], 2)
    size = [d * (k - 1) + 1 for d, k in zip(dilation, weight.shape[2:], strict=True)]
    stuffed = weight.new_zeros(*weight.shape[:2], *size)
    stuffed[..., :: dilation[0], :: dilation[1]] = weight
    expected = C.conv2d(x, stuffed, bias, **(arguments | {"dilation": 1}))
    torch.testing.assert_close(C.conv2d(x, weight, bias, **arguments), expected)


@settings(max_examples=30)
@given(case=convolutions())
def test_groups_are_separate_convolutions(case):
    (x, weight, _), arguments = case
    groups, single = arguments["groups"], arguments | {"groups": 1}
    pairs = zip(x.chunk(groups, -3), weight.chunk(groups), strict=True)
    expected = torch.cat([C.conv2d(part, kernels, **single) for part, kernels in pairs], -3)
    torch.testing.assert_close(C.conv2d(x, weight, **arguments), expected)


@settings(max_examples=30)
@given(data=st.data())
def test_full_padding_is_scipys_full_correlation(data):
    x = data.draw(tensors((data.draw(st.integers(1, 7)), data.draw(st.integers(1, 7)))))
    kernel = data.draw(tensors((data.draw(st.integers(1, 5)), data.draw(st.integers(1, 5)))))
    expected = torch.from_numpy(scipy.signal.correlate2d(x.numpy(), kernel.numpy(), "full"))
    padding = [side - 1 for side in kernel.shape]
    torch.testing.assert_close(C.conv2d(x[None], kernel[None, None], padding=padding)[0], expected)


def test_same_puts_the_extra_zero_last():
    x, kernel = torch.tensor([[1.0, 2.0, 3.0]]), torch.tensor([[[10.0, 1.0]]])
    assert C.conv1d(x, kernel, padding="same").tolist() == [[12.0, 23.0, 30.0]]


@pytest.mark.parametrize(
    ("kernel", "groups", "stride", "dtype", "expected"),
    [
        ((64, 64, 3, 3), 1, 1, torch.float32, "im2col"),
        ((64, 32, 3, 3), 2, 1, torch.float32, "im2col"),
        ((64, 1, 3, 3), 64, 1, torch.float32, "taps"),
        ((10, 1, 5, 5), 1, 1, torch.float32, "im2col"),
        ((4, 1, 3, 3), 2, 2, torch.complex64, "taps"),
        ((4, 4, 15, 15), 1, 1, torch.float64, "im2col"),
    ],
)
def test_auto_keeps_its_rule(monkeypatch, kernel, groups, stride, dtype, expected):
    used = []
    for name, function in algorithms.ALGORITHMS.items():
        spy = lambda *given, name=name, function=function: used.append(name) or function(*given)  # noqa: E731
        monkeypatch.setitem(algorithms.ALGORITHMS, name, spy)
    x = torch.ones(1, kernel[1] * groups, 17, 17, dtype=dtype)
    C.conv2d(x, torch.ones(kernel, dtype=dtype), stride=stride, groups=groups)
    assert used == [expected]


@pytest.mark.parametrize("large", [1e7, float("inf"), float("nan")])
@pytest.mark.parametrize("side", [3, 15])
def test_a_window_does_not_feel_a_pixel_that_it_does_not_see(large, side):
    """So it is with torch, and so with every algorithm that auto may take; spectra mix the whole image."""
    x, kernel = torch.rand(1, 1, 40, 40), torch.rand(1, 1, side, side)
    spoiled = x.clone()
    spoiled[..., 0, 0] = large
    there = C.conv2d(spoiled, kernel)
    assert torch.equal(there[..., 1:, 1:], C.conv2d(x, kernel)[..., 1:, 1:])
    torch.testing.assert_close(there, F.conv2d(spoiled, kernel), equal_nan=True, rtol=1e-5, atol=1e-5)  # 225 terms


# Memory.


@pytest.mark.parametrize("stride", [1, 2, (3, 1)])
@pytest.mark.parametrize("groups", [1, 4, 8])
@pytest.mark.parametrize("padding", [0, 1, (3, 2)])
@pytest.mark.parametrize("dilation", [1, 2])
def test_taps_holds_at_most_twice_input_and_output(stride, groups, padding, dilation):
    """Counted: every tensor alive at one time, input and output among them, but not the weight."""
    x, weight = torch.randn(2, 8, 24, 20), torch.randn(8, 8 // groups, 3, 3)
    with MemoryMeter(ignore=[weight], alive=[x]) as meter:
        out = C.conv2d(x, weight, None, stride, padding, dilation, groups, algorithm="taps")
    assert meter.peak <= 2 * (x.nbytes + out.nbytes), f"{meter.peak / (x.nbytes + out.nbytes):.2f} times"


def test_the_meter_sees_the_copy_that_einsum_makes_of_the_windows():
    x, weight = torch.randn(2, 8, 24, 20), torch.randn(8, 8, 3, 3)
    with MemoryMeter(ignore=[weight], alive=[x]) as meter:
        out = C.conv2d(x, weight, algorithm="windows")
    assert meter.peak > 3 * (x.nbytes + out.nbytes)
