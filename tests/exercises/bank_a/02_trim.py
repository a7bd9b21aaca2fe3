"""Answers to 02-trim, written from its prompt."""

# %% wrong: the padding is counted once | named
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = (H + p - h) // s * s + h - p
    columns = (W + p - w) // s * s + w - p
    return X[:rows, :columns]

# %% wrong: the padding is ignored | named
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = (H - h) // s * s + h
    columns = (W - w) // s * s + w
    return X[:rows, :columns]

# %% wrong: the end is counted in the padded image | named
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = (H + 2 * p - h) // s * s + h
    columns = (W + 2 * p - w) // s * s + w
    return X[:rows, :columns]

# %% wrong: the rest is cut off the image, though the frame lies behind it | named
def trim(X, h, w, s, p):
    H, W = X.shape
    rest_h = (H + 2 * p - h) % s
    rest_w = (W + 2 * p - w) % s
    return X[: H - rest_h, : W - rest_w]

# %% wrong: minus zero cuts off everything | named
def trim(X, h, w, s, p):
    H, W = X.shape
    rest_h = max((H + 2 * p - h) % s - p, 0)
    rest_w = max((W + 2 * p - w) % s - p, 0)
    return X[:-rest_h, :-rest_w]

# %% wrong: the rest minus p may be less than zero | unnamed
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = min(H - ((H + 2 * p - h) % s - p), H + p)
    columns = W - abs((W + 2 * p - w) % s - p)
    return X[:rows, :columns]

# %% wrong: h for both directions | named
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = (H + 2 * p - h) // s * s + h - p
    columns = (W + 2 * p - h) // s * s + h - p
    return X[:rows, :columns]

# %% wrong: h and w are swapped | named
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = (H + 2 * p - w) // s * s + w - p
    columns = (W + 2 * p - h) // s * s + h - p
    return X[:rows, :columns]

# %% wrong: a square image | named
def trim(X, h, w, s, p):
    H = X.shape[0]
    rows = (H + 2 * p - h) // s * s + h - p
    columns = (H + 2 * p - w) // s * s + w - p
    return X[:rows, :columns]

