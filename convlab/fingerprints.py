"""Fingerprints that tell what has happened to a copied file: see `convlab.copying`."""

from __future__ import annotations

import hashlib
import json
from typing import NamedTuple


class Prints(NamedTuple):
    """Fingerprints of a file: what its owner may change, what an edition may change, and what a run changes."""

    source: str  # sources and types of the cells; all of a file that is no notebook
    edition: str  # all but the results
    outputs: str  # outputs, and the state of widgets


def fingerprints(data: bytes, suffix: str) -> Prints | None:
    """The fingerprints of a file; None if it should be a notebook and cannot be read as one."""
    if suffix != ".ipynb":
        whole = _hash(data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").hex())  # as editors may write it
        return Prints(whole, whole, "")
    try:
        return _notebook_prints(json.loads(data))  # also with a byte order mark
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _notebook_prints(notebook: dict) -> Prints:
    cells = [(cell["cell_type"], _joined(cell["source"])) for cell in notebook["cells"]]
    outputs = [_results(cell.get("outputs") or []) for cell in notebook["cells"]]
    widgets = notebook.get("metadata", {}).get("widgets", {}).values()
    widgets = [state for state in widgets if state.get("state")]  # JupyterLab may save an empty one
    rest = [
        {key: value for key, value in cell.items() if key not in ("outputs", "execution_count", "source")}
        for cell in notebook["cells"]
    ]
    return Prints(_hash(cells), _hash([cells, rest]), _hash([outputs, widgets]))


def _joined(text: str | list[str]) -> str:
    """A text of a notebook, which may be stored as a list of lines."""
    return "".join(text).replace("\r\n", "\n")


def _results(value):
    """Outputs without their execution counts, each list of lines as one text."""
    if isinstance(value, dict):
        return {key: _results(item) for key, item in value.items() if key != "execution_count"}
    if isinstance(value, list):
        return _joined(value) if value and all(isinstance(item, str) for item in value) else [*map(_results, value)]
    return value


def _hash(value) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
