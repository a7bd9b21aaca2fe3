"""``python -m convlab copy DIR``: what a learner has made is never lost, and all else is brought up to date."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipykernel.ipkernel import IPythonKernel

import notebooks  # tools/notebooks.py
from convlab import __main__, copying
from convlab.copying import copy_course

ROOT = Path(__file__).resolve().parents[1]
VIEW = notebooks.WIDGET_VIEW
NB, TWO, SCRIPT = "01_one.ipynb", "02_two.ipynb", "examples/script.py"
CHANGED, NEWER = "left alone: you changed it", "left alone: you changed it; there is a newer edition"


class Course:
    """A small course, and a learner's copy of it."""

    def __init__(self, folder):
        self.root, self.work = folder / "course", folder / "work"
        (self.root / "notebooks").mkdir(parents=True)
        (self.root / "examples/__pycache__").mkdir(parents=True)
        (self.root / "examples/__pycache__/script.pyc").touch()
        (self.root / "notebooks/.ruff.toml").touch()
        for name in (NB, TWO):
            cells = [
                {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# Größe\n", "two lines"]},
                {
                    "cell_type": "code",
                    "execution_count": 1,
                    "id": "b",
                    "metadata": {},
                    "outputs": [result("2\n")],
                    "source": ["print(1)\n", "print(2)"],
                },
            ]
            metadata = {"kernelspec": notebooks.KERNELSPEC, "language_info": notebooks.LANGUAGE_INFO}
            notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
            save(self.root / "notebooks" / name, notebook)
        (self.root / SCRIPT).write_bytes(b"print('caf\xc3\xa9')\n")

    def copy(self):
        return copy_course(self.work, self.root)

    def said(self):
        return dict(self.copy().said)

    def edit(self, change, name=NB):
        """Change a notebook in the learner's copy; return its bytes."""
        path = self.work / name
        path.write_bytes(json.dumps(changed(path, change)).encode())
        return path.read_bytes()

    def publish(self, change, name=NB):
        """Change a notebook of the course."""
        path = self.root / "notebooks" / name
        save(path, changed(path, change))

    def is_current(self, name=NB):
        return (self.work / name).read_bytes() == learners(self.root / "notebooks" / name)


def result(text, count=1):
    data = {"text/plain": [text]}
    return {"data": data, "execution_count": count, "metadata": {}, "output_type": "execute_result"}


def save(path, notebook):
    path.write_bytes(notebooks.dumps(nbformat.reads(json.dumps(notebook), as_version=4)).encode())


def changed(path, change):
    notebook = json.loads(path.read_bytes())
    change(notebook)
    return notebook


def sources(path):
    return ["".join(cell["source"]) for cell in json.loads(path.read_bytes())["cells"]]


def learners(path):
    """A notebook of the course as its copy must be: with the version, and without widgets that want to live."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.language_info["version"] = sys.version.split()[0]
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(VIEW, None)
    return notebooks.dumps(notebook).encode()


# What may happen to a notebook, in the copy or in the course.


def new_source(notebook):
    notebook["cells"][1]["source"] = ["print(3)\n", "print(4)"]


def new_edition(notebook):
    notebook["cells"][0]["source"] = notebook["cells"][0]["source"] + ["\nanother line"]


def retyped(notebook):
    notebook["cells"][0]["cell_type"] = "raw"


def cell_added(notebook):
    notebook["cells"].append({"cell_type": "markdown", "id": "c", "metadata": {}, "source": []})


def cell_removed(notebook):
    del notebook["cells"][1]


def cells_swapped(notebook):
    notebook["cells"].reverse()


CHANGES = [new_source, retyped, cell_added, cell_removed, cells_swapped]


def run(notebook):
    notebook["cells"][1].update(outputs=[result("ran", 3)], execution_count=3)


def picture(notebook):
    data = {"text/plain": ["<explorer>"], VIEW: {"model_id": "0"}}
    notebook["cells"][1]["outputs"].append({"data": data, "metadata": {}, "output_type": "display_data"})


def widgets(notebook, state=("m",)):
    models = {name: {"model_name": "HTMLModel", "state": {}} for name in state}
    notebook["metadata"]["widgets"] = {notebooks.WIDGET_STATE: {"state": models, "version_major": 2}}


def opened_and_saved(notebook):
    """What JupyterLab may write without running anything."""
    widgets(notebook, state=())
    notebook["metadata"]["kernelspec"]["display_name"] = "my Python"
    notebook["metadata"]["toc"] = True
    notebook["cells"][0]["metadata"]["collapsed"] = True
    for counted in (notebook["cells"][1], *notebook["cells"][1]["outputs"]):
        counted["execution_count"] = 7
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])


@pytest.fixture(autouse=True, scope="module")
def no_waiting_for_the_disk():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda file: None)
        yield


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)


@pytest.fixture
def copied(course):
    assert course.copy().ok
    return course


# --- the copy -------------------------------------------------------------------------------------------------


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
        assert VIEW.encode() not in text, "JupyterLab would wake a widget, and count the notebook as changed"
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


def link(path, target):
    try:
        path.symlink_to(target, target_is_directory=target.is_dir())
    except OSError:
        pytest.skip("this system lets nobody make a link")


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


# --- interruptions ------------------------------------------------------------------------------------------


class Stop(BaseException):
    """As Ctrl-C: nobody catches it."""


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_interruption_loses_nothing_and_the_next_call_goes_on(course, tmp_path, monkeypatch, when):
    """The learner has changed one notebook, run the other, and a new edition comes; every step may be the last."""
    course.copy()
    mine, ran = course.edit(new_source), course.edit(run, TWO)
    for name in (NB, TWO):
        course.publish(new_edition, name)
    (course.root / SCRIPT).write_text("new")
    replace, start, step = os.replace, tmp_path / "start", 0
    course.work.rename(start)
    while True:
        shutil.rmtree(course.work, ignore_errors=True)
        shutil.copytree(start, course.work)
        steps = iter(range(99))

        def stopping(old, new, steps=steps, step=step):
            last = next(steps) == step
            if last and when == "before":
                raise Stop
            replace(old, new)
            if last:
                raise Stop

        monkeypatch.setattr(os, "replace", stopping)
        try:
            course.copy()
        except Stop:
            monkeypatch.setattr(os, "replace", replace)
            assert course.copy().ok
        else:
            break
        finally:
            monkeypatch.setattr(os, "replace", replace)
        step += 1
        assert (course.work / NB).read_bytes() == mine
        assert ran in [path.read_bytes() for path in course.work.glob("02_two_my_run*.ipynb")]
        assert course.is_current(TWO) and (course.work / SCRIPT).read_text() == "new"
        assert dict(course.copy().said) == {NB: NEWER}
        assert not list(course.work.rglob("*.new"))
    assert step >= 4


def test_an_edition_that_was_written_but_not_recorded_was_not_run(copied):
    record = (copied.work / copying.RECORD).read_bytes()
    copied.publish(run)
    copied.publish(lambda notebook: notebook["cells"][1]["metadata"].update(tags=["solution"]))
    assert copied.said() == {NB: "brought up to date"}
    (copied.work / copying.RECORD).write_bytes(record)
    assert copied.said() == {NB: "brought up to date"} and len(list(copied.work.iterdir())) == 4


def test_a_full_disk_is_said_and_the_next_call_goes_on(course, monkeypatch):
    replace = os.replace

    def full(old, new):
        if Path(new).name == TWO:
            raise OSError(28, "No space left on device")
        replace(old, new)

    monkeypatch.setattr(os, "replace", full)
    report = course.copy()
    assert not report.ok and report.said == ((NB, "new"),) and course.is_current()
    assert str(report).splitlines()[-1].startswith(f"Stopped at {TWO} in {course.work}: No space left on device. ")
    assert sorted(path.name for path in course.work.iterdir()) == [copying.RECORD, NB]
    monkeypatch.setattr(os, "replace", replace)
    assert course.said() == {TWO: "new", SCRIPT: "new"}


def test_what_was_run_stays_if_it_cannot_be_renamed(copied, monkeypatch):
    """On Windows another program may hold it."""
    ran = copied.edit(run)
    copied.publish(new_edition)

    def held(old, new):
        raise PermissionError(13, "it is used by another process")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", held)
        report = copied.copy()
    assert not report.ok and "used by another process" in str(report)
    assert (copied.work / NB).read_bytes() == ran and len(list(copied.work.iterdir())) == 4


# --- any life -----------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(["write", "run", "save", "delete", "rename", "forget", "edition", "results", "copy"])))
def test_whatever_happens_nothing_of_the_learner_is_lost(tmp_path_factory, life):
    course = Course(tmp_path_factory.mktemp("life"))
    course.copy()
    path = course.work / NB
    mine = {"source": None, "output": None}  # what the learner last wrote into the notebook
    lost_sight_of = set()  # what the learner wrote into files that have another name now
    for number, event in enumerate([*life, "copy"]):
        text = f"mine-{number}"
        if event == "write" and path.exists():
            course.edit(lambda notebook, text=text: notebook["cells"][1].update(source=[text]))
            mine["source"] = text
        elif event == "run" and path.exists():
            course.edit(lambda notebook, text=text: notebook["cells"][1].update(outputs=[result(text)]))
            mine["output"] = text
        elif event == "save" and path.exists():
            course.edit(opened_and_saved)
        elif event == "delete" and path.exists():
            path.unlink()
            mine = dict.fromkeys(mine)
        elif event == "rename" and path.exists():
            path.rename(course.work / f"renamed-{number}.ipynb")
            lost_sight_of |= set(mine.values())
            mine = dict.fromkeys(mine)
        elif event == "forget":
            (course.work / copying.RECORD).unlink(missing_ok=True)
        elif event == "edition":
            course.publish(lambda notebook, n=number: notebook["cells"][0].update(source=[f"edition {n}"]))
        elif event == "results":
            course.publish(lambda notebook, n=number: notebook["cells"][1].update(outputs=[], execution_count=n))
        elif event == "copy":
            before = path.read_bytes() if path.exists() else None
            assert course.copy().ok
            if mine["source"]:
                assert path.read_bytes() == before
            elif path.read_bytes() != before:  # a new one
                lost_sight_of |= set(mine.values())
                mine = dict.fromkeys(mine)
            if "forget" not in life and not mine["source"]:
                assert sources(path) == sources(course.root / "notebooks" / NB)
        files = "".join(file.read_text(encoding="utf-8") for file in course.work.glob("*.ipynb"))
        wanted = {text for text in {*mine.values(), *lost_sight_of} if text}
        assert {text for text in wanted if f'"{text}"' not in files} == set()


# --- what is asked for ----------------------------------------------------------------------------------------


def snapshot(folder):
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.mark.parametrize(
    "place, message",
    [
        ("", "has no name"),
        (" ", "has no name"),
        ("course/notebooks/01_one.ipynb", "01_one.ipynb is a file; the copy needs a folder"),
        ("course/notebooks/01_one.ipynb/work", "01_one.ipynb is a file; the copy needs a folder"),
        ("course", "is the course itself; choose another folder"),
        ("course/notebooks", "is the course itself; choose another folder"),
        ("course/notebooks/work/mine", "is the course itself; choose another folder"),
        ("course/examples", "is the course itself; choose another folder"),
        ("work/../course/./notebooks", "is the course itself; choose another folder"),
    ],
)
def test_folders_that_cannot_be_the_copy(course, tmp_path, monkeypatch, place, message):
    monkeypatch.chdir(tmp_path)
    before = snapshot(tmp_path)
    with pytest.raises(ValueError, match=message):
        copy_course(place, course.root)
    assert snapshot(tmp_path) == before


def test_a_link_to_the_course_is_the_course(course, tmp_path):
    link(tmp_path / "innocent", course.root / "notebooks")
    with pytest.raises(ValueError, match="is the course itself"):
        copy_course(tmp_path / "innocent", course.root)


def test_a_folder_beside_the_notebooks_is_a_good_one(course):
    assert copy_course(course.root / "work", course.root).ok


def test_a_home_folder_is_found(course, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert copy_course("~/mine", course.root).folder == "~/mine" and (tmp_path / "mine" / NB).is_file()


def test_a_folder_that_cannot_be_made_leaves_none_of_its_parents(course, tmp_path):
    before = snapshot(tmp_path)
    with pytest.raises(OSError, match=r"^\S*x{300} cannot be made: "):
        copy_course(tmp_path / "new" / ("x" * 300), course.root)
    assert snapshot(tmp_path) == before


def test_a_folder_that_cannot_be_written_is_left_as_it_is(course, tmp_path, monkeypatch):
    def forbidden(path, mode="r", **options):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(copying, "open", forbidden, raising=False)
    for _ in range(2):  # one that is made for it, and one that is there
        before = snapshot(tmp_path)
        report = course.copy()
        assert not report.ok and str(report).startswith(f"Stopped at {NB} in {course.work}: Permission denied.")
        assert snapshot(tmp_path) == before
        course.work.mkdir(exist_ok=True)


def test_a_course_without_notebooks_or_with_a_broken_one(course, tmp_path):
    (course.root / "notebooks" / NB).write_bytes(b"<<<<<<< HEAD")
    with pytest.raises(ValueError, match=r"01_one\.ipynb, a file of the course, cannot be read as a notebook"):
        course.copy()
    shutil.rmtree(course.root / "notebooks")
    with pytest.raises(FileNotFoundError, match=r"no notebooks found in .*notebooks"):
        course.copy()
    assert not course.work.exists()


def test_a_package_without_its_notebooks_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(copying, "__file__", str(tmp_path / "convlab" / "copying.py"))
    monkeypatch.setattr(copying.metadata, "distributions", lambda name: [])
    with pytest.raises(FileNotFoundError, match="the notebooks that belong to it are not installed: install the wheel"):
        copy_course(tmp_path / "work")
    (tmp_path / "pyproject.toml").write_text('name = "another"')  # whose notebooks are not the course's
    (tmp_path / "notebooks").mkdir()
    with pytest.raises(FileNotFoundError, match="are not installed"):
        copy_course(tmp_path / "work")


# --- the command line ---------------------------------------------------------------------------------------


def test_the_command_copies_and_says_what_it_did(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert __main__.main(["copy", "work"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "The course in work:" and len(out) == 9
    assert all(line.startswith("  ") and line.endswith("  new") for line in out[1:])
    assert __main__.main(["copy", "work"]) == 0
    assert capsys.readouterr().out == "The course in work is up to date.\n"


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["copy"], "required: DIR"),
        (["copy", "a", "b"], "unrecognized arguments: b"),
        (["cpy", "work"], "invalid choice: 'cpy'"),
        (["--what"], "unrecognized arguments: --what"),
    ],
)
def test_commands_that_are_none(arguments, message, capsys):
    with pytest.raises(SystemExit) as stopped:
        __main__.main(arguments)
    assert stopped.value.code == 2
    err = capsys.readouterr().err
    assert message in err and "python -m convlab" in err and "__main__" not in err


def test_help_tells_both(capsys):
    with pytest.raises(SystemExit) as stopped:
        __main__.main(["--help"])
    assert stopped.value.code == 0
    out = capsys.readouterr().out
    assert "copy DIR" in out and "check that everything the course needs is here" in out


def test_a_refusal_is_one_line(capsys, tmp_path):
    (tmp_path / "file").touch()
    assert __main__.main(["copy", str(tmp_path / "file")]) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("convlab: ") and err.count("\n") == 1


def test_it_needs_nothing_but_python(tmp_path):
    """-S: without any installed package; and a terminal that knows only ASCII."""
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    command = [sys.executable, "-S", "-m", "convlab", "copy", "größer"]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == ""
    assert len(done.stdout.splitlines()) == 9 and (tmp_path / "größer/00_start_here.ipynb").is_file()
