"""Photographs without poses. What COLMAP itself does is tried where it is installed; the rest of it everywhere."""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from backend.cameras.orbit import orbit_view
from backend.data.dataset import read_dataset
from backend.errors import DatasetError
from backend.photos import pictures, pose
from backend.photos.child import run_task
from backend.photos.pictures import picture_folder, prepare
from backend.photos.pose import Stages, needs_poses, pose_dataset, pose_photos, undistort_photos
from backend.photos.requirement import COLMAP, PYAV
from tests.backend.photos import colmap_rules
from tests.backend.photos.made_video import write_video

TURN = Image.Transpose.ROTATE_90
PRETENDED = replace(COLMAP, module="json")
"""Installed everywhere."""
SOLVES = pytest.mark.skipif(not COLMAP.is_installed, reason="pycolmap is not installed")


def save(path: Path, size: tuple[int, int] = (40, 30), orientation: int = 1, camera: str = "Camera 1") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = orientation, camera
    Image.new("RGB", size, (200, 30, 30)).save(path, exif=exif)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for i in range(4):
        save(tmp_path / "shots" / f"{i}.jpg")
    return tmp_path / "shots"


class TestPictures:
    def test_a_folder_of_pictures_needs_poses_and_a_posed_one_does_not(self, folder: Path, scene_folder: Path):
        assert needs_poses(folder) and not needs_poses(scene_folder)
        assert not needs_poses(folder / "0.jpg") and not needs_poses(folder / "nowhere")
        (folder / "transforms.json").write_text("{}")
        assert not needs_poses(folder)

    def test_pictures_lie_in_the_folder_or_in_one_of_the_usual_names(self, folder: Path, tmp_path: Path):
        assert picture_folder(folder) == folder
        folder.rename(tmp_path / "images")
        assert picture_folder(tmp_path) == tmp_path / "images"

    def test_copies_are_whole_and_made_once(self, folder: Path, tmp_path: Path):
        prepared = prepare(folder, tmp_path / "out")
        assert prepared.names == ["0.jpg", "1.jpg", "2.jpg", "3.jpg"] and len(prepared.by_lens) == 1
        assert not prepared.notes
        assert (tmp_path / "out" / "2.jpg").read_bytes() == (folder / "2.jpg").read_bytes()
        before = (tmp_path / "out" / "2.jpg").stat().st_mtime_ns
        prepare(folder, tmp_path / "out")
        assert (tmp_path / "out" / "2.jpg").stat().st_mtime_ns == before

    def test_the_mark_of_how_a_camera_was_held_is_taken_off_and_pixels_stay(self, folder: Path, tmp_path: Path):
        save(folder / "4.jpg", orientation=6)
        prepared = prepare(folder, tmp_path / "out")
        copy = Image.open(tmp_path / "out" / "4.png")
        assert "4.png" in prepared.names and len(prepared.by_lens) == 1
        assert copy.size == (40, 30) and copy.getexif().get(0x0112, 1) == 1 and copy.getexif()[0x0110] == "Camera 1"

    def test_pictures_of_other_sizes_and_cameras_are_kept_each_with_its_lens(self, folder: Path, tmp_path: Path):
        save(folder / "cropped.jpg", (80, 30), camera="")
        save(folder / "upright.jpg", (30, 40))
        save(folder / "other.jpg", camera="Camera 2")
        prepared = prepare(folder, tmp_path / "out")
        by_size = [(lens.size, lens.camera, names) for lens, names in prepared.by_lens.items()]
        assert by_size[0] == ((40, 30), "Camera 1", ["0.jpg", "1.jpg", "2.jpg", "3.jpg"])
        assert sorted(by_size[1:]) == [
            ((30, 40), "Camera 1", ["upright.jpg"]), ((40, 30), "Camera 2", ["other.jpg"]),
            ((80, 30), "", ["cropped.jpg"]),
        ]  # fmt: skip
        assert prepared.names == sorted(path.name for path in folder.iterdir())
        assert "of 4 lenses or sizes: 4 of 40 x 30 pixels by Camera 1, 1 of" in prepared.notes[0]
        assert "and 1 more. A lens is found for each of them." in prepared.notes[0]

    def test_what_is_not_read_is_said(self, folder: Path, tmp_path: Path):
        (folder / "a.mov").write_bytes(b"")
        assert "1 videos" in prepare(folder, tmp_path / "out").notes[0]

    def test_names_that_differ_by_their_suffix_alone_do_not_meet(self, folder: Path, tmp_path: Path):
        save(folder / "0.png")
        Image.new("RGB", (40, 30)).save(folder / "0.webp")
        prepared = prepare(folder, tmp_path / "out")
        assert prepared.names[:3] == ["0.jpg", "0.png", "0.webp.png"]
        assert Image.open(tmp_path / "out" / "0.webp.png").getpixel((3, 3)) == (0, 0, 0)
        assert Image.open(tmp_path / "out" / "0.png").getpixel((3, 3)) == (200, 30, 30)

    def test_too_few_and_too_many(self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(pose, "COLMAP", PRETENDED)
        with pytest.raises(DatasetError, match="There are no pictures in .* choose a folder of pictures, or one video"):
            pose_photos(tmp_path, tmp_path / "out")
        save(tmp_path / "few" / "0.png")
        with pytest.raises(DatasetError, match="There are 1 pictures in few: from 3 to 2000 of one scene can be posed"):
            prepare(tmp_path / "few", tmp_path / "out")
        monkeypatch.setattr(pictures, "MOST", 3)
        with pytest.raises(DatasetError, match="There are 4 pictures in shots: from 3 to 3"):
            prepare(folder, tmp_path / "out")


@pytest.mark.process
class TestChild:
    def test_what_it_breaks_off_with_is_said(self, tmp_path: Path):
        task = {"do": "solve", "database": str(tmp_path / "no" / "d.db")}
        with pytest.raises(DatasetError, match=r"COLMAP broke off: .*Error.* colmap.log has the rest"):
            run_task(task, tmp_path / "colmap.log", lambda *now: None, lambda: None)

    def test_it_ends_when_it_is_not_wanted(self, tmp_path: Path):
        class Unwanted(Exception):
            pass

        def go_on() -> None:
            raise Unwanted

        began = time.monotonic()
        with pytest.raises(Unwanted):
            run_task({"do": "solve"}, tmp_path / "colmap.log", lambda *now: None, go_on)
        assert time.monotonic() - began < 20

    def test_it_ends_with_its_parent(self):
        command = [sys.executable, "-m", "backend.photos.colmap_process"]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        child.communicate(timeout=60)  # no task comes, and nobody is there any more
        assert child.returncode != 0


def test_stages_are_said_at_their_ends_and_tenths():
    said: list[str] = []
    stages = Stages(said.append)
    for done in range(31):
        stages.notify("matches", done, 30)
    assert len(said) == 11 and said[0] == "Finding poses, matches: 0 of 30." and "30 of 30" in said[-1]


def test_why_a_picture_was_not_placed():
    counts = {"a": (40, 3), "b": (4000, 12), "c": (4000, 90)}
    notes = pose._notes(["a", "b", "c", "d"], ["d"], counts)
    assert notes[0] == "COLMAP placed 1 of 4 pictures."
    assert "blurred or plain: a." in notes[1] and "too little in common with the others: b." in notes[2]
    assert "not to be joined with the others: c." in notes[3]


# -- with COLMAP


def stones(count: int = 14, size: int = 200, angle: float = 0.22) -> list[tuple[np.ndarray, np.ndarray]]:
    """Pictures of a ground and a box with random spots, by intersecting rays, and the poses they were made with."""
    spots = np.random.default_rng(3).integers(0, 255, (4, 96, 96, 3), np.uint8)
    made = []
    for i in range(count):
        camera = orbit_view(angle * i, 0.45 + 0.02 * (i % 3), 4.0, 0.75, size).camera
        rays = camera.rays()
        origins, along = rays.origins.double().numpy(), rays.directions.double().numpy()
        picture = np.full((size, size, 3), 90, np.uint8)
        nearest = np.full((size, size), np.inf)
        planes = ((2, -0.5, 2.0, 0), (2, 0.3, 0.6, 1), (1, -0.6, 0.6, 2), (0, 0.6, 0.6, 3))
        for axis, height, half, which in planes:
            t = (height - origins[..., axis]) / along[..., axis]
            hit = origins + t[..., None] * along
            others = np.delete(hit, axis, -1)
            middle = np.array([0, 0]) if axis == 2 else np.array([0, -0.1])
            reach = np.array([half, half]) if axis == 2 else np.array([half, 0.4])
            inside = (np.abs(others - middle) < reach).all(-1) & (t > 0) & (t < nearest)
            place = ((others - middle + reach) / (2 * reach) * 95.99).clip(0, 95).astype(int)
            picture[inside] = spots[which][place[..., 0], place[..., 1]][inside]
            nearest[inside] = t[inside]
        made.append((picture, camera.pose.double().numpy()))
    return made


@SOLVES
@pytest.mark.process
@pytest.mark.slow
class TestColmap:
    @pytest.fixture(scope="class")
    @classmethod
    def shots(cls, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[np.ndarray]]:
        folder = tmp_path_factory.mktemp("stones")
        made = stones()
        for i, (picture, _) in enumerate(made):
            Image.fromarray(picture).resize((400, 400), Image.Resampling.NEAREST).save(folder / f"{i:02}.png")
        return folder, [truth for _, truth in made]

    @pytest.fixture(scope="class")
    @classmethod
    def posed(cls, shots, tmp_path_factory: pytest.TempPathFactory) -> Path:
        said: list[str] = []
        posed = Path(pose_dataset(str(shots[0]), tmp_path_factory.mktemp("out") / "posed", False, said.append))
        assert any("COLMAP placed 14 of 14" in line for line in said)
        return posed

    def test_poses_are_those_that_the_pictures_were_made_with(self, shots, posed: Path):
        truth = shots[1]
        data = json.loads((posed / "transforms.json").read_text())
        names = [frame["file_path"] for frame in data["frames"]]
        found = np.array([frame["transform_matrix"] for frame in data["frames"]])
        made = np.array([truth[int(Path(name).stem)] for name in names])
        scale, turn, shift = similarity(found[:, :3, 3], made[:, :3, 3])
        off = scale * found[:, :3, 3] @ turn.T + shift - made[:, :3, 3]
        assert np.abs(off).max() < 0.02  # of 4 m
        np.testing.assert_allclose(turn @ found[:, :3, :3], made[:, :3, :3], atol=0.01)
        up = np.linalg.inv(turn)[:, 2]
        assert up @ [0, 0, 1] > np.cos(np.radians(8))  # Z is up in what was written
        dataset = read_dataset(posed)
        assert len(dataset.train) == 12
        for name in ("sparse/0/images.bin", "sparse/0/images.txt", "sparse_pc.ply"):
            assert (posed / name).exists()

    def test_upright_and_cropped_pictures_are_placed_beside_the_others(self, shots, tmp_path: Path):
        """A third stands on its side in its pixels, a third is cropped about its middle: three lenses of one focal
        length, which the poses agree with."""
        folder, truth = shots
        for i, path in enumerate(sorted(folder.iterdir())):
            picture = Image.open(path)
            kinds = (picture, picture.crop((0, 40, 400, 360)), picture.crop((20, 60, 380, 340)).transpose(TURN))
            (tmp_path / "mixed").mkdir(exist_ok=True)
            kinds[i % 3].save(tmp_path / "mixed" / path.name)
        posed = pose_photos(tmp_path / "mixed", tmp_path / "posed")
        frames = json.loads((tmp_path / "posed" / "transforms.json").read_text())["frames"]
        assert posed.placed == 14 and "of 3 lenses or sizes" in posed.notes[0]
        by_size = {(frame["w"], frame["h"]): frame["fl_x"] for frame in frames}
        assert set(by_size) == {(400, 400), (400, 320), (280, 360)}
        np.testing.assert_allclose(list(by_size.values()), 200 / np.tan(0.375), rtol=0.03)
        found = np.array([frame["transform_matrix"] for frame in frames])
        made = np.array([truth[int(Path(frame["file_path"]).stem)] for frame in frames])
        scale, turn, shift = similarity(found[:, :3, 3], made[:, :3, 3])
        assert np.abs(scale * found[:, :3, 3] @ turn.T + shift - made[:, :3, 3]).max() < 0.04  # of 4 m
        assert len(read_dataset(tmp_path / "posed").train) == 12

    @pytest.mark.skipif(not PYAV.is_installed, reason="PyAV is not installed")
    def test_a_video_of_it_is_posed(self, tmp_path: Path):
        """Each fourth frame is shaken, and none of these is taken."""
        made = stones(40, angle=0.06)
        frames = [picture.repeat(2, 0).repeat(2, 1) for picture, _ in made]
        blurred = [ndimage.uniform_filter(each, (9, 9, 1)) if i % 4 == 1 else each for i, each in enumerate(frames)]
        write_video(tmp_path / "orbit.mp4", blurred)
        posed = pose_photos(tmp_path / "orbit.mp4", tmp_path / "posed")
        frames = json.loads((tmp_path / "posed" / "transforms.json").read_text())["frames"]
        numbers = [int(Path(frame["file_path"]).stem[-6:]) for frame in frames]
        assert posed.placed == posed.of >= 12 and not [number for number in numbers if number % 4 == 1]
        assert "frames of the video orbit.mp4 are taken" in posed.notes[0]
        found, truth = (
            np.array([frame["transform_matrix"] for frame in frames]),
            np.array([made[i][1] for i in numbers]),
        )
        scale, turn, shift = similarity(found[:, :3, 3], truth[:, :3, 3])
        assert np.abs(scale * found[:, :3, 3] @ turn.T + shift - truth[:, :3, 3]).max() < 0.06  # of 4 m
        assert not (tmp_path / "posed" / "work" / "frames").exists() and len(read_dataset(tmp_path / "posed").train) > 9

    def test_a_second_call_computes_nothing(self, shots, posed: Path):
        before = (posed / "work" / "colmap.log").stat().st_mtime_ns
        assert pose_dataset(str(shots[0]), posed, False, lambda line: None) == str(posed)
        assert (posed / "work" / "colmap.log").stat().st_mtime_ns == before

    def test_binary_text_and_transforms_say_the_same_as_colmap_reads(self, posed: Path):
        colmap_rules.assert_text_is_binary(posed / "sparse" / "0")
        colmap: Any = importlib.import_module("pycolmap")
        model = colmap.Reconstruction(str(posed / "sparse" / "0"))
        cameras = colmap_rules.cameras_of(posed / "sparse" / "0" / "cameras.bin")
        images = colmap_rules.images_of(posed / "sparse" / "0" / "images.bin")
        points, colors = colmap_rules.points_of(posed / "sparse" / "0" / "points3D.bin")
        assert {n: tuple(c.params) for n, c in model.cameras.items()} == {n: c[3] for n, c in cameras.items()}
        numbers = sorted(model.points3D)
        np.testing.assert_array_equal([model.points3D[number].xyz for number in numbers], points)
        np.testing.assert_array_equal([model.points3D[number].color for number in numbers], colors)
        data = json.loads((posed / "transforms.json").read_text())
        by_name = {Path(frame["file_path"]).name: frame for frame in data["frames"]}
        assert set(by_name) == set(images) and len(points) > 200
        for image in model.images.values():
            pose = np.linalg.inv(np.vstack([image.cam_from_world().matrix(), [0, 0, 0, 1]])) @ np.diag([1, -1, -1, 1])
            np.testing.assert_allclose(colmap_rules.pose_of(*images[image.name][:2]), pose, atol=1e-9)
            np.testing.assert_allclose(by_name[image.name]["transform_matrix"], pose, atol=1e-9)
        _, width, height, (focal, cx, cy, k1) = next(iter(cameras.values()))
        lens = [data[key] for key in ("fl_x", "fl_y", "cx", "cy", "k1", "w", "h")]
        assert lens == [focal, focal, cx, cy, k1, width, height] and data["camera_model"] == "SIMPLE_RADIAL"

    def test_without_distortion_they_are_what_3d_gaussian_splatting_reads(self, posed: Path):
        """Pinholes in sparse/0, pictures of their sizes by their names in images, and points to begin from."""
        folder = undistort_photos(posed)
        assert folder == posed / "undistorted" == undistort_photos(posed)
        assert {path.name for path in folder.iterdir()} == {"images", "sparse"}
        cameras = colmap_rules.cameras_of(folder / "sparse" / "0" / "cameras.bin")
        images = colmap_rules.images_of(folder / "sparse" / "0" / "images.bin")
        before = colmap_rules.images_of(posed / "sparse" / "0" / "images.bin")
        assert {camera[0] for camera in cameras.values()} == {"PINHOLE"} and len(images) == 14
        for name, (quaternion, translation, camera) in images.items():
            assert Image.open(folder / "images" / name).size == cameras[camera][1:3]
            np.testing.assert_allclose(quaternion, before[name][0], atol=1e-12)
            np.testing.assert_allclose(translation, before[name][1], atol=1e-12)
        assert len(colmap_rules.points_of(folder / "sparse" / "0" / "points3D.bin")[0]) > 200
        assert len(read_dataset(folder).train) == 12

    def test_what_was_stopped_goes_on_where_it_was(self, shots, tmp_path: Path):
        """Here before the other half of the pictures was looked at, all of which have one lens."""
        folder, later = tmp_path / "shots", sorted(shots[0].iterdir())[7:]
        shutil.copytree(shots[0], folder, ignore=lambda place, names: [path.name for path in later])
        stop = threading.Event()

        class Unwanted(Exception):
            pass

        def go_on() -> None:
            if stop.is_set():
                raise Unwanted

        def progress(stage: str, done: int, of: int) -> None:
            if stage == "matches":
                stop.set()

        with pytest.raises(Unwanted):
            pose_photos(folder, tmp_path / "posed", progress=progress, go_on=go_on)
        log = tmp_path / "posed" / "work" / "colmap.log"
        assert log.read_text(errors="replace").count("Processed file [7/7]") == 1
        stop.clear()
        for path in later:
            shutil.copyfile(path, folder / path.name)
        posed = pose_photos(folder, tmp_path / "posed")
        assert posed.placed == 14
        assert "fl_x" in json.loads((tmp_path / "posed" / "transforms.json").read_text())  # one lens of all
        assert log.read_text(errors="replace").count("Features:") == 14  # none was computed twice

    def test_pictures_of_nothing_in_common(self, tmp_path: Path):
        noise = np.random.default_rng(1)
        for i in range(4):
            Image.fromarray(noise.integers(0, 255, (200, 300, 3), np.uint8)).save(tmp_path / f"{i}.png")
        with pytest.raises(DatasetError, match="Only 0 of the 4 pictures could be placed: they are not of one scene"):
            pose_photos(tmp_path, tmp_path / "posed")


def similarity(a: np.ndarray, b: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Umeyama 1991: scale, rotation and shift that bring the points a onto b."""
    low, high = a - a.mean(0), b - b.mean(0)
    u, sizes, v = np.linalg.svd(high.T @ low)
    flip = np.diag([1, 1, np.sign(np.linalg.det(u @ v))])
    turn = u @ flip @ v
    scale = float((sizes * flip.diagonal()).sum() / (low**2).sum())
    return scale, turn, b.mean(0) - scale * turn @ a.mean(0)
