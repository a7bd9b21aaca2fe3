"""Answers to 01-test, written from its prompt."""

# %% wrong: only the shape is looked at | named
def test(candidate):
    X = torch.rand(7, 9)
    K = torch.rand(3, 2)
    Y = candidate(X, K)
    return Y.shape == (5, 8)

# %% wrong: a kernel of ones, which no flip changes | named
def test(candidate):
    X = torch.rand(6, 8)
    K = torch.ones(3, 2)
    before_X, before_K = X.clone(), K.clone()
    expected = F.conv2d(X[None, None], K[None, None])[0, 0]
    Y = candidate(X, K)
    if Y.shape != expected.shape:
        return False
    return torch.allclose(Y, expected, atol=1e-5) and torch.equal(X, before_X) and torch.equal(K, before_K)

# %% wrong: the example of the notebook, square image and square kernel | named
def test(candidate):
    X = torch.arange(9.0).reshape(3, 3)
    K = torch.arange(4.0).reshape(2, 2)
    Y = candidate(X.clone(), K.clone())
    expected = torch.tensor([[19.0, 25.0], [37.0, 43.0]])
    return Y.shape == expected.shape and torch.allclose(Y, expected)

# %% wrong: only square images and square kernels, of many sizes | named
def test(candidate):
    torch.manual_seed(0)
    for n in range(4, 9):
        for k in range(1, 4):
            X, K = torch.randn(n, n), torch.randn(k, k)
            X0, K0 = X.clone(), K.clone()
            expected = F.conv2d(X[None, None], K[None, None])[0, 0]
            Y = candidate(X, K)
            if Y.shape != expected.shape or not torch.allclose(Y, expected, atol=1e-4):
                return False
            if not torch.equal(X, X0) or not torch.equal(K, K0):
                return False
    return True

# %% wrong: nobody looks whether the input was changed | named
def test(candidate):
    torch.manual_seed(0)
    for H, W, h, w in [(5, 7, 2, 3), (8, 4, 3, 1), (6, 6, 3, 3), (3, 4, 3, 4)]:
        X, K = torch.randn(H, W), torch.randn(h, w)
        expected = F.conv2d(X[None, None], K[None, None])[0, 0]
        Y = candidate(X.clone(), K.clone())
        if Y.shape != expected.shape:
            return False
        if not torch.allclose(Y, expected, atol=1e-4):
            return False
    return True

# %% wrong: the copy is no copy, so the input is compared with itself | named
def test(candidate):
    torch.manual_seed(0)
    for H, W, h, w in [(5, 7, 2, 3), (8, 4, 3, 1), (6, 6, 3, 3)]:
        X, K = torch.randn(H, W), torch.randn(h, w)
        old_X, old_K = X, K
        expected = F.conv2d(X[None, None], K[None, None])[0, 0]
        Y = candidate(X, K)
        assert Y.shape == expected.shape
        assert torch.allclose(Y, expected, atol=1e-4)
        assert torch.equal(X, old_X) and torch.equal(K, old_K)
    return True

# %% wrong: exactly equal, no rounding is allowed | named
def test(candidate):
    torch.manual_seed(0)
    for H, W, h, w in [(5, 7, 2, 3), (8, 4, 3, 1), (9, 6, 4, 3)]:
        X, K = torch.randn(H, W), torch.randn(h, w)
        X0, K0 = X.clone(), K.clone()
        expected = F.conv2d(X[None, None], K[None, None])[0, 0]
        Y = candidate(X, K)
        if Y.shape != expected.shape or not (Y == expected).all():
            return False
        if not (X == X0).all() or not (K == K0).all():
            return False
    return True

# %% wrong: nothing is returned when all is well | passed: a test with asserts returns nothing, either
def test(candidate):
    X, K = torch.randn(5, 7), torch.randn(2, 3)
    X0, K0 = X.clone(), K.clone()
    expected = F.conv2d(X[None, None], K[None, None])[0, 0]
    Y = candidate(X, K)
    if Y.shape != expected.shape or not torch.allclose(Y, expected, atol=1e-4):
        return False
    if not torch.equal(X, X0) or not torch.equal(K, K0):
        return False

# %% wrong: prints the verdict | named
def test(candidate):
    X, K = torch.randn(5, 7), torch.randn(2, 3)
    expected = F.conv2d(X[None, None], K[None, None])[0, 0]
    Y = candidate(X, K)
    print(Y.shape == expected.shape and torch.allclose(Y, expected, atol=1e-4))

