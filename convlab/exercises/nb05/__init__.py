"""The exercises of notebook 05: smaller, larger, and the way back."""

from convlab.exercises.nb05.backward import BACKWARD
from convlab.exercises.nb05.decoder import DECODER
from convlab.exercises.nb05.gradient import GRADIENT
from convlab.exercises.nb05.noise import NOISE
from convlab.exercises.nb05.pool import POOL
from convlab.exercises.nb05.resize import RESIZE
from convlab.exercises.nb05.transposed import TRANSPOSED

EXERCISES = (NOISE, POOL, RESIZE, TRANSPOSED, DECODER, GRADIENT, BACKWARD)
