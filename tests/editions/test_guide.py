"""docs/teaching.md: its timetables add up, what it names exists, and its wrong answers are the exercises' own."""

import ast
import importlib.util
import json
import random
import re
import shutil
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

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


@pytest.mark.parametrize(("title", "long"), [*LONG.items(), ("A second morning", 2 * 60 + 45)])
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


def minutes_shown(title, number):
    return sum(minutes for _, minutes, what in timetable(title) if what.startswith(f"slides {number}"))


def test_the_lessons_are_five_and_all_slides_of_00_to_06_are_shown_on_the_long_day_those_of_07_in_lesson_5():
    assert len(LESSONS) == 5
    for number in ("00", *notebooks()):
        of_the_deck = sum(minutes for title, minutes in deck(number).items() if title != "Exercises")
        assert minutes_shown(LESSONS[4] if number == "07" else "One day", number) == of_the_deck
        assert sum(minutes_shown(title, number) for title in LESSONS) <= of_the_deck
    assert minutes_shown("One day", "07") == 0 == minutes_shown(LESSONS[4], "06")


def exercises_slide(number):
    """The last slide of a deck by its parts: {"Now, 10 minutes": what follows}."""
    cell = next(cell for cell in cells(number) if (cell["metadata"].get("convlab", {}).get("slide") or [""])[0] == LAST)
    return dict(re.findall(r"^\*\*(.+?)\*\*(.*?)(?=^\*\*|\Z)", "\n".join(cell["metadata"]["convlab"]["slide"]), DEEP))


def exercises_of(titles, number):
    """The exercises of a notebook in some timetables."""
    rows = [what for title in titles for _, _, what in timetable(title) if what.startswith("exercises")]
    return {name for what in rows for name in re.findall(rf"`({number}-.+?)`", what)}


LAST, DEEP = "## Exercises", re.MULTILINE | re.DOTALL


@pytest.mark.parametrize("number", notebooks())
def test_the_last_slide_names_as_now_what_the_lessons_do_and_as_home_what_no_timetable_has(number):
    named = {part: re.findall(rf"`({number}-.+?)`", text) for part, text in exercises_slide(number).items()}
    (now,) = [part for part in named if part.startswith("Now, ")] or [None]
    lessons, day = exercises_of(LESSONS, number), exercises_of(["One day"], number)
    assert set(named.get(now, ())) == lessons
    assert set(named.get("With more time, or at home", ())) == day - lessons
    assert sorted(name for names in named.values() for name in names) == sorted(e.name for e in exercises(number))
    assert named.keys() <= {now, "With more time, or at home", "At home"}
    if now:
        assert now == f"Now, {sum(find('guide', name).minutes for name in lessons)} minutes"
    for text in exercises_slide(number).values():
        for name, minutes in re.findall(r"`(\S+?)`[^`\n]*\((\d+) minutes\)", text):
            assert find("guide", name).minutes == int(minutes), name


@pytest.mark.parametrize("title", LESSONS)
def test_what_a_lesson_gives_for_home_is_not_done_now_by_any_deck(title):
    home = re.search(r"\*\*Home\.\*\*(.+?)\n\n", SECTIONS[title], re.DOTALL)[1]
    named = re.findall(r"`(\d\d-.+?)`", home)
    assert len(named) >= 2
    for name in named:
        parts = [part for part, text in exercises_slide(name[:2]).items() if f"`{name}`" in text]
        assert len(parts) == 1 and not parts[0].startswith("Now"), name


@pytest.mark.parametrize("title", [LESSONS[0], "One day"])
def test_the_last_slide_of_00_asks_for_what_the_timetable_has_there(title):
    (row,) = [row for row in timetable(title) if row[2].startswith("alone: run 00 from the top; ")]
    (now,) = [part for part in exercises_slide("00") if part.startswith("Now, ")]
    assert now == f"Now, {row[1]} minutes"
    assert row[2].split("; ")[1] in exercises_slide("00")[now].lower()


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


def to_copy():
    """What the guide tells people to copy into a new notebook: two cells of 07, and `baselines` between them."""
    sources = ["".join(cell["source"]) for cell in cells("07")]
    begins = next(index for index, text in enumerate(sources) if text.startswith("### Two cells to copy"))
    hidden = [index for index, cell in enumerate(cells("07")) if "hide" in cell["metadata"].get("tags", [])]
    code = [index for index, cell in enumerate(cells("07")) if cell["cell_type"] == "code" and index not in hidden]
    first, second = [sources[index] for index in code if index > begins][:2]
    (defined,) = [text for text in sources if "def baselines(" in text]
    (baselines,) = [node for node in ast.parse(defined).body if getattr(node, "name", "") == "baselines"]
    return first, ast.unparse(baselines), second


def test_the_two_cells_run_alone_on_a_zip_of_photos_and_keep_things_together(tmp_path, monkeypatch, capsys):
    rgb = random.Random(0).randbytes
    for thing in ("cat/tom", "cat/kit", "cat/leo", "cat/mia", "dog/rex", "dog/bob", "dog/max", "dog/ace"):
        (tmp_path / "home/pets" / thing).mkdir(parents=True)
        for number in range(3):
            Image.frombytes("RGB", (40, 30), rgb(3600)).save(tmp_path / "home/pets" / thing / f"{number}.jpg")
    shutil.make_archive(str(tmp_path / "pets"), "zip", tmp_path / "home")
    monkeypatch.chdir(tmp_path)
    for code in re.findall(r"`(import shutil; .+?)`", SECTIONS[LESSONS[4]]):
        exec(code, {})
    first, baselines, second = to_copy()
    changed = {'name = folder  # yours: name = "pets"': 'name = "pets"', '"epochs": 60': '"epochs": 1'}
    for old, new in changed.items():
        assert first.count(old) == 1, old
        first = first.replace(old, new)
    here = {}
    for code in (first, baselines, second):
        exec(code, here)
    things = [{name.rsplit("/", 1)[0] for name in here[part].names} for part in ("learned", "held", "final")]
    assert sum(map(len, things)) == len(set.union(*things)) == 8
    assert re.search(r"test: \d+ % of 6 are right; .+ likely \d+ to \d+ %\n  most frequent ", capsys.readouterr().out)


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
