"""The rules of ``lessons.py`` and ``rhythm.py``, and for pictures, on made-up notebooks: bad is caught, good passes."""

import base64
import io

import lessons
import pytest
import rhythm
import weight
from made_up import code, error, notebook, png, shown, stream, text
from nbformat.v4 import new_output
from PIL import Image

from notebooks import describe_pictures

PROMPT = text("**Predict.** How many rows come out of 28?")
ASKED = code("print(rows(x))", stream("26"), tags=["predict"])
MORE, CORE = text("## 5 · More: why?"), text("## 6 · Next")


def asked(*outputs, source="print(answer)"):
    return code(source, *outputs, tags=["predict"])


def after(answer, *outputs, prompt=PROMPT, source="print(answer)"):
    """Return a notebook: a prompt, what its cell shows, and the text behind it."""
    return notebook(prompt, asked(*outputs, source=source), text(answer), code("1"))


def fold(answer, title="Answer"):
    return f"<details><summary>{title}</summary>\n\n{answer}\n\n</details>"


def drawn(pixels=9, alt="A cat.", mime="image/png", **metadata):
    """Return a picture, with its alternative text."""
    file = io.BytesIO()
    Image.new("L", (pixels, 1)).save(file, format=mime.removeprefix("image/"))
    data = {mime: base64.b64encode(file.getvalue()).decode(), "text/plain": "<Figure>"}
    return new_output("display_data", data, metadata={mime: {**metadata, **({"alt": alt} if alt else {})}})


def svg(head):
    return new_output("display_data", {"image/svg+xml": f"<?xml?><svg {head}></svg>", "text/plain": "<Figure>"})


def described(*outputs, alt=("A cat.",)):
    return code("draw()", *outputs, convlab={"alt": list(alt)})


def explorer(alt="Explorer: a cat."):
    html = '<div class="convlab-stored">...<script>const KEY = 1, STATE = "{}";\n...</script>\n'
    data = {"text/html": html, "image/png": png(), "text/plain": "Explorer()"}
    return new_output("display_data", data, metadata={"image/png": {"alt": alt}} if alt else {})


def headed(line, words, *cells):
    """Return a notebook with a line about its time, and so many words more."""
    return notebook(text(line), text("word " * words), *cells)


