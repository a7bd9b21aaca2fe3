"""Answers to 02-world, written from its prompt."""

# %% wrong: zeros on all sides | named
def world(X, K, stride, dilation):
    Y = F.conv2d(X[None, None], K[None, None], padding="same", dilation=dilation)[0, 0]
    return Y[::stride, ::stride]

# %% wrong: the poles go round, too | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (u // 2, u - u // 2, v // 2, v - v // 2), mode="circular")
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: the poles go round, the columns get zeros | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (0, 0, v // 2, v - v // 2), mode="circular")
    P = F.pad(P, (u // 2, u - u // 2, 0, 0))
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: the kernel is flipped | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (u // 2, u - u // 2, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    return F.conv2d(P, K.flip(0, 1)[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: the extra line is at the top and on the left | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (u - u // 2, u // 2, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v - v // 2, v // 2))
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: the extra column is on the left, the extra row at the bottom | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (u - u // 2, u // 2, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: the stride is ignored | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (u // 2, u - u // 2, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    return F.conv2d(P, K[None, None], dilation=dilation)[0, 0]

# %% wrong: the frame forgets the dilation | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = h - 1, w - 1
    P = F.pad(X[None, None], (u // 2, u - u // 2, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: the dilation is ignored | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = h - 1, w - 1
    P = F.pad(X[None, None], (u // 2, u - u // 2, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    return F.conv2d(P, K[None, None], stride=stride)[0, 0]

# %% wrong: dilation in the frame, not in the convolution | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (u // 2, u - u // 2, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    return F.conv2d(P, K[None, None], stride=stride)[0, 0]

# %% wrong: half a kernel on both sides, too much for an even one | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * h // 2, dilation * w // 2
    P = F.pad(X[None, None], (u, u, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v, v))
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: the smaller half on both sides, too little for an even kernel | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1) // 2, dilation * (w - 1) // 2
    P = F.pad(X[None, None], (u, u, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v, v))
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: each half times the dilation | named
def world(X, K, stride, dilation):
    h, w = K.shape
    top, left = dilation * ((h - 1) // 2), dilation * ((w - 1) // 2)
    P = F.pad(X[None, None], (left, dilation * (w - 1) - left, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, top, dilation * (h - 1) - top))
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: rows and columns of the kernel are swapped in the frame | named
def world(X, K, stride, dilation):
    w, h = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (u // 2, u - u // 2, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: a mirror on the left and right | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (u // 2, u - u // 2, 0, 0), mode="reflect")
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: the last column is repeated | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (u // 2, u - u // 2, 0, 0), mode="replicate")
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: the polar rows are repeated | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (u // 2, u - u // 2, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v // 2, v - v // 2), mode="replicate")
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: the stride is taken on the map before the convolution | named
def world(X, K, stride, dilation):
    X = X[::stride, ::stride]
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (u // 2, u - u // 2, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    return F.conv2d(P, K[None, None], dilation=dilation)[0, 0]

# %% wrong: the stride is used twice | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (u // 2, u - u // 2, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0][::stride, ::stride]

# %% wrong: the stride does not begin with the first row | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (u // 2, u - u // 2, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    Y = F.conv2d(P, K[None, None], dilation=dilation)[0, 0]
    return Y[stride - 1 :: stride, stride - 1 :: stride]

# %% wrong: the stride for the rows only | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (u // 2, u - u // 2, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    return F.conv2d(P, K[None, None], dilation=dilation)[0, 0][::stride]

# %% wrong: batch and channel stay | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (u // 2, u - u // 2, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)

# %% wrong: the first columns are put on the left, the last on the right | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    left, right = u // 2, u - u // 2
    P = torch.cat([X[:, :left], X, X[:, X.shape[1] - right :]], dim=1)
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    return F.conv2d(P[None, None], K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: minus zero: a kernel of one column copies the whole map | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    left, right = u // 2, u - u // 2
    P = torch.cat([X[:, -left:], X, X[:, :right]], dim=1)
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    return F.conv2d(P[None, None], K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: the whole frame is on the right and at the bottom | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (0, u, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, 0, v))
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: mode full | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (u, u, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v, v))
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: F.pad without a channel | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X, (u // 2, u - u // 2, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    return F.conv2d(P[None, None], K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: as few zeros as possible for the stride, as TensorFlow does | named
def world(X, K, stride, dilation):
    sides = []
    for n, k in zip(X.shape, K.shape):
        outputs = -(-n // stride)
        total = max(0, (outputs - 1) * stride + dilation * (k - 1) + 1 - n)
        sides.append((total // 2, total - total // 2))
    P = F.pad(X[None, None], (*sides[1], 0, 0), mode="circular")
    P = F.pad(P, (0, 0, *sides[0]))
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: always a frame of one | named
def world(X, K, stride, dilation):
    P = F.pad(X[None, None], (1, 1, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, 1, 1))
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: zeros first, and the frame of the columns comes on top of zeros | named
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X, (u // 2, u - u // 2, v // 2, v - v // 2))
    P = F.pad(P[None, None], (u // 2, u - u // 2, 0, 0), mode="circular")
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% wrong: rolled to the wrong side | named
def world(X, K, stride, dilation):
    (H, W), (h, w) = X.shape, K.shape
    top, left = dilation * (h - 1) // 2, dilation * (w - 1) // 2
    framed = F.pad(X, (0, 0, top, dilation * (h - 1) - top))
    Y = torch.zeros_like(X)
    for a in range(h):
        for b in range(w):
            Y += K[a, b] * framed[a * dilation : a * dilation + H].roll(b * dilation - left, dims=1)
    return Y[::stride, ::stride]

# %% right: F.pad twice | passed
def world(X, K, stride, dilation):
    h, w = K.shape
    v, u = dilation * (h - 1), dilation * (w - 1)
    P = F.pad(X[None, None], (u // 2, u - u // 2, 0, 0), mode="circular")
    P = F.pad(P, (0, 0, v // 2, v - v // 2))
    return F.conv2d(P, K[None, None], dilation=dilation, stride=stride)[0, 0]

# %% right: columns put together by hand, every stride-th of the full map | passed
def world(X, K, stride, dilation):
    h, w = K.shape
    u = dilation * (w - 1)
    left = u // 2
    W = X.shape[1]
    wide = torch.cat([X[:, W - left :], X, X[:, : u - left]], dim=1)
    v = dilation * (h - 1)
    high = torch.cat([torch.zeros(v // 2, wide.shape[1]), wide, torch.zeros(v - v // 2, wide.shape[1])])
    Y = F.conv2d(high[None, None], K[None, None], dilation=dilation)[0, 0]
    return Y[::stride, ::stride]

# %% right: loops, the column modulo W | passed
def world(X, K, stride, dilation):
    (H, W), (h, w) = X.shape, K.shape
    top, left = dilation * (h - 1) // 2, dilation * (w - 1) // 2
    Y = torch.zeros(len(range(0, H, stride)), len(range(0, W, stride)))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            for a in range(h):
                for b in range(w):
                    row = i * stride - top + a * dilation
                    column = (j * stride - left + b * dilation) % W
                    if 0 <= row < H:
                        Y[i, j] += X[row, column] * K[a, b]
    return Y

# %% right: the map is rolled for each weight | passed
def world(X, K, stride, dilation):
    (H, W), (h, w) = X.shape, K.shape
    top, left = dilation * (h - 1) // 2, dilation * (w - 1) // 2
    framed = F.pad(X, (0, 0, top, dilation * (h - 1) - top))
    Y = torch.zeros_like(X)
    for a in range(h):
        for b in range(w):
            Y += K[a, b] * framed[a * dilation : a * dilation + H].roll(left - b * dilation, dims=1)
    return Y[::stride, ::stride]

# %% right: an index for the columns, padding="same" left to PyTorch for the rows | passed
def world(X, K, stride, dilation):
    W, w = X.shape[1], K.shape[1]
    reach = dilation * (w - 1)
    columns = torch.arange(-(reach // 2), W + reach - reach // 2) % W
    v = dilation * (K.shape[0] - 1)
    tall = torch.zeros(X.shape[0] + v, columns.numel())
    tall[v // 2 : v // 2 + X.shape[0]] = X[:, columns]
    windows = tall.unfold(0, v + 1, stride).unfold(1, reach + 1, stride)[..., ::dilation, ::dilation]
    return (windows * K).sum((-1, -2))
