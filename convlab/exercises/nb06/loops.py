"""How trainings are tried: the code behind the training exercises of notebook 06."""

import torch
from torch import nn


def images_and_labels(draw, images, height, width):
    """Draw as many images, of one channel, and for each a label from 0 to 2."""
    labels = torch.tensor([draw.choice(0, 1, 2) for _ in range(images)])
    return draw.tensor(images, 1, height, width), labels


def batches(images, labels, size):
    """Cut images and labels into batches of that size; the last one may be smaller."""
    return list(zip(images.split(size), labels.split(size), strict=True))


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
    steps = []
    optimizer.register_step_post_hook(lambda *_: steps.append(1))
    try:
        losses = train_epoch(model, batches(images, labels, batch_size), optimizer)
    except RuntimeError as error:
        if "does not require grad" not in str(error):
            raise
        losses = "no way back"
    if losses is None or losses is ...:
        return losses
    several = list(losses) if isinstance(losses, (list, tuple)) else []
    kept = any(getattr(loss, "requires_grad", False) for loss in [losses, *several])
    tensors = any(isinstance(loss, torch.Tensor) for loss in several)  # one tensor of numbers may pass for a list
    changed = any(optimizer.param_groups[0].get(name) != value for name, value in before.items())
    frozen = not all(parameter.requires_grad for parameter in model.parameters())
    others = not steps and bool(model[1].get_parameter("weight").any())
    return losses, model[1].weight, *map(int, (kept, tensors, model.evals > 0, changed, frozen, others))


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
    return accuracies, model[2].weight, max(0, model.graphs - back), max(0, back - epochs * len(train))
