"""What counts as a multiply-add: every module of torch.nn, every operator of aten, and what models do around them."""

import functools
import logging
import math
import re
import threading

import pytest
import torch
import torch.nn.functional as F
from drawn import settings  # tests/support
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import parametrizations, prune
from torch.nn.utils.rnn import pack_padded_sequence
from torch.utils.flop_counter import flop_registry, register_flop_formula

import convlab.functional as C
from convlab.geometry import costs, count_macs, count_parameters
from convlab.geometry.copies import unwrapped


class Call(nn.Module):
    """A module whose forward is the given function of the module and its inputs."""

    def __init__(self, function, **members):
        super().__init__()
        self.function = function
        for name, member in members.items():
            setattr(self, name, member)

    def forward(self, *inputs, **named):
        return self.function(self, *inputs, **named)


def whole(*shape):
    return torch.zeros(shape, dtype=torch.int64)


def each(names, value):
    return dict.fromkeys(names.split(), value)


# --- torch.nn: all of it --------------------------------------------------------------------------------------

attention = F.scaled_dot_product_attention
LINE, IMAGE, VOLUME, ROWS = (2, 4, 8), (2, 4, 8, 8), (2, 4, 8, 8, 8), (3, 5)
TOKENS, MEMORY = (2, 5, 8), (2, 3, 8)
ATTENTION, FORWARD = 4 * 5 * 64 + 2 * 25 * 8, 2 * 5 * 8 * 16  # for one sequence of TOKENS
CROSSED = (4 * 3 * 64 + 2 * 9 * 8) + (2 * 3 * 64 + 2 * 5 * 64 + 2 * 15 * 8) + 2 * 3 * 8 * 16
FREE_FOR = {
    LINE: {
        **each("AdaptiveAvgPool1d AdaptiveMaxPool1d AvgPool1d MaxPool1d CircularPad1d ZeroPad1d", (2,)),
        **each("ReflectionPad1d ReplicationPad1d", (2,)),
        **each("BatchNorm1d InstanceNorm1d", (4,)),
        "ConstantPad1d": (1, 2.0), "LPPool1d": (2, 2), "LayerNorm": (8,), "RMSNorm": (8,), "Dropout1d": (),
    },
    IMAGE: {
        **each(
            "AlphaDropout CELU Dropout Dropout2d ELU FeatureAlphaDropout Flatten GELU GLU Hardshrink Hardsigmoid "
            "Hardswish Hardtanh Identity LeakyReLU LogSigmoid LogSoftmax Mish PReLU RReLU ReLU ReLU6 SELU Sequential "
            "SiLU Sigmoid Softmax Softmax2d Softmin Softplus Softshrink Softsign Tanh Tanhshrink", ()
        ),
        **each(
            "AdaptiveAvgPool2d AdaptiveMaxPool2d AvgPool2d MaxPool2d CircularPad2d ReflectionPad2d ReplicationPad2d "
            "ZeroPad2d ChannelShuffle PixelShuffle PixelUnshuffle LocalResponseNorm CrossMapLRN2d Unfold Upsample "
            "UpsamplingBilinear2d UpsamplingNearest2d", (2,)
        ),
        **each("BatchNorm2d InstanceNorm2d SyncBatchNorm", (4,)),
        "ConstantPad2d": (1, 2.0), "LPPool2d": (2, 2), "FractionalMaxPool2d": (2, 3), "GroupNorm": (2, 4),
        "Threshold": (0.1, 20.0), "Unflatten": (1, (2, 2)),
    },
    VOLUME: {
        **each("AdaptiveAvgPool3d AdaptiveMaxPool3d AvgPool3d MaxPool3d CircularPad3d ZeroPad3d", (2,)),
        **each("ReflectionPad3d ReplicationPad3d", (2,)),
        **each("BatchNorm3d InstanceNorm3d", (4,)),
        "ConstantPad3d": (1, 2.0), "LPPool3d": (2, 2), "FractionalMaxPool3d": (2, 3), "Dropout3d": (),
    },
}  # fmt: skip
LOSSES = {  # of two inputs, unless it is said
    **each(
            "BCEWithLogitsLoss CosineSimilarity CrossEntropyLoss HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss MSELoss "
            "BCELoss MultiLabelSoftMarginLoss PairwiseDistance PoissonNLLLoss SmoothL1Loss SoftMarginLoss", [ROWS, ROWS]
        ),
    "NLLLoss": [ROWS, whole(3)], "NLLLoss2d": [IMAGE, whole(2, 8, 8)], "MultiMarginLoss": [ROWS, whole(3)],
    "MultiLabelMarginLoss": [ROWS, whole(3, 5)], "CosineEmbeddingLoss": [ROWS, ROWS, (3,)],
    "MarginRankingLoss": [(3,), (3,), (3,)], "TripletMarginLoss": [ROWS] * 3,
    "TripletMarginWithDistanceLoss": [ROWS] * 3,
}  # fmt: skip
COUNTED = {
    "Linear": ((8, 3), LINE, 2 * 4 * 8 * 3), "Conv1d": ((4, 3, 3), LINE, 2 * 6 * 3 * 12),
    "Conv2d": ((4, 3, 3), IMAGE, 2 * 36 * 3 * 36), "Conv3d": ((4, 3, 3), VOLUME, 2 * 216 * 3 * 108),
    "ConvTranspose1d": ((4, 3, 3), LINE, 2 * 8 * 4 * 9), "ConvTranspose2d": ((4, 3, 3), IMAGE, 2 * 64 * 4 * 27),
    "ConvTranspose3d": ((4, 3, 3), VOLUME, 2 * 512 * 4 * 81),
    "RNN": ((8, 6), (5, 2, 8), 10 * 6 * 14), "LSTM": ((8, 6), (5, 2, 8), 10 * 24 * 14),
    "GRU": ((8, 6), (5, 2, 8), 10 * 18 * 14), "RNNCell": ((8, 6), (2, 8), 2 * 6 * 14),
    "LSTMCell": ((8, 6), (2, 8), 2 * 24 * 14), "GRUCell": ((8, 6), (2, 8), 2 * 18 * 14),
    "Embedding": ((10, 4), (2, 3), 0), "EmbeddingBag": ((10, 4), (2, 3), 0), "Fold": (((4, 4), 2), (1, 8, 9), 0),
    "MultiheadAttention": ((8, 2, 0.0, True, False, False, None, None, True), [TOKENS] * 3, 2 * ATTENTION),
    "TransformerEncoderLayer": ((8, 2, 16, 0.1, "gelu", 1e-5, True), TOKENS, 2 * (ATTENTION + FORWARD)),
    "TransformerDecoderLayer": ((8, 2, 16, 0.1, "relu", 1e-5, True), [MEMORY, TOKENS], 2 * CROSSED),
    "Transformer": ((8, 2, 1, 1, 16, 0.1, "relu", None, None, 1e-5, True), [TOKENS, MEMORY],
                    2 * (ATTENTION + FORWARD + CROSSED)),
}  # fmt: skip
OWN_TESTS = {"TransformerEncoder", "TransformerDecoder", "AdaptiveLogSoftmaxWithLoss", "MaxUnpool1d", "MaxUnpool2d"}
OWN_TESTS |= {"MaxUnpool3d", "Bilinear", "GaussianNLLLoss", "CTCLoss", "LinearCrossEntropyLoss"}
NO_LAYERS = re.compile("^(Lazy.*|Module.*|Container|Parameter.*|RNN(Cell)?Base|LinearCrossEntropyOptions)$")


