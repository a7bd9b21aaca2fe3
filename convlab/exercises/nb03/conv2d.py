"""03-conv2d: ``F.conv2d`` for batches and channels, with a stride and padding."""

import torch
from torch.nn.functional import conv2d, pad

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb03 import headings


def _batch_and_kernels(draw):
    slices, kernels = draw.whole(1, 4, far=5), draw.whole(1, 4, far=5)
    h, w, stride, padding = (draw.whole(least, most, far=5) for least, most in [(1, 4), (1, 4), (1, 3), (0, 2)])
    images = draw.whole(1, 2, far=5)
    H, W = (k + draw.whole(0, 4) + stride * (stride > 2) for k in (h, w))
    return {
        "x": draw.tensor(images, slices, H, W),
        "weight": draw.tensor(kernels, slices, h, w),
        "bias": draw.tensor(kernels),
        "stride": stride,
        "padding": padding,
    }


def _right_conv2d(x, weight, bias, stride, padding):
    return conv2d(x, weight, bias, stride=stride, padding=padding)


def _added(maps, b):
    return maps.sum(0) + b


def _by(total=_added, part=lambda u: u, reads=lambda k, u: u):
    """Return the convolution, slice by slice, with another choice of channels, of slices, or another sum."""

    def mistaken(x, weight, bias, stride, padding):
        Y = []
        for k in range(len(weight)):
            maps = []
            for u in range(weight.shape[1]):
                c = reads(k, u)
                if c >= x.shape[1]:
                    raise IndexError
                one = weight[k : k + 1, part(u)][:, None]
                maps.append(conv2d(x[:, c : c + 1], one, stride=stride, padding=padding)[:, 0])
            Y.append(total(torch.stack(maps), bias[k]))
        return torch.stack(Y, dim=1)

    return mistaken


def _padded(sides, value=0.0):
    """Return the convolution of ``F.pad(x, sides(padding), value=value)``."""

    def mistaken(x, weight, bias, stride, padding):
        return conv2d(pad(x, sides(padding), value=value), weight, bias, stride=stride)

    return mistaken


def _plus_one_missing(x, weight, bias, stride, padding):
    Y = _right_conv2d(x, weight, bias, stride, padding)
    rows, columns = ((x.shape[axis] + 2 * padding - weight.shape[axis]) // stride for axis in (2, 3))
    return Y[:, :, :rows, :columns]


def _separate(x, weight, bias, stride, padding):
    """Keep the map of each slice instead of adding them up."""
    maps = _by(total=lambda maps, b: maps + b)(x, weight, bias, stride, padding)  # (slices, kernels, N, rows, columns)
    return maps.permute(2, 1, 0, 3, 4).flatten(1, 2)


def _neighbours(x, weight, bias, stride, padding):
    """Return as many outputs as the stride leaves, but move the window by one pixel only."""
    rows, columns = _right_conv2d(x, weight, bias, stride, padding).shape[2:]
    return _right_conv2d(x, weight, bias, 1, padding)[:, :, :rows, :columns]


def _frame_behind(x, weight, bias, stride, padding):
    """Put the zeros around the maps, not around the images."""
    return pad(conv2d(x, weight, bias, stride=stride), (padding,) * 4)


CONV2D = Exercise(
    name="03-conv2d",
    title="batches, channels, stride, padding",
    where=headings.SHAPES,
    minutes=15,
    kind="function",
    variable="my_conv2d",
    prompt="""
        Write `my_conv2d(x, weight, bias, stride, padding)`. It shall give the same numbers as `F.conv2d`. `x` has the
        shape (N, C_in, H, W), `weight` (C_out, C_in, h, w), `bias` (C_out). `stride` and `padding` are whole numbers.

        Write it without PyTorch's `F.conv2d` and `nn.Conv2d`. Loops, slices, `corr2d` and `F.pad` are fine. Begin
        with one image, one kernel, stride 1 and padding 0.
    """,
    placeholder="""
        def my_conv2d(x, weight, bias, stride, padding):
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
            "each kernel reads the channel with its own number",
            "Every kernel reads *all* channels: slice 0 reads channel 0, slice 1 reads channel 1, and so on.",
            _by(reads=lambda k, u: k),
            where=headings.KERNELS,
        ),
        Mistake(
            "there is no padding",
            "`padding` rows and columns of zeros go around every channel, before the window slides.",
            _padded(lambda p: (0, 0)),
        ),
        Mistake(
            "the zeros are put around the maps",
            "The padding goes around the *images*: the window reads the zeros, too.",
            _frame_behind,
        ),
        Mistake(
            "the padding is put above and on the left only",
            "The padding counts for each side: above and below, left and right.",
            _padded(lambda p: (p, 0, p, 0)),
        ),
        Mistake(
            "the padding is put left and right only",
            "The padding counts for each side: above and below, left and right. `F.pad` wants four numbers.",
            _padded(lambda p: (p, p)),
        ),
        Mistake(
            "the padding is put above and below only",
            "The padding counts for each side: above and below, left and right.",
            _padded(lambda p: (0, 0, p, p)),
        ),
        Mistake(
            "the padding is shared by the two sides",
            "The padding counts for *each* side: above and below, left and right.",
            _padded(lambda p: (p // 2, p - p // 2) * 2),
        ),
        Mistake(
            "there are ones around the images",
            "PyTorch's padding is made of zeros.",
            _padded(lambda p: (p,) * 4, value=1.0),
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
            lambda x, weight, bias, stride, padding: _right_conv2d(x, weight, bias, 1, padding),
        ),
        Mistake(
            "the stride is used for the rows only",
            "One number means both directions: down and to the right.",
            lambda x, weight, bias, stride, padding: _right_conv2d(x, weight, bias, (stride, 1), padding),
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
    hint="Try one image, one kernel, stride 1 and padding 0 first. Compare with F.conv2d.",
    forbids=("F.conv2d", "conv2d"),
    solution="""
        def my_conv2d(x, weight, bias, stride, padding):
            images = []
            for image in F.pad(x, (padding, padding, padding, padding)):
                maps = []
                for kernel, b in zip(weight, bias):
                    total = sum(corr2d(channel, part) for channel, part in zip(image, kernel))
                    maps.append(total[::stride, ::stride] + b)
                images.append(torch.stack(maps))
            return torch.stack(images)
    """,
    because="""
        Each image by itself, and each kernel by itself: they do not see each other. Each slice slides over its own
        channel. The maps are added up, and the bias is added once.

        `F.pad` puts the zeros around every channel of every image at once; its four numbers are left, right, top and
        bottom. A map with a stride is the map with stride 1, with rows and columns left out.
    """,
)
