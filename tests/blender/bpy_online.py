"""Blender's own "Allow Online Access", which a Blender without a window has off, as a test wants it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import bpy
import pytest

from addon.ui import requests


@contextmanager
def online_access(monkeypatch: pytest.MonkeyPatch, access: bool) -> Iterator[None]:
    with monkeypatch.context() as patch:
        app = SimpleNamespace(online_access=access)
        patch.setattr(requests, "bpy", SimpleNamespace(app=app, types=bpy.types, context=bpy.context, data=bpy.data))
        yield


@contextmanager
def blender_online(access: bool) -> Iterator[None]:
    """The preference itself, for as long as this lasts."""
    system = bpy.context.preferences.system
    system.use_online_access = access
    try:
        yield
    finally:
        system.use_online_access = False
