"""Answers to 04-dilated, written from its prompt."""

# %% wrong: the size of the map without dilation, cut windows | named
def dilated(X, K, d):
    C, H, W = X.shape
    _, h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1)
    for i in range(H - h + 1):
        for j in range(W - w + 1):
            for a in range(h):
                for b in range(w):
                    if i + d * a < H and j + d * b < W:
                        Y[i, j] += (X[:, i + d * a, j + d * b] * K[:, a, b]).sum()
    return Y

# %% wrong: the size of the map without dilation, so the index runs out | named
def dilated(X, K, d):
    C, H, W = X.shape
    _, h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1)
    for i in range(H - h + 1):
        for j in range(W - w + 1):
            for c in range(C):
                for a in range(h):
                    for b in range(w):
                        Y[i, j] += X[c, i + d * a, j + d * b] * K[c, a, b]
    return Y

# %% wrong: the size is H - d * h + 1 | named
def dilated(X, K, d):
    C, H, W = X.shape
    _, h, w = K.shape
    Y = torch.zeros(H - d * h + 1, W - d * w + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            for c in range(C):
                for a in range(h):
                    for b in range(w):
                        Y[i, j] += X[c, i + d * a, j + d * b] * K[c, a, b]
    return Y

# %% wrong: the + 1 of the size is forgotten | named
def dilated(X, K, d):
    C, H, W = X.shape
    _, h, w = K.shape
    Y = torch.zeros(H - d * (h - 1) - 1, W - d * (w - 1) - 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            for a in range(h):
                for b in range(w):
                    Y[i, j] += (X[:, i + d * a, j + d * b] * K[:, a, b]).sum()
    return Y

# %% wrong: the dilation is used as a stride | named
def dilated(X, K, d):
    C, H, W = X.shape
    _, h, w = K.shape
    rows, columns = (H - h) // d + 1, (W - w) // d + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[:, i * d:i * d + h, j * d:j * d + w] * K).sum()
    return Y

# %% wrong: d zeros between the taps, a dilation one too large | named
def dilated(X, K, d):
    C, h, w = K.shape
    step = d + 1
    big = torch.zeros(C, (h - 1) * step + 1, (w - 1) * step + 1)
    big[:, ::step, ::step] = K
    return F.conv2d(X[None], big[None])[0, 0]

# %% wrong: the channels are not summed | named
def dilated(X, K, d):
    C, H, W = X.shape
    _, h, w = K.shape
    rows, columns = H - d * (h - 1), W - d * (w - 1)
    Y = torch.zeros(C, rows, columns)
    for c in range(C):
        for i in range(rows):
            for j in range(columns):
                Y[c, i, j] = (X[c, i:i + d * (h - 1) + 1:d, j:j + d * (w - 1) + 1:d] * K[c]).sum()
    return Y

# %% wrong: the mean over the channels | named
def dilated(X, K, d):
    C, H, W = X.shape
    _, h, w = K.shape
    rows, columns = H - d * (h - 1), W - d * (w - 1)
    Y = torch.zeros(rows, columns)
    for a in range(h):
        for b in range(w):
            Y += (X[:, a * d:a * d + rows, b * d:b * d + columns] * K[:, a, b][:, None, None]).mean(0)
    return Y

# %% wrong: only the first channel | named
def dilated(X, K, d):
    C, H, W = X.shape
    _, h, w = K.shape
    rows, columns = H - d * (h - 1), W - d * (w - 1)
    Y = torch.zeros(rows, columns)
    for a in range(h):
        for b in range(w):
            Y += X[0, a * d:a * d + rows, b * d:b * d + columns] * K[0, a, b]
    return Y

# %% wrong: the kernel is flipped | named
def dilated(X, K, d):
    K = K.flip(1, 2)
    C, H, W = X.shape
    _, h, w = K.shape
    rows, columns = H - d * (h - 1), W - d * (w - 1)
    Y = torch.zeros(rows, columns)
    for a in range(h):
        for b in range(w):
            Y += (X[:, a * d:a * d + rows, b * d:b * d + columns] * K[:, a, b][:, None, None]).sum(0)
    return Y

# %% wrong: the dilation only downwards | named
def dilated(X, K, d):
    C, H, W = X.shape
    _, h, w = K.shape
    rows, columns = H - d * (h - 1), W - w + 1
    Y = torch.zeros(rows, columns)
    for a in range(h):
        for b in range(w):
            Y += (X[:, a * d:a * d + rows, b:b + columns] * K[:, a, b][:, None, None]).sum(0)
    return Y

# %% wrong: h and w swapped in the size | unnamed
def dilated(X, K, d):
    C, H, W = X.shape
    _, w, h = K.shape
    rows, columns = H - d * (h - 1), W - d * (w - 1)
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[:, i:i + d * (h - 1) + 1:d, j:j + d * (w - 1) + 1:d] * K).sum()
    return Y

# %% wrong: the kernel is taken as square | named
def dilated(X, K, d):
    C, H, W = X.shape
    k = K.shape[1]
    rows, columns = H - d * (k - 1), W - d * (k - 1)
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            for a in range(k):
                for b in range(k):
                    Y[i, j] += (X[:, i + a * d, j + b * d] * K[:, a, b]).sum()
    return Y

# %% wrong: the image is thinned out, the map is too small | named
def dilated(X, K, d):
    return F.conv2d(X[:, ::d, ::d][None], K[None])[0, 0]

# %% wrong: the dilation is ignored | named
def dilated(X, K, d):
    from convlab.functional import corr2d
    return sum(corr2d(X[c], K[c]) for c in range(len(X)))

# %% wrong: the result has the shape (1, 1, H, W) | named
def dilated(X, K, d):
    C, h, w = K.shape
    big = torch.zeros(C, (h - 1) * d + 1, (w - 1) * d + 1)
    big[:, ::d, ::d] = K
    return F.conv2d(X[None], big[None])

# %% wrong: the slice ends too early: a tap is lost, and the shapes do not fit | named
def dilated(X, K, d):
    C, H, W = X.shape
    _, h, w = K.shape
    rows, columns = H - d * (h - 1), W - d * (w - 1)
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[:, i:i + h:d, j:j + w:d] * K).sum()
    return Y

