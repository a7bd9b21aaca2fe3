"""Look into a network while it computes, and say how one number in it came about."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from math import prod
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import pad
from torch.overrides import TorchFunctionMode

from convlab.explorers.digit.program import POINTWISE, SILENT, Chain, padding_of, pair
from convlab.training.pixels import remembered

# The arguments of the functions that are known, in order.
_CONV = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")
_MAX = ("input", "kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices")
_AVG = ("input", "kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override")
_NORM = ("input", "running_mean", "running_var", "weight", "bias", "training", "momentum", "eps")
_NAMES = {
    "conv2d": _CONV,
    "max_pool2d": _MAX,
    "avg_pool2d": _AVG,
    "batch_norm": _NORM,
    "linear": ("input", "weight", "bias"),
    "pad": ("input", "pad", "mode", "value"),
    **dict.fromkeys(("softmax", "log_softmax"), ("input", "dim")),
    **dict.fromkeys(("dropout", "dropout2d"), ("input", "p", "training")),
    **{name: ("input", *more) for name, more in POINTWISE.items()},
}


class NoAnswer(ValueError):
    """The network gave no scores; the message says why."""


class Step(NamedTuple):
    """One operation of the network: which layer called it, on what, and its result."""

    layer: str
    operation: str
    inputs: dict
    output: Tensor  # (C, H, W), or (F, 1, 1) for a vector

    @property
    def title(self) -> str:
        """Layer and operation."""
        return f"{self.layer}: {self.operation}" if self.layer else self.operation


class _Recorder(TorchFunctionMode):
    """Note every operation whose result is a stack of maps, or a vector. It sees only the outermost call."""

    def __init__(self, image: Tensor):
        super().__init__()
        self.steps: list[Step] = []
        self.layers: list[str] = []
        self.chain = Chain(image)

    def leave(self) -> None:
        """Forget the layer that is done; a hook that returned something would change the network's output."""
        self.layers.pop()

    def __torch_function__(self, func, types, args=(), kwargs=None):
        named = dict(kwargs or {})
        name = getattr(func, "__name__", "").strip("_")
        known = _NAMES.get(name, ("input",))
        given = dict(zip(known, args, strict=False)) | {n: v for n, v in named.items() if n != "inplace"}
        if isinstance(given.get("input"), Tensor):
            given["input"] = given["input"].clone()  # it may be overwritten in place
        tensors = [t for a in (*args, *named.values()) for t in (a if type(a) in (tuple, list) else [a])]
        tensors = [tensor for tensor in tensors if isinstance(tensor, Tensor)]
        result = func(*args, **named)
        maps = isinstance(result, Tensor) and result.is_floating_point() and result.ndim in (2, 4) and len(result) == 1
        maps = maps and name not in SILENT and "get" not in name
        layer = self.layers[-1] if self.layers else ""
        shape = (*result.shape[1:], 1, 1)[:3] if maps else ()
        step = Step(layer, name, given, result.detach().clone().reshape(shape) if maps else None)
        self.chain.follow(name, step.title, given, tensors, result, maps)
        if maps:
            self.steps.append(step)
        return result


@contextmanager
def _named(model: nn.Module, recorder: _Recorder):
    """While this lasts, the recorder knows which layer is at work."""
    handles = []
    for name, module in model.named_modules():
        handles.append(module.register_forward_pre_hook(lambda *_, name=name: recorder.layers.append(name)))
        handles.append(module.register_forward_hook(lambda *_: recorder.leave()))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def run(model: nn.Module, images: Tensor) -> tuple[Tensor, list[Step], tuple[dict, bytes]]:
    """Return the scores (classes,) for one image, every step on the way, and the program for the browser.

    The model's modes stay as they are.

    Raises:
        NoAnswer: the model returned something else.
    """
    modes = {module: module.training for module in model.modules()}
    recorder = _Recorder(images)
    model.eval()
    try:
        with torch.no_grad(), _named(model, recorder), recorder:
            scores = model(images)
    finally:
        for module, training in modes.items():
            module.training = training
    if not isinstance(scores, Tensor) or scores.ndim != 2 or len(scores) != 1 or scores.is_complex():
        kind = f"{scores.dtype} {tuple(scores.shape)}" if isinstance(scores, Tensor) else type(scores).__name__
        raise NoAnswer(f"the model must return one row of real scores, a tensor (1, classes); it returned {kind}")
    return scores[0].detach(), recorder.steps, recorder.chain.program(scores, remembered(model))


