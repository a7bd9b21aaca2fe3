"""06-repair: a training script with five faults."""

import torch
from torch import nn

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb06 import headings, loops


def _data(draw):
    rows, columns = draw.whole(1, 2, far=5), draw.whole(2, 3, far=6)
    X, Y = loops.images_and_labels(draw, draw.whole(3, 4, far=7), rows, columns)
    VX, VY = loops.images_and_labels(draw, draw.whole(2, 4, far=7), rows, columns)
    X, VX = (images + torch.linspace(0, 3, images.numel()).reshape(images.shape) for images in (X, VX))  # not all alike
    return {"X": X, "Y": Y, "VX": 2 * VX + 1, "VY": VY, "epochs": draw.whole(1, 2, far=5)}


def _trained(train, X, Y, VX, VY, epochs):
    """Give the learner's script a network that is always the same; return the losses and what was learned."""
    model = nn.Sequential(nn.ReLU(), nn.BatchNorm2d(1), nn.Flatten(), nn.Linear(X[0].numel(), 3)).to(X.dtype)
    with torch.no_grad():
        for parameter in model[3].parameters():
            parameter.copy_(torch.sin(torch.arange(parameter.numel()) * 1.7 + 1).reshape(parameter.shape))
    losses = train(model, X, Y, VX, VY, epochs)
    return losses if losses is None or losses is ... else (losses, model[3].weight)


