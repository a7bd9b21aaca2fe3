"""The training loop: zero_grad, forward, loss, backward, step; with all images on the device from the start.

A DataLoader turns 60,000 small images from bytes into pictures into tensors, one by one, in every epoch; for a small
network that takes longer than the learning. Here the images stay bytes, all in one tensor: a batch is an index, and is
converted as a whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor, distributed, nn
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel
from torch.optim import Optimizer
from torch.optim.lr_scheduler import ReduceLROnPlateau
from torch.utils.data import DataLoader
from tqdm.auto import tqdm

from convlab.arguments import as_whole
from convlab.training import checks
from convlab.training.devices import Team, as_device, own_device, team
from convlab.training.evaluation import measure
from convlab.training.pixels import NAME, arrange, core, prepare
from convlab.training.rehearsal import batch_sizes, rehearse
from convlab.training.sources import Batches, Kept, as_source, pieces, read

KEEP = 2**25 - 2**16  # bytes, just under 32 MiB: once a piece of this size was freed, glibc keeps what is freed; else
# it hands large pieces back and fetches them anew, page by page, in each step (man mallopt, M_MMAP_THRESHOLD)
PAUSE = 0.5  # seconds between two looks at the loss: each look makes a GPU wait


@dataclass
class History:
    """What happened in training; of each complete epoch, what is known at its end.

    Attributes:
        loss: mean loss of the training images, each as it was met.
        accuracy: share of the validation images that are right, from 0 to 1; empty without them.
        seconds: what the epoch took, with its look at the validation images.
        step_loss: mean loss of every single step, those of an epoch that was stopped too.
        interrupted: True if training was stopped before its end.
        train_accuracy: share of the training images that were right when they were met.
        validation_loss: mean loss of the validation images; empty without them.
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    step_loss: list[float] = field(default_factory=list)
    interrupted: bool = False
    train_accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)

    def __repr__(self) -> str:
        if not self.loss:
            return f"History(no complete epoch, {len(self.step_loss)} steps)"
        accuracy = f", accuracy {self.accuracy[-1]:.3f}" if self.accuracy else ""
        stopped = ", interrupted" if self.interrupted else ""
        epochs = f"{len(self.loss)} epoch{'s' * (len(self.loss) != 1)}"
        return f"History({epochs}: loss {self.loss[-1]:.3f}{accuracy}{stopped})"


