"""Rules for what a learner meets in a notebook: predictions, hidden checks, a core path without gaps.

**Predictions.** A prompt is a paragraph that begins ``**Predict.**``. All code cells from it to the next text have the
tag ``predict``: a learner's copy has no outputs there, so that one can think first. The text behind them is read before
the cells are run, too. So, up to the next code cell, it gives no answer in the open: no number of the outputs, no
``True`` or ``False``, no error, no printed line, unless prompt or code have it. What answers is folded:
``<details><summary>Answer</summary>``. Looked at are numbers that are at least 10 or have a decimal point; a
smaller one if it is the only number of the outputs: a 3 in a text is more often a size of the kernel than an answer.

**Hidden cells** check something for the regression run alone. Learners and editions do not have them.

**The core path** needs nothing of a section called *More* (see ``rhythm.py``), of an exercise, or of a hidden cell.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from contextlib import suppress
from decimal import Decimal
from functools import cache
from itertools import chain, takewhile

from hygiene import asserts, code_cells, python_lines, tags, text_outputs, where
from plain_text import plain, sentence_around
from prose import GROUPED, PROSE_NUMBER, SKIPPED, value_of, worth_checking
from rhythm import PROMPT, sections

EXERCISE = {"exercise", "check", "solution"}

# --- predictions ----------------------------------------------------------------------------------------------

FOLD = re.compile(r"^<details><summary>(?P<title>[^\n<]+)</summary>\n\n(?P<text>.*?)\n\n</details>$", re.S | re.M)
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\w)")


def predictions(nb):
    """Yield (number and cell of the prompt, of its code cells, of the texts up to the next code cell)."""
    visible = [(number, cell) for number, cell in enumerate(nb.cells, 1) if "hide" not in tags(cell)]
    for index, (number, cell) in enumerate(visible):
        if cell.cell_type == "markdown" and PROMPT.search(cell.source) and not EXERCISE & set(tags(cell)):
            behind = visible[index + 1 :]
            code = [*takewhile(lambda pair: pair[1].cell_type == "code", behind)]
            yield (number, cell), code, [*takewhile(lambda pair: pair[1].cell_type != "code", behind[len(code) :])]


def untagged_predictions(nb) -> list[str]:
    """All code cells from a Predict prompt to the next text have the tag predict, no others; one of them has output."""
    problems, answering = [], set()
    for (number, prompt), code, _ in predictions(nb):
        answering |= {n for n, _ in code}
        if not code:
            problems.append(f"{where(number, prompt)}: no code cell follows its prompt")
        elif not any(cell.outputs for _, cell in code):
            problems.append(f"{where(number, prompt)}: the cells behind its prompt show nothing")
        if len(PROMPT.findall(prompt.source)) > 1:
            problems.append(f"{where(number, prompt)}: two prompts; each needs code cells of its own")
    for number, cell in enumerate(nb.cells, 1):
        if "hide" not in tags(cell) and ("predict" in tags(cell)) != (number in answering):
            lack = "stands behind a prompt without the tag" if number in answering else "stands behind no prompt:"
            problems.append(f"{where(number, cell)}: {lack} predict")
        if cell.cell_type == "markdown" and re.search(r"^\W*\*\*Predict(?!\.\*\*)", cell.source, re.M):
            problems.append(f"{where(number, cell)}: a prompt begins **Predict.**, at the start of a line")
    return problems


def open_answers(nb) -> list[str]:
    """The text behind a prediction gives the answer only folded, or after another cell."""
    problems = []
    for (_, prompt), code, texts in predictions(nb):
        shown = [text for _, cell in code for text in text_outputs(cell)]
        shown += [output.ename for _, cell in code for output in cell.outputs if output.output_type == "error"]
        known = plain(prompt.source) + "\n" + prompt.source + "".join("\n" + cell.source for _, cell in code)
        for number, cell in texts:
            folded, opened = FOLD.finditer(cell.source), FOLD.sub("\n\n", cell.source)
            told = any(given_away(plain(fold["text"]), shown, known) for fold in folded if fold["title"] != "Answer")
            if (told or "<details" in opened) and not EXERCISE & set(tags(cell)):
                form = "<details><summary>Answer</summary>, an empty line, the answer, an empty line, </details>"
                problems.append(f"{where(number, cell)}: what answers a prediction is folded like this: {form}")
            problems += [f"{where(number, cell)}: {what}" for what in given_away(plain(opened), shown, known)]
    return problems


def given_away(text: str, shown: list[str], known: str) -> list[str]:
    """List what a text tells of some outputs that was not known."""
    answers = {Decimal(token) for output in shown for token in NUMBER.findall(output)}
    answers |= {value_of(token) for output in shown for token in GROUPED.findall(output)}
    answers -= {Decimal(token) for token in NUMBER.findall(known)} | {value_of(n) for n in GROUPED.findall(known)}
    masked = SKIPPED.sub(lambda skipped: " " * len(skipped[0]), text)
    found = []
    for match in PROSE_NUMBER.finditer(masked):
        if value_of(match[1]) in answers and (len(answers) == 1 or worth_checking(match[1])):
            found.append((match[1], match.start(), match.end()))
    for words in printed_words(shown):
        match = re.search(rf"(?<![\w=])(?<!= ){re.escape(words)}(?!\w)", text)
        if match and words not in known:
            found.append((words, match.start(), match.end()))
    return [
        f"{what} is what the prediction was about; fold it, or move it behind another cell. "
        f"«{sentence_around(text, start, end)}»"
        for what, start, end in found
    ]


def printed_words(shown: list[str]) -> list[str]:
    """Return what can be an answer in words: whole lines, names of errors, True or False if it is one of them."""
    lines = {line.strip() for output in shown for line in output.splitlines()}
    found = [line for line in lines if re.search(r"[^\W\d_]{4}", line) and len(line) > 7 and line[0] not in "<["]
    found += re.findall(r"\b[A-Z]\w+Error\b", "\n".join(lines))
    truths = {word for line in lines for word in re.findall(r"\b(?:True|False)\b", line)}
    return sorted({*found, *(truths if len(truths) == 1 else ())})


# --- hidden cells ---------------------------------------------------------------------------------------------


def open_asserts(nb) -> list[str]:
    """An assert stands only in a cell tagged hide, or in an exercise: a learner sees the printed fact instead."""
    return [
        f"{where(number, cell)}: asserts; print the rounded fact, or tag the cell hide"
        for number, cell in code_cells(nb)
        if asserts(cell.source) and not {"hide", *EXERCISE} & set(tags(cell))
    ]


def needed_hidden_cells(nb) -> list[str]:
    """A hidden cell defines nothing that a visible cell uses after it, and shows no picture."""
    problems, hidden = [], {}
    for number, cell in code_cells(nb):
        used, bound = names(cell.source)
        if "hide" not in tags(cell):
            problems += [
                f"{where(number, cell)}: uses {name}, which is defined in the hidden {hidden[name]}"
                for name in sorted(used & hidden.keys())
            ]
            hidden = {name: by for name, by in hidden.items() if name not in bound}
            continue
        hidden |= dict.fromkeys(bound, where(number, cell))
        if any(mime.startswith("image/") for output in cell.outputs for mime in output.get("data", {})):
            problems.append(f"{where(number, cell)}: a hidden cell shows a picture")
    return problems


# --- the core path --------------------------------------------------------------------------------------------

KNOWN = {*dir(builtins), "__name__", "display", "get_ipython", "In", "Out", "_", "__"}


def gaps_without_more(nb) -> list[str]:
    """A core cell uses only what core cells define before it, and no More changes what core uses after it.

    An exercise of the core path may use what exercises of the core path define.
    """
    problems, core, exercised, elsewhere = [], set(KNOWN), set(), {}
    for number, (cell, more) in enumerate(sections(nb), 1):
        if cell.cell_type != "code":
            continue
        used, bound = names(cell.source)
        if more or "hide" in tags(cell):
            elsewhere |= dict.fromkeys(bound, where(number, cell))
            continue
        exercise = bool(EXERCISE & set(tags(cell)))
        known = core | exercised if exercise else core
        for name in sorted(used):
            if name not in known or name in elsewhere:
                origin = elsewhere.get(name) or ("an exercise" if name in exercised else "no cell before it")
                problems.append(f"{where(number, cell)}: it is core, and uses {name}, which comes from {origin}")
        (exercised if exercise else core).update(bound)
        elsewhere = {name: by for name, by in elsewhere.items() if name not in bound}
    return problems


def unused_imports(nb) -> list[str]:
    """Every import is used, but `hint`: it is there for the learner, an exception that ruff does not know."""
    nodes = [
        (cell, number, node)
        for number, cell in code_cells(nb)
        for node in ast.walk(ast.parse(python_lines(cell.source)))
    ]
    used = {node.id for _, _, node in nodes if isinstance(node, ast.Name)} | {"hint"}
    return [
        f"{where(number, cell)}: {alias.name} is imported and not used"
        for cell, number, node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if (alias.asname or alias.name).split(".")[0] not in used
    ]


@cache  # two rules ask for each cell
def names(source: str) -> tuple[set[str], set[str]]:
    """Return the names that a cell needs from the cells before it (Python's own, too), and those that it defines.

    >>> used, bound = names("for i in numbers:\\n    total += i\\nmean = total / n")
    >>> sorted(used), sorted(bound)
    (['n', 'numbers', 'total'], ['i', 'mean', 'total'])
    """
    used: set[str] = set()
    bound: set[str] = set()
    with suppress(SyntaxError):
        _read(ast.parse(python_lines(source)).body, used, bound)
    return used, bound


def _read(statements: list[ast.stmt], used: set[str], bound: set[str]) -> None:
    """Go through statements in their order, into loops and branches too."""
    for statement in statements:
        for part in _parts(statement):
            if isinstance(part, list):
                _read(part, used, bound)
                continue
            needed, defined = _of_one(part)
            used |= needed - bound
            bound |= defined


def _parts(statement: ast.stmt) -> list:
    """Split a statement with a body into what comes before the body, as statements, and lists of statements."""

    def assigned(target):
        return ast.Assign(targets=[target], value=ast.Constant(None), lineno=0)

    match statement:
        case ast.For(target=target, iter=source, body=body, orelse=other):
            return [ast.Expr(source), assigned(target), body, other]
        case ast.While(test=test, body=body, orelse=other) | ast.If(test=test, body=body, orelse=other):
            return [ast.Expr(test), body, other]
        case ast.With(items=items, body=body):
            heads = ([ast.Expr(i.context_expr), *map(assigned, filter(None, [i.optional_vars]))] for i in items)
            return [*chain(*heads), body]
        case ast.Try(body=body, handlers=handlers, orelse=other, finalbody=final):
            caught = [[*([assigned(ast.Name(h.name, ast.Store()))] if h.name else []), *h.body] for h in handlers]
            return [body, *(ast.Expr(h.type) for h in handlers if h.type), *caught, other, final]
    return [statement]


class _AsGenerators(ast.NodeTransformer):
    """Turn [x for x in y] into (x for x in y): from Python 3.12 on, symtable takes the x of a list for the cell's."""

    def visit_ListComp(self, node):
        return ast.GeneratorExp(elt=self.visit(node.elt), generators=[*map(self.visit, node.generators)])

    visit_SetComp = visit_ListComp

    def visit_DictComp(self, node):
        pair = ast.Tuple([self.visit(node.key), self.visit(node.value)], ast.Load())
        return ast.GeneratorExp(elt=pair, generators=[*map(self.visit, node.generators)])


def _of_one(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """Return what a statement needs, inside its functions too, and what it defines."""
    needed, defined = set(), set()
    source = ast.unparse(ast.fix_missing_locations(_AsGenerators().visit(statement)))
    tables = [symtable.symtable(source, "cell", "exec")]
    while tables:
        table = tables.pop()
        outermost = table.get_type() == "module"
        tables += table.get_children()
        for symbol in table.get_symbols():
            if outermost or symbol.is_global():
                needed |= {symbol.get_name()} if symbol.is_referenced() else set()
                defined |= {symbol.get_name()} if symbol.is_assigned() or symbol.is_imported() else set()
    if not isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        needed -= defined  # a function that calls itself, a := in a condition
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        needed.add(statement.target.id)
    return needed, defined
