"""06-curves: six trainings, told apart by their curves."""

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb06 import headings

CURVES = Exercise(
    name="06-curves",
    title="six trainings: which are ill, and how?",
    where=headings.TOO_LARGE,
    minutes=8,
    kind="predictions",
    variable="illness",
    prompt="""
        Six trainings of small networks, eight epochs each. `training_loss` is the loss of the training images in each
        epoch, `mixed_loss` that of 1,000 validation images after it, in mixed order, and `sorted_loss` that of the
        same 1,000, sorted by digit. (All in batches of 64. The labels of the validation images are right in all six.)
        `draw_curves({"training": training_loss["1"], "mixed": mixed_loss["1"]}, xlabel="epoch", ylabel="loss")` draws
        two of them.

        What is it? **A** nothing is wrong; **B** the network learns its images by heart; **C** the learning rate is too
        large; **D** the learning rate is too small; **E** `eval` was forgotten, and there is batch norm; **F** images
        and labels of the training were mixed up; **G** a softmax before the cross-entropy. One letter for each run;
        one of them is left over.
    """,
    placeholder="""
        training_loss = {
            "1": [0.91, 0.29, 0.20, 0.15, 0.12, 0.10, 0.08, 0.07],
            "2": [2.31, 2.29, 2.26, 2.22, 2.15, 2.02, 1.76, 1.38],
            "3": [2.19, 1.23, 0.53, 0.29, 0.20, 0.07, 0.05, 0.05],
            "4": [2.31, 2.30, 2.27, 2.23, 2.18, 2.12, 2.04, 1.99],
            "5": [1.06, 0.34, 0.24, 0.19, 0.15, 0.13, 0.11, 0.09],
            "6": [2.70, 2.31, 2.31, 2.31, 2.31, 2.31, 2.32, 2.31],
        }
        mixed_loss = {
            "1": [0.39, 0.28, 0.21, 0.18, 0.16, 0.16, 0.14, 0.13],
            "2": [2.30, 2.28, 2.25, 2.20, 2.10, 1.91, 1.57, 1.17],
            "3": [1.53, 1.09, 0.86, 1.02, 0.81, 1.05, 0.92, 1.33],
            "4": [2.31, 2.31, 2.33, 2.39, 2.46, 2.53, 2.70, 2.65],
            "5": [0.40, 0.29, 0.30, 0.22, 0.16, 0.15, 0.14, 0.16],
            "6": [2.30, 2.31, 2.31, 2.30, 2.31, 2.32, 2.31, 2.31],
        }
        sorted_loss = {**mixed_loss, "1": [0.52, 0.43, 0.35, 0.33, 0.33, 0.30, 0.29, 0.29]}
        illness = {"1": ..., "2": ..., "3": ..., "4": ..., "5": ..., "6": ...}
    """,
    right={"1": "E", "2": "D", "3": "B", "4": "F", "5": "A", "6": "C"},
    options=("A", "B", "C", "D", "E", "F", "G"),
    slips="""
        it is not seen that the order of the validation images matters: The images are the same ones. What makes an
            answer depend on the other images in its batch? @EVAL
            = {"1": "A"}
        a gap between training and validation is taken for overfitting: In mixed order the same validation images do
            well. And who learns by heart gets worse later. @EVAL
            = {"1": "B"}
        mixed-up labels are taken for overfitting: Learning by heart comes after learning. Was the validation loss ever
            below that of a new network?
            = {"4": "B"}
        a small gap, or a small rise, is taken for learning by heart: A network knows best what it has seen, and a loss
            trembles a little. By heart, it ends far above its lowest point.
            = {"5": "B"}
        learning by heart is seen where nothing was learned by heart: Then the network would know its own images almost
            perfectly. What does the training loss say?
            = {"2": "B", "6": "B"}
        a loss that stays at 2.3 is taken for steps that are too small: Small steps go down, however slowly, and never
            up. Look at the first epochs.
            = {"6": "D"}
        a slow fall of the training loss is taken for steps that are too small: Small steps are slow for *both* losses,
            and good for both. What does the validation do?
            = {"4": "D"}
        a large learning rate is seen where the training loss falls: Steps that are too large spoil the *training*,
            first of all. A validation loss may jump for other reasons.
            = {"1": "C", "2": "C", "3": "C", "4": "C", "5": "C"}
        a slow fall is taken for a softmax too many: With two softmaxes no loss gets below 1.46. This one does, and it
            goes on falling. @SOFTMAX
            = {"2": "G"}
        a softmax too many is seen where a loss is too large or too small for it: With two softmaxes, every loss of ten
            classes lies between 1.46 and 2.46. Look for one outside. @SOFTMAX
            = {"1": "G", "3": "G", "4": "G", "5": "G", "6": "G"}
        mixed-up labels are seen where the validation loss falls: From mixed-up labels nothing is learned that holds for
            other images. Is that so here?
            = {"1": "F", "2": "F", "3": "F", "5": "F"}
        a loss that stays at 2.3 is taken for mixed-up labels: Wrong labels, too, can be learned by heart, if slowly.
            And the first epoch here is worse than guessing.
            = {"6": "F"}
        a forgotten eval is seen where the order does not matter: Without `eval`, an answer depends on the other images
            of its batch. Compare the two orders. @EVAL
            = {"2": "E", "3": "E", "4": "E", "5": "E", "6": "E"}
        a training that is not done is taken for a healthy one: It is on its way, and will need many more epochs. Other
            runs need two for it. Why?
            = {"2": "A"}
        a training loss near 0 is taken for health: Look at the validation, too: what does it do after its lowest point?
            = {"3": "A"}
        losses that do not fall are taken for health: In a healthy training *both* losses fall.
            = {"4": "A", "6": "A"}
    """,
    hint="For each run: where does it begin (a new network: ln 10), do both curves fall, and does one turn back?",
    solution="""
        illness = {"1": "E", "2": "D", "3": "B", "4": "F", "5": "A", "6": "C"}
    """,
    because="""
        1: the same images in another order give another loss: in training mode, batch norm takes the numbers of the
        batch, and here a batch holds one digit. 2: both fall together, and are not done. 3: training goes to 0, and
        validation falls, then rises. 4: training falls slowly, and validation only rises above ln 10: what is learned
        holds for no other image. 5: both fall. 6: up at first, then dead at ln 10.
    """,
)
