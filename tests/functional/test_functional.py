"""corr2d, correlate2d and convolve2d against torch and scipy, over drawn shapes, values and types."""

import numpy as np
import pytest
import scipy.signal
import torch
import torch.nn.functional as F
from drawn import settings  # tests/support
from hypothesis import given
from hypothesis import strategies as st

from convlab.functional import convolve2d, corr2d, correlate2d

MODES = ("valid", "same", "full")
TWO_ARGUMENTS = (corr2d, correlate2d, convolve2d)


@st.composite
def images_and_kernels(draw, dtype=torch.float64, kernel_fits=True):
    """Draw an image of up to 9 x 9 and a kernel, with values from a drawn seed (so that failures replay)."""
    height, width = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    kernel_height = draw(st.integers(1, height if kernel_fits else 12))
    kernel_width = draw(st.integers(1, width if kernel_fits else 12))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 2**32)))
    x = torch.randn(height, width, dtype=dtype, generator=generator)
    kernel = torch.randn(kernel_height, kernel_width, dtype=dtype, generator=generator)
    return x, kernel


@given(images_and_kernels())
def test_corr2d_is_what_the_layer_computes(pair):
    x, kernel = pair
    torch.testing.assert_close(corr2d(x, kernel), F.conv2d(x[None, None], kernel[None, None])[0, 0])


@given(images_and_kernels(dtype=torch.complex128))
def test_corr2d_uses_complex_kernels_as_they_are_like_torch(pair):
    x, kernel = pair
    torch.testing.assert_close(corr2d(x, kernel), F.conv2d(x[None, None], kernel[None, None])[0, 0])


@pytest.mark.parametrize(
    "ours, scipys", [(correlate2d, scipy.signal.correlate2d), (convolve2d, scipy.signal.convolve2d)]
)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
@settings(max_examples=30)
@given(data=st.data())
def test_every_mode_is_scipys(ours, scipys, mode, dtype, data):
    """Even kernels and, but for 'valid', kernels larger than the image included."""
    x, kernel = data.draw(images_and_kernels(dtype=dtype, kernel_fits=mode == "valid"))
    expected = torch.from_numpy(scipys(x.numpy(), kernel.numpy(), mode))
    torch.testing.assert_close(ours(x, kernel, mode), expected)


@pytest.mark.parametrize("mode", ["valid", "full"])
@given(pair=images_and_kernels())
def test_convolution_is_correlation_with_the_kernel_turned(mode, pair):
    x, kernel = pair
    torch.testing.assert_close(convolve2d(x, kernel, mode), correlate2d(x, kernel.rot90(2), mode))


@given(images_and_kernels(kernel_fits=False))
def test_full_convolution_commutes(pair):
    x, kernel = pair
    torch.testing.assert_close(convolve2d(x, kernel), convolve2d(kernel, x))


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@given(images_and_kernels())
def test_same_of_the_correlation_is_torchs_padding_same(pair):
    """Even kernels included: the extra zero comes last."""
    x, kernel = pair
    torchs = F.conv2d(x[None, None], kernel[None, None], padding="same")[0, 0]
    torch.testing.assert_close(correlate2d(x, kernel, "same"), torchs)


def test_same_of_the_convolution_is_aligned_differently_for_even_kernels():
    x, kernel = torch.tensor([[1.0, 2.0, 3.0]]), torch.tensor([[10.0, 1.0]])
    assert convolve2d(x, kernel, "same").tolist() == [[10.0, 21.0, 32.0]]  # the extra zero first, as in scipy
    assert correlate2d(x, kernel.flip(1), "same").tolist() == [[21.0, 32.0, 3.0]]  # the extra zero last
    assert F.conv1d(x[None], kernel.flip(1)[None], padding="same").tolist() == [[[21.0, 32.0, 3.0]]]


@given(images_and_kernels())
def test_linear_in_the_image(pair):
    x, kernel = pair
    other = torch.cos(9 * x)
    torch.testing.assert_close(corr2d(3 * x + other, kernel), 3 * corr2d(x, kernel) + corr2d(other, kernel))


