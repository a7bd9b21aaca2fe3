"""Answers to 01-shape, written from its prompt."""

# %% wrong: columns first | named
answer = (638, 476)

# %% wrong: the + 1 is forgotten | named
answer = (480 - 5, 640 - 3)

# %% wrong: minus 1 in place of plus 1 | named
answer = (480 - 5 - 1, 640 - 3 - 1)

# %% wrong: the kernel's rows and columns are swapped | named
answer = (480 - 3 + 1, 640 - 5 + 1)

# %% wrong: the map is as large as the image | named
answer = (480, 640)

# %% wrong: the shape of mode full | named
answer = (480 + 5 - 1, 640 + 3 - 1)

# %% wrong: half a kernel is lost, on one side only | named
answer = (480 - 5 // 2, 640 - 3 // 2)

# %% wrong: the number of windows | unnamed
answer = 476 * 638

# %% wrong: a square kernel of 5 | named
answer = (480 - 5 + 1, 640 - 5 + 1)

# %% wrong: a square kernel of 3 | named
answer = (480 - 3 + 1, 640 - 3 + 1)

# %% wrong: windows side by side, without overlap | named
answer = (480 // 5, 640 // 3)

# %% wrong: only the rows | unnamed
answer = 480 - 5 + 1

# %% wrong: the + 1 is forgotten for the rows only | named
answer = (475, 638)

# %% wrong: the + 1 is forgotten for the columns only | named
answer = (476, 637)

# %% wrong: the border is lost on each side in full | named
answer = (480 - 2 * (5 - 1), 640 - 2 * (3 - 1))

# %% wrong: one too many | named
answer = (480 - 5 + 2, 640 - 3 + 2)

# %% wrong: the shape of the kernel | named
answer = (5, 3)

# %% wrong: a string | unnamed
answer = "476 x 638"

# %% wrong: printed, not stored | unnamed
answer = print((480 - 5 + 1, 640 - 3 + 1))

# %% wrong: a map in place of its shape | unnamed
answer = torch.zeros(476, 638)

# %% wrong: with a batch and a channel | named
answer = (1, 1, 476, 638)

# %% wrong: not answered | unnamed
answer = ...

# %% right: by hand | passed
answer = (476, 638)

# %% right: the formula, from shapes | passed
(H, W), (h, w) = (480, 640), (5, 3)
answer = H - h + 1, W - w + 1

# %% right: a list | passed
answer = [480 - 5 + 1, 640 - 3 + 1]

# %% right: the shape of a tensor | passed
answer = torch.empty(480, 640)[4:, 2:].shape

# %% right: a numpy array | passed
answer = np.array([480, 640]) - np.array([5, 3]) + 1

# %% right: the number of places where a window can begin | passed
answer = (len(range(480 - 5 + 1)), sum(1 for left in range(640) if left + 3 <= 640))

# %% right: with floats | passed
answer = (480.0 - 5 + 1, 640.0 - 3 + 1)
