"""Answers to 05-gradient, written from its prompt."""

# %% wrong: B, because 48 entries are 0 | named
found = {"letter": "B", "entries": 48}

# %% wrong: E, because the kernel is not flipped | named
found = {"letter": "E", "entries": 64}

# %% wrong: C, because the gradient of a copy should be a mean | named
found = {"letter": "C", "entries": 64}

# %% wrong: divided by one step, all are wrong, and A is the first | named falsely: the division by 4 is taken for the fault
X = torch.randn(1, 1, 8, 8, dtype=torch.float64)
K = torch.randn(1, 1, 3, 3, dtype=torch.float64)
strided = dict(stride=2, padding=1)

def doubled(X):
    return F.interpolate(X, scale_factor=2)

layers = dict(  # forward(X), and backward(X, G)
    A=(lambda X: F.avg_pool2d(X, 2), lambda X, G: doubled(G) / 4),
    B=(lambda X: F.max_pool2d(X, 2), lambda X, G: doubled(G) * (X == doubled(F.max_pool2d(X, 2)))),
    C=(doubled, lambda X, G: 4 * F.avg_pool2d(G, 2)),
    D=(lambda X: F.conv2d(X, K, **strided),
       lambda X, G: F.pad(F.conv_transpose2d(G, K, **strided), (0, 1, 0, 1))),
    E=(lambda X: F.conv_transpose2d(X, K, stride=2), lambda X, G: F.conv2d(G, K, stride=2)),
)
found = None
for letter, (forward, backward) in layers.items():
    G = torch.randn_like(forward(X))
    by_hand, wrong, step = backward(X, G), 0, 1e-5
    for i in range(8):
        for j in range(8):
            up, down = X.clone(), X.clone()
            up[0, 0, i, j] += step
            down[0, 0, i, j] -= step
            slope = ((forward(up) * G).sum() - (forward(down) * G).sum()) / step
            wrong += abs(slope - by_hand[0, 0, i, j]).item() > 1e-4
    if wrong and found is None:
        found = {"letter": letter, "entries": wrong}

# %% wrong: the letter is found by allclose, the entries are counted without a tolerance | named
X = torch.randn(1, 1, 8, 8, dtype=torch.float64)
K = torch.randn(1, 1, 3, 3, dtype=torch.float64)
strided = dict(stride=2, padding=1)

def doubled(X):
    return F.interpolate(X, scale_factor=2)

