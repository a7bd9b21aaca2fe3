"""Digits in a fraction of the tutorial's time: a network, an optimizer and a schedule that fit each other."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.optim.lr_scheduler import OneCycleLR

from convlab.training.checks import no_test
from convlab.training.loop import History, fit


class FastNet(nn.Sequential):
    """A network for 28 x 28 digits that learns fast: three convolutions, the first two of which make the map smaller.

    ``(N, 1, 28, 28) -> (N, 8, 12, 12) -> (N, 16, 5, 5) -> (N, 48, 3, 3) -> (N, 10)``

    Steps of 2 do the work of pooling, and they come first: so little is left for the others to compute. Batch norm lets
    it learn with large steps; it has a bias of its own, so the convolution before it needs none. The first layer goes
    without: on its large maps batch norm would take a quarter of the time and gains nothing.

    >>> sum(p.numel() for p in FastNet().parameters())
    12730
    """

    def __init__(self):
        super().__init__(
            *[nn.Conv2d(1, 8, kernel_size=5, stride=2), nn.ReLU()],
            *[nn.Conv2d(8, 16, kernel_size=3, stride=2, bias=False), nn.BatchNorm2d(16), nn.ReLU()],
            *[nn.Conv2d(16, 48, kernel_size=3, bias=False), nn.BatchNorm2d(48), nn.ReLU()],
            *[nn.Flatten(), nn.Linear(48 * 3 * 3, 10)],
        )


@no_test
def fit_fast(
    train, validation=None, *, epochs: int = 2, batch_size: int = 256, learning_rate: float = 0.01,
    device: str | int | torch.device | None = None, seed: int | None = None, progress: bool = True,
) -> tuple[FastNet, History]:  # fmt: skip
    """Train a `FastNet` with AdamW, a one-cycle learning rate and channels_last: all from digits to a network.

    Args:
        train: as for `fit`.
        validation: as for `fit`.
        epochs: two are enough for the 60,000 digits of the full MNIST; the bundled 8,000 need eight.
        batch_size: images for one step; small steps cost more than they teach.
        learning_rate: the largest one, a third of the way through; it begins and ends near zero.
        device: as for `fit`.
        seed: makes everything repeatable, the first weights too.
        progress: show a bar.

    Returns:
        The network and its `History`.

    Raises:
        TypeError, ValueError, FloatingPointError: as `fit`.

    AdamW's betas say how long it remembers: with 0.7 and 0.9 about three and ten steps, instead of ten and a thousand.
    In a training of less than 500 steps, what was long ago is no longer true.

    Source: I. Loshchilov, F. Hutter, *Decoupled weight decay regularization*, 2019 (AdamW); L. Smith, N. Topin,
    *Super-convergence*, 2018 (the one-cycle schedule); T. Oikarinen, github.com/tuomaso/train_mnist_fast (the betas).

    >>> from convlab.data import load_digits
    >>> model, history = fit_fast(load_digits("train", source="bundled"), seed=0, device="cpu", progress=False)
    >>> len(history.step_loss)
    64
    """

    def adamw(parameters) -> torch.optim.Optimizer:
        parameters = list(parameters)
        fused = parameters[0].device.type in ("cpu", "cuda")  # one step for all weights at once; others may lack it
        return torch.optim.AdamW(parameters, lr=learning_rate, betas=(0.7, 0.9), fused=fused)

    def one_cycle(optimizer, steps: int) -> OneCycleLR:
        return OneCycleLR(optimizer, learning_rate, total_steps=steps, cycle_momentum=False)  # the betas stay

    with torch.random.fork_rng(enabled=seed is not None):
        if seed is not None:
            torch.manual_seed(seed)
        model = FastNet()
    options: dict[str, Any] = {"epochs": epochs, "batch_size": batch_size, "device": device, "progress": progress}
    recipe: dict[str, Any] = {"optimizer": adamw, "scheduler": one_cycle, "memory_format": torch.channels_last}
    history = fit(model, train, validation, seed=seed, **options, **recipe)
    return model, history
