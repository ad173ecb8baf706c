"""Settings of where things lie and how they are seen: box, field, renderer, cameras."""

from __future__ import annotations

import math
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from .networks import HashGridConfig, MipNerfConfig, NerfConfig, SdfConfig, SirenConfig, TriPlaneConfig
from .setting import setting

FIELD_KINDS = ("dense_grid", "hash_grid", "nerf", "mip_nerf", "siren", "tri_plane", "sdf")
STARTS = ("fog", "blob", "empty", "bare")


@dataclass(frozen=True)
class BoundsConfig:
    """The box that the result fills, in metres of the scene (Z up).

    A job keeps to the box's own frame, in which the box is not turned: pictures are turned into it as they are read,
    and who places the result turns it with the box (`to_scene`).
    """

    centre: tuple[float, float, float] = setting((0.0, 0.0, 1.0), "Centre of the box", low=-1e6, high=1e6, unit="m")
    size: tuple[float, float, float] = setting((2.0, 2.0, 2.0), "Size of the box", low=1e-4, high=1e6, unit="m")
    rotation_degrees: tuple[float, float, float] = setting(
        (0.0, 0.0, 0.0), "How the box is turned about its centre: around X, then Y, then Z (Blender's XYZ Euler)",
        low=-360.0, high=360.0, unit="degrees",
    )  # fmt: skip

    @property
    def to_scene(self) -> list[list[float]]:
        """The 4x4 that turns the box's own frame about its centre into the scene's: p = c + Rz Ry Rx (q - c)."""
        (cx, sx), (cy, sy), (cz, sz) = (_cos_sin(angle) for angle in self.rotation_degrees)
        turn = [
            [cy * cz, sx * sy * cz - cx * sz, cx * sy * cz + sx * sz],
            [cy * sz, sx * sy * sz + cx * cz, cx * sy * sz - sx * cz],
            [-sy, sx * cy, cx * cy],
        ]
        shifts = [
            c - sum(r * x for r, x in zip(row, self.centre, strict=True))
            for c, row in zip(self.centre, turn, strict=True)
        ]
        return [[*row, shift] for row, shift in zip(turn, shifts, strict=True)] + [[0.0, 0.0, 0.0, 1.0]]


def _cos_sin(degrees: float) -> tuple[float, float]:
    return math.cos(math.radians(degrees)), math.sin(math.radians(degrees))


@dataclass(frozen=True)
class FieldConfig:
    """The radiance field; resolutions are the dense grid's, each other kind has a group of its own."""

    kind: str = setting("dense_grid", "Representation of the field", choices=FIELD_KINDS)
    resolution: int = setting(96, "Voxels along an axis at the end", low=8, high=512)
    start_resolution: int = setting(48, "Voxels along an axis at the start", low=4, high=512)
    grow_at: tuple[float, ...] = setting(
        (0.35,), "Fractions of the run at which the grid grows towards its final resolution", low=0.0, high=1.0
    )
    start: str = setting(
        "",
        "What is there before the first step: a wide fog, DreamFusion's small blob, nothing, or what bare weights say;"
        " empty means by method",
        choices=("", *STARTS),
    )
    view_dependent_colour: bool = setting(False, "Whether colours change with the side they are seen from (networks)")
    direction_frequencies: int = setting(
        4, "Octaves of the encoding of directions", low=0, high=12, source="NeRF, section 5.1"
    )
    unbounded: bool = setting(
        False, "Whether there is a scene around the box; it is drawn in towards it", source="mip-NeRF 360, eq. 10"
    )
    reach: float = setting(
        16.0, "How far an unbounded scene is followed", low=1.0, high=1e4, unit="half-widths of the box"
    )
    density_scale: float = setting(
        100.0, "Optical depth of the longest side of the box where softplus is 1", low=1e-2, high=1e6
    )
    nerf: NerfConfig = dataclass_field(default_factory=NerfConfig)
    mip_nerf: MipNerfConfig = dataclass_field(default_factory=MipNerfConfig)
    hash_grid: HashGridConfig = dataclass_field(default_factory=HashGridConfig)
    siren: SirenConfig = dataclass_field(default_factory=SirenConfig)
    tri_plane: TriPlaneConfig = dataclass_field(default_factory=TriPlaneConfig)
    sdf: SdfConfig = dataclass_field(default_factory=SdfConfig)


@dataclass(frozen=True)
class RenderConfig:
    """How rays become pixels."""

    image_size: int = setting(32, "Width and height of the pictures a guidance sees", low=8, high=512, unit="px")
    samples_per_ray: int = setting(64, "Stratified samples along a ray", low=8, high=1024)
    fine_samples_per_ray: int = setting(
        0,
        "Further samples where those found something; 0: none",
        low=0,
        high=1024,
        source="NeRF, section 5.2: 128 after 64",
    )
    coarse_weight: float = setting(
        1.0,
        "Weight of the first samples' own error beside that of all, where there are further ones",
        low=0.0,
        high=1e3,
        source="NeRF, eq. 6",
    )
    least_light: float = setting(
        0.0,
        "A ray ends where this share of its light is left; 0: at the end of the box. Pays for fields of a network",
        low=0.0,
        high=0.5,
        source="Instant-NGP: 1e-4",
    )
    occupancy_resolution: int = setting(32, "Cells along an axis of the grid of empty space", low=4, high=256)
    occupancy_threshold: float = setting(
        0.01,
        "Opacity of one sample below which its cell counts as empty",
        low=0.0,
        high=1.0,
        source="Instant-NGP, appendix C",
    )
    occupancy_warmup: int = setting(60, "Steps before empty space is skipped", low=0, high=100_000)
    occupancy_decay: float = setting(
        0.6, "What is left of a cell's density at each look", low=0.0, high=1.0, source="Instant-NGP: 0.95"
    )
    preview_seconds: float = setting(
        0.5, "Longest time of a preview while the job runs; its resolution falls first", low=0.0, high=3600.0, unit="s"
    )


@dataclass(frozen=True)
class OrbitConfig:
    """Random cameras around the unit cube [-1, 1]^3 (text), as the embedded model was trained."""

    radius_low: float = setting(3.0, "Nearest camera", low=1.0, high=100.0, unit="cube half-widths")
    radius_high: float = setting(3.4, "Farthest camera", low=1.0, high=100.0, unit="cube half-widths")
    elevation_low_degrees: float = setting(-20.0, "Lowest camera", low=-90.0, high=90.0, unit="degrees")
    elevation_high_degrees: float = setting(75.0, "Highest camera", low=-90.0, high=90.0, unit="degrees")
    fov_degrees: float = setting(40.0, "Vertical field of view", low=1.0, high=170.0, unit="degrees")
    fov_spread_degrees: float = setting(
        0.0, "Half-width of the draw around the field of view; 0 keeps it", low=0.0, high=80.0, unit="degrees"
    )
    views: int = setting(4, "Views rendered in one step", low=1, high=64)