layers = dict(  # forward(X), and backward(X, G)
    A=(lambda X: F.avg_pool2d(X, 2), lambda X, G: doubled(G) / 4),
    B=(lambda X: F.max_pool2d(X, 2), lambda X, G: doubled(G) * (X == doubled(F.max_pool2d(X, 2)))),
    C=(doubled, lambda X, G: 4 * F.avg_pool2d(G, 2)),
    D=(lambda X: F.conv2d(X, K, **strided),
       lambda X, G: F.pad(F.conv_transpose2d(G, K, **strided), (0, 1, 0, 1))),
    E=(lambda X: F.conv_transpose2d(X, K, stride=2), lambda X, G: F.conv2d(G, K, stride=2)),
)
for letter, (forward, backward) in layers.items():
    G = torch.randn_like(forward(X))
    numeric = torch.zeros(8, 8, dtype=torch.float64)
    for n in range(64):
        step = torch.zeros(64, dtype=torch.float64)
        step[n] = 1e-6
        step = step.reshape(1, 1, 8, 8)
        numeric[n // 8, n % 8] = ((forward(X + step) - forward(X - step)) * G).sum() / 2e-6
    by_hand = backward(X, G)[0, 0]
    if not torch.allclose(numeric, by_hand, atol=1e-4):
        found = {"letter": letter, "entries": (numeric != by_hand).sum().item()}

# %% wrong: steps as large as the pixels: the largest of a window changes | named falsely: the maximum is taken for the fault
X = torch.randn(1, 1, 8, 8, dtype=torch.float64)
K = torch.randn(1, 1, 3, 3, dtype=torch.float64)
strided = dict(stride=2, padding=1)

def doubled(X):
    return F.interpolate(X, scale_factor=2)

layers = dict(  # forward(X), and backward(X, G)
    A=(lambda X: F.avg_pool2d(X, 2), lambda X, G: doubled(G) / 4),
    B=(lambda X: F.max_pool2d(X, 2), lambda X, G: doubled(G) * (X == doubled(F.max_pool2d(X, 2)))),
    C=(doubled, lambda X, G: 4 * F.avg_pool2d(G, 2)),
    D=(lambda X: F.conv2d(X, K, **strided),
       lambda X, G: F.pad(F.conv_transpose2d(G, K, **strided), (0, 1, 0, 1))),
    E=(lambda X: F.conv_transpose2d(X, K, stride=2), lambda X, G: F.conv2d(G, K, stride=2)),
)
counts = {}
for letter, (forward, backward) in layers.items():
    G = torch.randn_like(forward(X))
    by_hand, wrong = backward(X, G).flatten(), 0
    for n in range(64):
        up, down = X.clone(), X.clone()
        up.view(-1)[n] += 1
        down.view(-1)[n] -= 1
        slope = ((forward(up) * G).sum() - (forward(down) * G).sum()) / 2
        wrong += not torch.isclose(slope, by_hand[n])
    counts[letter] = wrong
found = {"letter": max(counts, key=counts.get), "entries": max(counts.values())}

# %% wrong: D, but only the last row | named
found = {"letter": "D", "entries": 8}

# %% wrong: D, the corner is counted twice | named
found = {"letter": "D", "entries": 16}

# %% wrong: D, the corner is forgotten | named
found = {"letter": "D", "entries": 14}

# %% wrong: D, the entries that are right | named
found = {"letter": "D", "entries": 64 - 15}

# %% wrong: D, the whole frame | unnamed
found = {"letter": "D", "entries": 28}

# %% wrong: D, one thing is wrong | unnamed
found = {"letter": "D", "entries": 1}

# %% wrong: D, the share | unnamed
found = {"letter": "D", "entries": 15 / 64}

# %% wrong: the number of the layer in place of its letter | unnamed
found = {"letter": 3, "entries": 15}

# %% wrong: right count, but the letter of the layer behind it | named falsely: the kernel is said to need a turn
found = {"letter": "E", "entries": 15}

# %% wrong: the places, not their number | unnamed
X = torch.randn(1, 1, 8, 8, dtype=torch.float64)
K = torch.randn(1, 1, 3, 3, dtype=torch.float64)
strided = dict(stride=2, padding=1)

def doubled(X):
    return F.interpolate(X, scale_factor=2)

layers = dict(  # forward(X), and backward(X, G)
    A=(lambda X: F.avg_pool2d(X, 2), lambda X, G: doubled(G) / 4),
    B=(lambda X: F.max_pool2d(X, 2), lambda X, G: doubled(G) * (X == doubled(F.max_pool2d(X, 2)))),
    C=(doubled, lambda X, G: 4 * F.avg_pool2d(G, 2)),
    D=(lambda X: F.conv2d(X, K, **strided),
       lambda X, G: F.pad(F.conv_transpose2d(G, K, **strided), (0, 1, 0, 1))),
    E=(lambda X: F.conv_transpose2d(X, K, stride=2), lambda X, G: F.conv2d(G, K, stride=2)),
)
forward, backward = layers["D"]
G = torch.randn(1, 1, 4, 4, dtype=torch.float64)
numeric = torch.zeros_like(X)
for i in range(8):
    for j in range(8):
        up, down = X.clone(), X.clone()
        up[0, 0, i, j] += 1e-4
        down[0, 0, i, j] -= 1e-4
        numeric[0, 0, i, j] = ((forward(up) - forward(down)) * G).sum() / 2e-4
found = {"letter": "D", "entries": ((numeric - backward(X, G)).abs() > 1e-6).nonzero()}

# %% wrong: the loss without G, so most layers look wrong | unnamed
X = torch.randn(1, 1, 8, 8, dtype=torch.float64)
K = torch.randn(1, 1, 3, 3, dtype=torch.float64)
strided = dict(stride=2, padding=1)

def doubled(X):
    return F.interpolate(X, scale_factor=2)

layers = dict(  # forward(X), and backward(X, G)
    A=(lambda X: F.avg_pool2d(X, 2), lambda X, G: doubled(G) / 4),
    B=(lambda X: F.max_pool2d(X, 2), lambda X, G: doubled(G) * (X == doubled(F.max_pool2d(X, 2)))),
    C=(doubled, lambda X, G: 4 * F.avg_pool2d(G, 2)),
    D=(lambda X: F.conv2d(X, K, **strided),
       lambda X, G: F.pad(F.conv_transpose2d(G, K, **strided), (0, 1, 0, 1))),
    E=(lambda X: F.conv_transpose2d(X, K, stride=2), lambda X, G: F.conv2d(G, K, stride=2)),
)
wrong = {}
for letter, (forward, backward) in layers.items():
    G = torch.randn_like(forward(X))
    x = X.clone().requires_grad_()
    forward(x).sum().backward()
    wrong[letter] = (~torch.isclose(x.grad, backward(X, G))).sum().item()
found = {"letter": [k for k in wrong if wrong[k]], "entries": wrong["D"]}

# %% wrong: the letter is left open | unnamed
found = {"letter": ..., "entries": 15}

# %% wrong: A, because only one pixel of a window gets the gradient, they think | named
found = {"letter": "A", "entries": 48}

# %% right: every pixel up and down | passed
X = torch.randn(1, 1, 8, 8, dtype=torch.float64)
K = torch.randn(1, 1, 3, 3, dtype=torch.float64)
strided = dict(stride=2, padding=1)

def doubled(X):
    return F.interpolate(X, scale_factor=2)

layers = dict(  # forward(X), and backward(X, G)
    A=(lambda X: F.avg_pool2d(X, 2), lambda X, G: doubled(G) / 4),
    B=(lambda X: F.max_pool2d(X, 2), lambda X, G: doubled(G) * (X == doubled(F.max_pool2d(X, 2)))),
    C=(doubled, lambda X, G: 4 * F.avg_pool2d(G, 2)),
    D=(lambda X: F.conv2d(X, K, **strided),
       lambda X, G: F.pad(F.conv_transpose2d(G, K, **strided), (0, 1, 0, 1))),
    E=(lambda X: F.conv_transpose2d(X, K, stride=2), lambda X, G: F.conv2d(G, K, stride=2)),
)
found = {}
for letter, (forward, backward) in layers.items():
    G = torch.randn_like(forward(X))
    numeric = torch.zeros_like(X)
    for i in range(8):
        for j in range(8):
            up, down = X.clone(), X.clone()
            up[0, 0, i, j] += 1e-6
            down[0, 0, i, j] -= 1e-6
            numeric[0, 0, i, j] = ((forward(up) * G).sum() - (forward(down) * G).sum()) / 2e-6
    wrong = ((numeric - backward(X, G)).abs() > 1e-6).sum().item()
    if wrong:
        found = {"letter": letter, "entries": wrong}

# %% right: 64 images at once, the count a tensor | passed
X = torch.randn(1, 1, 8, 8, dtype=torch.float64)
K = torch.randn(1, 1, 3, 3, dtype=torch.float64)
strided = dict(stride=2, padding=1)

def doubled(X):
    return F.interpolate(X, scale_factor=2)

layers = dict(  # forward(X), and backward(X, G)
    A=(lambda X: F.avg_pool2d(X, 2), lambda X, G: doubled(G) / 4),
    B=(lambda X: F.max_pool2d(X, 2), lambda X, G: doubled(G) * (X == doubled(F.max_pool2d(X, 2)))),
    C=(doubled, lambda X, G: 4 * F.avg_pool2d(G, 2)),
    D=(lambda X: F.conv2d(X, K, **strided),
       lambda X, G: F.pad(F.conv_transpose2d(G, K, **strided), (0, 1, 0, 1))),
    E=(lambda X: F.conv_transpose2d(X, K, stride=2), lambda X, G: F.conv2d(G, K, stride=2)),
)
steps = torch.eye(64, dtype=torch.float64).reshape(64, 1, 8, 8) * 1e-5
for letter, (forward, backward) in layers.items():
    G = torch.randn_like(forward(X))
    numeric = ((forward(X + steps) - forward(X - steps)) * G).sum((1, 2, 3)) / 2e-5
    bad = torch.isclose(numeric, backward(X, G).flatten(), rtol=1e-3, atol=1e-6).logical_not()
    if bad.any():
        found = {"letter": letter, "entries": bad.sum()}

# %% right: by autograd, with numpy's count | passed
X = torch.randn(1, 1, 8, 8, dtype=torch.float64)
K = torch.randn(1, 1, 3, 3, dtype=torch.float64)
strided = dict(stride=2, padding=1)

def doubled(X):
    return F.interpolate(X, scale_factor=2)

layers = dict(  # forward(X), and backward(X, G)
    A=(lambda X: F.avg_pool2d(X, 2), lambda X, G: doubled(G) / 4),
    B=(lambda X: F.max_pool2d(X, 2), lambda X, G: doubled(G) * (X == doubled(F.max_pool2d(X, 2)))),
    C=(doubled, lambda X, G: 4 * F.avg_pool2d(G, 2)),
    D=(lambda X: F.conv2d(X, K, **strided),
       lambda X, G: F.pad(F.conv_transpose2d(G, K, **strided), (0, 1, 0, 1))),
    E=(lambda X: F.conv_transpose2d(X, K, stride=2), lambda X, G: F.conv2d(G, K, stride=2)),
)
counts = {}
for letter, (forward, backward) in layers.items():
    x = X.clone().requires_grad_()
    y = forward(x)
    G = torch.randn_like(y)
    y.backward(G)
    counts[letter] = np.sum(~np.isclose(x.grad.numpy(), backward(X, G).numpy()))
letter = next(k for k in counts if counts[k] > 0)
found = dict(letter=letter, entries=counts[letter])

# %% right: thought out: the last row and the last column, with the corner once | passed
found = {"letter": "D", "entries": 8 + 8 - 1}

# %% right: a small letter | passed
found = {"letter": "d", "entries": 15}
