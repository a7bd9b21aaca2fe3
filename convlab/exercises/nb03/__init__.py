"""The exercises of notebook 03: many channels, many filters, and the arguments of ``F.conv2d`` and ``nn.Conv2d``."""

from convlab.exercises.nb03.conv2d import CONV2D
from convlab.exercises.nb03.layer import LAYER
from convlab.exercises.nb03.raw import RAW
from convlab.exercises.nb03.shapes import ALL_SHAPES

EXERCISES = (ALL_SHAPES, CONV2D, LAYER, RAW)
