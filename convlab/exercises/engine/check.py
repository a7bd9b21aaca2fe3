"""check: try an answer, compare it with the right one, and say what is wrong."""

import torch

from convlab.exercises.engine import hints, progress
from convlab.exercises.engine.answer import untouched, unusable
from convlab.exercises.engine.candidates import judge_test
from convlab.exercises.engine.choice import judge_choice
from convlab.exercises.engine.draw import PER_SIZE, draw_cases
from convlab.exercises.engine.exercise import Exercise, Mistake, find
from convlab.exercises.engine.guard import SECONDS, TimeUp, inside, set_apart, stop_button, time_limit
from convlab.exercises.engine.predictions import judge_predictions, judge_value
from convlab.exercises.engine.shrink import cost, smallest
from convlab.exercises.engine.tools import watched
from convlab.exercises.engine.trial import Outcome, attempt, said
from convlab.exercises.engine.values import same
from convlab.exercises.engine.verdict import Counterexample, Verdict, named, not_tried, refused

JUDGES = {"predictions": judge_predictions, "choice": judge_choice, "design": judge_choice, "test": judge_test}
FEWEST = 5  # so many inputs must show a mistake, if the code stops on some others
AGAIN = (2 * PER_SIZE - 1, 4 * PER_SIZE - 1)  # a right answer is tried twice on these, a small one and a large one
HALF = 0.5  # what a right answer by a forbidden tool is worth
UNCOUNTED = "How many faults are mended cannot be told: no known fault gives these results."
ENDLESS = f"Your code was stopped after {SECONDS:.0f} seconds. Does a loop never end? (Or is it very slow?)"
WAVERS = (
    "It gives different results for the same input. Leave out random numbers, and remember nothing from one call to "
    "the next."
)


def check(name: str, answer) -> Verdict:
    """Check an answer to an exercise.

    It is tried on inputs from small to large and compared with the right one, in float64, with a tolerance that
    accepts what was computed in float32; if it cannot take float64, it is tried in float32. Results may be tensors,
    arrays, numbers or lists. Code that never ends is stopped after 5 seconds (on Linux and macOS; on Windows, press
    the stop button). What it prints, draws or displays is not shown.

    Args:
        name: the exercise, for example "01-shape"; ``names()`` lists all.
        answer: what the exercise asks for: a function, a module, a tensor, a number, a shape or a dictionary.

    Returns:
        A Verdict. ``.passed`` says whether the answer is right; ``.message`` says why not, with the smallest
        counterexample that was found.

    Raises:
        ValueError: there is no exercise of this name.
        TypeError: the name is no text.
        RuntimeError: an answer, while it is checked, calls check.

    >>> check("01-shape", ...)
    ○ 01-shape: not tried yet.
    Put your answer in the place of the `...` in the cell above, run that cell, then run this one.
    """
    if inside():
        raise RuntimeError("check: an answer must not call check; leave it to the cell below")
    exercise = find("check", name)
    try:
        with stop_button(), set_apart():
            verdict = _judge(exercise, answer)
    except Exception as error:  # an object that fails when it is looked at
        words = f"Your answer cannot be looked at. That stops with an error: {type(error).__name__}: {said(error)}"
        verdict = Verdict(exercise.name, "tried", [words])
    progress.note(verdict)
    return verdict


def _judge(exercise: Exercise, answer) -> Verdict:
    """Return the verdict on one answer."""
    if isinstance(answer, dict) and isinstance(exercise.right, dict):
        answer = {str(key): value for key, value in answer.items()}  # {1: "A"} is as good as {"1": "A"}
    if untouched(exercise, answer):
        return not_tried(exercise)
    problem = unusable(exercise, answer)
    if problem:
        return Verdict(exercise.name, "tried", [problem], where=exercise.where if not exercise.callable else "")
    if exercise.cases is not None:
        return Trials(exercise, answer).judge()
    try:
        with watched(exercise.forbids, answer) as used:
            verdict = JUDGES.get(exercise.kind, judge_value)(exercise, answer)
    except TimeUp:
        return Verdict(exercise.name, "tried", [ENDLESS])
    return forbidden(exercise, used) if verdict.passed and used else verdict


