"""Layers of surfaces against closed forms, and what becomes of them in pictures."""

from __future__ import annotations

import random
from math import tan
from pathlib import Path

import numpy as np
import pytest
import torch

import scripts.guide_data  # noqa: F401  (lets torchvision be imported)
from backend.guidance.vocabulary import Vocabulary
from scripts.guide_data.colours import NAMED, linear_colour
from scripts.guide_data.orbit import FIELD_OF_VIEW, Orbit
from scripts.zoo import finishes, forms
from scripts.zoo.batches import Mixture, Sampler
from scripts.zoo.captions import Said
from scripts.zoo.casting import LIGHT, Caster
from scripts.zoo.finishes import FINISHES, MANNER, PAINTERS, PALE, PATTERNS, Finish, Finished, FinishSampler
from scripts.zoo.shards import cast, joined
from scripts.zoo.subjects import Subject, bounds
from scripts.zoo.surfaces import CHECK, LAYERS, SPOT, SPOT_RADIUS, STRIPE, checks, grain, highlight, sky, spots, stripes
from scripts.zoo.thing import THINGS

CUBE, CHAIR = Subject((THINGS["cube"],)), Subject((THINGS["chair"],))
PAIR = Subject((THINGS["cube"], THINGS["cylinder"]), "on")
FRONT = Orbit(torch.zeros(1), torch.zeros(1), torch.full((1,), 3.2))


@pytest.fixture(scope="module")
def sampler() -> FinishSampler:
    return FinishSampler({subject: cast(subject, 0, 3, 6, manner=MANNER) for subject in (CUBE, CHAIR, PAIR)}, seed=0)


# The layers


def test_stripes_are_rings_as_wide_as_their_gaps():
    z = np.linspace(0.001, 4 * STRIPE - 0.001, 4000)
    mask = stripes(np.stack([np.full_like(z, 0.3), -z, z], -1))
    assert mask.mean() == pytest.approx(0.5, abs=0.001) and (np.diff(mask) != 0).sum() == 7
    assert (mask == stripes(np.stack([z, z, z], -1))).all()


def test_neighbouring_cubes_of_the_checks_differ():
    drawn = np.random.default_rng(0).uniform(-1, 1, (200, 3))
    for axis in np.eye(3):
        assert (checks(drawn) != checks(drawn + CHECK / 2 * axis)).all()
        assert (checks(drawn) == checks(drawn + CHECK * axis)).all()


@pytest.mark.parametrize("normal", [(0, 0, 1), (0, -1, 0), (1, 0, 0), (0.8, 0.6, 0)])
def test_spots_cover_their_share_of_every_face(normal):
    """Discs of radius r on a square lattice of period p cover pi r^2 / p^2."""
    drawn = np.random.default_rng(0).uniform(-10 * SPOT, 10 * SPOT, (200_000, 3))
    drawn[:, np.argmax(np.abs(normal))] = 0.77
    mask = spots(drawn, np.tile(normal, (len(drawn), 1)))
    assert mask.mean() == pytest.approx(np.pi * SPOT_RADIUS**2 / SPOT**2, rel=0.02)


def test_highlights_lie_where_the_normal_points_to_the_light():
    normals = np.stack([LIGHT, -LIGHT])
    assert highlight(normals, LIGHT).tolist() == pytest.approx([1, 0], abs=1e-3)
    slope = np.array([0.0, 0.8, 0.6])
    assert highlight(slope[None], slope)[0] == pytest.approx(1 + 0.5 * 0, abs=0.01)


def test_what_metal_mirrors_depends_on_height_alone():
    turned = np.array([[0.8, 0, 0.6], [0, -0.8, 0.6]])
    assert sky(turned)[0] == sky(turned)[1] and sky(np.array([[0, 0, 1.0]]))[0] == 1.0


def test_grain_does_not_change_along_the_trunk_but_for_its_bend():
    across = np.stack([np.zeros(500), np.linspace(-1, 1, 500), np.zeros(500)], -1)
    along = np.stack([np.linspace(-0.05, 0.05, 500), np.zeros(500), np.zeros(500)], -1)
    assert (np.abs(np.diff(grain(across))) > 0.5).sum() > 6 > 2 > (np.abs(np.diff(grain(along))) > 0.5).sum()


def test_layers_are_seen_where_the_surface_is():
    """The front face of a box lies at y = -0.5: a ray through pixel (u, v) meets it at height v (3.2 - 0.5)."""
    caster, size = Caster([forms.box(1, 1, 1), forms.box(0.2, 0.2, 3, at=(0, 3, 0))]), 48
    layer = caster.layers(FRONT, [0], size, 1)[0, LAYERS.index("stripes")].float() / 255
    across = ((torch.arange(size) + 0.5) / size * 2 - 1) * tan(FIELD_OF_VIEW / 2) * 2.7
    inside = (across.abs() < 0.5).float()
    expected = torch.tensor([float((-y / STRIPE) % 1 < 0.5) for y in across.tolist()])
    lit = caster.light[caster.faces_met(torch.tensor([[[0.0, -3.0, 0.0]]]), torch.tensor([[[0.0, 1.0, 0.0]]]))[0]]
    assert torch.allclose(layer, expected[:, None] * inside[:, None] * inside * lit, atol=0.01)


