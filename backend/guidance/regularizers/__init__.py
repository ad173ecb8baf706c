"""Terms that prefer one field over another where the guidance does not care. `Regularizers` is the one door.

    terms            which terms act at a step, and how strongly     ray_terms    along the rays of a rendering
    total_variation  between neighbors of a lattice                 field_terms  at random points of the box
    shapes           what a field may be kept inside

Each term is a function of a rendering or of a field, with its equation; settings of the same name weigh it.
"""

from __future__ import annotations

from .ray_terms import clipped_transmittance, mean_transmittance, opacity_entropy
from .terms import Regularizers, Term
from .total_variation import Lattice, add_total_variation, total_variation

__all__ = [
    "Lattice", "Regularizers", "Term", "add_total_variation", "clipped_transmittance", "mean_transmittance",
    "opacity_entropy", "total_variation",
]  # fmt: skip
