"""Which job is followed, and how its end is waited for."""

from __future__ import annotations

import contextlib

from ..blender import live_mesh
from ..core import calls
from ..core.errors import BusyError, DreamwrightError
from ..core.link import Link
from ..core.wire import config, from_code
from .backend import check_there
from .flow import STUDIO, Flow, awaited


def choose(job: str, state: str, steps: int, step: int = 0) -> None:
    """Follow this job from now on, and have that seen before its first event comes."""
    STUDIO.session.post("job.chosen", job=job, state=state, step=step, steps=steps)
    STUDIO.session.drain()


def followed_job() -> str:
    snapshot = STUDIO.session.snapshot
    if not snapshot.job or snapshot.ended:
        raise BusyError("No job is running.")
    return snapshot.job


def followed(link: Link, job: str) -> Flow[str]:
    """Wait until a job ends, passing on the wish to stop; gives its state.

    When nobody waits any more (another file was opened, Blender closes) the job is held, so that it can be resumed.

    Raises:
        DreamwrightError: why it failed. BackendLostError: the backend went away.
    """
    try:
        yield from _until_ended(link, job)
    except GeneratorExit:
        with contextlib.suppress(DreamwrightError):
            calls.pause_job(link.client, job)
        raise
    finally:
        live_mesh.sweep()  # before the undo step of what is made now
    if STUDIO.session.snapshot.state == config.JobState.FAILED:
        yield  # the event with the sentence may come behind the one with the state
        snapshot = STUDIO.session.snapshot
        raise from_code(
            snapshot.error_code, snapshot.error or calls.get_job(link.client, job).error or "The job failed."
        )
    return STUDIO.session.snapshot.state


def _until_ended(link: Link, job: str) -> Flow[None]:
    asked_to_stop = False
    while not STUDIO.session.snapshot.ended:
        yield from check_there(link)
        if STUDIO.stop_wanted and not asked_to_stop:
            asked_to_stop = True
            yield from awaited(lambda: calls.cancel_job(link.client, job))
        yield
