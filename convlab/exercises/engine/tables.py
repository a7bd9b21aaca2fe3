"""Small tables of numbers, as text and as HTML."""

from html import escape
from itertools import islice, product

from torch import Tensor

LARGEST_SIDE, MOST_SLICES, MOST_ZEROS, WIDTH = 10, 6, 16, 96


def number(value) -> str:
    """Return a number with at most four digits that count, without a point if it is whole.

    >>> number(2.0), number(-0.0), number(1 / 3)
    ('2', '0', '0.3333')
    """
    if isinstance(value, complex):
        return f"{value:.4g}"
    return f"{value + 0.0:.4g}" if isinstance(value, float) else str(value)


def size(tensor: Tensor) -> str:
    """Return a shape as people write it: 2 × 3; a single number has none."""
    if tensor.ndim == 1:
        return f"{tensor.shape[0]} number{'s' if tensor.shape[0] != 1 else ''}"
    return " × ".join(map(str, tensor.shape))


def grids(label: str, value) -> list[tuple[str, list[list[str]]]]:
    """Return a value as tables (label, rows): one for a matrix, one for each slice of a tensor with more dimensions."""
    if not isinstance(value, Tensor) or value.ndim == 0:
        return [(label, [[number(value.item() if isinstance(value, Tensor) else value)]])]
    if value.numel() > MOST_ZEROS and not value.any():
        return [(label, [[f"{size(value)}, all 0"]])]
    if value.ndim <= 2 or not value.numel():
        return [(f"{label} ({size(value)})", _rows(value))]
    places = islice(product(*map(range, value.shape[:-2])), MOST_SLICES)
    tables = [(f"{label}[{', '.join(map(str, place))}]", _rows(value[place])) for place in places]
    return [(f"{tables[0][0]} of {size(value)}", tables[0][1]), *tables[1:]]


def _rows(tensor: Tensor) -> list[list[str]]:
    """Return a vector or matrix as rows of text, with … where it is cut."""
    matrix = tensor[None] if tensor.ndim == 1 else tensor
    if matrix.numel() == 0:
        return [["(empty)"]]
    rows = [[number(entry) for entry in row[:LARGEST_SIDE]] for row in matrix[:LARGEST_SIDE].tolist()]
    if matrix.shape[1] > LARGEST_SIDE:
        rows = [[*row, "…"] for row in rows]
    return rows if matrix.shape[0] <= LARGEST_SIDE else [*rows, ["…"] * len(rows[0])]


def as_text(tables: list[tuple[str, list[list[str]]]]) -> str:
    """Return tables side by side, in lines of at most WIDTH characters where that is possible.

    >>> print(as_text([("X (1 × 2)", [["1", "2"]]), ("K", [["3"]])]))
    X (1 × 2)    K
     1  2        3
    """
    blocks = [_block(label, rows) for label, rows in tables]
    lines: list[list[list[str]]] = [[]]
    for block in blocks:
        if lines[-1] and sum(len(other[0]) + 4 for other in lines[-1]) + len(block[0]) > WIDTH:
            lines.append([])
        lines[-1].append(block)
    return "\n\n".join(map(_beside, lines))


def _block(label: str, rows: list[list[str]]) -> list[str]:
    """Return a label and its table as lines of equal length."""
    wide = max(len(entry) for row in rows for entry in row)
    aligned = (row if len(row) == 1 else [" " + "  ".join(entry.rjust(wide) for entry in row)] for row in rows)
    lines = [label, *(line for row in aligned for line in row)]
    longest = max(map(len, lines))
    return [line.ljust(longest) for line in lines]


def _beside(blocks: list[list[str]]) -> str:
    """Return blocks of lines side by side."""
    height = max(map(len, blocks))
    filled = [block + [" " * len(block[0])] * (height - len(block)) for block in blocks]
    return "\n".join("    ".join(parts).rstrip() for parts in zip(*filled, strict=True))


CELL = "text-align:right;padding:2px 7px;border:1px solid var(--jp-border-color1,#999)"


def as_html(tables: list[tuple[str, list[list[str]]]], marked: str = "difference") -> str:
    """Return tables as HTML, side by side where styles are kept; in those named ``marked``, what is not 0 is bold."""
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:8px 24px;align-items:flex-start;margin:8px 0">'
        + "".join(_table(label, rows, label.startswith(marked)) for label, rows in tables)
        + "</div>"
    )


def _table(label: str, rows: list[list[str]], bold: bool) -> str:
    """Return one table with its label above."""
    marked = [[f"<b>{escape(entry)}</b>" if bold and entry != "0" else escape(entry) for entry in row] for row in rows]
    lines = ("".join(f'<td style="{CELL}">{cell}</td>' for cell in row) for row in marked)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return (
        f'<div><div style="margin-bottom:2px">{escape(label)}</div>'
        f'<table style="border-collapse:collapse;margin:0">{body}</table></div>'
    )
