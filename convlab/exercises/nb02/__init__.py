"""The exercises of notebook 02: padding, stride and dilation, for one image with one channel."""

from convlab.exercises.nb02.choose import CHOOSE
from convlab.exercises.nb02.conv import CONV
from convlab.exercises.nb02.frames import FRAMES
from convlab.exercises.nb02.tiles import TILES
from convlab.exercises.nb02.trim import TRIM
from convlab.exercises.nb02.world import WORLD

EXERCISES = (FRAMES, TRIM, CHOOSE, TILES, CONV, WORLD)
