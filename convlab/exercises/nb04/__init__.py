"""The exercises of notebook 04: the zoo, what each animal costs, and how all of them are one."""

import torch
from torch.nn.functional import conv2d, pad

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb04.plain import PLAIN

COUNTING = "1 · Five questions for each animal"
STANDARD = "2 · Standard"
POINTWISE = "3 · Pointwise: a kernel of 1 × 1"
ASYMMETRIC = "4 · Asymmetric: a column or a row"
DILATED_TAPS = "5 · Dilated: taps with gaps"
DEPTHWISE = "6 · Depthwise: each channel for itself"
GROUPS = "7 · Group: several small layers side by side"

# --- 04-costs: parameters and multiply-adds, before anything is built --------------------------------------------

COSTS = Exercise(
    name="04-costs",
    title="what a layer costs",
    where=ASYMMETRIC,
    kind="predictions",
    variable="predictions",
    prompt="""
        The input has 8 channels of 20 rows and 30 columns. Each of these three gives 12 channels of the same size
        (so they are padded), and every layer has a bias.

        * *standard*: kernel 3 × 3;
        * *pointwise*;
        * *pair*: first a row (1, 5) from 8 to 12 channels, then a column (5, 1) from 12 to 12 channels.

        Predict: the parameters of `standard` and its multiply-adds; the multiply-adds of `pointwise`;
        the parameters of the whole `pair`, and its receptive field (the side of the square, one number).
    """,
    placeholder="""
        predictions = {
            "standard": ...,
            "standard_macs": ...,
            "pointwise_macs": ...,
            "pair": ...,
            "pair_field": ...,
        }
    """,
    right={"standard": 876, "standard_macs": 518_400, "pointwise_macs": 57_600, "pair": 1224, "pair_field": 5},
    mistakes=(
        Mistake(
            "the biases are forgotten",
            "These layers have biases: one for each output channel, in each layer. They are parameters, too.",
            {"standard": 864, "pair": 1200},
        ),
        Mistake(
            "the two layers of the pair share one bias",
            "Each layer of the pair has biases of its own.",
            {"pair": 1212},
        ),
        Mistake(
            "a kernel with one input channel only",
            "Each output channel looks at all input channels, and has other weights for each of them.",
            {"standard": 120, "standard_macs": 64_800, "pointwise_macs": 7200, "pair": 144},
            where=STANDARD,
        ),
        Mistake(
            "one output channel only is counted",
            "Every output channel has kernels of its own, and every number in it must be computed.",
            {"standard": 73, "standard_macs": 43_200, "pointwise_macs": 4800, "pair": 102},
            where=STANDARD,
        ),
        Mistake(
            "the weights are counted once, not at every place",
            "A weight is used again at every place of the output: 20 × 30 multiply-adds for each weight.",
            {"standard_macs": 864, "pointwise_macs": 96},
            where=COUNTING,
        ),
        Mistake(
            "the bias counts as a multiply-add",
            "A multiply-add is a product that is added. A bias is added without a product, so it is not counted.",
            {"standard_macs": 525_600, "pointwise_macs": 64_800},
            where=COUNTING,
        ),
        Mistake(
            "multiplications and additions are counted one by one",
            "A multiplication and the addition that belongs to it are counted as one.",
            {"standard_macs": 1_036_800, "pointwise_macs": 115_200},
            where=COUNTING,
        ),
        Mistake(
            "the map is taken to be smaller than the image",
            "The layers are padded: the output has as many rows and columns as the input.",
            {"standard_macs": 435_456},
        ),
        Mistake(
            "the pointwise layer is taken to have nine taps",
            "A pointwise layer has a kernel of 1 × 1: one product for each input channel.",
            {"pointwise_macs": 518_400},
            where=POINTWISE,
        ),
        Mistake(
            "the column is taken to get 8 channels, too",
            "The column comes second. Its input is what the row gives: 12 channels.",
            {"pair": 984},
        ),
        Mistake(
            "a row and a column have as many weights as a square",
            "A row of 5 and a column of 5 have 5 weights each, for each pair of channels. That is the trick.",
            {"pair": 2412},
        ),
        Mistake(
            "the lengths of row and column are added",
            "The row looks only across and the column only down. Neither makes the other one longer.",
            {"pair_field": 9},
        ),
        Mistake(
            "the field is given as an area",
            "The receptive field is the *side* of the square that one output sees.",
            {"pair_field": 25},
        ),
    ),
    hint="Parameters: weights of one output channel, times the output channels, plus biases. "
    "Multiply-adds: numbers in the output, times products for one of them. Field: which columns does the row see?",
    solution="""
        predictions = {
            "standard": 12 * (8 * 3 * 3) + 12,
            "standard_macs": (12 * 20 * 30) * (8 * 3 * 3),
            "pointwise_macs": (12 * 20 * 30) * 8,
            "pair": 12 * (8 * 5) + 12 + 12 * (12 * 5) + 12,
            "pair_field": 5,
        }
    """,
    because="""
        Each output channel has a small kernel for each of the 8 input channels, and one bias.
        The output has 12 · 20 · 30 numbers, and each is a sum of as many products as one output channel has weights.
        The column gets the 12 channels that the row gives. The row reaches over 5 columns, the column over 5 rows:
        together they see 5 × 5 pixels.
    """,
    also="""
        from convlab.geometry import count_macs, count_parameters, receptive_field

        pair = nn.Sequential(nn.Conv2d(8, 12, (1, 5), padding=(0, 2)), nn.Conv2d(12, 12, (5, 1), padding=(2, 0)))
        predictions = {
            "standard": count_parameters(nn.Conv2d(8, 12, 3)),
            "standard_macs": count_macs(nn.Conv2d(8, 12, 3, padding=1), (1, 8, 20, 30)),
            "pointwise_macs": count_macs(nn.Conv2d(8, 12, 1), (1, 8, 20, 30)),
            "pair": torch.tensor(count_parameters(pair)),
            "pair_field": receptive_field(pair).size,
        }
    """,
)

