"""03-raw: a layer's weight and bias, changed so that it takes the raw photo (capstone)."""

import torch
from torch.nn.functional import conv2d

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb03 import headings


def _layer_and_channels(draw):
    slices, kernels = draw.whole(1, 4, far=6), draw.whole(1, 4, far=6)
    scale = [draw.choice(2.0, 0.5, 4.0, 0.25, 8.0) for _ in range(slices)]
    return {
        "weight": draw.tensor(kernels, slices, draw.whole(1, 4, far=5), draw.whole(1, 4, far=5)),
        "bias": draw.tensor(kernels),
        "shift": draw.tensor(slices),
        "scale": torch.tensor(scale, dtype=torch.float64),
    }


def _right(weight, bias, shift, scale):
    black = -(shift / scale)[:, None, None].expand(-1, *weight.shape[2:])  # all zeros, prepared
    return weight / scale[:, None, None], conv2d(black, weight, bias).flatten()


OWN = "Each slice sees its own channel, and each channel has its own shift and scale. @SLICES"
BIAS = "The bias is added after the channels: nothing of it was ever shifted or divided. @SLICES"

RAW = Exercise(
    name="03-raw",
    title="a layer for raw photos (capstone)",
    where=headings.CHANNELS,
    minutes=15,
    kind="function",
    variable="raw",
    prompt="""
        A layer has learned from *prepared* images: from each channel `c` of the photo the number `shift[c]` was
        subtracted, and the result was divided by `scale[c]`. Now raw photos come in, and nobody prepares them. We can
        change the layer instead!

        Write `raw(weight, bias, shift, scale)`. It returns a new weight and a new bias,
        `(new_weight, new_bias)`, in the same shapes. On the *raw* photo they give what the old ones give on the
        prepared one: for every `x`,

        `F.conv2d(x, new_weight, new_bias)` is equal to `F.conv2d(prepared, weight, bias)`.

        `shift` and `scale` have one number for each channel of the input. Begin with one channel and a kernel of
        1 × 1. Then ask which channel each slice sees, and how often a shift is counted in one output.
    """,
    placeholder="""
        def raw(weight, bias, shift, scale):
            new_weight = ...
            new_bias = ...
            return new_weight, new_bias
    """,
    cases=_layer_and_channels,
    returns=("new_weight", "new_bias"),
    valid=lambda weight, bias, shift, scale: len(bias) == len(weight) and len(shift) == len(scale),
    right=_right,
    slips=f"""
        the bias stays as it is: Each shift goes through the weights, too: it changes all outputs by the same amount.
            bias - lost => bias
        the shift is added to the bias: The shift was *subtracted* from the photo. What it did to the outputs must be
            done to them still.
            bias - lost => bias + lost
        the shift is not divided by the scale: First the shift was subtracted, and then all was divided: the shift, too.
            (new_weight * shift) => (weight * shift)
        the shift is divided by the scale twice: The new weight has the scale in it already.
            (new_weight * shift) => (new_weight * shift / scale)
        the shift is multiplied by the scale: First the shift was subtracted, and then all was divided: the shift, too.
            (new_weight * shift) => (weight * shift * scale)
        the shift does not go through the weights: The shift is part of the image. Every weight multiplies it. @SLICES
            (new_weight * shift).sum(dim=(1, 2, 3)) => (shift / scale).sum()
        the shift is counted for one weight of each slice only: The whole channel was shifted, so every pixel under the
            slice was: every weight counts. @SLICES
            .sum(dim=(1, 2, 3)) => [:, :, 0, 0].sum(dim=1)
        the shift is counted once more for each weight of a slice: Each weight multiplies *one* shifted pixel. To add up
            the weights is to count them all. @SLICES
            .sum(dim=(1, 2, 3)) => .sum(dim=(1, 2, 3)) * weight[0, 0].numel()
        the weights of a slice are averaged: The products of a window are added up. There is no division. @SLICES
            .sum(dim=(1, 2, 3)) => .mean(dim=(2, 3)).sum(dim=1)
        the channels are averaged: The maps of the slices are added up. There is no division. @SLICES
            .sum(dim=(1, 2, 3)) => .sum(dim=(2, 3)).mean(dim=1)
        all weights of a kernel are averaged: All products of a window are added up. There is no division. @SLICES
            .sum(dim=(1, 2, 3)) => .mean(dim=(1, 2, 3))
        all kernels together change each bias: Each kernel has its own bias, and only its own weights count. @SHAPES
            .sum(dim=(1, 2, 3)) => .sum()
        the bias is divided by the scale, too: {BIAS}
            bias - lost => bias / scale[:, 0, 0] - lost
        the bias is divided by the mean of the scales: {BIAS}
            bias - lost => bias / scale.mean() - lost
        the old bias is forgotten: The old bias is still added to each map. The shift only changes it.
            bias - lost => -lost
        weight and bias are returned in the wrong order: The weight comes first, as in `F.conv2d`.
            new_weight, bias - lost => bias - lost, new_weight
        the bias is a column: A bias has one dimension, (C_out). A dimension of 1 beside it is one too many. @SHAPES
            bias - lost => (bias - lost)[:, None]
        the bias has become a matrix: A column and a row do not meet number by number: each meets each. Both need one
            dimension, (C_out). @SHAPES
            bias - lost => bias - lost[:, None]
        the shifts are averaged: {OWN}
            new_weight * shift => new_weight * shift.mean()
        all slices take the shift of the first channel: {OWN}
            new_weight * shift => new_weight * shift[0]
        the shifts are only added up: The shift is part of the image: it is divided by the scale, and every weight
            multiplies it. @SLICES
            (new_weight * shift).sum(dim=(1, 2, 3)) => shift.sum()
        the weights and the shifts are added up first, and then multiplied: Each slice has its own channel, and its own
            shift. Multiply first, slice by slice, then add up. @SLICES
            (new_weight * shift).sum(dim=(1, 2, 3)) => new_weight.sum(dim=(1, 2, 3)) * shift.sum()
        only the shift of the last channel is counted: All slices of a kernel lose something, and all of it is added
            up. Is the bias begun anew for each channel? @SLICES
            .sum(dim=(1, 2, 3)) => .sum(dim=(2, 3))[:, -1]
        the weights are multiplied by the scale: The photo is no longer divided. So the weight has to do it.
            weight / scale => weight * scale
        the scale plays no part: Each channel was divided by its scale. The weight has to do that now.
            weight / scale => weight
        the weight is prepared like an image: The layer's weight has learned from prepared images. It is the *photo*
            that is not prepared. What does one weight do with one pixel?
            weight / scale => (weight - shift) / scale
            bias - lost => bias
        all slices take the shift and the scale of the first channel: {OWN}
            shift[:, None, None], scale[:, None, None] => shift[0], scale[0]
        all slices take the shift and the scale of the last channel: {OWN}
            shift[:, None, None], scale[:, None, None] => shift[-1], scale[-1]
        the shifts and the scales are averaged: {OWN}
            shift[:, None, None], scale[:, None, None] => shift.mean(), scale.mean()
        the channels are taken in the wrong order: The first slice sees the first channel. @SLICES
            shift[:, None, None], scale[:, => shift.flip(0)[:, None, None], scale.flip(0)[:,
        the scale is taken for a number of each kernel: In (C_out, C_in, h, w), the channels of the input are dimension
            1: the slices. @SHAPES
            shift[:, None, None], scale[:, None, None] => shift[:, None, None, None], scale[:, None, None, None]
        the scale is taken for a number of each column: `weight / scale` lines the numbers up with the last dimension,
            the columns. They belong to the slices. @SHAPES
            shift[:, None, None], scale[:, None, None] => shift, scale
        the preparation is turned round: The layer must do what was done to the photo, and not undo it: divide by the
            scale, subtract the shift.
            weight / scale => weight * scale
            (new_weight * shift) => (weight * shift)
            bias - lost => bias + lost
    """,
    hint="Try it on an image of ones, and on one of zeros: prepare it by hand, and compare the two sides.",
    solution="""
        def raw(weight, bias, shift, scale):
            shift, scale = shift[:, None, None], scale[:, None, None]
            new_weight = weight / scale
            lost = (new_weight * shift).sum(dim=(1, 2, 3))
            return new_weight, bias - lost
    """,
    because="""
        One product of the old layer is *weight* · (*pixel* − *shift*) / *scale*. With the new weight,
        *weight* / *scale*, this is *new weight* · *pixel* − *new weight* · *shift*. The first part is a convolution
        of the raw photo. The second part does not depend on the photo: it is the same in every place, so it belongs
        into the bias. There it is added up over all weights of the kernel, in all slices.

        (With padding, the border would differ: the old layer was given zeros beside the *prepared* image.)
    """,
)
