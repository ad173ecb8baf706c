"""Views in real light, rendered by Cycles: soft shadows, dark corners, light thrown back from the floor of a thing.

    python -m scripts.zoo.real_light --python .envs/blender-4.5/bin/python

Which part a pixel shows is cast as for all other views; how bright it is comes from Blender. The shards lie beside the
others, and are painted and captioned by the same sampler.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from scripts.guide_data.orbit import FIELD_OF_VIEW, Orbit

from .cast import CACHE, ROOT
from .casting import LIGHT
from .core import trained
from .shards import Manner, Views, cast, keep, read_views, shard_path
from .subjects import Subject

MANNER = Manner("real-light", instances=6, views=14)
SHARD = 50  # instances that no other shard has
RENDER = ROOT / "scripts" / "in_blender" / "light_views.py"
AT_ONCE = 8  # subjects between two that are kept


def subjects(core: bool) -> list[Subject]:
    """Things alone."""
    return [subject for subject in trained(core) if not subject.relation]


def load(cache: Path, core: bool) -> dict[Subject, Views]:
    """The views that there are."""
    found = {subject: read_views(cache, subject, range(SHARD, SHARD + 1), MANNER) for subject in subjects(core)}
    return {subject: views for subject, views in found.items() if views is not None}


def render_missing(cache: Path, python: Path, core: bool = True) -> None:
    """All that are not there yet, kept a few at a time."""
    missing = [s for s in subjects(core) if not shard_path(cache, s, SHARD, MANNER).exists()]
    for start in range(0, len(missing), AT_ONCE):
        _render(cache, python, missing[start : start + AT_ONCE])
        print(f"\r{min(start + AT_ONCE, len(missing))}/{len(missing)} things", end="", file=sys.stderr, flush=True)


def _render(cache: Path, python: Path, wanted: list[Subject]) -> None:
    views = [cast(subject, SHARD, manner=MANNER) for subject in wanted]
    with TemporaryDirectory() as folder:
        for number, (subject, cast_views) in enumerate(zip(wanted, views, strict=True)):
            _ask(Path(folder), number, subject, cast_views)
        subprocess.run([str(python), str(RENDER), folder], check=True, stdout=subprocess.DEVNULL)
        for number, (subject, cast_views) in enumerate(zip(wanted, views, strict=True)):
            files = [Path(folder) / f"{number:03d}-{instance}.npy" for instance in range(MANNER.instances)]
            brightness = np.concatenate([np.load(file) for file in files])
            keep(shard_path(cache, subject, SHARD, MANNER), lit(cast_views, torch.from_numpy(brightness)))


def _ask(folder: Path, number: int, subject: Subject, views: Views) -> None:
    for instance in range(MANNER.instances):
        pieces = subject.build(SHARD * MANNER.instances + instance)
        orbit = Orbit(*views.camera[views.instance == instance].T)
        np.savez(
            folder / f"{number:03d}-{instance}.npz",
            triangles=np.concatenate([piece.mesh.triangles for piece in pieces]).astype(np.float32),
            origins=orbit.position().numpy(),
            axes=orbit.axes().numpy(),
            field_of_view=FIELD_OF_VIEW,
            towards=LIGHT,
            resolution=MANNER.resolution,
        )


def lit(views: Views, brightness: torch.Tensor) -> Views:
    """The same views, every part as bright as the pixel is."""
    shade = (views.coverage * brightness[:, None].clamp(0, 1)).round().to(torch.uint8)
    return replace(views, shade=shade)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", type=Path, required=True, help="of an environment with the bpy module")
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--whole", action="store_true", help="the whole zoo instead of its core")
    options = parser.parse_args()
    render_missing(options.cache, options.python, core=not options.whole)


if __name__ == "__main__":
    main()
