"""What the browser needs to compute a network by itself: the chain of its operations, and its weights as float16.

A `Chain` follows every call that a network makes while it sees one image. If each of them reads only what the one
before it made, and is one that ``network.js`` knows, then the browser can do the same. Whatever torch.fx traces to such
a chain is one here, too; and what a network asks of shapes, or computes from its weights alone, is no hindrance.
"""

from __future__ import annotations

from math import prod

import torch
from torch import Tensor

from convlab.training.pixels import MNIST

WEIGHTS, WORK = 8_000_000, 50_000_000  # bytes that are sent at most, and multiply-adds for one answer

SILENT = frozenset(
    "flatten unflatten view reshape dropout dropout2d contiguous to float squeeze unsqueeze size dim detach".split()  # noqa: SIM905
)
_FACTS = frozenset("size dim get numel len is_floating_point is_contiguous stride".split())  # noqa: SIM905
# Functions of one number, and what else they take, with the defaults.
POINTWISE: dict[str, dict] = {
    **{name: {} for name in "relu relu6 selu silu mish sigmoid tanh hardswish hardsigmoid".split()},  # noqa: SIM905
    "leaky_relu": {"negative_slope": 0.01},
    "elu": {"alpha": 1.0},
    "gelu": {"approximate": "none"},
    "softplus": {"beta": 1.0, "threshold": 20.0},
    "hardtanh": {"min_val": -1.0, "max_val": 1.0},
}


class Unknown(Exception):
    """The browser cannot do this; the message says what."""


