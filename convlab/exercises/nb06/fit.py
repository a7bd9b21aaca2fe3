"""06-fit: train and validate (capstone)."""

from functools import partial

import torch

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb06 import headings, loops

FIT = Exercise(
    name="06-fit",
    title="train and validate (capstone)",
    where=headings.EVAL,
    minutes=10,
    kind="function",
    variable="learn",
    prompt="""
        A capstone is the last stone of an arch: it needs all that came before it. Write
        `learn(model, train, validation, epochs, lr)` without the course's own `fit` and `evaluate`.
        `train` and `validation` are lists of batches `(images, labels)`; the last one may be smaller. In each epoch,
        train the model on all batches of `train`, with cross-entropy and SGD: learning rate `lr`, momentum 0.5.
        Then try it on all of `validation`. The model has batch norm: think of the modes, and of gradients.
        Return a list with the validation accuracy after each epoch, from 0 to 1.
    """,
    placeholder="""
        def learn(model, train, validation, epochs, lr):
            accuracies = ...
            return accuracies
    """,
    cases=loops.for_a_training,
    run=loops.run_fit,
    returns=("accuracies", "weights", "graphs in validation"),
    right=loops.fit,
    mistakes=(
        Mistake(
            "eval is forgotten",
            "In training mode, batch norm reckons with the other images of the batch, and trying the model changes it.",
            partial(loops.fit, accuracy=partial(loops.accuracy, switch=False)),
        ),
        Mistake(
            "after the first validation the model stays in eval mode",
            "`eval` stays on until somebody switches it off: the model must go back to training before each epoch.",
            partial(loops.fit, again=False),
        ),
        Mistake(
            "no_grad is forgotten",
            "`eval` does not switch gradients off. Without `no_grad`, each validation builds graphs that nobody needs.",
            partial(loops.fit, accuracy=partial(loops.accuracy, grad=True)),
            where=headings.TEST,
        ),
        Mistake(
            "both eval and no_grad are forgotten",
            "Validation needs `model.eval()` for batch norm and `torch.no_grad()` for memory and time.",
            partial(loops.fit, accuracy=partial(loops.accuracy, switch=False, grad=True)),
        ),
        Mistake(
            "the right answers are divided by the number of batches",
            "Accuracy is the share of *images* that are read rightly: divide by the number of images.",
            partial(loops.fit, accuracy=loops.divided_by_batches),
            where=headings.TEST,
        ),
        Mistake(
            "the mean of the batches' accuracies",
            "The last batch may be smaller, and counts as much as a full one. Count images: right ones and all.",
            partial(loops.fit, accuracy=loops.mean_of_batches),
            where=headings.TEST,
        ),
        Mistake(
            "only the last batch of the validation counts",
            "Add up the right answers over all batches, and divide behind the loop.",
            partial(loops.fit, accuracy=lambda model, test: loops.rights(model, test)[-1].mean().item()),
            where=headings.TEST,
        ),
        Mistake(
            "right answers are counted, not divided",
            "Accuracy is a share, from 0 to 1: right answers divided by all.",
            partial(loops.fit, accuracy=lambda model, test: torch.cat(loops.rights(model, test)).sum()),
            where=headings.TEST,
        ),
        Mistake(
            "the share of wrong answers",
            "Accuracy is the share of right answers; what you return is 1 minus it.",
            partial(loops.fit, accuracy=lambda *given: 1 - loops.accuracy(*given)),
            where=headings.TEST,
        ),
        Mistake(
            "the counter goes on from epoch to epoch",
            "Set the number of right answers back to 0 in each epoch.",
            loops.counting_on,
            where=headings.TEST,
        ),
        Mistake(
            "both counters go on from epoch to epoch",
            "Each epoch has an accuracy of its own: set both numbers back to 0 in each of them.",
            loops.counting_both_on,
            where=headings.TEST,
        ),
        Mistake(
            "percent",
            "Return the share from 0 to 1. Percent are for people: use them when you print.",
            partial(loops.fit, accuracy=lambda *given: 100 * loops.accuracy(*given)),
            where=headings.TEST,
        ),
        Mistake(
            "the accuracy on the training images",
            "The model may have learnt these by heart. Try it on images that it does not learn from: `validation`.",
            lambda model, train, validation, epochs, lr: loops.fit(model, train, train, epochs, lr),
            where=headings.TEST,
        ),
        Mistake(
            "only the accuracy at the end is returned",
            "Validate after *each* epoch, inside the loop, and collect the accuracies in a list.",
            lambda *given: loops.fit(*given)[-1:],
        ),
        Mistake(
            "only the first epoch is trained",
            "A `return` inside the loop ends it at once. Look at how far your last line is indented.",
            lambda model, train, validation, epochs, lr: loops.fit(model, train, validation, 1, lr),
        ),
        Mistake(
            "the step stands behind the loop over the batches",
            "One step for each batch: `step` belongs into the inner loop.",
            partial(loops.fit, epoch=loops.step_behind_the_loop),
            where=headings.EPOCH,
        ),
        Mistake(
            "a new optimiser in each epoch",
            "Momentum remembers the last step. A new optimiser has forgotten it: make one, before the loop.",
            partial(loops.fit, fresh=True),
            where=headings.OPTIMISER,
        ),
        Mistake(
            "momentum is forgotten",
            "`torch.optim.SGD` has no momentum unless you ask for it.",
            partial(loops.fit, momentum=0),
            where=headings.OPTIMISER,
        ),
        Mistake(
            "zero_grad is forgotten",
            "`backward` adds the new gradients to the old ones. Forget the old ones in every step.",
            partial(loops.fit, order="bs"),
            where=headings.ZERO_GRAD,
        ),
        Mistake(
            "the weights never move",
            "`step` comes after `backward`, in the loop over the batches, and no `zero_grad` lies between.",
            partial(loops.fit, order="bzs"),
            where=headings.STEP,
        ),
        Mistake(
            "softmax before cross-entropy",
            "`F.cross_entropy` wants the scores: it does the softmax itself.",
            partial(loops.fit, loss=loops.cross_entropy_of_softmax),
            where=headings.SOFTMAX,
        ),
    ),
    hint="Wrong weights come from the training. If only the accuracies are wrong, look at validation: mode, counting.",
    forbids=("convlab.training.fit", "convlab.training.evaluate"),
    solution="""
        def learn(model, train, validation, epochs, lr):
            optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
            accuracies = []
            for epoch in range(epochs):
                model.train()
                for images, labels in train:
                    optimizer.zero_grad()
                    F.cross_entropy(model(images), labels).backward()
                    optimizer.step()
                model.eval()
                right, count = 0, 0
                with torch.no_grad():
                    for images, labels in validation:
                        right += (model(images).argmax(dim=1) == labels).sum().item()
                        count += len(labels)
                accuracies.append(right / count)
            return accuracies
    """,
    because="""
        The optimiser is made once: it carries the momentum. Each epoch begins with `train()`, because the validation
        before has left the model in eval mode. It needs `eval()` for batch norm *and* `no_grad()` for memory and time.
        Counted are images, not batches, because the last batch may be smaller.
    """,
)
