"""Answers to 05-backward, written from its prompt."""

# %% wrong: the gradient of Z is not divided by 4 | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    to_Z = torch.zeros(rows, columns)
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1)
    to_Z[:big.shape[0], :big.shape[1]] = big
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] += to_Z[i, j] * K
            to_K += to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_X, to_K, to_Z.sum()

# %% wrong: the whole gradient goes to one pixel of the window, as for max pooling | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    to_Z = torch.zeros(rows, columns)
    to_Z[:2 * G.shape[0]:2, :2 * G.shape[1]:2] = G
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] += to_Z[i, j] * K
            to_K += to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_X, to_K, to_Z.sum()

# %% wrong: divided by 2 | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    to_Z = torch.zeros(rows, columns)
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 2
    to_Z[:big.shape[0], :big.shape[1]] = big
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] += to_Z[i, j] * K
            to_K += to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_X, to_K, to_Z.sum()

# %% wrong: the pooling is forgotten: G is used as the gradient of Z | named
def backward(X, K, stride, G):
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(G.shape[0]):
        for j in range(G.shape[1]):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] += G[i, j] * K
            to_K += G[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_X, to_K, G.sum()

# %% wrong: pixels of Z without a window are forgotten: sizes only fit when even | named
def backward(X, K, stride, G):
    from convlab.functional import conv_transpose2d
    to_Z = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 4
    to_X = conv_transpose2d(to_Z[None, None], K[None], stride=stride)[0]
    _, h, w = K.shape
    to_K = torch.zeros(K.shape)
    for i in range(to_Z.shape[0]):
        for j in range(to_Z.shape[1]):
            to_K += to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_X, to_K, to_Z.sum()

# %% wrong: stretched to Z's size with interpolate | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    to_Z = F.interpolate(G[None, None], size=(rows, columns))[0, 0] / 4
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] += to_Z[i, j] * K
            to_K += to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_X, to_K, to_Z.sum()

# %% wrong: the gradient of b is the mean of the gradient of Z | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    to_Z = torch.zeros(rows, columns)
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 4
    to_Z[:big.shape[0], :big.shape[1]] = big
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] += to_Z[i, j] * K
            to_K += to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_X, to_K, to_Z.mean()

# %% wrong: the gradient of b is 1 | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    to_Z = torch.zeros(rows, columns)
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 4
    to_Z[:big.shape[0], :big.shape[1]] = big
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] += to_Z[i, j] * K
            to_K += to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_X, to_K, torch.tensor(1.0)

# %% wrong: the stride is forgotten on the way to X | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    to_Z = torch.zeros(rows, columns)
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 4
    to_Z[:big.shape[0], :big.shape[1]] = big
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i:i + h, j:j + w] += to_Z[i, j] * K
            to_K += to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_X, to_K, to_Z.sum()

# %% wrong: the stride is forgotten on the way to K | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    to_Z = torch.zeros(rows, columns)
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 4
    to_Z[:big.shape[0], :big.shape[1]] = big
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] += to_Z[i, j] * K
            to_K += to_Z[i, j] * X[:, i:i + h, j:j + w]
    return to_X, to_K, to_Z.sum()

# %% wrong: the stamps of the way to X are flipped | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    to_Z = torch.zeros(rows, columns)
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 4
    to_Z[:big.shape[0], :big.shape[1]] = big
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] += to_Z[i, j] * K.flip(1, 2)
            to_K += to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_X, to_K, to_Z.sum()

# %% wrong: the gradient of the kernel is flipped | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    to_Z = torch.zeros(rows, columns)
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 4
    to_Z[:big.shape[0], :big.shape[1]] = big
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] += to_Z[i, j] * K
            to_K += to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_X, to_K.flip(1, 2), to_Z.sum()

# %% wrong: X and K are mixed up: the gradients in the wrong order | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    to_Z = torch.zeros(rows, columns)
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 4
    to_Z[:big.shape[0], :big.shape[1]] = big
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] += to_Z[i, j] * K
            to_K += to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_K, to_X, to_Z.sum()

# %% wrong: the channels of to_K are added up and spread | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    to_Z = torch.zeros(rows, columns)
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 4
    to_Z[:big.shape[0], :big.shape[1]] = big
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] += to_Z[i, j] * K
            to_K += to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w].sum(0)
    return to_X, to_K, to_Z.sum()

# %% wrong: the overlapping stamps overwrite each other | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    to_Z = torch.zeros(rows, columns)
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 4
    to_Z[:big.shape[0], :big.shape[1]] = big
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] = to_Z[i, j] * K
            to_K += to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_X, to_K, to_Z.sum()

# %% wrong: G is spread to the wrong end of Z when its size is odd | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 4
    to_Z = F.pad(big, (columns - big.shape[1], 0, rows - big.shape[0], 0))
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] += to_Z[i, j] * K
            to_K += to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_X, to_K, to_Z.sum()

# %% wrong: G is tiled with repeat, not repeat_interleave | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    to_Z = torch.zeros(rows, columns)
    big = G.repeat(2, 2) / 4
    to_Z[:big.shape[0], :big.shape[1]] = big
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] += to_Z[i, j] * K
            to_K += to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_X, to_K, to_Z.sum()

# %% wrong: the size of to_X: the lines of X without a window are missing | named
def backward(X, K, stride, G):
    from convlab.functional import conv_transpose2d
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 4
    to_Z = F.pad(big, (0, columns - big.shape[1], 0, rows - big.shape[0]))
    to_X = conv_transpose2d(to_Z[None, None], K[None], stride=stride)[0]
    to_K = F.conv2d(X[:, None], to_Z[None, None], dilation=stride)[:, 0, :K.shape[1], :K.shape[2]]
    return to_X, to_K, to_Z.sum()

