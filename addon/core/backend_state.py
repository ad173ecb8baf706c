"""What a backend can be doing, as a person reads it."""

from __future__ import annotations

import enum


class BackendState(enum.Enum):
    """State of the backend; the value is what the panel says."""

    OFF = "Backend stopped"
    SETTING_UP = "Setting up the backend"
    STARTING = "Starting the backend"
    READY = "Backend ready"
    LOST = "Backend stopped unexpectedly"
