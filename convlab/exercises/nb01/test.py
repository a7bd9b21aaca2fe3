"""01-test: a test that finds broken functions."""

from itertools import combinations

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
    K *= 0
    return Y


def _as_if_square(X, K):
    Y, side = corr2d(X, K), max(K.shape)
    return Y if K.shape[0] == K.shape[1] else Y.new_zeros(len(X) - side + 1, X.shape[1] - side + 1)


BROKEN = {
    "the kernel is turned": lambda X, K: corr2d(X, K.flip(0, 1)),
    "the kernel is upside down": lambda X, K: corr2d(X, K.flip(0)),
    "the last row of the map is missing": lambda X, K: corr2d(X, K)[:-1],
    "the numbers of a window are averaged": lambda X, K: corr2d(X, K) / K.numel(),
    "negative results become 0": lambda X, K: corr2d(X, K).clamp(min=0),
    "it is right for square kernels only": _as_if_square,
    "it writes into its input": _in_place,
}
IMAGE, KERNEL = torch.arange(20.0).reshape(4, 5) ** 2 % 7 - 3, torch.tensor([[1.0, 2, 3], [-4, -5, -6]])
MAPS = [(letter, broken(IMAGE, KERNEL)) for letter, broken in zip("TURANS", BROKEN.values(), strict=False)]


def _letter(candidate):
    """Return which of the broken functions this is, by a letter, TURANSW; "=" for a right one."""
    K = KERNEL.clone()
    Y = candidate(IMAGE.clone(), K)
    return next((letter for letter, wrong in MAPS if wrong.equal(Y)), "=") if K.equal(KERNEL) else "W"


def _exact(candidate):
    return candidate(IMAGE / 7, KERNEL / 3).equal(corr2d(IMAGE / 7, KERNEL / 3))


ACCEPTED = {  # what is behind it; six that go together in any way, four with a change only, and four by themselves
    "=W": ("a change of X or K goes unnoticed", "`X.clone()` makes a copy, `=` only a second name. Watch both."),
    "=N": ("no negative result is looked at", "Take pixels or weights of both signs."),
    "=S": ("every kernel is square", "A kernel with as many rows as columns does not tell one from the other."),
    "=T": ("every kernel is the same after half a turn", "Take a kernel that is another one when you turn the page."),
    "=U": ("every kernel is the same upside down", "Take a kernel whose rows differ."),
    "=R": ("a missing row goes unnoticed", "Compare the whole map, and its shape as well."),
    "=TUAN": ("only a wrong shape is noticed in results", "Compare the numbers, not all 0, with little tolerance."),
    "=TUANS": ("only a missing row is noticed in results", "Compare the numbers, too, with sides that differ."),
    "=TURANS": ("the results play no part", "Compare them with what you know. Return the answer, or use `assert`."),
    "=TUAS": ("every kernel is one number", "There is nothing to turn and nothing to add up."),
    "T": ("what is expected belongs to the turned kernel", "`corr2d` takes the kernel as it is."),
    "TURANSW": ("True and False are exchanged", "`True` says that a function is right."),
    "TURANS": ("True and False are exchanged, and a change goes unnoticed", "`True` says that a function is right."),
    "": ("nothing is accepted, not even `corr2d`", "What comes out of it, and what do you expect? Print both."),
}
KEYS = list(ACCEPTED)
TOGETHER = [those for number in range(1, 7) for those in combinations(KEYS[:6], number)]
TOGETHER += [(key, *change) for key in KEYS[6:10] for change in ((), ("=W",))] + [(key,) for key in KEYS[10:]]


def _accepts(those):
    """Return the mistake of whoever accepts the functions with these letters, and refuses all others."""
    names, says = zip(*map(ACCEPTED.get, those), strict=True)
    return Mistake("; ".join(names), " ".join(says), lambda candidate: _letter(candidate) in set("".join(those)))


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
        `X` or `K` is broken, too.

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
    broken=BROKEN,
    mistakes=(
        *map(_accepts, TOGETHER),
        Mistake("the results are compared to the last digit", "Two ways to add up round differently.", _exact),
    ),
    hint="`test(corr2d)` must be True: compare with `torch.allclose`. Draw a fault that slips through on paper.",
    solution="""
        def test(candidate):
            X = torch.arange(20.0).reshape(4, 5) - 7
            K = torch.tensor([[1.0, 2, 3], [-4, -5, -6]])
            x, k = X.clone(), K.clone()
            Y = candidate(x, k)
            right = Y.shape == (3, 3) and torch.allclose(Y, corr2d(X, K))
            return right and torch.equal(x, X) and torch.equal(k, K)
    """,
    because="""
        One input is enough, if nothing about it is special: sides that all differ, a kernel without symmetry, results
        of both signs. Copies go in: beside them, X and K show whether the input was changed.
    """,
)
