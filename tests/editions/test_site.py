"""The web edition, without Sphinx: what a notebook must be, how its cells become a page, and what a page must be."""

import base64
import copy
import doctest
import io
import json
import os

import addresses  # tools/editions/site
import alive
import build_site
import formulas
import landing
import links
import nbformat
import pages
import pytest
import reference
import rules
from faults import SiteError
from figures import Figures
from PIL import Image
from pygments import highlight
from pygments.lexers import PythonConsoleLexer
from sources import BadSource

from convlab.explorers import ConvExplorer

NAME = "01_made_up"
FILE = f"{NAME}.ipynb"


def picture(kind="PNG"):
    file = io.BytesIO()
    Image.new("RGB", (40, 20), "purple").save(file, kind)
    return base64.b64encode(file.getvalue()).decode()


def words(text, *tags, **metadata):
    return {"cell_type": "markdown", "metadata": {"tags": list(tags), **metadata}, "source": text}


def code(source, *outputs, tags=()):
    return {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source, "outputs": list(outputs)}


def printed(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def shown(data, alt="a purple field"):
    metadata = {mime: {"alt": alt} for mime in data if mime.startswith("image/")}
    return {"output_type": "execute_result", "data": data, "metadata": metadata}


def notebook(*cells):
    return {"cells": [words("# 01 · Made up\n\n## A heading"), *cells]}


def page(tmp_path, *cells):
    return pages.make_page(notebook(*cells), NAME, Figures(tmp_path))


# --- what stops the build ---

BAD = {
    "no alt text": (code("draw()", shown({"image/png": "AA=="}, alt=" ")), ["draw()", "no alt text", "NB=01"]),
    "no alt text of an image": (words("![](https://x.test/a.png)"), ["no alt text", "Say between its brackets"]),
    "no alt text of a tag": (words('<img src="grid.png" alt="">'), ["no alt text"]),
    "no such page": (words("See [there](99_gone.ipynb)."), ["99_gone.ipynb is dead", FILE]),
    "a file of the repository": (words("See [there](../README.md)."), ["../README.md is dead", "full address"]),
    "no such heading": (words("See [there](#Another-heading)."), ["#Another-heading is dead", "a-heading"]),
    "no such heading there": (words(f"See [it]({FILE}#B)."), [f"{FILE}#B is dead", "a-heading"]),
}
GOOD = {
    "executed": code("print(1)", printed("1\n")),
    "links": words(f"[a](#A-heading) [b]({FILE}#A-heading) [c]({FILE}) [d](https://pytorch.org)"),
    "code": words("`![](x.png)` and `[a](b)`\n\n```python\nnet[0](x)\n```"),
    "hidden": code("draw()", shown({"image/png": "AA=="}, alt=""), tags=["hide"]),
    "notes": words("[a](gone.ipynb)", slideshow={"slide_type": "notes"}),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_wrong_is_named_with_its_cell_and_its_cure(what):
    cell, expected = BAD[what]
    (fault,) = rules.check({FILE: notebook(cell)})
    assert fault.startswith(f"{FILE}, cell 1 (")
    assert [part for part in expected if part not in fault] == []


@pytest.mark.parametrize("what", GOOD)
def test_what_is_right_passes(what):
    assert rules.check({FILE: notebook(GOOD[what])}) == []


def test_a_notebook_that_was_not_executed_makes_no_site(tmp_path):
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")]), tmp_path / "00_a.ipynb")
    with pytest.raises(BadSource, match=r"00_a.ipynb, cell 1 .*make notebooks"):
        build_site.read_notebooks(tmp_path)


def test_after_a_fault_the_site_that_was_there_is_whole(tmp_path):
    with pytest.raises(SiteError, match=r"cell 1 .*no alt text"):
        build_site.build({FILE: notebook(words("![](a.png)"))}, tmp_path / "site")
    assert list(tmp_path.iterdir()) == []
    new, site = tmp_path / "new", tmp_path / "site"
    for turn in ("first", "second"):
        new.mkdir(exist_ok=True)
        (new / build_site.MARK).touch()
        (new / "index.html").write_text(turn)
        build_site.put(new, site)
        assert (site / "index.html").read_text() == turn
    assert sorted(os.listdir(tmp_path)) == ["new", "site"]


def test_a_page_that_somebody_changed_stays(tmp_path, capsys):
    new, site = tmp_path / "new", tmp_path / "site"
    new.mkdir()
    (new / "index.html").write_text("first")
    build_site.put(new, site)
    (site / "index.html").write_text("mine")
    (new / "index.html").write_text("second")
    build_site.put(new, site)
    assert (site / "index.html").read_text() == "mine" and "left alone: index.html" in capsys.readouterr().out


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(SiteError, match="holds something else"):
        build_site.build({}, tmp_path)
    assert os.listdir(tmp_path) == ["thesis.txt"]


# --- from cells to a page ---


def test_what_is_predicted_lies_behind_a_button_and_the_rest_does_not(tmp_path):
    text = page(tmp_path, code("1 + 1", printed("2"), tags=["predict"]), code("2 + 2", printed("4")))
    first, second = text.split("1 + 1")[1].split("2 + 2")
    assert '<details class="cl-predict"><summary>Show the output</summary>' in first and "<details" not in second
    assert first.index("<details") < first.index(">2</pre>") < first.index("</details>")


def test_hidden_cells_notes_and_what_is_for_tools_are_left_out(tmp_path):
    text = page(
        tmp_path,
        code("assert secret", tags=["hide"]),
        words("**3 minutes.** say", slideshow={"slide_type": "notes"}),
        code("# NBVAL_IGNORE_OUTPUT\nrun()  # noqa: B018"),
    )
    assert "secret" not in text and "3 minutes" not in text and "NBVAL" not in text and "noqa" not in text
    assert "run()\n" in text


def test_an_exercise_is_a_section_with_a_name_and_says_how_to_answer(tmp_path):
    text = page(
        tmp_path,
        words("**Exercise.**", "exercise"),
        code("f = ...", tags=["exercise"]),
        code('check("01-f", f)', shown({"text/html": "not tried yet"}), tags=["check"]),
        words("<details><summary>Solution</summary>\n\n```python\nf = 1\n```\n\n</details>", "solution"),
        words("And on."),
    )
    inside = text.split('<section class="cl-exercise" data-exercise="01-f"')[1].split("</section>")[0]
    assert "f = ..." in inside and "Solution" in inside and "And on." not in inside and "not tried yet" not in text
    assert "make lab" in inside and FILE in inside and "check(&quot;01-f&quot;, f)" in inside


def test_a_form_takes_the_place_of_an_answer_and_what_is_given_above_it_stays(tmp_path):
    given = 'projects = {"1": [49, 75]}'
    text = page(
        tmp_path,
        words("**Exercise.**", "exercise"),
        code(given + '\nillness = {"1": ...}', tags=["exercise"]),
        code('check("07-illness", illness)', tags=["check"]),
        words("Solution", "solution"),
    )
    before, form = text.split("<form")
    assert f"python\n{given}\n```" in before and "illness = " not in text and 'name="6"' in form


def test_code_without_a_language_is_not_coloured_as_python(tmp_path):
    text = page(tmp_path, words("```\npets/1.jpg\n```\n\n```python\nx = 1\n```\nand\n\n```\n1.2\n```"))
    assert "```text\npets/1.jpg\n```\n\n```python\nx = 1\n```\nand\n\n```text\n1.2\n```" in text


def test_a_figure_is_a_webp_file_with_the_stored_alt_text(tmp_path):
    text = page(tmp_path, code("draw()", shown({"image/png": picture()}, 'a "purple" <field>')))
    assert 'alt="a &quot;purple&quot; &lt;field&gt;"' in text and 'width="40" height="20"' in text
    (file,) = (tmp_path / "figures").iterdir()
    assert Image.open(file).format == "WEBP" and Image.open(file).getpixel((3, 3)) == (128, 0, 128)


def test_an_explorer_leaves_its_state_on_the_page_and_its_script_in_a_file(tmp_path):
    explorer = ConvExplorer([[1, 2], [3, 4]], [[1]])
    data, metadata = explorer._repr_mimebundle_()
    text = page(tmp_path, code("a", {"output_type": "execute_result", "data": data, "metadata": metadata}))
    state = text.split('<script type="application/json">')[1].split("</script>")[0]
    assert json.loads(state)["x"] == [[1, 2], [3, 4]] and "CODE" not in text and "base64" not in text
    assert text.count("_static/explorers/conv.js") == 1 and 'data-explorer="conv"' in text
    assert len(text) < 2500


@pytest.mark.parametrize("name", alive.NAMES.values())
def test_the_script_of_an_explorer_is_no_module(name):
    script = alive.script(name)
    assert "\nexport " not in script and "\nimport " not in script and script.startswith('(() => {\n"use strict";')


def test_errors_and_printed_text_are_plain(tmp_path):
    error = {"output_type": "error", "ename": "ValueError", "evalue": "a < b", "traceback": ["\x1b[31mlong\x1b[0m"]}
    text = page(tmp_path, code("f()", printed("\x1b[1mbold\x1b[0m <b>"), error))
    assert ">bold &lt;b&gt;</pre>" in text and ">ValueError: a &lt; b</pre>" in text and "long" not in text


def test_links_between_notebooks_become_links_between_pages(tmp_path):
    text = page(tmp_path, words("[a](02_b.ipynb) [c](02_b.ipynb#Two-words) [d](https://x.test/e.ipynb)"))
    assert "[a](02_b.md) [c](02_b.md#two-words) [d](https://x.test/e.ipynb)" in text
    assert doctest.testmod(pages).failed == 0


# --- the pages around ---


def test_buttons_come_from_the_projects_addresses_and_only_where_there_are_any(tmp_path):
    toml = tmp_path / "pyproject.toml"
    toml.write_text("[project]\nname = 'x'\n")
    assert addresses.buttons(addresses.read(tmp_path), FILE) == ""
    toml.write_text("[project]\nname = 'x'\n[project.urls]\nColab = 'https://c.test/'\nBinder = 'https://b.test/?'\n")
    made = addresses.buttons(addresses.read(tmp_path), FILE)
    assert f'href="https://b.test/?{FILE}">Open in Binder' in made and f'href="https://c.test/{FILE}"' in made
    assert "JupyterLab" not in made and "cl-open" in pages.make_page(notebook(), NAME, Figures(tmp_path), made)
    assert doctest.testmod(addresses).failed == 0


def test_the_map_of_the_course_has_every_notebook(sources):
    books = {source.name: source.notebook for source in sources}
    readme = (build_site.ROOT / "README.md").read_text(encoding="utf-8")
    table = landing.course_map(readme, books)
    assert len(table.splitlines()) == len(books) + 2 and "| [00 · Start here](00_start_here.md) |" in table
    with pytest.raises(SiteError, match=r"README.md: the table of notebooks lacks 00_start_here"):
        landing.course_map(readme.replace("[00_start_here]", "[zero]"), books)


def test_the_instructors_page_links_to_pages_and_to_the_repository_if_it_has_an_address():
    text = "[a](../notebooks/01_made_up.ipynb#A-heading) [b](performance.md) [c](../README.md) [d](https://x.test)"
    made = landing._around(text, {FILE: ""}, {})
    assert made == "[a](01_made_up.md#a-heading) b c [d](https://x.test)"
    made = landing._around(text, {FILE: ""}, {"Repository": "https://r.test/"})
    assert "[b](https://r.test/blob/main/docs/performance.md) [c](https://r.test/blob/main/README.md)" in made


def test_a_link_that_is_called_by_its_file_is_called_by_the_title_of_the_page():
    made = landing._around("[docs/room.md](room.md), [the room](room.md)", {"room.md": "Setting up a room"}, {})
    assert made == "[Setting up a room](room.md), [the room](room.md)"


@pytest.mark.parametrize("name", reference.MODULES)
def test_the_reference_has_every_public_name(name):
    text = reference.pages()[f"reference/{name}"]
    assert [each for each in reference.public(name) if f":: {each}" not in text] == []


# --- finished pages ---

PAGE = '<!doctype html><html lang="en"><head></head><body><h1 id="top">A</h1>{}</body></html>'
DEAD = {
    '<a href="gone.html">a</a>': "gone.html is dead: there is no such file",
    '<a href="#gone">a</a>': "#gone is dead: nothing on that page has this name",
    '<a href="b.html#gone">a</a>': "b.html#gone is dead: nothing on that page",
    '<a href="b.ipynb">a</a>': "a notebook is no page",
    '<img src="x.png" alt="">': "no alt text",
    '<script src="https://cdn.test/x.js"></script>': "loaded from outside",
    '<link rel="stylesheet" href="//cdn.test/x.css">': "loaded from outside",
    "<details><p>a</details></section>": "",
    "<section><details></section></details>": "<details> is not closed before </section>",
    "<div>": "<div> is not closed before </body>",
    '<a href="b.html#b">a</a> <a href="https://pytorch.org">b</a> <img src="p.webp" alt="a">': "",
}


@pytest.mark.parametrize("what", DEAD)
def test_a_finished_page_leads_nowhere_dead_and_loads_nothing_from_outside(tmp_path, what):
    (tmp_path / "a.html").write_text(PAGE.format(what))
    (tmp_path / "b.html").write_text(PAGE.format('<h2 id="b">B</h2>'))
    (tmp_path / "p.webp").touch()
    found = links.check(tmp_path)
    if DEAD[what]:
        assert DEAD[what] in found[0] and found[0].startswith("a.html: ")
    else:
        assert found == []


def test_styles_load_nothing_from_outside(tmp_path):
    (tmp_path / "a.css").write_text("@font-face { src: url(https://fonts.test/a.woff2), url('b.woff2') }")
    first, second = links.check(tmp_path)
    assert "loaded from outside" in first and "b.woff2: there is no such file" in second


@pytest.mark.slow
@pytest.mark.editions
@pytest.mark.node
def test_formulas_become_html_and_a_wrong_one_names_its_page(tmp_path):
    one, two = tmp_path / "one.html", tmp_path / "two.html"
    text = "<head></head>" + formulas.wait("a < b", False) + formulas.wait("c", True)
    made = formulas.make({one: text, two: "<head></head>none"})
    assert "katex-display" in made[one] and "<math" in made[one] and "cl-tex" not in made[one]
    assert made[one].count("katex.css") == 1 and made[two] == "<head></head>none"
    with pytest.raises(SiteError, match=r"two.html: the formula \\frac\{ cannot be shown"):
        formulas.make({two: formulas.wait(r"\frac{", False)})


@pytest.mark.slow
@pytest.mark.editions
def test_code_is_marked_only_where_it_looks_different():
    import conf  # tools/editions/site, for Sphinx

    made = highlight(">>> print(one.two)  # why\n3\n", PythonConsoleLexer(), conf.Light())
    assert ">print</span>(one<" in made and "</span>two)  <" in made and 'class="c1"># why' in made
    assert 'class="gp">' in made  # no style colours it, but who copies the code gets it without


def test_the_made_up_cells_are_not_changed(tmp_path):
    book = notebook(code("1", printed("1"), tags=["predict"]), words("[a](01_made_up.ipynb)"))
    before = copy.deepcopy(book)
    pages.make_page(book, NAME, Figures(tmp_path))
    assert book == before
