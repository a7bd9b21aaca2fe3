"""Where images and labels come from: tensors that are kept, a Dataset that is read, or a DataLoader's batches."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, IterableDataset, Subset, TensorDataset

from convlab.arguments import whole
from convlab.data.digits import Digits
from convlab.pictures import as_numbers
from convlab.training.pixels import MNIST, Normalisation

MOST = 250, 2**22  # images, and numbers in them, in one forward pass when nothing is learned


def checked(where: str, images, labels) -> tuple[Tensor, Tensor]:
    """Refuse what is not images (N, C, H, W) and labels (N,) that belong together; return them, the labels int64."""
    if not isinstance(images, Tensor) or not isinstance(labels, Tensor):
        kinds = f"{type(images).__name__} and {type(labels).__name__}"
        raise TypeError(f"{where}'s images and labels must be tensors, got {kinds}; torch.as_tensor(...) makes one")
    shapes = f"images {tuple(images.shape)} and labels {tuple(labels.shape)}"
    if images.ndim not in (4, 5) or labels.ndim != 1 or len(images) != len(labels):
        advice = "; images.unsqueeze(1) gives grey ones a channel" if images.ndim == 3 else ""
        raise ValueError(f"{where} needs images (N, C, H, W) and as many labels (N,); it has {shapes}{advice}")
    if len(labels) == 0:
        raise ValueError(f"{where} is empty: {shapes}")
    if images.dtype != torch.uint8 and not images.is_floating_point():
        raise TypeError(f"{where}'s images must be uint8 (0 to 255) or floats, got {images.dtype}")
    if labels.is_floating_point() or labels.is_complex() or labels.dtype == torch.bool:
        raise TypeError(f"{where}'s labels must be int64, got {labels.dtype}; convert with labels.long()")
    if labels.long().min() < 0:
        raise ValueError(f"{where} has the label {labels.min()}; labels count from 0")
    return images, labels.long()


def check_labels(where: str, labels: Tensor, classes: int) -> None:
    """Refuse labels for which the model has no score."""
    largest = int(labels.max())
    if largest >= classes:
        raise ValueError(
            f"{where} has the label {largest}, but the model's output has {classes} scores, for the labels "
            f"0 to {classes - 1}; the last layer needs {largest + 1} outputs, or the labels are wrong"
        )


def stack(where: str, pairs: Sequence) -> tuple[Tensor, Tensor]:
    """Make a batch of pairs (image, label); an image may be a tensor, an array or a PIL image, (H, W) or (C, H, W)."""
    images, labels = [], []
    for pair in pairs:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            found = f"{type(pair).__name__} with {list(pair)}" if isinstance(pair, Mapping) else type(pair).__name__
            raise TypeError(f"{where}: each entry must be a pair (image, label), got {found}; give a list of pairs")
        image = as_numbers(f"{where}: an image", pair[0], "a tensor, an array or a PIL image")
        images.append(image[None] if image.ndim == 2 else image)
        single = pair[1].item() if getattr(pair[1], "size", None) == 1 else pair[1]  # an array of one
        labels.append(whole(single))
        if labels[-1] is None:
            raise TypeError(
                f"{where}: a label must be a whole number from 0 on, got {pair[1]!r}; of a name it is "
                f"classes.index(name), of a row of shares shares.argmax()"
            )
    shapes = sorted({tuple(image.shape) for image in images})
    if len(shapes) > 1:
        raise ValueError(
            f"{where} has images of shapes {shapes[0]} and {shapes[1]}, but a batch needs one shape; "
            f"torchvision's transforms.Resize((height, width)) makes them alike"
        )
    return checked(where, torch.stack(images), torch.tensor(labels))


def pieces(images: Tensor, labels: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Cut images and labels into parts, as many at a time as a forward pass can take."""
    size = max(1, min(MOST[0], MOST[1] // max(1, images[:1].numel())))
    return zip(images.split(size), labels.split(size), strict=True)


class Kept:
    """All images and labels, as tensors."""

    def __init__(self, where: str, images, labels, known: Normalisation | None):
        self.where, self.known = where, known
        self.images, self.labels = checked(where, images, labels)

    def first(self, count: int) -> tuple[Tensor, Tensor]:
        """Return as many, if there are."""
        return self.images[:count], self.labels[:count]

    def counts(self, batch_size: int) -> tuple[int, int]:
        """Return how many batches make an epoch, and how many images are in them."""
        return math.ceil(len(self.labels) / batch_size), len(self.labels)

    def parts(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield them all."""
        return pieces(self.images, self.labels)


class Batches:
    """Images and labels that are read anew each time, by a DataLoader."""

    def __init__(self, where: str, loader: DataLoader, known: Normalisation | None):
        self.where, self.loader, self.known = where, loader, known

    def counts(self, batch_size: int) -> tuple[int | None, int | None]:
        """Return how many batches make an epoch, and how many images are in them; None for what is not known."""
        countable = self.loader.batch_size is not None and hasattr(self.loader.sampler, "__len__")
        images = len(self.loader.sampler) if countable else None  # type: ignore[arg-type] # has been asked
        if images and self.loader.drop_last:
            images -= images % batch_size
        with suppress(TypeError):  # an IterableDataset without a length
            return len(self.loader), images
        return None, images

    def first(self, count: int) -> tuple[Tensor, Tensor]:
        """Return the first batch."""
        return next(self.parts())

    def parts(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield the batches."""
        empty = True
        try:
            for batch in self.loader:
                if not isinstance(batch, (tuple, list)) or len(batch) != 2:
                    raise TypeError(f"{self.where} must give batches (images, labels), got {type(batch).__name__}")
                yield checked(self.where, *batch)
                empty = False
        except (TypeError, RuntimeError) as error:
            if "collate" not in str(error) and "equal size" not in str(error):
                raise
            raise type(error)(
                f"{self.where}: the DataLoader can make no batch ({str(error).splitlines()[0]}); let its Dataset's "
                f"transform end with Resize((height, width)) and ToTensor()"
            ) from error
        if empty:
            raise ValueError(f"{self.where} gave no images; it must begin anew each time that it is gone through")


def as_source(function: str, name: str, dataset, batch_size: int = 100, shuffler=None) -> Kept | Batches:
    """Return images and labels in a form that can be used; refuse what holds none, in words.

    A Dataset is read in batches of that size, in the order that the shuffler draws; without one, in its own.
    """
    where, known = f"{function}: {name}", _declared(dataset)
    if isinstance(dataset, DataLoader):
        return Batches(where, dataset, known)
    kept = _kept(dataset)
    if kept is None and isinstance(dataset, (tuple, list)) and dataset:
        kept = stack(where, dataset)
    if kept is not None:
        return Kept(where, kept[0], kept[1], known)
    countable = hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__") and len(dataset) > 0
    no_pairs = isinstance(dataset, (str, bytes, Mapping, Tensor)) or hasattr(dataset, "dtype")
    if isinstance(dataset, IterableDataset) or (countable and not no_pairs):
        order = None if isinstance(dataset, IterableDataset) else shuffler
        collate = partial(stack, where)
        loader = DataLoader(dataset, batch_size, shuffle=order is not None, generator=order, collate_fn=collate)
        return Batches(where, loader, known)
    raise TypeError(
        f"{where} must have .images and .labels, tensors, as load_digits returns them, or be a Dataset or a list of "
        f"pairs (image, label), not empty, or a DataLoader; got {type(dataset).__name__}. Two tensors become a Dataset "
        f"with torch.utils.data.TensorDataset(images, labels); of an iterator, read only once, give the list"
    )


def read(source: Kept | Batches, ready: Callable, classes: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield all images, ready for the model, and their labels beside them."""
    for images, labels in source.parts():
        check_labels(source.where, labels, classes)
        images = ready(images)
        yield images, labels.to(images.device)


def _kept(dataset) -> tuple | None:
    """Return the images and labels of a data set that hands out tensors as it keeps them."""
    if type(dataset) is TensorDataset and len(dataset.tensors) == 2:
        return dataset.tensors
    if type(dataset) is Subset:
        found = _kept(dataset.dataset)
        return found and tuple(part[list(dataset.indices)] for part in found)
    changes = isinstance(dataset, Dataset) or getattr(dataset, "transform", None) is not None
    return None if changes or not hasattr(dataset, "labels") else (getattr(dataset, "images", None), dataset.labels)


def _declared(dataset) -> Normalisation | None:
    """Return the normalisation that is known of a data set, or that its transform makes."""
    while isinstance(dataset, (DataLoader, Subset)):
        dataset = dataset.dataset
    transform = getattr(dataset, "transform", None)
    steps = {type(step).__name__: step for step in getattr(transform, "transforms", [transform])}
    if "Normalize" in steps:
        return tuple(steps["Normalize"].mean), tuple(steps["Normalize"].std)
    digits = isinstance(dataset, Digits) and dataset.images.shape[1:] == (1, 28, 28)
    return MNIST if digits else ((0.0,), (1.0,)) if "ToTensor" in steps else None
