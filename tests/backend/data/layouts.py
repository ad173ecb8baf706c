"""One scene in every layout that we read, each written as its program writes it: cameras are known by formula.

The cameras stand on a spiral around the ball of `posed_scene.py`; every writer here turns our pose into its program's
own words by that program's documents, and shares no line with the readers.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from backend.cameras.camera import Camera
from backend.cameras.orbit import orbit_view
from tests.backend.posed_scene import FOV, SIZE, picture

COUNT = 10
FOCAL = 0.5 * SIZE / math.tan(FOV / 2)
POINTS = np.array([[0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5], [-0.5, 0.1, 0.2]])


def cameras() -> list[Camera]:
    return [orbit_view(2.4 * i, -0.3 + 1.2 * i / COUNT, 3.2, FOV, SIZE).camera for i in range(COUNT)]


def matrices() -> list[np.ndarray]:
    """Our poses, in double precision."""
    return [camera.pose.double().numpy() for camera in cameras()]


def write_pictures(folder: Path, name: Callable[[int], str] = "r_{:03}.png".format) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    names = [name(i) for i in range(COUNT)]
    for each, camera in zip(names, cameras(), strict=True):
        pixels = picture(camera)
        opaque = each.lower().endswith((".jpg", ".jpeg"))
        Image.fromarray(pixels[..., :3] if opaque else pixels).save(folder / each)
    return names


def world_to_camera(pose: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """OpenCV's R and t: x right, y down, z forward."""
    rotation = np.stack([pose[:3, 0], -pose[:3, 1], -pose[:3, 2]])
    return rotation, -rotation @ pose[:3, 3]


def quaternion(rotation: np.ndarray) -> np.ndarray:
    """(w, x, y, z): the eigenvector of Bar-Itzhack's matrix, whatever the angle."""
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = rotation
    matrix = np.array([
        [xx - yy - zz, 0, 0, 0],
        [xy + yx, yy - xx - zz, 0, 0],
        [xz + zx, yz + zy, zz - xx - yy, 0],
        [zy - yz, xz - zx, yx - xy, xx + yy + zz],
    ])  # fmt: skip
    x, y, z, w = np.linalg.eigh(matrix)[1][:, -1]
    return np.array([w, x, y, z])


def colmap_text(folder: Path, place: str = "sparse/0", images: str = "images") -> None:
    names = write_pictures(folder / images)
    model = folder / place
    model.mkdir(parents=True, exist_ok=True)
    (model / "cameras.txt").write_text(
        "# Camera list with one line of data per camera:\n#   CAMERA_ID, MODEL, WIDTH, HEIGHT, PARAMS[]\n"
        f"7 SIMPLE_PINHOLE {SIZE} {SIZE} {FOCAL!r} {SIZE / 2} {SIZE / 2}\n"
    )
    lines = ["# Image list with two lines of data per image:"]
    for i, (name, pose) in enumerate(zip(names, matrices(), strict=True)):
        rotation, translation = world_to_camera(pose)
        values = " ".join(repr(float(v)) for v in (*quaternion(rotation), *translation))
        lines += [f"{i + 1} {values} 7 {name}", "" if i % 2 else "1.5 2.5 -1 3 4 1"]
    (model / "images.txt").write_text("\n".join(lines) + "\n")
    rows = (f"{i} {x} {y} {z} 200 10 10 0.5 1 0" for i, (x, y, z) in enumerate(POINTS))
    (model / "points3D.txt").write_text("# 3D point list\n" + "\n".join(rows) + "\n")


def colmap_binary(folder: Path, place: str = "sparse/0", images: str = "images") -> None:
    names = write_pictures(folder / images)
    model = folder / place
    model.mkdir(parents=True, exist_ok=True)
    lens = struct.pack("<QIiQQ3d", 1, 7, 0, SIZE, SIZE, FOCAL, SIZE / 2, SIZE / 2)
    (model / "cameras.bin").write_bytes(lens)
    data = struct.pack("<Q", COUNT)
    for i, (name, pose) in enumerate(zip(names, matrices(), strict=True)):
        rotation, translation = world_to_camera(pose)
        data += struct.pack("<I7dI", i + 1, *quaternion(rotation), *translation, 7) + name.encode() + b"\0"
        data += struct.pack("<Q", 2) + struct.pack("<ddQddQ", 1.5, 2.5, 2**64 - 1, 3, 4, 1)
    (model / "images.bin").write_bytes(data)
    points = b"".join(struct.pack("<Q3d3BdQII", i, *p, 9, 9, 9, 0.5, 1, 1, 0) for i, p in enumerate(POINTS))
    (model / "points3D.bin").write_bytes(struct.pack("<Q", len(POINTS)) + points)


def llff(folder: Path) -> None:
    write_pictures(folder / "images")
    rows = []
    for pose in matrices():
        right, up, back, position = pose[:3].T
        size = np.array([SIZE, SIZE, FOCAL])
        rows.append(np.concatenate([np.stack([-up, right, back, position, size], 1).ravel(), [2.0, 5.0]]))
    np.save(folder / "poses_bounds.npy", np.array(rows))


