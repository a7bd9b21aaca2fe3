"""Markdown as plain text, with one sign for each operation: what ``prose.py`` reads the numbers from."""

import re
from html import unescape

FENCE = re.compile(r"^[ \t]*(```|~~~).*?^[ \t]*\1[^\n]*$", re.M | re.S)
COMMENT = re.compile(r"<!--.*?-->", re.S)
TAG = re.compile(r"</?[A-Za-z][^<>]*>")
LINK_TARGET = re.compile(r"\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)")
REFERENCE = re.compile(r"^[ \t]*\[[^\]]+\]:\s.*$", re.M)
MARKER = re.compile(r"^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+", re.M)
LATEX = [
    (re.compile(pattern), replacement)
    for pattern, replacement in [
        (r"\\[,;:!> ]|\\q?quad\b", " "),
        (r"\{,\}", ","),
        (r"\\[lr]?dots\b|\\cdots\b", " … "),
        (r"\\(?:times|cdot)(?![A-Za-z])", "×"),
        (r"\\div(?![A-Za-z])", "/"),
        (r"\\(?:approx|simeq)(?![A-Za-z])", "≈"),
        (r"\\(?:left|right|bigl?|bigr|displaystyle)(?![A-Za-z])", " "),
        (r"\\lfloor(?![A-Za-z])", "⌊"),
        (r"\\rfloor(?![A-Za-z])", "⌋"),
        (r"\\%", "%"),
        (r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"((\1)/(\2))"),
        (r"\\\\", "\n"),
        (r"(?<!\\)&", " "),
        (r"\^\s*\{([^{}]*)\}", r"^(\1)"),
    ]
]
SIGNS = str.maketrans(
    dict.fromkeys("·⋅∙∗", "×")
    | {"−": "-", "÷": "/", "²": "^2", "³": "^3"}
    | dict.fromkeys("\u00a0\u2009", "\u202f")  # narrow spaces between thousands
)


def plain(markdown: str) -> str:
    r"""Return Markdown as plain text: formulas and code in the same signs as prose, without what is not text.

    >>> plain(r"so $\lfloor 5/2 \rfloor = 2$, **and** `2 * 3 = 6`")
    'so ⌊ 5/2 ⌋ = 2, and 2 × 3 = 6'
    """
    text = unescape(TAG.sub(" ", COMMENT.sub(" ", FENCE.sub(" ", markdown))))
    text = REFERENCE.sub(" ", LINK_TARGET.sub("]", text))
    text = MARKER.sub("• ", text)
    pieces = re.split(r"(\$\$.*?\$\$|\$[^$\n]*\$|`[^`\n]+`)", text, flags=re.S)
    for index, piece in enumerate(pieces):
        if piece.startswith("$"):
            piece = piece.strip("$")
            for pattern, replacement in LATEX:
                piece = pattern.sub(replacement, piece)
        elif piece.startswith("`"):
            piece = re.sub(r"(?<!\*)\*(?!\*)", "×", piece.strip("`"))
        else:  # ** is emphasis here, and a single * between two blanks or digits a product
            piece = re.sub(r"(?<!\d)\*\*|\*\*(?!\d)|__", "", piece)
            piece = re.sub(r"(?<=[\s\d)])\*(?=[\s\d(])", "×", piece)
        pieces[index] = piece
    return "".join(pieces).translate(SIGNS)


def sentence_around(text: str, start: int, end: int) -> str:
    """Return the sentence that holds ``text[start:end]``, for messages."""
    first = max(text.rfind(mark, 0, start) + 1 for mark in (". ", "\n", "? ", "! "))
    ends = [index for mark in (". ", ".\n", "\n", "? ", "! ") if (index := text.find(mark, end)) >= 0]
    return " ".join(text[first : min(ends, default=len(text)) + 1].split())
