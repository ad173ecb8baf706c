"""What can be asked of a job while it runs."""

from __future__ import annotations

from ..core import calls
from ..core.wire import EmptyPromptError
from .backend import running_link
from .flow import STUDIO, Flow, awaited
from .following import followed_job


def stop() -> None:
    """Stop what is being done; what is good so far is kept."""
    STUDIO.ask_stop()


def pause() -> Flow[None]:
    """Hold the running job; it is saved, and can go on even in another session."""
    client, job = running_link().client, followed_job()
    yield from awaited(lambda: calls.pause_job(client, job))


def edit_prompt(prompt: str) -> Flow[int]:
    """Change the words of the running job; gives the step from which they hold."""
    if not prompt.strip():
        raise EmptyPromptError("The prompt is empty: say in a few words what to make.")
    client, job = running_link().client, followed_job()
    return (yield from awaited(lambda: calls.edit_job(client, job, prompt)))


def edit_weight(name: str, value: float) -> Flow[int]:
    """Change how strongly one part of the loss pulls; gives the step from which it does."""
    client, job = running_link().client, followed_job()
    return (yield from awaited(lambda: calls.edit_job(client, job, weights={name: value})))
