"""DigitInspector: draw a digit, and look into the network that reads it."""

from __future__ import annotations

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn
from traitlets import Bool, Bytes, Dict, List, TraitType, observe, validate

from convlab.explorers import _digit
from convlab.explorers._base import Explorer, SettingError, SettingTypeError, refused, script, style
from convlab.explorers._watch import Step, explain, run
from convlab.training import checks
from convlab.training.devices import model_device

MOST = 24  # maps of one step that are shown
STEPS = 16  # steps that are shown
SEVEN = [[[0.28, 0.25], [0.72, 0.25], [0.45, 0.8]]]  # so that there is something to see at once


class Strokes(TraitType):
    """Lists of points (x, y) from 0 to 1."""

    def validate(self, obj, value) -> list:
        """Return the strokes as lists of pairs of floats, or say what is wrong with them."""
        try:
            strokes = [[[float(x), float(y)] for x, y in stroke] for stroke in value]
        except (TypeError, ValueError):
            raise SettingTypeError(
                "DigitInspector: strokes must be a list of strokes, each a list of points (x, y); "
                "for example [[(0.3, 0.2), (0.7, 0.8)]]"
            ) from None
        if not all(0 <= part <= 1 for stroke in strokes for point in stroke for part in point):
            raise SettingError(
                "DigitInspector: each x and y of a stroke must be from 0 (left, top) to 1 (right, bottom)"
            )
        return [stroke for stroke in strokes if stroke]


class Image(TraitType):
    """An image (28, 28), kept as lists of whole numbers from 0 to 255."""

    default_value = None

    def validate(self, obj, value) -> list:
        """Return the image as lists, or say what is wrong with it."""
        return _as_image(value)