def _transforms(folder: Path, frames: list[dict[str, Any]], **top: Any) -> None:
    (folder / "transforms.json").write_text(json.dumps(top | {"frames": frames}))


def _frames(names: list[str], **more: Any) -> list[dict[str, Any]]:
    poses = (pose.tolist() for pose in matrices())
    return [{"file_path": n, "transform_matrix": p, **more} for n, p in zip(names, poses, strict=True)]


def instant_ngp(folder: Path) -> None:
    names = write_pictures(folder / "images")
    lens = {"camera_angle_x": FOV, "fl_x": FOCAL, "fl_y": FOCAL, "cx": SIZE / 2, "cy": SIZE / 2}
    _transforms(folder, _frames([f"./images/{n}" for n in names], sharpness=20.5), **lens, w=float(SIZE), h=float(SIZE),
                k1=0, k2=0, p1=0, p2=0, aabb_scale=4, scale=0.33, offset=[0.5, 0.5, 0.5])  # fmt: skip


def nerfstudio(folder: Path) -> None:
    names = write_pictures(folder / "images")
    lens: dict[str, Any] = {"fl_x": FOCAL, "fl_y": FOCAL, "cx": SIZE / 2, "cy": SIZE / 2, "w": SIZE, "h": SIZE}
    (folder / "sparse_pc.ply").write_text(
        f"ply\nformat ascii 1.0\nelement vertex {len(POINTS)}\nproperty float x\nproperty float y\nproperty float z\n"
        "property uint8 red\nproperty uint8 green\nproperty uint8 blue\nend_header\n"
        + "".join(f"{x:8f} {y:8f} {z:8f} 1 2 3\n" for x, y, z in POINTS)
    )
    lens |= {"camera_model": "OPENCV", "k1": 0.0, "k2": 0.0, "p1": 0.0, "p2": 0.0}
    more = {"applied_transform": np.eye(4)[:3].tolist(), "ply_file_path": "sparse_pc.ply"}
    _transforms(folder, _frames([f"images/{n}" for n in names], colmap_im_id=3), **lens, **more)


def nerfstudio_per_frame(folder: Path) -> None:
    """Lenses of each frame, measured on pictures twice as large; three rows a matrix."""
    names = write_pictures(folder / "images")
    lens = {"fl_x": 2 * FOCAL, "fl_y": 2 * FOCAL, "cx": SIZE, "cy": SIZE, "w": 2 * SIZE, "h": 2 * SIZE}
    frames = _frames([f"images/{n}" for n in names], **lens)
    for frame in frames:
        frame["transform_matrix"].pop()
    _transforms(folder, frames, camera_model="PINHOLE")


def windows(folder: Path) -> None:
    """Backslashes, a byte order mark, and a name whose case the file system changed."""
    names = write_pictures(folder / "images", "R_{:03}.PNG".format)
    _transforms(folder, _frames([f"images\\{n.lower()}" for n in names]), camera_angle_x=FOV)
    path = folder / "transforms.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())


def matrices_k(folder: Path) -> None:
    names = write_pictures(folder / "images")
    intrinsics = [[FOCAL, 0.0, SIZE / 2], [0.0, FOCAL, SIZE / 2], [0.0, 0.0, 1.0]]
    _transforms(folder, _frames([f"images/{n}" for n in names], intrinsic_matrix=intrinsics))


def nerf_synthetic(folder: Path) -> None:
    names = write_pictures(folder / "train")
    _transforms(folder, _frames([f"./train/{n[:-4]}" for n in names], rotation=0.012), camera_angle_x=FOV)
    (folder / "transforms.json").rename(folder / "transforms_train.json")


def sdfstudio(folder: Path) -> None:
    names = write_pictures(folder, "{:06}_rgb.png".format)
    frames = []
    for name, pose in zip(names, matrices(), strict=True):
        rotation, translation = world_to_camera(pose)
        there = np.eye(4)
        there[:3, :3], there[:3, 3] = rotation.T, -rotation.T @ translation
        intrinsics = np.diag([FOCAL, FOCAL, 1.0, 1.0])
        intrinsics[:2, 2] = SIZE / 2
        frames.append({"rgb_path": name, "camtoworld": there.tolist(), "intrinsics": intrinsics.tolist()})
    data = {"camera_model": "OPENCV", "height": SIZE, "width": SIZE, "has_mono_prior": False, "frames": frames}
    (folder / "meta_data.json").write_text(json.dumps(data))


def nsvf(folder: Path) -> None:
    names = write_pictures(folder / "rgb", lambda i: f"{i % 3}_{i:04}.png")
    (folder / "pose").mkdir()
    for name, pose in zip(names, matrices(), strict=True):
        rotation, translation = world_to_camera(pose)
        there = np.eye(4)
        there[:3, :3], there[:3, 3] = rotation.T, -rotation.T @ translation
        np.savetxt(folder / "pose" / f"{name[:-4]}.txt", there)
    rows = f"{FOCAL!r} 0 {SIZE / 2} 0\n0 {FOCAL!r} {SIZE / 2} 0\n0 0 1 0\n0 0 0 1\n"
    (folder / "intrinsics.txt").write_text(rows)


