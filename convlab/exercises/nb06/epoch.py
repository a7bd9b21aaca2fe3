"""06-epoch: the five lines in a loop."""

from functools import partial

import torch
import torch.nn.functional as F

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb06 import headings, loops

TRAIN_EPOCH = Exercise(
    name="06-epoch",
    title="one epoch as a function",
    where=headings.EPOCH,
    minutes=10,
    kind="function",
    variable="train_epoch",
    prompt="""
        Write `train_epoch(model, batches, optimizer)`. It trains `model` with cross-entropy: one step for each batch.
        `batches` is a list of pairs `(images, labels)`; you can loop over it as over a `DataLoader`. The last batch
        may be smaller. Everything is on the CPU.
        The function returns a list with the loss of each batch, as plain numbers.
    """,
    placeholder="""
        def train_epoch(model, batches, optimizer):
            losses = ...
            return losses
    """,
    cases=loops.for_an_epoch,
    run=loops.run_epoch,
    returns=(
        *("losses", "weights", "graphs kept", "tensors kept", "steps in eval mode", "optimizer changed"),
        "weights frozen",
    ),
    right=loops.train_epoch,
    mistakes=(
        Mistake(
            "zero_grad is forgotten",
            "`backward` adds the new gradients to the old ones. Forget the old ones in every step.",
            partial(loops.train_epoch, order="bs"),
            where=headings.ZERO_GRAD,
        ),
        Mistake(
            "no step that counts: the weights never move",
            "`step` needs the gradients of `backward`: it comes after `backward`, and no `zero_grad` lies between.",
            partial(loops.train_epoch, order="bzs"),
            where=headings.STEP,
        ),
        Mistake(
            "the step comes before the backward, one batch late",
            "`step` uses the gradients that are there. Call `backward` first, then it uses those of this batch.",
            partial(loops.train_epoch, order="szb"),
            where=headings.STEP,
        ),
        Mistake(
            "one step for the whole epoch",
            "`step` belongs into the loop: one step for each batch. So do `zero_grad` and `backward`.",
            loops.one_step_for_all,
        ),
        Mistake(
            "the step stands behind the loop",
            "`step` belongs into the loop: one step for each batch.",
            loops.step_behind_the_loop,
        ),
        Mistake(
            "only the first batch is used",
            "A `return` inside the loop ends it at once. Look at how far your last line is indented.",
            lambda model, batches, optimizer: loops.train_epoch(model, batches[:1], optimizer),
        ),
        Mistake(
            "the last, smaller batch is left out",
            "An epoch is one pass through *all* images, also those of the last batch.",
            loops.without_the_rest,
        ),
        Mistake(
            "softmax before cross-entropy",
            "`F.cross_entropy` wants the scores: it does the softmax itself.",
            partial(loops.train_epoch, loss=loops.cross_entropy_of_softmax),
            where=headings.SOFTMAX,
        ),
        Mistake(
            "the losses of a batch are added up",
            "The loss of a batch is the *mean* over its images. A sum makes the steps larger with larger batches.",
            partial(loops.train_epoch, loss=partial(F.cross_entropy, reduction="sum")),
            where=headings.LOSS,
        ),
        Mistake(
            "the losses are kept as tensors, with their graphs",
            "Such a loss keeps alive all that `backward` needs: the memory fills up. `.item()` takes the number out.",
            partial(loops.train_epoch, keep=lambda loss: loss),
        ),
        Mistake(
            "the losses are kept as tensors",
            "Plain numbers are asked for. `detach` leaves a tensor, without a graph; `.item()` takes the number out.",
            partial(loops.train_epoch, keep=torch.Tensor.detach),
        ),
        Mistake(
            "the model is trained in eval mode",
            "`eval()` is for tests: it switches dropout off, and batch norm no longer measures. Train in `train()`.",
            loops.in_eval_mode,
            where=headings.EVAL,
        ),
        Mistake(
            "the learning rate is changed",
            "The optimiser belongs to whoever called, and the next epoch goes on with it: do not change its settings.",
            loops.with_smaller_steps,
            where=headings.OPTIMISER,
        ),
        Mistake(
            "the model is frozen at the end",
            "The next epoch goes on with this model: leave `requires_grad` as it is, or `backward` finds no weights.",
            loops.frozen_afterwards,
        ),
        Mistake(
            "the loss is measured after the step",
            "The loss of a batch is the one that `backward` was called on, before the step has changed the model.",
            loops.losses_after_the_step,
        ),
        Mistake(
            "only the last loss is returned",
            "Collect the losses of all batches in a list.",
            lambda *given: loops.train_epoch(*given)[-1],
        ),
        Mistake(
            "the losses are added up over the epoch",
            "Collect the losses of all batches in a list: a sum hides how the loss falls.",
            lambda *given: sum(loops.train_epoch(*given)),
        ),
        Mistake(
            "the mean loss of the epoch is returned",
            "Collect the losses of all batches in a list: a mean hides how the loss falls.",
            lambda *given: torch.tensor(loops.train_epoch(*given)).mean(),
        ),
    ),
    hint="(The check trains a linear model whose weights begin with 0, by SGD with learning rate 0.5.)",
    solution="""
        def train_epoch(model, batches, optimizer):
            losses = []
            for images, labels in batches:
                optimizer.zero_grad()
                loss = F.cross_entropy(model(images), labels)
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
            return losses
    """,
    because="""
        For each batch: forget the old gradients, forward, loss, backward, step. `zero_grad` may stand anywhere
        in the loop, but not between `backward` and `step`. `.item()` takes the number out of the loss; the tensor
        itself would keep the whole graph of the forward pass in memory.
    """,
)
