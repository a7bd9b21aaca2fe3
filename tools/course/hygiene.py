"""Rules for the stored notebooks. Each takes a notebook and returns a list of problems; empty means good.

``test_hygiene.py`` applies them to the course, ``test_hygiene_checks.py`` shows for each that it can fail.
Beside nbval they catch what nbval lets through: a cell that was never executed is compared with nothing, an
ignored output checks nothing, a path of the author's disk or a picture from the web works until it does not.
"""

from __future__ import annotations

import ast
import re
from html import unescape
from itertools import pairwise
from pathlib import Path

import nbformat

from notebooks import dumps, ignores_output, normalise, source_hash  # tools/course/notebooks.py

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))

LONGEST_CELL = 12  # non-blank lines of code
LONGEST_EXCEPTION = 18  # allowed for one code cell in ten
KNOWN_TAGS = {
    "raises-exception",  # the cell shows an error, and stores it
    "prose-numbers-free",  # Markdown: a table of minutes, a list of references (see prose.py)
    "hide-input",
    "hide",  # a check for the regression run alone: left out of a learner's copy and of every edition
    "predict",  # its output answers a Predict prompt: left out of a learner's copy
    "exercise",
    "check",
    "solution",
}

# --- looking into a notebook ----------------------------------------------------------------------------------


def code_cells(nb):
    """Return (number, cell) of the code cells; cells are counted from 1, all kinds together."""
    return [(number, cell) for number, cell in enumerate(nb.cells, 1) if cell.cell_type == "code"]


def markdown_cells(nb):
    """Return (number, cell) of the Markdown cells."""
    return [(number, cell) for number, cell in enumerate(nb.cells, 1) if cell.cell_type == "markdown"]


def where(number: int, cell) -> str:
    """Name a cell for a message: its number, its In [n], its id."""
    count = f", In [{cell.execution_count}]" if cell.get("execution_count") else ""
    return f"cell {number}{count} (id {cell.get('id')})"


def tags(cell) -> list[str]:
    """Return the tags of a cell."""
    return cell.metadata.get("tags", [])


def covered(cell) -> list[str]:
    """Return the ids of the rows that a cell is tagged with."""
    return [tag.removeprefix("covers:") for tag in tags(cell) if tag.startswith("covers:")]


def python_lines(source: str) -> str:
    """Return a cell's source with IPython's own lines (%magic, !command) blanked, so that Python parses it."""
    return "\n".join("pass" if line.lstrip()[:1] in ("%", "!") else line for line in source.splitlines())


def strip_html(html: str) -> str:
    """Return the text of an HTML or SVG output."""
    html = re.sub(r"<(style|script)\b.*?</\1>", " ", html, flags=re.S | re.I)
    return unescape(re.sub(r"<[^<>]*>", " ", html))


def text_outputs(cell) -> list[str]:
    """Return what a reader can read in a cell's outputs: streams, text, HTML without its tags, error messages."""
    texts = []
    for output in cell.outputs:
        if output.output_type == "stream":
            texts.append(output.text)
        elif output.output_type == "error":
            texts.append(output.evalue)
        else:
            for mime, data in output.data.items():
                if mime in ("text/html", "image/svg+xml"):
                    texts.append(strip_html(data))
                elif mime.startswith("text/"):
                    texts.append(data)
    return texts


def raw_outputs(cell) -> list[str]:
    """Return all text that a cell's outputs store, HTML with its tags and tracebacks too."""
    texts = []
    for output in cell.get("outputs", []):
        texts += [output.text] if output.output_type == "stream" else []
        texts += [output.ename, output.evalue, *output.traceback] if output.output_type == "error" else []
        texts += [data for data in output.get("data", {}).values() if isinstance(data, str)]
    return [text for text in texts if not re.fullmatch(r"[A-Za-z0-9+/\s]{200,}={0,2}\s*", text)]  # no pictures


def asserts(source: str) -> bool:
    """Tell whether a cell asserts something: an assert statement (not of a constant), or ``assert_close(...)``."""
    try:
        tree = ast.parse(python_lines(source))
    except SyntaxError:
        return False
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and not isinstance(node.test, (ast.Constant, ast.Tuple)):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
            if name.startswith("assert_"):
                return True
    return False


BARE_OBJECT = re.compile(r"\[?<[^\n]*>\]?\s*|\s*")


