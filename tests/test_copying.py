"""``python -m convlab copy DIR``: what its owner changed is left alone, and all else is brought up to date."""

import json
import shutil
import stat

import pytest
from ipykernel.ipkernel import IPythonKernel
from learner import (
    CHANGED,
    CHANGES,
    NB,
    NEWER,
    ROOT,
    SCRIPT,
    TWO,
    VIEW,
    Course,
    learners,
    link,
    new_edition,
    new_source,
    opened_and_saved,
    picture,
    run,
    widgets,
)

from convlab import copying
from convlab.copying import copy_course


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)


@pytest.fixture
def copied(course):
    assert course.copy().ok
    return course


# --- the copy -----------------------------------------------------------------------------------------------


def test_the_first_copy_and_the_second(course):
    first = course.copy()
    assert first.ok and first.said == ((NB, "new"), (TWO, "new"), (SCRIPT, "new")) and first.current == 0
    files = sorted(path.relative_to(course.work).as_posix() for path in course.work.rglob("*") if path.is_file())
    assert files == [copying.RECORD, NB, TWO, SCRIPT]
    assert course.is_current(NB) and course.is_current(TWO)
    assert (course.work / SCRIPT).read_bytes() == (course.root / SCRIPT).read_bytes()
    times = {path: path.stat().st_mtime_ns for path in course.work.rglob("*")}
    again = course.copy()
    assert again.ok and again.said == () and again.current == 3
    assert str(again) == f"The course in {course.work} is up to date."
    assert times == {path: path.stat().st_mtime_ns for path in course.work.rglob("*")}, "nothing was written"


