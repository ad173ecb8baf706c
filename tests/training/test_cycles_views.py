"""Cycles against closed forms: how bright a white wall is, and where it is darker than without shadows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from lib import environments

import scripts.training  # noqa: F401  (first: it lets torchvision be imported)
from scripts.training.objects.object_class import OBJECT_CLASSES
from scripts.training.objects.subjects import Subject
from scripts.training.raycasting import cycles_views
from scripts.training.raycasting.raycaster import LIGHT
from scripts.training.raycasting.view_cache import RenderSpec, Views, read_views, render_views

ROOT = Path(__file__).resolve().parents[2]

CUBE, CRATE = Subject((OBJECT_CLASSES["cube"],)), Subject((OBJECT_CLASSES["crate"],))
FEW = RenderSpec("cycles", instances=1, views=8)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[Subject, Views]:
    environment = environments.fitting_blender()
    if not environment.is_ready():
        pytest.skip(f".envs/{environment.name} was not made: run scripts/setup.py")
    cache, patch = tmp_path_factory.mktemp("cache"), pytest.MonkeyPatch()
    patch.setattr(cycles_views, "RENDER_SPEC", FEW)
    patch.setattr(cycles_views, "subjects", lambda subset_only: [CUBE, CRATE])
    cycles_views.render_missing(cache, environment.interpreter)
    found = cycles_views.load(cache, subset_only=True)
    patch.undo()
    return found


@pytest.mark.process
def test_the_same_parts_are_seen_as_by_the_caster(rendered: dict[Subject, Views]):
    usual = render_views(CUBE, cycles_views.SHARD, render_spec=FEW)
    assert torch.equal(rendered[CUBE].coverage, usual.coverage) and torch.equal(rendered[CUBE].camera, usual.camera)


@pytest.mark.process
def test_a_face_in_the_open_is_as_bright_as_the_sky_and_the_sun_make_it(rendered: dict[Subject, Views]):
    """Nothing shadows a cube: 0.5 of the sky, and 0.5 max(0, n . l) of the sun; so only so many values are there."""
    views = rendered[CUBE]
    whole = views.coverage == 255
    brightness = (views.shade[whole].float() / 255).numpy()
    faces = 0.5 + 0.5 * np.maximum(0, np.concatenate([np.eye(3), -np.eye(3)]) @ LIGHT)
    nearest = np.abs(brightness[:, None] - faces).min(1)
    assert np.median(nearest) < 0.03 and (nearest < 0.08).mean() > 0.8


@pytest.mark.process
def test_between_the_boards_of_a_crate_it_is_darker_than_any_face_in_the_open(rendered: dict[Subject, Views]):
    views = rendered[CRATE]
    brightness = views.shade[views.coverage == 255].float() / 255
    assert brightness.quantile(0.02) < 0.45


def test_what_was_rendered_is_not_rendered_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cycles_views, "RENDER_SPEC", FEW)
    monkeypatch.setattr(cycles_views, "subjects", lambda subset_only: [])
    cycles_views.render_missing(tmp_path, Path("/nowhere/python"))
    assert cycles_views.load(tmp_path, subset_only=True) == {} and read_views(tmp_path, CUBE, range(60), FEW) is None


def test_brightness_is_of_the_whole_pixel():
    views = render_views(CUBE, 0, 1, 1)
    half = cycles_views.with_brightness(views, torch.full((1, 32, 32), 0.5))
    assert torch.equal(half.shade, (views.coverage * 0.5).round().to(torch.uint8))
    assert torch.equal(cycles_views.with_brightness(views, torch.full((1, 32, 32), 7.0)).shade, views.coverage)
