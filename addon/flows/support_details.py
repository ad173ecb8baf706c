"""What somebody who is to help needs to know, as text for the clipboard."""

from __future__ import annotations

import contextlib
import platform
from pathlib import Path

import bpy

from ..blender import paths
from .flow import APP
from .manage_backend import VERSION

LOG_LINES = 30


def details() -> str:
    """Versions, device, the sentence that was shown, and the last lines of the log."""
    snapshot = APP.session.snapshot
    facts = {
        "Dreamwright": VERSION,
        "Blender": bpy.app.version_string,
        "System": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "Device": snapshot.device or paths.device(),
        "Backend": snapshot.backend.value,
        "Job": f"{snapshot.job or 'none'} {snapshot.state} step {snapshot.step} of {snapshot.steps}",
        "What was said": snapshot.error or "nothing is wrong",
    }
    lines = [f"{name}: {fact}" for name, fact in facts.items()]
    return "\n".join([*lines, "", "Last lines of the log:", *_log_lines(paths.cache_folder() / "log", snapshot.log)])


def _log_lines(folder: Path, told: tuple[str, ...]) -> list[str]:
    """Returns the last lines of the newest file; what the backend told us where there is none."""
    with contextlib.suppress(OSError):
        files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime)
        if files:
            return files[-1].read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
    return list(told)[-LOG_LINES:] or ["(there is none)"]
