"""03-layer: a module that owns its weights."""

import torch
import torch.nn.functional as F
from torch import nn

from convlab.exercises.engine.exercise import Exercise, Mistake, Refused
from convlab.exercises.engine.values import learning
from convlab.exercises.nb03 import headings


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
    """Build the learner's layer, look at its parameters, give it these weights and send x through."""
    if isinstance(Conv, nn.Module):
        raise Refused('give the class, not an object made from it: check("03-layer", Conv)')
    if issubclass(Conv, nn.modules.conv._ConvNd):
        raise Refused("your class is nn.Conv2d, or made from it; make it from nn.Module: class Conv(nn.Module)")
    (C_out, C_in, h, w), numbers = weight.shape, {"weight": weight, "bias": bias}
    layer = Conv(C_in, C_out, (h, w), stride, padding)
    parameters = dict(layer.named_parameters())
    for name, value in numbers.items():
        own = getattr(layer, name, None)
        if own is ...:
            return ...  # not tried yet
        if own is None and any(isinstance(part, nn.Conv2d) for part in layer.children()):
            raise Refused(
                "your layer hides an nn.Conv2d; give it a weight and a bias of its own, as self.weight and self.bias"
            )
        if not isinstance(own, torch.Tensor):
            raise Refused(f"your layer has no tensor `{name}`: make it in `__init__`, and keep it as self.{name}")
        if name not in parameters:
            raise Refused(
                f"your layer's {name} is a plain tensor: `parameters()` does not list it, so nobody learns it"
            )
        if own.shape != value.shape:
            made = f"Conv({C_in}, {C_out}, kernel_size=({h}, {w}))"
            raise Refused(f"{made} makes a {name} of the shape {tuple(own.shape)}{_shape_advice(own, value)}")
    more = [name for name in parameters if name not in numbers]
    if more:
        raise Refused(f"besides weight and bias, your layer has more to learn: {', '.join(more)}")
    if layer.weight.data_ptr() == Conv(C_in, C_out, (h, w), stride, padding).weight.data_ptr():
        raise Refused("two layers of your class have one weight together: make it in `__init__`, a new one each time")
    _look_at_start(layer.weight.detach())
    layer = layer.to(x.dtype)
    with torch.no_grad():
        for name, value in numbers.items():
            getattr(layer, name).copy_(value)
    maps = layer(x)
    if maps is None or maps is ...:
        return maps
    Conv(C_in, C_out, (h, w), (stride[0] + 1, stride[1] + 1), (padding[0] + 1, padding[1] + 1))
    if isinstance(maps, torch.Tensor) and not torch.equal(maps, layer(x)):
        raise Refused("your layer gives other maps as soon as another layer is made: keep stride and padding in `self`")
    _look_at_range(Conv(8, 9, (5, 7), (1, 1), (0, 0)).weight.detach())
    return maps, *learning(maps, (layer.weight, layer.bias))


def _look_at_start(weight) -> None:
    """Refuse a weight that cannot learn from where it begins."""
    largest = weight.abs().max()
    if largest < 1e-12:
        raise Refused(
            "your weight begins with zeros: two such layers with a ReLU between them never learn, because no gradient "
            "gets through zeros. Begin with small random numbers"
        )
    if not largest < 1e9:
        raise Refused("your weight begins with any numbers that were left in memory: torch.empty does not set them")
    if len(weight) > 1 and (weight == weight[0]).all():
        raise Refused(
            "all your kernels begin alike: they make the same map, and learn alike as long as the next layer treats "
            "them alike. Begin with small random numbers"
        )


def _look_at_range(weight) -> None:
    """Refuse a weight, of enough numbers, that begins in another range than the prompt says."""
    _look_at_start(weight)
    wanted, low, high = weight[0].numel() ** -0.5, weight.min().item(), weight.max().item()
    as_asked = weight.shape == (9, 8, 5, 7)  # if not, trials with smaller layers have more to say
    if as_asked and max(abs(low / wanted + 1), abs(high / wanted - 1)) > 0.1:
        raise Refused(
            f"with {weight[0].numel()} weights in a kernel, yours begin between {low:.3f} and {high:.3f}; "
            f"−1/√n to 1/√n is −{wanted:.3f} to {wanted:.3f}. (n are the weights of one kernel, in all its channels)"
        )


