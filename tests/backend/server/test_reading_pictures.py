"""What a client may do about a job that is still reading its pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from backend.errors import ConfigError
from backend.wire import messages

from .live import Backend, Client

POSE = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 4], [0, 0, 0, 1]]


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """So many frames that reading them takes much longer than the tests wait."""
    Image.fromarray(np.full((16, 16, 4), 99, np.uint8)).save(tmp_path / "0.png")
    frames = [{"file_path": "0.png", "transform_matrix": POSE}] * 100_000
    (tmp_path / "transforms.json").write_text(json.dumps({"camera_angle_x": 0.7, "frames": frames}))
    return tmp_path


@pytest.mark.parametrize(("command", "state"), [(messages.PauseJob, "paused"), (messages.CancelJob, "cancelled")])
def test_stop_does_not_wait_for_the_pictures(
    backend: Backend,
    client: Client,
    tiny: Callable[..., dict[str, Any]],
    endless: Path,
    command: type,
    state: str,
):
    job = client.begin(tiny(dataset=str(endless)))
    client.wait_for_state(job, "running")
    assert client.ask(command(job)).state == state
    assert client.ask(messages.GetJob(job)).state == state
    assert not (backend.cache / "jobs" / job / "checkpoint.json").exists()  # which it leaves once it has begun


def test_after_it_was_stopped_so_it_can_be_resumed(
    client: Client, tiny: Callable[..., dict[str, Any]], endless: Path, scene_folder: Path
):
    job = client.begin(tiny(dataset=str(endless)))
    client.wait_for_state(job, "running")
    client.ask(messages.PauseJob(job))
    whole = json.loads((endless / "transforms.json").read_text())
    (endless / "transforms.json").write_text(json.dumps(whole | {"frames": whole["frames"][:4]}))
    client.ask(messages.ResumeJob(job))
    client.wait_for_state(job, "finished")


def test_a_client_cannot_ask_for_pictures_outside(client: Client, tiny: Callable[..., dict[str, Any]]):
    with pytest.raises(ConfigError, match="only from the command line"):
        client.ask(messages.CreateJob(tiny(pictures_outside=True)))
    job = client.ask(messages.CreateJob(tiny())).job
    with pytest.raises(ConfigError, match="only from the command line"):
        client.ask(messages.BranchJob(job, {"pictures_outside": True}, None))
