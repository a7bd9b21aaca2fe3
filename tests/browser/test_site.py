"""The web edition in a browser, opened from a folder: every page, narrow and wide, light and dark, for everyone."""

import functools
import itertools
import os
import time
from pathlib import Path

import build_site  # tools/editions/site
import links
import lint
import pytest
from hygiene import NOTEBOOKS
from playwright.sync_api import expect

from .conftest import watched

PAGE_LIMIT, ALL_LIMIT = 1_000_000, 4_000_000  # bytes: pages with their figures
BOOKS = [path.stem for path in NOTEBOOKS]
OTHERS = [
    "index",
    "search",
    *build_site.landing.AROUND,
    "reference/index",
    *(f"reference/{name}" for name in build_site.reference.MODULES),
]
every = pytest.mark.parametrize("name", BOOKS + OTHERS)
SIZES, SCHEMES = {1280: 900, 390: 844}, ("light", "dark")
FINDINGS = """async (rules) => {
    const options = rules ? { runOnly: { type: "rule", values: rules } } : {};
    const { violations } = await axe.run(document, { ...options, preload: false, resultTypes: ["violations"] });
    return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => [id, nodes.length, nodes.slice(0, 3).map(({ html }) => html.slice(0, 200))]);
}"""
# The theme hides what sticks out of the text; its own headings do, by 8 pixels.
STICKS_OUT = """() => { const text = document.querySelector(".article-container");
    return Math.max(0, text.scrollWidth - text.clientWidth - 8); }"""
pytestmark = pytest.mark.node


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Make the site, once for all processes."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "convlab-site"
    try:
        folder.mkdir()
    except FileExistsError:
        while not (folder / "done").exists():
            time.sleep(0.2)
    else:
        try:
            build_site.build(build_site.read_notebooks(build_site.ROOT / "notebooks"), folder / "site")
        finally:
            (folder / "done").touch()
    assert (folder / "site/index.html").is_file(), "the site was not made; the first test that needed it says why"
    return folder / "site"


def opened(browser, site, name, **options):
    """Open a page from its folder; afterwards fail if a script broke or something was asked for elsewhere."""
    return _Opened(watched(browser, **options), site / f"{name}.html")


class _Opened:
    def __init__(self, watch, file):
        self.watch, self.file, self.outside = watch, file, []

    def __enter__(self):
        page = self.watch.__enter__()
        page.on("request", lambda request: self.outside.append(request.url))
        page.goto(self.file.as_uri())
        return page

    def __exit__(self, *error):
        self.watch.__exit__(*error)
        assert [url[:100] for url in self.outside if not url.startswith(("file:", "data:", "blob:"))] == []


@every
def test_each_page_fits_narrow_and_wide_and_its_explorers_live(browser, site, name):
    for scheme in SCHEMES:
        with opened(browser, site, name, color_scheme=scheme) as page:
            expect(page.locator("[data-explorer]:not([data-alive])")).to_have_count(0)
            expect(page.locator(".convlab-x")).to_have_count(page.locator("[data-explorer]").count())
            for width, height in SIZES.items():
                page.set_viewport_size({"width": width, "height": height})
                assert page.evaluate("document.documentElement.scrollWidth") == width
                assert page.evaluate(STICKS_OUT) == 0
            shade = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]")
            assert (int(shade) > 128) == (scheme == "light")


