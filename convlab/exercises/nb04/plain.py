"""04-plain: a separable, dilated, grouped layer is one plain convolution, and what that costs (capstone)."""

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb04 import headings


def _two_layers(draw):
    groups, into, out = draw.whole(1, 3, far=5), draw.whole(1, 2, far=5), draw.whole(1, 2, far=5)
    d, maps, M = draw.whole(1, 3, far=5), groups * out, draw.whole(1, 3, far=6)
    K = draw.tensor(maps, into, draw.whole(1, 3, far=5) + (d > 3), draw.whole(1, 3, far=5))
    return {"K": K, "b": draw.tensor(maps), "P": draw.tensor(M, maps), "q": draw.tensor(M), "d": d, "groups": groups}


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
    slips="""
        all kernels are written into the channels of the first group: Each group looks at channels of its own: the
            second group begins where the first one ends. @WHO_SEES_WHAT
            o // (O // groups) * share => 0
        the kernels are written into all channels: A kernel has no weights for the channels of the other groups: there
            the weight is 0. @WHO_SEES_WHAT
            first : first + share, ::d, ::d] = K[o] => :, ::d, ::d] = K[o].repeat(groups, 1, 1)
        the channels are dealt out in turn: A group is made of neighbours: the first group has the first channels, one
            after the other. @WHO_SEES_WHAT
            first : first + share => o // (O // groups) :: groups
        the kernels are dealt out in turn: The kernels are in blocks: the first O / groups of them belong to the first
            group. @WHO_SEES_WHAT
            o // (O // groups) => o % groups
        channels and kernels are both dealt out in turn: Groups are blocks of neighbours, in both. @WHO_SEES_WHAT
            first : first + share => o % groups :: groups
        each kernel gets a group of its own: O / groups kernels share a group, and see the same channels. @WHO_SEES_WHAT
            o // (O // groups) * share => o * share
        the number of groups is taken for the number of kernels in a group: There are `groups` groups, and each has
            O / groups kernels. @WHO_SEES_WHAT
            o // (O // groups) => o // groups
        each kernel is written into one channel only: It has a slice for every channel of its group. @WHO_SEES_WHAT
            first : first + share, ::d, ::d] = K[o] => o % (share * groups), ::d, ::d] = K[o, 0]
        the kernel of a separable layer is taken for the general one: That product is right for a depthwise layer
            without gaps. Here a kernel may have several slices, and d − 1 zeros between two taps. @WHO_SEES_WHAT
            (P @ wide.flatten(1)).reshape(-1, *wide.shape[1:]) => P[:, :, None, None] * {1: K.squeeze(1)}[share]
        the kernels of a group overwrite each other: They look at the same channels: *add* their weights. @WHO_SEES_WHAT
            K[o] => K[o] * ((o + 1) % (O // groups) == 0)
        the pointwise layer is left out: Each of the M maps is a mixture of the O maps of the first layer. @POINTWISE
            (P @ wide.flatten(1)).reshape(-1, *wide.shape[1:]) => wide
            P @ b + q => b
        the matrix is transposed: Row m of P holds the weights of output m, one for each of the O maps. @POINTWISE
            P @ => {O: P.T}[len(q)] @
        the dilation is not used: The taps of K are d pixels apart. The standard layer has no dilation, so its kernel
            needs the zeros. @DILATED_TAPS
            O, share, h, w = K.shape => (O, share, h, w), d = K.shape, 1
        gaps between the rows only: The taps move apart in both directions, down and across. @DILATED_TAPS
            d * (w - 1) + 1 => w
            ::d, ::d => ::d
        gaps between the columns only: The taps move apart in both directions, down and across. @DILATED_TAPS
            d * (h - 1) + 1 => h
            ::d, ::d => :, ::d
        the dilation is counted from zero: Dilation 1 is the ordinary kernel, without gaps: there are d − 1 zeros
            between two taps, not d. @DILATED_TAPS
            O, share, h, w = K.shape => (O, share, h, w), d = K.shape, d + 1
        zeros behind the last tap: Zeros stand only *between* the taps. The dilated kernel ends with its last
            tap. @DILATED_TAPS
            d * (h - 1) + 1, d * (w - 1) + 1 => d * h, d * w
        the kernels are flipped: Both layers compute a correlation. A pointwise layer turns nothing round.
            K[o] => K[o].flip(1, 2)
        the first biases are forgotten: The first layer adds a bias to each of its maps, and the pointwise layer sees
            these maps. @POINTWISE
            P @ b + q => q
        the biases of the pointwise layer are forgotten: The pointwise layer has biases, too. They are added at the
            end. @POINTWISE
            P @ b + q => P @ b
        the first biases are added up without weights: The pointwise layer mixes the maps, and the flat map of each
            bias with them. With which weights? @POINTWISE
            P @ b + q => b.sum() + q
        the first biases are multiplied by the weights of the first layer: A bias is added after the kernel has done
            its work. Only the pointwise layer still works on it. @POINTWISE
            P @ b => P @ (b * K.sum((1, 2, 3)))
        the biases of the pointwise layer are multiplied, too: They are added afterwards, as they are. @POINTWISE
            P @ b + q => P @ b + P.sum(1) * q
        the second bias is added for each kernel: It is added once, after the maps have been mixed. @POINTWISE
            P @ b + q => P @ b + O * q
        the biases count as multiply-adds: A bias is added without a product, so it is not counted. @COUNTING
            (K.numel() + P.numel()) / dense.numel() => (K.numel() + O + P.numel() + len(q)) / (dense.numel() + len(q))
        the pointwise layer costs nothing: The pointwise layer has a product for each of its weights, at every place.
            + P.numel() =>
        the first layer is counted as a standard one: Its kernels see the channels of their group only. @GROUPS
            K.numel() + => K.numel() * groups +
        the gaps count as products of the dilated layer: It jumps over them: no weights stand there. @DILATED_TAPS
            K.numel() + => wide.numel() / groups +
        the costs of the two layers are multiplied: The two layers work one after the other: their costs are added.
            K.numel() + => K.numel() *
        the zeros of the standard kernel are left out of the ratio: A standard layer multiplies with every weight of
            its kernel, whether it is 0 or not.
            / dense.numel() => / (len(q) * K[0].numel() * groups)
        only weights that are not 0 are counted: A standard layer multiplies with every weight, 0 or not. @COUNTING
            dense.numel() => dense.count_nonzero()
        the ratio is that of a separable layer: The short formula is for a depthwise layer without gaps, with as many
            kernels as channels. In general count the weights of all three layers.
            (K.numel() + P.numel()) / dense.numel() => 1 / len(q) + 1 / (h * w)
        the ratio is given in per cent: If both cost the same, the ratio is 1, not 100.
            ratio = => ratio = 100 *
        the ratio is upside down: Divide the cost of the two layers by the cost of the one.
            (K.numel() + P.numel()) / dense.numel() => dense.numel() / (K.numel() + P.numel())
    """,
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
