"""Answers to 03-shapes, written from its prompt."""

# %% wrong: a kernel without channels | named
predictions = {
    "kernel": (5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 372,
}

# %% wrong: the kernel's channels are last | named
predictions = {
    "kernel": (5, 2, 3), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 372,
}

# %% wrong: the kernel with an output channel in front | named
predictions = {
    "kernel": (1, 3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 372,
}

# %% wrong: kernel columns first | named
predictions = {
    "kernel": (3, 2, 5), "weight": (12, 3, 2, 5), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 372,
}

# %% wrong: inputs first in the weight | named
predictions = {
    "kernel": (3, 5, 2), "weight": (3, 12, 5, 2), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 372,
}

# %% wrong: the weight has no input channels | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 5, 2), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 372,
}

# %% wrong: the weight in the order of Keras | named
predictions = {
    "kernel": (3, 5, 2), "weight": (5, 2, 3, 12), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 372,
}

# %% wrong: the weight has the batch in front | named
predictions = {
    "kernel": (3, 5, 2), "weight": (4, 3, 5, 2), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 372,
}

# %% wrong: one bias for the layer | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (1,),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 372,
}

# %% wrong: a bias for each slice | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12, 3),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 372,
}

# %% wrong: one bias for each input channel | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (3,),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 372,
}

# %% wrong: a bias as large as the output | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12, 16, 29),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 372,
}

# %% wrong: the output's channels are last | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 16, 29, 12), "products": 30, "parameters": 372,
}

# %% wrong: the output without the batch | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (12, 16, 29), "products": 30, "parameters": 372,
}

# %% wrong: the output keeps three channels | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 3, 16, 29), "products": 30, "parameters": 372,
}

# %% wrong: a map for each pair of kernel and channel | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 36, 16, 29), "products": 30, "parameters": 372,
}

# %% wrong: the maps are as large as the images | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 12, 20, 30), "products": 30, "parameters": 372,
}

# %% wrong: the + 1 is forgotten | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 12, 15, 28), "products": 30, "parameters": 372,
}

# %% wrong: the kernel's sides are swapped in the output | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 12, 19, 26), "products": 30, "parameters": 372,
}

# %% wrong: the output's columns first | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 12, 29, 16), "products": 30, "parameters": 372,
}

# %% wrong: the products of one channel only | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 10, "parameters": 372,
}

# %% wrong: the products of all kernels | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 360, "parameters": 372,
}

# %% wrong: the bias counted as a product | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 31, "parameters": 372,
}

# %% wrong: parameters without the bias | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 360,
}

# %% wrong: parameters without the channels | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 12 * 10 + 12,
}

# %% wrong: parameters with one bias | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 361,
}

# %% wrong: parameters times the batch | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 4 * 372,
}

# %% wrong: parameters of one kernel | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 31,
}

# %% wrong: grey images everywhere | named
predictions = {
    "kernel": (1, 5, 2), "weight": (12, 1, 5, 2), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 10, "parameters": 132,
}

# %% wrong: the bias as a column | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12, 1),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 372,
}

# %% wrong: a bias for each image and kernel | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (4, 12),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 372,
}

# %% wrong: parameters with a bias for each slice | named
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12,),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 360 + 36,
}

# %% right: by hand | passed
predictions = {
    "kernel": (3, 5, 2),
    "weight": (12, 3, 5, 2),
    "bias": (12,),
    "output": (4, 12, 16, 29),
    "products": 30,
    "parameters": 372,
}

# %% right: lists, and the counts as products | passed
predictions = {
    "kernel": [3, 5, 2],
    "weight": [12, 3, 5, 2],
    "bias": [12],
    "output": [4, 12, 20 - 5 + 1, 30 - 2 + 1],
    "products": 3 * 5 * 2,
    "parameters": 12 * (3 * 5 * 2 + 1),
}

# %% right: PyTorch's own shapes | passed
layer = nn.Conv2d(3, 12, (5, 2))
predictions = {
    "kernel": layer.weight[0].shape,
    "weight": layer.weight.shape,
    "bias": layer.bias.shape,
    "output": layer(torch.zeros(4, 3, 20, 30)).shape,
    "products": layer.weight[0].numel(),
    "parameters": sum(p.numel() for p in layer.parameters()),
}

# %% right: numpy's numbers | passed
kernel = np.array([3, 5, 2])
weight = np.array([12, *kernel])
predictions = {
    "kernel": kernel,
    "weight": weight,
    "bias": weight[:1],
    "output": np.array([4, 12, 16, 29]),
    "products": kernel.prod(),
    "parameters": weight.prod() + 12,
}

# %% right: tuples from ranges and sums | passed
c, h, w = 3, 5, 2
maps = 12
predictions = dict(
    kernel=(c, h, w),
    weight=(maps,) + (c, h, w),
    bias=tuple([maps]),
    output=(4, maps, len(range(h - 1, 20)), len(range(w - 1, 30))),
    products=math.prod((c, h, w)),
    parameters=sum([c * h * w + 1] * maps),
)

# %% right: (12) without its comma | passed
predictions = {
    "kernel": (3, 5, 2), "weight": (12, 3, 5, 2), "bias": (12),
    "output": (4, 12, 16, 29), "products": 30, "parameters": 372,
}
