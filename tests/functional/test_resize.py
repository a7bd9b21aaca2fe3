"""Interpolate against torch: sizes, positions, gradients."""

import math

import pytest
import torch
from drawn import settings  # tests/support
from hypothesis import given
from hypothesis import strategies as st
from operators import assert_equals_torch
from strategies import Case, tensors
from torch.autograd import gradcheck, gradgradcheck

import convlab.functional as C

FACTORS = st.sampled_from([0.5, 1, 1.0, 2, 2.0, 3, 1.5, 1 / 3, 0.75, 2.01]) | st.floats(0.3, 4)


@st.composite
def resizings(draw, mode, dtype=torch.float64):
    """Draw an image and where to resize it to: a size, or factors."""
    ndim = 2 if mode == "bilinear" else draw(st.integers(1, 3))
    side = st.integers(4, 9)  # times the smallest factor, still at least 1
    x = draw(tensors((draw(st.integers(0, 2)), draw(st.integers(1, 2)), *[draw(side) for _ in range(ndim)]), dtype))
    arguments = {"mode": mode}
    if draw(st.booleans()):
        size = st.integers(1, 12)
        arguments["size"] = draw(size | st.tuples(*[size] * ndim))
        arguments["recompute_scale_factor"] = draw(st.sampled_from([None, False]))
    else:
        arguments["scale_factor"] = draw(FACTORS | st.tuples(*[FACTORS] * ndim))
        arguments["recompute_scale_factor"] = draw(st.sampled_from([None, True, False]))
    if mode == "bilinear":
        arguments["align_corners"] = draw(st.sampled_from([None, True, False]))
    return Case((x,), arguments)


@pytest.mark.parametrize("mode", ["nearest", "bilinear"])
@settings(max_examples=80)
@given(data=st.data())
def test_interpolate_is_torchs(mode, data):
    assert_equals_torch("interpolate", data.draw(resizings(mode)))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16, torch.uint8], ids=str)
@settings(max_examples=40)
@given(data=st.data())
def test_types(dtype, data):
    modes = ["nearest"] if dtype == torch.uint8 else ["nearest", "bilinear"]
    assert_equals_torch("interpolate", data.draw(resizings(data.draw(st.sampled_from(modes)), dtype)))


@pytest.mark.parametrize("mode", ["nearest", "bilinear"])
@settings(max_examples=10)
@given(data=st.data())
def test_gradients(mode, data):
    (x,), arguments = data.draw(resizings(mode))
    x = x.clone().requires_grad_()
    if x.numel():

        def function(x):
            return C.interpolate(x, **arguments).square()

        assert gradcheck(function, x, fast_mode=True)
        assert gradgradcheck(function, x, fast_mode=True)


@pytest.mark.parametrize("factor", [1.01, 1.1, 2.01, 2.1, 2.99])
@pytest.mark.parametrize("sides", [(6,), (6, 5), (5, 6, 4)])
def test_nearest_just_beside_a_whole_factor(factor, sides):
    """Torch copies or doubles an axis of an image when the sizes allow it, whatever the factor; only of an image."""
    x = torch.arange(math.prod(sides), dtype=torch.float64).reshape(1, 1, *sides)
    assert_equals_torch("interpolate", Case((x,), {"scale_factor": factor}))
