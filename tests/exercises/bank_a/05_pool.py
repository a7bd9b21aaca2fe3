"""Answers to 05-pool, written from its prompt."""

# %% wrong: plain: the stride is taken as 1 | named
predictions = {"plain": (1, 8, 9, 12), "ceil": (1, 8, 5, 7), "padded": (1, 8, 6, 8), "largest": -6, "mean": -24 / 9}

# %% wrong: plain: rounded up | named
predictions = {"plain": (1, 8, 4, 5), "ceil": (1, 8, 5, 7), "padded": (1, 8, 6, 8), "largest": -6, "mean": -24 / 9}

# %% wrong: plain: the stride is taken as 2 | named
predictions = {"plain": (1, 8, 5, 6), "ceil": (1, 8, 5, 7), "padded": (1, 8, 6, 8), "largest": -6, "mean": -24 / 9}

# %% wrong: ceil: rounded down | named
predictions = {"plain": (1, 8, 3, 4), "ceil": (1, 8, 5, 6), "padded": (1, 8, 6, 8), "largest": -6, "mean": -24 / 9}

# %% wrong: ceil: half of the size, rounded up | named
predictions = {"plain": (1, 8, 3, 4), "ceil": (1, 8, 6, 7), "padded": (1, 8, 6, 8), "largest": -6, "mean": -24 / 9}

# %% wrong: padded: the last window may begin in the padding | named
predictions = {"plain": (1, 8, 3, 4), "ceil": (1, 8, 5, 7), "padded": (1, 8, 7, 8), "largest": -6, "mean": -24 / 9}

# %% wrong: padded: the padding is forgotten | named
predictions = {"plain": (1, 8, 3, 4), "ceil": (1, 8, 5, 7), "padded": (1, 8, 6, 7), "largest": -6, "mean": -24 / 9}

# %% wrong: padded: the stride is taken as 1 | named
predictions = {"plain": (1, 8, 3, 4), "ceil": (1, 8, 5, 7), "padded": (1, 8, 12, 15), "largest": -6, "mean": -24 / 9}

# %% wrong: largest: the zeros of the padding win | named
predictions = {"plain": (1, 8, 3, 4), "ceil": (1, 8, 5, 7), "padded": (1, 8, 6, 8), "largest": 0, "mean": -24 / 9}

# %% wrong: largest: the minus is forgotten | named
predictions = {"plain": (1, 8, 3, 4), "ceil": (1, 8, 5, 7), "padded": (1, 8, 6, 8), "largest": 6, "mean": 24 / 9}

# %% wrong: mean: the padding is not counted | named
predictions = {"plain": (1, 8, 3, 4), "ceil": (1, 8, 5, 7), "padded": (1, 8, 6, 8), "largest": -6, "mean": -6}

# %% wrong: mean: the sum, not divided | named
predictions = {"plain": (1, 8, 3, 4), "ceil": (1, 8, 5, 7), "padded": (1, 8, 6, 8), "largest": -6, "mean": -24}

# %% wrong: mean: the corner sees six pixels (it is taken as an edge) | named
predictions = {"plain": (1, 8, 3, 4), "ceil": (1, 8, 5, 7), "padded": (1, 8, 6, 8), "largest": -6, "mean": -4}

# %% wrong: mean: rounded to a whole number | named
predictions = {"plain": (1, 8, 3, 4), "ceil": (1, 8, 5, 7), "padded": (1, 8, 6, 8), "largest": -6, "mean": -3}

# %% wrong: rows and columns swapped | named
predictions = {"plain": (1, 8, 4, 3), "ceil": (1, 8, 7, 5), "padded": (1, 8, 8, 6), "largest": -6, "mean": -24 / 9}

# %% wrong: the channels are pooled too | named
predictions = {"plain": (1, 2, 3, 4), "ceil": (1, 4, 5, 7), "padded": (1, 4, 6, 8), "largest": -6, "mean": -24 / 9}

# %% wrong: only rows and columns | named
predictions = {"plain": (3, 4), "ceil": (5, 7), "padded": (6, 8), "largest": -6, "mean": -24 / 9}

# %% wrong: minus infinity from the padding | unnamed
predictions = {"plain": (1, 8, 3, 4), "ceil": (1, 8, 5, 7), "padded": (1, 8, 6, 8),
               "largest": -math.inf, "mean": -24 / 9}

# %% wrong: the maps instead of their shapes | unnamed
x = torch.rand(1, 8, 11, 14)
predictions = {"plain": F.max_pool2d(x, 3), "ceil": F.max_pool2d(x, 3, stride=2, ceil_mode=True),
               "padded": F.max_pool2d(x, 2, padding=1, ceil_mode=True), "largest": -6, "mean": -24 / 9}

# %% right: the numbers | passed
predictions = {"plain": (1, 8, 3, 4), "ceil": (1, 8, 5, 7), "padded": (1, 8, 6, 8), "largest": -6, "mean": -24 / 9}

# %% right: measured | passed
x = torch.rand(1, 8, 11, 14)
z = -6 * torch.ones(1, 1, 5, 5)
predictions = {
    "plain": F.max_pool2d(x, 3).shape,
    "ceil": F.max_pool2d(x, 3, stride=2, ceil_mode=True).shape,
    "padded": F.max_pool2d(x, 2, padding=1, ceil_mode=True).shape,
    "largest": F.max_pool2d(z, 3, stride=1, padding=1)[0, 0, 0, 0],
    "mean": F.avg_pool2d(z, 3, stride=1, padding=1)[0, 0, 0, 0].item(),
}

# %% right: lists and a mean with three decimals | passed
predictions = {"plain": [1, 8, 3, 4], "ceil": [1, 8, 5, 7], "padded": [1, 8, 6, 8], "largest": -6.0, "mean": -2.667}

# %% right: numpy numbers and a fraction | passed
from fractions import Fraction
predictions = {"plain": np.array([1, 8, 3, 4]), "ceil": torch.tensor([1, 8, 5, 7]), "padded": torch.Size([1, 8, 6, 8]),
               "largest": np.float32(-6), "mean": Fraction(-8, 3)}
