"""Two lines below the button, always: where it is computed, and what the backend has to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import flows
from ...core.backend_state import BackendState
from ...core.wire import config
from .sidebar import draw_lines

if TYPE_CHECKING:
    from ...core.session import Snapshot

LINES = 2


def draw_status(layout: Any, snapshot: Snapshot) -> None:
    """Says what is being prepared while something runs; else the backend, and what came of the last run."""
    column = layout.column(align=True)
    used = _draw_running(column, snapshot) if flows.APP.current_task else _draw_idle(column, snapshot)
    for _ in range(used, LINES):
        column.label(text="")


def _draw_running(column: Any, snapshot: Snapshot) -> int:
    """Says what the backend said last, with Pause beside it; else how fast it is."""
    row = column.row(align=True)
    words = row.column(align=True)
    can_pause = bool(snapshot.job) and snapshot.running
    used = draw_lines(words, _sentence(snapshot), inset=22.0, most=LINES)
    if snapshot.state == config.JobState.PAUSED:
        row.operator("dreamwright.resume", text="", icon="PLAY")
    elif can_pause:
        row.operator("dreamwright.pause", text="", icon="PAUSE")
    return used


def _sentence(snapshot: Snapshot) -> str:
    if snapshot.backend is BackendState.STARTING:
        return "The first start takes some seconds"
    return snapshot.sentence or speed_text(snapshot)


def _draw_idle(column: Any, snapshot: Snapshot) -> int:
    row = column.row()
    where = f" on {device_label(snapshot.device)}" if snapshot.device else ""
    row.label(text=snapshot.backend.value + where, icon=_ICONS[snapshot.backend])
    if snapshot.backend is BackendState.READY:
        row.operator("dreamwright.stop_backend", text="", icon="QUIT")
    elif snapshot.backend is not BackendState.STARTING:
        row.operator("dreamwright.start_backend", text="", icon="PLAY")
    return 1 + draw_lines(column, snapshot.report, most=1)


def device_label(device: str) -> str:
    return {"cpu": "CPU", "cuda": "NVIDIA GPU", "mps": "Apple GPU"}.get(device, device)


def speed_text(snapshot: Snapshot) -> str:
    """Says how fast, and how much memory."""
    pace = f"{snapshot.steps_per_second:.1f} steps/s" if snapshot.steps_per_second else ""
    memory = f"{snapshot.memory_mb:.0f} MB" if snapshot.memory_mb else ""
    return ", ".join(word for word in (pace, memory) if word)


_ICONS = {
    BackendState.OFF: "RADIOBUT_OFF",
    BackendState.SETTING_UP: "IMPORT",
    BackendState.STARTING: "SORTTIME",
    BackendState.READY: "CHECKMARK",
    BackendState.LOST: "ERROR",
}
