"""A part that is made anew: what it begins with, where cameras look, and how little else changes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from test_regions_in_jobs import CELLS, centers

from backend.cameras.orbit import Frame, frame_of
from backend.cameras.part_frame import MARGIN, part_cube, scene_to_field
from backend.config import JobConfig, RegionConfig, from_json, preset, with_changes
from backend.errors import ConfigError
from backend.optimize.checkpoint import read_checkpoint
from backend.optimize.collapse import detects_collapse
from backend.optimize.field_view import load_field_view
from backend.optimize.scene_transform import to_scene
from backend.optimize.trainer import Trainer
from backend.optimize.warm_start import fit_config, write_warm_start

TOP = {"kind": "redo", "center": (0.0, 0.0, 1.7), "size": (1.6, 1.6, 0.6)}
"""The upper part of a box of 2 m that stands on the ground: in the unit cube z from 0.4 to 1."""
SMALL = {"field": {"resolution": 48, "start_resolution": 48}, "export": {"resolution": CELLS}, "device": "cpu"}


@pytest.fixture(scope="module")
def snowman(tmp_path_factory):
    """The prior's own, kept as a job without a step."""
    folder = tmp_path_factory.mktemp("snowman")
    job = Trainer.build(with_changes(preset("text", "instant"), {"prompt": "a snowman"} | SMALL))
    job.save(folder)
    return job, folder


def redone(snowman, folder, prompt="a red hat", steps=0, **regions) -> Trainer:
    job, kept = snowman
    parent = read_checkpoint(kept)
    changes = {"prompt": prompt, "optimize": {"steps": steps}, "regions": {"items": [TOP], **regions}}
    wanted = fit_config(with_changes(job.config, changes), job.config, parent)
    write_warm_start(folder, parent)
    return Trainer.build(wanted, folder)


def in_part(margin: float) -> np.ndarray:
    at = centers()
    return (np.abs(at[..., :2]) < 0.8 + margin).all(-1) & (at[..., 2] > 0.4 - margin)


def test_without_a_step_the_part_is_what_the_prior_makes_of_the_words(snowman, tmp_path):
    """A red hat, as wide as the part or as high, on the part's floor; outside of it not a bit has changed."""
    before, after = snowman[0].grid(), redone(snowman, tmp_path).grid()
    outside = ~in_part(0.0)
    assert np.array_equal(after.density[outside], before.density[outside])
    assert np.array_equal(after.color[outside], before.color[outside])
    solid = (after.density > before.threshold) & in_part(-0.1)
    assert solid.sum() > 20
    red, green, blue = np.median(after.color[solid].astype(float), axis=0)
    assert red > 120 > 60 > max(green, blue), "its colors are sRGB bytes"
    reach = np.abs(centers()[solid])
    assert 0.4 < centers()[solid][:, 2].min() < 0.6, "it stands on the floor"
    assert reach[:, :2].max() > 0.4 or centers()[solid][:, 2].max() > 0.85, "and fills the part along one axis"


def test_what_stood_there_before_is_gone(snowman, tmp_path):
    """Beside the new object, of the old one no more than the band at the edge is left."""
    made = redone(snowman, tmp_path, "a red cone")
    at = centers()
    beside = (np.abs(at[..., :2]).max(-1) > 0.65) & (np.abs(at[..., :2]).max(-1) < 0.75) & (at[..., 2] > 0.5)
    assert (made.grid().density[beside] < 1).all()


def test_trained_parts_change_inside_only(snowman, tmp_path):
    before, job = snowman[0].grid(), redone(snowman, tmp_path, steps=3)
    start = job.grid()
    for _ in range(3):
        job.step()
    after, outside = job.grid(), ~in_part(0.0)
    assert np.array_equal(after.density[outside], before.density[outside])
    assert not np.array_equal(after.density[~outside], start.density[~outside])


def test_words_that_the_prior_does_not_know_begin_as_it_was_and_say_so(snowman, tmp_path):
    job = redone(snowman, tmp_path, "a flurbl", steps=2)
    assert any(note.startswith("The part begins as it was: ") for note in job.notes)
    assert torch.equal(job.field.raw_density, snowman[0].field.raw_density)


def test_without_a_step_there_must_be_something_to_put_there(snowman, tmp_path):
    with pytest.raises(ConfigError, match="The shape prior does not know"):
        redone(snowman, tmp_path / "1", "a flurbl")
    with pytest.raises(ConfigError, match="regions.part_start to words"):
        redone(snowman, tmp_path / "2", part_start="as_is")


def test_as_is_leaves_what_is_there(snowman, tmp_path):
    job = redone(snowman, tmp_path, steps=1, part_start="as_is")
    assert torch.equal(job.field.raw_density, snowman[0].field.raw_density)


def test_it_is_shown_at_once_and_from_a_checkpoint(snowman, tmp_path):
    """What was known of empty space is forgotten: else the new part would not be rendered before the next look."""
    job = redone(snowman, tmp_path)
    assert job.occupancy.occupied.all()
    job.save(tmp_path / "kept")
    shown = load_field_view(job.config, tmp_path / "kept")
    assert np.array_equal(shown.grid(CELLS).density, job.grid().density) and job.grid().parts is None


def test_gentle_settings_are_those_of_a_run_that_goes_on_from_the_prior(snowman, tmp_path):
    steps = preset("text", "draft").optimize.steps
    known = redone(snowman, tmp_path / "1", "a red hat", steps=steps).config
    assert known.optimize.steps == steps, "the quality of the record is instant, and of that nothing is known"
    drafted = with_changes(preset("text", "draft"), {"prompt": "a red hat", "regions": {"items": [TOP]}} | SMALL)
    parent = read_checkpoint(snowman[1])
    fitted = fit_config(with_changes(drafted, {"field": {"density_init": "prior"}}), snowman[0].config, parent)
    assert fitted.optimize.steps == 100 and fitted.score_distillation.timestep_start == 0.4
    assert fitted.field.resolution == fitted.field.start_resolution == 48


def test_cameras_look_at_the_part():
    wanted = from_json({"prompt": "a hat", "regions": {"items": [TOP]}})
    center, half = part_cube(wanted)
    assert center == pytest.approx((0, 0, 0.7)) and half == pytest.approx(0.8 * MARGIN)
    assert frame_of(wanted) == Frame(center, half)
    assert frame_of(with_changes(wanted, {"regions": {"look_at_part": False}})) == Frame()
    assert not detects_collapse(wanted) and detects_collapse(from_json({"prompt": "a hat"}))


@pytest.mark.parametrize("method", ["text", "reconstruct"])
def test_the_way_into_the_field_is_the_inverse_of_the_way_out_of_it(method):
    """Out of it: the field's own transform, then the box's turn."""
    box = {"center": (1.0, 2.0, 3.0), "size": (2.0, 4.0, 6.0), "rotation_degrees": (10.0, 20.0, 30.0)}
    config: JobConfig = from_json({"method": method, "prompt": "a", "dataset": "x", "bounds": box})
    out = np.array(config.bounds.to_scene) @ np.array(to_scene(config))
    assert np.allclose(scene_to_field(config).numpy() @ out, np.eye(4))


def test_a_turned_part_is_looked_at_where_it_stands():
    region = RegionConfig("redo", (0.0, 0.0, 1.0), (2.0, 0.2, 0.2), (0.0, 90.0, 0.0))
    wanted = from_json({"prompt": "a", "regions": {"items": [{**vars(region)}]}})
    center, half = part_cube(wanted)
    assert center == pytest.approx((0, 0, 0), abs=1e-6) and half == pytest.approx(MARGIN)
