"""A cache of traced views on disk, in shards: `<cache>/views/<shape>-<shard>.pt`.

Views hold no colour (see `tracing`), so a few thousand of them make any number of pictures. A shard is written once,
under a temporary name and then renamed; a run that is cut off loses one shard at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from .orbit import Orbit, random_orbit
from .shapes import SHAPES, Shape
from .tracing import trace_views

VIEWS_PER_SHARD, SCALE_JITTER, RESOLUTION = 250, 0.08, 32


@dataclass(frozen=True)
class Views:
    """Views of one shape: eight bits are enough for coverage and shade."""

    coverage: UInt8[Tensor, "v k h w"]
    shade: UInt8[Tensor, "v k h w"]
    camera: Float[Tensor, "v 3"]  # azimuth, elevation, distance

    def __len__(self) -> int:
        return len(self.camera)


def traced(shape: Shape, count: int, seed: int) -> Views:
    """New views from random cameras, the object's size jittered."""
    generator = torch.Generator().manual_seed(seed)
    orbit = random_orbit(count, generator)
    scale = 1 + SCALE_JITTER * (2 * torch.rand(count, generator=generator) - 1)
    chunks = [trace_views(shape, Orbit(*cameras), size, RESOLUTION) for *cameras, size in _chunks(orbit, scale)]
    coverage, shade = (torch.cat(images).mul(255).round().byte() for images in zip(*chunks, strict=True))
    return Views(coverage, shade, torch.stack([orbit.azimuth, orbit.elevation, orbit.distance], dim=-1))


def _chunks(orbit: Orbit, scale: Float[Tensor, " b"], size: int = 10) -> Iterable[tuple[Tensor, ...]]:
    """Few views at a time, so that the rays stay in the processor's cache."""
    return zip(*(t.split(size) for t in (orbit.azimuth, orbit.elevation, orbit.distance, scale)), strict=True)


def trace_missing(cache: Path, shards: range) -> None:
    """Write the shards that are not there yet. Shard s of shape i is seeded by (s, i) alone."""
    (cache / "views").mkdir(parents=True, exist_ok=True)
    for shard in shards:
        for index, shape in enumerate(SHAPES):
            path = _shard_path(cache, shape, shard)
            if not path.exists():
                _write(path, traced(shape, VIEWS_PER_SHARD, seed=1000 * shard + index))


def load_views(cache: Path, shards: Iterable[int]) -> list[Views]:
    """All views of these shards that exist, one `Views` for each shape."""
    shards = list(shards)
    return [_joined([p for s in shards if (p := _shard_path(cache, shape, s)).exists()]) for shape in SHAPES]


def _joined(paths: list[Path]) -> Views:
    parts = [torch.load(path, weights_only=True) for path in paths]
    return Views(*(torch.cat([part[name] for part in parts]) for name in ("coverage", "shade", "camera")))


def _write(path: Path, views: Views) -> None:
    partial = path.with_suffix(".partial")
    torch.save(vars(views), partial)
    partial.rename(path)


def _shard_path(cache: Path, shape: Shape, shard: int) -> Path:
    return cache / "views" / f"{shape.name}-{shard:03d}.pt"