SCRIPT = Exercise(
    name="06-repair",
    title="a training with five faults",
    where=headings.SOFTMAX,
    minutes=12,
    kind="function",
    variable="retrain",
    prompt="""
        This training runs without an error, and it learns badly. It has five faults. Repair it.

        `X` are images (n, 1, rows, columns), `Y` their labels; `VX` and `VY` are for validation. All images are
        normalised, as section 1 says. Each epoch goes once through all images of `X` in their order, in batches of two,
        with cross-entropy and SGD, learning rate 0.1. `model` has batch norm, and its last layer is linear. What is
        returned is a list: the validation loss after each epoch. Do not change what is right already.
    """,
    cases=_data,
    run=_trained,
    returns=("losses", "weights"),
    valid=lambda X, Y, VX, VY, epochs: X[0].numel() > 1 and X.std() > 0.5 and VX.std() > 0.5,
    faults="""
        the validation images are normalised by themselves: Whatever the model is tried on, it is normalised with the
            two numbers of the *training* images. @TORCHVISION
            VX = (VX - mean) / deviation => VX = (VX - VX.mean()) / VX.std()
        the last images are left out: An epoch is one pass through *all* images; the last batch may be smaller. @EPOCH
            range(0, len(X), 2) => range(0, len(X) - 2, 2)
        old gradients are never forgotten: `backward` adds the new gradients to the old ones. Something must set them
            back in every step. @ZERO_GRAD
            optimizer.zero_grad() =>
        softmax before cross-entropy: `F.cross_entropy` wants the scores: it does the softmax itself. @SOFTMAX
            model(X[i : i + 2]) => model(X[i : i + 2]).softmax(dim=1)
        the model is tried in training mode: Batch norm then takes the numbers of the images that it is tried on, and
            not those of the training. @EVAL
            model.eval() => model.train()
    """,
    slips="""
        the validation images are not normalised: The model has learned from normalised images. It must be tried on
            such, by the same two numbers: take them before `X` itself is normalised. @TORCHVISION
            VX = (VX - mean) / deviation =>
        the validation images are not divided by the deviation: They need both numbers, like `X`. @TORCHVISION
            VX = (VX - mean) / deviation => VX = VX - mean
        the two numbers come from all images together: They are those of the *training* images: the validation must not
            take part in the training. @TORCHVISION
            X.mean(), X.std() => torch.cat([X, VX]).mean(), torch.cat([X, VX]).std()
        each pixel has a mean and a deviation of its own: There are two numbers for all pixels together. @TORCHVISION
            X.mean(), X.std() => X.mean(dim=0), X.std(dim=0) + 1e-8
        old gradients are forgotten once an epoch: `zero_grad` belongs into the inner loop: it comes before each
            `backward`. @ZERO_GRAD
            optimizer.zero_grad() =>
            model.train() => model.train(); optimizer.zero_grad()
        the gradients are forgotten before the step: No `zero_grad` between `backward` and `step`: nothing would be left
            to step with. @STEP
            optimizer.zero_grad() =>
            loss.backward() => loss.backward(); optimizer.zero_grad()
        one step an epoch: One step for each batch, inside the inner loop: that was right before. @EPOCH
            optimizer.step() =>
            model.eval() => optimizer.step(); model.eval()
        a last, smaller batch is left out: With an odd number of images, the last one is a batch, too. What does
            `X[4:6]` give of five images? @EPOCH
            len(X), 2 => len(X) - 1, 2
        the batches overlap: Each image belongs to *one* batch: the next one begins two images further. @EPOCH
            len(X), 2 => len(X)
        softmax along the other dimension: It is not the dimension that is wrong with it: `F.cross_entropy` wants the
            scores. @SOFTMAX
            model(X[i : i + 2]) => model(X[i : i + 2]).softmax(dim=0)
        softmax in the validation: The scores were right there: this loss, too, does the softmax itself. @SOFTMAX
            model(VX) => model(VX).softmax(dim=1)
        nll_loss of a softmax: `F.nll_loss` wants *logarithms* of probabilities. `F.cross_entropy` was right. @LOSS
            F.cross_entropy(model(X[i : i + 2]) => F.nll_loss(model(X[i : i + 2]).softmax(dim=1)
        the model never goes back to training: `eval` stays on until somebody switches it off. `train` was right
            before. @EVAL
            model.train() =>
        the model is trained in eval mode: In eval mode batch norm measures nothing. For the training, the mode was
            right before. @EVAL
            model.train() => model.eval()
        another learning rate: The one in the script was right: the task says so. @OPTIMISER
            lr=0.1 => lr=0.01
        a momentum is put in: The task asks for SGD without it: that was right before. @OPTIMISER
            lr=0.1 => lr=0.1, momentum=0.9
        the losses of the training are returned: The losses on `VX` are asked for: that was right before. @TEST
            F.cross_entropy(model(VX), VY) => loss
        the loss on the training images is returned: That on `VX` is asked for: it was right before. @TEST
            F.cross_entropy(model(VX), VY) => F.cross_entropy(model(X), Y)
        the mean of the batches' validation losses: A last, smaller batch would count as much as the others. The loss of
            all images at once was right before. @TEST
            model.eval() => model.eval(); pairs = list(zip(VX.split(2), VY.split(2)))
            F.cross_entropy(model(VX), VY) => (sum(F.cross_entropy(model(x), y) for x, y in pairs) / len(pairs))
        only the first epoch is trained: A `return` inside the loop ends it at once. How far is it indented? @EPOCH
            range(epochs) => range(1)
    """,
    hint="Go through it line by line: the data, the batches, the five lines of a step, the validation. If there is "
    "nothing left to repair: have you changed what was right?",
    solution="""
        def retrain(model, X, Y, VX, VY, epochs):
            mean, deviation = X.mean(), X.std()
            X = (X - mean) / deviation
            VX = (VX - mean) / deviation
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            losses = []
            for _ in range(epochs):
                model.train()
                for i in range(0, len(X), 2):
                    optimizer.zero_grad()
                    loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
                    loss.backward()
                    optimizer.step()
                model.eval()
                with torch.no_grad():
                    losses.append(F.cross_entropy(model(VX), VY).item())
            return losses
    """,
    because="""
        None of the five raises an error, so only symptoms show them. Without `zero_grad` the loss jumps after a while;
        with softmax it stops at a floor; without `eval`, or with numbers of their own, the validation images say
        something about each other and not about the model; and images that are left out teach nothing.
    """,
)
