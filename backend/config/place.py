"""Settings of where things lie and how they are seen: box, field, renderer, cameras."""

from __future__ import annotations

from dataclasses import dataclass

from .setting import setting


@dataclass(frozen=True)
class BoundsConfig:
    """The box that the result fills, in metres of the scene (Z up)."""

    centre: tuple[float, float, float] = setting((0.0, 0.0, 1.0), "Centre of the box", low=-1e6, high=1e6, unit="m")
    size: tuple[float, float, float] = setting((2.0, 2.0, 2.0), "Size of the box", low=1e-4, high=1e6, unit="m")


@dataclass(frozen=True)
class FieldConfig:
    """The radiance field."""

    kind: str = setting("dense_grid", "Representation of the field", choices=("dense_grid",))
    resolution: int = setting(96, "Voxels along an axis at the end", low=8, high=512)
    start_resolution: int = setting(48, "Voxels along an axis at the start", low=4, high=512)
    grow_at: tuple[float, ...] = setting(
        (0.35,), "Fractions of the run at which the grid grows towards its final resolution", low=0.0, high=1.0
    )
    start: str = setting(
        "",
        "What is there before the first step: a wide fog, DreamFusion's small blob, or nothing; empty means by method",
        choices=("", "fog", "blob", "empty"),
    )


@dataclass(frozen=True)
class RenderConfig:
    """How rays become pixels."""

    image_size: int = setting(32, "Width and height of the pictures a guidance sees", low=8, high=512, unit="px")
    samples_per_ray: int = setting(64, "Stratified samples along a ray", low=8, high=1024)
    occupancy_resolution: int = setting(32, "Cells along an axis of the grid of empty space", low=4, high=256)
    occupancy_threshold: float = setting(
        0.01,
        "Opacity of one sample below which its cell counts as empty",
        low=0.0,
        high=1.0,
        source="Instant-NGP, appendix C",
    )
    occupancy_warmup: int = setting(60, "Steps before empty space is skipped", low=0, high=100_000)


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
