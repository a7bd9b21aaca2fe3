"""Receptive fields: which pixels of the input a unit somewhere in a network can see."""

from __future__ import annotations

import itertools
import math
import operator
import re
from collections.abc import Container
from typing import Any, NamedTuple

import torch
from torch import fx, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

import convlab.functional
from convlab.geometry import rules
from convlab.geometry.copies import first_line, patched, shape_copy, unwrapped
from convlab.geometry.rules import SAME, Refusal, Window, kind_of, name_of

MEASURE = "measure_receptive_field(model, input_shape) measures any model that takes one tensor of floats"


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
    The model is not run and not changed; hooks that return nothing are left out. One thing cannot be seen without a
    size of the image: a branch that is 1 x 1 only because its kernel is as large as the image, and is then spread over
    a larger map. :func:`measure_receptive_field` sees that, and what else the rules refuse.
    Source: A. Araujo, W. Norris, J. Sim, *Computing Receptive Fields of Convolutional Neural Networks*, Distill 2019.

    Args:
        model: any module that ``torch.fx`` can trace and whose forward takes one tensor (N, C, H, W), or with one or
            three axes instead of two (as its first layer that slides says; without one, two).
        endpoint: name of the layer or block whose output is meant, as in ``model.named_modules()``, or a name from
            :func:`layer_fields`; ``pool`` is the first call of that layer, ``pool_1`` the second. None: the model.

    Returns:
        ``.size``: pixels that one unit sees; ``.stride``: pixels between neighbouring units' fields; ``.padding``:
        pixels by which the field of unit 0 starts before the input: ints, or a tuple where the axes differ.

    Raises:
        TypeError: not a module.
        ValueError: the field cannot be given exactly: a layer before the endpoint looks at the whole input (global
            pooling, Linear), enlarges, has zeros that are not learned, or is not known here; branches of different
            strides meet; torch.fx cannot trace the model; or there is no such endpoint. The message names the layer.

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
        shown = node in walk.name and node.target is not _returned and not node.meta.get("silent")
        if shown and isinstance(state, _Field):
            rows.append(LayerField(walk.name[node], walk.kind(node), *state.shown()))
    if not rows:
        unknown = [state for state in walk.states.values() if isinstance(state, _Unknown)]
        raise ValueError(f"layer_fields: {unknown[0].reason}" if unknown else "layer_fields: the model has no layers")
    return rows


class _Field(NamedTuple):
    """Unit i sees the pixels start + i * stride to end + i * stride along each axis."""

    stride: tuple[int, ...]
    start: tuple[int, ...]
    end: tuple[int, ...]

    def through(self, window: Window) -> _Field:
        """Return the field behind one more window."""
        if len(self.stride) != len(window.kernel):
            raise Refusal(f"it slides along {len(window.kernel)} axes, but layers before it along {len(self.stride)}")
        axes = zip(*self, *window, strict=True)
        moved = [(s * n, a - p * s, b - p * s + d * (k - 1) * s) for s, a, b, k, n, p, d in axes]
        return _Field(*zip(*moved, strict=True))

    def joined(self, other: _Field) -> _Field:
        """Return the field of units that see both."""
        if self.stride != other.stride:
            raise Refusal(f"branches with different strides meet here: {one(self.stride)} and {one(other.stride)}")
        return _Field(self.stride, tuple(map(min, self.start, other.start)), tuple(map(max, self.end, other.end)))

    def shown(self) -> ReceptiveField:
        size = tuple(last - first + 1 for first, last in zip(self.start, self.end, strict=True))
        return ReceptiveField(one(size), one(self.stride), one(tuple(-first for first in self.start)))


class _Unknown(NamedTuple):
    reason: str
    last: fx.Node | None  # the last node before it whose field is known


def one(entries: tuple) -> Any:
    """Return what all axes share, or the entries as they are."""
    return entries[0] if len(set(entries)) == 1 else entries


