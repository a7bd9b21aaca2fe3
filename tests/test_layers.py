"""The zoo: every layer against nn.Conv2d or a plain loop, over drawn settings; each is a plain convolution."""

import copy

import pytest
import torch
from drawn import settings  # tests/support
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.autograd import gradcheck
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

import convlab.functional as C
from convlab import layers
from convlab.geometry import count_macs
from convlab.layers import (
    AsymmetricConv2d,
    DepthwiseConv2d,
    DilatedConv2d,
    DynamicConv2d,
    GroupConv2d,
    PointwiseConv2d,
    SeparableConv2d,
    StandardConv2d,
    TransposedConv2d,
)

DOUBLE = {"dtype": torch.float64}


@pytest.fixture(autouse=True)
def the_same_first_weights_in_every_run():
    torch.manual_seed(0)


def images(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@st.composite
def geometries(draw, odd=True):
    """Draw kernel_size, stride, padding and dilation, and an image for which all is large enough."""
    side = st.sampled_from([1, 3, 5]) if odd else st.integers(1, 4)
    small = st.integers(1, 3)
    return {
        "kernel_size": draw(side | st.tuples(side, side)),
        "stride": draw(small | st.tuples(small, small)),
        "padding": draw(st.none() | st.integers(0, 2) | st.tuples(st.integers(0, 2), st.integers(0, 2))),
    }


def copy_weights(layer, plain):
    plain.load_state_dict(layer.state_dict())
    return plain


def halves(kernel_size, dilation):
    pairs = [value if isinstance(value, tuple) else (value, value) for value in (kernel_size, dilation)]
    return tuple(d * (k - 1) // 2 for k, d in zip(*pairs, strict=True))


@settings(max_examples=60)
@given(geometries(), st.integers(1, 3), st.sampled_from([1, 2, 4]), st.booleans(), st.data())
def test_the_plain_ones_are_conv2d_with_these_arguments(geometry, dilation, groups, bias, data):
    """Standard, dilated, depthwise, group: with padding=None as with numbers."""
    kinds = {
        StandardConv2d: ({}, {}),
        DilatedConv2d: ({"dilation": dilation}, {"dilation": dilation}),
        DepthwiseConv2d: ({"dilation": dilation}, {"dilation": dilation, "groups": 4}),
        GroupConv2d: ({"dilation": dilation, "groups": groups}, {"dilation": dilation, "groups": groups}),
    }
    kind = data.draw(st.sampled_from(list(kinds)))
    ours, theirs = kinds[kind]
    padding = geometry["padding"]
    if padding is None:
        padding = halves(geometry["kernel_size"], theirs.get("dilation", 1))
    layer = kind(4, 8, **geometry, **ours, bias=bias, **DOUBLE)
    plain = nn.Conv2d(4, 8, **geometry | {"padding": padding}, **theirs, bias=bias, **DOUBLE)
    x = images(2, 4, 17, 19)
    torch.testing.assert_close(layer(x), copy_weights(layer, plain)(x))
    if geometry["padding"] is None and layer.stride == (1, 1):
        assert layer(x).shape[2:] == x.shape[2:]


@settings(max_examples=20)
@given(st.integers(1, 4), st.integers(1, 6), st.integers(1, 2))
def test_pointwise_is_a_matrix_product_at_every_pixel(channels, out_channels, stride):
    layer = PointwiseConv2d(channels, out_channels, stride=stride, **DOUBLE)
    x = images(2, channels, 5, 6)
    pixels = x[:, :, ::stride, ::stride].movedim(1, -1)  # (N, H, W, C)
    expected = pixels @ layer.weight[:, :, 0, 0].T + layer.bias
    torch.testing.assert_close(layer(x).movedim(1, -1), expected)


@pytest.mark.parametrize("sizes", [((3, 1), (1, 3)), ((1, 5), (3, 1)), ((7, 1), (1, 7))])
def test_a_column_after_a_row_is_a_kernel_of_rank_1(sizes):
    first, second = (AsymmetricConv2d(1, 1, size, bias=False, **DOUBLE) for size in sizes)
    x = images(1, 1, 12, 13)
    column, row = sorted((first, second), key=lambda layer: layer.kernel_size[1])
    kernel = column.weight[0, 0] @ row.weight[0, 0]
    assert torch.linalg.matrix_rank(kernel) == 1
    padding = tuple(k // 2 for k in kernel.shape)
    inside = (..., slice(3, -3), slice(3, -3))  # on the border, the zeros between the two are cut off
    torch.testing.assert_close(second(first(x))[inside], F.conv2d(x, kernel[None, None], padding=padding)[inside])


@pytest.mark.parametrize("dilation", [1, 2, 3])
def test_dilated_is_a_kernel_with_zeros_stuffed_in(dilation):
    layer = DilatedConv2d(3, 5, dilation=dilation, **DOUBLE)
    reach = 2 * dilation + 1
    stuffed = torch.zeros(5, 3, reach, reach, dtype=torch.float64)
    stuffed[:, :, ::dilation, ::dilation] = layer.weight
    x = images(2, 3, 9, 11)
    torch.testing.assert_close(layer(x), F.conv2d(x, stuffed, layer.bias, padding=dilation))


def test_groups_are_separate_convolutions():
    layer, x = GroupConv2d(6, 12, groups=3, **DOUBLE), images(2, 6, 8, 9)
    parts = zip(x.chunk(3, 1), layer.weight.chunk(3), layer.bias.chunk(3), strict=True)
    torch.testing.assert_close(layer(x), torch.cat([F.conv2d(*part, padding=1) for part in parts], 1))


@pytest.mark.parametrize("multiplier", [1, 2])
def test_depthwise_is_a_loop_over_channels(multiplier):
    layer, x = DepthwiseConv2d(3, 3 * multiplier, padding=0, bias=False, **DOUBLE), images(1, 3, 7, 8)
    maps = [C.corr2d(x[0, o // multiplier], layer.weight[o, 0]) for o in range(3 * multiplier)]
    torch.testing.assert_close(layer(x)[0], torch.stack(maps))


@pytest.mark.parametrize("bias", [True, False])
def test_separable_is_one_dense_kernel(bias):
    layer, x = SeparableConv2d(3, 16, bias=bias, **DOUBLE), images(2, 3, 8, 9)
    dense = layer.pointwise.weight * layer.depthwise.weight.transpose(0, 1)  # (16, 3, 1, 1) * (1, 3, 3, 3)
    torch.testing.assert_close(layer(x), F.conv2d(x, dense, layer.pointwise.bias, padding=1))
    weights = sum(p.numel() for name, p in layer.named_parameters() if "weight" in name)
    assert weights / (16 * 3 * 9) == 75 / 432


@settings(max_examples=30)
@given(st.integers(1, 5), st.integers(1, 4), st.integers(0, 1), st.data())
def test_transposed_is_the_adjoint(kernel, stride, padding, data):
    extra = data.draw(st.integers(0, stride - 1))
    layer = TransposedConv2d(2, 3, kernel + 2, stride, padding, extra, bias=False, **DOUBLE)
    x = images(1, 2, 4, 5)
    out = layer(x)
    y = images(*out.shape, seed=1)
    back = F.conv2d(y, layer.weight, stride=stride, padding=padding)
    torch.testing.assert_close((out * y).sum(), (back[:, :, :4, :5] * x).sum())


# The dynamic one.


def loop_over_images(layer, x):
    """What DynamicConv2d should compute, an image and a kernel at a time."""
    outs = []
    for image in x:
        shares = layer.attention(image[None])[0]
        weight = sum(share * kernel for share, kernel in zip(shares, layer.weight, strict=True))
        bias = None if layer.bias is None else sum(s * b for s, b in zip(shares, layer.bias, strict=True))
        how = layer.stride, layer.padding, layer.dilation, layer.groups
        outs.append(F.conv2d(image[None], weight, bias, *how)[0])
    return torch.stack(outs)


@settings(max_examples=40)
@given(geometries(), st.integers(1, 2), st.sampled_from([1, 2]), st.booleans(), st.integers(1, 4), st.integers(1, 4))
def test_dynamic_is_a_loop_over_images(geometry, dilation, groups, bias, num_kernels, n):
    more = {"num_kernels": num_kernels, "temperature": 0.5}
    layer = DynamicConv2d(4, 6, **geometry, dilation=dilation, groups=groups, bias=bias, **more, **DOUBLE)
    x = images(n, 4, 12, 13)
    torch.testing.assert_close(layer(x), loop_over_images(layer, x))
    torch.testing.assert_close(layer(x[0]), layer(x)[0])


def test_dynamic_depends_on_its_input_and_not_on_the_neighbours():
    layer = DynamicConv2d(4, 6, temperature=0.1, reduction=1, **DOUBLE)
    layer.scores[0].weight.data = images(4, 4)
    x, other = images(3, 4, 8, 8), images(3, 4, 8, 8, seed=1)
    mixed = torch.cat([other[:1], x[1:2], other[2:]])
    torch.testing.assert_close(layer(x)[1], layer(mixed)[1])
    assert not torch.allclose(layer.attention(x)[0], layer.attention(x)[1])
    assert not torch.allclose(layer(2 * x), 2 * layer(x))  # a convolution with a fixed kernel would be linear
    torch.testing.assert_close(layer.attention(x).sum(1), torch.ones(3, **DOUBLE))


def test_temperature_evens_the_shares_out():
    layer = DynamicConv2d(4, 6, num_kernels=5, **DOUBLE)
    spreads = []
    for layer.temperature in (0.01, 1, 30, 1e6):
        spreads.append(layer.attention(images(2, 4, 8, 8)).std(1).max().item())
    assert spreads == sorted(spreads, reverse=True) and spreads[-1] < 1e-6


def test_dynamic_of_no_image_and_its_gradient():
    for kernels in (1, 4):
        layer = DynamicConv2d(2, 3, stride=2, num_kernels=kernels, **DOUBLE)
        assert layer(images(0, 2, 7, 9)).shape == (0, 3, 4, 5)
    for parameter in layer.parameters():
        parameter.data = images(*parameter.shape).abs()  # positive, so that no ReLU is silent
    assert gradcheck(layer, images(2, 2, 4, 4).abs().requires_grad_())
    layer(images(2, 2, 4, 4).abs()).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in layer.parameters())


# All of them.

ZOO = {
    "standard": (lambda **k: StandardConv2d(3, 16, **k), (1, 3, 64, 64), (1, 16, 64, 64)),
    "pointwise": (lambda **k: PointwiseConv2d(3, 16, **k), (1, 3, 64, 64), (1, 16, 64, 64)),
    "column": (lambda **k: AsymmetricConv2d(3, 16, (3, 1), **k), (1, 3, 64, 64), (1, 16, 64, 64)),
    "row": (lambda **k: AsymmetricConv2d(3, 16, (1, 5), **k), (1, 3, 64, 64), (1, 16, 64, 64)),
    "dilated": (lambda **k: DilatedConv2d(3, 16, **k), (1, 3, 64, 64), (1, 16, 64, 64)),
    "depthwise": (lambda **k: DepthwiseConv2d(3, 3, **k), (1, 3, 64, 64), (1, 3, 64, 64)),
    "group": (lambda **k: GroupConv2d(6, 12, groups=3, **k), (1, 6, 64, 64), (1, 12, 64, 64)),
    "separable": (lambda **k: SeparableConv2d(3, 16, **k), (1, 3, 64, 64), (1, 16, 64, 64)),
    "transposed": (lambda **k: TransposedConv2d(64, 32, **k), (1, 64, 32, 32), (1, 32, 64, 64)),
    "dynamic": (lambda **k: DynamicConv2d(3, 16, **k), (1, 3, 64, 64), (1, 16, 64, 64)),
}


@pytest.mark.parametrize("kind", ZOO)
def test_shapes_of_the_course(kind):
    make, before, after = ZOO[kind]
    assert make()(torch.ones(before)).shape == after
    assert make()(torch.ones(before[1:])).shape == after[1:]


@pytest.mark.parametrize("kind", ZOO)
def test_state_dict_round_trip(kind):
    make, before, _ = ZOO[kind]
    one, other, x = make(), make(), torch.randn(before)
    other.load_state_dict(one.state_dict())
    assert torch.equal(one(x), other(x)) and torch.equal(copy.deepcopy(one)(x), one(x))


@pytest.mark.parametrize("kind", ZOO)
def test_dtype_device_and_bias(kind):
    make, before, after = ZOO[kind]
    layer = make(dtype=torch.float64, device="meta", bias=False)
    assert all(p.dtype == torch.float64 and p.device.type == "meta" for p in layer.parameters())
    assert layer(torch.empty(before, dtype=torch.float64, device="meta")).shape == after
    assert not any(name == "bias" or name.endswith("wise.bias") for name, _ in layer.named_parameters())


def batches(before):
    """Return a batch of two to write a model down with, and others on which it must say the same."""
    two, three = torch.randn(2, before[1], 8, 9), torch.randn(3, before[1], 8, 9)
    return two, (two, three, three[:1])


@pytest.mark.filterwarnings("ignore:`torch.jit")
@pytest.mark.parametrize("kind", ZOO)
@pytest.mark.parametrize("bias", [True, False])
def test_script_and_trace(kind, bias):
    make, before, _ = ZOO[kind]
    layer, (two, others) = make(bias=bias), batches(before)
    scripted = torch.jit.script(layer)
    for x in (*others, two[:0], two[0]):
        torch.testing.assert_close(scripted(x), layer(x))
    if kind != "dynamic":
        traced = torch.jit.trace(layer, two)
        assert all(torch.equal(traced(x), layer(x)) for x in others)


@pytest.mark.filterwarnings("ignore:`torch.jit")
def test_a_traced_dynamic_one_takes_its_batch_or_refuses():
    layer, (two, others) = DynamicConv2d(3, 16), batches((1, 3))
    with pytest.warns(torch.jit.TracerWarning):
        traced = torch.jit.trace(layer, two)
    torch.testing.assert_close(traced(two + 1), layer(two + 1))
    for other in others[1:]:
        with pytest.raises(RuntimeError, match="expected input"):
            traced(other)
    assert "takes the traced batch size only" in " ".join(DynamicConv2d.__doc__.split())


@pytest.mark.slow
@pytest.mark.parametrize("kind", ZOO)
def test_export_and_compile(kind):
    make, before, _ = ZOO[kind]
    torch.compiler.reset()
    layer, (two, others) = make().eval(), batches(before)
    free = [{0: torch.export.Dim("n"), 2: torch.export.Dim("h"), 3: torch.export.Dim("w")}]
    exported = torch.export.export(layer, (two,), dynamic_shapes=free).module()
    compiled = torch.compile(layer, backend="aot_eager", fullgraph=True, dynamic=True)
    for x in others[:2]:
        torch.testing.assert_close(exported(x), layer(x))
        torch.testing.assert_close(compiled(x), layer(x))


@pytest.mark.parametrize("kind", ZOO)
def test_the_repr_names_class_and_sizes(kind):
    layer = ZOO[kind][0]()
    assert repr(layer).startswith(type(layer).__name__) and "kernel_size=" in repr(layer)
    assert "temperature=30.0" in repr(DynamicConv2d(3, 16)) and "num_kernels=4" in repr(DynamicConv2d(3, 16))


def test_every_kernel_is_drawn_as_conv2d_draws_its_own():
    dynamic, plain = DynamicConv2d(16, 200, num_kernels=3), nn.Conv2d(16, 200, 3)
    for ours, theirs in ((dynamic.weight, plain.weight), (dynamic.bias, plain.bias)):
        assert ours.abs().max().item() == pytest.approx(theirs.abs().max().item(), rel=0.05)
        assert ours.std().item() == pytest.approx(theirs.std().item(), rel=0.1)


# Costs.


def test_one_layer_of_mobilenets_table():
    """Howard et al. 2017: 512 to 512 channels on 14 x 14, 462 million multiply-adds against 52.3 million."""
    shape = (1, 512, 14, 14)
    assert count_macs(StandardConv2d(512, 512, bias=False), shape) == 462_422_016
    assert count_macs(SeparableConv2d(512, 512, bias=False), shape) == 52_283_392


@pytest.mark.parametrize("kind", ZOO)
def test_torchs_counter_counts_two_for_a_multiply_add(kind):
    make, before, _ = ZOO[kind]
    layer = make()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        layer(torch.zeros(before))
    assert counter.get_total_flops() == 2 * count_macs(layer, before)


BAD = {
    "groups": (
        lambda: GroupConv2d(6, 8, groups=4),
        "GroupConv2d: 4 groups do not divide 6 input channels and 8",
    ),
    "output groups": (lambda: GroupConv2d(6, 8, groups=3), "3 groups do not divide"),
    "depthwise": (
        lambda: DepthwiseConv2d(3, 4),
        "DepthwiseConv2d: 3 groups do not divide 3 input channels and",
    ),
    "even": (lambda: StandardConv2d(3, 8, 4), "StandardConv2d: padding=None keeps height and width, .* odd kernel"),
    "even column": (lambda: AsymmetricConv2d(3, 8, (2, 1)), "AsymmetricConv2d: padding=None keeps"),
    "square": (lambda: AsymmetricConv2d(3, 8, 3), r"AsymmetricConv2d: kernel_size is \(3, 3\); height and width must"),
    "pointwise": (lambda: PointwiseConv2d(3, 8, 3), "PointwiseConv2d: kernel_size is 3; a pointwise convolution has 1"),
    "channels": (lambda: StandardConv2d(0, 8), "StandardConv2d: in_channels is 0; it must be at least 1"),
    "half a channel": (lambda: DynamicConv2d(1.5, 8), "DynamicConv2d: in_channels must be a whole number, got 1.5"),
    "stride": (lambda: SeparableConv2d(3, 8, stride=0), "SeparableConv2d: stride is 0"),
    "dilation": (lambda: DilatedConv2d(3, 8, dilation=(1, 0)), r"DilatedConv2d: dilation is \(1, 0\)"),
    "same": (lambda: StandardConv2d(3, 8, 3, 2, "same"), "'same' with stride 2; 'same' needs stride 1"),
    "a mode": (lambda: DynamicConv2d(3, 8, padding="full"), "DynamicConv2d: padding is 'full'"),
    "negative": (lambda: DynamicConv2d(3, 8, padding=-1), "DynamicConv2d: padding is -1; negative values"),
    "cold": (
        lambda: DynamicConv2d(3, 8, temperature=0),
        "DynamicConv2d: temperature is 0; it must be a number above",
    ),
    "colder": (lambda: DynamicConv2d(3, 8, temperature=-1.0), "temperature is -1.0"),
    "no number": (lambda: DynamicConv2d(3, 8, temperature="hot"), "temperature must be a number above 0, got 'hot'"),
    "no temperature": (lambda: DynamicConv2d(3, 8, temperature=float("nan")), "temperature is nan"),
    "no kernels": (lambda: DynamicConv2d(3, 8, num_kernels=0), "DynamicConv2d: num_kernels is 0"),
    "output padding": (
        lambda: TransposedConv2d(3, 8, output_padding=2),
        "output_padding is 2; it must be below",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments_are_refused_in_words(case):
    make, message = BAD[case]
    with pytest.raises((ValueError, TypeError), match=message):
        make()


@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_the_even_kernel_with_padding_same_is_torchs():
    layer, x = StandardConv2d(3, 8, 4, padding="same", **DOUBLE), images(1, 3, 7, 8)
    torch.testing.assert_close(layer(x), C.conv2d(x, layer.weight, layer.bias, padding="same"))


def test_the_modules_table_names_all_nine():
    classes = {name for name, value in vars(layers).items() if isinstance(value, type) and name.endswith("Conv2d")}
    assert len(classes) == 9 and all(f"``{name}``" in layers.__doc__ for name in classes)
