"""DigitInspector: draw a digit, and look into the network that reads it."""

from __future__ import annotations

from math import isfinite

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn
from traitlets import Bytes, Dict, observe, validate

from convlab.explorers.digit.preprocess import BOARD, BOX, PEN, SIDE, preprocess, rasterise
from convlab.explorers.digit.watch import NoAnswer, Step, explain, run
from convlab.explorers.shared.base import Explorer, SettingError, script, style
from convlab.explorers.shared.traits import Constants, Flag, Setting
from convlab.pictures import as_numbers, as_picture
from convlab.training import checks, pixels
from convlab.training.devices import model_device

MOST = 24  # maps of one step that are shown
STEPS = 16  # steps that are shown
ZERO, FULL = 128, 127  # the byte for a zero in a map, and how far from it the largest number lies
SEVEN = [[[0.28, 0.25], [0.72, 0.25], [0.45, 0.8]]]  # so that there is something to see at once


class Strokes(Setting):
    """Lists of points (x, y) from 0 to 1."""

    def take(self, obj, value) -> list:
        """Return the strokes as lists of pairs of floats, or say what is wrong with them."""
        where = self.where(obj)
        try:
            strokes = [as_numbers(where, list(stroke), "numbers").double() for stroke in value]
        except TypeError:
            strokes = [torch.zeros(1)]
        if not all(stroke.shape[1:] == (2,) or stroke.shape == (0,) for stroke in strokes):
            raise TypeError(
                f"{where} must be a list of strokes, each a list of points (x, y); "
                "for example [[(0.3, 0.2), (0.7, 0.8)]]"
            )
        if not all(((stroke >= 0) & (stroke <= 1)).all() for stroke in strokes):
            raise ValueError(f"{where}: each x and y must be from 0 (left, top) to 1 (right, bottom)")
        return [stroke.tolist() for stroke in strokes if len(stroke)]


class Image(Setting):
    """An image (28, 28), kept as lists of whole numbers from 0 to 255."""

    def take(self, obj, value) -> list:
        """Return the image as lists, or say what is wrong with it."""
        needed = "of shape (28, 28) or (1, 28, 28)"
        image = as_picture(self.where(obj), value, needed)
        if image.shape != (1, 28, 28):
            advice = "; grey is .mean(0), of a PIL image .convert('L')" if len(image) == 3 else ""
            raise ValueError(f"{self.where(obj)} must be {needed}, got {tuple(image.shape)}{advice}")
        return image[0].tolist()


class Unit(Setting):
    """Four whole numbers: step, channel, row, column."""

    def take(self, obj, value) -> list[int]:
        """Return them as a list; whether the network has such a number is asked later."""
        try:
            unit = as_numbers(self.where(obj), value, "numbers")
        except TypeError:
            unit = torch.zeros(0)
        if unit.shape != (4,) or unit.is_floating_point() or unit.dtype == torch.bool or (unit.double() < 0).any():
            raise ValueError(f"{self.where(obj)} is {value}; {obj._unit_needed()}")
        return unit.tolist()


