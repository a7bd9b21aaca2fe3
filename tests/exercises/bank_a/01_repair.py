"""Answers to 01-repair, written from its prompt."""

# %% wrong: nothing is repaired, the code is handed in as it was | unnamed
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h, W - w, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[0]):
            Y[i, j] = (X[i : i + h, j : j + w] * K.flip(0, 1)).sum()
    return Y

# %% wrong: only the size is repaired | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[0]):
            Y[i, j] = (X[i : i + h, j : j + w] * K.flip(0, 1)).sum()
    return Y

# %% wrong: only the range of the columns is repaired | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h, W - w, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K.flip(0, 1)).sum()
    return Y

# %% wrong: only the flip is taken out | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h, W - w, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[0]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y

# %% wrong: the flip is left in | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K.flip(0, 1)).sum()
    return Y

# %% wrong: the columns still run as far as the rows | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[0]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y

# %% wrong: the size is still one too small | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h, W - w, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y

# %% wrong: one more row, but not one more column | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y

# %% wrong: the map has the right size, but the loops stop one early | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(H - h):
        for j in range(W - w):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y

# %% wrong: the flip becomes a transpose | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K.T).sum()
    return Y

# %% wrong: the flip is taken out in one direction only | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K.flip(1)).sum()
    return Y

# %% wrong: the ranges of rows and columns are exchanged | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(Y.shape[1]):
        for j in range(Y.shape[0]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y

# %% wrong: one is subtracted, not added | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h - 1, W - w - 1, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y

# %% wrong: the window is cut with the kernel's height in both directions | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + h] * K).sum()
    return Y

# %% wrong: matrix multiplication instead of pixel times weight | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] @ K).sum()
    return Y

# %% wrong: the mean of the products, so that it stays in the range | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).mean()
    return Y

# %% wrong: the map is as large as the image, zeros stay where no window fits | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H, W, dtype=X.dtype)
    for i in range(H - h + 1):
        for j in range(W - w + 1):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y

# %% wrong: the window jumps by its own size | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i * h : i * h + h, j * w : j * w + w] * K).sum()
    return Y

# %% wrong: the flip is moved from the kernel to the window | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w].flip(0, 1) * K).sum()
    return Y

# %% wrong: return stands inside the loop | named
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
        return Y

# %% wrong: prints the map and returns nothing | unnamed
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    print(Y)

# %% wrong: the products are written into the image | unnamed
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            window = X[i : i + h, j : j + w]
            window *= K
            Y[i, j] = window.sum()
    return Y

# %% wrong: corr2d itself is called | unnamed
from convlab.functional import corr2d


def repaired(X, K):
    return corr2d(X, K)

# %% right: the three faults are repaired in place | passed
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y

# %% right: the places are counted anew, the size is that of the ranges | passed
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(H - h + 1):
        for j in range(W - w + 1):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y

# %% right: the flip is undone by a second flip | passed
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    K = K.flip(0, 1)
    Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K.flip(0, 1)).sum()
    return Y

# %% right: a list of rows, stacked | passed
def repaired(X, K):
    (H, W), (h, w) = X.shape, K.shape
    rows = []
    for i in range(H - h + 1):
        row = [(X[i : i + h, j : j + w] * K).sum() for j in range(W - w + 1)]
        rows.append(torch.stack(row))
    return torch.stack(rows)

# %% right: loops over the kernel, not over the map | passed
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    rows, columns = H - h + 1, W - w + 1
    Y = 0
    for a in range(h):
        for b in range(w):
            Y = Y + X[a : a + rows, b : b + columns] * K[a, b]
    return Y

# %% right: in the learner's world of float32 | passed
def repaired(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H - h + 1, W - w + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y

# %% right: written anew with unfold | passed
def repaired(X, K):
    h, w = K.shape
    windows = X.unfold(0, h, 1).unfold(1, w, 1)
    return (windows * K).sum((2, 3))
