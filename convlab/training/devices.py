"""Where to compute: the device, and the share of the work when several processes train together."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import distributed, nn


def best_device() -> torch.device:
    """Return the fastest device that PyTorch finds: CUDA, else the machine's other accelerator, else the CPU.

    >>> best_device().type in {"cuda", "mps", "xpu", "cpu"}
    True
    """
    if torch.cuda.is_available():
        return torch.device("cuda")
    other = torch.accelerator.current_accelerator(check_available=True)
    return other or torch.device("cpu")


def as_device(function: str, device: str | int | torch.device | None) -> torch.device:
    """Return the device that was asked for; refuse one that this machine does not have."""
    if device is None:
        return best_device()
    try:
        found = torch.device(device)
    except (RuntimeError, TypeError):
        raise ValueError(f"{function}: {device!r} is no device; take 'cpu', 'cuda', 'cuda:1', 'mps' or None") from None
    if found.type == "meta":
        raise ValueError(f"{function}: tensors on 'meta' have shapes but no numbers; nothing can be learned there")
    try:
        torch.empty(0, device=found)
    except Exception as error:  # each backend has its own kind
        raise ValueError(
            f"{function}: device {str(found)!r} cannot be used here ({str(error).splitlines()[0][:120]}); this "
            f"machine's best is {str(best_device())!r}"
        ) from None
    return found


def model_device(function: str, model: nn.Module) -> torch.device:
    """Return the one device on which all of the model is; refuse a model that is on two."""
    where: dict[torch.device, str] = {}
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        where.setdefault(tensor.device, name)
    if len(where) > 1:
        places = " and ".join(f"{name} on '{device}'" for device, name in where.items())
        raise ValueError(f"{function}: the model is on more than one device: {places}; move it: model.to(device)")
    return next(iter(where), torch.device("cpu"))


class Team(NamedTuple):
    """Which of how many processes this one is; alone it is number 0 of 1."""

    rank: int = 0
    size: int = 1

    def share(self, batch: torch.Tensor) -> torch.Tensor:
        """Return this process's part of a batch; all of it, if there are more processes than entries."""
        return self.shares(batch)[self.rank]

    def shares(self, batch: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return all processes' parts of a batch."""
        return batch.tensor_split(self.size) if len(batch) >= self.size else (batch,) * self.size

    def scale(self, count: int) -> float:
        """Return what a share's sum of losses is multiplied with, so that the processes' mean is the batch's."""
        return (self.size if count >= self.size else 1) / count

    def add_up(self, numbers: torch.Tensor) -> torch.Tensor:
        """Return the sum of the processes' numbers, the same in each of them."""
        if self.size > 1:
            distributed.all_reduce(numbers)
        return numbers


@contextmanager
def team(device: torch.device) -> Iterator[Team]:
    """Join the other processes that ``torchrun`` has started; without it, be alone.

    The processes talk through PyTorch's own backends: nccl between GPUs, gloo between CPUs.
    """
    if not distributed.is_available() or not (distributed.is_initialized() or "TORCHELASTIC_RUN_ID" in os.environ):
        yield Team()
        return
    started_here = not distributed.is_initialized()
    if started_here:
        distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Team(distributed.get_rank(), distributed.get_world_size())
    finally:
        if started_here:
            distributed.destroy_process_group()


def own_device(device: str | int | torch.device | None) -> str | int | torch.device | None:
    """Return the GPU that is this process's own, if ``torchrun`` started several and none was asked for."""
    if device in (None, "cuda") and "LOCAL_RANK" in os.environ and torch.cuda.is_available():
        return torch.device("cuda", int(os.environ["LOCAL_RANK"]))
    return device
