"""What was found out about a scene holds until something in it changes: then it is forgotten."""

from __future__ import annotations

from typing import Any, TypeVar

import bpy
from bpy.app.handlers import persistent

Cache = TypeVar("Cache", bound=dict[Any, Any])

_caches: list[dict[Any, Any]] = []


def cleared_on_change(cache: Cache) -> Cache:
    """Returns `cache`, which is emptied from now on whenever a scene may look different."""
    _caches.append(cache)
    return cache


@persistent
def clear_caches(*_: Any) -> None:
    """Something in a scene has changed."""
    for cache in _caches:
        cache.clear()


def start() -> None:
    for each in _change_handlers():
        each.append(clear_caches)


def stop() -> None:
    for each in _change_handlers():
        if clear_caches in each:
            each.remove(clear_caches)
    clear_caches()


def _change_handlers() -> list[Any]:
    """The moments at which a scene may look different."""
    handlers = bpy.app.handlers
    return [handlers.depsgraph_update_post, handlers.undo_post, handlers.redo_post, handlers.load_post]