# Sizes


def test_a_tall_one_is_taller_and_a_short_one_shorter_for_its_width():
    def slender(form: str) -> float:
        low, high = bounds([piece.mesh for piece in CUBE.build(7, form)])
        return float((high - low)[2] / (high - low)[0])

    assert slender("tall") / slender("") == pytest.approx(1.5, abs=0.11)
    assert slender("short") / slender("") == pytest.approx(0.6, abs=0.06)


@pytest.mark.parametrize("relation", ["on", "next to"])
def test_of_two_the_first_is_smaller_or_larger(relation):
    def ratio(form: str) -> float:
        pieces = Subject(PAIR.things, relation).build(7, form)
        sizes = [np.ptp(bounds([p.mesh for p in pieces if p.owner == owner]), axis=0)[2] for owner in (0, 1)]
        return float(sizes[0] / sizes[1])

    assert ratio("small") < 0.6 * ratio("") and ratio("large") > 1.4 * ratio("")


# What is said, and what is seen


def test_a_person_is_told_that_patterns_are_not_known():
    vocabulary = Vocabulary.load(Path(__file__).parents[3] / "backend" / "models" / "diffusion")
    assert "'striped'" in vocabulary.sentence("a striped red mug") and not vocabulary.sentence("a wooden chair")


def test_captions_name_the_finish_and_the_size(sampler: FinishSampler):
    batch = sampler.draw(400)
    words = {word for text in batch.captions for word in text.split()}
    assert {"shiny", "matte", "wooden", "glass", "striped", "tall", "short", "small", "large"} <= words
    told = [sampler._tell(CUBE, place) for place in range(18) for _ in range(20)]
    for each in told:
        if isinstance(each, Finished):
            assert set(each.caption.split()) & set(finishes.WORDS.get(each.finish.name, (each.finish.name,)))
            if " and " in each.caption:
                assert f" and {each.finish.second} " in each.caption
            elif each.finish.name in PATTERNS:
                assert each.finish.second == ("black" if each.colours[0] in PALE else "white")


def test_some_finishes_of_some_things_are_never_said():
    held_out = [(t, f) for t in THINGS.values() for f in FINISHES if finishes.is_held_out_finish(t, f)]
    assert 0.07 < len(held_out) / (len(THINGS) * len(FINISHES)) < 0.13
    choose = random.Random(0)
    for thing, name in held_out[:30]:
        assert name not in {finishes.drawn(thing, choose).name for _ in range(100)}


def test_a_material_without_a_colour_has_its_own():
    choose = random.Random(0)
    said = [finishes.described(Said(THINGS["cube"], "red"), "", Finish("wooden"), choose) for _ in range(200)]
    assert 0.3 < sum(each.colour is None for each in said) / 200 < 0.5
    assert {each.unsaid for each in said} == {"wood"}


def test_patterns_keep_the_share_of_their_colours():
    """Half of what is covered is mask: the picture is the mean of the two colours."""
    covered, red, blue = torch.ones(4, 4), linear_colour("red"), linear_colour("blue")
    seen = PAINTERS["striped"](red, covered, covered, {"stripes": 0.5 * covered}, Finish("striped", "blue"))
    assert torch.allclose(seen[:, 0, 0], (red + blue) / 2)


@pytest.mark.parametrize("name", FINISHES)
def test_every_finish_can_be_told_from_the_plain_thing(name, sampler: FinishSampler):
    told = Finished("", None, None, ["red"], Finish(name, "white" if name in PATTERNS else ""))
    plain = Finished("", None, None, ["red"], Finish())
    differences = []
    for place in range(18):
        sampler.generator.manual_seed(0)
        painted, alpha = sampler._paint(CUBE, place, told, 1.0)
        sampler.generator.manual_seed(0)
        usual, its_alpha = Sampler._paint(sampler, CUBE, place, plain, 1.0)
        assert torch.equal(alpha, its_alpha) and painted.isfinite().all() and (painted >= 0).all()
        differences.append((painted - usual).abs().sum() / alpha.sum())
    assert max(differences) > 0.05


# Together


def test_a_mixture_draws_its_shares(sampler: FinishSampler):
    usual = Sampler({CUBE: cast(CUBE, 0, 1, 4)}, seed=0)
    batch = Mixture(usual, [(sampler, 0.25)]).draw(40)
    assert len(batch.captions) == len(batch.said) == len(batch.alpha) == len(batch.camera) == 40
    assert {meaning.subject for meaning in batch.said[:30]} == {"cube"}
    assert {meaning.subject for meaning in batch.said[30:]} & {"chair", "cube on cylinder"}


def test_views_with_layers_are_joined():
    views = [cast(CUBE, shard, 1, 2, manner=MANNER) for shard in (0, 1)]
    both = joined(views)
    assert torch.equal(both.layers[2:], views[1].layers) and both.forms == [*views[0].forms, *views[1].forms]


def test_the_vocabulary_has_words_that_captions_say(sampler: FinishSampler):
    said = {word for text in sampler.draw(600).captions for word in text.split()}
    assert len(said & {*finishes.words(), *finishes.sizes()}) > 12 and not set(NAMED) & set(finishes.words())