# %% wrong: a multiple of the stride, without the kernel | named
def trim(X, h, w, s, p):
    H, W = X.shape
    return X[: H // s * s, : W // s * s]

# %% wrong: cut where the last window begins | named
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = (H + 2 * p - h) // s * s - p
    columns = (W + 2 * p - w) // s * s - p
    return X[:rows, :columns]

# %% wrong: the last line of the last window is lost | named
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = (H + 2 * p - h) // s * s + h - p - 1
    columns = (W + 2 * p - w) // s * s + w - p - 1
    return X[:rows, :columns]

# %% wrong: one line too many is kept | named
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = (H + 2 * p - h) // s * s + h - p + 1
    columns = (W + 2 * p - w) // s * s + w - p + 1
    return X[:rows, :columns]

# %% wrong: cut to the shape of the output | named
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = (H + 2 * p - h) // s + 1
    columns = (W + 2 * p - w) // s + 1
    return X[:rows, :columns]

# %% wrong: windows times stride | named
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = ((H + 2 * p - h) // s + 1) * s
    columns = ((W + 2 * p - w) // s + 1) * s
    return X[:rows, :columns]

# %% wrong: the shape in place of the image | named
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = min(H, (H + 2 * p - h) // s * s + h - p)
    columns = min(W, (W + 2 * p - w) // s * s + w - p)
    return rows, columns

# %% wrong: the image is returned with its frame | named
def trim(X, h, w, s, p):
    X = F.pad(X, (p, p, p, p))
    H, W = X.shape
    rest_h, rest_w = (H - h) % s, (W - w) % s
    return X[: H - rest_h, : W - rest_w]

# %% wrong: only rows are cut off | named
def trim(X, h, w, s, p):
    rows = (X.shape[0] + 2 * p - h) // s * s + h - p
    return X[:rows]

# %% wrong: only columns are cut off | named
def trim(X, h, w, s, p):
    columns = (X.shape[1] + 2 * p - w) // s * s + w - p
    return X[:, :columns]

# %% wrong: the gaps between the windows are cut out, too | named
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = [i for i in range(H) if any(t <= i + p < t + h for t in range(0, H + 2 * p - h + 1, s))]
    columns = [j for j in range(W) if any(t <= j + p < t + w for t in range(0, W + 2 * p - w + 1, s))]
    return X[rows][:, columns]

# %% wrong: cut from the start | named
def trim(X, h, w, s, p):
    H, W = X.shape
    rest_h = max((H + 2 * p - h) % s - p, 0)
    rest_w = max((W + 2 * p - w) % s - p, 0)
    return X[rest_h:, rest_w:]

# %% wrong: steps are rounded up | named
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = math.ceil((H + 2 * p - h) / s) * s + h - p
    columns = math.ceil((W + 2 * p - w) / s) * s + w - p
    return X[:rows, :columns]

# %% wrong: the division makes a float | unnamed
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = (H + 2 * p - h) / s * s + h - p
    columns = (W + 2 * p - w) / s * s + w - p
    return X[:rows, :columns]

# %% wrong: zeros in place of a cut | unnamed
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = (H + 2 * p - h) // s * s + h - p
    columns = (W + 2 * p - w) // s * s + w - p
    Y = X.clone()
    Y[rows:] = 0
    Y[:, columns:] = 0
    return Y

# %% wrong: prints the image | unnamed
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = (H + 2 * p - h) // s * s + h - p
    columns = (W + 2 * p - w) // s * s + w - p
    print(X[:rows, :columns])

# %% wrong: the windows begin at row 0, behind the frame | named
def trim(X, h, w, s, p):
    H, W = X.shape
    i = j = 0
    while i + s + h <= H + p:
        i += s
    while j + s + w <= W + p:
        j += s
    return X[: i + h, : j + w]

# %% wrong: the map is returned | unnamed
def trim(X, h, w, s, p):
    return F.conv2d(X[None, None], torch.ones(1, 1, h, w), stride=s, padding=p)[0, 0]

# %% wrong: elif: columns are cut off only where no row is | named
def trim(X, h, w, s, p):
    H, W = X.shape
    below = (H + 2 * p - h) % s - p
    right = (W + 2 * p - w) % s - p
    if below > 0:
        X = X[:-below]
    elif right > 0:
        X = X[:, :-right]
    return X

# %% right: the end of the last window | passed
def trim(X, h, w, s, p):
    H, W = X.shape
    rows = (H + 2 * p - h) // s * s + h - p
    columns = (W + 2 * p - w) // s * s + w - p
    return X[:rows, :columns]

# %% right: from the end | passed
def trim(X, h, w, s, p):
    H, W = X.shape
    below = max((H + 2 * p - h) % s - p, 0)
    right = max((W + 2 * p - w) % s - p, 0)
    return X[: H - below, : W - right]

# %% right: walk with the window | passed
def trim(X, h, w, s, p):
    ends = []
    for size, k in zip(X.shape, (h, w)):
        start = -p
        while start + s + k <= size + p:
            start += s
        ends.append(min(start + k, size))
    return X[: ends[0], : ends[1]].clone()

# %% right: the last of a range | passed
def trim(X, h, w, s, p):
    last_row = range(-p, X.size(0) + p - h + 1, s)[-1] + h
    last_column = range(-p, X.size(1) + p - w + 1, s)[-1] + w
    return X.split([min(last_row, X.size(0)), max(X.size(0) - last_row, 0)])[0].narrow(
        1, 0, min(last_column, X.size(1))
    )

# %% right: the frame is cut with the image, then taken off | passed
def trim(X, h, w, s, p):
    H, W = X.shape
    framed = F.pad(X, (p, p, p, p))
    rows = ((H + 2 * p - h) // s) * s + h
    columns = ((W + 2 * p - w) // s) * s + w
    return framed[p : min(rows, H + p), p : min(columns, W + p)]

# %% right: ask autograd which pixels are read | passed
def trim(X, h, w, s, p):
    image = torch.ones(1, 1, *X.shape, requires_grad=True)
    F.conv2d(image, torch.ones(1, 1, h, w), stride=s, padding=p).sum().backward()
    read = image.grad[0, 0]
    rows = int(read.sum(1).nonzero().max()) + 1
    columns = int(read.sum(0).nonzero().max()) + 1
    return X[:rows, :columns]
