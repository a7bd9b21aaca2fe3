"""The notebooks hold the exercises that the package describes, cell by cell; a tool puts them there."""

import exercise_cells as tool
import hygiene as rules
import nbformat
import pytest

from convlab.exercises.engine.exercise import exercises


@pytest.mark.parametrize("path", rules.NOTEBOOKS, ids=[path.stem for path in rules.NOTEBOOKS])
def test_a_notebook_holds_its_exercises(path):
    known = exercises(path.stem[:2]) if path.stem[:2] != "00" else ()
    assert rules.exercise_problems(nbformat.read(path, as_version=4), known) == []


@pytest.fixture
def nb():
    (path,) = (path for path in rules.NOTEBOOKS if path.name.startswith("03"))
    return nbformat.read(path, as_version=4)


@pytest.mark.parametrize("exercise", exercises("03"), ids=lambda exercise: exercise.name)
def test_a_new_exercise_is_put_into_its_section(nb, exercise):
    at = tool.position(nb, exercise)
    del nb.cells[at : at + 4]
    assert rules.exercise_problems(nb, exercises("03")) != []
    assert rules.exercise_problems(tool.put(nb, exercise), exercises("03")) == []
    assert rules.repeated_ids(nb) == []


def test_an_exercise_that_is_there_gets_its_texts(nb):
    before = nbformat.from_dict(nb)
    for exercise in exercises("03"):
        at = tool.position(nb, exercise)
        nb.cells[at].source = "another prompt"
        nb.cells[at + 1].metadata.tags = []
        tool.put(nb, exercise)
    assert nb == before


def test_a_section_that_is_not_there(nb):
    exercise = exercises("03")[0]
    nb.cells = [cell for cell in nb.cells if exercise.where not in tool.headings(cell)]
    del nb.cells[tool.position(nb, exercise) + 2]
    with pytest.raises(SystemExit, match="has no heading"):
        tool.put(nb, exercise)
