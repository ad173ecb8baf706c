"""Every layout gives the same scene: each pixel's ray meets the ball exactly where its picture is opaque."""

from __future__ import annotations

import json
import shutil
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from backend.data.dataset import list_dataset, read_dataset
from backend.data.formats.recognize import FORMATS, has_poses
from backend.data.pictures import PosedPictures
from backend.errors import DatasetError
from tests.backend.data import layouts
from tests.backend.data.layouts import COUNT, FOCAL, LAYOUTS, POINTS, SIZE
from tests.backend.photos import colmap_rules
from tests.backend.posed_scene import RADIUS


def every(folder: Path, **how: Any) -> list[PosedPictures]:
    dataset = read_dataset(folder, **how)
    return [dataset.train, dataset.held_out]


def hits(pictures: PosedPictures) -> torch.Tensor:
    rays = pictures.rays_at(torch.arange(len(pictures.pixels)))
    return torch.linalg.cross(rays.origins, rays.directions).norm(dim=-1) < RADIUS


def drawn(pictures: PosedPictures) -> torch.Tensor:
    """Where the ball is: by alpha, and where a JPEG has none by its color before black."""
    pixels = pictures.pixels
    return pixels[:, 3] > 0.5 if pictures.has_alpha() else pixels[:, :3].amax(-1) > 0.1


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_is_the_same_scene(name: str, tmp_path: Path):
    LAYOUTS[name](tmp_path)
    assert has_poses(tmp_path)
    parts = every(tmp_path)
    assert sum(len(part) for part in parts) == COUNT and all(len(part) for part in parts)
    for part in parts:
        wrong = hits(part) != drawn(part)
        assert float(wrong.float().mean()) < (0.02 if not part.has_alpha() else 1e-9)  # JPEG smears edges
        for camera in part.cameras:
            assert camera.focal == pytest.approx((FOCAL, FOCAL), rel=1e-5)
            assert (camera.width, camera.height) == (SIZE, SIZE)


def test_every_format_has_a_layout_that_finds_it(tmp_path: Path):
    """No reader stands in the list that nothing here is read by."""
    found = set()
    for name, write in LAYOUTS.items():
        write(tmp_path / name)
        found.add(next(form.name for form in FORMATS if form.find(tmp_path / name)))
    assert found == {form.name for form in FORMATS}


@pytest.mark.parametrize(
    ("write", "name"),
    [("instant_ngp", "transforms.json"), ("llff", "poses_bounds.npy"), ("metashape", "cameras.xml"),
     ("reality_capture", "cameras.csv"), ("nerf_synthetic", "transforms_train.json")],
)  # fmt: skip
def test_the_file_itself_stands_for_its_folder(write: str, name: str, tmp_path: Path):
    LAYOUTS[write](tmp_path)
    assert len(read_dataset(tmp_path / name).train) > 0


def test_a_transforms_file_may_have_another_name(tmp_path: Path):
    layouts.instant_ngp(tmp_path)
    (tmp_path / "transforms.json").rename(tmp_path / "my poses.json")
    assert len(read_dataset(tmp_path / "my poses.json").train) == 8


@pytest.mark.parametrize("place", ["", "sparse", "colmap/sparse/0", "dense/sparse"])
@pytest.mark.parametrize("images", ["images", "input"])
def test_colmap_is_found_where_programs_put_it(place: str, images: str, tmp_path: Path):
    layouts.colmap_binary(tmp_path, place, images)
    assert len(read_dataset(tmp_path).train) == 8


@pytest.mark.parametrize("write", ["colmap_text", "colmap_binary", "nerfstudio"])
def test_sparse_points_are_read(write: str, tmp_path: Path):
    LAYOUTS[write](tmp_path)
    np.testing.assert_allclose(list_dataset(tmp_path, 1, 8).points(), POINTS, atol=1e-6)


