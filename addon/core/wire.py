"""The one door of the add-on to the backend: its wire, config, words, solids and errors come in here, no more.

Installed as an extension we are `bl_ext.<repository>.dreamwright.addon.core` and the backend lies beside us; in a plain
checkout `addon` and `backend` are two top-level packages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lazy_import import lazy_import

_INSIDE_EXTENSION = (__package__ or "").count(".") > 1

if not TYPE_CHECKING and _INSIDE_EXTENSION:  # types are read in the checkout, where the second way leads
    from ...backend import config
    from ...backend.config.light_dataclass import dataclass
    from ...backend.errors import (
        AuthorizationError,
        ConfigError,
        DiskError,
        DreamwrightError,
        EmptyPromptError,
        JobStateError,
        MemoryShortError,
        ModelError,
        ProtocolError,
        UnknownJobError,
        VersionError,
        from_code,
    )
else:
    from backend import config
    from backend.config.light_dataclass import dataclass
    from backend.errors import (
        AuthorizationError,
        ConfigError,
        DiskError,
        DreamwrightError,
        EmptyPromptError,
        JobStateError,
        MemoryShortError,
        ModelError,
        ProtocolError,
        UnknownJobError,
        VersionError,
        from_code,
    )

if TYPE_CHECKING:
    from backend.config import going_on
    from backend.solids import cells as solid_cells
    from backend.wire import arrays, messages, rpc, values
    from backend.words import known as words_known
    from backend.words import reading as prompt_reading
    from backend.words import scenes as prompt_scenes
else:  # what waits until a backend is there, or a prompt: enabling the add-on shall not slow Blender down
    _BACKEND = "...backend" if _INSIDE_EXTENSION else "backend"
    arrays, messages, rpc, values = (
        lazy_import(f"{_BACKEND}.wire.{name}", __package__) for name in ("arrays", "messages", "rpc", "values")
    )
    prompt_reading, prompt_scenes, words_known = (
        lazy_import(f"{_BACKEND}.words.{name}", __package__) for name in ("reading", "scenes", "known")
    )
    going_on = lazy_import(f"{_BACKEND}.config.going_on", __package__)
    solid_cells = lazy_import(f"{_BACKEND}.solids.cells", __package__)

__all__ = [
    "AuthorizationError",
    "ConfigError",
    "DiskError",
    "DreamwrightError",
    "EmptyPromptError",
    "ProtocolError",
    "JobStateError",
    "MemoryShortError",
    "ModelError",
    "UnknownJobError",
    "VersionError",
    "arrays",
    "config",
    "dataclass",
    "from_code",
    "going_on",
    "messages",
    "prompt_reading",
    "prompt_scenes",
    "rpc",
    "solid_cells",
    "values",
    "words_known",
]
