"""nbgrader itself goes the whole way with what `make handouts` gives it: generate, autograde, feedback, export."""

import csv
import re
from html import unescape

import nbformat
import pytest
from grading import course_folder
from hygiene import strip_html
from nbgrader_env import environment, run
from store import put

pytestmark = [pytest.mark.slow, pytest.mark.nbgrader]

STUDENTS = "empty", "full", "half"
WRONG = {"02-trim": "def trim(X, h, w, s, p):\n    return X"}  # nothing is cut off


@pytest.fixture(scope="module")
def course(tmp_path_factory, sources):
    folder = tmp_path_factory.mktemp("nbgrader") / "course"
    assert put(folder, course_folder(sources, {"examples/train_digits.py": b"print('a digit')\n"})).ok
    return folder


def nbgrader(course, *arguments):
    return run([str(environment() / "bin/nbgrader"), *arguments], course)


def answers(source, student):
    """What a student hands in, by the exercise: all solutions, or the first half and a wrong answer, or nothing."""
    right = source.exercises[: {"full": None, "half": len(source.exercises) // 2, "empty": 0}[student]]
    wrong = WRONG if student == "half" else {}
    return {exercise.name: wrong.get(exercise.name, exercise.solution) for exercise in right} | {
        name: code for name, code in wrong.items() if name.startswith(source.name[:2])
    }


def hand_in(course, source, student):
    released = course / "release" / source.stem / source.name
    nb = nbformat.read(released, as_version=4)
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "").removesuffix("-answer")
        if name in answers(source, student) and cell.metadata.nbgrader.solution:
            cell.source = answers(source, student)[name]
    path = course / "submitted" / student / source.stem / source.name
    path.parent.mkdir(parents=True)
    nbformat.write(nb, path)


def grades(course):
    nbgrader(course, "export", "--to", "grades.csv")
    with open(course / "grades.csv", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        return {(row["assignment"], row["student_id"]): (float(row["score"]), float(row["max_score"])) for row in rows}


@pytest.fixture(scope="module")
def second(sources):
    """Notebook 02, which a student answers wrong."""
    return next(source for source in sources if source.name.startswith("02"))


def graded(course, source):
    """Generate, hand in and autograde, once; return (points, of how many) of each student."""
    if not (course / "release" / source.stem).exists():
        nbgrader(course, "generate_assignment", source.stem)
        for student in STUDENTS:
            hand_in(course, source, student)
        nbgrader(course, "autograde", source.stem)
    found = grades(course)
    return {student: found[source.stem, student] for student in STUDENTS}


def test_nothing_gets_0_the_solutions_all_and_a_half_its_half(course, exercised):
    source = exercised
    found = graded(course, source)
    all_of_it = len(source.exercises)
    right = {student: len(answers(source, student).keys() - WRONG.keys()) for student in STUDENTS}
    right["full"] = all_of_it
    assert found == {
        "empty": (0, all_of_it),
        "full": (all_of_it, all_of_it),
        "half": (right["half"], all_of_it),
    }
    assert 0 < right["half"] < all_of_it


def test_the_released_notebook_holds_placeholders_and_no_solution(course, second):
    source = second
    graded(course, source)
    released = nbformat.read(course / "release" / source.stem / source.name, as_version=4)
    text = "\n".join(cell.source for cell in released.cells)
    assert "SOLUTION" not in text and "NotImplementedError" not in text and "# Put your answer in the place" in text
    for exercise in source.exercises:
        assert exercise.solution not in text and exercise.placeholder in text


def test_the_feedback_says_what_the_check_said(course, second):
    source = second
    graded(course, source)
    nbgrader(course, "generate_feedback", source.stem)
    page = (course / "feedback" / "half" / source.stem / source.name).with_suffix(".html").read_text(encoding="utf-8")
    words = re.sub(r"\s+", " ", unescape(strip_html(page)))
    assert "This looks like: nothing is cut off." in words and "AssertionError: ✗ 02-trim: not yet." in words
