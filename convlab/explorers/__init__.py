"""Explorers: convolutions to play with, in the notebook and on pages without Python.

Each explorer is a widget (anywidget). It computes in the browser, so a step or a hover needs no kernel; its state is in
traits that Python can set, read (as copies), observe and link; ``figure()`` draws it for readers without JavaScript.

==========================  ========================================================================
``ConvExplorer``            a window slides over a small image, with every product and sum
``TransposedConvExplorer``  stamps, zeros stuffed in, and a matrix: three views of one transposed convolution
``KernelPlayground``        a photo under a kernel whose numbers can be changed; your own photo, too
``ChannelExplorer``         several channels, several kernels: slices, sums, bias, groups and their wiring
``DigitInspector``          draw a digit, and look into the network that reads it
==========================  ========================================================================
"""

from convlab.explorers.channels.widget import ChannelExplorer
from convlab.explorers.conv.widget import ConvExplorer
from convlab.explorers.digit.widget import DigitInspector
from convlab.explorers.playground.widget import KernelPlayground
from convlab.explorers.transposed.widget import TransposedConvExplorer

__all__ = ["ChannelExplorer", "ConvExplorer", "DigitInspector", "KernelPlayground", "TransposedConvExplorer"]
