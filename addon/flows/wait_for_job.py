"""Which job is followed, and how its end is waited for."""

from __future__ import annotations

import contextlib
import logging
import time

from ..blender import transforms
from ..blender.preview_objects import remove_previews
from ..core import calls
from ..core.connection import BackendConnection
from ..core.errors import BusyError, DreamwrightError
from ..core.wire import JobStateError, config, from_code, messages
from .flow import APP, Flow, run_in_thread
from .manage_backend import check_alive, is_offline

EVALUATION_SECONDS = 60.0
"""A score takes 3 s where open_clip is imported first; many held-out pictures of a photograph set take longer."""

log = logging.getLogger(__name__)


def follow_job(job: str, state: str, steps: int, step: int = 0) -> None:
    """Follow this job from now on, and have that seen before its first event comes."""
    APP.session.post("job.followed", job=job, state=state, step=step, steps=steps)
    APP.session.drain()


def require_followed_job() -> str:
    snapshot = APP.session.snapshot
    if not snapshot.job or snapshot.ended:
        raise BusyError("No job is running.")
    return snapshot.job


def wait_for_job(connection: BackendConnection, job: str) -> Flow[str]:
    """Wait until a job ends, passing on the wish to stop; gives its state.

    When nobody waits any more (another file was opened, Blender closes) the job is held, so that it can be resumed.

    Raises:
        DreamwrightError: why it failed. BackendLostError: the backend went away.
    """
    try:
        yield from _wait_until_ended(connection, job)
    except GeneratorExit:
        with contextlib.suppress(DreamwrightError):
            calls.pause_job(connection.client, job)
        raise
    finally:
        remove_previews()  # before the undo step of what is made now
    if APP.session.snapshot.state == config.JobState.FAILED:
        yield  # the event with the sentence may come behind the one with the state
        snapshot = APP.session.snapshot
        raise from_code(
            snapshot.error_code, snapshot.error or calls.get_job(connection.client, job).error or "The job failed."
        )
    return APP.session.snapshot.state


def wait_for_evaluation(connection: BackendConnection, record: messages.JobRecord) -> Flow[messages.JobRecord]:
    """Wait for the numbers of a result, which the backend measures while we mesh it; gives the record with them.

    They are not worth losing the result for: a backend that goes away or takes too long leaves the record without.
    """
    job, deadline = record.job, time.monotonic() + EVALUATION_SECONDS
    while record.state == config.JobState.FINISHED and record.evaluation is None and time.monotonic() < deadline:
        try:
            record = yield from run_in_thread(lambda: calls.get_job(connection.client, job))
        except DreamwrightError as error:
            log.warning("no numbers of job %s: %s", job, error.sentence)
            break
        yield
    return record


def wait_for_transform() -> Flow[None]:
    """Wait until nobody moves anything with the mouse: what arrives selects itself, and would be moved instead."""
    if not transforms.is_transforming():
        return
    APP.session.post("activity", text="The result comes when your move has ended", fraction=1.0)
    while transforms.is_transforming():
        yield
    APP.session.post("activity", text="", fraction=None)


def _wait_until_ended(connection: BackendConnection, job: str) -> Flow[None]:
    asked_to_stop = told_offline = False
    while not APP.session.snapshot.ended:
        yield from check_alive(connection)
        if APP.stop_requested and not asked_to_stop:
            asked_to_stop = True
            yield from run_in_thread(lambda: calls.cancel_job(connection.client, job))
        elif is_offline() and not told_offline and APP.session.snapshot.state == config.JobState.QUEUED:
            told_offline = True
            yield from run_in_thread(lambda: _withdraw_consent(connection, job))
        yield


def _withdraw_consent(connection: BackendConnection, job: str) -> None:
    """Blender went offline while the job waits in line: what it was allowed to download is over."""
    with contextlib.suppress(JobStateError):  # it has come to its end meanwhile, or is held: Resume asks anew
        calls.start_job(connection.client, job, offline=True)
