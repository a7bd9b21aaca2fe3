"""docs/teaching.md: its timetables add up, what it names exists, and its wrong answers are the exercises' own."""

import importlib.util
import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from convlab.exercises.engine.exercise import exercises, find, notebooks

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/teaching.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^###? (.+?)\n(.*?)(?=^###? |\Z)", GUIDE, re.MULTILINE | re.DOTALL))
LESSONS = [title for title in SECTIONS if title.startswith("Lesson ")]
ROW = re.compile(r"^\| (\d+):(\d\d) \| (\d+) \| (.+?) \|$", re.MULTILINE)
SLIDES = re.compile(r"slides (\d\d): (?:from the start|\*(.+?)\*)(?: to \*(.+?)\*)?$")


def timetable(title):
    return [(60 * int(h) + int(m), int(minutes), what) for h, m, minutes, what in ROW.findall(SECTIONS[title])]


@cache
def cells(number):
    path = next((ROOT / "notebooks").glob(f"{number}_*.ipynb"))
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


@cache
def deck(number):
    """The slides of a notebook in order: title -> minutes, as its notes say."""
    slides, title = {}, ""
    for cell in cells(number):
        kind = cell["metadata"].get("slideshow", {}).get("slide_type")
        text = "".join(cell["source"])
        if kind == "slide":
            shown = "\n".join(cell["metadata"].get("convlab", {}).get("slide", [])) or text
            title = re.search(r"^#+ (.+)$", shown, re.MULTILINE)[1]
            slides[title] = 0
        elif kind == "notes":
            slides[title] += int((re.match(r"\*\*(\d+) minutes?\.\*\*", text) or [0, 0])[1])
    return slides


LONG = {**dict.fromkeys(LESSONS, 90), "One day": 7 * 60 + 50, "A lesson of your own": 60}


@pytest.mark.parametrize(("title", "long"), LONG.items())
def test_a_timetable_adds_up(title, long):
    rows = timetable(title)
    for (at, minutes, what), (following, _, _) in pairwise(rows):
        assert at + minutes == following, f"{title}: {what}"
    assert rows[-1][0] + rows[-1][1] - rows[0][0] == long


@pytest.mark.parametrize("title", LONG)
def test_slides_and_exercises_take_the_minutes_of_the_timetable(title):
    seen = 0
    for _, minutes, what in timetable(title):
        if what.startswith("slides"):
            number, first, last = SLIDES.match(what).groups()
            titles = list(deck(number))
            first = first or titles[0]
            assert first in titles and (last or first) in titles, f"{what}; there are: {titles}"
            shown = titles[titles.index(first) : titles.index(last or first) + 1]
            assert sum(deck(number)[each] for each in shown) == minutes, what
        elif what.startswith("exercises"):
            assert sum(find("guide", name).minutes for name in re.findall(r"`(.+?)`", what)) == minutes, what
        else:
            continue
        seen += 1
    assert seen >= 6


def test_the_lessons_are_four_and_all_slides_but_a_few_are_shown_on_the_long_day():
    assert len(LESSONS) == 4
    for number in ("00", *notebooks()):
        shown = sum(minutes for _, minutes, what in timetable("One day") if what.startswith(f"slides {number}"))
        assert shown == sum(minutes for title, minutes in deck(number).items() if title != "Exercises")


@pytest.mark.parametrize("title", LESSONS)
def test_what_is_run_live_stands_under_that_heading(title):
    found = re.findall(r"^\| (\d\d) \| \*(.+?)\* \|", SECTIONS[title], re.MULTILINE)
    assert len(found) >= 4
    for number, heading in found:
        text = ["".join(cell["source"]) for cell in cells(number) if cell["cell_type"] == "markdown"]
        lines = {line.lstrip("# ") for each in text for line in each.splitlines() if line.startswith("#")}
        assert heading in lines, f"notebook {number} has no heading {heading!r}"


def test_every_exercise_is_in_the_guide_once_with_its_mistakes():
    named = [name for block in re.findall(r"<!-- mistakes of (.+?) -->", GUIDE) for name in block.split()]
    assert sorted(named) == sorted(exercise.name for number in notebooks() for exercise in exercises(number))
    assert guide_tool().with_mistakes(GUIDE) == GUIDE, "call tools/editions/guide.py"


def guide_tool():
    spec = importlib.util.spec_from_file_location("guide", ROOT / "tools/editions/guide.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


def test_every_slide_is_in_the_guide_with_its_minutes_for_a_lesson_of_ones_own():
    assert guide_tool().with_slides(GUIDE) == GUIDE, "call tools/editions/guide.py"
    for number in ("00", *notebooks()):
        (row,) = re.findall(rf"^\| {number} \| (\*.+?) \|$", SECTIONS["A lesson of your own"], re.MULTILINE)
        told = {title: int(minutes) for title, minutes in re.findall(r"(?<!\*)\*([^*]+)\*\s(\d+)", row)}
        assert told == {re.sub(r"^\d\d · ", "", title): minutes for title, minutes in deck(number).items()}


@pytest.mark.parametrize("title", LESSONS)
def test_what_is_left_out_saves_the_minutes_that_the_guide_says(title):
    slides = {each: minutes for number in ("00", *notebooks()) for each, minutes in deck(number).items()}
    short = re.search(r"\*\*Short of time\?\*\*(.+?)\n\n", SECTIONS[title], re.DOTALL)[1]
    said = re.findall(r"\*([^*]+)\*\s\((\d+) minutes", short)
    assert said
    for each, minutes in said:
        assert slides[" ".join(each.split())] == int(minutes), each


@pytest.mark.parametrize("number", notebooks())
def test_exercises_take_minutes_that_a_class_has(number):
    for exercise in exercises(number):
        longest = 20 if "capstone" in exercise.title else 15
        assert isinstance(exercise.minutes, int) and 2 <= exercise.minutes <= longest, exercise.name
    assert 30 <= sum(exercise.minutes for exercise in exercises(number)) <= 80  # a class does some of them


def test_the_hubs_configuration_loads_and_sets_what_the_guide_says(monkeypatch, tmp_path):
    from traitlets.config import Config

    monkeypatch.setenv("CONVLAB_HUB_FOLDER", str(tmp_path / "hub"))
    monkeypatch.setenv("CONVLAB_HUB_PASSWORD", "for trials")
    source = (ROOT / "docs/jupyterhub_config.py").read_text(encoding="utf-8")
    config = Config()
    exec(compile(source, "jupyterhub_config.py", "exec"), {"get_config": lambda: config})
    assert config.JupyterHub.bind_url.startswith("http://127.0.0.1:")  # nobody else, until somebody changes it
    assert config.Spawner.default_url.startswith("/lab/tree/work/")
    assert (tmp_path / "hub").stat().st_mode & 0o077 == 0
    assert callable(config.Spawner.pre_spawn_hook)
    allowed = re.compile(config.Authenticator.username_pattern).match  # as the hub asks: it need not reach to the end
    assert allowed("ann_2") and not any(map(allowed, ("../ann", "a/b", "a" * 60, "ann\n", "")))
