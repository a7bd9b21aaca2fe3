"""The editions of one notebook: for a learner, for a teacher, and for nbgrader.

nbconvert's preprocessors do what they can: leave out cells and outputs by tag, clear outputs. The rest are small
rules of the course. None changes the notebook that it is given.
"""

from __future__ import annotations

import re
from copy import deepcopy

from nbconvert.preprocessors import ClearOutputPreprocessor, TagRemovePreprocessor
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell
from sources import ABOUT_SOLUTIONS, Source

from convlab.copying import learners_notebook
from convlab.editions import is_notes, without_hidden, without_notes
from convlab.exercises.engine.exercise import Exercise

POINTS = 1  # for each exercise; the teacher changes it in nbgrader
FOLDED = re.compile(r"<details>\s*<summary>(.*?)</summary>\s*(.*?)\s*</details>", re.S)


def learner(source: Source) -> NotebookNode:
    """What `convlab copy` gives, without solutions, and without what checks said."""
    nb = from_dict(deepcopy(learners_notebook(source.notebook)))
    nb = _without_cells(nb, outputs=("predict", "check"))
    return _without_talk_of_solutions(_progress_unrun(_without_slides(nb)))


def teacher(source: Source) -> NotebookNode:
    """Everything but hidden cells: solutions as code that runs, answers unfolded, the speaker's notes marked.

    Each solution stands between the placeholder and the check. So the notebook runs from top to bottom, and every check
    passes.
    """
    nb = from_dict(deepcopy(without_hidden(source.notebook)))
    nb = _progress_unrun(_without_cells(nb, tags=("hide",), outputs=("check",)))
    cells = []
    todo = iter(source.exercises)
    for cell in nb.cells:
        if _has(cell, "solution"):
            continue
        if _has(cell, "check"):
            before, after = _open_solution(next(todo))
            cells += [*before, cell, after]
            continue
        if cell.cell_type == "markdown":
            cell.source = _marked(cell.source) if is_notes(cell) else _unfolded(cell.source)
        cells.append(cell)
    nb.cells = cells
    return _without_talk_of_solutions(nb)


def nbgrader(source: Source) -> NotebookNode:
    """A source notebook of nbgrader: solutions between its marks, checks that raise, its metadata, nothing run."""
    nb = from_dict(deepcopy(without_notes(source.notebook)))
    nb = _without_slides(_without_cells(nb))
    nb, _ = ClearOutputPreprocessor().preprocess(nb, {})
    todo, exercise = iter(source.exercises), None
    for cell in nb.cells:
        if _has(cell, "exercise") and cell.cell_type == "markdown":
            exercise = next(todo)
            _grade(cell, f"{exercise.name}-task", locked=True)
        elif _has(cell, "exercise"):
            cell.source = f"{cell.source}\n\n\n### BEGIN SOLUTION\n{exercise.solution}\n### END SOLUTION"
            _grade(cell, f"{exercise.name}-answer", solution=True)
        elif _has(cell, "check"):
            cell.source += ".raise_if_wrong()"
            _grade(cell, exercise.name, grade=True, locked=True, points=POINTS)
    return _without_talk_of_solutions(nb)


def _has(cell, tag: str) -> bool:
    return tag in cell.metadata.get("tags", ())


def _without_cells(nb, tags=("hide", "solution"), outputs=()):
    """Leave out the cells with one of these tags, and the outputs of those with one of the others."""
    remove = TagRemovePreprocessor(remove_cell_tags=set(tags), remove_all_outputs_tags=set(outputs))
    return remove.preprocess(nb, {})[0]


def _without_slides(nb):
    """Leave out what only slides need. (nbconvert's ClearMetadataPreprocessor does so in code cells only.)"""
    for cell in nb.cells:
        cell.metadata.pop("slideshow", None)
        cell.metadata.get("convlab", {}).pop("slide", None)
        if not cell.metadata.get("convlab", True):
            del cell.metadata["convlab"]
    return nb


def _progress_unrun(nb):
    """The tables of what has passed are the reader's own."""
    for cell in nb.cells:
        if cell.cell_type == "code" and re.match(r"progress\(", cell.source):
            cell.outputs, cell.execution_count = [], None
    return nb


def _without_talk_of_solutions(nb):
    """Leave out what is true only where solutions are folded away; see ``sources.ABOUT_SOLUTIONS``."""
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = ABOUT_SOLUTIONS.sub("", cell.source)
    return nb


# --- the teacher's ------------------------------------------------------------------------------------------


def _open_solution(exercise: Exercise) -> tuple[list[NotebookNode], NotebookNode]:
    """Return the cells in front of a check and the one behind it."""
    word = exercise.name.replace("-", "")
    head = f"**Solution.** The next cell is the answer to *{exercise.title}*. To show the class a wrong one, skip it."
    head = head.replace("?*.", "?*")
    before = [
        new_markdown_cell(head, id=f"{word}-open", metadata={"tags": ["solution"]}),
        new_code_cell(exercise.solution, id=f"{word}-code", metadata={"tags": ["solution"]}),
    ]
    because = f"**Why.** {exercise.because}"
    return before, new_markdown_cell(because, id=f"{word}-why", metadata={"tags": ["solution"]})


def _unfolded(text: str) -> str:
    return FOLDED.sub(lambda found: f"**{found[1].strip()}.**\n\n{found[2]}", text)


def _marked(text: str) -> str:
    """A note of the speaker, so that nobody takes it for a part of the lesson."""
    return f'<div class="alert alert-info">\n\n**Speaker\'s notes**\n\n{text}\n\n</div>'


# --- nbgrader's ---------------------------------------------------------------------------------------------


def _grade(cell, grade_id: str, grade=False, solution=False, locked=False, points=None) -> None:
    """Give a cell nbgrader's metadata, in its third form."""
    cell.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "task": False,
        "locked": locked,
        "cell_type": cell.cell_type,
        **({} if points is None else {"points": points}),
    }
