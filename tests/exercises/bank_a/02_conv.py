"""Answers to 02-conv, written from its prompt."""

# %% wrong: the stride is ignored | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (p, q), (d, e) = K.shape, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows, columns = X.shape[0] - d * (h - 1), X.shape[1] - e * (w - 1)
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i : i + d * (h - 1) + 1 : d, j : j + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: the padding is ignored | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (d, e) = K.shape, stride, dilation
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: the dilation is ignored | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q) = K.shape, stride, padding
    X = F.pad(X, (q, q, p, p))
    rows, columns = (X.shape[0] - h) // s + 1, (X.shape[1] - w) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + h, j * t : j * t + w] * K).sum()
    return Y

# %% wrong: the kernel is flipped | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    K = K.flip(0, 1)
    X = F.pad(X, (q, q, p, p))
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: the pair of the stride is swapped | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (t, s), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: F.pad gets the rows first | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X, (p, p, q, q))
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: the pair of the padding is taken as left and right, top and bottom | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (d, e) = K.shape, stride, dilation
    X = F.pad(X, (padding[0], padding[1], padding[0], padding[1]))
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: F.pad with two numbers, only the columns are padded | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (d, e) = K.shape, stride, dilation
    X = F.pad(X, padding)
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: the pair of the dilation is swapped | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (e, d) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: the size forgets the dilation | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows, columns = (X.shape[0] - h) // s + 1, (X.shape[1] - w) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * h : d, j * t : j * t + e * w : e] * K).sum()
    return Y

# %% wrong: the reach is d times k | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows, columns = (X.shape[0] - d * h) // s + 1, (X.shape[1] - e * w) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * h : d, j * t : j * t + e * w : e] * K).sum()
    return Y

# %% wrong: the dilation is the number of pixels between the taps | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q) = K.shape, stride, padding
    d, e = dilation[0] + 1, dilation[1] + 1
    X = F.pad(X, (q, q, p, p))
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: the size knows the stride, the window does not | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i : i + d * (h - 1) + 1 : d, j : j + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: the size knows the dilation, the taps do not | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + h, j * t : j * t + w] * K).sum()
    return Y

# %% wrong: the vertical numbers for both directions | named
def convolve(X, K, stride, padding, dilation):
    h, w = K.shape
    s, p, d = stride[0], padding[0], dilation[0]
    X = F.pad(X, (p, p, p, p))
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - d * (w - 1) - 1) // s + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * s : j * s + d * (w - 1) + 1 : d] * K).sum()
    return Y

# %% wrong: the image is dilated, it is made thinner | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))[::d, ::e]
    rows, columns = (X.shape[0] - h) // s + 1, (X.shape[1] - w) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + h, j * t : j * t + w] * K).sum()
    return Y

# %% wrong: the steps are rounded up | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows = math.ceil((X.shape[0] - d * (h - 1) - 1) / s) + 1
    columns = math.ceil((X.shape[1] - e * (w - 1) - 1) / t) + 1
    X = F.pad(X, (0, t, 0, s))
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: the + 1 of the size is forgotten | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s, (X.shape[1] - e * (w - 1) - 1) // t
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: means in place of sums | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).mean()
    return Y

# %% wrong: stride and dilation are mixed up | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (d, e), (p, q), (s, t) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: returns inside the loop | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
        return Y

# %% wrong: nothing is returned | unnamed
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    print(Y)

# %% wrong: the padding is used, but not in the size | named
def convolve(X, K, stride, padding, dilation):
    H, W = X.shape
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows, columns = (H - d * (h - 1) - 1) // s + 1, (W - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: the size counts the padding once | named
def convolve(X, K, stride, padding, dilation):
    H, W = X.shape
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows, columns = (H + p - d * (h - 1) - 1) // s + 1, (W + q - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: whole numbers in the result | unnamed
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns, dtype=torch.long)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: rows and columns of the result are swapped | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(columns, rows)
    for i in range(rows):
        for j in range(columns):
            Y[j, i] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: the frame takes the value of the border | named
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X[None, None], (q, q, p, p), mode="replicate")[0, 0]
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% wrong: the settings are taken as whole numbers | unnamed
def convolve(X, K, stride, padding, dilation):
    h, w = K.shape
    X = F.pad(X, (padding, padding, padding, padding))
    reach_h, reach_w = dilation * (h - 1) + 1, dilation * (w - 1) + 1
    rows, columns = (X.shape[0] - reach_h) // stride + 1, (X.shape[1] - reach_w) // stride + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            Y[i, j] = (X[top : top + reach_h : dilation, left : left + reach_w : dilation] * K).sum()
    return Y

