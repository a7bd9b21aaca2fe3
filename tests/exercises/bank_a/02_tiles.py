"""Answers to 02-tiles, written from its prompt."""

# %% wrong: each piece gets its own zeros, so there are seams | named
def tiled(X, K, side, layer):
    h, w = K.shape
    step_r, step_c = side - h + 1, side - w + 1
    rows = []
    for i in range(0, X.shape[0], step_r):
        row = []
        for j in range(0, X.shape[1], step_c):
            piece = X[i : i + step_r, j : j + step_c]
            piece = F.pad(piece, (w // 2, w // 2, h // 2, h // 2))
            row.append(layer(piece))
        rows.append(torch.cat(row, 1))
    return torch.cat(rows, 0)

# %% wrong: the pieces do not overlap | unnamed
def tiled(X, K, side, layer):
    h, w = K.shape
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    rows = []
    for i in range(0, X.shape[0], side):
        row = []
        for j in range(0, X.shape[1], side):
            row.append(layer(padded[i : i + side, j : j + side]))
        rows.append(torch.cat(row, 1))
    return torch.cat(rows, 0)

# %% wrong: the pieces overlap by h rows, which is one too many | named
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    Y = torch.zeros(H, W, dtype=X.dtype)
    for i in range(0, H, side - h):
        for j in range(0, W, side - w):
            piece = layer(padded[i : i + side, j : j + side])
            Y[i : i + piece.shape[0], j : j + piece.shape[1]] = piece
    return Y

# %% wrong: the pieces overlap by half a kernel | unnamed
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    Y = torch.zeros(H, W, dtype=X.dtype)
    for i in range(0, H, side - h // 2):
        for j in range(0, W, side - w // 2):
            piece = layer(padded[i : i + side, j : j + side])
            Y[i : i + piece.shape[0], j : j + piece.shape[1]] = piece
    return Y

# %% wrong: no zeros around the map, it comes out smaller | named
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    rows = []
    for i in range(0, H - h + 1, side - h + 1):
        row = []
        for j in range(0, W - w + 1, side - w + 1):
            row.append(layer(X[i : i + side, j : j + side]))
        rows.append(torch.cat(row, 1))
    return torch.cat(rows, 0)

# %% wrong: one pixel of the result for each call | named
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    Y = torch.zeros(H, W, dtype=X.dtype)
    for i in range(H):
        for j in range(W):
            Y[i, j] = layer(padded[i : i + h, j : j + w])[0, 0]
    return Y

# %% wrong: the padding is in the order of the shape, rows first | unnamed
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    padded = F.pad(X, (h // 2, h // 2, w // 2, w // 2))
    Y = torch.zeros(H, W, dtype=X.dtype)
    for i in range(0, H, side - h + 1):
        for j in range(0, W, side - w + 1):
            piece = layer(padded[i : i + side, j : j + side])
            Y[i : i + piece.shape[0], j : j + piece.shape[1]] = piece
    return Y

# %% wrong: the kernel is taken to be square | named falsely: more pieces than needed
def tiled(X, K, side, layer):
    H, W = X.shape
    k = K.shape[0]
    p = k // 2
    padded = F.pad(X, (p, p, p, p))
    step = side - k + 1
    rows = []
    for i in range(0, H, step):
        row = [layer(padded[i : i + side, j : j + side]) for j in range(0, W, step)]
        rows.append(torch.cat(row, 1))
    return torch.cat(rows, 0)

# %% wrong: the pieces are side pixels of the result, so too large for the layer | unnamed
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    Y = torch.zeros(H, W, dtype=X.dtype)
    for i in range(0, H, side):
        for j in range(0, W, side):
            piece = padded[i : i + side + h - 1, j : j + side + w - 1]
            Y[i : i + side, j : j + side] = layer(piece)
    return Y

# %% wrong: the last pieces, which are not full, are forgotten | named
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    Y = torch.zeros(H, W, dtype=X.dtype)
    for i in range(0, padded.shape[0] - side + 1, side - h + 1):
        for j in range(0, padded.shape[1] - side + 1, side - w + 1):
            piece = layer(padded[i : i + side, j : j + side])
            Y[i : i + piece.shape[0], j : j + piece.shape[1]] = piece
    return Y

# %% wrong: the whole map goes to the layer at once | unnamed
def tiled(X, K, side, layer):
    h, w = K.shape
    return layer(F.pad(X, (w // 2, w // 2, h // 2, h // 2)))

# %% wrong: the padding is h - 1 on each side, as for the full convolution | named falsely: more pieces than needed
def tiled(X, K, side, layer):
    h, w = K.shape
    padded = F.pad(X, (w - 1, w - 1, h - 1, h - 1))
    rows = []
    for i in range(0, padded.shape[0] - h + 1, side - h + 1):
        row = []
        for j in range(0, padded.shape[1] - w + 1, side - w + 1):
            row.append(layer(padded[i : i + side, j : j + side]))
        rows.append(torch.cat(row, 1))
    return torch.cat(rows, 0)

# %% wrong: all zeros stand above and on the left | unnamed
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    padded = F.pad(X, (w - 1, 0, h - 1, 0))
    Y = torch.zeros(H, W, dtype=X.dtype)
    for i in range(0, H, side - h + 1):
        for j in range(0, W, side - w + 1):
            piece = layer(padded[i : i + side, j : j + side])
            Y[i : i + piece.shape[0], j : j + piece.shape[1]] = piece
    return Y

# %% wrong: the pieces are joined in the wrong direction | unnamed
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    columns = []
    for i in range(0, H, side - h + 1):
        column = [layer(padded[i : i + side, j : j + side]) for j in range(0, W, side - w + 1)]
        columns.append(torch.cat([c.T for c in column], 0))
    return torch.cat(columns, 1)

# %% wrong: the image is taken to be square | unnamed
def tiled(X, K, side, layer):
    H = X.shape[0]
    h, w = K.shape
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    rows = []
    for i in range(0, H, side - h + 1):
        row = [layer(padded[i : i + side, j : j + side]) for j in range(0, H, side - w + 1)]
        rows.append(torch.cat(row, 1))
    return torch.cat(rows, 0)

# %% wrong: the last piece is moved back to be full, and what overlaps is added twice | unnamed
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    Y = torch.zeros(H, W, dtype=X.dtype)
    for i in range(0, H, side - h + 1):
        for j in range(0, W, side - w + 1):
            top = max(min(i, padded.shape[0] - side), 0)
            left = max(min(j, padded.shape[1] - side), 0)
            piece = layer(padded[top : top + side, left : left + side])
            Y[top : top + piece.shape[0], left : left + piece.shape[1]] += piece
    return Y

# %% wrong: the layer is called twice for each piece, first for its shape | unnamed
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    Y = torch.zeros(H, W, dtype=X.dtype)
    for i in range(0, H, side - h + 1):
        for j in range(0, W, side - w + 1):
            piece = padded[i : i + side, j : j + side]
            rows, columns = layer(piece).shape
            Y[i : i + rows, j : j + columns] = layer(piece)
    return Y

# %% wrong: only the rows are cut, the pieces are as wide as the map | unnamed
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    strips = [layer(padded[i : i + side]) for i in range(0, H, side - h + 1)]
    return torch.cat(strips, 0)

# %% wrong: an overlap of 2, as for 3 x 3 | named
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    rows = []
    for i in range(0, H, side - 2):
        row = [layer(padded[i : i + side, j : j + side]) for j in range(0, W, side - 2)]
        rows.append(torch.cat(row, 1))
    return torch.cat(rows, 0)

# %% wrong: the border is mirrored, not zero | unnamed
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    padded = F.pad(X[None, None], (w // 2, w // 2, h // 2, h // 2), mode="reflect")[0, 0]
    rows = []
    for i in range(0, H, side - h + 1):
        row = [layer(padded[i : i + side, j : j + side]) for j in range(0, W, side - w + 1)]
        rows.append(torch.cat(row, 1))
    return torch.cat(rows, 0)

# %% wrong: the map is filtered without the layer | unnamed
def tiled(X, K, side, layer):
    h, w = K.shape
    return F.conv2d(X[None, None], K[None, None], padding=(h // 2, w // 2))[0, 0]

# %% wrong: a list of pieces comes back | unnamed
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    pieces = []
    for i in range(0, H, side - h + 1):
        for j in range(0, W, side - w + 1):
            pieces.append(layer(padded[i : i + side, j : j + side]))
    return pieces

# %% wrong: one piece too many, the loops run over the padded map | unnamed
def tiled(X, K, side, layer):
    h, w = K.shape
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    rows = []
    for i in range(0, padded.shape[0], side - h + 1):
        row = []
        for j in range(0, padded.shape[1], side - w + 1):
            row.append(layer(padded[i : i + side, j : j + side]))
        rows.append(torch.cat(row, 1))
    return torch.cat(rows, 0)

# %% wrong: the larger side of the kernel counts in both directions, so more calls (subtle) | named
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    step = side - max(h, w) + 1
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    rows = []
    for i in range(0, H, step):
        row = []
        for j in range(0, W, step):
            row.append(layer(padded[i : i + step + h - 1, j : j + step + w - 1]))
        rows.append(torch.cat(row, 1))
    return torch.cat(rows, 0)

# %% right: the pieces are joined, rows and columns | passed
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    rows = []
    for i in range(0, H, side - h + 1):
        row = []
        for j in range(0, W, side - w + 1):
            row.append(layer(padded[i : i + side, j : j + side]))
        rows.append(torch.cat(row, 1))
    return torch.cat(rows, 0)

# %% right: written into a map of zeros, in float32 | passed
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    Y = torch.zeros(H, W)
    r, c = side - (h - 1), side - (w - 1)
    for i in range(math.ceil(H / r)):
        for j in range(math.ceil(W / c)):
            piece = padded[i * r : i * r + side, j * c : j * c + side]
            Y[i * r : (i + 1) * r, j * c : (j + 1) * c] = layer(piece)
    return Y

# %% right: the last pieces are moved back and overwrite | passed
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    padded = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
    Y = torch.empty_like(X)
    for i in range(0, H, side - h + 1):
        for j in range(0, W, side - w + 1):
            top = max(min(i, padded.shape[0] - side), 0)
            left = max(min(j, padded.shape[1] - side), 0)
            piece = layer(padded[top : top + side, left : left + side])
            Y[top : top + piece.shape[0], left : left + piece.shape[1]] = piece
    return Y

# %% right: more zeros on the right and below, so that all pieces are full; cut at the end | passed
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    r, c = side - h + 1, side - w + 1
    more_rows, more_columns = -H % r, -W % c
    padded = F.pad(X, (w // 2, w // 2 + more_columns, h // 2, h // 2 + more_rows))
    Y = torch.zeros(H + more_rows, W + more_columns, dtype=X.dtype)
    for i in range(0, H, r):
        for j in range(0, W, c):
            Y[i : i + r, j : j + c] = layer(padded[i : i + side, j : j + side])
    return Y[:H, :W]

# %% right: unfold makes the windows | passed
def tiled(X, K, side, layer):
    H, W = X.shape
    h, w = K.shape
    r, c = side - h + 1, side - w + 1
    padded = F.pad(X, (w // 2, w // 2 + -W % c, h // 2, h // 2 + -H % r))
    pieces = padded.unfold(0, side, r).unfold(1, side, c)
    rows = [torch.cat([layer(piece) for piece in row], dim=1) for row in pieces]
    return torch.cat(rows)[:H, :W]
