"""06-loss: cross-entropy by hand."""

import torch
import torch.nn.functional as F

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb06 import headings


def _scores_and_labels(draw):
    images, classes = draw.whole(1, 4, far=9), draw.whole(2, 5, far=12)
    labels = torch.tensor([draw.choice(*range(classes)) for _ in range(images)])
    scores = draw.tensor(images, classes)
    if draw.size > 2:  # rows that are far from each other, and scores within a row
        scores = draw.choice(1, 1, 4) * scores + torch.tensor([[draw.choice(0, 0, 1000, -1000)] for _ in range(images)])
    return {"scores": scores, "labels": labels}


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
    slips="""
        `exp` of the scores as they are, without a shift: e to the power of 1000 is infinite for a computer, and to the
            power of −1000 it is 0. Subtract first from each row its largest score: then the largest number is 1.
            (scores - scores.amax(dim=1, keepdim=True)) => scores
        the largest score of the whole batch is subtracted: A row may be far below the largest of all. Then all its
            numbers become 0. Each row has its own largest.
            scores.amax(dim=1, keepdim=True) => scores.max()
        the largest score of each column is subtracted: Probabilities stay as they are only if *one* number is
            subtracted from all scores of an image, its row.
            amax(dim=1, => amax(dim=0,
        softmax is done twice: One softmax makes probabilities. A second one makes them more alike. @SOFTMAX
            probabilities[ => probabilities.softmax(1)[
        the softmax runs over the images (dim=0): The probabilities of *one image* add up to 1: it is the row that is
            divided by its sum.
            positive / positive.sum(dim=1, keepdim=True) => scores.softmax(0)
        each column is divided by its sum: The probabilities of *one image* add up to 1: the sum runs along the row.
            sum(dim=1, => sum(dim=0,
        the softmax runs over the whole batch: Each image has its own probabilities: each row is divided by its own sum.
            positive / positive.sum(dim=1, keepdim=True) => scores.exp() / scores.exp().sum()
        the sum runs over the whole batch: Each image has its own probabilities: each row is divided by its own sum.
            sum(dim=1, keepdim=True) => sum()
        the right class is left out of the sum: The probabilities of *all* classes of an image add up to 1.
            positive.sum(dim=1, keepdim=True) => (positive.sum(1) - positive[range(len(labels)), labels])[:, None]
        the sum of the row is missing: Numbers that are positive are no probabilities yet: divide each row by its sum.
            positive / positive.sum(dim=1, keepdim=True) => positive
        the shift comes back: Take the score of the right class and the sum from the same row, with the shift.
            right.log() => (right.log() + scores.amax(dim=1))
        keepdim is forgotten: The largest scores, and the sums, must stand in a column, (n, 1): one beside each row.
            , keepdim=True =>
        keepdim is forgotten in the sum: The sums must stand in a column, (n, 1): one beside each row.
            sum(dim=1, keepdim=True) => sum(dim=1)
        there is no softmax at all: Scores are no probabilities. First make them positive, then divide each row by its
            sum.
            right = probabilities => right = scores
            right.log() => right
        the scores are divided by their sum without exp: A score may be negative, and a probability may not: first take
            e to the power of each score.
            positive / positive.sum(dim=1, keepdim=True) => scores / scores.sum(dim=1, keepdim=True)
        the losses are added up, and not divided by the number of images: The loss of a batch is the mean over its
            images. So it does not grow with the batch.
            mean() => sum()
        each image keeps its own loss: The loss of a batch is one number, the mean over its images.
            .mean() =>
        the mean is taken over the classes, too: Only one class of each image counts. Divide by the number of images.
            .mean() => .mean() / scores.shape[1]
        all classes count, not only the right one: The loss looks only at the probability that the *right* class got.
            The label says which class that is.
            [range(len(labels)), labels] =>
        the other classes count, too: The loss looks only at the probability that the *right* class got. The others
            are in it already: all of them add up to 1.
            right.log().mean() => (right.log() + (1 - probabilities).log().sum(dim=1) - (1 - right).log()).mean()
        the largest probability is taken, not that of the right class: The network's own choice says nothing about how
            wrong it is. The label says which class is right.
            probabilities[range(len(labels)), labels] => probabilities.amax(dim=1)
        each image is asked for the right classes of all images: Each image has its own label: `labels[0]` belongs to
            row 0, `labels[1]` to row 1, and so on.
            [range(len(labels)), labels] => [:, labels]
        label and image are swapped: In `[row, column]` the image comes first, then the class.
            [range(len(labels)), labels] => [labels, range(len(labels))]
        each class is weighted by its own probability: The label says which class counts, and it counts in full.
            -right.log().mean() => -(probabilities * probabilities.log()).sum(dim=1).mean()
        the squared error: Cross-entropy compares no differences: it is minus the logarithm of one probability.
            -right.log().mean() => (probabilities - F.one_hot(labels, scores.shape[1])).square().mean()
        the sum of squared errors: Cross-entropy compares no differences: it is minus the logarithm of one probability.
            -right.log().mean() => (probabilities - F.one_hot(labels, scores.shape[1])).square().sum(1).mean()
        the sign is missing: The logarithm of a probability is negative or 0. The loss is never negative.
            -right => right
        the logarithm to the base 10: ln is the logarithm to the base e: in PyTorch, `torch.log`.
            log() => log10()
        the logarithm to the base 2: ln is the logarithm to the base e: in PyTorch, `torch.log`.
            log() => log2()
        the logarithm is missing: The loss is minus the *logarithm* of the probability of the right class.
            right.log() => right
        one minus the probability: The loss is minus the *logarithm* of the probability of the right class: it may be
            larger than 1.
            -right.log() => (1 - right)
        the mean comes before the logarithm: Each image has its loss. The mean is taken over the losses, at the end.
            log().mean() => mean().log()
        a small number is added to the probabilities: It changes the loss where a probability is small, and there the
            loss is large and matters most.
            right.log() => (right + 1e-8).log()
    """,
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
        probabilities stay. (PyTorch computes the logarithm in one step with the softmax: so it needs no probability
        that the computer may have rounded to 0.)
    """,
)
