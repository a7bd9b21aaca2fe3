"""Tools that an exercise forbids, seen while an answer runs."""

import contextlib
import functools
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

TORCH, COURSE = str(Path(torch.__file__).parent), str(Path(__file__).parents[2])
HOMES = {"F": nn.functional, "torch": torch, "Tensor": Tensor}
AUTOGRAD = (Tensor.backward, torch.autograd.backward, torch.autograd.grad)
CONVOLUTIONS = (torch.conv1d, torch.conv2d, torch.conv3d)
SETTINGS = {"stride=": (3, 1), "padding=": (4, 0), "dilation=": (5, 1), "groups=": (6, 1)}  # place, and what is usual


@contextlib.contextmanager
def watched(forbidden: tuple[str, ...], answer):
    """Yield a list that gets the names of the forbidden tools that an answer calls within the block.

    What is called inside a tool that is allowed does not count, such as a function of the course; but an nn.Conv2d is
    F.conv2d, since PyTorch's modules are a learner's way to PyTorch's functions.

    Args:
        forbidden: "F.conv2d", "torch.roll", "Tensor.unfold" (of PyTorch); "dilation=" (only this setting of F.conv2d);
            "autograd"; "convolve2d" (of the course), "scipy.signal.convolve2d" (of a library: not its compiled ones).
        answer: a function or module; the other functions of its notebook are watched, too.
    """
    seen: list[str] = []
    if not forbidden:
        yield seen
        return
    by_torch: dict[Callable, str] = {}
    with contextlib.ExitStack() as stack:
        for name in forbidden:
            home, _, last = name.rpartition(".")
            if name == "autograd":
                by_torch |= dict.fromkeys(AUTOGRAD, name)
            elif home.partition(".")[0] in HOMES:
                owner = functools.reduce(getattr, home.split(".")[1:], HOMES[home.partition(".")[0]])
                by_torch[getattr(owner, last)] = name
            elif name not in SETTINGS and (owner := sys.modules.get(home or "convlab.functional")) is not None:
                _lend(stack, owner, last, answer, name, seen)
        stack.enter_context(_Watch(by_torch, [name for name in forbidden if name in SETTINGS], seen))
        seen += [name for tool, name in by_torch.items() if tool is answer]
        yield seen


class _Watch(TorchFunctionMode):
    """Notes which of torch's functions a learner calls; they work as ever."""

    def __init__(self, tools: dict[Callable, str], settings: list[str], seen: list[str]):
        super().__init__()
        self.tools, self.settings, self.seen = tools, settings, seen

    def __torch_function__(self, func, types, args=(), kwargs=None):
        """Call the function."""
        named = kwargs or {}
        name = self.tools.get(func)
        if name is None and self.settings and func in CONVOLUTIONS:
            name = next((setting for setting in self.settings if _is_set(setting, args, named)), None)
        if name is not None and _by_learner():
            self.seen.append(name)
        return func(*args, **named)


def _is_set(setting: str, given: tuple, named: dict) -> bool:
    """Tell whether a setting of a convolution is other than usual."""
    place, usual = SETTINGS[setting]
    value = given[place] if len(given) > place else named.get(setting[:-1], usual)
    return any(entry != usual for entry in (value if isinstance(value, (tuple, list)) else (value,)))


def _by_learner() -> bool:
    """Tell whether the call that is noted comes from a learner's code, and not from a function of the course."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename.startswith(TORCH):
        frame = frame.f_back
    return frame is not None and not frame.f_code.co_filename.startswith(COURSE)


def _lend(stack: contextlib.ExitStack, owner, last: str, answer, name: str, seen: list[str]) -> None:
    """Put a function that notes its calls in the place of a tool: where it lives, and in the learner's notebook."""
    tool = getattr(owner, last)

    @functools.wraps(tool)
    def noted(*args, **kwargs):
        if _by_learner():
            seen.append(name)
        return tool(*args, **kwargs)

    for names in (vars(owner), getattr(getattr(answer, "forward", answer), "__globals__", {})):
        for other in [other for other, value in names.items() if value is tool]:
            stack.callback(names.__setitem__, other, tool)
            names[other] = noted
    seen += [name] * (answer is tool)
