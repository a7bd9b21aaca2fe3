"""03-raw: a layer's weight and bias, changed so that it takes the raw photo (capstone)."""

import torch

from convlab.exercises.engine.exercise import Exercise, Mistake
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


def _slices(channels):
    """Return a number for each channel as (1, slices, 1, 1): what each slice of a kernel sees."""
    return channels[None, :, None, None]


def _first_channel(channels):
    return channels[0]


def _last_channel(channels):
    return channels[-1]


def _mean_channel(channels):
    return channels.mean()


def _reversed(channels):
    return _slices(channels.flip(0))


def _each_kernel(channels):
    return channels[:, None, None, None]


def _along_columns(channels):
    return channels


def _by(change, lost, seen=_slices):
    """Return a function that makes a new weight, ``change(weight, scale)``, and a bias.

    ``lost(weight, new weight, shift, scale)`` is what the bias loses for each weight of each kernel.
    """

    def raw(weight, bias, shift, scale):
        shift, scale = seen(shift), seen(scale)
        new = change(weight, scale)
        return new, bias - lost(weight, new, shift, scale).sum(dim=(1, 2, 3))

    return raw


def _divided(weight, scale):
    return weight / scale


def _lost(weight, new, shift, scale):
    return new * shift


_raw = _by(_divided, _lost)


