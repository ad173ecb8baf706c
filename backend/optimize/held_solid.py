"""What a job's field starts from where that is a mesh, and is held to: a lattice of raw densities and colors.

    raw = clamp(raw_surface - SLOPE signed, START_LOW, START_HIGH)      signed: cells from the surface, negative inside

Raw densities are those of a dense grid (backend/fields/dense_grid.py), with the surface where a result of the shape
prior has it. The lattice lies in the job's folder, so that the job is the same after a restart, whatever became of the
file of the mesh.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Float, Float16, Int, UInt8
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from backend.color import srgb_decoded
from backend.config import JobConfig
from backend.disk import disk_errors, make_folder, replace_whole
from backend.errors import CheckpointError
from backend.fields.dense_grid import lattice_shape
from backend.priors.prior_field import RAW_SURFACE
from backend.solids.files import read_mesh
from backend.solids.mesh import SolidMesh
from backend.solids.solid import BAND, solid_of

from .scene_transform import field_bounds, scene_to_field

FILE = "solid.safetensors"
SLOPE = 6.0
"""Raw density by which a cell farther inside is denser: opaque half a cell below the surface, clear half a cell
above it."""
START_LOW, START_HIGH = -6.0, 2.0
"""Nearly clear, and opaque. What is started from the shape prior goes twice as far: from there, guidance moves no
surface by a cell in a whole run."""


@dataclass(frozen=True)
class HeldSolid:
    """A solid on a lattice over the field's box.

    Args:
        raw: raw density of each cell.
        color: sRGB of each cell.
        held: where the field is to stay like this; all of it, or where a person edited a result.
        starts: whether the field is filled with it; else it is only held, as in a job that goes on from another.
        edits: whether what was edited is still to be found out.
    """

    raw: Float16[Tensor, "x y z"]
    color: UInt8[Tensor, "x y z 3"]
    held: Bool[Tensor, "x y z"]
    starts: bool = True
    edits: bool = False

    @property
    def shape(self) -> tuple[int, int, int]:
        x, y, z = self.raw.shape
        return x, y, z

    @property
    def linear_color(self) -> Float[Tensor, "x y z 3"]:
        return srgb_decoded(self.color.float() / 255)

    @cached_property
    def held_cells(self) -> Int[Tensor, " n"]:
        """Numbers of the cells that are held."""
        return self.held.flatten().nonzero()[:, 0]

    @cached_property
    def surface_cells(self) -> Int[Tensor, " n"]:
        """Numbers of those of them that lie near the surface."""
        near = (self.raw.float() - RAW_SURFACE).abs() < SLOPE * BAND - 0.1
        return (self.held & near).flatten().nonzero()[:, 0]


def solid_from_mesh(config: JobConfig) -> HeldSolid:
    """The solid of the mesh that a job starts from, on a lattice as fine as its field will be.

    Raises:
        DatasetError: the mesh cannot be read, or encloses nothing of the field's box.
    """
    mesh, bounds = read_mesh(Path(config.start.mesh).expanduser()), field_bounds(config)
    shape = lattice_shape(bounds, _cells(config))
    solid = solid_of(_in_field(mesh, config), bounds.low, bounds.high, shape)
    raw = (RAW_SURFACE - SLOPE * torch.from_numpy(solid.signed)).clamp(START_LOW, START_HIGH)
    color = torch.from_numpy(np.round(solid.color * 255).astype(np.uint8))
    return HeldSolid(raw.half(), color, torch.ones(shape, dtype=torch.bool), edits=config.start.edits)


def _cells(config: JobConfig) -> int:
    """A dense grid's own, as it begins: it takes the solid as it is."""
    return config.field.start_resolution if config.field.kind == "dense_grid" else config.field.resolution


def _in_field(mesh: SolidMesh, config: JobConfig) -> SolidMesh:
    """The mesh in the field's coordinates; it comes in those of the scene."""
    matrix = scene_to_field(config).numpy()
    return replace(mesh, points=mesh.points @ matrix[:3, :3].T + matrix[:3, 3])


def write_solid(folder: Path, solid: HeldSolid) -> None:
    """Writes it into a folder.

    Raises:
        DiskError: it could not be written.
    """
    flags = torch.tensor([solid.starts, solid.edits])
    tensors = {"raw": solid.raw, "color": solid.color, "held": solid.held, "flags": flags}
    with disk_errors(folder):
        make_folder(folder)
        replace_whole(folder / FILE, lambda path: save_file({n: t.contiguous() for n, t in tensors.items()}, path))


def read_solid(folder: Path) -> HeldSolid | None:
    """The solid that lies in a folder; None where there is none.

    Raises:
        CheckpointError: it is broken.
    """
    if not (folder / FILE).exists():
        return None
    try:
        found = {name: value.clone() for name, value in load_file(folder / FILE).items()}
        starts, edits = found["flags"].tolist()
        return HeldSolid(found["raw"], found["color"], found["held"], starts, edits)
    except (OSError, SafetensorError, KeyError, ValueError) as cause:
        raise CheckpointError(f"The mesh that was kept in {folder} is broken: start the job again.") from cause
