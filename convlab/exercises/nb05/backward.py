"""05-backward: the backward pass of a layer, by hand (capstone)."""

import torch
from torch.nn.functional import avg_pool2d, conv2d

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb05 import headings


def _unit(draw):
    C, h, w = draw.whole(1, 3, far=5), draw.whole(1, 4, far=5), draw.whole(1, 3, far=6)
    stride, rows, columns = draw.whole(1, 3, far=5), draw.whole(2, 5, far=11), draw.whole(2, 6, far=11)  # of Z
    H = (rows - 1) * stride + h + draw.whole(0, stride - 1)
    W = (columns - 1) * stride + w + draw.whole(0, stride - 1)
    G = draw.tensor(rows // 2, columns // 2)
    return {"X": draw.tensor(C, H, W), "K": draw.tensor(C, h, w), "stride": stride, "G": G}


@torch.inference_mode(False)
def _backward(X, K, stride, G):
    X, K, b = (tensor.clone().requires_grad_() for tensor in (X, K, X.new_zeros(())))
    Y = avg_pool2d(conv2d(X[None], K[None], stride=stride) + b, 2)
    return torch.autograd.grad(Y, (X, K, b), G[None, None])


BACKWARD = Exercise(
    name="05-backward",
    title="the whole way back (capstone)",
    where=headings.BACKWARD_PASS,
    minutes=20,
    kind="function",
    variable="backward",
    prompt="""
        A convolution with one output channel, then average pooling with windows of 2 × 2:

        `Z = F.conv2d(X[None], K[None], stride=stride)[0, 0] + b`, then `Y = F.avg_pool2d(Z[None, None], 2)[0, 0]`.

        The image `X` has the shape (C, H, W), the kernel `K` (C, h, w); `b` is a number. You are given `G`,
        the gradient of the loss with respect to `Y`. Write `backward(X, K, stride, G)`. It returns the three gradients
        `(to_X, to_K, to_b)`, each with the shape of what it belongs to. Everything from this notebook is allowed,
        but do it by hand: no autograd. (The imports: `F` and `torch`, and `conv_transpose2d` and others
        from `convlab.functional`.)

        Go back layer by layer: what is the gradient with respect to `Z`? Some pixels of `Z` may lie in no window
        of the pooling, and some pixels of `X` in no window of the convolution.
    """,
    placeholder="""
        def backward(X, K, stride, G):
            to_X = ...
            to_K = ...
            to_b = ...
            return to_X, to_K, to_b
    """,
    cases=_unit,
    returns=("to_X", "to_K", "to_b"),
    right=_backward,
    slips="""
        the way back through the mean does not divide by 4: A pixel of Z enters the mean with the weight 1/4, so it gets
            a quarter of G. @POOLING
            / 4 =>
        one pixel of each pooling window gets all: All four pixels enter the mean, each with the same weight. @POOLING
            F.interpolate(G[None, None], scale_factor=2) / 4 => F.conv_transpose2d(G[None, None], ONE, stride=2)
            ONE => G.new_ones(1, 1, 1, 1)
        pixels of Z that are in no pooling window get a share, too: What was left over by the pooling plays no part in
            Y: its gradient is 0. @POOLING
            scale_factor=2 => size=(rows, columns)
        the gradient for b is a mean: b was added to every pixel of Z, and each of them sends something back: add up.
            to_Z.sum() => G.mean()
        the gradient for b is the mean over Z: b was added to every pixel of Z. What these send back is added up.
            to_Z.sum() => to_Z.mean()
        the gradient for b is 1: Each pixel of Y grows as fast as b. But how fast does the loss grow with it? G says so.
            to_Z.sum() => torch.ones(())
        the gradient for b is 0: b itself does not change, but Y grows with it, and so the loss changes.
            to_Z.sum() => torch.zeros(())
        the gradient for b is the number of pixels: Each pixel of Y grows as fast as b. But does the loss? G says so.
            to_Z.sum() => torch.tensor(G.numel())
        the gradient for b is divided by 4: b is in all four pixels of a window, and four quarters are a whole.
            to_Z.sum() => G.sum() / 4
        the gradient for b is a whole map: b is one number, and so is its gradient. Add up what all pixels send back.
            to_Z.sum() => to_Z[0, 0]
        the kernel is turned in the gradient for X: Each number stamps the kernel *as it is* onto the window where it
            came from. Only if you correlate instead, it must be turned.
            K[None], => K[None].flip(2, 3),
        the gradient for X is stamped without the stride: The windows were `stride` pixels apart. So are the stamps.
            @STAMPS
            K[None], stride=stride => K[None]
        in the gradient for X, a later stamp overwrites an earlier one: A pixel that several windows have read gets
            something back from each of them. Where stamps overlap, they are added up. @STAMPS
            to_Z = F.pad(to_Z, (0, columns - to_Z.shape[3], 0, rows - to_Z.shape[2])) =>
            rows, columns = => stamps, rows, columns = torch.zeros_like(X),
            stamps = F.conv_transpose2d => for i, j in np.ndindex(rows, columns): stamps[WINDOW] = F.conv_transpose2d
            (to_Z, K[None], => (to_Z[:, :, i : i + 1, j : j + 1], K[None],
            WINDOW => :, i * stride : i * stride + h, j * stride : j * stride + w
        the lines of X that no window reads are missing in to_X: A gradient has the shape of what it belongs to. Pixels
            that were never read get 0.
            F.pad(to_Z, (0, columns - to_Z.shape[3], 0, rows - to_Z.shape[2])) => to_Z.view(1, 1, rows, columns)
            F.pad(stamps, (0, W - stamps.shape[2], 0, H - stamps.shape[1])) => stamps
        in the gradient for X the channels are added up: Each channel of X met its own slice of K.
            return to_X, => return to_X.sum(0, keepdim=True).expand_as(X),
        the gradient for K is turned by 180 degrees: K[c, a, b] met the pixel X[c, i · stride + a, j · stride + b]: a
            correlation, nothing is turned.
            to_X, to_K, => to_X, to_K.flip(1, 2),
        in the gradient for K the stride is not used: The pixels that one weight has met are `stride` apart.
            , dilation=stride =>
        in the gradient for K the stride is not used, and there are entries too many: The pixels that one weight has met
            are `stride` apart: a kernel with gaps.
            , dilation=stride)[:, 0, :h, :w] => )[:, 0]
        in the gradient for K the stride is used as a stride: The pixels that one weight has met are `stride` apart: a
            kernel with gaps, a *dilated* one.
            dilation=stride)[:, 0, :h, :w] => stride=stride)[:, 0]
        the gradient for K has entries too many: If the last lines of X were never read, the correlation has places that
            belong to no weight. Cut these.
            F.pad(to_Z, (0, columns - to_Z.shape[3], 0, rows - to_Z.shape[2])) => to_Z.view(1, 1, rows, columns)
            [:, 0, :h, :w] => [:, 0]
        in the gradient for K the channels are added up: Each channel of K met its own channel of X.
            to_X, to_K, => to_X, to_K.sum(0, keepdim=True).expand_as(K),
        in the gradient for K, only the last window counts: Every window was multiplied by K, and each sends something
            back. Does each one overwrite the one before?
            to_Z = F.pad(to_Z, (0, columns - to_Z.shape[3], 0, rows - to_Z.shape[2])) =>
            to_K = => i, j = rows * stride - stride, columns * stride - stride; to_K =
            F.conv2d(X[:, None], to_Z, dilation=stride)[:, 0 => to_Z[0, 0, rows - 1, columns - 1] * X[:, i:, j:][:
        the gradients for X and K are exchanged: First comes `to_X`, in the shape of X, then `to_K`, in the shape of K.
            to_X, to_K, => to_K, to_X,
        the way back through the mean divides by 2: A window has 2 × 2 pixels, each with the weight 1/4. @POOLING
            / 4 => / 2
        G is taken for the gradient of Z: Y is smaller than Z. First go back through the pooling. @POOLING
            F.interpolate(G[None, None], scale_factor=2) / 4 => G[None, None]
        G is taken for the gradient of Z, and no shape fits: Y is smaller. First go back through the pooling. @POOLING
            to_Z = F.interpolate(G[None, None], scale_factor=2) / 4 => to_Z = G[None, None]
            to_Z = F.pad(to_Z, (0, columns - to_Z.shape[3], 0, rows - to_Z.shape[2])) =>
            F.pad(stamps, (0, W - stamps.shape[2], 0, H - stamps.shape[1])) => stamps
            [:, 0, :h, :w] => [:, 0]
        G is divided by 4, but not made larger: A pixel of Y is the mean of four of Z, and all get their share. @POOLING
            F.interpolate(G[None, None], scale_factor=2) => G[None, None]
        one pixel of each pooling window gets a quarter, the others nothing: All four enter the mean. @POOLING
            F.interpolate(G[None, None], scale_factor=2) => F.conv_transpose2d(G[None, None], ONE, stride=2)
            ONE => G.new_ones(1, 1, 1, 1)
        G is set side by side with itself: Each number of G belongs to a block of four neighbours in Z. @LARGER
            F.interpolate(G[None, None], scale_factor=2) => G[None, None].repeat(1, 1, 2, 2)
        G is made larger by mixing neighbours: All four pixels of a window have one weight, so all get the same. @LARGER
            scale_factor=2 => scale_factor=2, mode="bilinear"
        pixels of Z that are in no pooling window get the share of the window beside them: Their gradient is 0. @POOLING
            0, rows - to_Z.shape[2])) => 0, rows - to_Z.shape[2]), mode="replicate")
        what the pooling leaves over is taken to lie above and on the left: The windows begin there. @POOLING
            0, columns - to_Z.shape[3] => columns - to_Z.shape[3], 0
            0, rows - to_Z.shape[2] => rows - to_Z.shape[2], 0
        the sign is that of a step downhill: A gradient points to where the loss grows. Only a step has the minus.
            / 4 => / -4
    """,
    hint="Let G be 1 in one place and 0 elsewhere. Which four pixels of Z does it reach, and which windows of X?",
    forbids=("autograd",),
    solution="""
        def backward(X, K, stride, G):
            (C, H, W), (_, h, w) = X.shape, K.shape
            rows, columns = (H - h) // stride + 1, (W - w) // stride + 1
            to_Z = F.interpolate(G[None, None], scale_factor=2) / 4
            to_Z = F.pad(to_Z, (0, columns - to_Z.shape[3], 0, rows - to_Z.shape[2]))
            stamps = F.conv_transpose2d(to_Z, K[None], stride=stride)[0]
            to_X = F.pad(stamps, (0, W - stamps.shape[2], 0, H - stamps.shape[1]))
            to_K = F.conv2d(X[:, None], to_Z, dilation=stride)[:, 0, :h, :w]
            return to_X, to_K, to_Z.sum()
    """,
    because="""
        *Pooling.* Each of the four pixels of a window enters the mean with 1/4. So G is made larger, each number
        a block of four, and divided by 4. That is `nearest`. Pixels of Z that are in no window get 0.

        *For X* each number stamps the kernel where its window was: a transposed convolution with the same stride.
        Pixels that were never read get 0.

        *For K* each channel of X is correlated with the gradient, whose numbers are `stride` pixels apart: a dilation.
        Places beyond h × w belong to no weight.

        *For b* all numbers are added up, because b is added to every pixel of Z.
    """,
)