def reality_capture(folder: Path) -> None:
    """Heading clockwise from north (+Y), pitch up from straight down, roll about the view: solved from our pose."""
    names = write_pictures(folder / "photos")
    lines = ["#cameras 10", "#name,x,y,alt,heading,pitch,roll,f,px,py,k1,k2,k3,k4,t1,t2"][1:]
    for name, pose in zip(names, matrices(), strict=True):
        pitch = math.asin(pose[2, 1])  # R = Rz(-heading) Rx(pitch) Ry(roll): the last row is (-cx sy, sx, cx cy)
        roll = math.atan2(-pose[2, 0], pose[2, 2])
        heading = math.atan2(pose[0, 1], pose[1, 1])
        angles = [math.degrees(a) for a in (heading, pitch, roll)]
        values = [*pose[:3, 3], *angles, FOCAL / SIZE * 36, 0, 0, 0, 0, 0, 0, 0, 0]
        lines.append(",".join([name, *(repr(float(v)) for v in values)]))
    (folder / "cameras.csv").write_text("\n".join(lines) + "\n")


def metashape(folder: Path) -> None:
    """A chunk that is turned, moved and scaled against the world."""
    names = write_pictures(folder / "photos")
    scale, shift, turn = 2.0, np.array([0.1, -0.2, 0.3]), np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1.0]])
    cameras_ = []
    for i, (name, pose) in enumerate(zip(names, matrices(), strict=True)):
        local = np.eye(4)
        local[:3, :3] = turn.T @ np.stack([pose[:3, 0], -pose[:3, 1], -pose[:3, 2]], 1)
        local[:3, 3] = turn.T @ (pose[:3, 3] - shift) / scale
        text = " ".join(repr(float(v)) for v in local.ravel())
        cameras_.append(f'<camera id="{i}" sensor_id="0" label="{name[:-4]}"><transform>{text}</transform></camera>')
    text = " ".join(str(v) for v in turn.ravel())
    (folder / "cameras.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<document version="2.0.0">\n<chunk label="Chunk 1" enabled="true">\n'
        '<sensors next_id="1"><sensor id="0" label="unknown" type="frame">'
        f'<resolution width="{SIZE}" height="{SIZE}"/><calibration type="frame" class="adjusted">'
        f"<f>{FOCAL!r}</f><cx>0</cx><cy>0</cy></calibration></sensor></sensors>\n<cameras next_id='11'>"
        + "\n".join(cameras_)
        + '<camera id="10" sensor_id="0" label="lost"/></cameras>\n'
        f"<transform><rotation>{text}</rotation><translation>{' '.join(map(str, shift))}</translation>"
        f"<scale>{scale}</scale></transform></chunk></document>\n"
    )


def _arkit(pose: np.ndarray) -> np.ndarray:
    """ARKit's world has Y up: our (x, y, z) are its (z, x, y)."""
    return pose[[1, 2, 0, 3]]


def record3d(folder: Path) -> None:
    write_pictures(folder / "rgb", "{}.jpg".format)
    poses = []
    for pose in matrices():
        there = _arkit(pose)
        w, x, y, z = quaternion(there[:3, :3])
        poses.append([float(v) for v in (x, y, z, w, *there[:3, 3])])
    matrix = [FOCAL, 0, 0, 0, FOCAL, 0, SIZE / 2, SIZE / 2, 1]
    (folder / "metadata.json").write_text(json.dumps({"w": SIZE, "h": SIZE, "fps": 60, "K": matrix, "poses": poses}))


def polycam(folder: Path) -> None:
    names = write_pictures(folder / "keyframes" / "corrected_images", "{:013}.jpg".format)
    (folder / "keyframes" / "corrected_cameras").mkdir()
    for name, pose in zip(names, matrices(), strict=True):
        there = _arkit(pose)
        data = {f"t_{r}{c}": float(there[r, c]) for r in range(3) for c in range(4)}
        data |= {"fx": FOCAL, "fy": FOCAL, "cx": SIZE / 2, "cy": SIZE / 2, "width": SIZE, "height": SIZE}
        path = folder / "keyframes" / "corrected_cameras" / f"{name[:-4]}.json"
        path.write_text(json.dumps(data | {"blur_score": 99.0, "timestamp": 1}))


LAYOUTS: dict[str, Callable[[Path], None]] = {
    write.__name__: write
    for write in (
        colmap_text, colmap_binary, llff, instant_ngp, nerfstudio, nerfstudio_per_frame, windows, matrices_k,
        nerf_synthetic, sdfstudio, nsvf, reality_capture, metashape, record3d, polycam,
    )
}  # fmt: skip
