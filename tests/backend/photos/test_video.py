"""Videos instead of folders of photographs. What decodes them is tried where PyAV is installed; the rest everywhere."""

from __future__ import annotations

import importlib
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from backend.config import VIDEOS, names_video
from backend.errors import DatasetError, ModelError
from backend.jobs.photographs import posed_folder
from backend.photos import video
from backend.photos.pose import needs_poses
from backend.photos.requirement import PYAV
from backend.photos.video import find_video, frames_of
from tests.backend.photos.made_video import write_video

DECODES = pytest.mark.skipif(not PYAV.is_installed, reason="PyAV is not installed")
TEXTURE = (np.kron(np.random.default_rng(7).random((40, 120, 3)), np.ones((6, 6, 1))) * 255).astype(np.uint8)


def pan(count: int = 60, step: int = 4, blurred: int = 4) -> list[np.ndarray]:
    """A camera that moves to the right, each few frames shaken."""
    frames = [TEXTURE[20:164, step * i : step * i + 192] for i in range(count)]
    return [ndimage.uniform_filter(each, (9, 9, 1)) if i % blurred == 1 else each for i, each in enumerate(frames)]


def taken(file: Path, work: Path, **how: Any) -> video.Frames:
    given: dict[str, Any] = {
        "allow_download": False, "progress": lambda *now: None, "go_on": lambda: None, "note": lambda line: None,
    }  # fmt: skip
    return frames_of(file, work, **given | how)


