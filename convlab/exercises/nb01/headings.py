"""The headings of notebook 01 that its exercises point to: what to read again."""

WINDOW = "Fewer weights, step by step"
FORMULA = "The formula"
KERNELS = "4 · The kernel decides what comes out"
FLIP = "5 · Flip or no flip? Correlation and convolution"
MODES = "More: what is the flip good for?"
LAYER = "6 · More: a layer of your own"
COLLAPSE = "More: which layer is it?"