@pytest.mark.parametrize("order", ["<", ">"])
def test_binary_points_of_both_orders(order: str, tmp_path: Path):
    layouts.nerfstudio(tmp_path)
    word = "little" if order == "<" else "big"
    head = f"ply\nformat binary_{word}_endian 1.0\nelement vertex {len(POINTS)}\nproperty double x\nproperty double y\n"
    head += "property double z\nproperty uchar red\nelement face 0\nproperty list uchar int vertex_index\nend_header\n"
    rows = b"".join(struct.pack(f"{order}3dB", *point, 7) for point in POINTS)
    (tmp_path / "sparse_pc.ply").write_bytes(head.encode() + rows)
    np.testing.assert_allclose(list_dataset(tmp_path, 1, 8).points(), POINTS)


def test_the_largest_of_several_models_is_read_and_said(tmp_path: Path):
    layouts.colmap_text(tmp_path)
    shutil.copytree(tmp_path / "sparse" / "0", tmp_path / "sparse" / "1")
    lines = (tmp_path / "sparse" / "0" / "images.txt").read_text().splitlines()[:5]
    (tmp_path / "sparse" / "0" / "images.txt").write_text("\n".join(lines))
    dataset = read_dataset(tmp_path)
    assert len(dataset.train) == 8 and "2 models that could not be joined" in dataset.notes[0]


def test_what_colmap_4_writes_of_a_rig(tmp_path: Path):
    """tests/data/colmap_4.zip is COLMAP 4.2's own: two cameras of one rig at three times, with rigs and frames files;
    poses.json has where each camera was, from the same run."""
    shutil.unpack_archive(Path(__file__).parents[2] / "data" / "colmap_4.zip", tmp_path)
    truth = json.loads((tmp_path / "poses.json").read_text())
    for kind in ("binary", "text"):
        dataset = read_dataset(tmp_path / kind)
        poses = [camera.pose for part in (dataset.train, dataset.held_out) for camera in part.cameras]
        names = sorted(truth)
        order = [name for i, name in enumerate(names) if i % 8] + names[::8]
        for name, pose in zip(order, poses, strict=True):
            rotation, center = np.array(truth[name]["cam_from_world"])[:, :3], truth[name]["center"]
            np.testing.assert_allclose(pose[:3, 3], center, atol=1e-5)
            np.testing.assert_allclose(pose[:3, :3], rotation.T * [1, -1, -1], atol=1e-6)


def test_its_files_are_as_3d_gaussian_splatting_reads_them(tmp_path: Path):
    """The binary layout has not changed with rigs and frames beside it: read by that program's rules, text and binary
    of COLMAP 4.2 say the same."""
    shutil.unpack_archive(Path(__file__).parents[2] / "data" / "colmap_4.zip", tmp_path)
    for path in (tmp_path / "text" / "sparse" / "0").iterdir():
        shutil.copy(path, tmp_path / "binary" / "sparse" / "0")
    colmap_rules.assert_text_is_binary(tmp_path / "binary" / "sparse" / "0")


@pytest.mark.parametrize("value", ["0", "-30", "nan", "inf", "1e-9"])
def test_a_focal_length_that_no_lens_has_is_one_sentence_in_other_formats(value: str, tmp_path: Path):
    layouts.colmap_text(tmp_path / "colmap")
    cameras = tmp_path / "colmap" / "sparse" / "0" / "cameras.txt"
    lines = [line.split() for line in cameras.read_text().splitlines() if not line.startswith("#")]
    cameras.write_text("\n".join(" ".join([*line[:4], value, *line[5:]]) for line in lines))
    layouts.llff(tmp_path / "llff")
    rows = np.load(tmp_path / "llff" / "poses_bounds.npy")
    rows[:, 14] = float(value)
    np.save(tmp_path / "llff" / "poses_bounds.npy", rows)
    for name in ("colmap", "llff"):
        with pytest.raises(DatasetError, match=r"focal length of|fl_x that is not finite|is broken") as raised:
            read_dataset(tmp_path / name)
        assert "export the poses again." in raised.value.sentence and "\n" not in raised.value.sentence


