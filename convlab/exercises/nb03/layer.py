"""03-layer: a module that owns its weights."""

import torch
from torch import Tensor, nn

from convlab.exercises.engine.exercise import Exercise, Refused
from convlab.exercises.engine.values import learning
from convlab.exercises.nb03 import headings

# How the weight of Conv(8, 10, (5, 7)) begins: from -1/root to 1/root of so many.
STARTS: dict[float, str] = {
    280: "as asked",
    35: "n: a slice",
    2800: "n: all kernels",
    350: "n: the output",
    8: "n: the channels",
}
STARTS |= {280**2: "no root", 1: "no bound", 280 * 4: "half"}
STARTS |= {280 / 6: "another recipe", (280 + 350) / 6: "another recipe"}

CUT = """It learns only what `backward` reaches. The way is cut by `detach()`, `.data`, `no_grad`,
            `requires_grad=False`, numpy, or a new tensor made from the old one. @LEARN"""
TOLD = "The layer remembers its bias and its settings. The function has to be told, at every call. @MODULE"
ORDER = "`F.conv2d` takes input, weight, bias, stride, padding, dilation. Or call them by name. @ARGUMENTS"
BOTH = "A pair has a number for each direction: hand over both. @MODULE_ARGUMENTS"
PAD = """`F.pad` wants (left, right, top, bottom). Leave the padding to `F.conv2d`, which takes the pair as it
            is. @MODULE_ARGUMENTS"""


def _whole_layer(draw):
    C_in, C_out = draw.whole(1, 4, far=5), draw.whole(1, 4, far=5)
    h, w = draw.whole(1, 4, far=5), draw.whole(1, 4, far=5)
    padding = draw.whole(0, 2, far=5), draw.whole(0, 2, far=5)
    stride = draw.whole(1, 3, far=5), draw.whole(1, 3, far=5)
    H, W = (max(1, k - 2 * p + draw.whole(0, 3) + s * (s > 3)) for k, p, s in zip((h, w), padding, stride, strict=True))
    return {
        "x": draw.tensor(draw.whole(1, 5), C_in, H, W),
        "weight": draw.tensor(C_out, C_in, h, w),
        "bias": draw.tensor(C_out),
        "stride": stride,
        "padding": padding,
    }


def _send_through(Conv, x, weight, bias, stride, padding):
    """Build the learner's layer, look at what it owns, give it these weights and send x through."""
    if isinstance(Conv, nn.Module):
        raise Refused('give the class, not an object made from it: check("03-layer", Conv)')
    if issubclass(Conv, nn.modules.conv._ConvNd):
        raise Refused("your class is nn.Conv2d, or made from it; make it from nn.Module: class Conv(nn.Module)")
    settings = weight.shape[1], weight.shape[0], tuple(weight.shape[2:])
    layer = Conv(*settings, stride, padding)
    owns: list = [getattr(layer, name, None) for name in ("weight", "bias")]
    if any(own is ... for own in owns):
        return ...  # not tried yet
    kinds = [_kind(layer, own) for own in owns]
    if not all(isinstance(own, Tensor) for own in owns):
        return *kinds, "missing", "missing", [0, 0]
    if more := [name for name, _ in layer.named_parameters() if name not in ("weight", "bias")]:
        raise Refused(f"besides weight and bias, your layer has more to learn: {', '.join(more)}")
    kinds.append(_start(Conv))
    if owns[0].data_ptr() == Conv(*settings, stride, padding).weight.data_ptr():
        raise Refused("two layers of your class have one weight together: make it in `__init__`, a new one each time")
    for own, kind, value in zip(owns, kinds, (weight, bias), strict=False):
        if isinstance(kind, list) and kind != list(value.shape):  # nothing can be said of the rest
            return *kinds, nn.functional.conv2d(x, weight, bias, stride, padding), [1, 1]
        own.data = value.clone()
    maps, again = layer(x), layer(x)
    if maps is None or maps is ...:
        return maps
    learns = [
        int(reached or isinstance(kind, str)) for reached, kind in zip(learning(maps, owns), kinds[:2], strict=True)
    ]
    Conv(*settings, (stride[0] + 1, stride[1] + 1), (padding[0] + 9, padding[1] + 9))
    if isinstance(maps, Tensor) and torch.equal(maps, again) and not torch.equal(maps, layer(x)):
        maps = "changed by another layer"
    return *kinds, maps, learns


