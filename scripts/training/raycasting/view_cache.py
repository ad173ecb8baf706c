"""Views of every subject, cast once and kept on disk: `<cache>/views/<subject>-<print>-<shard>.pt`.

Views hold no color (see `casting`), so a thousand of them make any number of pictures. The print is a hash of one
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

from ..held_out import share_of
from ..materials.surface_layers import surface_fingerprint
from ..objects.subjects import FORMS, Piece, Subject, form_of
from .displacement import displace
from .orbit import DISTANCES, Orbit, random_orbit
from .raycaster import RESOLUTION, SUPERSAMPLES, Raycaster

INSTANCES, VIEWS_EACH = 8, 32

Slot = tuple[int, str, str | None]  # a part's owner, name and color


@dataclass(frozen=True)
class RenderSpec:
    """How views are cast, and the folder of the cache that they lie in; the default is that of the embedded models."""

    folder: str = "views"
    resolution: int = RESOLUTION
    supersamples: int = SUPERSAMPLES
    instances: int = INSTANCES
    views: int = VIEWS_EACH
    distances: tuple[float, float] = DISTANCES
    own_light: bool = False  # of each view; else one for all, fixed in the world
    displacement: float = 0.0  # how far surfaces are displaced at most
    materials: bool = False  # with the layers of surfaces.py, and in other forms than the usual one

    @property
    def format(self) -> str:
        usual = f"{self.resolution} {self.supersamples} {self.instances} {self.views}"
        usual += f" {FORMS} {surface_fingerprint()}" if self.materials else ""
        return (
            f"{usual} {self.distances} {self.own_light} {self.displacement}"
            if self.own_light or self.displacement
            else usual
        )


DEFAULT_SPEC = RenderSpec()


@dataclass(frozen=True)
class Views:
    """Views of one subject. `slots` lists, for each instance, what its parts are."""

    coverage: UInt8[Tensor, "v k h w"]
    shade: UInt8[Tensor, "v k h w"]
    camera: Float[Tensor, "v 3"]  # azimuth, elevation, distance
    instance: Int[Tensor, " v"]
    slots: list[list[Slot]]
    forms: list[str]
    """Of each instance, the word for how it differs from the usual one: see subjects.FORMS."""
    layers: UInt8[Tensor, "v l h w"] | None = None
    """Of the main parts: see surfaces.py."""

    def __len__(self) -> int:
        return len(self.camera)


def render_views(
    subject: Subject,
    shard: int,
    instances: int | None = None,
    views: int | None = None,
    *,
    render_spec: RenderSpec = DEFAULT_SPEC,
) -> Views:
    """New views of new instances; a shard is seeded by its number and the subject's name alone."""
    instances, views = instances or render_spec.instances, views or render_spec.views
    numbers = range(shard * instances, (shard + 1) * instances)
    forms = [form_of(subject, number) if render_spec.materials else "" for number in numbers]
    pieces = [subject.build(number, form) for number, form in zip(numbers, forms, strict=True)]
    generator = torch.Generator().manual_seed(int(2**31 * share_of(f"{subject.name} {shard}")))
    orbits = [random_orbit(views, generator, render_spec.distances) for _ in numbers]
    images = [
        _images(of_instance, orbit, render_spec, generator) for of_instance, orbit in zip(pieces, orbits, strict=True)
    ]
    most = max(len(of_instance) for of_instance in pieces)
    cameras = [torch.stack([orbit.azimuth, orbit.elevation, orbit.distance], dim=-1) for orbit in orbits]
    coverage, shade = (torch.cat([_padded(image, most) for image in kind]) for kind in zip(*images, strict=True))
    return Views(
        coverage,
        shade,
        camera=torch.cat(cameras),
        instance=torch.arange(instances).repeat_interleave(views),
        slots=[[(piece.owner, piece.name, piece.color) for piece in of_instance] for of_instance in pieces],
        forms=forms,
        layers=_layers(pieces, orbits, render_spec) if render_spec.materials else None,
    )


def _layers(pieces: list[list[Piece]], orbits: list[Orbit], render_spec: RenderSpec) -> Tensor:
    mains = [[number for number, piece in enumerate(of_instance) if piece.color is None] for of_instance in pieces]
    raycasters = [Raycaster([piece.mesh for piece in of_instance]) for of_instance in pieces]
    size = render_spec.resolution, render_spec.supersamples
    rows = zip(raycasters, orbits, mains, strict=True)
    return torch.cat([raycaster.layers(orbit, main, *size) for raycaster, orbit, main in rows])


