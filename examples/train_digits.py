"""Train a network on digits, in one process or in several: `fit` is called in the same way.

python examples/train_digits.py
torchrun --nproc_per_node=2 examples/train_digits.py
"""

import os

import torch
from torch.utils.data import random_split

from convlab.data import load_digits
from convlab.training import FastNet, evaluate, fit


def main():
    """Train three epochs; print what came of it."""
    torch.manual_seed(0)  # every process begins with the same weights, and cuts the digits in the same way
    model = FastNet()
    train, validation = random_split(load_digits("train"), [0.9, 0.1])  # to learn from, and to watch
    history = fit(
        model,
        train,
        validation,
        epochs=3,
        batch_size=128,  # of all processes together: two of them take 64 images each
        optimizer=lambda parameters: torch.optim.AdamW(parameters, lr=0.003),
        seed=0,
    )
    if os.environ.get("RANK", "0") == "0":  # torchrun numbers the processes; one of them speaks
        print(history)
        print(f"accuracy on the test digits: {evaluate(model, load_digits('test')):.3f}")


if __name__ == "__main__":
    main()