@checks.no_test
def fit(
    model: nn.Module, train, validation=None, *, epochs: int, batch_size: int | None = None,
    optimizer: Optimizer | Callable | None = None, scheduler: Callable | None = None, normalisation=None,
    device: str | int | torch.device | None = None, memory_format: torch.memory_format | None = None,
    seed: int | None = None, progress: bool = True,
) -> History:  # fmt: skip
    """Train a classifier with cross-entropy, and look at the validation images after every epoch.

    Ctrl-C, or the stop button of the notebook, ends the training; the model as it is by then and the history so far are
    kept. Started by ``torchrun``, the processes share each batch and end with the same model. Whatever happened,
    a model that has begun to learn is left in eval mode, ready to be used.

    Args:
        model: takes images (N, C, H, W), returns scores (N, classes), *before* any softmax. It is moved to the device.
        train: what to learn from. Fast: anything with ``.images`` (N, C, H, W) and ``.labels`` (N,), as ``load_digits``
            returns it; a TensorDataset; a Subset of these; a list of pairs (image, label). Any other torch Dataset of
            such pairs, or a DataLoader, is read anew in each epoch: of torchvision's MNIST, 1.7 times as long.
        validation: likewise, or None: what is watched while training. The test set waits for `evaluate`, afterwards.
        epochs: how often all images are used, at least 1.
        batch_size: images for one step, at least 1; under ``torchrun``, of all processes together. A DataLoader has its
            own: then leave it out.
        optimizer: an Optimizer of the model's parameters, or a function that makes one from them; by default SGD with
            learning rate 0.01 and momentum 0.5.
        scheduler: a function (optimizer, total_steps) -> scheduler, which then steps after every batch;
            ReduceLROnPlateau after every epoch, by what the validation (without it, the training) images say.
        normalisation: (mean, deviation) of bytes, on the scale from 0 to 1, each a number or one for each channel. By
            default what the model carries from a `fit` before, MNIST's for digits, else computed from the training
            images, and printed with the bar. The model carries it to `evaluate`, `save` and `load`. Floats stay.
        device: where to compute; by default `best_device()`.
        memory_format: ``torch.channels_last``, for speed, or None.
        seed: makes order and dropout the same in each run. The model's first weights are made before, so seed them too.
        progress: show a bar with the loss and the validation accuracy.

    Returns:
        A `History`.

    Raises:
        TypeError, ValueError: what cannot be trained: before the first step, with the reason; each size of batch, the
            optimizer and the scheduler are tried on copies. What a Dataset shows only later: when it comes.
        FloatingPointError: the loss became infinite or nan. Any error on the way has the history as ``.history``.

    >>> from convlab.data import load_digits
    >>> train, validation = load_digits("train", source="bundled"), load_digits("test", source="bundled")
    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    >>> history = fit(model, train, validation, epochs=1, batch_size=64, device="cpu", seed=0, progress=False)
    >>> history.accuracy[0] > 0.8
    True
    """
    checks.check_model("fit", model)
    epochs = as_whole("fit", "epochs", epochs, minimum=1)
    batch_size = checks.check_batch_size(batch_size, train)
    if seed is not None:
        seed = as_whole("fit", "seed", seed, minimum=0, maximum=2**64 - 1)
    shuffler = torch.Generator()
    sources = {"train": as_source("fit", "train", train, batch_size, shuffler)}
    if validation is not None:
        sources["validation"] = as_source("fit", "validation", validation)
    device = as_device("fit", own_device(device))
    model.to(device)
    arrange(model, memory_format)
    with torch.random.fork_rng(devices=[]):  # looking at the first images changes no random numbers
        samples = {name: source.first(batch_size) for name, source in sources.items()}
        numbers = checks.choose_normalisation(model, sources["train"], samples["train"][0], normalisation, progress)
    ready = partial(prepare, "fit", model, device=device, normalisation=numbers, memory_format=memory_format)
    for name, (images, labels) in samples.items():
        classes = checks.check_fits("fit", model, name, ready(images[:1]), getattr(sources[name], "labels", labels))
    arrange(model, memory_format)  # a lazy model has its weights only now
    optimizer = checks.make_optimizer(model, optimizer)
    steps, count = sources["train"].counts(batch_size)
    with team(device) as us, seeded(seed, us, device, shuffler):
        if us.size > 1 and DataLoader in (type(train), type(validation)):
            raise TypeError("fit: under torchrun give the DataLoader's Dataset and batch_size; the processes share it")
        torch.empty(KEEP, dtype=torch.uint8)  # and freed at once
        bar = tqdm(total=steps and epochs * steps, disable=not progress or us.rank > 0, unit="step")
        run, epoch = _Run(model, optimizer, ready, batch_size, shuffler, classes, us, bar), 0
        try:
            images, labels = samples["train"]
            sizes = batch_sizes(count or len(labels), batch_size if count else len(labels), us)
            with forked(device):
                rehearse(model, optimizer, ready(images), labels.to(device), sizes)
            run.scheduler = checks.make_scheduler(optimizer, scheduler, steps and epochs * steps)
            setattr(core(model), NAME, numbers)
            for epoch in range(epochs):
                run.epoch(epoch, sources["train"], sources.get("validation"))
        except KeyboardInterrupt:
            run.history.interrupted = True
            print(f"fit: interrupted in epoch {epoch + 1}; the model and the history so far are kept")
        except Exception as error:
            error.history = run.history  # type: ignore[attr-defined] # an exception takes any
            raise
        finally:
            bar.close()
            run.net = model  # what DistributedDataParallel holds must go before the connection does
    return run.history


