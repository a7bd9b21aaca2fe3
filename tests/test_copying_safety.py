"""Whatever comes between, and in whatever order things happen: a copy of the course loses nothing of its owner's."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from learner import (
    NB,
    NEWER,
    SCRIPT,
    TWO,
    Course,
    hidden_cell,
    learners,
    new_edition,
    new_source,
    opened_and_saved,
    result,
    run,
    sources,
    tag,
)

from convlab import copying


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


# --- interruptions ------------------------------------------------------------------------------------------


class Stop(BaseException):
    """As Ctrl-C: nobody catches it."""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("answers", ["never there", "left out", "left out from now on"])
def test_an_interruption_loses_nothing_and_the_next_call_goes_on(course, tmp_path, monkeypatch, when, answers):
    """The learner has changed one notebook, run the other, and a new edition comes; every step may be the last."""

    def leave_out_answers():
        for name in (NB, TWO):
            course.publish(tag("predict"), name)
            course.publish(hidden_cell("assert a == 1"), name)

    if answers == "left out":
        leave_out_answers()
    course.copy()
    mine, ran = course.edit(new_source), course.edit(run, TWO)
    if answers == "left out from now on":
        leave_out_answers()
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


EVENTS = ["write", "run", "save", "delete", "rename", "forget", "edition", "results", "hide", "copy"]


@given(st.lists(st.sampled_from(EVENTS)))
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
        elif event == "hide":
            course.publish(tag("predict"))
            course.publish(hidden_cell(f"hidden {number}"))
        elif event == "copy":
            before = path.read_bytes() if path.exists() else None
            assert course.copy().ok
            if mine["source"]:
                assert path.read_bytes() == before
            elif path.read_bytes() != before:  # a new one
                lost_sight_of |= set(mine.values())
                mine = dict.fromkeys(mine)
            if "forget" not in life and not mine["source"]:
                assert sources(path.read_bytes()) == sources(learners(course.root / "notebooks" / NB))
        files = "".join(file.read_text(encoding="utf-8") for file in course.work.glob("*.ipynb"))
        wanted = {text for text in {*mine.values(), *lost_sight_of} if text}
        assert {text for text in wanted if f'"{text}"' not in files} == set()
