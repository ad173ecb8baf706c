"""Datasets that somebody made to do harm: each is refused with one sentence, soon, and nothing is started or opened."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from backend.data.dataset import dataset_folder, read_dataset
from backend.data.picture_file import read_picture
from backend.data.square import read_square
from backend.errors import ConfigError, DatasetError, DreamwrightError, MemoryShortError

POSE = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 4], [0, 0, 0, 1]]
HUGE = 10**400


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, rows: int, before: bytes = b"") -> bytes:
    """Gray; with fewer rows than it says."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes(1 + width) * rows))
    return b"\x89PNG\r\n\x1a\n" + head + before + body + chunk(b"IEND", b"")


def dataset(folder: Path, names: tuple[Any, ...] = ("0.png", "1.png"), frame: Any = None, **top: Any) -> Path:
    for name in ("0.png", "1.png"):
        Image.fromarray(np.full((16, 16, 4), 99, np.uint8)).save(folder / name)
    frames = [{"file_path": name, "transform_matrix": POSE} | (frame or {}) for name in names]
    (folder / "transforms.json").write_text(json.dumps({"camera_angle_x": 0.7, "frames": frames} | top))
    return folder


def sentence_of(folder: Path, **how: Any) -> str:
    with pytest.raises(DreamwrightError) as raised:
        read_dataset(folder, **how)
    assert "\n" not in raised.value.sentence and len(raised.value.sentence) < 700
    return raised.value.sentence


NAMES = {
    "": "is empty",
    "a\0b": "holds characters",
    "\ud800": "holds characters",
    "a" * 5000: "more than 1000 characters",
    ".": "is a folder",
    "file:///etc/passwd": "is an address",
    "http://127.0.0.1:9/x.png": "is an address",
    "/etc/passwd": "lies outside",
    "../../etc/passwd": "lies outside",
    "a/../../private.png": "lies outside",
    "..\\private.png": "lies outside",
    "C:\\private.png": "lies outside",
    "\\\\host\\share\\x.png": "network share",
    "//host/share/x.png": "network share",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_of_pictures_that_are_refused(name: str, tmp_path: Path):
    said = sentence_of(dataset(tmp_path, ("0.png", name)))
    assert NAMES[name] in said and ("frame 1" in said or "is a folder" in said)


def test_a_picture_outside_is_read_only_where_the_person_said_so(tmp_path: Path):
    (tmp_path / "set").mkdir()
    folder = dataset(tmp_path / "set", ("0.png", "../p.png", str(tmp_path / "p.png")))
    Image.fromarray(np.full((16, 16, 4), 50, np.uint8)).save(tmp_path / "p.png")
    assert "lies outside" in sentence_of(folder)
    read = read_dataset(folder, outside=True)
    assert len(read.train) == 2
    assert "network share" in sentence_of(dataset(folder, ("0.png", "//host/p.png")), outside=True)


def test_a_link_that_leads_out_is_refused(tmp_path: Path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "l.png").symlink_to("/dev/zero")
    assert "lies outside" in sentence_of(dataset(tmp_path / "set", ("0.png", "l.png")))
    assert "is a device" in sentence_of(tmp_path / "set", outside=True)


def test_pipes_devices_and_folders_are_no_files(tmp_path: Path):
    folder = dataset(tmp_path, ("0.png", "p.png"))
    os.mkfifo(folder / "p.png")
    assert "p.png is a pipe" in sentence_of(folder)
    with pytest.raises(ConfigError, match="is missing or cannot be read"):
        read_square(folder / "p.png", 1.0)
    for place, what in ((None, "a pipe"), ("/dev/zero", "a device"), (str(tmp_path), "a folder")):
        (folder / "transforms.json").unlink()
        os.mkfifo(folder / "transforms.json") if place is None else (folder / "transforms.json").symlink_to(place)
        assert f"is {what}, not a file" in sentence_of(folder)


TEXTS = {
    "deep lists": "[" * 200_000 + "]" * 200_000,
    "deep objects": '{"a":' * 200_000 + "1" + "}" * 200_000,
    "5000 digits": '{"camera_angle_x": 1' + "0" * 5000 + ', "frames": []}',
}


@pytest.mark.parametrize("name", TEXTS)
def test_json_that_is_made_to_overflow(name: str, tmp_path: Path):
    (dataset(tmp_path) / "transforms.json").write_text(TEXTS[name])
    assert "cannot be read as JSON" in sentence_of(tmp_path)


def test_bad_utf_8_and_files_without_end(tmp_path: Path):
    (dataset(tmp_path) / "transforms.json").write_bytes(b"\xff\xfe{}")
    assert "cannot be read as JSON" in sentence_of(tmp_path)
    os.truncate(tmp_path / "transforms.json", 10**12)
    assert "256 MB are the most" in sentence_of(tmp_path)


NUMBERS = [("camera_angle_x", value) for value in (0, -1, 5e-324, 3.2, float("nan"), HUGE, None, [1], True)]
NUMBERS += [("fl_x", value) for value in (0, -1, float("nan"), float("inf"), HUGE, 1e308, "1", {})]
NUMBERS += [("cx", HUGE), ("cy", float("nan")), ("fl_y", 0)]
MATRICES = [
    [[HUGE] * 4] * 4,
    {"a": 1},
    [[[[1]]]],
    [POSE] * 4,
    [[0] * 4] * 4,
    POSE[:2],
    [[-1, 0, 0, 0], *POSE[1:]],
    3,
    [[1e30] * 4] * 4,
    [[True] * 4] * 4,
]


@pytest.mark.parametrize(("key", "value"), NUMBERS)
def test_numbers_that_no_camera_has(key: str, value: Any, tmp_path: Path):
    top = {"fl_x": 20.0, key: value} if key != "camera_angle_x" else {key: value}
    said = sentence_of(dataset(tmp_path, **top))
    assert said.startswith("Frame 0 of") and "export" in said


@pytest.mark.parametrize("matrix", MATRICES)
def test_matrices_that_no_camera_has(matrix: Any, tmp_path: Path):
    said = sentence_of(dataset(tmp_path, frame={"transform_matrix": matrix}))
    assert said.startswith("Frame 0 of") and "transform_matrix" in said


def test_a_folder_that_cannot_be(tmp_path: Path):
    for folder in (Path("a" * 5000), Path("a\0b"), Path("a" * 300)):
        assert "There is no" in sentence_of(folder)
    with pytest.raises(DatasetError, match="There is no home folder"):
        dataset_folder("~nobody-of-this-name/scene")


@pytest.mark.process
def test_only_formats_that_we_name_are_opened(tmp_path: Path):
    """In a process of its own, with a Ghostscript that would leave a trace."""
    (tmp_path / "gs").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
    (tmp_path / "gs").chmod(0o755)
    eps = tmp_path / "e.png"
    eps.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 16 16\n%%EndComments\nshowpage\n%%EOF\n")
    program = "import sys, pathlib; from backend.data.picture_file import read_picture as read; "
    program += "read(*map(pathlib.Path, sys.argv[1:]))"
    environ = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run([sys.executable, "-c", program, str(eps)], capture_output=True, text=True, env=environ)
    assert (
        "replace it by a whole PNG, JPEG, HEIC, WebP, TIFF, BMP or OpenEXR" in done.stderr
        and not (tmp_path / "ran").exists()
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "HEIF", "WEBP", "TIFF", "BMP"])
def test_each_named_format_is_read_whatever_its_name(kind: str, tmp_path: Path):
    Image.fromarray(np.full((16, 12, 3), 255, np.uint8)).save(tmp_path / "x.png", format=kind)
    assert read_picture(tmp_path / "x.png").shape == (16, 12, 4)


