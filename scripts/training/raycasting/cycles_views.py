"""Views in real light, rendered by Cycles: soft shadows, dark corners, light thrown back from the floor of a thing.

    python -m scripts.training.raycasting.cycles_views --python .envs/blender-4.5/bin/python

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

from ...lib.environments import ROOT
from ..objects.subjects import Subject
from ..training_subset import training_subjects
from .orbit import FIELD_OF_VIEW, Orbit
from .raycaster import LIGHT
from .render_views import CACHE
from .view_cache import RenderSpec, Views, read_views, render_views, shard_path, write_views

RENDER_SPEC = RenderSpec("cycles", instances=6, views=14)
SHARD = 50  # instances that no other shard has
RENDER = ROOT / "scripts" / "in_blender" / "light_views.py"
AT_ONCE = 8  # subjects between two that are kept


def subjects(subset_only: bool) -> list[Subject]:
    """Things alone."""
    return [subject for subject in training_subjects(subset_only) if not subject.relation]


def load(cache: Path, subset_only: bool) -> dict[Subject, Views]:
    """The views that there are."""
    found = {
        subject: read_views(cache, subject, range(SHARD, SHARD + 1), RENDER_SPEC) for subject in subjects(subset_only)
    }
    return {subject: views for subject, views in found.items() if views is not None}


def render_missing(cache: Path, python: Path, subset_only: bool = True) -> None:
    """All that are not there yet, kept a few at a time."""
    missing = [s for s in subjects(subset_only) if not shard_path(cache, s, SHARD, RENDER_SPEC).exists()]
    for start in range(0, len(missing), AT_ONCE):
        _render(cache, python, missing[start : start + AT_ONCE])
        print(f"\r{min(start + AT_ONCE, len(missing))}/{len(missing)} things", end="", file=sys.stderr, flush=True)


def _render(cache: Path, python: Path, wanted: list[Subject]) -> None:
    views = [render_views(subject, SHARD, render_spec=RENDER_SPEC) for subject in wanted]
    with TemporaryDirectory() as folder:
        for number, (subject, rendered) in enumerate(zip(wanted, views, strict=True)):
            _write_scene(Path(folder), number, subject, rendered)
        subprocess.run([str(python), str(RENDER), folder], check=True, stdout=subprocess.DEVNULL)
        for number, (subject, rendered) in enumerate(zip(wanted, views, strict=True)):
            files = [Path(folder) / f"{number:03d}-{instance}.npy" for instance in range(RENDER_SPEC.instances)]
            brightness = np.concatenate([np.load(file) for file in files])
            write_views(
                shard_path(cache, subject, SHARD, RENDER_SPEC), with_brightness(rendered, torch.from_numpy(brightness))
            )


def _write_scene(folder: Path, number: int, subject: Subject, views: Views) -> None:
    for instance in range(RENDER_SPEC.instances):
        pieces = subject.build(SHARD * RENDER_SPEC.instances + instance)
        orbit = Orbit(*views.camera[views.instance == instance].T)
        np.savez(
            folder / f"{number:03d}-{instance}.npz",
            triangles=np.concatenate([piece.mesh.triangles for piece in pieces]).astype(np.float32),
            origins=orbit.position().numpy(),
            axes=orbit.axes().numpy(),
            field_of_view=FIELD_OF_VIEW,
            towards=LIGHT,
            resolution=RENDER_SPEC.resolution,
        )


def with_brightness(views: Views, brightness: torch.Tensor) -> Views:
    """The same views, every part as bright as the pixel is."""
    shade = (views.coverage * brightness[:, None].clamp(0, 1)).round().to(torch.uint8)
    return replace(views, shade=shade)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", type=Path, required=True, help="of an environment with the bpy module")
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--whole", action="store_true", help="the whole dataset instead of its core")
    options = parser.parse_args()
    render_missing(options.cache, options.python, subset_only=not options.whole)


if __name__ == "__main__":
    main()
