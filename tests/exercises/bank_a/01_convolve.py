"""Answers to 01-convolve, written from its prompt."""

# %% wrong: the kernel is not flipped | named
from convlab.functional import corr2d

def convolve(X, K):
    h, w = K.shape
    return corr2d(F.pad(X, (w - 1, w - 1, h - 1, h - 1)), K)

# %% wrong: flipped, but without a frame | named
from convlab.functional import corr2d

def convolve(X, K):
    return corr2d(X, K.flip(0, 1))

# %% wrong: mode same | named
from convlab.functional import corr2d

def convolve(X, K):
    h, w = K.shape
    top, left = (h - 1) // 2, (w - 1) // 2
    return corr2d(F.pad(X, (left, w - 1 - left, top, h - 1 - top)), K.flip(0, 1))

# %% wrong: only the rows are flipped | named
from convlab.functional import corr2d

def convolve(X, K):
    h, w = K.shape
    return corr2d(F.pad(X, (w - 1, w - 1, h - 1, h - 1)), K.flip(0))

# %% wrong: only the columns are flipped | named
from convlab.functional import corr2d

def convolve(X, K):
    h, w = K.shape
    return corr2d(F.pad(X, (w - 1, w - 1, h - 1, h - 1)), K.flip(1))

# %% wrong: transposed in place of turned | named
from convlab.functional import corr2d

def convolve(X, K):
    K = K.T
    h, w = K.shape
    return corr2d(F.pad(X, (w - 1, w - 1, h - 1, h - 1)), K)

# %% wrong: turned by 90 degrees | named
from convlab.functional import corr2d

def convolve(X, K):
    K = torch.rot90(K)
    h, w = K.shape
    return corr2d(F.pad(X, (w - 1, w - 1, h - 1, h - 1)), K)

# %% wrong: the frame is one line too wide | named
from convlab.functional import corr2d

def convolve(X, K):
    h, w = K.shape
    return corr2d(F.pad(X, (w, w, h, h)), K.flip(0, 1))

# %% wrong: the frame of the rows for the columns, too | named
from convlab.functional import corr2d

def convolve(X, K):
    h, w = K.shape
    p = h - 1
    return corr2d(F.pad(X, (p, p, p, p)), K.flip(0, 1))

# %% wrong: F.pad with the rows first | named
from convlab.functional import corr2d

def convolve(X, K):
    h, w = K.shape
    return corr2d(F.pad(X, (h - 1, h - 1, w - 1, w - 1)), K.flip(0, 1))

# %% wrong: the frame is at the top and on the left only | named
from convlab.functional import corr2d

def convolve(X, K):
    h, w = K.shape
    return corr2d(F.pad(X, (w - 1, 0, h - 1, 0)), torch.flip(K, (0, 1)))

# %% wrong: always a frame of one | named
from convlab.functional import corr2d

def convolve(X, K):
    return corr2d(F.pad(X, (1, 1, 1, 1)), K.flip(0, 1))

# %% wrong: a frame for kernels of 3 x 3 | named
from convlab.functional import corr2d

def convolve(X, K):
    return corr2d(F.pad(X, (2, 2, 2, 2)), K.flip(0, 1))

# %% wrong: the image is turned in place of the kernel | named
from convlab.functional import corr2d

def convolve(X, K):
    h, w = K.shape
    return corr2d(F.pad(X.flip(0, 1), (w - 1, w - 1, h - 1, h - 1)), K)

# %% wrong: image and kernel are both turned | named
from convlab.functional import corr2d

def convolve(X, K):
    h, w = K.shape
    return corr2d(F.pad(X.flip(0, 1), (w - 1, w - 1, h - 1, h - 1)), K.flip(0, 1))

# %% wrong: negative places count from the end | named
def convolve(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H + h - 1, W + w - 1)
    for i in range(H + h - 1):
        for j in range(W + w - 1):
            for a in range(h):
                for b in range(w):
                    if i - a < H and j - b < W:
                        Y[i, j] += X[i - a, j - b] * K[a, b]
    return Y

# %% wrong: a stamp wipes out the one before | named
def convolve(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H + h - 1, W + w - 1)
    for i in range(H):
        for j in range(W):
            Y[i : i + h, j : j + w] = X[i, j] * K
    return Y

# %% wrong: stamps of the flipped kernel | named
def convolve(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H + h - 1, W + w - 1)
    for i in range(H):
        for j in range(W):
            Y[i : i + h, j : j + w] += X[i, j] * K.flip(0, 1)
    return Y[: H, : W]

# %% wrong: one row and one column too many | named
def convolve(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H + h, W + w)
    for i in range(H):
        for j in range(W):
            Y[i : i + h, j : j + w] += X[i, j] * K
    return Y

# %% wrong: the last row and column are not computed | named
def convolve(X, K):
    h, w = K.shape
    K = K.flip(0, 1)
    P = F.pad(X, (w - 1, w - 1, h - 1, h - 1))
    rows, columns = X.shape[0] + h - 1, X.shape[1] + w - 1
    Y = torch.zeros(rows, columns)
    for i in range(rows - 1):
        for j in range(columns - 1):
            Y[i, j] = (P[i : i + h, j : j + w] * K).sum()
    return Y

