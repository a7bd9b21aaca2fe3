"""The notebooks hold the exercises that the package describes, cell by cell."""

import hygiene as rules
import nbformat
import pytest

from convlab.exercises.engine.exercise import exercises


@pytest.mark.parametrize("path", rules.NOTEBOOKS, ids=[path.stem for path in rules.NOTEBOOKS])
def test_a_notebook_holds_its_exercises(path):
    known = exercises(path.stem[:2]) if path.stem[:2] != "00" else ()
    assert rules.exercise_problems(nbformat.read(path, as_version=4), known) == []