A_MORE = (MORE, text("word " * 1200))
BAD = [
    (lessons.untagged_predictions, notebook(PROMPT, code("x", stream("26")))),
    (lessons.untagged_predictions, notebook(PROMPT, ASKED, code("y", stream("1")), text("So."))),
    (lessons.untagged_predictions, notebook(PROMPT, code("rows = 1"), ASKED, text("So."))),
    (lessons.untagged_predictions, notebook(text("No prompt."), ASKED)),
    (lessons.untagged_predictions, notebook(PROMPT, ASKED, text("So."), ASKED)),
    (lessons.untagged_predictions, notebook(PROMPT, asked())),
    (lessons.untagged_predictions, notebook(PROMPT, text("So."), code("x", stream("26")))),
    (lessons.untagged_predictions, notebook(PROMPT, code("assert x", tags=["hide"]), text("So."))),
    (lessons.untagged_predictions, notebook(text("**Predict.** One?\n\n**Predict.** Two?"), ASKED)),
    (lessons.untagged_predictions, notebook(text("**Predict** the rows."), ASKED)),
    (lessons.untagged_predictions, notebook(text("* **Predict.** The rows?"), text("**Predict:** the rows."))),
    # the answer in the open
    (lessons.open_answers, after("There are 26 rows.", stream("[1, 26, 26]"))),
    (lessons.open_answers, after("There are 2,048 of them.", stream("2048"))),
    (lessons.open_answers, after("There are 2048 of them.", stream("2,048"))),
    (lessons.open_answers, after("It is −0.50.", shown(text_plain="tensor(-0.5)"))),
    (lessons.open_answers, after("It is $5^2 = 25$.", shown(text_html="<td>25</td>"))),
    (lessons.open_answers, after("There are 4.", stream("4"))),
    (lessons.open_answers, after("So `True`.", stream("equal: True"))),
    (lessons.open_answers, after("A `ValueError`: it does not fit.", error("ValueError", "26 rows"))),
    (lessons.open_answers, after("It has no memory, and so on.", stream("no memory\n"))),
    (lessons.open_answers, after(fold("Because.") + "\n\nThere are 26.", stream("26"))),
    (lessons.open_answers, after("<details><summary>Answer</summary>There are many.</details>", stream("26"))),
    (lessons.open_answers, after("<details>\n<summary>Answer</summary>\n\nMany.\n\n</details>", stream("26"))),
    (lessons.open_answers, after(fold("There are 26.", "Look"), stream("26"))),
    (lessons.open_answers, notebook(PROMPT, ASKED, text("So."), text("There are 26."))),
    (lessons.open_answers, notebook(PROMPT, ASKED, code("assert x", tags=["hide"]), text("There are 26."))),
    (lessons.open_answers, notebook(PROMPT, ASKED, text("So."), code("1", tags=["hide"]), text("There are 26."))),
    # hidden cells
    (lessons.open_asserts, notebook(code("assert x == 3"))),
    (lessons.open_asserts, notebook(code("torch.testing.assert_close(a, b)", tags=["predict"]))),
    (lessons.needed_hidden_cells, notebook(code("wanted = 3", tags=["hide"]), code("print(wanted)"))),
    (lessons.needed_hidden_cells, notebook(code("import math", tags=["hide"]), code("def f():\n    math.pi"))),
    (lessons.needed_hidden_cells, notebook(code("draw()", drawn(), tags=["hide"]))),
    # the core path
    (lessons.gaps_without_more, notebook(MORE, code("x = 1"), CORE, code("print(x)"))),
    (lessons.gaps_without_more, notebook(MORE, code("import math"), CORE, code("math.pi"))),
    (lessons.gaps_without_more, notebook(MORE, code("def f(): ..."), CORE, code("class A:\n    y = f()"))),
    (lessons.gaps_without_more, notebook(MORE, code("for i in 'a': x = i"), CORE, code("x += 'a'"))),
    (lessons.gaps_without_more, notebook(MORE, code("with a as b: ..."), CORE, code("[c for c in b]"))),
    (lessons.gaps_without_more, notebook(code("x = 1"), MORE, code("x = 2"), CORE, code("print(x)"))),
    (lessons.gaps_without_more, notebook(code("x = 1", tags=["exercise"]), code("print(x)"))),
    (lessons.gaps_without_more, notebook(code("x = 1", tags=["hide"]), code("print(x)"))),
    (lessons.gaps_without_more, notebook(MORE, code("x = 1"), CORE, code("check(x)", tags=["check"]))),
    (lessons.gaps_without_more, notebook(code("print(x)"), code("x = 1"))),
    (lessons.gaps_without_more, notebook(MORE, code("x = 1"), text("### Part"), code("y = x"), CORE, code("y"))),
    # imports
    (lessons.unused_imports, notebook(code("import math"), code("from b import c as d, e\nprint(d)"))),
    # minutes
    (rhythm.buried_headings, notebook(text("in core\n\n## More: a"))),
    (rhythm.buried_headings, notebook(text("## More: a"), text("in More\n\n## b"))),
    (rhythm.time_problems, headed("**Time:** 45 minutes.", rhythm.WORDS_A_MINUTE * 46)),
    (rhythm.time_problems, headed("**Time:** 10 minutes.", rhythm.WORDS_A_MINUTE * 20)),
    (rhythm.time_problems, headed("**Time:** 22 minutes.", rhythm.WORDS_A_MINUTE * 20)),
    (rhythm.time_problems, headed("20 minutes", rhythm.WORDS_A_MINUTE * 20)),
    (rhythm.time_problems, headed("**Time:** 20 minutes.", rhythm.WORDS_A_MINUTE * 20, *A_MORE)),
    (
        rhythm.time_problems,
        headed("**Time:** 20 minutes; 20 with the parts called *More*.", rhythm.WORDS_A_MINUTE * 20),
    ),
    (
        rhythm.time_problems,
        headed("**Time:** 20 minutes; 20 with the parts called *More*.", rhythm.WORDS_A_MINUTE * 20, *A_MORE),
    ),
    (
        rhythm.time_problems,
        headed("**Time:** 20 minutes.", rhythm.WORDS_A_MINUTE * 20, text("Exercise: shapes", "exercise")),
    ),
    # pictures
    (weight.wide_pictures, notebook(code("draw()", drawn(901)))),
    (weight.wide_pictures, notebook(code("draw()", drawn(901, mime="image/jpeg")))),
    (weight.wide_pictures, notebook(code("draw()", drawn(10, width=901)))),
    (weight.wide_pictures, notebook(code("draw()", svg('viewBox="0 0 1 1" width="901"')))),
    (weight.wide_pictures, notebook(code("draw()", svg('width="700pt"')))),
    (weight.undescribed_pictures, notebook(described(drawn(alt="")))),
    (weight.undescribed_pictures, notebook(described(drawn(alt=" ")))),
    (weight.undescribed_pictures, notebook(described(drawn(alt="cat " * 76)))),
    (weight.undescribed_pictures, notebook(described(drawn()), described(drawn()))),
    (weight.undescribed_pictures, notebook(described(drawn(), alt=[]))),
    (weight.undescribed_pictures, notebook(described(drawn(), alt=["A cat.", "A dog."]))),
    (weight.undescribed_pictures, notebook(described(explorer(alt=""), alt=[]))),
    (weight.undescribed_pictures, notebook(described(svg("")))),
]

