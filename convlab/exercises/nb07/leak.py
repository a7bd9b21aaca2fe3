"""07-leak: four leaks."""

import torch

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb07 import headings


def _pictures(draw):
    """Draw pictures and what they show; every part gets a concept, and every concept a picture."""
    count, extra = draw.whole(3, 5, far=7), draw.whole(1, 4, far=9)
    concepts = [draw.choice(*range(count)) for _ in range(extra)]
    for concept in range(count):
        concepts.insert(draw.choice(*range(len(concepts) + 1)), concept)
    parts = [draw.choice(0, 1, 2) for _ in range(count - 3)]
    for part in range(3):
        parts.insert(draw.choice(*range(len(parts) + 1)), part)
    images = draw.tensor(len(concepts), draw.whole(1, 3, far=5), draw.whole(1, 3, far=6), draw.whole(2, 3, far=6))
    return {"images": images, "concepts": torch.tensor(concepts), "parts": torch.tensor(parts)}


LEAK = Exercise(
    name="07-leak",
    title="four leaks",
    where=headings.SPLIT,
    minutes=10,
    kind="function",
    variable="prepare",
    prompt="""
        Somebody prepares pictures with this function, and reports an accuracy that is too good. In four places, what
        belongs to validation or test gets into the training. Mend them, and leave the rest as it is.

        `images` is (N, channels, rows, columns). `concepts` holds for each picture the number of what it shows;
        `parts` holds for each *concept* where it belongs: 0 training, 1 validation, 2 test. The training is doubled:
        behind its pictures come their mirrored copies. From all pictures the mean of each channel is subtracted.
        Training, validation and test are returned, each in the order of `images`.
    """,
    cases=_pictures,
    returns=("training", "validation", "test"),
    faults="""
        the pictures of one concept are on several sides: They are dealt out one by one, whatever they show. Then the
            same cat, by another designer, is in the training and in the test.
            where = parts[concepts] => where = parts.repeat(len(images))[: len(images)]
        pictures of the validation are trained on: Each picture is in one part only. Which ones are taken for the
            training?
            images[where == 0] => images[where != 2]
        the mean is that of all pictures: It is learned from pictures, as weights are. So from which may it come?
            mean = training.mean => mean = images.mean
        mirrored copies of all pictures are in the training: A mirrored picture of the test is nearly that picture.
            training.flip(-1) => images.flip(-1)
    """,
    slips="""
        mirrored copies of the validation are in the training: A mirrored picture is nearly that picture.
            training.flip(-1) => images[where != 2].flip(-1)
        the pictures are divided by their spread, too: That is no leak, but it was not done before. Only mend.
            validation - mean, test - mean => (validation - mean) / SPREAD, (test - mean) / SPREAD
            training - mean => (training - mean) / SPREAD
            SPREAD => images[where == 0].std(dim=(0, 2, 3), keepdim=True)
        each part has a mean of its own: All pictures go the same way into the network: one mean for all, and it comes
            from what may be learned from.
            validation - mean, test - mean => validation - MEAN(validation), test - MEAN(test)
            MEAN(validation) => validation.mean(dim=(0, 2, 3), keepdim=True)
            MEAN(test) => test.mean(dim=(0, 2, 3), keepdim=True)
        the mean is that of training and validation: The validation is to stand for new pictures. Nothing is learned
            from it, and no mean either.
            mean = training.mean => mean = images[where != 2].mean
        the mean is that of all three parts: It is learned from pictures, as weights are. So from which may it come?
            mean = training.mean => mean = torch.cat([training, training.flip(-1), validation, test]).mean
        validation and test keep their mean: Whatever the network is tried on, it is prepared as the training is.
            validation - mean, test - mean => validation, test
        the test keeps its mean: It is prepared as the training and the validation are, by the same numbers.
            test - mean => test
        no mean is subtracted: To subtract it was no fault. The question is of which pictures it is.
            training - mean, validation - mean, test - mean => training, validation, test
        there is one mean for all channels: Each channel has its own, as before.
            dim=(0, 2, 3) => dim=(0, 1, 2, 3)
        each picture has a mean of its own: The mean of a channel is over all pictures of the training.
            training - mean, validation - mean, test - mean => tuple(OWN for x in (training, validation, test))
            OWN => x - x.mean(dim=(2, 3), keepdim=True)
        there are no mirrored copies: To mirror was no fault. The question is which pictures are mirrored.
            torch.cat([training, training.flip(-1)]) => training
        only the mirrored pictures are left: The training is doubled: the pictures, and behind them their copies.
            torch.cat([training, training.flip(-1)]) => training.flip(-1)
        validation and test are mirrored, too: Only the training is made larger. The others are what one counts on.
            validation - mean, test - mean => *[torch.cat([x, x.flip(-1)]) - mean for x in (validation, test)]
        the copies are turned upside down: A mirror swaps left and right, as before. A house stands on its feet.
            training.flip(-1) => training.flip(-2)
        the mirrored copies come first: The order was no fault: the pictures, and behind them their copies.
            [training, training.flip(-1)] => [training.flip(-1), training]
        the training is not doubled: each picture or its copy: It was no fault: both are in the training.
            torch.cat([training, training.flip(-1)]) => torch.cat([training[::2], training[1::2].flip(-1)])
    """,
    hint="For each line: does the training get to know anything of a picture whose part is 1 or 2?",
    solution="""
        def prepare(images, concepts, parts):
            where = parts[concepts]
            training, validation, test = images[where == 0], images[where == 1], images[where == 2]
            mean = training.mean(dim=(0, 2, 3), keepdim=True)
            training = torch.cat([training, training.flip(-1)])
            return training - mean, validation - mean, test - mean
    """,
    because="""
        None of the four stops with an error, and each can make the accuracy look better. Siblings and mirrored copies
        are nearly the pictures that are asked later. A mean is learned, too: it may come from the training alone. Split
        first, by what is shown; then do everything else with the training only.
    """,
)
