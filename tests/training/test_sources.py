"""What `fit` and `evaluate` learn from: tensors, Datasets, DataLoaders, lists; and how bytes are normalised."""

from copy import deepcopy
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import (
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    Subset,
    TensorDataset,
)

from convlab.data import digits_root, load_digits
from convlab.data.digits import Digits
from convlab.training import evaluate, fit
from convlab.training.pixels import MNIST, of_images, remembered
from convlab.training.sources import Batches, Kept, as_source, pieces
from tests.training.test_training import dataset, small_net

D = dataset(24)
FLOATS = (D.images.float() / 255 - 0.5) / 0.25
PAIRS = list(zip(FLOATS, D.labels.tolist(), strict=True))
CPU = {"device": "cpu", "progress": False}


class Pairs(Dataset):
    """A Dataset of one's own."""

    def __init__(self, pairs):
        self.pairs = pairs

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, index):
        return self.pairs[index]


class Stream(IterableDataset):
    def __iter__(self):
        return iter(PAIRS)


class Doubled(Subset):
    """A Subset that changes what it hands out: its own pairs count, not the tensors behind them."""

    def __getitem__(self, index):
        image, label = super().__getitem__(index)
        return image * 2, label

    def __getitems__(self, indices):
        return [self[index] for index in indices]


@pytest.fixture(scope="module")
def digits():
    """Torchvision's MNIST of the bundled digits, 40 of each kind: PIL images, scaled, and normalised."""
    from torchvision import datasets, transforms

    scaled = transforms.ToTensor()
    ways = {
        "PIL": None,
        "scaled": scaled,
        "normalised": transforms.Compose([scaled, transforms.Normalize((0.2,), (0.4,))]),
    }
    root = digits_root("bundled")
    return {name: Subset(datasets.MNIST(root, train=False, transform=way), range(40)) for name, way in ways.items()}


