"""Trainings, right and mistaken, and how they are tried: the code behind the training exercises of notebook 06."""

import torch
import torch.nn.functional as F
from torch import nn


def images_and_labels(draw, images, height, width):
    """Draw as many images, of one channel, and for each a label from 0 to 2."""
    labels = torch.tensor([draw.choice(0, 1, 2) for _ in range(images)])
    return draw.tensor(images, 1, height, width), labels


def batches(images, labels, size):
    """Cut images and labels into batches of that size; the last one may be smaller."""
    return list(zip(images.split(size), labels.split(size), strict=True))


def cross_entropy_of_softmax(scores, labels):
    """A mistake: softmax before a loss that does the softmax itself."""
    return F.cross_entropy(scores.softmax(1), labels)


def for_an_epoch(draw):
    """Draw what one epoch needs."""
    count, batch_size = draw.whole(1, 5, far=12), draw.whole(1, 4, far=5)
    count += batch_size * (batch_size > 4)
    images, labels = images_and_labels(draw, count, draw.whole(1, 3, far=6), draw.whole(1, 3, far=6))
    return {"images": images, "labels": labels, "batch_size": batch_size}


def run_epoch(train_epoch, images, labels, batch_size):
    """Give the learner's loop a linear model; return the losses, the trained weights, and what must not be, as 1."""
    model = Watched(nn.Flatten(), nn.Linear(images[0].numel(), 3)).to(images.dtype)
    for parameter in model.parameters():
        nn.init.zeros_(parameter)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    before = {name: value for name, value in optimizer.param_groups[0].items() if name != "params"}
    losses = train_epoch(model, batches(images, labels, batch_size), optimizer)
    if losses is None or losses is ...:
        return losses
    several = list(losses) if isinstance(losses, (list, tuple)) else []
    kept = any(getattr(loss, "requires_grad", False) for loss in [losses, *several])
    tensors = any(isinstance(loss, torch.Tensor) for loss in several)  # one tensor of numbers may pass for a list
    changed = any(optimizer.param_groups[0].get(name) != value for name, value in before.items())
    frozen = not all(parameter.requires_grad for parameter in model.parameters())
    return losses, model[1].weight, int(kept), int(tensors), int(model.evals > 0), int(changed), int(frozen)


def train_epoch(model, batches, optimizer, order="zbs", loss=F.cross_entropy, keep=torch.Tensor.item):
    """One epoch, with the letters for zero_grad, backward and step in the order in which they are called."""
    losses = []
    for images, labels in batches:
        value = loss(model(images), labels)
        calls = {"z": optimizer.zero_grad, "b": value.backward, "s": optimizer.step}
        for letter in order:
            calls[letter]()
        losses.append(keep(value))
    return losses


def in_eval_mode(model, batches, optimizer):
    """A mistake: the mode of a test."""
    return train_epoch(model.eval(), batches, optimizer)


def with_smaller_steps(model, batches, optimizer):
    """A mistake: change the learning rate of an optimizer that others go on using."""
    losses = train_epoch(model, batches, optimizer)
    optimizer.param_groups[0]["lr"] /= 2
    return losses


def frozen_afterwards(model, batches, optimizer):
    """A mistake: leave a model behind that can learn no more."""
    losses = train_epoch(model, batches, optimizer)
    model.requires_grad_(False)
    return losses


def losses_after_the_step(model, batches, optimizer):
    """A mistake: measure each loss when the step has already changed the model."""
    losses = []
    for batch in batches:
        train_epoch(model, [batch], optimizer)
        losses.append(F.cross_entropy(model(batch[0]), batch[1]).item())
    return losses


def one_step_for_all(model, batches, optimizer):
    """A mistake: add up all gradients, and step once."""
    losses = train_epoch(model, batches, optimizer, order="b")
    optimizer.step()
    return losses