def test_splits_by_names(tmp_path: Path):
    layouts.nerfstudio(tmp_path)
    data = json.loads((tmp_path / "transforms.json").read_text())
    names = [frame["file_path"] for frame in data["frames"]]
    data |= {"train_filenames": names[3:], "test_filenames": ["./" + name for name in names[:3]]}
    (tmp_path / "transforms.json").write_text(json.dumps(data))
    dataset = read_dataset(tmp_path)
    assert len(dataset.train) == 7 and len(dataset.held_out) == 3
    torch.testing.assert_close(dataset.held_out.cameras[0].pose, layouts.cameras()[0].pose)


def test_nsvf_holds_out_by_the_names_first_number(tmp_path: Path):
    layouts.nsvf(tmp_path)
    dataset = read_dataset(tmp_path)
    assert len(dataset.train) == 4 and len(dataset.held_out) == 6


def test_masks_make_the_rest_transparent(tmp_path: Path):
    layouts.record3d(tmp_path)  # opaque pictures
    names = layouts.write_pictures(tmp_path / "images", "r_{:03}.jpg".format)
    (tmp_path / "metadata.json").unlink()
    (tmp_path / "masks").mkdir()
    frames = []
    for name, camera in zip(names, layouts.cameras(), strict=True):
        alpha = Image.fromarray(layouts.picture(camera)[..., 3])
        alpha.resize((2 * SIZE, 2 * SIZE), Image.Resampling.NEAREST).save(tmp_path / "masks" / f"{name}.png")
        frame = {"file_path": f"images/{name}", "mask_path": f"masks/{name}.png"}
        frames.append(frame | {"transform_matrix": camera.pose.tolist()})
    (tmp_path / "transforms.json").write_text(json.dumps({"fl_x": FOCAL, "frames": frames}))
    pictures = read_dataset(tmp_path).train
    assert pictures.has_alpha() and torch.equal(drawn(pictures), hits(pictures))
    Image.new("L", (SIZE, 2 * SIZE)).save(tmp_path / "masks" / f"{names[1]}.png")
    with pytest.raises(DatasetError, match="mask .* another shape"):
        read_dataset(tmp_path)


def test_missing_pictures_are_left_out_and_counted(tmp_path: Path):
    layouts.instant_ngp(tmp_path)
    for i in (2, 5):
        (tmp_path / "images" / f"r_{i:03}.png").unlink()
    dataset = read_dataset(tmp_path)
    assert len(dataset.train) + len(dataset.held_out) == 8
    assert "2 of the 10 pictures" in dataset.notes[0] and "were left out" in dataset.notes[0]
    (tmp_path / "images" / "r_007.png").unlink()
    with pytest.raises(DatasetError, match=r"Of the 10 pictures .* 3 are not there .* up to 25% may be missing"):
        read_dataset(tmp_path)


def test_what_is_not_read_is_named(tmp_path: Path):
    with pytest.raises(DatasetError, match=r"no transforms.json in .*, nor any other file .*docs/photos.md"):
        read_dataset(tmp_path)
    for name, program in (("cameras_sphere.npz", "NeuS and IDR"), ("sfm_data.json", "OpenMVG")):
        (tmp_path / name).write_bytes(b"")
        with pytest.raises(DatasetError, match=f"are of {program}, which is not read: export them as transforms.json"):
            read_dataset(tmp_path)
        (tmp_path / name).unlink()
    (tmp_path / "cameras.txt").write_bytes(b"")
    with pytest.raises(DatasetError, match="is not whole: it needs cameras and images"):
        read_dataset(tmp_path)


