"""The exercises of notebook 07: a project with pictures of one's own."""

from convlab.exercises.nb07.augment import AUGMENT
from convlab.exercises.nb07.budget import BUDGET_NET
from convlab.exercises.nb07.epoch import EPOCH
from convlab.exercises.nb07.illness import ILLNESS
from convlab.exercises.nb07.leak import LEAK
from convlab.exercises.nb07.residual import RESIDUAL

EXERCISES = (LEAK, ILLNESS, AUGMENT, EPOCH, BUDGET_NET, RESIDUAL)
