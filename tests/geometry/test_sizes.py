"""Sizes against torch itself, over drawn settings, and against the worked examples of Dumoulin and Visin (2016)."""

import inspect
import re

import pytest
import torch
import torch.nn.functional as F
from drawn import settings  # tests/support
from hypothesis import given
from hypothesis import strategies as st

from convlab.geometry import (
    conv_output_size,
    conv_transpose_output_size,
    effective_kernel_size,
    full_padding,
    same_padding,
)

NUMBER = re.compile(r"-?\d+")


def per_axis(ndim, low, high):
    """Draw an int, or a tuple with one for each axis."""
    number = st.integers(low, high)
    return number | st.tuples(*[number] * ndim)


def axes(value, ndim):
    return value if isinstance(value, tuple) else (value,) * ndim


@st.composite
def settings_of(draw, ndim, transposed=False):
    """Draw arguments that may or may not fit together."""
    arguments = {
        "input_size": draw(per_axis(ndim, 1, 9)),
        "kernel_size": draw(per_axis(ndim, 1, 5)),
        "stride": draw(per_axis(ndim, 1, 4)),
        "padding": draw(per_axis(ndim, 0, 3)),
        "dilation": draw(per_axis(ndim, 1, 3)),
    }
    if transposed:
        arguments["output_padding"] = draw(per_axis(ndim, 0, 3))
    else:
        arguments["padding"] = draw(st.just(arguments["padding"]) | st.sampled_from(["valid", "same"]))
    return arguments


def torch_size(function, ndim, arguments):
    """What torch makes of it, or None where it refuses; some of its back ends let an empty output pass, we never do."""
    arguments = dict(arguments)
    x = torch.empty(1, 1, *axes(arguments.pop("input_size"), ndim))
    weight = torch.empty(1, 1, *axes(arguments.pop("kernel_size"), ndim))
    try:
        size = tuple(getattr(F, f"{function}{ndim}d")(x, weight, **arguments).shape[2:])
    except RuntimeError:
        return None
    return None if 0 in size else size


def ours(function, arguments):
    try:
        return function(**arguments)
    except ValueError as error:
        return error


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("name, function", [("conv", conv_output_size), ("conv_transpose", conv_transpose_output_size)])
@pytest.mark.parametrize("ndim", [1, 2, 3])
@settings(max_examples=80)
@given(data=st.data())
def test_sizes_are_torchs_and_refused_exactly_when_torch_refuses(name, function, ndim, data):
    arguments = data.draw(settings_of(ndim, transposed=name == "conv_transpose"))
    expected, size = torch_size(name, ndim, arguments), ours(function, arguments)
    if expected is None:
        assert isinstance(size, ValueError), size
    elif any(isinstance(value, tuple) for value in arguments.values()):
        assert size == expected and isinstance(size, tuple)
    else:
        assert (size,) * ndim == expected and type(size) is int


@settings(max_examples=100)
@given(settings_of(2))
def test_the_failing_inequality_is_in_the_message_with_its_numbers(arguments):
    size = ours(conv_output_size, arguments)
    if not isinstance(size, ValueError) or "same" in str(size):
        return
    n, k, p, d = (axes(arguments[key], 2) for key in ("input_size", "kernel_size", "padding", "dilation"))
    p = (0, 0) if arguments["padding"] == "valid" else p
    fails = [d[i] * (k[i] - 1) + 1 > n[i] + 2 * p[i] for i in (0, 1)]
    several = any(isinstance(value, tuple) for value in arguments.values())
    i = fails.index(True)
    assert ("along the " + ("height", "width")[i] in str(size)) == several
    numbers = [int(s) for s in NUMBER.findall(str(size).split("here")[1])]
    assert numbers == [d[i], k[i], 1, 1, d[i] * (k[i] - 1) + 1, n[i], 2, p[i], n[i] + 2 * p[i]]
    assert numbers[4] > numbers[8]


@settings(max_examples=100)
@given(settings_of(2, transposed=True))
def test_the_failing_inequality_of_a_transposed_convolution(arguments):
    size = ours(conv_transpose_output_size, arguments)
    if not isinstance(size, ValueError):
        return
    if "too large" in str(size):
        extra, stride, dilation = map(int, NUMBER.findall(str(size).split("here")[1]))
        assert extra >= stride and extra >= dilation
        return
    sum_, value = str(size).split("here ")[1].split(" = ")
    assert eval(sum_) == int(value) < 1


