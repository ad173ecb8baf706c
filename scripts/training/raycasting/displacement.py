"""Rough surfaces: what a field makes of a thing is never as smooth as the thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from trimesh import Trimesh
from trimesh.remesh import subdivide_to_size

WAVES, LONGEST, SHORTEST = 12, 1.2, 0.2  # of the waves, in units of the scene
EDGE = 0.2  # no edge stays longer: a flat wall is bent as well


def displace(meshes: Sequence[Trimesh], displacement: float, generator: torch.Generator) -> list[Trimesh]:
    """All of them bent by one field, so that what touches keeps touching; how far is drawn from 0 to `dents`.

    x + a sum_i u_i sin(k_i . x + p_i) / sqrt(n / 2), with random unit u_i, phases p_i and wavelengths 2 pi / |k_i|.
    """
    size = displacement * float(torch.rand((), generator=generator))
    along, across = (_directions(generator) for _ in range(2))
    uniform = torch.rand(2, WAVES, generator=generator, dtype=torch.double).numpy()
    waves = 2 * np.pi / (LONGEST * (SHORTEST / LONGEST) ** uniform[0])[:, None] * along
    return [
        _displace_mesh(mesh, lambda at: size * np.sin(at @ waves.T + 2 * np.pi * uniform[1]) @ across)
        for mesh in meshes
    ]


def _directions(generator: torch.Generator) -> np.ndarray:
    drawn = torch.randn(WAVES, 3, generator=generator, dtype=torch.double)
    return torch.nn.functional.normalize(drawn, dim=-1).numpy()


def _displace_mesh(mesh: Trimesh, by: Callable[[np.ndarray], np.ndarray]) -> Trimesh:
    vertices, faces = subdivide_to_size(mesh.vertices, mesh.faces, EDGE, max_iter=20)
    return Trimesh(vertices + by(vertices) / np.sqrt(WAVES / 2), faces, process=False)
