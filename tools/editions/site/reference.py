"""The reference: a page for each module, made from the docstrings of what the module calls public."""

from __future__ import annotations

import importlib
import inspect

MODULES = ["functional", "geometry", "kernels", "layers", "data", "training", "plotting", "explorers", "exercises"]


def pages() -> dict[str, str]:
    """Return name: text of the reference's pages, in reStructuredText, which the docstrings are written in."""
    made = {f"reference/{name}": _page(name) for name in MODULES}
    lines = [_heading("Reference"), "Every function and class of the package, from its own documentation.\n"]
    for name in MODULES:
        first = inspect.getdoc(importlib.import_module(f"convlab.{name}")).split("\n\n")[0].replace("\n", " ")
        lines.append(f":doc:`convlab.{name} <{name}>`\n   {first}\n")
    lines.append(".. toctree::\n   :hidden:\n\n" + "".join(f"   {name}\n" for name in MODULES))
    return {"reference/index": "\n".join(lines), **made}


def public(name: str) -> list[str]:
    """Return the public names of a module: those in ``__all__``, or the classes and functions that it defines."""
    module = importlib.import_module(f"convlab.{name}")
    own = [each for each, thing in vars(module).items() if getattr(thing, "__module__", "") == module.__name__]
    return list(getattr(module, "__all__", [each for each in own if not each.startswith("_")]))


def _page(name: str) -> str:
    module = importlib.import_module(f"convlab.{name}")
    parts = [_heading(f"convlab.{name}"), f".. automodule:: convlab.{name}\n   :no-index:\n"]
    parts.append(f".. currentmodule:: convlab.{name}\n")
    for each in sorted(public(name), key=str.lower):
        thing = getattr(module, each)
        if inspect.isclass(thing):
            parts.append(_heading(each, "-") + f".. autoclass:: {each}{_signature(thing)}\n" + _members(thing))
        else:
            parts.append(_heading(each, "-") + f".. autofunction:: {each}\n")
    return "\n".join(parts)


def _signature(thing: type) -> str:
    """Return what a class takes where Sphinx cannot see it: the explorers' ``__new__`` takes everything."""
    if "__init__" not in vars(thing) or thing.__new__ is object.__new__:
        return ""
    signature = inspect.signature(thing.__init__)
    plain = [
        p.replace(annotation=inspect.Parameter.empty) for name, p in signature.parameters.items() if name != "self"
    ]
    return str(signature.replace(parameters=plain, return_annotation=inspect.Signature.empty))


def _members(thing: type) -> str:
    """Return which members are shown: what the class itself documents, but not what PyTorch or traitlets call."""
    names = [
        each
        for each, member in vars(thing).items()
        if not each.startswith("_") and each != "forward" and inspect.getdoc(member)
        and (callable(member) or isinstance(member, property | staticmethod | classmethod))
    ]  # fmt: skip
    return f"   :members: {', '.join(names)}\n" if names else ""


def _heading(text: str, line: str = "=") -> str:
    return f"{text}\n{line * len(text)}\n"
