"""Settings of what is handed back."""

from __future__ import annotations

from .light_dataclass import dataclass
from .setting import setting


@dataclass(frozen=True)
class ExportConfig:
    """What is handed back."""

    resolution: int = setting(128, "Voxels along an axis of the exported grids", low=8, high=512)
    threshold: float = setting(0.0, "Density of the surface; 0 chooses it from the grid", low=0, high=1e6, unit="1/m")
