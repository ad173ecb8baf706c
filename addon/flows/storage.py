"""What this add-on takes of the disk, counted behind the scenes; and how a person gets it back."""

from __future__ import annotations

import os
import threading

import bpy

from ..blender import paths
from ..core import disk_use
from ..core.app_state import grid_path
from ..core.disk_use import DiskUse
from ..core.errors import BusyError, DreamwrightError
from .flow import APP, Flow, run_in_thread
from .manage_backend import ensure_connected
from .manage_takes import delete_stored_job


def measure_disk_use() -> None:
    """Have it counted in a thread; the snapshot says it when it is known."""
    folders = paths.environment_folder(), disk_use.models_folder(os.environ), paths.cache_folder()

    def count() -> None:
        APP.session.post("disk_use", use=disk_use.measure(*folders))

    threading.Thread(target=count, name="dreamwright-disk", daemon=True).start()


def known_disk_use() -> DiskUse | None:
    """Returns what was counted last; None before that."""
    return APP.session.snapshot.disk_use


def delete_runs(jobs: list[str]) -> Flow[float]:
    """Delete the files of runs for good, through the backend, which has them in its memory; gives bytes that are free.

    Objects in scenes stay; they can no longer be refined or meshed again.

    Raises:
        BusyError: one of them runs.
    """
    if APP.current_task and APP.session.snapshot.job in jobs:
        raise BusyError("This run is on its way: stop it first.")
    for job in jobs:
        grid_path(paths.cache_folder(), job)  # a name that leads elsewhere is refused before anything goes
    with APP.busy("deleting"):
        known = known_disk_use()
        sizes = {run.job: run.bytes for run in known.runs} if known else {}
        connection, cache = (yield from ensure_connected()), paths.cache_folder()
        for job in jobs:
            yield from run_in_thread(lambda job=job: delete_stored_job(connection, job, cache))
    measure_disk_use()
    return float(sum(sizes.get(job, 0) for job in jobs))


def older_runs(days: float, now: float) -> list[str]:
    """Returns the runs that were last changed before so many days, of those that were counted."""
    known = known_disk_use()
    return [run.job for run in known.runs if run.updated < now - days * 86400] if known else []


def storage_folders() -> dict[str, str]:
    """Returns where things lie, by what they are; a folder that cannot be said is left out."""
    found = {}
    for name, folder in (("environment", paths.environment_folder), ("cache", paths.cache_folder)):
        try:
            found[name] = str(folder())
        except DreamwrightError:
            continue
    return found | {"models": str(disk_use.models_folder(os.environ)), "add-on": bpy.utils.user_resource("EXTENSIONS")}
