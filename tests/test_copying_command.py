"""What ``python -m convlab copy DIR`` is asked for: folders that cannot be the copy, and the command line."""

import os
import shutil
import subprocess
import sys

import pytest
from learner import NB, ROOT, Course, link

from convlab import __main__, copying, files
from convlab.copying import copy_course


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)


# --- what is asked for --------------------------------------------------------------------------------------


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

    monkeypatch.setattr(files, "open", forbidden, raising=False)
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
    assert out[0] == "The course in work:" and len(out) == 10
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
    assert len(done.stdout.splitlines()) == 10 and (tmp_path / "größer/00_start_here.ipynb").is_file()
