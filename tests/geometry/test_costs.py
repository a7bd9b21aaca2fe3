"""Parameters and multiply-adds: against what torchvision publishes, against formulas, and what is refused."""

import math
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F
from drawn import settings  # tests/support
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from convlab.geometry import costs, count_macs, count_parameters
from convlab.vision import import_torchvision

# --- what torchvision publishes -----------------------------------------------------------------------------

PUBLISHED = ["alexnet", "resnet18", "mobilenet_v2", "squeezenet1_0", "shufflenet_v2_x1_0", "vit_b_16"]
MORE_PUBLISHED = [
    "vgg11",
    "vgg16_bn",
    "resnet50",
    "resnext50_32x4d",
    "mobilenet_v3_small",
    "densenet121",
    "googlenet",
    "efficientnet_b0",
    "convnext_tiny",
    "swin_t",
]


@pytest.mark.parametrize("name", [*PUBLISHED, *(pytest.param(name, marks=pytest.mark.slow) for name in MORE_PUBLISHED)])
def test_torchvisions_table(name):
    models = import_torchvision().models
    weights = models.get_model_weights(name).IMAGENET1K_V1
    options = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
    with torch.device("meta"):
        model = models.get_model(name, weights=None, **options)
    side = weights.transforms.keywords["crop_size"]
    assert count_parameters(model) == weights.meta["num_params"]
    assert round(count_macs(model, (1, 3, side, side)) / 1e9, 3) == weights.meta["_ops"]


# --- formulas -----------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.data())
def test_a_convolution_and_its_transposed(data):
    one = st.integers(1, 3)
    groups, per_group, out_per_group = data.draw(one), data.draw(one), data.draw(one)
    options = {
        "kernel_size": data.draw(st.tuples(one, one)),
        "stride": data.draw(st.tuples(one, one)),
        "padding": data.draw(st.tuples(*[st.integers(0, 2)] * 2)),
        "dilation": data.draw(st.tuples(one, one)),
        "groups": groups,
        "bias": data.draw(st.booleans()),
    }
    batch, height, width = data.draw(st.tuples(one, st.integers(7, 9), st.integers(7, 9)))
    conv = nn.Conv2d(groups * per_group, groups * out_per_group, **options)
    x = torch.ones(batch, groups * per_group, height, width)
    taps = math.prod(options["kernel_size"])
    assert count_macs(conv, x.shape) == conv(x).numel() * per_group * taps
    assert count_parameters(conv) == conv.out_channels * (per_group * taps + options["bias"])
    back = nn.ConvTranspose2d(groups * per_group, groups * out_per_group, **options | {"padding": 0})
    assert count_macs(back, x.shape) == x.numel() * out_per_group * taps


@pytest.mark.parametrize(
    "conv, shape, macs",
    [
        (nn.Conv1d(2, 3, 5), (4, 2, 9), 4 * 3 * 5 * 2 * 5),
        (nn.Conv3d(2, 4, (1, 2, 3), groups=2), (1, 2, 4, 4, 4), 4 * (4 * 3 * 2) * 6),
        (nn.ConvTranspose1d(2, 3, 5, stride=7), (4, 2, 9), 4 * 2 * 9 * 3 * 5),
        (nn.ConvTranspose3d(2, 4, 2, groups=2), (1, 2, 3, 3, 3), 2 * 27 * 2 * 8),
        (nn.Conv2d(3, 5, 3, padding="same", padding_mode="circular"), (1, 3, 6, 7), 5 * 42 * 27),
    ],
)
def test_other_numbers_of_axes(conv, shape, macs):
    assert count_macs(conv, shape) == macs


class Call(nn.Module):
    """A module whose forward is the given function."""

    def __init__(self, function, **tensors):
        super().__init__()
        self.function = function
        for name, tensor in tensors.items():
            self.register_buffer(name, tensor)

    def forward(self, x):
        return self.function(self, x)


