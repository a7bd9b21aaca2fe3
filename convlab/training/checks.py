"""What `fit` and `evaluate` ask of their arguments, before the first step."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

MEAN, STD = 0.1307, 0.3081  # of all pixels of the MNIST training images, on the scale from 0 to 1
P, R = ParamSpec("P"), TypeVar("R")


def no_test(function: Callable[P, R]) -> Callable[P, R]:
    """Tell who passes ``test=`` where it went: what is watched while one chooses is no test any more."""

    @wraps(function)
    def call(*args: P.args, **named: P.kwargs) -> R:
        if "test" in named:
            raise TypeError(
                f"{function.__name__}: there is no test=; what is watched while training is validation=..., and the "
                f"test set waits for evaluate(model, test) at the end"
            )
        return function(*args, **named)

    return call


def check_model(function: str, model) -> None:
    """Refuse what is no model, among it the class itself."""
    if isinstance(model, type) and issubclass(model, nn.Module):
        raise TypeError(f"{function}: the model is the class {model.__name__}; make one of it: {model.__name__}()")
    if not isinstance(model, nn.Module):
        raise TypeError(f"{function}: the model must be an nn.Module, got {type(model).__name__}")


def check_dataset(function: str, name: str, dataset) -> None:
    """Refuse a data set without images (N, C, H, W) and labels (N,) that belong together."""
    images, labels = getattr(dataset, "images", None), getattr(dataset, "labels", None)
    if not isinstance(images, Tensor) or not isinstance(labels, Tensor):
        raise TypeError(
            f"{function}: {name} must have .images and .labels, tensors, as load_digits returns them; "
            f"got {type(dataset).__name__}"
        )
    shapes = f"images {tuple(images.shape)} and labels {tuple(labels.shape)}"
    if images.ndim != 4 or labels.ndim != 1 or len(images) != len(labels):
        raise ValueError(f"{function}: {name} needs images (N, C, H, W) and as many labels (N,); it has {shapes}")
    if len(labels) == 0:
        raise ValueError(f"{function}: {name} is empty: {shapes}")
    if images.dtype != torch.uint8 and not images.is_floating_point():
        raise TypeError(f"{function}: {name}'s images must be uint8 (0 to 255) or floats, got {images.dtype}")
    if labels.dtype != torch.int64:
        raise TypeError(f"{function}: {name}'s labels must be int64, got {labels.dtype}; convert with labels.long()")
    if labels.min() < 0:
        raise ValueError(f"{function}: {name} has the label {labels.min()}; labels count from 0")


def prepare(images: Tensor, device: torch.device, memory_format: torch.memory_format | None) -> Tensor:
    """Move images to the device; bytes are brought to mean 0 and deviation 1, as in the tutorial's Normalize."""
    images = images.to(device)
    if images.dtype == torch.uint8:
        images = images.float().div_(255).sub_(MEAN).div_(STD)
    return images if memory_format is None else images.contiguous(memory_format=memory_format)


def check_fits(function: str, model: nn.Module, name: str, images: Tensor, labels: Tensor) -> None:
    """Show the model one image: refuse what it cannot take, and outputs that leave a label without a score."""
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        with torch.no_grad(), torch.random.fork_rng():
            scores = model(images[:1])
    except Exception as error:
        raise ValueError(f"{function}: {_explain(error, model, name, images)}") from error
    finally:
        for module, training in modes.items():
            module.training = training
    if not isinstance(scores, Tensor) or scores.ndim != 2 or len(scores) != 1:
        shape = tuple(scores.shape) if isinstance(scores, Tensor) else type(scores).__name__
        raise ValueError(
            f"{function}: for images of shape {tuple(images[:1].shape)} the model must return one row of scores, "
            f"(1, classes); it returned {shape}"
        )
    classes, largest = scores.shape[1], int(labels.max())
    if largest >= classes:
        raise ValueError(
            f"{function}: {name} has the label {largest}, but the model's output has {classes} scores, for the labels "
            f"0 to {classes - 1}; the last layer needs {largest + 1} outputs, or the labels are wrong"
        )


def _explain(error: Exception, model: nn.Module, name: str, images: Tensor) -> str:
    first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "same device" in str(error) or "device type" in str(error):
        return (
            f"the images are on '{images.device}', but something inside the model is elsewhere ({first_line}); a "
            f"tensor that the model keeps must be a parameter or a buffer (register_buffer), so that it moves along"
        )
    if "view" in str(error) and "stride" in str(error):
        return (
            f"the model uses .view, which needs its numbers in one piece ({first_line}); write .flatten(1) or "
            f".reshape(...) instead"
        )
    return f"the model cannot take {name}'s images of shape {tuple(images[:1].shape)}: {first_line}"


def make_optimizer(model: nn.Module, optimizer: Optimizer | Callable | None) -> Optimizer:
    """Return the optimizer that was given, or made from the parameters; by default the tutorial's."""
    if not any(p.requires_grad for p in model.parameters()):
        raise ValueError("fit: the model has no parameter that can learn (requires_grad is False, or there is none)")
    if optimizer is None:
        return torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.5)
    if isinstance(optimizer, type) or not isinstance(optimizer, Optimizer):
        if not callable(optimizer):
            raise TypeError(
                f"fit: optimizer must be a torch Optimizer or a function parameters -> Optimizer, got {optimizer!r}"
            )
        made = optimizer(model.parameters())
        if not isinstance(made, Optimizer):
            raise TypeError(f"fit: optimizer(model.parameters()) returned {type(made).__name__}, not an Optimizer")
        return made
    own = {id(p) for p in model.parameters()}
    if not any(id(p) in own for group in optimizer.param_groups for p in group["params"]):
        raise ValueError(
            "fit: the optimizer holds none of this model's parameters; it was made for another model, or before the "
            "model was made anew: torch.optim.SGD(model.parameters(), ...)"
        )
    return optimizer


def make_scheduler(optimizer: Optimizer, scheduler: Callable | None, total_steps: int):
    """Return the scheduler that the function makes, or None."""
    if scheduler is None:
        return None
    if not callable(scheduler) or hasattr(scheduler, "step"):
        raise TypeError(
            f"fit: scheduler must be a function (optimizer, total_steps) -> scheduler, got {type(scheduler).__name__}; "
            f"for example lambda optimizer, steps: OneCycleLR(optimizer, 0.01, total_steps=steps)"
        )
    made = scheduler(optimizer, total_steps)
    if not hasattr(made, "step"):
        raise TypeError(f"fit: scheduler(optimizer, total_steps) returned {type(made).__name__}, which has no .step()")
    return made
