"""Regions in real runs, for every kind of field: kept out, kept in, frozen, and a part made anew."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from test_fields_in_jobs import KINDS, config

from backend.config import JobConfig, with_changes
from backend.errors import ConfigError
from backend.export.grid import Grid
from backend.fields.field import UNIT_CUBE
from backend.fields.regions import cell_centers
from backend.optimize import regions as job_regions
from backend.optimize.checkpoint import read_checkpoint
from backend.optimize.field_view import load_field_view
from backend.optimize.lifted import without_lifted
from backend.optimize.trainer import Trainer
from backend.optimize.warm_start import fit_config, held_before, write_warm_start

CELLS = 24
"""Of the exported grids: a cell is 1/12 of the box's half-width."""
RIGHT = {"center": (0.5, 0.0, 0.0), "size": (1.0, 2.0, 2.0)}
"""The half of the box where x > 0; the box is [-1, 1]^3."""
CORNER = {"center": (-0.75, -0.75, 0.75), "size": (0.5, 0.5, 0.5)}
"""A corner of the box, where the scene (a ball of radius 0.5 or so) has nothing."""


def regions(*items: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"regions": {"items": list(items), **others}, "export": {"resolution": CELLS}}


def trained(wanted: JobConfig, steps: int, folder: Path | None = None) -> Trainer:
    job = Trainer.build(wanted, folder)
    for _ in range(steps):
        job.step()
    return job


def branched(job: Trainer, folder: Path, *items: dict[str, Any], **changes: Any) -> Trainer:
    """Another job that goes on from this one with other regions, as the server makes it."""
    job.save(folder / "parent")
    parent = read_checkpoint(folder / "parent")
    wanted = fit_config(with_changes(job.config, regions(*items) | changes), job.config, parent)
    start = without_lifted(parent, job.config, wanted)
    write_warm_start(folder / "child", start, held_before(wanted, job.config, parent))
    return Trainer.build(wanted, folder / "child")


def centers() -> np.ndarray:
    return cell_centers(UNIT_CUBE, (CELLS,) * 3).numpy()