# %% wrong: the answers are exchanged, True stands for broken | named
def test(candidate):
    torch.manual_seed(0)
    X, K = torch.randn(5, 7), torch.randn(2, 3)
    X0, K0 = X.clone(), K.clone()
    expected = F.conv2d(X[None, None], K[None, None])[0, 0]
    Y = candidate(X, K)
    broken = Y.shape != expected.shape or not torch.allclose(Y, expected, atol=1e-4)
    changed = not torch.equal(X, X0) or not torch.equal(K, K0)
    return broken or changed

# %% wrong: the wanted result is the convolution of mathematics, with a flip | named
def test(candidate):
    torch.manual_seed(0)
    for H, W, h, w in [(5, 7, 2, 3), (8, 4, 3, 1), (6, 6, 3, 3)]:
        X, K = torch.randn(H, W), torch.randn(h, w)
        X0 = X.clone()
        expected = F.conv2d(X[None, None], K.flip(0, 1)[None, None])[0, 0]
        Y = candidate(X, K)
        if Y.shape != expected.shape or not torch.allclose(Y, expected, atol=1e-4):
            return False
        if not torch.equal(X, X0):
            return False
    return True

# %% wrong: one bright pixel must give the kernel (it gives the flipped kernel) | named
def test(candidate):
    X = torch.zeros(5, 6)
    X[2, 3] = 1
    K = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    Y = candidate(X, K)
    if Y.shape != (4, 4):
        return False
    return torch.allclose(Y[1:3, 1:4], K)

# %% wrong: whole numbers only, and none of the results is negative | named
def test(candidate):
    X = torch.arange(12).reshape(3, 4)
    K = torch.tensor([[1, 2, 3], [4, 5, -6]])
    X0, K0 = X.clone(), K.clone()
    expected = torch.zeros(2, 2, dtype=torch.long)
    for i in range(2):
        for j in range(2):
            expected[i, j] = (X[i : i + 2, j : j + 3] * K).sum()
    Y = candidate(X, K)
    assert Y.shape == expected.shape
    assert torch.allclose(Y, expected)
    assert torch.equal(X, X0) and torch.equal(K, K0)
    return True

# %% wrong: the candidate is compared with itself | named
def test(candidate):
    X, K = torch.randn(6, 8), torch.randn(2, 3)
    X0, K0 = X.clone(), K.clone()
    expected = candidate(X, K)
    Y = candidate(X, K)
    return torch.allclose(Y, expected) and torch.equal(X, X0) and torch.equal(K, K0)

# %% wrong: a kernel of 1 x 1 | named
def test(candidate):
    X = torch.randn(4, 6)
    K = torch.tensor([[2.5]])
    X0, K0 = X.clone(), K.clone()
    Y = candidate(X, K)
    if Y.shape != X.shape:
        return False
    return torch.allclose(Y, X0 * 2.5) and torch.equal(X, X0) and torch.equal(K, K0)

# %% wrong: only the first number of the map is looked at | named
def test(candidate):
    torch.manual_seed(0)
    X, K = torch.randn(5, 7), torch.randn(2, 3)
    X0, K0 = X.clone(), K.clone()
    Y = candidate(X, K)
    first = (X0[:2, :3] * K0).sum()
    return torch.allclose(Y[0, 0], first, atol=1e-5) and torch.equal(X, X0) and torch.equal(K, K0)

# %% wrong: the map is cut to the wanted size before it is compared | named
def test(candidate):
    torch.manual_seed(0)
    for H, W, h, w in [(5, 7, 2, 3), (8, 4, 3, 1), (6, 6, 3, 3)]:
        X, K = torch.randn(H, W), torch.randn(h, w)
        X0, K0 = X.clone(), K.clone()
        expected = F.conv2d(X[None, None], K[None, None])[0, 0]
        Y = candidate(X, K)
        rows, columns = min(Y.shape[0], expected.shape[0]), min(Y.shape[1], expected.shape[1])
        if not torch.allclose(Y[:rows, :columns], expected[:rows, :columns], atol=1e-4):
            return False
        if not torch.equal(X, X0) or not torch.equal(K, K0):
            return False
    return True

