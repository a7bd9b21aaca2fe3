"""Answers to 02-choose, written from its prompt."""

# %% wrong: the stride is 2, but a kernel of 1 skips every second pixel | named
settings = {
    "halves": (1, 2, 0, 1),
    "wide": (3, 1, 4, 4),
    "exact": (7, 3, 0, 1),
}

# %% wrong: the padding of the halving layer is forgotten, 19 rows | named
settings = {
    "halves": (3, 2, 0, 1),
    "wide": (3, 1, 4, 4),
    "exact": (7, 3, 0, 1),
}

# %% wrong: the halving layer has too much padding, 21 rows | named
settings = {
    "halves": (2, 2, 1, 1),
    "wide": (3, 1, 4, 4),
    "exact": (7, 3, 0, 1),
}

# %% wrong: 9 x 9 taps, the limit of taps is not read | named
settings = {
    "halves": (2, 2, 0, 1),
    "wide": (9, 1, 4, 1),
    "exact": (7, 3, 0, 1),
}

# %% wrong: the padding does not grow with the dilation | named
settings = {
    "halves": (2, 2, 0, 1),
    "wide": (3, 1, 1, 4),
    "exact": (7, 3, 0, 1),
}

# %% wrong: dilation 3 is taken for three pixels in between | named
settings = {
    "halves": (2, 2, 0, 1),
    "wide": (3, 1, 4, 3),
    "exact": (7, 3, 0, 1),
}

# %% wrong: 3 taps times dilation 3 is taken for a reach of 9 | named
settings = {
    "halves": (2, 2, 0, 1),
    "wide": (3, 1, 3, 3),
    "exact": (7, 3, 0, 1),
}

# %% wrong: the padding of both sides is added up | named
settings = {
    "halves": (2, 2, 0, 1),
    "wide": (3, 1, 8, 4),
    "exact": (7, 3, 0, 1),
}

# %% wrong: no padding at all for the wide layer | named
settings = {
    "halves": (2, 2, 0, 1),
    "wide": (3, 1, 0, 4),
    "exact": (7, 3, 0, 1),
}

# %% wrong: 12 rows, but two are left over | named
settings = {
    "halves": (2, 2, 0, 1),
    "wide": (3, 1, 4, 4),
    "exact": (5, 3, 0, 1),
}

# %% wrong: 40 = 36 + 4, so nothing is left over, but 13 rows come out | named
settings = {
    "halves": (2, 2, 0, 1),
    "wide": (3, 1, 4, 4),
    "exact": (4, 3, 0, 1),
}

# %% wrong: padding is added and the kernel is not made larger, 12 rows with two left over | named
settings = {
    "halves": (2, 2, 0, 1),
    "wide": (3, 1, 4, 4),
    "exact": (7, 3, 1, 1),
}

# %% wrong: the + 1 of the formula is forgotten, room 36 | named
settings = {
    "halves": (2, 2, 0, 1),
    "wide": (3, 1, 4, 4),
    "exact": (6, 3, 1, 1),
}

# %% wrong: exact, but with another stride | named
settings = {
    "halves": (2, 2, 0, 1),
    "wide": (3, 1, 4, 4),
    "exact": (29, 1, 0, 1),
}

# %% wrong: stride and padding are exchanged in all three | named
settings = {
    "halves": (4, 1, 2, 1),
    "wide": (3, 4, 1, 4),
    "exact": (7, 0, 3, 1),
}

# %% wrong: dilation 0 for side by side | named
settings = {
    "halves": (2, 2, 0, 0),
    "wide": (3, 1, 4, 4),
    "exact": (7, 3, 0, 0),
}

# %% wrong: the dilation is left out | unnamed
settings = {
    "halves": (2, 2, 0),
    "wide": (3, 1, 4, 4),
    "exact": (7, 3, 0),
}

# %% wrong: "same" as the padding | unnamed
settings = {
    "halves": (2, 2, 0, 1),
    "wide": (3, 1, "same", 4),
    "exact": (7, 3, 0, 1),
}

# %% wrong: layers of PyTorch, not tuples | unnamed
settings = {
    "halves": nn.Conv2d(1, 1, 2, 2, 0, 1),
    "wide": nn.Conv2d(1, 1, 3, 1, 4, 4),
    "exact": nn.Conv2d(1, 1, 7, 3, 0, 1),
}

# %% wrong: the third is not done | unnamed
settings = {
    "halves": (2, 2, 0, 1),
    "wide": (3, 1, 4, 4),
    "exact": ...,
}

# %% wrong: the wanted rows in place of the settings | unnamed
settings = {"halves": 20, "wide": 40, "exact": 12}

# %% wrong: the taps of the halving layer jump over every second pixel (subtle) | named
settings = {
    "halves": (2, 2, 1, 2),
    "wide": (3, 1, 4, 4),
    "exact": (7, 3, 0, 1),
}

# %% wrong: the padding is half of what the reach needs | named
settings = {
    "halves": (2, 2, 0, 1),
    "wide": (3, 1, 2, 4),
    "exact": (7, 3, 0, 1),
}

# %% right: the smallest | passed
settings = {
    "halves": (2, 2, 0, 1),
    "wide": (3, 1, 4, 4),
    "exact": (7, 3, 0, 1),
}

# %% right: 3 x 3 everywhere | passed
settings = {
    "halves": (3, 2, 1, 1),
    "wide": (3, 1, 5, 5),
    "exact": (3, 3, 0, 3),
}

# %% right: two taps reach far, the halving layer has no stride, and lists | passed
settings = {
    "halves": [21, 1, 0, 1],
    "wide": [2, 1, 4, 8],
    "exact": [9, 3, 1, 1],
}

# %% right: numbers of NumPy, found by a search | passed
found = {}
for k in range(1, 12):
    for p in range(6):
        for d in range(1, 6):
            reach = d * (k - 1) + 1
            if k >= 4 and d == 1 and (40 + 2 * p - reach) // 2 + 1 == 20:
                found["halves"] = tuple(np.array([k, 2, p, d]))
            if k == 3 and reach >= 9 and 40 + 2 * p - reach + 1 == 40:
                found["wide"] = tuple(np.array([k, 1, p, d]))
            if d > 1 and 40 + 2 * p - reach == 33:
                found["exact"] = tuple(np.array([k, 3, p, d]))
settings = found

# %% right: the wide layer has a stride, and much padding | passed
settings = {
    "halves": (4, 2, 1, 1),
    "wide": (3, 2, 24, 4),
    "exact": (11, 3, 2, 1),
}
