"""The stored notebooks of the course, against the rules in ``tools/course``."""

import functools
import inspect

import hygiene as rules
import lessons
import nbformat
import prose
import pytest
import rhythm
import weight

from convlab.editions import without_notes

ROWS = rules.coverage_rows()
RULES = [
    rules.never_executed,
    rules.unwanted_errors,
    rules.unchecked_cells,
    rules.absolute_paths,
    rules.web_assets,
    rules.unknown_tags,
    rules.repeated_ids,
    rules.not_normal,
    rules.figures_without_text,
    weight.heavy_pictures,
    weight.wide_pictures,
    weight.undescribed_pictures,
    weight.heavy_notebook,
    rules.long_cells,
    rules.uncovered_rows,
    prose.equality_problems,
    prose.number_problems,
    lessons.untagged_predictions,
    lessons.open_answers,
    lessons.open_asserts,
    lessons.needed_hidden_cells,
    lessons.gaps_without_more,
    lessons.unused_imports,
    rhythm.time_problems,
    rhythm.buried_headings,
]


@functools.cache
def offered(path):
    """What rules may ask for, of a stored notebook; they only read it. Speaker's notes have rules of their own."""
    stored = path.read_text(encoding="utf-8")
    nb = without_notes(nbformat.reads(stored, as_version=4))
    return {"nb": nb, "stored": stored, "rows": ROWS, "number": path.name[:2]}


def problems_of(rule, path):
    """Apply a rule to a stored notebook, with the arguments that it asks for."""
    return rule(**{name: offered(path)[name] for name in inspect.signature(rule).parameters})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", rules.NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook(path, rule):
    problems = problems_of(rule, path)
    if problems:
        pytest.fail(f"{path.name}: {inspect.getdoc(rule)}\n  " + "\n  ".join(problems), pytrace=False)


def test_the_course_does_not_grow():
    words = {path.stem: rhythm.whole_and_core(offered(path)["nb"])[0].words for path in rules.NOTEBOOKS}
    assert sum(words.values()) <= rhythm.MOST_WORDS, f"{sum(words.values())} words in all: {words}"


def test_there_are_notebooks():
    assert rules.NOTEBOOKS, "no notebook found: every other test here would pass by looking at nothing"


def test_numbers_of_notebooks_are_unique():
    numbers = [path.name[:2] for path in rules.NOTEBOOKS]
    assert len(numbers) == len(set(numbers)), numbers


def test_no_notebook_has_a_name_that_is_not_tested():
    folder = rules.ROOT / "notebooks"
    assert sorted(folder.glob("*.ipynb")) == rules.NOTEBOOKS, "names are two digits, an underscore, words"


def test_every_row_of_coverage_has_its_notebook():
    assert {row["where"] for row in ROWS.values()} <= {path.name[:2] for path in rules.NOTEBOOKS}
