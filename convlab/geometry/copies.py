"""A copy of a model that has shapes but no numbers, so that it can be looked into without touching the model."""

import copy
import functools
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
    those come along that the model works with, such as one by which a layer leaves its map for another part; they
    work on the copy.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"{function}: model must be an nn.Module, got {type(model).__name__}")
    model = unwrapped(model)
    check_initialised(function, model)
    modules = list(model.modules())
    memo = {id(vars(m)[name]): OrderedDict() for m in modules for name in HOOKS if name in vars(m)}  # what is copied
    try:
        with _WithoutNumbers():
            copied = copy.deepcopy(model, memo).eval()
            for module in modules if own_hooks else ():
                _bring_functions(module, memo)
    except Exception as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise ValueError(f"{function}: the model cannot be copied, and it must not be changed: {reason}") from error
    return copied


def unwrapped(model: nn.Module) -> nn.Module:
    """Return the model inside of ``DataParallel``, ``DistributedDataParallel`` and ``torch.compile``."""
    while True:
        if isinstance(model, (nn.DataParallel, nn.parallel.DistributedDataParallel)):
            model = model.module
        elif isinstance(vars(model).get("_modules", {}).get("_orig_mod"), nn.Module):  # what torch.compile returns
            model = model._modules["_orig_mod"]
        else:
            return model


def check_initialised(function: str, model: nn.Module) -> None:
    """Refuse lazy layers that do not know their size yet."""
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        if nn.parameter.is_lazy(tensor):
            raise ValueError(
                f"{function}: {name} has no size yet (it belongs to a lazy layer); give the model one input first"
            )


class _WithoutNumbers(TorchFunctionMode):
    """While it is on, a tensor's copy is an empty one on 'meta', wherever the tensor is kept: in a list, in a hook."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function not in (Tensor.__deepcopy__, Tensor.clone):  # a Parameter clones its data
            return function(*args, **(kwargs or {}))
        empty = torch.empty_like(args[0], device="meta", requires_grad=False)
        if function is Tensor.__deepcopy__:
            args[1][id(args[0])] = empty
        return empty


def _bring_functions(module: nn.Module, memo: dict) -> None:
    """Give the copy of module those functions and hooks that speak of the model, and let them speak of its copy."""
    if id(module) not in memo:
        return
    for name in HOOKS[:2]:
        for key, hook in getattr(module, name).items():
            if (own := _rebound(hook, memo)) is not None:
                getattr(memo[id(module)], name)[key] = own
    for name, value in vars(module).items():  # as in self.block = lambda x: self.conv(x)
        if isinstance(value, types.FunctionType) and (own := _rebound(value, memo)) is not None:
            vars(memo[id(module)])[name] = own


def _rebound(function, memo: dict):
    """Return a function that speaks of what has been copied as one that speaks of the copies; None if it does not."""
    if id(function) in memo:
        return memo[id(function)]
    if isinstance(function, types.MethodType):
        inside = memo.get(id(function.__self__))
        return None if inside is None else types.MethodType(function.__func__, inside)
    if isinstance(function, functools.partial):
        named, values = function.keywords, (*function.args, *function.keywords.values())
        inner = _rebound(function.func, memo)
        if inner is None and not any(id(value) in memo for value in values):
            return None
        named = {name: _copied(value, memo) for name, value in named.items()}
        return functools.partial(inner or function.func, *(_copied(value, memo) for value in function.args), **named)
    if not isinstance(function, types.FunctionType):
        return None
    inside, defaults = [cell.cell_contents for cell in function.__closure__ or ()], function.__defaults__ or ()
    world = function.__globals__
    used = {name: world[name] for name in function.__code__.co_names if name in world}
    if not any(id(value) in memo for value in (*inside, *defaults, *used.values())):
        return None
    own = types.FunctionType(
        function.__code__,
        world | {name: _copied(value, memo) for name, value in used.items()},
        function.__name__,
        tuple(_copied(value, memo) for value in defaults),
        tuple(types.CellType(_copied(value, memo)) for value in inside),
    )
    own.__kwdefaults__ = function.__kwdefaults__
    return own


def _copied(value, memo: dict):
    """Return the copy of what has been copied, a new copy of what one writes into, and all else as it is."""
    return copy.deepcopy(value, memo) if id(value) in memo or isinstance(value, (list, dict, set)) else value
