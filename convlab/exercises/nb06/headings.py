"""The headings of notebook 06 that its exercises point to: what to read again."""

TORCHVISION = "The way you will meet it everywhere: torchvision"
NETWORK = "2 · The network"
NET = "The tutorial's network"
LOSS = "The loss"
OPTIMISER = "The optimiser"
STEP = "One step"
EPOCH = "One epoch"
TEST = "5 · How many are right?"
ZERO_GRAD = "Forgotten `zero_grad`"
SOFTMAX = "More: softmax before cross-entropy"
EVAL = "More: forgotten `eval`"
TOO_LARGE = 'More: what does "too large" look like?'
