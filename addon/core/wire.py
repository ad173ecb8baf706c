"""The one door of the add-on to the protocol: backend.wire, backend.config and backend.errors come in here, no more.

Installed as an extension we are `bl_ext.<repository>.dreamwright.addon.core` and the backend lies beside us; in a plain
checkout `addon` and `backend` are two top-level packages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

_INSIDE_EXTENSION = (__package__ or "").count(".") > 1

if not TYPE_CHECKING and _INSIDE_EXTENSION:  # types are read in the checkout, where the second way leads
    from ...backend import config
    from ...backend.errors import (
        AuthorizationError,
        ConfigError,
        DiskError,
        DreamwrightError,
        EmptyPromptError,
        ProtocolError,
        UnknownJobError,
        VersionError,
        from_code,
    )
    from ...backend.wire import arrays, messages, rpc, values
else:
    from backend import config
    from backend.errors import (
        AuthorizationError,
        ConfigError,
        DiskError,
        DreamwrightError,
        EmptyPromptError,
        ProtocolError,
        UnknownJobError,
        VersionError,
        from_code,
    )
    from backend.wire import arrays, messages, rpc, values

__all__ = [
    "AuthorizationError",
    "ConfigError",
    "DiskError",
    "DreamwrightError",
    "EmptyPromptError",
    "ProtocolError",
    "UnknownJobError",
    "VersionError",
    "arrays",
    "config",
    "from_code",
    "messages",
    "rpc",
    "values",
]
