"""Answers to 05-transposed, written from its prompt."""

# %% wrong: padding and extra are forgotten | named
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    Y = torch.zeros((H - 1) * stride + h, (W - 1) * stride + w)
    for i in range(H):
        for j in range(W):
            Y[i * stride:i * stride + h, j * stride:j * stride + w] += X[i, j] * K
    return Y

# %% wrong: the padding is cut off at the beginning only | named
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    Y = torch.zeros((H - 1) * stride + h + extra, (W - 1) * stride + w + extra)
    for i in range(H):
        for j in range(W):
            Y[i * stride:i * stride + h, j * stride:j * stride + w] += X[i, j] * K
    return Y[padding:, padding:]

# %% wrong: the padding is added on each side, as for an ordinary convolution | named
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    Y = torch.zeros((H - 1) * stride + h + extra, (W - 1) * stride + w + extra)
    for i in range(H):
        for j in range(W):
            Y[i * stride:i * stride + h, j * stride:j * stride + w] += X[i, j] * K
    return F.pad(Y, (padding, padding, padding, padding))

# %% wrong: the extra lines are zeros, added after the padding was cut off | named
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    Y = torch.zeros((H - 1) * stride + h, (W - 1) * stride + w)
    for i in range(H):
        for j in range(W):
            Y[i * stride:i * stride + h, j * stride:j * stride + w] += X[i, j] * K
    Y = Y[padding:Y.shape[0] - padding, padding:Y.shape[1] - padding]
    return F.pad(Y, (0, extra, 0, extra))

# %% wrong: the extra lines are at the top and on the left | named
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    Y = torch.zeros((H - 1) * stride + h, (W - 1) * stride + w)
    for i in range(H):
        for j in range(W):
            Y[i * stride:i * stride + h, j * stride:j * stride + w] += X[i, j] * K
    Y = F.pad(Y, (extra, 0, extra, 0))
    return Y[padding:Y.shape[0] - padding, padding:Y.shape[1] - padding]

# %% wrong: extra is ignored | named
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    Y = torch.zeros((H - 1) * stride + h, (W - 1) * stride + w)
    for i in range(H):
        for j in range(W):
            Y[i * stride:i * stride + h, j * stride:j * stride + w] += X[i, j] * K
    return Y[padding:Y.shape[0] - padding, padding:Y.shape[1] - padding]

# %% wrong: Y[p:-p]: empty for padding 0 | named
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    Y = torch.zeros((H - 1) * stride + h + extra, (W - 1) * stride + w + extra)
    for i in range(H):
        for j in range(W):
            Y[i * stride:i * stride + h, j * stride:j * stride + w] += X[i, j] * K
    return Y[padding:-padding, padding:-padding]

# %% wrong: the stamps overwrite, they are not added | named
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    Y = torch.zeros((H - 1) * stride + h + extra, (W - 1) * stride + w + extra)
    for i in range(H):
        for j in range(W):
            Y[i * stride:i * stride + h, j * stride:j * stride + w] = X[i, j] * K
    return Y[padding:Y.shape[0] - padding, padding:Y.shape[1] - padding]

# %% wrong: the stamps are flipped | named
def transposed(X, K, stride, padding, extra):
    K = K.flip(0, 1)
    (H, W), (h, w) = X.shape, K.shape
    Y = torch.zeros((H - 1) * stride + h + extra, (W - 1) * stride + w + extra)
    for i in range(H):
        for j in range(W):
            Y[i * stride:i * stride + h, j * stride:j * stride + w] += X[i, j] * K
    return Y[padding:Y.shape[0] - padding, padding:Y.shape[1] - padding]

# %% wrong: the size is H * stride + h, one step too large | named
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    Y = torch.zeros(H * stride + h + extra, W * stride + w + extra)
    for i in range(H):
        for j in range(W):
            Y[i * stride:i * stride + h, j * stride:j * stride + w] += X[i, j] * K
    return Y[padding:Y.shape[0] - padding, padding:Y.shape[1] - padding]

