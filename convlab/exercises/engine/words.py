"""The sentences of verdicts on values, once: ``check`` says them, and so does the script of the web edition.

Braces stand for what is put in. Both sides put in text that is ready, so nothing is formatted in two ways.
"""

SIGNS = {"passed": "✓", "tried": "✗", "not tried": "○"}
WORDS = {
    # the first line and the last
    "passed": "passed.",
    "tried": "not yet.",
    "not tried": "not tried yet.",
    "headline": "{sign} {name}: {said}",
    "read again": "Read again: section «{where}».",
    "progress": "{count} of {all} passed",
    # what was handed in
    "placeholder": ("Put your answer in the place of the `...` in the cell above, run that cell, then run this one."),
    "still open": "Still open: {keys}.",
    "ragged": "it is a list whose parts have different sizes, so it is no tensor.",
    "unreadable": "Your answer cannot be compared: {reason}",
    "unreadable one": "Your prediction '{key}' cannot be compared: {reason}",
    "text": "Your answer is text. Write a {kind} without quotation marks.",
    "text one": "Your prediction '{key}' is text. Write a number or a shape.",
    "no option": "Your answer '{given}' to '{key}' is none of {options}.",
    "tensor for shape": 'Your answer is a tensor. Give its shape: check("{name}", tuple(Y.shape)).',
    "number for shape": "Your answer is one number. A shape has a number for each dimension, such as (4, 5).",
    "several for one": "This exercise asks for one number, and got {count}.",
    # the mistake behind it
    "right": "Right: {right}.",
    "right so far": "Right so far: {right}.",
    "not right": "Not right: {wrong}.",
    "none right": "none yet",
    "mistake": "This looks like: {name}{at}.",
    "at": " (at {keys})",
    "swapped": "{one} and {other} are swapped.",
    # what is off, and never the right value
    "off": "{key}: {said}",
    "other": "That is not the answer.",
    "other shape": "The shape {shape} is not right.",
    "some": "The shape is right, and {fit} of {count} numbers.",
    "none": "The shape is right; no number is.",
    "nan": "Your answer is `nan`, which is not a number.",
    "near": "Your number is close. Give more digits, or write a fraction.",
    "sign": "The size is right, the sign is not.",
    "large": "Your number is too large.",
    "small": "Your number is too small.",
    "for a shape": "This is a shape: it has a number for each dimension.",
    "for a number": "One number is asked for; yours are {count}.",
    # what is off in a shape
    "length": "How many numbers your shape has: {count}. The right one: {wanted}.",
    "whole": "The numbers of a shape are whole numbers.",
    "order of two": "The numbers are right, but not their order. Images come first, and rows come before columns.",
    "order": "The numbers are right, but not their order. In PyTorch the last two numbers are rows and columns.",
    "no axis": "None of the numbers is right.",
    "right axis": "the {axis} is right",
    "wrong axis": "the {axis} is wrong",
}
# What the numbers of a shape are called, for shapes of one number, two, ...; and of two that are rows and columns.
_PLACES = [f"{place} number" for place in ("first", "second", "third", "fourth", "fifth")]
AXES = [["number"], *(_PLACES[:length] for length in (2, 3, 4, 5))]
PAIR = ["number of rows", "number of columns"]


def say(key: str, /, **parts) -> str:
    """Return a sentence.

    >>> say("still open", keys="weights, biases")
    'Still open: weights, biases.'
    """
    return WORDS[key].format(**parts)
