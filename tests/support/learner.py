"""A small course and a learner's copy of it, for the tests of ``convlab.copying``."""

import json
import sys
from pathlib import Path

import nbformat
import pytest

import notebooks  # tools/course/notebooks.py
from convlab.copying import copy_course

ROOT = Path(__file__).resolve().parents[2]
VIEW = notebooks.WIDGET_VIEW
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
NB, TWO, SCRIPT = "01_one.ipynb", "02_two.ipynb", "examples/script.py"
CHANGED, NEWER = "left alone: you changed it", "left alone: you changed it; there is a newer edition"


class Course:
    """A small course, and a learner's copy of it."""

    def __init__(self, folder):
        self.root, self.work = folder / "course", folder / "work"
        (self.root / "notebooks").mkdir(parents=True)
        (self.root / "examples/__pycache__").mkdir(parents=True)
        (self.root / "examples/__pycache__/script.pyc").touch()
        (self.root / "notebooks/.ruff.toml").touch()
        for name in (NB, TWO):
            cells = [
                {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# Größe\n", "two lines"]},
                {
                    "cell_type": "code",
                    "execution_count": 1,
                    "id": "b",
                    "metadata": {},
                    "outputs": [result("2\n")],
                    "source": ["print(1)\n", "print(2)"],
                },
            ]
            metadata = {"kernelspec": notebooks.KERNELSPEC, "language_info": notebooks.LANGUAGE_INFO}
            notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
            save(self.root / "notebooks" / name, notebook)
        (self.root / SCRIPT).write_bytes(b"print('caf\xc3\xa9')\n")

    def copy(self):
        return copy_course(self.work, self.root)

    def said(self):
        return dict(self.copy().said)

    def edit(self, change, name=NB):
        """Change a notebook in the learner's copy; return its bytes."""
        path = self.work / name
        path.write_bytes(json.dumps(changed(path, change)).encode())
        return path.read_bytes()

    def publish(self, change, name=NB):
        """Change a notebook of the course."""
        path = self.root / "notebooks" / name
        save(path, changed(path, change))

    def is_current(self, name=NB):
        return (self.work / name).read_bytes() == learners(self.root / "notebooks" / name)


def result(text, count=1):
    data = {"text/plain": [text]}
    return {"data": data, "execution_count": count, "metadata": {}, "output_type": "execute_result"}


def save(path, notebook):
    path.write_bytes(notebooks.dumps(nbformat.reads(json.dumps(notebook), as_version=4)).encode())


def changed(path, change):
    notebook = json.loads(path.read_bytes())
    change(notebook)
    return notebook


def sources(data):
    return ["".join(cell["source"]) for cell in json.loads(data)["cells"]]


def learners(path):
    """A notebook of the course as its copy must be: with the version, without answers, notes and what is hidden."""
    notebook = nbformat.read(path, as_version=4)
    spoken = [cell for cell in notebook.cells if cell.metadata.get("slideshow", {}).get("slide_type") == "notes"]
    notebook.cells = [cell for cell in notebook.cells if cell not in spoken]
    notebook.cells = [cell for cell in notebook.cells if "hide" not in cell.metadata.get("tags", [])]
    for cell in notebook.cells:
        if "predict" in cell.metadata.get("tags", []):
            cell.outputs, cell.execution_count = [], None
    notebook.metadata.language_info["version"] = sys.version.split()[0]
    return notebooks.dumps(notebook).encode()


# What may happen to a notebook, in the copy or in the course.


def new_source(notebook):
    notebook["cells"][1]["source"] = ["print(3)\n", "print(4)"]


def new_edition(notebook):
    notebook["cells"][0]["source"] = notebook["cells"][0]["source"] + ["\nanother line"]


def retyped(notebook):
    notebook["cells"][0]["cell_type"] = "raw"


def cell_added(notebook):
    notebook["cells"].append({"cell_type": "markdown", "id": "c", "metadata": {}, "source": []})


def cell_removed(notebook):
    del notebook["cells"][1]


def cells_swapped(notebook):
    notebook["cells"].reverse()


CHANGES = [new_source, retyped, cell_added, cell_removed, cells_swapped]


def tag(name):
    """Return the change that gives the code cell of a notebook a tag."""
    return lambda notebook: notebook["cells"][1]["metadata"].update(tags=[name])


def hidden_cell(text):
    """Return the change that puts a cell tagged hide at the end of a notebook."""

    def change(notebook):
        cell = {"cell_type": "code", "execution_count": 2, "metadata": {"tags": ["hide"]}, "source": [text]}
        notebook["cells"].append(cell | {"id": f"h{len(notebook['cells'])}", "outputs": [result(f"checked: {text}")]})

    return change


def run(notebook):
    notebook["cells"][1].update(outputs=[result("ran", 3)], execution_count=3)


def picture(notebook):
    data = {"text/plain": ["<explorer>"], VIEW: {"model_id": "0"}}
    notebook["cells"][1]["outputs"].append({"data": data, "metadata": {}, "output_type": "display_data"})


def widgets(notebook, state=("m",)):
    models = {name: {"model_name": "HTMLModel", "state": {}} for name in state}
    notebook["metadata"]["widgets"] = {WIDGET_STATE: {"state": models, "version_major": 2}}


def opened_and_saved(notebook):
    """What JupyterLab may write without running anything."""
    widgets(notebook, state=())
    notebook["metadata"]["kernelspec"]["display_name"] = "my Python"
    notebook["metadata"]["toc"] = True
    notebook["cells"][0]["metadata"]["collapsed"] = True
    for counted in (notebook["cells"][1], *notebook["cells"][1]["outputs"]):
        counted["execution_count"] = 7
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])


def link(path, target):
    try:
        path.symlink_to(target, target_is_directory=target.is_dir())
    except OSError:
        pytest.skip("this system lets nobody make a link")
