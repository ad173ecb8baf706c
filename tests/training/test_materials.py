"""Layers of surfaces against closed forms, and what becomes of them in pictures."""

from __future__ import annotations

import random
from math import tan
from pathlib import Path

import numpy as np
import pytest
import torch

import scripts.training  # noqa: F401  (first: it lets torchvision be imported)
from backend.pretrained.vocabulary import ModelVocabulary
from scripts.training.batches import Mixture, Sampler
from scripts.training.captions.grammar import ObjectDescription
from scripts.training.colors import NAMED, linear_color
from scripts.training.materials import material_sampler
from scripts.training.materials.material_sampler import (
    MATERIALS,
    PAINTERS,
    PALE,
    PATTERNS,
    RENDER_SPEC,
    Material,
    MaterialCaption,
    MaterialSampler,
)
from scripts.training.materials.surface_layers import (
    CHECK,
    LAYERS,
    SPOT,
    SPOT_RADIUS,
    STRIPE,
    checks,
    grain,
    highlight,
    sky,
    spots,
    stripes,
)
from scripts.training.objects import mesh_primitives
from scripts.training.objects.object_class import OBJECT_CLASSES
from scripts.training.objects.subjects import Subject, bounds
from scripts.training.raycasting.orbit import FIELD_OF_VIEW, Orbit
from scripts.training.raycasting.raycaster import LIGHT, Raycaster
from scripts.training.raycasting.view_cache import concatenate_views, render_views

CUBE, CHAIR = Subject((OBJECT_CLASSES["cube"],)), Subject((OBJECT_CLASSES["chair"],))
PAIR = Subject((OBJECT_CLASSES["cube"], OBJECT_CLASSES["cylinder"]), "on")
FRONT = Orbit(torch.zeros(1), torch.zeros(1), torch.full((1,), 3.2))


@pytest.fixture(scope="module")
def sampler() -> MaterialSampler:
    return MaterialSampler(
        {subject: render_views(subject, 0, 3, 6, render_spec=RENDER_SPEC) for subject in (CUBE, CHAIR, PAIR)}, seed=0
    )


# The layers


def test_stripes_are_rings_as_wide_as_their_gaps():
    z = np.linspace(0.001, 4 * STRIPE - 0.001, 4000)
    mask = stripes(np.stack([np.full_like(z, 0.3), -z, z], -1))
    assert mask.mean() == pytest.approx(0.5, abs=0.001) and (np.diff(mask) != 0).sum() == 7
    assert (mask == stripes(np.stack([z, z, z], -1))).all()


def test_neighboring_cubes_of_the_checks_differ():
    draw_material = np.random.default_rng(0).uniform(-1, 1, (200, 3))
    for axis in np.eye(3):
        assert (checks(draw_material) != checks(draw_material + CHECK / 2 * axis)).all()
        assert (checks(draw_material) == checks(draw_material + CHECK * axis)).all()


@pytest.mark.parametrize("normal", [(0, 0, 1), (0, -1, 0), (1, 0, 0), (0.8, 0.6, 0)])
def test_spots_cover_their_share_of_every_face(normal):
    """Discs of radius r on a square lattice of period p cover pi r^2 / p^2."""
    draw_material = np.random.default_rng(0).uniform(-10 * SPOT, 10 * SPOT, (200_000, 3))
    draw_material[:, np.argmax(np.abs(normal))] = 0.77
    mask = spots(draw_material, np.tile(normal, (len(draw_material), 1)))
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
    raycaster, size = Raycaster([mesh_primitives.box(1, 1, 1), mesh_primitives.box(0.2, 0.2, 3, at=(0, 3, 0))]), 48
    layer = raycaster.layers(FRONT, [0], size, 1)[0, LAYERS.index("stripes")].float() / 255
    across = ((torch.arange(size) + 0.5) / size * 2 - 1) * tan(FIELD_OF_VIEW / 2) * 2.7
    inside = (across.abs() < 0.5).float()
    expected = torch.tensor([float((-y / STRIPE) % 1 < 0.5) for y in across.tolist()])
    lit = raycaster.light[raycaster.faces_met(torch.tensor([[[0.0, -3.0, 0.0]]]), torch.tensor([[[0.0, 1.0, 0.0]]]))[0]]
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
        pieces = Subject(PAIR.objects, relation).build(7, form)
        sizes = [np.ptp(bounds([p.mesh for p in pieces if p.owner == owner]), axis=0)[2] for owner in (0, 1)]
        return float(sizes[0] / sizes[1])

    assert ratio("small") < 0.6 * ratio("") and ratio("large") > 1.4 * ratio("")


