"""Measured receptive fields: the values worked out by hand, and the same as by rule wherever there is a rule."""

import copy
import operator

import pytest
import torch
import torch.nn.functional as F
from drawn import settings  # tests/support
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import nn
from torch.utils.checkpoint import checkpoint

import convlab.functional as C
from convlab.geometry import layer_fields, measure_receptive_field, receptive_field
from tests.geometry.test_fields import WEIGHTS, enough, layers, networks, patch_gan, torchvisions

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same'")


# --- as by rule ---------------------------------------------------------------------------------------------


@settings(max_examples=10)
@given(networks())
def test_drawn_networks(model):
    assert measure_receptive_field(model, (1, 1, *enough(model, 2))) == receptive_field(model)


@pytest.mark.parametrize("ndim", [1, pytest.param(3, marks=pytest.mark.slow)])
@settings(max_examples=10)
@given(data=st.data())
def test_other_numbers_of_axes(ndim, data):
    model = nn.Sequential(*[data.draw(layers(ndim)) for _ in range(1 if ndim == 3 else 3)])
    assert measure_receptive_field(model, (1, 1, *enough(model, ndim))) == receptive_field(model)


@st.composite
def decoders(draw):
    """Draw convolutions, poolings, and enlarging by transposed convolutions, nearest pixels or shuffled channels."""
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        k, s = draw(st.integers(1, 4)), draw(st.integers(1, 3))
        convs = [nn.Conv1d(1, 1, k, s, k // 2), nn.MaxPool1d(k, s), nn.Sequential(nn.ReLU(), nn.Conv1d(1, 1, k))]
        ups = [nn.ConvTranspose1d(1, 1, max(k, s), s, padding=k // 3), nn.Upsample(scale_factor=s)]
        parts.append(draw(st.sampled_from(convs + ups)))
    return nn.Sequential(*parts)


@settings(max_examples=10)
@given(decoders())
def test_decoders_see_what_a_change_of_each_pixel_changes(model):
    """Far from the border: the pixels of a unit are those that change it when they are changed."""
    n = 120
    assume(model(torch.zeros(1, 1, n)).shape[-1] >= 6)  # else most units reach the border
    field = measure_receptive_field(model, (1, 1, n))
    for parameter in model.parameters():
        nn.init.uniform_(parameter, 0.5, 1)
    model.double()
    x = torch.rand(1, 1, n, dtype=torch.double)
    several = x.repeat(n, 1, 1)
    several[range(n), 0, range(n)] += 2  # the largest by far, so that a maximum is another one
    with torch.no_grad():
        changed = ((model(several)[:, 0] - model(x)[0]).abs() > 1e-9).T
    units = range(len(changed) // 3, 2 * len(changed) // 3)
    lines = {i: changed[i].nonzero().squeeze(1).tolist() for i in units}
    assert max(seen[-1] - seen[0] + 1 for seen in lines.values()) == field.size
    starts = [seen[0] - i * field.stride + field.padding for i, seen in lines.items()]
    assert min(starts) <= 0 <= max(starts) and max(map(abs, starts)) < field.size + field.stride + 8


def thin(name):
    """Return a network of torchvision with one channel everywhere: the same geometry, and quickly measured."""
    with torch.device("meta"):
        model = torchvisions(name)
    for module in list(model.modules()):
        for label, child in module.named_children():
            if isinstance(child, nn.Conv2d):
                options = {key: getattr(child, key) for key in ("kernel_size", "stride", "padding", "dilation")}
                setattr(module, label, nn.LazyConv2d(1, **options))
            elif isinstance(child, nn.BatchNorm2d):
                setattr(module, label, nn.LazyBatchNorm2d())
            elif isinstance(child, nn.Linear):
                setattr(module, label, nn.Identity())
    model.eval()(torch.zeros(1, 3, 224, 224))
    return model


NAMES = "alexnet googlenet mobilenet_v2 resnet18 resnet50 squeezenet1_0 squeezenet1_1 vgg11 vgg13 vgg16_bn vgg19"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES.split())
def test_torchvisions_networks(name):
    """Those whose field is under 500 pixels."""
    model = thin(name)
    last = [row for row in layer_fields(model) if row.name in dict(model.named_modules())][-1]
    side = last.size + 8 * last.stride
    assert last.size < 500
    assert measure_receptive_field(model, (1, 3, side, side), last.name) == last[2:]


# --- by hand ------------------------------------------------------------------------------------------------


class Call(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.conv, self.same = nn.Conv2d(4, 4, 3), nn.Conv2d(4, 4, 3, padding=1)
        self.point, self.wide = nn.Conv2d(4, 4, 1), nn.Conv2d(4, 4, 7, padding=3)
        self.mix, self.up = nn.Conv2d(8, 4, 3, padding=1), nn.ConvTranspose2d(4, 4, 2, 2)
        self.linear, self.norm = nn.Linear(4, 4), nn.LayerNorm(4)
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.zero = nn.Parameter(torch.zeros(4, 1, 1))  # as LayerScale and the last batch norm of a block begin
        self.function = function

    def forward(self, x):
        return self.function(self, x)


def unet(m, x):
    a = m.same(x)
    b = m.same(F.max_pool2d(a, 2))
    c = m.same(F.max_pool2d(b, 2))
    b = m.mix(torch.cat([F.interpolate(c, scale_factor=2.0), b], 1))
    return m.mix(torch.cat([m.up(b), a], 1))


def shuffled(m, x):
    n, c, h, w = m.conv(x).shape
    return m.conv(x).view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)


def windows(m, x):
    n, c, h, w = x.shape
    y = x.view(n, c, h // 4, 4, w // 4, 4).permute(0, 2, 4, 3, 5, 1).reshape(-1, 16, c)
    y = m.attention(y, y, y)[0].reshape(n, h // 4, w // 4, 4, 4, c)
    return y.permute(0, 5, 1, 3, 2, 4).reshape(n, c, h, w)


def masked(m, x):
    """Attention to this place and the one before it; the mask is a large negative number."""
    y = x.permute(0, 3, 2, 1)
    places = torch.arange(y.shape[2])
    far = (places[:, None] - places - 0.5).abs() > 1
    scores = (y @ y.transpose(2, 3)).masked_fill(far, -1e9)
    return (scores.softmax(-1) @ y).permute(0, 3, 2, 1)


def in_place(statement):
    def function(m, x):
        names = {"m": m, "x": x, "y": m.point(x), "F": F}
        exec(statement, names)
        return names["y"]

    return function


BY_HAND = [
    (lambda m, x: m.conv(x).permute(0, 3, 1, 2), (3, 1, 0)),  # the output's axes may be anywhere
    (lambda m, x: m.conv(m.conv(x).mT), (5, 1, 0)),
    (lambda m, x: m.linear(m.norm(m.conv(x).permute(0, 2, 3, 1))).permute(0, 3, 1, 2), (3, 1, 0)),
    (shuffled, (3, 1, 0)),
    (unet, (26, 1, 11)),
    (windows, (4, 1, 0)),
    (masked, ((2, 1), 1, (1, 0))),
    (lambda m, x: x + m.zero * m.wide(x), (7, 1, 3)),
    (lambda m, x: m.point(x) * torch.sigmoid(1000 * m.wide(x)), (7, 1, 3)),
    (lambda m, x: torch.maximum(m.same(x), m.wide(x)) + torch.where(x > 0, m.same(x), m.wide(x)), (7, 1, 3)),
    (lambda m, x: F.relu(-m.conv(x)) + m.conv(x).clamp(5, 6) + F.hardsigmoid(100 * m.conv(x)), (3, 1, 0)),
    (lambda m, x: m.conv(x) * (m.conv(x) < 0), (3, 1, 0)),
    (lambda m, x: m.conv(x).max(1, keepdim=True)[0] + m.conv(x).sort(1)[0] + m.conv(x).topk(1, 1)[0], (3, 1, 0)),
    (lambda m, x: F.max_pool2d(m.conv(x), 3, 2, 1, dilation=2, ceil_mode=True), (7, 2, 1)),
    (lambda m, x: F.max_pool2d(x, (3, 5), (1, 2), return_indices=True)[0], ((3, 5), (1, 2), 0)),
    (lambda m, x: F.adaptive_max_pool2d(x, 8) + F.adaptive_avg_pool2d(x, 8), (4, 4, 0)),
    (lambda m, x: F.unfold(x, 3).view(1, 36, x.shape[2] - 2, -1), (3, 1, 0)),
    (lambda m, x: m.conv(x[:, :, ::2])[..., 1:-1], ((5, 3), (2, 1), (0, -1))),
    (lambda m, x: torch.stack(m.conv(x).narrow(2, 1, 9).unbind(1), 1), (3, 1, (-1, 0))),
    (lambda m, x: torch.roll(m.conv(x), 1, 2), (3, 1, (1, 0))),
    (lambda m, x: C.conv2d(x, m.conv.weight, algorithm="fft"), (3, 1, 0)),
    (lambda m, x: F.pixel_shuffle(x, 2), (1, 0.5, 0)),
    (lambda m, x: F.interpolate(x, scale_factor=2.0, mode="bilinear"), (2, 0.5, 1)),
    (lambda m, x: F.interpolate(x, scale_factor=2.0, mode="bicubic"), (4, 0.5, 2)),
    (lambda m, x: F.interpolate(x, (20, 20)), (1, 1.6, 0)),
    (lambda m, x: F.interpolate(x, scale_factor=0.5, mode="area"), (2, 2, 0)),
    (lambda m, x: F.interpolate(x, scale_factor=0.5, mode="bilinear", antialias=True), (4, 2, 1)),
    (lambda m, x: F.conv_transpose2d(m.conv(x), m.conv.weight), (5, 1, 2)),
    (lambda m, x: m.conv(x) / m.conv(x).norm(dim=1, keepdim=True) + m.conv(x).logsumexp(1, True), (3, 1, 0)),
    (lambda m, x: {"out": m.conv(x)}, (3, 1, 0)),
    (in_place("y.add_(m.wide(x))"), (7, 1, 3)),
    (in_place("y[:, 1:] = m.wide(x)[:, 1:]"), (7, 1, 3)),
    (in_place("y.view(1, 4, -1).copy_(m.wide(x).flatten(2))"), (7, 1, 3)),
    (in_place("F.dropout(y, training=False).mul_(m.wide(x))"), (7, 1, 3)),
    (in_place("F.relu(y, True).add_(m.wide(x))"), (7, 1, 3)),  # what torch cannot differentiate once it is overwritten
]


@pytest.mark.slow
@pytest.mark.parametrize("function, expected", BY_HAND)
def test_by_hand(function, expected):
    assert measure_receptive_field(Call(function), (1, 4, 32, 32)) == expected


SAME = "along the height of 32 all units .* see the same.*larger input, unless"
NO_GRADIENT = "beyond the 1 that have a gradient"
REFUSED = [
    (lambda m, x: m.conv(x).mean((2, 3)), SAME),
    (lambda m, x: x * torch.sigmoid(x.amax((2, 3), keepdim=True)), SAME),
    (lambda m, x: x + x[:, :1, :, :1].max(2, keepdim=True)[0], SAME),
    (lambda m, x: F.group_norm(x, 1), SAME),
    (lambda m, x: F.instance_norm(x), SAME),
    (lambda m, x: x @ x.mT, SAME),
    (lambda m, x: x.sort(2)[0], SAME),
    (lambda m, x: F.layer_norm(x, (32,)), "along the width of 32 all units"),
    (lambda m, x: x.softmax(-1), "along the width of 32 all units"),
    (lambda m, x: x.cumsum(2), "sees lines 0 to 16, too near to the border"),
    (lambda m, x: m.conv(x).flip(2), "do not step forwards"),
    (lambda m, x: torch.cat([x[:, :, :20], x[:, :, 24:]], 2), "do not step forwards"),
    (lambda m, x: m.conv(x).flatten(2), "its axes are merged"),
    (lambda m, x: F.avg_pool2d(x, 16), "too near to the border"),
    (lambda m, x: m.point(x) * (m.wide(x) > 0), NO_GRADIENT),
    (lambda m, x: m.point(x) + m.wide(x).detach(), NO_GRADIENT),
    (lambda m, x: m.point(x) + m.wide(x).round(), NO_GRADIENT),
    (lambda m, x: m.point(x).add(m.wide(x).argmax(1, keepdim=True)), NO_GRADIENT),
    (in_place("y.data.add_(m.wide(x))"), NO_GRADIENT),
    (lambda m, x: m.wide(x) > 0, "has no gradient"),
    (lambda m, x: torch.zeros(1, 4, 8, 8), "has no gradient"),
    (lambda m, x: F.pad(x, (40, 0)), "sees nothing of the input at the index 36 of its axis 3"),
    (lambda m, x: F.conv_transpose2d(x, m.point.weight, stride=2), "sees nothing of the input"),
    (lambda m, x: (x, x), "the model returns 2 tensors; name a layer as endpoint"),
    (lambda m, x: m.conv(x[:, :2]), r"does not run on one tensor of shape \(1, 4, 32, 32\): .*channels"),
    (lambda m, x: checkpoint(m.conv, x, use_reentrant=True), "torch cannot differentiate the model: .*use_reentrant"),
]


@pytest.mark.parametrize("function, message", REFUSED)
def test_what_is_refused(function, message):
    with pytest.raises(ValueError, match=message) as caught:
        measure_receptive_field(Call(function), (1, 4, 32, 32))
    assert str(caught.value).startswith("measure_receptive_field: ")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*weight_norm")
@pytest.mark.parametrize("wrap", WEIGHTS)
def test_weights_that_are_computed(wrap):
    assert measure_receptive_field(patch_gan(wrap), (1, 1, 136, 136)) == (70, 8, 23)


# --- endpoints, and what is left as it was ------------------------------------------------------------------


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.conv_1, self.pool, self.linear = (
            nn.Conv2d(1, 2, 5),
            nn.Conv2d(2, 2, 5),
            nn.MaxPool2d(2),
            nn.Linear(32, 2),
        )
        self.maps = [torch.ones(2, requires_grad=True) * 2]  # which cannot be copied
        self.register_buffer("seen", torch.zeros(()))

    def forward(self, x):
        self.seen += 1
        x = self.pool(F.relu(self.conv_1(self.pool(F.relu(self.conv(x))))))
        self.maps.append(x)
        self.last = x
        return self.linear(x.flatten(1))


def test_endpoints_have_the_same_names():
    model = LeNet()
    for name in ("conv", "pool", "conv_1", "pool_1"):
        assert measure_receptive_field(model, (1, 1, 48, 48), name) == receptive_field(_without_maps(model), name)
    for name in ("pool_2", "relu", "linear_1"):
        with pytest.raises(ValueError, match=rf"{name}|does not run"):
            measure_receptive_field(model, (1, 1, 28, 28), name)
    with pytest.raises(ValueError, match=r"the output of shape \(1, 2\) see the same"):
        measure_receptive_field(model, (1, 1, 28, 28))


def _without_maps(model):
    model.maps = []
    return model


def test_the_model_is_left_as_it_was():
    model = LeNet().train()
    model.linear.eval()
    model.conv.weight.requires_grad_(False)
    hook = model.pool.register_forward_hook(lambda module, args, out: out * 1)
    model(torch.rand(1, 1, 28, 28)).sum().backward()
    gradient, last, maps = model.linear.weight.grad.clone(), model.last, list(model.maps)
    before, state = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    measure_receptive_field(model, (1, 1, 48, 48), "pool_1")
    with pytest.raises(ValueError):
        measure_receptive_field(model, (1, 1, 48, 48))
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items()) and model.seen == 1
    assert torch.equal(gradient, model.linear.weight.grad) and torch.equal(state, torch.get_rng_state())
    assert model.last is last and [id(m) for m in model.maps] == [id(m) for m in maps]
    assert model.training and not model.linear.training and list(model.pool._forward_hooks) == [hook.id]
    assert not model.conv.weight.requires_grad and model.linear.weight.requires_grad


def test_compiled_models():
    model = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU(), nn.MaxPool2d(2))
    scripted, traced = torch.jit.script(model), torch.jit.trace(model, torch.ones(1, 1, 16, 16))
    for compiled in (scripted, traced, nn.DataParallel(model)):
        weight = next(compiled.parameters()).clone()
        assert measure_receptive_field(compiled.train(), (1, 1, 24, 24)) == (4, 2, 0)
        assert compiled.training and torch.equal(next(compiled.parameters()), weight)
    assert measure_receptive_field(model.to(torch.bfloat16), (1, 1, 24, 24)) == (4, 2, 0)


def test_bad_arguments():
    model = nn.Conv2d(1, 1, 3)
    with pytest.raises(TypeError, match=r"model must be an nn\.Module, got str"):
        measure_receptive_field("conv", (1, 1, 8, 8))
    with pytest.raises(TypeError, match=r"got a tensor: pass \(1, 1, 8, 8\)"):
        measure_receptive_field(model, torch.ones(1, 1, 8, 8))
    with pytest.raises(TypeError, match=r"got \(1, 1, 8.0\)"):
        measure_receptive_field(model, (1, 1, 8.0))
    with pytest.raises(TypeError, match="endpoint must be the name of a layer, got 0"):
        measure_receptive_field(model, (1, 1, 8, 8), 0)
    for shape in ((8, 8), (1, 1, 0, 8)):
        with pytest.raises(ValueError, match="must be batch, channels"):
            measure_receptive_field(model, shape)
    with pytest.raises(ValueError, match="lazy layer"):
        measure_receptive_field(nn.LazyConv2d(1, 3), (1, 1, 8, 8))
    with pytest.raises(ValueError, match="to_empty"):
        measure_receptive_field(nn.Conv2d(1, 1, 3, device="meta"), (1, 1, 8, 8))


# --- choices by value ---------------------------------------------------------------------------------------


class Two(nn.Module):
    """A point-wise and a wide convolution of one axis; the wide one sees 9 pixels."""

    def __init__(self, function):
        super().__init__()
        self.a, self.b, self.function = nn.Conv1d(1, 1, 1), nn.Conv1d(1, 1, 9, padding=4), function

    def forward(self, x):
        return self.function(self.a, self.b, x)


def every(k, offset):
    mask = torch.zeros(64)
    mask[offset::k] = 1
    return lambda a, b, x: a(x) + b(x) * mask


NINE = [
    lambda a, b, x: torch.where(x > 5, b(x), a(x)),
    lambda a, b, x: torch.where(b(x) > 5, b(x), x),
    lambda a, b, x: b(x).masked_fill(x < 8, 0.0) + a(x),
    lambda a, b, x: b(x) * (x > 100) + x,
    lambda a, b, x: F.threshold(b(x), 5.0, 0.0) + x,
    lambda a, b, x: F.threshold(b(x), 2.0, 0.0) + x,
    lambda a, b, x: F.hardshrink(b(x), 5.0) + F.softshrink(x, 5.0),
    lambda a, b, x: F.softshrink(b(x), 5.0) + x,
    lambda a, b, x: F.hardtanh(b(x), 5.0, 9.0) + x,
    lambda a, b, x: F.relu(b(x) - 1e6) + x,
    *(every(k, o) for k, o in ((6, 0), (6, 5), (8, 3), (8, 4), (8, 5), (12, 0), (12, 3), (12, 6))),
]


@pytest.mark.slow
@pytest.mark.parametrize("function", NINE)
def test_choices_by_large_values_and_by_place(function):
    assert measure_receptive_field(Two(function), (1, 1, 64)).size == 9


def by_sign(a, b, x):
    return torch.sign(b(x) - 50) + x


@pytest.mark.parametrize("function", [by_sign, lambda a, b, x: torch.where(b(x) > 200, x, a(x))])
def test_what_only_chooses_between_values_is_refused(function):
    with pytest.raises(ValueError, match="chooses by value"):
        measure_receptive_field(Two(function), (1, 1, 64))


def test_reasons_are_true():
    for function in (
        lambda a, b, x: torch.cat([a(x), b(x)], 1).cummax(1)[0],
        lambda a, b, x: torch.where((b(x) > 5) & ~(b(x) > 9), b(x), x),
    ):
        with pytest.raises(ValueError, match="the model chooses by value"):
            measure_receptive_field(Two(function), (1, 1, 64))
    assert measure_receptive_field(Two(lambda a, b, x: operator.iadd(y := a(x), b(y))), (1, 1, 64)) == (9, 1, 4)


DRAWN = "measuring draws the numbers that flow, also where the model checks them"
NO_STEPS = "no size, stride and padding say that, as behind a flip, a roll, align_corners=True or adaptive pooling$"


@pytest.mark.parametrize(
    "function, message",
    [
        (lambda a, b, x: torch.bernoulli(torch.sigmoid(x)), rf"does not run .*p_in.*\({DRAWN}"),
        (lambda a, b, x: F.binary_cross_entropy(x.sigmoid(), x.sigmoid()), f"between 0 and 1.*{DRAWN}"),
        (lambda a, b, x: F.embedding((x.sigmoid() * 9).long()[:, 0], torch.ones(9, 2)), f"out of range.*{DRAWN}"),
        (lambda a, b, x: a(x).flip(2), NO_STEPS),
        (lambda a, b, x: F.avg_pool1d(torch.roll(F.avg_pool1d(x, 3, 1, 1), 5, 2), 3, 1, 1), NO_STEPS),
        (lambda a, b, x: F.interpolate(x, 96, mode="linear", align_corners=True), NO_STEPS),
    ],
)
def test_reasons_that_do_not_send_the_wrong_way(function, message):
    with pytest.raises(ValueError, match=message):
        measure_receptive_field(Two(function), (1, 1, 32))


# --- masks, parts that run again, few units ---------------------------------------------------------------------

EDGES = torch.tensor([-1e4, 0, 0, 0, -1e4])


def attending(m, x, mask):
    y = F.normalize(x.mT, dim=2)
    return ((y @ y.mT + mask).softmax(-1) @ x.mT).mT


def near(x):
    places = torch.arange(x.shape[2])
    return (places[:, None] - places).abs() <= 2


class Line(nn.Module):
    """One axis; u has the five entries around each place, of which a mask leaves three."""

    def __init__(self, function):
        super().__init__()
        self.conv, self.function = nn.Conv1d(1, 1, 5, padding=2), function
        layer = nn.TransformerEncoderLayer(1, 1, 8, 0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)

    def forward(self, x):
        return self.function(self, x, x.unfold(2, 5, 1))


def clamped(m, x, u):
    with torch.no_grad():
        m.conv.weight.clamp_(-1, 1)
    return m.conv(x)


def masked_kernel(x, weight, least=2):
    return F.conv1d(x, weight * (torch.arange(5) <= least), padding=2)


LINES = [
    (lambda m, x, u: (u + EDGES).amax(-1), (3, 1, -1)),
    (lambda m, x, u: (u + EDGES).max(-1)[0], (3, 1, -1)),
    (lambda m, x, u: (u + EDGES).topk(2, -1)[0].sum(-1), (3, 1, -1)),
    (lambda m, x, u: (u + EDGES).sort(-1)[0][..., -1], (3, 1, -1)),
    (lambda m, x, u: (u - EDGES).amin(-1), (3, 1, -1)),
    (lambda m, x, u: (u - EDGES).min(-1)[0], (3, 1, -1)),
    (lambda m, x, u: F.max_pool1d((u + EDGES).flatten(1)[:, None], 5), (3, 1, -1)),
    (lambda m, x, u: F.adaptive_max_pool1d((u + EDGES).flatten(1)[:, None], 26), (3, 1, -1)),
    (lambda m, x, u: (u * F.softmin(u - 1e5 * EDGES, -1)).sum(-1), (3, 1, -1)),
    (lambda m, x, u: (u + EDGES).logsumexp(-1), (3, 1, -1)),
    (lambda m, x, u: attending(m, x, (1 - near(x).float()) * -10000), (5, 1, 2)),
    (lambda m, x, u: m.encoder(x.mT, torch.zeros(30, 30).masked_fill(~near(x), -torch.inf)).mT, (5, 1, 2)),
    (lambda m, x, u: torch.where(m.conv(x) > x, x, m.conv(x)), (5, 1, 2)),
    (lambda m, x, u: checkpoint(masked_kernel, x, m.conv.weight, use_reentrant=False), (3, 1, 2)),
    (lambda m, x, u: checkpoint(masked_kernel, x, m.conv.weight, torch.tensor(2), use_reentrant=False), (3, 1, 2)),
    (lambda m, x, u: checkpoint(lambda x: attending(m, x, near(x).log()), x, use_reentrant=False), (5, 1, 2)),
    (clamped, (5, 1, 2)),
    (lambda m, x, u: F.adaptive_avg_pool1d(x, 6), (5, 5, 0)),
    (lambda m, x, u: F.adaptive_avg_pool1d(x[..., :20], 6), "do not step forwards"),
    (lambda m, x, u: F.interpolate(x[..., :20], 6), "do not step forwards"),
    (lambda m, x, u: (2 * x).scatter(2, torch.tensor([[[3, 4]]]), 0.0), "sees nothing of the input at the index 3"),
    (lambda m, x, u: (2 * x).scatter(2, torch.tensor([[[3, 4]]]), x[..., 3:5]), (1, 1, 0)),
]


@pytest.mark.parametrize("function, expected", LINES)
def test_lines_by_hand(function, expected):
    if isinstance(expected, tuple):
        assert measure_receptive_field(Line(function), (1, 1, 30)) == expected
        return
    with pytest.raises(ValueError, match=expected):
        measure_receptive_field(Line(function), (1, 1, 30))


def test_values_that_say_where_to_look_are_refused():
    class Moves(nn.Module):
        def forward(self, x):
            grid = torch.stack([x[:, 0], x[:, 0]], -1)
            return F.grid_sample(x, grid, align_corners=False)

    with pytest.raises(ValueError, match=r"looks where numbers that it computes from the input say \(grid_sampler_2d"):
        measure_receptive_field(Moves(), (1, 1, 32, 32))
    from torchvision import ops

    offset, deform = nn.Conv2d(1, 18, 3, padding=1), ops.DeformConv2d(1, 2, 3, padding=1)
    with pytest.raises(ValueError, match="looks where numbers"):
        measure_receptive_field(Call(lambda m, x: deform(x, offset(x))), (1, 1, 32, 32))


def test_a_model_that_writes_into_its_input():
    model = nn.Sequential(nn.ReLU(inplace=True), nn.Conv1d(1, 2, 3))
    assert measure_receptive_field(model, (1, 1, 32)) == (3, 1, 0)
    assert measure_receptive_field(Two(lambda a, b, x: b(x.sub_(0.5))), (1, 1, 32)) == (9, 1, 4)


@pytest.mark.parametrize("step", [18, *(pytest.param(step, marks=pytest.mark.slow) for step in (24, 32))])
def test_decoders_of_large_steps(step):
    model = nn.Sequential(nn.Conv1d(1, 1, step, step), nn.ConvTranspose1d(1, 1, 2 * step, step, padding=step // 2))
    field = measure_receptive_field(model, (1, 1, 16 * step))
    assert (field.size, field.stride) == (2 * step, 1)
