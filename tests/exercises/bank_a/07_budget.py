"""Answers to 07-budget, written from its prompt."""

# %% wrong: flattened maps into a linear layer | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 24, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(24, 24, 3, padding=3, dilation=3),
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(24 * 8 * 8, 6),
)

# %% wrong: small enough, but the linear layer knows one size only | named
network = nn.Sequential(
    nn.Conv2d(3, 8, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(8, 8, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(8, 8, 3, padding=3, dilation=3),
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(8 * 8 * 8, 6),
)

# %% wrong: the pooling has a fixed size | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 24, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(24, 24, 3, padding=3, dilation=3),
    nn.ReLU(),
    nn.AvgPool2d(8),
    nn.Flatten(),
    nn.Linear(24, 6),
)

# %% wrong: maps come out, no pooling | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 24, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(24, 24, 3, padding=3, dilation=3),
    nn.ReLU(),
    nn.Conv2d(24, 6, 1),
)

# %% wrong: the flatten at the end is forgotten | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 24, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(24, 24, 3, padding=3, dilation=3),
    nn.ReLU(),
    nn.Conv2d(24, 6, 1),
    nn.AdaptiveAvgPool2d(1),
)

# %% wrong: no flatten before the linear layer | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 24, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(24, 24, 3, padding=3, dilation=3),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Linear(24, 6),
)

# %% wrong: two layers see 7 pixels | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 24, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(24, 6),
)

# %% wrong: the network of 06 with more channels | named
network = nn.Sequential(
    nn.Conv2d(3, 32, 3, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(32, 64, 3, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(64, 64, 3, padding=1),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(64, 6),
)

# %% wrong: all layers at full size | named
network = nn.Sequential(
    nn.Conv2d(3, 8, 3, padding=1),
    nn.ReLU(),
    nn.Conv2d(8, 8, 3, padding=4, dilation=4),
    nn.ReLU(),
    nn.Conv2d(8, 16, 3, padding=8, dilation=8),
    nn.ReLU(),
    nn.Conv2d(16, 16, 3, padding=8, dilation=8),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(16, 6),
)

# %% wrong: one channel goes in, as with digits | named
network = nn.Sequential(
    nn.Conv2d(1, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 24, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(24, 24, 3, padding=3, dilation=3),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(24, 6),
)

# %% wrong: ten classes, as with digits | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 24, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(24, 24, 3, padding=3, dilation=3),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(24, 10),
)

# %% wrong: channels do not fit | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(32, 24, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(24, 24, 3, padding=3, dilation=3),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(24, 6),
)

# %% wrong: the linear layer is made for the maps, not for their means | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 24, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(24, 24, 3, padding=3, dilation=3),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(24 * 8 * 8, 6),
)

# %% wrong: one kernel of 31 | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 31, stride=4, padding=15),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(16, 6),
)

# %% wrong: sees 23 pixels only | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 24, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(24, 24, 3, padding=2, dilation=2),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(24, 6),
)

# %% wrong: pooling before the layers look | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 24, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Conv2d(24, 24, 3, padding=1),
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(24, 6),
)

# %% wrong: deep and wide, with strides | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 32, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(32, 64, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(64, 64, 3, padding=1),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(64, 6),
)

# %% wrong: the hidden linear layer is too large | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 24, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(24, 24, 3, padding=3, dilation=3, groups=24),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(24, 256),
    nn.ReLU(),
    nn.Linear(256, 6),
)

# %% wrong: F.relu in the list | unnamed
network = [
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    F.relu,
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(16, 6),
]

# %% wrong: maps pooled to 2 x 2 | named
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 24, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(24, 24, 3, padding=3, dilation=3, groups=24),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(2),
    nn.Flatten(),
    nn.Linear(24, 6),
)

# %% wrong: two layers see 7 pixels, with a weight for each map by its mean | named
class Gate(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weigh = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, channels, 1), nn.Sigmoid())

    def forward(self, x):
        return x * self.weigh(x)


network = nn.Sequential(
    nn.Conv2d(3, 8, 3, stride=2, padding=1),
    Gate(8),
    nn.ReLU(),
    nn.Conv2d(8, 16, 3, stride=2, padding=1),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(16, 6),
)

# %% wrong: squeeze, made for one picture | named
class Squeezed(nn.Module):
    def __init__(self):
        super().__init__()
        self.look = nn.Sequential(
            nn.Conv2d(3, 8, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.Conv2d(8, 16, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.Conv2d(16, 6, 7, padding=3),
        )

    def forward(self, x):
        return self.look(x).mean((2, 3)).squeeze().unsqueeze(0)


network = Squeezed()

# %% right: made larger in between, then looks far | passed
network = nn.Sequential(
    nn.Conv2d(3, 8, 5, stride=4, padding=2),
    nn.ReLU(),
    nn.Upsample(scale_factor=2),
    nn.Conv2d(8, 8, 5, stride=2, padding=2),
    nn.Conv2d(8, 8, 5, padding=2),
    nn.Conv2d(8, 8, 5, padding=2),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(8, 6),
)

# %% right: a dilated layer, and the global mean | passed
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 24, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(24, 24, 3, padding=3, dilation=3),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(24, 6),
)

# %% right: thin layers, many strides | passed
network = nn.Sequential(
    nn.Conv2d(3, 8, 3, stride=2, padding=1),
    nn.BatchNorm2d(8),
    nn.ReLU(),
    nn.Conv2d(8, 12, 3, stride=2, padding=1),
    nn.BatchNorm2d(12),
    nn.ReLU(),
    nn.Conv2d(12, 16, 3, stride=2, padding=1),
    nn.BatchNorm2d(16),
    nn.ReLU(),
    nn.Conv2d(16, 24, 3, padding=1),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(24, 6),
)

# %% right: a class with a mean in forward | passed
class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 16, 4, stride=4)
        self.look = nn.Conv2d(16, 16, 9, padding=4, groups=16)
        self.mix = nn.Conv2d(16, 32, 1)
        self.scores = nn.Conv2d(32, 6, 1)

    def forward(self, x):
        x = F.relu(self.first(x))
        x = F.relu(self.mix(self.look(x)))
        return self.scores(x).mean((2, 3))


network = Small()

# %% right: a list, the classes before the pooling | passed
network = [
    nn.Conv2d(3, 12, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(12, 12, 3, padding=2, dilation=2, groups=12),
    nn.Conv2d(12, 24, 1),
    nn.ReLU(),
    nn.Conv2d(24, 24, 3, padding=2, dilation=2, groups=24),
    nn.Conv2d(24, 6, 1),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
]
