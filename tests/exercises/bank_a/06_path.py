"""Answers to 06-path, written from its prompt."""

# %% wrong: the + 1 of the size is forgotten: 30 - 5 = 25 | named
predictions = {"maps": (12, 4, 7), "inputs": 12 * 4 * 7, "result": (16, 10), "parameters": 156 + 1164 + 3370}

# %% wrong: the second convolution takes 4 off, as the first | named
predictions = {"maps": (12, 4, 8), "inputs": 12 * 4 * 8, "result": (16, 10), "parameters": 156 + 1164 + 3850}

# %% wrong: the first pooling is forgotten | named
predictions = {"maps": (12, 11, 18), "inputs": 2376, "result": (16, 10), "parameters": 156 + 1164 + 23770}

# %% wrong: the last pooling is forgotten | named
predictions = {"maps": (12, 10, 17), "inputs": 2040, "result": (16, 10), "parameters": 156 + 1164 + 20410}

# %% wrong: the convolutions keep the size | named
predictions = {"maps": (12, 7, 11), "inputs": 924, "result": (16, 10), "parameters": 156 + 1164 + 9250}

# %% wrong: the second kernel is taken as 5 | named
predictions = {"maps": (12, 4, 8), "inputs": 384, "result": (16, 10), "parameters": 156 + 1812 + 3850}

# %% wrong: 17 / 2 is rounded up | named
predictions = {"maps": (12, 5, 9), "inputs": 540, "result": (16, 10), "parameters": 156 + 1164 + 5410}

# %% wrong: rows and columns swapped | named
predictions = {"maps": (12, 8, 5), "inputs": 480, "result": (16, 10), "parameters": 6130}

# %% wrong: square: both sides from 30 | named
predictions = {"maps": (12, 5, 5), "inputs": 300, "result": (16, 10), "parameters": 156 + 1164 + 3010}

# %% wrong: the channels of the first layer | named
predictions = {"maps": (6, 5, 8), "inputs": 240, "result": (16, 10), "parameters": 156 + 1164 + 2410}

# %% wrong: the channels are multiplied | named
predictions = {"maps": (72, 5, 8), "inputs": 2880, "result": (16, 10), "parameters": 156 + 1164 + 28810}

# %% wrong: the batch is flattened too | named
predictions = {"maps": (12, 5, 8), "inputs": 16 * 480, "result": (16, 10), "parameters": 156 + 1164 + 76810}

# %% wrong: the inputs without the channels | named
predictions = {"maps": (12, 5, 8), "inputs": 40, "result": (16, 10), "parameters": 156 + 1164 + 410}

# %% wrong: the result of one image | named
predictions = {"maps": (12, 5, 8), "inputs": 480, "result": (10,), "parameters": 6130}

# %% wrong: the result is one label for each image | named
predictions = {"maps": (12, 5, 8), "inputs": 480, "result": (16,), "parameters": 6130}

# %% wrong: the result turned round | named
predictions = {"maps": (12, 5, 8), "inputs": 480, "result": (10, 16), "parameters": 6130}

# %% wrong: the biases are forgotten | named
predictions = {"maps": (12, 5, 8), "inputs": 480, "result": (16, 10), "parameters": 150 + 1152 + 4800}

# %% wrong: the bias of the linear layer is forgotten | named
predictions = {"maps": (12, 5, 8), "inputs": 480, "result": (16, 10), "parameters": 156 + 1164 + 4800}

# %% wrong: the second convolution has 16 weights for each kernel, the channels are forgotten | named
predictions = {"maps": (12, 5, 8), "inputs": 480, "result": (16, 10), "parameters": 156 + 12 * 17 + 4810}

# %% wrong: the linear layer is forgotten | named
predictions = {"maps": (12, 5, 8), "inputs": 480, "result": (16, 10), "parameters": 156 + 1164}

# %% wrong: one bias for each pair of channels | named
predictions = {"maps": (12, 5, 8), "inputs": 480, "result": (16, 10), "parameters": 6 * 26 + 6 * 12 * 17 + 4810}

# %% wrong: the maps with the batch | named
predictions = {"maps": (16, 12, 5, 8), "inputs": 480, "result": (16, 10), "parameters": 6130}

# %% right: the numbers | passed
predictions = {"maps": (12, 5, 8), "inputs": 480, "result": (16, 10), "parameters": 6130}

# %% right: measured | passed
body = nn.Sequential(
    nn.Conv2d(1, 6, kernel_size=5), nn.MaxPool2d(2), nn.ReLU(),
    nn.Conv2d(6, 12, kernel_size=4), nn.MaxPool2d(2), nn.ReLU(),
)
batch = torch.zeros(16, 1, 30, 44)
maps = body(batch)
net = nn.Sequential(body, nn.Flatten(), nn.Linear(maps[0].numel(), 10))
predictions = {"maps": maps.shape[1:], "inputs": maps[0].numel(), "result": net(batch).shape,
               "parameters": sum(p.numel() for p in net.parameters())}

# %% right: lists and sums | passed
rows, columns = ((30 - 4) // 2 - 3) // 2, ((44 - 4) // 2 - 3) // 2
predictions = {"maps": [12, rows, columns], "inputs": 12 * rows * columns, "result": [16, 10],
               "parameters": 6 * (25 + 1) + 12 * (6 * 16 + 1) + 10 * (480 + 1)}

# %% right: numpy | passed
predictions = {"maps": np.array([12, 5, 8]), "inputs": np.prod([12, 5, 8]), "result": torch.tensor([16, 10]),
               "parameters": np.float64(6130)}