def call_name(path: str, call: int, paths: Container[str]) -> str:
    """Name call number 0, 1, 2 ... of a layer: path, path_1, path_2 ..., without what is another layer's name."""
    free = (name for i in itertools.count(1) if (name := f"{path}_{i}") not in paths)
    return path if call == 0 else next(itertools.islice(free, call - 1, None))


# --- the graph of a model -----------------------------------------------------------------------------------


class _Proxy(fx.Proxy):
    """Notes what Python writes into a tensor, too: ``y += z`` changes y under all its names; so does ``y[0] = z``."""

    def __setattr__(self, name, value):
        if name == "data":
            raise TypeError("it replaces the .data of a tensor")
        super().__setattr__(name, value)


def _noted(function):
    return lambda self, *args: self.tracer.create_proxy("call_function", function, (self, *args), {})


for _name in rules.IN_PLACE:
    setattr(_Proxy, f"__{_name}__", _noted(getattr(operator, _name)))


def _returned(value):
    """Marks in the graph where a block of layers returns its output."""
    return value


class _Tracer(fx.Tracer):
    """Notes for every module the nodes that are its outputs, one for each call."""

    def __init__(self):
        wrapped = (math, convlab.functional)
        super().__init__(autowrap_modules=wrapped)  # type: ignore[arg-type, unused-ignore] # torch 2.11: just one
        self.outputs: dict[str, list[fx.Node]] = {}

    def proxy(self, node):
        return _Proxy(node, self)

    def getattr(self, attr, attr_val, parameter_proxy_cache):
        return attr_val  # a parameter itself, so that writing into it is noticed

    def is_leaf_module(self, m, module_qualified_name):
        plain = kind_of(m).__module__.startswith("torch.nn") and not isinstance(m, nn.Sequential)
        return plain and not patched(m)

    def call_module(self, m, forward, args, kwargs):
        if (inner := unwrapped(m)) is not m:
            return inner(*args, **kwargs)
        out, path = super().call_module(m, forward, args, kwargs), self.path_of_module(m)
        if isinstance(out, fx.Proxy):
            leaf = self.is_leaf_module(m, path)
            node = out.node if leaf else self.create_node("call_function", _returned, (out.node,), {})
            if leaf or path != "0":
                self.outputs.setdefault(path.removeprefix("0."), []).append(node)
        return out


def _storages(module: nn.Module) -> dict[str, torch.UntypedStorage]:
    named = itertools.chain(module.named_parameters(), module.named_buffers())
    return {name: t.untyped_storage() for name, t in named if isinstance(t, torch.Tensor)}  # or a Proxy, by forward


class _Writes(TorchDispatchMode):
    """Notes what is written while a model is traced and does not show in the graph, as in ``p.data.mul_(mask)``."""

    storages: frozenset[int] = frozenset()

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        if function._schema.is_mutable:
            written = [t for t in tree_leaves((args[:1], (kwargs or {}).get("out"))) if isinstance(t, torch.Tensor)]
            self.storages = self.storages.union(t.untyped_storage()._cdata for t in written)
        return function(*args, **(kwargs or {}))