def forbidden(exercise: Exercise, used: list[str]) -> Verdict:
    """Return the verdict on an answer that is right, but made with tools that its prompt forbids."""
    tools = " and ".join(f"`{name.removesuffix('=')}`" for name in dict.fromkeys(used))
    words = f"The values are right, but your code uses {tools}. The task is to do without."
    return Verdict(exercise.name, "tried", [words], share=HALF)


class Reference:
    """What can be known before anybody answers: the inputs, the right results, and what the mistakes give."""

    def __init__(self, exercise: Exercise):
        self.exercise = exercise
        self.cases = draw_cases(exercise)
        self.expected = [attempt(exercise, exercise.right, case) for case in self.cases]
        self._mistaken: dict[tuple[str, int], Outcome] = {}

    def mistaken(self, mistake: Mistake, index: int) -> Outcome:
        """Return what somebody with this misconception gets for one of the inputs; computed once."""
        if (mistake.name, index) not in self._mistaken:
            self._mistaken[mistake.name, index] = attempt(self.exercise, mistake.wrong, self.cases[index])
        return self._mistaken[mistake.name, index]


_references: dict[int, Reference] = {}  # by the exercise's id: it is kept alive here, so no other gets the same


def reference(exercise: Exercise) -> Reference:
    """Return what is known of an exercise; a second check in the same session need not compute it again."""
    if id(exercise) not in _references:
        _references[id(exercise)] = Reference(exercise)
    return _references[id(exercise)]