def test_bombs_are_told_by_their_headers(tmp_path: Path):
    for side, said in (
        (50_000, "more pixels than the 150 million"),
        (12_500, "12500 x 12500 pixels, where 150 million"),
    ):
        (tmp_path / "b.png").write_bytes(png(side, side, 10))
        with pytest.raises(DatasetError, match=said):
            read_picture(tmp_path / "b.png")


def test_text_chunks_that_swell_are_refused(tmp_path: Path):
    texts = b"".join(chunk(b"zTXt", b"k\0\0" + zlib.compress(b"a" * 1_000_000, 9)) for _ in range(200))
    (tmp_path / "z.png").write_bytes(png(16, 16, 16, texts))
    with pytest.raises(DatasetError, match="cannot be read: replace"):
        read_picture(tmp_path / "z.png")


def test_a_dataset_larger_than_memory_says_what_would_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = dataset(tmp_path, ("0.png",) * 1000)
    monkeypatch.setattr("backend.data.frames.free_bytes", lambda device: 5_000_000)
    with pytest.raises(MemoryShortError, match=r"The 1000 pictures .* 5 MB are free: take fewer or smaller ones"):
        read_dataset(folder)
    for name in ("0.png", "1.png"):
        (folder / name).write_bytes(png(64, 64, 64))
    with pytest.raises(MemoryShortError, match=r"photometric.downscale 5 would fit"):
        read_dataset(folder)
    assert read_dataset(folder, downscale=5).train.pixels.shape == (875 * 12 * 12, 4)


def test_a_picture_named_many_times_is_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import backend.data.frames as frames

    read: list[Path] = []
    whole = frames.read_picture
    monkeypatch.setattr(
        frames, "read_picture", lambda path, *how, **more: (read.append(path), whole(path, *how, **more))[1]
    )
    pictures = read_dataset(dataset(tmp_path, ("0.png",) * 40))
    assert len(read) == 1 and len(pictures.train) == 35
    one = pictures.held_out.picture(0)
    assert bool((pictures.train.pixels.view(-1, *one.shape) == one).all())


def test_reading_stops_between_two_pictures(tmp_path: Path):
    class Unwanted(Exception):
        pass

    asked = iter(range(7))

    def go_on() -> None:
        if next(asked) == 5:
            raise Unwanted

    with pytest.raises(Unwanted):
        read_dataset(dataset(tmp_path, ("0.png",) * 1000), go_on=go_on)
