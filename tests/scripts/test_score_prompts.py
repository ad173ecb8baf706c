"""Prompts that training never said, by the training's own grammar; and what each must be told apart from."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("trimesh", reason="the zoo is built with trimesh, which only the trainings need")
pytest.importorskip("embreex", reason="the zoo is seen with embreex, which only the trainings need")

from scripts.guide_data.colours import NAMED, SYNONYMS
from scripts.scoring.held_out_set import coloured, lines
from scripts.scoring.prompts import PromptsError, candidates, read_prompts
from scripts.zoo.batches import tell
from scripts.zoo.core import CORE, trained
from scripts.zoo.held_out import is_held_out_pair
from scripts.zoo.subjects import Subject
from scripts.zoo.thing import THINGS

FOLDER = Path(__file__).parents[2] / "scripts" / "score"
HEADINGS = read_prompts(FOLDER / "held_out_60.txt")
HELD_OUT = list(HEADINGS)
WITH_PART = [prompt for prompt in HELD_OUT if " with " in prompt]
TOGETHER = [prompt for prompt in HELD_OUT if re.search(r" on | next to ", prompt)]
COLOURED = [prompt for prompt in HELD_OUT if prompt not in WITH_PART + TOGETHER]
TAUGHT = {subject.name for subject in trained(core=True)}


def colour_and_thing(phrase: str) -> tuple[str, str]:
    colour, name = re.fullmatch(rf"an? ({'|'.join(NAMED)}) (.+)", phrase).groups()
    return colour, name


def captions(name: str, count: int) -> list[str]:
    """What training says of a thing, drawn as it draws."""
    subject, choose = Subject((THINGS[name],)), random.Random(name)
    slots = [(piece.owner, piece.name, piece.colour) for piece in subject.build(0)]
    return [tell(subject, slots, choose).caption for _ in range(count)]


def test_there_are_as_many_of_each_kind_as_was_asked_for():
    assert [len(kind) for kind in (HELD_OUT, COLOURED, WITH_PART, TOGETHER)] == [60, 30, 12, 18]
    assert Counter(HEADINGS.values()) == {"held-out colours": 30, "parts": 12, "held-out pairs": 18}
    assert {HEADINGS[prompt] for prompt in COLOURED} == {"held-out colours"}
    assert {HEADINGS[prompt] for prompt in TOGETHER} == {"held-out pairs"}


def test_colours_are_all_there_and_no_thing_comes_twice():
    said = [colour_and_thing(prompt) for prompt in COLOURED]
    assert {colour for colour, _ in said} == set(NAMED)
    assert len({name for _, name in said}) == len(said)
    assert {name for _, name in said} <= TAUGHT & CORE


@pytest.mark.parametrize("prompt", COLOURED)
def test_training_never_says_this_colour_of_this_thing(prompt: str):
    colour, name = colour_and_thing(prompt)
    spoken = [f"{word} {n}" for word in SYNONYMS.get(colour, (colour,)) for n in THINGS[name].names]
    said = captions(name, 300)
    assert not [caption for caption in said if any(re.search(rf"\b{phrase}\b", caption) for phrase in spoken)]
    assert any(name in caption for caption in said)


@pytest.mark.parametrize("prompt", WITH_PART)
def test_parts_are_those_that_training_names(prompt: str):
    name, part = re.fullmatch(rf"an? (.+) with (?:an? )?(?:{'|'.join(NAMED)}) (.+)", prompt).groups()
    assert name in TAUGHT
    assert part in THINGS[name].named_parts
    assert any(f" {part}" in caption for caption in captions(name, 100))


@pytest.mark.parametrize("prompt", TOGETHER)
def test_training_never_sees_this_pair(prompt: str):
    first, relation, second = re.fullmatch(r"(.+) (on|next to) (.+)", prompt).groups()
    (of_first, upper), (of_second, lower) = colour_and_thing(first), colour_and_thing(second)
    assert of_first != of_second
    assert is_held_out_pair(f"{upper} {relation} {lower}")
    assert f"{upper} {relation} {lower}" not in TAUGHT
    assert {upper, lower} <= TAUGHT


def test_the_drawing_is_the_same_each_time_and_stops_where_nothing_is_left():
    assert list(lines()) == list(lines())
    everything = coloured(10_000)
    assert len(everything) == len(set(everything)) < 10_000
    assert everything[:12] == coloured(12)


def test_the_favourites_are_twelve():
    assert len(read_prompts(FOLDER / "known_12.txt")) == 12


# What each must be told apart from


def test_candidates_of_two_are_both_in_every_colour():
    found = candidates(["a red car", "an orange mug"])
    articles = {colour: "an" if colour == "orange" else "a" for colour in NAMED}
    assert found[:2] == ["a red car", "an orange mug"]
    assert set(found) == {f"{articles[colour]} {colour} {name}" for colour in NAMED for name in ("car", "mug")}


def test_candidates_of_two_colours_exchange_them():
    found = candidates(["a red cube on an orange cylinder"])
    assert "an orange cube on a red cylinder" in found
    assert len(found) == 1 + 2 * (len(NAMED) - 1) + 1


def test_candidates_keep_parts_and_plurals():
    found = candidates(["a castle with red roofs", "a gray cat"])
    assert {"a castle with orange roofs", "a castle with gray roofs", "a red cat"} <= set(found)


def test_what_has_no_colour_has_only_the_others_against_it():
    assert candidates(["a castle", "a house"]) == ["a castle", "a house"]


def test_no_candidate_is_said_twice():
    found = candidates(HELD_OUT)
    assert len(found) == len(set(found)) > 1000
    assert found[:60] == HELD_OUT


# The file


def test_comments_and_empty_lines_are_no_prompts(tmp_path: Path):
    (tmp_path / "few.txt").write_text("# favourites\n\n a cat  # with a tail\n## animals\na dog\n")
    assert read_prompts(tmp_path / "few.txt") == {"a cat": "", "a dog": "animals"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("# nothing\n", "There is no prompt in"),
        ("a cat\na dog\na cat\n", "'a cat' stands twice"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_said(tmp_path: Path, text: str | None, sentence: str):
    if text is not None:
        (tmp_path / "few.txt").write_text(text)
    with pytest.raises(PromptsError, match=sentence):
        read_prompts(tmp_path / "few.txt")
