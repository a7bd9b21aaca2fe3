"""Answers to 04-holes, written from its prompt."""

# %% wrong: doubled, as in the second of speech: one layer too many | named
dilations = [1, 2, 4, 8]

# %% wrong: the same dilation three times: 25, but a grid | named
dilations = [4, 4, 4]

# %% wrong: the example of the notebook, too small | unnamed
dilations = [1, 2, 3]

# %% wrong: no common factor, so no holes, they think | named
dilations = [3, 4, 5]

# %% wrong: no dilation at all, twelve layers | named
dilations = [1] * 12

# %% wrong: one layer with a large dilation | named
dilations = [12]

# %% wrong: two layers, the second much too far | named
dilations = [1, 11]

# %% wrong: the safe rule, but the field is 23 | named
dilations = [1, 3, 7]

# %% wrong: the field is taken for the sum of the fields of the layers: 3 + 5 + 17 | named
dilations = [1, 2, 8]

# %% wrong: 25 is reached, but 9 is more than the field of 7 before it | named
dilations = [1, 2, 9]

# %% wrong: dilation counted as the number of zeros in the gap | unnamed
dilations = [0, 2, 8]

# %% wrong: powers of three that begin with 3 | named
dilations = [3 ** n for n in range(1, 4)]

# %% wrong: the numbers 1 to 5, "vary the dilations" | named
dilations = [1, 2, 3, 4, 5]

# %% wrong: four layers that just reach 25 and have no hole | named
dilations = [1, 2, 3, 6]

# %% wrong: begins with 2, as the field of the layers before is large enough then | named
dilations = [2, 5, 11]

# %% wrong: the field instead of the dilations | named
dilations = [3, 9, 25]

# %% wrong: only the number of layers | named falsely: all layers skip in the same rhythm
dilations = 3

# %% wrong: a pair for each layer | unnamed
dilations = [(1, 1), (3, 3), (9, 9)]

# %% wrong: the rule of the field, one too far: 4 is larger than 3 | named
dilations = [1, 4, 8]

# %% wrong: a text | unnamed
dilations = "1, 3, 9"

# %% right: three times as far with each layer | passed
dilations = [1, 3, 9]

# %% right: exactly 25 | passed
dilations = [1, 3, 8]

# %% right: the largest first | passed
dilations = [9, 3, 1]

# %% right: a tuple, computed, as int | passed
dilations = tuple(3**n for n in range(3))

# %% right: the safe rule as a loop, until 25 is reached | passed
field, dilations = 1, []
while field < 25:
    d = min(field, math.ceil((25 - field) / 2))
    dilations.append(d)
    field += 2 * d

# %% right: a search over three numbers, in another order | passed
def seen(ds):
    places = {0}
    for d in ds:
        places = {p + t for p in places for t in (-d, 0, d)}
    return places

dilations = max([a, b, c] for a in range(1, 10) for b in range(1, 10) for c in range(1, 10)
                if seen([a, b, c]) == set(range(-(a + b + c), a + b + c + 1)) and a + b + c >= 12)

# %% right: numpy's numbers | passed
dilations = list(np.array([3, 1, 8]))
