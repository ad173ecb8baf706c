"""The add-on's core against the real backend, without Blender."""

from __future__ import annotations

import contextlib
import json
import math
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from addon.core import calls, poses
from addon.core import connection as links
from addon.core.client import Client
from addon.core.process import ROOT, BackendProcess
from addon.core.wire import config
from tests.patience import PATIENCE

TOKEN = "Vx2m-0h7QeZkP9sJtLwYb4nRcUaGd6oI_3fHqNyKe8M"
BACKEND_PYTHON = Path(os.environ.get("DREAMWRIGHT_BACKEND_PYTHON") or sys.executable)


class Inbox:
    """Events as they come, and a way to wait for one."""

    def __init__(self):
        self.events = []
        self._came = threading.Condition()

    def __call__(self, event):
        with self._came:
            self.events.append(event)
            self._came.notify_all()

    def wait_for(self, name, seconds=PATIENCE):
        with self._came:
            assert self._came.wait_for(lambda: name in self.names(), seconds), f"{name} did not come: {self.names()}"
        return next(event for event in self.events if event.name == name)

    def names(self):
        return [event.name for event in self.events]


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def own_connection(tmp_path, inbox):
    """A backend of this test's own, for what ends it."""
    one = links.start_and_connect(BACKEND_PYTHON, tmp_path / "cache", "cpu", "0.0.test", inbox)
    yield one
    one.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """The process of one backend for the tests of a module, which leave it as they found it."""
    one = BackendProcess.start(BACKEND_PYTHON, tmp_path_factory.mktemp("running") / "cache", "cpu")
    yield one
    one.stop()


@pytest.fixture
def connection(running, inbox):
    """A conversation of this test's own with the module's backend, whose jobs are gone afterwards."""
    client = Client.connect(running.port, running.token, inbox)
    one = links.BackendConnection(running, client, calls.hello(client, "0.0.test"))
    yield one
    for each in calls.list_jobs(client):
        if each.state in ("queued", "running", "paused"):
            calls.cancel_job(client, each.job)
        calls.delete_job(client, each.job)
    client.close()


@contextlib.contextmanager
def standing_backend(cache, token=TOKEN, *options):
    """`python -m backend serve --stay`, as somebody else would have started it; gives process and port."""
    command = [str(BACKEND_PYTHON), "-m", "backend", "serve", "--stay", "--cache", str(cache), *options]
    environ = os.environ | {"DREAMWRIGHT_TOKEN": token, "DREAMWRIGHT_DEVICE": "cpu", "OMP_NUM_THREADS": "1"}
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    child = subprocess.Popen(command, cwd=ROOT, env=environ, text=True, **pipes)
    try:
        yield child, json.loads(child.stdout.readline())["port"]
    finally:
        child.terminate()
        child.wait(PATIENCE)
        child.stdout.close()


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    """Process, port and cache folder of one that stays."""
    cache = tmp_path_factory.mktemp("standing")
    with standing_backend(cache) as (child, port):
        yield child, port, cache


@pytest.fixture
def tiny(tmp_path):
    """A job of a few seconds: six views of a red ball, painted by intersecting rays with a sphere."""
    folder = tmp_path / "ball"
    folder.mkdir()
    views = [_painted(folder, i, pose) for i, pose in enumerate(poses.spherical_poses(6, np.zeros(3), 4.0))]
    poses.write_transforms(folder, views, held_out_every=6)
    changes = {
        "dataset": str(folder),
        "field": {"resolution": 12, "start_resolution": 12, "upsample_at": []},
        "render": {"samples_per_ray": 16, "occupancy_resolution": 8},
        "photometric": {"rays_per_step": 256},
        "optimize": {"steps": 60, "learning_rate_density": 1.0, "preview_every_s": 0.2, "preview_size": 16},
        "export": {"resolution": 16},
    }
    return config.with_changes(config.preset("reconstruct", "draft"), changes)


def _painted(folder, number, pose, size=24):
    from PIL import Image

    focal = poses.focal_in_pixels(math.radians(40), size)
    grid = (np.arange(size) + 0.5 - size / 2) / focal
    local = np.stack([*np.meshgrid(grid, -grid), -np.ones((size, size))], axis=-1)
    directions = local @ pose[:3, :3].T
    directions /= np.linalg.norm(directions, axis=-1, keepdims=True)
    hit = (directions @ pose[:3, 3]) ** 2 - (pose[:3, 3] @ pose[:3, 3] - 0.8**2) > 0
    picture = np.zeros((size, size, 4), np.uint8)
    picture[hit] = 220, 40, 30, 255
    Image.fromarray(picture).save(folder / f"{number}.png")
    return poses.PosedImage(f"{number}.png", pose, size, size, focal, (size / 2, size / 2))


def read(path):
    return json.loads(Path(path).read_text())