# %% wrong: return stands in the loop, so only the first case counts, a square one | named
def test(candidate):
    for H, W, h, w in [(5, 5, 3, 3), (5, 7, 2, 3), (8, 4, 3, 1)]:
        X, K = torch.randn(H, W), torch.randn(h, w)
        X0, K0 = X.clone(), K.clone()
        expected = F.conv2d(X[None, None], K[None, None])[0, 0]
        Y = candidate(X, K)
        same = Y.shape == expected.shape and torch.allclose(Y, expected, atol=1e-4)
        return same and torch.equal(X, X0) and torch.equal(K, K0)

# %% wrong: one good case is enough | named
def test(candidate):
    torch.manual_seed(0)
    for H, W, h, w in [(5, 7, 2, 3), (6, 6, 1, 1), (3, 3, 3, 3)]:
        X, K = torch.randn(H, W), torch.randn(h, w)
        expected = F.conv2d(X[None, None], K[None, None])[0, 0]
        Y = candidate(X.clone(), K.clone())
        if Y.shape == expected.shape and torch.allclose(Y, expected, atol=1e-4):
            return True
    return False

# %% wrong: the map must be as large as the image | named
def test(candidate):
    X, K = torch.randn(6, 8), torch.randn(3, 3)
    Y = candidate(X, K)
    assert Y.shape == X.shape
    expected = F.conv2d(X[None, None], K[None, None], padding=1)[0, 0]
    assert torch.allclose(Y, expected, atol=1e-4)
    return True

# %% wrong: the expected number is computed by hand, with a slip | named
def test(candidate):
    X = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    K = torch.tensor([[1.0, -1.0]])
    X0 = X.clone()
    Y = candidate(X, K)
    expected = torch.tensor([[1.0, 1.0], [1.0, 1.0]])  # right minus left
    return Y.shape == expected.shape and torch.allclose(Y, expected) and torch.equal(X, X0)

# %% wrong: an image of zeros | named
def test(candidate):
    X = torch.zeros(5, 7)
    K = torch.randn(2, 3)
    Y = candidate(X, K)
    return Y.shape == (4, 5) and torch.allclose(Y, torch.zeros(4, 5))

# %% wrong: a tolerance so wide that all small errors slip through | named
def test(candidate):
    torch.manual_seed(0)
    for H, W, h, w in [(5, 7, 2, 3), (8, 4, 3, 1), (6, 6, 3, 3)]:
        X, K = torch.rand(H, W), torch.rand(h, w)
        X0, K0 = X.clone(), K.clone()
        expected = F.conv2d(X[None, None], K[None, None])[0, 0]
        Y = candidate(X, K)
        if Y.shape != expected.shape or not torch.allclose(Y, expected, atol=5.0):
            return False
        if not torch.equal(X, X0) or not torch.equal(K, K0):
            return False
    return True

# %% wrong: only the sums of the maps are compared | named
def test(candidate):
    torch.manual_seed(0)
    X, K = torch.randn(5, 5), torch.ones(2, 2)
    X0 = X.clone()
    expected = F.conv2d(X[None, None], K[None, None])[0, 0]
    Y = candidate(X, K)
    return torch.allclose(Y.sum(), expected.sum(), atol=1e-4) and torch.equal(X, X0)

# %% right: some shapes, random numbers, PyTorch as the judge | passed
def test(candidate):
    torch.manual_seed(0)
    for H, W, h, w in [(5, 7, 2, 3), (8, 4, 3, 1), (6, 6, 3, 3), (3, 4, 3, 4), (4, 9, 1, 1)]:
        X, K = torch.randn(H, W), torch.randn(h, w)
        X0, K0 = X.clone(), K.clone()
        expected = F.conv2d(X[None, None], K[None, None])[0, 0]
        Y = candidate(X, K)
        if Y.shape != expected.shape or not torch.allclose(Y, expected, atol=1e-4):
            return False
        if not torch.equal(X, X0) or not torch.equal(K, K0):
            return False
    return True

