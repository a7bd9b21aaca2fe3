"""What is stored of an explorer when a notebook is saved: its picture, and the script that makes it live again.

While a kernel runs, JupyterLab shows the explorer as a widget. Stored, such a view finds no widget the next day, and
JupyterLab would say "model not found" in its place. So the view is left out of the file; what stays is the HTML in
which the explorer lives without Python. Where scripts may not run, that is its picture, and a word on how to play.

This is an extension of the Jupyter server. The package switches it on by a file of its own,
``etc/jupyter/jupyter_server_config.d/convlab.json``.
"""

from __future__ import annotations

__all__ = ["leave_out_views"]

_VIEW = "application/vnd.jupyter.widget-view+json"
_EXPLORER = 'class="convlab-stored"'  # as Explorer.to_html writes it


def leave_out_views(model: dict, **_) -> None:
    """Leave out the views of explorers from a notebook that is about to be saved, in place.

    Args:
        model: what the server saves, as its ``pre_save_hook`` gets it. All but notebooks stays as it is.

    >>> html = '<div class="convlab-stored">...</div>'
    >>> output = {"data": {_VIEW: {"model_id": "1"}, "text/html": [html], "image/png": "..."}}
    >>> leave_out_views({"type": "notebook", "content": {"cells": [{"outputs": [output]}]}})
    >>> list(output["data"])
    ['text/html', 'image/png']
    """
    if model.get("type") != "notebook":
        return
    for cell in model["content"].get("cells", ()):
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if _EXPLORER in "".join(data.get("text/html", ())):
                data.pop(_VIEW, None)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "convlab.saving"}]


def _load_jupyter_server_extension(server) -> None:
    server.contents_manager.register_pre_save_hook(leave_out_views)