def digit_net(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


SAME = {
    "TensorDataset": TensorDataset(FLOATS, D.labels),
    "a subset": Subset(TensorDataset(torch.cat([FLOATS * 9, FLOATS]), D.labels.repeat(2)), range(24, 48)),
    "a list": PAIRS,
    "a list of arrays": [(image.numpy(), np.int64(label)) for image, label in PAIRS],
    "a list of labels with an axis": [(image, np.array([label])) for image, label in PAIRS],
    "a Dataset": Pairs(PAIRS),
    "without channel": Pairs([(image[0], torch.tensor(label)) for image, label in PAIRS]),
    "in two parts": ConcatDataset([Pairs(PAIRS[:5]), Pairs(PAIRS[5:])]),
    "a loader": DataLoader(Pairs(PAIRS), batch_size=5),
    "a stream": Stream(),
    "a loader of a stream": DataLoader(Stream(), batch_size=7),
}


@pytest.mark.parametrize("kind", SAME)
def test_every_kind_says_the_same(kind):
    """One batch of all images: the order does not matter, so the steps are the same."""
    expected, model = small_net(), small_net()
    given = SAME[kind]
    losses = fit(expected, TensorDataset(FLOATS, D.labels), epochs=2, batch_size=24, **CPU).loss
    size = {} if isinstance(given, DataLoader) else {"batch_size": 24}
    history = fit(model, given, given, epochs=2, **size, **CPU)
    if size:
        torch.testing.assert_close(history.loss, losses, atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(list(model.parameters()), list(expected.parameters()), atol=1e-5, rtol=1e-4)
    else:
        assert len(history.step_loss) == 2 * -(-24 // given.batch_size)
    assert history.accuracy[-1] == evaluate(model, given) == evaluate(model, TensorDataset(FLOATS, D.labels))


def test_a_loader_keeps_its_batches_and_a_seed_repeats_its_order():
    runs = []
    for seed in (1, 1, 2):
        torch.manual_seed(len(runs))
        model = small_net(nn.Dropout(0.5))
        loader = DataLoader(Pairs(PAIRS), batch_size=5, shuffle=True)
        runs.append(fit(model, loader, epochs=2, seed=seed, **CPU).step_loss)
    assert runs[0] == runs[1] != runs[2] and len(runs[0]) == 10
    dropped = DataLoader(Pairs(PAIRS), batch_size=5, drop_last=True)
    assert len(fit(small_net(), dropped, epochs=1, **CPU).step_loss) == 4


def test_a_dataset_is_shuffled_anew_in_each_epoch():
    met = []

    class Noted(Pairs):
        def __getitem__(self, index):
            met.append(index)
            return super().__getitem__(index)

    fit(small_net(), Noted(PAIRS), Noted(PAIRS), epochs=2, batch_size=8, seed=0, **CPU)
    epochs = met[-96:-72], met[-72:-48], met[-48:-24], met[-24:]
    assert all(sorted(epoch) == list(range(24)) for epoch in epochs)
    assert epochs[0] != epochs[2] and epochs[0] != list(range(24)) and epochs[1] == epochs[3] == list(range(24))


def test_what_changes_its_images_is_asked_for_each():
    changed = Doubled(TensorDataset(FLOATS, D.labels), range(24))
    model = small_net()
    with torch.no_grad():
        expected = (model(FLOATS * 2).argmax(1) == D.labels).float().mean().item()
    assert evaluate(model, changed) == pytest.approx(expected)


class Owns(Pairs):
    """Has tensors beside the pairs that it hands out."""

    images, labels = FLOATS * 2, D.labels.flip(0)


def test_tensors_are_taken_only_of_those_that_hand_them_out_as_they_are():
    """A Dataset of one's own, and what has a transform, is asked for its pairs."""
    plain = SimpleNamespace(images=FLOATS, labels=D.labels)
    transforming = type("Transforming", (), {**vars(Owns), **vars(Pairs), "transform": print})(PAIRS)
    for given, kind in ((plain, Kept), (TensorDataset(FLOATS, D.labels), Kept), (Owns(PAIRS), Batches)):
        assert type(as_source("fit", "train", given)) is kind
    for given in (Owns(PAIRS), transforming):
        images, labels = as_source("fit", "train", given).first(24)
        assert torch.equal(images, FLOATS) and torch.equal(labels, D.labels)


def test_as_many_images_at_a_time_as_a_forward_pass_can_take():
    for n, numbers, sizes in ((600, 4, [250, 250, 100]), (5, 2**21, [2, 2, 1]), (2, 2**23, [1, 1])):
        images = torch.zeros(1).expand(n, 1, 1, numbers)
        assert [(len(part), len(labels)) for part, labels in pieces(images, torch.zeros(n))] == [(s, s) for s in sizes]
    assert [len(part) for part, _ in pieces(torch.zeros(3, 1, 0, 0), torch.zeros(3))] == [3]


def test_channels_first_is_advised_where_it_helps():
    advice = "; the channels come first: image.permute"
    for shape, advised in (((5, 6, 3), True), ((5, 6, 1), True), ((5, 6, 2), False), ((4, 6, 3), False)):
        with pytest.raises(ValueError, match="cannot take") as error:
            evaluate(small_net(), TensorDataset(torch.zeros(2, *shape), D.labels[:2]))
        assert (advice in str(error.value)) == advised


@pytest.mark.parametrize("kind", ["PIL", "scaled", "normalised"])
def test_torchvisions_mnist(kind, digits):
    """However the digits come, the model then reads the bytes as those that it has learned from."""
    model, given = digit_net(), digits[kind]
    history = fit(model, given, given, epochs=3, batch_size=8, **CPU)
    bundled = Subset(load_digits("test", source="bundled"), range(40))
    computed = of_images([bundled.dataset.images[:40]])
    known = {"PIL": computed, "scaled": ((0.0,), (1.0,)), "normalised": ((0.2,), (0.4,))}[kind]
    assert remembered(model) == known
    assert history.accuracy[-1] == evaluate(model, bundled) == evaluate(model, given)
    assert history.accuracy[-1] == evaluate(model, digits["PIL"]) > 0.3
    through_a_loader = digit_net()
    if kind != "PIL":
        fit(through_a_loader, DataLoader(given, batch_size=8), epochs=1, **CPU)
        assert remembered(through_a_loader) == known


def colours(n=20, **images):
    generator = torch.Generator().manual_seed(1)
    images = torch.randint(256, (n, 3, 9, 7), generator=generator, dtype=torch.uint8)
    images = images // torch.tensor([1, 2, 4], dtype=torch.uint8)[:, None, None]
    return TensorDataset(images, torch.arange(n) % 17)


def colour_net():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(140, 17))


def test_any_size_channels_and_number_of_classes_with_numbers_that_are_computed_and_said(capsys):
    model, train = colour_net(), colours()
    history = fit(model, train, train, epochs=1, batch_size=8, device="cpu")
    images = train.tensors[0].double() / 255
    mean, std = images.mean((0, 2, 3)), images.std((0, 2, 3), correction=0)
    torch.testing.assert_close(remembered(model), (tuple(mean.tolist()), tuple(std.tolist())), atol=6e-5, rtol=0)
    said = capsys.readouterr()
    assert (
        said.out.startswith("fit: computed from the training images: mean (0.5148, 0.2432, 0.1262)")
        and "3/3" in said.err
    )
    scaled = (images - mean[:, None, None]) / std[:, None, None]
    with torch.no_grad():
        right = (model(scaled.float()).argmax(1) == train.tensors[1]).float().mean().item()
    assert history.accuracy == [pytest.approx(right)] == [pytest.approx(evaluate(model, train))]
    fit(colour_net(), train, epochs=1, batch_size=8, **CPU)
    assert capsys.readouterr().out == ""


def test_bytes_that_a_loader_brings_are_computed_from_all_of_them():
    model, train = colour_net(), colours()
    fit(model, DataLoader(train, batch_size=3), epochs=1, **CPU)
    assert remembered(model) == of_images([train.tensors[0]])


def test_a_model_keeps_its_numbers_when_it_learns_on_and_given_ones_win():
    model, train = colour_net(), colours()
    given = ((0.5, 0.25, 0.125), (0.25, 0.25, 0.5))
    fit(model, train, epochs=1, batch_size=8, normalisation=given, **CPU)
    assert remembered(model) == given
    fit(model, colours(9), epochs=1, batch_size=8, **CPU)
    assert remembered(model) == given == remembered(deepcopy(model)) == remembered(nn.DataParallel(model))
    fit(model, train, epochs=1, batch_size=8, normalisation=(0.5, 0.2), **CPU)
    assert remembered(model) == ((0.5,), (0.2,))
    tensors = fit(small_net(), D, epochs=1, batch_size=8, normalisation=torch.tensor([[0.5], [0.25]]), seed=0, **CPU)
    floats = fit(small_net(), TensorDataset(FLOATS, D.labels), epochs=1, batch_size=8, seed=0, **CPU)
    torch.testing.assert_close(tensors.step_loss, floats.step_loss, atol=1e-5, rtol=1e-4)


def test_digits_take_mnists_numbers_and_black_images_no_division_by_zero():
    model = digit_net()
    small = Digits(torch.zeros(2, 1, 6, 5, dtype=torch.uint8), torch.ones(2).long(), "train", "small")
    assert as_source("fit", "train", small).known is None  # other digits, other numbers
    fit(model, Subset(load_digits("test", source="bundled"), range(9)), epochs=1, batch_size=8, **CPU)
    assert remembered(model) == MNIST == ((0.1307,), (0.3081,))
    assert of_images([torch.zeros(2, 1, 3, 3, dtype=torch.uint8)]) == ((0.0,), (1.0,))


def test_the_model_is_given_its_own_type_of_numbers():
    for kind in (torch.float64, torch.bfloat16):
        history = fit(small_net().to(kind), D, TensorDataset(FLOATS.double(), D.labels), epochs=1, batch_size=8, **CPU)
        assert len(history.accuracy) == 1
    labels = [D.labels.to(kind) for kind in (torch.uint8, torch.int32, torch.int64)]
    losses = [fit(small_net(), TensorDataset(FLOATS, y), epochs=1, batch_size=24, **CPU).loss for y in labels]
    assert losses[0] == losses[1] == losses[2]


class Late(Pairs):
    """Shows only at its end that a label is wrong."""

    def __getitem__(self, index):
        return PAIRS[0][0], 7 if index == 23 else 1


class Once(IterableDataset):
    def __init__(self):
        self.pairs = iter(PAIRS * 2)

    def __iter__(self):
        return self.pairs


GREY = torch.zeros(1, 6, 5)
REFUSED = {
    "an iterator": (iter(PAIRS), TypeError, "got .*iterator.*an iterator, read only once, give the list"),
    "a dictionary": ({"images": FLOATS}, TypeError, r"got dict\. Two tensors become .*TensorDataset\(images, labels\)"),
    "a tensor": (FLOATS, TypeError, "got Tensor"),
    "a name": ("mnist", TypeError, "got str"),
    "an empty list": ([], TypeError, "not empty.*got list"),
    "an empty Dataset": (Pairs([]), TypeError, "not empty.*got Pairs"),
    "entries that are dictionaries": (Pairs([{"image": GREY, "label": 1}]), TypeError, "pair .*got dict with .'image'"),
    "triples": (Pairs([(GREY, 1, 2)]), TypeError, r"each entry must be a pair \(image, label\), got tuple"),
    "names as labels": (Pairs([(GREY, "cat")]), TypeError, "label must be a whole number.*'cat'.*classes.index"),
    "shares as labels": (Pairs([(GREY, torch.ones(3))]), TypeError, "label must be a whole number.*argmax"),
    "floats as labels": (Pairs([(GREY, 1.0)]), TypeError, "label must be a whole number"),
    "truth values": (TensorDataset(FLOATS, D.labels > 1), TypeError, "labels must be int64, got torch.bool"),
    "sizes": (Pairs([(GREY, 1), (GREY[:, 1:], 1)]), ValueError, r"shapes \(1, 5, 5\) and \(1, 6, 5\).*Resize"),
    "no channel": (TensorDataset(FLOATS[:, 0], D.labels), ValueError, r"images.unsqueeze\(1\)"),
    "channels last": (TensorDataset(torch.zeros(2, 6, 5, 3), D.labels[:2]), ValueError, r"permute\(2, 0, 1\)"),
    "PIL in a loader": (DataLoader(Pairs([(None, 1)])), TypeError, r"can make no batch.*ToTensor\(\)"),
    "sizes in a loader": (DataLoader(Pairs([(GREY, 1), (GREY[:, 1:], 1)]), 2), RuntimeError, r"no batch.*Resize"),
    "images alone in a loader": (DataLoader(FLOATS), TypeError, r"must give batches \(images, labels\), got Tensor"),
    "nothing in a loader": (DataLoader(Pairs(PAIRS), 25, drop_last=True), ValueError, "train gave no images"),
    "a label": (Pairs([(GREY, 3)]), ValueError, "train has the label 3"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_taken_is_refused_with_the_way_to_convert_it(case):
    given, error, message = REFUSED[case]
    size = {} if isinstance(given, DataLoader) else {"batch_size": 8}
    model = small_net()
    with pytest.raises(error, match=f"^fit: .*{message}"):
        fit(model, given, epochs=1, **size, **CPU)
    torch.testing.assert_close(list(model.parameters()), list(small_net().parameters()), atol=0, rtol=0)
    with pytest.raises(error, match=r"^evaluate: "):
        evaluate(model, given)


def test_the_batch_size_is_the_loaders_or_yours():
    with pytest.raises(ValueError, match=r"^fit: a DataLoader makes its own batches, so leave batch_size out"):
        fit(small_net(), DataLoader(Pairs(PAIRS)), epochs=1, batch_size=8, **CPU)
    with pytest.raises(TypeError, match=r"^fit: batch_size is missing: how many images make one step"):
        fit(small_net(), D, epochs=1, **CPU)


def test_normalisations_that_cannot_be():
    for wrong in (
        0.5,
        (0.5,),
        (0.5, 0),
        ((0.1, 0.2), (0.3,)),
        "mnist",
        (0.1, float("nan")),
        (0, float("inf")),
        ((), ()),
    ):
        with pytest.raises(ValueError, match=r"^fit: normalisation must be \(mean, deviation\)"):
            fit(small_net(), D, epochs=1, batch_size=8, normalisation=wrong, **CPU)
    with pytest.raises(ValueError, match=r"^fit: the images are bytes with 1 channels, but .* \(\(0.1, 0.2\)"):
        fit(small_net(), D, epochs=1, batch_size=8, normalisation=((0.1, 0.2), (0.3, 0.3)), **CPU)
    with pytest.raises(ValueError, match=r"^fit: normalisation is for bytes"):
        fit(small_net(), PAIRS, epochs=1, batch_size=8, normalisation=(0.5, 0.5), **CPU)
    with pytest.raises(ValueError, match=r"^evaluate: the images are bytes with 3 channels.*None.*or give floats"):
        evaluate(colour_net(), colours())


@pytest.mark.parametrize("late", [Late(PAIRS), Once()])
def test_what_shows_only_later_keeps_the_history(late):
    """A wrong label among the last, or a stream that is at its end."""
    with pytest.raises(ValueError, match=r"^fit: train (has the label 7|gave no images)") as error:
        fit(small_net(), late, epochs=9, batch_size=4, seed=0, **CPU)
    assert len(error.value.history.step_loss) > 0


def test_a_scheduler_needs_a_length():
    with pytest.raises(ValueError, match=r"^fit: a scheduler needs the number of steps"):
        fit(small_net(), Stream(), epochs=1, batch_size=4, scheduler=lambda *given: None, **CPU)
