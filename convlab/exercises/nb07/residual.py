"""07-residual: a block with a sum around it."""

import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_pre_hook

from convlab.exercises.engine.exercise import Exercise, Refused
from convlab.exercises.engine.values import learning
from convlab.exercises.nb07 import headings


def _maps(draw):
    """Draw maps for a block; often neither the channels nor the size change, or only one of them."""
    stride, channels, out_channels = draw.whole(1, 2, far=5), draw.whole(1, 3, far=6), draw.whole(1, 3, far=7)
    sides = [stride + draw.whole(1, 3, far=6) for _ in range(2)]
    x = draw.tensor(draw.whole(1, 3, far=5), channels, *sides) + torch.linspace(0, 1, sides[1], dtype=torch.float64)
    return {"x": x, "out_channels": draw.choice(channels, out_channels), "stride": draw.choice(1, stride)}


def _sent_through(Block, x, out_channels, stride):
    """Give each layer, by its kind and in the order in which they are used, weights that are always the same."""
    used: list = []

    def note(layer, _):
        if isinstance(layer, (nn.Conv2d, nn.BatchNorm2d)) and layer not in used:
            kind = getattr(layer, "kernel_size", None)
            before = sum(getattr(other, "kernel_size", None) == kind for other in used)
            used.append(layer)
            for n, own in enumerate(layer.parameters()):
                shift = 3 * before + 7 * n + (kind == (1, 1))
                own.data = torch.sin(torch.arange(own.numel()) * 1.7 + shift).reshape(own.shape).to(x.dtype)

    if isinstance(Block, nn.Module):
        raise Refused('give the class, not an object made from it: check("07-residual", Block)')
    block = Block(x.shape[1], out_channels, stride).to(x.dtype)
    handle = register_module_forward_pre_hook(note)
    try:
        maps = block(x)
    finally:
        handle.remove()
    if not isinstance(maps, torch.Tensor):
        return maps
    used.sort(key=lambda layer: str(getattr(layer, "kernel_size", "")))  # whichever way is gone first
    listed = {id(parameter) for parameter in block.parameters()}
    known = [int(all(id(own) in listed for own in layer.parameters())) for layer in used]
    bias = any(isinstance(layer, nn.Conv2d) and layer.bias is not None for layer in used)
    return maps, known, learning(maps, [layer.weight for layer in used]), int(bias)


