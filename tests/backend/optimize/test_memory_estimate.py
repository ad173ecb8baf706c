"""A job's memory told from its settings: against sums by hand, and against a process that does it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from backend.config import FieldConfig, JobConfig, Method, preset, with_changes
from backend.data.dataset import list_dataset
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE
from backend.fields.live_bytes import blank_field, bytes_a_point
from backend.optimize import memory_estimate
from backend.optimize.memory_estimate import OVERHEAD, estimate_memory, picture_bytes
from backend.optimize.model_memory import model_bytes, view_rays

CPU, CUDA = torch.device("cpu"), torch.device("cuda")
ROOT = Path(__file__).resolve().parents[3]


def words(**changes) -> JobConfig:
    return with_changes(preset("text", "draft"), {"prompt": "a corgi", **changes})


def test_a_grid_is_counted_as_it_will_be_at_the_end():
    told = estimate_memory(words(field={"resolution": 40, "start_resolution": 16}), CPU)
    grown = DenseGrid(UNIT_CUBE, 16)
    grown.upsample(40)
    values = sum(value.nbytes for value in grown.parameters())
    assert (told.values, told.moments) == (values, 2 * values) and values == 4 * 4 * 40**3


@pytest.mark.parametrize("at", [(0.5,), (0.2, 0.6)])
def test_growth_that_is_nearly_none_holds_two_lattices_at_once(at):
    """Old values, gradient and moments, the new values, and a copy in another order, beyond three times the new."""
    config = words(field={"resolution": 60, "start_resolution": 58, "upsample_at": at})
    sizes = [58, 59, 60] if len(at) == 2 else [58, 60]
    size = [16 * cells**3 for cells in sizes]
    most = max(4 * before + 2 * after for before, after in zip(size[:-1], size[1:], strict=True))
    assert estimate_memory(config, CPU).growth == most - 3 * size[-1] > 0
    assert estimate_memory(words(field={"resolution": 64, "start_resolution": 16}), CPU).growth == 0


def test_more_of_anything_takes_more():
    base = words(field={"kind": "nerf"}, orbit={"views": 2})
    least = estimate_memory(base, CPU)
    for changes, name in (
        ({"orbit": {"views": 4}}, "step"), ({"render": {"samples_per_ray": 128}}, "step"),
        ({"render": {"occupancy_resolution": 64}}, "occupancy"), ({"export": {"resolution": 256}}, "export"),
        ({"field": {"nerf": {"width": 512}}}, "values"), ({"regularizer": {"orientation": {"weight": 1.0}}}, "step"),
        ({"early_stopping": {"model": "embedded"}}, "models"), ({"consistency": {"weight": 1.0}}, None),
    ):  # fmt: skip
        more = estimate_memory(with_changes(base, changes), CPU)
        if name is None:
            assert more == least, "nobody looks at unseen views without photographs"
        elif name != "models":
            assert getattr(more, name) > getattr(least, name), changes


def test_pictures_are_counted_from_their_headers(scene_folder):
    config = with_changes(preset("reconstruct", "draft"), {"dataset": str(scene_folder)})
    listed = list_dataset(scene_folder, 1, config.photometric.hold_out_every)
    pixels = sum(frame.header.width * frame.header.height for frame in listed.train + listed.held_out)
    told = picture_bytes(config)
    assert told >= 16 * pixels
    few = with_changes(config, {"photometric": {"pictures": 3}})
    one = listed.train[0].header
    assert picture_bytes(few) >= told + 3 * 16 * one.width * one.height, "those that are chosen are a copy"
    assert picture_bytes(words()) == 0


def test_models_and_their_views_are_told_by_their_files():
    config = words(orbit={"views": 3})
    files = (ROOT / "backend" / "models" / "diffusion").rglob("*.safetensors")
    assert model_bytes(config, CPU).held >= sum(path.stat().st_size for path in files)
    assert view_rays(config) == 3 * 32 * 32
    assert view_rays(with_changes(config, {"score_distillation": {"render_size": 64}})) == 3 * 64 * 64
    assert view_rays(with_changes(config, {"model": "embedded-clip"})) == 3 * 32 * 32
    assert view_rays(with_changes(config, {"model": "no such model at all"})) == 3 * 64 * 64


def test_on_a_card_pictures_and_exports_are_the_machines():
    told = estimate_memory(words(export={"resolution": 256}), CUDA)
    assert told.host >= 17 * 256**3 and told.device < told.total
    assert told.device >= 4 * told.values


@pytest.mark.process
@pytest.mark.slow
def test_a_process_takes_about_as_much_as_was_told():
    """The peak of a child above its beginning, growth and export included."""
    command = [sys.executable, "-m", "scripts.benchmarks.memory", "dense_grid:128"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert 0.7 <= found["ratio"] <= 1.7, found
    assert found["estimate"]["total"] * 1e6 >= OVERHEAD


@pytest.mark.parametrize("channels", [3, memory_estimate.LATENT_CHANNELS])
@pytest.mark.parametrize(("gradients", "normals"), list(memory_estimate.DENSE_GRID_POINT))
def test_what_a_point_of_a_dense_grid_takes_is_what_is_counted(gradients, normals, channels):
    config = FieldConfig(kind="dense_grid", start_resolution=8, resolution=8)
    field = blank_field(config, UNIT_CUBE, Method.TEXT, channels)
    counted = bytes_a_point(field, gradients=gradients, normals=normals)
    written = memory_estimate._point(config, channels, gradients=gradients, normals=normals)
    assert counted == pytest.approx(written, abs=1)
