"""Answers to 01-kernel, written from its prompt."""

# %% wrong: top minus bottom | named
compare_rows = torch.tensor([[1.0, 1, 1], [0, 0, 0], [-1, -1, -1]]) / 3

# %% wrong: sums in place of means | named
compare_rows = torch.tensor([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]])

# %% wrong: columns are compared, right minus left | named
compare_rows = torch.tensor([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]]) / 3

# %% wrong: columns are compared, left minus right | named
compare_rows = torch.tensor([[1.0, 0, -1], [1, 0, -1], [1, 0, -1]]) / 3

# %% wrong: the kernel of Sobel | named
compare_rows = torch.tensor([[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]])

# %% wrong: a weighted mean, the middle pixel counts twice | named
compare_rows = torch.tensor([[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]]) / 4

# %% wrong: divided by all nine pixels | named
compare_rows = torch.tensor([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]]) / 9

# %% wrong: divided by the six pixels in use | named
compare_rows = torch.tensor([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]]) / 6

# %% wrong: the middle row is added, too | named
compare_rows = torch.tensor([[-1.0, -1, -1], [1, 1, 1], [1, 1, 1]]) / 3

# %% wrong: two rows only | unnamed
compare_rows = torch.tensor([[-1.0, -1, -1], [1, 1, 1]]) / 3

# %% wrong: one column only | unnamed
compare_rows = torch.tensor([[-1.0], [0.0], [1.0]])

# %% wrong: the middle pixel of each row in place of the mean | named
compare_rows = torch.tensor([[0.0, -1, 0], [0, 0, 0], [0, 1, 0]])

# %% wrong: bottom minus middle | named
compare_rows = torch.tensor([[0.0, 0, 0], [-1, -1, -1], [1, 1, 1]]) / 3

# %% wrong: whole numbers are divided without a rest | named
compare_rows = torch.tensor([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]) // 3

# %% wrong: both rows with plus | named
compare_rows = torch.tensor([[1.0, 1, 1], [0, 0, 0], [1, 1, 1]]) / 3

# %% wrong: the top row is forgotten | named
compare_rows = torch.tensor([[0.0, 0, 0], [0, 0, 0], [1, 1, 1]]) / 3

# %% wrong: only the bottom row is a mean | named
compare_rows = torch.tensor([[-1, -1, -1], [0, 0, 0], [1 / 3, 1 / 3, 1 / 3]])

# %% wrong: bottom row minus the mean of the window | named
compare_rows = torch.tensor([[0.0, 0, 0], [0, 0, 0], [1, 1, 1]]) / 3 - torch.full((3, 3), 1 / 9)

# %% wrong: rounded to two digits | named
compare_rows = torch.tensor([[-0.33, -0.33, -0.33], [0, 0, 0], [0.33, 0.33, 0.33]])

# %% wrong: nine numbers in a row | unnamed
compare_rows = torch.tensor([-1 / 3, -1 / 3, -1 / 3, 0, 0, 0, 1 / 3, 1 / 3, 1 / 3])

# %% wrong: a function in place of a kernel | unnamed
def compare_rows(X):
    return X[-1].mean() - X[0].mean()

# %% wrong: with two dimensions in front, for F.conv2d | unnamed
compare_rows = torch.tensor([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]])[None, None] / 3

# %% right: one tensor, divided by three | passed
compare_rows = torch.tensor([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]]) / 3

# %% right: zeros, two rows filled | passed
compare_rows = torch.zeros(3, 3)
compare_rows[0] = -1 / 3
compare_rows[2] = 1 / 3

# %% right: whole numbers, and a division that makes floats | passed
compare_rows = torch.tensor([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]) / 3

# %% right: column times row | passed
compare_rows = torch.outer(torch.tensor([-1.0, 0, 1]), torch.full((3,), 1 / 3))

# %% right: rows put together | passed
third = torch.ones(1, 3) / 3
compare_rows = torch.cat([-third, 0 * third, third])

# %% right: doubles, from an array | passed
compare_rows = torch.from_numpy(np.repeat([[-1.0], [0.0], [1.0]], 3, axis=1) / 3)

# %% right: the learner's thirds with seven digits | passed
compare_rows = torch.tensor([[-0.3333333] * 3, [0.0] * 3, [0.3333333] * 3])

# %% right: a list of lists | passed
compare_rows = [[-1 / 3] * 3, [0] * 3, [1 / 3] * 3]