class _Run:
    """One training: what stays the same from step to step."""

    scheduler: Any = None

    def __init__(self, model, optimizer, ready, batch_size: int, shuffler, classes: int, us: Team, bar):
        self.model, self.optimizer, self.ready, self.batch_size = model, optimizer, ready, batch_size
        self.shuffler, self.classes, self.us, self.bar = shuffler, classes, us, bar
        self.device = ready.keywords["device"]
        self.net = model
        if us.size > 1:
            self.net = DistributedDataParallel(model, device_ids=[self.device] if self.device.type == "cuda" else None)
        self.history = History()
        self.kept: dict[str, tuple[Tensor, Tensor]] = {}

    def epoch(self, epoch: int, train: Kept | Batches, validation: Kept | Batches | None) -> None:
        """Go through the training images once, then look at the validation images; write both down at the end."""
        start = time.perf_counter()
        losses: list[Tensor] = []
        rights: list[Tensor] = []
        sizes: list[int] = []
        complete = False
        self.model.train()
        try:
            for images, labels, size, scale in self.parts(train):
                loss, right = self.step(images, labels, scale)
                losses.append(loss)
                rights.append(right if self.us.size == 1 else right * (scale * size / self.us.size))
                sizes.append(size)
                self.report(losses, epoch)
            complete = True
        finally:  # also when interrupted: what was done is part of the history
            self.model.eval()
            found = torch.stack(losses) if losses else torch.zeros(0)
            if complete:
                found = self.us.add_up(found) / self.us.size
            self.history.step_loss += found.tolist()
        stop_if_not_finite(found, epoch)
        shares = torch.tensor(sizes, dtype=torch.float64) / sum(sizes)
        row = {"loss": float(found.cpu().double() @ shares)}
        row["train_accuracy"] = self.us.add_up(torch.stack(rights).sum()).item() / sum(sizes)
        if validation is not None:
            row["validation_loss"], row["accuracy"] = self.validate(validation)
            shown = {"loss": f"{row['loss']:.3f}", "accuracy": f"{row['accuracy']:.1%}"}
            self.bar.set_postfix(shown, refresh=False)
        if isinstance(self.scheduler, ReduceLROnPlateau):
            which = ("validation_loss", "loss") if self.scheduler.mode == "min" else ("accuracy", "train_accuracy")
            self.scheduler.step(row.get(which[0], row[which[1]]))
        row["seconds"] = time.perf_counter() - start
        for name, value in row.items():
            getattr(self.history, name).append(value)

    def parts(self, train: Kept | Batches) -> Iterator[tuple[Tensor, Tensor, int, float]]:
        """Yield this process's part of each batch, the batch's size, and what the part's losses are multiplied with.

        Gradients are averaged over the processes, so each counts its losses times the number of processes.
        """
        if isinstance(train, Batches):
            for images, labels in read(train, self.ready, self.classes):
                share = self.us.share(torch.arange(len(labels), device=self.device))
                yield images[share], labels[share], len(labels), self.us.scale(len(labels))
            return
        batches = torch.randperm(len(train.labels), generator=self.shuffler).split(self.batch_size)
        shares = [self.us.share(batch) for batch in batches]
        mine, lengths = torch.cat(shares), [len(share) for share in shares]
        if self.us.size > 1:  # only this process's images of this epoch go to its device, in their order
            images, labels = self.on_device("", train.images[mine], train.labels[mine])
            mine = torch.arange(len(mine))
        else:
            images, labels = self.on_device("train", train.images, train.labels)
        for share, batch in zip(mine.to(self.device).split(lengths), batches, strict=True):
            part = self.ready(images.index_select(0, share))
            yield part, labels.index_select(0, share), len(batch), self.us.scale(len(batch))

    def on_device(self, name: str, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Return images and labels on the device; those with a name are kept there.

        A CPU converts a batch while it is in its cache; for a GPU all are converted here, it counts operations.
        """
        found = self.kept.get(name)
        if found is None:
            found = images if self.device.type == "cpu" else self.ready(images), labels.to(self.device)
            if name:
                self.kept[name] = found
        return found

    def step(self, images: Tensor, labels: Tensor, scale: float) -> tuple[Tensor, Tensor]:
        """Learn from one batch; return its loss, and how many images were right before."""
        self.optimizer.zero_grad()
        scores = self.net(images)
        loss = cross_entropy(scores, labels, reduction="sum") * scale
        loss.backward()
        self.optimizer.step()
        if self.scheduler is not None and not isinstance(self.scheduler, ReduceLROnPlateau):
            self.scheduler.step()
        return loss.detach(), (scores.detach().argmax(1) == labels).sum()

    def report(self, losses: list[Tensor], epoch: int) -> None:
        """Move the bar on; now and then look at the loss, and stop if it is no number any more."""
        self.bar.update()
        if time.perf_counter() - getattr(self, "looked", -PAUSE) < PAUSE:
            return
        self.looked = time.perf_counter()
        stop_if_not_finite(torch.stack(losses), epoch)
        shown = {"loss": f"{torch.stack(losses[-25:]).mean().item():.3f}"}
        if self.history.accuracy:
            shown["accuracy"] = f"{self.history.accuracy[-1]:.1%}"
        self.bar.set_postfix(shown, refresh=False)

    def validate(self, source: Kept | Batches) -> tuple[float, float]:
        """Return loss and accuracy on the validation images, found by all processes together."""
        if self.us.size > 1:  # batch norm keeps its own means in each process; the first one's are the model's
            for buffer in self.model.buffers():
                distributed.broadcast(buffer, 0)
        mine = slice(self.us.rank, None, self.us.size)
        parts: Iterator[tuple[Tensor, Tensor]]
        if isinstance(source, Batches):
            parts = ((images[mine], labels[mine]) for images, labels in read(source, self.ready, self.classes))
        else:
            kept = self.on_device("validation", source.images[mine], source.labels[mine])
            parts = ((self.ready(images), labels) for images, labels in pieces(*kept))
        found = measure(self.model, parts)
        loss, right, count = self.us.add_up(found).tolist()
        return loss / count, right / count


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
def seeded(seed: int | None, us: Team, device: torch.device, shuffler: torch.Generator) -> Iterator[None]:
    """Begin the order, the same in all processes; with a seed, dropout is repeatable too.

    What happens to the random numbers in here then does not change those of the caller.
    """
    if seed is None:
        drawn = torch.randint(2**31, (1,)).to(device)
        if us.size > 1:
            distributed.broadcast(drawn, 0)
        shuffler.manual_seed(int(drawn))
        yield
        return
    with forked(device):
        torch.manual_seed(seed + us.rank)
        shuffler.manual_seed(seed)
        yield


def forked(device: torch.device):
    """While this lasts, random numbers are drawn that change nothing for the caller."""
    if device.type == "cpu":
        return torch.random.fork_rng(devices=[])
    return torch.random.fork_rng(devices=[device.index or 0], device_type=device.type)
