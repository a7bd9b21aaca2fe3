"""01-shape: how large the map is."""

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb01 import headings

SHAPE = Exercise(
    name="01-shape",
    title="the shape of a map",
    where=headings.FORMULA,
    minutes=2,
    kind="shape",
    variable="answer",
    prompt="""
        A photo has 480 rows and 640 columns. A kernel has 5 rows and 3 columns.
        What is the shape of the feature map? Answer without running a convolution: `(rows, columns)`.
    """,
    placeholder="answer = ...",
    right=(476, 638),
    mistakes=(
        Mistake(
            "the + 1 is missing",
            "The window also stands in its first place, before it has moved at all. Count the places, not the moves.",
            (475, 637),
        ),
        Mistake(
            "columns before rows",
            "In PyTorch a shape begins with the rows (the height), then come the columns (the width).",
            (638, 476),
        ),
        Mistake(
            "the kernel's rows and columns are swapped",
            "A 5 × 3 kernel has 5 rows and 3 columns: its rows belong to the rows of the image.",
            (478, 636),
        ),
        Mistake(
            "the map is taken to be as large as the image",
            "The window must stay inside the image, so it cannot begin in the last rows and columns.",
            (480, 640),
        ),
        Mistake(
            "the window sticks out of the image (mode `full`)",
            "Here every window lies inside the image. A map that is larger than the image needs zeros around it.",
            (484, 642),
            where=headings.MODES,
        ),
    ),
    solution="answer = (480 - 5 + 1, 640 - 3 + 1)",
    because="""
        The top row of the window can be row 0, 1, and so on, up to row 480 − 5 = 475. These are 476 places.
        Across, the first column can be 0 to 637: 638 places.
    """,
    hint="Take one direction at a time: in how many places can the window begin?",
)
