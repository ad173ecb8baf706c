"""How much memory a job takes, told from its settings and from the headers of its files: nothing is allocated.

    held    values, Adam's two moments, empty space, pictures, models      all the while
    step    gradient + what is kept of rays x samples for the way back, with what a model takes while it is asked
    growth  two lattices at once        look   rays x samples of a picture, or the cells of empty space
    export  the grid with its copies

A job takes what is held and the largest of the others: they come one after another.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, fields, replace

import torch

from backend.config import FieldConfig, JobConfig, Method
from backend.data.dataset import GoOn, dataset_folder, list_dataset
from backend.data.frames import bytes_of
from backend.export.grid import COPIES, LATTICE_POINT, export_bytes
from backend.fields.field import UNIT_CUBE, Upsampleable
from backend.fields.live_bytes import blank_field, bytes_a_point, parameter_bytes
from backend.fields.spherical_harmonics import count_harmonics
from backend.render.chunks import CHUNK_RAYS
from backend.render.fused.jit import has_numba

from .model_memory import model_bytes, start_bytes, view_rays
from .scene_transform import field_bounds
from .schedule import upsampling_steps

PLAIN_SAMPLE, PLAIN_PICTURE_SAMPLE = 110, 60
"""Bytes of a sample along a ray beside what the field takes for it: distances, lengths, places, weights and their
gradients, in the plain renderer; in a picture nothing is followed back."""
FUSED_SAMPLE, FUSED_PICTURE_SAMPLE = 104, 28
"""The same in the fused renderer, with the records of the way back and the lists of voxels; the field is in it."""
FUSED_VOXEL = 44
"""Of a voxel that a sample lay beside: three indices, four slopes, and the moment when they become dense."""
OCCUPANCY_CELL, OCCUPANCY_POINT = 9, 90
"""Of a cell of empty space all the while, and while a random point of each is asked."""
LATENT_CHANNELS = 4
OVERHEAD = 50_000_000
"""Of the libraries, which take more when they are used than when they are read, and of what is freed and not given
back."""
PICTURE_SIZE = 256
"""Pixels of the picture that is handed back."""
DENSE_GRID_POINT = {(False, False): 205, (False, True): 252, (True, False): 210, (True, True): 353}
"""Bytes that a dense grid takes for a point, by whether gradients and normals are wanted, as `bytes_a_point` counts
them: to count them again takes 2 s, since torch's arithmetic on shapes alone imports its compiler."""
HASHED = ("hash_grid", "sdf")
HASH_COPIES = 2.2
"""The same of many small tables, whose pieces are not given back at once."""
BLUR_COPIES = 2
"""Of the largest lattice's gradient, beside it."""


@dataclass(frozen=True)
class MemoryEstimate:
    """Bytes by what they are for."""

    values: int
    moments: int
    occupancy: int
    pictures: int
    models: int
    step: int
    growth: int
    look: int
    export: int
    start: int = 0
    """of a prior of shapes that is fetched: before the first step, and gone then"""

    @property
    def held(self) -> int:
        return self.values + self.moments + self.occupancy + self.pictures + self.models

    @property
    def total(self) -> int:
        return OVERHEAD + self.held + max(self.step, self.growth, self.look, self.export, self.start)

    @property
    def host(self) -> int:
        """Returns the bytes in the processor's memory, also where another device computes: pictures, and what is saved
        or handed back."""
        return self.pictures + max(self.values + self.moments, self.export)

    @property
    def device(self) -> int:
        """Returns the bytes on a device that computes with memory of its own."""
        return self.held - self.pictures + max(self.step, self.growth, self.look, self.start)

    def by_name(self) -> dict[str, int]:
        return {spec.name: getattr(self, spec.name) for spec in fields(self)} | {"total": self.total}


def estimate_memory(
    config: JobConfig, device: torch.device, *, pictures: int | None = None, chunk: int = CHUNK_RAYS
) -> MemoryEstimate:
    """Estimates the bytes of a whole run; `pictures` is `picture_bytes(config)` where it is known already, `chunk` how
    many rays of a picture are asked at once.

    Raises:
        DatasetError, ModelError: what the settings name is not there.
    """
    values = _values(config, config.field.resolution)
    gradient, lattice = values, config.field.kind == "dense_grid"
    blur = BLUR_COPIES * values * 3 // 4 if lattice and config.optimize.gradient_smoothing else 0
    models = model_bytes(config, device)
    return MemoryEstimate(
        values=values,
        moments=2 * values,
        occupancy=OCCUPANCY_CELL * config.render.occupancy_resolution**3,
        pictures=picture_bytes(config) if pictures is None else pictures,
        models=models.held,
        step=gradient + max(blur, _rendered(config, device, values) + models.step),
        growth=_growth(config),
        look=gradient + max(_picture(config, device, chunk), _occupancy_update(config)),
        export=gradient + _export(config, chunk),
        start=start_bytes(config, device),
    )