class _Walk:
    """Traces a model, inside an nn.Sequential, and follows the field through its graph, node by node.

    The state of a node is a _Field, an _Unknown, or None for what does not depend on the input's pixels. states has
    what the node returned; now has what is there since something was written into it.
    """

    def __init__(self, function: str, model: nn.Module):
        self.function = function
        self.model, self.given = nn.Sequential(shape_copy(function, model)), nn.Sequential(unwrapped(model))
        for path, module in self.model.named_modules():
            hooks = [*module._forward_hooks.values(), *module._forward_pre_hooks.values()]
            if any(not type(hook).__module__.startswith("torch.nn") for hook in hooks):  # those only compute weights
                why = f"a hook of {path.removeprefix('0.')!r} uses the model and may hand maps on"
                raise ValueError(f"{function}: {why}. {MEASURE}")
        tracer, known = _Tracer(), _storages(self.model)
        try:
            if isinstance(model, torch.jit.ScriptModule):
                raise TypeError("it is compiled; pass the module that it was made from")
            with _Writes() as writes:
                self.nodes = list(tracer.trace(self.model).nodes)
        except Exception as error:
            why = f"{type(model).__name__}: {first_line(error)}. {MEASURE}"
            raise ValueError(f"{function}: torch.fx cannot trace the forward of {why}") from error
        replaced = [new for name, new in _storages(self.model).items() if new._cdata != known.get(name, new)._cdata]
        self.outputs, self.written = tracer.outputs, writes.storages.union(new._cdata for new in replaced)
        self.modules = {n: self.model.get_submodule(str(n.target)) for n in self.nodes if n.op == "call_module"}
        kinds = [re.search(r"(?:conv|pool|pad|norm)\w*([123])d", self.kind(node).lower()) for node in self.nodes]
        self.ndim = next((int(found[1]) for found in kinds if found), 2)
        self.states: dict[fx.Node, Any] = {}
        self.now: dict[fx.Node, Any] = {}
        self.memory: dict[fx.Node, set[fx.Node]] = {}  # nodes that may be views of one tensor
        self.same: dict[fx.Node, fx.Node] = {}  # what works in place returns the tensor that it was given
        self.names = self._names()
        self.name = {node: name for name, node in self.names.items()}
        for node in self.nodes:
            self.states[node] = self.now[node] = self._state(node)
            self._note_writing(node)

    def _names(self) -> dict[str, fx.Node]:
        """Return a name for every call: a layer's as in the model, a function's as torch.fx has it."""
        paths = {path.removeprefix("0.") for path, _ in self.model.named_modules()}
        names = {call_name(p, i, paths): node for p, nodes in self.outputs.items() for i, node in enumerate(nodes)}
        for node in self.nodes:
            if node.op in ("call_function", "call_method") and node.target is not _returned:
                name = node.name
                while name in names or name in paths:
                    name += "_1"
                names[name] = node
        return names

    def _note_writing(self, node: fx.Node) -> None:
        """Let what an operation writes in place be seen under every name of the tensor."""
        targets, before = rules.written_by(node, self.modules.get(node)), node.all_input_nodes
        zeros = self.states[node] is None and any(self.states[n] is not None for n in before)  # as zeros_like makes
        if node.op == "get_attr":  # the model's own tensors may share their memory
            before = [n for n in self.memory if n.op == "get_attr"][:1]
        elif zeros or not rules.shares(node, self.modules.get(node)):
            before = []
        group = {node}.union(*(self.memory[n] for n in targets or before))
        self.memory |= dict.fromkeys(group, group)
        if targets:
            self.same[node] = self.same.get(targets[0], targets[0]) if len(targets) == 1 else node
            for other in group:
                if self.now[other] != self.now[node]:
                    reason = f"{self._label(node)} writes into what may be the memory of {self._label(other)}, too"
                    certain = self.same.get(other, other) is self.same[node]
                    self.now[other] = self.now[node] if certain else _Unknown(reason, None)

    def _state(self, node: fx.Node):
        if node.op == "placeholder":
            return _Field(*((n,) * self.ndim for n in (1, 0, 0)))
        if node.op == "get_attr" and any(n.op == "get_attr" and self.now[n] is not None for n in self.memory):
            return _Unknown("the model writes what it sees into its own tensors", None)
        if node.op in ("call_function", "call_method") and name_of(node) in rules.VALUELESS:
            return None
        read = node.args, {key: value for key, value in node.kwargs.items() if key != "out"}
        inputs: dict[fx.Node, None] = {}
        # These ask the others only for their dtype and device.
        fx.node.map_arg(node.args[:1] if name_of(node) in ("to", "type_as") else read, lambda n: inputs.setdefault(n))
        before = {n: self.now[n] for n in inputs}
        fields = [n for n, state in before.items() if state is not None]
        if unknown := [state for state in before.values() if isinstance(state, _Unknown)]:
            return unknown[0]
        if not fields:
            return None
        try:
            return self._through(node, fields)
        except Refusal as refusal:
            return _Unknown(f"no field can be given behind {self._label(node)}: {refusal}", fields[0])

    def _through(self, node: fx.Node, fields: list[fx.Node]):
        joined, source, module = self.now[fields[0]], fields[0], self.modules.get(node)
        if node.op == "output" and [n for n in tree_leaves(node.args) if isinstance(n, fx.Node)] != [source]:
            raise Refusal("the model returns several tensors; name one as endpoint")
        for other in fields[1:]:
            joined = joined.joined(self.now[other])
        if node.op == "output" or node.target is _returned:
            return joined
        if source.meta.get("parts") and name_of(node) in ("getitem", "values", "indices"):
            node.meta |= {"silent": True, "parts": isinstance(node.args[1], slice)}
            return joined
        of_module = module and rules.module_rule(module, self.ndim, lambda: self._kernel(f"{node.target}.weight"))
        rule = of_module or rules.function_rule(node, self.ndim, self._kernel)
        node.meta["parts"] = rules.returns_parts(node, module)
        if rule is SAME:
            return joined
        if len(fields) > 1:
            raise Refusal("its kernel is computed from the input")
        return joined.through(rule)

    def _kernel(self, given) -> torch.Size:
        if not isinstance(given, str) and getattr(given, "op", "") != "get_attr":
            raise Refusal("its kernel is not a parameter of the model")
        owner, _, name = str(getattr(given, "target", given)).rpartition(".")
        copied = self.model.get_submodule(owner)
        made_of = [s for key, s in _storages(copied).items() if key.startswith((name, f"parametrizations.{name}."))]
        if not self.written.isdisjoint(s._cdata for s in made_of):
            raise Refusal("the model may write zeros into its kernel")
        if not owner and getattr(copied, name).is_meta:
            raise Refusal("its kernel is computed from other tensors of the model")
        return rules.kernel_shape(self.given.get_submodule(owner) if owner else copied, name)

    def _label(self, node: fx.Node) -> str:
        return f"{self.name.get(node, node.name)!r} ({self.kind(node)})"

    def kind(self, node: fx.Node) -> str:
        """Name the type of a layer, or the function."""
        if node in self.modules:
            return kind_of(self.modules[node]).__name__
        return node.target if isinstance(node.target, str) else getattr(node.target, "__name__", str(node.target))

    def node_of(self, endpoint: str | None) -> fx.Node:
        if endpoint is None:
            return self.nodes[-1]
        if not isinstance(endpoint, str):
            raise TypeError(f"{self.function}: endpoint must be the name of a layer, got {endpoint!r}")
        inside = re.sub(r"^((module|_orig_mod)\.)+", "", endpoint)  # as a wrapper names it
        if (found := self.names.get(endpoint, self.names.get(inside))) is None:
            words = f"no layer that the forward calls is named {endpoint!r}; layer_fields(model) lists them"
            raise ValueError(f"{self.function}: {words}")
        return found

    def advice(self, unknown: _Unknown) -> str:
        """Name the last layer whose field can be given, by its block if its output is that of a block."""
        node = unknown.last
        if node is None or node.op == "placeholder":
            return f"{'; it comes before any spatial layer' if node else ''}. {MEASURE}"
        ends = [nodes[0] for nodes in self.outputs.values() if len(nodes) == 1]
        names = [self.name[end] for end in ends if end is node or (end.target is _returned and end.args[0] is node)]
        name = min(names or [self.name[node]], key=len)
        size, stride, padding = self.states[node].shown()
        last = f"The last spatial layer is {name!r} (size {size}, stride {stride}, padding {padding})"
        return f". {last}: endpoint={name!r} gives it. {MEASURE}"
