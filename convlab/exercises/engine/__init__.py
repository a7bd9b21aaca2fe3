"""What tries an answer, judges it and says what is wrong; the exercises themselves are in ``nb01`` to ``nb07``.

================  ==============================================================================
``exercise``      what an exercise is: task, right answer, mistakes; and how one is found by name
``check``         the way of an answer from ``check(name, answer)`` to its verdict
``answer``        what was handed in: still the placeholder? of the kind that was asked for?
``trial``         one trial: give it an input, take down what comes back or what goes wrong
``draw``          the inputs of all trials, from small to large
``values``        results of every kind in one form, and when two are equal
``choice``        verdicts where many answers are right; ``budget`` measures a network that is designed
``candidates``    verdicts on a test that a learner writes
``tools``         which forbidden tools an answer uses
``predictions``   verdicts on predicted numbers, shapes and words
``hints``         where to look, for results that match no known mistake
``shrink``        make a counterexample smaller
``words``         the sentences of verdicts on values, which the web edition says too
``verdict``       what comes out: passed or not, in words and tables
``tables``        tensors as small tables, in text and HTML
``progress``      what is done, and the solutions
``ladder``        hints on request, one after the other
``guard``         run a learner's code so that it can do no harm
================  ==============================================================================
"""