def test_all_of_torch_nn_is_tried():
    tried = {name for layers in FREE_FOR.values() for name in layers} | set(LOSSES) | set(COUNTED) | OWN_TESTS
    assert [name for name in nn.modules.__all__ if name not in tried and not NO_LAYERS.match(name)] == []


@pytest.mark.filterwarnings("ignore:NLLLoss2d")
def test_layers_and_losses_without_products():
    for shape, layers in FREE_FOR.items():
        for name, arguments in layers.items():
            assert count_macs(getattr(nn, name)(*arguments), shape) == 0, name
    for name, inputs in LOSSES.items():
        assert count_macs(getattr(nn, name)(), inputs) == 0, name
    for mode in ("nearest", "nearest-exact", "bilinear", "bicubic", "area"):
        assert count_macs(nn.Upsample(scale_factor=2, mode=mode), IMAGE) == 0, mode
    for mode, antialias in (("bilinear", True), ("bicubic", True)):
        assert count_macs(Call(lambda m, x: F.interpolate(x, 4, mode=mode, antialias=antialias)), IMAGE) == 0  # noqa: B023


@pytest.mark.parametrize("name", COUNTED)
def test_layers_with_products(name):
    arguments, inputs, macs = COUNTED[name]
    assert count_macs(getattr(nn, name)(*arguments), inputs) == macs


@pytest.mark.parametrize("kind, gates", [(nn.RNN, 1), (nn.LSTM, 4), (nn.GRU, 3)])
def test_deep_recurrent_layers(kind, gates):
    layer = kind(4, 6, 2, bidirectional=True, batch_first=True)
    assert count_macs(layer, (3, 5, 4)) == 3 * 5 * 2 * gates * 6 * ((4 + 6) + (12 + 6))
    packed = Call(
        lambda m, x: m.layer(pack_padded_sequence(x, [5, 3], batch_first=True))[1], layer=kind(4, 6, batch_first=True)
    )
    assert count_macs(packed, (2, 5, 4)) == (5 + 3) * gates * 6 * 10


def test_layers_that_need_several_things():
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    encoder = Call(lambda m, x, mask: m.encoder(x, src_key_padding_mask=mask), encoder=nn.TransformerEncoder(layer, 3))
    assert count_macs(encoder, [TOKENS, torch.zeros(2, 5, dtype=torch.bool)]) == 3 * 2 * (ATTENTION + FORWARD)
    causal = nn.Transformer.generate_square_subsequent_mask(5)
    for masks in ([causal], [causal, None, None], [causal, None, True]):
        model = Call(lambda m, x: m.inside.encoder(x, *m.masks), inside=encoder, masks=masks)
        assert count_macs(model, TOKENS) == 3 * 2 * (ATTENTION + FORWARD)
    decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16, batch_first=True), 2)
    assert count_macs(decoder, [MEMORY, TOKENS]) == 2 * 2 * CROSSED
    whole_one = nn.Transformer(8, 2, 1, 1, 16, batch_first=True)
    masked = {"src": TOKENS, "tgt": MEMORY, "src_mask": (5, 5), "tgt_mask": torch.zeros(3, 3)}
    assert count_macs(whole_one, masked) == 2 * (ATTENTION + FORWARD + CROSSED)
    softmax = Call(lambda m, x: m.inside.log_prob(x), inside=nn.AdaptiveLogSoftmaxWithLoss(8, 10, [3]))
    assert count_macs(softmax, (2, 8)) == 2 * (8 * 4 + 8 * 2 + 2 * 7)
    pools = {1: F.max_unpool1d, 2: F.max_unpool2d, 3: F.max_unpool3d}
    for axes, unpool in pools.items():
        pool = getattr(F, f"max_pool{axes}d")
        there_and_back = Call(lambda m, x: unpool(*pool(x, 2, return_indices=True), 2))  # noqa: B023
        assert count_macs(there_and_back, (1, 2, *[4] * axes)) == 0
    weighted = nn.EmbeddingBag(10, 4, mode="sum")
    assert count_macs(weighted, {"input": whole(2, 3), "per_sample_weights": (2, 3)}) == 2 * 3 * 4
    if hasattr(nn, "LinearCrossEntropyLoss"):
        assert count_macs(nn.LinearCrossEntropyLoss(8, 5), [(3, 8), whole(3)]) == 3 * 8 * 5
    assert count_macs(nn.LSTM(4, 6, proj_size=3), (5, 2, 4)) == 2 * 5 * (24 * (4 + 3) + 6 * 3)


