"""Answers to 04-plain, written from its prompt."""

# %% wrong: the first bias is forgotten | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    M = P.shape[0]
    n = O // groups
    big = torch.zeros(O, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    for o in range(O):
        g = o // n
        big[o, g * s:(g + 1) * s, ::d, ::d] = K[o]
    dense = torch.einsum("mo,ochw->mchw", P, big)
    bias = q
    ratio = (K.numel() + P.numel()) / dense.numel()
    return dense, bias, ratio

# %% wrong: the biases are only added: q + b.sum() | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    n = O // groups
    big = torch.zeros(O, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    for o in range(O):
        g = o // n
        big[o, g * s:(g + 1) * s, ::d, ::d] = K[o]
    dense = torch.einsum("mo,ochw->mchw", P, big)
    bias = q + b.sum()
    ratio = (K.numel() + P.numel()) / dense.numel()
    return dense, bias, ratio

# %% wrong: the ratio counts the standard layer without the gaps | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    M = P.shape[0]
    n = O // groups
    big = torch.zeros(O, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    for o in range(O):
        g = o // n
        big[o, g * s:(g + 1) * s, ::d, ::d] = K[o]
    dense = torch.einsum("mo,ochw->mchw", P, big)
    bias = P @ b + q
    ratio = (O * s * h * w + M * O) / (M * s * groups * h * w)
    return dense, bias, ratio

# %% wrong: the ratio upside down | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    n = O // groups
    big = torch.zeros(O, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    for o in range(O):
        g = o // n
        big[o, g * s:(g + 1) * s, ::d, ::d] = K[o]
    dense = torch.einsum("mo,ochw->mchw", P, big)
    bias = P @ b + q
    ratio = dense.numel() / (K.numel() + P.numel())
    return dense, bias, ratio

# %% wrong: the ratio with the biases counted | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    n = O // groups
    big = torch.zeros(O, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    for o in range(O):
        g = o // n
        big[o, g * s:(g + 1) * s, ::d, ::d] = K[o]
    dense = torch.einsum("mo,ochw->mchw", P, big)
    bias = P @ b + q
    ratio = (K.numel() + P.numel() + b.numel() + q.numel()) / (dense.numel() + bias.numel())
    return dense, bias, ratio

# %% wrong: the ratio from the formula of the notebook 1/C_out + 1/k^2 | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    n = O // groups
    big = torch.zeros(O, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    for o in range(O):
        g = o // n
        big[o, g * s:(g + 1) * s, ::d, ::d] = K[o]
    dense = torch.einsum("mo,ochw->mchw", P, big)
    bias = P @ b + q
    ratio = 1 / P.shape[0] + 1 / (h * w)
    return dense, bias, ratio

# %% wrong: the ratio counts only the weights that are not zero | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    n = O // groups
    big = torch.zeros(O, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    for o in range(O):
        g = o // n
        big[o, g * s:(g + 1) * s, ::d, ::d] = K[o]
    dense = torch.einsum("mo,ochw->mchw", P, big)
    bias = P @ b + q
    ratio = (K.numel() + P.numel()) / (dense != 0).sum().item()
    return dense, bias, ratio

# %% wrong: only the first layer in the ratio | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    n = O // groups
    big = torch.zeros(O, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    for o in range(O):
        g = o // n
        big[o, g * s:(g + 1) * s, ::d, ::d] = K[o]
    dense = torch.einsum("mo,ochw->mchw", P, big)
    bias = P @ b + q
    ratio = K.numel() / dense.numel()
    return dense, bias, ratio

# %% wrong: the gaps are forgotten: dense has h x w | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    n = O // groups
    big = torch.zeros(O, s * groups, h, w)
    for o in range(O):
        g = o // n
        big[o, g * s:(g + 1) * s] = K[o]
    dense = torch.einsum("mo,ochw->mchw", P, big)
    bias = P @ b + q
    ratio = (K.numel() + P.numel()) / dense.numel()
    return dense, bias, ratio

# %% wrong: too large: d * h rows, with a last line of zeros | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    n = O // groups
    big = torch.zeros(O, s * groups, d * h, d * w)
    for o in range(O):
        g = o // n
        big[o, g * s:(g + 1) * s, ::d, ::d] = K[o]
    dense = torch.einsum("mo,ochw->mchw", P, big)
    bias = P @ b + q
    ratio = (K.numel() + P.numel()) / dense.numel()
    return dense, bias, ratio

# %% wrong: the groups are forgotten: every kernel sees all channels | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    big = torch.zeros(O, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    big[:, :, ::d, ::d] = K.repeat(1, groups, 1, 1)
    dense = torch.einsum("mo,ochw->mchw", P, big)
    bias = P @ b + q
    ratio = (K.numel() + P.numel()) / dense.numel()
    return dense, bias, ratio

# %% wrong: kernels dealt like cards: o % groups | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    big = torch.zeros(O, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    for o in range(O):
        g = o % groups
        big[o, g * s:(g + 1) * s, ::d, ::d] = K[o]
    dense = torch.einsum("mo,ochw->mchw", P, big)
    bias = P @ b + q
    ratio = (K.numel() + P.numel()) / dense.numel()
    return dense, bias, ratio

# %% wrong: only separable layers: kernel o sees channel o | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    big = torch.zeros(O, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    for o in range(O):
        big[o, o % (s * groups), ::d, ::d] = K[o, 0]
    dense = torch.einsum("mo,ochw->mchw", P, big)
    bias = P @ b + q
    ratio = (K.numel() + P.numel()) / dense.numel()
    return dense, bias, ratio

# %% wrong: P * K.transpose(0, 1) from the notebook, without gaps and groups | named
def plain(K, b, P, q, d, groups):
    dense = P[:, :, None, None] * K.transpose(0, 1)
    bias = P @ b + q
    ratio = (K.numel() + P.numel()) / dense.numel()
    return dense, bias, ratio

# %% wrong: P transposed | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    n = O // groups
    big = torch.zeros(O, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    for o in range(O):
        g = o // n
        big[o, g * s:(g + 1) * s, ::d, ::d] = K[o]
    dense = torch.einsum("om,ochw->mchw", P, big)
    bias = P.T @ b + q
    ratio = (K.numel() + P.numel()) / dense.numel()
    return dense, bias, ratio

# %% wrong: dense is the first layer only, P forgotten | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    n = O // groups
    big = torch.zeros(O, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    for o in range(O):
        g = o // n
        big[o, g * s:(g + 1) * s, ::d, ::d] = K[o]
    return big, P @ b + q, (K.numel() + P.numel()) / big.numel()

# %% wrong: d zeros between the taps | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    n, e = O // groups, d + 1
    big = torch.zeros(O, s * groups, e * (h - 1) + 1, e * (w - 1) + 1)
    for o in range(O):
        g = o // n
        big[o, g * s:(g + 1) * s, ::e, ::e] = K[o]
    dense = torch.einsum("mo,ochw->mchw", P, big)
    return dense, P @ b + q, (K.numel() + P.numel()) / dense.numel()

# %% wrong: the bias of the second layer is forgotten | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    n = O // groups
    big = torch.zeros(O, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    for o in range(O):
        g = o // n
        big[o, g * s:(g + 1) * s, ::d, ::d] = K[o]
    dense = torch.einsum("mo,ochw->mchw", P, big)
    return dense, P @ b, (K.numel() + P.numel()) / dense.numel()

# %% wrong: P multiplies q too | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    n = O // groups
    big = torch.zeros(O, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    for o in range(O):
        g = o // n
        big[o, g * s:(g + 1) * s, ::d, ::d] = K[o]
    dense = torch.einsum("mo,ochw->mchw", P, big)
    return dense, P @ b + P.sum(1) * q, (K.numel() + P.numel()) / dense.numel()

# %% wrong: the ratio in percent | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    n = O // groups
    big = torch.zeros(O, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    for o in range(O):
        g = o // n
        big[o, g * s:(g + 1) * s, ::d, ::d] = K[o]
    dense = torch.einsum("mo,ochw->mchw", P, big)
    return dense, P @ b + q, 100 * (K.numel() + P.numel()) / dense.numel()

# %% wrong: written over, not added: the last kernel of a group wins | named
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    M, n = P.shape[0], O // groups
    dense = torch.zeros(M, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    for m in range(M):
        for o in range(O):
            g = o // n
            dense[m, g * s:(g + 1) * s, ::d, ::d] = P[m, o] * K[o]
    return dense, P @ b + q, (K.numel() + P.numel()) / dense.numel()

# %% right: zeros stuffed in, then einsum | passed
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    n = O // groups
    big = torch.zeros(O, s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    for o in range(O):
        g = o // n
        big[o, g * s:(g + 1) * s, ::d, ::d] = K[o]
    dense = torch.einsum("mo,ochw->mchw", P, big)
    bias = P @ b + q
    ratio = (K.numel() + P.numel()) / dense.numel()
    return dense, bias, ratio

# %% right: loops, added up | passed
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    M = P.shape[0]
    C = s * groups
    dense = torch.zeros(M, C, (h - 1) * d + 1, (w - 1) * d + 1)
    bias = q.clone()
    for m in range(M):
        for o in range(O):
            bias[m] += P[m, o] * b[o]
            first = o // (O // groups) * s
            for c in range(s):
                for i in range(h):
                    for j in range(w):
                        dense[m, first + c, i * d, j * d] += P[m, o] * K[o, c, i, j]
    ratio = (O * s * h * w + M * O) / (M * C * dense.shape[2] * dense.shape[3])
    return [dense, bias, ratio]

# %% right: the answer to an impulse: the two layers on an image with a single 1 | passed
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    C, rows, columns = s * groups, d * (h - 1) + 1, d * (w - 1) + 1
    X = torch.eye(C * rows * columns, dtype=K.dtype).reshape(-1, C, rows, columns)
    Y = F.conv2d(F.conv2d(X, K, dilation=d, groups=groups), P[:, :, None, None])
    dense = Y.reshape(C, rows, columns, -1).permute(3, 0, 1, 2)
    return dense, F.linear(b, P, q), torch.tensor((K.numel() + P.numel()) / dense.numel())

# %% right: a matrix product for each group | passed
def plain(K, b, P, q, d, groups):
    O, s, h, w = K.shape
    small = [(p @ k.flatten(1)).reshape(-1, s, h, w) for p, k in zip(P.chunk(groups, 1), K.chunk(groups))]
    small = torch.cat(small, dim=1)
    dense = torch.zeros(len(P), s * groups, d * (h - 1) + 1, d * (w - 1) + 1)
    dense[..., ::d, ::d] = small
    bias = (P * b).sum(1) + q
    ratio = np.float64(O * (s * h * w + len(P))) / dense[0].numel() / len(P)
    return dense, bias, ratio
