"""The one door of the add-on to the backend: its wire, config, words and errors come in here, no more.

Installed as an extension we are `bl_ext.<repository>.dreamwright.addon.core` and the backend lies beside us; in a plain
checkout `addon` and `backend` are two top-level packages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lazy_import import lazy_import

_INSIDE_EXTENSION = (__package__ or "").count(".") > 1

if not TYPE_CHECKING and _INSIDE_EXTENSION:  # types are read in the checkout, where the second way leads
    from ...backend import config
    from ...backend.errors import (
        AuthorizationError,
        ConfigError,
        DiskError,
        DreamwrightError,
        EmptyPromptError,
        JobStateError,
        ProtocolError,
        UnknownJobError,
        VersionError,
        from_code,
    )
    from ...backend.wire import arrays, messages, rpc, values

    prompt_reading = lazy_import("...backend.words.reading", __package__)  # its tables take a tenth of the start
    prompt_scenes = lazy_import("...backend.words.scenes", __package__)
else:
    from backend import config
    from backend.errors import (
        AuthorizationError,
        ConfigError,
        DiskError,
        DreamwrightError,
        EmptyPromptError,
        JobStateError,
        ProtocolError,
        UnknownJobError,
        VersionError,
        from_code,
    )
    from backend.wire import arrays, messages, rpc, values

    if TYPE_CHECKING:
        from backend.words import reading as prompt_reading
        from backend.words import scenes as prompt_scenes
    else:
        prompt_reading = lazy_import("backend.words.reading", __package__)
        prompt_scenes = lazy_import("backend.words.scenes", __package__)

__all__ = [
    "AuthorizationError",
    "ConfigError",
    "DiskError",
    "DreamwrightError",
    "EmptyPromptError",
    "ProtocolError",
    "JobStateError",
    "UnknownJobError",
    "VersionError",
    "arrays",
    "config",
    "from_code",
    "messages",
    "prompt_reading",
    "prompt_scenes",
    "rpc",
    "values",
]
