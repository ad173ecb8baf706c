"""What the words of a prompt lead to, without a model: names, kinds by WordNet, spelling, and what is ambiguous."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from backend.errors import ModelError
from backend.words.names import prior_names
from backend.words.reading import How, read_prompt, with_choice
from backend.words.spelling import distance, nearest_spelling, one_letter_off
from backend.words.table import MODEL_FOLDER, TABLE_FILE, WordTable, packed, word_table

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a poodle", "dog"),
        ("a red sedan", "car"),
        ("an armoire with a brass handle", "wardrobe"),
        ("two stallions", "horse"),
        ("a tyrannosaurus", "dinosaur"),
        ("an oak", "tree"),
        ("a revolver", "cannon"),
        ("a saxophone", "trumpet"),
        ("a policewoman", "person"),
        ("a rocket ship", "rocket"),
        ("a chocolate poodle", "dog"),
        ("an orange", "apple"),
        ("a wolf", "fox"),
    ],
)
def test_kinds_and_synonyms_lead_to_what_is_known(text, name):
    reading = read_prompt(text)
    assert (reading.name, reading.how) == (name, How.KIND) and reading.sentence.startswith(f"Drawn as: {name}")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a snoman", "snowman"),
        ("a red teapto", "teapot"),
        ("an elefant", "elephant"),
        ("a wodden chiar", "chair"),
        ("a poodel", "dog"),
        ("a helicoptor with a red tail", "helicopter"),
    ],
)
def test_what_is_misspelled_is_what_was_meant(text, name):
    assert (read_prompt(text).name, read_prompt(text).how) == (name, How.SPELLING)


@pytest.mark.parametrize(
    "text", ["luck", "love", "a kat", "freedom", "a flurbl", "blue", "the red one", "", "...", "of"]
)
def test_what_names_nothing_leads_nowhere(text):
    assert read_prompt(text).name == "" and read_prompt(text).sentence == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a fire dragon", "dragon"),
        ("a statue of a cat", "cat"),
        ("a bowl of soup", "bowl"),
        ("a person riding a horse", "person"),
        ("a cat on a chair", "cat"),
        ("a red and white striped mug", "mug"),
        ("a lemon car", "car"),
        ("a red wine glass", "wine glass"),
        ("a pine tree", "pine tree"),
    ],
)
def test_the_noun_is_what_a_prompt_is_about(text, name):
    assert (read_prompt(text).name, read_prompt(text).how) == (name, How.NAME)


def test_an_ambiguous_word_offers_its_meanings_and_a_choice_takes_its_place():
    reading = read_prompt("a yellow crane with a hook")
    assert reading.choices == ("digger", "bird") and reading.is_ambiguous
    assert reading.sentence == "Drawn as: digger ('crane' may also mean 'bird')."
    chosen = with_choice("a yellow crane with a hook", reading, "bird")
    assert chosen == "a yellow bird with a hook" and read_prompt(chosen).how is How.NAME


def test_every_name_is_read_as_itself():
    names = prior_names().objects
    assert len(set(names.values())) == 390
    assert {name: read_prompt(f"a {name}").name for name in names} == names


def test_every_word_of_the_table_leads_to_what_the_prior_knows():
    table, known = word_table(), set(prior_names().objects.values())
    assert len(table.objects) > 30_000 and all(known.issuperset(each) for each in table.objects.values())
    assert (MODEL_FOLDER / TABLE_FILE).stat().st_size < 500_000
    assert "Princeton University" in (MODEL_FOLDER / "WORDNET-LICENSE.txt").read_text()


def test_the_distance_is_that_of_letters_left_out_put_in_changed_and_swapped():
    assert [distance("snoman", other, 3) for other in ("snowman", "snoman", "woman", "man")] == [1, 0, 2, 3]
    assert distance("teapto", "teapot", 1) == 1 and distance("abcd", "wxyz", 2) > 2
    assert nearest_spelling("snoman", ["man", "woman", "snowman"]) == "snowman"
    assert nearest_spelling("cet", ["cat"]) is None and nearest_spelling("luck", ["duck"]) is None
    assert one_letter_off("poodel", {"poodle"}) == "poodle" and one_letter_off("poo", {"pool"}) is None


def test_a_table_is_read_as_it_was_written(tmp_path):
    table = WordTable({"poodle": ("dog",), "crane": ("digger", "bird")}, frozenset(["luck"]))
    (tmp_path / TABLE_FILE).write_bytes(packed(table))
    assert word_table(tmp_path) == table


@pytest.mark.parametrize("content", [b"", b"poodle=dog", b"\x1f\x8b broken"])
def test_a_broken_table_has_a_sentence(tmp_path, content):
    (tmp_path / TABLE_FILE).write_bytes(content)
    with pytest.raises(ModelError, match=r"words in .*: install Dreamwright again"):
        word_table(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", json.dumps({"objects": {"a": 1}})])
def test_broken_names_have_a_sentence(tmp_path, content):
    (tmp_path / "vocabulary.json").write_text(content)
    with pytest.raises(ModelError, match=r"words of the prior in .* cannot be read .*: install Dreamwright again"):
        prior_names(tmp_path)


@pytest.mark.process
def test_it_needs_no_torch_and_no_numpy():
    """The add-on reads words while somebody types."""
    code = (
        "import sys; from backend.words.reading import read_prompt; "
        "print(read_prompt('a poodle').name, 'torch' in sys.modules, 'numpy' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert told.split() == ["dog", "False", "False"]