# --- 04-dilated: taps with gaps ----------------------------------------------------------------------------------


def _with_gaps(draw):
    C, h, w, d = draw.whole(1, 3), draw.whole(1, 3), draw.whole(1, 4), draw.whole(1, 3)
    H, W = (max((d + 1) * (side - 1) + 1, d * side) + draw.whole(0, 2) for side in (h, w))  # gaps too wide fit, too
    return {"X": draw.tensor(C, H, W), "K": draw.tensor(C, h, w), "d": d}


def _layer(X, K, **options):
    """One output channel: all channels of the image and of the kernel, added up."""
    return conv2d(X, K[None], **options)[0]


def _stuffed_behind(X, K, d):
    """Write zeros behind every tap, behind the last one, too."""
    K = K.contiguous()
    wide = K.new_zeros(K.shape[0], d * K.shape[1], d * K.shape[2])
    wide[:, ::d, ::d] = K
    return _layer(X, wide)


def _framed(X, K, d):
    """Put zeros around, so that the map is as large as the image; an odd line goes to the right and the bottom."""
    rows, columns = (d * (side - 1) for side in K.shape[1:])
    return pad(X, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2))


DILATED = Exercise(
    name="04-dilated",
    title="taps with gaps",
    where=DILATED_TAPS,
    kind="function",
    variable="dilated",
    prompt="""
        Write `dilated(X, K, d)`. The image `X` has the shape (C, H, W), the kernel `K` the shape (C, h, w).
        The dilation `d` is a whole number: 1, 2 or more. Return *one* map: the dilated convolution, summed over
        the channels, as in the formula of section 5. No padding, no bias, stride 1.

        Use loops, slices or `corr2d`, as you like, but not the `dilation` of `F.conv2d`. How large is the map?
    """,
    placeholder="""
        def dilated(X, K, d):
            # your code
            ...
    """,
    cases=_with_gaps,
    right=lambda X, K, d: _layer(X, K, dilation=d),
    mistakes=(
        Mistake(
            "the dilation is counted from zero",
            "Dilation 1 is the ordinary kernel, without gaps: there are d − 1 zeros between two taps, not d.",
            lambda X, K, d: _layer(X, K, dilation=d + 1),
        ),
        Mistake(
            "the dilation is not used",
            "The taps must move apart: from one to the next it is d pixels.",
            lambda X, K, d: _layer(X, K),
        ),
        Mistake(
            "zeros behind the last tap",
            "Zeros stand only *between* the taps. The dilated kernel ends with its last tap.",
            _stuffed_behind,
        ),
        Mistake(
            "each tap is repeated in a block",
            "Dilation leaves gaps between the taps. The number of pixels that are multiplied stays the same.",
            lambda X, K, d: _layer(X, K.repeat_interleave(d, 1).repeat_interleave(d, 2)),
        ),
        Mistake(
            "the window moves by d (a stride, not a dilation)",
            "The window still moves by one pixel. The gaps are inside the window.",
            lambda X, K, d: _layer(X, K, stride=d),
        ),
        Mistake(
            "gaps between the rows only",
            "The taps move apart in both directions, down and across.",
            lambda X, K, d: _layer(X, K, dilation=(d, 1)),
        ),
        Mistake(
            "gaps between the columns only",
            "The taps move apart in both directions, down and across.",
            lambda X, K, d: _layer(X, K, dilation=(1, d)),
        ),
        Mistake(
            "the kernel is flipped",
            "Layers compute a correlation: the kernel lies on the image as it is.",
            lambda X, K, d: _layer(X, K.flip(1, 2), dilation=d),
        ),
        Mistake(
            "the channels are averaged",
            "The channels are added up. Nothing is divided by their number.",
            lambda X, K, d: _layer(X, K, dilation=d) / len(X),
        ),
        Mistake(
            "only the first channel is used",
            "The map is a sum over all channels: each has a slice of the kernel of its own.",
            lambda X, K, d: _layer(X[:1], K[:1], dilation=d),
        ),
        Mistake(
            "the channels are kept apart",
            "The formula has a sum over the channels: *one* map comes out. Separate maps are the depthwise layer.",
            lambda X, K, d: conv2d(X, K[:, None], dilation=d, groups=len(X)),
            where=DEPTHWISE,
        ),
        Mistake(
            "the map is padded to the size of the image",
            "There is no padding here: the whole dilated kernel must stay inside the image.",
            lambda X, K, d: _layer(_framed(X, K, d), K, dilation=d),
        ),
        Mistake(
            "the image is padded by d on each side",
            "There is no padding here: the whole dilated kernel must stay inside the image.",
            lambda X, K, d: _layer(X, K, dilation=d, padding=d),
        ),
    ),
    hint="The upper left output multiplies K[c, u, v] with X[c, d·u, d·v]. Compute it by hand for the input below.",
    solution="""
        def dilated(X, K, d):
            C, h, w = K.shape
            rows, columns = d * (h - 1) + 1, d * (w - 1) + 1
            stuffed = torch.zeros(C, rows, columns, dtype=K.dtype)
            stuffed[:, ::d, ::d] = K
            return sum(corr2d(X[c], stuffed[c]) for c in range(C))
    """,
    because="""
        From the first tap to the last there are $h - 1$ steps of $d$ pixels: the dilated kernel has
        $d(h - 1) + 1$ rows. It is a larger kernel with zeros stuffed in.
        So the map has $H - d(h - 1)$ rows and $W - d(w - 1)$ columns.

        The other way: fix one tap and look at all windows at once. The pixels under this tap are a piece of the image
        as large as the map, and it begins at row $d \\cdot u$ and column $d \\cdot v$.
    """,
    also="""
        def dilated(X, K, d):
            X, K = X.float().numpy(), K.float().numpy()
            C, h, w = K.shape
            rows, columns = X.shape[1] - d * (h - 1), X.shape[2] - d * (w - 1)
            Y = np.zeros((rows, columns), dtype="float32")
            for u in range(h):
                for v in range(w):
                    under = X[:, d * u : d * u + rows, d * v : d * v + columns]
                    Y += (under * K[:, u, v].reshape(C, 1, 1)).sum(axis=0)
            return Y
    """,
)

