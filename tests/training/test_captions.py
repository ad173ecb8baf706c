"""Captions, the words they are made of, and the batches they come with."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import torch

import scripts.training  # noqa: F401  (first: it lets torchvision be imported)
from scripts.training.batches import (
    PAIR_SHARE,
    Batch,
    LabeledCaption,
    LabelSet,
    Sampler,
    make_caption,
    network_image,
    weights,
)
from scripts.training.captions.grammar import ObjectDescription, caption
from scripts.training.captions.tokenizer import CONTEXT_LENGTH, write_tokenizer
from scripts.training.captions.vocabulary import WORDS, vocabulary, write_vocabulary
from scripts.training.colors import NAMED, linear_color, srgb_encode
from scripts.training.held_out import held_out_colors, is_held_out_color, is_held_out_object, is_held_out_pair
from scripts.training.objects.object_class import OBJECT_CLASSES, ObjectClass, Rng
from scripts.training.objects.subjects import Subject
from scripts.training.raycasting.view_cache import render_views
from scripts.training.training_subset import TRAINING_SUBSET, training_subjects

SUBJECTS = {subject.name: subject for subject in training_subjects(subset_only=False)}


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory):
    return write_tokenizer(WORDS, tmp_path_factory.mktemp("tokenizer"))


@cache
def slots_of(obj: ObjectClass) -> list[tuple[str, str | None]]:
    return [(part.name, part.color) for part in obj.build(Rng(0))]


@pytest.fixture(scope="module")
def many() -> list[LabeledCaption]:
    """Twenty thousand draws over the whole dataset."""
    rng, subjects = random.Random(0), list(SUBJECTS.values())
    drawn = rng.choices(subjects, weights(subjects), k=20_000)
    return [
        make_caption(s, [(owner, *slot) for owner, obj in enumerate(s.objects) for slot in slots_of(obj)], rng)
        for s in drawn
    ]


@pytest.fixture(scope="module")
def drawn() -> Batch:
    names = ("cube", "snowman", "mug", "sphere on cube")
    return Sampler({SUBJECTS[name]: render_views(SUBJECTS[name], 0, 2, 2) for name in names}, seed=0).draw(40)


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower()))


# What is said


def test_every_word_that_is_said_is_one_that_the_tokenizer_knows_whole(many: list[LabeledCaption]):
    assert set().union(*(words_of(labeled.caption) for labeled in many)) <= set(WORDS)
    names = [name for obj in OBJECT_CLASSES.values() for name in (*obj.names, *obj.named_parts)]
    assert set().union(*map(words_of, names)) <= set(WORDS)


def test_hardly_a_caption_is_cut_off(many: list[LabeledCaption], tokenizer):
    """Only the longest of pairs, with a colored part each: one of a thousand at most."""
    lengths = [len(tokenizer.encode(labeled.caption)) + 2 for labeled in many]
    assert tokenizer([many[0].caption]).shape[1] == CONTEXT_LENGTH
    assert sum(length > CONTEXT_LENGTH for length in lengths) <= len(many) / 1000


def test_what_is_held_out_is_never_said_nor_shown(many: list[LabeledCaption]):
    held = {(color, name) for color, name in held_out_colors()}
    for labeled in many:
        subject = SUBJECTS[labeled.caption_labels.subject]
        assert not (subject.relation and is_held_out_pair(subject.name))
        for owner, obj in enumerate(subject.objects):
            assert not is_held_out_object(obj.name)
            assert (labeled.caption_labels.colors.get((owner, "")), obj.name) not in held
            assert (labeled.image_labels.colors[(owner, "")], obj.name) not in held


def test_what_is_said_is_shown(many: list[LabeledCaption]):
    assert all(labeled.caption_labels.colors.items() <= labeled.image_labels.colors.items() for labeled in many)


def test_the_grammar_says_colors_parts_and_relations():
    class First(random.Random):
        """Always the first choice, and of chances the one that adds nothing."""

        def random(self) -> float:
            return 0.5

        def choice(self, options):
            return options[0]

    say = First()
    snowman, cube = OBJECT_CLASSES["snowman"], OBJECT_CLASSES["cube"]
    assert caption([ObjectDescription(cube, "red")], None, say) == "a red cube"
    assert caption([ObjectDescription(cube, None)], None, say) == "a cube"
    assert (
        caption([ObjectDescription(cube, "red"), ObjectDescription(cube, "blue")], "on", say)
        == "a red cube on a blue cube"
    )
    assert (
        caption([ObjectDescription(snowman, None), ObjectDescription(cube, "orange")], "next to", say)
        == "a snowman next to an orange cube"
    )
    assert caption([ObjectDescription(snowman, None, {"hat": "red"})], None, say) == "a snowman with a red hat"
    assert (
        caption([ObjectDescription(OBJECT_CLASSES["cat"], None, {"ears": "pink"})], None, say) == "a cat with pink ears"
    )


def test_all_ways_of_saying_it_come_up(many: list[LabeledCaption]):
    text = "\n".join(labeled.caption for labeled in many)
    for phrase in ("a photo of a", " that is ", " on top of ", " next to ", " beside ", " with ", "gray", "violet"):
        assert phrase in text


# Words


def test_the_tokenizer_gives_back_what_it_was_given(tokenizer):
    for text in ("a red cube on a blue cylinder", "a snowman with a violet hat", "an unheard-of xylograph"):
        assert tokenizer.decode(tokenizer.encode(text)).strip().replace(" - ", "-") == text


def test_known_words_keep_the_tokens_of_the_full_vocabulary(tokenizer):
    from open_clip.tokenizer import SimpleTokenizer

    full = SimpleTokenizer()
    for word in WORDS:
        ours = [tokenizer.decoder[number] for number in tokenizer.encode(word)]
        assert ours == [full.decoder[number] for number in full.encode(word)]


def test_the_vocabulary_lists_what_was_trained_and_nothing_else(tmp_path: Path):
    words = vocabulary([SUBJECTS["mug"], SUBJECTS["sphere on cube"]])
    assert words["objects"] == list(OBJECT_CLASSES["mug"].names) and "gray" in words["colors"]
    write_vocabulary([SUBJECTS["mug"]], tmp_path)
    assert "mug" in (tmp_path / "vocabulary.json").read_text()


def test_the_core_is_a_part_of_the_dataset_and_pairs_up_only_what_is_in_it():
    assert set(OBJECT_CLASSES) >= TRAINING_SUBSET
    subset_only = training_subjects(subset_only=True)
    assert {s.name for s in subset_only if not s.relation} == {
        name for name in TRAINING_SUBSET if not is_held_out_object(name)
    }
    assert all(obj.name in TRAINING_SUBSET for s in subset_only if s.relation for obj in s.objects)


# Batches


def test_batches_are_pictures_within_bounds(drawn: Batch):
    image = network_image(drawn.premultiplied, drawn.alpha)
    assert image.shape == (40, 4, 32, 32) and image.isfinite().all()
    assert image.min() >= -1 and image.max() <= 1
    assert (drawn.premultiplied <= drawn.alpha + 0.02).all()


def test_a_solid_pixel_has_the_color_that_is_said(drawn: Batch):
    """Within the jitter and the shading, of all named colors the painted one is nearest where a cube is solid."""
    palette = torch.stack([srgb_encode(linear_color(name)) for name in NAMED])
    for index, meaning in enumerate(drawn.image_labels):
        if meaning.subject == "cube":
            solid = drawn.alpha[index, 0] == 1
            mean = srgb_encode(drawn.premultiplied[index][:, solid].mean(1))
            painted = list(NAMED).index(meaning.colors[(0, "")])
            assert (palette - mean / mean.max() * palette[painted].max()).norm(dim=1).argmin() == painted


def test_the_same_seed_draws_the_same_batch():
    views = {SUBJECTS["mug"]: render_views(SUBJECTS["mug"], 0, 1, 2)}
    first, second = (Sampler(views, seed=3).draw(4) for _ in range(2))
    assert first.captions == second.captions and torch.equal(first.premultiplied, second.premultiplied)


def test_more_contrast_darkens_what_is_shaded():
    views = {SUBJECTS["sphere"]: render_views(SUBJECTS["sphere"], 0, 1, 2)}
    plain, strong = (Sampler(views, seed=3).draw(4, contrast) for contrast in ((1.0, 1.0), (2.0, 2.0)))
    assert (strong.premultiplied <= plain.premultiplied + 1e-6).all()
    assert strong.premultiplied.sum() < plain.premultiplied.sum()


def test_a_part_is_painted_as_it_is_said():
    """Of a snowman the hat, of a flower the petals, which are its only main part."""
    slots = [(0, "body", None), (0, "hat", "black"), (0, "eyes", "grey")]
    rng = random.Random(1)
    labeled = [make_caption(SUBJECTS["snowman"], slots, rng) for _ in range(300)]
    assert {t.colors[2] for t in labeled} == {"grey"} and {t.colors[1] for t in labeled} > {"black", "red"}
    for t in labeled:
        assert t.colors[1] == t.caption_labels.colors.get((0, "hat"), "black")
        assert t.colors[0] == t.image_labels.colors[(0, "")]
    flower = Subject((replace(OBJECT_CLASSES["flower"], named_parts=("petals",)),))
    petals = [make_caption(flower, [(0, "petals", None), (0, "stem", "leaf")], rng) for _ in range(300)]
    named = [t for t in petals if (0, "petals") in t.caption_labels.colors]
    assert named and all((0, "") not in t.caption_labels.colors for t in named)
    assert all(t.colors[0] == t.caption_labels.colors[(0, "petals")] == t.image_labels.colors[(0, "")] for t in named)


def test_pairs_take_their_share_of_all_draws():
    subjects = training_subjects(subset_only=True)
    of_pairs = sum(w for w, s in zip(weights(subjects), subjects, strict=True) if s.relation)
    assert of_pairs / sum(weights(subjects)) == pytest.approx(PAIR_SHARE)


def test_meanings_are_compared_by_what_they_hold():
    assert LabelSet("cube", {(0, ""): "red"}) == LabelSet("cube", {(0, ""): "red"})


def test_a_held_out_color_depends_on_both_names():
    pairs = [
        (color, name) for name in OBJECT_CLASSES for color in NAMED if is_held_out_color(OBJECT_CLASSES[name], color)
    ]
    assert len({name for _, name in pairs}) > len(OBJECT_CLASSES) / 2 and {color for color, _ in pairs} == set(NAMED)