# %% wrong: to_K is too large: lines without a window make places of their own | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 4
    to_Z = F.pad(big, (0, columns - big.shape[1], 0, rows - big.shape[0]))
    to_X = torch.zeros(X.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] += to_Z[i, j] * K
    to_K = F.conv2d(X[:, None], to_Z[None, None], dilation=stride)[:, 0]
    return to_X, to_K, to_Z.sum()

# %% wrong: to_K by a convolution with stride in place of dilation | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 4
    to_Z = F.pad(big, (0, columns - big.shape[1], 0, rows - big.shape[0]))
    to_X = torch.zeros(X.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] += to_Z[i, j] * K
    to_K = F.conv2d(X[:, None], to_Z[None, None], stride=stride)[:, 0]
    return to_X, to_K, to_Z.sum()

# %% wrong: a minus: the step, not the gradient | named
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    to_Z = torch.zeros(rows, columns)
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 4
    to_Z[:big.shape[0], :big.shape[1]] = big
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] -= to_Z[i, j] * K
            to_K -= to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_X, to_K, -to_Z.sum()

# %% wrong: half done: only to_b and to_K | unnamed
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    to_Z = torch.zeros(rows, columns)
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 4
    to_Z[:big.shape[0], :big.shape[1]] = big
    to_X = ...
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_K += to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_X, to_K, to_Z.sum()

# %% right: stamps | passed
def backward(X, K, stride, G):
    rows, columns = (X.shape[1] - K.shape[1]) // stride + 1, (X.shape[2] - K.shape[2]) // stride + 1
    to_Z = torch.zeros(rows, columns)
    big = G.repeat_interleave(2, 0).repeat_interleave(2, 1) / 4
    to_Z[:big.shape[0], :big.shape[1]] = big
    to_X = torch.zeros(X.shape)
    to_K = torch.zeros(K.shape)
    _, h, w = K.shape
    for i in range(rows):
        for j in range(columns):
            to_X[:, i * stride:i * stride + h, j * stride:j * stride + w] += to_Z[i, j] * K
            to_K += to_Z[i, j] * X[:, i * stride:i * stride + h, j * stride:j * stride + w]
    return to_X, to_K, to_Z.sum()

# %% right: transposed convolution and dilated correlation | passed
def backward(X, K, stride, G):
    from convlab.functional import conv_transpose2d
    C, H, W = X.shape
    _, h, w = K.shape
    rows, columns = (H - h) // stride + 1, (W - w) // stride + 1
    to_Z = conv_transpose2d(G[None, None], G.new_full((1, 1, 2, 2), 0.25), stride=2)[0, 0]
    to_Z = F.pad(to_Z, (0, columns - to_Z.shape[1], 0, rows - to_Z.shape[0]))
    to_X = conv_transpose2d(to_Z[None, None], K[None], stride=stride)[0]
    to_X = F.pad(to_X, (0, W - to_X.shape[2], 0, H - to_X.shape[1]))
    to_K = F.conv2d(X[:, None], to_Z[None, None], dilation=stride)[:, 0, :h, :w]
    return to_X, to_K, G.sum()

# %% right: the pixels of Y one by one | passed
def backward(X, K, stride, G):
    h, w = K.shape[1:]
    to_X, to_K, to_b = torch.zeros_like(X), torch.zeros_like(K), 0.0
    for m in range(G.shape[0]):
        for n in range(G.shape[1]):
            for i in (2 * m, 2 * m + 1):
                for j in (2 * n, 2 * n + 1):
                    g = float(G[m, n]) / 4
                    rows = slice(i * stride, i * stride + h)
                    columns = slice(j * stride, j * stride + w)
                    to_X[:, rows, columns] += g * K
                    to_K += g * X[:, rows, columns]
                    to_b += g
    return [to_X, to_K, to_b]

# %% right: both layers are one convolution with a larger kernel | passed
def backward(X, K, stride, G):
    C, h, w = K.shape
    big = torch.zeros(C, h + stride, w + stride, dtype=K.dtype)
    places = [(a, b) for a in (0, stride) for b in (0, stride)]
    for a, b in places:
        big[:, a:a + h, b:b + w] += K / 4
    to_X, to_big = torch.zeros_like(X), torch.zeros_like(big)
    for m in range(G.shape[0]):
        for n in range(G.shape[1]):
            i, j = 2 * m * stride, 2 * n * stride
            to_X[:, i:i + h + stride, j:j + w + stride] += G[m, n] * big
            to_big += G[m, n] * X[:, i:i + h + stride, j:j + w + stride]
    to_K = sum(to_big[:, a:a + h, b:b + w] for a, b in places) / 4
    return to_X, to_K, G.sum().reshape(())

# %% right: einsum over windows, fold for the way back | passed
def backward(X, K, stride, G):
    C, H, W = X.shape
    _, h, w = K.shape
    windows = X.unfold(1, h, stride).unfold(2, w, stride)
    to_Z = torch.zeros(windows.shape[1:3], dtype=X.dtype)
    to_Z[:2 * len(G), :2 * G.shape[1]] = torch.kron(G, torch.full((2, 2), 0.25, dtype=X.dtype))
    to_K = torch.einsum("cijab,ij->cab", windows, to_Z)
    parts = K.reshape(-1, 1) * to_Z.reshape(1, -1)
    to_X = F.fold(parts[None], (H, W), (h, w), stride=stride)[0]
    return to_X, to_K, to_Z.sum().item()
