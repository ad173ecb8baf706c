"""What a model was taught, and what it knows that is nearest: by hand, by WordNet, by endings, by letters."""

from __future__ import annotations

import pytest

from backend.errors import ModelError
from backend.words import known
from backend.words.known import KnownWords, known_words
from backend.words.nearest import NEAREST
from backend.words.table import word_table

TOYS = known_words({"objects": ["dog", "cat", "car", "top hat", "guitar"], "colors": ["red", "purple"], "rest": ["a"]})


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("panda", "dog"),  # by hand
        ("pandas", "dog"),
        ("poodle", "dog"),  # by hand, and by WordNet
        ("dachshund", "dog"),
        ("schnauzer", "dog"),  # by WordNet alone: a kind of dog
        ("stallion", "dog"),  # by both: a horse, and what is most like that here
        ("firecar", "car"),  # by its ending
        ("purpel", "purple"),  # by its letters
        ("flurbl", ""),
    ],
)
def test_what_is_nearest_to_a_word(word, nearest):
    assert TOYS.nearest(word) == nearest


def test_the_ways_of_the_words_above_are_those_that_are_said():
    table = word_table().objects
    assert "schnauzer" not in NEAREST and "dog" in table["schnauzer"]
    assert "stallion" not in NEAREST and table["stallion"] == ("horse",) and NEAREST["horse"] == "dog"


def test_what_a_model_does_not_know_is_not_offered():
    assert known_words({"objects": ["cube"]}).nearest("schnauzer") == ""


def test_a_plural_counts_as_its_singular_and_each_word_is_told_once():
    assert TOYS.unknown("red dogs, a wug and a wug's wugs") == ["wug", "and", "wug's", "wugs"]
    assert KnownWords().unknown("a corgi") == [], "a model that does not say what it was taught is not doubted"


def test_without_wordnets_table_the_other_ways_are_left(monkeypatch):
    def broken():
        raise ModelError("The words cannot be read.")

    monkeypatch.setattr(known, "word_table", broken)
    assert TOYS.nearest("schnauzer") == "" and TOYS.nearest("panda") == "dog"


@pytest.mark.parametrize("kinds", [[], {"objects": 3}, {"objects": {"cat": {}}}])
def test_what_is_no_vocabulary_is_refused(kinds):
    with pytest.raises((AttributeError, KeyError, TypeError)):
        known_words(kinds)
