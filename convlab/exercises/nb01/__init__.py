"""The exercises of notebook 01: one image, one kernel, no padding and no stride."""

from convlab.exercises.nb01.convolve import CONVOLVE
from convlab.exercises.nb01.count import COUNT
from convlab.exercises.nb01.kernel import KERNEL
from convlab.exercises.nb01.merge import MERGE
from convlab.exercises.nb01.repair import REPAIR
from convlab.exercises.nb01.shape import SHAPE
from convlab.exercises.nb01.test import TEST

EXERCISES = (COUNT, SHAPE, REPAIR, TEST, KERNEL, CONVOLVE, MERGE)
