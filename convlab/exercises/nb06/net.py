"""06-net: the tutorial's network as a module."""

import torch
from torch import nn

from convlab.exercises.engine.exercise import Exercise, Refused
from convlab.exercises.engine.values import learning
from convlab.exercises.nb06 import headings

NOTHING = "none", [1] * 6  # where the layers are wrong, scores and gradients do not matter


def _images(draw):
    return {"images": draw.tensor(draw.whole(1, 3, far=5), 1, draw.whole(6, 10, far=15), draw.whole(6, 10, far=15))}


def _scores(Net, images):
    """Build the learner's network, give it weights that are always the same, and send the images through."""
    if isinstance(Net, nn.Module):
        raise Refused('give the class, not an object made from it: check("06-net", AnyNet)')
    rows, columns = images.shape[-2:]
    try:
        net, other = Net(rows, columns).to(images.dtype), Net(rows + 4, columns + 6)
    except TypeError as error:
        if "float" in str(error):
            return "no whole number", *NOTHING
        raise
    if any(isinstance(parameter, nn.UninitializedParameter) for parameter in net.parameters()):
        net(images)
    inputs = 3 * ((rows - 2) // 2 - 1) * ((columns - 2) // 2 - 1)
    found, needed = _pairs(net), [((2, 1, 3, 3), (2,)), ((3, 2, 2, 2), (3,)), ((4, inputs), (4,))]
    if word := _wrong_layers(net, found, needed):
        return word, *NOTHING
    linear = next((layer for layer in net.modules() if isinstance(layer, nn.Linear)), None)
    if linear is None or found[:2] != needed[:2] or len(found) != 3:
        raise Refused(
            f"the parameters of your network have the shapes {', '.join(str(p) for pair in found for p in pair)}. "
            "Needed are, in this order, weight and bias of both convolutions and of the linear layer"
        )
    made_for, arriving = found[2][0][1], [inputs]
    for place, parameter in enumerate(net.parameters()):
        parameter.data = _numbers(parameter.shape, place).to(images.dtype)

    def make_fit(layer, given):
        arriving[:] = given[0].shape[-1:]
        layer.weight.data = _numbers(torch.Size([4, *arriving]), 4).to(images.dtype)

    if made_for != inputs:
        linear.register_forward_pre_hook(make_fit)
    scores = net(images)
    if scores is None or scores is ...:
        return scores
    if [made_for] != arriving and _pairs(other)[2:] == found[2:]:
        return "the same for every size", *NOTHING
    chosen = isinstance(scores, torch.Tensor) and not scores.is_floating_point()  # classes have no gradient
    return [made_for, *arriving], scores, [1] * 6 if chosen else learning(scores, net.parameters())


def _pairs(net) -> list:
    """Return the shapes of weight and bias of each layer."""
    shapes = [tuple(p.shape) for p in net.parameters() if not isinstance(p, nn.UninitializedParameter)]
    return [tuple(shapes[place : place + 2]) for place in range(0, len(shapes), 2)]


def _numbers(shape, place):
    return torch.sin(torch.arange(shape.numel()) * 1.7 + place + 1).reshape(shape)


def _wrong_layers(net, found, needed) -> str:
    """Return a word on layers that are not as asked for, if it is one of the ways in which people go wrong."""
    if len(found) < 3 and set(found) <= set(needed) and (found or any(isinstance(o, list) for o in vars(net).values())):
        return "not registered"
    if found != needed and sorted(found) == sorted(needed):
        return "another order"
    if found[:2] == needed[:2] and len(found) == 3 and found[2][1] != (4,):
        return "another number of classes"
    return {(2, 3, 3, 3): "three channels", (3, 1, 2, 2): "exchanged"}.get(found[0][0], "") if found else ""


NET_CLASS = Exercise(
    name="06-net",
    title="a network for images of a given size",
    where=headings.NET,
    minutes=10,
    kind="module",
    variable="AnyNet",
    prompt="""
        Write the class `AnyNet`. `AnyNet(rows, columns)` makes a network for grey images with so many rows and columns.
        The path is: a convolution with 2 kernels of 3 × 3, a max pooling by 2, a ReLU, a convolution with 3 kernels
        of 2 × 2, a ReLU, and a linear layer to 4 classes. There is no padding. The result is the scores, (n, 4).
        Make the layers in the order of the path. `__init__` finds out how many inputs the linear layer needs.
    """,
    placeholder="""
        class AnyNet(nn.Module):
            def __init__(self, rows, columns):
                super().__init__()
                # your code
                ...

            def forward(self, x):
                # your code
                ...
    """,
    cases=_images,
    run=_scores,
    returns=("inputs (made for, arriving)", "scores", "which parameters learn"),
    slips="""
        no gradient arrives at any layer: A network learns only what `backward` reaches: in `forward`, no `no_grad`,
            `detach()`, `.data` or numpy.
            x.flatten(1)) => x.flatten(1)).detach()
        no gradient arrives at the convolutions: They learn only what `backward` reaches. `detach()`, `.data`,
            `no_grad` or numpy on the way cut it off.
            x.flatten(1)) => x.flatten(1).detach())
        no gradient arrives at the first convolution: It learns only what `backward` reaches. `detach()`, `.data`,
            `no_grad` or numpy behind it cut it off.
            self.conv2(x) => self.conv2(x.detach())
        the second ReLU is missing: After each convolution comes a ReLU, also where no pooling follows. @NETWORK
            F.relu(self.conv2(x)) => self.conv2(x)
        the first ReLU is missing: Without a ReLU between them, two convolutions can do no more than one. @NETWORK
            F.relu(F.max_pool2d(self.conv1(x), 2)) => F.max_pool2d(self.conv1(x), 2)
        no ReLU at all: Without a ReLU between them, several layers can do no more than one. @NETWORK
            F.relu( => (
        a ReLU on the scores: A score may be negative. Cut off at 0, many classes could no longer be told apart.
            x.flatten(1)) => x.flatten(1)).relu()
        a softmax at the end: The network returns scores. The cross-entropy does the softmax itself. @SOFTMAX
            x.flatten(1)) => x.flatten(1)).softmax(dim=1)
        a log-softmax at the end: The network returns scores. The cross-entropy does the softmax and the logarithm
            itself. @SOFTMAX
            x.flatten(1)) => x.flatten(1)).log_softmax(dim=1)
        the class, not the scores: The loss needs all four scores. To choose the largest comes afterwards. @TEST
            x.flatten(1)) => x.flatten(1)).argmax(dim=1)
        a mean pooling: Max pooling keeps the largest number of each window.
            max_pool2d => avg_pool2d
        the maps are flattened with the channels last: Flatten the maps as they are, (n, channels, rows, columns): one
            map after the other.
            x.flatten(1) => x.permute(0, 2, 3, 1).flatten(1)
        the maps are flattened column by column: Flatten the maps as they are: row by row.
            x.flatten(1) => x.mT.flatten(1)
        the batch is flattened, too: Each image stays a row of its own: flatten all dimensions but the first.
            x.flatten(1) => x.flatten()
        one map is counted, not all of them: Flattening writes the maps of all channels in one row.
            3 * h * w => h * w
        an image is taken to be square: Rows and columns go the same way, each by itself.
            in (rows, columns) => in (rows, rows)
        a half is rounded up: A pooling leaves out what is too little for a whole window. @NETWORK
            (side - 2) // 2 => (side - 1) // 2
        half a row: The number of inputs is whole: `//` divides and rounds down, `/` makes a float.
            // => /
        the number of inputs forgets a convolution: Without padding, each takes rows and columns off. @NETWORK
            // 2 - 1 => // 2
        the number of inputs forgets both convolutions: Without padding, each takes rows and columns off. @NETWORK
            (side - 2) // 2 - 1 => side // 2
        the number of inputs forgets the pooling: It halves the rows and the columns. @NETWORK
            (side - 2) // 2 - 1 => side - 3
        a kernel takes all its rows off: A kernel of one row takes nothing off. And one of 3 rows? @NETWORK
            (side - 2) // 2 - 1 => (side - 3) // 2 - 2
        a number of inputs that holds for one size only: Work it out from `rows` and `columns`.
            3 * h * w => 432
        the pooling is missing: A max pooling by 2 comes behind the first convolution.
            F.max_pool2d(self.conv1(x), 2) => self.conv1(x)
            (side - 2) // 2 - 1 => side - 3
        a second pooling: There is one pooling on this path, behind the first convolution.
            F.relu(self.conv2(x)) => F.max_pool2d(F.relu(self.conv2(x)), 2)
            (side - 2) // 2 - 1 => ((side - 2) // 2 - 1) // 2
        a pooling with steps of 1: The windows of a max pooling by 2 lie side by side.
            (x), 2) => (x), 2, 1)
            (side - 2) // 2 - 1 => side - 4
        a padding in the first convolution: There is no padding on this path. A convolution takes rows and columns off.
            kernel_size=3) => kernel_size=3, padding=1)
            side - 2 => side
        a global pooling at the end: It makes a network for all sizes. Here all numbers of the maps count.
            x.flatten(1) => x.mean((2, 3))
            3 * h * w => 3
        a layer that is not registered: PyTorch finds layers that `__init__` puts into `self`, by themselves, or in an
            `nn.Sequential` or `nn.ModuleList`: not in a plain list, and not those that `forward` makes.
            nn.Linear(3 * h * w, 4) => [nn.Linear(3 * h * w, 4)]
        the layers are made in another order: Make them in the order of the path, so that weights can be compared.
            self.conv1 = nn.Conv2d(1, 2, kernel_size=3) =>
            self.fc = nn.Linear(3 * h * w, 4) => self.fc, self.conv1 = nn.Linear(3 * h * w, 4), nn.Conv2d(1, 2, 3)
        an image with three channels: A grey image has one channel.
            nn.Conv2d(1, => nn.Conv2d(3,
        the numbers of the two convolutions are exchanged: First 2 kernels of 3 × 3, then 3 kernels of 2 × 2.
            1, 2, kernel_size=3 => 1, 3, kernel_size=2
            2, 3, kernel_size=2 => 3, 2, kernel_size=3
        another number of classes: The linear layer makes as many scores as the task has classes.
            3 * h * w, 4 => 3 * h * w, 10
    """,
    hint="Go along the path in the task: which layers, in which order, with which numbers?",
    solution="""
        class AnyNet(nn.Module):
            def __init__(self, rows, columns):
                super().__init__()
                self.conv1 = nn.Conv2d(1, 2, kernel_size=3)
                self.conv2 = nn.Conv2d(2, 3, kernel_size=2)
                h, w = ((side - 2) // 2 - 1 for side in (rows, columns))
                self.fc = nn.Linear(3 * h * w, 4)

            def forward(self, x):
                x = F.relu(F.max_pool2d(self.conv1(x), 2))
                x = F.relu(self.conv2(x))
                return self.fc(x.flatten(1))
    """,
    because="""
        The first convolution takes 2 from the rows, the pooling halves them and rounds down, the second
        convolution takes 1. The same is true for the columns. There are 3 maps of this size.
        Another way: send an image of zeros through the convolutions, and count what arrives.
    """,
)
