"""A model downloaded because a person pressed Download and agreed: beside whatever runs, told of as it goes."""

from __future__ import annotations

from ..blender import paths
from ..core import calls, consent
from ..core.connection import BackendConnection
from ..core.errors import OfflineError, StoppedError
from ..core.session import ModelFetch
from ..core.wire import ModelError
from .flow import APP, Flow, run_in_thread
from .list_models import refresh_models_in_background
from .manage_backend import check_alive, ensure_connected, is_offline, require_connection


def fetch_model(name: str) -> Flow[str]:
    """Fetch a model, as the person has agreed; that is remembered, so that no run asks again. Gives its name.

    Raises:
        OfflineError: Blender is offline. StoppedError: somebody stopped it; what has arrived is kept.
        ModelError: the hub does not give it.
    """
    if is_offline():
        raise OfflineError(
            f"The model {name} cannot be downloaded while Blender is offline: tick Allow Online Access in Preferences "
            "> System."
        )
    consent.remember(paths.consent_file(), name, True)
    connection = yield from _connected()
    before = APP.session.snapshot.fetches.get(name)
    missing = yield from run_in_thread(lambda: calls.fetch_model(connection.client, name, agreed=True))
    if missing:
        _check_end(name, (yield from _wait_until_ended(connection, name, before)))
    refresh_models_in_background()
    return name


def stop_fetch(name: str) -> Flow[None]:
    """Have a download stop; what has arrived is kept, and the next one goes on from there."""
    client = require_connection().client
    yield from run_in_thread(lambda: calls.stop_fetch(client, name))


def fetch_of(name: str) -> ModelFetch | None:
    """Returns how the download of a model stands; None where none is going on."""
    fetch = APP.session.snapshot.fetches.get(name)
    return fetch if fetch and fetch.state == "fetching" else None


def _connected() -> Flow[BackendConnection]:
    """The backend; where it has to be started, that is all that is done meanwhile."""
    if APP.connection and APP.connection.alive:
        return APP.connection
    with APP.busy("starting the backend"):
        return (yield from ensure_connected())


def _wait_until_ended(connection: BackendConnection, name: str, before: ModelFetch | None) -> Flow[ModelFetch]:
    """Waits for its end; what was told `before` is of an earlier download."""
    while True:
        yield from check_alive(connection)
        now = APP.session.snapshot.fetches.get(name)
        if now is not None and now is not before and now.state != "fetching":
            return now
        yield


def _check_end(name: str, fetch: ModelFetch) -> None:
    if fetch.state == "failed":
        raise ModelError(fetch.sentence or f"The model {name} was not downloaded: the log says why.")
    if fetch.state == "stopped":
        raise StoppedError(f"The download of {name} was stopped: the next one goes on from there.")
