"""Look into a network while it computes, and say how one number in it came about."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import pad
from torch.overrides import TorchFunctionMode

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
}
_POINTWISE = frozenset(
    "relu relu_ relu6 leaky_relu elu selu gelu silu mish sigmoid tanh hardswish hardsigmoid softplus".split()  # noqa: SIM905
)
_SILENT = frozenset(
    "flatten view reshape dropout dropout2d contiguous to float squeeze unsqueeze size dim detach".split()  # noqa: SIM905
)


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
        name = self.operation.rstrip("_")
        return f"{self.layer}: {name}" if self.layer else name


class _Recorder(TorchFunctionMode):
    """Note every operation whose result is a stack of maps, or a vector. It sees only the outermost call."""

    def __init__(self):
        super().__init__()
        self.steps: list[Step] = []
        self.layers: list[str] = []

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
        result = func(*args, **named)
        maps = isinstance(result, Tensor) and result.is_floating_point() and result.ndim in (2, 4) and len(result) == 1
        if maps and name not in _SILENT and "get" not in name:
            shape = result.shape[1:] if result.ndim == 4 else (result.shape[1], 1, 1)
            layer = self.layers[-1] if self.layers else ""
            self.steps.append(Step(layer, name, given, result.detach().clone().reshape(shape)))
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


def run(model: nn.Module, images: Tensor) -> tuple[Tensor, list[Step]]:
    """Return the scores (classes,) for one image, and every step on the way. The model's modes stay as they are.

    Raises:
        NoAnswer: the model returned something else.
    """
    modes = {module: module.training for module in model.modules()}
    recorder = _Recorder()
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
    return scores[0].detach(), recorder.steps


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
    explainers = {"conv2d": _conv, "linear": _linear, "max_pool2d": _pool, "avg_pool2d": _pool, "batch_norm": _norm}
    with suppress(KeyError, TypeError, IndexError):  # a call of an unusual form is shown without its sum
        if step.operation in explainers and isinstance(given.get("input"), Tensor):
            return found | explainers[step.operation](step, given, unit)
        if step.operation in _POINTWISE and given["input"].shape.numel() == step.output.numel():
            before = float(given["input"].reshape(step.output.shape)[c, i, j])
            return found | {"formula": f"{step.operation.rstrip('_')} of one number", "before": before}
    return found | {"formula": f"the result of {step.operation}; how it was made is not shown for this operation"}


def _pair(value) -> tuple[int, int]:
    return tuple(value) * (2 // len(value)) if isinstance(value, (tuple, list)) else (value, value)


def _conv(step: Step, given: dict, unit) -> dict:
    c, i, j = unit
    x, weight = given["input"], given["weight"]
    stride, dilation = _pair(given.get("stride", 1)), _pair(given.get("dilation", 1))
    padding, kernel = given.get("padding", 0), weight.shape[2:]
    if padding == "same":
        lines = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        before = [n // 2 for n in lines]
    else:
        before = _pair(0 if padding == "valid" else padding)
        lines = [2 * n for n in before]
    x = pad(x, (before[1], lines[1] - before[1], before[0], lines[0] - before[0]))
    rows, columns = (slice(p * s, p * s + d * (k - 1) + 1, d)
                     for p, s, d, k in zip((i, j), stride, dilation, kernel, strict=True))  # fmt: skip
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
    kernel = _pair(given["kernel_size"])
    stride = _pair(given.get("stride") or kernel)
    padding, dilation = _pair(given.get("padding", 0)), _pair(given.get("dilation", 1))
    x = given["input"][c]
    rows, columns = (
        [n for n in range(p * s - b, p * s - b + d * (k - 1) + 1, d) if 0 <= n < size]
        for p, s, b, d, k, size in zip((i, j), stride, padding, dilation, kernel, x.shape, strict=True)
    )
    window = x[rows][:, columns]
    if step.operation == "max_pool2d":
        total, formula = window.max(), "the largest number of the window"
    else:
        cells = kernel[0] * kernel[1] if given.get("count_include_pad", True) else window.numel()
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
