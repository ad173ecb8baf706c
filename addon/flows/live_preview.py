"""What can be looked at while a job is on its way: its field from a viewport, its surface as a coarse mesh."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..blender import grid_mesh
from ..blender.live_mesh import LiveSurface
from ..blender.overlay import LiveField
from ..core import calls
from ..core.box import Box, to_scene, transform_points
from ..core.camera_view import CameraView
from ..core.connection import BackendConnection
from ..core.grid_view import RenderedImage
from ..core.wire import config
from .flow import APP
from .render_field import premultiplied

SMOOTH_PASSES = 2

_boxes: dict[str, Box] = {}
"""Of the job that is watched, by its name."""


def live_field() -> LiveField | None:
    """The job that runs or is held, to be drawn over the 3D views; None where there is none."""
    connection = _connection_of_live_job()
    if connection is None:
        return None
    job = APP.session.snapshot.job
    return LiveField(
        job, APP.session.snapshot.step, lambda camera_view, seconds: _view(connection, job, camera_view, seconds)
    )


def live_surface() -> LiveSurface | None:
    """The job that runs or is held, to be meshed coarsely; None where there is none."""
    connection = _connection_of_live_job()
    if connection is None:
        return None
    job = APP.session.snapshot.job
    return LiveSurface(job, APP.session.snapshot.step, lambda resolution: _surface(connection, job, resolution))


def _connection_of_live_job() -> BackendConnection | None:
    """The backend, while it has a job of ours that can be looked at: one that waits in line has no field yet."""
    snapshot, connection = APP.session.snapshot, APP.connection
    at_work = APP.current_task and snapshot.job and snapshot.state in (config.JobState.RUNNING, config.JobState.PAUSED)
    return connection if at_work and connection is not None and connection.alive else None


def _view(connection: BackendConnection, job: str, camera_view: CameraView, seconds: float) -> RenderedImage:
    in_box = camera_view.in_frame(np.linalg.inv(to_scene(_box(connection, job))))
    return premultiplied(calls.render_view(connection.client, job, in_box.view(normals=False), seconds))


def _surface(connection: BackendConnection, job: str, resolution: int) -> grid_mesh.Surface:
    grid = calls.fetch_grid(connection.client, job, resolution)
    surface = grid_mesh.surface_of(grid, grid.threshold, SMOOTH_PASSES)
    turned = transform_points(to_scene(_box(connection, job)), surface.points.astype(np.float64))
    return replace(surface, points=turned.astype(np.float32))


def _box(connection: BackendConnection, job: str) -> Box:
    """The box in whose own frame a job works; asked for once, since it never changes."""
    known = _boxes.get(job)
    if known is None:
        known = config.from_json(calls.get_job(connection.client, job).config).bounds
        _boxes.clear()
        _boxes[job] = known
    return known
