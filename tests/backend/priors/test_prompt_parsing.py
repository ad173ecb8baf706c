"""What prompts ask for, and what is said of words that the prior was never taught."""

import pytest

from backend.errors import ConfigError, ModelError
from backend.priors.captions import parse
from backend.priors.prior_field import PRIOR_FOLDER
from backend.priors.vocabulary import load_vocabulary

WORDS = load_vocabulary(PRIOR_FOLDER)


def asked(text):
    return parse(text, WORDS)


def test_all_objects_are_there():
    assert len(WORDS.objects) == 390
    assert all(
        each.slots and set(own for _, own in each.slots if own) <= set(WORDS.srgb) for each in WORDS.objects.values()
    )


@pytest.mark.parametrize(
    ("text", "name", "color", "parts", "finish", "second", "size"),
    [
        ("a red teapot", "teapot", "red", {}, "", None, ""),
        ("a snowman with a red hat", "snowman", None, {"hat": "red"}, "", None, ""),
        ("a yellow snowman with a blue hat", "snowman", "yellow", {"hat": "blue"}, "", None, ""),
        ("a tall red and white striped mug", "mug", "red", {}, "striped", "white", "tall"),
        ("A TINY violet DOTTED mug!", "mug", "purple", {}, "spotted", None, "small"),
        ("a pine tree", "pine tree", None, {}, "", None, ""),
        ("a wooden chair", "chair", None, {}, "wooden", None, ""),
        ("a car that is green", "car", "green", {}, "", None, ""),
        ("apples", "apple", None, {}, "", None, ""),
        ("kitten", "cat", None, {}, "", None, ""),
        ("a golden crown", "crown", "gold", {}, "metal", None, ""),
        ("a crimson mug", "mug", "crimson", {}, "", None, ""),
        ("a dark blue armchair", "armchair", "dark blue", {}, "", None, ""),
        ("a silver wooden chair", "chair", "silver", {}, "wooden", None, ""),
        ("a chair made of wood", "chair", None, {}, "wooden", None, ""),
        ("a brass teapot", "teapot", "brass", {}, "metal", None, ""),
        ("a snowman with a navy hat", "snowman", None, {"hat": "navy"}, "", None, ""),
        ("a snowman with a pale green hat", "snowman", None, {"hat": "pale green"}, "", None, ""),
        ("a giant plaid mug", "mug", None, {}, "checkered", None, "large"),
        ("a lemon car", "car", "lemon", {}, "", None, ""),
        ("mice", "mouse", None, {}, "", None, ""),
    ],
)
def test_words_become_a_request(text, name, color, parts, finish, second, size):
    prompt = asked(text)
    assert (prompt.name, prompt.color, prompt.part_colors) == (name, color, parts)
    assert (prompt.finish, prompt.second_color, prompt.size, prompt.note) == (finish, second, size, "")


@pytest.mark.parametrize("name", list(WORDS.objects))
def test_every_object_is_found_by_its_names(name):
    assert {asked(f"a red {called}").name for called in WORDS.objects[name].names} == {name}


def test_an_unknown_object_has_one_sentence_and_what_to_do():
    with pytest.raises(ConfigError) as caught:
        asked("a red florble")
    sentence = caught.value.sentence
    assert sentence.startswith("The shape prior does not know 'florble': name one of the 390 objects")
    assert "draft, normal or high" in sentence and sentence.count(". ") == 0


@pytest.mark.parametrize("text", ["red", "a", "the blue one", "...", ""])
def test_known_words_without_an_object_are_refused_as_well(text):
    with pytest.raises(ConfigError, match="The shape prior finds no object in the prompt: name one of the 390"):
        asked(text)


@pytest.mark.parametrize(
    ("text", "name", "note"),
    [
        ("a red teapt", "teapot", "Drawn as: teapot."),
        ("a snoman", "snowman", "Drawn as: snowman."),
        ("a crimson poodle", "dog", "Drawn as: dog."),
        ("a white armoire", "wardrobe", "Drawn as: wardrobe."),
        ("a plant", "potted plant", "'plant' may also mean 'factory'."),
    ],
)
def test_what_a_word_is_drawn_as_is_said(text, name, note):
    prompt = asked(text)
    assert (prompt.name, prompt.note) == (name, note)


def test_words_that_are_passed_over_are_named():
    note = asked("a melancholic red teapot").note
    assert note.startswith("The shape prior made 'teapot': it does not know 'melancholic'") and note.endswith(".")


def test_a_second_object_is_left_out_and_that_is_said():
    prompt = asked("a cat on a red chair")
    assert (prompt.name, prompt.color) == ("cat", None)
    assert prompt.note == "The shape prior made 'cat': it makes one object, so 'chair' is left out."


def test_a_color_before_a_part_is_not_the_objects_own():
    assert asked("a snowman with a red hat").color is None


@pytest.mark.parametrize("text", ["", "[]", '{"objects": {"a": 1}}', '{"objects": {}}'])
def test_a_broken_vocabulary_has_a_sentence(tmp_path, text):
    (tmp_path / "vocabulary.json").write_text(text)
    with pytest.raises(ModelError, match="words of the prior in .* cannot be read"):
        load_vocabulary(tmp_path)
    with pytest.raises(ModelError, match="install Dreamwright again"):
        load_vocabulary(tmp_path / "none")
