"""A video becomes a folder of photographs: frames by their sharpness, and by how far the camera moved between them.

What chooses them is `frame_choice.py`; the decoder runs in a process of its own (`video_process.py`).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.config import names_video
from backend.data.regular_file import brief
from backend.disk import make_folder, write_whole
from backend.errors import DatasetError

from .child import DECODER, GoOn, Progress, run_task
from .pictures import FEWEST, picture_folder
from .requirement import PYAV

FRAMES, RECORD, LOG = "frames", "frames.json", "video.log"


@dataclass(frozen=True)
class Frames:
    """The folder of the frames that were taken, and sentences for the person."""

    folder: Path
    notes: tuple[str, ...]


def find_video(given: Path) -> Path | None:
    """Returns the video that is given: the file itself, or the only one in a folder that has no pictures."""
    if os.path.isfile(given):
        return given if names_video(given) else None
    if not os.path.isdir(given) or picture_folder(given) is not None:
        return None
    videos = [given / name for name in os.listdir(given) if names_video(name)]
    return videos[0] if len(videos) == 1 and os.path.isfile(videos[0]) else None


def frames_of(
    video: Path, work: Path, allow_download: bool, progress: Progress, go_on: GoOn, note: Callable[[str], None]
) -> Frames:
    """Writes the frames of a video that are taken as photographs into a folder in `work`; those that an earlier call
    has written whole are taken as they are.

    Raises:
        DatasetError: it is no video, is broken, or has too few frames that differ.
        ModelError: PyAV is not installed. DiskError
    """
    folder, record = work / FRAMES, work / RECORD
    known = _finished(folder, record)
    if known is not None:
        return known
    PYAV.require(allow_download, note)
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder)
    task = {"video": str(video.absolute()), "out": str(folder)}
    answer = run_task(task, work / LOG, progress, go_on, DECODER)
    _check(answer, video)
    notes = _notes(answer, video)
    write_whole(record, json.dumps({"notes": notes}).encode())
    return Frames(folder, notes)


def _check(answer: dict[str, Any], video: Path) -> None:
    if "failed" in answer:
        raise DatasetError(
            f"The video {brief(video.name)} {answer['failed']}: save it anew as MP4, or give a folder of pictures."
        )
    measured, chosen = int(answer["measured"]), len(answer["names"])
    if measured < FEWEST:
        raise DatasetError(
            f"The video {brief(video.name)} has {measured} frame{'' if measured == 1 else 's'}, and {FEWEST} are the "
            "least: walk around what is to be made, and film it."
        )
    if chosen < FEWEST:
        raise DatasetError(
            f"The camera hardly moves in the video {brief(video.name)}: walk around what is to be made, and film it."
        )


def _notes(answer: dict[str, Any], video: Path) -> tuple[str, ...]:
    chosen = f"{len(answer['names'])} frames of the video {brief(video.name)} are taken as photographs."
    cut = f"It cannot be decoded after {answer['measured']} frames that were measured: the rest is left out."
    return (chosen, cut) if answer["damaged"] else (chosen,)


def _finished(folder: Path, record: Path) -> Frames | None:
    """Returns what an earlier call has made; None where it did not come to its end."""
    try:
        return Frames(folder, tuple(map(str, json.loads(record.read_text(encoding="utf-8"))["notes"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None
