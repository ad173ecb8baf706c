"""Prompts that training never said, by the training's own grammar; and what each must be told apart from."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("trimesh", reason="the dataset is built with trimesh, which only the trainings need")
pytest.importorskip("embreex", reason="the dataset is seen with embreex, which only the trainings need")

from scripts.benchmarks.scoring.held_out_prompts import colored, lines
from scripts.benchmarks.scoring.prompts import PromptsError, candidates, read_prompts
from scripts.training.batches import make_caption
from scripts.training.colors import NAMED, SYNONYMS
from scripts.training.held_out import is_held_out_pair
from scripts.training.objects.object_class import OBJECT_CLASSES
from scripts.training.objects.subjects import Subject
from scripts.training.training_subset import TRAINING_SUBSET, training_subjects

FOLDER = Path(__file__).parents[2] / "scripts" / "benchmarks" / "prompts"
HEADINGS = read_prompts(FOLDER / "held_out_60.txt")
HELD_OUT = list(HEADINGS)
WITH_PART = [prompt for prompt in HELD_OUT if " with " in prompt]
TOGETHER = [prompt for prompt in HELD_OUT if re.search(r" on | next to ", prompt)]
COLORED = [prompt for prompt in HELD_OUT if prompt not in WITH_PART + TOGETHER]
TAUGHT = {subject.name for subject in training_subjects(subset_only=True)}


def color_and_thing(phrase: str) -> tuple[str, str]:
    color, name = re.fullmatch(rf"an? ({'|'.join(NAMED)}) (.+)", phrase).groups()
    return color, name


def captions(name: str, count: int) -> list[str]:
    """What training says of a thing, drawn as it draws."""
    subject, rng = Subject((OBJECT_CLASSES[name],)), random.Random(name)
    slots = [(piece.owner, piece.name, piece.color) for piece in subject.build(0)]
    return [make_caption(subject, slots, rng).caption for _ in range(count)]


def test_there_are_as_many_of_each_kind_as_was_asked_for():
    assert [len(kind) for kind in (HELD_OUT, COLORED, WITH_PART, TOGETHER)] == [60, 30, 12, 18]
    assert Counter(HEADINGS.values()) == {"held-out colors": 30, "parts": 12, "held-out pairs": 18}
    assert {HEADINGS[prompt] for prompt in COLORED} == {"held-out colors"}
    assert {HEADINGS[prompt] for prompt in TOGETHER} == {"held-out pairs"}


def test_colors_are_all_there_and_no_thing_comes_twice():
    said = [color_and_thing(prompt) for prompt in COLORED]
    assert {color for color, _ in said} == set(NAMED)
    assert len({name for _, name in said}) == len(said)
    assert {name for _, name in said} <= TAUGHT & TRAINING_SUBSET


def test_training_never_says_this_color_of_this_thing():
    for prompt in COLORED:
        color, name = color_and_thing(prompt)
        spoken = [f"{word} {n}" for word in SYNONYMS.get(color, (color,)) for n in OBJECT_CLASSES[name].names]
        said = captions(name, 300)
        assert not [caption for caption in said if any(re.search(rf"\b{phrase}\b", caption) for phrase in spoken)]
        assert any(name in caption for caption in said)


def test_parts_are_those_that_training_names():
    for prompt in WITH_PART:
        name, part = re.fullmatch(rf"an? (.+) with (?:an? )?(?:{'|'.join(NAMED)}) (.+)", prompt).groups()
        assert name in TAUGHT
        assert part in OBJECT_CLASSES[name].named_parts
        assert any(f" {part}" in caption for caption in captions(name, 100))


def test_training_never_sees_this_pair():
    for prompt in TOGETHER:
        first, relation, second = re.fullmatch(r"(.+) (on|next to) (.+)", prompt).groups()
        (of_first, upper), (of_second, lower) = color_and_thing(first), color_and_thing(second)
        assert of_first != of_second
        assert is_held_out_pair(f"{upper} {relation} {lower}")
        assert f"{upper} {relation} {lower}" not in TAUGHT
        assert {upper, lower} <= TAUGHT


def test_the_drawing_is_the_same_each_time_and_stops_where_nothing_is_left():
    assert list(lines()) == list(lines())
    everything = colored(10_000)
    assert len(everything) == len(set(everything)) < 10_000
    assert everything[:12] == colored(12)


def test_the_favorites_are_twelve():
    assert len(read_prompts(FOLDER / "known_12.txt")) == 12


# What each must be told apart from


def test_candidates_of_two_are_both_in_every_color():
    found = candidates(["a red car", "an orange mug"])
    articles = {color: "an" if color == "orange" else "a" for color in NAMED}
    assert found[:2] == ["a red car", "an orange mug"]
    assert set(found) == {f"{articles[color]} {color} {name}" for color in NAMED for name in ("car", "mug")}


def test_candidates_of_two_colors_exchange_them():
    found = candidates(["a red cube on an orange cylinder"])
    assert "an orange cube on a red cylinder" in found
    assert len(found) == 1 + 2 * (len(NAMED) - 1) + 1


def test_candidates_keep_parts_and_plurals():
    found = candidates(["a castle with red roofs", "a gray cat"])
    assert {"a castle with orange roofs", "a castle with gray roofs", "a red cat"} <= set(found)


def test_what_has_no_color_has_only_the_others_against_it():
    assert candidates(["a castle", "a house"]) == ["a castle", "a house"]


def test_no_candidate_is_said_twice():
    found = candidates(HELD_OUT)
    assert len(found) == len(set(found)) > 1000
    assert found[:60] == HELD_OUT


# The file


def test_comments_and_empty_lines_are_no_prompts(tmp_path: Path):
    (tmp_path / "few.txt").write_text("# favorites\n\n a cat  # with a tail\n## animals\na dog\n")
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