# --- operators: all of aten ------------------------------------------------------------------------------------

PRODUCT = re.compile(
    "mm|matmul|conv|fft|linalg|dot|attention|rnn|lstm|gru|linear|cdist|cholesky|solve|svd|geqrf|_qr|inverse$|mv|"
    "transformer_enc|eig(h|vals)?$|lstsq|householder|ormqr|affine_grid|matrix|combination|det$|euclid"
)
NO_PRODUCT = re.compile(  # what only sounds so
    "upsample|gamma|hamming|cumm(ax|in)|mvlgamma|_convert_|linalg_(vector_norm|cross|diagonal|norm)|linalg__powsum|"
    "_linalg_check_errors|fft_r?fftfreq|mkldnn_reorder_conv|slice_inverse|dummy"
)


def operators():
    """Yield the operators of aten on tensors that are not made of others."""
    for name in sorted({schema.name for schema in torch._C._jit_get_all_schemas() if schema.name.startswith("aten::")}):
        packet = getattr(torch.ops.aten, name.removeprefix("aten::"), None)
        for overload in map(functools.partial(getattr, packet), packet.overloads() if packet else ()):
            arguments = [*overload._schema.arguments, *overload._schema.returns]
            key = "CompositeImplicitAutograd"
            if any("Tensor" in str(argument.type) for argument in arguments) and overload._overloadname != "out":
                try:
                    made_of_others = torch._C._dispatch_has_kernel_for_dispatch_key(overload.name(), key)
                except RuntimeError:  # an operator of TorchScript alone
                    continue
                if not made_of_others:
                    yield overload


def test_no_product_of_aten_is_free():
    counted = {costs._name(operator) for operator in flop_registry} | set(costs._FORMULAS)
    free = [overload for overload in operators() if costs._is_free(overload)]
    names = {costs._name(overload) for overload in free}
    suspicious = {name for name in names if PRODUCT.search(name) and not NO_PRODUCT.search(name)}
    assert {name for name in suspicious if name.rstrip("_") not in counted} == set()
    assert {"aten.cat", "aten.native_layer_norm", "aten._unsafe_index", "aten.hardswish_", "aten.scatter_add"} <= names
    assert len(names) > 500


@pytest.mark.parametrize(
    "function, shape, macs",
    [
        (lambda m, x: x[0, :, :3].clone().addmm_(x[0], x[0].mT), (2, 3, 4), 36),
        (lambda m, x: x[..., :3].clone().baddbmm_(x, x.mT), (2, 3, 4), 72),
        (lambda m, x: x[0, :, 0].clone().addmv_(x[0], x[0, 0]), (2, 3, 4), 12),
        (lambda m, x: torch.zeros(3, 3).addbmm_(x, x.mT), (2, 3, 4), 72),
        (lambda m, x: torch.mm(x, x.mT, out=torch.empty(3, 3)), (3, 4), 36),
        (lambda m, x: torch.inner(x, x), (2, 3), 12),
        # torch takes these apart into products entry by entry and sums, where an axis has one entry or always
        (lambda m, x: torch.linalg.vecdot(x, x), (5, 8), 40),
        (lambda m, x: torch.einsum("bi,bi->b", x, x), (5, 8), 40),
        (lambda m, x: torch.einsum("bik, bkj -> bij", x, x.mT), (2, 5, 1), 50),
        (lambda m, x: torch.einsum("...ik,...kj", [x, x.mT]), (2, 5, 1), 50),
        (lambda m, x: torch.einsum(x, [0, 1, 2], x.mT, [0, 2, 3], [0, 1, 3]), (2, 5, 1), 50),
        (lambda m, x: x @ x.mT + torch.tensordot(x, x, ([2], [2]))[:, :, 0].mT, (2, 5, 1), 50 + 100),
        (lambda m, x: torch.einsum("bi,bj->bij", x, x), (2, 5), 0),
        (lambda m, x: torch.einsum("bi,bj,bk->bijk", x, x, x), (2, 5), 0),
        (lambda m, x: torch.einsum("bi,bj->b", x, x) + torch.einsum("bi->b", x) * 2, (2, 1), 0),
        (lambda m, x: torch.func.jvp(nn.Linear(4, 3), (x,), (x,))[1], (2, 4), 3 * 24),  # as torch's counter says
        (lambda m, x: torch.func.jacfwd(nn.Linear(4, 3))(x), (2, 4), 10 * 24),
        (lambda m, x: torch.tensordot(x, x, 2), (2, 3), 6),
        (lambda m, x: torch.linalg.multi_dot([x, x.mT, x]), (2, 3), 24),
        (lambda m, x: torch.linalg.matrix_power(x, 3), (3, 3), 54),
        (lambda m, x: torch._int_mm(x, x.mT), torch.zeros(32, 16, dtype=torch.int8), 32 * 32 * 16),
        (lambda m, x: torch._addmm_activation(x[:, :3].clone(), x, x.mT), (3, 4), 36),
        (lambda m, x: torch.conv_tbc(x, torch.ones(2, 3, 4), torch.ones(4)), (5, 2, 3), 4 * 2 * 4 * 2 * 3),
        (lambda m, x: F.grid_sample(x, F.affine_grid(torch.ones(2, 2, 3), IMAGE)), IMAGE, 2 * 64 * 2 * 3),
        (lambda m, x: attention(x, x, x), (3, 4), 2 * 9 * 4),
        (lambda m, x: attention(x, x[:, :2], x[:, :2], enable_gqa=True), (2, 6, 3, 4), 12 * 2 * 36),
        (lambda m, x: attention(x, x, x[..., :2]), (2, 5, 3, 4), 10 * (36 + 18)),
        (lambda m, x: attention(x, x[:1], x[:1], torch.ones(3, 3)), (2, 5, 3, 4), 10 * 72),
        (lambda m, x: torch.vmap(nn.Linear(4, 3))(x), (2, 5, 4), 120),
        (lambda m, x: torch.utils.checkpoint.checkpoint(nn.Linear(4, 3), x, use_reentrant=False), (2, 4), 24),
        (lambda m, x: torch.inference_mode()(nn.Conv2d(4, 2, 3))(x).flatten(1) @ torch.ones(72, 3), IMAGE, 2 * 2808),
        (lambda m, x: torch.inference_mode()(nn.Sequential(nn.Linear(8, 3), nn.GELU()))(x), IMAGE, 64 * 24),
        (lambda m, x: F.conv2d(x[0], torch.ones(5, 4, 3, 3)), IMAGE, 36 * 5 * 36),
        (lambda m, x: torch.outer(x[0], x[0]) + torch.addr(torch.zeros(3, 3), x[0], x[0]), (2, 3), 0),
        (lambda m, x: torch.randn_like(x) + torch.randperm(8) + x.scatter_add(1, whole(2, 4, 8, 8), x), IMAGE, 0),
        (lambda m, x: torch.linalg.vector_norm(x) + torch.linalg.cross(x, x).cumsum(0).sort().values, (3, 3), 0),
        (lambda m, x: torch.fft.fftshift(x) + torch.fft.rfftfreq(16)[:8] + torch.hamming_window(8), (3, 8), 0),
        (lambda m, x: torch._foreach_mul([x, x], 2.0)[0], (3, 8), 0),
        (lambda m, x: F.one_hot(x, 5).float() @ torch.ones(5, 3), (2,), 30),
    ],
)  # fmt: skip
def test_products_in_other_clothes(function, shape, macs):
    assert count_macs(Call(function), shape) == macs


