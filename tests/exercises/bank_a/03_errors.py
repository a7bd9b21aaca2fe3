"""Answers to 03-errors, written from its prompt."""

# %% wrong: the kernels have three slices, so the kernels are blamed for the first | named
causes = {"1": "E", "2": "B", "3": "D", "4": "F", "5": "C"}

# %% wrong: eight kernels for a bias of three, the kernels are blamed | named
causes = {"1": "A", "2": "B", "3": "E", "4": "F", "5": "C"}

# %% wrong: the linear layer gets too many numbers, so there are too many kernels | named
causes = {"1": "A", "2": "B", "3": "D", "4": "E", "5": "C"}

# %% wrong: two dimensions, so the channels are missing | named
causes = {"1": "A", "2": "B", "3": "D", "4": "F", "5": "A"}

# %% wrong: rows and dimensions are exchanged | named
causes = {"1": "A", "2": "C", "3": "D", "4": "F", "5": "B"}

# %% wrong: one channel is there, so a dimension is missing in the first; the channels are, in the last | named
causes = {"1": "C", "2": "B", "3": "D", "4": "F", "5": "A"}

# %% wrong: the bias and the linear layer are exchanged | named
causes = {"1": "A", "2": "B", "3": "F", "4": "D", "5": "C"}

# %% wrong: in the order of the letters | named
causes = {"1": "A", "2": "B", "3": "C", "4": "D", "5": "E"}

# %% wrong: the kernel is too large, and E is the only letter about kernels | named
causes = {"1": "A", "2": "E", "3": "D", "4": "F", "5": "C"}

# %% wrong: 3 is the number of channels, which the bias got | named
causes = {"1": "A", "2": "B", "3": "A", "4": "F", "5": "C"}

# %% wrong: matrices with two numbers, so the dimensions of the images | named
causes = {"1": "A", "2": "B", "3": "D", "4": "C", "5": "F"}

# %% wrong: the size [20, 30] has too few rows | named
causes = {"1": "A", "2": "B", "3": "D", "4": "F", "5": "B"}

# %% wrong: channels and rows are exchanged | named
causes = {"1": "B", "2": "A", "3": "D", "4": "F", "5": "C"}

# %% wrong: the bias is 1-dimensional, so the third is about dimensions | named
causes = {"1": "A", "2": "B", "3": "C", "4": "F", "5": "E"}

# %% wrong: larger images make more inputs, so the rows are blamed for the fourth, too | named
causes = {"1": "A", "2": "B", "3": "D", "4": "B", "5": "C"}

# %% wrong: 3328 = 8 · 416, so the images of the fourth have wrong channels, the first has wrong kernels | named
causes = {"1": "E", "2": "B", "3": "D", "4": "A", "5": "C"}

# %% wrong: the wrong numbers themselves, not the letters | unnamed
causes = {"1": 1, "2": 4, "3": 3, "4": 416, "5": 2}

# %% wrong: words, not letters | unnamed
causes = {"1": "channels", "2": "rows", "3": "bias", "4": "linear layer", "5": "dimensions"}

# %% wrong: the dictionary is turned round | unnamed
causes = {"A": "1", "B": "2", "D": "3", "F": "4", "C": "5"}

# %% wrong: two letters for those that have two ways out | unnamed
causes = {"1": "AE", "2": "B", "3": "DE", "4": "F", "5": "C"}

# %% wrong: the last is not done | unnamed
causes = {"1": "A", "2": "B", "3": "D", "4": "F", "5": ...}

# %% wrong: only those that are sure, the fourth is left out | unnamed
causes = {"1": "A", "2": "B", "3": "D", "5": "C"}

# %% right: as asked | passed
causes = {"1": "A", "2": "B", "3": "D", "4": "F", "5": "C"}

# %% right: made with zip | passed
causes = dict(zip("12345", "ABDFC"))

# %% right: small letters | passed
causes = {"1": "a", "2": "b", "3": "d", "4": "f", "5": "c"}

# %% right: filled in one by one | passed
causes = {}
causes["4"] = "F"
causes["5"] = "C"
causes["3"] = "D"
causes["1"] = "A"
causes["2"] = "B"

# %% right: numbers as the names, a blank behind a letter | passed
causes = {1: "A", 2: "B ", 3: "D", 4: "F", 5: "C"}
