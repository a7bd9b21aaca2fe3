"""What a learner's copy leaves out: outputs that answer a prediction (``predict``), and hidden cells (``hide``)."""

import json
import shutil

import pytest
from learner import CHANGED, NB, TWO, Course, hidden_cell, new_edition, new_source, result, run, sources, tag

from convlab import copying
from convlab.editions import without_answers, without_hidden


@pytest.fixture
def course(tmp_path):
    """A course whose first notebook has a prediction and a hidden cell."""
    course = Course(tmp_path)
    course.publish(tag("predict"))
    course.publish(hidden_cell("assert a == 1"))
    return course


@pytest.fixture
def copied(course):
    assert course.copy().ok
    return course


def cells(course, name=NB):
    return json.loads((course.work / name).read_bytes())["cells"]


def stored(course, name=NB):
    return json.loads((course.root / "notebooks" / name).read_bytes())


def test_answers_and_hidden_cells_are_left_out(course):
    before = (course.root / "notebooks" / NB).read_bytes()
    course.copy()
    assert [cell["id"] for cell in cells(course)] == ["a", "b"], "nothing of the hidden cell"
    assert "outputs" not in cells(course)[0], "text is no code"
    predicted = cells(course)[1]
    assert predicted["outputs"] == [] and predicted["execution_count"] is None
    assert "".join(predicted["source"]) == "print(1)\nprint(2)" and predicted["metadata"] == {"tags": ["predict"]}
    assert cells(course, TWO) == stored(course, TWO)["cells"], "what has no tag is as it was"
    assert (course.root / "notebooks" / NB).read_bytes() == before and course.is_current()
    assert course.said() == {}


def test_a_speakers_notes_are_left_out(course):
    before = cells_without_notes(course)

    def add_notes(notebook):
        notes = {"cell_type": "markdown", "id": "says", "source": ["**3 minutes.** Ask."]}
        notebook["cells"].insert(1, {**notes, "metadata": {"slideshow": {"slide_type": "notes"}}})

    course.publish(add_notes)
    course.copy()
    assert cells(course) == before and "says" in [cell["id"] for cell in stored(course)["cells"]]


def cells_without_notes(course):
    course.copy()
    return cells(course)


def test_what_a_learner_does_not_see_makes_no_new_edition(copied):
    ran = copied.edit(run)
    copied.publish(lambda notebook: notebook["cells"][1].update(outputs=[result("another answer")]))
    copied.publish(lambda notebook: notebook["cells"][2].update(source=["assert a == 2"]))
    assert copied.said() == {} and (copied.work / NB).read_bytes() == ran
    mine = copied.edit(new_source)
    assert copied.said() == {NB: CHANGED} and (copied.work / NB).read_bytes() == mine


def test_a_prediction_that_was_run_is_kept_when_it_is_replaced(copied):
    as_stored = stored(copied)["cells"][1]["outputs"]
    ran = copied.edit(lambda notebook: notebook["cells"][1].update(outputs=as_stored, execution_count=1))
    assert copied.said() == {} and (copied.work / NB).read_bytes() == ran
    copied.publish(new_edition)
    assert copied.said() == {NB: "brought up to date; what you ran is kept: 01_one_my_run.ipynb"}
    assert (copied.work / "01_one_my_run.ipynb").read_bytes() == ran and copied.is_current()


@pytest.mark.parametrize("name", ["predict", "hide"])
@pytest.mark.parametrize("touched", [None, run, new_source])
def test_a_copy_from_before_the_tags(tmp_path, name, touched):
    """Nobody ran or changed it: it becomes the new edition. What was run is kept, what was changed stays."""
    course = Course(tmp_path)
    course.copy()
    mine = course.edit(touched) if touched else b""
    course.publish(tag(name))
    if touched is new_source:
        assert course.said() == {NB: CHANGED + "; there is a newer edition"}
        assert (course.work / NB).read_bytes() == mine
        return
    kept = "; what you ran is kept: 01_one_my_run.ipynb" if touched else ""
    assert course.said() == {NB: "brought up to date" + kept} and course.is_current() and course.said() == {}
    assert not touched or (course.work / "01_one_my_run.ipynb").read_bytes() == mine


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("recorded", [False, True])
def test_the_courses_own_file_copied_by_hand(tmp_path, hidden, recorded):
    """It is nobody's work: its answers go, and so do its hidden cells. If it was run, that is kept."""
    course = Course(tmp_path)
    course.publish(tag("predict"))
    if hidden:
        course.publish(hidden_cell("assert a == 1"))
    course.copy() if recorded else course.work.mkdir()
    shutil.copy(course.root / "notebooks" / NB, course.work)
    ran = course.edit(run) if recorded else b""
    said = course.said()
    if not recorded:
        assert said.pop(NB) == "brought up to date" and course.is_current()
    elif hidden:
        assert said == {NB: "brought up to date; what you ran is kept: 01_one_my_run.ipynb"} and course.is_current()
        assert (course.work / "01_one_my_run.ipynb").read_bytes() == ran
    else:
        assert said == {} and (course.work / NB).read_bytes() == ran
    assert course.said() == {}


def test_a_learners_own_cell_with_a_tag_stays_as_it_is(copied):
    hidden_cell("my own")(mine := json.loads((copied.work / NB).read_bytes()))
    (copied.work / NB).write_text(json.dumps(mine))
    assert copied.said() == {NB: CHANGED} and sources((copied.work / NB).read_bytes())[-1] == "my own"


def test_without_its_record_a_prediction_that_was_run_is_the_learners(copied):
    ran = copied.edit(run)
    (copied.work / copying.RECORD).unlink()
    assert copied.said() == {} and (copied.work / NB).read_bytes() == ran
    copied.publish(new_edition)
    assert copied.said() == {NB: "brought up to date; what you ran is kept: 01_one_my_run.ipynb"}


def test_a_notebook_of_nbformat_stays_one():
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    given = [
        new_code_cell("1", outputs=[new_output("stream", text="1")], metadata={"tags": [name]}, execution_count=1)
        for name in ("predict", "hide", "covers:A1")
    ]
    left = without_answers(without_hidden(new_notebook(cells=given)))
    nbformat.validate(left)
    assert [cell.metadata.tags for cell in left.cells] == [["predict"], ["covers:A1"]]
    assert [len(cell.outputs) for cell in left.cells] == [0, 1] and given[0].outputs
