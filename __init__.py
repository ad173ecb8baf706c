# SPDX-License-Identifier: GPL-3.0-or-later
"""Dreamwright: prompts and posed pictures become meshes in a Blender scene.

The repository root is the extension's root. Blender is only needed inside the two functions, so plain Python (pytest,
the backend) may import this package.
"""


def register() -> None:
    """Called by Blender when the extension is enabled."""
    from .addon import registration

    registration.register()


def unregister() -> None:
    """Called by Blender when the extension is disabled, and at its end."""
    from .addon import registration

    registration.unregister()
