"""01-count: parameters of a fully connected network, and of a window."""

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb01 import headings

COUNT = Exercise(
    name="01-count",
    title="weights, and how few a window needs",
    where=headings.WINDOW,
    minutes=5,
    kind="predictions",
    variable="predictions",
    prompt="""
        An image has 20 rows and 30 columns. A fully connected network for it has the sizes 600, 50, 10.
        How many layers has the network? How many weights, and how many biases?
        And how many parameters (weights and bias) has *one* window of 5 × 5 that slides over the same image?
    """,
    placeholder="""
        predictions = {
            "layers": ...,
            "weights": ...,
            "biases": ...,
            "window": ...,
        }
    """,
    right={"layers": 2, "weights": 30_500, "biases": 60, "window": 26},
    mistakes=(
        Mistake(
            "the input is counted as a layer",
            "Layers are counted by their weights. The input has no weights, and no biases.",
            {"layers": 3, "biases": 660},
        ),
        Mistake(
            "weights and biases are counted together",
            "A weight multiplies an input; a bias is added once to a neuron. Together they are the parameters.",
            {"weights": 30_560},
        ),
        Mistake(
            "the sizes are multiplied all together",
            "Weights lie between two neighbouring sizes. Count each pair of neighbours, then add up.",
            {"weights": 600 * 50 * 10},
        ),
        Mistake(
            "the bias of the window is forgotten",
            "The window is a small neuron: besides its weights it has a bias, as every neuron has.",
            {"window": 25},
        ),
        Mistake(
            "new weights in every place",
            "The window moves, and takes its weights along: the same parameters serve in every place.",
            {"window": 16 * 26 * 26},
        ),
        Mistake(
            "a weight for each pixel of the image",
            "Only the pixels inside the window are multiplied. The size of the image plays no part.",
            {"window": 601},
        ),
    ),
    solution="""
        predictions = {
            "layers": 2,
            "weights": 600 * 50 + 50 * 10,
            "biases": 50 + 10,
            "window": 5 * 5 + 1,
        }
    """,
    because="""
        Between neighbouring sizes, each input has a weight for each neuron: 600 · 50 and 50 · 10.
        Each neuron has one bias.
        The window has a weight for each of its 25 pixels and one bias, however large the image is.
    """,
    hint="Draw three columns of dots for the three sizes: what lies between two columns, and what belongs to a dot?",
)
