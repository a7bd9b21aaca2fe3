"""The training loop: zero_grad, forward, loss, backward, step; with all images on the device from the start.

A DataLoader turns 60,000 small images from bytes into pictures into tensors, one by one, in every epoch; for a small
network that takes longer than the learning. Here the images are converted once, all at a time, and a batch is an index.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, distributed, nn
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel
from torch.optim import Optimizer
from tqdm.auto import tqdm

from convlab.arguments import as_whole
from convlab.training import checks
from convlab.training.devices import Team, as_device, model_device, own_device, team

AT_A_TIME = 1000  # images in one forward pass when nothing is learned
PAUSE = 0.5  # seconds between two looks at the loss: each look makes a GPU wait


@dataclass(repr=False)
class History:
    """What happened in training.

    Attributes:
        loss: mean training loss of each complete epoch.
        accuracy: share of the test images that are right after each complete epoch, from 0 to 1; empty without a test.
        seconds: what each complete epoch took, its test included.
        step_loss: loss of every single step.
        interrupted: True if training was stopped before its end.
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    step_loss: list[float] = field(default_factory=list)
    interrupted: bool = False

    def __repr__(self) -> str:
        if not self.loss:
            return f"History(no complete epoch, {len(self.step_loss)} steps)"
        accuracy = f", accuracy {self.accuracy[-1]:.3f}" if self.accuracy else ""
        stopped = ", interrupted" if self.interrupted else ""
        epochs = f"{len(self.loss)} epoch{'s' * (len(self.loss) != 1)}"
        return f"History({epochs}: loss {self.loss[-1]:.3f}{accuracy}{stopped})"


@checks.no_test
def fit(
    model: nn.Module,
    train,
    validation=None,
    *,
    epochs: int,
    batch_size: int,
    optimizer: Optimizer | Callable | None = None,
    scheduler: Callable | None = None,
    device: str | int | torch.device | None = None,
    memory_format: torch.memory_format | None = None,
    seed: int | None = None,
    progress: bool = True,
) -> History:
    """Train a classifier with cross-entropy, and test it after every epoch.

    Ctrl-C, or the stop button of the notebook, ends the training; the model as it is by then and the history so far are
    kept. Started by ``torchrun``, the processes share each batch and end with the same model.

    Args:
        model: takes images (N, C, H, W), returns scores (N, classes), *before* any softmax. It is moved to the device.
        train: what to learn from: anything with ``.images`` (N, C, H, W) and ``.labels`` (N,) int64, as ``load_digits``
            returns it. Images of type uint8 are normalised with MNIST's mean and deviation; floats stay as they are.
        validation: likewise: what is watched while training. The test set waits for `evaluate`, afterwards.
        epochs: how often all images are used, at least 1.
        batch_size: images for one step, at least 1; under ``torchrun``, of all processes together.
        optimizer: an Optimizer of the model's parameters, or a function that makes one from them; by default SGD with
            learning rate 0.01 and momentum 0.5.
        scheduler: a function (optimizer, total_steps) -> scheduler, which then steps after every batch.
        device: where to compute; by default `best_device()`.
        memory_format: ``torch.channels_last``, for speed, or None.
        seed: makes order and dropout the same in each run. The model's first weights are made before, so seed them too.
        progress: show a bar with the loss and the test accuracy.

    Returns:
        A `History`.

    Raises:
        TypeError, ValueError: what cannot be trained: before the first step, with the reason.
        FloatingPointError: the loss became infinite or nan; its ``.history`` is the history until then.

    >>> from convlab.data import load_digits
    >>> train, test = load_digits("train", source="bundled"), load_digits("test", source="bundled")
    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    >>> history = fit(model, train, test, epochs=1, batch_size=64, device="cpu", seed=0, progress=False)
    >>> history.accuracy[0] > 0.8
    True
    """
    checks.check_model("fit", model)
    for name, dataset in {"train": train, "validation": validation}.items():
        if name == "train" or dataset is not None:
            checks.check_dataset("fit", name, dataset)
    epochs = as_whole("fit", "epochs", epochs, minimum=1)
    batch_size = as_whole("fit", "batch_size", batch_size, minimum=1)
    if seed is not None:
        seed = as_whole("fit", "seed", seed, minimum=0, maximum=2**64 - 1)
    device = as_device("fit", own_device(device))
    model.to(device)
    if memory_format is not None:
        model.to(memory_format=memory_format)  # type: ignore[call-overload, unused-ignore] # torch 2.11 hides it
    for name, dataset in {"train": train, "validation": validation}.items():
        if dataset is not None:
            sample = checks.prepare(dataset.images[:1], device, memory_format)
            checks.check_fits("fit", model, name, sample, dataset.labels)
    optimizer = checks.make_optimizer(model, optimizer)
    total_steps = epochs * math.ceil(len(train.labels) / batch_size)
    scheduler = checks.make_scheduler(optimizer, scheduler, total_steps)
    with team(device) as us, seeded(seed, us, device) as shuffler:
        bar = tqdm(total=total_steps, disable=not progress or us.rank > 0, unit="step")
        run = _Run(model, optimizer, scheduler, device, memory_format, us, bar)
        try:
            for epoch in range(epochs):
                run.epoch(epoch, train, validation, torch.randperm(len(train.labels), generator=shuffler).split(batch_size))
        except KeyboardInterrupt:
            run.history.interrupted = True
            print(f"fit: interrupted in epoch {epoch + 1}; the model and the history so far are kept")
        except FloatingPointError as error:
            error.history = run.history  # type: ignore[attr-defined] # an exception takes any
            raise
        finally:
            bar.close()
            run.net = model  # what DistributedDataParallel holds must go before the connection does
    return run.history


