"""What every operator does around its sums: more bits for 16-bit floats, the bias, the batch and type as they came."""

import torch
from torch import Tensor


def in_32_bits(tensor: Tensor) -> Tensor:
    """16-bit floats are added up in 32 bits and rounded once at the end, as torch does."""
    return tensor.float() if tensor.dtype in (torch.float16, torch.bfloat16) else tensor


def finish(out: Tensor, bias: Tensor | None, unbatched: bool, dtype: torch.dtype) -> Tensor:
    """Add the bias, take the batch away again if there was none, and return the input's type."""
    if bias is not None:
        out = out + bias.to(out.dtype).reshape(-1, *[1] * (out.ndim - 2))
    return (out[0] if unbatched else out).to(dtype)
