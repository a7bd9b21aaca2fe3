"""How well a model does on images that it does not learn from."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from convlab.training import checks
from convlab.training.devices import model_device
from convlab.training.pixels import prepare, remembered
from convlab.training.sources import as_source, read


def evaluate(model: nn.Module, dataset) -> float:
    """Return the share of images that the model classifies rightly, from 0 to 1.

    Args:
        model: as for `fit`; it stays where it is, and in the mode (train or eval) in which it is. Bytes are normalised
            as in its `fit`; those of a model that carries no numbers, if they have one channel, with MNIST's.
        dataset: all that `fit` takes: with ``.images`` and ``.labels``, a Dataset, a DataLoader, a list of pairs.

    Raises:
        TypeError, ValueError: as `fit`.

    >>> from convlab.data import load_digits
    >>> untrained = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    >>> evaluate(untrained, load_digits("test", source="bundled")) < 0.5
    True
    """
    checks.check_model("evaluate", model)
    source = as_source("evaluate", "the data set", dataset)
    device = model_device("evaluate", model)
    ready = partial(prepare, "evaluate", model, device=device, normalisation=remembered(model))
    with torch.random.fork_rng(devices=[]):  # looking at the first image changes no random numbers
        images, labels = source.first(1)
    classes = checks.check_fits("evaluate", model, "the data set", ready(images[:1]), labels)
    training = {module: module.training for module in model.modules()}
    try:
        _, right, count = measure(model, read(source, ready, classes)).tolist()
    finally:
        for module, mode in training.items():
            module.training = mode
    return right / count


@torch.inference_mode()
def measure(model: nn.Module, parts: Iterable[tuple[Tensor, Tensor]]) -> Tensor:
    """Return, as a tensor on the device, the sum of the losses, how many images are right, and how many there are."""
    model.eval()
    found = []
    for images, labels in parts:
        if len(labels) == 0:  # of few images, not every process has one
            found.append(torch.zeros(3, device=labels.device))
            continue
        scores = model(images)
        right = (scores.argmax(1) == labels).sum()
        loss = cross_entropy(scores, labels, reduction="sum").float()
        found.append(torch.stack([loss, right, torch.full_like(right, len(labels))]))
    return torch.stack(found).sum(0)
