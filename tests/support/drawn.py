"""How many examples Hypothesis draws: all of them in make test-all and where a test is named, else half."""

import hypothesis

MOST = 100  # of a test that does not say


def load_profile(in_ci: bool, everything: bool) -> None:
    """Tell Hypothesis, before any test is imported."""
    how = {"derandomize": True, "print_blob": True} if in_ci else {}
    hypothesis.settings.register_profile(
        "convlab", deadline=None, max_examples=MOST if everything else MOST // 2, **how
    )
    hypothesis.settings.load_profile("convlab")


def settings(max_examples: int, **how):
    """Return hypothesis.settings with its part of so many examples."""
    part = hypothesis.settings().max_examples / MOST
    return hypothesis.settings(max_examples=max(1, round(max_examples * part)), **how)
