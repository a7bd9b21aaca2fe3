"""What is left out of the notebooks for whoever reads them: a learner's copy, or pages made from them.

The notebooks of the course hold more than a reader is to see: cells tagged ``hide``, which check something for the
regression run alone, the speaker's notes, and the outputs of cells tagged ``predict``, which answer a question that
comes before them.
Only Python itself is needed here, for the learner's copy is made without anything installed. A notebook is what
``json.load`` gives, or what ``nbformat.read`` gives, which is a dict too.
"""

from __future__ import annotations

__all__ = ["HIDE", "PREDICT", "is_notes", "without_answers", "without_hidden", "without_notes"]

HIDE, PREDICT = "hide", "predict"


def _has(cell: dict, tag: str) -> bool:
    return tag in cell.get("metadata", {}).get("tags", ())


def without_hidden(notebook: dict) -> dict:
    """The notebook without its cells tagged ``hide``: what every edition begins with.

    Args:
        notebook: stays as it is.

    Returns:
        A new notebook of the same kind, which shares the cells that stay.

    >>> cells = [{"source": "print(1)"}, {"source": "assert True", "metadata": {"tags": ["hide"]}}]
    >>> without_hidden({"cells": cells})
    {'cells': [{'source': 'print(1)'}]}
    """
    return type(notebook)({**notebook, "cells": [cell for cell in notebook["cells"] if not _has(cell, HIDE)]})


def is_notes(cell: dict) -> bool:
    """Whether a cell holds a speaker's notes: Jupyter calls this its slide type.

    >>> is_notes({"metadata": {"slideshow": {"slide_type": "notes"}}}), is_notes({"metadata": {}})
    (True, False)
    """
    return cell.get("metadata", {}).get("slideshow", {}).get("slide_type") == "notes"


def without_notes(notebook: dict) -> dict:
    """The notebook without the speaker's notes, which are for whoever teaches.

    Args:
        notebook: stays as it is.

    Returns:
        A new notebook of the same kind, which shares the cells that stay.

    >>> notes = {"source": "**3 minutes.**", "metadata": {"slideshow": {"slide_type": "notes"}}}
    >>> without_notes({"cells": [{"source": "print(1)"}, notes]})
    {'cells': [{'source': 'print(1)'}]}
    """
    return type(notebook)({**notebook, "cells": [cell for cell in notebook["cells"] if not is_notes(cell)]})


def without_answers(notebook: dict) -> dict:
    """The notebook without the outputs of its cells tagged ``predict``: they look as if nobody had run them.

    Args:
        notebook: stays as it is.

    Returns:
        A new notebook of the same kind, which shares all other cells.

    >>> cell = {"cell_type": "code", "metadata": {"tags": ["predict"]}, "outputs": ["6"], "execution_count": 1}
    >>> without_answers({"cells": [cell]})["cells"][0]["outputs"]
    []
    """
    unrun = {"outputs": [], "execution_count": None}
    cells = [
        type(cell)({**cell, **unrun}) if cell.get("cell_type") == "code" and _has(cell, PREDICT) else cell
        for cell in notebook["cells"]
    ]
    return type(notebook)({**notebook, "cells": cells})
