"""Progress is kept in a learner's copy of the course, and nowhere else; nothing that is kept gets lost."""

import json
import os
import subprocess
import sys
from datetime import datetime

import pytest
from learner import Course

from convlab import progress_file
from convlab.copying import RECORD
from convlab.exercises import check, hint, names, progress, reset_progress
from convlab.exercises.engine import ladder
from convlab.exercises.engine import progress as _progress
from convlab.exercises.engine.exercise import find
from convlab.progress_file import FILE, attempt, changing, merged, read

RIGHT, WRONG, MISTAKE = (476, 638), (475, 637), "the + 1 is missing"


@pytest.fixture(autouse=True)
def new_kernel(monkeypatch):
    """Return a function that forgets what a kernel knows."""

    def new():
        monkeypatch.setattr(_progress, "_session", {})
        monkeypatch.setattr(_progress, "_told", set())
        monkeypatch.setattr(_progress, "last", {}, raising=False)
        monkeypatch.setattr(ladder, "_given", {})

    new()
    return new


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A learner's copy, in which the kernel works."""
    (tmp_path / "work/examples").mkdir(parents=True)
    (tmp_path / "work" / RECORD).touch()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def statuses(notebook=None):
    return {name: status for name, _, status in progress(notebook).rows if status != "not tried"}


def test_what_was_done_is_there_the_next_day(work, new_kernel, monkeypatch):
    for answer in ((1, 2), WRONG, WRONG, RIGHT, WRONG, RIGHT):
        check("01-shape", answer)
    check("01-kernel", ...)
    check("02-frames", {"valid": 1, "padded": 1, "full": 1, "left_right": 1})
    kept = read(work / FILE)
    assert list(kept) == ["01-shape", "02-frames"]  # a placeholder is no attempt
    assert kept["01-shape"] | {"tried": 0, "passed": 0} == {
        **{"tried": 0, "passed": 0, "attempts": 4, "score": 1.0, "mistakes": {MISTAKE: 2}}
    }
    new_kernel()
    monkeypatch.chdir(work / "examples")  # the copy is looked for upwards
    assert statuses() == {"01-shape": "passed", "02-frames": "tried"} and progress().days == {}
    assert statuses("02") == {"02-frames": "tried"}
    check("02-frames", {"valid": 1, "padded": 1, "full": 1, "left_right": 1})
    assert read(work / FILE)["02-frames"]["attempts"] == 2 and not (work / "examples" / FILE).exists()
    text = (work / FILE).read_text().replace(kept["01-shape"]["passed"], "2024-02-29T08:00:00")
    (work / FILE).write_text(text)
    assert "passed on 2024-02-29\n" in repr(progress()) and "passed on 2024-02-29</td>" in progress("01")._repr_html_()


def test_elsewhere_nothing_is_written(tmp_path, monkeypatch, new_kernel):
    monkeypatch.chdir(tmp_path)
    check("01-shape", WRONG)
    check("01-shape", RIGHT)
    assert statuses() == {"01-shape": "passed"} and list(tmp_path.iterdir()) == []
    assert reset_progress("01").headline.startswith("0 of") and list(tmp_path.iterdir()) == []


def test_a_working_directory_that_is_gone_is_no_trouble(monkeypatch):
    def gone():
        raise FileNotFoundError

    monkeypatch.setattr(os, "getcwd", gone)
    assert check("01-shape", RIGHT).passed and statuses() == {"01-shape": "passed"}


def test_two_kernels_lose_nothing(work):
    code = (
        "import sys, convlab.__main__; from pathlib import Path; from convlab.progress_file import *\n"
        "assert 'torch' not in sys.modules, 'copying and keeping need Python alone'\n"
        "for turn in range(15):\n"
        "    with changing(Path(FILE)) as (kept, _):\n"
        "        kept.update(merged(kept, {'01-shape': attempt('tried', 0, sys.argv[1])}))"
    )
    kernels = [subprocess.Popen([sys.executable, "-c", code, name]) for name in ("one", "two")]
    assert [kernel.wait() for kernel in kernels] == [0, 0]
    kept = read(work / FILE)["01-shape"]
    assert kept["attempts"] == 30 and kept["mistakes"] == {"one": 15, "two": 15}


def test_what_is_merged_keeps_the_best_and_the_last_mistake():
    early = {"tried": "2026-01-01T10:00:00", "passed": None, "attempts": 2, "score": 0.5, "mistakes": {"a": 1, "b": 1}}
    late = {"tried": "2026-01-02T10:00:00", "passed": "x", "attempts": 1, "score": 0.0, "mistakes": {"a": 1}}
    both = merged({"01-shape": early, "02-conv": late}, {"01-shape": late})
    assert both == {"01-shape": {**early, "passed": "x", "attempts": 3, "mistakes": {"b": 1, "a": 2}}, "02-conv": late}
    assert list(both["01-shape"]["mistakes"]) == ["b", "a"] and early["mistakes"] == {"a": 1, "b": 1}


def with_entry(**changes):
    entry = {"tried": "2026-01-01T10:00:00", "passed": None, "attempts": 1, "score": 0.5, "mistakes": {}} | changes
    return json.dumps({"format": 1, "exercises": {"01-shape": entry}})


FOREIGN = [
    *("", "{", "[]", "7", "[" * 100_000, "\xff", '{"format": 2, "exercises": {}}', '{"format": 1, "exercises": []}'),
    json.dumps({"format": 1, "exercises": {"../x": attempt("tried", 0)}}),
    *(with_entry(tried=None), with_entry(passed="<b>"), with_entry(attempts="3"), with_entry(attempts=True)),
    *(with_entry(score=float("nan")), with_entry(score=2), with_entry(mistakes=[]), with_entry(more=1)),
    *(with_entry(mistakes={"\x1b[2J": 1}), with_entry(mistakes={"a": -1}), with_entry(mistakes={"\ud800": 1})),
]


