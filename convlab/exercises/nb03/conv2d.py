"""03-conv2d: ``F.conv2d`` for batches, channels and groups."""

import torch
from torch.nn.functional import conv2d

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb03 import headings


def _batch_and_kernels(draw):
    groups, slices, kernels = draw.whole(1, 3, far=5), draw.whole(1, 3, far=5), draw.whole(1, 3, far=5)
    h, w, stride = draw.whole(1, 4, far=5), draw.whole(1, 4, far=5), draw.whole(1, 3, far=5)
    H = h + draw.whole(0, 3) + stride * (stride > 3)
    return {
        "x": draw.tensor(draw.whole(1, 2, far=5), groups * slices, H, w + draw.whole(0, 4)),
        "weight": draw.tensor(groups * kernels, slices, h, w),
        "bias": draw.tensor(groups * kernels),
        "stride": stride,
        "groups": groups,
    }


def _right_conv2d(x, weight, bias, stride, groups):
    return conv2d(x, weight, bias, stride=stride, groups=groups)


def _channel(k, u, slices, kernels, groups):
    """Return the channel that slice u of kernel k reads; there are so many slices and kernels in a group."""
    return k // kernels * slices + u


def _added(maps, b):
    return maps.sum(0) + b


def _by(reads=_channel, total=_added, part=lambda u: u):
    """Return the convolution, slice by slice, with another choice of channels, of slices, or another sum."""

    def mistaken(x, weight, bias, stride, groups):
        kernels, slices = weight.shape[0] // groups, weight.shape[1]
        Y = []
        for k in range(len(weight)):
            maps = []
            for u in range(slices):
                c = reads(k, u, slices, kernels, groups)
                maps.append(conv2d(x[:, c : c + 1], weight[k : k + 1, part(u)][:, None], stride=stride)[:, 0])
            Y.append(total(torch.stack(maps), bias[k]))
        return torch.stack(Y, dim=1)

    return mistaken


def _looked_up(place):
    """Return the convolution in which slice u of kernel k reads ``place(...)``: an index that may not exist."""

    def reads(k, u, slices, kernels, groups):
        c = place(k, u, slices, kernels, groups)
        if c >= slices * groups:
            raise IndexError
        return c

    return _by(reads)


def _every_channel(x, weight, *how):
    """Look up a slice for every channel of the input."""
    if weight.shape[1] < x.shape[1]:
        raise IndexError
    return _right_conv2d(x, weight, *how)


