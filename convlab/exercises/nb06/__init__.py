"""The exercises of notebook 06: from the path of a shape to a whole training."""

import torch
import torch.nn.functional as F

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb06.fit import FIT, TRAIN_EPOCH
from convlab.exercises.nb06.net import NET_CLASS

NETWORK = "2 · The network"
NET = "The tutorial's network"
LOSS = "The loss"
SOFTMAX = "Softmax before cross-entropy"

# --- 06-path: the shapes on the way, and what the network costs ------------------------------------------------

PATH = Exercise(
    name="06-path",
    title="the path of an image that is not square",
    where=NETWORK,
    kind="predictions",
    variable="predictions",
    prompt="""
        The tensor `batch` has the shape (16, 1, 30, 44). It goes through this network:

        ```python
        nn.Sequential(
            nn.Conv2d(1, 6, kernel_size=5), nn.MaxPool2d(2), nn.ReLU(),
            nn.Conv2d(6, 12, kernel_size=4), nn.MaxPool2d(2), nn.ReLU(),
            nn.Flatten(), nn.Linear(..., 10),
        )
        ```

        What is the shape of *one* image before `Flatten`, as `(channels, rows, columns)`? How many inputs does the
        linear layer need, in the place of `...`? What is the shape of the result for the whole batch?
        And how many parameters has the network?
    """,
    placeholder="""
        batch = torch.zeros(16, 1, 30, 44)  # to test your answer afterwards, if you like
        predictions = {
            "maps": ...,
            "inputs": ...,
            "result": ...,
            "parameters": ...,
        }
    """,
    right={"maps": (12, 5, 8), "inputs": 480, "result": (16, 10), "parameters": 6_130},
    mistakes=(
        Mistake(
            "a pooling that rounds up",
            "A window that sticks out of the map is left out: half of 17 columns is 8.",
            {"maps": (12, 5, 9), "inputs": 540, "parameters": 6_730},
        ),
        Mistake(
            "the second pooling is forgotten",
            "Each of the two poolings halves the rows and the columns.",
            {"maps": (12, 10, 17), "inputs": 2_040, "parameters": 21_730},
        ),
        Mistake(
            "a convolution that keeps the size",
            "Without padding, a kernel of 5 rows takes 4 from the rows, and one of 4 rows takes 3.",
            {"maps": (12, 7, 11), "inputs": 924, "parameters": 10_570},
        ),
        Mistake(
            "columns before rows",
            "A shape is (N, C, H, W): the rows come before the columns.",
            {"maps": (12, 8, 5)},
        ),
        Mistake(
            "the channels come last",
            "PyTorch puts the channels in front of rows and columns.",
            {"maps": (5, 8, 12)},
        ),
        Mistake(
            "one map is counted, not all of them",
            "Flattening writes the maps of all channels in one row.",
            {"inputs": 40, "parameters": 1_730},
        ),
        Mistake(
            "the size of the image is taken",
            "The linear layer sees the last maps, and no longer the image.",
            {"inputs": 1_320, "parameters": 14_530},
            where=NET,
        ),
        Mistake(
            "the batch is flattened, too",
            "Each image is a row of its own: the batch is not part of the flattening.",
            {"inputs": 7_680, "result": (1, 10)},
            where=NET,
        ),
        Mistake(
            "the result of one image",
            "The whole batch goes through the network: each image has its own ten scores.",
            {"result": (10,)},
        ),
        Mistake(
            "the classes come first",
            "In a batch, the images come first: a row of scores for each of them.",
            {"result": (10, 16)},
        ),
        Mistake(
            "the channels that come in, not those that go out",
            "A layer with 12 kernels makes 12 maps, however many come in.",
            {"maps": (6, 5, 8), "inputs": 240, "parameters": 3_730},
        ),
        Mistake(
            "the second kernels have one channel",
            "Each kernel of a layer has weights for all channels that come in: here, for six.",
            {"parameters": 5_170},
        ),
        Mistake(
            "the biases are forgotten",
            "Each kernel has a bias, and so has each of the ten outputs.",
            {"parameters": 6_102},
        ),
    ),
    solution="""
        predictions = {
            "maps": (12, 5, 8),
            "inputs": 12 * 5 * 8,
            "result": (16, 10),
            "parameters": (6 * 5 * 5 + 6) + (12 * 6 * 4 * 4 + 12) + (480 * 10 + 10),
        }
    """,
    because="""
        *Rows:* 30 − 5 + 1 = 26. The pooling halves them. The second convolution takes 3: 10 are left, and half is 5.
        *Columns:* 44 − 5 + 1 = 40, half is 20, then 20 − 4 + 1 = 17, and half of it, rounded down, is 8.
        The second convolution has 12 kernels, so there are 12 maps.
        The batch stays as it is from the beginning to the end. Poolings and ReLU have no parameters.
    """,
    also="""
        features = nn.Sequential(
            *[nn.Conv2d(1, 6, kernel_size=5), nn.MaxPool2d(2), nn.ReLU()],
            *[nn.Conv2d(6, 12, kernel_size=4), nn.MaxPool2d(2), nn.ReLU()],
        )
        maps = features(torch.zeros(16, 1, 30, 44))
        network = nn.Sequential(features, nn.Flatten(), nn.Linear(maps[0].numel(), 10))
        predictions = {
            "maps": maps[0].shape,
            "inputs": torch.tensor(maps[0].numel()),
            "result": list(network(torch.zeros(16, 1, 30, 44)).shape),
            "parameters": float(sum(p.numel() for p in network.parameters())),
        }
    """,
)

# --- 06-loss: cross-entropy by hand ----------------------------------------------------------------------------


def _scores_and_labels(draw):
    images, classes = draw.whole(1, 4), draw.whole(2, 5)
    labels = torch.tensor([draw.choice(*range(classes)) for _ in range(images)])
    return {"scores": draw.tensor(images, classes), "labels": labels}


def _of(probabilities, labels):
    """Return the probabilities that the right classes got."""
    return probabilities[range(len(labels)), labels]


CROSS_ENTROPY = Exercise(
    name="06-loss",
    title="cross-entropy by hand",
    where=LOSS,
    kind="function",
    variable="cross_entropy",
    prompt="""
        Write `cross_entropy(scores, labels)` without the function or the layer that PyTorch has for it.
        `scores` has the shape (n, classes): a row for each image. `labels` has the shape (n,): the right class
        of each image, a whole number. The result is one number, the mean over the images.
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
            "softmax is done twice",
            "One softmax makes probabilities. A second one makes them more alike.",
            lambda s, t: F.cross_entropy(s.softmax(1), t),
            where=SOFTMAX,
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
    solution="""
        def cross_entropy(scores, labels):
            positive = scores.exp()
            probabilities = positive / positive.sum(dim=1, keepdim=True)
            right = probabilities[range(len(labels)), labels]
            return -right.log().mean()
    """,
    because="""
        Each row of scores becomes a row of probabilities. The label picks one of them: one for each image.
        The loss of an image is $-\\ln$ of it, and the loss of the batch is the mean.
        (PyTorch computes the logarithm in one step with the softmax, so that very large scores do no harm.)
    """,
    also="""
        def cross_entropy(scores, labels):
            total = 0.0
            for row, label in zip(scores.tolist(), labels.tolist()):
                total += np.log(sum(np.exp(score) for score in row)) - row[label]
            return total / len(labels)
    """,
)

EXERCISES = (PATH, NET_CLASS, CROSS_ENTROPY, TRAIN_EPOCH, FIT)
