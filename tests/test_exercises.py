"""The exercises: every one is solvable, every listed mistake is named, and whatever is handed in gets a sentence."""

import re

import nbformat
import numpy as np
import pytest
import torch
from _notebooks import NOTEBOOKS
from torch import nn

import convlab.functional
from convlab import kernels
from convlab.exercises import _progress, check, names
from convlab.exercises._draw import draw_cases
from convlab.exercises._exercise import find

ALL = [find("tests", name) for name in names()]
MISTAKES = [(exercise, mistake) for exercise in ALL for mistake in exercise.mistakes]
each = pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)


@pytest.fixture(autouse=True)
def new_session(monkeypatch):
    monkeypatch.setattr(_progress, "_session", {})


def run(source, variable):
    """Run a cell of the course as a notebook would, and return the variable."""
    operators = {name: getattr(convlab.functional, name) for name in convlab.functional.__all__}
    namespace = {**operators, "torch": torch, "np": np, "nn": nn, "F": nn.functional, "kernels": kernels}
    exec(compile(source, "a cell", "exec"), namespace)
    return namespace[variable]


def solved(exercise):
    return run(exercise.solution, exercise.variable)


# --- every exercise -----------------------------------------------------------------------------------------------


@each
def test_the_placeholder_is_not_tried_yet(exercise):
    assert "..." in exercise.placeholder
    verdict = check(exercise.name, run(exercise.placeholder, exercise.variable))
    assert not verdict.passed and "not tried yet" in verdict.message, verdict


@each
@pytest.mark.parametrize("which", ["solution", "also"])
def test_two_right_answers_pass(exercise, which):
    assert exercise.solution != exercise.also
    verdict = check(exercise.name, run(getattr(exercise, which), exercise.variable))
    assert verdict.passed, verdict


@each
def test_the_solution_passes_as_float32_and_as_numpy(exercise):
    answer = solved(exercise)
    if exercise.kind != "function":
        return check_values(exercise, answer)
    for convert in (lambda tensor: tensor.float(), lambda tensor: tensor.numpy(), lambda tensor: tensor.tolist()):
        assert check(exercise.name, lambda *given, c=convert: converted(answer(*given), c)).passed


def check_values(exercise, answer):
    if exercise.kind == "tensor":
        assert check(exercise.name, torch.as_tensor(answer).float()).passed
        assert check(exercise.name, np.asarray(answer)).passed
    if exercise.kind == "shape":
        assert all(check(exercise.name, form(answer)).passed for form in (list, np.array, torch.Size, torch.tensor))


def converted(result, convert):
    if isinstance(result, tuple):
        return tuple(convert(part) if isinstance(part, torch.Tensor) else part for part in result)
    return convert(result) if isinstance(result, torch.Tensor) else result


@pytest.mark.parametrize("exercise, mistake", MISTAKES, ids=lambda item: item.name)
def test_each_mistake_is_refused_and_named(exercise, mistake):
    wrong = {**exercise.right, **mistake.wrong} if exercise.kind == "predictions" else mistake.wrong
    verdict = check(exercise.name, wrong)
    assert not verdict.passed
    assert verdict.mistake is mistake, verdict
    assert mistake.name in verdict.message and mistake.says in verdict.message
    assert (verdict.counterexample is None) == (exercise.cases is None)


@each
def test_the_description_is_complete(exercise):
    assert len(exercise.mistakes) >= 3
    assert len({mistake.name for mistake in exercise.mistakes}) == len(exercise.mistakes)
    assert re.fullmatch(r"\d\d-[a-z0-9-]+", exercise.name) and exercise.name[:2] == exercise.notebook
    assert exercise.variable in exercise.placeholder and exercise.prompt and exercise.because
    for mistake in exercise.mistakes:
        assert mistake.says.endswith((".", "?")) and not mistake.name.endswith("."), mistake.name


@each
def test_where_is_a_heading_of_the_notebook(exercise):
    path = next(path for path in NOTEBOOKS if path.name.startswith(exercise.notebook))
    text = "\n".join(cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "markdown")
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    for where in [exercise.where, *(mistake.where for mistake in exercise.mistakes if mistake.where)]:
        assert where in headings


@each
def test_the_inputs_are_varied(exercise):
    if exercise.cases is None:
        return
    tensors = [value for case in draw_cases(exercise) for value in case.values() if isinstance(value, torch.Tensor)]
    assert all(tensor.dtype == torch.float64 for tensor in tensors)
    if tensors and tensors[0].ndim >= 2:
        assert any(tensor.shape[-2] != tensor.shape[-1] for tensor in tensors)
        assert any(side % 2 == 0 for tensor in tensors for side in tensor.shape[-2:])
    assert any((tensor < 0).any() for tensor in tensors) and any((tensor % 1 != 0).any() for tensor in tensors)


@each
def test_a_right_answer_that_is_spoilt_is_refused_without_a_wrong_name(exercise):
    """One number changed in large results only; fractions cut off."""
    if exercise.kind != "function":
        return
    answer = solved(exercise)

    def spoil(tensor):
        if tensor.numel() > 5:
            tensor = tensor.clone()
            tensor.view(-1)[-1] += 0.5
        return tensor

    for change in (spoil, torch.trunc):
        verdict = check(exercise.name, lambda *given, c=change: converted(answer(*given), c))
        assert not verdict.passed and verdict.mistake is None and verdict.counterexample is not None, verdict