def explain(step: Step, unit: tuple[int, int, int]) -> dict:
    """Say how one number of a step was made.

    Returns:
        A dict for the browser: ``parts``, each with ``name``, ``values``, ``weights`` (matrices) and ``sum``; ``bias``;
        ``total``, what the parts and the bias make in float64; ``value``, what the network has; ``formula``.
    """
    c, i, j = unit
    found = {"parts": [], "bias": None, "value": float(step.output[c, i, j])}
    given = {name: v.detach().cpu().double() if isinstance(v, Tensor) else v for name, v in step.inputs.items()}
    if isinstance(given.get("input"), Tensor):
        given["input"] = given["input"][0]  # the only image
    pools = [f"{kind}{what}_pool2d" for kind in ("", "adaptive_") for what in ("max", "avg")]
    explainers = {"conv2d": _conv, "linear": _linear, "batch_norm": _norm, **dict.fromkeys(pools, _pool)}
    with suppress(KeyError, TypeError, IndexError):  # a call of an unusual form is shown without its sum
        if step.operation in explainers and isinstance(given.get("input"), Tensor):
            return found | explainers[step.operation](step, given, unit)
        if step.operation in POINTWISE and given["input"].shape.numel() == step.output.numel():
            before = float(given["input"].reshape(step.output.shape)[c, i, j])
            return found | {"formula": f"{step.operation} of one number", "before": before}
    return found | {"formula": f"the result of {step.operation}; how it was made is not shown for this operation"}


def _conv(step: Step, given: dict, unit) -> dict:
    c, i, j = unit
    x, weight = given["input"], given["weight"]
    stride, dilation = pair(given.get("stride", 1)), pair(given.get("dilation", 1))
    before, lines = padding_of(given)
    x = pad(x, (before[1], lines[1] - before[1], before[0], lines[0] - before[0]))
    rows, columns = (slice(p * s, p * s + d * (k - 1) + 1, d)
                     for p, s, d, k in zip((i, j), stride, dilation, weight.shape[2:], strict=True))  # fmt: skip
    per_group = weight.shape[1]
    first = c // (len(weight) // given.get("groups", 1)) * per_group
    window = x[first : first + per_group, rows, columns]
    parts = [
        {"name": f"input channel {first + n}", "values": v.tolist(), "weights": w.tolist(), "sum": float((v * w).sum())}
        for n, (v, w) in enumerate(zip(window, weight[c], strict=True))
    ]
    return _total(parts, given.get("bias"), c, "window × kernel, added up over the channels")


def _linear(step: Step, given: dict, unit) -> dict:
    c = unit[0]
    x, weight = given["input"], given["weight"][c]
    side = 16  # numbers in a line
    parts = [
        {"name": f"inputs {n} to {n + len(v) - 1}", "values": [v.tolist()], "weights": [w.tolist()],
         "sum": float(v @ w)}
        for n, v, w in zip(range(0, len(x), side), x.split(side), weight.split(side), strict=True)
    ]  # fmt: skip
    return _total(parts, given.get("bias"), c, "inputs × weights, added up")


def _total(parts, bias, c, formula: str) -> dict:
    bias = None if bias is None else float(bias[c])
    total = sum(part["sum"] for part in parts) + (bias or 0.0)
    parts = sorted(parts, key=lambda part: -abs(part["sum"]))
    return {"parts": parts, "bias": bias, "total": total, "formula": formula}


def _pool(step: Step, given: dict, unit) -> dict:
    c, i, j = unit
    x, sizes = given["input"][c], given["input"].shape[1:]
    if step.operation.startswith("adaptive"):
        ends = [
            (p * n // m, -(-(p + 1) * n // m)) for p, n, m in zip((i, j), sizes, step.output.shape[1:], strict=True)
        ]
        rows, columns = (list(range(*end)) for end in ends)
        cells = len(rows) * len(columns)
    else:
        kernel = pair(given["kernel_size"])
        stride = pair(given.get("stride") or kernel)
        padding, dilation = pair(given.get("padding", 0)), pair(given.get("dilation", 1))
        # with ceil_mode a window may reach beyond the padding, which the mean does not count
        lines = [
            [n for n in range(p * s - b, p * s - b + d * (k - 1) + 1, d) if n < size + b]
            for p, s, b, d, k, size in zip((i, j), stride, padding, dilation, kernel, sizes, strict=True)
        ]
        rows, columns = ([n for n in line if 0 <= n < size] for line, size in zip(lines, sizes, strict=True))
        cells = prod(map(len, lines) if given.get("count_include_pad", True) else (len(rows), len(columns)))
    window = x[rows][:, columns]
    if "max" in step.operation:
        total, formula = window.max(), "the largest number of the window"
    else:
        total, formula = window.sum() / (given.get("divisor_override") or cells), "the mean of the window"
    part = {"name": f"channel {c}", "values": window.tolist(), "weights": None, "sum": float(window.sum())}
    return {"parts": [part], "total": float(total), "formula": formula}


def _norm(step: Step, given: dict, unit) -> dict:
    c, i, j = unit
    x = given["input"]
    before = float(x.reshape(step.output.shape)[c, i, j])
    mean, variance = float(given["running_mean"][c]), float(given["running_var"][c])
    weight, bias = (None if given.get(n) is None else float(given[n][c]) for n in ("weight", "bias"))
    weight, bias, eps = 1.0 if weight is None else weight, bias or 0.0, given.get("eps", 1e-5)
    total = (before - mean) / (variance + eps) ** 0.5 * weight + bias
    formula = f"({before:.4g} − {mean:.4g}) / √({variance:.4g} + {eps:g}) · {weight:.4g} + {bias:.4g}"
    return {"before": before, "total": total, "formula": formula.replace("-", "−")}
