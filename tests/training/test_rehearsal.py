"""Before the first step, with the reason: batches, optimizers and schedulers, all of torch's; nothing is changed."""

import inspect
from types import SimpleNamespace

import pytest
import torch
from torch import nn, optim
from torch.optim import lr_scheduler, swa_utils

from convlab.training import fit
from convlab.training.pixels import arranged
from tests.training.test_training import QUIET, dataset, small_net

ONCE = {"epochs": 1, "batch_size": 8, **QUIET}


def vector_net():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.BatchNorm1d(30), nn.Linear(30, 3))


def assert_refused(message, model, train, **given):
    """What is refused leaves weights, buffers, gradients, mode, and the carried numbers as they are."""
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    modes, extra = [module.training for module in model.modules()], set(vars(model))
    with pytest.raises(ValueError, match=f"^fit: {message}"):
        fit(model, train, **(ONCE | given))
    torch.testing.assert_close(dict(model.state_dict()), before, atol=0, rtol=0)
    assert modes == [module.training for module in model.modules()] and set(vars(model)) == extra
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize("kind", ["kept", "read", "loader"])
def test_a_last_batch_that_batch_norm_cannot_take(kind):
    nine = dataset(9)
    pairs = torch.utils.data.TensorDataset(nine.images / 255, nine.labels)
    train = {"kept": nine, "read": torch.utils.data.ConcatDataset([pairs]), "loader": pairs}[kind]
    size = {"batch_size": 4}
    if kind == "loader":
        train, size = torch.utils.data.DataLoader(pairs, batch_size=4), {"batch_size": None}
    message = "in training mode the model cannot learn from a batch of 1 image: .*another batch_size"
    assert_refused(message, vector_net(), train, **size)


def test_batches_that_batch_norm_can_take():
    assert len(fit(vector_net(), dataset(9), **{**ONCE, "batch_size": 7}).step_loss) == 2
    assert len(fit(vector_net(), dataset(8), **{**ONCE, "batch_size": 4}).step_loss) == 2
    assert_refused("in training mode .* a batch of 1 image", vector_net(), dataset(8), batch_size=1)
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(dataset(9).images / 255, dataset(9).labels), batch_size=4, drop_last=True
    )
    assert len(fit(vector_net(), loader, epochs=1, **QUIET).step_loss) == 2


def test_batches_that_a_sampler_of_ones_own_makes():
    pairs = torch.utils.data.TensorDataset(dataset(9).images / 255, dataset(9).labels)
    loader = torch.utils.data.DataLoader(pairs, batch_sampler=[[0, 1, 2], [3, 4]])
    assert len(fit(vector_net(), loader, epochs=1, scheduler=WORKS["OneCycleLR"], **QUIET).step_loss) == 2


def optimizers():
    return [kind for kind in vars(optim).values() if inspect.isclass(kind) and issubclass(kind, optim.Optimizer)]


REFUSED = {
    optim.Optimizer: "the optimizer cannot be made",
    optim.LBFGS: "LBFGS cannot make a step with this model: .*closure.*SGD, Adam and AdamW can",
    optim.SparseAdam: "SparseAdam cannot make a step with this model: .*dense gradients",
    optim.Muon: "the optimizer cannot be made of this model: Muon only supports 2D parameters",
}


@pytest.mark.parametrize("kind", optimizers(), ids=lambda kind: kind.__name__)
def test_every_optimizer_of_torch_learns_or_is_refused(kind):
    if kind in REFUSED:
        assert_refused(REFUSED[kind], small_net(), dataset(), optimizer=kind)
        return
    expected, model = small_net(), small_net()
    made, train = kind(expected.parameters()), dataset(24)
    fit(expected, train, optimizer=made, seed=0, **ONCE)
    history = fit(model, train, optimizer=kind, seed=0, **ONCE)
    assert len(history.step_loss) == 3
    torch.testing.assert_close(list(model.parameters()), list(expected.parameters()))
    assert not torch.equal(model[0].weight, small_net()[0].weight)