class DigitInspector(Explorer):
    """Draw a digit with mouse, touch or keys, and watch the network that reads it.

    The steps between the drawing and the 28 x 28 pixels of MNIST are shown, each with a switch. The network is the
    live one: train it further, draw again, and the answer is the new one's. A click on a number in a map tells the sum
    that made it.

    Args:
        model: takes images (N, 1, 28, 28), normalised as `convlab.training.fit` does it; returns scores (N, classes).
        image: look at this image (28, 28) or (1, 28, 28), uint8 or float in [0, 1], instead of a drawing.
        labels: names of the classes; by default their numbers.

    Attributes:
        strokes: the drawing: a list of strokes, each a list of points (x, y) from 0 to 1. Setting it drops `image`.
        resize, centre, blur: the steps of the preprocessing, on or off.
        unit: (step, channel, row, column) of the number whose sum is told.

    Raises:
        TypeError, ValueError: a model that cannot take such images; strokes or images of another form; a unit that is
            not there.

    >>> torch.manual_seed(0)  # doctest: +ELLIPSIS
    <torch._C.Generator object at ...>
    >>> inspector = DigitInspector(nn.Sequential(nn.Conv2d(1, 2, 5), nn.Flatten(), nn.Linear(1152, 10)))
    >>> inspector.strokes = [[(0.5, 0.2), (0.5, 0.8)]]
    >>> inspector.input.shape, inspector.input.dtype
    (torch.Size([28, 28]), torch.uint8)
    >>> round(inspector.probabilities.sum().item(), 3)
    1.0
    >>> [tuple(step.output.shape) for step in inspector.steps]
    [(2, 24, 24), (10, 1, 1)]
    """

    _esm, _css, _name = script("digit"), style("digit"), "digit"
    _dpi = 64  # it has many colours, and is stored twice
    _state_names = ("strokes", "image", "resize", "centre", "blur", "unit", "labels", "result", "maps")

    strokes = Strokes(SEVEN).tag(sync=True)
    image = Image(allow_none=True).tag(sync=True)
    resize = Bool(True).tag(sync=True)
    centre = Bool(True).tag(sync=True)
    blur = Bool(True).tag(sync=True)
    unit = List([0, 0, 0, 0]).tag(sync=True)
    labels = List().tag(sync=True)
    result = Dict().tag(sync=True)  # what Python found, for the browser
    maps = Bytes().tag(sync=True)  # the maps of all steps, a byte for each number

    def __init__(self, model: nn.Module, image=None, *, labels=None, **named):
        checks.check_model("DigitInspector", model)
        device = model_device("DigitInspector", model)
        sample = checks.prepare(torch.zeros(1, 1, 28, 28, dtype=torch.uint8), device, None)
        checks.check_fits("DigitInspector", model, "a drawing", sample, torch.zeros(1, dtype=torch.int64))
        self.model, self.steps, self.scores = model, [], None
        classes = len(run(model, sample)[0])
        labels = [str(label) for label in (range(classes) if labels is None else labels)]
        if len(labels) != classes:
            raise ValueError(f"DigitInspector: the model has {classes} scores, but there are {len(labels)} labels")
        super().__init__(labels=labels, image=image, **named)
        self.look()

    @property
    def drawing(self) -> Tensor:
        """The strokes as a picture (112, 112), float64 in [0, 1]."""
        return _digit.rasterise(self.strokes)

    @property
    def input(self) -> Tensor:
        """What the network sees, before it is normalised: (28, 28), uint8."""
        if self.image is not None:
            return torch.tensor(self.image, dtype=torch.uint8)
        return _digit.preprocess(self.drawing, self.resize, self.centre, self.blur)

    @property
    def probabilities(self) -> Tensor:
        """Softmax of the scores, (classes,)."""
        return self.scores.double().softmax(0).cpu()

    @property
    def explanation(self) -> dict:
        """How the number at `unit` was made; see the fields in the browser."""
        step, *place = self.unit
        found = explain(self.steps[step], tuple(place))
        return {**found, "unit": list(self.unit), "step": _title(self.steps[step])}

    def _explained(self) -> dict | None:
        return _rounded(self.explanation) if self.steps else None

    def look(self) -> None:
        """Show the present input to the model as it is now, for example after more training."""
        device = model_device("DigitInspector", self.model)
        try:
            scores, steps = run(self.model, checks.prepare(self.input[None, None], device, None))
        except Exception as error:  # the model is the learner's and may have been changed; the browser tells
            self.result = {"error": f"{type(error).__name__}: {error}"}
            return
        self.scores, self.steps = scores, steps[:STEPS]
        unit = self._inside(self.unit)
        with self.hold_sync():
            self.unit = unit
            self._show_all()

    @observe("strokes", "image", "resize", "centre", "blur")
    def _changed(self, change):
        if self.scores is None:
            return  # still being made
        if change.name == "strokes" and self.image is not None:
            self.image = None  # that calls again
        else:
            self.look()

    @observe("unit")
    def _other_unit(self, change):
        if self.result.get("explanation", {}).get("unit") not in (None, list(self.unit)):
            self.result = {**self.result, "explanation": self._explained()}

    @validate("unit")
    def _check_unit(self, proposal):
        unit = list(proposal["value"])
        if self.scores is not None and unit != self._inside(unit):
            shapes = [tuple(step.output.shape) for step in self.steps]
            raise SettingError(
                f"DigitInspector: unit is {unit}; it needs [step, channel, row, column], counted from 0, and the steps "
                f"have the shapes {shapes}"
            )
        return unit

    def _inside(self, unit) -> list[int]:
        """Return the nearest unit that is there."""
        if len(unit) != 4 or not all(isinstance(n, int) for n in unit):
            return [0, 0, 0, 0]
        step = max(0, min(unit[0], len(self.steps) - 1))
        shape = self.steps[step].output.shape
        return [step, *(max(0, min(n, size - 1)) for n, size in zip(unit[1:], shape, strict=True))]

    def _show_all(self) -> None:
        """Put into traits what the browser draws: all maps as bytes, 128 for zero, each step with its own scale."""
        rows, data = [], []
        for step in self.steps:
            maps = step.output[: MOST if step.output[0].numel() > 1 else 512].cpu()
            scale = maps.abs().max().item() or 1.0
            data.append((maps / scale * 127 + 128).round().to(torch.uint8).flatten())
            rows.append({"title": _title(step), "shape": list(step.output.shape), "shown": len(maps), "scale": scale})
        self.maps = bytes(torch.cat(data).tolist()) if data else b""
        found = {"probabilities": self.probabilities.tolist(), "steps": rows}
        self.result = {**_rounded(found), "explanation": self._explained()}

    def figure(self) -> Figure:
        """Return a picture of the present state: drawing, input, probabilities, and the maps of the first steps."""
        from convlab.explorers._figure_digit import draw_digit

        return draw_digit(self)

    def __repr__(self) -> str:
        if self.scores is None or "error" in self.result:
            return "DigitInspector(no answer yet)"
        best = int(self.probabilities.argmax())
        what = "an image" if self.image is not None else f"a drawing of {len(self.strokes)} strokes"
        return f"DigitInspector({what}: {self.labels[best]}, with probability {self.probabilities[best]:.2f})"


def _title(step: Step) -> str:
    name = step.operation.rstrip("_")
    return f"{step.layer}: {name}" if step.layer else name


def _rounded(value):
    """Return the same with numbers of 7 digits, as float32 has them: a notebook stores them as text."""
    if isinstance(value, dict):
        return {name: _rounded(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_rounded(entry) for entry in value]
    return float(f"{value:.7g}") if isinstance(value, float) else value


def _as_image(image) -> list:
    """Return an image as lists of whole numbers from 0 to 255."""
    try:
        image = torch.as_tensor(image).detach().cpu()
    except (TypeError, ValueError, RuntimeError) as error:
        raise SettingTypeError(f"DigitInspector: image must be a tensor of shape (28, 28): {error}") from None
    if image.shape not in ((28, 28), (1, 28, 28)):
        raise SettingError(f"DigitInspector: image must have shape (28, 28) or (1, 28, 28), got {tuple(image.shape)}")
    if image.is_floating_point():
        if not (image.min() >= 0 and image.max() <= 1):
            raise SettingError(
                f"DigitInspector: a float image must be in [0, 1], before any normalising; "
                f"got {image.min():.2f} to {image.max():.2f}"
            )
        image = (image * 255 + 0.5).floor()
    elif image.min() < 0 or image.max() > 255:
        raise refused(ValueError("DigitInspector: an image of whole numbers must have values from 0 to 255"))
    return image.reshape(28, 28).int().tolist()
