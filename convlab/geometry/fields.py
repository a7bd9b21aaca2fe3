"""Receptive fields: which pixels of the input a unit somewhere in a network can see."""

from __future__ import annotations

import inspect
import math
from operator import attrgetter
from typing import NamedTuple

import torch
from torch import fx, nn

import convlab.functional
from convlab.geometry.copies import shape_copy
from convlab.geometry.rules import SAME, Refusal, Window, function_rule, module_rule


class ReceptiveField(NamedTuple):
    """What the units of one layer see: ints, or a tuple with an entry for each axis where the axes differ.

    Unit number i sees the pixels from ``i * stride - padding`` to ``i * stride - padding + size - 1``.
    """

    size: int | tuple[int, ...]
    stride: int | tuple[int, ...]
    padding: int | tuple[int, ...]


class LayerField(NamedTuple):
    """A row of :func:`layer_fields`: a layer and what its units see."""

    name: str
    type: str
    size: int | tuple[int, ...]
    stride: int | tuple[int, ...]
    padding: int | tuple[int, ...]


def receptive_field(model: nn.Module, endpoint: str | None = None) -> ReceptiveField:
    """Return the receptive field of a unit: how many pixels it sees, and where they lie.

    Where branches meet, the field reaches from the first pixel that any of them sees to the last one. Units inside a
    large enough image are meant; at the border a part of the field lies on padding. Layers are taken as in eval mode.
    The model is not run and not changed. One thing cannot be seen without a size of the image: a branch that is 1 x 1
    only because its kernel is as large as the image, and is then spread over a larger map.

    Args:
        model: any module that ``torch.fx`` can trace and whose forward takes one tensor (N, C, H, W), or with one or
            three axes instead of two.
        endpoint: name of the layer or block whose output is meant, as in ``model.named_modules()``, or a name from
            :func:`layer_fields`. None: the output of the model.

    Returns:
        ``.size``: pixels that one unit sees. ``.stride``: pixels between the fields of neighbouring units.
        ``.padding``: pixels by which the field of unit 0 starts before the input. Each is an int, or a tuple where
        the axes differ.

    Raises:
        TypeError: not a module.
        ValueError: the field cannot be given exactly: a layer before the endpoint looks at the whole input (global
            pooling, Linear), enlarges, or is not known here; branches of different strides meet; torch.fx cannot
            trace the model; or there is no such endpoint. The message names the layer, and the last one before it
            whose field can be given.

    Source: A. Araujo, W. Norris, J. Sim, *Computing Receptive Fields of Convolutional Neural Networks*, Distill 2019.

    >>> from torch import nn
    >>> receptive_field(nn.Sequential(nn.Conv2d(1, 8, 3), nn.Conv2d(8, 8, 3)))
    ReceptiveField(size=5, stride=1, padding=0)
    >>> receptive_field(nn.Conv2d(1, 8, (3, 5), stride=2, padding=1))
    ReceptiveField(size=(3, 5), stride=2, padding=1)
    """
    walk = _Walk("receptive_field", model)
    node = walk.node_of(endpoint)
    state = walk.states[node]
    if isinstance(state, _Unknown):
        raise ValueError(f"receptive_field: {state.reason}{walk.advice(state)}")
    if state is None:
        raise ValueError(f"receptive_field: {endpoint or 'the output'} does not depend on the model's input")
    return state.shown()


def layer_fields(model: nn.Module) -> list[LayerField]:
    """Return a row for every layer up to the last one whose receptive field can be given.

    Args:
        model: as for :func:`receptive_field`; a plain ``nn.Sequential`` works too.

    Returns:
        Rows (name, type, size, stride, padding) in the order of the computation, functions such as ``F.relu``
        included. The names can be passed to :func:`receptive_field`.

    Raises:
        TypeError, ValueError: as :func:`receptive_field`, and if no layer's field can be given.

    >>> from torch import nn
    >>> model = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 10))
    >>> for row in layer_fields(model):
    ...     print(*row)
    0 Conv2d 3 1 0
    1 ReLU 3 1 0
    2 MaxPool2d 4 2 0
    """
    walk = _Walk("layer_fields", model)
    rows = []
    for node, state in walk.states.items():
        if isinstance(state, _Field) and node.op.startswith("call_") and not node.meta.get("silent"):
            rows.append(LayerField(walk.name(node), walk.kind(node), *state.shown()))
    if not rows:
        unknown = [state for state in walk.states.values() if isinstance(state, _Unknown)]
        raise ValueError(f"layer_fields: {unknown[0].reason}" if unknown else "layer_fields: the model has no layers")
    return rows


