"""07-epoch: early stopping, with patience."""

import torch

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb07 import headings


def _curve(draw):
    """Draw a curve that falls, rises, and often stands still; in the last trials all losses are negative."""
    half = draw.whole(0, 2, far=9) + draw.size
    steps = [0, *(draw.choice(-2, -1, -1, 0, 1) for _ in range(half)), *(draw.choice(-1, 0, 1, 2) for _ in range(half))]
    losses = torch.tensor(steps, dtype=torch.float64).cumsum(0)
    losses += draw.whole(1, 3) - losses.min() if draw.size < 4 else -1 - losses.max()
    return {"losses": losses * (0.3 if draw.size > 1 else 1), "patience": draw.whole(1, 3, far=5)}


EPOCH = Exercise(
    name="07-epoch",
    title="early stopping",
    where=headings.STOPPING,
    minutes=8,
    kind="function",
    variable="choose",
    prompt="""
        Write `choose(losses, patience)`. `losses` is a tensor with the validation loss after each epoch, as long as the
        training could go on. It is stopped as soon as `patience` epochs in a row have brought no new lowest loss; a
        loss that is only equal to the lowest is none. If that never happens, all epochs are trained.

        Return three numbers: the epoch whose weights are kept (the one with the lowest loss so far), how many epochs
        were trained, and the loss of the epoch that is kept. The first epoch is epoch 1. (The losses may have any
        sign.)
    """,
    placeholder="""
        def choose(losses, patience):
            kept, trained, loss = ..., ..., ...
            return kept, trained, loss
    """,
    cases=_curve,
    returns=("kept", "trained", "loss"),
    slips="""
        what is kept is always `patience` epochs before the end: If it never stops, the end may come sooner.
            return kept, => return epoch - patience,
            epoch, best => epoch, losses[epoch - patience - 1]
        the lowest of all losses is kept: When the training is stopped, nobody knows what would have come.
            return kept, epoch, best => return losses.argmin() + 1, epoch, losses.min()
        the patience begins at the lowest of all losses: During the training nobody knows which one that will be.
            return kept, epoch, best => return LOWEST, min(LOWEST + patience, len(losses)), losses.min()
            LOWEST => losses.argmin() + 1
        the training is never stopped: When the patience is used up it ends, and no later losses are ever known.
            if waited == patience: => if False:
        it stops one epoch too late: After `patience` epochs without a new lowest loss it is over.
            waited == patience => waited > patience
        the epoch after the stop is counted, too: The one in which the patience ends is the last that is trained.
            return kept, epoch, => return kept, min(epoch + (waited == patience), len(losses)),
        it stops one epoch too early: So many epochs without a new lowest loss must have been trained.
            waited == patience => waited >= patience - 1
        epochs are counted from 0: The first epoch is epoch 1.
            return kept, epoch, => return kept - 1, epoch - 1,
        the epoch that is kept is counted from 0: Places in a tensor begin with 0. The first epoch is epoch 1.
            return kept, => return kept - 1,
        the last trained epoch is not counted: The epoch in which it stops was trained, too.
            return kept, epoch, => return kept, epoch - 1,
        an equal loss counts as a new lowest one: Only a loss *below* the lowest so far is one.
            loss < best => loss <= best
        of equal losses the last epoch is kept: An equal loss is no new lowest one: the first of them is kept.
            waited += 1 => kept, waited = epoch if loss == best else kept, waited + 1
        an equal loss does not use up patience: It is no new lowest loss, so it is one epoch more without.
            waited += 1 => waited += int(loss > best)
        the count is not set back: They must come *in a row*: with a new lowest loss the waiting begins anew.
            best, kept, waited = loss, epoch, 0 => best, kept = loss, epoch
        each loss is compared with the one before: A small dip on the way up is no new lowest loss.
            waited += 1 => waited, best = waited + 1, loss
            epoch, best => epoch, losses[kept - 1]
        every loss that falls sets the count back: Only a new *lowest* loss does, not a dip on the way up.
            waited += 1 => waited = 0 if loss < losses[epoch - 2] else waited + 1
        the last epoch is kept: Its weights are those after the waiting. What was the waiting for?
            return kept, epoch, best => return epoch, epoch, loss
        the loss is that of the last epoch: It belongs to the epoch that is kept.
            epoch, best => epoch, loss
        the last epoch is kept where it never stops: There, too, the epoch with the lowest loss is kept.
            return kept, epoch, best => return (kept, epoch, best) if waited == patience else (epoch, epoch, loss)
        the epochs that were waited are not counted as trained: They were trained, or their losses were not known.
            return kept, epoch => return kept, kept
        more epochs are trained than there are losses: If the losses end during the waiting, no more are trained.
            return kept, epoch => return kept, kept + patience
        the lowest loss begins with 0: Most losses are never below 0, so none is ever lower. What is above any loss?
            float("inf"), 0 => 0.0, 1
        the lowest loss begins with 1: A loss may begin higher: ln 6 = 1.79. What is above any loss?
            float("inf"), 0 => 1.0, 1
        the highest is looked for: That is right for an accuracy. A loss is to be low.
            float("inf") => -float("inf")
            loss < best => loss > best
        the two numbers of epochs have changed places: First comes the epoch that is kept, then how many were trained.
            return kept, epoch => return epoch, kept
        `return` stands within the loop: `return` ends the function at once, here after the first epoch.
            enumerate(losses => enumerate(losses[:1]
        the last epoch is never looked at: A range ends before its last number. There may be a new lowest loss there.
            enumerate(losses => enumerate(losses[: max(1, len(losses) - 1)]
    """,
    hint="Go through the epochs one by one, with three numbers: the lowest loss so far, its epoch, and how long ago.",
    solution="""
        def choose(losses, patience):
            best, kept, waited = float("inf"), 0, 0
            for epoch, loss in enumerate(losses, start=1):
                if loss < best:
                    best, kept, waited = loss, epoch, 0
                else:
                    waited += 1
                if waited == patience:
                    break
            return kept, epoch, best
    """,
    because="""
        The loop knows only what a training knows: the losses up to now. The lowest begins with infinity, so that the
        first epoch is a new lowest one, whatever its loss. `waited` counts the epochs since then. With little patience
        a training stops at the first bump; with much, it costs time, and may find a lower loss behind the bump: of 5,
        4, 4.5, 4.5, 3 a patience of 2 keeps epoch 2, and one of 3 keeps epoch 5.
    """,
)