def test_an_optimizer_goes_on_where_it_was():
    """The rehearsal's steps are no steps of the optimizer that was given: its momentum is that of before."""
    train, models = dataset(24), (small_net(), small_net())
    makers = [optim.Adam(model.parameters()) for model in models]
    for model, maker in zip(models, makers, strict=True):
        for _ in range(2):
            fit(model, train, optimizer=maker, seed=0, **ONCE)
    assert {int(state["step"]) for maker in makers for state in maker.state.values()} == {6}


def test_the_rehearsal_does_not_step_an_optimizer_that_has_had_a_scheduler():
    """A scheduler wraps its optimizer's step; the copy must not call that one."""
    model = vector_net()
    maker = optim.SGD(model.parameters(), lr=0.1)
    lr_scheduler.StepLR(maker, 3)
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    before = [parameter.detach().clone() for parameter in model.parameters()]
    with pytest.raises(ValueError, match=r"^fit: in training mode .* a batch of 1 image"):
        fit(model, dataset(9), optimizer=maker, **(ONCE | {"batch_size": 4}))
    torch.testing.assert_close(list(model.parameters()), before, atol=0, rtol=0)


class Own(optim.SGD):
    """An optimizer with an attribute of its own, which copying by its state would lose."""

    def __init__(self, parameters):
        super().__init__(parameters, lr=0.01)
        self.inner = optim.Adam(self.param_groups[0]["params"])

    def step(self, closure=None):
        self.inner.step()
        return super().step()


def test_an_optimizer_of_ones_own_and_sparse_gradients():
    assert len(fit(small_net(), dataset(24), optimizer=Own, **ONCE).step_loss) == 3

    class Looked(nn.Module):
        def __init__(self):
            super().__init__()
            self.table, self.line = nn.Embedding(256, 2, sparse=True), nn.Linear(60, 3)

        def forward(self, x):
            return self.line(self.table(x.abs().mul(9).long()).flatten(1))

    assert_refused("Adam cannot make a step .*sparse gradients", Looked(), dataset(), optimizer=optim.Adam)
    assert len(fit(Looked(), dataset(), optimizer=optim.SGD, **ONCE).step_loss) == 7


WORKS = {
    "LambdaLR": lambda o, n: lr_scheduler.LambdaLR(o, lambda step: 0.9**step),
    "MultiplicativeLR": lambda o, n: lr_scheduler.MultiplicativeLR(o, lambda step: 0.9),
    "StepLR": lambda o, n: lr_scheduler.StepLR(o, 3),
    "MultiStepLR": lambda o, n: lr_scheduler.MultiStepLR(o, [3, 5]),
    "ConstantLR": lambda o, n: lr_scheduler.ConstantLR(o),
    "LinearLR": lambda o, n: lr_scheduler.LinearLR(o, total_iters=n),
    "ExponentialLR": lambda o, n: lr_scheduler.ExponentialLR(o, 0.9),
    "SequentialLR": lambda o, n: lr_scheduler.SequentialLR(
        o, [lr_scheduler.ConstantLR(o), lr_scheduler.OneCycleLR(o, 0.1, total_steps=n - 2)], [2]
    ),
    "CosineAnnealingLR": lambda o, n: lr_scheduler.CosineAnnealingLR(o, n),
    "ChainedScheduler": lambda o, n: lr_scheduler.ChainedScheduler(
        [lr_scheduler.ConstantLR(o), lr_scheduler.StepLR(o, 3)]
    ),
    "CyclicLR": lambda o, n: lr_scheduler.CyclicLR(o, 0.001, 0.1, step_size_up=3),
    "CosineAnnealingWarmRestarts": lambda o, n: lr_scheduler.CosineAnnealingWarmRestarts(o, 3),
    "OneCycleLR": lambda o, n: lr_scheduler.OneCycleLR(o, 0.1, total_steps=n),
    "PolynomialLR": lambda o, n: lr_scheduler.PolynomialLR(o, n),
    "SWALR": lambda o, n: swa_utils.SWALR(o, 0.1),
}


