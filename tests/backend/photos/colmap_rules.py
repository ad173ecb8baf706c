"""COLMAP's model files by the rules that 3D Gaussian Splatting reads them by (its scene/colmap_loader.py), in our own
words: little endian, one record after another.

    cameras   count (8); each number (4), model (4), width (8), height (8), parameters (8 each)
    images    count (8); each number (4), quaternion w x y z (32), translation (24), camera (4), name up to a zero,
              count of points (8), each x, y (16) and number of the point (8)
    points3D  count (8); each number (8), position (24), color (3), error (8), length of its track (8), each 4 + 4
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np

PARAMETERS = {0: 3, 1: 4, 2: 4, 3: 5, 4: 8}
NAMES = {0: "SIMPLE_PINHOLE", 1: "PINHOLE", 2: "SIMPLE_RADIAL", 3: "RADIAL", 4: "OPENCV"}
Cameras = dict[int, tuple[str, int, int, tuple[float, ...]]]
Images = dict[str, tuple[np.ndarray, np.ndarray, int]]


class Bytes:
    """A file that is read from its beginning to its end."""

    def __init__(self, path: Path) -> None:
        self._content, self._at = path.read_bytes(), 0

    def take(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from("<" + form, self._content, self._at)
        self._at += struct.calcsize("<" + form)
        return found

    def take_name(self) -> str:
        end = self._content.index(b"\0", self._at)
        name = self._content[self._at : end].decode()
        self._at = end + 1
        return name

    @property
    def at_end(self) -> bool:
        return self._at == len(self._content)


def cameras_of(path: Path) -> Cameras:
    file, found = Bytes(path), {}
    for _ in range(file.take("Q")[0]):
        number, model, width, height = file.take("iiQQ")
        found[number] = (NAMES[model], width, height, file.take(f"{PARAMETERS[model]}d"))
    assert file.at_end
    return found


def images_of(path: Path) -> Images:
    file, found = Bytes(path), {}
    for _ in range(file.take("Q")[0]):
        _, *pose, camera = file.take("i7di")
        name = file.take_name()
        found[name] = (np.array(pose[:4]), np.array(pose[4:]), camera)
        file.take("2dq" * file.take("Q")[0])
    assert file.at_end
    return found


def points_of(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Positions and colors, by the numbers of the points."""
    file, found = Bytes(path), {}
    for _ in range(file.take("Q")[0]):
        number, x, y, z, red, green, blue, _ = file.take("QdddBBBd")
        found[number] = ((x, y, z), (red, green, blue))
        file.take("ii" * file.take("Q")[0])
    assert file.at_end
    rows = [found[number] for number in sorted(found)]
    return np.array([position for position, _ in rows]), np.array([color for _, color in rows])


def lines_of(path: Path) -> list[list[str]]:
    return [line.split() for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]


def cameras_of_text(path: Path) -> Cameras:
    return {int(n): (model, int(w), int(h), tuple(map(float, rest))) for n, model, w, h, *rest in lines_of(path)}


def images_of_text(path: Path) -> Images:
    """Two lines an image: number, quaternion, translation, camera, name; the second has its points."""
    kept = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    words = [line.split() for line in kept[::2]]
    numbers = [[float(word) for word in line[1:8]] for line in words]
    return {
        line[9]: (np.array(pose[:4]), np.array(pose[4:]), int(line[8]))
        for line, pose in zip(words, numbers, strict=True)
    }


def points_of_text(path: Path) -> tuple[np.ndarray, np.ndarray]:
    rows = sorted(lines_of(path), key=lambda line: int(line[0]))
    return np.array([line[1:4] for line in rows], float), np.array([line[4:7] for line in rows], int)


def pose_of(quaternion: np.ndarray, translation: np.ndarray) -> np.ndarray:
    """Camera to world with OpenGL's axes, as transforms.json has it; the quaternion turns world to camera."""
    w, x, y, z = quaternion / np.linalg.norm(quaternion)
    turn = np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ])  # fmt: skip
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = turn.T * [1, -1, -1], -turn.T @ translation
    return pose


def assert_text_is_binary(model: Path) -> None:
    """The two ways in which a model was written say the same."""
    cameras, written = cameras_of(model / "cameras.bin"), cameras_of_text(model / "cameras.txt")
    assert {number: camera[:3] for number, camera in cameras.items()} == {n: c[:3] for n, c in written.items()}
    for number, camera in cameras.items():
        np.testing.assert_allclose(written[number][3], camera[3], rtol=1e-9)
    images, lines = images_of(model / "images.bin"), images_of_text(model / "images.txt")
    assert set(images) == set(lines)
    for name, (quaternion, translation, camera) in images.items():
        assert lines[name][2] == camera
        np.testing.assert_allclose(lines[name][0], quaternion, atol=1e-9)
        np.testing.assert_allclose(lines[name][1], translation, atol=1e-9)
    for binary, text in zip(points_of(model / "points3D.bin"), points_of_text(model / "points3D.txt"), strict=True):
        np.testing.assert_allclose(text, binary, atol=1e-9)
