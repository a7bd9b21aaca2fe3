"""What is imported is declared: no package is here only because another one brings it."""

import ast
import json
import re
import sys
from itertools import pairwise
from pathlib import Path

from packaging.requirements import Requirement

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OTHER_NAMES = {
    "PIL": "pillow",
    "yaml": "pyyaml",
    "IPython": "ipython",
    "websocket": "websocket_client",
}  # import name: distribution
FOR_NOTEBOOKS = {"jupyterlab", "ipykernel", "ipywidgets"}  # nobody imports them; without them no notebook is shown


def declared(requirements):
    return {Requirement(line).name.lower().replace("-", "_") for line in requirements}


COURSE = declared(PYPROJECT["project"]["dependencies"])
TESTS = declared(PYPROJECT["project"]["optional-dependencies"]["test"])
# What `make editions-setup` fetches, and docutils with it; the pages of the web edition are made with it alone.
PAGES = declared(re.findall(r"^[\w-]+", (ROOT / "tools/editions/requirements.txt").read_text("utf-8"), re.M))


def imported(source):
    """The packages that `source` cannot do without: all but what is imported in a `try` that does without."""
    modules, nodes = [], [ast.parse(source)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            modules.append(node.module)
        elif isinstance(node, ast.List):  # [sys.executable, "-m", "nbconvert", ...]
            words = [getattr(word, "value", None) for word in node.elts]
            modules += [after for before, after in pairwise(words) if before == "-m" and after]
        if isinstance(node, ast.Try) and "ImportError" in "".join(ast.unparse(h.type) for h in node.handlers if h.type):
            nodes += node.handlers
        else:
            nodes += ast.iter_child_nodes(node)
    return {module.split(".")[0] for module in modules} - sys.stdlib_module_names - {"tomllib", "pip"}


def imported_by(*patterns):
    """{distribution: a file that needs it}, without the modules of this repository."""
    found = {}
    for path in (path for pattern in patterns for path in ROOT.glob(pattern) if "node_modules" not in path.parts):
        source = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            cells = [cell for cell in json.loads(source)["cells"] if cell["cell_type"] == "code"]
            lines = [line for cell in cells for line in ["\n", *cell["source"]] if not line.startswith(("%", "!"))]
            source = "".join(lines)
        found |= {OTHER_NAMES.get(name, name): str(path.relative_to(ROOT)) for name in imported(source)}
    folders = PYPROJECT["tool"]["pytest"]["ini_options"]["pythonpath"]
    own = {"convlab", "tests", *(path.stem for folder in folders for path in (ROOT / folder).glob("*.py"))}
    return {name: path for name, path in found.items() if name not in own}


def test_what_the_course_imports_is_declared_and_nothing_else():
    needed = imported_by("convlab/**/*.py", "notebooks/*.ipynb", "examples/*.py")
    assert {name: path for name, path in needed.items() if name not in COURSE} == {}
    assert COURSE - needed.keys() == FOR_NOTEBOOKS


def test_what_tests_and_tools_import_is_declared():
    needed = imported_by("tests/**/*.py", "tools/**/*.py", "conftest.py")
    missing = {name: path for name, path in needed.items() if name not in COURSE | TESTS}
    assert {name: path for name, path in missing.items() if name not in PAGES or "editions/site" not in path} == {}
    assert {"nbconvert", "pyyaml", "packaging", "jupyter_client"} <= needed.keys()
    assert not COURSE & TESTS


def test_how_imports_are_found():
    source = """
import a.b, os
from . import no
def f():
    from c.d import e
    run([python, "-m", "g", x])
try:
    import no
except ImportError:
    import h
"""
    assert imported(source) == {"a", "c", "g", "h"}
