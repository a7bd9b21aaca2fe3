"""The decks of the course's notebooks, against the rules for slides."""

import inspect

import deck_rules
import hygiene
import nbformat
import pytest


@pytest.mark.parametrize("path", hygiene.NOTEBOOKS, ids=lambda path: path.stem)
def test_deck(path):
    nb = nbformat.read(path, as_version=4)
    found = [(rule, deck_rules.problems_of(rule, nb, path.name[:2])) for rule in deck_rules.RULES]
    told = [f"{inspect.getdoc(rule)}\n  " + "\n  ".join(problems) for rule, problems in found if problems]
    if told:
        pytest.fail(f"{path.name}: " + "\n".join(told), pytrace=False)
