"""What a window shows of a job while it runs: the field over the views, a coarse mesh, the panels drawn again.

It is loaded once something has been asked of the flows: until then nothing can run.
"""

from __future__ import annotations

from .. import flows
from ..blender.gpu_image import stop_waiting
from ..blender.live_mesh import LiveMesh
from ..blender.overlay import Overlay
from ..blender.pump import Pump

OVERLAY, LIVE_MESH = Overlay(flows.live_field), LiveMesh(flows.live_surface)
PUMP = Pump(flows.APP.session, LIVE_MESH.tick, OVERLAY.tick)


def start() -> None:
    OVERLAY.start()
    PUMP.start()


def stop() -> None:
    PUMP.stop()
    stop_waiting()
    OVERLAY.stop()
