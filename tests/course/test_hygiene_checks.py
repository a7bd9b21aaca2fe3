"""The rules of ``hygiene.py``, ``weight.py``, ``prose.py`` on made-up notebooks: bad is caught, good passes."""

import hygiene as rules
import nbformat
import prose
import pytest
import weight
from made_up import IGNORE, TRUECOLOUR, base64_of, chunk, code, error, ignored, notebook, png, shown, stream, text
from nbformat.v4 import new_markdown_cell, new_output

from notebooks import dumps, normalise, source_hash

ROWS = {
    "A1": {"where": "01", "title": "shapes"},
    "A2": {"where": "01", "title": "padding"},
    "B1": {"where": "02", "title": "later"},
}


def copied_id():
    nb = notebook(code("1"), code("2"))
    nb.cells[1].id = nb.cells[0].id
    return nb


def swapped():
    nb = notebook(code("1"), code("2"))
    nb.cells.reverse()
    return nb


LIMIT = weight.LARGEST_PICTURE
TOO_MUCH = base64_of(LIMIT + 1)

BAD = [
    (rules.never_executed, notebook(code("1", count=None))),
    (rules.never_executed, swapped()),
    (rules.unwanted_errors, notebook(code("raise ValueError('no')", error()))),
    (rules.unwanted_errors, notebook(code("fine = 1", tags=["raises-exception"]))),
    (rules.unchecked_cells, notebook(ignored("print(seconds)", stream("3")))),
    (rules.unchecked_cells, notebook(ignored("print(seconds)"), code("print(1)"), code("assert seconds < 9"))),
    (rules.unchecked_cells, notebook(ignored("assert True"))),
    (rules.unchecked_cells, notebook(ignored("assert_later = 1"))),
    (rules.unchecked_cells, notebook(ignored("# assert seconds < 9\n'assert'"))),
    (rules.unchecked_cells, notebook(code(IGNORE + "assert seconds < 9"))),  # no hash
    (rules.unchecked_cells, notebook(code(IGNORE + "assert a < 9", convlab={"source": source_hash("assert b")}))),
    (rules.unchecked_cells, notebook(code("# NBVAL_SKIP\nassert 1 < 9"))),
    (rules.unchecked_cells, notebook(code("# NBVAL_IGNORE_OUTPUT: slow\nassert 1 < 9"))),
    (rules.unchecked_cells, notebook(code("x", tags=["nbval-ignore-output"]))),
    (rules.absolute_paths, notebook(code("open('/home/ada/photo.png')"))),
    (rules.absolute_paths, notebook(code("x", stream("saved to /Users/ada/x.pt\n")))),
    (rules.absolute_paths, notebook(code("x", error(message="not found: /root/x")))),
    (rules.absolute_paths, notebook(code("x", error(traceback=["File /work/x.py:3"])))),
    (rules.absolute_paths, notebook(code("x", shown(text_plain="PosixPath('/tmp/abc')")))),
    (rules.absolute_paths, notebook(code("x", shown(text_html="<b>C:\\Users\\Ada\\x</b>")))),
    (rules.absolute_paths, notebook(code("open(r'D:\\data')"), code("open('D:\\\\Data')"))),
    (rules.absolute_paths, notebook(text("It is in `/tmp`."))),
    (rules.absolute_paths, notebook(text("It is in ~/course."))),
    (rules.web_assets, notebook(text("![a cat](https://example.org/cat.png)"))),
    (rules.web_assets, notebook(text("![a cat][c]"), text("[c]: https://example.org/cat.png"))),
    (rules.web_assets, notebook(text('<img width="9" src="https://example.org/cat.png">'))),
    (rules.web_assets, notebook(text("<img src=//example.org/cat.png>"))),
    (rules.web_assets, notebook(code("x", shown(text_html='<script src="https://example.org/a.js"></script>')))),
    (rules.web_assets, notebook(code("x", shown(text_html='<link rel="stylesheet" href="https://a.org/b.css">')))),
    (rules.web_assets, notebook(code("x", shown(text_html="<style>@import 'https://a.org/b.css'</style>")))),
    (rules.web_assets, notebook(code("x", shown(text_html="<p style=\"background: url('https://a.org/b')\">")))),
    (rules.web_assets, notebook(code("x", shown(text_html="<script>import 'https://a.org/b.js'</script>")))),
    (rules.web_assets, notebook(code("pd.read_csv('https://example.org/table.csv')"))),
    (rules.web_assets, notebook(code("%matplotlib inline\nopen_page(f'http://{host}')"))),
    (rules.web_assets, notebook(code("from urllib.request import urlopen"))),
    (rules.web_assets, notebook(code("weights = load_state_dict_from_url(address)"))),
    (rules.web_assets, notebook(code("!pip install torch"))),
    (rules.repeated_ids, copied_id()),
    (rules.figures_without_text, notebook(code("x", shown(image_png=png())))),
    (rules.long_cells, notebook(code("\n".join(["x = 1"] * 19)))),
    (rules.long_cells, notebook(*[code("\n\n".join(["x = 1"] * 13)) for _ in range(2)])),
    (weight.heavy_pictures, notebook(code("draw()", shown(image_png=TOO_MUCH)))),
    (weight.heavy_pictures, notebook(code("draw()", shown(image_jpeg=TOO_MUCH)))),
    (
        weight.heavy_pictures,
        notebook(code("draw()", new_output("display_data", {"image/svg+xml": "×" * (LIMIT // 2 + 1)}))),
    ),
    (weight.heavy_pictures, notebook(code("x", shown(text_html=f'<img src="data:image/png;base64,{TOO_MUCH}">')))),
    (weight.heavy_pictures, notebook(text(f"![a cat](data:image/png;base64,{TOO_MUCH})"))),
    (weight.heavy_pictures, notebook(new_markdown_cell("", attachments={"cat.png": {"image/png": TOO_MUCH}}))),
    # arithmetic
    (prose.equality_problems, notebook(text("The sum 3·1 + 4·2 + 6·3 = 28."))),
    (prose.equality_problems, notebook(text("$28 - 3 + 1 = 25$"))),
    (prose.equality_problems, notebook(text("784 × 256 + 256 = 200,961 parameters"))),
    (prose.equality_problems, notebook(text(r"$$H_{out} = 28 - 3 + 1 = 25$$"))),
    (prose.equality_problems, notebook(text("so `2 * 3 = 5`"))),
    (prose.equality_problems, notebook(text(r"\n$\left\lfloor \frac{5 - 2}{2} \right\rfloor + 1 = 3$"))),
    (prose.equality_problems, notebook(text("⌊(5 − 2) / 2⌋ + 1 = 2.5"))),
    (prose.equality_problems, notebook(text("a = 2² + 1 = 6"))),
    (prose.equality_problems, notebook(text("- 3 + 4 = 8, and 1 + 1 = 2"))),
    (prose.equality_problems, notebook(text("| 3 × 3 = 8 | weights |"))),
    (prose.equality_problems, notebook(text("3×3 = **8** weights"))),
    (prose.equality_problems, notebook(text("75/432 = 0.1736"))),
    (prose.equality_problems, notebook(text("75/432 ≈ 0.1746"))),
    (prose.equality_problems, notebook(text("75/432 ≈ 17.5 %"))),
    (prose.equality_problems, notebook(text("In all (2 + 2 = 5)."))),
    (prose.equality_problems, notebook(text("1 + 1 = 2 = 3"))),
    (prose.equality_problems, notebook(text("3 + 4 = 8 (one window)"))),
    (prose.equality_problems, notebook(text("(in all) 3 + 4 = 8"))),
    (prose.equality_problems, notebook(text("28 − 3 + 1 = H = 25"))),
    (prose.equality_problems, notebook(text("1 + 1 = 2 and 2 + 2 = 5"))),
    (prose.equality_problems, notebook(text("the 2 numbers 3 + 4 = 8"))),
    (prose.equality_problems, notebook(text("The sum is\n3·1 +\n4·2 = 12."))),
    # numbers
    (prose.number_problems, notebook(text("The first output is 212."), code("x", stream("211")))),
    (prose.number_problems, notebook(text("It is 0.33."), code("x", stream("0.333")))),
    (prose.number_problems, notebook(text("It has 335,114 parameters."), code("x", stream("335,113")))),
    (prose.number_problems, notebook(text("It has 75 thousand."), code("x", stream("76200")))),
    (prose.number_problems, notebook(text("It is 98.7 %."), code("x", stream("0.986")))),
    (prose.number_problems, notebook(text("17 · 23 = 391"), code("x", stream("17")))),  # 23 is from nowhere
    (prose.number_problems, notebook(text("391 = 391"))),
    (prose.number_problems, notebook(text("It is 391."), code("# 391\n'391'"))),
    (prose.number_problems, notebook(text("It takes 2048 products."))),
    (prose.number_problems, notebook(text("| 26 | rows |"))),
    (prose.number_problems, notebook(text(r"$\begin{bmatrix} 19 & 26 \end{bmatrix}$"), code("19"))),
]

GOOD = [
    (rules.never_executed, notebook(text("Hello."), code("1"), text("So."), code("2"))),
    (rules.unwanted_errors, notebook(code("raise ValueError('no')", error(), tags=["raises-exception"]))),
    (rules.unchecked_cells, notebook(ignored("assert seconds < 9", stream("3 s")))),
    (rules.unchecked_cells, notebook(ignored("print(seconds)", stream("3 s")), code("assert seconds < 9"))),
    (rules.unchecked_cells, notebook(ignored("torch.testing.assert_close(a, b)", stream("3 s")))),
    (rules.absolute_paths, notebook(code("open('data/home/x')", stream("either/or, 1/2, A:\n")), text("$f:\\Omega$"))),
    (rules.absolute_paths, notebook(text("[here](https://example.org/home/ada), </tmp>"), code("print('C:\\n')"))),
    (rules.absolute_paths, notebook(code("x", shown(text_plain="<Figure>", image_png="/tmp/" + "A" * 400)))),
    (rules.web_assets, notebook(text("[read on](https://example.org), ![a cat](cat.png), https://example.org"))),
    (rules.web_assets, notebook(code("# see https://example.org\nx = 'cat.png'"))),
    (rules.web_assets, notebook(code("x", shown(text_html='<a href="https://example.org">source</a>')))),
    (rules.repeated_ids, notebook(code("1"), code("1"))),
    (rules.figures_without_text, notebook(code("x", shown(image_png=png(), text_plain="<Figure>")))),
    (weight.heavy_pictures, notebook(code("draw()", shown(image_png=base64_of(LIMIT)), stream("x" * 2 * LIMIT)))),
    (rules.long_cells, notebook(code("\n\n\n".join(["x = 1"] * 12)), code("\n".join(["x = 1"] * 18)))),
    # arithmetic
    (prose.equality_problems, notebook(text("3·1 + 4·2 + 6·3 = 29, 28 − 3 + 1 = 26."))),
    (prose.equality_problems, notebook(text("784 × 256 + 256 = 200,960 and $784 \\cdot 256 = 200{,}704$"))),
    (prose.equality_problems, notebook(text(r"$\left\lfloor \frac{5 - 2}{2} \right\rfloor + 1 = 2$"))),
    (
        prose.equality_problems,
        notebook(text("(k) + 1 = 5, k + 1 = 5, f(3) = 9, 2k = 6, x_1 = 3, s = 2, `a == 3`, `b += 2`")),
    ),
    (prose.equality_problems, notebook(text(r"$H_{out} = H - k + 1 = 28 - 3 + 1 = 26$, $c_{12} = 3 \cdot k = 3$"))),
    (prose.equality_problems, notebook(text("3 kernels × 9 = 27, 1 + 2 + … + 9 = 45, (1, 2) = 3"))),
    (prose.equality_problems, notebook(text("(1 + 2z)(3 + 4z) = 3 + 10z + 8z^2"))),
    (prose.equality_problems, notebook(text("75/432 ≈ 0.174 ≈ 17.4 %, 334,336 + 778 ≈ 335,000, 1/4 = 25 %"))),
    (prose.equality_problems, notebook(text("1. 2 + 2 = 4\n2. 3 + 3 = 6\n- 1 + 1 = 2"))),
    (prose.equality_problems, notebook(text("```\n1 + 1 = 3\n```\n<!-- 1 + 1 = 3 -->"))),
    (prose.equality_problems, notebook(text("2^3 = 8, 2**3 = 8, `2**3 = 8`, 3² = 9, **7 // 2** = 3, -2 · -3 = 6"))),
    (prose.equality_problems, notebook(text("\n$$\\begin{aligned} a &= 2 \\cdot 3 \\\\ &= 6 \\end{aligned}$$"))),
    # numbers
    (prose.number_problems, notebook(text("The first output is 211."), code("x", stream("[[211, 295]]")))),
    (prose.number_problems, notebook(text("It is −0.50."), code("x", shown(text_plain="tensor(-0.5)")))),
    (prose.number_problems, notebook(text("19, 25 (200,960)"), code("x", stream("[19,25] 200960")))),
    (prose.number_problems, notebook(text("Learning rate 0.05."), code("lr = 0.05"))),
    (prose.number_problems, notebook(text("About 75 thousand."), code("x", stream("75,200")))),
    (prose.number_problems, notebook(text("98.7 % are right."), code("x", stream("0.987")))),
    (prose.number_problems, notebook(text("17 · 23 = 391, and 391 + 1 = 392"), code("f(17)", stream("<b>23</b>")))),
    (prose.number_problems, notebook(text("| course | 90 |", "prose-numbers-free"))),
    (prose.number_problems, notebook(text("# 12 rules\nconv2d, 3x3, 28×28, float32, 9 rows, 75 minutes, 180 degrees"))),
    (prose.number_problems, notebook(text("LeCun et al. 1998, (1906–1992), (Chen, 2020), arXiv:1603.07285"))),
    (prose.number_problems, notebook(text("[page](https://example.org/42), Python 3.10, section 12.1\n10. ten"))),
    (prose.number_problems, notebook(text("Is it 30 thousand or 40?"))),
]


def case(entry):
    return f"{entry[0].__name__}"


@pytest.mark.parametrize(("rule", "nb"), BAD, ids=map(case, BAD))
def test_the_bad_is_caught(rule, nb):
    assert rule(nb), [cell.source for cell in nb.cells]


@pytest.mark.parametrize(("rule", "nb"), GOOD, ids=map(case, GOOD))
def test_the_good_passes(rule, nb):
    assert rule(nb) == []


def test_every_rule_of_prose_names_cell_number_and_sentence():
    nb = notebook(text("Hello. The sum is 3 + 4 = 8. It is 99."))
    (equality,), (number,) = prose.equality_problems(nb), prose.number_problems(nb)
    assert "cell 1 (id cell-1)" in equality
    assert "3 + 4 = 8" in equality
    assert "«The sum is 3 + 4 = 8.»" in equality
    assert "cell 1 (id cell-1): 99" in number
    assert "«It is 99.»" in number


def test_a_heavy_picture_is_named_with_its_cell():
    (problem,) = weight.heavy_pictures(notebook(text("Hello."), code("draw()", shown(image_png=base64_of(192_400)))))
    assert problem.startswith("cell 2, In [1] (id cell-2): a picture of 192 KB; at most 150: draw it smaller")


def test_a_heavy_notebook_names_its_heaviest_pictures():
    nb = notebook(*[code("draw()", shown(image_png=base64_of(size))) for size in (100, 90_000, 120_000, 80_000)])
    assert weight.heavy_notebook(nb, "x" * weight.LARGEST_NOTEBOOK) == []
    (problem,) = weight.heavy_notebook(nb, "×" * (weight.LARGEST_NOTEBOOK // 2 + 1))
    named = [f"cell {number}, In [{number}] (id cell-{number})" for number in (3, 2, 4)]
    assert problem.startswith("the file has 1.00 MB; at most 1. Heaviest pictures: " + named[0])
    assert problem.index(named[0]) < problem.index(named[1]) < problem.index(named[2])
    assert "cell 1" not in problem


def test_tags():
    assert rules.unknown_tags(notebook(code("x", tags=["covers:Z9"])), ROWS)
    assert rules.unknown_tags(notebook(text("x", "remember")), ROWS)
    assert not rules.unknown_tags(notebook(code("x", tags=["covers:A1", "raises-exception"])), ROWS)


BARE = shown(image_png=png(), text_plain="<Figure size 640x480 with 1 Axes>")


@pytest.mark.parametrize(
    "cell",
    [
        code("x", stream("3")),  # no tag
        code("x", stream("3"), tags=["covers:A1"], count=None),  # not executed
        code("draw()", BARE, tags=["covers:A1"]),  # nbval does not look at pictures
        code("x = 3", tags=["covers:A1"]),  # nothing shown
        code(IGNORE + "x", stream("3"), tags=["covers:A1"]),  # shown, but ignored
        code("print(3)\nassert x", stream("3"), tags=["covers:A1", "hide"]),  # nobody sees it
    ],
    ids=["untagged", "not executed", "picture only", "silent", "ignored", "hidden"],
)
def test_a_row_that_is_not_covered(cell):
    (problem,) = rules.uncovered_rows(notebook(cell, code("y", stream("3"), tags=["covers:A2"])), "01", ROWS)
    assert problem.startswith("A1 (shapes)")


@pytest.mark.parametrize(
    "cell",
    [
        code("x", stream("3"), tags=["covers:A1", "covers:A2"]),
        code("draw()", BARE, shown(text_html="<b>3</b>", text_plain="<Table>"), tags=["covers:A1", "covers:A2"]),
        code("draw()\nassert y == 3", BARE, tags=["covers:A1", "covers:A2"]),
        code("x", error(), tags=["covers:A1", "covers:A2", "raises-exception"]),
    ],
    ids=["text", "html", "assert", "error"],
)
def test_a_row_that_is_covered(cell):
    assert rules.uncovered_rows(notebook(cell), "01", ROWS) == []


@pytest.mark.parametrize(("hidden", "problems"), [(["hide"], 0), ([], 2)])
def test_a_row_that_is_covered_by_a_hidden_assert(hidden, problems):
    shown_one = code(IGNORE + "draw()", BARE, tags=["covers:A1", "covers:A2"])
    nb = notebook(shown_one, code("assert y == 3", tags=hidden))
    assert len(rules.uncovered_rows(nb, "01", ROWS)) == problems


def not_normal_variants():
    """Yield notebooks that JupyterLab or a person could store, none of them in normal form."""
    good = dumps(normalise(notebook(text("Hello."), code("x", BARE))))
    yield "other python", good.replace('"name": "python3"', '"name": "conda-ml"')
    yield "language version", good.replace('"nbconvert_exporter"', '"version": "3.11.7",\n   "nbconvert_exporter"')
    yield "cell metadata", good.replace('"metadata": {}', '"metadata": {"trusted": true}', 1)
    yield "indented by two", good.replace("\n ", "\n  ")
    yield "no newline at the end", good.rstrip("\n")
    for name, output in {
        "colour": stream("\x1b[31mred\x1b[0m"),
        "address": shown(text_plain="<Conv2d at 0x7f21c3a4b5d0>"),
        "cell file": new_output("stream", name="stderr", text="/tmp/ipykernel_7/123.py:1: UserWarning: x"),
        "16 million colours": shown(image_png=TRUECOLOUR, text_plain="x"),
        "drawn by": shown(image_png=png(chunk(b"tEXt", b"Software\0Matplotlib 3")), text_plain="x"),
    }.items():
        nb = normalise(notebook(code("x")))
        nb.cells[0].outputs = [output]
        yield name, dumps(nb)


@pytest.mark.parametrize("stored", [pytest.param(stored, id=name) for name, stored in not_normal_variants()])
def test_what_is_not_in_normal_form(stored):
    (problem,) = rules.not_normal(nbformat.reads(stored, as_version=4), stored)
    assert "run make notebooks" in problem
    normal = dumps(normalise(nbformat.reads(stored, as_version=4)))
    assert rules.not_normal(nbformat.reads(normal, as_version=4), normal) == []
