"""Captions, the words they are made of, and the batches they come with."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import torch

import scripts.guide_data  # noqa: F401  (lets torchvision be imported)
from scripts.guide_data.colours import NAMED, linear_colour, srgb_encode
from scripts.guide_data.vocabulary import CONTEXT_LENGTH, write_tokenizer
from scripts.zoo.batches import PAIR_SHARE, Batch, Meaning, Sampler, Told, network_image, tell, weights
from scripts.zoo.captions import Said, caption
from scripts.zoo.core import CORE, trained
from scripts.zoo.held_out import held_out_colours, is_held_out_colour, is_held_out_pair, is_held_out_thing
from scripts.zoo.shards import cast
from scripts.zoo.subjects import Subject
from scripts.zoo.thing import THINGS, Thing, Vary
from scripts.zoo.words import WORDS, vocabulary, write_vocabulary

SUBJECTS = {subject.name: subject for subject in trained(core=False)}


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory):
    return write_tokenizer(WORDS, tmp_path_factory.mktemp("tokenizer"))


@cache
def slots_of(thing: Thing) -> list[tuple[str, str | None]]:
    return [(part.name, part.colour) for part in thing.build(Vary(0))]


@pytest.fixture(scope="module")
def many() -> list[Told]:
    """Twenty thousand draws over the whole zoo."""
    choose, subjects = random.Random(0), list(SUBJECTS.values())
    drawn = choose.choices(subjects, weights(subjects), k=20_000)
    return [
        tell(s, [(owner, *slot) for owner, thing in enumerate(s.things) for slot in slots_of(thing)], choose)
        for s in drawn
    ]


@pytest.fixture(scope="module")
def drawn() -> Batch:
    names = ("cube", "snowman", "mug", "sphere on cube")
    return Sampler({SUBJECTS[name]: cast(SUBJECTS[name], 0, 2, 2) for name in names}, seed=0).draw(40)


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower()))


# What is said


def test_every_word_that_is_said_is_one_that_the_tokenizer_knows_whole(many: list[Told]):
    assert set().union(*(words_of(told.caption) for told in many)) <= set(WORDS)
    names = [name for thing in THINGS.values() for name in (*thing.names, *thing.named_parts)]
    assert set().union(*map(words_of, names)) <= set(WORDS)


def test_hardly_a_caption_is_cut_off(many: list[Told], tokenizer):
    """Only the longest of pairs, with a coloured part each: one of a thousand at most."""
    lengths = [len(tokenizer.encode(told.caption)) + 2 for told in many]
    assert tokenizer([many[0].caption]).shape[1] == CONTEXT_LENGTH
    assert sum(length > CONTEXT_LENGTH for length in lengths) <= len(many) / 1000


def test_what_is_held_out_is_never_said_nor_shown(many: list[Told]):
    held = {(colour, name) for colour, name in held_out_colours()}
    for told in many:
        subject = SUBJECTS[told.said.subject]
        assert not (subject.relation and is_held_out_pair(subject.name))
        for owner, thing in enumerate(subject.things):
            assert not is_held_out_thing(thing.name)
            assert (told.said.colours.get((owner, "")), thing.name) not in held
            assert (told.shown.colours[(owner, "")], thing.name) not in held


def test_what_is_said_is_shown(many: list[Told]):
    assert all(told.said.colours.items() <= told.shown.colours.items() for told in many)


def test_the_grammar_says_colours_parts_and_relations():
    class First(random.Random):
        """Always the first choice, and of chances the one that adds nothing."""

        def random(self) -> float:
            return 0.5

        def choice(self, options):
            return options[0]

    say = First()
    snowman, cube = THINGS["snowman"], THINGS["cube"]
    assert caption([Said(cube, "red")], None, say) == "a red cube"
    assert caption([Said(cube, None)], None, say) == "a cube"
    assert caption([Said(cube, "red"), Said(cube, "blue")], "on", say) == "a red cube on a blue cube"
    assert caption([Said(snowman, None), Said(cube, "orange")], "next to", say) == "a snowman next to an orange cube"
    assert caption([Said(snowman, None, {"hat": "red"})], None, say) == "a snowman with a red hat"
    assert caption([Said(THINGS["cat"], None, {"ears": "pink"})], None, say) == "a cat with pink ears"


def test_all_ways_of_saying_it_come_up(many: list[Told]):
    text = "\n".join(told.caption for told in many)
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
    assert words["objects"] == list(THINGS["mug"].names) and "gray" in words["colours"]
    write_vocabulary([SUBJECTS["mug"]], tmp_path)
    assert "mug" in (tmp_path / "vocabulary.json").read_text()


def test_the_core_is_a_part_of_the_zoo_and_pairs_up_only_what_is_in_it():
    assert set(THINGS) >= CORE
    core = trained(core=True)
    assert {s.name for s in core if not s.relation} == {name for name in CORE if not is_held_out_thing(name)}
    assert all(thing.name in CORE for s in core if s.relation for thing in s.things)


# Batches


def test_batches_are_pictures_within_bounds(drawn: Batch):
    image = network_image(drawn.premultiplied, drawn.alpha)
    assert image.shape == (40, 4, 32, 32) and image.isfinite().all()
    assert image.min() >= -1 and image.max() <= 1
    assert (drawn.premultiplied <= drawn.alpha + 0.02).all()


def test_a_solid_pixel_has_the_colour_that_is_said(drawn: Batch):
    """Within the jitter and the shading, of all named colours the painted one is nearest where a cube is solid."""
    palette = torch.stack([srgb_encode(linear_colour(name)) for name in NAMED])
    for index, meaning in enumerate(drawn.shown):
        if meaning.subject == "cube":
            solid = drawn.alpha[index, 0] == 1
            mean = srgb_encode(drawn.premultiplied[index][:, solid].mean(1))
            painted = list(NAMED).index(meaning.colours[(0, "")])
            assert (palette - mean / mean.max() * palette[painted].max()).norm(dim=1).argmin() == painted


def test_the_same_seed_draws_the_same_batch():
    views = {SUBJECTS["mug"]: cast(SUBJECTS["mug"], 0, 1, 2)}
    first, second = (Sampler(views, seed=3).draw(4) for _ in range(2))
    assert first.captions == second.captions and torch.equal(first.premultiplied, second.premultiplied)


def test_more_contrast_darkens_what_is_shaded():
    views = {SUBJECTS["sphere"]: cast(SUBJECTS["sphere"], 0, 1, 2)}
    plain, strong = (Sampler(views, seed=3).draw(4, contrast) for contrast in ((1.0, 1.0), (2.0, 2.0)))
    assert (strong.premultiplied <= plain.premultiplied + 1e-6).all()
    assert strong.premultiplied.sum() < plain.premultiplied.sum()


def test_a_part_is_painted_as_it_is_said():
    """Of a snowman the hat, of a flower the petals, which are its only main part."""
    slots = [(0, "body", None), (0, "hat", "black"), (0, "eyes", "grey")]
    choose = random.Random(1)
    told = [tell(SUBJECTS["snowman"], slots, choose) for _ in range(300)]
    assert {t.colours[2] for t in told} == {"grey"} and {t.colours[1] for t in told} > {"black", "red"}
    for t in told:
        assert t.colours[1] == t.said.colours.get((0, "hat"), "black")
        assert t.colours[0] == t.shown.colours[(0, "")]
    flower = Subject((replace(THINGS["flower"], named_parts=("petals",)),))
    petals = [tell(flower, [(0, "petals", None), (0, "stem", "leaf")], choose) for _ in range(300)]
    named = [t for t in petals if (0, "petals") in t.said.colours]
    assert named and all((0, "") not in t.said.colours for t in named)
    assert all(t.colours[0] == t.said.colours[(0, "petals")] == t.shown.colours[(0, "")] for t in named)


def test_pairs_take_their_share_of_all_draws():
    subjects = trained(core=True)
    of_pairs = sum(w for w, s in zip(weights(subjects), subjects, strict=True) if s.relation)
    assert of_pairs / sum(weights(subjects)) == pytest.approx(PAIR_SHARE)


def test_meanings_are_compared_by_what_they_hold():
    assert Meaning("cube", {(0, ""): "red"}) == Meaning("cube", {(0, ""): "red"})


def test_a_held_out_colour_depends_on_both_names():
    pairs = [(colour, name) for name in THINGS for colour in NAMED if is_held_out_colour(THINGS[name], colour)]
    assert len({name for _, name in pairs}) > len(THINGS) / 2 and {colour for colour, _ in pairs} == set(NAMED)