RESIDUAL = Exercise(
    name="07-residual",
    title="a block with a sum around it",
    where=headings.BLOCKS,
    minutes=12,
    kind="module",
    variable="Block",
    prompt="""
        Write the module `Block(in_channels, out_channels, stride)`. The maps go two ways.

        * The block: a convolution of 3 × 3 with the stride, batch norm, ReLU, a convolution of 3 × 3 with stride 1,
          batch norm. Both convolutions have padding 1.
        * The way round: the maps as they came. Only where the block changes their shape, in channels or in size, a
          convolution of 1 × 1 with the stride makes them fit.

        The two are added, and behind the sum is a ReLU. No convolution has a bias. (Use `nn.Conv2d` and
        `nn.BatchNorm2d`: the check sets their weights.)
    """,
    placeholder="""
        class Block(nn.Module):
            def __init__(self, in_channels, out_channels, stride):
                super().__init__()
                # your code
                ...

            def forward(self, x):
                # your code
                ...
    """,
    cases=_maps,
    run=_sent_through,
    returns=("maps", "layers in parameters()", "layers with a gradient", "whether a bias is there"),
    slips="""
        the sum is forgotten: Both ways end in one sum. Without it, it is a block like any other.
            y + self.round(x) => y
        where the shapes differ nothing is added: There, too, both ways end in one sum. What makes them fit?
            F.relu(y + self.round(x)) => F.relu(y + x if x.shape == y.shape else y)
        each way has a ReLU, and the sum has none: There is one ReLU behind the sum, for both together.
            F.relu(y + self.round(x)) => F.relu(y) + F.relu(self.round(x))
        the maps are put side by side: They are added, number by number: the channels stay as many.
            y + self.round(x) => torch.cat([y, self.round(x)], dim=1)
        the way round begins behind the block: It takes the maps as they came. Does `x` still hold them?
            self.round(x) => self.round(y)
        the block is added to itself: The way round takes the maps as they came. Does `x` still hold them?
            self.round(x) => y
        the ReLU comes before the sum: It stands behind: the block may take something away from what came.
            self.norm2(self.conv2(y)) => F.relu(self.norm2(self.conv2(y)))
            F.relu(y + self.round(x)) => y + self.round(x)
        a ReLU before the sum and one behind: The block ends with a batch norm: it may take something away, too.
            self.norm2(self.conv2(y)) => F.relu(self.norm2(self.conv2(y)))
        no ReLU behind the sum: The last step, behind the sum, is a ReLU.
            F.relu(y + self.round(x)) => y + self.round(x)
        no ReLU between the convolutions: Without it, two convolutions can do no more than one.
            F.relu(self.norm1(self.conv1(x))) => self.norm1(self.conv1(x))
        a ReLU on the way round: It goes round everything: nothing happens there but what makes the maps fit.
            self.round(x) => F.relu(self.round(x))
        a convolution on the way round, always: Where the maps fit they come through as they are. What is left to fit?
            if stride != 1 or in_channels != out_channels: => if True:
        the way round does not fit where only the size changes: A stride makes the maps smaller, on the way round, too.
            if stride != 1 or in_channels => if in_channels
        the way round does not fit where only the channels change: With stride 1 the channels may change, too.
            stride != 1 or in_channels != out_channels => stride != 1
        the way round only fits where size and channels change: One of the two is enough to need it.
            != 1 or in => != 1 and in
        the way round has no stride: Its maps must become as small as those of the block.
            1, stride=stride => 1
        the way round has batch norm: It is only a convolution, where it is needed. Some networks have it, not this one.
            nn.Conv2d(in_channels, out_channels, 1, => nn.Sequential(nn.Conv2d(in_channels, out_channels, 1,
            1, stride=stride, bias=False) => 1, stride=stride, bias=False), nn.BatchNorm2d(out_channels))
        the way round is pooled: Its convolution has the stride itself: it leaves pixels out, and nothing is averaged.
            nn.Conv2d(in_channels, out_channels, 1, => nn.Sequential(POOL, nn.Conv2d(in_channels, out_channels, 1,
            1, stride=stride, bias=False) => 1, bias=False))
            POOL => nn.AvgPool2d(stride, ceil_mode=True)
        3 × 3 on the way round: To mix the channels and to skip pixels, 1 × 1 is enough.
            out_channels, 1, stride=stride => out_channels, 3, padding=1, stride=stride
        both convolutions have the stride: Then the maps become smaller twice. The first one has it.
            3, padding => 3, stride=stride, padding
        the second convolution has the stride, not the first: The first has it: then the second costs less.
            3, stride=stride, padding => 3, stride=1, padding
            3, padding => 3, stride=stride, padding
        there is no padding: With 3 × 3, a line of zeros on each side keeps the size.
            , padding=1 =>
        one convolution is used twice: Each of the two has weights of its own, and the first may change the channels.
            self.conv2(y) => self.conv1(y)
        the second convolution has no padding: With 3 × 3, a line of zeros on each side keeps the size.
            3, padding=1 => 3
        one batch norm for both convolutions: It has weights, and it counts. Each convolution needs its own.
            self.norm2(self => self.norm1(self
        there is no batch norm: Behind each of the two convolutions stands one.
            self.norm1(self.conv1(x)) => self.conv1(x)
            self.norm2(self.conv2(y)) => self.conv2(y)
        the second batch norm is missing: Behind each of the two convolutions stands one.
            self.norm2(self.conv2(y)) => self.conv2(y)
        the second batch norm comes behind the sum: Then it changes what came the way round, too.
            self.norm2(self.conv2(y)) => self.conv2(y)
            F.relu(y + self.round(x)) => F.relu(self.norm2(y + self.round(x)))
        the ReLU comes before the batch norm: The order is convolution, batch norm, ReLU.
            F.relu(self.norm1(self.conv1(x))) => self.norm1(F.relu(self.conv1(x)))
        the convolutions have a bias: A batch norm takes it away with the mean, so it is left out, as the task says.
            , bias=False =>
        the convolution on the way round has a bias: No convolution has one here.
            1, stride=stride, bias=False => 1, stride=stride
        the module does not know the layer on the way round: It must be made in `__init__`, and kept in `self`.
            self.round = nn.Conv2d => self.__dict__["round"] = nn.Conv2d
        nothing is learned on the way round: `detach`, `.data` or `no_grad` cut off its gradient.
            self.round(x) => self.round(x).detach()
    """,
    hint="Take stride 1 and as many channels as come in: there the way round is x. Print both shapes before the sum.",
    solution="""
        class Block(nn.Module):
            def __init__(self, in_channels, out_channels, stride):
                super().__init__()
                self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False)
                self.norm1 = nn.BatchNorm2d(out_channels)
                self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
                self.norm2 = nn.BatchNorm2d(out_channels)
                self.round = nn.Identity()
                if stride != 1 or in_channels != out_channels:
                    self.round = nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False)

            def forward(self, x):
                y = F.relu(self.norm1(self.conv1(x)))
                y = self.norm2(self.conv2(y))
                return F.relu(y + self.round(x))
    """,
    because="""
        If the block learns to give 0, its maps come through as they were: more layers need not make things worse, and a
        gradient reaches the first layers by the sums. That is why the way round is left alone wherever it can be. The
        1 × 1 convolution does two things at once: it mixes channels, and its stride leaves pixels out, as the block's.
    """,
)