def compared(cell) -> bool:
    """Tell whether nbval has something to compare: text of a person's making, not a bare ``<Figure ...>``."""
    if ignores_output(cell.source) or not cell.execution_count:
        return False
    for output in cell.outputs:
        if output.output_type in ("stream", "error"):
            return True
        for mime, data in output.data.items():
            if mime in ("text/html", "image/svg+xml", "text/latex", "text/markdown"):
                return True
            if mime == "text/plain" and not BARE_OBJECT.fullmatch(data):
                return True
    return False


# --- rules ----------------------------------------------------------------------------------------------------


def never_executed(nb) -> list[str]:
    """Every code cell was executed, in order: nbval compares nothing where the count is null."""
    return [
        f"{where(number, cell)}: its execution count is {cell.execution_count}, not {expected}; run make notebooks"
        for expected, (number, cell) in enumerate(code_cells(nb), 1)
        if cell.execution_count != expected
    ]


def unwanted_errors(nb) -> list[str]:
    """A stored error needs the tag raises-exception, and that tag needs a stored error."""
    problems = []
    for number, cell in code_cells(nb):
        errors = [output.ename for output in cell.outputs if output.output_type == "error"]
        if errors and "raises-exception" not in tags(cell):
            problems.append(f"{where(number, cell)}: stores {errors[0]} without the tag raises-exception")
        if not errors and "raises-exception" in tags(cell):
            problems.append(f"{where(number, cell)}: has the tag raises-exception, but raises nothing")
    return problems


def unchecked_cells(nb) -> list[str]:
    """An ignored output is backed by an assert in the cell or the next, and belongs to the cell's source."""
    problems = []
    cells = code_cells(nb)
    for index, (number, cell) in enumerate(cells):
        for marker in re.findall(r"\b(?:NBVAL|PYTEST_VALIDATE)_\w+[^\n]*", cell.source):
            if marker != "NBVAL_IGNORE_OUTPUT":
                problems.append(f"{where(number, cell)}: «{marker}»; only a line «# NBVAL_IGNORE_OUTPUT» is used")
        problems += [
            f"{where(number, cell)}: the tag {tag} hides the cell from nbval"
            for tag in tags(cell)
            if tag.startswith("nbval-")
        ]
        if not ignores_output(cell.source):
            continue
        following = cells[index + 1][1].source if index + 1 < len(cells) else ""
        if not (asserts(cell.source) or asserts(following)):
            problems.append(f"{where(number, cell)}: ignores its output, but neither it nor the next cell asserts")
        if cell.metadata.get("convlab", {}).get("source") != source_hash(cell.source):
            problems.append(f"{where(number, cell)}: its output is older than its source; run make notebooks")
    return problems


ABSOLUTE = re.compile(
    r"(?<![\w.~>/-])(?:/(?:home|Users|root|tmp|work|mnt|opt|content|private|var/folders)(?=[/\s\"'`)\],;:]|$)|~/\w)"
    r"|(?<![A-Za-z])[A-Za-z]:[\\/]+(?:[A-Z]\w|temp\b|tmp\b|work\b|home\b|users\b|src\b|dev\b|projects?\b)"
    r"|file:///"
)


def absolute_paths(nb) -> list[str]:
    """No path of one machine's disk, in sources, Markdown or text outputs."""
    problems = []
    for number, cell in enumerate(nb.cells, 1):
        source = cell.source
        if cell.cell_type == "markdown":  # f:\Omega in a formula is no drive
            source = re.sub(r"\$\$.*?\$\$|\$[^$\n]*\$", " ", source, flags=re.S)
        texts = [("source", source)] + [("output", text) for text in raw_outputs(cell)]
        for kind, text in texts:
            for match in ABSOLUTE.finditer(text):
                line = text[text.rfind("\n", 0, match.start()) + 1 :].split("\n")[0]
                problems.append(f"{where(number, cell)}: an absolute path in its {kind}: «{line.strip()[:100]}»")
    return problems