def _images(
    pieces: list[Piece], orbit: Orbit, render_spec: RenderSpec, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    meshes = [piece.mesh for piece in pieces]
    if render_spec.displacement:
        meshes = displace(meshes, render_spec.displacement, generator)
    lights = random_lights(orbit, generator) if render_spec.own_light else None
    images = Raycaster(meshes).images(orbit, render_spec.resolution, render_spec.supersamples, lights)
    return images.coverage, images.shade


def random_lights(orbit: Orbit, generator: torch.Generator) -> Float[Tensor, "v 3"]:
    """Directions towards a light for each camera: anywhere, rather on its side and rather above."""
    towards = torch.nn.functional.normalize(orbit.position(), dim=-1) + torch.tensor([0.0, 0.0, 0.5])
    return torch.nn.functional.normalize(towards + torch.randn(towards.shape, generator=generator), dim=-1)


def _padded(image: UInt8[Tensor, "v k h w"], parts: int) -> UInt8[Tensor, "v n h w"]:
    return torch.nn.functional.pad(image, (0, 0, 0, 0, 0, parts - image.shape[1]))


@cache
def fingerprint(subject: Subject, render_spec: RenderSpec = DEFAULT_SPEC) -> str:
    """Changes when what the subject's functions build does, or how it is cast."""
    pieces = subject.build(0) + subject.build(1)
    text = " ".join(f"{p.owner}{p.name}{p.color}{p.mesh.triangles.round(4).tobytes().hex()}" for p in pieces)
    return sha256(f"{render_spec.format} {text}".encode()).hexdigest()[:8]


def shard_path(cache_folder: Path, subject: Subject, shard: int, render_spec: RenderSpec = DEFAULT_SPEC) -> Path:
    name = f"{_stem(subject)}-{fingerprint(subject, render_spec)}-{shard:02d}.pt"
    return cache_folder / render_spec.folder / name


def _stem(subject: Subject) -> str:
    return subject.name.replace(" ", "_")


def write_shard(cache_folder: Path, subject: Subject, shard: int, render_spec: RenderSpec = DEFAULT_SPEC) -> None:
    write_views(
        shard_path(cache_folder, subject, shard, render_spec), render_views(subject, shard, render_spec=render_spec)
    )


def write_views(path: Path, views: Views) -> None:
    """Write them beside the file, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save(vars(views), partial)
    partial.rename(path)


def read_views(
    cache_folder: Path, subject: Subject, shards: range, render_spec: RenderSpec = DEFAULT_SPEC
) -> Views | None:
    """All shards of the subject that exist; None when there are none."""
    if not _has_shards(cache_folder / render_spec.folder, subject):
        return None
    paths = [path for s in shards if (path := shard_path(cache_folder, subject, s, render_spec)).exists()]
    loaded = [_read(path) for path in paths]
    return concatenate_views(loaded) if loaded else None


def _has_shards(folder: Path, subject: Subject) -> bool:
    """By name alone, also of another print: a print builds the subject twice, and there are hundreds of subjects."""
    return folder.is_dir() and any(folder.glob(f"{_stem(subject)}-*.pt"))


def _read(path: Path) -> Views:
    found = torch.load(path, weights_only=True)
    return Views(**{"forms": [""] * len(found["slots"])} | found)  # cast before there were forms: the usual one


def concatenate_views(views: list[Views]) -> Views:
    """One after the other; instances are counted on."""
    most = max(v.coverage.shape[1] for v in views)
    starts = np.cumsum([0, *(len(v.slots) for v in views)])
    return Views(
        coverage=torch.cat([_padded(v.coverage, most) for v in views]),
        shade=torch.cat([_padded(v.shade, most) for v in views]),
        camera=torch.cat([v.camera for v in views]),
        instance=torch.cat([v.instance + int(start) for v, start in zip(views, starts, strict=False)]),
        slots=[slots for v in views for slots in v.slots],
        forms=[form for v in views for form in v.forms],
        layers=torch.cat(layers) if (layers := [v.layers for v in views if v.layers is not None]) else None,
    )