@given(images_and_kernels())
def test_a_shifted_image_gives_a_shifted_map(pair):
    x, kernel = pair
    shifted = F.pad(x, (2, 0, 1, 0))
    torch.testing.assert_close(corr2d(shifted, kernel)[1:, 2:], corr2d(x, kernel))


def test_gradients():
    x = torch.randn(4, 5, dtype=torch.float64, requires_grad=True)
    kernel = torch.randn(2, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(corr2d, (x, kernel))
    assert torch.autograd.gradgradcheck(convolve2d, (x, kernel))


def test_non_contiguous_input():
    x = torch.randn(9, 8, dtype=torch.float64).T[::2, 1:]
    kernel = torch.randn(3, 2, dtype=torch.float64).T
    torch.testing.assert_close(corr2d(x, kernel), corr2d(x.contiguous(), kernel.contiguous()))


# Types: each works, or is refused in words.


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool])
def test_integers_are_added_up_exactly(dtype):
    x = torch.arange(30).reshape(5, 6).mul(4).to(dtype)
    kernel = torch.full((3, 3), 7).to(dtype)
    expected = F.conv2d(x.double()[None, None], kernel.double()[None, None])[0, 0]
    result = corr2d(x, kernel)
    assert result.dtype == torch.int64
    assert torch.equal(result.double(), expected)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64])
def test_other_types_stay(dtype):
    assert corr2d(torch.ones(3, 3, dtype=dtype), torch.ones(2, 2, dtype=dtype)).dtype == dtype


def test_mixed_types_are_promoted():
    result = corr2d(torch.arange(9, dtype=torch.uint8).reshape(3, 3), torch.full((2, 2), 0.5))
    assert result.dtype == torch.float32
    assert result.tolist() == [[4.0, 6.0], [10.0, 12.0]]


OK = torch.ones(3, 4)
BAD = {
    "a list": ([[1.0, 2.0]], TypeError, "got list; torch.as_tensor"),
    "a numpy array": (np.ones((2, 2)), TypeError, "got numpy.ndarray"),
    "nothing": (None, TypeError, "got NoneType"),
    "one dimension": (torch.ones(3), ValueError, r"2 dimensions \(height, width\), got 1: \(3,\)"),
    "channels": (torch.ones(1, 3, 3), ValueError, r"got 3: \(1, 3, 3\); take one channel"),
    "a number": (torch.tensor(1.0), ValueError, "got 0"),
    "empty": (torch.ones(0, 3), ValueError, r"is empty: its shape \(0, 3\)"),
    "8-bit floats": (torch.ones(2, 2).to(torch.float8_e5m2), TypeError, "float8_e5m2"),
    "sparse": (torch.ones(2, 2).to_sparse(), TypeError, "sparse"),
    "another device": (torch.ones(2, 2, device="meta"), ValueError, "on device 'meta'|on 'meta'"),
    "nested": (torch.nested.nested_tensor([torch.ones(2)], layout=torch.jagged), TypeError, "nested"),
}


@pytest.mark.parametrize("function", TWO_ARGUMENTS)
@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_refused_in_words(function, what):
    bad, error, message = BAD[what]
    with pytest.raises(error, match=f"^{function.__name__}: (the image )?x .*({message})"):
        function(bad, OK)
    with pytest.raises(error, match=f"^{function.__name__}: .*kernel.*({message})"):
        function(OK, bad)


@pytest.mark.parametrize("kernel_shape", [(4, 2), (2, 5), (9, 9)])
@pytest.mark.parametrize("call", [corr2d, correlate2d, lambda x, k: convolve2d(x, k, "valid")])
def test_a_kernel_larger_than_the_image_is_refused(call, kernel_shape):
    with pytest.raises(ValueError, match=rf"the kernel \({kernel_shape[0]}, {kernel_shape[1]}\) .*image \(3, 4\)"):
        call(OK, torch.ones(kernel_shape))


@pytest.mark.parametrize("function", [correlate2d, convolve2d])
@pytest.mark.parametrize("mode", ["Valid", "", None, 0, "reflect", ["valid"]])
def test_an_unknown_mode_is_refused(function, mode):
    with pytest.raises(ValueError, match="must be one of 'valid', 'same', 'full'"):
        function(OK, OK, mode)
