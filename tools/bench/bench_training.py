"""How much faster `convlab.training` learns digits than others' loops, measured in turns in one run.

    python tools/bench/bench_training.py               10 turns: some minutes
    python tools/bench/bench_training.py --turns 1     a first look

The tutorials' loop reads MNIST through torchvision: a PIL picture for each digit, ToTensor, Normalize, a DataLoader
with batches of 64, SGD with learning rate 0.01 and momentum 0.5. The published recipe is the last one of
github.com/tuomaso/train_mnist_fast, written anew; its images are in memory, trained by `fit`. Every epoch of the loop,
and every other training once, ends with a pass over the test digits, within the time. Each way has a process of its
own: what one leaves behind in memory changes nothing for another.
The numbers in docs/performance.md are those of the full MNIST: set CONVLAB_DATA to its folder. Without it, the bundled
digits serve.
"""

import argparse
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.optim.lr_scheduler import OneCycleLR
from torch.utils.data import DataLoader

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench_operators import at_least_1, processor

from convlab.data import digits_root, load_digits
from convlab.training import evaluate, fit, fit_fast
from convlab.vision import import_torchvision

EPOCHS = 10  # of the tutorials' loop, with which the recipes are compared
SEEDS = 2  # of a recipe in each turn
CHANNELS_LAST = torch.channels_last


def tutorial_net() -> nn.Sequential:
    """Return the network that most tutorials train on MNIST."""
    return nn.Sequential(
        *[nn.Conv2d(1, 10, 5), nn.MaxPool2d(2), nn.ReLU()],
        *[nn.Conv2d(10, 20, 5), nn.MaxPool2d(2), nn.ReLU()],
        *[nn.Flatten(), nn.Linear(320, 10)],
    )


def published_net() -> nn.Sequential:
    """Return the network of the published recipe."""
    return nn.Sequential(
        *[nn.Conv2d(1, 24, 5), nn.MaxPool2d(2), nn.ReLU()],
        *[nn.Conv2d(24, 32, 3), nn.MaxPool2d(2), nn.ReLU()],
        *[nn.Flatten(), nn.Linear(800, 256), nn.ReLU(), nn.Linear(256, 10)],
    )


def tutorial(seed: int) -> float:
    """Return the accuracy after one epoch of the loop as tutorials write it."""
    torch.manual_seed(seed)
    train, test = loaders()
    net = tutorial_net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.5)
    for images, labels in train:
        optimizer.zero_grad()
        cross_entropy(net(images), labels).backward()
        optimizer.step()
    with torch.no_grad():
        right = sum((net(images).argmax(1) == labels).sum().item() for images, labels in test)
    return right / len(test.dataset)


def fitted(seed: int, memory_format: torch.memory_format | None = None) -> float:
    """Return the accuracy after the same epoch, by `fit`."""
    torch.manual_seed(seed)
    how = {"epochs": 1, "batch_size": 64, "memory_format": memory_format}
    return fit(tutorial_net(), *digits(), seed=seed, device="cpu", progress=False, **how).accuracy[0]


def fast(seed: int) -> float:
    """Return the accuracy that `fit_fast` reaches."""
    train, test = digits()
    return evaluate(fit_fast(train, seed=seed, device="cpu", progress=False)[0], test)


def published(seed: int, memory_format: torch.memory_format | None = None) -> float:
    """Return the accuracy that the published recipe reaches."""
    torch.manual_seed(seed)
    (train, test), net = digits(), published_net()
    fit(
        *(net, train),
        epochs=1,
        batch_size=256,
        optimizer=lambda parameters: torch.optim.Adam(parameters, lr=0.01, betas=(0.7, 0.9)),
        scheduler=lambda adam, steps: OneCycleLR(adam, 0.01, total_steps=steps, cycle_momentum=False),
        memory_format=memory_format,
        **{"seed": seed, "device": "cpu", "progress": False},
    )
    return evaluate(net, test)


WAYS = {
    "tutorial": tutorial,
    "fit": fitted,
    "fit, channels_last": partial(fitted, memory_format=CHANNELS_LAST),
}
RECIPES = {
    "fit_fast": fast,
    "published": published,
    "published, channels_last": partial(published, memory_format=CHANNELS_LAST),
}


@cache
def digits() -> tuple:
    """Return the digits to train on and those to test with."""
    return load_digits("train"), load_digits("test")