def test_every_scheduler_of_torch_is_tried_here():
    assert set(lr_scheduler.__all__) - {"LRScheduler", "ReduceLROnPlateau"} == set(WORKS) - {"SWALR"}


@pytest.mark.parametrize("name", WORKS)
def test_every_scheduler_of_torch_works_and_begins_at_its_beginning(name):
    """The learning rate after the training is that of as many steps, not of those of the rehearsal too."""
    model, rates = small_net(), []
    maker = optim.SGD(model.parameters(), lr=0.01, momentum=0.5)
    fit(model, dataset(24), optimizer=maker, scheduler=WORKS[name], **(ONCE | {"epochs": 2}))
    rates.append(maker.param_groups[0]["lr"])
    alone = optim.SGD([torch.ones(1, requires_grad=True)], lr=0.01, momentum=0.5)
    scheduler = WORKS[name](alone, 6)
    for _ in range(6):
        alone.step()
        scheduler.step()
    assert rates == [pytest.approx(alone.param_groups[0]["lr"], abs=1e-12)]


OTHER = optim.SGD([torch.ones(1, requires_grad=True)], lr=0.01)
STOPS = "it steps after every batch, so make it with the total_steps"
BAD = {
    "a step short": (
        lambda o, n: lr_scheduler.OneCycleLR(o, 0.1, total_steps=n - 1),
        f"OneCycleLR fails at step 7 of 7.*{STOPS}",
    ),
    "one epoch": (
        lambda o, n: lr_scheduler.OneCycleLR(o, 0.1, epochs=1, steps_per_epoch=3),
        "OneCycleLR fails at step 4 of 7",
    ),
    "in a sequence": (
        lambda o, n: lr_scheduler.SequentialLR(
            o, [lr_scheduler.ConstantLR(o), lr_scheduler.OneCycleLR(o, 0.1, total_steps=2)], [2]
        ),
        "SequentialLR fails at step",
    ),
    "a table": (lambda o, n: lr_scheduler.LambdaLR(o, lambda step: [1, 2, 3][step]), "LambdaLR fails at step 3 of 7"),
    "no momentum": (lambda o, n: lr_scheduler.CyclicLR(o, 0.1, 0.2), "the scheduler cannot be made: .*momentum"),
    "plateau inside": (
        lambda o, n: lr_scheduler.ChainedScheduler([lr_scheduler.ReduceLROnPlateau(o)]),
        "the scheduler cannot be made",
    ),
    "wants a number": (
        lambda o, n: SimpleNamespace(step=lambda epoch: None),
        "SimpleNamespace fails at step 1 of 7: .*epoch",
    ),
    "one argument": (lambda o: lr_scheduler.StepLR(o, 3), "the scheduler cannot be made"),
    "another's": (lambda o, n: lr_scheduler.StepLR(OTHER, 3), "StepLR moves another optimizer"),
}


@pytest.mark.parametrize("case", BAD)
def test_schedulers_that_come_to_their_end_or_do_not_fit(case):
    scheduler, message = BAD[case]
    kind = optim.Adagrad if case == "no momentum" else optim.SGD
    assert_refused(message, small_net(), dataset(), scheduler=scheduler, optimizer=lambda p: kind(p, lr=0.01))


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("validation", [None, dataset(9, seed=1)])
def test_reduce_on_plateau_steps_once_an_epoch_by_what_is_watched(mode, validation):
    met = []

    class Noted(lr_scheduler.ReduceLROnPlateau):
        def step(self, metrics):
            met.append(metrics)
            super().step(metrics)

    model = small_net()
    how = {"scheduler": lambda o, n: Noted(o, mode, patience=0, threshold=1e9)}
    maker = optim.SGD(model.parameters(), lr=0.01)
    history = fit(model, dataset(), validation, optimizer=maker, **how, **(ONCE | {"epochs": 3}))
    losses = history.loss if validation is None else history.validation_loss
    assert met == (losses if mode == "min" else history.train_accuracy if validation is None else history.accuracy)
    assert maker.param_groups[0]["lr"] <= 0.0001


