"""conv_transpose1d/2d/3d, unfold and fold against torch, and as adjoints of the operators whose way back they are."""

import pytest
import torch
from drawn import settings  # tests/support
from hypothesis import given
from hypothesis import strategies as st
from operators import assert_equals_torch
from strategies import DTYPES, Case, axes, convolutions, foldings, tensors, transposed_convolutions
from torch.autograd import gradcheck, gradgradcheck

import convlab.functional as C


@pytest.mark.parametrize("ndim", [1, 2, 3])
@settings(max_examples=60)
@given(data=st.data())
def test_conv_transpose_is_torchs(ndim, data):
    assert_equals_torch(f"conv_transpose{ndim}d", data.draw(transposed_convolutions(ndim)))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@settings(max_examples=30)
@given(data=st.data())
def test_types(dtype, data):
    assert_equals_torch("conv_transpose2d", data.draw(transposed_convolutions(dtype=dtype)))


@settings(max_examples=100)
@given(foldings())
def test_unfold_is_torchs(case):
    assert_equals_torch("unfold", case)


@settings(max_examples=100)
@given(st.data())
def test_fold_is_torchs(data):
    (x,), arguments = data.draw(foldings())
    columns = C.unfold(x, **arguments)
    y = data.draw(tensors(columns.shape))
    assert_equals_torch("fold", folding_back(y, x, arguments))


def folding_back(columns, image, arguments):
    """Return the call of fold that puts columns back to an image of this size."""
    return Case((columns,), arguments | {"output_size": tuple(image.shape[-2:])})


@pytest.mark.parametrize("dtype", [t for t in DTYPES if t != torch.int64], ids=str)
@settings(max_examples=30)
@given(data=st.data())
def test_types_of_unfold_and_fold(dtype, data):
    (x,), arguments = case = data.draw(foldings(dtype=dtype))
    columns = assert_equals_torch("unfold", case)
    assert_equals_torch("fold", folding_back(columns, x, arguments))


def inner(a, b):
    return (a * b).sum()


@pytest.mark.parametrize("ndim", [1, 2, 3])
@settings(max_examples=40)
@given(data=st.data())
def test_conv_transpose_is_the_adjoint_of_conv(ndim, data):
    """<conv(x), y> = <x, conv_transpose(y)>, with the output_padding that leads back to x's own size."""
    (x, weight, _), arguments = data.draw(convolutions(ndim, strings=False))
    out = getattr(C, f"conv{ndim}d")(x, weight, **arguments)
    y = data.draw(tensors(out.shape))
    stride, padding = axes(arguments["stride"], ndim), axes(arguments["padding"], ndim)
    reach = [d * (k - 1) + 1 for d, k in zip(axes(arguments["dilation"], ndim), weight.shape[2:], strict=True)]
    rest = [(h + 2 * p - r) % s for h, p, r, s in zip(x.shape[-ndim:], padding, reach, stride, strict=True)]
    back = getattr(C, f"conv_transpose{ndim}d")(y, weight, output_padding=rest, **arguments)
    torch.testing.assert_close(inner(out, y), inner(x, back))


@settings(max_examples=60)
@given(st.data())
def test_fold_is_the_adjoint_of_unfold(data):
    (x,), arguments = data.draw(foldings())
    columns = C.unfold(x, **arguments)
    y = data.draw(tensors(columns.shape))
    torch.testing.assert_close(inner(columns, y), inner(x, C.fold(y, tuple(x.shape[-2:]), **arguments)))


def test_unfold_and_fold_take_bool():
    x = torch.tensor([[[True, False], [True, True]]])
    assert C.unfold(x, 2).tolist() == [[True], [False], [True], [True]]
    assert C.fold(C.unfold(x, 2), 2, 2).tolist() == x.tolist()


# Gradients.


@pytest.mark.parametrize("ndim", [1, 2, 3])
@settings(max_examples=5)
@given(data=st.data())
def test_gradients_of_conv_transpose(ndim, data):
    tensors_, arguments = data.draw(transposed_convolutions(ndim, small=True))
    leaves = [None if t is None else t.clone().requires_grad_() for t in tensors_]

    def function(*given):
        return getattr(C, f"conv_transpose{ndim}d")(*given, **arguments)

    assert gradcheck(function, leaves, fast_mode=ndim == 3)
    assert gradgradcheck(function, leaves, fast_mode=True)


@settings(max_examples=10)
@given(foldings(small=True))
def test_gradients_of_unfold_and_fold(case):
    (x,), arguments = case
    leaf = x.clone().requires_grad_()
    columns = C.unfold(x, **arguments).clone().requires_grad_()
    size = tuple(x.shape[-2:])
    assert gradcheck(lambda t: C.unfold(t, **arguments).square(), leaf, fast_mode=True)
    assert gradgradcheck(lambda t: C.unfold(t, **arguments).square(), leaf, fast_mode=True)
    assert gradcheck(lambda t: C.fold(t, size, **arguments).square(), columns, fast_mode=True)
    assert gradgradcheck(lambda t: C.fold(t, size, **arguments).square(), columns, fast_mode=True)
