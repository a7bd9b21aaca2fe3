"""What Hypothesis draws for the operators: tensors in every layout, and settings that fit together."""

import functools
from typing import NamedTuple

import torch
from hypothesis import strategies as st

DTYPES = (torch.float32, torch.float16, torch.bfloat16, torch.complex128, torch.int64)
LAYOUTS = ("plain", "transposed", "sliced", "expanded", "reversed axes")


class Case(NamedTuple):
    """A call of an operator: its tensors, and its other arguments by name."""

    tensors: tuple
    arguments: dict


@functools.cache
def _reservoir(dtype):
    """Numbers to make tensors of: drawing each by itself would take Hypothesis far too long."""
    generator = torch.Generator().manual_seed(1)
    if dtype.is_complex:
        return torch.randn(100_000, dtype=dtype, generator=generator)
    if dtype.is_floating_point:
        return torch.randn(100_000, dtype=torch.float64, generator=generator).to(dtype)
    return torch.randint(-9, 10, (100_000,), generator=generator).to(dtype)


@st.composite
def tensors(draw, shape, dtype=torch.float64, layouts=LAYOUTS):
    """Draw a tensor of this shape; its entries lie in memory in a drawn order."""
    layout = draw(st.sampled_from(layouts))
    start = draw(st.integers(0, 30_000))
    wide = list(shape)
    if layout == "sliced":
        wide[-1] = 2 * wide[-1] + 1
    elif layout == "transposed":
        wide[-1], wide[-2:-1] = wide[-2] if len(wide) > 1 else wide[-1], wide[-1:] if len(wide) > 1 else []
    elif layout == "expanded":
        wide[0] = min(wide[0], 1)
    elif layout == "reversed axes":
        wide = wide[::-1]
    size = functools.reduce(lambda a, b: a * b, wide, 1)
    x = _reservoir(dtype)[start : start + size].reshape(wide)
    if layout == "sliced":
        x = x[..., 1::2]
    elif layout == "transposed" and len(wide) > 1:
        x = x.transpose(-1, -2)
    elif layout == "expanded":
        x = x.expand(shape)
    elif layout == "reversed axes":
        x = x.permute(*range(x.ndim)[::-1])
    assert tuple(x.shape) == tuple(shape)
    return x


def per_axis(ndim, low, high, single=True):
    """Draw an int, or a tuple or list with one for each axis; with single, also a tuple with one for all."""
    number = st.integers(low, high)
    several = st.tuples(*[number] * ndim)
    drawn = number | several | several.map(list)
    return drawn | number.map(lambda n: (n,)) if single else drawn


def axes(value, ndim):
    """Return an int or a tuple as a tuple with an entry for each axis."""
    entries = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    return entries * ndim if len(entries) == 1 else entries


@st.composite
def convolutions(draw, ndim=2, dtype=torch.float64, small=False, strings=True, layouts=LAYOUTS):
    """Draw input, weight and bias of a convolution, and settings with which the kernel fits."""
    groups = draw(st.integers(1, 2 if small else 3))
    per_group, out_per_group = draw(st.integers(1, 2)), draw(st.integers(1, 2 if small else 3))
    kernel = [draw(st.integers(1, 2 if small else 4)) for _ in range(ndim)]
    dilation, stride = draw(per_axis(ndim, 1, 3)), draw(per_axis(ndim, 1, 3))
    padding = draw(per_axis(ndim, 0, 3))
    if strings and draw(st.integers(0, 3)) == 0:
        padding = draw(st.sampled_from(["same", "valid"]))
        stride = 1 if padding == "same" else stride
    lines = [0] * ndim if padding == "valid" else axes(padding, ndim)
    reach = [d * (k - 1) + 1 for d, k in zip(axes(dilation, ndim), kernel, strict=True)]
    least = [1 if padding == "same" else max(1, r - 2 * p) for r, p in zip(reach, lines, strict=True)]
    size = [h + draw(st.integers(0, 2 if small else 5)) for h in least]
    batch = draw(st.sampled_from([(), (1,), (2,)] if small else [(), (0,), (1,), (2,), (3,)]))
    x = draw(tensors((*batch, groups * per_group, *size), dtype, layouts))
    weight = draw(tensors((groups * out_per_group, per_group, *kernel), dtype, layouts))
    bias = draw(st.none() | tensors((groups * out_per_group,), dtype, layouts))
    arguments = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return Case((x, weight, bias), arguments)