# --- 04-grouped: several small layers side by side ---------------------------------------------------------------


def _in_groups(draw):
    groups, into, out = draw.whole(1, 3), draw.whole(1, 3), draw.whole(1, 2)
    h, w = draw.whole(1, 2), draw.whole(1, 3)
    X = draw.tensor(groups * into, h + draw.whole(0, 2), w + draw.whole(0, 3))
    return {"X": X, "K": draw.tensor(groups * out, into, h, w), "groups": groups}


def _dealt(T, groups):
    """Return the channels in another order: first those that an even deal gives to the first group, and so on."""
    return torch.cat([T[g::groups] for g in range(groups)])


def _undealt(T, groups):
    return T.unflatten(0, (groups, -1)).transpose(0, 1).flatten(0, 1)


def _by_loop(first):
    """A plain loop that begins each group at the channel that first says; it may run off the end of X."""
    return lambda X, K, groups: torch.stack(
        [
            sum(conv2d(X[first(o, K, groups) + c][None], k[None, None, c])[0] for c in range(len(k)))
            for o, k in enumerate(K)
        ]
    )


GROUPED = Exercise(
    name="04-grouped",
    title="several small layers side by side",
    where=GROUPS,
    kind="function",
    variable="grouped",
    prompt="""
        Write `grouped(X, K, groups)`. The image `X` has the shape (C, H, W). The kernels `K` have the shape
        (C_out, C / groups, h, w), as the weight of `nn.Conv2d` with this number of groups. Return C_out maps.
        No padding, no bias, stride 1.

        You may use `F.conv2d` or `corr2d`, but not the `groups` of `F.conv2d`.
        How many channels of `X`, and how many kernels, belong to one group? If `groups` is C, it is a depthwise layer.
    """,
    placeholder="""
        def grouped(X, K, groups):
            # your code
            ...
    """,
    cases=_in_groups,
    right=lambda X, K, groups: conv2d(X, K, groups=groups),
    mistakes=(
        Mistake(
            "the channels are dealt out in turn",
            "A group is made of neighbours: the first group has the first channels, one after the other.",
            lambda X, K, groups: conv2d(_dealt(X, groups), K, groups=groups),
        ),
        Mistake(
            "the kernels are dealt out in turn",
            "The kernels are in blocks, too: the first C_out / groups of them belong to the first group.",
            lambda X, K, groups: _undealt(conv2d(X, _dealt(K, groups), groups=groups), groups),
        ),
        Mistake(
            "the maps are returned in another order",
            "First come all maps of the first group, then all maps of the second: the order of the kernels in K.",
            lambda X, K, groups: _undealt(conv2d(X, K, groups=groups), groups),
        ),
        Mistake(
            "channels and kernels are both dealt out in turn",
            "Groups are blocks of neighbours, both for the channels of X and for the kernels.",
            lambda X, K, groups: _undealt(conv2d(_dealt(X, groups), _dealt(K, groups), groups=groups), groups),
        ),
        Mistake(
            "the number of groups is taken for the number of channels in a group",
            "There are `groups` groups, and each has C / groups channels. So the next one begins C / groups further.",
            _by_loop(lambda o, K, groups: o // (len(K) // groups) * groups),
        ),
        Mistake(
            "the number of groups is taken for the number of kernels in a group",
            "There are `groups` groups, and each has C_out / groups kernels.",
            _by_loop(lambda o, K, groups: o // groups * K.shape[1]),
        ),
        Mistake(
            "every kernel sees the channels of the first group",
            "Each group looks at channels of its own. The second group begins where the first one ends.",
            lambda X, K, groups: conv2d(X[: K.shape[1]], K),
        ),
        Mistake(
            "every group uses the kernels of the first group",
            "Each group has kernels of its own. They are the next ones in K.",
            lambda X, K, groups: conv2d(X, K[: len(K) // groups].repeat(groups, 1, 1, 1), groups=groups),
        ),
        Mistake(
            "every kernel sees all channels",
            "A kernel looks only at the channels of its group. It has no weights for the others.",
            lambda X, K, groups: conv2d(X, K.repeat(1, groups, 1, 1)),
        ),
        Mistake(
            "the groups are added up",
            "The maps of the groups are not added. They lie on one stack: C_out maps come out.",
            lambda X, K, groups: conv2d(X, K, groups=groups).unflatten(0, (groups, -1)).sum(0),
        ),
        Mistake(
            "one channel in each group only",
            "A kernel has a slice for each channel of its group, and the results are added up.",
            lambda X, K, groups: conv2d(X[:: K.shape[1]], K[:, :1], groups=groups),
        ),
        Mistake(
            "the channels of a group are averaged",
            "Within a group the channels are added up. Nothing is divided by their number.",
            lambda X, K, groups: conv2d(X, K, groups=groups) / K.shape[1],
        ),
        Mistake(
            "the kernels are flipped",
            "Layers compute a correlation: the kernel lies on the image as it is.",
            lambda X, K, groups: conv2d(X, K.flip(2, 3), groups=groups),
        ),
    ),
    hint="Write down for each of the C_out maps which channels of X it may look at. Start with groups = 2.",
    solution="""
        def grouped(X, K, groups):
            parts = zip(X.chunk(groups), K.chunk(groups))
            return torch.cat([F.conv2d(x, k) for x, k in parts])
    """,
    because="""
        A group is a small standard layer. It takes C / groups neighbouring channels and C_out / groups neighbouring
        kernels. `chunk` cuts the first dimension into equal blocks of neighbours. The maps are put on one stack,
        in the order of the groups. If `groups` is C, each block of X has one channel: that is depthwise.
    """,
    also="""
        def grouped(X, K, groups):
            share = K.shape[1]  # channels in one group
            kernels_each = K.shape[0] // groups
            maps = []
            for o in range(K.shape[0]):
                first = (o // kernels_each) * share
                maps.append(sum(corr2d(X[first + c], K[o, c]) for c in range(share)))
            return torch.stack(maps).float().numpy()
    """,
)

EXERCISES = (COSTS, DILATED, GROUPED, PLAIN)
