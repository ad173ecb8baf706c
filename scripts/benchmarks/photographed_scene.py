"""The sample scene as photographs, built and taken in Blender once, and what a result shows of the held-out ones."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy import ndarray

from backend.color import srgb_encoded
from backend.data.dataset import Dataset
from backend.optimize.trainer import Trainer

from ..lib import environments

PROGRAM = "scripts.in_blender.photograph"


@dataclass(frozen=True)
class CaptureSpec:
    """How the scene is photographed; one name alone of Suzanne, Cube, Cone, Torus, or all together."""

    subject: str = ""
    views: int = 48
    pixels: int = 96
    samples: int = 16
    hold_out_every: int = 3


def photograph_scene(folder: Path, capture: CaptureSpec = CaptureSpec()) -> tuple[Path, dict[str, Any]]:
    """The pictures' folder and the scene's box; taken where they are not there yet.

    Raises:
        SystemExit: Blender could not take them.
    """
    record = folder / "box.json"
    if not record.is_file():
        blender = environments.ensure(environments.fitting_blender(), lambda line: print(line, file=sys.stderr))
        settings = [str(n) for n in (capture.views, capture.pixels, capture.samples, capture.hold_out_every)]
        command = [str(blender.interpreter), "-m", PROGRAM, str(folder), *settings, *filter(None, [capture.subject])]
        done = subprocess.run(command, cwd=environments.ROOT, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"The scene could not be photographed: {done.stderr.strip().splitlines()[-1]}")
        record.write_text(done.stdout.strip().splitlines()[-1])
    return folder, json.loads(record.read_text())


@torch.no_grad()
def render_held_out(job: Trainer, indices: tuple[int, ...]) -> list[ndarray]:
    """Held-out views of the result over white."""
    renderings = [job.renderer.picture(_photographs(job).held_out.cameras[i], job.device) for i in indices]
    return [_picture(rendering.over(torch.ones_like(rendering.color))) for rendering in renderings]


def held_out_photographs(job: Trainer, indices: tuple[int, ...]) -> list[ndarray]:
    """The same photographs."""
    pixels = [_photographs(job).held_out.pixels[i] for i in indices]
    return [_picture(p[..., :3] * p[..., 3:] + 1 - p[..., 3:]) for p in pixels]


def _photographs(job: Trainer) -> Dataset:
    assert job.dataset is not None  # it is made of them
    return job.dataset


def _picture(linear: torch.Tensor) -> ndarray:
    return np.asarray((255 * srgb_encoded(linear).clamp(0, 1)).round().byte().cpu().numpy())