class Trials:
    """All trials of one answer.

    Attributes:
        got: what they gave, in the order of the cases.
        failed, passed: the numbers of those that are wrong, and of the others.
    """

    def __init__(self, exercise: Exercise, answer):
        self.exercise, self.answer = exercise, answer
        self.reference = reference(exercise)
        self.cases, self.expected = self.reference.cases, self.reference.expected
        self.got: list[Outcome] = []
        self.now: dict = {}
        self.single = False  # whether it is tried in float32

    def judge(self) -> Verdict:
        """Return the verdict, also on an answer that had to be stopped."""
        try:
            return self.tried()
        except TimeUp:
            caption = f"{ENDLESS} It was working on this input:"
            return self.refused([], counterexample=Counterexample(self.now, {}, None), caption=caption)

    def tried(self) -> Verdict:
        """Try the answer on all inputs and say what there is to say."""
        self.got = self.outcomes()
        raised = [case for case, outcome in zip(self.cases, self.got, strict=True) if outcome.trouble == "raised"]
        if raised:  # an answer such as torch.zeros(2) @ X is right in float32
            if not self.attempt(raised[0]).trouble:
                return self.refused([WAVERS])
            self.single = True
            again = self.outcomes()
            self.single = [outcome.trouble for outcome in again].count("raised") < len(raised)
            self.got = again if self.single else self.got
        with time_limit():
            return self.compare()

    def outcomes(self) -> list[Outcome]:
        """Try the answer on all inputs."""
        with time_limit():
            return [self.attempt(case) for case in self.cases]

    def compare(self) -> Verdict:
        """Compare the results with the right ones."""
        if any(outcome.trouble == "untried" for outcome in self.got):
            return not_tried(self.exercise, "There is still a `...` in your answer. Put your own code in its place.")
        if changed := [index for index, outcome in enumerate(self.got) if outcome.changed]:
            return self.changed(self.got[min(changed, key=lambda index: cost(self.cases[index]))].changed)
        fits = [got.equals(expected) for got, expected in zip(self.got, self.expected, strict=True)]
        self.failed = [index for index, fit in enumerate(fits) if not fit]
        self.passed = [index for index, fit in enumerate(fits) if fit]
        with watched(() if self.failed else self.exercise.forbids, self.answer) as used:
            again = [(index, self.attempt(self.cases[index])) for index in self.failed[-3:] or AGAIN]
        if not all(outcome.equals(self.got[index]) for index, outcome in again):
            return self.refused([WAVERS])
        if self.failed:
            return self.wrong()
        return forbidden(self.exercise, used) if used else self.right()

    def attempt(self, case: dict) -> Outcome:
        """Try the answer on one input, and remember which, in case it never ends."""
        self.now = case
        return attempt(self.exercise, self.answer, case, self.single)

    def refused(self, sentences: list[str], **more) -> Verdict:
        """Return a verdict on an answer whose fault has nothing to do with a section of the notebook."""
        return refused(self.exercise, sentences, **{"where": "", **more})

    def right(self) -> Verdict:
        """Return the verdict on a right answer."""
        words = [f"Right for all {len(self.cases)} inputs that it was tried on."]
        if self.exercise.faults:
            words.append(f"All {len(self.exercise.faults)} faults are mended.")
        if any(outcome.printed for outcome in self.got):
            words.append("(What it prints while it runs is not shown here.)")
        return Verdict(self.exercise.name, "passed", words)

    def changed(self, inputs: list[str]) -> Verdict:
        """Return the verdict on an answer that writes into its inputs."""
        names = " and ".join(inputs)
        words = f"Your function changes its input {names} in place. Whoever called it still needs {names} as it was."
        return self.refused([f"{words} Work on a copy, {inputs[0]}.clone(), or write into a new tensor."])

    def wrong(self) -> Verdict:
        """Return the verdict on wrong results."""
        mistake = self.recognise()
        unlike = {index: mistake is not None and not self.fits(mistake, index) for index in self.failed}
        first = min(self.failed, key=lambda i: (bool(self.got[i].trouble), unlike[i], cost(self.cases[i])))
        case = self.smallest(first, mistake)
        outcome, expected = self.attempt(case), attempt(self.exercise, self.exercise.right, case)
        if outcome.trouble:
            return self.stops(case, outcome, mistake)
        if mistake is not None:
            sentences = self.told(mistake)
        else:
            parts = self.recognise_parts()
            known = tuple(f"{name}: " for name, _ in parts)  # no vague words beside a mistake that has a name
            sentences = [text for text in self.hints(case) if not text.startswith(known)]
            for behind in dict.fromkeys(behind for _, behind in parts):
                sentences += named(behind, *(name for name, other in parts if other is behind))
            sentences += [] if parts else [self.exercise.hint]
            sentences = [UNCOUNTED] * bool(self.exercise.faults and not parts) + sentences
            mistake = parts[0][1] if parts else None
        shown = Counterexample(case, expected.parts, outcome.parts)
        return refused(self.exercise, sentences, mistake, counterexample=shown, share=self.share(mistake))

    def told(self, mistake: Mistake) -> list[str]:
        """Return what there is to say of a mistake; of faults, how many are mended, and one that is left."""
        left, count = len(mistake.faults), len(self.exercise.faults)
        if not left:
            all_mended = [f"All {count} faults are mended, but something else is wrong now."] * mistake.mended
            return all_mended + named(mistake)
        if left == count > 1:  # to find them is the task
            return [f"None of the {count} faults is mended yet."]
        mended = f"{count - left} of {count} faults {'is' if count - left == 1 else 'are'} mended."
        first, which = mistake.faults[0], "Still there" if left == 1 else "One that is still there"
        return [mended, f"{which}: {first.name}. {first.says}"]

    def share(self, mistake: Mistake | None) -> float:
        """Return how much of an answer is right: of its faults those that are mended, of its results those that are."""
        if mistake is not None and mistake.faults:
            return 1 - len(mistake.faults) / len(self.exercise.faults)
        names = () if any(outcome.trouble for outcome in self.got) else self.exercise.returns
        return sum(not self.failed_in(name) for name in names) / max(len(names), 1)

    def failed_in(self, part: str) -> list[int]:
        """Return the numbers of the trials that give a result, and one of several that is wrong."""
        tried = [index for index in self.failed if not self.got[index].trouble]
        return [index for index in tried if not same(self.got[index].parts[part], self.expected[index].parts[part])]

    def stops(self, case: dict, outcome: Outcome, mistake: Mistake | None) -> Verdict:
        """Return the verdict on an answer that gives no result: it raises an error, returns nothing or nonsense."""
        sentences = [outcome.words, *(self.told(mistake) if mistake else ())]
        if self.passed:
            sentences.append("It gives the right result for some other inputs.")
        if outcome.trouble == "nothing" and outcome.printed:
            sentences.append("It prints something, but other code cannot use what is printed. It must be returned.")
        if outcome.trouble == "refused":  # the answer itself is not what was asked for, whatever the input
            return refused(self.exercise, sentences, mistake, share=self.share(mistake))
        more = {"caption": "It happens with this input:", "share": self.share(mistake)}
        return self.refused(sentences, mistake=mistake, counterexample=Counterexample(case, {}, None), **more)

    def smallest(self, index: int, mistake: Mistake | None) -> dict:
        """Return the smallest input found on which the answer goes wrong as on this one."""
        exercise, like, expected = self.exercise, self.got[index], self.expected[index].parts
        forms = [[getattr(part, "shape", None) for part in parts.values()] for parts in (like.parts, expected)]

        def fails_alike(case: dict) -> bool:
            right = attempt(exercise, exercise.right, case)
            if right.trouble or any(isinstance(p, torch.Tensor) and p.numel() == 0 for p in right.parts.values()):
                return False
            if exercise.valid is not None and not exercise.valid(*case.values()):
                return False
            got = self.attempt(case)
            if got.equals(right) or (got.trouble, got.error) != (like.trouble, like.error):
                return False
            return mistake is None or got.looks_like(attempt(exercise, mistake.wrong, case))

        return smallest(fails_alike, self.cases[index], self.cases, bool(like.trouble) or forms[0] == forms[1])

    def hints(self, shown: dict) -> list[str]:
        """Say where to look, for wrong results that match no known mistake; shown is the counterexample."""
        trials = [(self.cases[i], self.expected[i].parts, self.got[i].parts) for i in self.failed]
        failed, passed = ([self.cases[index] for index in indices] for indices in (self.failed, self.passed))
        # With the shown one: else "there are negative numbers in X" could stand above an X that has none.
        sentences = hints.how([trial for trial in trials if trial[2]]) + hints.where([*failed, shown], passed)
        raised = next((self.got[index].words for index in self.failed if self.got[index].trouble), "")
        return [*sentences, f"For other inputs, {raised[:1].lower()}{raised[1:]}"] if raised else sentences

    def fits(self, mistake: Mistake, index: int, part: str | None = None) -> bool:
        """Tell whether the answer gives what the mistake gives, for one input, in the whole or in one part."""
        got, other = self.got[index], self.reference.mistaken(mistake, index)
        if part is None or not other.parts:
            return got.looks_like(other)
        return same(got.parts[part], other.parts[part])

    def explains(self, mistake: Mistake, indices: list[int], part: str | None = None) -> bool:
        """Tell whether the answer gives what the mistake gives wherever both give something, and often enough."""
        matches = 0
        for index in indices:
            if not (self.got[index].blank or self.reference.mistaken(mistake, index).blank):
                if not self.fits(mistake, index, part):
                    return False
                matches += 1
        return matches >= FEWEST

    def recognise(self) -> Mistake | None:
        """Return the mistake that computes what the answer computes wherever that is wrong; best, everywhere."""
        mistakes = (*self.exercise.mistakes, *self.exercise.several)
        # If it only raises errors, and of the same kind, they must also come on the same inputs.
        raises = all(self.got[index].trouble for index in self.failed)
        where = range(len(self.got)) if raises else self.failed
        found = [mistake for mistake in mistakes if all(self.fits(mistake, index) for index in where)]
        found = found or [mistake for mistake in mistakes if self.explains(mistake, self.failed)]
        return max(found, key=lambda m: sum(self.fits(m, index) for index in self.passed), default=None)

    def recognise_parts(self) -> list[tuple[str, Mistake]]:
        """Return the mistake behind each wrong part, where an answer has several results and makes several mistakes."""
        smooth = not any(self.got[index].trouble for index in self.failed)
        behind: dict[str, list[Mistake]] = {}
        for name in self.exercise.returns:
            wrong = self.failed_in(name)
            for mistake in self.exercise.mistakes if wrong else ():
                whole = smooth and all(self.fits(mistake, index, name) for index in wrong)
                if whole or self.explains(mistake, wrong, name):
                    behind.setdefault(name, []).append(mistake)
        found = [mistake for mistakes in behind.values() for mistake in mistakes]
        return [(name, max(mistakes, key=found.count)) for name, mistakes in behind.items()]  # what explains most
