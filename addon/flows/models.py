"""Which models can be chosen."""

from __future__ import annotations

from ..core import calls, model_list
from ..core.calls import ModelChoice
from .backend import connected
from .flow import STUDIO, Flow, awaited


def known_models() -> tuple[ModelChoice, ...]:
    """Those that the backend told of, or that came with this copy; never waits."""
    return STUDIO.session.snapshot.models or model_list.embedded()


def ask_again() -> None:
    """Have the list made new behind the scenes, where a backend is there: a run may have brought a model."""
    link = STUDIO.link
    if link and link.alive:
        model_list.ask(link.client, lambda models: STUDIO.session.post("models", models=models))


def look_for_models() -> Flow[tuple[ModelChoice, ...]]:
    """Ask the backend again, which is started for that: a model may have been downloaded since."""
    with STUDIO.occupied("looking for models"):
        link = yield from connected()
        models = tuple((yield from awaited(lambda: calls.list_models(link.client))))
        STUDIO.session.post("models", models=models)
        return models