WEB = r"(?:https?:)?//"
WEB_ASSETS = [
    (re.compile(pattern, re.I), what)
    for pattern, what in [
        (rf"!\[[^\]]*\]\(\s*<?{WEB}", "a picture from the web"),
        (rf"\bsrc\s*=\s*[\"']?{WEB}", "src= with a web address"),
        (rf"<link\b[^>]*href\s*=\s*[\"']?{WEB}", "a style sheet from the web"),
        (rf"@import\s+(?:url\()?\s*[\"']?{WEB}", "@import from the web"),
        (rf"\burl\(\s*[\"']?{WEB}", "url() with a web address"),
        (rf"\b(?:import|from|import\()\s*[\"']{WEB}", "JavaScript from the web"),
    ]
]
CODE_FROM_WEB = [
    (re.compile(pattern), what)
    for pattern, what in [
        (r"\b(?:urlopen|urlretrieve|load_state_dict_from_url|download_url\w*|hf_hub_download)\b", "a download"),
        (r"\b(?:requests|httpx)\.(?:get|post)\b|\btorch\.hub\.|\bfrom torch import hub\b", "a download"),
        (r"^\s*[!%]\s*(?:pip|conda|mamba|uv|apt|wget|curl|git)\b", "a command that needs the network"),
    ]
]
IMAGE_REFERENCE = re.compile(r"!\[([^\]]*)\]\[([^\]]*)\]")


def web_assets(nb) -> list[str]:
    """Nothing is loaded from the web: pictures, styles, scripts, data. Links to read on are welcome."""
    problems = []
    for number, cell in enumerate(nb.cells, 1):
        texts = raw_outputs(cell) + ([cell.source] if cell.cell_type == "markdown" else [])
        found = [what for text in texts for pattern, what in WEB_ASSETS if pattern.search(text)]
        if cell.cell_type == "markdown":
            for alternative, label in IMAGE_REFERENCE.findall(cell.source):
                definition = rf"^\s*\[{re.escape(label or alternative)}\]:\s*<?{WEB}"
                if any(re.search(definition, other.source, re.I | re.M) for _, other in markdown_cells(nb)):
                    found.append("a picture from the web")
        else:
            found += [what for pattern, what in CODE_FROM_WEB if re.search(pattern, cell.source)]
            found += ["a web address in a string"] if _web_address_in_code(cell.source) else []
        problems += [f"{where(number, cell)}: {what}" for what in dict.fromkeys(found)]
    return problems


def _web_address_in_code(source: str) -> bool:
    """Tell whether a string that code works with (no docstring) holds a web address; a comment may."""
    try:
        tree = ast.parse(python_lines(source))
    except SyntaxError:
        return bool(re.search(r"https?://", source))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"https?://", node.value)
        for node in ast.walk(tree)
        if id(node) not in docstrings
    )


def unknown_tags(nb, rows) -> list[str]:
    """Every tag is known, and ``covers:ID`` names a row of coverage.toml."""
    problems = []
    for number, cell in enumerate(nb.cells, 1):
        for tag in tags(cell):
            known = tag.removeprefix("covers:") in rows if tag.startswith("covers:") else tag in KNOWN_TAGS
            if not known and not tag.startswith("nbval-"):  # unchecked_cells speaks about those
                problems.append(f"{where(number, cell)}: unknown tag {tag!r}")
    return problems


def repeated_ids(nb) -> list[str]:
    """Cell ids are there, and different."""
    seen: set[str] = set()
    problems = []
    for number, cell in enumerate(nb.cells, 1):
        if not cell.get("id") or cell.id in seen:
            problems.append(f"cell {number}: its id {cell.get('id')!r} is missing or used before")
        seen.add(cell.get("id"))
    return problems


def not_normal(nb, stored: str) -> list[str]:
    """The file is in the normal form that make notebooks writes: kernelspec, metadata, outputs, layout."""
    expected = dumps(normalise(nbformat.reads(stored, as_version=4)))
    if expected == stored:
        return []
    pairs = zip(expected.splitlines(), stored.splitlines(), strict=False)
    line, (wanted, is_there) = next(
        ((number, pair) for number, pair in enumerate(pairs, 1) if pair[0] != pair[1]),
        (min(expected.count("\n"), stored.count("\n")), ("the end of the file", "other lines")),
    )
    return [f"line {line} is «{is_there.strip()[:100]}», and should be «{wanted.strip()[:100]}»; run make notebooks"]


def figures_without_text(nb) -> list[str]:
    """A picture has text/plain beside it, for whoever cannot see it."""
    return [
        f"{where(number, cell)}: a picture without text/plain"
        for number, cell in code_cells(nb)
        for output in cell.outputs
        if any(mime.startswith("image/") for mime in output.get("data", {})) and "text/plain" not in output.data
    ]


