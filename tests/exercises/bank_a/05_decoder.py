"""Answers to 05-decoder, written from its prompt."""

# %% wrong: the mirror of the encoder, without output_padding | named
decoder = {"first": (3, 2, 1, 0), "second": (5, 3, 1, 0), "third": (3, 2, 1, 0)}

# %% wrong: all sizes are right, but the third has kernel 3 | named
decoder = {"first": (3, 2, 1, 0), "second": (5, 3, 1, 2), "third": (3, 2, 1, 0)}

# %% wrong: the usual (4, 2, 1): 46, not 45 | named
decoder = {"first": (3, 2, 1, 0), "second": (5, 3, 1, 2), "third": (4, 2, 1, 0)}

# %% wrong: the same, and a negative output_padding takes one off | unnamed
decoder = {"first": (3, 2, 1, 0), "second": (5, 3, 1, 2), "third": (4, 2, 1, -1)}

# %% wrong: padding 2 without output_padding: 44 | unnamed
decoder = {"first": (3, 2, 1, 0), "second": (5, 3, 1, 2), "third": (4, 2, 2, 0)}

# %% wrong: the recipe that doubles: 8 from 4 | named
decoder = {"first": (3, 2, 1, 1), "second": (5, 3, 1, 2), "third": (4, 2, 2, 1)}

# %% wrong: output_padding as large as the stride | named
decoder = {"first": (3, 2, 1, 0), "second": (2, 3, 0, 3), "third": (4, 2, 2, 1)}

# %% wrong: output_padding counted for both sides: 22 | unnamed
decoder = {"first": (3, 2, 1, 0), "second": (5, 3, 1, 1), "third": (4, 2, 2, 1)}

# %% wrong: padding before stride | named falsely: an output_padding as large as the stride
decoder = {"first": (3, 1, 2, 0), "second": (5, 1, 3, 2), "third": (4, 2, 2, 1)}

# %% wrong: kernel 1 has no overlap, but holes | named
decoder = {"first": (3, 2, 1, 0), "second": (5, 3, 1, 2), "third": (1, 2, 0, 0)}

# %% wrong: a larger odd kernel | named
decoder = {"first": (3, 2, 1, 0), "second": (5, 3, 1, 2), "third": (5, 2, 2, 0)}

# %% wrong: stride 3 in the third, so that the kernel 3 is a multiple of it | unnamed
decoder = {"first": (3, 2, 1, 0), "second": (5, 3, 1, 2), "third": (3, 3, 12, 0)}

# %% wrong: first and third exchanged in their strides' place: 3, 2, 2 | unnamed
decoder = {"first": (2, 3, 2, 0), "second": (11, 2, 0, 0), "third": (4, 2, 2, 1)}

# %% wrong: from the large to the small | named
decoder = {"first": (4, 2, 2, 1), "second": (5, 3, 1, 2), "third": (3, 2, 1, 0)}

# %% wrong: three numbers only | unnamed
decoder = {"first": (3, 2, 1), "second": (5, 3, 0), "third": (2, 2, 1)}

# %% wrong: layers, not numbers | unnamed
decoder = {"first": nn.ConvTranspose2d(1, 1, 3, 2, 1), "second": nn.ConvTranspose2d(1, 1, 5, 3, 1, 2),
           "third": nn.ConvTranspose2d(1, 1, 4, 2, 2, 1)}

# %% wrong: the size at the end, in the place of output_padding | named
decoder = {"first": (3, 2, 1, 7), "second": (5, 3, 1, 23), "third": (4, 2, 2, 45)}

# %% wrong: padding makes it larger, they think | unnamed
decoder = {"first": (1, 2, 0, 0), "second": (1, 3, 2, 0), "third": (4, 2, 2, 1)}

# %% wrong: the second has an even kernel of two strides: 22 | unnamed
decoder = {"first": (3, 2, 1, 0), "second": (6, 3, 1, 0), "third": (4, 2, 2, 1)}

# %% wrong: the third is left open | unnamed
decoder = {"first": (3, 2, 1, 0), "second": (5, 3, 1, 2), "third": ...}

# %% wrong: the second uses stride 2 to come to 23 | unnamed
decoder = {"first": (3, 2, 1, 0), "second": (11, 2, 0, 0), "third": (2, 2, 1, 1)}

# %% right: the mirror, with what is missing | passed
decoder = {"first": (3, 2, 1, 0), "second": (5, 3, 1, 2), "third": (4, 2, 2, 1)}

# %% right: all kernels even or a multiple of the stride, lists | passed
decoder = {"first": [2, 2, 1, 1], "second": [6, 3, 1, 1], "third": [2, 2, 1, 1]}

# %% right: large kernels | passed
decoder = {"first": (5, 2, 2, 0), "second": (7, 3, 1, 0), "third": (6, 2, 3, 1)}

# %% right: without padding in the second | passed
decoder = dict(first=(1, 2, 0, 0), second=(5, 3, 0, 0), third=(4, 2, 2, 1))

# %% right: found by a search | passed
def search(size, wanted, s):
    for k in range(s, 20, s):
        for p in range(k):
            for extra in range(s):
                if (size - 1) * s + k - 2 * p + extra == wanted:
                    return k, s, p, extra

decoder = {"first": search(4, 7, 2), "second": search(7, 23, 3), "third": search(23, 45, 2)}
