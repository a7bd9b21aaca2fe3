"""A tiny data set in the files of the full MNIST: 6 digits to train, 3 to test."""


def idx_header(*sizes):
    return bytes([0, 0, 8, len(sizes)]) + b"".join(n.to_bytes(4, "big") for n in sizes)


FILES = {}
for _split, _n in (("train", 6), ("t10k", 3)):
    FILES[f"{_split}-images-idx3-ubyte"] = idx_header(_n, 28, 28) + bytes(i % 251 for i in range(_n * 784))
    FILES[f"{_split}-labels-idx1-ubyte"] = idx_header(_n) + bytes(range(_n))