def test_a_sound_file_is_read(tmp_path):
    (tmp_path / FILE).write_text(with_entry())
    assert read(tmp_path / FILE)["01-shape"]["score"] == 0.5


@pytest.mark.parametrize("text", FOREIGN, ids=range(len(FOREIGN)))
def test_a_broken_or_foreign_file_is_set_aside(text, work, capsys):
    (work / FILE).write_text(text, encoding="latin-1")
    (work / "convlab-progress.broken1").write_text("an older one")
    assert statuses() == {} and (work / FILE).read_text(encoding="latin-1") == text  # looking changes nothing
    assert check("01-shape", RIGHT).passed
    said = capsys.readouterr().out
    assert said.startswith("convlab-progress.json ") and "It is now convlab-progress.broken2" in said
    assert (work / "convlab-progress.broken2").read_text(encoding="latin-1") == text
    assert (work / "convlab-progress.broken1").read_text() == "an older one"
    check("01-shape", RIGHT)
    assert statuses() == {"01-shape": "passed"} and capsys.readouterr().out == ""


def test_where_nothing_can_be_written_check_works_and_says_it_once(work, monkeypatch, capsys):
    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(progress_file, "write_whole", full)
        assert [check("01-shape", answer).passed for answer in (WRONG, RIGHT)] == [False, True]
        said = "Your progress is not kept: convlab-progress.json: No space left on device.\n"
        assert capsys.readouterr().out == said and statuses() == {"01-shape": "passed"}
        with pytest.raises(OSError, match=r"reset_progress: convlab-progress\.json .* No space left"):
            check("01-shape", RIGHT)
            (work / FILE).write_text(with_entry())
            reset_progress()
    (work / FILE).unlink()
    check("01-kernel", 0)  # there is space again: what was not kept comes along
    assert {name: kept["attempts"] for name, kept in read(work / FILE).items()} == {"01-kernel": 1, "01-shape": 2}


def test_a_read_only_folder_is_no_trouble(work, monkeypatch, capsys):
    def refuse(path, *mode):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(progress_file, "open", refuse, raising=False)
    assert check("01-shape", RIGHT).passed and statuses() == {"01-shape": "passed"}
    assert "not kept: convlab-progress.json: Permission denied" in capsys.readouterr().out


def test_somebody_who_holds_the_file_is_not_waited_for_without_end(work, monkeypatch, capsys):
    monkeypatch.setattr(progress_file, "PATIENCE", 0.05)
    with changing(work / FILE):
        assert check("01-shape", RIGHT).passed
    assert "another notebook is writing it" in capsys.readouterr().out
    check("01-kernel", 0)
    assert list(read(work / FILE)) == ["01-kernel", "01-shape"]


def test_reset_forgets_and_keeps_a_backup(work, capsys):
    check("01-shape", WRONG)
    check("02-frames", {"valid": 1, "padded": 1, "full": 1, "left_right": 1})
    check("01-kernel", 0)
    before = (work / FILE).read_bytes()
    assert reset_progress("01-kernel").rows[0][0] == "01-count"
    assert statuses() == {"01-shape": "tried", "02-frames": "tried"}
    assert capsys.readouterr().out == "What was kept is now in convlab-progress.backup1.\n"
    assert (work / "convlab-progress.backup1").read_bytes() == before
    reset_progress(1)
    assert statuses() == {"02-frames": "tried"}
    assert len(reset_progress().rows) == len(names()) and statuses() == {}
    assert read(work / "convlab-progress.backup3").keys() == {"02-frames"}
    capsys.readouterr()
    reset_progress()
    assert capsys.readouterr().out == "" and not (work / "convlab-progress.backup4").exists()
    with pytest.raises(ValueError, match="no exercises of notebook 77"):
        reset_progress(77)


def test_copying_again_leaves_progress_alone(tmp_path, monkeypatch):
    course = Course(tmp_path)
    assert course.copy().ok
    work = course.work
    monkeypatch.chdir(work)
    check("01-shape", RIGHT)
    before = {path: path.read_bytes() for path in work.rglob("*") if "progress" in path.name}
    assert len(before) == 2 and course.said() == {}
    assert {path: path.read_bytes() for path in before} == before


def test_every_mistake_can_be_kept(tmp_path):
    entries = {}
    for name in names():
        exercise = find("tests", name)
        for mistake in (*exercise.mistakes, *exercise.several):
            entries = merged(entries, {name: attempt("tried", 0, mistake.name)})
    with changing(tmp_path / FILE) as (kept, _):
        kept.update(entries)
    assert read(tmp_path / FILE) == entries and datetime.fromisoformat(entries["01-shape"]["tried"]) <= datetime.now()


def test_the_last_mistake_of_another_day_is_in_the_hints(work, new_kernel):
    check("01-shape", WRONG)
    new_kernel()
    hint("01-shape")
    assert MISTAKE in repr(hint("01-shape"))
    check("01-shape", RIGHT)
    new_kernel()
    hint("01-shape")
    assert MISTAKE not in repr(hint("01-shape"))


def test_reset_forgets_the_last_verdict(work):
    check("01-shape", WRONG)
    reset_progress("01-shape")
    assert MISTAKE not in repr([hint("01-shape") for _ in range(3)])
