"""Answers to 01-count, written from its prompt."""

# %% wrong: the input layer is counted as a layer | named
predictions = {"layers": 3, "weights": 30500, "biases": 60, "window": 26}

# %% wrong: only the hidden layer counts as a layer | named
predictions = {"layers": 1, "weights": 30500, "biases": 60, "window": 26}

# %% wrong: only the weights of the first layer | named
predictions = {"layers": 2, "weights": 600 * 50, "biases": 60, "window": 26}

# %% wrong: only the weights of the last layer | named
predictions = {"layers": 2, "weights": 50 * 10, "biases": 60, "window": 26}

# %% wrong: the three sizes are multiplied | named
predictions = {"layers": 2, "weights": 600 * 50 * 10, "biases": 60, "window": 26}

# %% wrong: the three sizes are added | named
predictions = {"layers": 2, "weights": 600 + 50 + 10, "biases": 60, "window": 26}

# %% wrong: the weights hold the biases, too | named
predictions = {"layers": 2, "weights": 600 * 50 + 50 * 10 + 60, "biases": 60, "window": 26}

# %% wrong: each pixel is joined with the last layer, too | named
predictions = {"layers": 2, "weights": 600 * 50 + 50 * 10 + 600 * 10, "biases": 60, "window": 26}

# %% wrong: a slip in a product | unnamed
predictions = {"layers": 2, "weights": 30000 + 5000, "biases": 60, "window": 26}

# %% wrong: the two products are multiplied | named
predictions = {"layers": 2, "weights": 600 * 50 * 50 * 10, "biases": 60, "window": 26}

# %% wrong: the inputs have biases, too | named
predictions = {"layers": 2, "weights": 30500, "biases": 600 + 50 + 10, "window": 26}

# %% wrong: one bias for each layer | named
predictions = {"layers": 2, "weights": 30500, "biases": 2, "window": 26}

# %% wrong: only the outputs have biases | named
predictions = {"layers": 2, "weights": 30500, "biases": 10, "window": 26}

# %% wrong: only the hidden neurons have biases | named
predictions = {"layers": 2, "weights": 30500, "biases": 50, "window": 26}

# %% wrong: a bias for each input of each layer | named
predictions = {"layers": 2, "weights": 30500, "biases": 600 + 50, "window": 26}

# %% wrong: the bias of the window is forgotten | named
predictions = {"layers": 2, "weights": 30500, "biases": 60, "window": 25}

# %% wrong: own weights in every place of the window | named
predictions = {"layers": 2, "weights": 30500, "biases": 60, "window": (20 - 5 + 1) * (30 - 5 + 1) * 26}

# %% wrong: a bias for each place of the window | named
predictions = {"layers": 2, "weights": 30500, "biases": 60, "window": 25 + (20 - 5 + 1) * (30 - 5 + 1)}

# %% wrong: a bias for each weight of the window | named
predictions = {"layers": 2, "weights": 30500, "biases": 60, "window": 50}

# %% wrong: the sides of the window are added | named
predictions = {"layers": 2, "weights": 30500, "biases": 60, "window": 5 + 5 + 1}

# %% wrong: the number of places in place of the parameters | named
predictions = {"layers": 2, "weights": 30500, "biases": 60, "window": (20 - 5 + 1) * (30 - 5 + 1)}

# %% wrong: a window for each of the 50 neurons | named
predictions = {"layers": 2, "weights": 30500, "biases": 60, "window": 50 * 26}

# %% wrong: the input counts as a layer with biases | named
predictions = {"layers": 3, "weights": 30500, "biases": 660, "window": 26}

# %% wrong: half done | unnamed
predictions = {"layers": 2, "weights": 30500, "biases": ..., "window": ...}

# %% wrong: the weights of each layer by themselves | unnamed
predictions = {"layers": 2, "weights": (30000, 500), "biases": (50, 10), "window": 26}

# %% right: by hand | passed
predictions = {
    "layers": 2,
    "weights": 30500,
    "biases": 60,
    "window": 26,
}

# %% right: as in the notebook, from the sizes | passed
sizes = [600, 50, 10]
predictions = {
    "layers": len(sizes) - 1,
    "weights": sum(n * m for n, m in zip(sizes, sizes[1:])),
    "biases": sum(sizes[1:]),
    "window": 5 * 5 + 1,
}

# %% right: PyTorch counts | passed
net = nn.Sequential(nn.Linear(600, 50), nn.ReLU(), nn.Linear(50, 10))
linear = [layer for layer in net if isinstance(layer, nn.Linear)]
predictions = dict(
    layers=len(linear),
    weights=sum(layer.weight.numel() for layer in linear),
    biases=sum(layer.bias.numel() for layer in linear),
    window=sum(p.numel() for p in nn.Conv2d(1, 1, 5).parameters()),
)

# %% right: numpy's numbers | passed
sizes = np.array([600, 50, 10])
predictions = {
    "layers": len(sizes) - 1,
    "weights": (sizes[:-1] * sizes[1:]).sum(),
    "biases": sizes[1:].sum(),
    "window": np.prod((5, 5)) + 1,
}

# %% right: tensors of one number | passed
sizes = torch.tensor([600, 50, 10])
predictions = {
    "layers": torch.tensor(2),
    "weights": (sizes[:-1] * sizes[1:]).sum(),
    "biases": sizes[1:].sum(),
    "window": torch.ones(5, 5).sum() + 1,
}
