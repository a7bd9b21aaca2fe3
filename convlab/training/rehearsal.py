"""The steps of a training, tried on copies before the first: what they would do wrong is said before it is done."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from copy import deepcopy

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim import Optimizer
from torch.optim.lr_scheduler import ReduceLROnPlateau
from torch.utils._pytree import tree_leaves

from convlab.training.devices import Team
from convlab.training.pixels import core


def first_line(error: Exception) -> str:
    """Return the beginning of what an error says."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def batch_sizes(count: int, batch_size: int, us: Team) -> set[int]:
    """Return the sizes of the parts that the processes get of the batches of so many images."""
    whole, rest = min(batch_size, count), count % batch_size
    return {len(part) for size in (whole, rest or whole) for part in us.shares(torch.arange(size))}


def rehearse(model: nn.Module, optimizer: Optimizer, images: Tensor, labels: Tensor, sizes: Iterable[int]) -> None:
    """Learn from a batch of each size with copies of model and optimizer; refuse what fails."""
    copies = _copied(core(model), optimizer)
    if copies is None:
        return
    model, optimizer = copies
    model.train()
    for size in sorted(sizes, reverse=True):
        some = torch.arange(size, device=images.device) % len(images)
        try:
            scores = model(images[some])
            if not isinstance(scores, Tensor):
                raise TypeError(f"it returns {type(scores).__name__}, not scores; switch additional outputs off")
            cross_entropy(scores, labels[some]).backward()
        except Exception as error:
            advice = "; take another batch_size, with which no batch is so small" if size == min(sizes) else ""
            raise ValueError(
                f"fit: in training mode the model cannot learn from a batch of {size} image{'s' * (size != 1)}: "
                f"{first_line(error)}{advice}"
            ) from error
        try:
            optimizer.step()
        except Exception as error:
            raise ValueError(
                f"fit: {type(optimizer).__name__} cannot make a step with this model: {first_line(error)}; fit gives "
                f"each batch once, and calls step() without a closure: SGD, Adam and AdamW can do that"
            ) from error


def _copied(model: nn.Module, optimizer: Optimizer) -> tuple[nn.Module, Optimizer] | None:
    """Return copies that belong together; None where they cannot be made."""
    memo: dict = {}
    for module in model.modules():  # maps that a model keeps from an earlier call cannot be copied with their history
        for leaf in tree_leaves(vars(module)):
            if isinstance(leaf, Tensor) and not leaf.is_leaf:
                memo[id(leaf)] = leaf.detach()
    try:
        return deepcopy(model, memo), _copied_optimizer(optimizer, memo)
    except Exception:  # the model's own parts decide; what cannot be copied is not tried
        return None


def _copied_optimizer(optimizer: Optimizer, memo: dict) -> Optimizer:
    copied = object.__new__(type(optimizer))  # deepcopy would lose what a class of one's own keeps beside its state
    memo[id(optimizer)] = copied
    own = {name: value for name, value in vars(optimizer).items() if name != "step"}  # a scheduler's, of the original
    copied.__dict__.update(deepcopy(own, memo))
    return copied


def rehearse_scheduler(scheduler, optimizer: Optimizer, total_steps: int) -> None:
    """Step a copy of the scheduler as often as the training will; refuse one that comes to its end before."""
    kind = type(scheduler).__name__
    if getattr(scheduler, "optimizer", optimizer) is not optimizer:
        raise ValueError(f"fit: {kind} moves another optimizer; make it from the one that your function is given")
    if isinstance(scheduler, ReduceLROnPlateau):
        return  # steps once an epoch, with the loss
    weights = {id(weight): weight for group in optimizer.param_groups for weight in group["params"]}  # not touched
    try:
        copied = deepcopy(scheduler, {id(optimizer): _copied_optimizer(optimizer, weights)})
    except Exception:  # as for models
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it steps without the optimizer here
        for step in range(total_steps):
            try:
                copied.step()
            except Exception as error:
                raise ValueError(
                    f"fit: {kind} fails at step {step + 1} of {total_steps}: {first_line(error)}; it steps after every "
                    f"batch, so make it with the total_steps that your function is given"
                ) from error