def test_the_course_itself_is_copied_as_it_is(tmp_path):
    assert copy_course(tmp_path / "work").ok
    stored = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert len(stored) >= 7
    for path in stored:
        text = (tmp_path / "work" / path.name).read_bytes()
        assert text == learners(path), f"{path.name}: the copy differs by more than it should"
        assert json.loads(text)["metadata"]["language_info"] == IPythonKernel.language_info
        wakes = VIEW.encode() in text or b"widget-state" in text
        assert not wakes, "JupyterLab would wake a widget, and count the notebook as changed"
    for path in (ROOT / "examples").glob("*.py"):
        assert (tmp_path / "work/examples" / path.name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("change", CHANGES)
def test_what_its_owner_changed_is_left_alone(copied, change):
    mine = copied.edit(change)
    report = copied.copy()
    assert report.said == ((NB, CHANGED),) and report.current == 2 and report.ok
    copied.publish(new_edition)
    copied.publish(new_edition, TWO)
    report = copied.copy()
    assert report.said == ((NB, NEWER), (TWO, "brought up to date"))
    assert str(report).endswith("\n  1 file up to date\nTo have the course's own as well, rename yours and copy again.")
    assert (copied.work / NB).read_bytes() == mine and copied.is_current(TWO)
    (copied.work / NB).rename(copied.work / "mine.ipynb")
    assert copied.said() == {NB: "back again: it had been deleted or renamed"}
    assert (copied.work / "mine.ipynb").read_bytes() == mine and copied.is_current()


def test_a_change_taken_back_is_none(copied):
    mine = copied.edit(new_source)
    copied.edit(lambda notebook: notebook["cells"][1].update(source=["print(1)\n", "print(2)"]))
    copied.publish(new_edition)
    assert copied.said() == {NB: "brought up to date"} and copied.is_current() and mine
    copied.publish(new_source)
    copied.edit(new_source)  # the owner has made the same change
    assert copied.said() == {}


def test_opening_and_saving_changes_nothing(copied):
    saved = copied.edit(opened_and_saved)
    assert copied.said() == {} and (copied.work / NB).read_bytes() == saved
    copied.publish(new_edition)
    assert copied.said() == {NB: "brought up to date"} and copied.is_current()


@pytest.mark.parametrize("running", [run, picture, widgets])
def test_what_was_run_is_kept_when_it_is_replaced(copied, running):
    ran = copied.edit(running)
    assert copied.said() == {} and (copied.work / NB).read_bytes() == ran
    kept = ["01_one_my_run.ipynb", "01_one_my_run_2.ipynb"]
    copied.publish(new_edition)
    assert copied.said() == {NB: f"brought up to date; what you ran is kept: {kept[0]}"} and copied.is_current()
    ran_again = copied.edit(running)
    copied.publish(new_edition)
    assert copied.said() == {NB: f"brought up to date; what you ran is kept: {kept[1]}"} and copied.is_current()
    assert [(copied.work / name).read_bytes() for name in kept] == [ran, ran_again]
    copied.edit(new_source, kept[0])
    assert copied.said() == {}, "what was kept is no file of the course"


def test_a_kept_file_never_replaces_another(copied):
    (copied.work / "01_one_my_run.ipynb").write_text("mine")
    copied.edit(run)
    copied.publish(new_edition)
    assert copied.said() == {NB: "brought up to date; what you ran is kept: 01_one_my_run_2.ipynb"}
    assert (copied.work / "01_one_my_run.ipynb").read_text() == "mine"


def test_new_results_of_the_course_do_not_replace_a_learners(copied):
    copied.publish(run)
    mine = copied.edit(picture, TWO)
    copied.publish(run, TWO)
    assert copied.said() == {NB: "brought up to date"} and copied.is_current()
    assert (copied.work / TWO).read_bytes() == mine


def test_what_changes_without_a_source_is_an_edition_too(copied):
    copied.publish(lambda notebook: notebook["cells"][1]["metadata"].update(tags=["solution"]))
    assert copied.said() == {NB: "brought up to date"} and copied.is_current()


def test_another_python_is_written_into_what_was_not_touched(copied, monkeypatch):
    ran = copied.edit(run, TWO)
    monkeypatch.setattr(copying, "_this_python", lambda: "3.99.1")
    assert copied.said() == {NB: "brought up to date"}
    assert json.loads((copied.work / NB).read_bytes())["metadata"]["language_info"]["version"] == "3.99.1"
    assert (copied.work / TWO).read_bytes() == ran and copied.said() == {}


def test_a_deleted_file_comes_back(copied):
    mine = copied.edit(new_source)
    (copied.work / NB).unlink()
    (copied.work / SCRIPT).unlink()
    back = "back again: it had been deleted or renamed"
    assert copied.said() == {NB: back, SCRIPT: back} and copied.is_current() and mine
    assert copied.said() == {}


def test_the_course_grows_and_shrinks(copied):
    shutil.copy(copied.root / "notebooks" / TWO, copied.root / "notebooks/03_three.ipynb")
    (copied.root / "notebooks" / NB).unlink()
    mine = copied.edit(new_source)
    gone = "no longer in the course: yours to keep or to delete"
    assert copied.said() == {"03_three.ipynb": "new", NB: gone}
    assert (copied.work / NB).read_bytes() == mine and copied.said() == {NB: gone}
    (copied.work / NB).unlink()
    assert copied.said() == {}


# --- files that were there, and files that nobody expects ---------------------------------------------------


def test_a_file_that_was_there_is_adopted_if_it_is_the_courses(course):
    course.work.mkdir()
    shutil.copy(course.root / "notebooks" / NB, course.work)  # by hand: its version is missing
    shutil.copy(course.root / "notebooks" / TWO, course.work)
    ran = course.edit(run, TWO)
    assert course.said() == {NB: "brought up to date", SCRIPT: "new"} and course.is_current()
    assert (course.work / TWO).read_bytes() == ran
    course.publish(new_edition, TWO)
    assert course.said() == {TWO: "brought up to date; what you ran is kept: 02_two_my_run.ipynb"}


def test_a_file_that_was_there_is_its_owners_if_it_is_another(course):
    (course.work / "examples").mkdir(parents=True)
    (course.work / SCRIPT).write_text("mine")
    shutil.copy(course.root / "notebooks" / NB, course.work)
    mine = course.edit(new_source)
    for _ in range(2):
        report = course.copy()
        differs = "left alone: it is not as in the course"
        assert dict(report.said) | {TWO: ""} == {NB: differs, TWO: "", SCRIPT: differs} and report.ok
        assert str(report).endswith("rename yours and copy again.")
        assert (course.work / NB).read_bytes() == mine and (course.work / SCRIPT).read_text() == "mine"


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b"<<<<<<< HEAD\n{}"),
        *(b'{"cells": 3}', b'{"cells": [{}]}', b'{"cells": [{"cell_type": 1}]}', b'{"cells": [], "metadata": []}'),
    ],
)
def test_what_cannot_be_read_is_its_owners(copied, content):
    (copied.work / NB).write_bytes(content)
    copied.publish(new_edition)
    report = copied.copy()
    assert report.said == ((NB, "left alone: it cannot be read as a notebook"),) and report.ok
    assert "rename yours" in str(report) and (copied.work / NB).read_bytes() == content


