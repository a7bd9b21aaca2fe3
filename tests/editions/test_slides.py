"""Decks of made-up notebooks: what is on a slide, what waits for a key, and what each rule finds."""

import shutil
import sys

import deck_rules
import decks
import fetch
import live
import pytest
import render
import slides
from made_up import TRUECOLOUR, code, error, notebook, shown, stream, text

from convlab.editions import is_notes

WORDS = "Say why the window moves, ask what comes next, and wait. " * 4


def on(cell, kind, slide=None):
    """Put a cell on a slide."""
    cell.metadata["slideshow"] = {"slide_type": kind}
    if slide is not None:
        cell.metadata["convlab"] = {"slide": slide}
    return cell


def notes(minutes=3, words=WORDS):
    return on(text(f"**{minutes} minutes.** {words}"), "notes")


def slide(heading, *cells):
    return [on(text(f"## {heading}\n\nA window moves."), "slide"), *cells, notes()]


def read(*cells):
    return decks.read(notebook(text("# 01 · Windows"), *cells), render.Page())


def steps(made):
    return [(part.kind, part.step) for part in made.parts]


# --- what is on a slide -------------------------------------------------------------------------------------


def test_cells_without_slide_type_and_hidden_cells_are_not_there():
    hidden = on(code("assert True", tags=["hide"]), "-")
    title, made = read(*slide("One", hidden), text("away"), code("1 + 1", stream("2")))
    assert (title.heading, title.level) == ("Windows", 1)
    assert steps(made) == [("words", 0)] and made.minutes == 3 and "Say why" in made.notes


def test_the_first_slide_can_be_the_title():
    (made,) = read(on(text("# 01 · Windows\n\nWhy?"), "slide"), notes())
    assert (made.heading, made.level) == ("Windows", 1) and "Why?" in made.parts[0].html


def test_a_prediction_and_fragments_wait_for_a_key_each():
    asked = on(code("1 + 1", stream("2"), stream("3"), tags=["predict"]), "-")
    answer = on(text("<details><summary>Answer</summary>\n\nTwo.\n\n</details>"), "fragment")
    made = read(*slide("One", asked, answer, on(code("3", stream("3")), "fragment")))[1]
    expected = [("words", 0), ("source", 0), ("output", 1), ("output", 1), ("words", 2), ("source", 3), ("output", 3)]
    assert steps(made) == expected
    assert "<strong>Answer.</strong> Two." in made.parts[4].html and "details" not in made.parts[4].html


def test_slides_show_their_own_texts_and_one_half_of_a_cell():
    own = on(text("# A long text"), "slide", ["## Short", "", "So $x^2$."])
    halves = [on(code("a", stream("b")), "-", ["output"]), on(code("c", stream("d")), "-", ["code"])]
    page = render.Page()
    made = decks.read(notebook(text("# 01 · Windows"), own, *halves, notes()), page)[1]
    assert (made.heading.strip(), steps(made)) == ("<p>Short</p>", [("words", 0), ("output", 0), ("source", 0)])
    assert page.formulas == [("x^2", False)]


def test_outputs_have_their_alt_texts_and_errors_are_one_line():
    picture = shown(image_png=TRUECOLOUR)
    picture["metadata"] = {"image/png": {"alt": 'a "red" pixel'}}
    assert 'alt="a &quot;red&quot; pixel"' in render.output(picture)
    assert render.output(error("ValueError", "too <small>")).count("\n") == 0
    assert "too &lt;small&gt;" in render.output(error("ValueError", "too <small>"))
    assert "<b>table</b>" in render.output(shown(text_html="<b>table</b>", text_plain="table"))


def test_for_rise_every_cell_has_a_slide_type_and_nothing_is_given_away():
    asked = on(code("1 + 1", stream("2"), tags=["predict"]), "-")
    made = live.live(notebook(on(text("# Long"), "slide", ["## Short"]), asked, text("away"), notes()))
    assert [cell.metadata["slideshow"]["slide_type"] for cell in made.cells] == ["slide", "-", "skip", "notes"]
    assert made.cells[0].source == "## Short" and made.cells[1].outputs == []


# --- what is missing is said --------------------------------------------------------------------------------


