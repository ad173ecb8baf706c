"""The tree of sentences: codes are unique, and an error crosses the wire as the class it was."""

from __future__ import annotations

import backend.errors as errors
from backend.errors import DreamwrightError, from_code, leaves


def every_class() -> list[type[DreamwrightError]]:
    return [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, DreamwrightError)]


def test_codes_are_unique():
    codes = [c.code for c in every_class()]
    assert len(codes) == len(set(codes))
    assert set(codes) <= set(leaves())  # the add-on has leaves of its own


def test_an_error_is_itself_again_on_the_other_side():
    for kind in every_class():
        back = from_code(kind.code, "What happened; what to do.")
        assert type(back) is kind and str(back) == "What happened; what to do."


def test_an_unknown_code_is_still_an_error_with_its_sentence():
    assert type(from_code(-1, "Strange.")) is DreamwrightError


def test_the_tree_in_the_docstring_names_every_class():
    for kind in every_class():
        assert kind.__name__ in (errors.__doc__ or "")
