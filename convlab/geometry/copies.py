"""A copy of a model that has shapes but no numbers, so that it can be looked into without touching the model."""

import copy
import dis
import functools
import inspect
import types
from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks")


def shape_copy(function: str, model: nn.Module, own_hooks: bool = False) -> nn.Module:
    """Return a copy of model on the device 'meta', in eval mode. It takes no memory for numbers.

    Parameters that the model shares are shared in the copy. Of a model in ``DataParallel`` or ``torch.compile`` it is
    the model inside. Hooks are left out: one that collects feature maps must not collect empty ones. With own_hooks,
    those come along that speak of the model, as one by which a layer hands its map on; they work on the copy.
    """
    check_initialised(function, model)
    model = unwrapped(model)
    modules = list(model.modules())
    # What deepcopy has copied already: hooks by nothing.
    memo: dict = {id(vars(m)[name]): OrderedDict() for m in modules for name in HOOKS if name in vars(m)}
    try:
        with _WithoutNumbers():
            copied = copy.deepcopy(model, memo).eval()
            for module in filter(lambda module: own_hooks and id(module) in memo, modules):
                _bring_functions(module, memo)
    except Exception as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise ValueError(f"{function}: the model cannot be copied, and it must not be changed: {reason}") from error
    return copied


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
    if not any(id(value) in memo or id(getattr(value, "__self__", None)) in memo for value in mentioned):
        return None
    if not plain:  # a method, a partial, an object that can be called
        return copy.deepcopy(function, memo)
    world = world | {name: new(value) for name, value in used.items()}
    cells = tuple(types.CellType(new(value)) for value in inside)
    return types.FunctionType(function.__code__, world, function.__name__, tuple(map(new, defaults)), cells)


def patched(module: nn.Module) -> bool:
    """Tell whether a module has a method of its own in place of one of its class, such as ``m.forward = f``."""
    return any(callable(value) and callable(getattr(type(module), name, None)) for name, value in vars(module).items())


SILENT = {"append", "extend", "add", "update", "setattr", "print", "__setitem__"}  # these return None


def may_return(hook) -> bool:
    """Tell whether a hook may return something, which torch then takes in place of the map; it is read, not run."""
    while isinstance(hook, functools.partial):
        hook = hook.func
    if type(hook).__module__.startswith("torch.nn"):  # those only compute weights
        return False
    function = inspect.unwrap(hook if inspect.isroutine(hook) else type(hook).__call__)
    code = getattr(function, "__code__", None)
    if code is None:
        return hook is not print
    steps = list(dis.get_instructions(code))
    for before, step in zip([steps[0], *steps], steps, strict=False):
        nothing = before.opname == "LOAD_CONST" and before.argval is None
        call = before.opname.startswith("CALL") and not SILENT.isdisjoint(code.co_names)
        if step.opname == "RETURN_CONST" and step.argval is not None:
            return True
        if step.opname == "RETURN_VALUE" and not nothing and not call:
            return True
    return False