def _bias_by(formula):
    """Return the right weight, and the bias ``formula(weight, new weight, bias, shift, scale)``."""

    def raw(weight, bias, shift, scale):
        new = _raw(weight, bias, shift, scale)[0]
        return new, formula(weight, new, bias, _slices(shift), _slices(scale))

    return raw


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
    right=_raw,
    mistakes=(
        Mistake(
            "the weights are multiplied by the scale",
            "The photo is no longer divided. So the weight has to do it.",
            _by(lambda weight, scale: weight * scale, _lost),
        ),
        Mistake(
            "the scale plays no part",
            "Each channel of the prepared image was divided by its scale. The weight has to do that now.",
            _by(lambda weight, scale: weight, _lost),
        ),
        Mistake(
            "all slices take the shift and the scale of the first channel",
            "Each slice sees its own channel, and each channel has its own shift and scale.",
            _by(_divided, _lost, _first_channel),
            where=headings.SLICES,
        ),
        Mistake(
            "all slices take the shift and the scale of the last channel",
            "Each slice sees its own channel, and each channel has its own shift and scale.",
            _by(_divided, _lost, _last_channel),
            where=headings.SLICES,
        ),
        Mistake(
            "the shifts and the scales are averaged",
            "Each slice sees its own channel, and each channel has its own shift and scale.",
            _by(_divided, _lost, _mean_channel),
            where=headings.SLICES,
        ),
        Mistake(
            "the channels are taken in the wrong order",
            "The first slice sees the first channel.",
            _by(_divided, _lost, _reversed),
            where=headings.SLICES,
        ),
        Mistake(
            "the scale is taken for a number of each kernel",
            "In (C_out, C_in, h, w), the channels of the input are dimension 1: the slices.",
            _by(_divided, _lost, _each_kernel),
            where=headings.SHAPES,
        ),
        Mistake(
            "the scale is taken for a number of each column",
            "`weight / scale` lines the numbers up with the last dimension, the columns. They belong to the slices.",
            _by(_divided, _lost, _along_columns),
            where=headings.SHAPES,
        ),
        Mistake(
            "the shifts are only added up",
            "The shift is part of the image: it is divided by the scale, and every weight multiplies it.",
            lambda weight, bias, shift, scale: (
                _raw(weight, bias, shift, scale)[0],
                bias - shift.sum(),
            ),
            where=headings.SLICES,
        ),
        Mistake(
            "the weights and the shifts are added up first, and then multiplied",
            "Each slice has its own channel, and its own shift. Multiply first, slice by slice, then add up.",
            lambda weight, bias, shift, scale: (
                _raw(weight, bias, shift, scale)[0],
                bias - _raw(weight, bias, shift, scale)[0].sum(dim=(1, 2, 3)) * shift.sum(),
            ),
            where=headings.SLICES,
        ),
        Mistake(
            "the bias stays as it is",
            "The shift of every channel goes through the weights, too, and changes every output by the same amount.",
            _bias_by(lambda weight, new, bias, shift, scale: bias),
        ),
        Mistake(
            "the shift is added to the bias",
            "The shift was *subtracted* from the photo. What it did to the outputs must be done to them still.",
            _bias_by(lambda weight, new, bias, shift, scale: bias + (new * shift).sum(dim=(1, 2, 3))),
        ),
        Mistake(
            "the shift is not divided by the scale",
            "First the shift was subtracted, and then all was divided: the shift, too.",
            _bias_by(lambda weight, new, bias, shift, scale: bias - (weight * shift).sum(dim=(1, 2, 3))),
        ),
        Mistake(
            "the shift is divided by the scale twice",
            "The new weight has the scale in it already.",
            _bias_by(lambda weight, new, bias, shift, scale: bias - (new * shift / scale).sum(dim=(1, 2, 3))),
        ),
        Mistake(
            "the shift is multiplied by the scale",
            "First the shift was subtracted, and then all was divided: the shift, too.",
            _bias_by(lambda weight, new, bias, shift, scale: bias - (weight * shift * scale).sum(dim=(1, 2, 3))),
        ),
        Mistake(
            "the shift does not go through the weights",
            "The shift is part of the image. Every weight multiplies it.",
            _bias_by(lambda weight, new, bias, shift, scale: bias - (shift / scale).sum(dim=(1, 2, 3))),
            where=headings.SLICES,
        ),
        Mistake(
            "the shift is counted for one weight of each slice only",
            "The whole channel was shifted, so every pixel under the slice was: every weight counts.",
            _bias_by(lambda weight, new, bias, shift, scale: bias - (new * shift)[:, :, 0, 0].sum(dim=1)),
            where=headings.SLICES,
        ),
        Mistake(
            "the weights of a slice are averaged",
            "The products of a window are added up. There is no division.",
            _bias_by(lambda weight, new, bias, shift, scale: bias - (new * shift).mean(dim=(2, 3)).sum(dim=1)),
            where=headings.SLICES,
        ),
        Mistake(
            "the channels are averaged",
            "The maps of the slices are added up. There is no division.",
            _bias_by(lambda weight, new, bias, shift, scale: bias - (new * shift).sum(dim=(2, 3)).mean(dim=1)),
            where=headings.SLICES,
        ),
        Mistake(
            "all kernels together change each bias",
            "Each kernel has its own bias, and only its own weights count for it.",
            _bias_by(lambda weight, new, bias, shift, scale: bias - (new * shift).sum()),
            where=headings.SHAPES,
        ),
        Mistake(
            "the bias is divided by the scale, too",
            "The bias is added after the channels: nothing of it was ever shifted or divided.",
            _bias_by(
                lambda weight, new, bias, shift, scale: bias / scale[:, 0, 0, 0] - (new * shift).sum(dim=(1, 2, 3))
            ),
            where=headings.SLICES,
        ),
        Mistake(
            "the old bias is forgotten",
            "The old bias is still added to each map. The shift only changes it.",
            _bias_by(lambda weight, new, bias, shift, scale: -(new * shift).sum(dim=(1, 2, 3))),
        ),
    ),
    hint="Try it on an image of ones, and on one of zeros: prepare it by hand, and compare the two sides.",
    solution="""
        def raw(weight, bias, shift, scale):
            new_weight, new_bias = weight.clone(), bias.clone()
            for k in range(weight.shape[0]):
                for c in range(weight.shape[1]):
                    new_weight[k, c] = weight[k, c] / scale[c]
                    new_bias[k] -= new_weight[k, c].sum() * shift[c]
            return new_weight, new_bias
    """,
    because="""
        One product of the old layer is *weight* · (*pixel* − *shift*) / *scale*. With the new weight,
        *weight* / *scale*, this is *new weight* · *pixel* − *new weight* · *shift*. The first part is a convolution
        of the raw photo. The second part does not depend on the photo: it is the same in every place, so it belongs
        into the bias. There it is added up over all weights of the kernel, in all slices.

        (With padding, the border would differ: the old layer was given zeros beside the *prepared* image.)
    """,
)
