"""What models say they were taught."""

from __future__ import annotations

import json

import pytest

from backend.evaluate.textureless import COLORS
from backend.pretrained import EMBEDDED_FOLDER
from backend.pretrained.vocabulary import VOCABULARY_FILE, ModelVocabulary


def write(folder, kinds) -> ModelVocabulary:
    (folder / VOCABULARY_FILE).write_text(json.dumps(kinds))
    return ModelVocabulary.beside(folder)


def test_words_of_color_and_of_views_come_from_the_vocabulary(tmp_path):
    vocabulary = write(
        tmp_path, {"colors": ["teal", "red"], "objects": ["gift box"], "views": ["front view", "side", "back"]}
    )
    assert vocabulary.colors == ("teal", "red") and vocabulary.knows_sides
    assert vocabulary.knows("Gift, box") and not vocabulary.knows("a gift")


def test_a_model_that_was_never_taught_views_does_not_know_sides(tmp_path):
    assert not write(tmp_path, {"colors": ["red"], "grammar": ["a", "view", "front"]}).knows_sides


def test_sides_are_known_of_what_has_a_front_where_it_says_of_what(tmp_path):
    views = {"views": ["front view", "side", "back"]}
    assert write(tmp_path, views).knows_sides_of("a red ball")
    vocabulary = write(tmp_path, views | {"faced": ["cat", "sailing boat"]})
    assert all(vocabulary.knows_sides_of(text) for text in ("a red Cat", "two cats", "a sailing boat on a cube"))
    assert not any(vocabulary.knows_sides_of(text) for text in ("a red ball", "a catapult", "a boat"))
    assert not write(tmp_path, {"objects": ["cat"], "faced": ["cat"]}).knows_sides_of("a cat"), "no words of sides"


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"colors": 3}', '{"colors": [1]}', "null"])
def test_a_vocabulary_that_is_broken_says_nothing(tmp_path, content: str):
    (tmp_path / VOCABULARY_FILE).write_text(content)
    assert ModelVocabulary.beside(tmp_path) == ModelVocabulary()


def test_a_model_that_says_nothing_is_believed_to_know_all(tmp_path):
    for vocabulary in (ModelVocabulary.beside(None), ModelVocabulary.beside(tmp_path), write(tmp_path, {})):
        assert vocabulary.knows_sides and vocabulary.knows("anything") and vocabulary.colors == COLORS


def test_the_embedded_guide_says_its_colors():
    assert {"red", "grey", "cyan"} <= set(ModelVocabulary.beside(EMBEDDED_FOLDER / "clip").colors)