# %% right: asserts, examples that were computed on paper | passed
def test(candidate):
    X = torch.tensor([[1.0, 2.0, 0.0, -1.0], [3.0, 1.0, 4.0, 2.0], [0.0, -2.0, 5.0, 1.0]])
    K = torch.tensor([[1.0, 2.0, -1.0], [0.0, 3.0, 1.0]])
    X_before, K_before = X.clone(), K.clone()
    Y = candidate(X, K)
    # row 0: 1 + 4 - 0 + 0 + 3 + 4 = 12;  2 + 0 + 1 + 0 + 12 + 2 = 17
    # row 1: 3 + 2 - 4 + 0 - 6 + 5 = 0;  1 + 8 - 2 + 0 + 15 + 1 = 23
    wanted = torch.tensor([[12.0, 17.0], [0.0, 23.0]])
    assert Y.shape == wanted.shape, "shape"
    assert torch.allclose(Y, wanted), "numbers"
    assert torch.equal(X, X_before), "X was changed"
    assert torch.equal(K, K_before), "K was changed"
    tall = torch.arange(10.0).reshape(5, 2)
    left = torch.tensor([[1.0], [0.0]])
    assert candidate(tall, left).shape == (4, 2)
    assert torch.allclose(candidate(tall, left), tall[:4])
    wide = torch.tensor([[0.0, 0.0, 1.0, 1.0, 0.0]])
    assert torch.allclose(candidate(wide, torch.tensor([[-1.0, 1.0]])), torch.tensor([[0.0, 1.0, 0.0, -1.0]]))
    return True

# %% right: own loops as the judge, in float64 | passed
def test(candidate):
    def by_loops(X, K):
        (H, W), (h, w) = X.shape, K.shape
        Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
        for i in range(H - h + 1):
            for j in range(W - w + 1):
                Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
        return Y

    torch.manual_seed(3)
    for _ in range(10):
        H, W = torch.randint(4, 9, (2,)).tolist()
        h, w = torch.randint(1, 5, (2,)).tolist()
        X, K = torch.randn(H, W, dtype=torch.float64), torch.randn(h, w, dtype=torch.float64)
        X0, K0 = X.clone(), K.clone()
        expected = by_loops(X, K)
        Y = candidate(X, K)
        if Y.shape != expected.shape:
            return False
        if not torch.allclose(Y.double(), expected, atol=1e-5):
            return False
        if not (torch.equal(X, X0) and torch.equal(K, K0)):
            return False
    return True

# %% right: the course's corr2d as the judge, and an error of the candidate is a no | passed
from convlab.functional import corr2d


def test(candidate):
    torch.manual_seed(1)
    shapes = [((6, 9), (3, 2)), ((9, 6), (2, 3)), ((5, 5), (5, 5)), ((4, 4), (1, 1)), ((1, 8), (1, 3))]
    try:
        for image, kernel in shapes:
            X, K = torch.randn(image), torch.randn(kernel)
            wanted = corr2d(X, K)
            copies = X.clone(), K.clone()
            Y = candidate(X, K)
            ok = Y.shape == wanted.shape and torch.allclose(Y, wanted, atol=1e-4)
            ok = ok and torch.equal(X, copies[0]) and torch.equal(K, copies[1])
            if not ok:
                return False
    except Exception:
        return False
    return True

# %% right: a list of yes and no, and a number of NumPy at the end | passed
def test(candidate):
    rng = np.random.default_rng(0)
    good = []
    for H, W, h, w in [(5, 7, 2, 3), (8, 4, 3, 1), (6, 6, 3, 3), (4, 9, 2, 2)]:
        X = torch.tensor(rng.normal(size=(H, W)), dtype=torch.float32)
        K = torch.tensor(rng.normal(size=(h, w)), dtype=torch.float32)
        a, b = X.clone(), K.clone()
        expected = F.conv2d(X[None, None], K[None, None])[0, 0]
        Y = candidate(X, K)
        good.append(Y.shape == expected.shape and torch.allclose(Y, expected, atol=1e-4))
        good.append(torch.equal(a, X) and torch.equal(b, K))
    return np.all(good)

# %% right: no look at the shape, torch.allclose stops where the shapes differ | passed
def test(candidate):
    torch.manual_seed(0)
    for H, W, h, w in [(5, 8, 2, 3), (8, 5, 3, 2), (9, 7, 3, 3)]:
        X, K = torch.randn(H, W), torch.randn(h, w)
        X0, K0 = X.clone(), K.clone()
        Y = candidate(X, K)
        if not (torch.equal(X, X0) and torch.equal(K, K0)):
            return False
        if not torch.allclose(Y, F.conv2d(X0[None, None], K0[None, None])[0, 0], atol=1e-4):
            return False
    return True
