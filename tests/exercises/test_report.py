"""``python -m convlab report FOLDER``: a class's progress files, as a table."""

import csv
import json

import pytest

from convlab import __main__
from convlab.progress_file import FILE
from convlab.report import report


def entry(passed=False, attempts=1, **mistakes):
    time = "2026-11-24T09:00:00"
    mistakes = {name.replace("_", " "): times for name, times in mistakes.items()}
    score = float(passed)
    return {
        "tried": time,
        "passed": time if passed else None,
        "attempts": attempts,
        "score": score,
        "mistakes": mistakes,
    }


ANNA = {"01-shape": entry(True, 2, no_plus_one=1), "01-kernel": entry(attempts=5, upside_down=4)}
BEN = {"01-shape": entry(True), "01-kernel": entry(True, 3, upside_down=1, means=1), "77-new": entry()}


def hand_in(path, exercises):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"format": 1, "exercises": exercises}), encoding="utf-8")


@pytest.fixture
def room(tmp_path):
    hand_in(tmp_path / "ben" / FILE, BEN)
    hand_in(tmp_path / "Anna" / FILE, ANNA)
    hand_in(tmp_path / "zoë" / FILE, {})
    return tmp_path


def test_a_class(room, monkeypatch):
    known = ["01-count", "01-shape", "01-kernel", "01-convolve", "01-merge", "02-conv"]
    monkeypatch.setattr("convlab.report.names", lambda: known)
    lines = str(report(room)).splitlines()
    assert lines[0].startswith("3 learners.")
    at = lines.index("Notebook 01  count  shape     kernel    convolve  merge")
    assert lines[at + 1 : at + 5] == [
        "Anna         -      passed 2  tried 5   -         -",
        "ben          -      passed 1  passed 3  -         -",
        "zoë          -      -         -         -         -",
        "passed by    0      2         1         0         0",
    ]
    assert not any(line.startswith("Notebook 02") for line in lines)  # nobody has tried anything there
    assert lines[lines.index("Notebook 77  new") + 2] == "ben          tried 1"
    at = lines.index("Mistakes that were made most:")
    assert [line.split(maxsplit=3) for line in lines[at + 1 : at + 5]] == [
        ["learners", "times", "exercise", "mistake"],
        ["2", "5", "01-kernel", "upside down"],
        ["1", "1", "01-kernel", "means"],
        ["1", "1", "01-shape", "no plus one"],
    ]
    at = lines.index("Exercises with the lowest share passed:")
    assert [line.split() for line in lines[at + 2 :]] == [
        ["0", "of", "1", "who", "tried", "77-new"],
        ["1", "of", "2", "who", "tried", "01-kernel"],
    ]


def test_several_mistakes_in_one_are_counted_one_by_one(tmp_path):
    both = "a missing row goes unnoticed; the kernel is turned"
    hand_in(tmp_path / "anna" / FILE, {"01-test": entry() | {"mistakes": {both: 2, "the kernel is turned": 1}}})
    hand_in(tmp_path / "ben" / FILE, {"01-test": entry() | {"mistakes": {both: 1}}})
    lines = str(report(tmp_path, tmp_path / "class.csv")).splitlines()
    at = lines.index("Mistakes that were made most:")
    assert [line.split(maxsplit=3) for line in lines[at + 2 : at + 5]] == [
        ["2", "4", "01-test", "the kernel is turned"],
        ["2", "3", "01-test", "a missing row goes unnoticed"],
        [],
    ]
    table = (tmp_path / "class.csv").read_text(encoding="utf-8-sig")
    assert "a missing row goes unnoticed (2); the kernel is turned (3)" in table


@pytest.mark.parametrize(
    "places, called",
    [
        ([f"anna/{FILE}", f"ben/{FILE}"], ["anna", "ben"]),
        ([f"anna/work/{FILE}", f"ben/work/{FILE}"], ["anna", "ben"]),
        ([f"one/anna/{FILE}", f"two/anna/{FILE}", f"two/ben/{FILE}"], ["one/anna", "two/anna", "two/ben"]),
        (["anna.json", "ben_17_convlab-progress.json", "c/convlab-progress (1).json"], ["anna", "ben_17", "c/(1)"]),
        (["anna.json", f"anna/{FILE}"], ["anna", "anna.json"]),
        ([FILE], ["class"]),
        ([f"anna/{FILE}", "anna/.ipynb_checkpoints/convlab-progress-checkpoint.json", "anna/other.json"], ["anna"]),
        ([f"a\x1b[2J/{FILE}"], ["a?[2J"]),
    ],
)
def test_what_learners_are_called(tmp_path, places, called):
    for place in places:
        hand_in(tmp_path / "class" / place, ANNA)
    assert list(report(tmp_path / "class").learners) == called


def test_one_file_is_enough(room):
    assert list(report(room / "ben" / FILE).learners) == ["ben"]


def test_bad_files_are_named_and_left_out(room, capsys):
    (room / "zoë" / FILE).write_text("{")
    hand_in(room / "Anna" / FILE, {"01-shape": {}})
    (room / "list.json").write_text("[]")
    assert __main__.main(["report", str(room)]) == 0
    said = capsys.readouterr().out
    assert "1 learner." in said and f"Left out: zoë/{FILE} is broken" in said
    assert f"Left out: Anna/{FILE} holds something else" in said and "Left out: list.json holds" in said
    (room / "ben" / FILE).write_text("")
    assert __main__.main(["report", str(room)]) == 1
    assert "There is no progress file in" in capsys.readouterr().out


def test_an_empty_folder_and_none(tmp_path, capsys):
    assert __main__.main(["report", str(tmp_path), "--csv", str(tmp_path / "a.csv")]) == 1
    assert capsys.readouterr().out.startswith("There are no progress files in") and not (tmp_path / "a.csv").exists()
    assert __main__.main(["report", str(tmp_path / "none")]) == 1
    assert "none is not there; name the folder" in capsys.readouterr().err


def test_the_table_for_a_spreadsheet(room, capsys):
    (room / "zoë").rename(room / "=1+1")
    hand_in(room / "=1+1" / FILE, {"01-shape": entry()})
    assert __main__.main(["report", str(room), "--csv", str(room / "class.csv")]) == 0
    with open(room / "class.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["learner"], row["exercise"], row["status"]) for row in rows] == [
        ("'=1+1", "01-shape", "tried"),
        *(("Anna", "01-shape", "passed"), ("Anna", "01-kernel", "tried")),
        *(("ben", "01-shape", "passed"), ("ben", "01-kernel", "passed"), ("ben", "77-new", "tried")),
    ]
    assert rows[4]["mistakes"] == "upside down (1); means (1)" and rows[2]["attempts"] == "5"