class _Field(NamedTuple):
    """Unit i sees the pixels start + i * stride to end + i * stride along each axis."""

    stride: tuple[int, ...] = (1,)
    start: tuple[int, ...] = (0,)
    end: tuple[int, ...] = (0,)

    def through(self, window: Window) -> _Field:
        """Return the field behind one more window."""
        ndim = len(window.kernel)
        if len(self.stride) not in (1, ndim) or (len(self.stride) == 1 and ndim > 1 and self != _Field()):
            raise Refusal(f"it slides along {ndim} axes, but layers before it along {len(self.stride)}")
        before = self if len(self.stride) == ndim else _Field(*(axis * ndim for axis in self))
        stride, start, end = [], [], []
        for s, first, last, k, step, p, d in zip(*before, *window, strict=True):
            stride.append(s * step)
            start.append(first - p * s)
            end.append(last - p * s + d * (k - 1) * s)
        return _Field(tuple(stride), tuple(start), tuple(end))

    def joined(self, other: _Field) -> _Field:
        """Return the field of units that see both."""
        ndim = max(len(self.stride), len(other.stride))
        a, b = (f if len(f.stride) == ndim else _Field(*(axis * ndim for axis in f)) for f in (self, other))
        if a.stride != b.stride:
            raise Refusal(f"branches with different strides meet here: {_one(a.stride)} and {_one(b.stride)}")
        return _Field(a.stride, tuple(map(min, a.start, b.start)), tuple(map(max, a.end, b.end)))

    def shown(self) -> ReceptiveField:
        size = tuple(last - first + 1 for first, last in zip(self.start, self.end, strict=True))
        return ReceptiveField(_one(size), _one(self.stride), _one(tuple(-first for first in self.start)))


class _Unknown(NamedTuple):
    reason: str
    last: fx.Node | None  # the last node before it whose field is known


def _one(entries: tuple[int, ...]) -> int | tuple[int, ...]:
    return entries[0] if len(set(entries)) == 1 else entries


class _Tracer(fx.Tracer):
    """Notes for every module which nodes are its outputs, blocks of layers included."""

    def __init__(self):
        wrapped = (math, convlab.functional)
        super().__init__(autowrap_modules=wrapped)  # type: ignore[arg-type, unused-ignore] # torch 2.11: just one
        self.outputs: dict[str, list[fx.Node]] = {}

    def call_module(self, m, forward, args, kwargs):
        out = super().call_module(m, forward, args, kwargs)
        if isinstance(out, fx.Proxy):
            self.outputs.setdefault(self.path_of_module(m), []).append(out.node)
        return out


