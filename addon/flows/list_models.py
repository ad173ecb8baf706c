"""Which models can be chosen."""

from __future__ import annotations

from ..core import calls, model_list
from ..core.calls import ModelInfo
from .flow import APP, Flow, run_in_thread
from .manage_backend import ensure_connected


def known_models() -> tuple[ModelInfo, ...]:
    """Those that the backend told of, or that the list in this copy names; never waits."""
    return APP.session.snapshot.models or model_list.listed_models()


def refresh_models_in_background() -> None:
    """Have the list made new behind the scenes, where a backend is there: a run may have brought a model."""
    connection = APP.connection
    if connection and connection.alive:
        model_list.request_models(connection.client, lambda models: APP.session.post("models", models=models))


def refresh_models() -> Flow[tuple[ModelInfo, ...]]:
    """Ask the backend again, which is started for that: a model may have been downloaded since."""
    with APP.busy("looking for models"):
        connection = yield from ensure_connected()
        models = tuple((yield from run_in_thread(lambda: calls.list_models(connection.client))))
        APP.session.post("models", models=models)
        return models
