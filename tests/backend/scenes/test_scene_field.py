"""The shipped prior's things drawn together: densities and colors by hand, and what a job makes of them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from backend.config import Method, preset, with_changes
from backend.errors import ConfigError
from backend.fields.build import build_field
from backend.fields.field import Bounds
from backend.priors.prior_field import RAW_SURFACE
from backend.scenes.objects import arrange_objects
from backend.scenes.scene_field import scene_field
from backend.scenes.sizes import SIZES, size_of
from backend.scenes.start import start_from_words
from backend.words.names import prior_names
from backend.words.scenes import read_scene

TEXT = "a red cube on a yellow table"


def job(prompt, **more):
    return with_changes(preset("text", "instant"), {"prompt": prompt, **more})


def test_densities_add_up_and_colors_are_weighted_by_them():
    field = scene_field(read_scene(TEXT), 0)
    at = torch.rand(400, 3, generator=torch.Generator().manual_seed(1)) * 2 - 1
    alone, colors = [], []
    for each in field.objects:
        own = (at - each.center) / each.half
        alone.append(each.field.density(own.clamp(-1, 1)) * (own.abs() <= 1).all(-1))
        colors.append(each.field.color(own))
    density, color = field.density_and_color(at)
    inside = density > 1
    assert density[inside] == pytest.approx(sum(alone)[inside], rel=1e-3) and inside.any()
    mixed = sum(d[:, None] * c for d, c in zip(alone, colors, strict=True)) / sum(alone)[:, None]
    assert (color - mixed).abs()[inside].max() < 1e-3


def test_a_grid_holds_what_the_field_says():
    field = scene_field(read_scene(TEXT), 0)
    raw = field.raw_grid((32, 32, 32))
    centers = (torch.arange(32) + 0.5) / 16 - 1
    at = torch.stack(torch.meshgrid(centers, centers, centers, indexing="ij"), -1).reshape(-1, 3)
    held = (torch.nn.functional.softplus(raw) * field.scale).reshape(-1)
    wanted = field.density(at)
    same = (held > 5) == (wanted > 5)
    assert same.float().mean() > 0.998 and (wanted > 5).sum() > 500


def test_a_job_starts_from_all_of_them_and_from_one_as_ever():
    bounds = Bounds((-1.0, -1.0, 0.0), (1.0, 1.0, 2.0))
    grids = []
    for prompt in (TEXT, "a red cube"):
        config = job(prompt)
        grids.append(build_field(config.field, bounds, Method.TEXT))
        assert start_from_words(grids[-1], config) == ""
    both, one = (grid.raw_density[..., 0] > RAW_SURFACE for grid in grids)
    colors = grids[0].raw_color.detach().sigmoid()[both]
    assert (colors[:, 0] > 3 * colors[:, 1]).any() and (colors[:, 1] > 0.3).any()  # red, and yellow
    assert both.any() and one.any() and not torch.equal(both, one)


def test_objects_as_jobs_of_their_own_stand_on_each_other_in_the_box():
    turned = {"center": (1.0, 2.0, 3.0), "size": (2.0, 2.0, 4.0), "rotation_degrees": (0.0, 0.0, 90.0)}
    objects, notes = arrange_objects(job(TEXT, bounds=turned))
    cube, table = objects
    assert (cube.prompt, table.prompt, notes) == ("a red cube", "a yellow table", [])
    assert table.center[2] - table.size[2] / 2 == pytest.approx(1.0)  # on the bottom of the box
    assert cube.center[2] - cube.size[2] / 2 > table.center[2] - table.size[2] / 2 + 0.2
    assert np.abs(np.array(table.center[:2]) - (1, 2)).max() < 0.2
    assert arrange_objects(job("a red cube")) == ([], [])


def test_small_is_said_by_the_box_alone():
    (cube, _), _ = arrange_objects(job("a small blue cube next to a big chair"))
    (other, _), _ = arrange_objects(job("a blue cube next to a chair"))
    assert cube.prompt == "a blue cube" and cube.size[0] < 0.7 * other.size[0]


def test_alike_things_differ_a_little_and_seeds_give_the_same_again():
    objects, _ = arrange_objects(job("two cats", seed=5))
    assert [each.seed for each in objects] == [5, 6] and objects == arrange_objects(job("two cats", seed=5))[0]


def test_a_scene_of_unknown_relations_starts_nothing():
    field = build_field(job(TEXT).field, Bounds((-1.0, -1.0, -1.0), (1.0, 1.0, 1.0)), Method.TEXT)
    with pytest.raises(ConfigError, match="How 'riding' places"):
        start_from_words(field, job("a cat riding a horse"))


def test_sizes_are_of_objects_that_there_are():
    assert set(SIZES) <= set(prior_names().objects.values())
    assert size_of("apple") < size_of("cube") < size_of("house") and size_of("cube", "small") < 1 < size_of(
        "cube", "large"
    )
