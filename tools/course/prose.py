r"""Numbers in prose: is the arithmetic right, and does every number come from a cell?

Two checks on the Markdown of a notebook.

**Equalities** (:func:`equality_problems`). Every arithmetic equality is computed and compared: in plain text, in
`` `code` `` and in ``$formulas$``; chains ``a = b = c``, too. Understood are numbers (thousands separators: a
comma, a thin space; percent), ``+ - − * · × / // ÷ ^``, ``²``, ``³``, round brackets, ``⌊ ⌋`` (floor), and their
LaTeX (``\times \cdot \div \frac \lfloor \rfloor \left \right``). ``=`` wants exact equality, ``≈`` equality to the
digits shown. A side with a letter in it (a variable, a unit in the middle, a function) is skipped; the other sides
of its chain are still compared. Code fences and HTML comments are not looked at.

**Numbers** (:func:`number_problems`). Every number that is at least 10 or has a decimal point must be

- in a stored output of the same notebook, or a numeric literal in the source of one of its code cells (not in a
  comment or string); compared by value, without sign, not rounded: 0.5 and 0.50 are the same, 0.33 and 0.333 are not;
- or the result of an equality that was checked, with all operands of the other side found in this way;
- or, before "thousand" or "million", such an output cut or rounded to that unit; before "%", also an output
  100 times smaller.

Not looked at: cells tagged ``prose-numbers-free`` (a table of minutes, a list of references), ``exercise`` and
``solution`` (their numbers are proved by the tests of the exercises; equalities in them are checked), questions (the
answers offered may be wrong), headings, code fences, HTML comments and tags, targets of links, addresses, arXiv
and DOI numbers, years in a citation, numbers of lists, versions of software, numbers of sections, chapters,
pages, notebooks and the like, minutes, degrees of an angle, and digits glued to a letter or to a ``×``
(``conv2d``, ``3x3``, ``28×28``).
"""

from __future__ import annotations

import ast
import re
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor

from hygiene import code_cells, markdown_cells, python_lines, tags, text_outputs, where
from plain_text import plain, sentence_around

FREE = {"prose-numbers-free", "exercise", "solution"}

# --- equalities -----------------------------------------------------------------------------------------------

NUMBER = r"\d{1,3}(?:[,\u202f]\d{3})+(?!\d|[,\u202f]\d)(?:\.\d+)?|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
TOKEN = re.compile(
    rf"(?P<word>\.\.\.|…|\d+(?:\.\d+)?(?![eE][+-]?\d)[^\W\d]\w*|[^\W\d]\w*(?:\.[^\W\d]\w*)*|\\[A-Za-z]+)"
    rf"|(?P<number>{NUMBER})(?P<percent>\s?%(?!\s*[\d(]))?"
    r"|(?P<other>[=!<>:+*/-]=(?!=)=?|->|=>|---?(?=\s)|[–—])"
    r"|(?P<equal>=|≈)"
    r"|(?P<operator>//|\*\*|[-+×/^()⌊⌋])"
    r"|(?P<space>[ \t\u202f]+|\n(?=[ \t]*\S))"
    r"|(?P<end>.|\n)",
    re.S,
)


def value_of(token: str) -> Decimal:
    """Return the value of a number as it is written in prose.

    >>> value_of("200,960"), value_of("98.7"), value_of("1e-3")
    (Decimal('200960'), Decimal('98.7'), Decimal('0.001'))
    """
    return Decimal(re.sub(r"[,\u202f]", "", token))


ARITHMETIC = ("number", "percent", "operator", "space")