def recorded(m, x):
    with torch.profiler.record_function("step"):
        return x * 2


def gradient(m, x):
    with torch.enable_grad():
        x = x.requires_grad_()
        return torch.autograd.grad(F.conv2d(x, m.weight).square().sum(), x)


def test_profilers_and_gradients():
    assert count_macs(Call(recorded), IMAGE) == 0
    weight = nn.Parameter(torch.ones(2, 4, 3, 3))  # the gradient by the input takes as much again
    assert count_macs(Call(gradient, weight=weight), IMAGE) == 2 * (2 * 2 * 36 * 36)


def test_complex_products_count_alike():
    weight = torch.ones(2, 4, 3, 3, dtype=torch.complex64)
    for conv in (F.conv2d, C.conv2d):
        assert count_macs(Call(lambda m, x: conv(x, weight.to("meta"))), weight) == 3 * 2 * 2 * 36  # noqa: B023
    assert count_macs(Call(lambda m, x: x @ x.mT), torch.ones(2, 3, dtype=torch.complex64)) == 3 * 2 * 3 * 2


def test_a_formula_registered_with_torch_counts():
    @torch.library.custom_op("convlab_test::triple", mutates_args=())
    def triple(x: torch.Tensor) -> torch.Tensor:
        return 3 * x

    triple.register_fake(torch.empty_like)
    model = Call(lambda m, x: triple(x))
    with pytest.raises(ValueError, match=r"calls convlab_test\.triple, and how many"):
        count_macs(model, (2, 3))
    packet = torch.ops.convlab_test.triple
    register_flop_formula(packet)(lambda shape, **_: 2 * math.prod(shape))
    try:
        assert count_macs(model, (2, 3)) == 6
    finally:
        del flop_registry[packet]


def test_torchvisions_operators():
    torchvision = pytest.importorskip("torchvision")
    deform = Call(lambda m, x, offset: m.conv(x, offset), conv=torchvision.ops.DeformConv2d(4, 6, 3))
    assert count_macs(deform, [(1, 4, 8, 8), (1, 18, 6, 6)]) == 36 * 6 * 36
    with pytest.raises(ValueError, match=r"calls torchvision\.roi_align"):
        count_macs(Call(lambda m, x, boxes: torchvision.ops.roi_align(x, boxes, 3)), [IMAGE, (2, 5)])


@pytest.mark.parametrize(
    "function, named",
    [
        (lambda m, x: torch.fft.fft(x), "aten._fft_r2c"),
        (lambda m, x: torch.stft(x, 4, return_complex=True), "aten._fft_r2c"),
        (lambda m, x: nn.Bilinear(3, 3, 2)(x, x), "aten._trilinear"),
        (lambda m, x: torch.cdist(x, x), "aten._cdist_forward"),
        (lambda m, x: torch.linalg.pinv(x), "aten.linalg_pinv"),
        (lambda m, x: torch.linalg.solve(x, x), "aten._linalg_solve_ex"),
        (lambda m, x: torch.linalg.svd(x), "aten._linalg_svd"),
        (lambda m, x: torch.linalg.cholesky(x), "aten.linalg_cholesky_ex"),
        (lambda m, x: torch.cholesky_inverse(x), "aten.cholesky_inverse"),
        (lambda m, x: torch.det(x), "aten._linalg_det"),
        (lambda m, x: torch.matrix_exp(x), "aten.linalg_matrix_exp"),
        (lambda m, x: torch.linalg.eigvals(x), "aten.(_linalg_eigvals|linalg_eig)"),
        (lambda m, x: torch.geqrf(x), "aten.geqrf"),
    ],
)
def test_products_without_a_formula(function, named):
    with pytest.raises(ValueError, match=f"^count_macs: the model calls {named}, and how many .* is not known here"):
        count_macs(Call(function), (3, 3))


