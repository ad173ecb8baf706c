"""Photos of ours reach a backend that reads no folder of its own."""

from __future__ import annotations

import json

import pytest

from addon.core.errors import DiskError
from addon.core.sending import _renamed, send_dataset


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


@pytest.mark.parametrize("poses", ["", "[]", "{}", '{"frames": [1]}', '{"frames": [{"file_path": "gone.png"}]}'])
def test_photos_that_cannot_be_read_are_one_sentence(tmp_path, poses):
    (tmp_path / "transforms.json").write_text(poses)
    with pytest.raises(DiskError, match="choose a folder of posed pictures"):
        send_dataset(None, tmp_path)
