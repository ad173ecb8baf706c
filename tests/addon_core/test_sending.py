"""Photos of ours reach a backend that reads no folder of its own: two processes, real sockets."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from addon.core import calls, sending
from addon.core.address import RemoteBackend
from addon.core.connection import connect_to_remote
from addon.core.errors import DiskError, StoppedError
from addon.core.sending import _renamed, send_dataset
from addon.core.wire import ConfigError, config, messages

from .conftest import TOKEN


@pytest.fixture
def remote(standing, inbox):
    """A conversation with a backend that stays, and that backend's cache folder."""
    one = connect_to_remote(RemoteBackend(f"127.0.0.1:{standing[1]}", TOKEN), "0.0.test", inbox)
    yield one, standing[2]
    one.close()


def test_names_are_given_and_the_poses_say_them(tmp_path):
    (tmp_path / "my photos").mkdir()
    for name in ("b", "a"):
        (tmp_path / "my photos" / f"{name}.PNG").write_bytes(name.encode())
    frames = [{"file_path": f"my photos/{name}.PNG", "transform_matrix": []} for name in ("b", "a")]
    (tmp_path / "transforms.json").write_text(json.dumps({"frames": frames, "camera_angle_x": 0.7}))
    poses, pictures = _renamed(tmp_path)
    assert {name: path.read_bytes() for name, path in pictures.items()} == {"000000.png": b"b", "000001.png": b"a"}
    said = json.loads(poses["transforms.json"])
    assert [frame["file_path"] for frame in said["frames"]] == ["000000.png", "000001.png"]
    assert said["camera_angle_x"] == 0.7


@pytest.mark.parametrize(
    "poses", ["", "[]", "{}", '{"frames": []}', '{"frames": [1]}', '{"frames": [{"file_path": "gone.png"}]}',
              '{"frames": [{"file_path": "a\\u0000b"}]}', "[" * 100_000],
)  # fmt: skip
def test_photos_that_cannot_be_read_are_one_sentence(tmp_path, poses):
    (tmp_path / "transforms.json").write_text(poses)
    with pytest.raises(DiskError, match="choose a folder of posed pictures"):
        send_dataset(None, tmp_path)


@pytest.mark.parametrize("how", ["absolute", "dots", "link"])
def test_a_picture_elsewhere_on_this_machine_is_not_sent(tmp_path, how):
    (tmp_path / "private.png").write_bytes(b"mine")
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "link.png").symlink_to(tmp_path / "private.png")
    name = {"absolute": str(tmp_path / "private.png"), "dots": "../private.png", "link": "link.png"}[how]
    (folder / "transforms.json").write_text(json.dumps({"frames": [{"file_path": name}]}))
    with pytest.raises(DiskError, match="lies outside of it"):
        send_dataset(None, folder)


@pytest.mark.process
def test_a_picture_that_goes_away_meanwhile_is_one_sentence(remote, tiny, monkeypatch):
    connection, _ = remote
    opened = sending._opened

    def gone(folder, path):
        path.unlink()
        return opened(folder, path)

    monkeypatch.setattr(sending, "_opened", gone)
    with pytest.raises(DiskError, match="cannot be read .*No such file"):
        send_dataset(connection.client, tiny_folder(tiny))


def tiny_folder(tiny):
    from pathlib import Path

    return Path(tiny.dataset)


@pytest.mark.process
def test_photos_are_sent_in_pieces_and_learned_from(remote, inbox, tiny):
    connection, cache = remote
    folder = tiny_folder(tiny)
    large = os.urandom(2 * messages.CHUNK_LIMIT + 12_345)
    with (folder / "1.png").open("ab") as file:  # what comes behind a picture's end is no part of it
        file.write(large)
    told = []
    dataset = send_dataset(connection.client, folder, told=lambda done, of: told.append((done, of)))
    done = [each for each, _ in told]
    assert done == sorted(done) and told[-1][0] == told[-1][1] > len(large)
    assert max(np.diff([0, *done])) == messages.CHUNK_LIMIT, "no piece is larger than what a call may bring"
    there = cache / "datasets" / dataset.removeprefix(messages.SENT)
    assert (folder / "1.png").read_bytes() in [path.read_bytes() for path in there.glob("*.png")]
    job = calls.create_job(connection.client, config.with_changes(tiny, {"dataset": dataset}))
    calls.start_job(connection.client, job)
    inbox.wait_for("event.finished")
    record = calls.get_job(connection.client, job)
    assert record.evaluation["psnr"] > 10 and record.config["dataset"] == dataset
    calls.delete_job(connection.client, job)
    assert not there.exists()


@pytest.mark.process
def test_sending_is_stopped_between_two_pieces(remote, tiny):
    connection, _ = remote
    told = []
    with pytest.raises(StoppedError, match="no job was made"):
        send_dataset(connection.client, tiny_folder(tiny), lambda: len(told) == 2, lambda *how: told.append(how))
    assert len(told) == 2 and calls.list_jobs(connection.client) == []
    assert calls.fetch_status(connection.client).jobs_running == 0, "the conversation goes on"


@pytest.mark.process
@pytest.mark.parametrize("change", [{"dataset": "/etc"}, {"model": "/etc"}, {"model": "local-dir:~/models"}])
def test_a_place_on_that_machine_is_refused_with_its_sentence(remote, tiny, change):
    connection, _ = remote
    words = {"method": "both", "prompt": "a ball", "dataset": send_dataset(connection.client, tiny_folder(tiny))}
    with pytest.raises(ConfigError, match="names a place on the backend's machine .*--allow-folder"):
        calls.create_job(connection.client, config.with_changes(tiny, words | change))