# --- convlab.functional ----------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.data())
def test_our_convolutions_count_as_torchs(data):
    ndim, groups, channels, out, batch = data.draw(st.tuples(*[st.integers(1, 3)] * 5))
    kernel = data.draw(st.lists(st.integers(1, 3), min_size=ndim, max_size=ndim))
    weight = torch.ones(groups * out, channels, *kernel, device="meta")
    options = data.draw(
        st.fixed_dictionaries(
            {"stride": st.integers(1, 2), "padding": st.integers(0, 2), "dilation": st.integers(1, 2)}
        )
    )
    shape = (batch, groups * channels, *[7] * ndim)[data.draw(st.integers(0, 1)) :]
    more = (
        {"algorithm": data.draw(st.sampled_from(["auto", "loops", "windows", "taps", "im2col", "fft"]))}
        if ndim == 2
        else {}
    )

    def macs(place, name, weight, **options):
        return count_macs(
            Call(lambda m, x: getattr(place, f"{name}{ndim}d")(x, weight, groups=groups, **options)), shape
        )

    assert macs(C, "conv", weight, **options, **more) == macs(F, "conv", weight, **options) > 0
    weight = torch.ones(groups * channels, out, *kernel, device="meta")
    assert macs(C, "conv_transpose", weight, stride=2) == macs(F, "conv_transpose", weight, stride=2) > 0


def test_the_cases_of_our_functional():
    weight = torch.ones(6, 1, 3, 3, device="meta")
    assert count_macs(Call(lambda m, x: C.conv2d(x, weight, groups=6)), (1, 6, 8, 8)) == 1944
    weight_4 = torch.ones(6, 4, 3, 3, device="meta")
    for name in ("loops", "windows", "taps", "im2col", "fft", "auto"):
        assert count_macs(Call(lambda m, x: C.conv2d(x, weight_4, algorithm=name)), (1, 4, 8, 8)) == 7776  # noqa: B023
    large = Call(lambda m, x: C.conv2d(x, weight_4, padding="same", algorithm="loops"))
    assert count_macs(large, (1, 4, 1000, 1000)) == 24 * 9 * 10**6  # without a million steps
    kernel = torch.ones(3, 3, device="meta")
    assert count_macs(Call(lambda m, x: C.corr2d(x, kernel)), (8, 8)) == 324
    for function in (C.correlate2d, C.convolve2d):
        for mode, places in {"valid": 36, "same": 64, "full": 100}.items():
            assert count_macs(Call(lambda m, x: function(x, kernel, mode)), (8, 8)) == 9 * places  # noqa: B023
    rest = Call(lambda m, x: C.interpolate(C.avg_pool2d(C.max_pool2d(x, 2), 2), scale_factor=2, mode="bilinear"))
    assert count_macs(rest, IMAGE) == 0
    assert count_macs(Call(lambda m, x: C.fold(C.unfold(x, 2), (8, 8), 2)), IMAGE) == 0


# --- the model around ------------------------------------------------------------------------------------------


class Head(nn.Module):
    """The head is fed by a hook, in one of the ways in which one is written."""

    def __init__(self, way):
        super().__init__()
        self.body, self.head = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 2, 3, padding=1)
        self.kept, self.map, self.all = {}, None, []
        kept, keep, hook = self.kept, self.keep, self.body.register_forward_hook
        {
            "method": lambda: hook(self.keep),
            "closure": lambda: hook(lambda module, inputs, output: setattr(self, "map", output)),
            "closed method": lambda: hook(lambda *given: keep(*given)),
            "partial": lambda: hook(functools.partial(Head.keep, self)),
            "dict": lambda: hook(lambda module, inputs, output: kept.update(map=output)),
            "default": lambda: hook(lambda module, inputs, output, net=self: setattr(net, "map", output)),
            "keywords": lambda: hook(lambda m, inputs, named, output: setattr(self, "map", output), with_kwargs=True),
            "global": lambda: hook(keep_in_global),
        }[way]()

    def keep(self, module, inputs, output):
        self.map = output

    def forward(self, x):
        self.body(x)
        self.all.append((x, {"map": self.map}))
        return self.head(self.kept.get("map", self.map))


def keep_in_global(module, inputs, output):
    model_of_test.map = output  # noqa: F821


@pytest.mark.parametrize(
    "way", ["method", "closure", "closed method", "partial", "dict", "default", "keywords", "global"]
)
def test_a_head_that_the_models_own_hook_feeds(way):
    model = Head(way)
    globals()["model_of_test"] = model
    model(torch.ones(1, 3, 8, 8))
    before = model.kept.get("map", model.map), len(model.all)
    assert count_macs(model, (1, 3, 16, 16)) == 46080
    after = model.kept.get("map", model.map), len(model.all)
    assert before[0] is after[0] and before[1] == after[1] == 1


SEEN = []  # as a notebook's cell has it


def test_hooks_of_others_are_not_called():
    model, seen = nn.Sequential(nn.Conv2d(3, 2, 3), nn.ReLU()), []

    class Watcher:
        def __init__(self):
            self.model, self.seen = model, seen

        def watch(self, module, inputs, output):
            self.seen.append(output.mean().item())

    model[0].register_forward_hook(lambda module, inputs, output: seen.append(output.mean().item()))
    model[1].register_forward_hook(Watcher().watch)
    model[1].register_forward_pre_hook(functools.partial(lambda seen, *_: seen.append(0), seen))
    model[0].register_forward_hook(lambda module, inputs, output: SEEN.append(output.shape))
    assert count_macs(model, (1, 3, 8, 8)) == 36 * 54 and seen == SEEN == []


