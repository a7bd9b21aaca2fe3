"""Resizing: every output pixel looks up, or mixes, the input pixels at its place."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from convlab.arguments import FLOATS, LARGEST, Size, as_tuple, check_flag, check_tensor, is_number
from convlab.functional.casts import in_32_bits


def interpolate(
    input: Tensor, size: Size | None = None, scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest", align_corners: bool | None = None, recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:  # fmt: skip
    """Make images larger or smaller.

    Args:
        input: shape (N, C, H, W); mode ``"nearest"`` also takes (N, C, W) and (N, C, D, H, W).
        size: output size, an int or (height, width). Note that it comes first: ``interpolate(x, 2)`` gives 2 x 2.
        scale_factor: factor for the size, a number or (vertical, horizontal), instead of size.
        mode: ``"nearest"``: each output pixel copies the input pixel on which its upper left corner lies.
            ``"bilinear"``: it mixes the four input pixels around it, along one axis and then along the other.
        align_corners: for ``"bilinear"``. False: pixels are squares, and the *corners of the images* are put on each
            other. True: pixels are points, and the *centres of the corner pixels* are.
        recompute_scale_factor: True measures positions with the ratio of the two sizes instead of scale_factor.
        antialias: only False here.

    Returns:
        Tensor of shape (N, C, outH, outW), with ``outH = floor(H * scale_factor)`` if scale_factor is given.

    Raises:
        TypeError, ValueError: what does not fit together; a mode that only ``torch.nn.functional.interpolate`` has.

    >>> x = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> interpolate(x, scale_factor=2)[0, 0]
    tensor([[1., 1., 2., 2.],
            [1., 1., 2., 2.],
            [3., 3., 4., 4.],
            [3., 3., 4., 4.]])
    >>> interpolate(x, size=(2, 3), mode="bilinear", align_corners=True)[0, 0]
    tensor([[1.0000, 1.5000, 2.0000],
            [3.0000, 3.5000, 4.0000]])
    """
    ndim = _check_mode(input, mode, align_corners, antialias)
    in_size = tuple(input.shape[2:])
    out_size, scales = _sizes(in_size, size, scale_factor, recompute_scale_factor)
    if input.shape[1] == 0 or min(in_size) < 1 or min(out_size) < 1:
        raise ValueError(
            f"interpolate: channels, input and output must have at least size 1; the input is {tuple(input.shape)}, "
            f"the output would be {out_size}"
        )
    x = in_32_bits(input) if mode == "bilinear" else input
    for axis, (h, o, scale) in enumerate(zip(in_size, out_size, scales, strict=True)):
        if o == h and ndim == 2:
            continue  # torch's rule for images: this axis stays as it is, even if scale_factor was 1.01
        if mode == "nearest":
            if o == 2 * h and ndim == 2:
                scale = 0.5  # likewise: each pixel is doubled, even if scale_factor was 2.01
            x = x.index_select(axis + 2, _nearest(h, o, scale, x.device))
        else:
            x = _mix(x, axis + 2, h, o, scale, align_corners)
    return x.to(input.dtype)


def _nearest(size: int, out_size: int, scale: float, device: torch.device) -> Tensor:
    """Return, for each output pixel, the input pixel on which its upper left corner lies.

    Positions are rounded to float32, as in torch: between two pixels, only then the same one is taken.
    """
    position = torch.arange(out_size, dtype=torch.float32, device=device) * torch.tensor(scale, dtype=torch.float32)
    return position.floor().long().clamp(max=size - 1)


def _mix(x: Tensor, axis: int, size: int, out_size: int, scale: float, align_corners: bool | None) -> Tensor:
    """Mix, along one axis, the two input pixels around each output pixel: the nearer one counts more."""
    steps = torch.arange(out_size, dtype=x.dtype, device=x.device)
    if align_corners:
        position = steps * ((size - 1) / (out_size - 1) if out_size > 1 else 0.0)
    else:
        position = ((steps + 0.5) * scale - 0.5).clamp(min=0)  # the centre of a pixel lies half a pixel in
    before = position.floor().long().clamp(max=size - 1)
    after = (before + 1).clamp(max=size - 1)
    share = (position - before).clamp(0, 1).reshape(-1, *[1] * (x.ndim - 1 - axis))
    return x.index_select(axis, before) * (1 - share) + x.index_select(axis, after) * share


def _check_mode(input, mode, align_corners, antialias) -> int:
    """Return the number of axes to resize; refuse modes that do not fit the input."""
    if not isinstance(mode, str) or mode not in ("nearest", "bilinear"):
        raise ValueError(
            f"interpolate: mode is {mode!r}; this function has 'nearest' and 'bilinear', for others take "
            f"torch.nn.functional.interpolate"
        )
    check_tensor("interpolate", "input", input, (*FLOATS, torch.uint8) if mode == "nearest" else FLOATS)
    ndim = input.ndim - 2
    if (mode == "nearest" and ndim not in (1, 2, 3)) or (mode == "bilinear" and ndim != 2):
        needed = "(N, C, W), (N, C, H, W) or (N, C, D, H, W)" if mode == "nearest" else "(N, C, H, W)"
        raise ValueError(f"interpolate: mode {mode!r} needs an input {needed}, got {tuple(input.shape)}")
    if mode == "nearest" and align_corners is not None:
        raise ValueError("interpolate: align_corners has a meaning for mode 'bilinear' only; 'nearest' goes without it")
    if align_corners is not None:
        check_flag("interpolate", "align_corners", align_corners)
    check_flag("interpolate", "antialias", antialias)
    if antialias:
        raise ValueError("interpolate: antialias=True is not in this function; take torch.nn.functional.interpolate")
    return ndim


def _sizes(in_size, size, scale_factor, recompute_scale_factor) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Return the output size, and by how many input pixels neighbouring output pixels are apart."""
    if recompute_scale_factor is not None:
        check_flag("interpolate", "recompute_scale_factor", recompute_scale_factor)
    if (size is None) == (scale_factor is None):
        given = "both" if size is not None else "neither"
        raise ValueError(f"interpolate: give size or scale_factor, not {given}")
    if size is not None:
        if recompute_scale_factor:
            raise ValueError("interpolate: recompute_scale_factor=True needs scale_factor, but size was given")
        out_size = as_tuple("interpolate", "size", size, len(in_size), minimum=1, repeat=False)
        return out_size, tuple(h / o for h, o in zip(in_size, out_size, strict=True))
    factors = tuple(scale_factor) if isinstance(scale_factor, (tuple, list)) else (scale_factor,) * len(in_size)
    if len(factors) != len(in_size):
        raise ValueError(f"interpolate: scale_factor is {factors}; it needs one number or {len(in_size)} of them")
    if not all(map(is_number, factors)):
        raise TypeError(f"interpolate: scale_factor must be a number or a tuple of numbers, got {scale_factor!r}")
    if any(not 0 < f <= LARGEST for f in factors):
        raise ValueError(f"interpolate: scale_factor is {scale_factor}; it must be above 0, and at most {LARGEST}")
    out_size = tuple(math.floor(h * f) for h, f in zip(in_size, factors, strict=True))
    if recompute_scale_factor:
        return out_size, tuple(h / max(o, 1) for h, o in zip(in_size, out_size, strict=True))
    return out_size, tuple(1 / f for f in factors)
