"""Latents as a field: a hypernetwork makes of them the weights of a small network of positions (Shap-E, section 3).

That network tells tanh(d), where d is a signed distance, positive inside, and the color of a textured mesh, sRGB (STF,
section 3.1.2); its density of a radiance field is not read. It was trained by where d is 0 alone, so its slope says
nothing, and is measured at the surface:

    logit(p) = SHARPNESS min(d(q) / median |d'|, 1 - max |q|),     q = fit(p): nothing is outside of [-1, 1]^3,

so that at 128 cells a side the logit changes by 2 from cell to cell, as that of our own prior does. Its axes are ours:
Z up, and what its cameras see first is seen from -Y (diffusers' create_pan_cameras). The object is fitted into the box
as all objects are (backend/priors/fitting.py), whatever its size in its own cube.
"""

from __future__ import annotations

import copy
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from backend.color import srgb_decoded
from backend.errors import EmptyFieldError, ModelError
from backend.fields.field import Bounds
from backend.pretrained.offload import free_unused
from backend.pretrained.shap_e import ShapEFolder

from ..fitting import FIT_CELLS, fitted
from ..prior_field import OUTSIDE
from ..query import coarse_to_fine, lattice, near_surface

SHARPNESS, STEP = 128.0, 1 / FIT_CELLS
LARGEST = 1 - 1e-6
"""Of tanh(d), beyond which single precision knows no d."""
_WORDS = "these words", "say it in other words"
SMALLEST = 1e-3
"""Slope that is divided by."""
Latents = Float[Tensor, "1 n d"]


class LatentField:
    """A shape of Shap-E's in its own cube, [-1, 1]^3; asked in the chunks of backend/priors/query.py."""

    def __init__(self, network: Any, device: torch.device) -> None:
        """`network` tells signed distances and colors (diffusers' MLPNeRSTFModel)."""
        self.network, self.device, self.gain = network, device, SHARPNESS

    def logit(self, at: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Returns the logit of being inside."""
        to_cube = 1 - at.abs().amax(-1)
        return torch.minimum(self.gain * self.distance(at), SHARPNESS * to_cube).clamp_min(OUTSIDE)

    def distance(self, at: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Returns the signed distance in a unit of the network's own, positive inside."""
        squashed: Tensor = self._ask(at).signed_distance[0, :, 0].to(at)
        return squashed.clamp(-LARGEST, LARGEST).atanh()

    def color(self, at: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """Linear."""
        return srgb_decoded(self._ask(at).channels[0].to(at))

    @torch.no_grad()
    def _ask(self, at: Float[Tensor, "n 3"]) -> Any:
        positions = at.clamp(-1, 1)[None].to(self.device)
        return self.network(position=positions, direction=None, ts=None, nerf_level="fine", rendering_mode="stf")


class FittedField:
    """The same in the middle of a field's box, as large as all objects are (`ShapeAnswer`)."""

    def __init__(self, shape: LatentField, bounds: Bounds, *, of_picture: bool = False) -> None:
        """Fits it; where nothing is inside, what is said of it goes by what it was made of.

        Raises:
            EmptyFieldError: nothing is inside.
        """
        self.shape, self.of_picture = shape, of_picture
        sides = [high - low for low, high in zip(bounds.low, bounds.high, strict=True)]
        self.cube = torch.tensor(sides) / min(sides)
        self.frame = fitted(shape.logit)
        surface = self._surface()
        self.main_color = self.color(surface).mean(0)
        shape.gain = SHARPNESS / self._slope(surface)

    def logit(self, coords: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Returns the logit of being inside, at positions of the box as [-1, 1]^3."""
        return self.shape.logit(self._own(coords))

    def color(self, coords: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """Linear, at positions of the box as [-1, 1]^3."""
        return self.shape.color(self._own(coords))

    def _own(self, coords: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        return self.frame.positions(coords * self.cube.to(coords))

    def _surface(self) -> Float[Tensor, "n 3"]:
        """Returns cells of the box at the surface, or all of them where all of them are inside."""
        held = coarse_to_fine(self.logit, (FIT_CELLS,) * 3) > 0
        if not held.any():
            made_of, other = ("this picture", "choose another") if self.of_picture else _WORDS
            raise EmptyFieldError(f"Shap-E made nothing that is solid of {made_of}: take another seed, or {other}.")
        return lattice((FIT_CELLS,) * 3)[held if held.all() else near_surface(held)]

    def _slope(self, at: Float[Tensor, "n 3"]) -> float:
        """Returns the median slope of the distance, by central differences within the shape's own cube."""
        ends = [(self._own(at + step), self._own(at - step)) for step in STEP * torch.eye(3)]
        rise = [(self.shape.distance(up) - self.shape.distance(down)) / (2 * STEP) for up, down in ends]
        within = torch.stack([(up.abs() < 1) & (down.abs() < 1) for up, down in ends]).all(-1).all(0)
        slopes = torch.stack(rise, -1)[within].norm(dim=-1)
        return max(float(slopes.median()), SMALLEST) if len(slopes) else 1.0


@torch.no_grad()
def field_of(model: ShapEFolder, latents: Latents) -> LatentField:
    """Makes the field that latents stand for; the hypernetwork, which is large, is let go.

    Raises:
        ModelError: the renderer is missing, broken, or belongs to other latents.
    """
    renderer = model.renderer()
    rows = sum(shape[0] for shape in renderer.config.param_shapes)
    if (rows, renderer.config.d_latent) != tuple(latents.shape[1:]):
        raise ModelError(
            f"The renderer of the Shap-E in {model.folder} reads latents of {rows} x {renderer.config.d_latent}, "
            f"not of {latents.shape[1]} x {latents.shape[2]}: fetch the model again."
        )
    made = renderer.params_proj(latents.to(model.device))
    network = copy.deepcopy(renderer.mlp)
    for name, value in network.state_dict().items():
        if (weights := made.get(f"nerstf.{name}")) is not None:
            value.copy_(weights[0])
    del renderer
    free_unused(model.device)
    return LatentField(network, model.device)