@pytest.mark.parametrize("lacks", ["node", "katex"])
def test_missing_things_are_named_with_the_cure(monkeypatch, tmp_path, lacks):
    if lacks == "node":
        monkeypatch.setattr(shutil, "which", lambda name: None)
    else:
        monkeypatch.setattr(shutil, "which", lambda name: sys.executable)
        monkeypatch.setattr(render, "HERE", tmp_path)
    with pytest.raises(render.EditionError, match="install Node" if lacks == "node" else "make editions-setup"):
        render.make_formulas([("x", False)])


def test_without_reveal_the_command_says_what_to_call(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(slides, "MODULES", tmp_path)
    assert slides.main(["--to", str(tmp_path / "out")]) == 1
    assert "make editions-setup" in capsys.readouterr().err
    assert not (tmp_path / "out").exists(), "nothing half made"


def test_the_set_up_pins_everything_with_checksums():
    text = fetch.PINS.read_text(encoding="utf-8")
    entries = [entry for entry in text.split("\n") if "==" in entry]
    assert len(entries) > 15 and all(entry.endswith("\\") for entry in entries)
    assert {"sphinx", "furo", "myst-parser"} <= set(fetch.pins())
    lock = (fetch.HERE / "package-lock.json").read_text(encoding="utf-8")
    assert lock.count('"integrity"') == lock.count('"node_modules/')


# --- rules: each finds its fault, and no other ---------------------------------------------------------------


def good(*more):
    """Twelve slides, or that many with others among them."""
    cells = [cell for number in range(12) for cell in slide(f"Slide {number}")]
    return [text("# 01 · Windows"), *cells, *more]


def found(cells, number="01"):
    nb = notebook(*cells)
    return {rule.__name__ for rule in deck_rules.RULES if deck_rules.problems_of(rule, nb, number)}


def test_a_good_deck_has_no_fault():
    assert found(good()) == set()


def one_more(*cells):
    """A good deck with cells before the notes of its last slide."""
    deck = good()
    return [*deck[:-1], *cells, deck[-1]]


@pytest.mark.parametrize(
    "rule, cells",
    {
        "unknown_slide_types": one_more(on(text("more"), "subslide")),
        "wrong_slide_texts": [*good(), code("1", convlab={"slide": ["output"]})],
        "cells_that_are_not_for_slides": one_more(on(text("do it", "exercise"), "-")),
        "number_of_slides": [cell for n in range(9) for cell in [*slide(f"Slide {n}")[:-1], notes(4)]],
        "slides_without_heading": one_more(on(text("## Second heading"), "-")),
        "wrong_notes": one_more(notes(0)),
        "minutes_of_the_deck": [*good()[:-1], notes(9)],
        "crowded_slides": one_more(on(text("word " * 50), "-")),
        "numbers_on_slides": one_more(on(text("none"), "-", ["It is 4711."])),
        "wrong_equalities": one_more(on(text("2 + 3 = 6"), "-", ["So 2 + 3 = 6."])),
    }.items(),
)
def test_each_rule_finds_its_fault(rule, cells):
    assert found(cells) == {rule}


def test_more_is_not_on_slides():
    deck = good()
    assert found([*deck[:3], text("## More: another window"), *deck[3:]]) == set()  # the next heading ends it
    more = on(text("### More: another\n\nWindow."), "-")
    assert found(one_more(more)) == {"cells_that_are_not_for_slides"}


def test_an_explorer_to_play_with_may_be_shown_though_a_reader_may_pass_it_by():
    deck = good()
    play = on(text("### More: play, draw a digit"), "-", ["Draw."])
    assert found(one_more(play)) == set()
    assert found([*deck[:-1], play, on(text("### More: costs"), "-"), deck[-1]]) == {"cells_that_are_not_for_slides"}


@pytest.mark.parametrize("line", ["Out of 4711.", "It is 12.", "It is 25."])
def test_numbers_may_come_from_cells_beside_and_from_outputs(line):
    beside = [code("print(4711)", stream("4711")), on(text("There are 12. And 5 · 5 = 25."), "-", [line])]
    assert found(one_more(*beside)) == set()


def test_notes_are_known_to_the_rules_by_their_type():
    assert is_notes(notes()) and not is_notes(text("notes"))


@pytest.mark.slow
@pytest.mark.editions
@pytest.mark.node
def test_all_formulas_of_all_notebooks_can_be_shown():
    import hygiene
    import nbformat

    page = render.Page()
    for path in hygiene.NOTEBOOKS:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                page.markdown(cell.source)
    assert len(page.formulas) > 100 and "katex" in page.finish("\x020\x03")
