"""The named kernels do what their descriptions say."""

import math

import numpy as np
import pytest
import scipy.ndimage
import torch
from hypothesis import given
from hypothesis import strategies as st

from convlab import kernels
from convlab.functional import corr2d

KEEPS_FLAT = [kernels.identity(), kernels.box(), kernels.gaussian(), kernels.sharpen(), kernels.emboss()]
SEES_CHANGE = [
    kernels.sobel_x(),
    kernels.sobel_y(),
    kernels.prewitt_x(),
    kernels.prewitt_y(),
    kernels.laplacian(),
]


@pytest.mark.parametrize("kernel", KEEPS_FLAT)
def test_flat_regions_stay(kernel):
    assert kernel.sum().item() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("kernel", SEES_CHANGE)
def test_flat_regions_vanish(kernel):
    assert kernel.sum().item() == 0


def test_every_public_kernel_is_in_one_family():
    assert len(kernels.__all__) == len(KEEPS_FLAT) + len(SEES_CHANGE)


@pytest.mark.parametrize("name", kernels.__all__)
def test_sizes_without_a_word(name):
    assert getattr(kernels, name)().shape == ((5, 5) if name == "gaussian" else (3, 3))


@pytest.mark.parametrize("size", [1, 3, 5, 7])
def test_identity_changes_nothing(size):
    image = torch.arange(81.0).reshape(9, 9)
    edge = size // 2
    assert torch.equal(corr2d(image, kernels.identity(size)), image[edge : 9 - edge, edge : 9 - edge])


@pytest.mark.parametrize("name", kernels.__all__)
def test_a_new_contiguous_float_matrix_at_every_call(name):
    first, second = getattr(kernels, name)(), getattr(kernels, name)()
    assert first.dtype == torch.float32 and first.ndim == 2 and first.is_contiguous()
    first.zero_()
    assert second.any()


def test_signs_of_the_edge_kernels():
    brighter_to_the_right = torch.arange(5.0).repeat(5, 1)
    for along, across in ((kernels.sobel_x(), kernels.sobel_y()), (kernels.prewitt_x(), kernels.prewitt_y())):
        assert (corr2d(brighter_to_the_right, along) > 0).all()
        assert (corr2d(brighter_to_the_right, across) == 0).all()
        assert (corr2d(brighter_to_the_right.T, across) > 0).all()


@pytest.mark.parametrize(
    "ours, scipys",
    [
        (lambda: kernels.sobel_x(), lambda x: scipy.ndimage.sobel(x, axis=1)),
        (lambda: kernels.sobel_y(), lambda x: scipy.ndimage.sobel(x, axis=0)),
        (lambda: kernels.prewitt_x(), lambda x: scipy.ndimage.prewitt(x, axis=1)),
        (lambda: kernels.laplacian(), scipy.ndimage.laplace),
        (lambda: kernels.box(5), lambda x: scipy.ndimage.uniform_filter(x, 5)),
        (lambda: kernels.gaussian(9, 1.3), lambda x: scipy.ndimage.gaussian_filter(x, 1.3, radius=4)),
    ],
)
def test_same_as_scipys_filter(ours, scipys):
    x = np.random.default_rng(0).normal(size=(12, 14))
    kernel = ours().double()
    border = kernel.shape[0] // 2
    inside = scipys(x)[border:-border, border:-border]
    np.testing.assert_allclose(corr2d(torch.from_numpy(x), kernel).numpy(), inside, rtol=0, atol=1e-6)


@given(st.integers(0, 10), st.floats(1e-3, 1e3))
def test_gaussian_follows_its_formula(half, sigma):
    kernel = kernels.gaussian(2 * half + 1, sigma).double()
    weights = [
        [math.exp(-(a * a + b * b) / (2 * sigma**2)) for b in range(-half, half + 1)] for a in range(-half, half + 1)
    ]
    expected = torch.tensor(weights, dtype=torch.float64)
    torch.testing.assert_close(kernel, expected / expected.sum(), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("make", [kernels.identity, kernels.box, kernels.gaussian])
@pytest.mark.parametrize(
    "size, error", [(0, ValueError), (-3, ValueError), (3.0, TypeError), ("3", TypeError), (True, TypeError)]
)
def test_bad_sizes_are_refused(make, size, error):
    with pytest.raises(error, match=f"{make.__name__}: size"):
        make(size)


@pytest.mark.parametrize("make", [kernels.identity, kernels.gaussian])
def test_an_even_size_has_no_middle(make):
    with pytest.raises(ValueError, match=r"size is 4; it must be odd.*3 or 5"):
        make(4)


@pytest.mark.parametrize("sigma", [0, -1.0, math.nan, math.inf])
def test_sigma_must_be_above_zero(sigma):
    with pytest.raises(ValueError, match="sigma"):
        kernels.gaussian(3, sigma)


@pytest.mark.parametrize("sigma", ["1", None, True])
def test_sigma_must_be_a_number(sigma):
    with pytest.raises(TypeError, match="sigma"):
        kernels.gaussian(3, sigma)