class TestNames:
    def test_a_video_is_known_by_its_name(self, tmp_path: Path):
        assert names_video("a/b.MOV") and all(names_video(f"b{each}") for each in VIDEOS) and not names_video("b.png")
        (tmp_path / "a.Mp4").write_bytes(b"?")
        assert find_video(tmp_path / "a.Mp4") == tmp_path / "a.Mp4" and needs_poses(tmp_path / "a.Mp4")
        assert find_video(tmp_path / "b.mp4") is None and not needs_poses(tmp_path / "b.mp4")

    def test_a_folder_of_one_video_and_no_pictures_is_that_video(self, tmp_path: Path):
        (tmp_path / "a.webm").write_bytes(b"?")
        assert find_video(tmp_path) == tmp_path / "a.webm" and needs_poses(tmp_path)
        (tmp_path / "b.webm").write_bytes(b"?")
        assert find_video(tmp_path) is None and not needs_poses(tmp_path)
        (tmp_path / "b.webm").unlink()
        for i in range(3):
            Image.new("RGB", (20, 20)).save(tmp_path / f"{i}.png")
        assert find_video(tmp_path) is None and needs_poses(tmp_path)

    def test_poses_of_another_video_of_this_name_are_not_taken(self, tmp_path: Path):
        (tmp_path / "a.mp4").write_bytes(b"?")
        before = posed_folder(tmp_path / "cache", str(tmp_path / "a.mp4"))
        assert before == posed_folder(tmp_path / "cache", str(tmp_path / "a.mp4"))
        (tmp_path / "a.mp4").write_bytes(b"??")
        assert before != posed_folder(tmp_path / "cache", str(tmp_path / "a.mp4"))

    def test_without_its_decoder_a_sentence_says_what_to_do(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        (tmp_path / "a.mp4").write_bytes(b"?")
        monkeypatch.setattr(type(PYAV), "is_installed", False)
        with pytest.raises(ModelError, match="The photos are a video, and PyAV, which reads it, is not installed"):
            taken(tmp_path / "a.mp4", tmp_path / "work")


@DECODES
@pytest.mark.process
class TestFrames:
    def test_sharp_frames_of_the_whole_way_are_taken(self, tmp_path: Path):
        said: list[tuple[str, int, int]] = []
        file = write_video(tmp_path / "a.mp4", pan())
        found = taken(file, tmp_path / "work", progress=lambda *now: said.append(now))
        numbers = [int(path.stem[-6:]) for path in sorted(found.folder.iterdir())]
        assert not [number for number in numbers if number % 4 == 1]
        assert 20 <= len(numbers) <= 26  # 1.23 widths, a frame each 0.05
        assert numbers[0] <= 3 and numbers[-1] >= 56 and np.diff(numbers).max() <= 5
        assert found.notes == (f"{len(numbers)} frames of the video a.mp4 are taken as photographs.",)
        assert said[0] == ("frames", 0, 60) and said[-1][1] >= 45
        picture = np.asarray(Image.open(sorted(found.folder.iterdir())[5])).astype(int)
        assert (
            np.abs(picture - TEXTURE[20:164, 4 * numbers[5] : 4 * numbers[5] + 192]).mean() < 12
        )  # half the colors' resolution

    def test_what_was_taken_is_not_decoded_again(self, tmp_path: Path):
        file = write_video(tmp_path / "a.mp4", pan(30))
        first = taken(file, tmp_path / "work")
        assert taken(file, tmp_path / "work", progress=lambda *now: pytest.fail("decoded again")) == first

    def test_it_is_ended_when_it_is_not_wanted(self, tmp_path: Path):
        class Unwanted(Exception):
            pass

        def go_on() -> None:
            raise Unwanted

        file = write_video(tmp_path / "a.mp4", pan(30))
        with pytest.raises(Unwanted):
            taken(file, tmp_path / "work", go_on=go_on)
        assert not (tmp_path / "work" / "frames.json").exists()

    @pytest.mark.parametrize(
        ("frames", "sentence"),
        [
            (pan(1), "The video a.mp4 has 1 frame, and 3 are the least: walk around"),
            (pan(30, step=0), "The camera hardly moves in the video a.mp4: walk around"),
        ],
    )
    def test_too_little_to_see(self, frames: list[np.ndarray], sentence: str, tmp_path: Path):
        with pytest.raises(DatasetError, match=sentence):
            taken(write_video(tmp_path / "a.mp4", frames), tmp_path / "work")

    def test_no_video(self, tmp_path: Path):
        (tmp_path / "a.mp4").write_text("not a video at all\n" * 100)
        with pytest.raises(
            DatasetError, match=r"a.mp4 cannot be read \(Invalid data .*\): save it anew as MP4, or give"
        ):
            taken(tmp_path / "a.mp4", tmp_path / "work")
        av: Any = importlib.import_module("av")
        with av.open(str(tmp_path / "b.mp4"), "w") as out:
            stream = out.add_stream("aac", rate=44100)
            sound = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), format="fltp", layout="mono")
            sound.sample_rate = 44100
            out.mux(stream.encode(sound))
            out.mux(stream.encode())
        with pytest.raises(DatasetError, match=r"The video b.mp4 has no moving pictures in it: save it anew"):
            taken(tmp_path / "b.mp4", tmp_path / "work")

    def test_a_list_that_names_other_files_is_no_video(self, tmp_path: Path):
        write_video(tmp_path / "real.mp4", pan(30))
        (tmp_path / "a.mp4").write_text(f"ffconcat version 1.0\nfile {tmp_path / 'real.mp4'}\n")
        with pytest.raises(DatasetError, match=r"a.mp4 cannot be read"):
            taken(tmp_path / "a.mp4", tmp_path / "work")

    def test_of_a_damaged_one_what_is_whole_is_taken(self, tmp_path: Path):
        whole = write_video(tmp_path / "a.mkv", pan()).read_bytes()
        (tmp_path / "a.mkv").write_bytes(whole[: len(whole) // 2])
        found = taken(tmp_path / "a.mkv", tmp_path / "work")
        assert 8 <= len(list(found.folder.iterdir())) <= 14

    def test_a_phone_that_was_held_upright_is_turned(self, tmp_path: Path):
        """The matrix that phones write into the track's header: a quarter clockwise."""
        file = write_video(tmp_path / "a.mp4", pan(30, blurred=99))
        content = bytearray(file.read_bytes())
        at = content.find(b"tkhd") + 44
        assert struct.unpack(">9i", content[at : at + 36]) == (65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
        content[at : at + 36] = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
        file.write_bytes(content)
        first = sorted(taken(file, tmp_path / "work").folder.iterdir())[0]
        picture, number = np.asarray(Image.open(first)).astype(int), int(first.stem[-6:])
        wanted = np.rot90(TEXTURE[20:164, 4 * number : 4 * number + 192], -1)
        assert picture.shape == (192, 144, 3) and np.abs(picture - wanted).mean() < 12

    def test_colors_are_those_of_the_video_whatever_its_matrix(self, tmp_path: Path):
        """BT.709, as every camera writes it, and JPEG's BT.601."""
        plain = np.array([[200, 40, 40], [40, 200, 40], [40, 40, 200], [128, 128, 128]], np.uint8)
        still = np.kron(plain.reshape(2, 2, 3), np.ones((72, 96, 1), np.uint8))
        av: Any = importlib.import_module("av")
        frames = [np.concatenate([still, frame[:96]]) for frame in pan(30, step=6, blurred=99)]
        with av.open(str(tmp_path / "a.webm"), "w") as out:
            stream = out.add_stream("libvpx-vp9", rate=15)
            stream.height, stream.width, stream.pix_fmt = *frames[0].shape[:2], "yuv420p"
            stream.options = {"crf": "4", "b": "0", "deadline": "realtime", "cpu-used": "8"}
            stream.codec_context.colorspace, stream.codec_context.color_range = 1, 1
            for pixels in frames:
                frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
                out.mux(stream.encode(frame.reformat(format="yuv420p", dst_colorspace="ITU709")))
            out.mux(stream.encode())
        picture = np.asarray(Image.open(sorted(taken(tmp_path / "a.webm", tmp_path / "work").folder.iterdir())[0]))
        found = picture[[30, 30, 110, 110], [40, 150, 40, 150]].astype(int)
        assert np.abs(found - plain).max() <= 6

    def test_the_record_is_whole(self, tmp_path: Path):
        found = taken(write_video(tmp_path / "a.mp4", pan(30)), tmp_path / "work")
        assert json.loads((tmp_path / "work" / "frames.json").read_text())["notes"] == list(found.notes)
        (tmp_path / "work" / "frames.json").write_text("broken")
        assert taken(tmp_path / "a.mp4", tmp_path / "work").notes == found.notes
