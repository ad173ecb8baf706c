"""The numbers of rendering views of a scene, told once as in backend/config."""

from __future__ import annotations

from .wire import config, dataclass


@dataclass(frozen=True)
class CaptureConfig:
    """How the views of a scene are taken before it is reconstructed."""

    views: int = config.setting(40, "Number of views around the scene", low=2, high=1000)
    image_size: int = config.setting(128, "Width and height of each view", low=16, high=4096, unit="px")
    samples: int = config.setting(32, "Cycles samples per view", low=1, high=4096)
    hold_out_every: int = config.setting(8, "Every n-th view is used for validation only", low=2, high=1000)
    fov_degrees: float = config.setting(
        40.0, "Field of view of the automatic cameras", low=5.0, high=120.0, unit="degrees"
    )
    elevation_low_degrees: float = config.setting(
        -15.0, "Elevation of the lowest automatic camera", low=-90.0, high=90.0, unit="degrees"
    )
    elevation_high_degrees: float = config.setting(
        75.0, "Elevation of the highest automatic camera", low=-90.0, high=90.0, unit="degrees"
    )
