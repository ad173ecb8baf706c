"""What a client may do about a job that is still reading its pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from backend.errors import ConfigError, JobStateError
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


@pytest.mark.parametrize("command", [messages.PauseJob, messages.CancelJob])
def test_a_stop_that_was_refused_stops_nothing_later(
    client: Client, tiny: Callable[..., dict[str, Any]], command: type
):
    job = client.begin(tiny(optimize={"checkpoint_every_s": 0.0}))
    client.wait_for_state(job, "finished")
    with pytest.raises(JobStateError, match="is finished"):
        client.ask(command(job))
    client.ask(messages.RewindJob(job, client.ask(messages.ListCheckpoints(job)).checkpoints[0]["step"]))
    edited = client.ask(messages.EditJob(job, weights={"transmittance": 0.1}))  # which reads its pictures again
    assert edited.step == client.ask(messages.GetJob(job)).step


def test_an_edit_that_a_pause_overtakes_is_told_so(
    client: Client, tiny: Callable[..., dict[str, Any]], endless: Path, backend: Backend
):
    """The edit of a paused job reads its pictures; the pause, refused or not, need not wait for them."""
    whole = json.loads((endless / "transforms.json").read_text())
    (endless / "transforms.json").write_text(json.dumps(whole | {"frames": whole["frames"][:4]}))
    job = client.begin(tiny(dataset=str(endless), optimize={"steps": 100_000, "checkpoint_every_s": 0.0}))
    client.wait_for(messages.Progress, lambda event: event.step > 2)
    client.ask(messages.PauseJob(job))
    other = client.begin(tiny())  # so that nothing of the first is held any more
    client.wait_for_state(other, "finished")
    (endless / "transforms.json").write_text(json.dumps(whole))
    with ThreadPoolExecutor() as threads:
        edit = threads.submit(backend.connect().ask, messages.EditJob(job, weights={"transmittance": 0.1}))
        while not edit.done():
            assert client.ask(messages.PauseJob(job)).state == "paused"
    with pytest.raises(JobStateError, match="meanwhile: ask again"):
        edit.result()


def test_a_client_cannot_ask_for_pictures_outside(client: Client, tiny: Callable[..., dict[str, Any]]):
    with pytest.raises(ConfigError, match="only from the command line"):
        client.ask(messages.CreateJob(tiny(pictures_outside=True)))
    job = client.ask(messages.CreateJob(tiny())).job
    with pytest.raises(ConfigError, match="only from the command line"):
        client.ask(messages.BranchJob(job, {"pictures_outside": True}, None))