def long_cells(nb) -> list[str]:
    """A code cell has at most 12 non-blank lines; one in ten (at least one) may have up to 18."""
    lengths = [
        (sum(bool(line.strip()) for line in cell.source.splitlines()), number, cell) for number, cell in code_cells(nb)
    ]
    long = sorted([entry for entry in lengths if entry[0] > LONGEST_CELL], key=lambda entry: entry[0])
    allowed = max(1, len(lengths) // 10)
    excused = [entry for entry in long if entry[0] <= LONGEST_EXCEPTION][:allowed]
    return [
        f"{where(number, cell)}: {length} lines; at most {LONGEST_CELL}, "
        f"in {allowed} cell(s) of this notebook up to {LONGEST_EXCEPTION}"
        for length, number, cell in long
        if (length, number, cell) not in excused
    ]


# --- coverage -------------------------------------------------------------------------------------------------


def coverage_rows() -> dict[str, dict[str, str]]:
    """Return the rows of coverage.toml: id -> where (number of the notebook), title."""
    return tomllib.loads(Path(__file__).with_name("coverage.toml").read_text(encoding="utf-8"))


def uncovered_rows(nb, number: str, rows) -> list[str]:
    """Every row taught first in this notebook is tagged on an executed, visible cell whose output is checked.

    By nbval; or by an assert, in the cell or in the hidden one right behind it.
    """
    problems, cells_here = [], [cell for _, cell in code_cells(nb)]
    behind = {cell.id: after.source for cell, after in pairwise(cells_here) if "hide" in tags(after)}
    for row, entry in rows.items():
        if entry["where"] != number:
            continue
        cells = [c for c in cells_here if row in covered(c) and c.execution_count and "hide" not in tags(c)]
        if not cells:
            problems.append(f"{row} ({entry['title']}): no executed code cell that is seen has the tag covers:{row}")
        elif not any(compared(c) or asserts(c.source) or asserts(behind.get(c.id, "")) for c in cells):
            problems.append(f"{row} ({entry['title']}): its cells neither print what nbval compares nor assert")
    return problems


# --- exercises ------------------------------------------------------------------------------------------------


def exercise_problems(nb, exercises) -> list[str]:
    """Each exercise has its four cells one after the other: prompt, placeholder, check, and a folded solution.

    They are what ``convlab.exercises`` describes, in its order and below the right heading, and nothing else has
    these tags.
    """
    tagged = [(cell, tags(cell)) for cell in nb.cells if {"exercise", "check", "solution"} & set(tags(cell))]
    expected = [cell for exercise in exercises for cell in exercise_cells(exercise)]
    problems = []
    if len(tagged) != len(expected):
        problems.append(f"{len(tagged)} cells are tagged exercise, check or solution; {len(expected)} are needed")
    for (cell, its_tags), (kind, tag, source) in zip(tagged, expected, strict=False):
        if (cell.cell_type, its_tags) != (kind, [tag]) or cell.source.strip() != source:
            problems.append(f"the cell {cell.id} ({cell.cell_type}, {its_tags}) is not: {kind}, {tag}\n{source}")
    heading, places = "", {}
    for cell in nb.cells:
        found = re.findall(r"^#+ (.+)$", cell.source, re.M) if cell.cell_type == "markdown" else []
        heading = found[-1] if found and "exercise" not in tags(cell) else heading
        places[cell.source.strip()] = heading
    for exercise in exercises:
        at = places.get(exercise_cells(exercise)[0][2], exercise.where)
        problems += [f"{exercise.name} stands below «{at}», not «{exercise.where}»"] if at != exercise.where else []
    return problems


def exercise_cells(exercise) -> list[tuple[str, str, str]]:
    """Return the cells of an exercise as (type, tag, source)."""
    code = f"```python\n{exercise.solution}\n```"
    folded = f"<details><summary>Solution</summary>\n\n{code}\n\n{exercise.because}\n\n</details>"
    title = f"{exercise.title}.".replace("?.", "?")
    return [
        ("markdown", "exercise", f"**Exercise: {title}** {exercise.prompt}"),
        ("code", "exercise", exercise.placeholder),
        ("code", "check", f'check("{exercise.name}", {exercise.variable})'),
        ("markdown", "solution", folded),
    ]
