"""A job's field as something to look at: no guidance, no optimizer, nothing that moves it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from backend.cameras.lens import Lens
from backend.color import srgb_encoded
from backend.config import JobConfig, Method
from backend.data.dataset import Dataset
from backend.device import choose_device
from backend.errors import CheckpointError
from backend.export.grid import Grid, export_grid
from backend.fields.build import build_field
from backend.fields.field import Bounds, DensityField, Field, extent_of
from backend.render.chunks import Chunks
from backend.render.occupancy import OccupancyGrid
from backend.render.passes import Passes as Passes
from backend.render.passes import render_passes, render_passes_within
from backend.render.preview import picture_within
from backend.render.renderer import Renderer

from .checkpoint import Checkpoint, read_checkpoint
from .named_tensors import load_field
from .parts import with_parts
from .region_state import RegionState as RegionState
from .region_state import apply_regions, field_before
from .scene_transform import field_bounds, preview_camera, to_scene
from .visual_hull import carved_cells

Between = Callable[[], None]
VIEW_TRANSMITTANCE = 1 / 1024
"""What is left of a ray's light when it need not be followed any further: a quarter of a step of eight bits."""


@dataclass(frozen=True)
class FieldView:
    """What shows a field as it stood at a step."""

    config: JobConfig
    renderer: Renderer
    device: torch.device
    step: int

    def passes(self, lens: Lens, seconds: float, *, normals: bool = True, between: Between | None = None) -> Passes:
        """A view from a lens whose pose is in the coordinates that an exported grid's transform leads to, in bounded
        time. Normals are of those too: nothing is turned on the way there. `between` is called every moment."""
        to_field = torch.linalg.inv(torch.tensor(to_scene(self.config), dtype=torch.float64))
        field_lens = lens.through(to_field).starting_before(corners_of(extent_of(self.renderer.field)))
        renderer = replace(
            self.renderer, early_stop_transmittance=max(self.renderer.early_stop_transmittance, VIEW_TRANSMITTANCE)
        )
        with renderer.chunks.pausing(between):
            return render_passes_within(seconds, renderer, field_lens, self.device, normals=normals)

    def preview(self, size: int = 128, seconds: float = math.inf, between: Between | None = None) -> np.ndarray:
        """(size, size, 4) uint8, sRGB, straight alpha, from a fixed camera in front; within `seconds`, if coarser."""
        with self.renderer.chunks.pausing(between):
            rendering = picture_within(seconds, self.renderer, preview_camera(self.config, size), self.device)
        opacity = rendering.opacity.clamp(0, 1)[..., None]
        color = srgb_encoded(rendering.color / opacity.clamp_min(1e-6)).clamp(0, 1)
        picture = torch.cat([color, opacity], dim=-1).nan_to_num(0.0)
        return (picture * 255).round().byte().cpu().numpy()

    def grid(self, resolution: int | None = None, between: Between | None = None) -> Grid:
        """Density and color at cell centers, and the parts that the shape prior knows.

        Raises:
            EmptyFieldError, MemoryShortError
        """
        export = self.config.export
        field, cells = self.renderer.field, resolution or export.resolution
        return with_parts(export_grid(field, cells, export.threshold, to_scene(self.config), between), self.config)


def load_field_view(config: JobConfig, folder: Path) -> FieldView | None:
    """The job as it was saved, without what pulls on it; None where only its model knows what its colors mean.

    Raises:
        CheckpointError: missing, broken, of another version or of another kind of field.
    """
    return open_field_view(config, read_checkpoint(folder), folder)


def open_field_view(config: JobConfig, checkpoint: Checkpoint, folder: Path) -> FieldView | None:
    """Does what `load_field_view` does, with a checkpoint that was read."""
    if checkpoint.state.get("color_channels", 3) != 3:
        return None
    device = choose_device(config.device)
    field = build_field(config.field, field_bounds(config), Method(config.method), 3, config.seed).to(device)
    occupancy = occupancy_of(config, field).to(device)
    try:
        load_field(field, occupancy, checkpoint.tensors)
    except (KeyError, RuntimeError) as cause:
        raise CheckpointError(f"The checkpoint in {folder} does not fit this job: start the job again.") from cause
    renderer = renderer_of(config, field, occupancy, Chunks(), field_before(checkpoint, device))
    view = FieldView(config, renderer, device, checkpoint.state["step"])
    render_passes(view.renderer, PROBE, device)
    return view


PROBE = Lens.of(torch.eye(4), 2, 2, 1.0)
"""What is compiled or fetched at a first look is not to be taken for the time that a look takes."""


def occupancy_of(config: JobConfig, field: Field, dataset: Dataset | None = None) -> OccupancyGrid:
    """A grid of empty space over the field's box, in which nothing is known to be empty but what the pictures show as
    nothing."""
    render, bounds = config.render, field.bounds
    side = max(high - low for low, high in zip(bounds.low, bounds.high, strict=True))
    length = side / render.samples_per_ray
    grid = OccupancyGrid(
        bounds,
        render.occupancy_resolution,
        render.occupancy_threshold,
        length,
        render.occupancy_warmup,
        render.occupancy_decay,
    )
    carved = carved_cells(dataset.train, bounds, grid.resolution) if dataset else None
    if carved is not None:
        grid.carve(carved)
    return grid


def renderer_of(
    config: JobConfig,
    field: DensityField,
    occupancy: OccupancyGrid,
    chunks: Chunks,
    before: DensityField | None = None,
) -> Renderer:
    """Makes the renderer that shows a field as the config wants it, with its regions."""
    render, field = config.render, apply_regions(config, field, before)
    return Renderer(
        field, render.samples_per_ray, occupancy, render.fine_samples_per_ray, render.early_stop_transmittance, chunks
    )


def corners_of(bounds: Bounds) -> Float[Tensor, "8 3"]:
    """All finite: an extent may be as wide as one likes, but it ends."""
    return torch.tensor(list(itertools.product(*zip(bounds.low, bounds.high, strict=True))), dtype=torch.float64)