@every
def test_axe_finds_nothing_serious(browser, site, name):
    assert lint.install_packages() == 0
    axe = (lint.HERE / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    with opened(browser, site, name, viewport={"width": 390, "height": 844}) as page:
        page.evaluate(axe)
        page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
        page.wait_for_timeout(100)  # what is wider than the page can then be scrolled by keys
        for mode in ({}, {"color_scheme": "dark"}, {"forced_colors": "active"}):
            page.emulate_media(**{"color_scheme": "light", "forced_colors": "none", **mode})
            assert page.evaluate(FINDINGS, ["color-contrast"] if mode else None) == [], mode


def test_pages_with_their_figures_are_light(site):
    weights = {}
    for file in site.rglob("*.html"):
        page = links.Page(file.read_text(encoding="utf-8"))
        figures = {(file.parent / address).resolve() for address in page.loads if address.endswith(".webp")}
        weights[file.name] = file.stat().st_size + sum(figure.stat().st_size for figure in figures)
    assert {name: size for name, size in weights.items() if size > PAGE_LIMIT} == {}
    assert sum(weights.values()) < ALL_LIMIT


def test_the_search_finds_words_of_the_course(browser, site):
    with opened(browser, site, "index") as page:
        page.get_by_role("textbox", name="Search").fill("dilation")
        page.keyboard.press("Enter")
        results = page.locator("#search-results li a")
        expect(results.filter(has_text="02 · Padding and stride").first).to_be_visible()
        results.first.click()
        page.wait_for_url("**/*.html?highlight=dilation*" if "highlight" in page.url else "**/*.html*")


def test_the_first_page_moves_within_a_second_and_not_for_whoever_wants_it_still(browser, site):
    moving = "performance.getEntriesByName('convlab-moving').map((entry) => entry.startTime)"
    with opened(browser, site, "index") as page:
        page.wait_for_function(f"{moving}.length")
        assert page.evaluate(moving)[0] < 1000
        button = page.locator(".cl-hero button")
        button.click()
        still = page.locator(".cl-hero").screenshot()
        page.wait_for_timeout(200)
        assert page.locator(".cl-hero").screenshot() == still
    with opened(browser, site, "index", reduced_motion="reduce") as page:
        page.wait_for_timeout(300)
        assert page.evaluate(moving) == []
        page.locator(".cl-hero").get_by_role("button", name="Play").click()
        page.wait_for_function(f"{moving}.length")


def test_the_digit_on_the_first_page_is_read_by_the_packages_network(browser, site):
    with opened(browser, site, "index") as page:
        box = page.locator(".convlab-x")
        expect(box.locator(".convlab-verdict")).to_have_text("it sees: 7")
        box.get_by_role("button", name="clear").click()
        paper = box.locator(".convlab-paper").bounding_box()
        x, y, high = paper["x"] + paper["width"] / 2, paper["y"], paper["height"]
        page.mouse.move(x, y + 0.2 * high)
        page.mouse.down()
        page.mouse.move(x, y + 0.8 * high, steps=8)
        page.mouse.up()
        expect(box.locator(".convlab-verdict")).to_have_text("it sees: 1")


def test_the_explorers_follow_the_pages_own_button_for_light_and_dark(browser, site):
    with opened(browser, site, "02_padding_and_stride") as page:
        box = page.locator(".convlab-x").first
        shade = functools.partial(box.evaluate, "(node) => getComputedStyle(node).backgroundColor")
        seen = set()
        for theme in ("light", "dark"):
            page.evaluate("(theme) => { document.body.dataset.theme = theme; }", theme)
            told = "(theme) => document.body.dataset.jpThemeLight === String(theme === 'light')"
            page.wait_for_function(told, arg=theme)
            assert box.evaluate("(node) => getComputedStyle(node).colorScheme") == theme
            seen.add(shade())
        assert len(seen) == 2


def test_without_scripts_a_page_can_be_read_and_answers_unfolded(browser, site):
    with opened(browser, site, "02_padding_and_stride", java_script_enabled=False) as page:
        expect(page.get_by_role("heading", level=1)).to_contain_text("02 · Padding and stride")
        expect(page.locator("[data-explorer] img")).to_be_visible()
        fold = page.locator("details.cl-predict").first
        expect(fold.locator("pre").first).not_to_be_visible()
        fold.locator("summary").click()
        expect(fold.locator("pre").first).to_be_visible()


def test_on_paper_everything_is_unfolded(browser, site):
    with opened(browser, site, "02_padding_and_stride") as page:
        folded = page.locator("article details:not([open])")
        assert folded.count() > 10
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        expect(folded).to_have_count(0)
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert folded.count() > 10


def test_each_notebook_leads_to_the_one_before_and_the_one_after(site):
    for before, after in itertools.pairwise(BOOKS):
        assert f"{after}.html" in links.Page((site / f"{before}.html").read_text(encoding="utf-8")).links
        assert f"{before}.html" in links.Page((site / f"{after}.html").read_text(encoding="utf-8")).links
    assert not [file for file in Path(site).rglob("*.html") if '.ipynb"' in file.read_text(encoding="utf-8")]
