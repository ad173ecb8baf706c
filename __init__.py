# SPDX-License-Identifier: GPL-3.0-or-later
"""Dreamwright: prompts and posed pictures become meshes in a Blender scene.

The repository root is the extension's root. Blender is only needed inside the functions, so plain Python (pytest, the
backend) may import this package. Scripts use `from bl_ext.user_default.dreamwright import api`.
"""

import contextlib
import gc
from collections.abc import Iterator


def register() -> None:
    """Called by Blender when the extension is enabled, also at each of its starts."""
    with _uncollected():
        from .addon import registration

        registration.register()


def unregister() -> None:
    """Called by Blender when the extension is disabled, and at its end."""
    from .addon import registration

    registration.unregister()


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """What loads is no garbage; looking for some among all that Blender has loaded takes an eighth of the time."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def __getattr__(name: str) -> object:
    """`api` (addon/api.py), loaded when a script asks for it."""
    if name == "api":
        from .addon import api

        return api
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
