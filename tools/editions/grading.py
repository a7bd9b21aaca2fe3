"""A course folder of nbgrader: its settings, and a source notebook for each notebook that has exercises."""

from __future__ import annotations

from pathlib import Path

from sources import Source
from versions import nbgrader

from notebooks import dumps

TEMPLATES = Path(__file__).with_name("templates")


def course_folder(sources: list[Source], examples: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of the folder by name.

    Args:
        sources: the notebooks of the course. Those without exercises are left out: there is nothing to grade.
        examples: what a notebook may open; it comes along where a notebook speaks of it.
    """
    files = {
        "nbgrader_config.py": (TEMPLATES / "nbgrader_config.py").read_bytes(),
        "README.md": (TEMPLATES / "nbgrader.md").read_bytes(),
    }
    for source in sources:
        if not source.exercises:
            continue
        folder = f"source/{source.stem}"  # an assignment
        files[f"{folder}/{source.name}"] = dumps(nbgrader(source)).encode()
        if any("examples/" in cell.source for cell in source.notebook.cells):
            files |= {f"{folder}/{name}": data for name, data in examples.items()}
    return files
