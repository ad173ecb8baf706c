"""What pulls on a field: a guidance proposes rays, looks at what they show, and answers with a loss.

The optimization knows only this protocol, so a new guidance is one file, one line in `build.py` and one config class.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from jaxtyping import Float
from torch import Tensor

from backend.cameras.camera import Rays
from backend.config import JobConfig
from backend.render.renderer import Rendering
from backend.render.shading import Shading


@dataclass(frozen=True)
class RayRequest:
    """Flat rays to render, and what the guidance wants to remember about them until it sees the rendering."""

    rays: Rays
    context: Any = None
    shading: Shading | None = None
    """How surfaces are lit; None leaves their own color."""
    density_noise: float = 0.0
    """Deviation of the noise on raw density while this is rendered (backend/fields/density_noise.py)."""


@dataclass(frozen=True)
class GuidanceLoss:
    """A scalar to descend, and named parts of it for a person to read."""

    loss: Float[Tensor, ""]
    terms: dict[str, float] = field(default_factory=dict)


class Guidance(Protocol):
    """A source of gradient. Several may pull on one field: their losses are added, each with its own weight."""

    models: list[dict[str, str]]
    """Name, license and source of each model that is asked."""

    def sample_views(self, step: int) -> RayRequest | None:
        """The rays that it wants to see at this step; None when it asks for nothing now."""
        ...

    def loss(self, request: RayRequest, rendering: Rendering, step: int) -> GuidanceLoss:
        """Returns what it thinks of them; differentiable in the rendering."""
        ...

    def edit(self, config: JobConfig) -> None:
        """Other words or weights from now on; each guidance reads its own part."""
        ...

    def state(self) -> dict[str, Tensor]:
        """Returns what it has gathered on the way and must know again after a checkpoint."""
        ...

    def restore(self, state: dict[str, Tensor]) -> None:
        """Takes back what `state` gave."""
        ...


@runtime_checkable
class OptimizesLatents(Protocol):
    """A guidance that may have the field hold a model's latents first, and colors later (Latent-NeRF's idea)."""

    color_channels: int
    """Of the field at its start: more than 3 where it begins with latents."""
    latent_colors: tuple[Tensor, Tensor] | None
    """Matrix (channels, 3) and bias (3): latents to sRGB."""

    def colors_due(self, step: int) -> tuple[Tensor, Tensor] | None:
        """The map, once latents should have become colors."""
        ...


class Stateless:
    """For guidances that gather nothing on the way."""

    def state(self) -> dict[str, Tensor]:
        return {}

    def restore(self, state: dict[str, Tensor]) -> None:
        pass