def _shape_advice(own, value) -> str:
    """Say what may be behind a wrong shape of the weight or the bias."""
    if value.ndim == 1:
        return "; there is one bias for each channel of the output"
    C_out, C_in, h, w = value.shape
    known = [
        ((C_in, C_out, h, w), "the kernels come first. How many kernels are there, and how many slices has each?"),
        ((C_out, C_in, w, h), "the first number of `kernel_size` are the rows"),
        ((C_out, C_in, h, h), "`kernel_size` is a pair: rows and columns"),
        ((C_out, C_in, w, w), "`kernel_size` is a pair: rows and columns"),
        ((C_out, h, w), "each kernel needs a slice for each channel of the input"),
        ((C_out, 1, h, w), "each kernel needs a slice for each channel of the input"),
        ((C_in, h, w), "this is one kernel. A kernel is needed for each channel of the output"),
        ((1, C_in, h, w), "this is one kernel. A kernel is needed for each channel of the output"),
        ((C_out, h, w, C_in), "the channels come before the rows and columns"),
    ]
    return "; " + next((advice for shape, advice in known if shape == own.shape), "which four numbers has a weight?")


class _Conv(nn.Module):
    """The right layer; a subclass makes one mistake."""

    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, *kernel_size))
        nn.init.kaiming_uniform_(self.weight, a=5**0.5)
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, self.stride, self.padding)


def _with(forward):
    """Return a class with another ``forward(x, weight, bias, stride, padding)``."""

    def of_layer(layer, x):
        return forward(x, layer.weight, layer.bias, layer.stride, layer.padding)

    return type("Conv", (_Conv,), {"forward": of_layer})


def _cropped(x, weight, bias, stride, padding):
    """Forget about the padding of the last rows and columns."""
    return F.conv2d(F.pad(x, (padding[1], 0, padding[0], 0)), weight, bias, stride)