class Side:
    """One side of an equality: its value, the numbers in it, and how precisely it is written."""

    def __init__(self, tokens: list[re.Match]):
        """Read the tokens; ``value`` is None where they are no arithmetic."""
        self.text = "".join(token[0] for token in tokens).strip()
        self.tokens = [token for token in tokens if token.lastgroup != "space"]
        self.numbers = [token for token in self.tokens if token["number"]]
        self.single = len(self.tokens) == 1 and bool(self.numbers)
        self.value = self._compute()

    def _compute(self) -> Fraction | None:
        code = []
        for token in self.tokens:
            if token["number"]:
                value = Fraction(value_of(token["number"])) / (100 if token["percent"] else 1)
                code.append(f"({value.numerator}/{value.denominator})")
            else:
                signs = {"×": "*", "^": "**", "⌊": "floor(", "⌋": ")"}
                code.append(signs.get(token[0], token[0]))
        try:
            return _evaluate(ast.parse("".join(code), mode="eval").body)
        except (SyntaxError, ValueError, ZeroDivisionError, OverflowError):
            return None

    def half_unit(self) -> Fraction:
        """Return half a unit of the last digit that is shown, for one number; a half per cent for a formula."""
        if not self.single:
            return abs(self.value) / 200
        digits = value_of(self.numbers[0]["number"])
        trailing = 0
        if "." not in self.numbers[0]["number"]:
            written = str(abs(int(digits)))
            trailing = len(written) - len(written.rstrip("0")) if digits else 0
        unit = Fraction(10) ** (digits.as_tuple().exponent + trailing)
        return unit / 2 / (100 if self.numbers[0]["percent"] else 1)


OPERATORS = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: Fraction(a // b),
}


def _evaluate(node: ast.AST) -> Fraction:
    """Compute a formula of numbers, exactly; anything else is a ValueError."""
    match node:
        case ast.Constant(value=int() as value):
            return Fraction(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_evaluate(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _evaluate(operand)
        case ast.Call(func=ast.Name(id="floor"), args=[argument]):
            return Fraction(floor(_evaluate(argument)))
        case ast.BinOp(op=ast.Pow(), left=left, right=right):
            power = _evaluate(right)
            if power.denominator != 1 or abs(power) > 64:
                raise ValueError("this power is not computed")
            return _evaluate(left) ** int(power)
        case ast.BinOp(op=operator, left=left, right=right) if type(operator) in OPERATORS:
            return OPERATORS[type(operator)](_evaluate(left), _evaluate(right))
    raise ValueError("not arithmetic")


def _trim(tokens: list[re.Match], opening: str, closing: str) -> list[re.Match]:
    """Cut, from the end, at a closing bracket that was not opened: a bracket around the sentence."""
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token[0] in opening) - (token[0] in closing)
        if depth < 0:
            return tokens[:index]
    return tokens


def _side(tokens: list[re.Match], text_beside: re.Match | None) -> Side | None:
    """Read a side from a run of arithmetic; None if it is none, or if the text beside it belongs to it."""
    solid = [token for token in tokens if token.lastgroup != "space"]
    if text_beside is not None and text_beside["word"] and solid:
        before = text_beside.start() < tokens[0].start()
        outer, glued = (solid[0], tokens[0]) if before else (solid[-1], tokens[-1])
        # "k + 1 = ..." has a variable in it, "f(3) = ..." a function, "the sum 1 + 2 = ..." neither
        if glued.lastgroup != "space" or (outer["operator"] and outer[0] not in "()⌊⌋"):
            return None
    side = Side(tokens)
    return side if side.value is not None else None


def _side_before(tokens: list[re.Match]) -> Side | None:
    """Read the side that ends where the tokens end: as far back as it is arithmetic."""
    start = len(tokens)
    while start and tokens[start - 1].lastgroup in ARITHMETIC:
        start -= 1
    run, text_beside = tokens[start:], tokens[start - 1] if start else None
    for index in range(len(run) - 1, 1, -1):  # "in row 2 3 + 4 = 7": two numbers side by side
        if run[index]["number"] and run[index - 1]["space"] and run[index - 2]["number"]:
            run, text_beside = run[index:], None
            break
    depth = 0
    for index, token in enumerate(run):  # "(one window) 3 + 4 = 7": a bracket with words
        depth += (token[0] in "(⌊") - (token[0] in ")⌋")
        if depth < 0 and run[index + 1 :][:1] and run[index + 1]["space"]:
            run = run[index + 1 :]
            break
    trimmed = _trim(run[::-1], ")⌋", "(⌊")[::-1]
    return _side(trimmed, text_beside if len(trimmed) == len(run) else None)


def _side_behind(tokens: list[re.Match]) -> Side | None:
    """Read the side that begins where the tokens begin: as far on as it is arithmetic."""
    end = 0
    while end < len(tokens) and tokens[end].lastgroup in ARITHMETIC:
        end += 1
    run, text_beside = tokens[:end], tokens[end] if end < len(tokens) else None
    for index in range(2, len(run)):
        aside = run[index]["number"] and run[index - 2]["number"]
        aside = aside or (run[index][0] == "(" and text_beside is not None and index >= len(run) - 2)
        if aside and run[index - 1]["space"]:  # "= 7 (as before)": a bracket with words
            run, text_beside = run[: index - 1], None
            break
    trimmed = _trim(run, "(⌊", ")⌋")
    return _side(trimmed, text_beside if len(trimmed) == len(run) else None)


def comparisons(text: str):
    """Yield (left side, whether ≈, right side) for the equalities of a plain text.

    Between two signs there may be one formula (a chain), two with words between, or something with a variable:
    that is stepped over, and the sides around it are compared.

    >>> [(a.text, b.text) for a, _, b in comparisons("H = 28 - 3 + 1 = h(x) = 26 and so 1 + 1 = 2")]
    [('28 - 3 + 1', '26'), ('1 + 1', '2')]
    """
    clause: list[re.Match] = []
    for token in [*TOKEN.finditer(text), None]:
        if token is not None and token.lastgroup != "end":
            clause.append(token)
            continue
        signs = [-1, *(index for index, part in enumerate(clause) if part["equal"]), len(clause)]
        known, approximate = None, False
        for left, right in pairwise(signs):
            part = clause[left + 1 : right]
            whole = _side(part, None)
            behind = (whole or _side_behind(part)) if left >= 0 else None
            before = (whole or _side_before(part)) if right < len(clause) else None
            approximate |= left >= 0 and clause[left][0] == "≈"
            if known and behind:
                yield known, approximate, behind
            if behind or before:
                known, approximate = before, False
        clause = []


def _agree(left: Side, approximate: bool, right: Side) -> bool:
    if not approximate:
        return left.value == right.value
    singles = [side for side in (left, right) if side.single] or [left, right]
    return abs(left.value - right.value) <= max(side.half_unit() for side in singles)


def equality_problems(nb) -> list[str]:
    """List the equalities in prose that do not hold."""
    problems = []
    for number, cell in markdown_cells(nb):
        text = plain(cell.source)
        for left, approximate, right in comparisons(text):
            if not _agree(left, approximate, right):
                problems.append(
                    f"{where(number, cell)}: {left.text} {'≈' if approximate else '='} {right.text} does not hold: "
                    f"the left side is {_show(left.value)}, the right side {_show(right.value)}. "
                    f"«{sentence_around(text, left.numbers[0].start(), right.numbers[-1].end())}»"
                )
    return problems


def _show(value: Fraction) -> str:
    return f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):.6g}"


