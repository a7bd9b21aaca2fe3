"""The exercises of notebook 04: the zoo, what each animal costs, and how all of them are one."""

from convlab.exercises.nb04.budget import BUDGET_NET
from convlab.exercises.nb04.costs import COSTS
from convlab.exercises.nb04.dilated import DILATED
from convlab.exercises.nb04.grouped import GROUPED
from convlab.exercises.nb04.holes import HOLES
from convlab.exercises.nb04.plain import PLAIN
from convlab.exercises.nb04.split import SPLIT

EXERCISES = (DILATED, GROUPED, COSTS, BUDGET_NET, PLAIN, HOLES, SPLIT)
