"""04-grouped: several small layers side by side."""

from torch.nn.functional import conv2d

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb04 import headings


def _in_groups(draw):
    groups, into, out = draw.whole(1, 3, far=6), draw.whole(1, 3, far=6), draw.whole(1, 3, far=6)
    h, w = draw.whole(1, 4, far=5), draw.whole(1, 4, far=5)
    X = draw.tensor(groups * into, h + draw.whole(0, 2), w + draw.whole(0, 3))
    return {"X": X, "K": draw.tensor(groups * out, into, h, w), "groups": groups}


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
    slips="""
        the channels are dealt out in turn: A group is made of neighbours: the first group has the first channels, one
            after the other.
            X.chunk(groups) => [X[g::groups] for g in range(groups)]
        the kernels are dealt out in turn: The kernels are in blocks, too: the first C_out / groups of them belong to
            the first group.
            = lambda X, K, n: torch.cat([F.conv2d(X.chunk(n)[o % n], K[o : o + 1]) for o in range(len(K))])
        channels and kernels are both dealt out in turn: Groups are blocks of neighbours, both for the channels of X and
            for the kernels.
            = lambda X, K, n: torch.cat([F.conv2d(X[o % n :: n], K[o : o + 1]) for o in range(len(K))])
        every `groups`-th channel and kernel is taken for a group: Groups are blocks of neighbours, both for the
            channels of X and for the kernels. Then the maps are in the order of the kernels, too.
            X.chunk(groups) => [X[g::groups] for g in range(groups)]
            K.chunk(groups) => [K[g::groups] for g in range(groups)]
        every `groups`-th kernel is taken for a group: A group's kernels are neighbours in K, and so are their maps.
            K.chunk(groups) => [K[g::groups] for g in range(groups)]
        the maps are returned in another order: First come all maps of the first group, then all maps of the second: the
            order of the kernels in K.
            torch.cat => torch.stack
            in parts] => in parts], 1).flatten(0, 1
        the number of groups is taken for the number of channels in a group: There are `groups` groups, and each has
            C / groups channels. So the next one begins C / groups further.
            X.chunk(groups) => [X[g * groups :][: K.shape[1]] for g in range(groups)]
        the number of groups is taken for the number of kernels in a group: There are `groups` groups, and each has
            C_out / groups kernels.
            = lambda X, K, n: torch.cat([F.conv2d(X.split(K.shape[1])[o // n], K[o : o + 1]) for o in range(len(K))])
        the channels of a group are counted from C_out: A group has C / groups channels, and C_out / groups kernels.
            X.chunk(groups) => X.split(len(K) // groups)
        the kernels of a group are counted from C: A group has C_out / groups kernels, and C / groups channels.
            K.chunk(groups) => [K[g * K.shape[1] :][: K.shape[1]] for g in range(groups)]
        the next group begins one channel further: No channel is in two groups: the second begins where the first ends.
            X.chunk(groups) => [X[g:][: K.shape[1]] for g in range(groups)]
        every kernel sees the channels of the first group: Each group looks at channels of its own. The second group
            begins where the first one ends.
            X.chunk(groups) => [X.chunk(groups)[0]] * groups
        every group uses the kernels of the first group: Each group has kernels of its own. They are the next ones in K.
            K.chunk(groups) => [K.chunk(groups)[0]] * groups
        every group uses all kernels: Each group has C_out / groups kernels of its own, so C_out maps come out.
            K.chunk(groups) => [K] * groups
        every kernel sees all channels: A kernel looks only at the channels of its group. It has no weights for the
            others.
            = lambda X, K, groups: F.conv2d(X, K.repeat(1, groups, 1, 1))
        X is not cut into groups: A kernel has slices for the channels of its group only. Give it those.
            X.chunk(groups) => [X] * groups
        the groups are added up: The maps of the groups are not added. They lie on one stack: C_out maps come out.
            torch.cat => sum
        the groups are kept apart: The maps of all groups lie on one stack: C_out maps come out.
            torch.cat => torch.stack
        there is a batch dimension: X is one image, (C, H, W), and so is the result: C_out maps.
            in parts]) => in parts])[None]
        the last group is left out: There are `groups` groups. Does the loop reach the last one?
            in parts] => in parts][:-1]
        only the maps of the last group are returned: *All* groups are needed. Does each one overwrite the one before?
            in parts] => in parts][-1:]
        only the maps of the first group are returned: *All* groups are needed. Is the `return` inside the loop?
            in parts] => in parts][:1]
        the maps of the channels are kept apart: Within a group the channels are added up: each kernel makes one map.
            F.conv2d(x, k) => F.conv2d(x.repeat(len(k), 1, 1), k.reshape(-1, 1, *k.shape[2:]), groups=len(k) * len(x))
        one channel in each group only: A kernel has a slice for each channel of its group, and the results are added
            up.
            F.conv2d(x, k) => F.conv2d(x[:1], k[:, :1])
        one kernel in each group only: A group has C_out / groups kernels, and each makes a map.
            F.conv2d(x, k) => F.conv2d(x, k[:1])
        each kernel sees the channel with its own number: That is a depthwise layer. A group may have more. @DEPTHWISE
            = lambda X, K, groups: torch.stack([corr2d(X[o % len(X)], K[o, 0]) for o in range(len(K))])
        the channels of a group are averaged: Within a group the channels are added up. Nothing is divided by their
            number.
            F.conv2d(x, k) => F.conv2d(x, k) / len(x)
        the kernels are flipped: Layers compute a correlation: the kernel lies on the image as it is.
            F.conv2d(x, k) => F.conv2d(x, k.flip(2, 3))
    """,
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
