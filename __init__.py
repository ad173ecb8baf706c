# SPDX-License-Identifier: GPL-3.0-or-later
"""Dreamwright: prompts and posed pictures become meshes in a Blender scene.

The repository root is the extension's root. Blender is only needed inside the functions, so plain Python (pytest, the
backend) may import this package. Scripts use `from bl_ext.user_default.dreamwright import api`.
"""


def register() -> None:
    """Called by Blender when the extension is enabled."""
    from .addon import registration

    registration.register()


def unregister() -> None:
    """Called by Blender when the extension is disabled, and at its end."""
    from .addon import registration

    registration.unregister()


def __getattr__(name: str) -> object:
    """`api` (addon/api.py), loaded when a script asks for it."""
    if name == "api":
        from .addon import api

        return api
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