BROKEN = {
    "colmap_text": ("sparse/0/images.txt", b"1 0 0 0 0 0 0 0 7 a.png\n\n", "has a quaternion of no length"),
    "colmap_binary": ("sparse/0/images.bin", struct.pack("<Q", 2**60), "broken, or not of the format"),
    "llff": ("poses_bounds.npy", b"\x93NUMPY" + bytes(40), "broken, or not of the format"),
    "sdfstudio": ("meta_data.json", b'{"frames": [{"rgb_path": "a"}]}', "not as SDFStudio writes it"),
    "nsvf": ("intrinsics.txt", b"a b c", "holds no intrinsics"),
    "reality_capture": ("cameras.csv", b"#name,x,y,alt,heading,pitch,roll,f\nr_000.png,1\n", "Line 0 of .* not whole"),
    "metashape": ("cameras.xml", b"<document><chunk>", "cannot be read as XML"),
    "record3d": ("metadata.json", b'{"poses": [[1]], "K": []}', "not as Record3D writes it"),
    "polycam": ("keyframes/corrected_cameras/0000000000003.json", b"{}", "not as Polycam writes it"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_broken_file_has_one_sentence(name: str, tmp_path: Path):
    LAYOUTS[name](tmp_path)
    file, data, sentence = BROKEN[name]
    (tmp_path / file).write_bytes(data)
    with pytest.raises(DatasetError, match=sentence) as raised:
        read_dataset(tmp_path)
    assert "\n" not in raised.value.sentence


def test_lenses_of_colmap_that_we_do_not_know(tmp_path: Path):
    layouts.colmap_text(tmp_path)
    (tmp_path / "sparse" / "0" / "cameras.txt").write_text("7 FOV 24 24 33 33 12 12 0.9\n")
    with pytest.raises(DatasetError, match="lens model FOV of COLMAP is not read: undistort the pictures there"):
        read_dataset(tmp_path)
    (tmp_path / "sparse" / "0" / "cameras.txt").write_text("1 PINHOLE 24 24 33 33 12 12\n")
    with pytest.raises(DatasetError, match="has the camera 7, which is not in cameras.txt"):
        read_dataset(tmp_path)


def test_a_colmap_lens_bends_the_rays(tmp_path: Path):
    layouts.colmap_text(tmp_path)
    lens = f"7 OPENCV 24 24 {FOCAL} {FOCAL} 12 12 -0.2 0.05 0.001 -0.002\n"
    (tmp_path / "sparse" / "0" / "cameras.txt").write_text(lens)
    camera = read_dataset(tmp_path).train.cameras[0]
    assert camera.distortion.radial == (-0.2, 0.05, 0, 0) and camera.distortion.tangential == (0.001, -0.002)


def test_poses_bounds_with_another_number_of_pictures(tmp_path: Path):
    layouts.llff(tmp_path)
    (tmp_path / "images" / "r_003.png").unlink()
    with pytest.raises(DatasetError, match=r"has 10 poses, and no folder .* as many \(images has 9\)"):
        read_dataset(tmp_path)


def test_names_that_lead_out_are_refused_in_every_format(tmp_path: Path):
    (tmp_path / "set").mkdir()
    Image.new("RGBA", (SIZE, SIZE)).save(tmp_path / "private.png")
    layouts.colmap_text(tmp_path / "set")
    path = tmp_path / "set" / "sparse" / "0" / "images.txt"
    path.write_text(path.read_text().replace("r_004.png", "../../private.png"))
    with pytest.raises(DatasetError, match="lies outside of that folder"):
        read_dataset(tmp_path / "set")
    shutil.rmtree(tmp_path / "set")
    (tmp_path / "set").mkdir()
    layouts.reality_capture(tmp_path / "set")
    path = tmp_path / "set" / "cameras.csv"
    path.write_text(path.read_text().replace("r_004.png", "../private.png"))
    assert len(read_dataset(tmp_path / "set").train) == 7  # only its name counts, and there is no such picture below


def test_xml_that_swells_is_refused(tmp_path: Path):
    layouts.metashape(tmp_path)
    text = (tmp_path / "cameras.xml").read_text()
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    (tmp_path / "cameras.xml").write_text(text.replace("<document", bomb + "<document", 1))
    with pytest.raises(DatasetError, match="declares entities"):
        read_dataset(tmp_path)