def pair(value) -> list[int]:
    """Return one number, or two, as two."""
    return list(value) * (2 // len(value)) if isinstance(value, (tuple, list)) else [value, value]


def padding_of(given: dict) -> tuple[list[int], list[int]]:
    """Return the lines of zeros of a convolution: above and on the left; and all of them, vertical and horizontal."""
    padding = given.get("padding", 0)
    if padding == "same":
        lines = [d * (k - 1) for k, d in zip(given["weight"].shape[2:], pair(given.get("dilation", 1)), strict=True)]
        return [n // 2 for n in lines], lines
    before = pair(0 if padding == "valid" else padding)
    return before, [2 * n for n in before]


class Chain:
    """The operations of a network, as long as they are a chain; else the reason why they are none."""

    def __init__(self, image: Tensor):
        self.made = {id(image): image}  # all that depends on the image; kept, so that no other gets its id
        self.last = image
        self.steps: list[dict] = []
        self.weights: list[Tensor] = []
        self.reason = ""

    def follow(self, name: str, title: str, given: dict, tensors: list[Tensor], result, shown: bool) -> None:
        """Take note of one call, its arguments by name, the tensors among them, its result, and if that is a step."""
        read = [tensor for tensor in tensors if id(tensor) in self.made]
        if read:
            found = result if isinstance(result, (tuple, list)) else [result]
            self.made |= {id(tensor): tensor for tensor in found if isinstance(tensor, Tensor)}
        if self.reason or not (read or shown):
            return
        try:
            if not read or len(read) > 1 or read[0] is not self.last:
                raise Unknown(f"{title} reads something else than the step before it")
            if isinstance(result, Tensor):
                self._append(name, title, given, result, shown)
                self.last = result
            elif name not in _FACTS:
                raise Unknown(f"{title} is not one of the operations that the browser knows")
        except Unknown as why:
            self.reason = str(why)

    def _append(self, name: str, title: str, given: dict, result: Tensor, shown: bool) -> None:
        if name.startswith("dropout") and given.get("training", True) and given.get("p", 0.5):
            raise Unknown(f"{title} is at work, so its answers are random")
        if name in SILENT and result.numel() == self.last.numel() and result.is_floating_point():
            return
        if name not in OPERATIONS or not shown:
            raise Unknown(f"{title} is not one of the operations that the browser knows")
        step = {"op": name, "title": title, "in": _maps(title, given.get("input")), "out": _maps(title, result)}
        self.steps.append({**step, **OPERATIONS[name](self, title, given)})

    def weight(self, tensor: Tensor | None) -> list[int] | None:
        """Keep a weight; return where it begins, and how many numbers it has."""
        if tensor is None:
            return None
        start = sum(weight.numel() for weight in self.weights)
        self.weights.append(tensor.detach())
        return [start, tensor.numel()]

    def program(self, scores: Tensor, normalisation) -> tuple[dict, bytes]:
        """Return what the browser gets: the program and its weights; or the reason why it gets none, and no bytes."""
        work = sum(prod(s["out"]) * s["macs"] for s in self.steps)
        size = 2 * sum(weight.numel() for weight in self.weights)
        if not self.reason and scores is not self.last:
            self.reason = "its scores are not the result of the last step"
        if not self.reason and (work > WORK or size > WEIGHTS):
            self.reason = f"it is too large: {work / 1e6:.0f} million multiply-adds, {size / 1e6:.1f} MB of weights"
        packed = torch.cat([torch.zeros(0), *(w.flatten().cpu().float() for w in self.weights)]).half()
        if not self.reason and not packed.isfinite().all():
            self.reason = "one of its weights is too large for float16"
        if self.reason:
            return {"reason": self.reason}, b""
        (mean,), (std,) = normalisation or MNIST
        return {"steps": self.steps, "mean": mean, "std": std}, packed.numpy().astype("<f2").tobytes()


def _maps(title: str, tensor) -> list[int]:
    """Return the size (C, H, W) of what belongs to one image; of a vector (F, 1, 1)."""
    if not isinstance(tensor, Tensor) or tensor.ndim not in (2, 4) or len(tensor) != 1:
        raise Unknown(f"{title} is called in a form that the browser does not know")
    return [*tensor.shape[1:], 1, 1][:3]


def _conv(chain: Chain, title: str, given: dict) -> dict:
    weight, padding = given["weight"], padding_of(given)[0]
    about = {name: pair(given.get(name, 1)) for name in ("stride", "dilation")}
    about |= {"kernel": list(weight.shape[2:]), "padding": padding, "groups": given.get("groups", 1)}
    return {**about, **_weights(chain, given), "macs": weight[0].numel()}


def _linear(chain: Chain, title: str, given: dict) -> dict:
    if given["input"].ndim != 2:
        raise Unknown(f"{title} is applied to maps, line by line")
    return {**_weights(chain, given), "macs": given["input"].shape[1]}


def _weights(chain: Chain, given: dict) -> dict:
    return {name: chain.weight(given.get(name)) for name in ("weight", "bias")}


def _pool(chain: Chain, title: str, given: dict) -> dict:
    kernel, empty = pair(given["kernel_size"]), given.get("stride") in (None, (), [])
    about = {name: pair(given.get(name, least)) for name, least in (("padding", 0), ("dilation", 1))}
    return {"kernel": kernel, "stride": kernel if empty else pair(given["stride"]), **about, "macs": 0,
            "count": given.get("count_include_pad", True), "divisor": given.get("divisor_override")}  # fmt: skip


def _norm(chain: Chain, title: str, given: dict) -> dict:
    if given.get("training", False) or given.get("running_mean") is None:
        raise Unknown(f"{title} uses the statistics of the image itself")
    names = ("running_mean", "running_var", "weight", "bias")
    return {**{n: chain.weight(given.get(n)) for n in names}, "eps": given.get("eps", 1e-5), "macs": 0}


def _pad(chain: Chain, title: str, given: dict) -> dict:
    pads = [*given["pad"], 0, 0][:4]  # left, right, top, bottom
    if len(given["pad"]) > 4 or given["input"].ndim != 4:
        raise Unknown(f"{title} pads other axes than height and width")
    how = {"mode": given.get("mode", "constant"), "value": given.get("value") or 0}
    return {"padding": [pads[2], pads[0]], **how, "macs": 0}


def _softmax(chain: Chain, title: str, given: dict) -> dict:
    if given["input"].ndim != 2 or given.get("dim") not in (None, 1, -1):
        raise Unknown(f"{title} is not taken over the classes")
    return {"macs": 0}


def _pointwise(chain: Chain, title: str, given: dict) -> dict:
    known = POINTWISE[title.split(": ")[-1]]
    return {"more": [given.get(name, usual) for name, usual in known.items()], "macs": 0}


OPERATIONS = {
    "conv2d": _conv,
    "linear": _linear,
    "batch_norm": _norm,
    "pad": _pad,
    **dict.fromkeys(("max_pool2d", "avg_pool2d"), _pool),
    **dict.fromkeys(("adaptive_max_pool2d", "adaptive_avg_pool2d"), lambda *_: {"macs": 0}),
    **dict.fromkeys(("softmax", "log_softmax"), _softmax),
    **dict.fromkeys(POINTWISE, _pointwise),
}
