"""03-repair: a module with four faults."""

import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_pre_hook

from convlab.exercises.engine.exercise import Exercise, Fault, Mistake, Refused, build
from convlab.exercises.engine.values import learning
from convlab.exercises.nb03 import headings


def _photos(draw):
    C, sides = draw.whole(1, 3, far=5), [draw.whole(1, 5, far=8) for _ in range(2)]
    return {"photos": draw.tensor(draw.whole(1, 2, far=5), *sides, C), "depth": draw.whole(1, 3, far=5)}


def _sent_through(Net, photos, depth):
    """Give each layer, in the order in which they are used, weights that are always the same."""
    used = []

    def note(layer, _):
        if isinstance(layer, nn.Conv2d) and layer not in used:
            used.append(layer)
            for n, own in enumerate(layer.parameters(), 2 * len(used)):
                own.data = torch.sin(torch.arange(own.numel()) * 1.7 + n).reshape(own.shape).to(photos.dtype)

    if isinstance(Net, nn.Module):
        raise Refused('give the class, not an object made from it: check("03-repair", Repaired)')
    handle = register_module_forward_pre_hook(note)
    try:
        net = Net(photos.shape[-1], depth)
        maps = net(photos)
    finally:
        handle.remove()
    if not isinstance(maps, torch.Tensor):
        return maps
    listed = {id(parameter) for parameter in net.parameters()}
    known = [int(all(id(own) in listed for own in layer.parameters())) for layer in used]
    return maps, known, learning(maps, [layer.weight for layer in used])


SOLUTION = """
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)]
        self.layers = nn.Sequential(*layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x)
"""

REPAIR = Exercise(
    name="03-repair",
    title="a module with four faults",
    where=headings.CHANNELS,
    minutes=10,
    kind="module",
    variable="Repaired",
    prompt="""
        This module runs, but four things are wrong. Repair it. `Repaired(channels, depth)` shall have `depth` layers of
        3 × 3, each with weights of its own and a ReLU behind it, and a last layer, 1 × 1, that makes one map. `photos`
        come as from a file: (N, rows, columns, channels). All layers must be found by `parameters()`, and a gradient
        must arrive at each. (Keep `nn.Conv2d`, and call its layers.)
    """,
    cases=_photos,
    run=_sent_through,
    returns=("maps", "layers in parameters()", "layers with a gradient"),
    faults=(
        Fault(
            "the module does not know some of its layers",
            "A plain list hides them: `parameters()` does not look inside. What takes layers and is a module itself?",
            good="self.layers = nn.Sequential(*layers)",
            bad="self.layers = layers",
            where=headings.MODULE,
        ),
        Fault(
            "all layers are one and the same",
            "A list times a number holds *one* object so many times. How many weights does `parameters()` find?",
            good="[nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)]",
            bad="[nn.Conv2d(channels, channels, 3, padding=1)] * depth",
            where=headings.MODULE,
        ),
        Fault(
            "the channels are torn apart",
            "`reshape` deals the numbers out anew, in the order in which they lie. Which operation turns dimensions?",
            good="x = photos.permute(0, 3, 1, 2)",
            bad="N, H, W, C = photos.shape\n        x = photos.reshape(N, C, H, W)",
        ),
        Fault(
            "no gradient arrives at the first layers",
            "Something in `forward` cuts the way that `backward` takes.",
            good="layer(x).relu()",
            bad="layer(x).detach().relu()",
            where=headings.LEARN,
        ),
    ),
    mistakes=(
        Mistake(
            "rows and columns are swapped",
            "(N, rows, columns, channels) shall become (N, channels, rows, columns): the rows stay before the columns.",
            build(SOLUTION.replace("(0, 3, 1, 2)", "(0, 3, 2, 1)"), "Repaired"),
        ),
        Mistake(
            "the ReLU is gone",
            "It was no fault: without it, layers in a row can do no more than one.",
            build(SOLUTION.replace(".relu()", ""), "Repaired"),
        ),
    ),
    hint="Make one object. Print the shapes in its parameters(). Then call backward() and look which grad is None.",
    solution=SOLUTION,
    because="""
        None of the four stops with an error. Two are found by *counting*: `parameters()` must hold `depth` + 1 weights.
        One is found by `backward()`: every `grad` must be a tensor. For the last, send a red photo through `forward`
        and look at what arrives in channel 0: `reshape` gives the right shape, but mixes colours and places.
    """,
)
