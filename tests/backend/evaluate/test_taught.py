"""What models say they were taught."""

from __future__ import annotations

import json

import pytest

from backend.evaluate.taught import VOCABULARY, Taught
from backend.evaluate.textureless import COLOURS
from backend.pretrained import EMBEDDED_FOLDER


def write(folder, kinds) -> Taught:
    (folder / VOCABULARY).write_text(json.dumps(kinds))
    return Taught.beside(folder)


def test_words_of_colour_and_of_views_come_from_the_vocabulary(tmp_path):
    taught = write(
        tmp_path, {"colours": ["teal", "red"], "objects": ["gift box"], "views": ["front view", "side", "back"]}
    )
    assert taught.colours == ("teal", "red") and taught.knows_sides
    assert taught.knows("Gift, box") and not taught.knows("a gift")


def test_a_model_that_was_never_taught_views_does_not_know_sides(tmp_path):
    assert not write(tmp_path, {"colours": ["red"], "grammar": ["a", "view", "front"]}).knows_sides


def test_sides_are_known_of_what_has_a_front_where_it_says_of_what(tmp_path):
    views = {"views": ["front view", "side", "back"]}
    assert write(tmp_path, views).knows_sides_of("a red ball")
    taught = write(tmp_path, views | {"faced": ["cat", "sailing boat"]})
    assert all(taught.knows_sides_of(text) for text in ("a red Cat", "two cats", "a sailing boat on a cube"))
    assert not any(taught.knows_sides_of(text) for text in ("a red ball", "a catapult", "a boat"))
    assert not write(tmp_path, {"objects": ["cat"], "faced": ["cat"]}).knows_sides_of("a cat"), "no words of sides"


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"colours": 3}', '{"colours": [1]}', "null"])
def test_a_vocabulary_that_is_broken_says_nothing(tmp_path, content: str):
    (tmp_path / VOCABULARY).write_text(content)
    assert Taught.beside(tmp_path) == Taught(COLOURS, frozenset())


def test_a_model_that_says_nothing_is_believed_to_know_all(tmp_path):
    for taught in (Taught.beside(None), Taught.beside(tmp_path), write(tmp_path, {})):
        assert taught.knows_sides and taught.knows("anything") and taught.colours == COLOURS


def test_the_embedded_guide_says_its_colours():
    assert {"red", "grey", "cyan"} <= set(Taught.beside(EMBEDDED_FOLDER / "guide").colours)
