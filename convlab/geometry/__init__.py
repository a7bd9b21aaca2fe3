"""Shape arithmetic: sizes, receptive fields and costs, all of them before a single number is computed.

=================================  ================================================================
``conv_output_size``               the size of what a convolution or a pooling gives
``conv_transpose_output_size``     the same for a transposed convolution
``same_padding``                   the padding per side that keeps the size
``full_padding``                   the padding per side with which every window that touches counts
``effective_kernel_size``          how many pixels a dilated kernel reaches over
``receptive_field``                how many pixels a unit sees, and where they lie
``layer_fields``                   the same for every layer, as rows
``measure_receptive_field``        the same by gradients, for models whose fields do not follow from rules
``count_parameters``               how many numbers a model learns
``count_macs``                     how many multiply-adds one pass through a model takes
=================================  ================================================================
"""

from convlab.geometry.costs import count_macs, count_parameters
from convlab.geometry.fields import LayerField, ReceptiveField, layer_fields, receptive_field
from convlab.geometry.measured import measure_receptive_field
from convlab.geometry.sizes import (
    conv_output_size,
    conv_transpose_output_size,
    effective_kernel_size,
    full_padding,
    same_padding,
)

__all__ = ["LayerField", "ReceptiveField", "conv_output_size", "conv_transpose_output_size", "count_macs",
           "count_parameters", "effective_kernel_size", "full_padding", "layer_fields", "measure_receptive_field",
           "receptive_field", "same_padding"]  # fmt: skip
