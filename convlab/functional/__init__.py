"""The operators of the course, written from scratch in plain tensor operations.

Read the files in this order:

1. ``windows``      the one idea that carries the rest: every window of an image, as a view
2. ``correlation``  multiply each window with the kernel and add up: ``corr2d`` and its relatives

Autograd works through all of them.
"""

from convlab.functional.correlation import convolve2d, corr2d, correlate2d

__all__ = ["convolve2d", "corr2d", "correlate2d"]