@pytest.mark.parametrize(
    "record",
    [
        *(None, b"", b"{", b"[]", b"3", b"\xff" * 9, b'{"format": 1}', b'{"format": 1, "files": []}'),
        b'{"format": 1, "files": {"01_one.ipynb": 3, "02_two.ipynb": {"source": 1}}}',
        b'{"format": 2, "files": {"01_one.ipynb": {"source": "", "edition": "", "outputs": ""}}}',
    ],
)
def test_without_its_record_nothing_is_lost(copied, record):
    path = copied.work / copying.RECORD
    path.unlink() if record is None else path.write_bytes(record)
    mine = copied.edit(new_source)
    assert copied.said() == {NB: "left alone: it is not as in the course"}
    assert (copied.work / NB).read_bytes() == mine
    copied.publish(new_edition, TWO)
    assert copied.said()[TWO] == "brought up to date", "it was recorded again"


@pytest.mark.parametrize("rewrite", [lambda text: text.replace(b"\n", b"\r\n"), lambda text: b"\xef\xbb\xbf" + text])
def test_line_ends_and_byte_order_marks_are_no_change(copied, rewrite):
    for name in (NB, SCRIPT):
        path = copied.work / name
        path.write_bytes(rewrite(path.read_bytes()))
    assert copied.said() == {}
    copied.publish(new_edition)
    (copied.root / SCRIPT).write_bytes(b"print(2)\n")
    assert copied.said() == {NB: "brought up to date", SCRIPT: "brought up to date"} and copied.is_current()
    (copied.work / SCRIPT).write_bytes(b"print(3)\n")
    assert copied.said() == {SCRIPT: CHANGED}


def test_a_read_only_file_is_not_replaced(copied):
    path = copied.work / NB
    path.chmod(stat.S_IREAD)
    copied.publish(run)
    assert copied.said() == {} and not copied.is_current()
    copied.publish(new_edition)
    assert copied.said() == {NB: "left alone: it is read-only; there is a newer edition"}
    path.chmod(stat.S_IREAD | stat.S_IWRITE)
    assert copied.said() == {NB: "brought up to date"}


def test_a_read_only_course_gives_a_copy_that_can_be_written(course):
    for path in course.root.rglob("*.*"):
        path.chmod(stat.S_IREAD if path.is_file() else stat.S_IRWXU)
    assert course.copy().ok
    assert all(path.stat().st_mode & stat.S_IWRITE for path in course.work.rglob("*"))


def test_links_are_not_followed_out_of_the_copy(copied, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    shutil.move(copied.work / "examples", elsewhere)
    link(copied.work / "examples", elsewhere)
    shutil.move(copied.work / NB, elsewhere)
    link(copied.work / NB, elsewhere / NB)
    (copied.work / TWO).unlink()
    link(copied.work / TWO, elsewhere / "missing")
    before = {path: path.read_bytes() for path in elsewhere.iterdir()}
    copied.publish(new_edition)
    (copied.root / SCRIPT).write_text("new")
    said = {NB: f"left alone: {NB} is a link", TWO: f"left alone: {TWO} is a link"}
    assert copied.said() == said | {SCRIPT: "left alone: examples is a link"}
    assert {path: path.read_bytes() for path in elsewhere.iterdir()} == before
    assert (copied.work / NB).is_symlink() and (copied.work / TWO).is_symlink()


def test_a_link_to_the_folder_is_followed(course, tmp_path):
    (tmp_path / "real").mkdir()
    link(course.work, tmp_path / "real")
    assert course.copy().ok and (tmp_path / "real" / NB).is_file() and course.said() == {}


def test_folders_where_files_should_be(course):
    (course.work / NB).mkdir(parents=True)
    (course.work / "examples").write_text("mine")
    said = course.said()
    assert said == {NB: f"left alone: {NB} is no file", TWO: "new", SCRIPT: "left alone: examples is no folder"}
