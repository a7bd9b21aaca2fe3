"""Answers to 06-curves, written from its prompt."""

# %% wrong: the gap of run 1 is taken for learning by heart | named
illness = {"1": "B", "2": "D", "3": "B", "4": "F", "5": "A", "6": "C"}

# %% wrong: 1 and 3 exchanged | named
illness = {"1": "B", "2": "D", "3": "E", "4": "F", "5": "A", "6": "C"}

# %% wrong: learning by heart in 4, mixed labels in 3 | named
illness = {"1": "E", "2": "D", "3": "F", "4": "B", "5": "A", "6": "C"}

# %% wrong: the slow run is a softmax | named
illness = {"1": "E", "2": "G", "3": "B", "4": "F", "5": "A", "6": "C"}

# %% wrong: the dead run has a rate too small, the slow one is healthy | named
illness = {"1": "E", "2": "A", "3": "B", "4": "F", "5": "A", "6": "D"}

# %% wrong: the dead run and the slow run exchanged | named
illness = {"1": "E", "2": "C", "3": "B", "4": "F", "5": "A", "6": "D"}

# %% wrong: the flat run is a softmax, as it stays at a floor | unnamed
illness = {"1": "E", "2": "D", "3": "B", "4": "F", "5": "A", "6": "G"}

# %% wrong: the flat run has mixed labels, the rising one too large a rate | unnamed
illness = {"1": "E", "2": "D", "3": "B", "4": "C", "5": "A", "6": "F"}

# %% wrong: the jumping validation of 3 is too large a rate, and 6 is a softmax | unnamed
illness = {"1": "E", "2": "D", "3": "C", "4": "F", "5": "A", "6": "G"}

# %% wrong: the validation of 5 rises at the end: by heart; 3 is the rate | named falsely: validation above training is taken for an illness
illness = {"1": "E", "2": "D", "3": "C", "4": "F", "5": "B", "6": "G"}

# %% wrong: 5 and 1 exchanged | named
illness = {"1": "A", "2": "D", "3": "B", "4": "F", "5": "E", "6": "C"}

# %% wrong: 4 is a softmax | unnamed
illness = {"1": "E", "2": "D", "3": "B", "4": "G", "5": "A", "6": "C"}

# %% wrong: 2 is mixed labels, 4 is too small a rate | unnamed
illness = {"1": "E", "2": "F", "3": "B", "4": "D", "5": "A", "6": "C"}

# %% wrong: a sorted validation is always worse, so run 1 is healthy, and so is 5 | named
illness = {"1": "A", "2": "D", "3": "B", "4": "F", "5": "A", "6": "C"}

# %% wrong: nothing is wrong anywhere | named
illness = {str(n): "A" for n in range(1, 7)}

# %% wrong: the letters in their order | named
illness = dict(zip("123456", "ABCDEF"))

# %% wrong: run 6 is left open | unnamed
illness = {"1": "E", "2": "D", "3": "B", "4": "F", "5": "A", "6": ...}

# %% wrong: the slow run is healthy and only not finished | unnamed
illness = {"1": "E", "2": "A", "3": "B", "4": "F", "5": "A", "6": "C"}

# %% wrong: rising validation is by heart, in 3 and in 4 | named
illness = {"1": "E", "2": "D", "3": "B", "4": "B", "5": "A", "6": "C"}

# %% wrong: the illness in words | unnamed
illness = {"1": "eval forgotten", "2": "rate too small", "3": "by heart", "4": "labels mixed up",
           "5": "healthy", "6": "rate too large"}

# %% wrong: which of the runs has each illness: turned round | unnamed
illness = {"A": "5", "B": "3", "C": "6", "D": "2", "E": "1", "F": "4"}

# %% right: capital letters | passed
illness = {"1": "E", "2": "D", "3": "B", "4": "F", "5": "A", "6": "C"}

# %% right: small letters | passed
illness = {"1": "e", "2": "d", "3": "b", "4": "f", "5": "a", "6": "c"}

# %% right: from a string | passed
illness = dict(zip("123456", "EDBFAC"))

# %% right: from a table, in another order | passed
order = [("5", "A"), ("3", "B"), ("6", "C"), ("2", "D"), ("1", "E"), ("4", "F")]
illness = {run: letter for run, letter in order}

# %% right: decided by rules | passed
runs = {
    "1": [[0.91, 0.29, 0.20, 0.15, 0.12, 0.10, 0.08, 0.07],
        [0.39, 0.28, 0.21, 0.18, 0.16, 0.16, 0.14, 0.13],
        [0.52, 0.43, 0.35, 0.33, 0.33, 0.30, 0.29, 0.29]],
    "2": [[2.31, 2.29, 2.26, 2.22, 2.15, 2.02, 1.76, 1.38],
        [2.30, 2.28, 2.25, 2.20, 2.10, 1.91, 1.57, 1.17],
        [2.30, 2.28, 2.25, 2.20, 2.10, 1.91, 1.57, 1.17]],
    "3": [[2.19, 1.23, 0.53, 0.29, 0.20, 0.07, 0.05, 0.05],
        [1.53, 1.09, 0.86, 1.02, 0.81, 1.05, 0.92, 1.33],
        [1.53, 1.09, 0.86, 1.02, 0.81, 1.05, 0.92, 1.33]],
    "4": [[2.31, 2.30, 2.27, 2.23, 2.18, 2.12, 2.04, 1.99],
        [2.31, 2.31, 2.33, 2.39, 2.46, 2.53, 2.70, 2.65],
        [2.31, 2.31, 2.33, 2.39, 2.46, 2.53, 2.70, 2.65]],
    "5": [[1.06, 0.34, 0.24, 0.19, 0.15, 0.13, 0.11, 0.09],
        [0.40, 0.29, 0.30, 0.22, 0.16, 0.15, 0.14, 0.16],
        [0.40, 0.29, 0.30, 0.22, 0.16, 0.15, 0.14, 0.16]],
    "6": [[2.70, 2.31, 2.31, 2.31, 2.31, 2.31, 2.32, 2.31],
        [2.30, 2.31, 2.31, 2.30, 2.31, 2.32, 2.31, 2.31],
        [2.30, 2.31, 2.31, 2.30, 2.31, 2.32, 2.31, 2.31]],
}
illness = {}
for name, (train, mixed, by_digit) in runs.items():
    if mixed != by_digit:
        illness[name] = "E"
    elif mixed[-1] > 2.5:
        illness[name] = "F"
    elif train[-1] > 2.3:
        illness[name] = "C"
    elif train[-1] > 1:
        illness[name] = "D"
    elif mixed[-1] > 5 * train[-1]:
        illness[name] = "B"
    else:
        illness[name] = "A"