@st.composite
def transposed_convolutions(draw, ndim=2, dtype=torch.float64, small=False, layouts=LAYOUTS):
    """Draw input, weight and bias of a transposed convolution, and settings that leave some output."""
    groups = draw(st.integers(1, 2 if small else 3))
    per_group, out_per_group = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    kernel = [draw(st.integers(1, 2 if small else 4)) for _ in range(ndim)]
    dilation, stride, padding = draw(per_axis(ndim, 1, 3)), draw(per_axis(ndim, 1, 3)), draw(per_axis(ndim, 0, 3))
    steps = list(zip(axes(stride, ndim), axes(dilation, ndim), strict=True))
    extra = tuple(draw(st.integers(0, max(s, d) - 1)) for s, d in steps)
    if len(set(extra)) == 1 and draw(st.booleans()):
        extra = extra[0]
    size = []
    for k, (s, d), p, e in zip(kernel, steps, axes(padding, ndim), axes(extra, ndim), strict=True):
        missing = 2 * p - d * (k - 1) - e  # (h - 1) * s must be at least this
        size.append(max(0, -(-missing // s)) + 1 + draw(st.integers(0, 1 if small else 3)))
    batch = draw(st.sampled_from([(), (1,), (2,)] if small else [(), (0,), (1,), (2,)]))
    x = draw(tensors((*batch, groups * per_group, *size), dtype, layouts))
    weight = draw(tensors((groups * per_group, out_per_group, *kernel), dtype, layouts))
    bias = draw(st.none() | tensors((groups * out_per_group,), dtype, layouts))
    arguments = {"stride": stride, "padding": padding, "output_padding": extra, "groups": groups, "dilation": dilation}
    return Case((x, weight, bias), arguments)


@st.composite
def foldings(draw, dtype=torch.float64, small=False, layouts=LAYOUTS):
    """Draw an image and the arguments of unfold, with which at least one window fits."""
    kernel, dilation = draw(per_axis(2, 1, 2 if small else 4, False)), draw(per_axis(2, 1, 3, False))
    padding, stride = draw(per_axis(2, 0, 2, False)), draw(per_axis(2, 1, 3, False))
    sides = zip(axes(kernel, 2), axes(dilation, 2), axes(padding, 2), strict=True)
    size = [max(1, d * (k - 1) + 1 - 2 * p) + draw(st.integers(0, 4)) for k, d, p in sides]
    batch = draw(st.sampled_from([(), (1,), (2,)] if small else [(), (0,), (1,), (3,)]))
    x = draw(tensors((*batch, draw(st.integers(1, 3)), *size), dtype, layouts))
    return Case((x,), {"kernel_size": kernel, "dilation": dilation, "padding": padding, "stride": stride})


@st.composite
def poolings(draw, dtype=torch.float64, dilated=True, layouts=LAYOUTS):
    """Draw an image and the arguments that both poolings have; dilation for max_pool2d only."""
    kernel = draw(per_axis(2, 1, 4))
    padding = tuple(draw(st.integers(0, k // 2)) for k in axes(kernel, 2))
    dilation = draw(per_axis(2, 1, 2)) if dilated else 1
    sides = zip(axes(kernel, 2), axes(dilation, 2), padding, strict=True)
    size = [max(1, d * (k - 1) + 1 - 2 * p) + draw(st.integers(0, 6)) for k, d, p in sides]
    batch = draw(st.sampled_from([(), (0,), (1,), (2,)]))
    x = draw(tensors((*batch, draw(st.integers(1, 2)), *size), dtype, layouts))
    arguments = {
        "kernel_size": kernel,
        "stride": draw(st.none() | per_axis(2, 1, 4)),
        "padding": padding,
        "ceil_mode": draw(st.booleans()),
    }
    return Case((x,), arguments | ({"dilation": dilation} if dilated else {}))
