"""What a network says, in words: one class if it is sure, else those that come near. ``math.js`` says the same."""

from __future__ import annotations

from torch import Tensor

SURE, NEAR = 0.5, 0.5  # the probability from which it may be sure; the share of it that makes another one come near
EMPTY = "the board is empty: draw a digit"


def verdict(probabilities: Tensor, labels: list[str]) -> tuple[list[int], bool, str]:
    """Return the best classes, at most three; whether the network is sure; and a few words.

    >>> import torch
    >>> verdict(torch.tensor([0.05, 0.9, 0.05]), ["a", "b", "c"])
    ([1], True, 'b')
    >>> verdict(torch.tensor([0.15, 0.4, 0.45]), ["a", "b", "c"])
    ([2, 1], False, 'unsure: c or b')
    """
    order = probabilities.argsort(descending=True, stable=True).tolist()
    best = float(probabilities[order[0]])
    close = [n for n in order[:3] if float(probabilities[n]) > NEAR * best]
    if len(order) == 1 or (best >= SURE and len(close) == 1):
        return order[:1], True, labels[order[0]]
    chosen = order[: max(2, len(close))]
    return chosen, False, f"unsure: {' or '.join(labels[n] for n in chosen)}"
