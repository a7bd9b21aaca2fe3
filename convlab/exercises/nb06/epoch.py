"""06-epoch: the five lines in a loop."""

from convlab.exercises.engine.exercise import Exercise
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
        *("weights frozen", "steps by another optimizer"),
    ),
    slips="""
        zero_grad is forgotten: `backward` adds the new gradients to the old ones. Forget the old ones in every
            step. @ZERO_GRAD
            optimizer.zero_grad() =>
        no step that counts, the weights never move: `step` needs the gradients of `backward`: it comes after
            `backward`, and no `zero_grad` lies between. @STEP
            optimizer.step() =>
        the step comes before the backward, one batch late: `step` uses the gradients that are there. Call `backward`
            first, then it uses those of this batch. @STEP
            optimizer.step() =>
            optimizer.zero_grad() =>
            loss.backward() => optimizer.step(); optimizer.zero_grad(); loss.backward()
        one step for the whole epoch: `step` belongs into the loop: one step for each batch. So do `zero_grad` and
            `backward`.
            optimizer.step() =>
            optimizer.zero_grad() =>
            return => optimizer.step(); return
        the step stands behind the loop: `step` belongs into the loop: one step for each batch.
            optimizer.step() =>
            return => optimizer.step(); return
        the forward pass runs without gradients: `backward` needs the graph of the forward pass: here is no place for
            `no_grad`, `detach()` or `.data`. @STEP
            model(images) => model(images).detach()
        the given optimizer makes no step: Whoever calls has made an optimizer, with a learning rate of its own: use
            that one. @OPTIMISER
            losses = [] => losses, optimizer = [], torch.optim.SGD(model.parameters(), lr=0.01)
        only the first batch is used: A `return` inside the loop ends it at once. Look at how far your last line is
            indented.
            in batches => in batches[:1]
        the last, smaller batch is left out: An epoch is one pass through *all* images, also those of the last batch.
            in batches => in [batch for batch in batches if len(batch[1]) == len(batches[0][1])]
        softmax before cross-entropy: `F.cross_entropy` wants the scores: it does the softmax itself. @SOFTMAX
            model(images) => model(images).softmax(dim=1)
        nll_loss of the scores: `F.nll_loss` does no softmax and takes no logarithm: `F.cross_entropy` does both. @LOSS
            F.cross_entropy => F.nll_loss
        the losses of a batch are added up: The loss of a batch is the *mean* over its images. A sum makes the steps
            larger with larger batches. @LOSS
            labels) => labels, reduction="sum")
        the losses are multiplied by the number of images: The loss of each batch is asked for, the mean over its
            images.
            loss.item() => loss.item() * len(labels)
        the losses are divided by the number of images: `F.cross_entropy` gives the mean over the images already. @LOSS
            loss.item() => loss.item() / len(labels)
        the losses are kept as tensors, with their graphs: Such a loss keeps alive all that `backward` needs: the memory
            fills up. `.item()` takes the number out.
            .item() =>
        the losses are kept as tensors: Plain numbers are asked for. `detach` leaves a tensor, without a graph;
            `.item()` takes the number out.
            .item() => .detach()
        the model is trained in eval mode: `eval()` is for tests: it switches dropout off, and batch norm no longer
            measures. Train in `train()`. @EVAL
            losses = [] => losses = []; model.eval()
        the learning rate is changed: The optimiser belongs to whoever called, and the next epoch goes on with it: do
            not change its settings. @OPTIMISER
            return => optimizer.param_groups[0]["lr"] /= 2; return
        the model is frozen at the end: The next epoch goes on with this model: leave `requires_grad` as it is, or
            `backward` finds no weights.
            return => model.requires_grad_(False); return
        the loss is measured after the step: The loss of a batch is the one that `backward` was called on, before the
            step has changed the model.
            loss.item() => F.cross_entropy(model(images), labels).item()
        only the last loss is returned: Collect the losses of all batches in a list.
            losses.append(loss.item()) => losses = [loss.item()]
        the losses are added up over the epoch: Collect the losses of all batches in a list: a sum hides how the loss
            falls.
            return losses => return sum(losses)
        the mean loss of the epoch is returned: Collect the losses of all batches in a list: a mean hides how the loss
            falls.
            return losses => return sum(losses) / len(losses)
        each loss is added to those before: Collect the losses one by one. What is added up says little of one batch.
            loss.item() => loss.item() + sum(losses[-1:])
        the mean of the losses so far: Collect the losses one by one. A mean hides how the loss falls.
            return losses => return [sum(losses[:i]) / i for i in range(1, len(losses) + 1)]
    """,
    hint="Wrong weights come from the five lines and their order; wrong losses alone from what goes into the list, and "
    "when. (The check trains a linear model whose weights begin with 0, by SGD with learning rate 0.5.)",
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
