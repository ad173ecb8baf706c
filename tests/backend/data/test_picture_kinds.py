"""Pictures as cameras and programs write them: held sideways, sixteen bits, for print, with a palette."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps

from backend.color import srgb_decoded
from backend.data import picture_file
from backend.data.dataset import read_dataset
from backend.data.picture_file import Header, read_header, read_mask, read_picture
from backend.errors import DatasetError

GRADIENT = np.tile(np.linspace(0, 255, 24, dtype=np.uint8), (16, 1))
POSE = [[1.0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 4]]


def corners() -> Image.Image:
    """24 x 16, another color in each corner."""
    pixels = np.zeros((16, 24, 3), np.uint8)
    pixels[:8, :12], pixels[:8, 12:], pixels[8:, :12], pixels[8:, 12:] = (255, 0, 0), (0, 255, 0), (0, 0, 255), 255
    return Image.fromarray(pixels)


def save_held(path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    corners().save(path, exif=exif)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_upright_is_what_pillow_turns_it_to(orientation: int, tmp_path: Path):
    save_held(tmp_path / "p.png", orientation)
    assert read_header(tmp_path / "p.png").orientation == orientation
    as_stored = read_picture(tmp_path / "p.png")
    assert as_stored.shape == (16, 24, 4)
    wanted = np.asarray(ImageOps.exif_transpose(Image.open(tmp_path / "p.png"))).astype(np.float32) / 255
    upright = read_picture(tmp_path / "p.png", upright=True)
    torch.testing.assert_close(upright[..., :3], srgb_decoded(torch.from_numpy(wanted)))
    assert read_picture(tmp_path / "p.png", 4, upright=True).shape[:2] == tuple(n // 4 for n in wanted.shape[:2])


def scene(folder: Path, **top: float) -> Path:
    for i in range(3):
        save_held(folder / f"{i}.png", 6)
    frames = [{"file_path": f"{i}.png", "transform_matrix": POSE} for i in range(3)]
    (folder / "transforms.json").write_text(json.dumps({"fl_x": 20.0, "frames": frames} | top))
    return folder


def test_the_size_in_the_file_says_how_a_picture_was_posed(tmp_path: Path):
    """COLMAP 4 turns pictures upright before it poses them, others take the pixels as they lie."""
    assert read_dataset(scene(tmp_path, w=24, h=16)).train.picture(0).shape[:2] == (16, 24)
    assert read_dataset(scene(tmp_path)).train.picture(0).shape[:2] == (16, 24)
    upright = read_dataset(scene(tmp_path, w=160, h=240, fl_x=200.0, cx=80, cy=130))
    assert upright.train.picture(0).shape[:2] == (24, 16)
    assert upright.train.cameras[0].focal == pytest.approx((20, 20)) and upright.train.cameras[0].center == (8, 13)
    with pytest.raises(
        DatasetError, match="about pictures of 100 x 100 pixels, and its picture has 24 x 16, another sha"
    ):
        read_dataset(scene(tmp_path, w=100, h=100))


def test_a_broken_mark_is_none(tmp_path: Path):
    corners().save(tmp_path / "p.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert read_header(tmp_path / "p.jpg").orientation == 1


def test_sixteen_bits_are_not_clipped(tmp_path: Path):
    Image.fromarray(GRADIENT.astype(np.uint16) * 257).save(tmp_path / "p.png")
    assert Image.open(tmp_path / "p.png").mode.startswith("I")
    wanted = srgb_decoded(torch.from_numpy(GRADIENT.astype(np.float32) / 255))
    torch.testing.assert_close(read_picture(tmp_path / "p.png")[..., 1], wanted)


def test_print_colors_and_palettes_are_read(tmp_path: Path):
    corners().convert("CMYK").save(tmp_path / "p.jpg", quality=100, subsampling=0)
    corners().quantize(8).save(tmp_path / "p.png")
    for name in ("p.jpg", "p.png"):
        picture = read_picture(tmp_path / name)
        torch.testing.assert_close(picture[2, 2, :3], torch.tensor([1.0, 0, 0]), atol=0.05, rtol=0)
        torch.testing.assert_close(picture[13, 20, :3], torch.ones(3), atol=0.05, rtol=0)


def test_numbers_without_bounds_are_refused(tmp_path: Path):
    Image.fromarray(GRADIENT.astype(np.float32)).save(tmp_path / "p.tif")
    with pytest.raises(DatasetError, match="numbers without bounds"):
        read_picture(tmp_path / "p.tif")


@pytest.mark.parametrize(
    ("name", "advice"),
    [("a.HEIC", "replace it by a whole PNG, JPEG, HEIC"), ("a.exr", "save it as OpenEXR, or as a PNG"),
     ("a.nef", "develop it"), ("a.mov", "give the video itself"), ("a.png", "replace it by a whole PNG")],
)  # fmt: skip
def test_what_is_not_read_says_what_to_do(name: str, advice: str, tmp_path: Path):
    (tmp_path / name).write_bytes(b"not a picture that we read")
    with pytest.raises(DatasetError, match=advice):
        read_header(tmp_path / name)


def test_what_phones_write_is_read_upright(tmp_path: Path):
    """Its codec is lossy; the mark of how the phone was held is obeyed by the format itself."""
    small = np.zeros((16, 24, 3), np.uint8)
    small[:, :12, 0] = small[:, 12:, 2] = 255
    large = Image.fromarray(small.repeat(8, 0).repeat(8, 1))
    large.save(tmp_path / "a.heic", quality=95)
    assert read_header(tmp_path / "a.heic") == Header(192, 128)
    picture = read_picture(tmp_path / "a.heic", downscale=8)
    assert picture.shape == (16, 24, 4)
    torch.testing.assert_close(picture[8, 3], torch.tensor([1.0, 0, 0, 1]), atol=0.1, rtol=0)
    torch.testing.assert_close(picture[8, 20], torch.tensor([0, 0, 1.0, 1]), atol=0.1, rtol=0)


def test_an_environment_without_its_codec_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    Image.new("RGB", (64, 64)).save(tmp_path / "a.heic")
    monkeypatch.setattr(picture_file, "pillow_heif", None)
    monkeypatch.setattr(picture_file, "FORMATS", ("PNG", "JPEG"))
    with pytest.raises(DatasetError, match="cannot be read: set up the backend again, which then reads it"):
        read_header(tmp_path / "a.heic")


def test_a_mask_is_read_at_the_size_of_its_picture(tmp_path: Path):
    mask = np.zeros((32, 48), np.uint8)
    mask[:, 24:] = 255
    Image.fromarray(mask).save(tmp_path / "m.png")
    read = read_mask(tmp_path / "m.png", (24, 16), 2)
    assert read.shape == (8, 12) and float(read[:, :6].max()) == 0 and float(read[:, 6:].min()) == 1
