"""Figures of the course: every ``draw_*`` from one place.

==============  ==================================================================================
``basics``      a kernel with its values, images in a row, small grids, a window that slides
``windows``     where the windows stand, what padding adds, what is never read
``channels``    sheets, slices, and the sum over channels
``zoo``         which inputs one output touches, and what layers cost
``sampling``    where the pixels of a resized image look
``training``    the path of shapes through a network, curves, differences, a confusion matrix
==============  ==================================================================================

Every function takes tensors, numpy arrays or lists, and returns the matplotlib ``Figure``. In a notebook, end a cell
with the call to see it; in a script, save it with ``figure.savefig("name.png")``. Nothing is shown behind your back.

Colours can be told apart by colour-blind readers, and the white background stays white in dark mode. What the files
share (colours, sizes, cells with their values) is in ``canvas``.
"""

from convlab.plotting.basics import draw_filter, draw_grids, draw_images, draw_kernel, draw_steps
from convlab.plotting.channels import draw_channel_images, draw_maps, draw_sheets
from convlab.plotting.sampling import draw_samples
from convlab.plotting.training import draw_confusion, draw_curves, draw_differences, draw_path
from convlab.plotting.windows import draw_padding, draw_windows
from convlab.plotting.zoo import draw_costs, draw_touched, touched

__all__ = [
    "draw_channel_images", "draw_confusion", "draw_costs", "draw_curves", "draw_differences", "draw_filter",
    "draw_grids", "draw_images", "draw_kernel", "draw_maps", "draw_padding", "draw_path", "draw_samples",
    "draw_sheets", "draw_steps", "draw_touched", "draw_windows", "touched",
]  # fmt: skip
