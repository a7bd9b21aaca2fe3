"""07-illness: six projects, told apart by three accuracies."""

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb07 import headings

ILLNESS = Exercise(
    name="07-illness",
    title="six projects: which one is ill, and how",
    where=headings.CURVES,
    minutes=8,
    kind="predictions",
    variable="illness",
    prompt="""
        Six projects with the emoji of this notebook. For each: how many per cent of the training pictures
        were right (counted while they were learned), and of the validation pictures, after 1, 5, 10, 20, 30 and 40
        epochs; then of the test pictures, at the end. The test pictures are the same in all six; none of their concepts
        was seen before. Whoever always says "face" has about 28 %.

        What is it? **A** nothing is wrong; **B** the network learns its pictures by heart; **C** the network is too
        small; **D** the learning rate is too small; **E** something of the validation pictures is in the training;
        **F** validation and test pictures are prepared in another way than those of the training; **G** the learning
        rate is too large. One letter for each project; one of them is left over.
    """,
    placeholder="""
        projects = {  # training, validation, test
            "1": ([49, 75, 88, 98, 99, 97], [48, 70, 71, 86, 86, 85], 65),
            "2": ([23, 26, 31, 41, 41, 41], [22, 28, 30, 46, 46, 46], 39),
            "3": ([46, 64, 86, 97, 100, 100], [51, 42, 69, 72, 72, 74], 70),
            "4": ([46, 70, 84, 98, 100, 100], [23, 22, 22, 26, 22, 27], 27),
            "5": ([38, 51, 61, 77, 81, 81], [50, 54, 59, 70, 76, 77], 73),
            "6": ([29, 30, 32, 35, 37, 38], [7, 27, 29, 36, 40, 42], 36),
        }
        illness = {"1": ..., "2": ..., "3": ..., "4": ..., "5": ..., "6": ...}
    """,
    right={"1": "E", "2": "C", "3": "B", "4": "F", "5": "A", "6": "D"},
    options=("A", "B", "C", "D", "E", "F", "G"),
    slips="""
        a high validation accuracy is taken for health: The same network has to do with new pictures, too. Which number
            tells how it does there? @SPLIT
            = {"1": "A"}
        a leak is taken for learning by heart: Who learns by heart is found out by the validation. Here only the test
            finds something. @SPLIT
            = {"1": "B"}
        a low test alone is taken for pictures that are prepared otherwise: Then the validation would be low, too. Here
            it is too good. @SPLIT
            = {"1": "F"}
        no gap is taken for health: Training and validation agree, and both are low. What can it not even do with
            pictures that it has seen?
            = {"2": "A"}
        a network at its limit is taken for small steps: Small steps go on: the last epochs bring as much as those
            before. Here they bring nothing.
            = {"2": "D"}
        a low accuracy is taken for steps that are too large: With these it would jump, or stay where guessing is.
            = {"2": "G"}
        learning by heart is taken for health: The training is perfect, the validation stands still far below it.
            = {"3": "A"}
        a gap is taken for a leak: A leak makes the validation better than the test. Compare these two.
            = {"3": "E"}
        a gap is taken for pictures that are prepared otherwise: Then hardly more would be right than by guessing.
            = {"3": "F"}
        validation near guessing is taken for learning by heart: Who learns by heart has learned something before:
            validation rises with the training at first.
            = {"4": "B"}
        a validation that jumps is taken for steps that are too large: With these the training could not be perfect.
            = {"4": "G"}
        a validation near guessing is taken for a leak: A leak makes it better, not worse.
            = {"4": "E"}
        a validation above the training is taken for a leak: The test agrees with it. And training pictures that are
            shifted and mirrored are harder.
            = {"5": "E"}
        a training below 100 % is taken for a network that is too small: A small network does badly with
            all pictures. Here all three numbers are high.
            = {"5": "C"}
        a small gap is taken for learning by heart: A network knows best what it has seen. Here the test is about
            as good as the training.
            = {"5": "B"}
        slow steps are taken for a network that is too small: Has it stopped rising? With more epochs, or larger
            steps, it would go on.
            = {"6": "C"}
        an unfinished training is taken for a healthy one: Both rise, but after 40 epochs they are still low.
            = {"6": "A"}
        a low accuracy that rises evenly is taken for steps that are too large: With these it would jump, or stay.
            = {"6": "G"}
    """,
    hint="For each: is the training near 100? Is validation near training? Is the test near validation? Does it rise?",
    solution="""
        illness = {"1": "E", "2": "C", "3": "B", "4": "F", "5": "A", "6": "D"}
    """,
    because="""
        1: validation far above the test: its pictures, mirrored, were in the training. 2: both low, both at rest. 3:
        training perfect, validation at rest below it, and the test agrees with the validation. 4: training perfect,
        validation and test no better than guessing: they were not normalised. 5: all three agree, and they are high;
        the training pictures were mirrored and shifted each time, so they are no easier. 6: all low, and still rising.
    """,
)
