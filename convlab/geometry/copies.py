"""A copy of a model that has shapes but no numbers, so that it can be looked into without touching the model."""

import copy
import dis
import itertools
import re
import types
from collections import OrderedDict
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks")


def shape_copy(function: str, model: nn.Module) -> nn.Module:
    """Return a copy of model on the device 'meta', in eval mode. It takes no memory for numbers.

    Parameters that the model shares are shared in the copy. Of a model in ``DataParallel`` or ``torch.compile`` it is
    the model inside. Hooks are left out: one that collects feature maps must not collect empty ones. Only those come
    along that speak of the model, as one by which a layer hands its map on; they work on the copy. Others are refused
    if they may return something, as torch goes on with that.
    """
    check_initialised(function, model)
    model = unwrapped(model)
    modules = list(model.modules())
    # What deepcopy has copied already: hooks by nothing.
    memo: dict = {id(vars(m)[name]): OrderedDict() for m in modules for name in HOOKS if name in vars(m)}
    try:
        with _WithoutNumbers():
            copied = copy.deepcopy(model, memo).eval()
            for module in filter(lambda module: id(module) in memo, modules):
                _bring_functions(module, memo)
    except Refused as error:
        raise ValueError(f"{function}: {error}") from None
    except Exception as error:
        raise ValueError(f"{function}: the model cannot be copied, as it must be: {first_line(error)}") from error
    return copied


def first_line(error: Exception) -> str:
    """Return what an error says, without what is for those who look into torch."""
    text = str(error).strip() or type(error).__name__
    if "TorchScript interpreter" in text:
        found = re.findall(r"^ +(.+)\n.*<--- HERE|^(?:\w+Error: )+(.+)", text, re.M)
        text = "TorchScript fails: " + ": ".join(code or words for code, words in found[-2:])
    return text.splitlines()[0].split("  (Could")[0].split(". Hint:")[0]


def check_initialised(function: str, model) -> None:
    """Refuse what is not a module, and lazy layers that do not know their size yet."""
    if not isinstance(model, nn.Module):
        hint = "; pass its .module()" if isinstance(model, torch.export.ExportedProgram) else ""
        raise TypeError(f"{function}: model must be an nn.Module, got {type(model).__name__}{hint}")
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        if nn.parameter.is_lazy(tensor):
            raise ValueError(f"{function}: {name} has no size yet (of a lazy layer); give the model one input first")


def unwrapped(model: nn.Module) -> nn.Module:
    """Return the model inside of ``DataParallel``, ``DistributedDataParallel`` and ``torch.compile``."""
    parallel = isinstance(model, (nn.DataParallel, nn.parallel.DistributedDataParallel))
    inside = getattr(model, "module" if parallel else "_orig_mod", None)  # torch.compile's wrapper calls it so
    return unwrapped(inside) if isinstance(inside, nn.Module) else model


