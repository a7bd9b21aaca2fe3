"""Answers to 04-budget, written from its prompt."""

# %% wrong: two layers with stride 2, which see 7 pixels | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, stride=2, padding=1),
)

# %% wrong: one kernel of 31, too many parameters | named
network = [nn.Conv2d(3, 16, 31, stride=4, padding=15)]

# %% wrong: a network as for photos, with many channels | named
network = nn.Sequential(
    nn.Conv2d(3, 32, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(32, 64, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(64, 64, 3, padding=3, dilation=3),
    nn.ReLU(),
    nn.Conv2d(64, 16, 1),
)

# %% wrong: few parameters, but all layers at full size, pooling comes last | named
network = nn.Sequential(
    nn.Conv2d(3, 8, 5, padding=2),
    nn.ReLU(),
    nn.Conv2d(8, 8, 5, padding=4, dilation=2),
    nn.ReLU(),
    nn.Conv2d(8, 16, 5, padding=8, dilation=4),
    nn.ReLU(),
    nn.MaxPool2d(4),
)

# %% wrong: made smaller once, 32 rows come out | named
network = nn.Sequential(
    nn.Conv2d(3, 8, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(8, 8, 3, padding=7, dilation=7, groups=8),
    nn.Conv2d(8, 16, 1),
)

# %% wrong: three channels come out, the mixing is forgotten | named
network = [
    nn.Conv2d(3, 3, 7, stride=2, padding=3, groups=3),
    nn.Conv2d(3, 3, 7, stride=2, padding=3, groups=3),
    nn.Conv2d(3, 3, 5, padding=2, groups=3),
]

# %% wrong: the padding is forgotten | named
network = nn.Sequential(
    nn.Conv2d(3, 8, 3, stride=2),
    nn.ReLU(),
    nn.Conv2d(8, 16, 3, stride=2),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, dilation=3),
)

# %% wrong: a linear layer makes the numbers that are asked for | named
network = nn.Sequential(
    nn.Conv2d(3, 4, 31, stride=4, padding=15, groups=1),
    nn.Flatten(),
    nn.Linear(4 * 16 * 16, 16 * 16 * 16),
    nn.Unflatten(1, (16, 16, 16)),
)

# %% wrong: sees 23 pixels, the jump of the last layer is counted once too often | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, padding=2, dilation=2),
)

# %% wrong: three kernels of 5, the field is 29 | named
network = nn.Sequential(
    nn.Conv2d(3, 8, 5, stride=2, padding=2),
    nn.ReLU(),
    nn.Conv2d(8, 16, 5, stride=2, padding=2, groups=8),
    nn.ReLU(),
    nn.Conv2d(16, 16, 5, padding=2, groups=16),
    nn.Conv2d(16, 16, 1),
)

# %% wrong: sees 30 pixels, one too few (subtle) | named
network = [
    nn.Conv2d(3, 3, 30, stride=4, padding=13, groups=3),
    nn.Conv2d(3, 16, 1),
]

# %% wrong: the channels of two layers do not fit together | named
network = nn.Sequential(
    nn.Conv2d(3, 8, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, padding=3, dilation=3),
)

# %% wrong: one channel goes in, the images are taken to be grey | named
network = nn.Sequential(
    nn.Conv2d(1, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, padding=3, dilation=3),
)

# %% wrong: pooling to one number for each channel at the end | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, padding=3, dilation=3),
    nn.AdaptiveAvgPool2d(1),
)

# %% wrong: the padding does not grow with the dilation | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, padding=1, dilation=3),
)

# %% wrong: only pooling and a pointwise layer | named
network = nn.Sequential(nn.AvgPool2d(4), nn.Conv2d(3, 16, 1))

# %% wrong: wide enough, but only along the rows | named
network = nn.Sequential(
    nn.Conv2d(3, 3, (31, 1), stride=4, padding=(15, 0), groups=3),
    nn.Conv2d(3, 16, 1),
)

# %% wrong: the settings of the layers, not the layers | unnamed
network = [(3, 16, 3, 2, 1), (16, 16, 3, 2, 1), (16, 16, 3, 1, 3, 3)]

# %% wrong: F.relu in a list of layers | unnamed
network = [
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    F.relu,
    nn.Conv2d(16, 16, 3, stride=2, padding=1),
    F.relu,
    nn.Conv2d(16, 16, 3, padding=3, dilation=3),
]

# %% wrong: the class nn.ReLU, its brackets are forgotten | unnamed
network = [
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU,
    nn.Conv2d(16, 16, 3, stride=2, padding=1),
    nn.ReLU,
    nn.Conv2d(16, 16, 3, padding=3, dilation=3),
]

# %% wrong: a function of the image | unnamed
def network(x):
    x = F.max_pool2d(x, 4)
    return nn.Conv2d(3, 16, 9, padding=4)(x)

# %% wrong: the result of the network, not the network | unnamed
layers = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, padding=3, dilation=3),
)
network = layers(torch.rand(1, 3, 64, 64))

# %% wrong: three standard layers behind the two strides, too many multiply-adds | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, padding=1),
)

# %% wrong: made smaller three times, 8 rows come out | named
network = nn.Sequential(
    nn.Conv2d(3, 8, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(8, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 5, stride=2, padding=4, dilation=2),
)

# %% wrong: half done, one layer | named
network = nn.Conv2d(3, 16, 3, stride=4, padding=1)

# %% wrong: the mean of the whole maps sees everything | named
network = [nn.Conv2d(3, 16, 4, stride=4), nn.AdaptiveAvgPool2d(1), nn.Upsample(size=16)]

# %% wrong: two layers with stride 2 and a norm over whole maps | named
network = [nn.Conv2d(3, 8, 3, 2, 1), nn.GroupNorm(1, 8), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1)]

# %% right: two strides, then dilation 3 | passed
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, padding=3, dilation=3),
    nn.ReLU(),
)

# %% right: a list, a depthwise layer of 31 and a pointwise one | passed
network = [nn.Conv2d(3, 3, 31, stride=4, padding=15, groups=3), nn.Conv2d(3, 16, 1)]

# %% right: pooling, then separable layers | passed
network = nn.Sequential(
    nn.Conv2d(3, 8, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2),
    *[
        layer
        for _ in range(4)
        for layer in (nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False), nn.Conv2d(8, 8, 1), nn.ReLU())
    ],
    nn.Conv2d(8, 16, 1),
)

# %% right: average pooling first, one kernel of 9, blocks in blocks | passed
network = nn.Sequential(
    nn.AvgPool2d(4),
    nn.Sequential(nn.Conv2d(3, 16, 9, padding=4), nn.BatchNorm2d(16), nn.ReLU()),
)

# %% right: a row and a column instead of a square | passed
network = [
    nn.Conv2d(3, 8, (31, 1), stride=(4, 1), padding=(15, 0)),
    nn.Conv2d(8, 16, (1, 31), stride=(1, 4), padding=(0, 15)),
]

# %% right: grouped layers with a shuffle, three strides of two, enlarged again at the end | passed
network = nn.Sequential(
    nn.Conv2d(3, 8, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(8, 16, 3, stride=2, padding=1, groups=2),
    nn.ChannelShuffle(2),
    nn.Conv2d(16, 16, 3, stride=2, padding=1, groups=4),
    nn.ReLU(),
    nn.Conv2d(16, 16, 5, padding=2, groups=16),
    nn.Upsample(scale_factor=2),
)
