"""Answers to 07-illness, written from its prompt."""

# %% wrong: the leak is healthy: its validation is the best | named
illness = {"1": "A", "2": "C", "3": "B", "4": "F", "5": "A", "6": "D"}

# %% wrong: 1 and 5 exchanged | named
illness = {"1": "A", "2": "C", "3": "B", "4": "F", "5": "E", "6": "D"}

# %% wrong: 1 is by heart, since training is perfect; 3 is the leak | named
illness = {"1": "B", "2": "C", "3": "E", "4": "F", "5": "A", "6": "D"}

# %% wrong: 1 and 4 exchanged: the test is another one | named
illness = {"1": "F", "2": "C", "3": "B", "4": "E", "5": "A", "6": "D"}

# %% wrong: 2 is small steps, 6 a small network | named
illness = {"1": "E", "2": "D", "3": "B", "4": "F", "5": "A", "6": "C"}

# %% wrong: 2 is large steps | named
illness = {"1": "E", "2": "G", "3": "B", "4": "F", "5": "A", "6": "D"}

# %% wrong: 2 is healthy, there is no gap | named
illness = {"1": "E", "2": "A", "3": "B", "4": "F", "5": "C", "6": "D"}

# %% wrong: 3 is healthy, a gap is normal; 5 is a leak | named
illness = {"1": "E", "2": "C", "3": "A", "4": "F", "5": "E", "6": "D"}

# %% wrong: 3 is prepared otherwise, 4 by heart | named
illness = {"1": "E", "2": "C", "3": "F", "4": "B", "5": "A", "6": "D"}

# %% wrong: 4 is by heart | named
illness = {"1": "E", "2": "C", "3": "B", "4": "B", "5": "A", "6": "D"}

# %% wrong: 4 is large steps, validation jumps | named
illness = {"1": "E", "2": "C", "3": "B", "4": "G", "5": "A", "6": "D"}

# %% wrong: 5 is a small network | named
illness = {"1": "E", "2": "C", "3": "B", "4": "F", "5": "C", "6": "D"}

# %% wrong: 6 is a small network | named
illness = {"1": "E", "2": "C", "3": "B", "4": "F", "5": "A", "6": "C"}

# %% wrong: 6 is healthy, it only needs time | named
illness = {"1": "E", "2": "C", "3": "B", "4": "F", "5": "A", "6": "A"}

# %% wrong: 6 is large steps | named
illness = {"1": "E", "2": "C", "3": "B", "4": "F", "5": "A", "6": "G"}

# %% wrong: in the order of the letters | named
illness = dict(zip("123456", "ABCDEF"))

# %% wrong: nothing is wrong anywhere | named
illness = {str(n): "A" for n in range(1, 7)}

# %% wrong: all with a gap are by heart | named
illness = {"1": "B", "2": "C", "3": "B", "4": "B", "5": "A", "6": "D"}

# %% wrong: 2 and 5 by heart, in the middle of the list | named
illness = {"1": "E", "2": "B", "3": "B", "4": "F", "5": "B", "6": "D"}

# %% wrong: words in place of letters | unnamed
illness = {"1": "leak", "2": "C", "3": "overfitting", "4": "F", "5": "A", "6": "D"}

# %% right: letters | passed
illness = {"1": "E", "2": "C", "3": "B", "4": "F", "5": "A", "6": "D"}

# %% right: small letters | passed
illness = dict(zip("123456", "ecbfad"))

# %% right: one after the other | passed
illness = {}
illness["5"] = "A"
illness["3"] = "B"
illness["2"] = "C"
illness["6"] = "D"
illness["1"] = "E"
illness["4"] = "F"

# %% right: by their letters | passed
letters = {"A": 5, "B": 3, "C": 2, "D": 6, "E": 1, "F": 4}
illness = {str(place): letter for letter, place in letters.items()}
