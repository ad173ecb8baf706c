"""Each kind of field at a size that a test can afford."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from backend.config import (
    FieldConfig,
    HashGridConfig,
    Method,
    MipNerfConfig,
    NerfConfig,
    SdfConfig,
    SirenConfig,
    TriPlaneConfig,
)
from backend.fields.build import FIELDS, build_field
from backend.fields.field import UNIT_CUBE, Bounds, Field
from backend.fields.neural_field import NeuralField

SMALL = FieldConfig(
    resolution=12,
    start_resolution=8,
    nerf=NerfConfig(layers=3, width=24, skip=1, frequencies=3),
    mip_nerf=MipNerfConfig(degree=3, features=12, blocks=2, width=16, inner_width=24),
    hash_grid=HashGridConfig(levels=3, log2_table=8, coarsest=4, finest=16, width=16),
    siren=SirenConfig(layers=3, width=24, frequency=4.0),
    tri_plane=TriPlaneConfig(plane_resolution=8, plane_features=4, width=16),
    sdf=SdfConfig(layers=2, width=16),
)
KINDS = sorted(FIELDS)


def small(
    kind: str, bounds: Bounds = UNIT_CUBE, method: Method = Method.RECONSTRUCT, channels: int = 3, seed: int = 0,
    **changes: Any,
) -> Field:  # fmt: skip
    return build_field(replace(SMALL, kind=kind, **changes), bounds, method, channels, seed)


NETWORKS = [kind for kind in KINDS if isinstance(small(kind), NeuralField)]