# --- numbers --------------------------------------------------------------------------------------------------

YEAR = r"(?:19|20)\d\d"
SKIPPED = re.compile(
    "|".join(
        [
            r"^[ \t]*#{1,6}[ \t].*$",  # headings
            r"^\W*Time:.*$",  # of a notebook: rhythm.py counts its minutes
            r"https?://\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:org|com|io|ai|net|edu)\b(?:/\S*)?",
            r"(?i:arxiv)[:\s]\s*\d+\.\d+|\b10\.\d{4,}/\S+",
            rf"\((?:[^()\d]*,? )?{YEAR}(?:\s*[-–]\s*{YEAR})?[a-z]?\)",  # (1998), (Chen et al. 2020), (1906–1992)
            rf"(?:\bal\.,?|\b[A-Z]\w+,?)\s+\(?{YEAR}\b(?:\s*[-–]\s*{YEAR}\b)?(?!\s+[a-z])",  # LeCun 1998
            rf"\b(?:[Ii]n|[Ss]ince|[Ff]rom|[Oo]f)\s+{YEAR}(?=\s*[,.;:)]|\s+[A-Z]|\s*$)",
            r"\b(?i:python|torch|pytorch|torchvision|numpy|scipy|matplotlib|jupyterlab|version)\s+v?\d+(?:\.\d+)+",
            r"(?:§|\b(?i:sections?|chapters?|chap\.|pages?|pp?\.|figures?|fig\.|tables?|eq\.|equations?|notebooks?"
            r"|exercises?|volume|vol\.))\s*\d+(?:\.\d+)*(?:\s*(?:to|and|[-–])\s*\d+(?:\.\d+)*)?",
            r"\d+(?:\s*(?:to|[-–])\s*\d+)?\s*min(?:utes?)?\b",
            r"\d+(?:\.\d+)?(?:\s*degrees\b|\s?°)",
        ]
    ),
    re.M,
)
PROSE_NUMBER = re.compile(
    rf"(?<![\w.×])(?<!\d[,\u202f])({NUMBER})(?![\w×]|\.\d)"
    r"(?P<percent>\s?%)?(?P<unit>\s*(?:thousand|million)\b)?"
)
UNITS = {"thousand": Decimal(1000), "million": Decimal(1_000_000)}
OUTPUT_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def output_numbers(nb) -> set[Decimal]:
    """Return the numbers in all stored text outputs; a comma between digits is read both ways."""
    found = set()
    for _, cell in code_cells(nb):
        for text in text_outputs(cell):
            found |= {Decimal(token) for token in OUTPUT_NUMBER.findall(text)}
            found |= {value_of(token) for token in GROUPED.findall(text)}
    return found


