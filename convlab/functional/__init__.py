"""The operators of the course, written from scratch in plain tensor operations.

Every function here has the signature, the shapes and the semantics of its namesake in ``torch.nn.functional``, and none
of them calls the torch operator that it teaches. Read the files in this order:

1. ``windows``      the one idea that carries the rest: every window of an image, as a view; how many fit, and what
   "same" padding means
2. ``correlation``  multiply each window with the kernel and add up: ``corr2d`` and its relatives
3. ``conv``         the same with batch, channels, stride, padding, dilation, groups;
   ``algorithms``   five ways to compute it
4. ``transposed``   the way back: windows are added up; ``unfold`` and ``fold``
5. ``pooling``      the largest entry or the mean of every window
6. ``resize``       every output pixel looks up, or mixes, the pixels at its place

``casts`` says how results are rounded, ``convlab.arguments`` what is wrong with an argument. Autograd works through
all of it.

Where these functions differ from torch's on purpose: convolutions take no integers but int64 (torch has sums in 8 bits
that overflow), ``interpolate`` no bytes for ``"bilinear"``; a transposed convolution without any output is an error;
autocast does not reach them; sizes and steps end at 2^31 - 1.
"""

from convlab.functional.conv import conv1d, conv2d, conv3d
from convlab.functional.correlation import convolve2d, corr2d, correlate2d
from convlab.functional.pooling import avg_pool2d, max_pool2d
from convlab.functional.resize import interpolate
from convlab.functional.transposed import conv_transpose1d, conv_transpose2d, conv_transpose3d, fold, unfold

__all__ = [
    "avg_pool2d", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
    "convolve2d", "corr2d", "correlate2d", "fold", "interpolate", "max_pool2d", "unfold",
]  # fmt: skip
