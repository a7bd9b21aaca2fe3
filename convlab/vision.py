"""Import torchvision, and say in one sentence why it cannot be imported."""

import importlib
import sys
from importlib import metadata
from types import ModuleType

_PACKAGES = {"torch": "torch", "torchvision": "torchvision", "numpy": "numpy", "PIL": "pillow"}


def import_torchvision() -> ModuleType:
    """The module torchvision, imported at the first call.

    Raises:
        ImportError: torchvision is missing or does not import. The usual reason is a torch that was built for the CPU
            only beside a torchvision that was built for CUDA (or the reverse): torchvision then finds none of its own
            operators in torch and stops with "operator torchvision::nms does not exist".
    """
    try:
        return importlib.import_module("torchvision")
    except ModuleNotFoundError as error:
        package = _PACKAGES.get(error.name)
        if package is None:  # a file of torchvision itself, say
            raise ImportError(_explain(error)) from error
        who = "torchvision" if package == "torchvision" else f"{package}, which torchvision needs,"
        raise ImportError(f"{who} is not installed: pip install {package}") from None
    except Exception as error:
        if "torchvision::nms" in str(error):
            raise ImportError(_explain(error)) from None  # all is said: no traceback from inside torchvision
        raise ImportError(_explain(error)) from error


def _explain(error: Exception) -> str:
    torch = sys.modules.get("torch")
    torch_version = getattr(torch, "__version__", None) or _installed("torch")  # with its "+cpu"
    pair = f"torchvision {_installed('torchvision')} does not work with torch {torch_version}"
    fix = "pip install --force-reinstall torch torchvision"
    if "torchvision::nms" in str(error):
        why = "they were built apart (operator torchvision::nms does not exist)"
        return f"{pair}: {why}; install both from the same place: {fix}"
    return f"{pair} ({one_line(error)}); install both again: {fix}"


def one_line(error: Exception) -> str:
    """The name of the error and the first line of what it says."""
    return f"{type(error).__name__}: {error}".splitlines()[0]


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "(version unknown)"
