"""What `fit` and `evaluate` ask of their arguments, before the first step."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.optim import Optimizer
from torch.utils.data import DataLoader

from convlab.arguments import as_whole
from convlab.training.pixels import Normalisation, as_normalisation, of_images, remembered
from convlab.training.rehearsal import first_line, rehearse_scheduler
from convlab.training.sources import check_labels

P = ParamSpec("P")
R = TypeVar("R")


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
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        if is_lazy(tensor) and function in ("save", "load"):
            raise ValueError(f"{function}: {name} has no shape yet; show the lazy model an image first: model(image)")
        if tensor.is_meta:
            raise ValueError(
                f"{function}: {name} is on 'meta', with a shape but no numbers; make the model anew, without "
                f"torch.device('meta')"
            )


def check_batch_size(batch_size, train) -> int:
    """Return the batch size as an int; a DataLoader has its own."""
    if isinstance(train, DataLoader):
        if batch_size is not None:
            raise ValueError("fit: a DataLoader makes its own batches, so leave batch_size out")
        return train.batch_size or 1
    if batch_size is None:
        raise TypeError("fit: batch_size is missing: how many images make one step, for example 64")
    return as_whole("fit", "batch_size", batch_size, minimum=1)


def choose_normalisation(model: nn.Module, train, images: Tensor, given, tell: bool) -> Normalisation | None:
    """Return what bytes are normalised with: as given, as the model carries it, as known, or computed."""
    if given is not None:
        if images.dtype != torch.uint8:
            raise ValueError("fit: normalisation is for bytes; train's images are floats: let the transform do it")
        return as_normalisation("fit", given)
    found = remembered(model) or train.known
    if found is None and images.dtype == torch.uint8:
        found = of_images(images for images, _ in train.parts())
        if tell:
            print(f"fit: computed from the training images: mean {found[0]}, deviation {found[1]}")
    return found


def check_fits(function: str, model: nn.Module, name: str, images: Tensor, labels: Tensor) -> int:
    """Show the model one image: refuse what it cannot take, and labels without a score. Return the scores' number."""
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        with torch.no_grad(), torch.random.fork_rng():
            scores = model(images)
    except Exception as error:
        raise ValueError(f"{function}: {_explain(error, model, name, images)}") from error
    finally:
        for module, training in modes.items():
            module.training = training
    if not isinstance(scores, Tensor) or scores.ndim != 2 or len(scores) != 1:
        shape = tuple(scores.shape) if isinstance(scores, Tensor) else type(scores).__name__
        raise ValueError(
            f"{function}: for images of shape {tuple(images.shape)} the model must return one row of scores, "
            f"(1, classes); it returned {shape}"
        )
    check_labels(f"{function}: {name}", labels, scores.shape[1])
    return scores.shape[1]


def _explain(error: Exception, model: nn.Module, name: str, images: Tensor) -> str:
    said = first_line(error)
    if any(words in str(error) for words in ("same device", "device type", "expected device")):
        return (
            f"the images are on '{images.device}', but something inside the model is elsewhere ({said}); a "
            f"tensor that the model keeps must be a parameter or a buffer (register_buffer), so that it moves along"
        )
    if "view" in str(error) and "stride" in str(error):
        return f"the model uses .view, which needs its numbers in one piece ({said}); take .flatten(1) or .reshape(...)"
    shape = tuple(images.shape)
    advice = "; the channels come first: image.permute(2, 0, 1)" if shape[1] > 4 and shape[-1] in (1, 3) else ""
    return f"the model cannot take {name}'s images of shape {shape}: {said}{advice}"


def make_optimizer(model: nn.Module, optimizer: Optimizer | Callable | None) -> Optimizer:
    """Return the optimizer that was given, or made from the parameters; by default the tutorial's."""
    if not any(p.requires_grad for p in model.parameters()):
        raise ValueError("fit: the model has no parameter that can learn (requires_grad is False, or there is none)")
    if optimizer is None:
        return torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.5)
    if isinstance(optimizer, type) or not isinstance(optimizer, Optimizer):
        if not callable(optimizer):
            raise TypeError(f"fit: optimizer must be a torch Optimizer or a function that makes one, got {optimizer!r}")
        try:
            made = optimizer(model.parameters())
        except Exception as error:
            raise ValueError(f"fit: the optimizer cannot be made of this model: {first_line(error)}") from error
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


def make_scheduler(optimizer: Optimizer, scheduler: Callable | None, total_steps: int | None):
    """Return the scheduler that the function makes, or None."""
    if scheduler is None:
        return None
    if not callable(scheduler) or hasattr(scheduler, "step"):
        raise TypeError(
            f"fit: scheduler must be a function (optimizer, total_steps) -> scheduler, got {type(scheduler).__name__}; "
            f"for example lambda optimizer, steps: OneCycleLR(optimizer, 0.01, total_steps=steps)"
        )
    if total_steps is None:
        raise ValueError("fit: a scheduler needs the number of steps; let the DataLoader's data set have a __len__")
    try:
        made = scheduler(optimizer, total_steps)
    except Exception as error:
        raise ValueError(f"fit: the scheduler cannot be made: {first_line(error)}") from error
    if not hasattr(made, "step"):
        raise TypeError(f"fit: scheduler(optimizer, total_steps) returned {type(made).__name__}, which has no .step()")
    rehearse_scheduler(made, optimizer, total_steps)
    return made