def step_behind_the_loop(model, batches, optimizer):
    """A mistake: forget the old gradients for each batch, but step once, at the end."""
    losses = train_epoch(model, batches, optimizer, order="zb")
    optimizer.step()
    return losses


def without_the_rest(model, batches, optimizer):
    """A mistake: leave out a smaller batch."""
    return train_epoch(model, [batch for batch in batches if len(batch[1]) == len(batches[0][1])], optimizer)


class Watched(nn.Sequential):
    """Counts how often images went through it with gradients switched on, in eval mode, and with a way back."""

    def __init__(self, *layers):
        super().__init__(*layers)
        self.graphs, self.evals, self.backwards = 0, 0, []

    def forward(self, x):
        """Count, and go on."""
        out = super().forward(x)
        if out.requires_grad:
            self.graphs += 1
            self.evals += not self.training
            out.register_hook(self.backwards.append)
        return out


def for_a_training(draw):
    """Draw what a whole training needs, and the images to try it on."""
    height, width, numbers = draw.whole(1, 2, far=6), draw.whole(2, 3, far=6), {"epochs": draw.whole(1, 3, far=5)}
    numbers = {"batch_size": draw.whole(1, 3, far=5), **numbers}
    images, labels = images_and_labels(draw, draw.whole(2, 5, far=8), height, width)
    validation_images, validation_labels = images_and_labels(draw, draw.whole(2, 5, far=8), height, width)
    return {
        "images": images,
        "labels": labels,
        "validation_images": validation_images,
        "validation_labels": validation_labels,
        **numbers,
    }


def run_fit(fit, images, labels, validation_images, validation_labels, batch_size, epochs):
    """Train a small net with batch norm; return the accuracies, its weights, and what must not be."""
    model = Watched(nn.BatchNorm2d(1), nn.Flatten(), nn.Linear(images[0].numel(), 3)).to(images.dtype)
    with torch.no_grad():
        for parameter in model[2].parameters():  # no two alike, so that no two scores are
            parameter.copy_(torch.sin(torch.arange(parameter.numel()) * 1.7 + 1).reshape(parameter.shape))
    train = batches(images, labels, batch_size)
    validation = batches(validation_images, validation_labels, batch_size)
    accuracies = fit(model, train, validation, epochs, 0.5)
    if accuracies is None or accuracies is ...:
        return accuracies
    back = len(model.backwards)
    return accuracies, model[2].weight, [max(0, model.graphs - back), max(0, back - epochs * len(train))]


def rights(model, batches, switch=True, grad=False):
    """Return for each batch which of its images are read rightly."""
    if switch:
        model.eval()
    with torch.set_grad_enabled(grad):
        return [(model(images).argmax(1) == labels).double() for images, labels in batches]


def accuracy(model, batches, **how):
    """Return the share of images that are read rightly."""
    return torch.cat(rights(model, batches, **how)).mean().item()


def mean_of_batches(model, batches):
    """A mistake: a small batch counts as much as a full one."""
    return sum(right.mean().item() for right in rights(model, batches)) / len(batches)


def divided_by_batches(model, batches):
    """A mistake: divide by the number of batches."""
    return torch.cat(rights(model, batches)).sum().item() / len(batches)


def fit(
    model, train, test, epochs, lr, again=True, accuracy=accuracy, fresh=False, momentum=0.5, epoch=train_epoch, **loop
):
    """Train and test; again: back to training in each epoch; fresh: a new optimizer in each epoch."""
    accuracies = []
    for count in range(epochs):
        if again:
            model.train()
        if fresh or count == 0:
            optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=momentum)
        epoch(model, train, optimizer, **loop)
        accuracies.append(accuracy(model, test))
    return accuracies


def counting_on(*given):
    """The number of right answers is never set back to 0."""
    return torch.tensor(fit(*given)).cumsum(0)


def counting_both_on(*given):
    """Neither the number of right answers nor that of images is set back to 0."""
    return [count / (place + 1) for place, count in enumerate(counting_on(*given))]
