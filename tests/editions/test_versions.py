"""What each edition holds and what it does not, over all notebooks of the course and over one that is made up."""

import io
import re
import sys
import zipfile

import grading
import nbformat
import pytest
import stick as stick_tool
import versions
from hygiene import code_cells, tags
from key import html_of, key_page
from made_up import code, notebook, shown, stream, text
from sources import Source

from convlab.exercises.engine.exercise import exercises, find

FOLDED = "<details><summary>Answer</summary>\n\nIt is **6**.\n\n</details>\n\nGo on."


def note(words):
    cell = text(words)
    cell.metadata["slideshow"] = {"slide_type": "notes"}
    return cell


@pytest.fixture(scope="module")
def made_up():
    """A notebook with one of everything."""
    exercise = next(exercise for exercise in exercises("01") if exercise.name == "01-shape")
    picture = code("draw()", shown(text_plain="a"), convlab={"alt": ["A digit."], "slide": ["output"]})
    picture.metadata["slideshow"] = {"slide_type": "slide"}
    slide = text("# 01 · One")
    slide.metadata |= {"slideshow": {"slide_type": "slide"}, "convlab": {"slide": ["short"]}}
    cells = [
        slide,
        picture,
        note("**3 minutes.** Ask the class."),
        code("assert True", tags=["hide"]),
        code("6", stream("6"), tags=["predict"]),
        text(FOLDED),
        text("You check it.<!-- solutions --> The solution is folded.<!-- end --> Go on."),
        text(f"**Exercise: {exercise.title}.** {exercise.prompt}", "exercise"),
        code(exercise.placeholder, tags=["exercise"]),
        code('check("01-shape", answer)', stream("not tried"), tags=["check"]),
        text("<details><summary>Solution</summary>\n\nx\n\n</details>", "solution"),
        code('progress("01")', stream("0 of 5")),
    ]
    return Source("01_one.ipynb", notebook(*cells), (exercise,))


def sources_of(nb):
    return [cell.source for cell in nb.cells]


def test_a_question_is_answered_without_a_full_stop_behind_it():
    (head, _), _ = versions._open_solution(find("tests", "03-errors"))
    assert "*which number causes the error?* To show" in head.source


def test_the_learners_edition(made_up):
    nb = versions.learner(made_up)
    assert [cell.id for cell in nb.cells] == [f"cell-{number}" for number in (1, 2, 5, 6, 7, 8, 9, 10, 12)]
    assert nb.cells[0].metadata == {} and nb.cells[1].metadata == {"convlab": {"alt": ["A digit."]}}
    assert nb.cells[1].outputs and nb.cells[1].execution_count == 1
    assert all(not nb.cells[at].outputs and nb.cells[at].execution_count is None for at in (2, 7, 8))
    assert nb.cells[3].source == FOLDED and nb.cells[4].source == "You check it. Go on."
    assert nb.metadata.language_info.version == sys.version.split()[0]


def test_the_teachers_edition(made_up):
    nb = versions.teacher(made_up)
    its = sources_of(nb)
    assert "assert True" not in its and nb.cells[0].metadata.slideshow.slide_type == "slide"
    assert nb.cells[3].outputs  # of predict
    assert its[2].startswith('<div class="alert alert-info">\n\n**Speaker\'s notes**\n\n**3 minutes.** Ask')
    assert its[4] == "**Answer.**\n\nIt is **6**.\n\nGo on." and its[5] == "You check it. Go on."
    assert its[7] == "answer = ..." and its[8].startswith("**Solution.**")
    assert nb.cells[9].cell_type == "code" and its[9] == made_up.exercises[0].solution
    assert its[10].startswith("check(") and its[11].startswith("**Why.**") and not nb.cells[10].outputs
    assert not nb.cells[-1].outputs


def test_nbgraders_edition(made_up):
    nb = versions.nbgrader(made_up)
    assert not any(cell.outputs or cell.execution_count for _, cell in code_cells(nb))
    marked = [cell.metadata.nbgrader for cell in nb.cells if "nbgrader" in cell.metadata]
    assert [mark.grade_id for mark in marked] == ["01-shape-task", "01-shape-answer", "01-shape"]
    assert [(m.grade, m.solution, m.locked, m.task) for m in marked] == [
        (False, False, True, False),
        (False, True, False, False),
        (True, False, True, False),
    ]
    assert [mark.get("points") for mark in marked] == [None, None, 1] and {m.schema_version for m in marked} == {3}
    answer, check = sources_of(nb)[6:8]
    solution = made_up.exercises[0].solution
    assert answer == f"answer = ...\n\n\n### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
    assert check == 'check("01-shape", answer).raise_if_wrong()'


