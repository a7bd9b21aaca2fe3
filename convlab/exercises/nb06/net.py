"""06-net: the tutorial's network as a module."""

from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

from convlab.exercises.engine.exercise import Exercise, Mistake, Refused
from convlab.exercises.engine.values import learning
from convlab.exercises.nb06 import headings


class _Net(nn.Module):
    """The right network; a subclass makes one mistake."""

    def __init__(self, rows, columns):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 2, 3), nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * ((rows - 2) // 2 - 1) * ((columns - 2) // 2 - 1), 4)

    def maps(self, x):
        return self.conv2(F.max_pool2d(self.conv1(x), 2).relu()).relu()

    def forward(self, x):
        return self.fc(self.maps(x).flatten(1))


def _mistaken_net(maps=_Net.maps, flat=lambda maps: maps.flatten(1), end=lambda scores: scores):
    """Return a class with another way through the network."""
    return type("Net", (_Net,), {"forward": lambda self, x: end(self.fc(flat(maps(self, x))))})


def _images(draw):
    return {"images": draw.tensor(draw.whole(1, 3, far=5), 1, draw.whole(6, 10, far=15), draw.whole(6, 10, far=15))}


def _scores(Net, images):
    """Build the learner's network, give it weights that are always the same, and send the images through."""
    if isinstance(Net, nn.Module):
        raise Refused('give the class, not an object made from it: check("06-net", AnyNet)')
    net = Net(*images.shape[-2:]).to(images.dtype)
    scores = net(images)  # before the weights are compared: an error here says more
    found, needed = ([tuple(p.shape) for p in each.parameters()] for each in (net, _Net(*images.shape[-2:])))
    if found[:-2] != needed[:-2] or len(found) != len(needed) or found[-1] != needed[-1]:
        raise Refused(
            f"the parameters of your network have the shapes {', '.join(map(str, found))}. "
            "Needed are, in this order, weight and bias of both convolutions and of the linear layer"
        )
    if found != needed:
        raise Refused(f"your linear layer has {found[-2][1]} inputs; with the convolutions and poolings as they are "
                      "asked for, another number arrives there")  # fmt: skip
    with torch.no_grad():
        for place, parameter in enumerate(net.parameters()):
            parameter.copy_(torch.sin(torch.arange(parameter.numel()) * 1.7 + place + 1).reshape(parameter.shape))
    if scores is None or scores is ...:
        return scores
    scores = net(images)
    return scores, learning(scores, net.parameters())


NET_CLASS = Exercise(
    name="06-net",
    title="a network for images of a given size",
    where=headings.NET,
    minutes=10,
    kind="module",
    variable="AnyNet",
    prompt="""
        Write the class `AnyNet`. `AnyNet(rows, columns)` makes a network for grey images with so many rows and columns.
        The path is: a convolution with 2 kernels of 3 × 3, a max pooling by 2, a ReLU, a convolution with 3 kernels
        of 2 × 2, a ReLU, and a linear layer to 4 classes. There is no padding. The result is the scores, (n, 4).
        Make the layers in the order of the path. `__init__` finds out how many inputs the linear layer needs.
    """,
    placeholder="""
        class AnyNet(nn.Module):
            def __init__(self, rows, columns):
                super().__init__()
                # your code
                ...

            def forward(self, x):
                # your code
                ...
    """,
    cases=_images,
    run=_scores,
    returns=("scores", "which parameters learn"),
    right=_Net,
    mistakes=(
        Mistake(
            "no gradient arrives at any layer",
            "A network learns only what `backward` reaches: in `forward`, no `no_grad`, `detach()`, `.data` or numpy.",
            _mistaken_net(end=torch.Tensor.detach),
        ),
        Mistake(
            "no gradient arrives at the convolutions",
            "They learn only what `backward` reaches. `detach()`, `.data`, `no_grad` or numpy on the way cut it off.",
            _mistaken_net(flat=lambda maps: maps.detach().flatten(1)),
        ),
        Mistake(
            "no gradient arrives at the first convolution",
            "It learns only what `backward` reaches. `detach()`, `.data`, `no_grad` or numpy behind it cut it off.",
            _mistaken_net(lambda self, x: self.conv2(F.max_pool2d(self.conv1(x), 2).relu().detach()).relu()),
        ),
        Mistake(
            "the second ReLU is missing",
            "After each convolution comes a ReLU, also where no pooling follows.",
            _mistaken_net(lambda self, x: self.conv2(F.max_pool2d(self.conv1(x), 2).relu())),
            where=headings.NETWORK,
        ),
        Mistake(
            "the first ReLU is missing",
            "Without a ReLU between them, two convolutions can do no more than one.",
            _mistaken_net(lambda self, x: self.conv2(F.max_pool2d(self.conv1(x), 2)).relu()),
            where=headings.NETWORK,
        ),
        Mistake(
            "no ReLU at all",
            "Without a ReLU between them, several layers can do no more than one.",
            _mistaken_net(lambda self, x: self.conv2(F.max_pool2d(self.conv1(x), 2))),
            where=headings.NETWORK,
        ),
        Mistake(
            "a ReLU on the scores",
            "A score may be negative. Cut off at 0, many classes could no longer be told apart.",
            _mistaken_net(end=torch.relu),
        ),
        Mistake(
            "a softmax at the end",
            "The network returns scores. The cross-entropy does the softmax itself.",
            _mistaken_net(end=partial(torch.softmax, dim=1)),
            where=headings.SOFTMAX,
        ),
        Mistake(
            "a log-softmax at the end",
            "The network returns scores. The cross-entropy does the softmax and the logarithm itself.",
            _mistaken_net(end=partial(torch.log_softmax, dim=1)),
            where=headings.SOFTMAX,
        ),
        Mistake(
            "a mean pooling",
            "Max pooling keeps the largest number of each window.",
            _mistaken_net(lambda self, x: self.conv2(F.avg_pool2d(self.conv1(x), 2).relu()).relu()),
        ),
        Mistake(
            "the maps are flattened with the channels last",
            "Flatten the maps as they are, (n, channels, rows, columns): one map after the other.",
            _mistaken_net(flat=lambda maps: maps.permute(0, 2, 3, 1).flatten(1)),
        ),
        Mistake(
            "the maps are flattened column by column",
            "Flatten the maps as they are: row by row.",
            _mistaken_net(flat=lambda maps: maps.mT.flatten(1)),
        ),
    ),
    hint="Go along the path in the task: which layers, in which order, with which numbers?",
    solution="""
        class AnyNet(nn.Module):
            def __init__(self, rows, columns):
                super().__init__()
                self.conv1 = nn.Conv2d(1, 2, kernel_size=3)
                self.conv2 = nn.Conv2d(2, 3, kernel_size=2)
                h = (rows - 2) // 2 - 1
                w = (columns - 2) // 2 - 1
                self.fc = nn.Linear(3 * h * w, 4)

            def forward(self, x):
                x = F.relu(F.max_pool2d(self.conv1(x), 2))
                x = F.relu(self.conv2(x))
                return self.fc(x.flatten(1))
    """,
    because="""
        The first convolution takes 2 from the rows, the pooling halves them and rounds down, the second
        convolution takes 1. The same is true for the columns. There are 3 maps of this size.
        Another way: send an image of zeros through the convolutions, and count what arrives.
    """,
)
