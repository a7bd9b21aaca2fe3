"""Receptive fields: against measured gradients on drawn networks, against published tables, and what is refused.

Measured means: constant positive weights, average instead of max pooling, batch norm as identity, an input large
enough; then the pixels whose gradient is not zero are the pixels that a unit sees.
"""

import copy

import pytest
import torch
import torch.nn.functional as F
from drawn import settings  # tests/support
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import parametrizations, prune

import convlab.functional as C
from convlab.geometry import layer_fields, measure_receptive_field, receptive_field, rules
from convlab.vision import import_torchvision

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same'")


# --- measuring ----------------------------------------------------------------------------------------------


def positive(model):
    """Return a copy in which no gradient can vanish or cancel."""
    model = copy.deepcopy(model).double().eval()
    for module in list(model.modules()):
        if isinstance(module, (nn.Conv1d, nn.Conv2d, nn.Conv3d)):
            nn.init.constant_(module.weight, 1 / module.weight[0].numel())
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        for name, child in module.named_children():
            if isinstance(child, nn.MaxPool2d):
                assert child.dilation == 1
                setattr(module, name, nn.AvgPool2d(child.kernel_size, child.stride, child.padding, child.ceil_mode))
    return model


def measured(model, size, channels=1):
    """Return (first pixel, last pixel, step to the next unit's first pixel) along each axis, and the unit's index."""
    x = torch.full((1, channels, *size), 0.01, dtype=torch.float64, requires_grad=True)
    out = model(x).sum(1)[0]
    unit = tuple(n // 2 for n in out.shape)

    def support(index):
        (gradient,) = torch.autograd.grad(out[index], x, retain_graph=True)
        seen = gradient[0].abs().sum(0).nonzero()
        return seen.amin(0).tolist(), seen.amax(0).tolist()

    first, last = support(unit)
    steps = []
    for axis in range(len(size)):
        further = tuple(i + (a == axis) for a, i in enumerate(unit))
        steps.append(support(further)[0][axis] - first[axis] if further[axis] < out.shape[axis] else None)
    return first, last, steps, unit


def axes(value, ndim):
    return value if isinstance(value, tuple) else (value,) * ndim


def assert_as_measured(model, size, channels=1, endpoint=None, run=None):
    field = receptive_field(model, endpoint)
    ndim = len(size)
    first, last, steps, unit = measured(positive(run or model), size, channels)
    for axis in range(ndim):
        n, s, p = (axes(value, ndim)[axis] for value in field)
        start = unit[axis] * s - p
        assert start >= 0 and start + n <= size[axis], "the input of the test is too small"
        assert (first[axis], last[axis], steps[axis]) == (start, start + n - 1, s)


# --- drawn networks -----------------------------------------------------------------------------------------

SMALL = st.integers(1, 3)


@st.composite
def layers(draw, ndim=2, stride=True):
    """Draw a layer of one channel, with everything drawn for each axis."""
    pair = st.tuples(*[SMALL] * ndim)
    kernel = draw(st.tuples(*[st.integers(1, 4)] * ndim))
    kind = draw(st.sampled_from(["conv", "conv", "same", "pool", "pad", "pointwise"]))
    conv = getattr(nn, f"Conv{ndim}d")
    if kind == "same":
        return conv(1, 1, kernel, padding="same", dilation=draw(pair))
    if kind == "conv":
        padding = draw(st.tuples(*[st.integers(0, 2)] * ndim))
        return conv(1, 1, kernel, draw(pair) if stride else 1, padding, draw(pair))
    if kind == "pool":
        padding = tuple(draw(st.integers(0, k // 2)) for k in kernel)
        pool = getattr(nn, f"AvgPool{ndim}d")
        return pool(kernel if ndim > 1 else kernel[0], 1 if not stride else None, padding if ndim > 1 else padding[0])
    if kind == "pad":
        lines = tuple(draw(st.integers(0, 2)) for _ in range(2 * ndim))
        return draw(st.sampled_from([getattr(nn, f"ZeroPad{ndim}d"), getattr(nn, f"ReplicationPad{ndim}d")]))(lines)
    return draw(st.sampled_from([nn.ReLU(), nn.Identity(), nn.Dropout(), getattr(nn, f"BatchNorm{ndim}d")(1)]))


class Join(nn.Module):
    """Branches side by side, cut to the size of the smallest; added, or as channels that a 1x1 kernel mixes."""

    def __init__(self, branches, how):
        super().__init__()
        self.branches = nn.ModuleList(branches)
        self.how = how
        self.mix = nn.Conv2d(len(branches), 1, 1)

    def forward(self, x):
        outs = [branch(x) for branch in self.branches]
        if not isinstance(x, torch.fx.Proxy):  # geometry is about positions; sizes only have to agree to run it
            least = [min(out.shape[axis] for out in outs) for axis in (2, 3)]
            outs = [out[:, :, : least[0], : least[1]] for out in outs]
        if self.how == "cat":
            return self.mix(torch.cat(outs, dim=1))
        total = outs[0]
        for out in outs[1:]:
            total = total + out
        return total


@st.composite
def networks(draw):
    """Draw layers, joins of branches with one stride, and residuals."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        if draw(st.booleans()):
            parts.append(draw(layers()))
            continue
        steps = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
        branches = []
        for _ in range(draw(st.integers(2, 3))):
            inside = [draw(layers(stride=False)) for _ in range(draw(st.integers(0, 2)))]
            k = draw(st.integers(1, 3))
            branches.append(nn.Sequential(*inside, nn.Conv2d(1, 1, k, stride=steps, padding=k // 2)))
        if steps == (1, 1) and draw(st.booleans()):
            branches.append(nn.Identity())
        parts.append(Join(branches, draw(st.sampled_from(["add", "cat"]))))
    return nn.Sequential(*parts)


def enough(model, ndim):
    """Return a size at which the unit in the middle sees no border."""
    field = receptive_field(model)
    several = zip(*(axes(value, ndim) for value in field), strict=True)
    return tuple(3 * n + 2 * abs(p) + 6 * s + 24 for n, s, p in several)


@settings(max_examples=50)
@given(networks())
def test_drawn_networks_see_what_is_measured(model):
    assert_as_measured(model, enough(model, 2))


@pytest.mark.parametrize("ndim", [1, 3])
@settings(max_examples=30)
@given(data=st.data())
def test_other_numbers_of_axes(ndim, data):
    model = nn.Sequential(*[data.draw(layers(ndim)) for _ in range(1 if ndim == 3 else 3)])
    assert_as_measured(model, enough(model, ndim))


# --- published tables, and torchvision's networks measured ---------------------------------------------------

# Araujo, Norris, Sim (2019) give 195, 212, 491 and 1311; for ResNet-50 they give 483, for the original, whose
# stride sits on the 1x1; torchvision's has it on the 3x3.
NETWORKS = {
    "alexnet": ("features", 195, 32),
    "vgg16": ("features", 212, 32),
    "resnet18": ("layer4", 435, 32),
    "resnet50": ("layer4", 427, 32),
    "mobilenet_v2": ("features", 491, 32),
    "densenet121": ("features", None, 32),
    "googlenet": ("inception5b", None, 32),
    "inception_v3": ("Mixed_7c", 1311, 32),
}


def torchvisions(name, **options):
    if name in ("googlenet", "inception_v3"):
        options |= {"init_weights": False, "aux_logits": False}
    return import_torchvision().models.get_model(name, weights=None, **options)


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_torchvisions_networks(name):
    endpoint, size, stride = NETWORKS[name]
    with torch.device("meta"):
        model = torchvisions(name)
    field = receptive_field(model, endpoint)
    assert field.stride == stride and size in (None, field.size)
    with pytest.raises(ValueError, match=rf"The last spatial layer is '\w+' \(size {field.size}, stride {stride}"):
        receptive_field(model)
    assert layer_fields(model)[-1][2:] == field


@pytest.mark.parametrize(
    "name, width",
    [
        ("alexnet", 64),
        ("resnet18", 32),
        pytest.param("vgg16", 32, marks=pytest.mark.slow),
        pytest.param("mobilenet_v2", 32, marks=pytest.mark.slow),
    ],
)
def test_torchvisions_networks_measured(name, width):
    """Along the height; the width is the smallest that the network takes, or this would take minutes."""
    endpoint = NETWORKS[name][0]
    with torch.device("meta"):  # its weights are given below; to draw them takes longer than all the rest
        model = torchvisions(name)
    field = receptive_field(model, endpoint)
    layers_ = dict(model.named_children())
    names = list(layers_)
    trunk = nn.Sequential(*[layers_[n] for n in names[: names.index(endpoint) + 1]]).to_empty(device="cpu")
    for module in trunk.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_parameters()
    height = 2 * field.size + 4 * field.stride
    first, last, steps, unit = measured(positive(trunk), (height, width), channels=3)
    start = unit[0] * field.stride - field.padding
    assert (first[0], last[0], steps[0]) == (start, start + field.size - 1, field.stride)


# --- functions inside forward -------------------------------------------------------------------------------


class Call(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 3, padding=1)
        self.down = nn.Conv2d(1, 1, 3, stride=2)
        self.bare = nn.BatchNorm2d(1, track_running_stats=False)
        self.register_buffer("k", torch.ones(1, 1, 2, 5))
        self.function = function

    def forward(self, x):
        return self.function(self, x)


KNOWN = [
    (lambda m, x: F.relu(F.conv2d(x, m.k, stride=(2, 1), padding=(0, 2))), ((2, 5), (2, 1), (0, 2))),
    (lambda m, x: torch.conv2d(x, m.k, None, 1, "same"), ((2, 5), 1, (0, 2))),
    (lambda m, x: C.conv2d(C.conv2d(x, m.k), weight=m.k, dilation=2), ((4, 13), 1, 0)),
    (lambda m, x: F.max_pool2d(x, 3, 2, 1, 2), (5, 2, 1)),
    (lambda m, x: F.max_pool2d(F.avg_pool2d(x, (2, 4)), kernel_size=2), ((4, 8), (4, 8), 0)),
    (lambda m, x: C.max_pool2d(C.avg_pool2d(x, 2), 2), (4, 4, 0)),
    (lambda m, x: F.pad(x, (1, 2, 3, 4)), (1, 1, (3, 1))),
    (lambda m, x: m.conv(m.conv(x)), (5, 1, 2)),
    (lambda m, x: x + m.conv(x) * 2, (3, 1, 1)),
    (lambda m, x: torch.cat([torch.chunk(m.conv(x), 1, dim=1)[0], x], 1), (3, 1, 1)),
    (lambda m, x: torch.cat((x.split(1, 1)[0], m.conv(x)), dim=1), (3, 1, 1)),
    (lambda m, x: torch.sigmoid(m.down(x).mean(dim=1, keepdim=True)) * m.down(x), (3, 2, 0)),
    (lambda m, x: F.batch_norm(m.conv(x), m.k[0, 0, 0, :1], m.k[0, 0, 0, :1]), (3, 1, 1)),
    (lambda m, x: x * x.shape[-1] / x.size(0), (1, 1, 0)),
    (lambda m, x: F.max_pool2d(x, 2, return_indices=True)[0], (2, 2, 0)),
    (lambda m, x: {"out": m.conv(x)}, (3, 1, 1)),
    (lambda m, x: [(m.conv(x), None)], (3, 1, 1)),
    # an argument by position, as dim, as axis, negative: all the same
    (lambda m, x: torch.cat([m.conv(x), x], axis=1), (3, 1, 1)),
    (lambda m, x: torch.cat(tensors=[m.conv(x), x], dim=-3), (3, 1, 1)),
    (lambda m, x: m.conv(x).mean(1, True), (3, 1, 1)),
    (lambda m, x: torch.mean(input=m.conv(x), axis=[-3], keepdims=True), (3, 1, 1)),
    (lambda m, x: m.conv(x).std(1, keepdim=True) + m.conv(x).norm(2, 1, True), (3, 1, 1)),
    (lambda m, x: x * m.conv(x).max(dim=1, keepdim=True)[0] + x.amax(1, True), (3, 1, 1)),
    (lambda m, x: torch.max(x, m.conv(x)) + x.max(1, keepdim=True).values, (3, 1, 1)),
    (lambda m, x: F.log_softmax(m.conv(x), -3) + x.softmax(axis=1) + F.normalize(x), (3, 1, 1)),
    (lambda m, x: torch.split(m.conv(x), 1, dim=-3)[0], (3, 1, 1)),
    (lambda m, x: F.glu(torch.cat([x, m.conv(x)], 1), dim=1), (3, 1, 1)),
    (lambda m, x: F.pixel_unshuffle(m.conv(x), 2), (4, 2, 1)),
    (lambda m, x: m.conv(F.pad(x, (2, 1))), (3, 1, (1, 3))),
    (lambda m, x: m.conv(F.pad(input=x, pad=[0, 0, 0, 0, 1, 1])), (3, 1, 1)),
    # operators, methods, functions: one family
    (lambda m, x: m.conv(x).clip(0, 1) + x.clamp(min=0), (3, 1, 1)),
    (lambda m, x: m.conv(x) * (x > 0) + x // 2 + x % 2 - (x >= 1) ** 2 + ~(x == 0), (3, 1, 1)),
    (lambda m, x: torch.where(x != 0, m.conv(x), 0).masked_fill(x < 0, 1).lerp(x, 0.5), (3, 1, 1)),
]  # fmt: skip


@pytest.mark.parametrize("function, expected", KNOWN)
def test_functions_that_are_known(function, expected):
    assert receptive_field(Call(function)) == expected


REFUSED = [
    (lambda m, x: x.view(x.size(0), -1), "'view'"),
    (lambda m, x: torch.flatten(m.conv(x), 1), "last spatial layer is 'conv' .size 3, stride 1, padding 1"),
    (lambda m, x: x.mean((2, 3)), "mean.*not along the channels"),
    (lambda m, x: x.mean(), "mean.*whole input at once"),
    (lambda m, x: x.sum(1), "it drops the axis of the channels; keepdim=True keeps it"),
    (lambda m, x: F.glu(x), "dim=-1, not along the channels"),
    (lambda m, x: F.softmax(x, dim=m.k.dim() - 4), "dim=0, not along the channels"),
    (lambda m, x: F.softmax(x, None), "without a dim"),
    (lambda m, x: F.pad(x, (0, 0, 0, 0, 0, 0, 1, 1)), "pads the batch"),
    (lambda m, x: m.conv(x).permute(0, 2, 3, 1), "'permute'.*moves, cuts or merges.*'conv'"),
    (lambda m, x: x.cumsum(2), "dim=2"),
    (lambda m, x: F.layer_norm(x, (8,)), "whole axes"),
    (lambda m, x: x.mean(dim=(2, 3), keepdim=True), "not along the channels"),
    (lambda m, x: m.conv(x) * m.conv(x).mean(dim=(2, 3), keepdim=True), "not along the channels"),
    (lambda m, x: F.interpolate(m.conv(x), scale_factor=2), "'interpolate'.*may resize the map.*'conv'"),
    (lambda m, x: F.adaptive_avg_pool2d(m.conv(x), 1), "'adaptive_avg_pool2d'.*whole input at once"),
    (lambda m, x: F.softmax(x, dim=-1), "along dim=-1"),
    (lambda m, x: torch.cat([x, x], dim=2), "along dim=2"),
    (lambda m, x: x.flip(2), "'flip'"),
    (lambda m, x: x[:, :, 1:], "'getitem'"),
    (lambda m, x: x.mT, "getattr"),
    (lambda m, x: x @ m.k, "matmul"),
    (lambda m, x: F.conv2d(x, x), "not a parameter"),
    (
        lambda m, x: F.conv2d(x, m.conv.weight - m.conv.weight.mean()),
        "computed from other tensors.*measure_receptive_field",
    ),
    (lambda m, x: m.bare(x), "mean over the whole input"),
    (lambda m, x: F.batch_norm(x, None, None, training=True), "mean over the whole input"),
    (lambda m, x: m.down(x) + F.pad(m.conv(x), (1, 1, 1, 1)), "different strides meet here: 2 and 1"),
    (lambda m, x: (x, m.conv(x)), "several tensors"),
    (lambda m, x: [x, x], "several tensors"),
    (lambda m, x: x.name, "what it sees is not known"),
    (lambda m, x: x if x.sum() > 0 else -x, "torch.fx cannot trace"),
    (lambda m, x: m.k, "does not depend"),
    (lambda m, x: F.max_pool2d(x, x.shape[2]), "not plain numbers"),
    (lambda m, x: torch.roll(x, 1, 2), "'roll'"),
]


@pytest.mark.parametrize("function, message", REFUSED)
def test_functions_that_are_refused(function, message):
    with pytest.raises(ValueError, match=message) as caught:
        receptive_field(Call(function))
    assert str(caught.value).startswith("receptive_field: ")
    assert "measure_receptive_field(model, input_shape)" in str(caught.value) or "depend" in message


@pytest.mark.parametrize(
    "layer",
    [
        nn.ConvTranspose2d(1, 1, 3), nn.Upsample(scale_factor=2), nn.AdaptiveAvgPool2d(1), nn.AdaptiveMaxPool2d(3),
        nn.Linear(4, 4), nn.GroupNorm(1, 1), nn.LayerNorm(4), nn.InstanceNorm2d(1), nn.Flatten(), nn.PixelShuffle(1),
        nn.Softmax(-1), nn.Unfold(2), nn.LPPool2d(2, 2), nn.LSTM(4, 4),
        nn.BatchNorm2d(1, track_running_stats=False), nn.FractionalMaxPool2d(2, 2), nn.Fold(2, 2),
    ],
    ids=lambda layer: type(layer).__name__,
)  # fmt: skip
def test_layers_that_are_refused(layer):
    model = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU(), layer)
    with pytest.raises(ValueError, match=rf"'2' \({type(layer).__name__}\).*last spatial layer is '1' \(size 3"):
        receptive_field(model)
    assert [row.name for row in layer_fields(model)] == ["0", "1"]
    assert receptive_field(model, "0").size == 3


def test_padding_modes_and_a_kernel_and_dilation_per_axis():
    for mode in ("zeros", "reflect", "replicate", "circular"):
        conv = nn.Conv2d(1, 1, (3, 2), stride=(1, 2), padding=(2, 1), dilation=(2, 1), padding_mode=mode)
        assert receptive_field(conv) == ((5, 2), (1, 2), (2, 1))
    assert receptive_field(nn.Conv1d(1, 1, 4, padding="same")) == (4, 1, 1)
    assert receptive_field(nn.PixelUnshuffle(2)) == (2, 2, 0)


# --- names --------------------------------------------------------------------------------------------------


def test_padding_modes_in_three_dimensions_and_unequal_sides():
    """Each axis has its own padding; *same* for an even kernel puts one pixel more at the end of an axis."""
    volumes = nn.Conv3d(1, 1, (7, 5, 3), padding=(3, 2, 1), padding_mode="replicate")
    assert receptive_field(volumes) == ((7, 5, 3), 1, (3, 2, 1))
    same = nn.Conv2d(1, 1, (4, 5), padding="same", padding_mode="circular")
    assert receptive_field(same) == ((4, 5), 1, (1, 2))


def test_a_layer_that_is_called_twice_has_a_name_for_each_call():
    model = Call(lambda m, x: m.conv(F.relu(m.conv(x))))
    assert [(row.name, row.size) for row in layer_fields(model)] == [("conv", 3), ("relu", 3), ("conv_1", 5)]
    assert receptive_field(model, "conv_1").size == 5
    assert receptive_field(model, "conv").size == 3


class Numbered(nn.Module):
    """Its layers have the names that torch.fx would give to further calls."""

    def __init__(self):
        super().__init__()
        self.conv, self.conv_1, self.relu, self.relu_1 = nn.Conv2d(1, 1, 3), nn.Conv2d(1, 1, 5), nn.ReLU(), nn.ReLU()
        self.block = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU())

    def forward(self, x):
        x = F.relu(self.relu(F.relu(self.conv(self.conv_1(self.conv(self.conv(x)))))))
        return self.block(self.relu_1(self.block(self.relu_1(x))))


@pytest.mark.parametrize("part", [60, pytest.param(20, marks=pytest.mark.slow)])
def test_every_row_can_be_asked_for(part):
    with torch.device("meta"):
        googlenet = torchvisions("googlenet")
    for model, step in ((googlenet, part), (Numbered(), 1)):
        rows = layer_fields(model)
        assert len({row.name for row in rows}) == len(rows)
        for row in rows[::step]:
            assert receptive_field(model, row.name) == row[2:]
    rows = {row.name: row.size for row in layer_fields(Numbered())}
    assert [rows[name] for name in ("conv", "conv_2", "conv_1", "conv_3")] == [3, 5, 9, 11]
    assert [receptive_field(Numbered(), name).size for name in ("block", "block_1")] == [13, 15]


def test_bad_arguments():
    model = nn.Sequential(nn.Conv2d(1, 1, 3))
    with pytest.raises(ValueError, match=r"no layer .* is named 'conv9'; layer_fields"):
        receptive_field(model, "conv9")
    with pytest.raises(TypeError, match="endpoint must be the name"):
        receptive_field(model, 0)
    with pytest.raises(TypeError, match=r"model must be an nn\.Module"):
        layer_fields([model])
    with pytest.raises(ValueError, match="layer_fields: no field can be given behind '0'"):
        layer_fields(nn.Linear(3, 3))
    with pytest.raises(ValueError, match="missing 1 required positional argument: 'y'"):
        receptive_field(TwoInputs())


class TwoInputs(nn.Module):
    def forward(self, x, y, scale=2.0, mask=None):
        return (x + y) * scale


class OneInput(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 3)

    def forward(self, x=None, scale=2.0, mask=None, size=(1, 2), *, more=None, **others):
        return self.conv(x) * scale


class AnyInputs(OneInput):
    def forward(self, *inputs):
        return self.conv(inputs[0])


@pytest.mark.parametrize("model", [OneInput(), AnyInputs()])
def test_arguments_with_a_default_are_not_inputs(model):
    assert receptive_field(model) == (3, 1, 0)


@pytest.mark.parametrize(
    "wrap, name",
    [
        (nn.DataParallel, "module.conv"),
        (torch.optim.swa_utils.AveragedModel, "module.conv"),
        pytest.param(torch.compile, "_orig_mod.conv", marks=pytest.mark.slow),
    ],
)
def test_wrapped_models(wrap, name):
    model = wrap(OneInput())
    assert name in dict(model.named_modules())
    assert receptive_field(model) == receptive_field(model, name) == (3, 1, 0)
    assert [row.size for row in layer_fields(nn.Sequential(model, wrap(OneInput()))) if row.type == "Conv2d"] == [3, 5]


def test_compiled_models_have_a_word_on_what_to_pass_instead():
    for compiled in (torch.jit.script(nn.Conv2d(1, 1, 3)), torch.jit.trace(nn.Conv2d(1, 1, 3), torch.ones(1, 1, 4, 4))):
        with pytest.raises(ValueError, match="pass the module that it was made from"):
            receptive_field(compiled)


@pytest.mark.slow
def test_exported_models_are_measured():
    exported = torch.export.export(nn.Conv2d(1, 1, 3), (torch.ones(1, 1, 8, 8),))
    for function in (receptive_field, layer_fields, lambda program: measure_receptive_field(program, (1, 1, 8, 8))):
        with pytest.raises(TypeError, match=r"pass its .module\(\)"):
            function(exported)
    with pytest.raises(ValueError, match="measure_receptive_field"):
        receptive_field(exported.module())
    assert measure_receptive_field(exported.module(), (1, 1, 8, 8)) == (3, 1, 0)


class FedByAHook(nn.Module):
    """Adds the map that its own hook has kept."""

    def __init__(self):
        super().__init__()
        self.point, self.wide = nn.Conv2d(1, 1, 1), nn.Conv2d(1, 1, 7, padding=3)
        self.wide.register_forward_hook(lambda module, args, out: setattr(self, "kept", out))

    def forward(self, x):
        self.wide(x)
        return self.point(x) + self.kept


def test_a_hook_that_hands_maps_on():
    model = FedByAHook()
    model(torch.ones(1, 1, 24, 24))  # the map of this run must not be taken for a constant
    with pytest.raises(ValueError, match="a hook of 'wide' uses the model and may hand maps on"):
        receptive_field(model)
    assert measure_receptive_field(model, (1, 1, 24, 24)) == (7, 1, 3)
    maps = []
    plain = nn.Sequential(nn.Conv2d(1, 1, 3))
    plain[0].register_forward_hook(lambda module, args, out: maps.append(out))
    assert receptive_field(plain) == (3, 1, 0) and not maps


def test_a_model_that_keeps_its_maps_in_a_list():
    model = OneInput()
    model.maps = [model(torch.ones(1, 1, 4, 4))]
    assert receptive_field(model) == (3, 1, 0)


def patch_gan(wrap):
    channels = ((1, 8, 2), (8, 8, 2), (8, 8, 2), (8, 8, 1), (8, 1, 1))
    return nn.Sequential(*[wrap(nn.Conv2d(i, o, 4, stride, 1)) for i, o, stride in channels])


WEIGHTS = [
    parametrizations.spectral_norm, parametrizations.weight_norm, parametrizations.orthogonal,
    nn.utils.spectral_norm, nn.utils.weight_norm, lambda m: prune.l1_unstructured(m, "weight", 0.3),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*weight_norm")
@pytest.mark.parametrize("wrap", WEIGHTS)
def test_weights_that_are_computed(wrap):
    assert receptive_field(patch_gan(wrap)) == (70, 8, 23)


# --- what works in place ------------------------------------------------------------------------------------


class Wide(nn.Module):
    """point sees one pixel, wide sees seven."""

    def __init__(self, function):
        super().__init__()
        self.point, self.wide = nn.Conv2d(2, 2, 1), nn.Conv2d(2, 2, 7, padding=3)
        self.identity, self.relu, self.dropout = nn.Identity(), nn.ReLU(inplace=True), nn.Dropout()
        self.register_buffer("k", torch.zeros(1, 2, 1, 1))
        self.function = function

    def forward(self, x):
        y = self.point(x)
        return self.function(self, y, self.wide(x))


def writes(statement):
    """Return a function that runs a statement on y (one pixel), z (seven) and m, and returns y."""

    def function(m, y, z):
        names = {"m": m, "y": y, "z": z, "torch": torch, "F": F}
        exec(statement, names)
        return names["other"] if "other" in names else names["y"]

    function.__name__ = statement
    return function


SEVEN = [
    "y.add_(z)", "y.mul_(z)", "y.sub_(other=z)", "y.div_(z)", "y.addcmul_(z, z)", "y.lerp_(z, 0.5)", "y.clamp_(z)",
    "torch.add(y, z, out=y)", "torch.cat([y, z], 1, out=y)", "torch.mul(z, 2, out=y)",
    "y.masked_fill_(z > 0, 1)", "y.relu_().add_(z)",
    "other = y; y += z", "other = y; y -= z", "other = y; y *= z", "other = y; y /= z", "other = y; y **= z",
    "m.relu(y).add_(z)", "F.relu(y, True).add_(z)", "F.relu(y, inplace=True).add_(z)", "F.relu_(y).add_(z)",
    "other = torch.zeros_like(y); other.add_(z)", "y.atan2_(z)", "y.add_(z).relu_()",
]  # fmt: skip
UNSURE = [
    "y.copy_(z)", "y[:] = z", "y[:, :, 0] = z[:, :, 0]", "y[..., 1:] += z[..., 1:]", "y.data.add_(z)", "y.data = z",
    "y.detach().add_(z)", "y.view(1, 2, -1).add_(z.view(1, 2, -1))", "y.chunk(2, 1)[0].add_(z.chunk(2, 1)[0])",
    "y[:, 0].add_(z[:, 0])", "m.identity(y).add_(z)", "m.dropout(y).add_(z)", "F.dropout(y, training=False).add_(z)",
    "y.contiguous().mul_(z)", "y.to(torch.float32).add_(z)", "y.transpose(2, 3).add_(z)", "y.cumsum_(2)",
    "y.index_put_((z > 0,), z)", "y.flatten(2).copy_(z.flatten(2))", "y.permute(0, 1, 3, 2).add_(z)", "y.set_(z)",
    "y.index_copy_(1, torch.tensor([0, 1]), z)", "y.scatter_(1, z.long(), z)", "y.swapaxes_(2, 3)", "y.resize_as_(z)",
    "y.conj_physical().add_(z)", "y.real.add_(z)", "torch.max(z, 1, keepdim=True, out=(y, y.long()))",
    "m.k.add_(z); y = y + m.k", "other = m.k; m.k += z", "y.expand_as(y).add_(z)", "y.mT.add_(z)",
    "torch.Tensor.add_(y, z)",
]  # fmt: skip
ONE = ["y.relu_()", "y + z", "(y + 1).add_(z)", "y.clone().add_(z)", "y.add_(1)", "F.relu(y).add_(z)",
       "other = y; y = y + z", "other = z; torch.mul(y, 2, out=z)", "y = torch.mul(y, 2, out=z)",
       "other = z; torch.zeros(1, out=other); other = y + z",
       "torch.relu(y).mul_(z)", "torch.zeros_like(y).add_(z)", "y.mul_(m.k)"]  # fmt: skip


@pytest.mark.parametrize("statement", SEVEN)
def test_what_is_written_in_place_is_seen(statement):
    assert receptive_field(Wide(writes(statement))) == (7, 1, 3)


@pytest.mark.parametrize("statement", UNSURE)
def test_what_may_be_written_in_place_is_refused(statement):
    with pytest.raises(ValueError, match=r"receptive_field: .*measure_receptive_field\(model, input_shape\)"):
        receptive_field(Wide(writes(statement)))


@pytest.mark.parametrize("statement", ONE)
def test_what_is_not_written_is_not_seen(statement):
    assert receptive_field(Wide(writes(statement))) == (1, 1, 0)


def test_what_may_return_its_input_is_known():
    """Everything that counts as fresh is tried; a module works in place only where it says so."""
    y, known = torch.rand(1, 2, 4, 4), 0
    for name in {*rules.FUNCTIONS.values(), *dir(torch.Tensor)}:
        if not name.endswith("_") and rules.is_pixelwise(name) and name not in rules.SHARING:
            for place in (torch.Tensor, torch, F):
                for more in ((), (1,), (y,)) if place is not F else ((),):
                    try:
                        out = getattr(place, name)(y, *more)
                    except (AttributeError, TypeError, RuntimeError):
                        continue
                    known += 1
                    assert not isinstance(out, torch.Tensor) or out.data_ptr() != y.data_ptr(), name
    assert known > 150


def test_a_block_that_works_in_place_is_asked_for_after_its_end():
    model = nn.Sequential(Wide(writes("y.add_(z)")), nn.Conv2d(2, 2, 3))
    assert receptive_field(model, "0").size == 7 and receptive_field(model, "0.point").size == 1
    assert receptive_field(model).size == 9


def test_the_model_is_not_touched():
    model = nn.Sequential(nn.Conv2d(1, 1, 3), nn.BatchNorm2d(1)).train()
    before = copy.deepcopy(model.state_dict())
    layer_fields(model)
    assert model.training and all(torch.equal(before[k], v) for k, v in model.state_dict().items())


# --- what a user has changed on a layer of torch's ------------------------------------------------------------


def two():
    return nn.Sequential(nn.Conv1d(1, 2, 3), nn.ReLU())


def pooled(module, args, out):
    return F.avg_pool1d(out, 2)


def before(module, args):
    return (F.max_pool1d(args[0], 2),)


@pytest.mark.parametrize("inner", [True, False])
@pytest.mark.parametrize("hook", [pooled, before, lambda m, i, o: F.avg_pool1d(o, 2), torch.no_grad()(pooled)])
@pytest.mark.parametrize("function", [receptive_field, layer_fields])
def test_hooks_that_return_something_are_refused(inner, hook, function):
    model = two()
    module = model[1] if inner else model
    (module.register_forward_pre_hook if hook is before else module.register_forward_hook)(hook)
    with pytest.raises(ValueError, match="may return something in place of the map"):
        function(model)


def test_hooks_that_look_on_are_left_out():
    model, shapes = two(), {}

    def look(module, args, out):
        if out.shape[0] > 1:
            return
        shapes[module] = out.shape

    for hook in (look, lambda m, i, o: shapes.update({m: o}), print):
        model[0].register_forward_hook(hook)
    assert receptive_field(model) == (3, 1, 0)


def test_layers_with_methods_of_their_own():
    model = two()
    model[1].forward = lambda x: F.max_pool1d(x, 2)
    assert receptive_field(model) == (4, 2, 0)
    model = two()
    model[0]._conv_forward = lambda x, weight, bias: F.conv1d(x, weight, bias, stride=2, padding=1)
    assert receptive_field(model) == (3, 2, 1)


class Around(nn.Module):
    def forward(self, weight):
        return F.pad(weight, (1, 1, 1, 1))


class Scaled(nn.Module):
    def __init__(self, mask):
        super().__init__()
        self.register_buffer("mask", mask)

    def forward(self, weight):
        return weight * (torch.ones(3) if self.mask is None else self.mask)


ZEROS = "the outer lines of its kernel are zeros that are not learned"
WRITTEN = "the model may write zeros into its kernel"
MASK = torch.tensor([1.0, 1, 1, 0, 0])


class Masked(nn.Conv1d):
    """A kernel of five, of which three count: each way is how somebody writes a masked convolution."""

    def __init__(self, function):
        super().__init__(1, 1, 5, padding=2)
        self.register_buffer("mask", MASK)
        self.conv, self.function, self.kernels = nn.Conv1d(1, 1, 5, padding=2), function, [MASK[None, None]]

    def forward(self, x):
        return self.function(self, x, super().forward)


def by_name(m, x, forward):
    for parameter in m.conv.parameters():
        if parameter.ndim == 3:
            parameter.data.mul_(m.mask)
    return m.conv(x)


def without_gradient(m, x, forward):
    with torch.no_grad():
        m.weight.mul_(m.mask)
    return forward(x)


def replaced(conv):
    del conv.weight
    conv.register_buffer("weight", MASK[None, None])
    return conv


def parametrized(conv):
    nn.utils.parametrize.register_parametrization(conv, "weight", Scaled(MASK))
    return conv


@pytest.mark.parametrize(
    "model, message",
    [
        (Masked(lambda m, x, forward: [m.weight.data.mul_(m.mask), forward(x)][1]), WRITTEN),
        (Masked(lambda m, x, forward: [m.conv.weight.data.mul_(m.mask), m.conv(x)][1]), WRITTEN),
        (Masked(by_name), WRITTEN),
        (Masked(lambda m, x, forward: [setattr(m.weight, "data", m.weight * m.mask), forward(x)][1]), WRITTEN),
        (
            Masked(lambda m, x, forward: [setattr(m.conv, "weight", nn.Parameter(m.weight * m.mask)), m.conv(x)][1]),
            WRITTEN,
        ),
        (Masked(without_gradient), WRITTEN),
        (Masked(lambda m, x, forward: F.conv1d(x, m.weight * m.mask, padding=2)), "computed from other tensors"),
        (Masked(lambda m, x, forward: F.conv1d(x, m.mask[None, None], padding=2)), "computed from other tensors"),
        (Masked(lambda m, x, forward: F.conv1d(x, m.kernels[0], padding=2)), "computed from other tensors"),
        (Masked(lambda m, x, forward: F.conv1d(x, torch.tensor([[[1.0, 0, 1, 0, 0]]]), padding=2)), ZEROS),
        (prune.custom_from_mask(nn.Conv1d(1, 1, 5, padding=2), "weight", MASK[None, None]), ZEROS),
        (parametrized(nn.Conv1d(1, 1, 5, padding=2)), ZEROS),
        (replaced(nn.Conv1d(1, 1, 5, padding=2)), ZEROS),
    ],
)
def test_zeros_that_are_not_learned(model, message):
    """The second way, which the message names, knows them."""
    before = copy.deepcopy(model.state_dict())
    for function in (receptive_field, layer_fields):
        with pytest.raises(ValueError, match=message) as caught:
            function(model)
    assert "measure_receptive_field" in str(caught.value) or function is layer_fields
    assert measure_receptive_field(model, (1, 1, 24)) == (3, 1, 2)
    assert all(torch.equal(value, model.state_dict()[key]) for key, value in before.items())


def test_zeros_by_chance():
    conv = nn.Conv1d(1, 1, 3)
    nn.init.zeros_(conv.weight)
    assert receptive_field(conv) == receptive_field(parametrizations.weight_norm(conv)) == (3, 1, 0)
    pruned = prune.l1_unstructured(nn.Conv1d(4, 4, 3), "weight", 0.3)
    pruned(torch.ones(1, 4, 8)).sum().backward()
    assert receptive_field(pruned) == (3, 1, 0) and pruned.weight.grad_fn is not None


def test_the_weight_says_how_large_the_kernel_is():
    conv = nn.Conv2d(1, 2, 3)
    conv.weight = nn.Parameter(torch.rand(2, 1, 5, 5))
    assert receptive_field(conv) == (5, 1, 0)
    conv = nn.Conv2d(1, 2, 3, padding=1)
    nn.utils.parametrize.register_parametrization(conv, "weight", Around(), unsafe=True)
    with pytest.raises(ValueError, match=f"behind '0' .Conv2d.: {ZEROS}.*measure_receptive_field"):
        receptive_field(nn.Sequential(conv))
    assert measure_receptive_field(conv, (1, 1, 16, 16)) == (3, 1, 0)
    conv = nn.Conv2d(1, 2, 3, padding=1)
    nn.utils.parametrize.register_parametrization(conv, "weight", Scaled(None))
    assert receptive_field(conv) == (3, 1, 1) and layer_fields(nn.Sequential(conv))[0].size == 3
    with torch.device("meta"):
        assert receptive_field(parametrizations.weight_norm(nn.Conv2d(1, 2, 3))) == (3, 1, 0)
    conv = nn.Conv2d(1, 2, 3, padding=(1, 0), padding_mode="circular")
    conv.padding = (0, 0)
    assert receptive_field(conv) == (3, 1, (1, 0))


def test_a_constant_that_takes_the_dtype_of_the_input_sees_nothing():
    rows = layer_fields(Call(lambda m, x: torch.eye(3).to(x)[0, 0] * m.conv(x)))
    assert [(row.name, row.size) for row in rows] == [("conv", 3), ("mul", 3)]


def test_true_reasons():
    assert receptive_field(nn.Sequential(nn.InstanceNorm1d(1, track_running_stats=True))) == (1, 1, 0)
    for function in (lambda m, x: torch.einsum("nchw,oc->nohw", x, m.k), lambda m, x: m.k @ m.conv(x)):
        with pytest.raises(ValueError, match="sums along axes that follow from its arguments"):
            receptive_field(Call(function))
    with pytest.raises(ValueError, match=r"may resize the map.*any model that takes one tensor of floats"):
        receptive_field(nn.ConvTranspose2d(2, 2, 3, 1, 2, dilation=2))


class Picked(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 3)

    def forward(self, x):
        y, _ = F.max_pool2d(x, 2, return_indices=True)
        return self.conv(y)


def test_to_pick_one_of_two_results_is_no_layer():
    assert [row.name for row in layer_fields(Picked())] == ["max_pool2d_with_indices", "conv"]