@settings(max_examples=100)
@given(st.integers(1, 12), st.integers(1, 7), st.integers(1, 3))
def test_same_and_full(n, k, d):
    full = full_padding(k, d)
    assert full == effective_kernel_size(k, d) - 1 == d * (k - 1)
    assert conv_output_size(n, k, padding=full, dilation=d) == n + full
    if full % 2:
        with pytest.raises(ValueError, match=rf"= {full} lines? altogether.*padding='same'"):
            same_padding(k, d)
    else:
        assert conv_output_size(n, k, padding=same_padding(k, d), dilation=d) == n


def test_full_padding_is_the_largest_that_adds_windows_that_see_something():
    x, kernel = torch.ones(1, 1, 4), torch.ones(1, 1, 3)
    assert (F.conv1d(x, kernel, padding=full_padding(3)) > 0).all()
    assert not (F.conv1d(x, kernel, padding=full_padding(3) + 1) > 0).all()


def test_the_extra_line_of_an_even_kernel_lies_where_the_message_says():
    taps = F.conv1d(torch.ones(1, 1, 9), torch.ones(1, 1, 4), padding="same")[0, 0]
    assert taps[0] == 3 and taps[-1] == 2  # 1 zero before, 2 behind
    with pytest.raises(ValueError, match="1 line before and 2 behind"):
        same_padding(4)


# Dumoulin and Visin (2016): the figures' settings (input, kernel, stride, padding) and sizes, by number of figure.
CONVOLUTIONS = {
    "2.1 no padding, unit strides": (4, 3, 1, 0, 2),
    "2.2 arbitrary padding, unit strides": (5, 4, 1, 2, 6),
    "2.3 half padding, unit strides": (5, 3, 1, 1, 5),
    "2.4 full padding, unit strides": (5, 3, 1, 2, 7),
    "2.5 no padding, strides": (5, 3, 2, 0, 2),
    "2.6 padding, strides": (5, 3, 2, 1, 3),
    "2.7 padding, strides, one line is not reached": (6, 3, 2, 1, 3),
}
# Of the transposed convolutions: (input, kernel, stride, padding, output_padding, output) of ours; the input is the
# output of the convolution above that they lead back from.
TRANSPOSED = {
    "4.1 no padding, unit strides": (2, 3, 1, 0, 0, 4),
    "4.2 arbitrary padding, unit strides": (6, 4, 1, 2, 0, 5),
    "4.3 half padding, unit strides": (5, 3, 1, 1, 0, 5),
    "4.4 full padding, unit strides": (7, 3, 1, 2, 0, 5),
    "4.5 no padding, strides": (2, 3, 2, 0, 0, 5),
    "4.6 padding, strides": (3, 3, 2, 1, 0, 5),
    "4.7 padding, strides, one line was not reached": (3, 3, 2, 1, 1, 6),
}


@pytest.mark.parametrize("figure", CONVOLUTIONS)
def test_figures_of_convolutions(figure):
    n, k, s, p, out = CONVOLUTIONS[figure]
    assert conv_output_size(n, k, stride=s, padding=p) == out


@pytest.mark.parametrize("figure", TRANSPOSED)
def test_figures_of_transposed_convolutions(figure):
    n, k, s, p, extra, out = TRANSPOSED[figure]
    assert conv_transpose_output_size(n, k, stride=s, padding=p, output_padding=extra) == out
    assert conv_output_size(out, k, stride=s, padding=p) == n


def test_figure_5_1_a_dilated_kernel():
    assert conv_output_size(7, 3, dilation=2) == 3 and effective_kernel_size(3, dilation=2) == 5


SIZES, K, S, P, D = (st.integers(1, 20), st.integers(1, 7), st.integers(1, 4), st.integers(0, 4), st.integers(1, 3))


