"""Exercises that answer back.

===================  ==========================================================================
``check``            check an answer: passed, or the smallest counterexample and the mistake by name
``hint``             a hint, and one more each time
``names``            the exercises of a notebook
``progress``         what is done; in a learner's copy of the course, also on other days
``reset_progress``   forget it
``solution``         a solution with its reasoning
===================  ==========================================================================

>>> from convlab.exercises import check
>>> check("01-shape", (475, 637)).passed
False
"""

from convlab.exercises.engine.check import check
from convlab.exercises.engine.ladder import Hint, hint
from convlab.exercises.engine.progress import Progress, Solution, names, progress, reset_progress, solution
from convlab.exercises.engine.verdict import Counterexample, Verdict

__all__ = [
    "Counterexample",
    "Hint",
    "Progress",
    "Solution",
    "Verdict",
    "check",
    "hint",
    "names",
    "progress",
    "reset_progress",
    "solution",
]
