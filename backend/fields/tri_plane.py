"""Three planes of features and a small decoder (EG3D, Chan et al. 2022, arXiv 2112.07945, section 4.1).

One hidden layer of 64 with softplus makes density and color of the summed features. EG3D's planes are made by a
generator; here they are learned, as any field is.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from backend.config import FieldConfig

from .field import Bounds
from .neural_field import NeuralField
from .tri_plane_encoding import TriPlaneEncoding


class TriPlane(NeuralField):
    """Planes, a decoder, a head."""

    def __init__(self, bounds: Bounds, config: FieldConfig, density_init: str, color_channels: int = 3) -> None:
        settings = config.tri_plane
        super().__init__(bounds, config, density_init, settings.learning_rate)
        self.encoding = TriPlaneEncoding(settings.plane_resolution, settings.plane_features)
        self.trunk = nn.Sequential(nn.Linear(self.encoding.width, settings.width), nn.Softplus())
        self.raw_density = nn.Linear(settings.width, 1)
        self.color = self.head(settings.width, color_channels, 0, settings.width)

    def _raw(self, coords: Float[Tensor, "n 3"]) -> tuple[Float[Tensor, " n"], Float[Tensor, "n f"]]:
        values = self.trunk(self.encoding(coords))
        return self.raw_density(values)[:, 0], values
