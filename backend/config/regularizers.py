"""Settings of the terms that prefer one field over another: each has a weight and a ramp."""

from __future__ import annotations

from dataclasses import field as dataclass_field

from .light_dataclass import dataclass
from .setting import setting


@dataclass(frozen=True)
class TermConfig:
    """One term: off at weight 0."""

    weight: float = setting(0.0, "Weight of the term; 0 leaves it out", low=0.0, high=1e6)
    ramp: tuple[float, float] = setting(
        (0.0, 0.0), "Fractions of the run at which the term begins and has its whole weight", low=0.0, high=1.0
    )


def term(meaning: str) -> TermConfig:
    """A term that is off; `meaning` is what it prefers."""
    return dataclass_field(default_factory=TermConfig, metadata={"about": meaning})


@dataclass(frozen=True)
class RegularizerConfig:
    """What is preferred where the guidance does not care."""

    transmittance: TermConfig = term("Empty space up to a target (Dream Fields, eq. 9)")
    total_variation_density: TermConfig = term("Density like its neighbors")
    total_variation_color: TermConfig = term("Color like its neighbors")
    opacity_entropy: TermConfig = term("A ray hits or misses, nothing between")
    distortion: TermConfig = term("Weights of a ray lie together (mip-NeRF 360, eq. 15)")
    orientation: TermConfig = term("Surfaces face the camera that sees them (Ref-NeRF, eq. 11)")
    eikonal: TermConfig = term("Density falls equally fast around all surfaces (after IGR)")
    smoothness: TermConfig = term("Normals like those beside them")
    symmetry: TermConfig = term("The two sides of a mirror plane are alike")
    ground: TermConfig = term("Nothing below the ground plane")
    inside: TermConfig = term("Nothing outside a shape")
    eikonal_width: float = setting(
        0.03, "Way over which density falls by e at a surface", low=1e-3, high=1.0, unit="half-widths"
    )
    smoothness_distance: float = setting(0.03, "How far beside a point", low=1e-3, high=1.0, unit="half-widths")
    mirror_axis: str = setting("x", "Axis across the mirror plane, which goes through the middle", choices=("x", "y"))
    ground_height: float = setting(-1.0, "Height of the ground in half-widths of the box", low=-1.0, high=1.0)
    inside_shape: str = setting("ball", "The shape that is kept inside", choices=("ball", "box", "cylinder"))
    inside_size: float = setting(0.9, "Half-width of that shape in half-widths of the box", low=0.05, high=1.8)
    transmittance_target: float = setting(0.88, "Share of light that should pass", low=0.0, high=1.0)