GOOD = [
    (lessons.untagged_predictions, notebook(PROMPT, ASKED, text("So."), code("1"))),
    (lessons.untagged_predictions, notebook(PROMPT, asked(), asked(BAD[-1][1].cells[0].outputs[0]), text("So."))),
    (lessons.untagged_predictions, notebook(PROMPT, ASKED, code("assert x", tags=["hide"]), text("So."))),
    (lessons.untagged_predictions, notebook(text("At **Predict.**, stop and think."), code("1", stream("1")))),
    (lessons.untagged_predictions, notebook(text("**Predict.** This is one.", "exercise"), code("1"))),
    (lessons.open_answers, after("A window of 3 rows has 28 − 3 + 1 places.", stream("[1, 3, 26, 26]"))),
    (lessons.open_answers, after("Of 28 rows.", stream("28"))),  # the prompt has it
    (lessons.open_answers, after("With 0.25 each.", stream("0.25"), source="box = 0.25")),  # the code has it
    (lessons.open_answers, after(fold("There are 26."), stream("26"))),
    (lessons.open_answers, after(fold("Because it shrinks.", "Why?"), stream("26"))),
    (lessons.open_answers, notebook(PROMPT, ASKED, text("So."), code("1"), text("There are 26."))),
    (lessons.open_answers, after("## 26 · conv2d, 26×26, notebook 26, `FULL = True`", stream("26, True, 2"))),
    (lessons.open_answers, after("Is it `True`?", stream("True False"))),
    (lessons.open_answers, after("It is the sum of the window.", stream("sum of the window: 26"))),
    (lessons.open_asserts, notebook(code("assert x == 3", tags=["hide"]), code("assert mine", tags=["exercise"]))),
    (lessons.needed_hidden_cells, notebook(code("x = 3\nassert x", tags=["hide"]), code("x = 2"), code("x"))),
    (lessons.needed_hidden_cells, notebook(code("x = 3", tags=["hide"]), code("assert x", tags=["hide"]))),
    (lessons.needed_hidden_cells, notebook(code("wanted = 1", tags=["hide"]), code("x = {'wanted': 1}; x.wanted"))),
    (
        lessons.gaps_without_more,
        notebook(
            code("%matplotlib inline\nimport torch.nn as nn, math\nfrom a import b as c"),
            code("x, (y, *z) = 1, c\nfor i, j in z: print(i, j, math.pi)\nwith nn.a(x) as d, d.e as f: d, f"),
            code("v = [[w for w in u] for u in z]; v = {t: {s for s in z} for t in z if t in v}"),
            code("def f(a, *b, k=x, **c):\n    g = a + b\n    return [h for h in g if h in k] + f(a)"),
            code("try:\n    n = 1\nexcept ValueError as e:\n    print(e, n)\nwhile (m := n) > 3: m"),
            code("class A(nn.Module):\n    size = 3\n    def forward(self, x):\n        return A, x"),
            code("size, q = 1, lambda r: r * x\nx += 1\nx: int = 2\nd.e = x\nz[0] = x\n_"),
        ),
    ),
    (lessons.gaps_without_more, notebook(code("x = 1"), MORE, code("y = x\nx = 2"), CORE, code("x = 3\nx"))),
    (lessons.gaps_without_more, notebook(MORE, code("x = 1"), text("### Part"), code("x"), CORE, code("y = 1\ny"))),
    (lessons.gaps_without_more, notebook(code("x = 1", tags=["exercise"]), code("f(x)\ndef f(x): ...", tags=["hide"]))),
    (lessons.gaps_without_more, notebook(code("x = 1", tags=["exercise"]), code("print(x)", tags=["check"]))),
    (rhythm.time_problems, headed("**Time:** 20 minutes.", rhythm.WORDS_A_MINUTE * 20)),
    (
        rhythm.time_problems,
        headed(
            "**Time:** 45 minutes; 55 with the parts called *More*. Exercises come on top.",
            rhythm.WORDS_A_MINUTE * 44,
            text("word " * 9999, "exercise"),
            *A_MORE,
        ),
    ),
    (weight.wide_pictures, notebook(code("draw()", drawn(900), drawn(1800, width=900), svg('width="900"'), svg("")))),
    (weight.undescribed_pictures, notebook(described(drawn()), code("x", explorer(), explorer()), code("1"))),
    (weight.undescribed_pictures, notebook(described(explorer(), drawn()))),
]


