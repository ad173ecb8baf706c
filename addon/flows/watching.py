"""What can be looked at while a job is on its way: its field from a viewport, its surface as a coarse mesh."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..blender import grid_mesh
from ..blender.live_mesh import Coming
from ..blender.overlay import Live
from ..core import calls
from ..core.box import Box, moved, to_scene
from ..core.grid_view import Seen
from ..core.link import Link
from ..core.sight import Sight
from ..core.wire import config
from .flow import STUDIO
from .looking import premultiplied

SMOOTH_PASSES = 2

_boxes: dict[str, Box] = {}
"""Of the job that is watched, by its name."""


def live() -> Live | None:
    """The job that runs or is held, to be drawn over the 3D views; None where there is none."""
    link = _watched()
    if link is None:
        return None
    job = STUDIO.session.snapshot.job
    return Live(job, STUDIO.session.snapshot.step, lambda sight, seconds: _view(link, job, sight, seconds))


def coming() -> Coming | None:
    """The job that runs or is held, to be meshed coarsely; None where there is none."""
    link = _watched()
    if link is None:
        return None
    job = STUDIO.session.snapshot.job
    return Coming(job, STUDIO.session.snapshot.step, lambda resolution: _surface(link, job, resolution))


def _watched() -> Link | None:
    """The backend, while it has a job of ours that can be looked at: one that waits in line has no field yet."""
    snapshot, link = STUDIO.session.snapshot, STUDIO.link
    at_work = STUDIO.doing and snapshot.job and snapshot.state in (config.JobState.RUNNING, config.JobState.PAUSED)
    return link if at_work and link is not None and link.alive else None


def _view(link: Link, job: str, sight: Sight, seconds: float) -> Seen:
    in_box = sight.within(np.linalg.inv(to_scene(_box(link, job))))
    return premultiplied(calls.render_view(link.client, job, in_box.view(normals=False), seconds))


def _surface(link: Link, job: str, resolution: int) -> grid_mesh.Surface:
    grid = calls.fetch_grid(link.client, job, resolution)
    surface = grid_mesh.surface_of(grid, grid.threshold, SMOOTH_PASSES)
    turned = moved(to_scene(_box(link, job)), surface.points.astype(np.float64))
    return replace(surface, points=turned.astype(np.float32))


def _box(link: Link, job: str) -> Box:
    """The box in whose own frame a job works; asked for once, since it never changes."""
    known = _boxes.get(job)
    if known is None:
        known = config.from_json(calls.get_job(link.client, job).config).bounds
        _boxes.clear()
        _boxes[job] = known
    return known
