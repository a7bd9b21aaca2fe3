"""Answers to 01-merge, written from its prompt."""

# %% wrong: the biases are added | named
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1, K2, mode="full")
    b = b1 + b2
    return K, b

# %% wrong: the second bias is forgotten | named
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1, K2, mode="full")
    b = b1 * K2.sum()
    return K, b

# %% wrong: the first bias is forgotten | named
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1, K2, mode="full")
    b = b2
    return K, b

# %% wrong: the sum of the first kernel | named
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1, K2, mode="full")
    b = b1 * K1.sum() + b2
    return K, b

# %% wrong: the biases are multiplied | named
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1, K2, mode="full")
    b = b1 * b2
    return K, b

# %% wrong: the two biases have changed places | named
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1, K2, mode="full")
    b = b2 * K2.sum() + b1
    return K, b

# %% wrong: the second kernel slides inside the first | named
from convlab.functional import corr2d

def merge(K1, b1, K2, b2):
    K = corr2d(K1, K2)
    b = b1 * K2.sum() + b2
    return K, b

# %% wrong: a full correlation, without the flip | named
from convlab.functional import correlate2d

def merge(K1, b1, K2, b2):
    K = correlate2d(K1, K2, mode="full")
    b = b1 * K2.sum() + b2
    return K, b

# %% wrong: a full correlation, the other way round | named
from convlab.functional import correlate2d

def merge(K1, b1, K2, b2):
    K = correlate2d(K2, K1, mode="full")
    b = b1 * K2.sum() + b2
    return K, b

# %% wrong: the kernels are added | named
def merge(K1, b1, K2, b2):
    K = K1 + K2
    b = b1 * K2.sum() + b2
    return K, b

# %% wrong: the kernels are multiplied number by number | named
def merge(K1, b1, K2, b2):
    K = K1 * K2
    b = b1 * K2.sum() + b2
    return K, b

# %% wrong: a product of matrices | named
def merge(K1, b1, K2, b2):
    K = K1 @ K2
    b = b1 * K2.sum() + b2
    return K, b

# %% wrong: the merged kernel is turned at the end | named
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1, K2, mode="full").flip(0, 1)
    b = b1 * K2.sum() + b2
    return K, b

# %% wrong: mode same | named
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1, K2, mode="same")
    b = b1 * K2.sum() + b2
    return K, b

# %% wrong: mode valid, with the flip | named
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1, K2, mode="valid")
    b = b1 * K2.sum() + b2
    return K, b

# %% wrong: the number of weights in place of their sum | named
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1, K2, mode="full")
    b = b1 * K2.numel() + b2
    return K, b

# %% wrong: the mean of the second kernel | named
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1, K2, mode="full")
    b = b1 * K2.mean() + b2
    return K, b

# %% wrong: both biases go through the second kernel | named
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1, K2, mode="full")
    b = (b1 + b2) * K2.sum()
    return K, b

# %% wrong: the first bias goes through both kernels | named
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1, K2, mode="full")
    b = b1 * K.sum() + b2
    return K, b

# %% wrong: a bias for each weight | named
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1, K2, mode="full")
    b = b1 * K2 + b2
    return K, b

# %% wrong: the first bias is put into the kernel | named
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1 + b1, K2, mode="full")
    b = b2
    return K, b

# %% wrong: the order of the answer | unnamed
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1, K2, mode="full")
    b = b1 * K2.sum() + b2
    return b, K

# %% wrong: only the kernel is returned | unnamed
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    return convolve2d(K1, K2, mode="full")

# %% wrong: the kernel has a row and a column of zeros too many | named
def merge(K1, b1, K2, b2):
    K = torch.zeros(K1.shape[0] + K2.shape[0], K1.shape[1] + K2.shape[1])
    for a in range(K2.shape[0]):
        for c in range(K2.shape[1]):
            K[a : a + K1.shape[0], c : c + K1.shape[1]] += K2[a, c] * K1
    b = b1 * K2.sum() + b2
    return K, b

# %% wrong: F.pad with the rows first | named
from convlab.functional import corr2d