def _kind(layer, own):
    """Return the sizes of a tensor that the layer should own; a word, if it does not."""
    if any(isinstance(part, nn.Conv2d) for part in layer.modules()):
        return "in an nn.Conv2d"
    if not isinstance(own, Tensor):
        return "missing"
    return list(own.shape) if any(own is listed for listed in layer.parameters()) else "no parameter"


def _start(Conv) -> str:
    """Return a word on how the weight of a large layer begins."""
    left = [torch.full(shape, torch.nan) for shape in ((10, 8, 5, 7), (10,)) for _ in range(9)]
    del left  # in the memory: torch.empty finds it
    layer = Conv(8, 10, (5, 7), (1, 1), (0, 0))
    weight, bias = layer.weight.detach(), layer.bias.detach()
    if weight.numel() != 2800:
        return STARTS[280]  # its shape is wrong, and is told first
    low, high = weight.min().item(), weight.max().item()
    if not torch.cat([weight.flatten(), bias.flatten()]).abs().max() < 1e9:
        return "not set"
    if -low < 1e-12 and high < 1e-12:
        return "zeros"
    if (weight == weight[:1]).all():
        return "alike"
    if low >= 0 or max(-low, high) > 2 * weight.std():
        return "positive" if low >= 0 else "a bell curve"
    for n, word in STARTS.items():
        if max(abs(low * n**0.5 + 1), abs(high * n**0.5 - 1)) < 0.025:
            return word
    raise Refused(
        f"with 280 weights in a kernel, yours begin between {low:.3f} and {high:.3f}; −1/√n to 1/√n is −0.060 to "
        "0.060, if n is the number of weights in one kernel, in all its slices"
    )


