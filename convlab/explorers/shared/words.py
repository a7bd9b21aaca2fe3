"""How explorers write what they show: pairs, sizes, sums."""

from __future__ import annotations

from collections.abc import Iterable


def short(pair: tuple[int, int]) -> str:
    """Write a pair; once, if both numbers are the same.

    >>> short((2, 2)), short((2, 1))
    ('2', '(2, 1)')
    """
    return str(pair[0] if pair[0] == pair[1] else pair)


def by(shape: Iterable[int]) -> str:
    """Write a size as it is said.

    >>> by((3, 4))
    '3 by 4'
    """
    return " by ".join(map(str, shape))


def entry(name: str, explorer) -> str:
    """Say which number of the output is looked at: "output (0, 1) is −4" without what made it."""
    from convlab.plotting.canvas import as_text  # brings pyplot: only a picture needs it

    place = tuple(explorer.position)
    return f"{name} ({', '.join(map(str, place))}) is {as_text(explorer.output[place])}"


def described(explorer, more: str, options: Iterable[str]) -> str:
    """Write an explorer's sizes and options as its repr does; `more` is said of the kernel."""
    x, kernel, out = ("x".join(map(str, m.shape)) for m in (explorer.x, explorer.kernel, explorer.output))
    pairs = ", ".join(f"{name} {short(getattr(explorer, name))}" for name in options)
    return f"{type(explorer).__name__}(input {x}, kernel {kernel}{more}, {pairs}: output {out})"


def signed(number: float) -> str:
    """Write a number that stands behind a sign: a negative one in brackets.

    >>> signed(2), signed(-0.5)
    ('2', '(−0.5)')
    """
    from convlab.plotting.canvas import as_text  # brings pyplot: only a picture needs it

    return f"({as_text(number)})" if number < 0 else as_text(number)