def merge(K1, b1, K2, b2):
    h, w = K2.shape
    K = corr2d(F.pad(K1, (h - 1, h - 1, w - 1, w - 1)), K2.flip(0, 1))
    b = b1 * K2.sum() + b2
    return K, b

# %% wrong: the frame is as wide as the first kernel asks | named
from convlab.functional import corr2d

def merge(K1, b1, K2, b2):
    h, w = K1.shape
    K = corr2d(F.pad(K1, (w - 1, w - 1, h - 1, h - 1)), K2.flip(0, 1))
    b = b1 * K2.sum() + b2
    return K, b

# %% wrong: only the rows are flipped | named
from convlab.functional import corr2d

def merge(K1, b1, K2, b2):
    h, w = K2.shape
    K = corr2d(F.pad(K1, (w - 1, w - 1, h - 1, h - 1)), K2.flip(0))
    b = b1 * K2.sum() + b2
    return K, b

# %% wrong: stamps wipe each other out | named
def merge(K1, b1, K2, b2):
    (h1, w1), (h2, w2) = K1.shape, K2.shape
    K = torch.zeros(h1 + h2 - 1, w1 + w2 - 1)
    for a in range(h2):
        for c in range(w2):
            K[a : a + h1, c : c + w1] = K2[a, c] * K1
    b = b1 * K2.sum() + b2
    return K, b

# %% wrong: the bias counts positive weights only | named
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1, K2)
    b = b1 * K2.abs().sum() + b2
    return K, b

# %% wrong: the size of the kernel is known as 3 x 3 | unnamed
def merge(K1, b1, K2, b2):
    K = torch.zeros(3, 3)
    for a in range(2):
        for c in range(2):
            K[a : a + 2, c : c + 2] += K2[a, c] * K1
    b = b1 * K2.sum() + b2
    return K, b

# %% right: convolve2d | passed
from convlab.functional import convolve2d

def merge(K1, b1, K2, b2):
    K = convolve2d(K1, K2, mode="full")
    b = b1 * K2.sum() + b2
    return K, b

# %% right: stamps | passed
def merge(K1, b1, K2, b2):
    (h1, w1), (h2, w2) = K1.shape, K2.shape
    K = torch.zeros(h1 + h2 - 1, w1 + w2 - 1)
    for a in range(h2):
        for c in range(w2):
            K[a : a + h1, c : c + w1] += K2[a, c] * K1
    b = float(b1) * float(K2.sum()) + float(b2)
    return K, b

# %% right: what the two layers make of one bright pixel | passed
from convlab.functional import corr2d

def merge(K1, b1, K2, b2):
    h, w = K1.shape[0] + K2.shape[0] - 1, K1.shape[1] + K2.shape[1] - 1
    spot = torch.zeros(2 * h - 1, 2 * w - 1)
    spot[h - 1, w - 1] = 1
    K = corr2d(corr2d(spot, K1), K2).flip(0, 1)
    flat = torch.zeros(h, w)
    b = corr2d(corr2d(flat, K1) + b1, K2) + b2
    return K, b[0, 0]

# %% right: the gradient of one output | passed
from convlab.functional import corr2d

def merge(K1, b1, K2, b2):
    X = torch.zeros(K1.shape[0] + K2.shape[0] - 1, K1.shape[1] + K2.shape[1] - 1, requires_grad=True)
    Y = corr2d(corr2d(X, K1) + b1, K2) + b2
    Y.sum().backward()
    return X.grad, Y.item()

# %% right: a list, and the bias with a dimension of its own | passed
from convlab.functional import corr2d

def merge(K1, b1, K2, b2):
    h, w = K1.shape
    K = corr2d(F.pad(K2, (w - 1, w - 1, h - 1, h - 1)), torch.rot90(K1, 2))
    b = corr2d(torch.ones(K2.shape) * b1, K2) + b2
    return [K, b]

# %% right: transposed convolution | passed
def merge(K1, b1, K2, b2):
    K = F.conv_transpose2d(K1[None, None], K2[None, None])
    b = b2
    for weight in K2.flatten():
        b = b + b1 * weight
    return K.squeeze(0).squeeze(0), b
