"""Exported grids of fields that are known by formula."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from backend.errors import EmptyFieldError, MemoryShortError
from backend.export import grid as export
from backend.export.grid import export_grid, suggested_threshold
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE, Bounds, LatticeField


class Formula(torch.nn.Module):
    """Density x + 10 y + 100 z where positive; color is position."""

    def __init__(self, bounds: Bounds = UNIT_CUBE) -> None:
        super().__init__()
        self.bounds = bounds
        self.scale = torch.nn.Parameter(torch.ones(()))

    def density_and_color(self, positions, directions=None):
        density = self.scale * (positions @ torch.tensor([1.0, 10.0, 100.0])).clamp_min(0)
        return density, ((positions + 1) / 2).clamp(0, 1)


def test_voxels_are_samples_at_cell_centers_in_x_y_z_order():
    grid = export_grid(Formula(), 8)
    center = (np.arange(8) + 0.5) / 8 * 2 - 1
    x, y, z = np.meshgrid(center, center, center, indexing="ij")
    np.testing.assert_allclose(grid.density, np.maximum(x + 10 * y + 100 * z, 0), rtol=1e-3)
    assert grid.density.dtype == np.float16 and grid.color.dtype == np.uint8 and grid.color.shape == (8, 8, 8, 3)


def test_color_is_srgb_encoded():
    grid = export_grid(Formula(), 4)
    assert grid.color[0, 1, 3].tolist() == [99, 165, 240]  # linear 0.125, 0.375, 0.875 by the standard's formula


def test_chunks_do_not_change_the_grid(monkeypatch: pytest.MonkeyPatch):
    whole = export_grid(Formula(), 9)
    monkeypatch.setattr(export, "CHUNK", 50)
    parts = export_grid(Formula(), 9)
    assert np.array_equal(whole.density, parts.density) and np.array_equal(whole.color, parts.color)


def test_a_long_box_has_cubic_cells():
    field = Formula(Bounds((0.0, 0.0, 0.0), (1.0, 2.0, 4.0)))
    assert export_grid(field, 16).density.shape == (4, 8, 16)


def test_a_threshold_that_was_asked_for_is_kept():
    assert export_grid(Formula(), 8, threshold=7.5).threshold == 7.5


@pytest.mark.parametrize("solid", [20.0, 80.0, 500.0])
def test_the_suggested_threshold_parts_solid_from_haze(solid: float):
    generator = np.random.default_rng(0)
    density = generator.uniform(0, 1, 30000)
    density[:6000] = solid * generator.uniform(0.8, 1.2, 6000)
    threshold = suggested_threshold(density, 2.0)
    assert 1.0 < threshold < 0.8 * solid


def test_a_field_of_one_density_still_gets_a_threshold_below_it():
    assert 0 < suggested_threshold(np.full(100, 60.0), 2.0) < 60


def test_the_histogram_counts_every_voxel():
    grid = export_grid(Formula(), 8)
    assert sum(grid.histogram["counts"]) == 512 and len(grid.histogram["edges"]) == len(grid.histogram["counts"]) + 1
    assert grid.histogram["edges"] == sorted(grid.histogram["edges"])


def test_an_empty_field_has_a_sentence():
    field = Formula()
    field.scale.data.fill_(0.0)
    with pytest.raises(EmptyFieldError, match="Nothing solid came out"):
        export_grid(field, 8)


def test_values_beyond_half_precision_are_clipped_and_nan_is_empty():
    field = Formula()
    field.scale.data.fill_(1e6)
    assert np.isfinite(export_grid(field, 8).density).all()
    field.scale.data.fill_(float("nan"))
    with pytest.raises(EmptyFieldError):
        export_grid(field, 8)


def test_too_little_memory_has_a_sentence(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(MemoryShortError, match="grid of 300000 cells a side"):
        export_grid(Formula(), 300_000)


class Points(torch.nn.Module):
    """A field that does not say that it lies on a lattice."""

    def __init__(self, grid: DenseGrid) -> None:
        super().__init__()
        self.grid, self.bounds = grid, grid.bounds

    def density_and_color(self, positions, directions=None):
        return self.grid.density_and_color(positions)


def random_grid(bounds: Bounds, resolution: int) -> DenseGrid:
    torch.manual_seed(0)
    grid = DenseGrid(bounds, resolution)
    torch.nn.init.normal_(grid.raw_density, std=3.0)
    torch.nn.init.normal_(grid.raw_color, std=3.0)
    return grid


@pytest.mark.parametrize("bounds", [UNIT_CUBE, Bounds((0.3, -1.0, 2.0), (1.7, 1.1, 6.0))])
@pytest.mark.parametrize("resolution", [5, 13, 20, 47])
def test_a_lattice_is_exported_as_its_points_are(bounds: Bounds, resolution: int, monkeypatch: pytest.MonkeyPatch):
    """Coarser, as fine and finer, whole and in slabs: to the rounding of half precision, and of a step of color."""
    monkeypatch.setattr(export, "CHUNK", 3000)
    grid = random_grid(bounds, 20)
    assert isinstance(grid, LatticeField) and not isinstance(Points(grid), LatticeField)
    slabs, points = export_grid(grid, resolution), export_grid(Points(grid), resolution)
    assert slabs.density.shape == points.density.shape
    np.testing.assert_allclose(slabs.density, points.density, rtol=2e-3)  # two steps of float16
    off = np.abs(slabs.color.astype(int) - points.color)
    assert off.max() <= 1 and (off > 0).mean() < 1e-3, "beside where two steps meet"


def test_what_is_not_a_number_in_a_lattice_is_empty_as_at_points():
    grid = random_grid(UNIT_CUBE, 8)
    grid.raw_density.data[2, 3, 4], grid.raw_density.data[6, 6, 6] = float("nan"), 1e6
    slabs, points = export_grid(grid, 11), export_grid(Points(grid), 11)
    np.testing.assert_allclose(slabs.density, points.density, rtol=2e-3)
    assert (slabs.density == 0).sum() > 0 and slabs.density.max() == export.HALF_MAX


def test_a_grid_that_would_not_fit_is_refused_before_it_is_made(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("backend.export.grid.free_bytes", lambda device: 17 * 320**3 + 1000)
    with pytest.raises(MemoryShortError, match="A grid of 512 cells a side needs about 2.3 GB .*: 320 would fit"):
        export_grid(DenseGrid(UNIT_CUBE, 4), 512)