def assert_nothing_in(grid: Grid, inside: np.ndarray) -> None:
    assert inside.any() and (grid.density[inside] == 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_where_nothing_may_be_and_the_rest_is_learned(kind, scene_folder, tmp_path):
    """The ball's right half is kept out: no density there, in pictures, exports, and what a checkpoint shows."""
    wanted = config(scene_folder, kind, 60, **regions({"kind": "keep_out", **RIGHT}))
    job = trained(wanted, 30)
    grid, at = job.grid(), centers()
    assert_nothing_in(grid, at[..., 0] > 0)
    asked = grid.density[at[..., 0] < -0.1] > 0  # far outside of a distance's surface half precision holds no more
    assert asked.mean() > 0.9, "the other half is asked"
    ahead = torch.tensor([[0.5, 0.1, 0.2], [0.01, -0.3, 0.0]])
    assert (job.renderer.field.density_and_color(ahead)[0] == 0).all()
    job.save(tmp_path)
    shown = load_field_view(wanted, tmp_path).grid(CELLS)
    assert np.array_equal(shown.density, grid.density) and np.array_equal(shown.color, grid.color)


@pytest.mark.parametrize("kind", KINDS)
def test_something_is_where_something_must_be(kind, scene_folder):
    """A corner that photographs show empty, with the photographs left out of it: it fills up to the threshold."""
    off = {"photometric": {"rays_per_step": 64, "weight": 1e-3}, "optimize": {"steps": 150}}
    job = trained(config(scene_folder, kind, 150, **regions({"kind": "keep_in", **CORNER}), **off), 150)
    grid, at = job.grid(), centers()
    inside = (np.abs(at - np.array(CORNER["center"])) < 0.2).all(-1)
    assert inside.sum() > 20
    assert (grid.density[inside] > grid.threshold).mean() > 0.9, grid.density[inside].astype(float).mean()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_frozen_stays_bit_for_bit_while_the_rest_is_trained(kind, scene_folder, tmp_path):
    first = trained(config(scene_folder, kind, 60, **regions()), 12)
    before = first.grid()
    job = branched(first, tmp_path, {"kind": "frozen", **RIGHT})
    for _ in range(8):
        job.step()
    after, frozen = job.grid(), centers()[..., 0] > 0
    assert np.array_equal(after.density[frozen], before.density[frozen])
    assert np.array_equal(after.color[frozen], before.color[frozen])
    band = centers()[..., 0] < -0.2
    assert not np.array_equal(after.density[band], before.density[band]), "the rest went on"


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_that_is_made_anew_changes_inside_and_nowhere_else(kind, scene_folder, tmp_path):
    first = trained(config(scene_folder, kind, 60, **regions()), 12)
    before = first.grid()
    job = branched(first, tmp_path, {"kind": "redo", **RIGHT, "size": (1.0, 1.5, 1.5)})
    for _ in range(8):
        job.step()
    after, at = job.grid(), centers()
    inside = (at[..., 0] > 0) & (np.abs(at[..., 1:]) < 0.75).all(-1)
    assert np.array_equal(after.density[~inside], before.density[~inside])
    assert np.array_equal(after.color[~inside], before.color[~inside])
    deep = (at[..., 0] > 0.2) & (np.abs(at[..., 1:]) < 0.55).all(-1)
    assert not np.array_equal(after.density[deep], before.density[deep])


@pytest.mark.parametrize("kind", ["dense_grid", "hash_grid"])
def test_a_run_with_regions_resumes_bit_for_bit(kind, scene_folder, tmp_path):
    first = trained(config(scene_folder, kind, 60, **regions()), 4)
    kept = [{"kind": "redo", **RIGHT}, {"kind": "keep_out", **CORNER}, {"kind": "keep_in", "center": (0.5, 0, 0.5)}]
    job = branched(first, tmp_path, *kept)
    for _ in range(3):
        job.step()
    job.save(tmp_path / "saved")
    again = Trainer.load(job.config, tmp_path / "saved")
    for _ in range(3):
        assert job.step().loss == again.step().loss
    assert np.array_equal(job.grid().density, again.grid().density)


def test_a_part_of_a_part_shows_all_that_was_held_before(scene_folder, tmp_path):
    """A network that was made anew in one half, then in the other: what was held in the first run is held still."""
    first = trained(config(scene_folder, "tri_plane", 60, **regions()), 8)
    one = branched(first, tmp_path / "1", {"kind": "redo", **RIGHT})
    one.step()
    seen = one.grid()
    two = branched(one, tmp_path / "2", {"kind": "redo", **RIGHT, "center": (-0.5, 0.0, 0.0)})
    two.step()
    right = centers()[..., 0] > 0
    assert np.array_equal(two.grid().density[right], seen.density[right])
    assert not np.array_equal(two.grid().density[~right], seen.density[~right])
    two.save(tmp_path / "saved")
    assert np.array_equal(load_field_view(two.config, tmp_path / "saved").grid(CELLS).density, two.grid().density)


@pytest.mark.parametrize("kind", ["dense_grid", "siren"])
def test_what_was_kept_out_is_not_there_when_it_is_kept_out_no_longer(kind, scene_folder, tmp_path):
    """And held like all else: the field beneath was never seen, and would come out from under it."""
    first = trained(config(scene_folder, kind, 60, **regions({"kind": "keep_out", **RIGHT})), 12)
    with torch.no_grad():  # much is hidden
        (first.field.raw_density if kind == "dense_grid" else first.field.raw_density.bias).add_(3.0)
    before = first.grid()
    left = {"kind": "redo", "center": (-0.5, 0.0, 0.0), "size": (1.0, 2.0, 2.0)}
    job = branched(first, tmp_path, left)
    job.step()
    after, right = job.grid(), centers()[..., 0] > 0
    assert (before.density[right] == 0).all() and (after.density[right] == 0).all()
    free = branched(first, tmp_path / "free", {"kind": "redo", **RIGHT})
    deep = centers()[..., 0] > 0.2
    if kind == "dense_grid":
        assert 0 < free.grid().density[deep].max() < 0.5, "empty, and something may grow there"


def test_regions_that_leave_nothing_to_do_are_refused_in_a_sentence(scene_folder):
    cases = [
        ([{"kind": "keep_out", "center": (0, 0, 0), "size": (3, 3, 3)}], "All of the box is kept out"),
        ([{"kind": "keep_out", **RIGHT}, {"kind": "keep_in", "center": (0.5, 0, 0), "size": (0.5, 0.5, 0.5)}],
         "lies wholly in what is kept out"),
        ([{"kind": "redo", "center": (0, 0, 0), "size": (0.1, 0.1, 0.1)}], "narrower than three cells"),
        ([{"kind": "frozen", "center": (0, 0, 0), "size": (3, 3, 3)}], "Everything is held"),
    ]  # fmt: skip
    for items, sentence in cases:
        with pytest.raises(ConfigError, match=sentence):
            Trainer.build(config(scene_folder, "dense_grid", 4, **regions(*items)))


def test_a_network_is_refused_where_everything_is_held(scene_folder):
    with pytest.raises(ConfigError, match="Everything is held"):
        Trainer.build(
            config(scene_folder, "siren", 4, **regions({"kind": "frozen", "center": (0, 0, 0), "size": (3, 3, 3)}))
        )


def test_the_pull_of_what_must_be_there_is_the_mean_of_its_logarithm(scene_folder, monkeypatch):
    """Of a field that is 1 / e^2 of what is solid everywhere: 2, times the weight."""
    job = Trainer.build(config(scene_folder, "dense_grid", 4, **regions({"kind": "keep_in", **CORNER})))
    side, solid = 2.0, job_regions.SOLID
    with torch.no_grad():
        job.field.raw_density.fill_(math.log(math.expm1(solid / 100 * math.exp(-2))))
    (term,) = job_regions.keep_in_term(job.field, job.regions.regions, 3.0, job.generator, job.device)
    assert term.value == pytest.approx(2.0, rel=1e-4) and float(term.loss.detach()) == pytest.approx(6.0, rel=1e-4)
    assert float(job.field.density(torch.zeros(1, 3))) == pytest.approx(solid / side * math.exp(-2), rel=1e-4)
    with torch.no_grad():
        job.field.raw_density.fill_(5.0)
    assert job_regions.keep_in_term(job.field, job.regions.regions, 3.0, job.generator, job.device)[0].value == 0


def test_the_weight_of_what_must_be_there_can_be_edited_on_the_way(scene_folder):
    job = Trainer.build(config(scene_folder, "dense_grid", 4, **regions({"kind": "keep_in", **CORNER})))
    assert "keep_in" in job.step().terms
    job.edit(weights={"keep_in": 0.0})
    assert "keep_in" not in job.step().terms


def test_a_finer_lattice_is_not_begun_where_cells_are_held(scene_folder, tmp_path):
    first = trained(config(scene_folder, "dense_grid", 60, **regions()), 4)
    assert first.config.field.resolution == 24 and max(first.field.shape) == 12
    assert branched(first, tmp_path, {"kind": "frozen", **RIGHT}).config.field.resolution == 12


def test_without_regions_every_step_is_what_it_was(scene_folder):
    """No random number is spent, and no field wrapped."""
    plain = trained(config(scene_folder, "dense_grid", 6), 3)
    apart = regions({"kind": "keep_in", **CORNER}, keep_in_weight=0.0)
    other = Trainer.build(config(scene_folder, "dense_grid", 6, **apart))
    with torch.no_grad():  # the corner was filled
        other.field.raw_density.copy_(Trainer.build(plain.config).field.raw_density)
    for _ in range(3):
        other.step()
    assert plain.renderer.field is plain.field
    assert torch.equal(plain.field.raw_density, other.field.raw_density)


def test_latents_cannot_be_held_by_a_network(scene_folder, tmp_path):
    job = Trainer.build(config(scene_folder, "tri_plane", 4))
    job.save(tmp_path)
    parent = read_checkpoint(tmp_path)
    latent = replace(parent, state=parent.state | {"color_channels": 4})
    wanted = with_changes(job.config, regions({"kind": "frozen", **RIGHT}))
    with pytest.raises(ConfigError, match="start from a later step"):
        fit_config(wanted, job.config, latent)