class Two(nn.Module):
    """Gives a second output in training, as some of torchvision's models do."""

    def __init__(self):
        super().__init__()
        self.net = small_net()

    def forward(self, x):
        return (self.net(x), 1) if self.training else self.net(x)


class Backwards(Two):
    def forward(self, x):
        y = self.net[0](x)
        z = y.exp()
        y.add_(1)
        z.add_(1)
        return self.net[1:](z)


class Keeps(Two):
    """Keeps its maps, with their history: they cannot be copied."""

    def forward(self, x):
        self.maps = [self.net[0](x)]
        return self.net[1:](self.maps[0])


def test_models_that_cannot_learn_as_they_are():
    assert_refused("in training mode .* it returns tuple, not scores; switch additional outputs off", Two(), dataset())
    assert_refused("in training mode .* inplace operation", Backwards(), dataset())


def test_a_model_that_keeps_its_maps_is_rehearsed_too():
    model = Keeps()
    model(torch.zeros(1, 1, 6, 5))
    assert_refused("LBFGS cannot make a step", model, dataset(), optimizer=optim.LBFGS)
    assert len(fit(model, dataset(24), **ONCE).step_loss) == 3


def test_a_model_that_cannot_be_copied_learns_all_the_same():
    model = small_net()
    model.lock = __import__("threading").Lock()
    assert len(fit(model, dataset(24), scheduler=WORKS["OneCycleLR"], **ONCE).step_loss) == 3


def test_the_rehearsal_changes_nothing_for_dropout():
    model = small_net(nn.Dropout(0.5))
    torch.manual_seed(3)
    fit(model, dataset(24), **ONCE)
    after = torch.get_rng_state()
    torch.manual_seed(3)
    torch.randint(2**31, (1,))  # the order's
    for size in (8, 8, 8):
        nn.functional.dropout(torch.ones(size, 4, 4, 3), 0.5)
    assert torch.equal(torch.get_rng_state(), after)


def test_layouts_are_for_tensors_of_as_many_axes():
    class Volumes(nn.Module):
        def __init__(self):
            super().__init__()
            self.deep, self.flat, self.line = nn.Conv3d(1, 2, (1, 3, 3)), nn.Conv2d(2, 3, 1), nn.Linear(36, 3)

        def forward(self, x):
            return self.line(self.flat(self.deep(x[:, :, None])[:, :, 0]).flatten(1))

    model = Volumes()
    fit(model, dataset(24), memory_format=torch.channels_last, **ONCE)
    assert model.flat.weight.is_contiguous(memory_format=torch.channels_last)
    volumes = dataset(24, shape=(1, 4, 3, 5))
    model = nn.Sequential(nn.Conv3d(1, 2, 3), nn.Flatten(), nn.Linear(12, 3))
    fit(model, volumes, volumes, memory_format=torch.channels_last_3d, **ONCE)
    lazy = nn.Sequential(nn.LazyConv2d(2, 3), nn.Flatten(), nn.LazyLinear(3))
    fit(lazy, dataset(24), memory_format=torch.channels_last, **ONCE)
    assert lazy[0].weight.is_contiguous(memory_format=torch.channels_last)
    assert_refused("memory_format must be torch.channels_last", small_net(), dataset(), memory_format="channels_last")


def test_images_are_laid_out_as_asked_if_they_have_as_many_axes():
    flat, deep = torch.ones(2, 3, 4, 5), torch.ones(2, 3, 4, 5, 6)
    assert arranged(flat, torch.channels_last).stride() == (60, 1, 15, 3)
    assert arranged(deep, torch.channels_last_3d).stride() == (360, 1, 90, 18, 3)
    for tensor, layout in ((flat, None), (flat, torch.channels_last_3d), (deep, torch.channels_last)):
        assert arranged(tensor, layout) is tensor


def test_a_model_on_meta():
    with pytest.raises(ValueError, match=r"^fit: 0.weight is on 'meta', with a shape but no numbers"):
        fit(small_net().to("meta"), dataset(), **ONCE)
