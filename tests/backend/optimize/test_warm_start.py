"""A job that starts from the field of another shows that field first, or is refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from backend.config import JobConfig, preset, with_changes
from backend.errors import ConfigError
from backend.optimize.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from backend.optimize.field_view import load_field_view
from backend.optimize.restart import _restart
from backend.optimize.trainer import Trainer
from backend.optimize.warm_start import FOLDER, fit_config, warm_start_folder, write_warm_start

SMALL = {
    "device": "cpu",
    "field": {"resolution": 12, "start_resolution": 8, "upsample_at": (0.5,)},
    "render": {"samples_per_ray": 16, "occupancy_resolution": 8, "occupancy_warmup": 2},
    "optimize": {"steps": 6, "learning_rate_density": 1.0},
    "photometric": {"rays_per_step": 128},
}


@pytest.fixture
def config(scene_folder: Path) -> JobConfig:
    return with_changes(preset("reconstruct", "draft"), {**SMALL, "dataset": str(scene_folder)})


def run(config: JobConfig, folder: Path, steps: int = 6) -> Trainer:
    job = Trainer.build(config, folder)
    for _ in range(steps):
        job.step()
    job.save(folder)
    return job


def branch(config: JobConfig, parent: Path, folder: Path, **changes) -> Trainer:
    checkpoint = read_checkpoint(parent)
    wanted = fit_config(with_changes(config, changes), config, checkpoint)
    write_warm_start(folder, checkpoint)
    return Trainer.build(wanted, folder)


@pytest.mark.parametrize("kind", ["dense_grid", "hash_grid", "siren"])
def test_the_first_picture_of_a_branch_is_the_last_one_of_its_parent(kind, config, tmp_path: Path):
    small = {"siren": {"layers": 2, "width": 16}, "hash_grid": {"log2_table": 10}}
    config = with_changes(config, {"field": {"kind": kind, **small}})
    parent = run(config, tmp_path / "parent")
    child = branch(config, tmp_path / "parent", tmp_path / "child", seed=5, optimize={"steps": 3})
    assert child.step_index == 0 and child.config.seed == 5
    assert np.array_equal(child.preview(24), parent.preview(24))
    assert not np.array_equal(Trainer.build(child.config).preview(24), parent.preview(24))
    child.step()
    assert not np.array_equal(child.preview(24), parent.preview(24))  # and goes on from there


def test_a_branch_from_the_middle_has_its_lattice_and_grows_on(config, tmp_path: Path):
    run(config, tmp_path / "parent", steps=2)  # before it grew: 8 cells of 12
    child = branch(config, tmp_path / "parent", tmp_path / "child")
    assert child.field.shape == (8, 8, 8)
    for _ in range(6):
        child.step()
    assert child.field.shape == (12, 12, 12)


def test_a_branch_may_grow_finer_than_its_parent(config, tmp_path: Path):
    run(config, tmp_path / "parent")
    child = branch(config, tmp_path / "parent", tmp_path / "child", field={"resolution": 16})
    assert child.field.shape == (12, 12, 12)
    for _ in range(4):
        child.step()
    assert child.field.shape == (16, 16, 16)


def test_another_grid_of_empty_space_begins_by_knowing_nothing(config, tmp_path: Path):
    run(config, tmp_path / "parent")
    child = branch(config, tmp_path / "parent", tmp_path / "child", render={"occupancy_resolution": 16})
    assert child.occupancy.occupied.shape == (16, 16, 16) and child.occupancy.occupied.all()


def test_a_branch_begins_with_fresh_moments_and_curves(config, tmp_path: Path):
    run(config, tmp_path / "parent")
    child = branch(config, tmp_path / "parent", tmp_path / "child")
    assert not child.optimizer.state and not child.history.steps
    assert not any(name.startswith("optimizer") for name in read_checkpoint(tmp_path / "child" / FOLDER).tensors)


def test_a_branch_that_was_interrupted_goes_on_where_it_was(config, tmp_path: Path):
    run(config, tmp_path / "parent")
    straight = branch(config, tmp_path / "parent", tmp_path / "child")
    straight.step()
    straight.save(tmp_path / "child")
    again = Trainer.load(straight.config, tmp_path / "child")
    straight.step(), again.step()
    assert torch.equal(straight.field.raw_density, again.field.raw_density) and again.step_index == 2


def test_a_branch_that_came_to_nothing_begins_again_from_its_parents_field(config, tmp_path: Path):
    from backend.errors import EmptyFieldError

    parent = run(config, tmp_path / "parent")
    child = branch(config, tmp_path / "parent", tmp_path / "child")
    child.step()
    child.save(tmp_path / "child")
    again = Trainer.load(child.config, tmp_path / "child")
    again.config = with_changes(again.config, {"method": "both", "prompt": "a red ball"})
    successor = Trainer(child.config, child.log, ["came to nothing"], again.start)
    assert np.array_equal(successor.preview(24), parent.preview(24))
    with pytest.raises(EmptyFieldError):  # pictures alone are not watched: nothing begins again
        _restart(child, EmptyFieldError("The result dissolved: try."))


def test_a_start_that_was_not_written_is_none(tmp_path: Path):
    assert warm_start_folder(tmp_path) is None and warm_start_folder(None) is None


def test_a_branch_is_seen_before_it_begins(config, tmp_path: Path):
    parent = run(config, tmp_path / "parent")
    branch(config, tmp_path / "parent", tmp_path / "child")
    look = load_field_view(config, tmp_path / "child" / FOLDER)
    assert look.step == 0 and np.array_equal(look.preview(24), parent.preview(24))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"field": {"kind": "hash_grid"}}, "is a dense_grid, not a hash_grid: keep field.kind"),
        ({"field": {"resolution": 10}}, "has 12 cells a side, and field.resolution is 10: set it to 12 or more"),
        ({"bounds": {"size": (2.0, 2.0, 1.0)}}, "its box has other proportions: keep bounds.size"),
    ],
)
def test_what_does_not_fit_is_one_sentence(changes, sentence, config, tmp_path: Path):
    run(config, tmp_path)
    with pytest.raises(ConfigError, match=sentence):
        fit_config(with_changes(config, changes), config, read_checkpoint(tmp_path))


def test_a_network_of_another_size_is_one_sentence(config, tmp_path: Path):
    config = with_changes(config, {"field": {"kind": "siren", "siren": {"layers": 2, "width": 16}}})
    run(config, tmp_path, steps=1)
    wider = with_changes(config, {"field": {"siren": {"width": 32}}})
    with pytest.raises(
        ConfigError, match="its siren is built otherwise: keep bounds.size and the settings of the field"
    ):
        fit_config(wider, config, read_checkpoint(tmp_path))


def test_latents_of_one_model_are_no_start_for_another(config, tmp_path: Path):
    words = with_changes(config, {"method": "text", "prompt": "a cup", "bounds": {"size": (2.0, 2.0, 2.0)}})
    lattice = {"field.raw_density": torch.zeros(8, 8, 8, 1), "field.raw_color": torch.zeros(8, 8, 8, 4)}
    write_checkpoint(tmp_path, Checkpoint(lattice, {"step": 3, "color_channels": 4}), 3)
    parent = read_checkpoint(tmp_path)
    assert fit_config(words, words, parent).field.start_resolution == 8
    with pytest.raises(
        ConfigError, match="still holds latents of its diffusion model: keep the model, or start from a"
    ):
        fit_config(with_changes(words, {"model": "stable-diffusion-1.5"}), words, parent)


def test_a_field_of_colors_is_one_of_colors_from_the_first_step(config, tmp_path: Path):
    run(config, tmp_path, steps=1)
    assert fit_config(config, config, read_checkpoint(tmp_path)).score_distillation.latents_until == 0.0


def test_a_field_of_latents_is_looked_at_through_its_model(config, tmp_path: Path):
    """Only the model knows what they mean, so the light way is not taken."""
    write_checkpoint(tmp_path, Checkpoint({}, {"step": 3, "color_channels": 4}), 3)
    assert load_field_view(config, tmp_path) is None
