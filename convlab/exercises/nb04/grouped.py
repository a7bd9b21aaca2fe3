"""04-grouped: several small layers side by side."""

import torch
from torch.nn.functional import conv2d

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb04 import headings


def _in_groups(draw):
    groups, into, out = draw.whole(1, 3, far=6), draw.whole(1, 3, far=6), draw.whole(1, 3, far=6)
    h, w = draw.whole(1, 4, far=5), draw.whole(1, 4, far=5)
    X = draw.tensor(groups * into, h + draw.whole(0, 2), w + draw.whole(0, 3))
    return {"X": X, "K": draw.tensor(groups * out, into, h, w), "groups": groups}


def _dealt(T, groups):
    """Return the channels in another order: first those that an even deal gives to the first group, and so on."""
    return torch.cat([T[g::groups] for g in range(groups)])


def _undealt(T, groups):
    return T.unflatten(0, (groups, -1)).transpose(0, 1).flatten(0, 1)


def _by_loop(first):
    """A plain loop that begins each group at the channel that first says; it may run off the end of X."""
    return lambda X, K, groups: torch.stack(
        [
            torch.cat([conv2d(X[first(o, K, groups) + c][None], k[None, None, c]) for c in range(len(k))]).sum(0)
            for o, k in enumerate(K)
        ]
    )


GROUPED = Exercise(
    name="04-grouped",
    title="several small layers side by side",
    where=headings.WHO_SEES_WHAT,
    minutes=10,
    kind="function",
    variable="grouped",
    prompt="""
        Write `grouped(X, K, groups)`. The image `X` has the shape (C, H, W). The kernels `K` have the shape
        (C_out, C / groups, h, w), as the weight of `nn.Conv2d` with this number of groups. Return C_out maps.
        No padding, no bias, stride 1.

        You may use `F.conv2d` or `corr2d`, but not the `groups` of `F.conv2d`.
        How many channels of `X`, and how many kernels, belong to one group? (`groups` may be C, too.)
    """,
    placeholder="""
        def grouped(X, K, groups):
            # your code
            ...
    """,
    cases=_in_groups,
    right=lambda X, K, groups: conv2d(X, K, groups=groups),
    mistakes=(
        Mistake(
            "the channels are dealt out in turn",
            "A group is made of neighbours: the first group has the first channels, one after the other.",
            lambda X, K, groups: conv2d(_dealt(X, groups), K, groups=groups),
        ),
        Mistake(
            "the kernels are dealt out in turn",
            "The kernels are in blocks, too: the first C_out / groups of them belong to the first group.",
            lambda X, K, groups: _undealt(conv2d(X, _dealt(K, groups), groups=groups), groups),
        ),
        Mistake(
            "the maps are returned in another order",
            "First come all maps of the first group, then all maps of the second: the order of the kernels in K.",
            lambda X, K, groups: _undealt(conv2d(X, K, groups=groups), groups),
        ),
        Mistake(
            "channels and kernels are both dealt out in turn",
            "Groups are blocks of neighbours, both for the channels of X and for the kernels.",
            lambda X, K, groups: _undealt(conv2d(_dealt(X, groups), _dealt(K, groups), groups=groups), groups),
        ),
        Mistake(
            "the number of groups is taken for the number of channels in a group",
            "There are `groups` groups, and each has C / groups channels. So the next one begins C / groups further.",
            _by_loop(lambda o, K, groups: o // (len(K) // groups) * groups),
        ),
        Mistake(
            "the number of groups is taken for the number of kernels in a group",
            "There are `groups` groups, and each has C_out / groups kernels.",
            _by_loop(lambda o, K, groups: o // groups * K.shape[1]),
        ),
        Mistake(
            "every kernel sees the channels of the first group",
            "Each group looks at channels of its own. The second group begins where the first one ends.",
            lambda X, K, groups: conv2d(X[: K.shape[1]], K),
        ),
        Mistake(
            "every group uses the kernels of the first group",
            "Each group has kernels of its own. They are the next ones in K.",
            lambda X, K, groups: conv2d(X, K[: len(K) // groups].repeat(groups, 1, 1, 1), groups=groups),
        ),
        Mistake(
            "every kernel sees all channels",
            "A kernel looks only at the channels of its group. It has no weights for the others.",
            lambda X, K, groups: conv2d(X, K.repeat(1, groups, 1, 1)),
        ),
        Mistake(
            "the groups are added up",
            "The maps of the groups are not added. They lie on one stack: C_out maps come out.",
            lambda X, K, groups: conv2d(X, K, groups=groups).unflatten(0, (groups, -1)).sum(0),
        ),
        Mistake(
            "one channel in each group only",
            "A kernel has a slice for each channel of its group, and the results are added up.",
            lambda X, K, groups: conv2d(X[:: K.shape[1]], K[:, :1], groups=groups),
        ),
        Mistake(
            "the channels of a group are averaged",
            "Within a group the channels are added up. Nothing is divided by their number.",
            lambda X, K, groups: conv2d(X, K, groups=groups) / K.shape[1],
        ),
        Mistake(
            "the kernels are flipped",
            "Layers compute a correlation: the kernel lies on the image as it is.",
            lambda X, K, groups: conv2d(X, K.flip(2, 3), groups=groups),
        ),
    ),
    hint="Write down for each of the C_out maps which channels of X it may look at. Start with groups = 2.",
    forbids=("groups=",),
    solution="""
        def grouped(X, K, groups):
            parts = zip(X.chunk(groups), K.chunk(groups))
            return torch.cat([F.conv2d(x, k) for x, k in parts])
    """,
    because="""
        A group is a small standard layer. It takes C / groups neighbouring channels and C_out / groups neighbouring
        kernels. `chunk` cuts the first dimension into equal blocks of neighbours. The maps are put on one stack,
        in the order of the groups. If `groups` is C, each block of X has one channel.
    """,
)
