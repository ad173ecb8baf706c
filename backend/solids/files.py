"""Meshes out of files: our own .npz, and the triangles and colors of .ply and .obj, read by few lines of our own.

    .npz   points (n, 3), triangles (m, 3); colors uint8 (m, 3, 3) and objects (m,) where there are any
    .ply   ascii or binary; colors of points (red, green, blue)
    .obj   v x y z [r g b], f a b c ...; each o begins an object; a face with a usemtl has the Kd of an .mtl beside it

A face with more than three corners is cut into a fan. Axes stay as they are: Z is up, as in Blender.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from ..errors import DatasetError
from .mesh import GRAY, SolidMesh, solid_mesh
from .ply import read_ply

BYTES_LIMIT = 1 << 30
_NOT_READ = (OSError, ValueError, KeyError, IndexError, TypeError, EOFError, zipfile.BadZipFile, OverflowError)


def read_mesh(path: Path) -> SolidMesh:
    """The mesh of a file, by its suffix.

    Raises:
        DatasetError: there is none that can be read.
    """
    readers = {".npz": _read_npz, ".ply": read_ply, ".obj": _read_obj}
    if path.suffix.lower() not in readers:
        raise DatasetError(f"'{path.name[:80]}' is no mesh that is read here: give a .ply, .obj or .npz.")
    try:
        if path.stat().st_size > BYTES_LIMIT:
            raise ValueError(f"it has more than {BYTES_LIMIT >> 20} MiB")
        return readers[path.suffix.lower()](path)
    except _NOT_READ as cause:
        raise DatasetError(f"The mesh {path.name[:80]} cannot be read ({cause}): export it again.") from cause


def _read_npz(path: Path) -> SolidMesh:
    with np.load(path, allow_pickle=False) as data:
        return solid_mesh(data["points"], data["triangles"], data.get("colors"), data.get("objects"))


def write_npz(path: Path, mesh: SolidMesh) -> None:
    """Writes what `read_mesh` reads."""
    with open(path, "wb") as file:
        np.savez_compressed(file, **vars(mesh))


def _read_obj(path: Path) -> SolidMesh:
    """Reads the points and faces of an .obj, and the plain colors of its materials."""
    reader = _Obj(path)
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        reader.take(line.split())
    return reader.mesh()


class _Obj:
    """What was read of an .obj so far."""

    def __init__(self, path: Path) -> None:
        self._folder = path.parent
        self._points: list[list[float]] = []
        self._point_colors: dict[int, list[float]] = {}
        self._triangles: list[tuple[int, int, int]] = []
        self._colors: list[np.ndarray] = []
        self._objects: list[int] = []
        self._materials: dict[str, list[float]] = {}
        self._material: list[float] | None = None
        self._object = 0

    def take(self, words: list[str]) -> None:
        """Reads a line."""
        match words:
            case ["v", *numbers]:
                if len(numbers) >= 6:
                    self._point_colors[len(self._points)] = [float(each) for each in numbers[3:6]]
                self._points.append([float(each) for each in numbers[:3]])
            case ["f", *corners]:
                self._add_face([self._number(each) for each in corners])
            case ["o", *_]:
                self._object += 1
            case ["usemtl", *name]:
                self._material = self._materials.get(" ".join(name))
            case ["mtllib", *name]:
                self._materials |= _materials(self._folder, " ".join(name))

    def mesh(self) -> SolidMesh:
        triangles = np.array(self._triangles, np.int64).reshape(-1, 3)
        colors = np.array(self._colors).reshape(-1, 3, 3)
        points = np.array(self._points, np.float64).reshape(-1, 3)
        return solid_mesh(points, triangles, np.round(colors * 255).clip(0, 255), np.array(self._objects, np.int64))

    def _number(self, corner: str) -> int:
        """Points count from 1, or from the last one backwards."""
        number = int(corner.split("/")[0])
        return number - 1 if number > 0 else len(self._points) + number

    def _add_face(self, corners: list[int]) -> None:
        for second, third in zip(corners[1:], corners[2:], strict=False):
            triangle = (corners[0], second, third)
            self._triangles.append(triangle)
            self._objects.append(self._object)
            self._colors.append(np.array([self._color(each) for each in triangle]))

    def _color(self, point: int) -> list[float]:
        plain = self._material or [GRAY / 255] * 3
        return self._point_colors.get(point, plain)


def _materials(folder: Path, name: str) -> dict[str, list[float]]:
    """The plain colors of an .mtl beside the .obj, sRGB-encoded as most programs write them; none where there is none.

    Only the name counts: what a file says of folders is not followed.
    """
    path = folder / Path(name.replace("\\", "/")).name
    found: dict[str, list[float]] = {}
    current = ""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else ():
        words = line.split()
        if words[:1] == ["newmtl"]:
            current = " ".join(words[1:])
        elif words[:1] == ["Kd"] and len(words) >= 4:
            found[current] = [float(each) for each in words[1:4]]
    return found