def case(value):
    return value[0].__name__


@pytest.mark.parametrize(("rule", "nb"), BAD, ids=map(case, BAD))
def test_the_bad_is_caught(rule, nb):
    problems = rule(nb)
    assert problems, [cell.source for cell in nb.cells]
    assert rule is rhythm.time_problems or all(problem.startswith("cell ") for problem in problems)


@pytest.mark.parametrize(("rule", "nb"), GOOD, ids=map(case, GOOD))
def test_the_good_passes(rule, nb):
    assert rule(nb) == []


def test_a_section_called_more_ends_at_the_next_heading_of_its_level():
    titles = ["## 1 · More: a", "### b", "## c", "### More: d", "#### e", "### More or less", "### More: f", "## g"]
    nb = notebook(*map(text, [*titles, "```\n## More: no heading\n```"]))
    assert [more for _, more in rhythm.sections(nb)] == [True, True, False, True, True, False, True, False, False]


def test_what_is_counted():
    cells = [PROMPT, ASKED, text("four words are here", "exercise"), code("1", tags=["hide"]), MORE, code("1")]
    whole, core = rhythm.whole_and_core(notebook(*cells))
    assert whole == (13, 1, 2) and core == (8, 1, 1)
    assert whole.minutes == pytest.approx(13 / 110 + 1.0 + 0.7)


def test_the_command_line_counts(tmp_path, capsys):
    import nbformat

    nbformat.write(notebook(PROMPT, ASKED), tmp_path / "09_small.ipynb")
    assert rhythm.main([str(tmp_path / "09_small.ipynb")]) == 0
    line, total = capsys.readouterr().out.splitlines()
    assert line == "09_small: 8 words, 1 predictions, 1 code cells, 1 minutes; core 8 words, 1 minutes"
    assert total == "8 words in all"


def test_descriptions_are_written_once_and_follow_the_cell():
    cell = described(drawn(alt="old", width=20), stream("1"), explorer(), drawn(alt="older"), alt=["A cat.", "A dog."])

    def texts():
        return [output.get("metadata", {}).get("image/png", {}).get("alt") for output in cell.outputs]

    describe_pictures(cell)
    assert texts() == ["A cat.", None, "Explorer: a cat.", "A dog."]
    assert cell.outputs[0].metadata["image/png"]["width"] == 20
    cell.metadata.convlab.alt = ["A bird."]
    describe_pictures(cell)
    assert texts() == ["A bird.", None, "Explorer: a cat.", None], "no old text stays"
