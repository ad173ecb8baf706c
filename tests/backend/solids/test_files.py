"""Meshes out of files: the same cube in every format that is read, and what is no mesh."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from shapes import CORNERS, SIDES, box

from backend.errors import DatasetError
from backend.solids.files import read_mesh, write_npz
from backend.solids.solid import inside_of

QUADS = np.array(list(SIDES.values()))
BYTES = np.arange(24, dtype=np.uint8).reshape(8, 3)
"""A color for each of a cube's points."""
WANTED = inside_of(box(half=(1, 1, 1)), (-2,) * 3, (2,) * 3, (16,) * 3)


def ascii_ply(path):
    rows = "".join(f"{x} {y} {z} {r} {g} {b}\n" for (x, y, z), (r, g, b) in zip(CORNERS, BYTES, strict=True))
    faces = "".join("4 " + " ".join(map(str, quad)) + "\n" for quad in QUADS)
    path.write_text(header("ascii") + rows + faces)


def binary_ply(path, order, letter, fans=False):
    rows = b"".join(struct.pack(letter + "fffBBB", *at, *color) for at, color in zip(CORNERS, BYTES, strict=True))
    faces = b"".join(struct.pack(letter + "Biiii", 4, *quad) for quad in QUADS[fans:])
    if fans:
        a, b, c, d = QUADS[0]
        faces += struct.pack(letter + "Biii", 3, a, b, c) + struct.pack(letter + "Biii", 3, a, c, d)
    path.write_bytes(header(order, 6 + fans).encode() + rows + faces)


def header(order, faces=6):
    colors = "".join(f"property uchar {name}\n" for name in ("red", "green", "blue"))
    return (
        f"ply\nformat {order} 1.0\ncomment a cube\nelement vertex 8\nproperty float x\nproperty float y\n"
        f"property float z\n{colors}element face {faces}\nproperty list uchar int vertex_indices\nend_header\n"
    )


PLY = {
    "ascii": ascii_ply,
    "little": lambda path: binary_ply(path, "binary_little_endian", "<"),
    "big": lambda path: binary_ply(path, "binary_big_endian", ">"),
    "mixed faces": lambda path: binary_ply(path, "binary_little_endian", "<", fans=True),
}


@pytest.mark.parametrize("kind", PLY)
def test_a_ply_of_every_kind(tmp_path, kind):
    path = tmp_path / "cube.ply"
    PLY[kind](path)
    mesh = read_mesh(path)
    assert len(mesh.triangles) == 12
    np.testing.assert_array_equal(inside_of(mesh, (-2,) * 3, (2,) * 3, (16,) * 3), WANTED)
    np.testing.assert_array_equal(mesh.colors, BYTES[mesh.triangles])


def test_a_ply_as_trimesh_writes_it(tmp_path):
    trimesh = pytest.importorskip("trimesh", reason="only the trainings and tests have it")
    cube = trimesh.Trimesh(CORNERS, QUADS[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3), process=False)
    cube.visual.vertex_colors = BYTES
    cube.export(tmp_path / "cube.ply")
    mesh = read_mesh(tmp_path / "cube.ply")
    np.testing.assert_array_equal(inside_of(mesh, (-2,) * 3, (2,) * 3, (16,) * 3), WANTED)
    np.testing.assert_array_equal(mesh.colors, BYTES[mesh.triangles])


def test_an_obj_with_objects_colors_and_a_material(tmp_path):
    (tmp_path / "a.mtl").write_text("newmtl deep red\nKd 0.8 0.0 0.2\n")
    points = "".join(f"v {x} {y} {z}\n" for x, y, z in CORNERS)
    painted = "".join(f"v {x + 2.5} {y} {z} 0 0.4 1\n" for x, y, z in CORNERS)
    first = "".join("f " + " ".join(f"{i + 1}/1/1" for i in quad) + "\n" for quad in QUADS)
    second = "".join("f " + " ".join(str(i - 8) for i in quad) + "\n" for quad in QUADS)
    text = f"mtllib folder/a.mtl\no one\n{points}usemtl deep red\n{first}o two\n{painted}{second}"
    (tmp_path / "cubes.obj").write_text(text)
    mesh = read_mesh(tmp_path / "cubes.obj")
    assert mesh.objects.tolist() == [1] * 12 + [2] * 12
    np.testing.assert_array_equal(mesh.colors[:12], np.broadcast_to([204, 0, 51], (12, 3, 3)))
    np.testing.assert_array_equal(mesh.colors[12:], np.broadcast_to([0, 102, 255], (12, 3, 3)))
    np.testing.assert_array_equal(inside_of(mesh, (-2,) * 3, (2,) * 3, (16,) * 3)[:, 8, 8], [
        *[False] * 4, *[True] * 8, *[False] * 2, *[True] * 2
    ])  # fmt: skip


def test_an_npz_comes_back_as_it_was(tmp_path):
    mesh = box(colors=dict.fromkeys(SIDES, (1, 2, 3)), number=4)
    write_npz(tmp_path / "cube.npz", mesh)
    for name, value in vars(read_mesh(tmp_path / "cube.npz")).items():
        np.testing.assert_array_equal(value, getattr(mesh, name))


def truncated(path):
    PLY["little"](path)
    path.write_bytes(path.read_bytes()[:-7])


FAULTS = {
    "cube.stl": lambda path: path.write_bytes(b"solid"),
    "missing.ply": lambda path: None,
    "text.ply": lambda path: path.write_text("hello"),
    "short.ply": truncated,
    "words.ply": lambda path: path.write_text(header("ascii") + "a b c\n"),
    "text.npz": lambda path: path.write_text("hello"),
    "words.obj": lambda path: path.write_text("v a b c\n"),
    "short.obj": lambda path: path.write_text("v 1 2\nf 1 1 1\n"),
    "points.ply": lambda path: path.write_text("ply\nformat ascii 1.0\nelement vertex 0\nend_header\n"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_cannot_be_read_says_so_in_one_sentence(tmp_path, name):
    FAULTS[name](tmp_path / name)
    with pytest.raises(DatasetError, match=r"(cannot be read|is no mesh)"):
        read_mesh(tmp_path / name)


def test_an_npz_with_a_pickle_is_not_opened(tmp_path):
    np.savez(tmp_path / "evil.npz", points=np.array([object()]), triangles=np.zeros((1, 3), int))
    with pytest.raises(DatasetError, match="cannot be read"):
        read_mesh(tmp_path / "evil.npz")
