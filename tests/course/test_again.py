"""Every cell can be run again after the whole notebook was: it prints the same, for a name keeps its meaning."""

from copy import deepcopy

import hygiene
import nbformat
import pytest
from made_up import code, notebook

import notebooks  # tools/course/notebooks.py

COMPARED = ("text/", "application/json", "image/svg+xml")  # as nbval does: no other pictures


def texts(cell):
    """What nbval compares of a cell's outputs, as conftest.py has it cleaned."""
    found = []
    for output in cell.outputs:
        if output.output_type == "stream":
            found.append((output.name, output.text))
        elif output.output_type == "error":
            found.append((output.ename, output.evalue))
        else:
            found += sorted((mime, str(data)) for mime, data in output.data.items() if mime.startswith(COMPARED))
    return [(kind, notebooks.clean_text(notebooks.without_script(text))) for kind, text in found]


def differing(nb, folder):
    """Run a notebook, then each of its cells again in the same kernel; list those that do not print what is stored."""
    stored = hygiene.code_cells(nb)
    first, again = ([deepcopy(cell) for _, cell in stored] for _ in range(2))
    for cell in again:
        cell.id += "-again"
        cell.metadata.tags = sorted({*hygiene.tags(cell), "raises-exception"})  # go on: the list is to have them all
    run = nbformat.v4.new_notebook(cells=[*first, *again])
    notebooks.execute(run, folder)
    problems = []
    for (number, before), cell in zip(stored, run.cells[len(first) :], strict=True):
        failed = [output for output in cell.outputs if output.output_type == "error"]
        if failed and "raises-exception" not in hygiene.tags(before):
            problems.append(f"cell {number}, run again, fails: {failed[0].ename}: {failed[0].evalue}\n{cell.source}")
        elif not notebooks.ignores_output(cell.source) and texts(cell) != texts(before):
            was, now = ("\n".join(f"  {kind}: {text}" for kind, text in texts(which)) for which in (before, cell))
            problems.append(f"cell {number}, run again, prints\n{now}\n  and not\n{was}\n{cell.source}")
    return problems


@pytest.mark.slow
@pytest.mark.parametrize("path", hygiene.NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_can_be_run_again(path):
    problems = differing(nbformat.read(path, as_version=4), path.parent)
    if problems:
        pytest.fail(f"{path.name}:\n" + "\n\n".join(problems), pytrace=False)


@pytest.mark.slow
def test_a_cell_that_cannot_be_run_again_is_found(tmp_path):
    sources = [
        "x = x if 'x' in globals() else [1]",
        "print(x)",
        "x.append(2)",
        "y = len(x)\nprint(y)",
        "y.missing",
        "",
        "print(1)",
    ]
    nb = notebook(*[code(source) for source in sources])
    nb.cells[4].metadata.tags = ["raises-exception"]
    nb.cells[5].source = "z = z + 1 if 'z' in globals() else 1\nif z == 2: raise ValueError('twice')"
    nb.cells.append(code("# NBVAL_IGNORE_OUTPUT\nprint(x)"))
    notebooks.execute(nb, tmp_path)
    found = [problem.split("\n")[0] for problem in differing(nb, tmp_path)]
    assert found == [
        "cell 2, run again, prints",
        "cell 4, run again, prints",
        "cell 6, run again, fails: ValueError: twice",
    ]
