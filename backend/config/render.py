"""Settings of how rays become pixels."""

from __future__ import annotations

from .light_dataclass import dataclass
from .setting import setting


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
    early_stop_transmittance: float = setting(
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
