"""What the panel says of words that a model was never taught: the same words as the backend, before it is asked."""

from __future__ import annotations

import json

import pytest

from addon.core import known_words
from addon.core.known_words import UnknownWord, replaced, unknown_words
from addon.core.model_list import FOLDER
from backend.pretrained.vocabulary import ModelVocabulary

PROMPTS = (
    "a poodle", "A Corgi on a chair", "two red mushrooms", "a purpel mug with a blue handle", "a flurbl", "",
    "a tall striped candle and a kettle", "3d model of a violin", "an astronaut's helmet", "a t-rex, in the snow!",
)  # fmt: skip


@pytest.mark.parametrize(
    ("folder", "model", "instant"),
    [("diffusion", "embedded", False), ("clip", "embedded-clip", False)],
)
@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_panel_says_what_the_backend_would_say(folder, model, instant, prompt):
    vocabulary = ModelVocabulary.load(FOLDER / folder)
    said = [f"'{each.word}'" + (f" (nearest: {each.nearest})" if each.nearest else "")
            for each in unknown_words(prompt, model, instant)]  # fmt: skip
    assert said == [vocabulary.with_nearest(word) for word in vocabulary.unknown(prompt)]


def test_a_poodle_is_offered_as_a_dog():
    assert UnknownWord("corgi", "dog") in unknown_words("a corgi", "embedded", instant=False)


def test_of_a_prompt_that_names_nothing_the_shape_prior_knows_the_words_are_told():
    assert [each.word for each in unknown_words("a red flurbl", "embedded", instant=True)] == ["flurbl"]


def test_of_other_models_nothing_is_known_and_nothing_is_said():
    assert unknown_words("a flurbl", "stabilityai/sd", False) == ()


@pytest.mark.parametrize(
    ("prompt", "word", "by", "wanted"),
    [
        ("a poodle", "poodle", "dog", "a dog"),
        ("A Poodle with a red hat", "poodle", "dog", "A dog with a red hat"),
        ("an ibex on a table", "ibex", "dog", "a dog on a table"),
        ("a poodle-like poodle", "poodle", "animal", "a poodle-like animal"),
        ("a vessel", "vessel", "ice cream", "an ice cream"),
        ("the poodle\\1", "poodle", r"a\1b", r"the a\1b\1"),
    ],
)
def test_a_word_is_put_in_place_of_another_and_the_article_follows(prompt, word, by, wanted):
    assert replaced(prompt, word, by) == wanted


@pytest.mark.parametrize("text", ["", "[]", "{", '{"objects": 3}', '{"objects": {"cat": {}}}'])
def test_a_file_that_is_missing_or_broken_says_nothing(tmp_path, text):
    file = tmp_path / "vocabulary.json"
    assert known_words._read(file) is None
    other = tmp_path / "other.json"
    other.write_text(text)
    assert known_words._read(other) is None
    assert json.loads((FOLDER / "prior" / known_words.FILE).read_text())["objects"], "the real one is whole"
