"""Bad input: whatever torch refuses is refused, in words. And the operators never call what they teach."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from drawn import settings  # tests/support
from hypothesis import given
from hypothesis import strategies as st
from operators import ALGORITHMS, Forbidden
from strategies import convolutions, foldings, poolings, transposed_convolutions

import convlab.functional as C
from convlab import kernels, layers
from convlab.data import load_digits
from convlab.geometry import conv_output_size, count_macs
from convlab.plotting import (
    draw_maps,
    draw_padding,
    draw_path,
    draw_samples,
    draw_sheets,
    draw_steps,
    draw_windows,
    touched,
)
from convlab.training import fit

pytestmark = pytest.mark.filterwarnings("ignore")

NUMBERS = [0, -1, 2, 5, 9, 1.0, 1.5, True, False, None, "same", "valid", "full", "1", np.int64(2), np.ones(2), {}]
TUPLES = [(), (1,), (2, 0), (1, 2), (-1, 1), (1, 2, 3), (1.0, 2), ("1", 1), (None, 1), [2, True], torch.tensor(2)]
WILD = st.sampled_from(NUMBERS) | st.sampled_from(TUPLES)


def spoiled(x):
    """Return what a learner might pass instead of a tensor that fits, by name."""
    return {
        "numpy": lambda: x.numpy(),
        "list": lambda: x.tolist(),
        "nothing": lambda: None,
        "another type": lambda: x.float(),
        "whole numbers": lambda: x.long(),
        "on meta": lambda: x.to("meta"),
        "sparse": lambda: x.to_sparse(),
        "one axis more": lambda: x[None],
        "one axis less": lambda: x[0] if x.ndim and len(x) else x,
        "one channel more": lambda: torch.cat([x, x[:1]]) if x.ndim else x,
        "an empty side": lambda: x[..., :0],
        "an empty first axis": lambda: x[:0],
        "doubled": lambda: torch.cat([x, x], 1) if x.ndim > 1 else x,
        "a side of 1": lambda: x[..., :1],
    }


def calls():
    """Draw the name of an operator and a case that suits it."""
    parts = [convolutions(n).map(lambda case, n=n: (f"conv{n}d", case)) for n in (1, 2, 3)]
    parts += [transposed_convolutions(n).map(lambda case, n=n: (f"conv_transpose{n}d", case)) for n in (1, 2, 3)]
    parts += [foldings().map(lambda case: ("unfold", case)), foldings().map(lambda case: ("fold", folded(case)))]
    parts += [poolings().map(lambda case: ("max_pool2d", case))]
    parts += [
        poolings(dilated=False).map(
            lambda case: ("avg_pool2d", more(case, divisor_override=None, count_include_pad=True))
        )
    ]
    parts += [poolings().map(lambda case: ("interpolate", resized(case)))]
    return st.one_of(parts)


def more(case, **arguments):
    return case._replace(arguments=case.arguments | arguments)


def folded(case):
    columns = F.unfold(*case.tensors, **case.arguments)
    return case._replace(tensors=(columns,))._replace(
        arguments=case.arguments | {"output_size": tuple(case.tensors[0].shape[-2:])}
    )


def resized(case):
    x = case.tensors[0]
    arguments = {"size": (3, 4), "scale_factor": None, "mode": "bilinear", "align_corners": None}
    return case._replace(tensors=(x if x.ndim == 4 else x[None],), arguments=arguments)


def outcome(function, tensors, arguments):
    try:
        function(*tensors, **arguments)
    except Exception as error:
        return error
    return None


@settings(max_examples=200)
@given(calls(), st.data())
def test_what_torch_refuses_is_refused_in_words(call, data):
    name, (given_tensors, arguments) = call
    arguments, tensors = dict(arguments), list(given_tensors)
    for _ in range(data.draw(st.integers(1, 2))):
        if data.draw(st.booleans()):
            arguments[data.draw(st.sampled_from(sorted(arguments)))] = data.draw(WILD)
        else:
            i = data.draw(st.integers(0, len(tensors) - 1))
            if isinstance(tensors[i], torch.Tensor) and tensors[i].device.type == "cpu" and not tensors[i].is_sparse:
                tensors[i] = spoiled(tensors[i])[data.draw(st.sampled_from(sorted(spoiled(tensors[i]))))]()
    if any(isinstance(t, torch.Tensor) and 0 in t.shape[:1] for t in tensors):
        return  # torch itself checks less where there is nothing to compute
    ours = outcome(getattr(C, name), tensors, arguments)
    if ours is not None:
        assert isinstance(ours, (ValueError, TypeError)), repr(ours)
        assert str(ours).startswith(f"{name}: "), str(ours)
    elif (theirs := outcome(getattr(F, name), tensors, arguments)) is not None:
        pytest.fail(f"torch refuses this: {theirs}")


X, W = torch.ones(1, 4, 6, 6), torch.ones(6, 4, 3, 3)
NAMED = {
    "channels": (
        C.conv2d,
        (X, torch.ones(16, 3, 5, 5)),
        {},
        r"has 4 channels \(shape \(1, 4, 6, 6\)\) .* spans 3 .*16",
    ),
    "one channel": (C.conv2d, (X[:, :1], W), {}, r"has 1 channel \(.* spans 4 .*; with groups=1 both must be equal"),
    "channels of groups": (C.conv2d, (X, W), {"groups": 2}, r"with groups=2 the input must have 2 x 4 = 8 channels"),
    "groups": (C.conv2d, (X, torch.ones(5, 2, 3, 3)), {"groups": 2}, r"groups=2 does not divide the 5 output .*\(5, 2"),
    "large kernel": (C.conv2d, (X, torch.ones(6, 4, 9, 3)), {"padding": 1}, r"kernel \(9, 3\) is larger .*\(8, 8\)"),
    "dilated": (C.conv2d, (X, W), {"dilation": 3}, r"kernel \(3, 3\), which reaches over \(7, 7\) .*\(6, 6\)"),
    "stride": (C.conv2d, (X, W), {"stride": 0}, r"stride is 0; each entry must be at least 1"),
    "stride True": (C.conv2d, (X, W), {"stride": True}, r"stride must be a whole number .* got True"),
    "a set": (C.conv2d, (X, W), {"stride": {1, 2}}, r"stride must be a whole number or a tuple .* got \{1, 2\}"),
    "bytes": (C.conv2d, (X, W), {"padding": b"1"}, r"padding must be a whole number or a tuple .* got b'1'"),
    "an empty array": (C.unfold, (X, np.ones((2, 2))), {}, r"kernel_size must be a whole number or a tuple"),
    "far too large": (C.conv2d, (X, W), {"padding": 2**62}, r"padding is 4611686018427387904; .* at most 2147483647"),
    "stamps too far": (C.conv_transpose2d, (X, W[:4]), {"stride": 2**61}, r"stride is .* at most 2147483647"),
    "huge factor": (C.interpolate, (X,), {"scale_factor": 10**400}, r"must be above 0, and at most"),
    "a factor in a tensor": (C.interpolate, (X,), {"scale_factor": torch.tensor(2.0)}, r"must be a number or a tuple"),
    "groups as text": (C.conv2d, (X, W), {"groups": "2"}, r"groups must be a whole number, got '2'"),
    "divisor as text": (C.avg_pool2d, (X, 2), {"divisor_override": 1.5}, r"divisor_override must be a whole number"),
    "a flag of two": (C.max_pool2d, (X, 2), {"ceil_mode": torch.ones(2)}, r"ceil_mode must be True or False"),
    "antialias of two": (C.interpolate, (X, 2), {"antialias": torch.ones(2)}, r"antialias must be True or False"),
    "dilation": (C.conv2d, (X, W), {"dilation": (1, 0)}, r"dilation is \(1, 0\); each entry must be at least 1"),
    "stride of a sequence": (
        C.conv1d,
        (X[0, :, 0], W[:, :, 0]),
        {"stride": 0},
        r"stride is 0; each entry must be at least 1",
    ),
    "padding": (C.conv2d, (X, W), {"padding": -1}, r"padding is -1; negative values are not allowed"),
    "same": (C.conv2d, (X, W), {"padding": "same", "stride": 2}, r"'same' asks for stride 1, got \(2, 2\)"),
    "a mode": (C.conv2d, (X, W), {"padding": "full"}, r"padding is 'full'; it must be .* 'valid' or 'same'"),
    "axes": (C.conv2d, (X[0, 0], W), {}, r"input must be \(N, C, height, width\).*got 2 dimensions: \(6, 6\)"),
    "weight's axes": (
        C.conv2d,
        (X, W[0]),
        {},
        r"weight must be \(C_out, C_in / groups, height, width\), got \(4, 3, 3\)",
    ),
    "no kernel": (C.conv2d, (X, W[:0]), {}, r"weight is empty: \(0, 4, 3, 3\)"),
    "no pixels": (C.conv2d, (X[..., :0], W), {"padding": 3}, r"input is empty: \(1, 4, 6, 0\)"),
    "bias": (C.conv2d, (X, W, torch.ones(4)), {}, r"bias has shape \(4,\).* makes 6 output channels"),
    "groups 0": (C.conv2d, (X, W), {"groups": 0}, r"groups is 0; it must be at least 1"),
    "two types": (C.conv2d, (X, W.double()), {}, r"input is torch.float32 but weight is torch.float64"),
    "two devices": (C.conv2d, (X, W.to("meta")), {}, r"input is on device 'cpu' but weight on 'meta'"),
    "stamps' channels": (C.conv_transpose2d, (X, W), {}, r"has 4 channels \(shape .*\) but the weight .* made for 6"),
    "stamps' axes": (C.conv_transpose2d, (X, W[0]), {}, r"weight must be \(C_in, C_out / groups, .*got \(4, 3, 3\)"),
    "stamps' groups": (C.conv_transpose2d, (X, W[:4]), {"groups": 3}, r"groups=3 does not divide the 4 input channels"),
    "no stamps": (C.conv_transpose2d, (X, W[:4, :0]), {}, r"weight is empty: \(4, 0, 3, 3\)"),
    "nothing to stamp": (C.conv_transpose2d, (X[..., :0], W[:4]), {}, r"input is empty: \(1, 4, 6, 0\)"),
    "output padding": (C.conv_transpose2d, (X, W[:4]), {"output_padding": 1}, r"smaller than the stride \(1, 1\)"),
    "all cut off": (C.conv_transpose2d, (X, W[:4]), {"padding": 4}, r"output would be \(0, 0\).*cover \(8, 8\)"),
    "no window": (C.unfold, (X, 7), {}, r"kernel \(7, 7\) is larger than the padded input \(6, 6\)"),
    "columns": (C.fold, (torch.ones(1, 4, 3), 3, 2), {}, r"there are 3 columns .*\(3, 3\) has 2 x 2 = 4 windows"),
    "rows": (C.fold, (torch.ones(1, 5, 4), 3, 2), {}, r"5 entries .* not a multiple of 4"),
    "columns' axes": (C.fold, (X, 3, 2), {}, r"input must be .*got \(1, 4, 6, 6\)"),
    "pooling padding": (
        C.max_pool2d,
        (X, 2),
        {"padding": 2},
        r"padding \(2, 2\) is more than half the window \(2, 2\)",
    ),
    "pooling dilation": (C.max_pool2d, (X, 2), {"dilation": 0}, r"dilation is 0; each entry must be at least 1"),
    "large window": (C.avg_pool2d, (X, 7), {}, r"kernel \(7, 7\) is larger than the padded input \(6, 6\)"),
    "empty image": (C.max_pool2d, (X[:, :0], 2), {}, r"input is empty: \(1, 0, 6, 6\)"),
    "divisor 0": (C.avg_pool2d, (X, 2), {"divisor_override": 0}, r"divisor_override is 0"),
    "neither": (C.interpolate, (X,), {}, r"give size or scale_factor, not neither"),
    "both": (C.interpolate, (X, 2, 2), {}, r"give size or scale_factor, not both"),
    "cubic": (C.interpolate, (X, 2), {"mode": "bicubic"}, r"mode is 'bicubic'.*torch.nn.functional.interpolate"),
    "corners": (
        C.interpolate,
        (X, 2),
        {"align_corners": True},
        r"align_corners has a meaning for mode 'bilinear' only",
    ),
    "antialias": (C.interpolate, (X, 2, None, "bilinear"), {"antialias": True}, r"antialias=True is not in this"),
    "resized axes": (C.interpolate, (X[0], 2, None, "bilinear"), {}, r"needs an input \(N, C, H, W\), got \(4, 6, 6\)"),
    "size and ratio": (C.interpolate, (X, 2), {"recompute_scale_factor": True}, r"needs scale_factor, but size was"),
    "factors": (
        C.interpolate,
        (X,),
        {"scale_factor": (1, 2, 3)},
        r"scale_factor is \(1, 2, 3\); it needs one number or 2",
    ),
    "no factor": (C.interpolate, (X,), {"scale_factor": -1}, r"scale_factor is -1; it must be above 0"),
    "nothing to resize": (C.interpolate, (X[..., :0], 2), {}, r"at least size 1; the input is \(1, 4, 6, 0\)"),
    "nothing left": (
        C.interpolate,
        (X,),
        {"scale_factor": 0.1},
        r"at least size 1; the input is \(1, 4, 6, 6\).*\(0, 0\)",
    ),
}


@pytest.mark.parametrize("case", NAMED)
def test_named_cases_say_what_is_wrong(case):
    function, tensors, arguments, message = NAMED[case]
    with pytest.raises((ValueError, TypeError), match=f"^{function.__name__}: .*{message}"):
        function(*tensors, **arguments)


# The operator being taught is never called underneath.

CALLS = {
    "conv1d": lambda x: C.conv1d(x[:, :, 0], torch.ones(2, 4, 3), padding=1),
    "conv3d": lambda x: C.conv3d(x[None].transpose(1, 2), torch.ones(2, 4, 1, 3, 3), padding=1),
    "conv_transpose1d": lambda x: C.conv_transpose1d(x[:, :, 0], torch.ones(4, 2, 3), stride=2),
    "conv_transpose2d": lambda x: C.conv_transpose2d(x, torch.ones(4, 2, 3, 3), stride=2),
    "conv_transpose3d": lambda x: C.conv_transpose3d(x[None].transpose(1, 2), torch.ones(4, 2, 1, 3, 3)),
    "unfold and fold": lambda x: C.fold(C.unfold(x, 3), 6, 3),
    "max_pool2d": lambda x: C.max_pool2d(x, 3, padding=1),
    "avg_pool2d": lambda x: C.avg_pool2d(x, 3, padding=1),
    "nearest": lambda x: C.interpolate(x, 9),
    "bilinear": lambda x: C.interpolate(x, 9, mode="bilinear"),
    "corr2d": lambda x: C.corr2d(x[0, 0], torch.ones(2, 2)),
    "convolve2d": lambda x: C.convolve2d(x[0, 0], torch.ones(2, 2)),
    "correlate2d": lambda x: C.correlate2d(x[0, 0], torch.ones(2, 2)),
    **{f"conv2d by {a}": lambda x, a=a: C.conv2d(x, W, padding=1, algorithm=a) for a in ["auto", *ALGORITHMS]},
}
TAUGHT = [f"conv{n}d" for n in (1, 2, 3)] + [f"conv_transpose{n}d" for n in (1, 2, 3)]
TAUGHT += ["unfold", "fold", "max_pool2d", "avg_pool2d", "interpolate", "upsample"]


def test_every_operator_is_called_here():
    assert set(" ".join(CALLS).split()) | {"interpolate"} >= set(C.__all__)


@pytest.mark.parametrize("name", CALLS)
def test_the_operator_being_taught_is_never_called(name, monkeypatch):
    def forbidden(*_, **__):
        raise AssertionError("torch's operator was called")

    with Forbidden():
        x = torch.rand(1, 4, 6, 6, requires_grad=True)  # here torch lists its functions for torch.compile, once
        for taught in TAUGHT:
            for module in (F, torch):
                if hasattr(module, taught):
                    monkeypatch.setattr(module, taught, forbidden)
        CALLS[name](x).sum().backward()
    assert x.grad is not None


@pytest.mark.parametrize("call", [lambda x: F.conv2d(x, W), lambda x: F.max_pool2d(x, 2), lambda x: F.unfold(x, 2)])
def test_forbidden_bites(call):
    with Forbidden(), pytest.raises(AssertionError, match="course teaches"):
        call(X)


# One rule for whole numbers, wherever one is asked for.

TINY = SimpleNamespace(images=torch.eye(2).reshape(2, 1, 1, 2), labels=torch.tensor([0, 1]))
LEARNER = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(2, 2))
THREE = {
    "a size": lambda n: conv_output_size(7, n),
    "a size of two": lambda n: conv_output_size((7, 7), (n, 3)),
    "a stride": lambda n: C.conv2d(X, W, stride=n).shape,
    "pooling": lambda n: C.avg_pool2d(X, n).shape,
    "groups": lambda n: C.conv2d(torch.ones(1, 6, 5, 5), torch.ones(3, 2, 3, 3), groups=n).shape,
    "a kernel": lambda n: kernels.box(n).tolist(),
    "a kernel with a middle": lambda n: kernels.gaussian(n).tolist(),
    "a layer": lambda n: layers.StandardConv2d(n, 6).in_channels,
    "kernels to mix": lambda n: layers.DynamicConv2d(4, 6, num_kernels=n).num_kernels,
    "a shape": lambda n: count_macs(torch.nn.Conv2d(3, 1, 1), (1, n, 4, 4)),
    "epochs": lambda n: len(fit(LEARNER, TINY, epochs=n, batch_size=n, seed=n, progress=False).loss),
    "a digit": lambda n: load_digits("test", source="bundled")[n][1],
    "a figure": lambda n: draw_samples(n, 4).get_size_inches().tolist(),
    "a row of maps": lambda n: draw_maps(torch.ones(4, 2, 2), columns=n).get_size_inches().tolist(),
    "sheets": lambda n: len(draw_sheets(n, 2).axes[0].patches),
    "one window": lambda n: draw_windows(5, n).get_size_inches().tolist(),
    "a frame of zeros": lambda n: draw_padding([[1]], ((n, 1), (0, n))).get_size_inches().tolist(),
    "a path": lambda n: draw_path([(n, 4, 4), (9,)]).axes[0].texts[0].get_text(),
    "a place": lambda n: len(draw_steps(torch.ones(5, 3), torch.ones(2, 2), [(n, 1)]).axes[0].patches),
    "a touched input": lambda n: touched(torch.nn.Conv2d(3, 1, 1), (n, 4, 4)).shape,
    "unfolding": lambda n: C.unfold(X, (n, 3)).shape,
    "a new size": lambda n: C.interpolate(X, (n, 3)).shape,
    "groups of stamps": lambda n: C.conv_transpose2d(torch.ones(1, 6, 5, 5), torch.ones(6, 2, 2, 2), groups=n).shape,
    "dilated": lambda n: layers.DilatedConv2d(1, 1, dilation=n).dilation,
    "reduced": lambda n: layers.DynamicConv2d(9, 6, reduction=n).scores[0].out_features,
}


@pytest.mark.parametrize("asked", THREE)
def test_one_rule_for_whole_numbers(asked):
    wanted = THREE[asked](3)
    for three in (np.int64(3), np.uint8(3), torch.tensor(3), torch.tensor([3], dtype=torch.int16)):
        assert THREE[asked](three) == wanted
    for other in (3.0, True, np.bool_(True), torch.tensor(True), torch.tensor(3.0), "3", None):
        with pytest.raises(TypeError, match="whole number"):
            THREE[asked](other)
