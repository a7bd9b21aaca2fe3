"""06-loss: cross-entropy by hand."""

import torch
import torch.nn.functional as F

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb06 import headings


def _scores_and_labels(draw):
    images, classes = draw.whole(1, 4, far=9), draw.whole(2, 5, far=12)
    labels = torch.tensor([draw.choice(*range(classes)) for _ in range(images)])
    scores = draw.tensor(images, classes)
    if draw.size > 2:  # rows that are far from each other, and scores within a row
        scores = draw.choice(1, 1, 4) * scores + torch.tensor([[draw.choice(0, 0, 1000, -1000)] for _ in range(images)])
    return {"scores": scores, "labels": labels}


def _of(probabilities, labels):
    """Return the probabilities that the right classes got."""
    return probabilities[range(len(labels)), labels]


CROSS_ENTROPY = Exercise(
    name="06-loss",
    title="cross-entropy by hand",
    where=headings.LOSS,
    minutes=10,
    kind="function",
    variable="cross_entropy",
    prompt="""
        Write `cross_entropy(scores, labels)` without the function or the layer that PyTorch has for it.
        `scores` has the shape (n, classes): a row for each image. `labels` has the shape (n,): the right class
        of each image, a whole number. The result is one number, the mean over the images.

        Scores may be as large as 1000, and for a computer $e^{1000}$ is infinite. So first subtract from each row its
        largest score: all probabilities stay as they are. (Why?)
    """,
    placeholder="""
        def cross_entropy(scores, labels):
            # your code
            ...
    """,
    cases=_scores_and_labels,
    right=F.cross_entropy,
    mistakes=(
        Mistake(
            "`exp` of the scores as they are, without a shift",
            "e to the power of 1000 is infinite for a computer, and to the power of −1000 it is 0. Subtract first from "
            "each row its largest score: then the largest number is 1.",
            lambda s, t: -_of(s.exp() / s.exp().sum(1, keepdim=True), t).log().mean(),
        ),
        Mistake(
            "the largest score of the whole batch is subtracted",
            "A row may be far below the largest of all. Then all its numbers become 0. Each row has its own largest.",
            lambda s, t: -_of((s - s.max()).exp() / (s - s.max()).exp().sum(1, keepdim=True), t).log().mean(),
        ),
        Mistake(
            "softmax is done twice",
            "One softmax makes probabilities. A second one makes them more alike.",
            lambda s, t: F.cross_entropy(s.softmax(1), t),
            where=headings.SOFTMAX,
        ),
        Mistake(
            "the softmax runs over the images (dim=0)",
            "The probabilities of *one image* add up to 1: it is the row that is divided by its sum.",
            lambda s, t: -_of(s.softmax(0), t).log().mean(),
        ),
        Mistake(
            "the softmax runs over the whole batch",
            "Each image has its own probabilities: each row is divided by its own sum.",
            lambda s, t: -_of(s.exp() / s.exp().sum(), t).log().mean(),
        ),
        Mistake(
            "there is no softmax at all",
            "Scores are no probabilities. First make them positive, then divide each row by its sum.",
            lambda s, t: -_of(s, t).mean(),
        ),
        Mistake(
            "the scores are divided by their sum without exp",
            "A score may be negative, and a probability may not: first take e to the power of each score.",
            lambda s, t: -_of(s / s.sum(1, keepdim=True), t).log().mean(),
        ),
        Mistake(
            "the losses are added up, and not divided by the number of images",
            "The loss of a batch is the mean over its images. So it does not grow with the batch.",
            lambda s, t: F.cross_entropy(s, t, reduction="sum"),
        ),
        Mistake(
            "each image keeps its own loss",
            "The loss of a batch is one number, the mean over its images.",
            lambda s, t: F.cross_entropy(s, t, reduction="none"),
        ),
        Mistake(
            "the mean is taken over the classes, too",
            "Only one class of each image counts. Divide by the number of images.",
            lambda s, t: F.cross_entropy(s, t) / s.shape[1],
        ),
        Mistake(
            "all classes count, not only the right one",
            "The loss looks only at the probability that the *right* class got. The label says which class that is.",
            lambda s, t: -s.log_softmax(1).mean(),
        ),
        Mistake(
            "the largest probability is taken, not that of the right class",
            "The network's own choice says nothing about how wrong it is. The label says which class is right.",
            lambda s, t: -s.softmax(1).amax(1).log().mean(),
        ),
        Mistake(
            "each image is asked for the right classes of all images",
            "Each image has its own label: `labels[0]` belongs to row 0, `labels[1]` to row 1, and so on.",
            lambda s, t: -s.softmax(1)[:, t].log().mean(),
        ),
        Mistake(
            "the squared error",
            "Cross-entropy compares no differences: it is minus the logarithm of one probability.",
            lambda s, t: F.mse_loss(s.softmax(1), F.one_hot(t, s.shape[1]).to(s.dtype)),
        ),
        Mistake(
            "the sign is missing",
            "The logarithm of a probability is negative or 0. The loss is never negative.",
            lambda s, t: -F.cross_entropy(s, t),
        ),
        Mistake(
            "the logarithm to the base 10",
            "ln is the logarithm to the base e: in PyTorch, `torch.log`.",
            lambda s, t: F.cross_entropy(s, t) / torch.tensor(10.0).log(),
        ),
        Mistake(
            "the logarithm to the base 2",
            "ln is the logarithm to the base e: in PyTorch, `torch.log`.",
            lambda s, t: F.cross_entropy(s, t) / torch.tensor(2.0).log(),
        ),
        Mistake(
            "the logarithm is missing",
            "The loss is minus the *logarithm* of the probability of the right class.",
            lambda s, t: -_of(s.softmax(1), t).mean(),
        ),
        Mistake(
            "one minus the probability",
            "The loss is minus the *logarithm* of the probability of the right class: it may be larger than 1.",
            lambda s, t: 1 - _of(s.softmax(1), t).mean(),
        ),
        Mistake(
            "the mean comes before the logarithm",
            "Each image has its loss. The mean is taken over the losses, at the end.",
            lambda s, t: -_of(s.softmax(1), t).mean().log(),
        ),
    ),
    hint="Try one image with two scores that are equal: each probability is 1/2, and the loss is ln 2, about 0.69.",
    forbids=("F.cross_entropy", "F.nll_loss"),
    solution="""
        def cross_entropy(scores, labels):
            positive = (scores - scores.amax(dim=1, keepdim=True)).exp()
            probabilities = positive / positive.sum(dim=1, keepdim=True)
            right = probabilities[range(len(labels)), labels]
            return -right.log().mean()
    """,
    because="""
        Each row of scores becomes a row of probabilities. The label picks one of them: one for each image.
        The loss of an image is $-\\ln$ of it, and the loss of the batch is the mean.
        Subtracting a number $m$ from a row divides all $e^{\\text{score}}$ by $e^m$, and so their sum: the
        probabilities stay. (PyTorch also computes the logarithm in one step with the softmax.)
    """,
)
