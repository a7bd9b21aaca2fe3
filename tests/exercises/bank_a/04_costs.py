"""Answers to 04-costs, written from its prompt."""

# %% wrong: no bias anywhere | named
predictions = {"standard": 864, "standard_macs": 518400, "pointwise_macs": 57600,
               "pair": 296, "pair_macs": 177600, "pair_field": 5}

# %% wrong: the bias of the depthwise layer is forgotten | named
predictions = {"standard": 876, "standard_macs": 518400, "pointwise_macs": 57600,
               "pair": 8 * 25 + 8 * 12 + 12, "pair_macs": 177600, "pair_field": 5}

# %% wrong: the padding is forgotten: 18 rows and 28 columns | named
predictions = {"standard": 876, "standard_macs": 12 * 18 * 28 * 72, "pointwise_macs": 57600,
               "pair": 316, "pair_macs": 8 * 16 * 26 * 25 + 12 * 16 * 26 * 8, "pair_field": 5}

# %% wrong: the bias is counted in the multiply-adds | named
predictions = {"standard": 876, "standard_macs": 12 * 600 * 73, "pointwise_macs": 12 * 600 * 9,
               "pair": 316, "pair_macs": 600 * (8 * 26 + 12 * 9), "pair_field": 5}

# %% wrong: nine weights for each kernel, the channels are forgotten | named
predictions = {"standard": 12 * 10, "standard_macs": 12 * 600 * 9, "pointwise_macs": 12 * 600,
               "pair": 316, "pair_macs": 177600, "pair_field": 5}

# %% wrong: depthwise with 12 kernels | named
predictions = {"standard": 876, "standard_macs": 518400, "pointwise_macs": 57600,
               "pair": 12 * 26 + 12 * 12 + 12, "pair_macs": 600 * (12 * 25 + 12 * 12), "pair_field": 5}

# %% wrong: the depthwise layer as a standard layer from 8 to 8 | named
predictions = {"standard": 876, "standard_macs": 518400, "pointwise_macs": 57600,
               "pair": 8 * 8 * 25 + 8 + 108, "pair_macs": 600 * (8 * 8 * 25 + 96), "pair_field": 5}

# %% wrong: the pair has kernels of 3 x 3 | named
predictions = {"standard": 876, "standard_macs": 518400, "pointwise_macs": 57600,
               "pair": 8 * 9 + 8 + 108, "pair_macs": 600 * (72 + 96), "pair_field": 3}

# %% wrong: the receptive fields of the pair are added: 6 | named
predictions = {"standard": 876, "standard_macs": 518400, "pointwise_macs": 57600,
               "pair": 316, "pair_macs": 177600, "pair_field": 6}

# %% wrong: the receptive field as the number of pixels, 25 | named
predictions = {"standard": 876, "standard_macs": 518400, "pointwise_macs": 57600,
               "pair": 316, "pair_macs": 177600, "pair_field": 25}

# %% wrong: the multiply-adds of one place only | named
predictions = {"standard": 876, "standard_macs": 864, "pointwise_macs": 96,
               "pair": 316, "pair_macs": 296, "pair_field": 5}

# %% wrong: multiplications and additions are counted as two | named
predictions = {"standard": 876, "standard_macs": 1036800, "pointwise_macs": 115200,
               "pair": 316, "pair_macs": 355200, "pair_field": 5}

# %% wrong: the pair's multiply-adds: only the depthwise layer | named
predictions = {"standard": 876, "standard_macs": 518400, "pointwise_macs": 57600,
               "pair": 316, "pair_macs": 120000, "pair_field": 5}

# %% wrong: the pair is multiplied, not added | named
predictions = {"standard": 876, "standard_macs": 518400, "pointwise_macs": 57600,
               "pair": 208 * 108, "pair_macs": 120000 * 57600, "pair_field": 5}

# %% wrong: the bias is one for each input channel | named
predictions = {"standard": 864 + 8, "standard_macs": 518400, "pointwise_macs": 57600,
               "pair": 200 + 8 + 96 + 8, "pair_macs": 177600, "pair_field": 5}

# %% wrong: the pointwise layer as depthwise: one product | named
predictions = {"standard": 876, "standard_macs": 518400, "pointwise_macs": 7200,
               "pair": 316, "pair_macs": 600 * (200 + 12), "pair_field": 5}

# %% wrong: a slip: a zero is lost | unnamed
predictions = {"standard": 876, "standard_macs": 51840, "pointwise_macs": 57600,
               "pair": 316, "pair_macs": 177600, "pair_field": 5}

# %% wrong: square image 20 x 20 | named
predictions = {"standard": 876, "standard_macs": 864 * 400, "pointwise_macs": 96 * 400,
               "pair": 316, "pair_macs": 296 * 400, "pair_field": 5}

# %% wrong: the field is written as a pair of sides | named
predictions = {"standard": 876, "standard_macs": 518400, "pointwise_macs": 57600,
               "pair": 316, "pair_macs": 177600, "pair_field": (5, 5)}

# %% wrong: not finished | unnamed
predictions = {"standard": 876, "standard_macs": 518400, "pointwise_macs": ...,
               "pair": ..., "pair_macs": ..., "pair_field": ...}

# %% right: the numbers | passed
predictions = {"standard": 876, "standard_macs": 518400, "pointwise_macs": 57600,
               "pair": 316, "pair_macs": 177600, "pair_field": 5}

# %% right: counted by the course's functions | passed
from convlab.geometry import count_macs, count_parameters, receptive_field
a = nn.Conv2d(8, 12, 3, padding=1)
b = nn.Conv2d(8, 12, 1)
c = nn.Sequential(nn.Conv2d(8, 8, 5, padding=2, groups=8), nn.Conv2d(8, 12, 1))
shape = (1, 8, 20, 30)
predictions = {
    "standard": count_parameters(a), "standard_macs": count_macs(a, shape), "pointwise_macs": count_macs(b, shape),
    "pair": count_parameters(c), "pair_macs": count_macs(c, shape), "pair_field": receptive_field(c).size,
}

# %% right: floats and numpy numbers | passed
predictions = {"standard": np.int64(876), "standard_macs": 864 * 600.0, "pointwise_macs": np.prod([8, 12, 20, 30]),
               "pair": torch.tensor(316), "pair_macs": 296 * 600, "pair_field": 5.0}

# %% right: as sums | passed
predictions = dict(
    standard=(8 * 9 + 1) * 12, standard_macs=8 * 9 * 12 * 20 * 30, pointwise_macs=8 * 12 * 20 * 30,
    pair=(25 + 1) * 8 + (8 + 1) * 12, pair_macs=(25 * 8 + 8 * 12) * 20 * 30, pair_field=5,
)
