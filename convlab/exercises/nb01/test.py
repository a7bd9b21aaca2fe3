"""01-test: a test that finds broken functions."""

import torch
from torch.nn.functional import conv2d

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb01 import headings
from convlab.functional import corr2d


def _by_torch(X, K):
    return conv2d(X[None, None].double(), K[None, None].double())[0, 0].to(torch.result_type(X, K))


def _by_fourier(X, K):
    rows, columns = (side - small + 1 for side, small in zip(X.shape, K.shape, strict=True))
    spectrum = torch.fft.fft2(X.double()) * torch.fft.fft2(K.double(), s=X.shape).conj()
    Y, kind = torch.fft.ifft2(spectrum).real[:rows, :columns], torch.result_type(X, K)
    return Y.to(kind) if kind.is_floating_point else Y.round().to(kind)


def _in_place(X, K):
    Y = corr2d(X, K)
    X *= 0
    return Y


def _as_if_square(X, K):
    side = max(K.shape)
    return (
        corr2d(X, K) if K.shape[0] == K.shape[1] else corr2d(X, K).new_zeros(len(X) - side + 1, X.shape[1] - side + 1)
    )


def _compared(X, K, same=torch.allclose):
    """Return a test of one input."""
    return lambda candidate: same(candidate(X.clone(), K.clone()), corr2d(X, K))


_STEPS = torch.arange(20.0).reshape(4, 5) - 7

TEST = Exercise(
    name="01-test",
    title="a test that finds what is broken",
    where=headings.FORMULA,
    minutes=10,
    kind="test",
    variable="test",
    prompt="""
        Write `test(candidate)`. It gets a function that may be a `corr2d`, and calls it: `candidate(X, K)`, with images
        and kernels of your choice. If the results are right it returns `True`, otherwise `False` (or stops at an
        `assert`). Right results may differ by rounding, so compare with `torch.allclose`. A function that changes
        its input is broken, too.

        Your test is tried on right functions, which it must accept, and on seven broken ones, which it must refuse.
    """,
    placeholder="""
        def test(candidate):
            # your code
            ...
    """,
    sound={
        "it is the course's own": corr2d,
        "it uses PyTorch": _by_torch,
        "it uses the Fourier transform": _by_fourier,
    },
    broken={
        "the kernel is turned": lambda X, K: corr2d(X, K.flip(0, 1)),
        "the kernel is upside down": lambda X, K: corr2d(X, K.flip(0)),
        "the last row of the map is missing": lambda X, K: corr2d(X, K)[:-1],
        "the numbers of a window are averaged": lambda X, K: corr2d(X, K) / K.numel(),
        "negative results become 0": lambda X, K: corr2d(X, K).clamp(min=0),
        "it is right for square kernels only": _as_if_square,
        "it writes into its input": _in_place,
    },
    mistakes=(
        Mistake(
            "only the shape is compared",
            "A map of the right size may hold any numbers. Compare them, too.",
            lambda candidate: candidate(torch.ones(4, 5), torch.ones(2, 3)).shape == (3, 3),
        ),
        Mistake(
            "image and kernel are the same everywhere",
            "Where all numbers are equal, it does not matter which meets which. Take numbers that differ.",
            _compared(torch.ones(4, 5), torch.ones(2, 3)),
        ),
        Mistake(
            "the kernel is square",
            "A kernel with as many rows as columns does not tell one from the other.",
            _compared(_STEPS, torch.tensor([[1.0, 2], [-3, -5]])),
        ),
        Mistake(
            "the results are compared to the last digit",
            "Two ways to add up the same numbers round differently. `torch.allclose` allows for that.",
            _compared(_STEPS / 7, torch.tensor([[0.1, 0.2, 0.3], [-0.7, 1.1, 1.3]]), same=torch.equal),
        ),
    ),
    hint="For each fault that slips through, look for the smallest input on which it shows.",
    solution="""
        def test(candidate):
            X = torch.arange(20.0).reshape(4, 5) - 7
            K = torch.tensor([[1.0, 2, 3], [-4, -5, -6]])
            before = X.clone()
            Y = candidate(X, K)
            return Y.shape == (3, 3) and torch.allclose(Y, corr2d(before, K)) and torch.equal(X, before)
    """,
    because="""
        One input is enough, if nothing about it is special: sides that all differ, a kernel without symmetry, results
        of both signs. A copy from before the call shows whether the input was changed.
    """,
)