class _WithoutNumbers(TorchFunctionMode):
    """While it is on, a tensor's copy is an empty one on 'meta', wherever the tensor is kept: in a list, in a cache."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function not in (Tensor.__deepcopy__, Tensor.clone):  # a Parameter clones its data
            return function(*args, **(kwargs or {}))
        empty = torch.empty_like(args[0], device="meta", requires_grad=False)
        if function is Tensor.__deepcopy__:
            args[1][id(args[0])] = empty
        return empty


def _bring_functions(module: nn.Module, memo: dict) -> None:
    """Give the copy of module those hooks and functions that speak of the model, and let them speak of its copy."""
    for table in ("__dict__", *HOOKS[:2]):
        for key, value in getattr(module, table).items():
            if callable(value) and (own := _rebound(value, memo)) is not None:
                getattr(memo[id(module)], table)[key] = own
            elif table != "__dict__" and not _returns_nothing(value):
                where = f"a {type(module).__name__} has a hook that may return something in place of the map"
                raise Refused(f"{where}; take it off (handle.remove()), or write it with def and without return")


class Refused(Exception):
    """What has been found out about a model, such as a hook that may change what flows; it becomes a ValueError."""


def _returns_nothing(hook) -> bool:
    """Tell whether a hook surely returns None; by its code, since calling it would feed what it collects."""
    hook = getattr(hook, "func", hook)  # a partial's
    if hook is print or str(getattr(hook, "__module__", "")).startswith("torch.export"):  # that checks the input
        return True
    code = getattr(hook if hasattr(hook, "__code__") else type(hook).__call__, "__code__", None)
    steps = [(s.opname, s.argval, s.is_jump_target) for s in dis.get_instructions(code)] if code else []
    if code and code.co_name == "<lambda>" and "CALL" in steps[-2][0] and not any(target for *_, target in steps):
        plain = "RESUME COPY_FREE PUSH LOAD_GLOBAL LOAD_DEREF LOAD_CLOSURE LOAD_FAST LOAD_ATTR LOAD_METHOD"
        first = itertools.takewhile(lambda step: step[0].startswith(tuple(plain.split())), steps)
        return not {"append", "extend", "update", "__setitem__", "print"}.isdisjoint(value for _, value, _ in first)
    last = [now if now[0] == "RETURN_CONST" else (*before[:2], now[2])
            for before, now in itertools.pairwise(steps) if now[0] in ("RETURN_CONST", "RETURN_VALUE")]  # fmt: skip
    nothing = all("CONST" in name and value is None and (name[0] == "R" or not target) for name, value, target in last)
    return bool(last) and nothing


def _rebound(function, memo: dict):
    """Return a function that speaks of what has been copied as one that speaks of the copies; None if it does not."""

    def new(value):  # what cannot keep a map, such as torch itself, stays as it is
        kinds = (nn.Module, Tensor, types.MethodType, list, dict, set)
        return copy.deepcopy(value, memo) if id(value) in memo or isinstance(value, kinds) else value

    plain = isinstance(function, types.FunctionType)
    world = function.__globals__ if plain else {}
    used = {name: world[name] for name in function.__code__.co_names if name in world} if plain else {}
    inside = [cell.cell_contents for cell in function.__closure__ or ()] if plain else getattr(function, "args", ())
    defaults = (function.__defaults__ or ()) if plain else ()
    mentioned = [function, *used.values(), *inside, *defaults]
    torchs = type(function).__module__.startswith("torch.nn.utils")  # it computes a weight, maybe by products
    if not torchs and not any(id(value) in memo or id(getattr(value, "__self__", None)) in memo for value in mentioned):
        return None
    if not plain:  # a method, a partial, an object that can be called
        return copy.deepcopy(function, memo)
    world = world | {name: new(value) for name, value in used.items()}
    cells = tuple(types.CellType(new(value)) for value in inside)
    return types.FunctionType(function.__code__, world, function.__name__, tuple(map(new, defaults)), cells)


def patched(module: nn.Module) -> bool:
    """Tell whether a module has a method of its own in place of one of its class, such as ``m.forward = f``."""
    return any(callable(value) and callable(getattr(type(module), name, None)) for name, value in vars(module).items())


@contextmanager
def lent(model: nn.Module):
    """Let the model run in eval mode with drawn weights, and put everything back afterwards."""
    modules, kept = list(model.modules()), (list, dict, set)
    variables = [{k: (v, v.copy() if isinstance(v, kept) else None) for k, v in vars(m).items()} for m in modules]
    tensors = [(t, t.data, t.requires_grad) for t in dict.fromkeys([*model.parameters(), *model.buffers()])]
    if any(tensor.is_meta for tensor, _, _ in tensors):
        raise Refused("the model is on the device 'meta'; model.to_empty(device='cpu') gives its weights memory")
    modes = [module.training for module in modules]
    try:
        with torch.random.fork_rng([t.device for t, _, _ in tensors[:1] if t.is_cuda]), torch.enable_grad():
            for module in modules:
                module.training = False
            for tensor, data, _ in tensors:
                drawn = isinstance(tensor, nn.Parameter) and tensor.is_floating_point()
                tensor.data = torch.rand_like(data) + 0.5 if drawn else data.clone()
                tensor.requires_grad_(False)
            yield
    finally:
        for tensor, data, grad in tensors:
            tensor.data = data
            tensor.requires_grad_(grad)
        for module, training, old in zip(modules, modes, variables, strict=True):
            module.training = training
            vars(module).clear()
            vars(module).update({name: value for name, (value, _) in old.items()})
            for value, content in old.values():
                if content is not None:
                    value.clear()
                    value.extend(content) if isinstance(value, list) else value.update(content)
