"""03-conv2d: ``F.conv2d`` for batches and channels, with a stride and padding."""

from torch.nn.functional import conv2d

from convlab.exercises.engine.exercise import Exercise
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


SIDES = "The padding counts for each side: above and below, left and right."

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
    right=conv2d,
    slips=f"""
        the channels are averaged: The maps of the slices are added up. There is no division. @SLICES
            part in zip(image, kernel)) => part in zip(image, kernel)) / len(image)
        only the last channel is kept: The maps of *all* slices are added up. Does each one overwrite the one
            before? @SLICES
            zip(image, kernel)) => zip(image[-1:], kernel[-1:]))
        only the first channel is read: Each slice reads its own channel, and the maps of all slices are added
            up. @SLICES
            zip(image, kernel)) => zip(image[:1], kernel))
        the same slice is used for each channel: Each channel has a slice of its own. @SLICES
            corr2d(channel, part) => corr2d(channel, kernel[0])
        slices and channels are added up first: Each slice reads its own channel. Multiply first, then add up. @SLICES
            sum(corr2d(channel, part) for channel, part in zip(image, kernel)) => corr2d(image.sum(0), kernel.sum(0))
        the maps of the slices are kept apart: Each kernel makes *one* map: the maps of its slices are added
            up. @KERNELS
            total = sum(corr2d(channel, part) for channel, part in zip(image, kernel)) =>
            maps.append(total[ => maps.extend((corr2d(channel, part)[
            ::stride] + b) => ::stride] + b) for channel, part in zip(image, kernel))
        the bias is forgotten: Each kernel has a bias. It is added to every number of the kernel's map. @SLICES
            [::stride, ::stride] + b => [::stride, ::stride]
        the bias is added for each channel: The bias is added once, after the maps of the slices have been added
            up. @SLICES
            + b) => + b * len(image))
        all biases are added to every map: The bias has one number for each kernel, for its own map only.
            + b) => + bias.sum())
        the bias is subtracted: It is added, like one more product.
            + b) => - b)
        all kernels have the first bias: The bias has one number for each kernel.
            + b) => + bias[0])
        the bias is added along the columns: `Y + bias` lines the numbers up with the last dimension. They belong to
            the channels, dimension 1.
            ::stride] + b => ::stride]
            return torch.stack(images) => return torch.stack(images) + bias
        each kernel reads the channel with its own number: Every kernel reads *all* channels: slice 0 reads channel 0,
            slice 1 reads channel 1, and so on. @KERNELS
            corr2d(channel, part) for channel, part => corr2d(image[len(maps)], part) for _, part
        the weight is read as (in, out, rows, columns): The kernels come first, then the slices of each. @KERNELS
            zip(weight, bias) => zip(weight.transpose(0, 1), bias, strict=True)
        only the first kernel makes a map: Each kernel makes a map of its own, and the maps are stacked. @KERNELS
            zip(weight, bias) => zip(weight[:1], bias)
        only the last kernel makes a map: Each kernel makes a map of its own. Does each one overwrite the one
            before? @KERNELS
            zip(weight, bias) => zip(weight[-1:], bias[-1:])
        each kernel goes on from the sum of the last one: Each map is a sum of its own. It must begin at 0 for every
            kernel. @KERNELS
            ::stride] + b) => ::stride])
            torch.stack(maps) => torch.stack(maps).cumsum(0) + bias[:, None, None]
        there is no padding: `padding` rows and columns of zeros go around every channel, before the window slides.
            F.pad(x, (padding, padding, padding, padding)) => x
        the zeros are put around the maps: The padding goes around the *images*: the window reads the zeros, too.
            F.pad(x, (padding, padding, padding, padding)) => x
            return torch.stack(images) => return F.pad(torch.stack(images), (padding,) * 4)
        the padding counts above and on the left only: {SIDES} The map has room for all.
            (padding, padding, padding, padding) => (padding, 0, padding, 0)
        the padding is put below and on the right only: {SIDES}
            (padding, padding, padding, padding) => (0, padding, 0, padding)
        the padding is put twice on each side: `padding` counts for one side, and not for both together.
            (padding, padding, padding, padding) => (2 * padding,) * 4
        there is a frame of channels, too: `F.pad` counts the dimensions from the last. Rows and columns are two.
            (padding, padding, padding, padding) => (padding,) * 6
        the size does not know the padding: The window reaches the zeros on both sides. So there are more places.
            total[::stride, ::stride] => total[:len(total) - 2 * padding:stride, :total.shape[1] - 2 * padding:stride]
        the padding is put left and right only: {SIDES} `F.pad` wants four numbers.
            (padding, padding, padding, padding) => (padding, padding)
        the padding is put above and below only: {SIDES}
            (padding, padding, padding, padding) => (0, 0, padding, padding)
        the padding is shared by the two sides: The padding counts for *each* side: above and below, left and right.
            (padding, padding, padding, padding) => (padding // 2, padding - padding // 2) * 2
        there are ones around the images: PyTorch's padding is made of zeros.
            padding, padding)) => padding, padding), value=1.0)
        the maps of all kernels are added up: The maps of the *slices* are added up. The maps of the kernels are
            stacked. @KERNELS
            torch.stack(maps) => sum(maps)[None]
        the + 1 is missing: Besides the steps of the window there is the window before the first step.
            total[::stride, ::stride] => total[:-stride:stride, :-stride:stride]
        the last place of the window is left out: `range` stops *before* its end. Is the last place in it?
            total[::stride, ::stride] => total[:-1:stride, :-1:stride]
        the + 1 is added before the division: The steps are counted first, rounded down; then comes the first place.
            total[::stride, ::stride] => total[::stride, ::stride][:len(total) // stride, :total.shape[1] // stride]
        the stride is forgotten: The window moves by `stride` pixels, down and to the right. There are fewer outputs.
            [::stride, ::stride] =>
        the stride is used for the rows only: One number means both directions: down and to the right.
            [::stride, ::stride] => [::stride]
        the stride is used for the columns only: One number means both directions: down and to the right.
            [::stride, ::stride] => [:, ::stride]
        the stride is used for the kernels and the rows: In (N, C_out, H, W), the last two are its places.
            [::stride, ::stride] =>
            return torch.stack(images) => return torch.stack(images)[:, ::stride, ::stride]
        pixels are skipped before the window reads them: The window jumps. But in each place it reads *all* its pixels.
            padding, padding)): => padding, padding))[:, :, ::stride, ::stride]:
            total[::stride, ::stride] => total
        the window moves by one pixel only: The shape is right. But output i belongs to the window that starts at i
            times the stride.
            total[::stride, ::stride] => total[:(total.shape[0] - 1) // stride + 1, :(total.shape[1] - 1) // stride + 1]
        only the first image of the batch: All go through the same kernels: N images go in, and N come out.
            F.pad(x, => F.pad(x[:1],
        the images of the batch are added up: The images of a batch do not disturb each other. Only the channels of
            *one* image are added up.
            torch.stack(images) => sum(images)[None]
        all maps lie in one stack: Each image has a stack of its own: (N, C_out, H, W) has four dimensions.
            torch.stack(images) => torch.cat(images)
        every image gets the maps of the first: Each image of the batch goes through the kernels itself.
            torch.stack(images) => torch.stack(images[:1] * len(x))
        every image gets the sums over the whole batch: The images of a batch do not disturb each other. Only the
            channels of *one* image are added up.
            F.pad(x, => F.pad(x.sum(0, keepdim=True).expand_as(x),
        the batch is gone: N images go in, and N come out: the result has four dimensions.
            torch.stack(images) => images[0]
        dimensions of size 1 are gone: A batch of one image is still a batch: the result has four dimensions.
            torch.stack(images) => torch.stack(images).squeeze()
        the channels are last: A result has the shape (N, C_out, H, W), as the images have.
            torch.stack(images) => torch.stack(images).permute(0, 2, 3, 1)
        the kernels stand before the images: The first dimension is the batch: (N, C_out, H, W).
            torch.stack(images) => torch.stack(images).transpose(0, 1)
        a ReLU at the end: A convolution gives negative numbers, too. A ReLU would be a layer of its own.
            torch.stack(images) => torch.stack(images).relu()
        the slices are flipped: PyTorch does not flip the kernel: it computes a correlation, as in notebook 01.
            weight, bias) => weight.flip(2, 3), bias)
    """,
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