class Labels(Setting):
    """The names of the classes: strings, one for each score."""

    def take(self, obj, value) -> list[str]:
        """Return the names as strings."""
        try:
            names = [str(label.item() if hasattr(label, "item") else label) for label in value]
        except TypeError:
            raise TypeError(f"{self.where(obj)} must be a list of names, got {value!r}") from None
        if len(names) != obj._classes:
            raise ValueError(f"DigitInspector: the model has {obj._classes} scores, but there are {len(names)} labels")
        return names


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
        scores, steps: the model's answer, and the maps on the way; None and empty while there is no answer, because
            the model fails or its scores are nan: picture and browser then say why.

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
    _dpi, _colours = 64, 24  # it has many colours, and is stored twice
    _state_names = ("strokes", "image", "resize", "centre", "blur", "unit", "labels", "result", "maps", "constants")

    strokes = Strokes(SEVEN)
    image = Image(None, allow_none=True)
    resize = Flag(True)
    centre = Flag(True)
    blur = Flag(True)
    unit = Unit([0, 0, 0, 0])
    labels = Labels()
    result = Dict(read_only=True).tag(sync=True)  # what Python found, for the browser
    maps = Bytes(read_only=True).tag(sync=True)  # the maps of all steps, a byte for each number

    constants = Constants(board=BOARD, side=SIDE, box=BOX, pen=PEN, example=SEVEN, zero=ZERO, full=FULL)

    model: nn.Module = None
    steps: list[Step] = ()
    scores: Tensor | None = None

    def __init__(self, model: nn.Module, image=None, *, labels=None, unit=None, **named):
        self.model = model
        sample = self._prepared(torch.zeros(28, 28, dtype=torch.uint8))
        checks.check_fits("DigitInspector", model, "a drawing", sample, torch.zeros(1, dtype=torch.int64))
        self._classes = len(run(model, sample)[0])
        super().__init__(labels=range(self._classes) if labels is None else labels, image=image, **named)
        self.look()
        if unit is not None:
            self.unit = unit

    def _prepared(self, image: Tensor) -> Tensor:
        """Return an image (28, 28) as the model's input: where the model is, and of its type."""
        checks.check_model("DigitInspector", self.model)
        device = model_device("DigitInspector", self.model)
        return pixels.prepare("DigitInspector", self.model, image[None, None], device, pixels.remembered(self.model))

    @property
    def drawing(self) -> Tensor:
        """The strokes as a picture (112, 112), float64 in [0, 1]."""
        return rasterise(self.strokes)

    @property
    def input(self) -> Tensor:
        """What the network sees, before it is normalised: (28, 28), uint8."""
        if self.image is not None:
            return torch.tensor(self.image, dtype=torch.uint8)
        return preprocess(self.drawing, self.resize, self.centre, self.blur)

    @property
    def probabilities(self) -> Tensor:
        """Softmax of the scores, (classes,), float64; a RuntimeError with the reason, if the model gave none."""
        self._needs_answer()
        return self.scores.cpu().double().softmax(0)

    @property
    def explanation(self) -> dict:
        """How the number at `unit` was made; see the fields in the browser."""
        self._needs_answer()
        return _told(self.steps, self.unit)

    def _needs_answer(self) -> None:
        if self.scores is None:
            raise RuntimeError(f"DigitInspector: there is no answer: {self.result.get('error', 'not asked yet')}")

    def look(self) -> None:
        """Show the present input to the model as it is now, for example after more training."""
        try:
            scores, steps = run(self.model, self._prepared(self.input))
            result, maps = self._answer(scores, steps)
            steps = steps[:STEPS]
            unit = _inside(steps, self.unit)
            result["explanation"] = _rounded(_told(steps, unit)) if steps else None
        except Exception as error:  # the model is the learner's and may have been changed; the browser tells
            scores, steps, maps, unit = None, [], b"", self.unit
            kind = "" if isinstance(error, NoAnswer) else f"{type(error).__name__}: "
            result = {"error": kind + (str(error).strip() or "no reason given").splitlines()[0]}
        self.scores, self.steps = scores, steps
        with self.hold_sync():
            self.set_trait("maps", maps)
            self.set_trait("result", result)
            self.unit = unit

    @observe("strokes", "image", "resize", "centre", "blur")
    def _changed(self, change):
        if not self.result:
            return  # still being made
        if change.name == "strokes" and self.image is not None:
            self.image = None  # that calls again
        else:
            self.look()

    @observe("unit")
    def _other_unit(self, change):
        if self.steps and self.result["explanation"]["unit"] != self.unit:
            self.set_trait("result", {**self.result, "explanation": _rounded(self.explanation)})

    @validate("unit")
    def _check_unit(self, proposal):
        unit = proposal["value"]
        if unit != _inside(self.steps, unit):
            raise SettingError(f"DigitInspector: unit is {unit}; {self._unit_needed()}")
        return unit

    def _unit_needed(self) -> str:
        shapes = [tuple(step.output.shape) for step in self.steps]
        return f"it needs [step, channel, row, column], counted from 0, and the steps have the shapes {shapes}"

    def _answer(self, scores: Tensor, steps: list[Step]) -> tuple[dict, bytes]:
        """Return what the browser draws: all maps as bytes, 128 for zero, each step with its own scale."""
        if len(scores) != self._classes:
            raise NoAnswer(f"the model now has {len(scores)} scores, but there are {self._classes} labels")
        probabilities = scores.cpu().double().softmax(0)
        if not probabilities.isfinite().all():
            raise NoAnswer(self._why_not_finite(scores, steps))
        rows, data = [], []
        for step in steps[:STEPS]:
            maps = step.output[: MOST if step.output[0].numel() > 1 else 512].cpu()
            maps = maps.to(torch.promote_types(maps.dtype, torch.float32))
            scale = maps[maps.isfinite()].abs().max().item() if maps.isfinite().any() else 0
            scale = scale or 1.0
            shades = (maps / scale * FULL).nan_to_num(0, FULL, -FULL)
            data.append((shades + ZERO).round().to(torch.uint8).flatten())
            rows.append({"title": step.title, "shape": list(step.output.shape), "shown": len(maps), "scale": scale})
        found = _rounded({"probabilities": probabilities.tolist(), "steps": rows})
        return found, bytes(torch.cat(data).tolist()) if data else b""

    def _why_not_finite(self, scores: Tensor, steps: list[Step]) -> str:
        """Say what the scores hold, and where it comes from."""
        kept = [*self.model.named_parameters(), *self.model.named_buffers()]
        bad = [f"{name} is not finite either" for name, weight in kept if not weight.isfinite().all()]
        bad += [f"the first that is not finite is in {s.title}" for s in steps if not s.output.isfinite().all()]
        whence = bad[0] if bad else "all that the model keeps is finite"
        what = "nan" if scores.isnan().any() else "inf"
        return f"the scores hold {what}: {whence}. Has training diverged? Lower the learning rate, train again"

    def figure(self) -> Figure:
        """Return a picture of the present state: drawing, input, probabilities, and the maps of the first steps."""
        from convlab.explorers.digit.figure import draw_digit

        return draw_digit(self)

    def __repr__(self) -> str:
        if not self.result:
            return "DigitInspector(no answer yet)"
        what = "an image" if self.image is not None else f"a drawing of {len(self.strokes)} strokes"
        if self.scores is None:
            return f"DigitInspector({what}: no answer, {self.result['error']})"
        best = int(self.probabilities.argmax())
        return f"DigitInspector({what}: {self.labels[best]}, with probability {self.probabilities[best]:.2f})"


def _inside(steps: list[Step], unit: list[int]) -> list[int]:
    """Return the nearest unit that is there; without steps, any may come."""
    if not steps:
        return unit
    step = min(unit[0], len(steps) - 1)
    return [step, *(min(n, size - 1) for n, size in zip(unit[1:], steps[step].output.shape, strict=True))]


def _told(steps: list[Step], unit: list[int]) -> dict:
    step, *place = unit
    return {**explain(steps[step], tuple(place)), "unit": unit, "step": steps[step].title}


def _rounded(value):
    """Return the same with numbers of 7 digits, as float32 has them, and None for nan and inf: it is stored as JSON."""
    if isinstance(value, dict):
        return {name: _rounded(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_rounded(entry) for entry in value]
    if not isinstance(value, float):
        return value
    return float(f"{value:.7g}") if isfinite(value) else None
