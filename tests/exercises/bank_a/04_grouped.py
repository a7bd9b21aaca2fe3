"""Answers to 04-grouped, written from its prompt."""

# %% wrong: the groups are ignored: every kernel sees the first channels | named
def grouped(X, K, groups):
    slices = K.shape[1]
    return F.conv2d(X[None, :slices], K)[0]

# %% wrong: every kernel is repeated over all channels | named
def grouped(X, K, groups):
    return F.conv2d(X[None], K.repeat(1, groups, 1, 1))[0]

# %% wrong: a standard convolution: it raises | named
def grouped(X, K, groups):
    return F.conv2d(X[None], K)[0]

# %% wrong: kernels are dealt like cards: k % groups | named
def grouped(X, K, groups):
    C_out, slices = K.shape[:2]
    maps = []
    for k in range(C_out):
        g = k % groups
        maps.append(F.conv2d(X[None, g * slices:(g + 1) * slices], K[k:k + 1])[0, 0])
    return torch.stack(maps)

# %% wrong: channels are dealt like cards: X[g::groups] | named
def grouped(X, K, groups):
    n = K.shape[0] // groups
    maps = [F.conv2d(X[None, g::groups], K[g * n:(g + 1) * n])[0] for g in range(groups)]
    return torch.cat(maps)

# %% wrong: kernels and channels are both dealt like cards | named
def grouped(X, K, groups):
    maps = [F.conv2d(X[g::groups][None], K[g::groups])[0] for g in range(groups)]
    return torch.cat(maps)

# %% wrong: the maps of the groups are added, not put side by side | named
def grouped(X, K, groups):
    slices, n = X.shape[0] // groups, K.shape[0] // groups
    total = 0
    for g in range(groups):
        total = total + F.conv2d(X[None, g * slices:(g + 1) * slices], K[g * n:(g + 1) * n])[0]
    return total

# %% wrong: stacked: a dimension too many | named
def grouped(X, K, groups):
    xs, ks = X.chunk(groups), K.chunk(groups)
    return torch.stack([F.conv2d(x[None], k)[0] for x, k in zip(xs, ks)])

# %% wrong: the batch dimension stays | named
def grouped(X, K, groups):
    xs, ks = X[None].chunk(groups, dim=1), K.chunk(groups)
    return torch.cat([F.conv2d(x, k) for x, k in zip(xs, ks)], dim=1)

# %% wrong: it counts the channels of a group from C_out | named
def grouped(X, K, groups):
    size = K.shape[0] // groups
    maps = []
    for g in range(groups):
        maps.append(F.conv2d(X[None, g * size:(g + 1) * size], K[g * size:(g + 1) * size])[0])
    return torch.cat(maps)

# %% wrong: it counts the kernels of a group from C | named
def grouped(X, K, groups):
    size = X.shape[0] // groups
    maps = []
    for g in range(groups):
        maps.append(F.conv2d(X[None, g * size:(g + 1) * size], K[g * size:(g + 1) * size])[0])
    return torch.cat(maps)

# %% wrong: the windows of channels move by one, not by a whole group | named
def grouped(X, K, groups):
    slices, n = K.shape[1], K.shape[0] // groups
    return torch.cat([F.conv2d(X[None, g:g + slices], K[g * n:(g + 1) * n])[0] for g in range(groups)])

# %% wrong: only the first kernel of each group | named
def grouped(X, K, groups):
    slices, n = X.shape[0] // groups, K.shape[0] // groups
    return torch.cat([F.conv2d(X[None, g * slices:(g + 1) * slices], K[g * n:g * n + 1])[0] for g in range(groups)])

