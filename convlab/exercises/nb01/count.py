"""01-count: parameters of a fully connected network, and of a window."""

from convlab.exercises.engine.exercise import Exercise
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
    slips="""
        the input is counted as a layer: The input has no weights. Layers are counted by them. @NETWORK
            = {"layers": 3}
        weights and biases are counted together: A weight multiplies. A bias is added, one by each neuron. @NETWORK
            = {"weights": 30_560}
        the bias of the window is forgotten: The window is a small neuron: it has a bias, as every neuron.
            = {"window": 25}
        only the layer in the middle is counted: The outputs are a layer, too: it has weights. @NETWORK
            = {"layers": 1}
        the weights of the second layer are forgotten: The outputs of one layer are the inputs of the next. @NETWORK
            = {"weights": 600 * 50}
        the weights of the first layer are forgotten: Each input has a weight for each neuron. @NETWORK
            = {"weights": 50 * 10}
        the sizes are multiplied all together: Weights lie between *neighbouring* sizes. Add them up. @NETWORK
            = {"weights": 600 * 50 * 10}
        the weights of the two layers are multiplied: Count the weights of each layer, then add up. @NETWORK
            = {"weights": 600 * 50 * 50 * 10}
        the sizes are added up: Each input has a weight for *each* neuron. Draw 3 inputs and 2 neurons. @NETWORK
            = {"weights": 660}
        the inputs reach the last layer as well: Each layer reads the one before it, and nothing else. @NETWORK
            = {"weights": 36_500}
        the inputs have biases, too: A bias is added by a neuron. Inputs come as they are. @NETWORK
            = {"biases": 660}
        one bias for each layer: Each neuron adds a bias of its own. @NETWORK
            = {"biases": 2}
        only the outputs have biases: Each neuron adds a bias, those in the middle as well. @NETWORK
            = {"biases": 10}
        the biases of the outputs are forgotten: Each neuron adds a bias, the last ones as well. @NETWORK
            = {"biases": 50}
        biases are counted by the inputs of a layer: A bias belongs to the neuron, not to what it reads. @NETWORK
            = {"biases": 650}
        a bias for each weight: A neuron adds up all its products, and then *one* bias. @NETWORK
            = {"biases": 30_500, "window": 50}
        new weights in every place: The window takes its weights along: the same ones serve in every place.
            = {"window": 16 * 26 * 26}
        new weights in every place, and no bias: The window takes its weights along, and a bias, too.
            = {"window": 16 * 26 * 25}
        a window for each pixel: One window moves over all pixels, and takes its numbers along.
            = {"window": 26 * 600}
        a bias for each place: The bias moves with the window, as the weights do: it is shared as well.
            = {"window": 25 + 16 * 26}
        the places of the window are counted: How often it is used is no matter. What does it take along?
            = {"window": 16 * 26}
        a weight for each pixel of the image: Only pixels inside the window are multiplied, however large the image is.
            = {"window": 601}
        a window for each neuron of the network: The window takes the network's place. There is only one.
            = {"window": 50 * 26}
        the sides of the window are added up: Each pixel in the window has a weight. How many pixels are in it?
            = {"window": 5 + 5 + 1}
    """,
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