# %% wrong: the stamps are next to each other, the stride is ignored | named
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    Y = torch.zeros(H + h - 1 + extra, W + w - 1 + extra)
    for i in range(H):
        for j in range(W):
            Y[i:i + h, j:j + w] += X[i, j] * K
    return Y[padding:Y.shape[0] - padding, padding:Y.shape[1] - padding]

# %% wrong: an ordinary convolution with stride | named
def transposed(X, K, stride, padding, extra):
    return F.conv2d(X[None, None], K[None, None], stride=stride, padding=padding)[0, 0]

# %% wrong: stride zeros between the pixels | named
def transposed(X, K, stride, padding, extra):
    from convlab.functional import corr2d
    (H, W), (h, w) = X.shape, K.shape
    s = stride + 1
    stuffed = torch.zeros((H - 1) * s + 1, (W - 1) * s + 1)
    stuffed[::s, ::s] = X
    framed = F.pad(stuffed, (w - 1, w - 1 + extra, h - 1, h - 1 + extra))
    Y = corr2d(framed, K.flip(0, 1))
    return Y[padding:Y.shape[0] - padding, padding:Y.shape[1] - padding]

# %% wrong: view 2, the kernel is transposed in place of flipped | named
def transposed(X, K, stride, padding, extra):
    from convlab.functional import corr2d
    (H, W), (h, w) = X.shape, K.shape
    stuffed = torch.zeros((H - 1) * stride + 1, (W - 1) * stride + 1)
    stuffed[::stride, ::stride] = X
    framed = F.pad(stuffed, (w - 1, w - 1 + extra, h - 1, h - 1 + extra))
    Y = corr2d(framed, K.T)
    return Y[padding:Y.shape[0] - padding, padding:Y.shape[1] - padding]

# %% wrong: view 2, flipped along one axis only | named
def transposed(X, K, stride, padding, extra):
    from convlab.functional import corr2d
    (H, W), (h, w) = X.shape, K.shape
    stuffed = torch.zeros((H - 1) * stride + 1, (W - 1) * stride + 1)
    stuffed[::stride, ::stride] = X
    framed = F.pad(stuffed, (w - 1, w - 1 + extra, h - 1, h - 1 + extra))
    Y = corr2d(framed, K.flip(0))
    return Y[padding:Y.shape[0] - padding, padding:Y.shape[1] - padding]

# %% wrong: view 2, the frame has h and w swapped | named
def transposed(X, K, stride, padding, extra):
    from convlab.functional import corr2d
    (H, W), (h, w) = X.shape, K.shape
    stuffed = torch.zeros((H - 1) * stride + 1, (W - 1) * stride + 1)
    stuffed[::stride, ::stride] = X
    framed = F.pad(stuffed, (h - 1, h - 1 + extra, w - 1, w - 1 + extra))
    Y = corr2d(framed, K.flip(0, 1))
    return Y[padding:Y.shape[0] - padding, padding:Y.shape[1] - padding]

# %% wrong: extra on both sides | named
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    Y = torch.zeros((H - 1) * stride + h + 2 * extra, (W - 1) * stride + w + 2 * extra)
    for i in range(H):
        for j in range(W):
            a, b = i * stride + extra, j * stride + extra
            Y[a:a + h, b:b + w] += X[i, j] * K
    return Y[padding:Y.shape[0] - padding, padding:Y.shape[1] - padding]

# %% wrong: the padding is cut off X | named
def transposed(X, K, stride, padding, extra):
    X = X[padding:X.shape[0] - padding, padding:X.shape[1] - padding]
    (H, W), (h, w) = X.shape, K.shape
    Y = torch.zeros((H - 1) * stride + h + extra, (W - 1) * stride + w + extra)
    for i in range(H):
        for j in range(W):
            Y[i * stride:i * stride + h, j * stride:j * stride + w] += X[i, j] * K
    return Y

# %% wrong: the stamps are not weighted with the pixel | named
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    Y = torch.zeros((H - 1) * stride + h + extra, (W - 1) * stride + w + extra)
    for i in range(H):
        for j in range(W):
            Y[i * stride:i * stride + h, j * stride:j * stride + w] += K
    return Y[padding:Y.shape[0] - padding, padding:Y.shape[1] - padding]

