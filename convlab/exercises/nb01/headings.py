"""The headings of notebook 01 that its exercises point to: what to read again."""

WINDOW = "1 · Why a small window?"
FORMULA = "The formula"
KERNELS = "4 · The kernel decides what comes out"
FLIP = "5 · Flip or no flip? Correlation and convolution"
MODES = "What is the flip good for?"
LAYER = "6 · A layer of your own"
FIELD = "8 · What one output sees: the receptive field"
