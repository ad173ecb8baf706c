"""What can be looked at while a job is on its way: its field from a viewport, its surface as a coarse mesh."""

from __future__ import annotations

from ..blender import grid_mesh
from ..blender.live_mesh import LiveSurface
from ..blender.overlay import LiveField
from ..core import calls
from ..core.calls import GridData
from ..core.camera_view import CameraView
from ..core.connection import BackendConnection
from ..core.grid_view import RenderedImage
from ..core.wire import config
from .flow import APP
from .render_field import premultiplied
from .result_object import stands_on_floor
from .seat import Seat

SMOOTH_PASSES = 2
SEAT_RESOLUTION = 32
"""Of the grid that says how high the field floats above the floor of its box: half a voxel is 3 % of the box."""

_seats: dict[str, Seat] = {}
"""Of the job that is watched, by its name."""


def live_field() -> LiveField | None:
    """The job that runs or is held, to be drawn over the 3D views; None where there is none."""
    connection = _connection_of_live_job()
    if connection is None:
        return None
    job = APP.session.snapshot.job
    step = APP.session.snapshot.step
    return LiveField(job, step, lambda camera_view, seconds: _view(connection, job, step, camera_view, seconds))


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


def _view(connection: BackendConnection, job: str, step: int, camera_view: CameraView, seconds: float) -> RenderedImage:
    """The field from a view of the scene, where its mesh will stand."""
    in_box = camera_view.in_frame(_seat(connection, job).to_field(lambda: _coarse_grid(connection, job), step))
    return premultiplied(calls.render_view(connection.client, job, in_box.view(normals=False), seconds))


def _surface(connection: BackendConnection, job: str, resolution: int) -> grid_mesh.Surface:
    """The surface of the field, where its mesh will stand."""
    grid = calls.fetch_grid(connection.client, job, resolution)
    surface = grid_mesh.surface_of(grid, grid.threshold, SMOOTH_PASSES)
    return _seat(connection, job).seat_surface(surface)


def _coarse_grid(connection: BackendConnection, job: str) -> GridData:
    return calls.fetch_grid(connection.client, job, SEAT_RESOLUTION)


def _seat(connection: BackendConnection, job: str) -> Seat:
    """Returns where a job's result will stand; its box is asked for once, since it never changes."""
    known = _seats.get(job)
    if known is None:
        wanted = config.from_json(calls.get_job(connection.client, job).config)
        known = Seat(wanted.bounds, stands_on_floor(wanted))
        _seats.clear()
        _seats[job] = known
    return known