def test_no_edition_changes_the_source(made_up):
    before = nbformat.writes(made_up.notebook)
    for edition in (versions.learner, versions.teacher, versions.nbgrader):
        edition(made_up)
    assert nbformat.writes(made_up.notebook) == before


def test_the_learners_notebooks(source):
    nb = versions.learner(source)
    text = "\n".join(sources_of(nb))
    assert not re.search(r"<summary>Solution|<!--|solutions? is folded", text)
    assert not any({"hide", "solution"} & set(tags(cell)) or "slideshow" in cell.metadata for cell in nb.cells)
    for exercise in source.exercises:
        assert exercise.placeholder in text and exercise.solution not in text and exercise.because not in text
    quiet = [c for _, c in code_cells(nb) if {"predict", "check"} & set(tags(c)) or c.source.startswith("progress(")]
    assert quiet and not any(cell.outputs for cell in quiet)
    nbformat.validate(nb)


def test_the_teachers_notebooks(source):
    nb = versions.teacher(source)
    text = "\n".join(sources_of(nb))
    assert "<details>" not in text and "</details>" not in text and "<!--" not in text
    assert not any("hide" in tags(cell) for cell in nb.cells)
    assert text.count("**Answer") == len(re.findall("<summary>Answer", "\n".join(sources_of(source.notebook))))
    codes = [cell.source for _, cell in code_cells(nb) if "solution" in tags(cell)]
    assert codes == [exercise.solution for exercise in source.exercises]
    nbformat.validate(nb)


@pytest.fixture(scope="module")
def page(sources):
    return key_page(sources, "0.1.0").decode()


def test_the_key_has_every_exercise_and_mistake(page, sources):
    known = [exercise for source in sources for exercise in source.exercises]
    assert page.count("<section id=") == len(known) > 20
    assert page.count("<tr><td>") == sum(len(exercise.mistakes) for exercise in known)
    assert not re.search(
        r"https?://(?!www.w3.org)|<script|\{\{|\$|src=", re.sub(r"(?s)<pre.*?</pre>|<code.*?</code>", "", page)
    )


def test_formulas_of_the_key_are_mathml_and_code_is_not():
    page = html_of("So $a < b$, and `$x$`:\n\n$$\\frac{a}{b}$$")
    assert (
        page.count("<math") == 2 and "<mo>&#x0003C;</mo>" in page and "<mfrac>" in page and "<code>$x$</code>" in page
    )


def test_the_folder_for_nbgrader(sources):
    files = grading.course_folder(sources, {"examples/train_digits.py": b"1"})
    assignments = {name.split("/")[1] for name in files if name.startswith("source/")}
    assert assignments == {source.stem for source in sources if source.exercises} and len(assignments) == 7
    assert files["source/06_mnist_cnn/examples/train_digits.py"] == b"1"


def test_the_zip_holds_everything_in_one_folder(monkeypatch):
    monkeypatch.setattr(stick_tool, "course_wheel", lambda: ("convlab_course-1-py3-none-any.whl", b"wheel"))
    files = {"00.ipynb": b"{}", "examples/a.py": b"1"}
    (name, data), *more = stick_tool.stick(files, "1.0").items()
    assert name == "stick/convlab-1.0-stick.zip" and not more
    assert data == stick_tool.stick(files, "1.0")["stick/convlab-1.0-stick.zip"]  # the same each time
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [
            "START.html",
            "notebooks/00.ipynb",
            "notebooks/examples/a.py",
            "wheels/convlab_course-1-py3-none-any.whl",
        ]
        assert archive.namelist() == [f"convlab-1.0/{name}" for name in names]
        start = archive.read("convlab-1.0/START.html").decode()
    assert "ConvLab 1.0" in start and "--no-index --find-links wheels convlab-course" in start
    assert "{{" not in start and not re.search(r"src=|<link|<script|url\(", start)
