"""One suite for every Blender we support: run it with the Python of an environment that has the bpy module."""

from __future__ import annotations

import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# A Blender without the settings of whoever runs this: what they allowed, and what they set up, stays theirs.
os.environ.setdefault("BLENDER_USER_RESOURCES", tempfile.mkdtemp(prefix="dreamwright-blender-"))

bpy = pytest.importorskip("bpy", reason="needs the bpy module: scripts/test.py runs this in its Blender environments")

flows, registration = import_module("addon.flows"), import_module("addon.registration")
paths, connection = import_module("addon.blender.paths"), import_module("addon.core.connection")
shared_backend = import_module("shared_backend")

BACKEND_PYTHON = Path(os.environ.get("DREAMWRIGHT_BACKEND_PYTHON") or ROOT / ".envs" / "backend" / "bin" / "python")
COMPILED = ROOT / ".cache" / "tests" / "compiled"
"""Of the backend's loops: each test has a cache of its own, and all suites compile once (tests/backend/conftest.py)."""

IN_EVERY_BLENDER = ("test_instant.py",)
"""Files whose tests with a real backend run in each Blender: what others ask of Blender is asked without one too."""

_status = 0


def pytest_collection_modifyitems(items):
    for item in items:
        if "own_backend_python" in item.fixturenames:
            item.add_marker(pytest.mark.process)
            if item.path.name not in IN_EVERY_BLENDER:
                item.add_marker(pytest.mark.one_blender)


def pytest_sessionfinish(session, exitstatus):
    global _status
    _status = int(exitstatus)


def pytest_unconfigure(config):
    """bpy 4.5 hangs at interpreter exit when a class is still registered: leave without it, once all is written."""
    flows.shut_down()
    shared_backend.end()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_status)


@pytest.fixture(autouse=True)
def scene(tmp_path, monkeypatch):
    """An empty scene with our add-on registered, a cache folder of its own, and no trace of the test before."""
    monkeypatch.setenv("DREAMWRIGHT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("DREAMWRIGHT_BACKEND_PYTHON", raising=False)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    registration.register()
    paths.consent_file().unlink(missing_ok=True)
    flows.APP.__init__()
    registration.live_updates.PUMP.__init__(flows.APP.session)
    yield bpy.context.scene
    registration.unregister()


@pytest.fixture
def own_backend_python(monkeypatch):
    """The real backend's Python; a test that needs it is skipped, by name, where there is none."""
    if not BACKEND_PYTHON.exists():
        pytest.skip(f"no backend environment at {BACKEND_PYTHON}")
    monkeypatch.setenv("DREAMWRIGHT_BACKEND_PYTHON", str(BACKEND_PYTHON))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(COMPILED))
    return BACKEND_PYTHON


@pytest.fixture
def backend_python(own_backend_python, monkeypatch):
    """The same, with a backend that tests share: for what a backend does, not for how it starts and ends."""
    monkeypatch.setenv("DREAMWRIGHT_CACHE", str(shared_backend.shared_cache()))
    monkeypatch.setattr(connection, "BackendProcess", shared_backend.SharedProcess)
    shared_backend.forget_jobs()
    return own_backend_python