class _Run:
    """One training: what stays the same from step to step."""

    def __init__(self, model, optimizer, scheduler, device, memory_format, us: Team, bar):
        self.model, self.optimizer, self.scheduler = model, optimizer, scheduler
        self.device, self.memory_format, self.us, self.bar = device, memory_format, us, bar
        self.net = model
        if us.size > 1:
            self.net = DistributedDataParallel(model, device_ids=[device] if device.type == "cuda" else None)
        self.history = History()
        self.kept: dict[str, tuple[Tensor, Tensor]] = {}

    def epoch(self, epoch: int, train, test, batches: tuple[Tensor, ...]) -> None:
        start = time.perf_counter()
        losses = torch.zeros(len(batches), device=self.device)
        done = 0
        self.model.train()
        try:
            for images, labels, scale in self.parts(train, batches):
                losses[done] = self.step(images, labels, scale)
                done += 1
                self.report(losses, done, epoch)
        finally:  # also when interrupted: what was done is part of the history
            if done == len(batches):
                losses = self.us.add_up(losses) / self.us.size
            self.history.step_loss += losses[:done].tolist()
        stop_if_not_finite(losses, epoch)
        self.history.loss.append(losses.mean().item())
        if test is not None:
            self.history.accuracy.append(self.accuracy(test))
        self.history.seconds.append(time.perf_counter() - start)

    def parts(self, train, batches: tuple[Tensor, ...]) -> Iterator[tuple[Tensor, Tensor, float]]:
        """Yield this process's part of each batch, and what its sum of losses is to be multiplied with.

        Gradients are averaged over the processes, so each counts its losses times the number of processes.
        """
        shares = [self.us.share(batch) for batch in batches]
        pairs = zip(shares, batches, strict=True)
        scales = [(self.us.size if len(share) < len(batch) else 1) / len(batch) for share, batch in pairs]
        if self.us.size > 1:  # only this process's images of this epoch go to its device
            images, labels = self.on_device("", train.images[torch.cat(shares)], train.labels[torch.cat(shares)])
            ends = torch.tensor([len(share) for share in shares]).cumsum(0).tolist()
            shares = [torch.arange(end - len(share), end) for end, share in zip(ends, shares, strict=True)]
        else:
            images, labels = self.on_device("train", train.images, train.labels)
        sizes = [len(share) for share in shares]
        for share, scale in zip(torch.cat(shares).to(self.device).split(sizes), scales, strict=True):
            yield images.index_select(0, share), labels.index_select(0, share), scale

    def on_device(self, name: str, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Return images and labels on the device, converted; those with a name are kept there."""
        found = self.kept.get(name)
        if found is None:
            found = checks.prepare(images, self.device, self.memory_format), labels.to(self.device)
            if name:
                self.kept[name] = found
        return found

    def step(self, images: Tensor, labels: Tensor, scale: float) -> Tensor:
        """Learn from one batch; return its loss."""
        if self.memory_format is not None:
            images = images.contiguous(memory_format=self.memory_format)
        self.optimizer.zero_grad()
        loss = cross_entropy(self.net(images), labels, reduction="sum") * scale
        loss.backward()
        self.optimizer.step()
        if self.scheduler is not None:
            self.scheduler.step()
        return loss.detach()

    def report(self, losses: Tensor, done: int, epoch: int) -> None:
        """Move the bar on; now and then look at the loss, and stop if it is no number any more."""
        self.bar.update()
        if time.perf_counter() - getattr(self, "looked", -PAUSE) < PAUSE:
            return
        self.looked = time.perf_counter()
        stop_if_not_finite(losses[:done], epoch)
        shown = {"loss": f"{losses[max(0, done - 25) : done].mean().item():.3f}"}
        if self.history.accuracy:
            shown["accuracy"] = f"{self.history.accuracy[-1]:.1%}"
        self.bar.set_postfix(shown, refresh=False)

    def accuracy(self, test) -> float:
        """Return the share of right answers on the test images, counted by all processes together."""
        if self.us.size > 1:  # batch norm keeps its own means in each process; the first one's are the model's
            for buffer in self.model.buffers():
                distributed.broadcast(buffer, 0)
        mine = slice(self.us.rank, None, self.us.size)
        images, labels = self.on_device("test", test.images[mine], test.labels[mine])
        right = self.us.add_up(count_right(self.model, images, labels)).item()
        accuracy = right / len(test.labels)
        self.bar.set_postfix({"loss": f"{self.history.loss[-1]:.3f}", "accuracy": f"{accuracy:.1%}"}, refresh=False)
        return accuracy


def evaluate(model: nn.Module, dataset) -> float:
    """Return the share of images that the model classifies rightly, from 0 to 1.

    Args:
        model: as for `fit`; it stays where it is, and in the mode (train or eval) in which it is.
        dataset: with ``.images`` and ``.labels``, as for `fit`.

    Raises:
        TypeError, ValueError: as `fit`.

    >>> from convlab.data import load_digits
    >>> untrained = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    >>> evaluate(untrained, load_digits("test", source="bundled")) < 0.5
    True
    """
    checks.check_model("evaluate", model)
    checks.check_dataset("evaluate", "the data set", dataset)
    device = model_device("evaluate", model)
    sample = checks.prepare(dataset.images[:1], device, None)
    checks.check_fits("evaluate", model, "the data set", sample, dataset.labels)
    training = {module: module.training for module in model.modules()}
    right = 0
    try:
        for images, labels in zip(dataset.images.split(AT_A_TIME), dataset.labels.split(AT_A_TIME), strict=True):
            right += int(count_right(model, checks.prepare(images, device, None), labels.to(device)))
    finally:
        for module, mode in training.items():
            module.training = mode
    return right / len(dataset.labels)


@torch.inference_mode()
def count_right(model: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    """Return, as a tensor on the device, how many images get their largest score where the label says."""
    model.eval()
    parts = zip(images.split(AT_A_TIME), labels.split(AT_A_TIME), strict=True)
    return torch.stack([(model(x).argmax(1) == y).sum() for x, y in parts] or [labels.new_zeros(())]).sum()


def stop_if_not_finite(losses: Tensor, epoch: int) -> None:
    """Stop when a loss is infinite or nan: from there on nothing is learned."""
    bad = (~losses.isfinite()).nonzero()
    if len(bad):
        step = int(bad[0])
        raise FloatingPointError(
            f"fit: the loss became {losses[step].item()} in step {step + 1} of epoch {epoch + 1}; most often the "
            f"learning rate is too large: make it ten times smaller, and begin again with a new model"
        )


@contextmanager
def seeded(seed: int | None, us: Team, device: torch.device) -> Iterator[torch.Generator]:
    """Yield the generator of the order, the same in all processes; with a seed, dropout is repeatable too.

    What happens to the random numbers in here does not change those of the caller.
    """
    if seed is None:
        drawn = torch.randint(2**31, (1,)).to(device)
        if us.size > 1:
            distributed.broadcast(drawn, 0)
        yield torch.Generator().manual_seed(int(drawn))
        return
    own = {} if device.type == "cpu" else {"devices": [device.index or 0], "device_type": device.type}
    with torch.random.fork_rng(**(own or {"devices": []})):
        torch.manual_seed(seed + us.rank)
        yield torch.Generator().manual_seed(seed)