# %% wrong: it uses the forbidden dilation | unnamed
def dilated(X, K, d):
    return F.conv2d(X[None], K[None], dilation=d)[0, 0]

# %% wrong: d + a in place of d * a | unnamed
def dilated(X, K, d):
    C, H, W = X.shape
    _, h, w = K.shape
    rows, columns = H - d * (h - 1), W - d * (w - 1)
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            for a in range(h):
                for b in range(w):
                    if i + d + a < H and j + d + b < W:
                        Y[i, j] += (X[:, i + d + a, j + d + b] * K[:, a, b]).sum()
    return Y

# %% wrong: zeros around, so that the size stays as without dilation | named
def dilated(X, K, d):
    C, h, w = K.shape
    big = torch.zeros(C, (h - 1) * d + 1, (w - 1) * d + 1)
    big[:, ::d, ::d] = K
    return F.conv2d(X[None], big[None], padding=((h - 1) * d // 2, (w - 1) * d // 2))[0, 0]

# %% wrong: right for d = 1 and 2 only: one line of zeros is stuffed in | unnamed
def dilated(X, K, d):
    C, h, w = K.shape
    if d == 1:
        return F.conv2d(X[None], K[None])[0, 0]
    big = torch.zeros(C, 2 * h - 1, 2 * w - 1)
    big[:, ::2, ::2] = K
    return F.conv2d(X[None], big[None])[0, 0]

# %% right: slices of the image | passed
def dilated(X, K, d):
    C, H, W = X.shape
    _, h, w = K.shape
    rows, columns = H - d * (h - 1), W - d * (w - 1)
    Y = torch.zeros(rows, columns)
    for a in range(h):
        for b in range(w):
            Y += (X[:, a * d:a * d + rows, b * d:b * d + columns] * K[:, a, b][:, None, None]).sum(0)
    return Y

# %% right: zeros stuffed into the kernel, with corr2d | passed
def dilated(X, K, d):
    from convlab.functional import corr2d
    C, h, w = K.shape
    big = torch.zeros(C, d * (h - 1) + 1, d * (w - 1) + 1)
    big[:, ::d, ::d] = K
    total = corr2d(X[0], big[0])
    for c in range(1, C):
        total = total + corr2d(X[c], big[c])
    return total

# %% right: five loops | passed
def dilated(X, K, d):
    C, H, W = X.shape
    _, h, w = K.shape
    rows = H - d * (h - 1)
    columns = W - d * (w - 1)
    out = [[0.0] * columns for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            for c in range(C):
                for a in range(h):
                    for b in range(w):
                        out[i][j] += float(X[c, i + d * a, j + d * b] * K[c, a, b])
    return torch.tensor(out)

# %% right: einsum over a strided view | passed
def dilated(X, K, d):
    C, H, W = X.shape
    _, h, w = K.shape
    rows, columns = H - d * (h - 1), W - d * (w - 1)
    s, t, u = X.stride()
    windows = X.as_strided((C, rows, columns, h, w), (s, t, u, d * t, d * u))
    return torch.einsum("cijab,cab->ij", windows, K)

# %% right: kron makes the kernel with zeros | passed
def dilated(X, K, d):
    C, h, w = K.shape
    dot = torch.zeros(1, d, d)
    dot[0, 0, 0] = 1
    big = torch.kron(K, dot.to(K.dtype))[:, :(h - 1) * d + 1, :(w - 1) * d + 1]
    return F.conv2d(X[None], big[None]).squeeze(0).squeeze(0)

# %% right: F.unfold has a dilation of its own | passed
def dilated(X, K, d):
    C, H, W = X.shape
    _, h, w = K.shape
    columns = F.unfold(X[None], (h, w), dilation=d)
    return (K.flatten() @ columns[0]).reshape(H - d * (h - 1), W - d * (w - 1))