@cache
def loaders() -> tuple[DataLoader, DataLoader]:
    """Return the digits as tutorials load them."""
    torchvision = import_torchvision()
    transforms = torchvision.transforms
    prepare = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
    sets = [torchvision.datasets.MNIST(digits_root("auto"), train, prepare) for train in (True, False)]
    return DataLoader(sets[0], batch_size=64, shuffle=True), DataLoader(sets[1], batch_size=64)


def timed(name: str, seed: int, clock: str) -> tuple[float, float]:
    """Return the seconds of one training, its test pass included, and the accuracy."""
    now = getattr(time, clock)
    start = now()
    accuracy = (WAYS | RECIPES)[name](seed)
    return now() - start, accuracy


def warm_up(threads: int) -> None:
    """Load what PyTorch loads when it is first used, and the digits, before anything is measured."""
    torch.set_num_threads(threads)
    digits()
    net = published_net()
    adam = torch.optim.Adam(net.parameters())
    OneCycleLR(adam, 0.01, total_steps=2)
    cross_entropy(net(torch.zeros(64, 1, 28, 28)), torch.zeros(64, dtype=torch.int64)).backward()
    adam.step()


def own_process(threads: int) -> ProcessPoolExecutor:
    """Return a process for one of the ways."""
    return ProcessPoolExecutor(1, get_context("spawn"), warm_up, (threads,))


def measure(turns: int, threads: int, clock: str) -> dict[str, list[tuple[float, float]]]:
    """Return the seconds and the accuracy of each way, turn by turn."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS | RECIPES}
    processes = {name: own_process(threads) for name in found}
    for turn in range(turns):
        for name, process in processes.items():
            for seed in [turn] if name in WAYS else range(SEEDS * turn, SEEDS * (turn + 1)):
                found[name].append(process.submit(timed, name, seed, clock).result())
        seconds = (f"{name} {rows[-1][0]:.1f} s" for name, rows in found.items())
        print(f"turn {turn + 1}: {'; '.join(seconds)}", flush=True)
    for process in processes.values():
        process.shutdown()
    return found


def report(found: dict[str, list[tuple[float, float]]]) -> None:
    """Print medians and ratios: each turn against the tutorials' loop of the same turn, median (lowest to highest)."""
    seconds = {name: [row[0] for row in rows] for name, rows in found.items()}
    for name, rows in found.items():
        spread = f"{statistics.median(seconds[name]):6.2f} s ({min(seconds[name]):.2f} to {max(seconds[name]):.2f})"
        right = [row[1] for row in rows]
        print(
            f"{name:<26}{spread:<26} accuracy {statistics.mean(right):.2%}, lowest {min(right):.2%}, seeds: {len(rows)}"
        )
    for name in ("fit", "fit, channels_last"):
        print(f"{name + ', same net and batch':<42}{ratios(seconds['tutorial'], seconds[name])} times as fast")
    fast, epochs = seconds["fit_fast"], [EPOCHS * epoch for epoch in seconds["tutorial"] for _ in range(SEEDS)]
    print(f"{'fit_fast, in ten epochs of the tutorial':<42}{ratios(epochs, fast)} times")
    for name in ("published", "published, channels_last"):
        print(f"{f'fit_fast, in the time of {name}':<50}{ratios(seconds[name], fast)} times")


def ratios(slow: list[float], quick: list[float]) -> str:
    """Return the median of the turns' ratios, and between which they lie."""
    turns = [one / other for one, other in zip(slow, quick, strict=True)]
    return f"{statistics.median(turns):5.2f} ({min(turns):.2f} to {max(turns):.2f})"


def main(arguments: list[str] | None = None) -> None:
    """Measure and print the ratios."""
    parser = argparse.ArgumentParser(description="Compare convlab.training with others' loops.")
    parser.add_argument("--turns", type=at_least_1, default=10, help="how often each way is measured, seeds too (10)")
    parser.add_argument("--threads", type=at_least_1, default=2, help="threads that torch may use (2)")
    parser.add_argument("--cpu", action="store_true", help="count CPU time: for a busy machine, with --threads 1")
    chosen = parser.parse_args(arguments)
    source = digits()[0].source
    print(f"{processor()}, {chosen.threads} threads, torch {torch.__version__}, {source} digits")
    report(measure(chosen.turns, chosen.threads, "process_time" if chosen.cpu else "perf_counter"))


if __name__ == "__main__":
    main()
