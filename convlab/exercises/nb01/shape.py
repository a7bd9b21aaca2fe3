"""01-shape: how large the map is."""

from convlab.exercises.engine.exercise import Exercise
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
    slips="""
        the + 1 is missing: The window also stands in its first place, before it has moved. Count places, not moves.
            = (475, 637)
        columns before rows: In PyTorch a shape begins with the rows (the height), then come the columns (the width).
            = (638, 476)
        the kernel's rows and columns are swapped: A 5 × 3 kernel has 5 rows: they belong to the rows of the image.
            = (478, 636)
        the image's rows and columns are swapped: Down the image, the window has 480 rows to move in.
            = (636, 478)
        the + 1 is missing for the rows: Both directions are counted alike, the first place included.
            = (475, 638)
        the + 1 is missing for the columns: Both directions are counted alike, the first place included.
            = (476, 637)
        1 is taken off where it is to be added: Count the places of 5 rows in an image of 6 rows.
            = (474, 636)
        one place too many: Count the places of 5 rows in an image of 6 rows.
            = (477, 639)
        the map is taken to be as large as the image: The window cannot begin in the last rows and columns.
            = (480, 640)
        half of the kernel is taken off, on one side only: With its middle on row 0 it sticks out. On the last row?
            = (478, 639)
        the border is taken off twice: In which rows can the window begin? Only the last rows of the image are left out.
            = (472, 636)
        the kernel is taken to be 5 × 5: Rows and columns are counted apart: the kernel has 5 rows, but 3 columns.
            = (476, 636)
        the kernel is taken to be 3 × 3: Rows and columns are counted apart: the kernel has 3 columns, but 5 rows.
            = (478, 638)
        the windows lie side by side: The window moves by *one* pixel. So the windows overlap.
            = (96, 213)
        the windows lie side by side, the last one sticks out: The window moves by *one* pixel, and stays inside.
            = (96, 214)
        the kernel's shape: The map has a number for each place in which the kernel can lie.
            = (5, 3)
        four dimensions, as F.conv2d has them: `corr2d` takes a plain image, and gives a plain map: rows and columns.
            = (1, 1, 476, 638)
        the window sticks out of the image (mode `full`): For a larger map, zeros lie around the image. @MODES
            = (484, 642)
    """,
    solution="answer = (480 - 5 + 1, 640 - 3 + 1)",
    because="""
        The top row of the window can be row 0, 1, and so on, up to row 480 − 5 = 475. These are 476 places.
        Across, the first column can be 0 to 637: 638 places.
    """,
    hint="Take one direction at a time: in how many places can the window begin?",
)
