"""DigitInspector: draw a digit, and look into the network that reads it."""

from __future__ import annotations

from contextlib import suppress
from math import isfinite
from weakref import WeakSet
from zlib import crc32

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn
from traitlets import Bytes, Dict, observe, validate

from convlab.explorers.digit.preprocess import BOARD, BOX, PEN, SIDE, preprocess, rasterise
from convlab.explorers.digit.verdict import EMPTY, NEAR, SURE, verdict
from convlab.explorers.digit.watch import NoAnswer, Step, explain, run
from convlab.explorers.shared.base import Explorer, SettingError, script, style
from convlab.explorers.shared.traits import Constants, Flag, Setting
from convlab.explorers.shared.words import by
from convlab.pictures import as_numbers, as_picture
from convlab.training import checks, pixels, pretrained
from convlab.training.devices import model_device

MOST, NUMBERS = 24, 512  # maps of one step that are shown, or numbers of one that is a vector
STEPS = 16  # steps that are shown
ZERO, FULL = 128, 127  # the byte for a zero in a map, and how far from it the largest number lies
STORED, STORED_MAPS = 60_000, 24_000  # characters of weights that a notebook stores at most, and bytes of maps
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
    live one: train it further, and the answer is the new one's. A click on a number in a map tells the sum that made
    it.

    A network that is a chain of convolutions, poolings, batch norms, functions of one number and linear layers goes to
    the browser, its weights as float16: there it answers while one draws, on a page without Python too. One that is
    larger (4 million weights, 50 million multiply-adds) or no chain answers in Python, and the explorer says why.

    Args:
        model: takes images (N, 1, 28, 28), normalised as `convlab.training.fit` does it; returns scores (N, classes).
            Without one it is `convlab.training.pretrained()`.
        image: look at this image (28, 28) or (1, 28, 28), uint8 or float in [0, 1], instead of a drawing.
        labels: names of the classes; by default their numbers.

    Attributes:
        strokes: the drawing: a list of strokes, each a list of points (x, y) from 0 to 1. Setting it drops `image`.
        resize, centre, blur: the steps of the preprocessing, on or off.
        unit: (step, channel, row, column) of the number whose sum is told.
        scores, steps: the model's answer, and the maps on the way; None and empty while there is no answer, because
            the board is empty, the model fails or its scores are nan: picture and browser then say why.

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
    _dpi, _colours = 68, 32  # it has many colours, and is stored twice
    _state_names = ("strokes", "image", "resize", "centre", "blur", "unit", "labels", "program", "weights", "result",
                    "maps", "constants")  # fmt: skip

    strokes = Strokes(SEVEN)
    image = Image(None, allow_none=True)
    resize = Flag(True)
    centre = Flag(True)
    blur = Flag(True)
    unit = Unit([0, 0, 0, 0])
    labels = Labels()
    result = Dict(read_only=True).tag(sync=True)  # what Python found, for the browser
    maps = Bytes(read_only=True).tag(sync=True)  # the maps of all steps, a byte for each number
    program = Dict(read_only=True).tag(
        sync=True
    )  # what the browser needs to compute them itself, then Python sends none
    weights = Bytes(read_only=True).tag(sync=True)  # of the program, float16

    constants = Constants(board=BOARD, side=SIDE, box=BOX, pen=PEN, example=SEVEN, zero=ZERO, full=FULL,
                          most=MOST, numbers=NUMBERS, steps=STEPS, sure=SURE, near=NEAR)  # fmt: skip

    model: nn.Module = None
    steps: list[Step] = ()
    scores: Tensor | None = None

    def __init__(self, model: nn.Module | None = None, image=None, *, labels=None, unit=None, **named):
        self.model = pretrained() if model is None else model
        sample = self._prepared(torch.zeros(28, 28, dtype=torch.uint8))
        checks.check_fits("DigitInspector", self.model, "a drawing", sample, torch.zeros(1, dtype=torch.int64))
        self._classes = len(run(self.model, sample)[0])
        super().__init__(labels=range(self._classes) if labels is None else labels, image=image, **named)
        self.look()
        if unit is not None:
            self.unit = unit
        _look_after_cells(self)

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
            raise RuntimeError(f"DigitInspector: there is no answer: {self.result.get('error', EMPTY)}")

    def look(self) -> None:
        """Show the present input to the model as it is now, for example after more training."""
        scores, steps, maps, result, program = None, [], b"", {}, ({}, b"")
        try:
            scores, steps, program = run(self.model, self._prepared(self.input))
            steps = steps[:STEPS]
            self._check(scores, steps)
            if not self.input.any():
                scores, steps = None, []
            elif "reason" in program[0]:
                result, maps = self._answer(scores, steps)
        except Exception as error:  # the model is the learner's and may have been changed; the browser tells
            scores, steps, program = None, [], ({}, b"")
            kind = "" if isinstance(error, NoAnswer) else f"{type(error).__name__}: "
            result = {"error": kind + (str(error).strip() or "no reason given").splitlines()[0]}
        self.scores, self.steps, self._known = scores, steps, _fingerprint(self.model)
        with self.hold_sync():  # what has not changed is not sent
            for name, value in (("program", program[0]), ("weights", program[1]), ("maps", maps), ("result", result)):
                self.set_trait(name, value)
            self.unit = _inside(steps, self.unit)

    @observe("strokes", "image", "resize", "centre", "blur")
    def _changed(self, change):
        if self.scores is None and not self.program and not self.result:
            return  # still being made
        if change.name == "strokes" and self.image is not None:
            self.image = None  # that calls again
        else:
            self.look()

    @observe("unit")
    def _other_unit(self, change):
        if self.steps and self.result.get("explanation", {"unit": self.unit})["unit"] != self.unit:
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

    def _check(self, scores: Tensor, steps: list[Step]) -> None:
        """Refuse scores that are no answer."""
        if len(scores) != self._classes:
            raise NoAnswer(f"the model now has {len(scores)} scores, but there are {self._classes} labels")
        if not scores.cpu().double().softmax(0).isfinite().all():
            raise NoAnswer(self._why_not_finite(scores, steps))

    def _answer(self, scores: Tensor, steps: list[Step], most: int = MOST) -> tuple[dict, bytes]:
        """Return what a browser draws that cannot compute it: the maps, 128 for zero, each step with its own scale."""
        rows, data = [], []
        for step in steps:
            maps = step.output[: most if step.output[0].numel() > 1 else NUMBERS].cpu()
            maps = maps.to(torch.promote_types(maps.dtype, torch.float32))
            scale = maps[maps.isfinite()].abs().max().item() if maps.isfinite().any() else 0
            scale = scale or 1.0
            shades = (maps / scale * FULL).nan_to_num(0, FULL, -FULL)
            data.append((shades + ZERO).round().to(torch.uint8).flatten())
            rows.append({"title": step.title, "shape": list(step.output.shape), "shown": len(maps), "scale": scale})
        told = _told(steps, _inside(steps, self.unit)) if steps else None
        found = {"probabilities": scores.cpu().double().softmax(0).tolist(), "steps": rows, "explanation": told}
        return _rounded(found), bytes(torch.cat(data).tolist()) if data else b""

    def _state(self) -> dict:
        """Return what a page without Python gets: a large network stays out, and some maps take its place."""
        state, size = super()._state(), len(self.weights) * 4 // 3  # as text
        if size > STORED:
            reason = f"its weights are too large to be stored, {size / 1000:,.0f} KB instead of {STORED // 1000}"
            state |= {"program": {"reason": reason}, "weights": b""}
        if self.steps and "reason" in state["program"]:
            state["result"], state["maps"] = self._answer(self.scores, self.steps)
            most = max(1, MOST * STORED_MAPS // max(1, len(state["maps"])))
            state["result"], state["maps"] = self._answer(self.scores, self.steps, min(most, MOST))
        return state

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

    def _described(self) -> str:
        what = "an image" if self.image is not None else "a drawing"
        if self.scores is None:
            return f"{what}, and no answer: {self.result.get('error', EMPTY)}."
        best, sure, words = verdict(self.probabilities, self.labels)
        chosen = " and ".join(f"{self.probabilities[n]:.2f}" for n in best)
        return (
            f"{what}, the {by(self.input.shape)} pixels that the network sees, a bar for each class, and maps from "
            f"inside. The answer is {words}, with {'probability' if sure else 'probabilities'} {chosen}."
        )

    def __repr__(self) -> str:
        what = "an image" if self.image is not None else f"a drawing of {len(self.strokes)} strokes"
        if self.scores is None:
            return f"DigitInspector({what}: no answer, {self.result.get('error', EMPTY)})"
        best, sure, words = verdict(self.probabilities, self.labels)
        chosen = " and ".join(f"{self.probabilities[n]:.2f}" for n in best)
        return f"DigitInspector({what}: {words}, with {'probability' if sure else 'probabilities'} {chosen})"


_inspectors: WeakSet[DigitInspector] = WeakSet()


def _look_after_cells(inspector: DigitInspector) -> None:
    """Look again after each cell of a notebook that has changed the weights: more training is seen at once."""
    from IPython import get_ipython

    _inspectors.add(inspector)
    if shell := get_ipython():
        shell.events.register("post_run_cell", _look_again)  # once; it knows whom it has


def _look_again(result=None) -> None:
    for inspector in list(_inspectors):
        if inspector._known != _fingerprint(inspector.model):
            inspector.look()


def _fingerprint(model) -> list[int] | None:
    """Return what differs when a number in the model does. Tensors' versions would not: fused optimizers keep them."""
    with suppress(Exception):  # what is wrong with the model, `look` finds
        kept = [*model.parameters(), *model.buffers()]
        return [crc32(tensor.detach().cpu().flatten().view(torch.uint8).numpy()) for tensor in kept]
    return None


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