def source_numbers(nb) -> set[Decimal]:
    """Return the numeric literals in the source of all code cells."""
    found = set()
    for _, cell in code_cells(nb):
        try:
            tree = ast.parse(python_lines(cell.source))
        except SyntaxError:
            continue
        constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        found |= {Decimal(str(value)) for value in constants if type(value) in (int, float)}
    return found


def worth_checking(token: str) -> bool:
    """Tell whether a number is looked at: at least 10, or with a decimal point."""
    return "." in token or value_of(token) >= 10


def derived_numbers(nb, known: set[Decimal]) -> set[Decimal]:
    """Return results of checked equalities whose other side has known operands only, round after round."""
    pairs = [
        pair
        for _, cell in markdown_cells(nb)
        for left, approximate, right in comparisons(plain(cell.source))
        if _agree(left, approximate, right)
        for pair in ((left, right), (right, left))
    ]
    derived: set[Decimal] = set()
    while True:
        new = {
            value_of(result.numbers[0]["number"])
            for formula, result in pairs
            if result.single and not formula.single
            if all(
                not worth_checking(token["number"]) or value_of(token["number"]) in known | derived
                for token in formula.numbers
            )
        }
        if new <= derived:
            return derived
        derived |= new


def _in_unit(value: Decimal, unit: Decimal, known: set[Decimal]) -> bool:
    """Tell whether some known number, cut or rounded to thousands (millions), is this value."""
    step = Decimal(1).scaleb(value.as_tuple().exponent)
    return any(
        value in (number.quantize(step), number.quantize(step, rounding=ROUND_FLOOR))
        for number in (known_number / unit for known_number in known if known_number < 10**15)
    )


def known_numbers(nb) -> set[Decimal]:
    """Return the numbers that a notebook's prose may name."""
    known = output_numbers(nb) | source_numbers(nb)
    return known | derived_numbers(nb, known)


def numbers_without_source(markdown: str, known: set[Decimal]) -> list[tuple[str, str]]:
    """List the numbers in a text that are not known, each with its sentence."""
    text, problems = plain(markdown), []
    masked = SKIPPED.sub(lambda skipped: " " * len(skipped[0]), text)
    for match in PROSE_NUMBER.finditer(masked):
        sentence = sentence_around(text, match.start(), match.end())
        if not worth_checking(match[1]) or sentence.endswith("?"):
            continue
        value = value_of(match[1])
        readings = [value] if "," not in match[1] else [value, *map(Decimal, match[1].split(","))]
        if value in known or (len(readings) > 1 and all(part in known for part in readings[1:])):
            continue
        if match["percent"] and value / 100 in known:
            continue
        if match["unit"] and _in_unit(value, UNITS[match["unit"].strip()], known):
            continue
        problems.append((match[1], sentence))
    return problems


def number_problems(nb) -> list[str]:
    """List the numbers in prose that no cell of the notebook has."""
    known = known_numbers(nb)
    return [
        f"{where(number, cell)}: {found} is in no output and no code of this notebook. «{sentence}»"
        for number, cell in markdown_cells(nb)
        if not FREE & set(tags(cell))
        for found, sentence in numbers_without_source(cell.source, known)
    ]
