"""What can be asked of a job while it runs."""

from __future__ import annotations

from ..core import calls
from ..core.wire import EmptyPromptError
from .flow import APP, Flow, run_in_thread
from .manage_backend import require_connection
from .wait_for_job import require_followed_job


def stop() -> None:
    """Stop what is being done; what is good so far is kept."""
    APP.request_stop()


def pause() -> Flow[None]:
    """Hold the running job; it is saved, and can go on even in another session."""
    client, job = require_connection().client, require_followed_job()
    yield from run_in_thread(lambda: calls.pause_job(client, job))


def edit_prompt(prompt: str) -> Flow[int]:
    """Change the words of the running job; gives the step from which they hold."""
    if not prompt.strip():
        raise EmptyPromptError("The prompt is empty: say in a few words what to make.")
    client, job = require_connection().client, require_followed_job()
    return (yield from run_in_thread(lambda: calls.edit_job(client, job, prompt)))


def edit_weight(name: str, value: float) -> Flow[int]:
    """Change how strongly one part of the loss pulls; gives the step from which it does."""
    client, job = require_connection().client, require_followed_job()
    return (yield from run_in_thread(lambda: calls.edit_job(client, job, weights={name: value})))
