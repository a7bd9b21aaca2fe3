"""A bad source is refused before anything is made: with its notebook, its cell, and the cure."""

import json
import shutil

import handouts
import nbformat
import pytest
from hygiene import NOTEBOOKS
from made_up import code, notebook, text
from sources import BadSource, faults, read_all

from convlab.exercises.engine.exercise import exercises

ONE = NOTEBOOKS[1]  # 01
STORED = ONE.read_text(encoding="utf-8")
PROMPT, PLACEHOLDER, CHECK, SOLUTION = (f"n01-ex-shape-{number}" for number in range(4))


@pytest.fixture
def nb():
    return nbformat.reads(STORED, as_version=4)


def cell(nb, its_id):
    return next(cell for cell in nb.cells if cell.id == its_id)


def remove(its_id):
    return lambda nb: nb.cells.remove(cell(nb, its_id))


def untag(its_id):
    return lambda nb: cell(nb, its_id).metadata.pop("tags")


def source(its_id, text):
    return lambda nb: cell(nb, its_id).update(source=text)


def swap(nb):
    at = nb.cells.index(cell(nb, CHECK))
    nb.cells[at], nb.cells[at + 1] = nb.cells[at + 1], nb.cells[at]


def twice(nb):
    again = nbformat.v4.new_code_cell('check("01-shape", answer)', id="again", metadata={"tags": ["check"]})
    again.execution_count = sum(cell.cell_type == "code" for cell in nb.cells) + 1
    nb.cells.append(again)


def unexecuted(nb):
    cell(nb, CHECK).execution_count = None


def same_id(nb):
    nb.cells[2].id = nb.cells[1].id


def misplaced(nb):
    """The whole exercise stands under another heading."""
    at = nb.cells.index(cell(nb, PROMPT))
    four = nb.cells[at : at + 4]
    del nb.cells[at : at + 4]
    nb.cells += four
    for number, its in enumerate((its for its in nb.cells if its.cell_type == "code"), 1):
        its.execution_count = number


FAULTS = {
    "solution without its tag": (untag(SOLUTION), f"(id {SOLUTION})", "give the cell the tag solution"),
    "check without its tag": (untag(CHECK), f"(id {CHECK})", "give the cell the tag check"),
    "placeholder without its tag": (untag(PLACEHOLDER), f"(id {PLACEHOLDER})", "give the cell the tag exercise"),
    "no check": (
        remove(CHECK),
        f"(id {PROMPT}): the exercise 01-shape lacks its check",
        "exercise_cells.py 01-shape",
    ),
    "no placeholder": (remove(PLACEHOLDER), "lacks the cell with its placeholder", "exercise_cells.py 01-shape"),
    "no solution": (remove(SOLUTION), "01-shape lacks its solution", "exercise_cells.py 01-shape"),
    "other words": (source(PROMPT, "**Exercise: x.** y"), "01-shape lacks its text", "exercise_cells.py 01-shape"),
    "unknown check": (
        source(CHECK, 'check("01-shap", answer)'),
        "'01-shap', which this notebook",
        "correct the name",
    ),
    "checked twice": (twice, "(id again): checks '01-shape' a second time", "delete this cell"),
    "order": (swap, f"(id {PROMPT}): the cells of 01-shape do not follow", "move them in JupyterLab"),
    "heading": (misplaced, "01-shape stands below", "exercise_cells.py 01-count"),
    "not executed": (unexecuted, f"(id {CHECK}): its execution count is None", "run make notebooks"),
    "ids": (same_id, "cell 3: its id", "run make notebooks"),
    "talk": (
        source("n01-002x", "The solution is folded away below."),
        "«The solution is folded away below.» is not true where",
        "<!-- solutions -->",
    ),
}


def test_the_course_has_no_fault(sources):
    assert [source.name for source in sources] == [path.name for path in NOTEBOOKS]


@pytest.mark.parametrize(("harm", "place", "cure"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_said_with_its_cell_and_its_cure(nb, harm, place, cure):
    nb.cells.append(nbformat.v4.new_markdown_cell("text", id="n01-002x"))
    harm(nb)
    found = "\n".join(faults(nb, exercises("01")))
    assert place in found and cure in found


def test_a_solution_in_a_notebook_without_exercises_needs_its_tag_too():
    nb = notebook(text("# 00"), text("<details><summary>Solution</summary>\n\n42\n\n</details>"), code("1"))
    assert "cell 2 (id cell-2): this is a solution without its tag" in faults(nb, ())[0]


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"3", b"\xff\xfe", b'{"cells": []}', b'{"cells": [3]}', b'{"nbformat": 4}', b'{"cells": [{}]}'],
)
def test_what_is_no_notebook_is_named(tmp_path, data):
    (tmp_path / ONE.name).write_bytes(data)
    with pytest.raises(BadSource, match=f"{ONE.name}: cannot be read as a notebook .*; get it anew"):
        read_all(tmp_path)


def test_no_notebooks(tmp_path):
    with pytest.raises(BadSource, match="no notebooks are in"):
        read_all(tmp_path)


def test_a_bad_source_makes_nothing(tmp_path, capsys):
    here = tmp_path / "notebooks"
    here.mkdir()
    bad = json.loads(STORED)
    next(cell for cell in bad["cells"] if cell["id"] == SOLUTION)["metadata"] = {}
    (here / ONE.name).write_text(json.dumps(bad), encoding="utf-8")
    (here / NOTEBOOKS[2].name).write_text("{", encoding="utf-8")
    assert handouts.main(["--notebooks", str(here), "--to", str(tmp_path / "build/handouts")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("No handouts were made.") and f"{ONE.name}, cell " in said and f"(id {SOLUTION})" in said
    assert f"{NOTEBOOKS[2].name}: cannot be read" in said  # all that is wrong is said at once
    assert not (tmp_path / "build").exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(handouts, "make", lambda *_: {"learner/a.ipynb": b"{}"})
    (tmp_path / "build").write_text("a file")
    shutil.copy(NOTEBOOKS[0], tmp_path)
    assert handouts.main(["--notebooks", str(tmp_path), "--to", str(tmp_path / "build/handouts")]) == 1
    out, err = capsys.readouterr()
    assert out == "" and "build is a file, and a folder is needed there" in err
