"""What bench_cures.py compares: the networks, what is done for them, the folds of the emoji, and one training."""

import hashlib
import sys
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import affine_grid, cross_entropy, grid_sample

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from convlab.data import load_emoji

FOLDS, CLASSES, BATCH, RATE = 5, 6, 64, 1e-3


@dataclass(frozen=True)
class Row:
    """One row of the table: which network, and what is done for it."""

    net: str = "plain"
    augment: bool = False
    decay: float = 0.0
    dropout: float = 0.0
    blocks: int = 0
    times: int = 1  # times the epochs
    fall: bool = False  # the rate falls to zero along a cosine
    stop: bool = False  # judged at the epoch with the lowest validation loss
    by: str = "concept"


ALL = Row(net="pooled", augment=True, decay=0.5, dropout=0.2, fall=True)
LONG = 3  # times the epochs, for the rows that ask whether time is what was missing
DEPTHS = (2, 6, 12, 20)  # blocks of two layers
ROWS = {
    "plain": Row(),
    "augmentation": Row(augment=True),
    "weight decay": Row(decay=0.5),
    "early stopping": Row(stop=True),
    "dropout": Row(dropout=0.5),
    "falling rate": Row(fall=True),
    "global average pooling": Row(net="pooled"),
    "all together": ALL,
    "plain, three times the epochs": Row(times=LONG),
    "augmentation, three times the epochs": Row(augment=True, times=LONG),
    "all together, three times the epochs": replace(ALL, times=LONG),
    "split by picture": Row(by="picture"),
    **{
        f"{2 * n} layers in blocks{end}": Row(net=f"blocks{end}", blocks=n)
        for n in DEPTHS
        for end in ("", " with a sum")
    },
}


# --- networks -------------------------------------------------------------------------------------------------------


def layer(inputs: int, outputs: int) -> list[nn.Module]:
    """Return convolution, normalisation, ReLU."""
    return [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]


class Block(nn.Module):
    """Two layers; with the sum, what comes in is added to what they make."""

    def __init__(self, channels: int, add: bool):
        super().__init__()
        self.body, self.add = nn.Sequential(*layer(channels, channels), *layer(channels, channels)[:2]), add

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.body(x) if self.add else self.body(x))


def network(row: Row) -> nn.Sequential:
    """Return the network of a row, with new weights."""
    pool = nn.MaxPool2d(2)
    if row.blocks:
        blocks = [Block(32, row.net.endswith("sum")) for _ in range(row.blocks)]
        head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, CLASSES)]
        return nn.Sequential(*layer(3, 16), pool, *layer(16, 32), pool, *blocks, *head)
    body = [*layer(3, 16), pool, *layer(16, 32), *layer(32, 32), pool, *layer(32, 64), *layer(64, 64)]
    if row.net == "pooled":
        head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(row.dropout), nn.Linear(64, CLASSES)]
    else:
        large = [nn.Linear(64 * 8 * 8, 128), nn.ReLU(), nn.Dropout(row.dropout), nn.Linear(128, CLASSES)]
        head = [nn.Flatten(), nn.Dropout(row.dropout), *large]
    return nn.Sequential(*body, *head)


def augmented(x: Tensor) -> Tensor:
    """Return pictures as they might also be: mirrored, turned, nearer, shifted, in other light; labels stay."""
    n, device = len(x), x.device
    angle = (torch.rand(n, device=device) * 2 - 1) * 0.26  # radians: 15 degrees
    zoom = 1 + (torch.rand(n, device=device) * 2 - 1) * 0.2
    mirror = torch.randint(0, 2, (n,), device=device) * 2.0 - 1
    shift = (torch.rand(n, 2, device=device) * 2 - 1) * 0.2  # of half a picture: 3 pixels
    cos, sin = angle.cos() * zoom, angle.sin() * zoom
    turn = torch.stack(
        [torch.stack([cos * mirror, -sin, shift[:, 0]], 1), torch.stack([sin * mirror, cos, shift[:, 1]], 1)], 1
    )
    x = 1 - grid_sample(
        1 - x, affine_grid(turn, list(x.shape), align_corners=False), align_corners=False
    )  # white around
    light = 1 + (torch.rand(n, 3, 1, 1, device=device) * 2 - 1) * 0.3
    return (1 - (1 - x) * light).clamp(0, 1)


# --- folds ----------------------------------------------------------------------------------------------------------


def dealt(groups: list, parts: int, salt: str) -> dict:
    """Return a part for each group of one class, in turn, in an order that is the same on every machine."""
    order = sorted(set(groups), key=lambda group: hashlib.sha256(f"{salt} {group}".encode()).digest())
    sizes, found = [0] * parts, {}
    for group in order:
        found[group] = sizes.index(min(sizes))
        sizes[found[group]] += groups.count(group)
    return found


