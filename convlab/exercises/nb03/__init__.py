"""The exercises of notebook 03: many channels, many kernels, what a layer costs, and layers that own their weights."""

from convlab.exercises.nb03.conv2d import CONV2D
from convlab.exercises.nb03.errors import ERRORS
from convlab.exercises.nb03.layer import LAYER
from convlab.exercises.nb03.raw import RAW
from convlab.exercises.nb03.repair import REPAIR
from convlab.exercises.nb03.shapes import ALL_SHAPES

EXERCISES = (CONV2D, ALL_SHAPES, LAYER, ERRORS, REPAIR, RAW)
