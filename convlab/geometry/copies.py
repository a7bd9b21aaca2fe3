"""A copy of a model that has shapes but no numbers, so that it can be looked into without touching the model."""

import copy

import torch
from torch import Tensor, nn


def shape_copy(function: str, model: nn.Module) -> nn.Module:
    """Return a copy of model on the device 'meta', in eval mode, without hooks. It takes no memory for numbers.

    Parameters that the model shares are shared in the copy.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"{function}: model must be an nn.Module, got {type(model).__name__}")
    model = unwrapped(model)
    check_initialised(function, model)
    memo = {}  # deepcopy takes from here what it has copied already: no number is ever copied
    for module in model.modules():
        members = [*module._parameters.values(), *module._buffers.values(), *vars(module).values()]
        for tensor in members:
            if isinstance(tensor, Tensor) and id(tensor) not in memo:
                empty = torch.empty_like(tensor, device="meta", requires_grad=False)
                if isinstance(tensor, nn.Parameter):
                    empty = nn.Parameter(empty, requires_grad=tensor.requires_grad)
                memo[id(tensor)] = empty
    copied = copy.deepcopy(model, memo).eval()
    for module in copied.modules():  # a hook that collects feature maps must not collect empty ones
        for hooks in (module._forward_hooks, module._forward_pre_hooks, module._backward_hooks):
            hooks.clear()
    return copied


def unwrapped(model: nn.Module) -> nn.Module:
    """Return the model inside of ``DataParallel``, ``DistributedDataParallel`` and ``torch.compile``."""
    while True:
        if isinstance(model, (nn.DataParallel, nn.parallel.DistributedDataParallel)):
            model = model.module
        elif isinstance(inside := getattr(model, "_orig_mod", None), nn.Module):  # what torch.compile returns
            model = inside
        else:
            return model


def check_initialised(function: str, model: nn.Module) -> None:
    """Refuse lazy layers that do not know their size yet."""
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        if nn.parameter.is_lazy(tensor):
            raise ValueError(
                f"{function}: {name} has no size yet (it belongs to a lazy layer); give the model one input first"
            )
