"""Make the network that comes with the package, ``convlab/training/fastnet.npy``, and print how good it is.

    python tools/assets/make_pretrained.py

A `FastNet` is trained by `fit_fast` on the bundled training digits: the originals, and copies of them that are turned,
stretched, slanted and moved a little. Everything random has a fixed seed; processors differ in the last digits, so
another one makes a file with slightly other weights. Run this anew when `FastNet` or `fit_fast` has changed, and put
the accuracy that it prints into the docstring of `pretrained`.
"""

import math
from types import SimpleNamespace

import numpy as np
import torch
import torch.nn.functional as F

from convlab.data import load_digits
from convlab.training import evaluate, fit_fast, pretrained
from convlab.training.pixels import remembered
from convlab.training.ready import FILE, TRAINED_WITH, kept

SEED, COPIES, EPOCHS = 0, 9, 5


def varied(images, generator):
    """Return each image (N, 1, 28, 28) turned by up to 15 degrees, and a little stretched, slanted and moved."""
    one = torch.rand(6, len(images), generator=generator) * 2 - 1
    angle, wide, high, slant = one[0] * math.radians(15), 1 + 0.12 * one[1], 1 + 0.12 * one[2], 0.2 * one[3]
    turn = torch.stack([angle.cos() * wide, -angle.sin() * high + slant, angle.sin() * wide, angle.cos() * high])
    matrix = torch.cat([turn.T.reshape(-1, 2, 2), (one[4:] * 0.1).T[:, :, None]], dim=2)
    places = F.affine_grid(matrix, list(images.shape), align_corners=False)
    return F.grid_sample(images.float(), places, align_corners=False).round().to(torch.uint8)


def main():
    """Train, store, and measure what was stored."""
    train, test = (load_digits(split, source="bundled") for split in ("train", "test"))
    generator = torch.Generator().manual_seed(SEED)
    images = torch.cat([train.images, *(varied(train.images, generator) for _ in range(COPIES))])
    more = SimpleNamespace(images=images, labels=train.labels.repeat(1 + COPIES))
    model, _ = fit_fast(more, epochs=EPOCHS, seed=SEED, device="cpu", progress=False)
    if remembered(model) != TRAINED_WITH:
        raise SystemExit(f"TRAINED_WITH in {FILE.with_name('ready.py')} must become {remembered(model)}")
    numbers = torch.cat([weight.flatten() for weight in kept(model)]).half()
    np.save(FILE, numbers.numpy(), allow_pickle=False)
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes; trained: {evaluate(model, test):.2%} of the test digits")
    print(f"as stored: {evaluate(pretrained(), test):.2%}")


if __name__ == "__main__":
    main()
