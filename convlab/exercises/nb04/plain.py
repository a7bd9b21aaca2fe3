"""04-plain: a separable, dilated, grouped layer is one plain convolution, and what that costs (capstone)."""

import torch
from torch.nn.functional import conv2d, pad

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb04 import headings


def _two_layers(draw):
    groups, into, out = draw.whole(1, 3, far=5), draw.whole(1, 2, far=5), draw.whole(1, 2, far=5)
    d, maps, M = draw.whole(1, 3, far=5), groups * out, draw.whole(1, 3, far=6)
    K = draw.tensor(maps, into, draw.whole(1, 3, far=5) + (d > 3), draw.whole(1, 3, far=5))
    return {"K": K, "b": draw.tensor(maps), "P": draw.tensor(M, maps), "q": draw.tensor(M), "d": d, "groups": groups}


def _impulses(C, h, w):
    """Images with a single 1: what a layer makes of them are the weights of the plain kernel."""
    return torch.eye(C * h * w, dtype=torch.float64).reshape(-1, C, h, w)


def _dense(K, P, d, groups):
    """Return the plain kernel, read off from what the two layers make of a single 1."""
    C, h, w = K.shape[1] * groups, d * (K.shape[2] - 1) + 1, d * (K.shape[3] - 1) + 1
    Y = conv2d(conv2d(_impulses(C, h, w), K, dilation=d, groups=groups), P[:, :, None, None])
    return Y.reshape(C, h, w, -1).movedim(3, 0)


def _ratio(K, P, dense):
    return (K.numel() + P.numel()) / dense.numel()


def _plain(K, b, P, q, d, groups):
    dense = _dense(K, P, d, groups)
    return dense, P @ b + q, _ratio(K, P, dense)


def _kernel_by(formula):
    """Return an answer with another kernel; the rest is right."""
    return lambda K, b, P, q, d, groups: (formula(K, P, d, groups), *_plain(K, b, P, q, d, groups)[1:])


def _bias_by(formula):
    """Return an answer with another bias; the rest is right."""

    def wrong(K, b, P, q, d, groups):
        dense, _, ratio = _plain(K, b, P, q, d, groups)
        return dense, formula(K, b, P, q), ratio

    return wrong


def _ratio_by(formula):
    """Return an answer with another ratio; the rest is right."""

    def wrong(K, b, P, q, d, groups):
        dense, bias, _ = _plain(K, b, P, q, d, groups)
        return dense, bias, formula(K, b, P, q, dense)

    return wrong


def _first_group_only(K, P, d, groups):
    """Write all kernels into the channels of the first group."""
    return torch.cat([_dense(K, P, d, 1)] + [0 * _dense(K, P, d, 1)] * (groups - 1), dim=1)


def _dealt_channels(K, P, d, groups):
    """Give the channels to the groups in turn."""
    return _dense(K, P, d, groups).unflatten(1, (groups, -1)).transpose(1, 2).flatten(1, 2)


def _dealt_kernels(K, P, d, groups):
    """Give the kernels to the groups in turn."""
    order = [o for g in range(groups) for o in range(g, len(K), groups)]
    return _dense(K[order], P[:, order], d, groups)