# %% wrong: the function that the prompt forbids | unnamed
def convolve(X, K, stride, padding, dilation):
    return F.conv2d(X[None, None], K[None, None], stride=stride, padding=padding, dilation=dilation)[0, 0]

# %% wrong: half floats have only three digits | unnamed
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    P = F.pad(X, (q, q, p, p))
    rows, columns = (P.shape[0] - d * (h - 1) - 1) // s + 1, (P.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns, dtype=torch.half)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (P[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% right: two loops and a slice with a step | passed
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    X = F.pad(X, (q, q, p, p))
    rows, columns = (X.shape[0] - d * (h - 1) - 1) // s + 1, (X.shape[1] - e * (w - 1) - 1) // t + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i * s : i * s + d * (h - 1) + 1 : d, j * t : j * t + e * (w - 1) + 1 : e] * K).sum()
    return Y

# %% right: one slice for each tap | passed
def convolve(X, K, stride, padding, dilation):
    h, w = K.shape
    P = F.pad(X, (padding[1], padding[1], padding[0], padding[0]))
    places_h = P.shape[0] - dilation[0] * (h - 1)
    places_w = P.shape[1] - dilation[1] * (w - 1)
    total = 0
    for a in range(h):
        for b in range(w):
            top, left = a * dilation[0], b * dilation[1]
            total = total + K[a, b] * P[top : top + places_h : stride[0], left : left + places_w : stride[1]]
    return total

# %% right: a kernel with zeros in it, corr2d, and every second number | passed
from convlab.functional import corr2d

def convolve(X, K, stride, padding, dilation):
    stuffed = torch.zeros(dilation[0] * (K.shape[0] - 1) + 1, dilation[1] * (K.shape[1] - 1) + 1)
    stuffed[:: dilation[0], :: dilation[1]] = K
    P = F.pad(X, (padding[1], padding[1], padding[0], padding[0]))
    return corr2d(P.float(), stuffed)[:: stride[0], :: stride[1]]

# %% right: F.unfold | passed
def convolve(X, K, stride, padding, dilation):
    patches = F.unfold(X[None, None], K.shape, dilation=dilation, padding=padding, stride=stride)[0]
    size = [
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, p, d in zip(X.shape, K.shape, stride, padding, dilation)
    ]
    return (K.reshape(1, -1) @ patches).reshape(size)

# %% right: windows by Tensor.unfold, and einsum | passed
def convolve(X, K, stride, padding, dilation):
    (h, w), (s, t), (p, q), (d, e) = K.shape, stride, padding, dilation
    P = F.pad(X, (q, q, p, p))
    windows = P.unfold(0, d * (h - 1) + 1, s).unfold(1, e * (w - 1) + 1, t)[..., ::d, ::e]
    return torch.einsum("ijab,ab->ij", windows, K)

# %% right: pixel by pixel in Python, without a frame | passed
def convolve(X, K, stride, padding, dilation):
    H, W = X.shape
    h, w = K.shape
    out = []
    for top in range(-padding[0], H + padding[0] - dilation[0] * (h - 1), stride[0]):
        line = []
        for left in range(-padding[1], W + padding[1] - dilation[1] * (w - 1), stride[1]):
            total = 0.0
            for a in range(h):
                for b in range(w):
                    i, j = top + a * dilation[0], left + b * dilation[1]
                    if 0 <= i < H and 0 <= j < W:
                        total += X[i, j].item() * K[a, b].item()
            line.append(total)
        out.append(line)
    return torch.tensor(out)
