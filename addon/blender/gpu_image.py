"""Pictures on the graphics card, and drawing again when there is a new one."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
import gpu
import numpy as np

from ..core.latest_only_worker import LatestOnlyWorker

POLL_SECONDS = 0.02

_pending: list[LatestOnlyWorker] = []


def texture(picture: np.ndarray) -> gpu.types.GPUTexture:
    """An (h, w, 4) picture, first row on top, on the graphics card."""
    pixels = np.ascontiguousarray(picture[::-1], np.float32)  # its rows go upwards
    buffer = gpu.types.Buffer("FLOAT", pixels.size, pixels.ravel())  # type: ignore[call-arg]  # the stubs know no arguments
    size = picture.shape[1], picture.shape[0]
    return gpu.types.GPUTexture(size, format="RGBA16F", data=buffer)  # type: ignore[call-arg]  # as above


def redraw_when_done(worker: LatestOnlyWorker) -> None:
    """Draw the 3D views again once this worker has its answer."""
    if worker not in _pending:
        _pending.append(worker)
    if not bpy.app.timers.is_registered(_poll):
        bpy.app.timers.register(_poll, first_interval=POLL_SECONDS)


def stop_waiting() -> None:
    """Nothing of ours is left behind."""
    _pending.clear()
    if bpy.app.timers.is_registered(_poll):
        bpy.app.timers.unregister(_poll)


def view_regions() -> Iterator[bpy.types.Region]:
    """The 3D views themselves, without their sidebars."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                yield from (region for region in area.regions if region.type == "WINDOW")


def redraw_views() -> None:
    for region in view_regions():
        region.tag_redraw()


def _poll() -> float | None:
    ready = [worker for worker in _pending if not worker.busy]
    for worker in ready:
        _pending.remove(worker)
    if ready:
        redraw_views()
    return POLL_SECONDS if _pending else None
