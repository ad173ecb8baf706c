"""Settings of random cameras."""

from __future__ import annotations

from .light_dataclass import dataclass
from .setting import setting


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