@pytest.mark.parametrize(
    "function, shape, macs",
    [
        (lambda m, x: x @ x.mT, (2, 3, 4), 2 * 3 * 3 * 4),
        (lambda m, x: torch.einsum("bik,bjk->bij", x, x), (2, 3, 4), 2 * 3 * 3 * 4),
        (lambda m, x: torch.einsum("bik,bik->b", x, x), (2, 3, 4), 2 * 3 * 4),
        (lambda m, x: x @ x[0, 0], (2, 3, 4), 2 * 3 * 4),
        (lambda m, x: torch.dot(x[0, 0], x[0, 0]), (2, 3, 4), 4),
        (lambda m, x: torch.vdot(x[0, 0], x[0, 0]), (2, 3, 4), 4),
        (lambda m, x: torch.addmv(x[0, :, 0], x[0], x[0, 0]), (2, 3, 4), 3 * 4),
        (lambda m, x: torch.addmm(x[0] @ x[0].mT, x[0], x[0].mT), (1, 3, 4), 2 * 36),
        (lambda m, x: torch.addbmm(x[0, :, :3], x, x.mT), (2, 3, 4), 2 * 36),
        (lambda m, x: torch.baddbmm(x[..., :3], x, x.mT), (2, 3, 4), 2 * 36),
        (lambda m, x: F.scaled_dot_product_attention(x, x, x), (2, 5, 3, 4), 10 * 2 * 3 * 3 * 4),
        (lambda m, x: F.scaled_dot_product_attention(x, x, x, is_causal=True), (2, 5, 3, 4), 10 * 2 * 3 * 3 * 4),
        (lambda m, x: (x * x).sum(), (2, 3, 4), 0),
        (lambda m, x: F.avg_pool2d(F.relu(x), 2), (1, 3, 4, 4), 0),
    ],
)
def test_products(function, shape, macs):
    assert count_macs(Call(function), shape) == macs


def test_layers_made_of_products():
    d, hidden, length = 8, 16, 5
    attention = 4 * length * d * d + 2 * length * length * d
    block = nn.TransformerEncoderLayer(d, 2, hidden, batch_first=True)
    assert count_macs(block, (3, length, d)) == 3 * (attention + 2 * length * d * hidden)
    lstm = nn.LSTM(d, hidden, batch_first=True)
    assert count_macs(lstm, (3, length, d)) == 3 * length * 4 * hidden * (d + hidden)
    assert count_macs(nn.Linear(d, 7), (2, 3, d)) == 2 * 3 * d * 7


def test_bias_norm_activation_pooling_resizing_count_none():
    conv = nn.Conv2d(3, 4, 3)
    more = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.GELU(), nn.GroupNorm(2, 4), nn.Softmax(1), nn.Dropout(), nn.PReLU(),
        nn.LocalResponseNorm(2), nn.MaxPool2d(2), nn.AvgPool2d(2), nn.Upsample(scale_factor=2, mode="bilinear"),
        nn.PixelShuffle(2), nn.AdaptiveAvgPool2d(3), nn.AdaptiveMaxPool2d(2), nn.ReflectionPad2d(1), nn.LogSoftmax(1),
    )  # fmt: skip
    assert count_macs(more, (2, 3, 18, 18)) == count_macs(conv, (2, 3, 18, 18)) == 2 * 4 * 256 * 27


def test_shared_parameters_count_once_but_work_each_time():
    layer = nn.Linear(4, 4)
    assert count_parameters(nn.Sequential(layer, nn.ReLU(), layer)) == 20
    assert count_macs(nn.Sequential(layer, nn.ReLU(), layer), (1, 4)) == 32
    tied = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    tied[1].weight = tied[0].weight
    assert count_parameters(tied) == 24


def test_frozen_parameters_count_and_buffers_do_not():
    norm = nn.BatchNorm2d(5).requires_grad_(False)
    assert count_parameters(norm) == 10


# --- the model stays as it was, and nothing is computed ------------------------------------------------------


def test_the_model_is_not_touched():
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Dropout())
    model.train()
    model[0].eval()
    called = []
    model[0].register_forward_hook(lambda *_: called.append("after"))
    model[1].register_forward_pre_hook(lambda *_: called.append("before"))
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    parameters = list(model.parameters())
    count_macs(model, (2, 3, 8, 8))
    assert not called and model.training and not model[0].training
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert all(a is b and a.device.type == "cpu" for a, b in zip(parameters, model.parameters(), strict=True))
    assert len(model[0]._forward_hooks) == 1 and not model[0]._forward_pre_hooks


