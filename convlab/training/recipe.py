"""Digits in a fraction of the tutorial's time: a network, an optimizer and a schedule that fit each other."""

from __future__ import annotations

import torch
from torch import nn
from torch.optim.lr_scheduler import OneCycleLR

from convlab.training.checks import no_test
from convlab.training.loop import History, fit


class FastNet(nn.Sequential):
    """A network for 28 x 28 digits that learns fast: three convolutions, two of which also make the map smaller.

    ``(N, 1, 28, 28) -> (N, 8, 12, 12) -> (N, 16, 10, 10) -> (N, 48, 4, 4) -> (N, 10)``

    Steps of 2 do the work of pooling, and the first layer leaves little for the others to compute. Batch norm lets it
    learn with large steps; it has a bias of its own, so the convolution before it needs none. The first layer goes
    without: on its large maps batch norm would take a quarter of the time and gains nothing.

    >>> sum(p.numel() for p in FastNet().parameters())
    16090
    """

    def __init__(self):
        super().__init__(
            *[nn.Conv2d(1, 8, kernel_size=5, stride=2), nn.ReLU()],
            *[nn.Conv2d(8, 16, kernel_size=3, bias=False), nn.BatchNorm2d(16), nn.ReLU()],
            *[nn.Conv2d(16, 48, kernel_size=3, stride=2, bias=False), nn.BatchNorm2d(48), nn.ReLU()],
            *[nn.Flatten(), nn.Linear(48 * 4 * 4, 10)],
        )


@no_test
def fit_fast(
    train,
    validation=None,
    *,
    epochs: int = 2,
    batch_size: int = 128,
    learning_rate: float = 0.01,
    device: str | int | torch.device | None = None,
    seed: int | None = None,
    progress: bool = True,
) -> tuple[FastNet, History]:
    """Train a `FastNet` with AdamW, a one-cycle learning rate and channels_last: all from digits to a network.

    Args:
        train: as for `fit`.
        validation: as for `fit`.
        epochs: two are enough for the 60,000 digits of the full MNIST; the bundled 8,000 need eight.
        batch_size: images for one step.
        learning_rate: the largest one, a third of the way through; it begins and ends near zero.
        device: as for `fit`.
        seed: makes everything repeatable, the first weights too.
        progress: show a bar.

    Returns:
        The network and its `History`.

    Raises:
        TypeError, ValueError, FloatingPointError: as `fit`.

    Source: I. Loshchilov, F. Hutter, *Decoupled weight decay regularization*, 2019 (AdamW); L. Smith, N. Topin,
    *Super-convergence*, 2018 (the one-cycle schedule).

    >>> from convlab.data import load_digits
    >>> model, history = fit_fast(load_digits("train", source="bundled"), seed=0, device="cpu", progress=False)
    >>> len(history.step_loss)
    126
    """

    def adamw(parameters) -> torch.optim.Optimizer:
        parameters = list(parameters)
        fused = parameters[0].device.type in ("cpu", "cuda")  # one step for all weights at once; others may lack it
        return torch.optim.AdamW(parameters, lr=learning_rate, fused=fused)

    with torch.random.fork_rng(enabled=seed is not None):
        if seed is not None:
            torch.manual_seed(seed)
        model = FastNet()
    history = fit(
        model,
        train,
        validation,
        epochs=epochs,
        batch_size=batch_size,
        optimizer=adamw,
        scheduler=lambda optimizer, steps: OneCycleLR(optimizer, learning_rate, total_steps=steps),
        device=device,
        memory_format=torch.channels_last,
        seed=seed,
        progress=progress,
    )
    return model, history