@pytest.mark.parametrize("kind", ["returns", "lambda", "either", "sometimes", "module", "method", "partial", "before"])
def test_hooks_of_others_that_may_change_what_flows_are_refused(kind):
    model, seen, pool = nn.Sequential(nn.Conv1d(1, 2, 3), nn.ReLU(), nn.Conv1d(2, 2, 3)), [], nn.AvgPool1d(2)

    def returns(module, inputs, output):
        seen.append(output)
        return pool(output)

    def sometimes(module, inputs, output):
        if seen:
            return pool(output)

    hook = {
        "returns": returns,
        "lambda": lambda module, inputs, output: pool(output),
        "either": lambda module, inputs, output: seen.append(output) or pool(output),
        "sometimes": sometimes,
        "module": lambda *given: F.avg_pool1d(given[2], 2),
        "method": functools.partial(returns).__call__,
        "partial": functools.partial(returns),
        "before": lambda module, inputs: F.avg_pool1d(inputs[0], 2),
    }[kind]
    register = model[1].register_forward_pre_hook if kind == "before" else model[1].register_forward_hook
    handle = register(hook)
    with pytest.raises(ValueError, match=r"count_macs: a ReLU has a hook .* take it off \(handle.remove\(\)\)"):
        count_macs(model, (1, 1, 64))
    handle.remove()

    def collects(module, inputs, output):
        if len(seen) < 3:
            with torch.no_grad():
                seen.append(output.numpy())

    model[1].register_forward_hook(collects)
    model[1].register_forward_hook(lambda module, inputs, output: print(output.shape))
    assert count_macs(model, (1, 1, 64)) == 62 * 6 + 60 * 12 and seen == []


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_torchs_older_hooks_compute_their_weights():
    assert count_macs(torch.nn.utils.spectral_norm(nn.Conv2d(3, 2, 3)), (1, 3, 5, 5)) == 486 + 54 + 2


class Keeps(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.maps, self.by_name = nn.Conv2d(3, 2, 3), [], {"deep": {}}

    def forward(self, x):
        x = self.conv(x)
        self.maps.append(x)
        self.by_name["deep"]["map"] = (x, [x])
        return x


def test_a_model_that_keeps_its_maps():
    model = Keeps()
    model(torch.ones(1, 3, 5, 5))
    assert count_macs(model, (1, 3, 5, 5)) == 9 * 54 and len(model.maps) == 1 and model.maps[0].device.type == "cpu"


def test_weights_written_by_data():
    def masked(m, x):
        m.conv.weight.data *= m.mask
        m.conv.weight.data.clamp_(0).copy_(m.mask)
        m.conv.weight.data = m.conv.weight.data * 2
        return m.conv(x)

    conv = nn.Conv2d(3, 2, 3)
    assert count_macs(Call(masked, conv=conv, mask=torch.ones(2, 3, 3, 3)), (1, 3, 5, 5)) == 486
    assert conv.weight.min() < 0


def test_functions_that_speak_of_the_model():
    class Blocks(nn.Module):
        def __init__(self):
            super().__init__()
            self.weights = [nn.Parameter(torch.ones(3, 3))]
            self.linear = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3))
            self.block = lambda x: self.linear(x @ self.weights[0])

        def forward(self, x):
            return self.block(x)

    blocks = Blocks()
    assert count_macs(blocks, (2, 3)) == 36
    assert blocks.linear[1].num_batches_tracked == 0  # the copy has run, not the model
    layer = nn.Linear(3, 4)
    inside = layer.forward
    layer.forward = lambda x: inside(x) @ layer.weight
    assert count_macs(layer, (2, 3)) == 48 and layer.weight.device.type == "cpu"


def test_tensors_that_are_not_the_models_own():
    mean, table = torch.ones(3, 1, 1), torch.ones(5, 2)

    def forward(m, x):
        x = (x - mean) / torch.from_numpy(mean.numpy()) + torch.zeros(1, device="cpu")
        return m.conv(x).mean((2, 3)) @ table.T[: int(torch.tensor(2.0, device="cpu").item())]

    assert count_macs(Call(forward, conv=nn.Conv2d(3, 2, 3)), (1, 3, 5, 5)) == 486 + 2 * 5
    assert mean.device.type == "cpu" and mean.sum() == 3


def test_nothing_of_the_model_changes():
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Dropout(), nn.RReLU())
    model(torch.ones(1, 3, 5, 5)).sum().backward()
    model[1].eval()
    draws = Call(lambda m, x: m.model(x) + torch.rand(1) + torch.rand(1, device="cpu").to("meta"), model=model)
    before = [*(t.clone() for t in model.state_dict().values()), *(p.grad.clone() for p in model.parameters())]
    members, random = [{**vars(m)} for m in draws.modules()], torch.get_rng_state()
    count_macs(draws, (2, 3, 8, 8))
    after = [*model.state_dict().values(), *(p.grad for p in model.parameters())]
    assert all(map(torch.equal, before, after)) and torch.equal(random, torch.get_rng_state())
    assert members == [vars(m) for m in draws.modules()] and not model[1].training and model[0].training


def test_what_cannot_be_copied_is_said():
    assert count_macs(Call(lambda m, x: x, log=logging.getLogger("convlab")), (1, 2)) == 0
    with pytest.raises(ValueError, match=r"count_macs: the model cannot be copied, .* '_thread\.lock'"):
        count_macs(Call(lambda m, x: x, lock=threading.Lock()), (1, 2))