def divided(labels: list[int], groups: list, parts: int, salt: str) -> list[int]:
    """Return the part of each picture: a group stays whole, and each class has about the same share in each part."""
    found = {}
    for label in set(labels):
        found |= dealt([g for g, other in zip(groups, labels, strict=True) if other == label], parts, salt)
    return [found[group] for group in groups]


@cache
def pictures(device: str) -> tuple[Tensor, Tensor, list[int], list[int]]:
    """Return images and labels on the device, and the labels and concepts as lists: what is not the test set."""
    splits = [load_emoji(split) for split in ("train", "val")]
    images, labels, concepts = (
        torch.cat([getattr(s, name) for s in splits]) for name in ("images", "labels", "concepts")
    )
    return images.to(device), labels.to(device), labels.tolist(), concepts.tolist()


def indices(by: str, fold: int, labels: list[int], concepts: list[int]) -> dict[str, list[int]]:
    """Return which pictures are to learn from, to validate, and to judge."""
    groups = concepts if by == "concept" else list(range(len(labels)))
    of = divided(labels, groups, FOLDS, "fold")
    rest = [i for i, part in enumerate(of) if part != fold]
    inner = divided([labels[i] for i in rest], [groups[i] for i in rest], 6, f"validation {fold}")
    parts = {"train": [], "val": [], "test": [i for i, part in enumerate(of) if part == fold]}
    for i, part in zip(rest, inner, strict=True):
        parts["val" if part == 0 else "train"].append(i)
    return parts


# --- one training ---------------------------------------------------------------------------------------------------


def train(row: Row, fold: int, seed: int, epochs: int, device: str) -> dict:
    """Train one network; return its score after the last epoch and at the chosen one, and its curves."""
    torch.manual_seed(1000 * seed + fold)
    epochs *= row.times
    images, labels, *lists = pictures(device)
    own = {name: torch.tensor(each, device=device) for name, each in indices(row.by, fold, *lists).items()}
    x, y = images[own["train"]], labels[own["train"]]
    mean, std = x.mean((0, 2, 3), keepdim=True), x.std((0, 2, 3), keepdim=True)
    net = network(row).to(device)
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=row.decay, fused=True)
    rate = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * (len(y) // BATCH))
    seen = {name: ((images[own[name]] - mean) / std, labels[own[name]]) for name in ("val", "test")}
    curves, scores = defaultdict(list), []
    for _ in range(epochs):
        net.train()
        losses, right = [], []
        for batch in torch.randperm(len(y), device=device)[: len(y) // BATCH * BATCH].split(BATCH):
            pixels = x[batch]
            out = net(((augmented(pixels) if row.augment else pixels) - mean) / std)
            loss = cross_entropy(out, y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if row.fall:
                rate.step()
            losses.append(loss.detach())
            right.append((out.argmax(1) == y[batch]).float().mean())
        net.eval()
        with torch.no_grad():
            for name, (pixels, truth) in seen.items():
                out = net(pixels)
                if name == "val":
                    curves["validation loss"].append(cross_entropy(out, truth))
                    curves["validation accuracy"].append((out.argmax(1) == truth).float().mean())
                else:
                    scores.append(out)
        curves["training loss"].append(torch.stack(losses).mean())
        curves["training accuracy"].append(torch.stack(right).mean())
    found = {name: torch.stack(values).tolist() for name, values in curves.items()}
    best = min(range(epochs), key=found["validation loss"].__getitem__)
    right = [(out.argmax(1) == seen["test"][1]).float().cpu() for out in (scores[-1], scores[best])]
    return {
        "judged": own["test"].cpu(),
        "last": right[0],
        "chosen": right[1],
        "epoch": best + 1,
        "curves": found,
        "sizes": {name: len(each) for name, each in own.items()},
    }


def without_training(by: str) -> dict[str, Tensor]:
    """Return which pictures are right without a network: one class always, the nearest mean colour or picture."""
    images, labels, *lists = pictures("cpu")
    found = {name: torch.zeros(1, len(labels)) for name in ("most frequent class", "mean colour", "nearest neighbour")}
    for fold in range(FOLDS):
        own = indices(by, fold, *lists)
        x, y, new = images[own["train"]], labels[own["train"]], images[own["test"]]
        colours = torch.stack([x[y == label].mean((0, 2, 3)) for label in range(CLASSES)])
        answers = (
            torch.full((len(new),), int(y.bincount().argmax())),
            torch.cdist(new.mean((2, 3)), colours).argmin(1),
            y[torch.cdist(new.flatten(1), x.flatten(1)).argmin(1)],
        )
        for right, answer in zip(found.values(), answers, strict=True):
            right[0, own["test"]] = (answer == labels[own["test"]]).float()
    return found