# What is said, and what is seen


def test_a_person_is_told_that_patterns_are_not_known():
    vocabulary = ModelVocabulary.load(Path(__file__).parents[2] / "backend" / "models" / "diffusion")
    assert "'striped'" in vocabulary.sentence("a striped red mug") and not vocabulary.sentence("a wooden chair")


def test_captions_name_the_finish_and_the_size(sampler: MaterialSampler):
    batch = sampler.draw(400)
    words = {word for text in batch.captions for word in text.split()}
    assert {"shiny", "matte", "wooden", "glass", "striped", "tall", "short", "small", "large"} <= words
    labeled = [sampler._make_caption(CUBE, place) for place in range(18) for _ in range(20)]
    for each in labeled:
        if isinstance(each, MaterialCaption):
            assert set(each.caption.split()) & set(
                material_sampler.WORDS.get(each.material.name, (each.material.name,))
            )
            if " and " in each.caption:
                assert f" and {each.material.second} " in each.caption
            elif each.material.name in PATTERNS:
                assert each.material.second == ("black" if each.colors[0] in PALE else "white")


def test_some_finishes_of_some_things_are_never_said():
    held_out = [
        (t, f) for t in OBJECT_CLASSES.values() for f in MATERIALS if material_sampler.is_held_out_material(t, f)
    ]
    assert 0.07 < len(held_out) / (len(OBJECT_CLASSES) * len(MATERIALS)) < 0.13
    rng = random.Random(0)
    for obj, name in held_out[:30]:
        assert name not in {material_sampler.draw_material(obj, rng).name for _ in range(100)}


def test_a_material_without_a_color_has_its_own():
    rng = random.Random(0)
    said = [
        material_sampler.describe_material(
            ObjectDescription(OBJECT_CLASSES["cube"], "red"), "", Material("wooden"), rng
        )
        for _ in range(200)
    ]
    assert 0.3 < sum(each.color is None for each in said) / 200 < 0.5
    assert {each.default_color for each in said} == {"wood"}


def test_patterns_keep_the_share_of_their_colors():
    """Half of what is covered is mask: the picture is the mean of the two colors."""
    covered, red, blue = torch.ones(4, 4), linear_color("red"), linear_color("blue")
    seen = PAINTERS["striped"](red, covered, covered, {"stripes": 0.5 * covered}, Material("striped", "blue"))
    assert torch.allclose(seen[:, 0, 0], (red + blue) / 2)


@pytest.mark.parametrize("name", MATERIALS)
def test_every_finish_can_be_told_from_the_plain_thing(name, sampler: MaterialSampler):
    labeled = MaterialCaption("", None, None, ["red"], Material(name, "white" if name in PATTERNS else ""))
    plain = MaterialCaption("", None, None, ["red"], Material())
    differences = []
    for place in range(18):
        sampler.generator.manual_seed(0)
        painted, alpha = sampler._paint(CUBE, place, labeled, 1.0)
        sampler.generator.manual_seed(0)
        usual, its_alpha = Sampler._paint(sampler, CUBE, place, plain, 1.0)
        assert torch.equal(alpha, its_alpha) and painted.isfinite().all() and (painted >= 0).all()
        differences.append((painted - usual).abs().sum() / alpha.sum())
    assert max(differences) > 0.05


# Together


def test_a_mixture_draws_its_shares(sampler: MaterialSampler):
    usual = Sampler({CUBE: render_views(CUBE, 0, 1, 4)}, seed=0)
    batch = Mixture(usual, [(sampler, 0.25)]).draw(40)
    assert len(batch.captions) == len(batch.caption_labels) == len(batch.alpha) == len(batch.camera) == 40
    assert {meaning.subject for meaning in batch.caption_labels[:30]} == {"cube"}
    assert {meaning.subject for meaning in batch.caption_labels[30:]} & {"chair", "cube on cylinder"}


def test_views_with_layers_are_joined():
    views = [render_views(CUBE, shard, 1, 2, render_spec=RENDER_SPEC) for shard in (0, 1)]
    both = concatenate_views(views)
    assert torch.equal(both.layers[2:], views[1].layers) and both.forms == [*views[0].forms, *views[1].forms]


def test_the_vocabulary_has_words_that_captions_say(sampler: MaterialSampler):
    said = {word for text in sampler.draw(600).captions for word in text.split()}
    assert len(said & {*material_sampler.words(), *material_sampler.sizes()}) > 12 and not set(NAMED) & set(
        material_sampler.words()
    )
