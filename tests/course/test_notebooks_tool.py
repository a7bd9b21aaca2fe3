"""tools/course/notebooks.py: what it stores, a second run that changes nothing, a run that fails."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import notebooks

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
ROOT = Path(__file__).resolve().parents[2]

# A notebook with all that differs from run to run, or between JupyterLab and nbval. It is collected like the
# notebooks of the course: so nbval, as conftest.py corrects it, has to agree with what is stored.
AWKWARD = ROOT / "tests" / "course" / "awkward_outputs.ipynb"


def test_what_is_stored():
    nb = nbformat.read(AWKWARD, as_version=4)
    outputs = {cell.id: cell.outputs for cell in nb.cells if cell.cell_type == "code"}
    assert "<cell>:1: UserWarning" in outputs["warning"][0].text
    assert outputs["address"][0].data["text/plain"] == "<object at 0x...>"
    streams = [(output.name, output.text) for output in outputs["colour"]]
    assert streams == [("stdout", "red\nout\nout\n"), ("stderr", "err\n")]
    assert outputs["temporary"][0].evalue == "<temporary file>"
    assert outputs["package"][0].text == "True\n", "the kernel has the package of this tree"


def test_a_second_run_changes_nothing():
    good, line = notebooks.process(AWKWARD, check=True, fresh=False)
    assert good, line
    assert "unchanged" in line


def test_check_reports_and_writes_nothing(tmp_path):
    cells = [new_markdown_cell("Hello."), new_code_cell("print(1)", execution_count=1)]
    path = tmp_path / "02_changed.ipynb"
    path.write_text(notebooks.dumps(notebooks.normalise(new_notebook(cells=cells))), encoding="utf-8")
    before = path.read_bytes()
    good, line = notebooks.process(path, check=True, fresh=False)
    assert not good
    assert "would change: cell 2 (outputs)" in line
    assert path.read_bytes() == before
    assert notebooks.process(path, check=False, fresh=False)[0]
    assert nbformat.read(path, as_version=4).cells[1].outputs[0].text == "1\n"


def test_an_error_leaves_the_file_alone(tmp_path, capsys):
    nb = new_notebook(cells=[new_markdown_cell("Hello."), new_code_cell("1"), new_code_cell("x = 1\nx / 0")])
    path = tmp_path / "03_broken.ipynb"
    nbformat.write(nb, path)
    before = path.read_bytes()
    assert notebooks.main([str(path)]) == 1
    printed = capsys.readouterr().out
    assert "03_broken.ipynb: cell 3 of 3 failed" in printed
    assert "    x / 0" in printed
    assert "ZeroDivisionError" in printed
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_no_notebook(tmp_path, capsys):
    path = tmp_path / "04_text.ipynb"
    path.write_text("hello", encoding="utf-8")
    assert notebooks.main([str(path), str(tmp_path / "missing.ipynb")]) == 1
    printed = capsys.readouterr().out
    assert "04_text.ipynb: " in printed
    assert "missing.ipynb: " in printed


@pytest.fixture
def ignoring(tmp_path, monkeypatch):
    """Return a function that re-executes a notebook with an ignored cell; each run prints the next number."""
    runs = iter(range(100))

    def execute(nb, folder):
        run = str(next(runs))
        for cell in nb.cells:
            cell.execution_count = 1
            cell.outputs = [nbformat.v4.new_output("stream", text=run)]

    monkeypatch.setattr(notebooks, "execute", execute)
    path = tmp_path / "05_ignoring.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("# NBVAL_IGNORE_OUTPUT\nprint(run)")]), path)

    def rerun(source=None, **options):
        if source:
            nb = nbformat.read(path, as_version=4)
            nb.cells[0].source = source
            nbformat.write(nb, path)
        notebooks.process(path, check=False, **{"fresh": False, **options})
        return nbformat.read(path, as_version=4).cells[0].outputs[0].text

    return rerun


def test_ignored_outputs_stay_while_the_source_stays(ignoring):
    assert ignoring() == "0"
    assert ignoring() == "0"
    assert ignoring(fresh=True) == "2"
    assert ignoring() == "2"
    assert ignoring(source="# NBVAL_IGNORE_OUTPUT\nprint(other)") == "4"
    assert ignoring() == "4"
    assert ignoring(source="print(other)") == "6"
    assert ignoring() == "7"


def test_a_stored_explorer_stays_if_it_describes_its_picture(tmp_path, monkeypatch):
    """One stored by an older package is stored anew, though its script is today's and its output is not compared."""
    html = '<div class="convlab-stored"><script>const KEY = 1, STATE = "{}";\n</script>\n'
    words = iter(["first", "second", "third", "fourth"])

    def execute(nb, folder):
        data = {"text/html": html, "image/svg+xml": next(words), "image/png": PIXEL}
        metadata = {"image/png": {"alt": "a cat"}}
        nb.cells[0].outputs = [nbformat.v4.new_output("display_data", data, metadata=metadata)]

    monkeypatch.setattr(notebooks, "execute", execute)
    path = tmp_path / "05_explorer.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("# NBVAL_IGNORE_OUTPUT\nexplorer")]), path)

    def rerun():
        notebooks.process(path, check=False, fresh=False)
        return nbformat.read(path, as_version=4).cells[0].outputs[0].data["image/svg+xml"]

    assert rerun() == rerun() == "first"
    nb = nbformat.read(path, as_version=4)
    nb.cells[0].outputs[0].metadata.clear()
    nbformat.write(nb, path)
    assert rerun() == "third" == rerun()


def test_a_marker_counts_as_nbval_counts_it():
    from nbval.plugin import find_comment_markers

    for source in (
        "# NBVAL_IGNORE_OUTPUT",
        "x = 1\n  ## NBVAL_IGNORE_OUTPUT  ",
        "x = 1  # NBVAL_IGNORE_OUTPUT",
        "# NBVAL_IGNORE_OUTPUT: slow",
        "'NBVAL_IGNORE_OUTPUT'",
    ):
        assert notebooks.ignores_output(source) == bool(dict(find_comment_markers(source))), source
