"""From bytes to the numbers that a network gets; the network remembers how."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.nn.parameter import is_lazy

MEAN, STD = 0.1307, 0.3081  # of all pixels of the MNIST training images, on the scale from 0 to 1
Normalisation = tuple[tuple[float, ...], tuple[float, ...]]  # mean and deviation: one for all channels, or each its own
MNIST: Normalisation = ((MEAN,), (STD,))
NAME = "_convlab_normalisation"  # no buffer: the model's forward and state_dict stay as they are
AXES = {torch.channels_last: 4, torch.channels_last_3d: 5}


def core(model: nn.Module) -> nn.Module:
    """Return the model inside of what torch.compile or DataParallel made."""
    if "_orig_mod" in model._modules:
        return core(model.get_submodule("_orig_mod"))
    return core(model.module) if isinstance(model, (nn.DataParallel, DistributedDataParallel)) else model


def remembered(model: nn.Module) -> Normalisation | None:
    """Return the normalisation that the model carries, or None."""
    return getattr(core(model), NAME, None)


def as_normalisation(function: str, given) -> Normalisation:
    """Return (mean, deviation) as tuples of floats."""
    with suppress(TypeError, ValueError, RuntimeError):
        mean, std = (tuple(torch.as_tensor(part, dtype=torch.float64).flatten().tolist()) for part in given)
        if len(mean) == len(std) > 0 and all(0 < entry < float("inf") for entry in std):
            return mean, std
    raise ValueError(
        f"{function}: normalisation must be (mean, deviation) on the scale from 0 to 1, each one number or one "
        f"for each channel, the deviation above 0; got {given!r}"
    )


def of_images(parts: Iterable[Tensor]) -> Normalisation:
    """Return mean and deviation of each channel of bytes, with four decimals; where all are alike, deviation 1.

    >>> of_images([torch.tensor([0, 255], dtype=torch.uint8).reshape(2, 1, 1, 1)])
    ((0.5,), (0.5,))
    """
    values = torch.arange(256, dtype=torch.float64) / 255
    counts = [[channel.flatten().bincount(minlength=256).cpu() for channel in images.unbind(1)] for images in parts]
    shares = [sum(each).double() / sum(each).sum() for each in zip(*counts, strict=True)]
    means = [float(share @ values) for share in shares]
    squares = [float(share @ (values - mean) ** 2) for share, mean in zip(shares, means, strict=True)]
    return tuple(round(mean, 4) for mean in means), tuple(round(square**0.5, 4) or 1.0 for square in squares)


def prepare(
    function: str, model: nn.Module, images: Tensor, device: torch.device, normalisation: Normalisation | None,
    memory_format: torch.memory_format | None = None,
) -> Tensor:  # fmt: skip
    """Move images to the device, in the model's number type; bytes are brought to mean 0 and deviation 1.

    Without a normalisation, grey bytes take MNIST's.
    """
    images, channels = images.to(device), images.shape[1]
    if images.dtype == torch.uint8:
        normalisation = normalisation or (MNIST if channels == 1 else None)
        if normalisation is None or len(normalisation[0]) not in (1, channels):
            raise ValueError(
                f"{function}: the images are bytes with {channels} channels, but the mean and deviation that are known "
                f"for the model are {normalisation}; `fit` it on such images, or give floats, scaled as in its training"
            )
        mean, std = _on_device(normalisation, device, images.ndim - 2)
        images = images.float().div_(255).sub_(mean).div_(std)
    kinds = {p.dtype for p in model.parameters() if p.is_floating_point()}
    return arranged(images.to(kinds.pop()) if len(kinds) == 1 else images, memory_format)


@lru_cache(maxsize=8)  # a training asks for the same ones in every step
def _on_device(normalisation: Normalisation, device: torch.device, axes: int) -> tuple[Tensor, ...]:
    """Return mean and deviation as tensors that fit images with so many axes after the channels."""
    return tuple(torch.tensor(numbers, device=device).view(-1, *[1] * axes) for numbers in normalisation)


def arranged(tensor: Tensor, memory_format: torch.memory_format | None) -> Tensor:
    """Return the tensor in that layout, if the layout is one for as many axes."""
    if memory_format is None or tensor.ndim != AXES[memory_format]:
        return tensor
    return tensor.contiguous(memory_format=memory_format)


def arrange(model: nn.Module, memory_format: torch.memory_format | None) -> None:
    """Bring the model's weights into that layout, where they have as many axes."""
    if memory_format is not None and memory_format not in AXES:
        raise ValueError(f"fit: memory_format must be torch.channels_last or None, got {memory_format!r}")
    for tensor in [*model.parameters(), *model.buffers()]:
        if memory_format is not None and not is_lazy(tensor) and tensor.ndim == AXES[memory_format]:
            tensor.data = tensor.data.to(memory_format=memory_format)  # of one channel too, which contiguous leaves
