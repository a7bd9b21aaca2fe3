"""What all explorers share: their script and style, their traits, and the forms in which a notebook stores them."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import re
import zlib
from functools import cache
from pathlib import Path

import anywidget
from ipywidgets.widgets.widget import _remove_buffers
from matplotlib.figure import Figure
from traitlets import TraitError

STATIC = Path(__file__).parent / "static"


class SettingError(ValueError, TraitError):
    """A value that an explorer cannot take.

    A ValueError, as the operators raise it; a TraitError too, so that traitlets takes back what was set along with it.
    """


class SettingTypeError(TypeError, TraitError):
    """The same for a value of the wrong type."""


def refused(error: Exception) -> TraitError:
    """Return an operator's error in the form that traitlets understands."""
    return (SettingTypeError if isinstance(error, TypeError) else SettingError)(str(error))


@cache
def script(name: str) -> str:
    """Return an explorer's script, with what it shares with others in front."""
    shared = ["common.js", "pixels.js"] if name in ("playground", "digit") else ["common.js"]
    return "".join(map(_lean, [*shared, f"{name}.js"]))


@cache
def style(name: str) -> str:
    """Return an explorer's style sheet, with what all share in front."""
    return _lean("common.css") + _lean(f"{name}.css")


@cache
def packed(name: str) -> str:
    """Return script and style as a page without Python gets them: compressed, for every notebook stores them."""
    code = f"{script(name)}export const STYLE = {json.dumps(style(name))};\n"
    return base64.b64encode(zlib.compress(code.encode(), 9)).decode("ascii")


def _lean(name: str) -> str:
    """Return a file without indents, empty lines and comments: every notebook stores it."""
    text = re.sub(r"(?ms)^ */\*.*?\*/$| // .*?$", "", (STATIC / name).read_text(encoding="utf-8"))
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))


class Explorer(anywidget.AnyWidget):
    """An explorer: a widget that lives in the browser, with its state in traits and a picture of that state.

    Shown in a notebook it is alive. A notebook also stores its picture, and a piece of HTML in which it is alive
    without Python, for pages that have no kernel.
    """

    _dpi = 80  # of the stored picture
    _state_names: tuple[str, ...] = ()  # the traits that a page without Python needs
    _colours = 32  # in the stored picture

    def figure(self) -> Figure:
        """Return a picture of the present state, for readers without JavaScript."""
        raise NotImplementedError

    def to_html(self) -> str:
        """Return a piece of HTML in which the explorer is alive without Python and without network.

        Where scripts do not run, it shows the picture of :meth:`figure`.
        """
        return self._to_html(self._png())

    def _to_html(self, png: bytes) -> str:
        text = json.dumps(self._plain_state(), separators=(",", ":"), sort_keys=True)
        key = hashlib.sha256((type(self).__name__ + text).encode()).hexdigest()[:12]
        # "<" inside a script could end it
        known = f"const KEY = {json.dumps(key)}, STATE = {json.dumps(text)};\n".replace("<", "\\u003c")
        known += f'const CODE = "{packed(self._name)}";\n'
        picture = base64.b64encode(png).decode("ascii")
        alt = html.escape(repr(self), quote=True)
        return (
            f'<div class="convlab-stored" data-convlab="{key}">'
            f'<img alt="{alt}" src="data:image/png;base64,{picture}"></div>\n'
            f'<script type="module">\n{known}{_lean("alone.js")}</script>\n'
        )

    def _plain_state(self) -> dict:
        """Return the state as JSON can hold it: raw bytes as {"base64": text}."""
        state, paths, buffers = _remove_buffers(self.get_state(list(self._state_names)))
        for (*path, last), buffer in zip(paths, buffers, strict=True):
            place = state
            for name in path:
                place = place[name]
            place[last] = {"base64": base64.b64encode(buffer).decode("ascii")}
        return state

    def _png(self) -> bytes:
        """Return the picture as a small PNG: few colours suffice, and a notebook stores it twice."""
        from PIL import Image

        drawn, small = io.BytesIO(), io.BytesIO()
        self.figure().savefig(drawn, format="png", dpi=self._dpi, facecolor="white")
        with Image.open(drawn) as picture:
            picture.convert("RGB").quantize(self._colours).save(small, format="png", optimize=True)
        return small.getvalue()

    def _repr_mimebundle_(self, **kwargs):
        found = super()._repr_mimebundle_(**kwargs)
        data, metadata = found if isinstance(found, tuple) else (found, {})
        if data is None:
            return found
        png = self._png()
        data = {**data, "text/plain": repr(self), "text/html": self._to_html(png)}
        return {**data, "image/png": base64.b64encode(png).decode("ascii")}, metadata