PLAIN = Exercise(
    name="04-plain",
    title="a plain convolution in disguise (capstone)",
    where=headings.SEPARABLE,
    minutes=15,
    kind="function",
    variable="plain",
    prompt="""
        Two layers follow each other, without an activation between them. The first is grouped and dilated: kernels `K`
        of shape (O, C / groups, h, w), biases `b` (O), dilation `d`. The second is pointwise: a matrix `P` of shape
        (M, O) and biases `q` (M). If `groups` is C, this is a separable layer.

        Show that they are *one* standard convolution. Write `plain(K, b, P, q, d, groups)`. It returns three things:

        * `dense`: the kernels of the standard layer, of shape (M, C, ..., ...), without groups and dilation;
        * `bias`: its M biases;
        * `ratio`: the multiply-adds of the two layers for one place of the output, divided by those of the standard
          layer. (Count all weights of `dense`, the zeros too.)

        Then `F.conv2d(X, dense, bias)` gives what the two layers give. Which of the weights in `dense` must be 0?
    """,
    placeholder="""
        def plain(K, b, P, q, d, groups):
            dense = ...
            bias = ...
            ratio = ...
            return dense, bias, ratio
    """,
    cases=_two_layers,
    returns=("dense", "bias", "ratio"),
    right=_plain,
    mistakes=(
        Mistake(
            "all kernels are written into the channels of the first group",
            "Each group looks at channels of its own: the second group begins where the first one ends.",
            _kernel_by(_first_group_only),
            where=headings.WHO_SEES_WHAT,
        ),
        Mistake(
            "the kernels are written into all channels",
            "A kernel has no weights for the channels of the other groups: there the weight is 0.",
            _kernel_by(lambda K, P, d, groups: _dense(K, P, d, 1).repeat(1, groups, 1, 1)),
            where=headings.WHO_SEES_WHAT,
        ),
        Mistake(
            "the channels are dealt out in turn",
            "A group is made of neighbours: the first group has the first channels, one after the other.",
            _kernel_by(_dealt_channels),
            where=headings.WHO_SEES_WHAT,
        ),
        Mistake(
            "the kernels are dealt out in turn",
            "The kernels are in blocks: the first O / groups of them belong to the first group.",
            _kernel_by(_dealt_kernels),
            where=headings.WHO_SEES_WHAT,
        ),
        Mistake(
            "the dilation is not used",
            "The taps of K are d pixels apart. The standard layer has no dilation, so its kernel needs the zeros.",
            _kernel_by(lambda K, P, d, groups: _dense(K, P, 1, groups)),
            where=headings.DILATED_TAPS,
        ),
        Mistake(
            "the dilation is counted from zero",
            "Dilation 1 is the ordinary kernel, without gaps: there are d − 1 zeros between two taps, not d.",
            _kernel_by(lambda K, P, d, groups: _dense(K, P, d + 1, groups)),
            where=headings.DILATED_TAPS,
        ),
        Mistake(
            "zeros behind the last tap",
            "Zeros stand only *between* the taps. The dilated kernel ends with its last tap.",
            _kernel_by(lambda K, P, d, groups: pad(_dense(K, P, d, groups), (0, d - 1, 0, d - 1))),
            where=headings.DILATED_TAPS,
        ),
        Mistake(
            "the kernels are flipped",
            "Both layers compute a correlation. A pointwise layer turns nothing round.",
            _kernel_by(lambda K, P, d, groups: _dense(K, P, d, groups).flip(2, 3)),
        ),
        Mistake(
            "the first biases are forgotten",
            "The first layer adds a bias to each of its maps, and the pointwise layer sees these maps.",
            _bias_by(lambda K, b, P, q: q),
            where=headings.POINTWISE,
        ),
        Mistake(
            "the biases of the pointwise layer are forgotten",
            "The pointwise layer has biases, too. They are added at the end.",
            _bias_by(lambda K, b, P, q: P @ b),
            where=headings.POINTWISE,
        ),
        Mistake(
            "the first biases are added up without weights",
            "The pointwise layer mixes the maps, and the flat map of each bias with them. With which weights?",
            _bias_by(lambda K, b, P, q: b.sum() + q),
            where=headings.POINTWISE,
        ),
        Mistake(
            "the first biases are multiplied by the weights of the first layer",
            "A bias is added after the kernel has done its work. Only the pointwise layer still works on it.",
            _bias_by(lambda K, b, P, q: P @ (b * K.sum((1, 2, 3))) + q),
            where=headings.POINTWISE,
        ),
        Mistake(
            "the biases count as multiply-adds",
            "A bias is added without a product, so it is not counted.",
            _ratio_by(lambda K, b, P, q, dense: (K.numel() + len(b) + P.numel() + len(q)) / (dense.numel() + len(q))),
            where=headings.COUNTING,
        ),
        Mistake(
            "the pointwise layer costs nothing",
            "The pointwise layer has a product for each of its weights, at every place.",
            _ratio_by(lambda K, b, P, q, dense: K.numel() / dense.numel()),
        ),
        Mistake(
            "the costs of the two layers are multiplied",
            "The two layers work one after the other: their costs are added.",
            _ratio_by(lambda K, b, P, q, dense: K.numel() * P.numel() / dense.numel()),
        ),
        Mistake(
            "the zeros of the standard kernel are left out of the ratio",
            "A standard layer multiplies with every weight of its kernel, whether it is 0 or not.",
            _ratio_by(
                lambda K, b, P, q, dense: (
                    (K.numel() + P.numel()) / (len(q) * K[0].numel() * dense.shape[1] / K.shape[1])
                )
            ),
        ),
        Mistake(
            "the ratio is upside down",
            "Divide the cost of the two layers by the cost of the one.",
            _ratio_by(lambda K, b, P, q, dense: dense.numel() / (K.numel() + P.numel())),
        ),
    ),
    hint="Take it in steps: first d = 1 and groups = 1, then gaps, then groups. Compare with the two layers on an X.",
    solution="""
        def plain(K, b, P, q, d, groups):
            O, share, h, w = K.shape
            wide = torch.zeros(O, share * groups, d * (h - 1) + 1, d * (w - 1) + 1, dtype=K.dtype)
            for o in range(O):
                first = o // (O // groups) * share
                wide[o, first : first + share, ::d, ::d] = K[o]
            dense = (P @ wide.flatten(1)).reshape(-1, *wide.shape[1:])
            ratio = (K.numel() + P.numel()) / dense.numel()
            return dense, P @ b + q, ratio
    """,
    because="""
        *The first layer* as a standard one: the taps move apart, with zeros between them, and each kernel gets all
        C channels, with zeros in those of the other groups.

        *The pointwise layer* mixes the maps with the matrix $P$. Maps are sums of products with kernels, so mixing the
        maps is mixing the kernels: a matrix product. The biases are flat maps, mixed in the same way. Then add $q$.

        *The cost.* At every place, each weight is used once. So count weights, without the biases.
    """,
)
