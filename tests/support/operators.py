"""How the operators are compared with torch's: values by type, memory, and what may not be called."""

import weakref

import torch
import torch.nn.functional as F
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

import convlab.functional as C

ALGORITHMS = ["loops", "windows", "taps", "im2col", "fft"]

TOLERANCES = {
    torch.float64: {"atol": 1e-9, "rtol": 1e-9},
    torch.complex128: {"atol": 1e-9, "rtol": 1e-9},
    torch.float32: {"atol": 1e-4, "rtol": 1e-5},
}
SIXTEEN_BITS = (torch.float16, torch.bfloat16)


def assert_close(ours, theirs):
    """Compare shape, type and values, as exactly as the type allows."""
    torch.testing.assert_close(ours, theirs, equal_nan=True, **TOLERANCES.get(theirs.dtype, {"atol": 0, "rtol": 0}))


def assert_equals_torch(name, case, **ours_only):
    """Call our function and torch's with one case, and compare every tensor that they return."""
    ours = getattr(C, name)(*case.tensors, **case.arguments, **ours_only)
    theirs = getattr(F, name)(*case.tensors, **case.arguments)
    if case.tensors[0].dtype in SIXTEEN_BITS:
        exact = [None if t is None else t.double() for t in case.tensors]
        assert_rounded_once(ours, getattr(F, name)(*exact, **case.arguments), theirs)
        return ours
    for a, b in zip(tree_leaves(ours), tree_leaves(theirs), strict=True):
        assert_close(a, b)
    return ours


def assert_rounded_once(ours, exact, theirs):
    """Compare a 16-bit result with torch's in 64 bits: sums in 32 bits (1e-4 where terms cancel), then one rounding.

    Torch's own 16-bit result serves for type and shape, and roughly for the values: some of its sums round every term.
    """
    for a, b, c in zip(tree_leaves(ours), tree_leaves(exact), tree_leaves(theirs), strict=True):
        torch.testing.assert_close(a, c, atol=0.15, rtol=0.05)
        step = torch.finfo(a.dtype).eps if a.is_floating_point() else 0
        torch.testing.assert_close(a.double(), b.double(), atol=1e-4, rtol=0.51 * step)


class MemoryMeter(TorchDispatchMode):
    """Counts the bytes of all storages that are alive at one time; a view has none of its own."""

    def __init__(self, ignore=(), alive=()):
        super().__init__()
        self.ignored = {t.untyped_storage().data_ptr() for t in ignore}
        self.alive = {}
        self.peak = 0
        for tensor in alive:
            self._count(tensor)

    def _count(self, tensor):
        storage = tensor.untyped_storage()
        key = storage._cdata
        if storage.data_ptr() in self.ignored or key in self.alive:
            return
        self.alive[key] = storage.nbytes()
        weakref.finalize(storage, self.alive.pop, key, None)
        self.peak = max(self.peak, sum(self.alive.values()))

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        for leaf in tree_leaves(result):
            if isinstance(leaf, torch.Tensor):
                self._count(leaf)
        return result


class Forbidden(TorchDispatchMode):
    """Raises as soon as anything calls an operator that the course teaches, under whatever name."""

    NAMES = ("convolution", "conv", "im2col", "col2im", "max_pool", "avg_pool", "upsample", "slow_conv", "mkldnn")

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        name = function.name().removeprefix("aten::").lstrip("_")
        if any(name.startswith(taught) for taught in self.NAMES):
            raise AssertionError(f"{function.name()} is what the course teaches; it may not be called")
        return function(*args, **(kwargs or {}))
