"""Views of every subject, cast once and kept on disk: `<cache>/zoo/<subject>-<print>-<shard>.pt`.

Views hold no colour (see `casting`), so a thousand of them make any number of pictures. The print is a hash of one
instance's meshes: a thing whose function is changed is cast again. A shard is written under a temporary name, then
renamed; a run that is cut off loses one shard of each worker at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor

from scripts.guide_data.orbit import Orbit, random_orbit

from .casting import RESOLUTION, SUPERSAMPLES, Caster
from .held_out import share_of
from .subjects import Piece, Subject

INSTANCES, VIEWS_EACH = 8, 32
FORMAT = f"{RESOLUTION} {SUPERSAMPLES} {INSTANCES} {VIEWS_EACH}"

Slot = tuple[int, str, str | None]  # a part's owner, name and colour


@dataclass(frozen=True)
class Views:
    """Views of one subject. `slots` lists, for each instance, what its parts are."""

    coverage: UInt8[Tensor, "v k h w"]
    shade: UInt8[Tensor, "v k h w"]
    camera: Float[Tensor, "v 3"]  # azimuth, elevation, distance
    instance: Int[Tensor, " v"]
    slots: list[list[Slot]]

    def __len__(self) -> int:
        return len(self.camera)


def cast(subject: Subject, shard: int, instances: int = INSTANCES, views: int = VIEWS_EACH) -> Views:
    """New views of new instances; a shard is seeded by its number and the subject's name alone."""
    numbers = range(shard * instances, (shard + 1) * instances)
    pieces = [subject.build(number) for number in numbers]
    generator = torch.Generator().manual_seed(int(2**31 * share_of(f"{subject.name} {shard}")))
    orbits = [random_orbit(views, generator) for _ in numbers]
    images = [_images(of_instance, orbit) for of_instance, orbit in zip(pieces, orbits, strict=True)]
    most = max(len(of_instance) for of_instance in pieces)
    cameras = [torch.stack([orbit.azimuth, orbit.elevation, orbit.distance], dim=-1) for orbit in orbits]
    return Views(
        *(torch.cat([_padded(image, most) for image in kind]) for kind in zip(*images, strict=True)),
        camera=torch.cat(cameras),
        instance=torch.arange(instances).repeat_interleave(views),
        slots=[[(piece.owner, piece.name, piece.colour) for piece in of_instance] for of_instance in pieces],
    )


def _images(pieces: list[Piece], orbit: Orbit) -> tuple[Tensor, Tensor]:
    images = Caster([piece.mesh for piece in pieces]).images(orbit)
    return images.coverage, images.shade


def _padded(image: UInt8[Tensor, "v k h w"], parts: int) -> UInt8[Tensor, "v n h w"]:
    return torch.nn.functional.pad(image, (0, 0, 0, 0, 0, parts - image.shape[1]))


@cache
def fingerprint(subject: Subject) -> str:
    """Changes when what the subject's functions build does, or how it is cast."""
    pieces = subject.build(0) + subject.build(1)
    text = " ".join(f"{p.owner}{p.name}{p.colour}{p.mesh.triangles.round(4).tobytes().hex()}" for p in pieces)
    return sha256(f"{FORMAT} {text}".encode()).hexdigest()[:8]


def shard_path(cache_folder: Path, subject: Subject, shard: int) -> Path:
    return cache_folder / "zoo" / f"{subject.name.replace(' ', '_')}-{fingerprint(subject)}-{shard:02d}.pt"


def write_shard(cache_folder: Path, subject: Subject, shard: int) -> None:
    path = shard_path(cache_folder, subject, shard)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save(vars(cast(subject, shard)), partial)
    partial.rename(path)


def read_views(cache_folder: Path, subject: Subject, shards: range) -> Views | None:
    """All shards of the subject that exist; None when there are none."""
    paths = [path for s in shards if (path := shard_path(cache_folder, subject, s)).exists()]
    loaded = [Views(**torch.load(path, weights_only=True)) for path in paths]
    return joined(loaded) if loaded else None


def joined(views: list[Views]) -> Views:
    """One after the other; instances are counted on."""
    most = max(v.coverage.shape[1] for v in views)
    starts = np.cumsum([0, *(len(v.slots) for v in views)])
    return Views(
        coverage=torch.cat([_padded(v.coverage, most) for v in views]),
        shade=torch.cat([_padded(v.shade, most) for v in views]),
        camera=torch.cat([v.camera for v in views]),
        instance=torch.cat([v.instance + int(start) for v, start in zip(views, starts, strict=False)]),
        slots=[slots for v in views for slots in v.slots],
    )