def test_no_large_tensor_is_computed():
    with torch.device("meta"):
        model = nn.Sequential(nn.Conv2d(3, 10**5, 3), nn.Conv2d(10**5, 10**5, 1))  # 40 GB of weights
    assert count_macs(model, (10**4, 3, 1000, 1000)) == 10**4 * 998**2 * (10**5 * 27 + 10**10)


def test_other_types():
    assert count_macs(nn.Conv2d(1, 1, 3, dtype=torch.float64), (1, 1, 3, 3)) == 9
    assert count_macs(nn.Conv2d(1, 1, 3, dtype=torch.bfloat16), (1, 1, 3, 3)) == 9


def test_weight_norm_by_hook_is_copied():
    conv = torch.nn.utils.parametrizations.weight_norm(nn.Conv2d(1, 2, 3))
    assert count_macs(conv, (1, 1, 3, 3)) == 18


def test_what_is_compiled_runs_as_it_was_written_and_who_compiles_nothing_waits_for_no_compiler(monkeypatch):
    asked = []
    monkeypatch.setattr(torch.compiler, "set_stance", lambda stance: asked.append(stance) or nullcontext())
    for imported, stances in (({}, []), ({"torch._dynamo": None}, ["force_eager"])):
        monkeypatch.setattr(costs, "sys", SimpleNamespace(modules=imported))
        assert count_macs(nn.Linear(2, 3), (1, 2)) == 6 and asked == stances


# --- what is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model, shape, error, message",
    [
        (Call(lambda m, x: torch.fft.rfft2(x)), (4, 4), ValueError, "calls aten._fft_r2c"),
        (Call(lambda m, x: nn.Bilinear(4, 4, 2)(x, x)), (3, 4), ValueError, "calls aten._trilinear"),
        (Call(lambda m, x: torch.cdist(x, x)), (3, 4), ValueError, "calls aten._cdist_forward"),
        (Call(lambda m, x: torch.linalg.inv(x)), (3, 3), ValueError, "calls aten.linalg_inv_ex"),
        (Call(lambda m, x: x if x.sum() > 0 else -x), (3, 3), ValueError, "only shapes"),
        (Call(lambda m, x: 1 / 0), (3, 3), ValueError, "does not run on .* division by zero"),
        (nn.Conv2d(3, 4, 3), (1, 1, 8, 8), ValueError, "the Conv2d is made for 3 channels, its input has 1 "),
        (nn.Sequential(nn.Conv2d(1, 2, 3), nn.Conv2d(3, 2, 3)), (1, 1, 9, 9), ValueError, r"layer '1' .* 3 channels"),
        (nn.Sequential(nn.Flatten(), nn.Linear(9, 2)), (1, 1, 4, 4), ValueError, "layer '1' .* 9 features, .* 16"),
        (nn.Conv2d(3, 4, 3), (3, 8), ValueError, "with 4 dimensions in all"),
        (nn.Conv2d(3, 4, 3), (1, 3, 2, 2), ValueError, "does not run on an input of shape"),
        (nn.Conv2d(3, 4, 3), (1, 3, 0, 2), ValueError, "no number below 1"),
        (nn.Conv2d(3, 4, 3), 224, TypeError, "must be a tuple of whole numbers .* got 224$"),
        (nn.Conv2d(3, 4, 3), (1, 3, 8.0, 8), TypeError, "must be a tuple of whole numbers"),
        (nn.LazyConv2d(4, 3), (1, 3, 8, 8), ValueError, "lazy layer"),
        ("resnet18", (1, 3, 8, 8), TypeError, "must be an nn.Module, got str$"),
    ],
)
def test_refused(model, shape, error, message):
    with pytest.raises(error, match=message) as caught:
        count_macs(model, shape)
    assert str(caught.value).startswith("count_macs: ")


def test_parameters_refused():
    with pytest.raises(TypeError, match=r"must be an nn\.Module"):
        count_parameters([torch.ones(3)])
    with pytest.raises(ValueError, match="weight has no size yet"):
        count_parameters(nn.LazyLinear(3))