# %% wrong: only the first channel of each group, with corr2d | named
def grouped(X, K, groups):
    from convlab.functional import corr2d
    slices, n = X.shape[0] // groups, K.shape[0] // groups
    return torch.stack([corr2d(X[k // n * slices], K[k, 0]) for k in range(K.shape[0])])

# %% wrong: it uses the forbidden groups | unnamed
def grouped(X, K, groups):
    return F.conv2d(X[None], K, groups=groups)[0]

# %% wrong: the last group is left out | named
def grouped(X, K, groups):
    slices, n = X.shape[0] // groups, K.shape[0] // groups
    maps = []
    for g in range(groups - 1):
        maps.append(F.conv2d(X[None, g * slices:(g + 1) * slices], K[g * n:(g + 1) * n])[0])
    return torch.cat(maps)

# %% wrong: depthwise for every number of groups: kernel k sees channel k only | named
def grouped(X, K, groups):
    from convlab.functional import corr2d
    return torch.stack([corr2d(X[k % len(X)], K[k, 0]) for k in range(len(K))])

# %% wrong: the maps in the order of a shuffle | named
def grouped(X, K, groups):
    xs, ks = X.chunk(groups), K.chunk(groups)
    maps = torch.stack([F.conv2d(x[None], k)[0] for x, k in zip(xs, ks)], dim=1)
    return maps.flatten(0, 1)

# %% wrong: divisions with a slash: the indices are floats | unnamed
def grouped(X, K, groups):
    slices = X.shape[0] / groups
    n = K.shape[0] / groups
    maps = []
    for g in range(groups):
        maps.append(F.conv2d(X[None, g * slices:(g + 1) * slices], K[g * n:(g + 1) * n])[0])
    return torch.cat(maps)

# %% wrong: a list of maps in place of a tensor, one for each group | named
def grouped(X, K, groups):
    return [F.conv2d(x[None], k)[0] for x, k in zip(X.chunk(groups), K.chunk(groups))]

# %% wrong: the mean of the channels of a group | named
def grouped(X, K, groups):
    slices = X.shape[0] // groups
    parts = [F.conv2d(x[None], k)[0] / slices for x, k in zip(X.chunk(groups), K.chunk(groups))]
    return torch.cat(parts)

# %% right: chunk, as in the notebook | passed
def grouped(X, K, groups):
    return torch.cat([F.conv2d(x[None], k)[0] for x, k in zip(X.chunk(groups), K.chunk(groups))])

# %% right: corr2d with loops | passed
def grouped(X, K, groups):
    from convlab.functional import corr2d
    slices, n = X.shape[0] // groups, K.shape[0] // groups
    maps = []
    for k in range(K.shape[0]):
        first = k // n * slices
        maps.append(sum(corr2d(X[first + c], K[k, c]) for c in range(slices)))
    return torch.stack(maps)

# %% right: a dense kernel with zeros for the other groups | passed
def grouped(X, K, groups):
    C, (C_out, slices, h, w) = X.shape[0], K.shape
    dense = torch.zeros(C_out, C, h, w)
    for k in range(C_out):
        g = k // (C_out // groups)
        dense[k, g * slices:(g + 1) * slices] = K[k]
    return F.conv2d(X[None], dense)[0]

# %% right: einsum over unfolded windows | passed
def grouped(X, K, groups):
    C, H, W = X.shape
    C_out, s, h, w = K.shape
    windows = X.unfold(1, h, 1).unfold(2, w, 1).reshape(groups, s, H - h + 1, W - w + 1, h, w)
    return torch.einsum("gcijab,gocab->goij", windows, K.reshape(groups, C_out // groups, s, h, w)).flatten(0, 1)

# %% right: the result is filled in, float32 | passed
def grouped(X, K, groups):
    C_out, s, h, w = K.shape
    n = C_out // groups
    Y = torch.zeros(C_out, X.shape[1] - h + 1, X.shape[2] - w + 1)
    for g in range(groups):
        Y[g * n:(g + 1) * n] = F.conv2d(X[g * s:(g + 1) * s].unsqueeze(0), K[g * n:(g + 1) * n]).squeeze(0)
    return Y
