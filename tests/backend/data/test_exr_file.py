"""OpenEXR pictures, as renderers write them: linear, premultiplied, in layers, and larger than what is shown."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from backend.data import exr_file
from backend.data.dataset import read_dataset
from backend.data.picture_file import bytes_while_decoded, lens_of, read_header, read_picture, write_plain
from backend.errors import DatasetError

WRITES = pytest.mark.skipif(exr_file.OpenEXR is None, reason="OpenEXR is not installed")
POSE = [[1.0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 4], [0, 0, 0, 1]]


def save(path: Path, channels: dict[str, np.ndarray], **header: Any) -> Path:
    library: Any = exr_file.OpenEXR
    whole = {"compression": library.ZIP_COMPRESSION, "type": library.scanlineimage} | header
    with library.File(whole, {name: np.ascontiguousarray(plane) for name, plane in channels.items()}) as file:
        file.write(str(path))
    return path


def window(left: int, top: int, right: int, bottom: int) -> tuple[np.ndarray, np.ndarray]:
    return np.array([left, top], np.int32), np.array([right, bottom], np.int32)


def planes(kind: type = np.float32, height: int = 12, width: int = 16) -> dict[str, np.ndarray]:
    values = np.random.default_rng(2).random((4, height, width)).astype(kind)
    return dict(zip("RGBA", values, strict=True))


@WRITES
class TestColor:
    @pytest.mark.parametrize("kind", [np.float16, np.float32])
    def test_linear_light_stays_as_it_is_and_alpha_is_divided_out(self, kind: type, tmp_path: Path):
        straight = planes(kind)
        alpha = straight["A"] = np.round(straight["A"]).astype(kind) * kind(0.5) + kind(0.5)
        file = save(tmp_path / "a.exr", {name: straight[name] * alpha for name in "RGB"} | {"A": alpha})
        assert (read_header(file).width, read_header(file).height) == (16, 12)
        read = read_picture(file)
        wanted = torch.from_numpy(np.stack([straight[name] for name in "RGBA"], axis=-1).astype(np.float32))
        torch.testing.assert_close(read, wanted, atol=2e-3 if kind is np.float16 else 1e-6, rtol=0)

    def test_a_picture_of_no_alpha_is_opaque_and_gray_has_three_channels(self, tmp_path: Path):
        color = planes()
        read = read_picture(save(tmp_path / "a.exr", {name: color[name] for name in "RGB"}))
        np.testing.assert_array_equal(read[..., 3], 1)
        gray = read_picture(save(tmp_path / "b.exr", {"Y": color["R"]}))
        for channel in range(3):
            np.testing.assert_allclose(gray[..., channel], color["R"])

    def test_what_is_brighter_than_white_is_white_and_no_number_is_black(self, tmp_path: Path):
        red = np.full((12, 12), 7.0, np.float32)
        green, blue = np.full_like(red, np.nan), np.full_like(red, -1.0)
        blue[0] = np.inf
        read = read_picture(save(tmp_path / "a.exr", {"R": red, "G": green, "B": blue}))
        assert read[1, 1].tolist() == [1, 0, 0, 1] and read[0, 0].tolist() == [1, 0, 1, 1]

    def test_it_is_made_smaller_by_means_of_light(self, tmp_path: Path):
        red = np.zeros((12, 12), np.float32)
        red[::2] = 1.0
        read = read_picture(save(tmp_path / "a.exr", {"R": red, "G": red, "B": red}), downscale=2)
        np.testing.assert_allclose(read[..., :3], 0.5)

    def test_the_copy_for_colmap_is_what_a_screen_shows(self, tmp_path: Path):
        half = np.full((12, 12), 0.2140411, np.float32)  # sRGB's 127.5 of 255
        write_plain(save(tmp_path / "a.exr", {"R": half, "G": half, "B": half * 0}), tmp_path / "a.png")
        made = Image.open(tmp_path / "a.png")
        assert made.mode == "RGB" and made.getpixel((3, 3)) in ((127, 127, 0), (128, 128, 0))
        assert lens_of(tmp_path / "a.exr").size == (12, 12) and lens_of(tmp_path / "a.exr").camera == ""


@WRITES
class TestKinds:
    def test_of_layers_the_combined_one_is_the_picture(self, tmp_path: Path):
        color = planes()
        layers = {f"ViewLayer.Combined.{name}": plane for name, plane in (color | {"A": color["A"] * 0 + 1}).items()}
        more = {f"ViewLayer.AO.{name}": plane * 0 for name, plane in color.items() if name != "A"}
        tiled = {"type": exr_file.OpenEXR.tiledimage, "tiles": exr_file.OpenEXR.TileDescription()}  # type: ignore[union-attr]
        file = save(tmp_path / "a.exr", layers | more | {"ViewLayer.Depth.Z": color["R"]}, **tiled)
        np.testing.assert_allclose(read_picture(file)[..., 0], color["R"], atol=1e-6)
        assert bytes_while_decoded(read_header(file), 1) == (4 * (8 + 4) + 16) * 12 * 16

    def test_the_picture_is_the_display_window(self, tmp_path: Path):
        """Rendered from -2 to 9 of columns 0 to 15, and from 1 to 12 of rows 0 to 11."""
        ones = np.arange(144, dtype=np.float32).reshape(12, 12) / 144
        file = save(
            tmp_path / "a.exr", {"R": ones, "G": ones, "B": ones},
            dataWindow=window(-2, 1, 9, 12), displayWindow=window(0, 0, 15, 11),
        )  # fmt: skip
        read = read_picture(file)
        assert read.shape == (12, 16, 4) and read_header(file).size == (16, 12)
        np.testing.assert_allclose(read[1:, :10, 0], ones[:11, 2:])
        assert float(read[0].abs().max()) == 0 and float(read[:, 10:].abs().max()) == 0
        away = {"dataWindow": window(50, 50, 61, 61), "displayWindow": window(0, 0, 15, 11)}
        assert float(read_picture(save(tmp_path / "b.exr", {"Y": ones}, **away)).abs().max()) == 0

    def test_depth_alone_is_no_picture(self, tmp_path: Path):
        with pytest.raises(DatasetError, match=r"has no channels of color \(Z\): name the picture itself"):
            read_header(save(tmp_path / "a.exr", {"Z": planes()["R"]}))

    def test_colors_at_half_resolution_and_deep_pictures_are_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        file = save(tmp_path / "a.exr", {"Y": planes()["R"]})
        library: Any = exr_file.OpenEXR
        half = library.Channel("Y", planes(height=6, width=8)["R"], 2, 2)
        with library.File({"type": library.scanlineimage}, {"Y": half}) as made:
            made.write(str(tmp_path / "half.exr"))
        with pytest.raises(DatasetError, match="has colors at half its resolution"):
            read_picture(tmp_path / "half.exr")
        monkeypatch.setattr(exr_file, "_FLAT", ("Storage.tiledimage",))  # the library writes no deep picture
        with pytest.raises(DatasetError, match="is a deep OpenEXR, which is not read: flatten it"):
            read_header(file)

    def test_a_dataset_of_them_is_read(self, tmp_path: Path):
        for i in range(3):
            save(tmp_path / f"{i}.exr", planes())
        frames = [{"file_path": f"./{i}", "transform_matrix": POSE} for i in range(3)]
        (tmp_path / "transforms.json").write_text(json.dumps({"fl_x": 20.0, "frames": frames}))
        assert read_dataset(tmp_path).train.picture(0).shape == (12, 16, 4)


@WRITES
@pytest.mark.process
def test_a_broken_file_is_one_sentence(tmp_path: Path):
    """In a process of its own: the library writes of it to standard output and error as well."""
    whole = save(tmp_path / "a.exr", planes()).read_bytes()
    for name, content in {"cut": whole[:-40], "head": whole[:100], "magic": whole[:4], "no": b"none"}.items():
        (tmp_path / f"{name}.exr").write_bytes(content)
    code = (
        "import sys; from pathlib import Path; from backend.data.picture_file import read_picture\n"
        "for name in sys.argv[1:]:\n"
        "    try: print(read_picture(Path(name)).shape)\n"
        "    except Exception as error: print(type(error).__name__, error)\n"
    )
    files = [str(tmp_path / f"{name}.exr") for name in ("cut", "head", "magic", "no")]
    run = subprocess.run([sys.executable, "-c", code, *files], capture_output=True, text=True, timeout=60)
    assert run.stdout.count("DatasetError The picture") == 4, run.stdout + run.stderr
    assert run.stdout.count("cannot be read: replace it by a whole PNG") == 3
    assert "no.exr cannot be read: save it as OpenEXR, or as a PNG" in run.stdout


def test_an_environment_without_its_library_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "a.exr").write_bytes(exr_file.MAGIC + b"\0" * 40)
    monkeypatch.setattr(exr_file, "OpenEXR", None)
    with pytest.raises(DatasetError, match="is OpenEXR, which this backend cannot read yet: set it up again, or save"):
        read_header(tmp_path / "a.exr")


def test_depth_maps_that_a_frame_names_are_read_over(tmp_path: Path):
    """Whatever they are, and whether they are there."""
    for i in range(3):
        Image.new("RGB", (16, 12)).save(tmp_path / f"{i}.png")
    (tmp_path / "1.tiff").write_bytes(b"no picture")
    depths: list[Any] = ["depth/0.png", "1.tiff", {"odd": 3}]
    frames = [
        {"file_path": f"{i}.png", "transform_matrix": POSE, "depth_file_path": depths[i]} for i in range(3)
    ]  # fmt: skip
    whole = {"fl_x": 20.0, "frames": frames, "depth_unit_scale_factor": "mm"}
    (tmp_path / "transforms.json").write_text(json.dumps(whole))
    assert len(read_dataset(tmp_path).train) == 2
