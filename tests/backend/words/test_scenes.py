"""Prompts with several things: what they are, how many, and how they stand to each other."""

from __future__ import annotations

import pytest

from backend.errors import ConfigError
from backend.words.scenes import read_scene


def read(text):
    scene = read_scene(text)
    return scene.objects, [(each.kind, each.subject, each.targets) for each in scene.relations]


@pytest.mark.parametrize(
    ("text", "objects", "relations"),
    [
        (
            "a cat on a red chair next to a tree",
            ("a cat", "a red chair", "a tree"),
            [("on", 0, (1,)), ("next to", 1, (2,))],
        ),
        ("three apples in a bowl", ("an apple",) * 3 + ("a bowl",), [("in", number, (3,)) for number in range(3)]),
        (
            "a small blue cube between two pillars",
            ("a small blue cube", "a tall cylinder", "a tall cylinder"),
            [("between", 0, (1, 2))],
        ),
        ("a cat and a dog on a sofa", ("a cat", "a dog", "a sofa"), [("on", 0, (2,)), ("on", 1, (2,))]),
        ("a lamp between a chair and a table", ("a lamp", "a chair", "a table"), [("between", 0, (1, 2))]),
        ("a bowl of oranges", ("a bowl",) + ("an orange",) * 3, [("in", number, (0,)) for number in (1, 2, 3)]),
        ("2 cats", ("a cat", "a cat"), [("next to", 0, (1,))]),
        ("a cat sitting on a sofa", ("a cat", "a sofa"), [("on", 0, (1,))]),
        ("a pair of scissors on a desk", ("a pair of scissors", "a desk"), [("on", 0, (1,))]),
        (
            "a snowman with a red hat next to a pine tree",
            ("a snowman with a red hat", "a pine tree"),
            [("next to", 0, (1,))],
        ),
        ("a whale, a shark and a fish", ("a whale", "a shark", "a fish"), [("next to", 0, (1,)), ("next to", 1, (2,))]),
        ("a poodle beneath a sedan", ("a poodle", "a sedan"), [("under", 0, (1,))]),
        ("a dozen eggs in a basket", ("an egg",) * 12 + ("a basket",), [("in", number, (12,)) for number in range(12)]),
    ],
)
def test_words_become_objects_and_relations(text, objects, relations):
    assert read(text) == (objects, relations)


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("on top of", "on"),
        ("underneath", "under"),
        ("inside", "in"),
        ("beside", "next to"),
        ("to the left of", "left of"),
        ("to the right of", "right of"),
        ("in front of", "in front of"),
        ("behind", "behind"),
        ("over", "above"),
        ("around", "around"),
        ("leaning against", "leaning on"),
    ],
)
def test_each_relation_has_its_words(phrase, kind):
    assert read(f"a red cube {phrase} a yellow mug") == (("a red cube", "a yellow mug"), [(kind, 0, (1,))])


@pytest.mark.parametrize(
    "text",
    [
        "a snowman with a red hat", "a snowman with a red hat and a blue scarf", "a teddy bear", "a cup of coffee",
        "a bow and arrow", "a red and white striped mug", "a bowl of soup", "a bird in flight", "a princess in a dress",
        "a pirate with a parrot on his shoulder", "a rocking horse", "a robot holding a flower", "apples", "flurbl", "",
        "a cat on a flurbl", "a castle on a hill", "a car that is red",
    ],
)  # fmt: skip
def test_one_thing_with_all_that_is_said_of_it_is_no_scene(text):
    assert read_scene(text) is None


@pytest.mark.parametrize(("word", "text"), [("riding", "a cat riding a horse"), ("through", "a plane through a house")])
def test_an_unknown_relation_is_one_sentence_with_those_that_are_known(word, text):
    with pytest.raises(ConfigError) as caught:
        read_scene(text)
    sentence = caught.value.sentence
    assert sentence.startswith(f"How '{word}' places") and "say on, under, in" in sentence
    assert sentence.endswith("or ask for each alone.") and sentence.count(". ") == 0


@pytest.mark.parametrize("text", ["thirteen apples", "a hundred cats in a bowl", "twelve cats on twelve chairs"])
def test_too_many_are_one_sentence(text):
    with pytest.raises(ConfigError, match=r"^At most 1[26] .* can be placed, and \d+ are asked for: ask for fewer\.$"):
        read_scene(text)
