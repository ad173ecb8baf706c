"""Which words an embedded model was never taught, and what a person reads of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.pretrained import EMBEDDED_FOLDER
from backend.pretrained.vocabulary import ModelVocabulary
from backend.words.nearest import NEAREST

KINDS = {
    "objects": ["chair", "wine glass", "mug", "apple"],
    "colors": ["red", "blue"],
    "grammar": ["a", "on", "with"],
    "parts": ["hat"],
}


@pytest.fixture
def vocabulary() -> ModelVocabulary:
    return ModelVocabulary.of_kinds(KINDS)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("a red chair", []),
        ("A Red  CHAIR!", []),
        ("two wine glasses", ["two", "glasses"]),
        ("red apples on a chair", []),
        ("a glass with a hat", []),
        ("a red armchair, an armchair", ["armchair", "an"]),
        ("", []),
    ],
)
def test_unknown_words_are_found_once_and_in_order(vocabulary, text, unknown):
    assert vocabulary.unknown(text) == unknown


def test_the_nearest_object_is_offered(vocabulary):
    assert "'armchair' (nearest: chair)" in vocabulary.sentence("a red armchair")
    assert "'appel' (nearest: apple)" in vocabulary.sentence("a red appel")
    assert "'zeppelin':" in vocabulary.sentence("a zeppelin")
    assert vocabulary.sentence("a red mug") == ""


@pytest.mark.parametrize(
    ("word", "nearest"), [("stool", "chair"), ("stools", "chair"), ("throne", "chair"), ("fruit", "apple")]
)
def test_the_nearest_in_meaning_comes_before_the_nearest_in_letters(vocabulary, word, nearest):
    assert f"'{word}' (nearest: {nearest})" in vocabulary.sentence(word)


def test_a_slip_is_known_in_colors_and_finishes_too_and_what_is_only_a_little_alike_is_not_offered():
    embedded = ModelVocabulary.load(EMBEDDED_FOLDER / "diffusion")
    slips = {"purpel": "purple", "metalic": "metallic", "shinny": "shiny", "gutar": "guitar", "strawbery": "strawberry"}
    assert all(f"'{slip}' (nearest: {word})" in embedded.sentence(slip) for slip, word in slips.items())
    assert all(f"'{word}':" in embedded.sentence(word) for word in ("striped", "rusty"))


def test_what_the_model_was_not_taught_is_not_offered(vocabulary):
    """The table has a dog for a wolf, but this model knows none."""
    assert "'wolf':" in vocabulary.sentence("a wolf")


def test_every_object_of_the_table_is_one_that_training_has():
    from scripts.training.objects.object_class import OBJECT_CLASSES
    from scripts.training.training_subset import TRAINING_SUBSET

    assert set(NEAREST.values()) <= TRAINING_SUBSET
    known = {name for each in TRAINING_SUBSET for name in OBJECT_CLASSES[each].names}
    assert not known & set(NEAREST)


def test_the_embedded_model_knows_what_its_card_names():
    vocabulary = ModelVocabulary.load(EMBEDDED_FOLDER / "diffusion")
    for prompt in ("a red cube", "a blue torus", "a green cone", "a white snowman", "a 3D render of a yellow mug"):
        assert vocabulary.sentence(prompt) == ""
    assert "'corgi'" in vocabulary.sentence("a corgi")


def test_a_model_that_does_not_say_what_it_was_taught_is_not_doubted():
    assert ModelVocabulary.of_kinds({}).sentence("a corgi") == ""


def test_a_vocabulary_that_is_not_there_is_an_error(tmp_path: Path):
    with pytest.raises(OSError):
        ModelVocabulary.load(tmp_path)