class _Walk:
    """Traces a model and follows the field through its graph, node by node.

    The state of a node is a _Field, an _Unknown, or None for what does not depend on the input's pixels.
    """

    def __init__(self, function: str, model: nn.Module):
        self.function = function
        copied = shape_copy(function, model)
        tracer = _Tracer()
        if tracer.is_leaf_module(copied, ""):
            copied = nn.Sequential(copied)
        try:
            parameters = inspect.signature(copied.forward).parameters.values()
            defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
            graph = tracer.trace(copied, concrete_args=defaults or None)
        except Exception as error:
            why = (str(error) or type(error).__name__).splitlines()[0]
            raise ValueError(
                f"{function}: torch.fx cannot trace the forward of {type(model).__name__}: {why}"
            ) from error
        self.model, self.outputs, self.states = copied, tracer.outputs, {}
        self.nodes = list(graph.nodes)
        placeholders = [node for node in self.nodes if node.op == "placeholder"]
        inputs = placeholders[: len(parameters) - len(defaults)]  # arguments with a default come last
        if len(inputs) != 1:
            raise ValueError(f"{function}: the model takes {len(inputs)} inputs; fields refer to exactly one")
        for node in self.nodes:
            self.states[node] = _Field() if node is inputs[0] else self._state(node)

    def _state(self, node: fx.Node):
        before = {n: self.states[n] for n in node.all_input_nodes}
        for state in before.values():
            if isinstance(state, _Unknown):
                return state
        fields = [n for n, state in before.items() if state is not None]
        if not fields or (node.op, node.target) == ("call_method", "size") or self._is_attribute(node):
            return None
        try:
            if node.op == "output":
                return self._output(node)
            return self._through(node, fields)
        except Refusal as refusal:
            label = f"{self.name(node)!r} ({self.kind(node)})"
            return _Unknown(f"no field can be given behind {label}: {refusal}", fields[0])

    def _through(self, node: fx.Node, fields: list[fx.Node]):
        joined = self.states[fields[0]]
        for other in fields[1:]:
            joined = joined.joined(self.states[other])
        if node.op == "call_module":
            rule = module_rule(self.model.get_submodule(str(node.target)))
        elif self._is_part(node):
            node.meta["silent"] = True
            rule = SAME
        else:
            rule = function_rule(node.target, node.args, node.kwargs, self._shape)
        if rule is SAME:
            return joined
        if len(fields) > 1:
            raise Refusal("its kernel is computed from the input")
        return joined.through(rule)

    def _is_attribute(self, node: fx.Node) -> bool:
        """Shapes and the like: x.shape is not a tensor."""
        return node.target is getattr and node.args[1] in ("shape", "ndim", "dtype", "device")

    def _is_part(self, node: fx.Node) -> bool:
        """One of the pieces that chunk or split along the channels has made."""
        if getattr(node.target, "__name__", "") != "getitem" or not isinstance(node.args[1], int):
            return False
        pieces = node.args[0]
        return isinstance(pieces, fx.Node) and pieces.target in (torch.chunk, torch.split, "chunk", "split")

    def _output(self, node: fx.Node):
        if not isinstance(node.args[0], fx.Node):
            raise Refusal("the model returns several tensors; name one as endpoint")
        return self.states[node.args[0]]

    def _shape(self, argument) -> torch.Size:
        if not isinstance(argument, fx.Node) or argument.op != "get_attr":
            raise Refusal("its kernel is not a parameter of the model")
        return attrgetter(str(argument.target))(self.model).shape

    def kind(self, node: fx.Node) -> str:
        """Name the type of a layer, or the function."""
        if node.op == "call_module":
            return type(self.model.get_submodule(str(node.target))).__name__
        return node.target if isinstance(node.target, str) else getattr(node.target, "__name__", str(node.target))

    def name(self, node: fx.Node) -> str:
        """Name a layer as the model does; a layer that is called twice and functions as torch.fx does."""
        path = str(node.target)
        return path if node.op == "call_module" and len(self.outputs.get(path, ())) == 1 else node.name

    def node_of(self, endpoint: str | None) -> fx.Node:
        if endpoint is None:
            return self.nodes[-1]
        if not isinstance(endpoint, str):
            raise TypeError(f"{self.function}: endpoint must be the name of a layer, got {endpoint!r}")
        called = self.outputs.get(endpoint, [])
        if len(called) == 1:
            return called[0]
        named = [node for node in self.nodes if node.name == endpoint and node.op.startswith("call_")]
        if named and not called:
            return named[0]
        if called:
            choices = ", ".join(node.name for node in called)
            raise ValueError(f"{self.function}: {endpoint!r} is called {len(called)} times; choose one: {choices}")
        raise ValueError(
            f"{self.function}: no layer that the forward calls is named {endpoint!r}; layer_fields(model) lists them"
        )

    def advice(self, unknown: _Unknown) -> str:
        """Name the last layer whose field can be given, by its block if its output is that of a block."""
        node = unknown.last
        if node is None or not node.op.startswith("call_"):
            return "; it comes before any spatial layer"
        blocks = [path for path, nodes in self.outputs.items() if nodes == [node]]
        name = min(blocks, key=len) if blocks else self.name(node)
        size, stride, padding = self.states[node].shown()
        return (
            f". The last spatial layer is {name!r} (size {size}, stride {stride}, padding {padding}): "
            f"endpoint={name!r} gives it"
        )