def _plus_one_missing(x, weight, bias, stride, groups):
    Y = _right_conv2d(x, weight, bias, stride, groups)
    rows, columns = ((x.shape[axis] - weight.shape[axis]) // stride for axis in (2, 3))
    return Y[:, :, :rows, :columns]


def _separate(x, weight, bias, stride, groups):
    """Keep the map of each slice instead of adding them up."""
    maps = _by(total=lambda maps, b: maps + b)(x, weight, bias, stride, groups)  # (slices, kernels, N, rows, columns)
    return maps.permute(2, 1, 0, 3, 4).flatten(1, 2)


def _neighbours(x, weight, bias, stride, groups):
    """Return as many outputs as the stride leaves, but move the window by one pixel only."""
    rows, columns = _right_conv2d(x, weight, bias, stride, groups).shape[2:]
    return _right_conv2d(x, weight, bias, 1, groups)[:, :, :rows, :columns]


CONV2D = Exercise(
    name="03-conv2d",
    title="batches, channels, groups",
    where=headings.ARGUMENTS,
    kind="function",
    variable="my_conv2d",
    prompt="""
        Write `my_conv2d(x, weight, bias, stride, groups)`. It shall give the same numbers as `F.conv2d` without
        padding and dilation. `x` has the shape (N, C_in, H, W), `weight` (C_out, C_in / groups, h, w), `bias` (C_out).
        `stride` and `groups` are whole numbers.

        Write it without PyTorch's `F.conv2d` and `nn.Conv2d`. Loops, slices and `corr2d` are fine. Begin with
        `groups=1`. Then ask, for each kernel: which channels does it see?
    """,
    placeholder="""
        def my_conv2d(x, weight, bias, stride, groups):
            # your code
            ...
    """,
    cases=_batch_and_kernels,
    right=_right_conv2d,
    mistakes=(
        Mistake(
            "the channels are averaged",
            "The maps of the slices are added up. There is no division.",
            _by(total=lambda maps, b: maps.mean(0) + b),
            where=headings.SLICES,
        ),
        Mistake(
            "only the last channel is kept",
            "The maps of *all* slices are added up. Does each one overwrite the one before?",
            _by(total=lambda maps, b: maps[-1] + b),
            where=headings.SLICES,
        ),
        Mistake(
            "only the first channel is read",
            "Each slice reads its own channel, and the maps of all slices are added up.",
            _by(total=lambda maps, b: maps[0] + b),
            where=headings.SLICES,
        ),
        Mistake(
            "the same slice is used for each channel",
            "Each channel has a slice of its own.",
            _by(part=lambda u: 0),
            where=headings.SLICES,
        ),
        Mistake(
            "the maps of the slices are kept apart",
            "Each kernel makes *one* map: the maps of its slices are added up.",
            _separate,
            where=headings.KERNELS,
        ),
        Mistake(
            "the bias is forgotten",
            "Each kernel has a bias. It is added to every number of the kernel's map.",
            _by(total=lambda maps, b: maps.sum(0)),
            where=headings.SLICES,
        ),
        Mistake(
            "the bias is added for each channel",
            "The bias is added once, after the maps of the slices have been added up.",
            _by(total=lambda maps, b: (maps + b).sum(0)),
            where=headings.SLICES,
        ),
        Mistake(
            "all kernels have the first bias",
            "The bias has one number for each kernel.",
            lambda x, weight, bias, *how: _right_conv2d(x, weight, bias[:1].expand(len(bias)), *how),
            where=headings.SHAPES,
        ),
        Mistake(
            "the bias is added along the columns",
            "`Y + bias` lines the numbers up with the last dimension. They belong to the channels, dimension 1.",
            lambda x, weight, bias, *how: _right_conv2d(x, weight, None, *how) + bias,
            where=headings.SHAPES,
        ),
        Mistake(
            "every kernel sees the first channels",
            "With groups, each group of kernels has its own group of channels. The second group begins further on.",
            _by(lambda k, u, slices, kernels, groups: u),
        ),
        Mistake(
            "the kernels take turns with the groups",
            "The *first* kernels belong to the first group, the next ones to the second, and so on.",
            _by(lambda k, u, slices, kernels, groups: k % groups * slices + u),
        ),
        Mistake(
            "the channels are dealt out in turn",
            "The channels of a group lie side by side: the *first* channels are the first group.",
            _by(lambda k, u, slices, kernels, groups: k // kernels + u * groups),
        ),
        Mistake(
            "the groups are in the wrong order",
            "The first kernels see the first channels.",
            _by(lambda k, u, slices, kernels, groups: (groups - 1 - k // kernels) * slices + u),
        ),
        Mistake(
            "groups are forgotten: every kernel is taken to see all channels",
            "With groups, a kernel has fewer slices than the input has channels: C_in / groups.",
            lambda x, weight, bias, stride, groups: conv2d(x, weight, bias, stride=stride),
        ),
        Mistake(
            "a slice is looked up for every channel of the input",
            "With groups, a kernel has fewer slices than the input has channels: C_in / groups.",
            _every_channel,
        ),
        Mistake(
            "the kernel's number is divided by the number of groups",
            "Divide it by the number of kernels *in one group*: C_out / groups.",
            _looked_up(lambda k, u, slices, kernels, groups: k // groups * slices + u),
        ),
        Mistake(
            "each kernel is taken for a group of its own",
            "The kernels of a group see the same channels.",
            _looked_up(lambda k, u, slices, kernels, groups: k * slices + u),
        ),
        Mistake(
            "the maps of all kernels are added up",
            "The maps of the *slices* are added up. The maps of the kernels are stacked.",
            lambda *given: _right_conv2d(*given).sum(1, keepdim=True),
            where=headings.KERNELS,
        ),
        Mistake(
            "the + 1 is missing",
            "Besides the steps of the window there is the window before the first step.",
            _plus_one_missing,
        ),
        Mistake(
            "the stride is forgotten",
            "The window moves by `stride` pixels, downwards and to the right. So there are fewer outputs.",
            lambda x, weight, bias, stride, groups: _right_conv2d(x, weight, bias, 1, groups),
        ),
        Mistake(
            "the stride is used for the rows only",
            "One number means both directions: down and to the right.",
            lambda x, weight, bias, stride, groups: _right_conv2d(x, weight, bias, (stride, 1), groups),
        ),
        Mistake(
            "the window moves by one pixel only",
            "The shape is right. But output i belongs to the window that starts at i times the stride.",
            _neighbours,
        ),
        Mistake(
            "only the first image of the batch",
            "Each image of the batch goes through the same kernels. N images go in, and N come out.",
            lambda x, *how: _right_conv2d(x[:1], *how),
            where=headings.SHAPES,
        ),
        Mistake(
            "the images of the batch are added up",
            "The images of a batch do not disturb each other. Only the channels of *one* image are added up.",
            lambda x, *how: _right_conv2d(x, *how).sum(0, keepdim=True),
            where=headings.SHAPES,
        ),
        Mistake(
            "the batch is gone",
            "N images go in, and N come out: the result has four dimensions.",
            lambda x, *how: _right_conv2d(x, *how)[0],
            where=headings.SHAPES,
        ),
        Mistake(
            "the slices are flipped",
            "PyTorch does not flip the kernel: it computes a correlation, as in notebook 01.",
            lambda x, weight, *how: _right_conv2d(x, weight.flip(2, 3), *how),
        ),
    ),
    hint="Try one image, one kernel and groups=1 first. Compare with F.conv2d.",
    solution="""
        def my_conv2d(x, weight, bias, stride, groups):
            kernels, slices = weight.shape[0] // groups, weight.shape[1]
            images = []
            for image in x:
                maps = []
                for k in range(weight.shape[0]):
                    first = k // kernels * slices
                    seen = image[first : first + slices]
                    total = sum(corr2d(channel, part) for channel, part in zip(seen, weight[k]))
                    maps.append(total[::stride, ::stride] + bias[k])
                images.append(torch.stack(maps))
            return torch.stack(images)
    """,
    because="""
        Each image by itself, and each kernel by itself: they do not see each other.

        A group has C_out / groups kernels and C_in / groups channels. So kernel $k$ belongs to the group
        $\\lfloor k / \\text{kernels} \\rfloor$. The channels of this group begin at its number times the slices.
        Each slice slides over its own channel. The maps are added up, and the bias is added once.

        A map with a stride is the map with stride 1, with rows and columns left out.
    """,
)
