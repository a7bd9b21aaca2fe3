"""How much faster `convlab.training.fit` learns digits than the tutorials' loop, measured in turns in one run.

    python tools/bench/bench_training.py               10 turns: some minutes
    python tools/bench/bench_training.py --turns 1     a first look

The tutorials' loop reads MNIST through torchvision: a PIL picture for each digit, ToTensor, Normalize, a DataLoader
with batches of 64, SGD with learning rate 0.01 and momentum 0.5. Every epoch ends with a pass over the test digits.
The README's numbers are those of the full MNIST: set CONVLAB_DATA to its folder. Without it, the bundled digits serve.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench_operators import at_least_1, processor

from convlab.data import digits_root, load_digits
from convlab.training import fit, fit_fast
from convlab.vision import import_torchvision

EPOCHS = 10  # of the tutorials' loop, with which the recipe is compared


def tutorial_net() -> nn.Sequential:
    """Return the network that most tutorials train on MNIST."""
    return nn.Sequential(
        *[nn.Conv2d(1, 10, 5), nn.MaxPool2d(2), nn.ReLU()],
        *[nn.Conv2d(10, 20, 5), nn.MaxPool2d(2), nn.ReLU()],
        *[nn.Flatten(), nn.Linear(320, 10)],
    )


def tutorial_epoch(train: DataLoader, test: DataLoader) -> float:
    """Return the accuracy after one epoch of the loop as tutorials write it."""
    net = tutorial_net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.5)
    for images, labels in train:
        optimizer.zero_grad()
        cross_entropy(net(images), labels).backward()
        optimizer.step()
    with torch.no_grad():
        right = sum((net(images).argmax(1) == labels).sum().item() for images, labels in test)
    return right / len(test.dataset)


def loaders() -> tuple[DataLoader, DataLoader]:
    """Return the digits as tutorials load them."""
    torchvision = import_torchvision()
    transforms = torchvision.transforms
    prepare = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
    sets = [torchvision.datasets.MNIST(digits_root("auto"), train, prepare) for train in (True, False)]
    return DataLoader(sets[0], batch_size=64, shuffle=True), DataLoader(sets[1], batch_size=64)


def measure(turns: int) -> tuple[dict[str, list[float]], list[float]]:
    """Return the seconds of each way, turn by turn, and the recipe's accuracies."""
    train, test = load_digits("train"), load_digits("test")
    batches = loaders()
    same = {"epochs": 1, "batch_size": 64, "device": "cpu", "progress": False}
    ways = {
        "tutorial": lambda turn: tutorial_epoch(*batches),
        "fit": lambda turn: fit(tutorial_net(), train, test, seed=turn, **same),
        "fit, channels_last": lambda turn: fit(
            tutorial_net(), train, test, seed=turn, memory_format=torch.channels_last, **same
        ),
        "fit_fast": lambda turn: fit_fast(train, test, seed=turn, device="cpu", progress=False),
    }
    seconds, accuracies = {name: [] for name in ways}, []
    for turn in range(turns):
        for name, way in ways.items():
            start = time.perf_counter()
            result = way(turn)
            seconds[name].append(time.perf_counter() - start)
        accuracies.append(result[1].accuracy[-1])
        print(f"turn {turn + 1}:", *(f"{name} {found[-1]:.1f} s," for name, found in seconds.items()), flush=True)
    return seconds, accuracies


def main(arguments: list[str] | None = None) -> None:
    """Measure and print the ratios."""
    parser = argparse.ArgumentParser(description="Compare convlab.training with the tutorials' loop.")
    parser.add_argument("--turns", type=at_least_1, default=10, help="how often each way is measured, seeds too (10)")
    parser.add_argument("--threads", type=at_least_1, default=2, help="threads that torch may use (2)")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(chosen.threads)
    source = load_digits("train").source
    print(f"{processor()}, {chosen.threads} threads, torch {torch.__version__}, {source} digits")
    seconds, accuracies = measure(chosen.turns)
    epoch = statistics.median(seconds["tutorial"])
    for name in ("fit", "fit, channels_last"):
        print(f"{name + ', same net and batch':<42}{epoch / statistics.median(seconds[name]):5.1f} times as fast")
    recipe = statistics.median(seconds["fit_fast"])
    print(f"{'fit_fast against ten epochs of the tutorial':<42}1/{EPOCHS * epoch / recipe:.0f} of the time")
    print(f"accuracy of fit_fast: mean {statistics.mean(accuracies):.2%} of {len(accuracies)} seeds, ", end="")
    print(f"lowest {min(accuracies):.2%}")


if __name__ == "__main__":
    main()