@settings(max_examples=300)
@given(SIZES, K, S, P, D)
def test_relationships_of_convolutions(i, k, s, p, d):
    """Relationships 1 to 6 and 15 of the guide, each where its conditions hold."""
    if i >= k:
        assert conv_output_size(i, k) == (i - k) + 1  # 1
        assert conv_output_size(i, k, stride=s) == (i - k) // s + 1  # 5
    if i + 2 * p >= k:
        assert conv_output_size(i, k, padding=p) == (i - k) + 2 * p + 1  # 2
        assert conv_output_size(i, k, stride=s, padding=p) == (i + 2 * p - k) // s + 1  # 6
    if k % 2:
        assert conv_output_size(i, k, padding=k // 2) == i  # 3, k = 2n + 1
    assert conv_output_size(i, k, padding=k - 1) == i + (k - 1)  # 4
    wide = k + (k - 1) * (d - 1)
    if i + 2 * p >= wide:
        assert conv_output_size(i, k, s, p, d) == (i + 2 * p - wide) // s + 1  # 15


@settings(max_examples=300)
@given(SIZES, K, S, P, st.integers(0, 3))
def test_relationships_of_transposed_convolutions(i, k, s, p, a):
    """Relationships 8 to 14: i is i', the input of the transposed convolution."""
    assert conv_transpose_output_size(i, k) == i + (k - 1)  # 8
    if i + (k - 1) - 2 * p >= 1:
        assert conv_transpose_output_size(i, k, padding=p) == i + (k - 1) - 2 * p  # 9
    if k % 2:
        assert conv_transpose_output_size(i, k, padding=k // 2) == i  # 10
    if i > k - 1:
        assert conv_transpose_output_size(i, k, padding=k - 1) == i - (k - 1)  # 11
    assert conv_transpose_output_size(i, k, stride=s) == s * (i - 1) + k  # 12
    if s * (i - 1) + k - 2 * p >= 1:
        assert conv_transpose_output_size(i, k, stride=s, padding=p) == s * (i - 1) + k - 2 * p  # 13
        if a < s:
            size = conv_transpose_output_size(i, k, stride=s, padding=p, output_padding=a)
            assert size == s * (i - 1) + a + k - 2 * p  # 14
            if a <= size - 1 and size + 2 * p >= k:
                assert conv_output_size(size, k, stride=s, padding=p) == i


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: conv_output_size(5.0, 3), TypeError, "input_size must be a whole number"),
        (lambda: conv_output_size(5, True), TypeError, "kernel_size must be a whole number"),
        (lambda: conv_output_size(0, 1), ValueError, "input_size is 0; each entry must be at least 1"),
        (lambda: conv_output_size(5, 3, stride=0), ValueError, "stride is 0"),
        (lambda: conv_output_size(5, 3, padding=-1), ValueError, "padding is -1"),
        (lambda: conv_output_size((5, 5), (3, 3, 3)), ValueError, "input_size is .5, 5.; it needs one number or 3"),
        (lambda: conv_output_size((5,) * 4, 3), ValueError, "has 4 entries; a size has 1 to 3"),
        (lambda: conv_output_size((), 3), ValueError, "has 0 entries|needs one number"),
        (lambda: conv_output_size(5, 3, padding="full"), ValueError, "padding is 'full'"),
        (lambda: conv_output_size(5, 3, 2, "same"), ValueError, "'same' asks for stride 1, got 2"),
        (lambda: conv_transpose_output_size(5, 3, padding="same"), TypeError, "padding must be a whole number"),
        (lambda: same_padding((3, 4)), ValueError, "along the width the size is kept"),
        (lambda: full_padding(0), ValueError, "kernel_size is 0"),
        (lambda: effective_kernel_size("3"), TypeError, "kernel_size must be"),
    ],
)
def test_bad_arguments_in_words(call, error, message):
    with pytest.raises(error, match=message):
        call()


LEAST = {"padding": 0, "output_padding": 0}  # of all others it is 1


@pytest.mark.parametrize(
    "function", [conv_output_size, conv_transpose_output_size, effective_kernel_size, full_padding, same_padding]
)
def test_the_least_of_every_argument_is_taken_and_one_less_is_refused(function):
    parameters = inspect.signature(function).parameters
    good = {name: LEAST.get(name, 1) for name in parameters}
    assert all(parameters[name].default in (inspect.Parameter.empty, least) for name, least in good.items())
    assert function(**good) == (1 if function in (conv_output_size, conv_transpose_output_size) else function(1))
    for name, least in good.items():
        with pytest.raises(ValueError, match=f"^{function.__name__}: {name} is {least - 1}; "):
            function(**good | {name: least - 1})


def test_a_shape_of_torch_and_a_list_are_tuples():
    assert conv_output_size(torch.Size([5, 6]), [3, 2]) == (3, 5)
    assert conv_output_size((7,), 3) == (5,)
