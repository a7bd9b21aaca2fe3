"""Exercises that answer on the site's pages, in a browser: verdicts, keys, and what the browser remembers."""

import re

import exercises  # tools/editions/site
import lint
import pytest
from playwright.sync_api import expect

from convlab.exercises import check

from .test_site import BOOKS, opened, site  # noqa: F401

HERE = {name: exercise for name, exercise in exercises.known().items() if exercises.answers_here(exercise)}
FRAMES = ("02_padding_and_stride", "02-frames")
# For our own name only: the theme stores something too, and prints an error where it may not.
REFUSE = """for (const name of ["getItem", "setItem"]) {
    const real = Storage.prototype[name];
    Storage.prototype[name] = function (key, ...more) {
        if (key === "convlab-progress") throw new DOMException("no", "SecurityError");
        return real.call(this, key, ...more);
    };
}"""
pytestmark = pytest.mark.node


def form_of(page, name):
    return page.locator(f'form[data-answer="{name}"]')


def give(form, answer):
    """Fill in an answer; press Enter in the last field."""
    for key, value in answer.items():
        form.locator(f'input[name="{key}"]').fill(str(value))
    form.locator("input").last.press("Enter")


def as_fields(exercise, value):
    return value if isinstance(exercise.right, dict) else {exercise.variable: value}


@pytest.mark.parametrize("name", HERE)
def test_an_answer_gets_pythons_verdict_and_a_way_to_the_section(browser, site, name):  # noqa: F811
    exercise = HERE[name]
    book = next(book for book in BOOKS if book.startswith(name[:2]))
    several = isinstance(exercise.right, dict)
    asked = {mistake.where: mistake.wrong for mistake in exercise.mistakes}.values()  # one for each section
    with opened(browser, site, book) as page:
        form = form_of(page, name)
        for wrong in asked:
            answer = {**exercise.right, **wrong} if several else wrong
            give(form, as_fields(exercise, answer))
            status = form.get_by_role("status")
            lines = status.locator("> *").all_inner_texts()
            assert "\n".join(lines) == re.sub(r"`|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)", "", str(check(name, answer)))
            status.locator("a").click()
            heading = page.evaluate("document.getElementById(decodeURIComponent(location.hash.slice(1))).innerText")
            assert lines[-1].split("«")[1].split("»")[0] in heading
        give(form, as_fields(exercise, exercise.right))
        expect(form.get_by_role("status").locator("> *").first).to_have_text(f"✓ {name}: passed.")
        expect(page.locator(f'.cl-state[data-status="{name}"]')).to_have_text("✓ passed")


def test_what_is_empty_or_cannot_be_read_is_said(browser, site):  # noqa: F811
    with opened(browser, site, FRAMES[0]) as page:
        form = form_of(page, FRAMES[1])
        status = form.get_by_role("status")
        form.get_by_role("button", name="Check").click()
        expect(status).to_contain_text("○ 02-frames: not tried yet.Write your answer into the field")
        give(form, {"valid": "(1, 2)"})
        expect(status).to_contain_text("Still open: padded, full, left_right.")
        give(form, {"valid": "<b>one</b>", "padded": "24x24"})
        expect(status).to_contain_text("valid: «<b>one</b>» cannot be read.")
        expect(status).to_contain_text("«24x24» can mean two things.")
        invalid = "(all) => all.map((each) => each.ariaInvalid)"
        assert form.locator("input").evaluate_all(invalid) == ["true", "true", "false", "false"]
        give(form, {"valid": "one", "full": "one"})
        expect(status).to_contain_text("valid, full: «one» cannot be read.")  # once, with its fields
        state = page.locator(f'.cl-state[data-status="{FRAMES[1]}"]')
        expect(state).to_have_text("✗ tried")  # for one field was filled in a while ago, and half an answer is one


def test_the_browser_remembers_what_is_done_until_it_is_told_to_forget(browser, site):  # noqa: F811
    with opened(browser, site, FRAMES[0]) as page:
        give(form_of(page, FRAMES[1]), HERE[FRAMES[1]].right)
        page.get_by_label("I have passed it in Jupyter").first.check()
        give(form_of(page, FRAMES[1]), dict.fromkeys(HERE[FRAMES[1]].right, 1))  # what has passed stays so
        expect(page.locator("[data-progress]")).to_contain_text(
            "2 of 6 passed on this page. This browser remembers it."
        )
        page.goto((site / "index.html").as_uri())
        expect(page.get_by_role("row").filter(has_text="02 · Padding")).to_contain_text("2 of 6 passed")
        expect(page.locator(".cl-done")).to_contain_text(f"2 of {len(exercises.known())} passed")
        forget = page.get_by_role("button", name="Forget my progress")
        for accept in (False, True):
            page.once("dialog", lambda dialog, yes=accept: dialog.accept() if yes else dialog.dismiss())
            forget.click()
            count = f"{0 if accept else 2} of 6 passed"
            expect(page.get_by_role("row").filter(has_text="02 · Padding")).to_contain_text(count)
        expect(forget).to_be_hidden()
        page.goto((site / f"{FRAMES[0]}.html").as_uri())
        expect(page.locator("[data-progress]")).to_contain_text("0 of 6 passed")


def test_where_nothing_may_be_stored_exercises_answer_all_the_same(browser, site):  # noqa: F811
    with opened(browser, site, "index") as page:
        page.add_init_script(REFUSE)
        page.goto((site / f"{FRAMES[0]}.html").as_uri())
        give(form_of(page, FRAMES[1]), HERE[FRAMES[1]].right)
        expect(form_of(page, FRAMES[1]).get_by_role("status")).to_have_text("✓ 02-frames: passed.")
        expect(page.locator("[data-progress]")).to_contain_text("1 of 6 passed on this page.")
        expect(page.get_by_text("This browser remembers it.")).to_be_hidden()


def test_without_scripts_there_is_the_task_the_way_to_jupyter_and_the_solution(browser, site):  # noqa: F811
    with opened(browser, site, FRAMES[0], java_script_enabled=False) as page:
        box = page.locator(f'[data-exercise="{FRAMES[1]}"]')
        expect(box.get_by_text("how large with which frame")).to_be_visible()
        expect(box.get_by_text("This one is answered in Jupyter")).to_be_visible()
        expect(box.locator("summary")).to_be_visible()
        expect(box.locator("form")).to_be_hidden()


def test_a_verdict_fits_a_phone_and_is_for_everyone(browser, site):  # noqa: F811
    assert lint.install_packages() == 0
    axe = (lint.HERE / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    with opened(browser, site, FRAMES[0], viewport={"width": 390, "height": 844}) as page:
        give(form_of(page, FRAMES[1]), {"valid": "(23, 46)", "padded": "(26, 51)", "full": 7, "left_right": "(1, 2)"})
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.evaluate(axe)
        for mode in ({}, {"color_scheme": "dark"}, {"forced_colors": "active"}):
            page.emulate_media(**{"color_scheme": "light", "forced_colors": "none", **mode})
            found = page.evaluate(
                "async (part) => (await axe.run(part, { preload: false })).violations.map(({ id }) => id)",
                f'[data-exercise="{FRAMES[1]}"]',
            )
            assert found == [], mode
