"""The headings of notebook 07 that its exercises point to: what to read again."""

SPLIT = "2 · Split, and what leaks"
CURVES = "5 · Two curves"
AUGMENTATION = "Augmentation"
STOPPING = "Early stopping"
POOLING = "Global average pooling"
BLOCKS = "7 · Blocks, and a sum around them"
