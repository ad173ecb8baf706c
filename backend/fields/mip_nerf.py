"""A residual network of integrated random Fourier features: mip-NeRF's cones, and the network of Dream Fields.

Dream Fields (Jain et al. 2022, arXiv 2112.01455, appendix; published code): cosines and sines of 3 + 128 frequencies up
to 2^8, a layer of 128, four residual blocks (256, 128), a layer of 128, then density and color; swish between layers,
softplus of density, no view direction. That is 315 396 numbers to learn ("about 280 K" in the paper).

Asked for points without stretches it answers for a small cell: what it learned of cones it has never said of a point.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from backend.config import FieldConfig

from .contraction import contracted_pieces
from .field import Bounds, ConicalFrustums
from .integrated_encoding import Gaussians, IntegratedEncoding, cell_gaussians, frustum_gaussians, normalized_gaussians
from .network import ResidualBlock
from .neural_field import NeuralField


class MipNerf(NeuralField):
    """Sees stretches; implements `IntegratesFrustums`."""

    integrates_frustums = True

    def __init__(self, bounds: Bounds, config: FieldConfig, density_init: str, color_channels: int = 3) -> None:
        settings = config.mip_nerf
        super().__init__(bounds, config, density_init, settings.learning_rate)
        width, self.point_width = settings.width, settings.point_width * self.side
        self.encoding = IntegratedEncoding(settings.features, settings.degree)
        blocks = [ResidualBlock(width, settings.inner_width) for _ in range(settings.blocks)]
        ends = [nn.Linear(width, width), nn.SiLU()]
        self.trunk = nn.Sequential(nn.Linear(self.encoding.width, width), nn.SiLU(), *blocks, *ends)
        self.raw_density = nn.Linear(width, 1)
        self.color = self.head(width, color_channels, 0, width)

    def density(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Returns the mean density (1/meter) of small cells around the positions."""
        return self._density(positions, self._evaluate(self._pieces(positions, None, None))[0])

    def density_and_color(
        self,
        positions: Float[Tensor, "n 3"],
        directions: Float[Tensor, "n 3"] | None = None,
        frustums: ConicalFrustums | None = None,
    ) -> tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]:
        """Returns density and color of the frustums, where they and their directions are given; else of small cells
        around the positions."""
        raw, features = self._evaluate(self._pieces(positions, directions, frustums))
        return self._density(positions, raw), self.color(features, directions)

    def _pieces(
        self, positions: Float[Tensor, "n 3"], directions: Float[Tensor, "n 3"] | None, frustums: ConicalFrustums | None
    ) -> Gaussians:
        """Returns the Gaussians in [-1, 1], contracted where all of space is in it; outside those of the nearest
        position inside."""
        positions = positions.nan_to_num(0.0, 1e9, -1e9)
        if frustums is None or directions is None:
            world = cell_gaussians(positions, self.point_width)
        else:
            world = frustum_gaussians(positions, directions, frustums)
        pieces = normalized_gaussians(world, self.bounds)
        if not self.config.unbounded:
            return Gaussians(pieces.mean.clamp(-1, 1), pieces.covariance)
        mean, covariance = contracted_pieces(pieces)
        return Gaussians(mean / 2, covariance / 4)

    def _evaluate(self, pieces: Gaussians) -> tuple[Float[Tensor, " n"], Float[Tensor, "n f"]]:
        """Raw density, and features for the head."""
        values = self.trunk(self.encoding(pieces))
        return self.raw_density(values)[:, 0], values
