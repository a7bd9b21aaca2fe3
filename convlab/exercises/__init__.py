"""Exercises that answer back.

===================  ==========================================================================
``check``            check an answer: passed, or the smallest counterexample and the mistake by name
``names``            the exercises of a notebook
``progress``         what is done in this session
``solution``         a solution with its reasoning
===================  ==========================================================================

>>> from convlab.exercises import check
>>> check("01-shape", (475, 637)).passed
False
"""

from convlab.exercises.engine.check import check
from convlab.exercises.engine.progress import Progress, Solution, names, progress, solution
from convlab.exercises.engine.verdict import Counterexample, Verdict

__all__ = ["Counterexample", "Progress", "Solution", "Verdict", "check", "names", "progress", "solution"]