CUT = (
    "It learns only what `backward` reaches. The way is cut by `detach()`, `.data`, `no_grad`, `requires_grad=False`, "
    "numpy, or a new tensor made from the old one."
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
    returns=("maps", "weight learns", "bias learns"),
    right=_Conv,
    mistakes=(
        Mistake(
            "no gradient arrives at the weight and the bias",
            CUT,
            _with(lambda x, *own: F.conv2d(x, *own).detach()),
        ),
        Mistake(
            "no gradient arrives at the weight",
            CUT,
            _with(lambda x, weight, *rest: F.conv2d(x, weight.detach(), *rest)),
        ),
        Mistake(
            "no gradient arrives at the bias",
            CUT,
            _with(lambda x, weight, bias, *rest: F.conv2d(x, weight, bias.detach(), *rest)),
        ),
        Mistake(
            "`forward` does not use the bias",
            "A function has no memory: it knows only the weights that you give it at the call.",
            _with(lambda x, weight, bias, stride, padding: F.conv2d(x, weight, None, stride, padding)),
        ),
        Mistake(
            "`forward` uses neither stride nor padding",
            "The layer remembers its settings. The function has to be told, at every call.",
            _with(lambda x, weight, bias, stride, padding: F.conv2d(x, weight, bias)),
        ),
        Mistake(
            "`forward` uses nothing but the weight",
            "The layer remembers its bias and its settings. The function has to be told, at every call.",
            _with(lambda x, weight, bias, stride, padding: F.conv2d(x, weight)),
        ),
        Mistake(
            "`forward` does not use the stride",
            "The layer remembers its settings. The function has to be told, at every call.",
            _with(lambda x, weight, bias, stride, padding: F.conv2d(x, weight, bias, padding=padding)),
        ),
        Mistake(
            "`forward` does not use the padding",
            "The layer remembers its settings. The function has to be told, at every call.",
            _with(lambda x, weight, bias, stride, padding: F.conv2d(x, weight, bias, stride)),
        ),
        Mistake(
            "stride and padding have changed places",
            "The arguments of `F.conv2d` have an order: input, weight, bias, stride, padding. Or call them by name.",
            _with(
                lambda x, weight, bias, stride, padding: F.conv2d(
                    F.pad(x, (stride[1], stride[1], stride[0], stride[0])), weight, bias, padding
                )
            ),
            where=headings.ARGUMENTS,
        ),
        Mistake(
            "the padding is handed over as the dilation",
            "The arguments of `F.conv2d` have an order. Call them by name: padding=..., dilation=...",
            _with(lambda x, weight, bias, stride, padding: F.conv2d(x, weight, bias, stride, 0, padding)),
            where=headings.ARGUMENTS,
        ),
        Mistake(
            "the stride is handed over as the dilation",
            "The arguments of `F.conv2d` have an order. Call them by name: stride=..., dilation=...",
            _with(lambda x, weight, bias, stride, padding: F.conv2d(x, weight, bias, 1, padding, stride)),
            where=headings.ARGUMENTS,
        ),
        Mistake(
            "stride and padding are read as (horizontal, vertical)",
            "A pair is (vertical, horizontal), in the order of a shape. `F.conv2d` takes it as it is.",
            _with(lambda x, weight, bias, stride, padding: F.conv2d(x, weight, bias, stride[::-1], padding[::-1])),
            where=headings.MODULE_ARGUMENTS,
        ),
        Mistake(
            "one number of the stride is used for both directions",
            "A pair has a number for each direction: hand over both.",
            _with(lambda x, weight, bias, stride, padding: F.conv2d(x, weight, bias, stride[0], padding)),
            where=headings.MODULE_ARGUMENTS,
        ),
        Mistake(
            "one number of the padding is used for all four sides",
            "A pair has a number for each direction: hand over both.",
            _with(lambda x, weight, bias, stride, padding: F.conv2d(x, weight, bias, stride, padding[0])),
            where=headings.MODULE_ARGUMENTS,
        ),
        Mistake(
            "the padding is put above and on the left only",
            "The padding is per side: above and below, left and right.",
            _with(_cropped),
            where=headings.MODULE_ARGUMENTS,
        ),
        Mistake(
            "`F.pad(x, padding)`",
            "`F.pad` wants (left, right, top, bottom). Leave the padding to `F.conv2d`, which takes the pair as it is.",
            _with(lambda x, weight, bias, stride, padding: F.conv2d(F.pad(x, padding), weight, bias, stride)),
            where=headings.MODULE_ARGUMENTS,
        ),
        Mistake(
            "`F.pad(x, padding + padding)`",
            "`F.pad` wants (left, right, top, bottom). Leave the padding to `F.conv2d`, which takes the pair as it is.",
            _with(lambda x, weight, bias, stride, padding: F.conv2d(F.pad(x, padding * 2), weight, bias, stride)),
            where=headings.MODULE_ARGUMENTS,
        ),
        Mistake(
            "only the first image of the batch goes through",
            "A layer takes a whole batch, (N, C, H, W). `F.conv2d` does so, too: no loop is needed.",
            _with(lambda x, *own: F.conv2d(x[0], *own)),
            where=headings.SHAPES,
        ),
        Mistake(
            "the bias is added twice",
            "`F.conv2d` has added it already, if you gave it the bias.",
            _with(
                lambda x, weight, bias, stride, padding: (
                    F.conv2d(x, weight, bias, stride, padding) + bias[:, None, None]
                )
            ),
        ),
        Mistake(
            "the bias is added along the columns",
            "`Y + bias` lines the numbers up with the last dimension. They belong to the channels, dimension 1.",
            _with(lambda x, weight, bias, stride, padding: F.conv2d(x, weight, None, stride, padding) + bias),
            where=headings.SHAPES,
        ),
        Mistake(
            "a ReLU at the end",
            "A convolution gives negative numbers, too. A ReLU would be a layer of its own.",
            _with(lambda x, *own: F.conv2d(x, *own).relu()),
        ),
    ),
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