def test_wrapped_and_parametrised_models():
    conv = nn.Conv2d(3, 2, 3)
    assert (
        count_macs(nn.DataParallel(conv), (1, 3, 5, 5))
        == count_macs(nn.DataParallel(nn.DataParallel(conv)), (1, 3, 5, 5))
        == 486
    )
    assert unwrapped(nn.DataParallel(nn.DataParallel(conv))) is conv and count_parameters(nn.DataParallel(conv)) == 56
    assert count_macs(torch.optim.swa_utils.AveragedModel(conv), (1, 3, 5, 5)) == 486
    assert count_macs(torch.fx.symbolic_trace(nn.Sequential(conv)), (1, 3, 5, 5)) == 486
    pruned = prune.l1_unstructured(nn.Conv2d(3, 2, 3), "weight", 0.5)
    assert count_macs(pruned, (1, 3, 5, 5)) == 486 and count_parameters(pruned) == 56
    assert count_macs(parametrizations.weight_norm(nn.Conv2d(3, 2, 3)), (1, 3, 5, 5)) == 486
    spectral = parametrizations.spectral_norm(nn.Conv2d(3, 2, 3))  # its norm is a product with the weights, each time
    assert count_macs(spectral, (1, 3, 5, 5)) == 486 + 54 + 2
    with pytest.raises(ValueError, match="linalg_matrix_exp"):
        count_macs(parametrizations.orthogonal(nn.Linear(3, 3)), (1, 3))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_compiled_scripted_and_exported_models():
    conv, shape = nn.Sequential(nn.Conv2d(3, 2, 3), nn.ReLU()), (1, 3, 5, 5)
    assert count_macs(torch.compile(conv), shape) == count_macs(nn.DataParallel(torch.compile(conv)), shape) == 486
    assert count_macs(nn.Sequential(torch.compile(conv), nn.DataParallel(nn.Conv2d(2, 2, 1))), shape) == 486 + 36
    in_place = nn.Sequential(nn.Conv2d(3, 2, 3))
    in_place.compile()
    assert count_macs(in_place, shape) == 486
    scripted, traced = torch.jit.script(conv.eval()), torch.jit.trace(conv, torch.ones(shape))
    for model in (scripted, torch.jit.freeze(scripted)):
        assert count_macs(model, shape) == 486
    if torch.__version__ >= (2, 13):
        assert count_macs(traced, shape) == 486
    else:  # there, a traced convolution does not run without values
        with pytest.raises(ValueError, match="TorchScript fails"):
            count_macs(traced, shape)
    assert count_parameters(scripted) == 56
    exported = torch.export.export(conv, (torch.ones(shape),))
    assert count_macs(exported.module(), shape) == 486
    for count in (count_parameters, lambda model: count_macs(model, shape)):
        with pytest.raises(TypeError, match=r"nn\.Module, got ExportedProgram; pass its \.module\(\)"):
            count(exported)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind, inside", [(nn.Linear, "0._packed_params"), (nn.LSTM, "0._all_weight_values.0")])
def test_packed_weights_are_refused(kind, inside):
    packed = torch.ao.quantization.quantize_dynamic(nn.Sequential(kind(4, 4)), {kind})
    with pytest.raises(ValueError, match=f"count_parameters: '{inside}' has packed .quantised. weights"):
        count_parameters(packed)


@pytest.mark.filterwarnings("ignore")
def test_weights_that_torchscript_hides_are_refused():
    linear = nn.Sequential(nn.Linear(4, 4)).eval()
    packed = torch.ao.quantization.quantize_dynamic(linear, {nn.Linear})
    for compiled in (torch.jit.script(packed), torch.jit.trace(packed, torch.ones(1, 4))):
        with pytest.raises(ValueError, match=r"count_parameters: '0' has packed .quantised. weights"):
            count_parameters(compiled)
    scripted = torch.jit.script(linear)
    with pytest.raises(ValueError, match=r"count_parameters: .* frozen TorchScript are hidden; count before freezing"):
        count_parameters(nn.Sequential(torch.jit.freeze(scripted)))
    assert count_parameters(scripted) == count_parameters(torch.jit.trace(linear, torch.ones(1, 4))) == 20


META = "where tensors have no values, only shapes"


@pytest.mark.filterwarnings("ignore")
def test_a_count_that_fails_says_where_it_runs():
    lstm, linear, weight = nn.LSTM(4, 6, batch_first=True), nn.Linear(4, 4), torch.ones(4, 4, 1, 1)
    for model, shape, message in (
        (Call(lambda m, x: lstm(pack_padded_sequence(x, torch.tensor([5, 3]), True))), (2, 5, 4), f"lengths.*{META}.$"),
        (torch.jit.trace(lstm, torch.ones(2, 5, 4)), (2, 5, 4), f": Input and hidden tensors.*{META}.$"),
        (Call(lambda m, x: m.lstm(x.cpu()), lstm=lstm), (2, 5, 4), f"no data!.*{META}"),
        (Call(lambda m, x: C.conv2d(x, weight)), IMAGE, f"but weight on 'cpu'.*{META}"),
        (nn.Conv2d(3, 2, 5), (1, 3, 3, 3), "Kernel size can't be greater than|Output size is too small"),
        (torch.jit.script(linear), (2, 5), r"\(2, 5\): TorchScript fails: return F\.linear\(input"),
        (
            Call(lambda m, a, b: (m.a(a), torch.take(b, b)), a=nn.Conv1d(4, 2, 1)),
            [(2, 4, 4), (2, 7)],
            "; pass tensors where",
        ),
    ):
        with pytest.raises(ValueError, match=message):
            count_macs(model, shape)
    both = Call(lambda m, a, b: (m.a(a), m.b(b)), a=linear, b=nn.Embedding(9, 4))
    assert count_macs(both, [(2, 4), whole(2, 7)]) == 2 * 16


