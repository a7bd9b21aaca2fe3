"""What all explorers share: their script and style, their traits, and the forms in which a notebook stores them."""

from __future__ import annotations

import base64
import hashlib
import html
import inspect
import io
import json
import re
import zlib
from contextlib import contextmanager
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from textwrap import shorten

import anywidget
from matplotlib.figure import Figure
from traitlets import TraitError

HOME = Path(__file__).resolve().parents[1]
LONGEST_ALT = 300  # signs
_IMPORT = re.compile(r'^import \{[^}]*\} from "([^"]+)";\n', re.MULTILINE)


class SettingError(ValueError, TraitError):
    """A value that an explorer cannot take.

    A ValueError, as the operators raise it; a TraitError too, so that traitlets takes back what was set along with it.
    """


class SettingTypeError(TypeError, TraitError):
    """The same for a value of the wrong type."""


@contextmanager
def settings_checked():
    """Turn errors of operators and checks into the form that traitlets understands."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise (SettingTypeError if isinstance(error, TypeError) else SettingError)(str(error)) from None


@cache
def script(name: str) -> str:
    """Return an explorer's script: its view, with all that it imports in front, each file once.

    So a page gets one file, without a build step: the imports are left out, and `export` in front of what they name.
    All files together declare a name once only.
    """
    found: dict[Path, str] = {}
    _gather(HOME / name / "view.js", found)
    return "".join(found.values())


def _gather(file: Path, found: dict[Path, str]) -> None:
    if file in found:
        return
    text = file.read_text(encoding="utf-8")
    for path in _IMPORT.findall(text):
        _gather((file.parent / path).resolve(), found)
    found[file] = re.sub(r"^export (?!default )", "", _IMPORT.sub("", text), flags=re.MULTILINE)


@cache
def style(name: str) -> str:
    """Return an explorer's style sheet, with what all share in front."""
    return _text("shared/common.css") + _text(f"{name}/style.css")


def colour(name: str) -> str:
    """Return a colour of the style sheet, as light pages have it."""
    return re.search(rf"{name}: light-dark\((#\w+)", _text("shared/common.css"))[1]


@cache
def packed(name: str) -> str:
    """Return script and style as a page without Python gets them: compressed, for every notebook stores them.

    Comments stay here, and so does what lines begin with: they would be a fifth of it.
    """
    code = re.sub(r"^\s*(?://.*\s+)*| // .*", "", script(name), flags=re.MULTILINE)
    rules = re.sub(r"\s*/\*.*?\*/|^\s+", "", style(name), flags=re.DOTALL | re.MULTILINE)
    code = f"{code}export const STYLE = {json.dumps(rules)};\n".encode()
    return base64.b64encode(zlib.compress(code, 9)).decode("ascii")


def _text(name: str) -> str:
    return (HOME / name).read_text(encoding="utf-8")


class Explorer(anywidget.AnyWidget):
    """An explorer: a widget that lives in the browser, with its state in traits and a picture of that state.

    Shown in a notebook it is alive. A notebook also stores its picture, and a piece of HTML in which it is alive
    without Python, for pages that have no kernel. Values that are read are copies: set them again to change them.
    """

    _dpi = 100  # of the stored picture
    _state_names: tuple[str, ...] = ()  # the traits that a page without Python needs
    _colours = 32  # in the stored picture
    _closed = False  # to attributes that the class does not have

    def __new__(cls, *args, **named):
        """Refuse too many or too few arguments before anything is made."""
        try:
            inspect.signature(cls.__init__).bind(None, *args, **named)
        except TypeError as error:
            raise TypeError(f"{cls.__name__}: {error}. It takes {', '.join(_arguments(cls))}") from None
        made = super().__new__(cls, *args, **named)
        made._closed = cls.__module__.startswith("convlab.")  # a subclass of the learner's may keep what it likes
        return made

    def __init__(self, **named):
        for name in named:
            if not self.has_trait(name) and name != "model_id":
                raise TypeError(_misspelt(self, "argument", name))
        super().__init__(**named)

    def __setattr__(self, name, value):
        if self._closed and not name.startswith("_") and not hasattr(type(self), name):
            raise AttributeError(_misspelt(self, "attribute", name))
        super().__setattr__(name, value)

    def figure(self) -> Figure:
        """Return a picture of the present state, for readers without JavaScript."""
        raise NotImplementedError

    def _described(self) -> str:
        """Say in one or two sentences what the picture shows, for whoever cannot see it."""
        raise NotImplementedError

    def _alt(self) -> str:
        return shorten(f"{type(self).__name__}: {self._described()}", LONGEST_ALT, placeholder=" …")

    def to_html(self) -> str:
        """Return a piece of HTML in which the explorer is alive without Python and without network.

        Where scripts do not run, it shows the picture of :meth:`figure`.
        """
        return self._to_html(self._png())

    def _to_html(self, png: bytes) -> str:
        state = self._plain_state()
        text = json.dumps({name: state[name] for name in self._state_names}, separators=(",", ":"))
        key = hashlib.sha256((type(self).__name__ + text).encode()).hexdigest()[:12]
        # "<" inside a script could end it
        known = f"const KEY = {json.dumps(key)}, STATE = {json.dumps(text)};\n".replace("<", "\\u003c")
        known += f'const CODE = "{packed(self._name)}";\n'
        picture = base64.b64encode(png).decode("ascii")
        alt = html.escape(self._alt(), quote=True)
        return (
            f'<div class="convlab-stored" data-convlab="{key}">'
            f'<img alt="{alt}" style="max-width: 100%" src="data:image/png;base64,{picture}">'
            f"<p>Run this cell (Shift + Enter) to play.</p></div>\n"
            f'<script type="module">\n{known}{_text("shared/alone.js")}</script>\n'
        )

    def _plain_state(self) -> dict:
        """Return the state as JSON can hold it: raw bytes as {"base64": text}, and only finite numbers."""

        def raw(value) -> dict:
            return {"base64": base64.b64encode(value).decode("ascii")}

        return json.loads(json.dumps(self._state(), default=raw, allow_nan=False))

    def _state(self) -> dict:
        """Return what a page without Python needs."""
        return self.get_state(list(self._state_names))

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
        metadata = {**metadata, "image/png": {"alt": self._alt()}}
        return {**data, "image/png": base64.b64encode(png).decode("ascii")}, metadata


def _arguments(cls) -> list[str]:
    """Return the names of what an explorer takes: its own, not what every widget takes."""
    found = inspect.signature(cls.__init__).parameters.values()
    names = [p.name for p in found if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) and p.name != "self"]
    return [*names, *(n for n in cls._state_names if n not in names and not getattr(cls, n).read_only)]


def _misspelt(explorer: Explorer, kind: str, name: str) -> str:
    """Say that there is no such argument or attribute, which name may have been meant, and which there are."""
    names = _arguments(type(explorer))
    near = get_close_matches(name, [*names, *explorer.trait_names()], 1)
    meant = f"; did you mean {near[0]!r}?" if near else "."
    verb = "takes" if kind == "argument" else "has"
    return f"{type(explorer).__name__}: there is no {kind} {name!r}{meant} It {verb} {', '.join(names)}"