LAYER = Exercise(
    name="03-layer",
    title="a layer that owns its weights",
    where=headings.LEARN,
    minutes=10,
    kind="module",
    variable="Conv",
    prompt="""
        Write the class `Conv`, a module of your own that does the work of `nn.Conv2d`.
        `Conv(in_channels, out_channels, kernel_size, stride, padding)` makes a layer; the last three are pairs, for
        example `kernel_size=(3, 5)`. The layer owns a `weight` and a `bias`, in the shapes that PyTorch uses, and can
        learn both. `forward(x)` takes a batch of images and returns the maps.

        The weight must begin with small random numbers, all different (section 5 says why). Do as `nn.Conv2d` does:
        draw from −1/√n to 1/√n, where n is the number of weights in one kernel. The bias may begin in the same way, or
        with zeros.

        Use `F.conv2d` for the sums, but not `nn.Conv2d`.
    """,
    placeholder="""
        class Conv(nn.Module):
            def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
                super().__init__()
                # your code
                ...

            def forward(self, x):
                # your code
                ...
    """,
    cases=_whole_layer,
    run=_send_through,
    returns=("size of weight", "size of bias", "start", "maps", "gradients"),
    slips=f"""
        `self.weight` or `self.bias` is missing: They are made in `__init__`, once, and kept in `self`. Without `self.`,
            a name is forgotten at the end of `__init__`. @MODULE
            self.weight = => weight =
            self.bias = => bias =
        the layer hides an nn.Conv2d: Give it a weight and a bias of its own, as self.weight and self.bias. @MODULE
            self.weight = => self.conv = nn.Conv2d(in_channels, out_channels, kernel_size)
            nn.Parameter(torch.empty(out_channels, in_channels, h, w).uniform_(-bound, bound)) =>
        the weight or the bias is a plain tensor: `parameters()` does not list it, so nobody learns it. @MODULE
            nn.Parameter( => (
        the weight is made as (in, out, rows, columns): In a weight, the kernels come first, then their slices. @KERNELS
            out_channels, in_channels, h, w) => in_channels, out_channels, h, w)
        the kernels' rows and columns are swapped: The first number of `kernel_size` are the rows. @SHAPES
            in_channels, h, w) => in_channels, w, h)
        the kernels are squares: `kernel_size` is a pair: rows and columns. Take both. @SHAPES
            h, w = kernel_size => h = w = kernel_size[0]
        the kernels are squares of their columns: `kernel_size` is a pair: rows and columns. Take both. @SHAPES
            h, w = kernel_size => h = w = kernel_size[1]
        the kernels have no slices: Each kernel needs a slice for each channel of the input. @KERNELS
            out_channels, in_channels, h, w) => out_channels, h, w)
        each kernel has one slice: It needs a slice for each channel of the input. @KERNELS
            out_channels, in_channels, h, w) => out_channels, 1, h, w)
        the weight is a single kernel: A kernel is needed for each channel of the output. @KERNELS
            out_channels, in_channels, h, w) => in_channels, h, w)
        the weight is a stack of one kernel: A kernel is needed for each channel of the output. @KERNELS
            out_channels, in_channels, h, w) => 1, in_channels, h, w)
        the kernels have their channels last: The channels come before the rows and columns. @KERNELS
            in_channels, h, w) => h, w, in_channels)
        one bias for the whole layer: There is one bias for each channel of the output. @SHAPES
            torch.empty(out_channels) => torch.empty(1)
        one bias for each channel of the input: There is one bias for each channel of the output. @SHAPES
            torch.empty(out_channels) => torch.empty(in_channels)
        the bias has rows and columns: PyTorch's bias has one dimension, (C_out). @SHAPES
            torch.empty(out_channels) => torch.empty(out_channels, 1, 1)
        the weight begins with zeros: Two such layers with a ReLU between them never learn, because no gradient gets
            through zeros. Begin with small random numbers. @MODULE
            in_channels, h, w).uniform_(-bound, bound) => in_channels, h, w).zero_()
        all kernels begin alike: They make the same map, and learn alike as long as the next layer treats them alike.
            Begin with small random numbers. @MODULE
            in_channels, h, w).uniform_(-bound, bound) => in_channels, h, w).fill_(bound)
        numbers that were left in memory: torch.empty does not set them. They may be anything. @MODULE
            in_channels, h, w).uniform_(-bound, bound) => in_channels, h, w) * float("nan")
        the weights begin with no negative number: With 280 weights in a kernel, −1/√n to 1/√n is −0.060 to 0.060: on
            both sides of 0.
            uniform_(-bound, bound) => uniform_(0, bound)
        the weight is drawn with `randn`: A bell curve has no bounds. What should yours begin between? Between two
            bounds, all numbers are equally likely. @MODULE
            in_channels, h, w).uniform_(-bound, bound) => in_channels, h, w).normal_()
        n counts the weights of one slice: n is the number of weights in one kernel, with *all* its slices. @KERNELS
            in_channels * h * w => h * w
        n counts the weights of all kernels: n is the number of weights of one kernel, in all its slices. @KERNELS
            in_channels * h * w => out_channels * in_channels * h * w
        n counts the channels of the output: A kernel has a slice for each channel of the *input*. @KERNELS
            in_channels * h * w => out_channels * h * w
        n counts the channels only: Each slice of a kernel has rows and columns: all its weights count. @KERNELS
            in_channels * h * w => in_channels
        the root is forgotten: The bound is 1/√n, not 1/n.
            ** -0.5 => ** -1.0
        the weights begin between −1 and 1: The larger a kernel, the smaller its weights begin: the bound is 1/√n.
            (in_channels * h * w) ** -0.5 => 1
        the range is half as wide as it should be: −1/√n to 1/√n is as wide as *two* times 1/√n. How wide is 0 to 1?
            uniform_(-bound, bound) => uniform_(-bound / 2, bound / 2)
        the bound of another recipe: `kaiming_uniform_` as it is has another, and so has `xavier_uniform_`. Take 1/√n.
            (in_channels * h * w) => (in_channels * h * w / 6)
        another layer changes what this one does: Each layer has its own settings: keep stride and padding in `self`,
            not in a global variable or in the class.
            self.stride = stride => Conv.stride = stride
            self.padding = padding => Conv.padding = padding
        no gradient arrives at the weight and the bias: {CUT}
            padding=self.padding) => padding=self.padding).detach()
        no gradient arrives at the weight: {CUT}
            x, self.weight, => x, self.weight.detach(),
        no gradient arrives at the bias: {CUT}
            self.bias, stride => self.bias.detach(), stride
        `forward` does not use the bias: A function has no memory: it knows what you give it at the call. @MODULE
            self.bias, stride => None, stride
        `forward` uses neither stride nor padding: {TOLD}
            , stride=self.stride, padding=self.padding =>
        `forward` uses nothing but the weight: {TOLD}
            , self.bias, stride=self.stride, padding=self.padding =>
        `forward` does not use the stride: {TOLD}
            stride=self.stride, =>
        `forward` does not use the padding: {TOLD}
            , padding=self.padding =>
        stride and padding have changed places: {ORDER}
            stride=self.stride, padding=self.padding => stride=self.padding, padding=self.stride
        the padding is handed over as the dilation: {ORDER}
            padding=self.padding => dilation=self.padding
        the stride is handed over as the dilation: {ORDER}
            stride=self.stride => dilation=self.stride
        stride and padding are read as (horizontal, vertical): A pair is (vertical, horizontal), in the order of a
            shape. `F.conv2d` takes it as it is. @MODULE_ARGUMENTS
            stride=self.stride, padding=self.padding => stride=self.stride[::-1], padding=self.padding[::-1]
        the padding is read as (horizontal, vertical): A pair is (vertical, horizontal), in the order of a shape,
            but `F.pad` begins with the columns. @MODULE_ARGUMENTS
            padding=self.padding => padding=self.padding[::-1]
        one number of stride and padding is used for both directions: {BOTH}
            stride=self.stride, padding=self.padding => stride=self.stride[0], padding=self.padding[0]
        one number of the stride is used for both directions: {BOTH}
            stride=self.stride => stride=self.stride[0]
        one number of the padding is used for all four sides: {BOTH}
            padding=self.padding => padding=self.padding[0]
        the padding is put above and on the left only: The padding is per side: above and below, left and
            right. @MODULE_ARGUMENTS
            d(x, => d(F.pad(x, (self.padding[1], 0, self.padding[0], 0)),
            , padding=self.padding =>
        `F.pad(x, padding)`: {PAD}
            d(x, => d(F.pad(x, self.padding),
            , padding=self.padding =>
        `F.pad(x, padding + padding)`: {PAD}
            d(x, => d(F.pad(x, self.padding * 2),
            , padding=self.padding =>
        only the first image of the batch goes through: A layer takes a batch, (N, C, H, W), as `F.conv2d` does. @SHAPES
            conv2d(x, => conv2d(x[0],
        the bias is added twice: `F.conv2d` has added it already, if you gave it the bias.
            padding=self.padding) => padding=self.padding) + self.bias[:, None, None]
        the bias is added along the columns: `Y + bias` lines the numbers up with the last dimension. They belong to the
            channels, dimension 1. @SHAPES
            self.bias, stride => None, stride
            padding=self.padding) => padding=self.padding) + self.bias
        a ReLU at the end: A convolution gives negative numbers, too. A ReLU would be a layer of its own.
            padding=self.padding) => padding=self.padding).relu()
        the kernels are flipped: PyTorch does not flip them, as in notebook 01: it computes a correlation.
            x, self.weight, => x, self.weight.flip(2, 3),
    """,
    hint="Compare with nn.Conv2d: put the weights of your layer into F.conv2d, with every setting by its name.",
    solution="""
        class Conv(nn.Module):
            def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
                super().__init__()
                h, w = kernel_size
                bound = (in_channels * h * w) ** -0.5
                self.weight = nn.Parameter(torch.empty(out_channels, in_channels, h, w).uniform_(-bound, bound))
                self.bias = nn.Parameter(torch.empty(out_channels).uniform_(-bound, bound))
                self.stride = stride
                self.padding = padding

            def forward(self, x):
                return F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)
    """,
    because="""
        The arguments are (in, out), but the weight is (out, in, h, w): a stack of kernels. There is one bias for each
        kernel. `nn.Parameter` registers them, so `parameters()` lists them, and they can be learned. `uniform_` fills a
        tensor with random numbers between two bounds: all equally likely.

        The layer remembers its settings, too. The function must be told everything, at every call.
    """,
)