# %% wrong: extra only in the rows | named
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    Y = torch.zeros((H - 1) * stride + h + extra, (W - 1) * stride + w)
    for i in range(H):
        for j in range(W):
            Y[i * stride:i * stride + h, j * stride:j * stride + w] += X[i, j] * K
    return Y[padding:Y.shape[0] - padding, padding:Y.shape[1] - padding]

# %% wrong: the extra line repeats the last one | unnamed
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    Y = torch.zeros((H - 1) * stride + h, (W - 1) * stride + w)
    for i in range(H):
        for j in range(W):
            Y[i * stride:i * stride + h, j * stride:j * stride + w] += X[i, j] * K
    Y = F.pad(Y[None, None], (0, extra, 0, extra), mode="replicate")[0, 0]
    return Y[padding:Y.shape[0] - padding, padding:Y.shape[1] - padding]

# %% wrong: rows and columns of the result swapped (the kernel is taken as w, h) | named
def transposed(X, K, stride, padding, extra):
    (H, W), (w, h) = X.shape, K.shape
    Y = torch.zeros((H - 1) * stride + h + extra, (W - 1) * stride + w + extra)
    for i in range(H):
        for j in range(W):
            Y[i * stride:i * stride + h, j * stride:j * stride + w] += X[i, j] * K.T
    return Y[padding:Y.shape[0] - padding, padding:Y.shape[1] - padding]

# %% right: stamps | passed
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    Y = torch.zeros((H - 1) * stride + h + extra, (W - 1) * stride + w + extra)
    for i in range(H):
        for j in range(W):
            Y[i * stride:i * stride + h, j * stride:j * stride + w] += X[i, j] * K
    return Y[padding:Y.shape[0] - padding, padding:Y.shape[1] - padding]

# %% right: zeros stuffed in, corr2d with the flipped kernel | passed
def transposed(X, K, stride, padding, extra):
    from convlab.functional import corr2d
    (H, W), (h, w) = X.shape, K.shape
    stuffed = X.new_zeros((H - 1) * stride + 1, (W - 1) * stride + 1)
    stuffed[::stride, ::stride] = X
    p, q = h - 1 - padding, w - 1 - padding
    return corr2d(F.pad(stuffed, (q, q + extra, p, p + extra)), K.flip(0, 1))

# %% right: the matrix, transposed | passed
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    rows = (H - 1) * stride + h - 2 * padding + extra
    columns = (W - 1) * stride + w - 2 * padding + extra
    ones = torch.eye(rows * columns, dtype=K.dtype).reshape(-1, 1, rows, columns)
    C = F.conv2d(ones, K[None, None], stride=stride, padding=padding).flatten(1)
    return (C @ X.flatten()).reshape(rows, columns)

# %% right: F.fold adds up the stamps | passed
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    rows, columns = (H - 1) * stride + h - 2 * padding + extra, (W - 1) * stride + w - 2 * padding + extra
    stamps = K.flatten()[:, None] * X.flatten()[None, :]
    return F.fold(stamps[None], (rows, columns), (h, w), stride=stride, padding=padding)[0, 0]

# %% right: the gradient of a convolution | passed
def transposed(X, K, stride, padding, extra):
    (H, W), (h, w) = X.shape, K.shape
    image = torch.zeros(1, 1, (H - 1) * stride + h - 2 * padding + extra, (W - 1) * stride + w - 2 * padding + extra,
                        dtype=X.dtype, requires_grad=True)
    F.conv2d(image, K[None, None], stride=stride, padding=padding).backward(X[None, None])
    return image.grad[0, 0]

# %% right: a loop over the kernel's numbers | passed
def transposed(X, K, stride, padding, extra):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros((H - 1) * stride + h + extra, (W - 1) * stride + w + extra)
    for a in range(h):
        for b in range(w):
            Y[a:a + (H - 1) * stride + 1:stride, b:b + (W - 1) * stride + 1:stride] += K[a, b] * X
    rows, columns = Y.shape
    return Y[padding:rows - padding, padding:columns - padding].contiguous()
