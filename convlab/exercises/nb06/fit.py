"""06-fit: train and validate (capstone)."""

from convlab.exercises.engine.exercise import Exercise
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
    returns=("accuracies", "weights", "graphs in validation", "steps in validation"),
    slips="""
        eval is forgotten: In training mode, batch norm reckons with the other images of the batch, and trying the model
            changes it.
            model.eval() =>
        after the first validation the model stays in eval mode: `eval` stays on until somebody switches it off: the
            model must go back to training before each epoch.
            model.train() =>
        the model is trained in eval mode: In eval mode batch norm measures nothing. Training needs the other mode.
            model.train() => model.eval()
        no_grad is forgotten: `eval` does not switch gradients off. Without `no_grad`, each validation builds graphs
            that nobody needs. @TEST
            with torch.no_grad(): => if True:
        both eval and no_grad are forgotten: Validation needs `model.eval()` for batch norm and `torch.no_grad()` for
            memory and time.
            model.eval() =>
            with torch.no_grad(): => if True:
        the model learns from the validation images, too: Validation only looks: no `backward` and no `step`. What the
            model has learned from, it knows too well. @TEST
            model.eval() =>
            with torch.no_grad(): => if True:
            right += (model(images) => scores = model(images); optimizer.zero_grad(); right += (scores
            count += => F.cross_entropy(scores, labels).backward(); optimizer.step(); count +=
        the model is trained on the validation images: It learns from `train`; `validation` is there to try it. @TEST
            in train: => in validation:
        the right answers are divided by the number of batches: Accuracy is the share of *images* that are read rightly:
            divide by the number of images. @TEST
            count += len(labels) => count += 1
        the mean of the batches' accuracies: The last batch may be smaller, and counts as much as a full one. Count
            images: right ones and all. @TEST
            sum().item() => double().mean().item()
            count += len(labels) => count += 1
        every batch is counted as if it were full: The last batch may be smaller. Count the images in it. @TEST
            len(labels) => len(validation[0][1])
        only the last batch of the validation counts: Add up the right answers over all batches, and divide behind the
            loop. @TEST
            right += => right =
            count += => count =
        only the right answers of the last batch are kept: Add them up over all batches, like the images. @TEST
            right += => right =
        right answers are counted, not divided: Accuracy is a share, from 0 to 1: right answers divided by all. @TEST
            right / count => right
        the share of wrong answers: Accuracy is the share of right answers; what you return is 1 minus it. @TEST
            == labels => != labels
        percent: Return the share from 0 to 1. Percent are for people: use them when you print. @TEST
            right / count => 100 * right / count
        the counter goes on from epoch to epoch: Set the number of right answers back to 0 in each epoch. @TEST
            accuracies = [] => accuracies, right = [], 0
            right, count = 0, 0 => count = 0
        both counters go on from epoch to epoch: Each epoch has an accuracy of its own: set both numbers back to 0 in
            each of them. @TEST
            right, count = 0, 0 =>
            accuracies = [] => accuracies, right, count = [], 0, 0
        the largest score is looked for among the images: Scores have the shape (images, classes). Each image chooses
            among the classes. @TEST
            dim=1 => dim=0
        the largest score of the whole batch is looked for: Each image chooses among its own scores. @TEST
            dim=1 =>
        the validation loss, not the accuracy: Which class has the largest score, and is that the label? Count. @TEST
            right += ( => right += F.cross_entropy(
            .argmax(dim=1) == labels).sum() => , labels, reduction="sum")
        the accuracy on the training images: The model may have learnt these by heart. Try it on images that it does not
            learn from: `validation`. @TEST
            in validation: => in train:
        the validation comes before the training: The accuracy *after* each epoch is asked for. Your first one is that
            of the new model. @EPOCH
            range(epochs) => range(epochs + 1)
            in train: => in train * (epoch > 0):
            return accuracies => return accuracies[:-1]
        a validation after each batch of the training: Validate once an epoch, behind the loop over its batches. @EPOCH
            for epoch in range(epochs) => for batch in train * epochs
            in train: => in [batch]:
        an accuracy for each batch of the validation: There is one for each epoch: append it behind the loop. @TEST
            accuracies.append(right / count) =>
            count += len(labels) => count += len(labels); accuracies.append(right / count)
        only the accuracy at the end is returned: Validate after *each* epoch, inside the loop, and collect the
            accuracies in a list. @EPOCH
            return accuracies => return accuracies[-1:]
        only the first epoch is trained: A `return` inside the loop ends it at once. Look at how far your last line is
            indented. @EPOCH
            range(epochs) => range(1)
        the step stands behind the loop over the batches: One step for each batch: `step` belongs into the inner
            loop. @EPOCH
            optimizer.step() =>
            model.eval() => optimizer.step(); model.eval()
        one step for the whole epoch: `zero_grad`, `backward` and `step` all belong into the inner loop. @EPOCH
            optimizer.step() =>
            optimizer.zero_grad() =>
            model.eval() => optimizer.step(); optimizer.zero_grad(); model.eval()
        a new optimiser in each epoch: Momentum remembers the last step. A new optimiser has forgotten it: make one,
            before the loop. @OPTIMISER
            model.train() => model.train(); optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
        momentum is forgotten: `torch.optim.SGD` has no momentum unless you ask for it. @OPTIMISER
            , momentum=0.5 =>
        a momentum of 0.9: That is common, but the task asks for another one. @OPTIMISER
            momentum=0.5 => momentum=0.9
        a learning rate of 0.1: `lr` is handed over, and may be any number. @OPTIMISER
            lr=lr => lr=0.1
        Adam in place of SGD: Adam chooses the size of its steps for itself. The task asks for SGD. @OPTIMISER
            SGD(model.parameters(), lr=lr, momentum=0.5) => Adam(model.parameters(), lr=lr)
        zero_grad is forgotten: `backward` adds the new gradients to the old ones. Forget the old ones in every
            step. @ZERO_GRAD
            optimizer.zero_grad() =>
        old gradients are forgotten once an epoch: `zero_grad` belongs to each `backward`, in the inner loop. @ZERO_GRAD
            optimizer.zero_grad() =>
            model.train() => model.train(); optimizer.zero_grad()
        the weights never move: `step` comes after `backward`, in the loop over the batches, and no `zero_grad` lies
            between. @STEP
            optimizer.step() =>
        the step comes before the backward, one batch late: `step` uses the gradients that are there: those of the batch
            before. @STEP
            optimizer.step() =>
            optimizer.zero_grad() => optimizer.step(); optimizer.zero_grad()
        softmax before cross-entropy: `F.cross_entropy` wants the scores: it does the softmax itself. @SOFTMAX
            (model(images), => (model(images).softmax(dim=1),
    """,
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
