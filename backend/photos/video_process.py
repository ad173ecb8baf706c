"""`python -m backend.photos.video_process`: decodes a video, and writes the frames that are taken as photographs.

A task comes as a line of JSON on standard input; how far it is and what came of it go out as lines of JSON. A decoder
reads what a stranger's file says and cannot be stopped: so it has a process of its own, as COLMAP has. The file may
name no other file and no address, and only kinds of files that are videos are opened.

The video is decoded twice: to measure each frame, small, and to write those that were chosen.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from backend.photos.child_task import Report, run_one_task
from backend.photos.frame_choice import Way, choose_frames, sharpness

MEASURED, SMALL = 640, 160
"""Pixels of the longer side at which sharpness and shift are measured."""
LONGEST = 1920
"""Pixels of the longer side of what is written."""
PER_SECOND, FEW, MOST = 15.0, 100, 6000
"""Frames of a second that are measured, and of a short and of a long video."""
_DEMUXERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg"
_SAID_EVERY = 15
_QUALITY = "2"
"""Of JPEG as FFmpeg counts: the best but one."""


def main() -> None:
    """Does the one task that comes in."""
    run_one_task(_extract)


def _extract(task: dict[str, Any], report: Report) -> None:
    import av

    try:
        with _opened(av, task["video"]) as container:
            if not container.streams.video:
                report(failed="has no moving pictures in it")
                return
        _choose_and_write(av, task, report)
    except av.error.FFmpegError as cause:
        report(failed=f"cannot be read ({cause.strerror or type(cause).__name__})")


def _choose_and_write(av: Any, task: dict[str, Any], report: Report) -> None:
    sharp: list[float] = []
    way, numbers, damaged = Way(), list[int](), False
    for number, frame, of in _frames(av, task):
        if frame is None:
            damaged = True
            break
        if len(numbers) % _SAID_EVERY == 0:
            report(stage="frames", done=number, of=max(of, number + 1))
        gray = _gray(frame, MEASURED)
        sharp.append(0.0 if frame.is_corrupt else sharpness(gray))
        way.add(_gray(frame, SMALL))
        numbers.append(number)
    chosen = [numbers[each] for each in choose_frames(sharp, way.lengths)]
    names = _write(av, task, set(chosen))
    report(names=names, measured=len(numbers), damaged=damaged)


def _opened(av: Any, video: str) -> Any:
    return av.open(video, container_options={"protocol_whitelist": "file", "format_whitelist": _DEMUXERS})


def _frames(av: Any, task: dict[str, Any]) -> Iterator[tuple[int, Any, int]]:
    """Gives numbers of frames, the frames that are measured, and about how many there are; None for a frame where the
    rest cannot be decoded."""
    number = 0
    with _opened(av, task["video"]) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        rate, of = float(stream.average_rate or 30), _count(container, stream)
        stride = _stride(rate, of)
        try:
            for frame in container.decode(stream):
                if number % stride == 0:
                    yield number, frame, of
                number += 1
        except (av.error.FFmpegError, ValueError):
            if number == 0:
                raise
            yield number, None, of


def _stride(rate: float, of: int) -> int:
    """Returns of how many frames one is measured: of a short video each."""
    wanted = round(rate / PER_SECOND)
    return max(1, -(-of // MOST), min(wanted, of // FEW) if of else wanted)


def _count(container: Any, stream: Any) -> int:
    """Returns about how many frames there are; 0 where the file does not say."""
    seconds = (container.duration or 0) / 1e6
    return int(stream.frames or seconds * float(stream.average_rate or 30))


def _gray(frame: Any, longest: int) -> np.ndarray:
    scale = min(1.0, longest / max(frame.width, frame.height))
    width, height = (max(8, round(scale * side)) for side in (frame.width, frame.height))
    gray: np.ndarray = frame.reformat(width=width, height=height, format="gray", interpolation="AREA").to_ndarray()
    return gray.astype(np.float64)


def _write(av: Any, task: dict[str, Any], chosen: set[int]) -> list[str]:
    """Writes the frames of these numbers, upright and with square pixels; returns their names."""
    names: list[str] = []
    if not chosen:
        return names
    for number, frame, _ in _frames(av, task):
        if number in chosen and frame is not None:
            names.append(f"frame_{number:06d}.jpg")
            _write_jpeg(av, _upright(av, frame), os.path.join(task["out"], names[-1]))
        if number >= max(chosen):
            break
    return names


def _upright(av: Any, frame: Any) -> Any:
    """Returns a frame in RGB as it is meant to be looked at: a phone that is held upright only says that it was."""
    aspect = float(getattr(frame, "sample_aspect_ratio", None) or 1)
    width = frame.width * (aspect if 0.1 < aspect < 10 else 1)
    scale = min(1.0, LONGEST / max(width, frame.height))
    pixels = frame.reformat(
        width=round(scale * width), height=round(scale * frame.height), format="rgb24", interpolation="AREA"
    ).to_ndarray()
    turned = np.ascontiguousarray(np.rot90(pixels, round(frame.rotation / 90)))
    return av.VideoFrame.from_ndarray(turned, format="rgb24")


def _write_jpeg(av: Any, frame: Any, path: str) -> None:
    """Writes JPEG with the colors that JPEG means (BT.601, full range), all at full resolution."""
    codec = av.CodecContext.create("mjpeg", "w")
    codec.width, codec.height, codec.pix_fmt, codec.time_base = frame.width, frame.height, "yuvj444p", Fraction(1, 25)
    codec.color_range = 2  # full
    codec.options = {"qmin": _QUALITY, "qmax": _QUALITY}
    packets = [*codec.encode(frame.reformat(format="yuvj444p", dst_colorspace="ITU601")), *codec.encode(None)]
    with open(path, "wb") as file:
        file.writelines(bytes(packet) for packet in packets)


if __name__ == "__main__":
    main()