# %% wrong: a negative step in a slice | unnamed
from convlab.functional import corr2d

def convolve(X, K):
    h, w = K.shape
    return corr2d(F.pad(X, (w - 1, w - 1, h - 1, h - 1)), K[::-1, ::-1])

# %% wrong: prints the map | unnamed
from convlab.functional import corr2d

def convolve(X, K):
    h, w = K.shape
    print(corr2d(F.pad(X, (w - 1, w - 1, h - 1, h - 1)), K.flip(0, 1)))

# %% wrong: batch and channel are still there | unnamed
def convolve(X, K):
    h, w = K.shape
    K = K.flip(0, 1)
    return F.conv2d(X[None, None], K[None, None], padding=(h - 1, w - 1))

# %% wrong: the result holds whole numbers | unnamed
def convolve(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H + h - 1, W + w - 1, dtype=int)
    for i in range(H):
        for j in range(W):
            Y[i : i + h, j : j + w] += (X[i, j] * K).int()
    return Y

# %% wrong: by Fourier, without room: the sums go round | named
def convolve(X, K):
    return torch.fft.ifft2(torch.fft.fft2(X) * torch.fft.fft2(K, s=X.shape)).real

# %% wrong: rows and columns of the kernel are mixed up when they are read | unnamed
from convlab.functional import corr2d

def convolve(X, K):
    H, W = X.shape
    w, h = K.shape
    Y = torch.zeros(H + h - 1, W + w - 1)
    for i in range(H):
        for j in range(W):
            Y[i : i + h, j : j + w] += X[i, j] * K
    return Y

# %% wrong: the border is repeated in place of zeros | named
from convlab.functional import corr2d

def convolve(X, K):
    h, w = K.shape
    P = F.pad(X[None, None], (w - 1, w - 1, h - 1, h - 1), mode="replicate")[0, 0]
    return corr2d(P, K.flip(0, 1))

# %% wrong: means in place of sums | named
from convlab.functional import corr2d

def convolve(X, K):
    h, w = K.shape
    return corr2d(F.pad(X, (w - 1, w - 1, h - 1, h - 1)), K.flip(0, 1)) / (h * w)

# %% wrong: the function that the prompt forbids | unnamed
from convlab.functional import convolve2d

def convolve(X, K):
    return convolve2d(X, K, mode="full")

# %% wrong: the caller's kernel is turned in place | unnamed
from convlab.functional import corr2d

def convolve(X, K):
    h, w = K.shape
    K[:] = K.flip(0, 1)
    return corr2d(F.pad(X, (w - 1, w - 1, h - 1, h - 1)), K)

# %% right: frame, flip, corr2d | passed
from convlab.functional import corr2d

def convolve(X, K):
    h, w = K.shape
    return corr2d(F.pad(X, (w - 1, w - 1, h - 1, h - 1)), K.flip(0, 1))

# %% right: stamps | passed
def convolve(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H + h - 1, W + w - 1)
    for i in range(H):
        for j in range(W):
            Y[i : i + h, j : j + w] += X[i, j] * K
    return Y

# %% right: the formula, with four loops | passed
def convolve(X, K):
    H, W = X.shape
    h, w = K.shape
    Y = torch.zeros(H + h - 1, W + w - 1)
    for i in range(H + h - 1):
        for j in range(W + w - 1):
            for a in range(h):
                for b in range(w):
                    if 0 <= i - a < H and 0 <= j - b < W:
                        Y[i, j] += X[i - a, j - b] * K[a, b]
    return Y

# %% right: image and kernel have changed places | passed
from convlab.functional import corr2d

def convolve(X, K):
    H, W = X.shape
    return corr2d(F.pad(K, (W - 1, W - 1, H - 1, H - 1)), torch.rot90(X, 2))

# %% right: a transposed convolution | passed
def convolve(X, K):
    return F.conv_transpose2d(X[None, None], K[None, None])[0, 0]

# %% right: by Fourier, with enough room | passed
def convolve(X, K):
    size = [n + k - 1 for n, k in zip(X.shape, K.shape)]
    return torch.fft.irfft2(torch.fft.rfft2(X, s=size) * torch.fft.rfft2(K, s=size), s=size)

# %% right: the course's correlation in mode full | passed
from convlab.functional import correlate2d

convolve = lambda X, K: correlate2d(X, K.flip([0, 1]), mode="full")

# %% right: unfold | passed
def convolve(X, K):
    h, w = K.shape
    windows = F.pad(X, (w - 1, w - 1, h - 1, h - 1)).unfold(0, h, 1).unfold(1, w, 1)
    return torch.einsum("ijab,ab->ij", windows, K.flip(0, 1))

# %% right: loops in numpy, an array comes back | passed
def convolve(X, K):
    X, K = np.asarray(X), np.asarray(K)
    Y = np.zeros((X.shape[0] + K.shape[0] - 1, X.shape[1] + K.shape[1] - 1))
    for a in range(K.shape[0]):
        for b in range(K.shape[1]):
            Y[a : a + X.shape[0], b : b + X.shape[1]] += K[a, b] * X
    return Y
