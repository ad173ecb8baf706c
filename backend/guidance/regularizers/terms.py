"""Which terms act at a step, and how strongly: the one door that the optimization uses.

weight(step) = weight x ramp      ramp: 0 before its first fraction of the run, 1 after its second, linear between
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from backend.config import RegularizerConfig
from backend.fields.field import Field
from backend.render.renderer import Rendering

from .field_terms import asymmetry, depth_below, depth_outside, eikonal, random_positions, smoothness
from .ray_terms import clipped_transmittance, distortion, opacity_entropy, orientation
from .total_variation import Lattice, add_total_variation

POINTS = 4096
"""Random points of a step, for the terms of the field itself."""
AXES = {"x": 0, "y": 1}


class Term(NamedTuple):
    """One term of one step."""

    name: str
    loss: Float[Tensor, ""]
    """Weighted: what is descended."""
    value: float
    """Without its weight: what a person reads."""


@dataclass(frozen=True)
class Regularizers:
    """The terms of a config over a run of `steps`. Nothing is kept between steps; a term at weight 0 costs nothing."""

    config: RegularizerConfig
    steps: int

    def weight(self, name: str, step: int) -> float:
        """Returns the weight of the term with this name, at this step."""
        term = getattr(self.config, name)
        return float(term.weight * ramped(step / self.steps, *term.ramp))

    def wants_normals(self, step: int) -> bool:
        """Tells whether a rendering at this step must have normals."""
        return self.weight("orientation", step) > 0

    def terms(self, step: int, field: Field, rendering: Rendering, generator: torch.Generator) -> list[Term]:
        """Returns the terms along the rays of one rendering; none of them asks the field again so far.

        Raises:
            ValueError: normals are wanted, and the rendering has none.
        """
        if self.wants_normals(step) and rendering.normals is None:
            raise ValueError(
                "The orientation term needs normals: render with normals=regularizers.wants_normals(step)."
            )
        return self._weighted(step, {
            "transmittance": lambda: clipped_transmittance(rendering.opacity, self.config.transmittance_target),
            "opacity_entropy": lambda: opacity_entropy(rendering.opacity),
            "distortion": lambda: distortion(rendering.weights, _there(rendering.lengths)),
            "orientation": lambda: orientation(
                rendering.weights, _there(rendering.normals), _there(rendering.directions)
            ),
        })  # fmt: skip

    def field_terms(self, step: int, field: Field, generator: torch.Generator) -> list[Term]:
        """Returns the terms of the field itself, at points that are drawn anew for each."""
        config = self.config

        def at() -> Float[Tensor, "n 3"]:
            drawn = random_positions(field.bounds, POINTS, generator)
            return drawn.to(next(parameter.device for _, parameter in field.named_parameters()))

        return self._weighted(step, {
            "eikonal": lambda: eikonal(field, at(), config.eikonal_width),
            "smoothness": lambda: smoothness(field, at(), config.smoothness_distance, generator),
            "symmetry": lambda: asymmetry(field, at(), AXES[config.mirror_axis]),
            "ground": lambda: depth_below(field, at(), config.ground_height),
            "inside": lambda: depth_outside(field, at(), config.inside_shape, config.inside_size),
        }, {"eikonal": getattr(field, "eikonal_weight", 0.0)})  # fmt: skip

    def notes(self, field: Field) -> list[str]:
        """Lists what is asked for and cannot be had of this field, a sentence each."""
        wanted = self.config.total_variation_density.weight + self.config.total_variation_color.weight > 0
        if not wanted or isinstance(field, Lattice):
            return []
        return ["Total variation compares neighbors on a lattice, and this field has none: it is left out."]

    def add_total_variation(self, step: int, field: Field, generator: torch.Generator) -> None:
        """After the backward pass: adds its slope to the gradients. A field without a lattice has no neighbors."""
        if isinstance(field, Lattice):
            weights = {name: self.weight(f"total_variation_{name}", step) for name in field.volumes()}
            add_total_variation(field, weights, generator)

    def _weighted(
        self, step: int, losses: dict[str, Callable[[], Float[Tensor, ""]]], own: dict[str, float] | None = None
    ) -> list[Term]:
        """`own` are weights that the field itself comes with, where the config has none."""
        weights = {name: self.weight(name, step) or (own or {}).get(name, 0.0) for name in losses}
        values = {name: losses[name]() for name, weight in weights.items() if weight > 0}
        return [Term(name, weights[name] * value, float(value.detach())) for name, value in values.items()]


def ramped(fraction: float, begin: float, whole: float) -> float:
    """0 before `begin` of the run, 1 from `whole` on, linear between; a ramp without length is a step."""
    if fraction >= max(begin, whole):
        return 1.0
    return 0.0 if fraction <= begin else (fraction - begin) / (whole - begin)


def _there(of_samples: Tensor | None) -> Tensor:
    assert of_samples is not None  # `terms` has refused a rendering without them
    return of_samples
