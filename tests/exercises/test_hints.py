"""Hints on request: one more each time, nothing of the solution too early, and never all of it."""

from dataclasses import replace

import pytest
import torch

from convlab.exercises import check, hint, names
from convlab.exercises.engine import ladder
from convlab.exercises.engine import progress as _progress
from convlab.exercises.engine.exercise import find
from convlab.exercises.engine.ladder import first_line
from convlab.exercises.engine.verdict import as_code

ALL = [find("tests", name) for name in names()]


@pytest.fixture(autouse=True)
def new_kernel(monkeypatch):
    monkeypatch.setattr(_progress, "_session", {})
    monkeypatch.setattr(_progress, "last", {}, raising=False)
    monkeypatch.setattr(ladder, "_given", {})


def test_one_more_each_time():
    exercise, seen = find("tests", "01-convolve"), [hint("01-convolve") for _ in range(5)]
    assert [len(said.steps) for said in seen] == [1, 2, 3, 4, 4]
    assert [seen[-1].steps[:count] for count in (1, 2, 3, 4)] == [said.steps for said in seen[:4]]
    assert seen[-1].steps[:3] == (
        exercise.hint,
        f"Read again: section «{exercise.where}».",
        "A solution begins with\n  h, w = K.shape",
    )
    assert repr(seen[0]) == f"01-convolve: hint 1 of 4\n1. {exercise.hint}"
    html = seen[2]._repr_html_()
    assert "<code>h, w = K.shape</code></li></ol>" in html and "<b>01-convolve: hint 3 of 4</b>" in html


@pytest.mark.parametrize(
    "text, html",
    [
        ("the *training* images, *all* of `a * b`", "the <em>training</em> images, <em>all</em> of <code>a * b</code>"),
        ("`*one*` * 2 * 3, 2*3*4, (*args, **kw)", "<code>*one*</code> * 2 * 3, 2*3*4, (*args, **kw)"),
        ("*both `a` and b*\n  x *= *y*", "*both <code>a</code> and b*<br><code>x *= *y*</code>"),
        ("*what <b> is*", "<em>what &lt;b&gt; is</em>"),
    ],
)
def test_stress_and_code_in_a_notebook(text, html):
    assert as_code(text) == html


def test_the_place_is_that_of_the_last_mistake_with_a_name():
    hint("01-shape")
    for answer in ((475, 637), (484, 642)):
        check("01-shape", answer)
    mistake = find("tests", "01-shape").mistakes[-1]
    said = hint("01-shape").steps[-1]
    assert mistake.where in said and mistake.says in said and "+ 1" not in said


@pytest.mark.parametrize("answer", [(1, 2), (476, 638)])
def test_an_older_mistake_is_not_told(answer):
    check("01-shape", (475, 637))
    check("01-shape", answer)
    assert "The last mistake" not in repr([hint("01-shape") for _ in range(4)])
    check("01-shape", (475, 637))
    assert "The last mistake" in repr(hint("01-shape"))


def test_what_the_verdict_has_just_said_is_no_hint():
    exercise = find("tests", "01-convolve")
    verdict = check("01-convolve", lambda X, K: torch.ones(9, 9))
    assert exercise.hint in verdict.sentences and verdict.where == exercise.where
    assert hint("01-convolve").steps == ("A solution begins with\n  h, w = K.shape",)
    check("01-shape", (1, 2))  # and nothing else is there
    assert hint("01-shape").steps == (find("tests", "01-shape").hint,)
    check("01-convolve", lambda X, K: 1 / 0)
    assert hint("01-convolve").steps[0] == exercise.hint


def test_the_solution_comes_after_three_attempts_or_when_it_has_passed():
    for _ in range(3):
        hint("01-shape")
    assert "After 3 more attempts" in hint("01-shape").steps[-1]
    check("01-shape", ...)
    check("01-shape", (1, 2))
    assert "After 2 more attempts" in hint("01-shape").steps[-1]
    check("01-shape", (1, 2))
    assert "After one more attempt," in hint("01-shape").steps[-1]
    check("01-shape", (1, 2))
    assert '`solution("01-shape")`' in hint("01-shape").steps[-1]
    check("02-trim", find("tests", "02-trim").right)
    assert '`solution("02-trim")`' in [hint("02-trim") for _ in range(4)][-1].steps[-1]


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)
def test_every_exercise_has_a_hint_and_its_first_line_is_not_the_solution(exercise):
    assert exercise.hint, "a sentence for those who are stuck; the first step of hint()"
    line = first_line(exercise).partition("\n  ")[2]
    assert line or exercise.kind in ("number", "shape", "tensor", "predictions", "choice")
    assert line in exercise.solution and exercise.solution.splitlines()[-1].strip() != (line or None)
    assert line not in exercise.placeholder or not line


@pytest.mark.parametrize("solution", ['a = {"one": 1}', "f = lambda X: X", "def f(X):\n    return X"])
def test_a_solution_of_one_line_is_not_shown(solution):
    assert first_line(replace(find("tests", "01-convolve"), solution=solution)) == ""


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="hint: there is no exercise '01-shap'; did you mean"):
        hint("01-shap")
    with pytest.raises(TypeError, match="hint: the name of an exercise is text"):
        hint(1)
