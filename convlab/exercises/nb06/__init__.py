"""The exercises of notebook 06: from the path of a shape to a whole training."""

from convlab.exercises.nb06.curves import CURVES
from convlab.exercises.nb06.epoch import TRAIN_EPOCH
from convlab.exercises.nb06.fit import FIT
from convlab.exercises.nb06.loss import CROSS_ENTROPY
from convlab.exercises.nb06.net import NET_CLASS
from convlab.exercises.nb06.path import PATH
from convlab.exercises.nb06.repair import SCRIPT

EXERCISES = (PATH, NET_CLASS, CROSS_ENTROPY, TRAIN_EPOCH, FIT, SCRIPT, CURVES)