def picture_bytes(config: JobConfig, go_on: GoOn = lambda: None) -> int:
    """Counts the bytes of the dataset, from the pictures' headers.

    Raises:
        DatasetError
    """
    if not config.uses_photos:
        return 0
    settings = config.photometric
    listed = list_dataset(
        dataset_folder(config.dataset), settings.downscale, settings.hold_out_every,
        outside=config.pictures_outside, go_on=go_on,
    )  # fmt: skip
    whole, count = bytes_of(listed.train + listed.held_out, settings.downscale), len(listed.train)
    chosen = min(settings.pictures, count) if settings.pictures else 0  # those that were chosen are a copy
    return whole + (bytes_of(listed.train[:1], settings.downscale) * chosen if 0 < chosen < count else 0)


def _channels(config: JobConfig) -> int:
    latents = config.uses_text and config.score_distillation.space == "latents_first"
    return LATENT_CHANNELS if latents else 3


def _sides(config: JobConfig) -> int:
    """Counts the numbers by which a voxel's color changes with the side it is seen from."""
    turns = config.field.kind == "dense_grid" and config.field.view_dependent_color and _channels(config) == 3
    return 3 * count_harmonics(config.field.harmonics_degree) if turns else 0


def _values(config: JobConfig, resolution: int) -> int:
    at = replace(config.field, resolution=max(resolution, config.field.resolution), start_resolution=resolution)
    return parameter_bytes(blank_field(at, field_bounds(config), Method(config.method), _channels(config)))


def _growth(config: JobConfig) -> int:
    """The most at once while a lattice grows: the old gradient, and beyond what the grown one and its moments take at
    all times, a copy of the channels in another order."""
    steps = sorted(upsampling_steps(config.field, config.optimize.steps).items())
    if not steps or not isinstance(blank_field(config.field, field_bounds(config), Method.TEXT), Upsampleable):
        return 0
    sizes = [_values(config, each) for each in (config.field.start_resolution, *(size for _, size in steps))]
    final = 3 * sizes[-1]
    taken = [4 * before + 2 * after for before, after in zip(sizes[:-1], sizes[1:], strict=True)]
    return max(0, max(taken) - final)


def _rendered(config: JobConfig, device: torch.device, values: int) -> int:
    """Estimates what a step keeps of its rays for the way back; guidances come one after another."""
    samples = config.render.samples_per_ray + config.render.fine_samples_per_ray
    asked = _rays(config) * samples
    if _fuses(config, device):
        sides = _sides(config)
        touched = min(values // 4 // (1 + _channels(config) + sides), 8 * asked)
        return asked * (FUSED_SAMPLE + 4 * sides) + touched * (FUSED_VOXEL + 8 * sides)
    twice = 2 if config.render.fine_samples_per_ray and config.field.kind == "mip_nerf" else 1
    point = _point(config.field, _channels(config), gradients=True, normals=_wants_normals(config))
    return int(twice * asked * (point + PLAIN_SAMPLE))


def _rays(config: JobConfig) -> int:
    photos = config.photometric.rays_per_step if config.uses_photos else 0
    return max(photos, view_rays(config))


def _picture(config: JobConfig, device: torch.device, chunk: int) -> int:
    """A preview, a held-out picture or one of a view: as many rays as one chunk has."""
    samples = config.render.samples_per_ray + config.render.fine_samples_per_ray
    rays = min(chunk, max(config.optimize.preview_size, PICTURE_SIZE) ** 2)
    point: float = FUSED_PICTURE_SAMPLE
    if not _fuses(config, device):
        point = PLAIN_PICTURE_SAMPLE + _point(config.field, _channels(config))
    return int(rays * samples * point)


def _occupancy_update(config: JobConfig) -> int:
    return int(config.render.occupancy_resolution**3 * (OCCUPANCY_POINT + _point(config.field, _channels(config))))


def _export(config: JobConfig, chunk: int) -> int:
    """It asks fewer points at once where memory is short, as pictures do."""
    grid = config.field.kind == "dense_grid"
    point = LATTICE_POINT if grid else _point(config.field, _channels(config))
    return export_bytes(field_bounds(config), config.export.resolution, point * chunk / CHUNK_RAYS)


def _fuses(config: JobConfig, device: torch.device) -> bool:
    plain = config.render.fine_samples_per_ray == 0 and not _wants_normals(config)
    noisy = config.uses_text and config.dream_fields.sparsity == "perturbed_density"
    return config.field.kind == "dense_grid" and device.type == "cpu" and plain and not noisy and has_numba()


def _wants_normals(config: JobConfig) -> bool:
    lit = config.uses_text and config.score_distillation.shading_after < 1
    return lit or config.regularizer.orientation.weight > 0


def _small(config: FieldConfig) -> FieldConfig:
    """Returns the config with few cells: what a point takes does not hang on how many there are."""
    return replace(config, start_resolution=8, resolution=8)


@functools.lru_cache(maxsize=64)
def _point_of(config: FieldConfig, channels: int, gradients: bool, normals: bool) -> float:
    field = blank_field(config, UNIT_CUBE, Method.TEXT, channels)
    return bytes_a_point(field, gradients=gradients, normals=normals)


def _point(config: FieldConfig, channels: int, *, gradients: bool = False, normals: bool = False) -> float:
    if config.kind == "dense_grid" and not config.view_dependent_color:
        return DENSE_GRID_POINT[gradients, normals] + 4 * (channels - 3)
    copies = HASH_COPIES if config.kind in HASHED else COPIES
    inside = 1 if gradients or config.kind == "dense_grid" else copies
    return math.ceil(inside * _point_of(_small(config), channels, gradients, normals))
