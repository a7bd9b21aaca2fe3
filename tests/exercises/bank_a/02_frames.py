"""Answers to 02-frames, written from its prompt."""

# %% wrong: the extra column on the left | named
predictions = {"valid": (24, 47), "padded": (26, 51), "full": (36, 53), "left_right": (2, 1)}

# %% wrong: half a column on each side | named
predictions = {"valid": (24, 47), "padded": (26, 51), "full": (36, 53), "left_right": (1.5, 1.5)}

# %% wrong: same for the rows, not for the columns | named
predictions = {"valid": (24, 47), "padded": (26, 51), "full": (36, 53), "left_right": (3, 3)}

# %% wrong: half the kernel on each side | named
predictions = {"valid": (24, 47), "padded": (26, 51), "full": (36, 53), "left_right": (4 // 2, 4 // 2)}

# %% wrong: (w - 1) // 2 on both sides | named
predictions = {"valid": (24, 47), "padded": (26, 51), "full": (36, 53), "left_right": (1, 1)}

# %% wrong: all of it on the right | named
predictions = {"valid": (24, 47), "padded": (26, 51), "full": (36, 53), "left_right": (0, 3)}

# %% wrong: both sides together, one number | named
predictions = {"valid": (24, 47), "padded": (26, 51), "full": (36, 53), "left_right": 3}

# %% wrong: the padding is counted once | named
predictions = {"valid": (24, 47), "padded": (25, 49), "full": (36, 53), "left_right": (1, 2)}

# %% wrong: the padding pair is (horizontal, vertical) | named
predictions = {"valid": (24, 47), "padded": (28, 49), "full": (36, 53), "left_right": (1, 2)}

# %% wrong: the padding pair is (left, right) | named
predictions = {"valid": (24, 47), "padded": (24, 50), "full": (36, 53), "left_right": (1, 2)}

# %% wrong: padded makes it as large as the image | named
predictions = {"valid": (24, 47), "padded": (30, 50), "full": (36, 53), "left_right": (1, 2)}

# %% wrong: only the frame, the kernel is forgotten | named
predictions = {"valid": (24, 47), "padded": (32, 54), "full": (36, 53), "left_right": (1, 2)}

# %% wrong: the - 1 of full is forgotten | named
predictions = {"valid": (24, 47), "padded": (26, 51), "full": (30 + 7, 50 + 4), "left_right": (1, 2)}

# %% wrong: full pads by the whole kernel | named
predictions = {"valid": (24, 47), "padded": (26, 51), "full": (38, 55), "left_right": (1, 2)}

# %% wrong: full is N1 - N2 - 1 | named
predictions = {"valid": (24, 47), "padded": (26, 51), "full": (22, 45), "left_right": (1, 2)}

# %% wrong: full means a frame of one pixel | named
predictions = {"valid": (24, 47), "padded": (26, 51), "full": (26, 49), "left_right": (1, 2)}

# %% wrong: the padding of full counted once | named
predictions = {"valid": (24, 47), "padded": (26, 51), "full": (30, 50), "left_right": (1, 2)}

# %% wrong: the + 1 of valid is forgotten | named
predictions = {"valid": (23, 46), "padded": (26, 51), "full": (36, 53), "left_right": (1, 2)}

# %% wrong: the + 1 is forgotten everywhere | named
predictions = {"valid": (23, 46), "padded": (25, 50), "full": (35, 52), "left_right": (1, 2)}

# %% wrong: the kernel's rows and columns are swapped in valid | named
predictions = {"valid": (27, 44), "padded": (26, 51), "full": (36, 53), "left_right": (1, 2)}

# %% wrong: columns first everywhere | named
predictions = {"valid": (47, 24), "padded": (51, 26), "full": (53, 36), "left_right": (1, 2)}

# %% wrong: only half a kernel is lost | named
predictions = {"valid": (27, 48), "padded": (26, 51), "full": (36, 53), "left_right": (1, 2)}

# %% wrong: numbers of pixels in place of shapes | named
predictions = {"valid": 24 * 47, "padded": 26 * 51, "full": 36 * 53, "left_right": (1, 2)}

# %% wrong: the padded kernel is square | named
predictions = {"valid": (24, 47), "padded": (26, 50 + 4 - 7 + 1), "full": (36, 53), "left_right": (1, 2)}

# %% wrong: half done | unnamed
predictions = {"valid": (24, 47), "padded": (26, 51), "full": (36, 53), "left_right": ...}

# %% right: by hand | passed
predictions = {
    "valid": (24, 47),
    "padded": (26, 51),
    "full": (36, 53),
    "left_right": (1, 2),
}

# %% right: the formula | passed
H, W, h, w = 30, 50, 7, 4
left = (w - 1) // 2
predictions = {
    "valid": (H - h + 1, W - w + 1),
    "padded": (H + 2 * 1 - h + 1, W + 2 * 2 - w + 1),
    "full": (H + h - 1, W + w - 1),
    "left_right": (left, w - 1 - left),
}

# %% right: lists | passed
predictions = {"valid": [24, 47], "padded": [26, 51], "full": [36, 53], "left_right": [1, 2]}

# %% right: numpy's arithmetic | passed
image, kernel, frame = np.array([30, 50]), np.array([7, 4]), np.array([1, 2])
predictions = {
    "valid": image - kernel + 1,
    "padded": image + 2 * frame - kernel + 1,
    "full": image + kernel - 1,
    "left_right": np.array([math.floor(1.5), math.ceil(1.5)]),
}

# %% right: shapes of tensors | passed
image = torch.zeros(30, 50)
predictions = dict(
    valid=image[6:, 3:].shape,
    padded=F.pad(image, (2, 2, 1, 1))[6:, 3:].shape,
    full=F.pad(image, (3, 3, 6, 6))[6:, 3:].shape,
    left_right=(1, 2),
)