def test_parameters_of_all_kinds():
    tied = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    tied[1].weight = tied[0].weight
    assert count_parameters(tied) == count_parameters(nn.DataParallel(tied)) == 24
    assert count_parameters(parametrizations.weight_norm(nn.Conv2d(3, 2, 3))) == 54 + 2 + 2  # with a length each
    assert count_parameters(parametrizations.spectral_norm(nn.Conv2d(3, 2, 3))) == 56
    assert count_parameters(nn.Linear(2, 3, dtype=torch.complex64)) == 9
    assert count_parameters(nn.ParameterDict({"a": torch.ones(3), "b": nn.ParameterList([torch.ones(2)])})) == 5


# --- the inputs ------------------------------------------------------------------------------------------------


def test_inputs():
    conv, shape = nn.Conv2d(3, 2, 3), (1, 3, 5, 5)
    for inputs in (shape, list(shape), torch.Size(shape), torch.ones(shape), [shape], (shape,), {"input": shape}):
        assert count_macs(conv, inputs) == 486
    assert count_macs(conv, (1, 3, 5, torch.tensor(5))) == 486
    product = Call(lambda m, a, b: a @ b)
    assert count_macs(product, [(2, 3), (3, 4)]) == count_macs(product, ((2, 3), torch.ones(3, 4))) == 24
    assert count_macs(product, {"b": (3, 4), "a": (2, 3)}) == 24
    assert count_macs(Call(lambda m, pair: pair[0] @ pair[1]), [[(2, 3), (3, 4)]]) == 24
    assert count_macs(Call(lambda m, images: m.conv(images[0][None]), conv=conv), [[shape[1:]]]) == 486


def test_whole_numbers():
    class Sentences(nn.Module):
        """A small language model, as most are written."""

        def __init__(self):
            super().__init__()
            self.words, self.places = nn.Embedding(50, 8), nn.Embedding(20, 8)
            self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2)

        def forward(self, x):
            mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1], device=x.device)
            x = self.words(x) + self.places(torch.arange(x.shape[1], device=x.device))
            return self.encoder(x, mask=mask) @ self.words.weight.T

    assert count_macs(Sentences(), (2, 5)) == 2 * 2 * (ATTENTION + FORWARD) + 2 * 5 * 8 * 50
    words = nn.Sequential(nn.Embedding(10, 4), nn.Linear(4, 5))
    assert count_macs(words, (2, 3)) == count_macs(words, whole(2, 3)) == 6 * 20
    assert count_macs(Call(lambda m, x: m.words(x.flatten()[1:]), words=words), (2, 3)) == 5 * 20
    both = Call(lambda m, words, image: m.words(words) @ m.linear(image).mT, words=words[0], linear=nn.Linear(5, 4))
    assert count_macs(both, [whole(1, 6), (1, 7, 5)]) == 7 * 20 + 42 * 4


@pytest.mark.parametrize(
    "given, error, message",
    [
        (torch.ones(1, 3, 5, 5).numpy(), TypeError, r"pass tuple\(x\.shape\)$"),
        (None, TypeError, "got None"),
        ("1, 3, 5, 5", TypeError, "got '1, 3"),
        ([(1, 3, 5, 5), "a"], TypeError, "or a list of them, one for each input; got "),
        ({"input": 5}, TypeError, "got 5"),
        ({}, TypeError, "got {}"),
        ((), ValueError, "needs the batch first"),
        ([(1, 3, 0, 5)], ValueError, "no number below 1"),
        ([(1, 3, 5, 5), (1, 3)], ValueError, "2 positional arguments but 3 were given"),
        ([torch.ones(1, 3, 500, 500), torch.ones(9)], ValueError, "does not run on an input of shape .{0,99}: "),
    ],
)
def test_inputs_refused(given, error, message):
    with pytest.raises(error, match=message) as caught:
        count_macs(nn.Conv2d(3, 2, 3), given)
    assert str(caught.value).startswith("count_macs: ") and len(str(caught.value)) < 320


@pytest.mark.parametrize(
    "function, message",
    [
        (lambda m, x: x.nonzero(), "looks at numbers.*nonzero.*only shapes"),
        (lambda m, x: x[x > 0], r"looks at numbers.*\(aten.index\).*only shapes"),
        (lambda m, x: x.unique(), "looks at numbers.*_unique2.*only shapes"),
        (lambda m, x: torch.cov(x), r".or torch for it. looks at numbers.*torch.cov do \(aten.equal\)"),
        (lambda m, x: x.sum().item(), "looks at numbers.*item.*only shapes"),
        (lambda m, x: F.gaussian_nll_loss(x, x, x), "looks at numbers.*item.*only shapes"),
        (lambda m, x: x.numpy(), "numpy.*only shapes"),
        (lambda m, x: x if not x.is_floating_point() else 1 / 0, "division by zero"),
        (lambda m, x: F.ctc_loss(x, whole(3), whole(1) + 1, whole(1) + 1), "looks at numbers.*_ctc_loss"),
        pytest.param(
            lambda m, x: torch.cond(x.sum() > 0, lambda y: y @ y, lambda y: y, (x,)),
            "calls cond, and how many",
            marks=pytest.mark.slow,
        ),
        (lambda m, x: torch.nested.nested_tensor([x[0], x[1]], layout=torch.jagged), r"own kind \(NestedTensor\)"),
    ],
)
def test_models_that_look_at_values(function, message):
    with pytest.raises(ValueError, match=f"^count_macs: the model .*{message}"):
        count_macs(Call(function), (3, 3))
