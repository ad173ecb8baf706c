"""A folder of photographs becomes a folder of posed ones: pictures, COLMAP's model and transforms.json.

    pictures  copies, by their lenses     features, matches, poses  by COLMAP, in a process of its own
    aligned   up is Z, the box of what was photographed stands on the ground, its longest side is two meters

The folder is finished when transforms.json is there; until then, the same call goes on where it was left.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from backend.data.box import FoundBox, find_box
from backend.data.dataset import dataset_folder
from backend.data.formats import colmap
from backend.data.formats.recognize import has_poses
from backend.data.frame_camera import camera_of
from backend.data.regular_file import brief
from backend.disk import disk_errors, make_folder, write_whole
from backend.errors import DatasetError

from .child import GoOn, Progress, run_task
from .database import picture_counts
from .pictures import Prepared, picture_folder, prepare
from .requirement import COLMAP
from .video import FRAMES, RECORD, Frames, find_video, frames_of

TRANSFORMS, NOTES, MODEL, PLY = "transforms.json", "pose_notes.json", "sparse/0", "sparse_pc.ply"
UNDISTORTED = "undistorted"
WORK, LOG, DATABASE = "work", "colmap.log", "database.db"
_OF_FRAMES = ("file_path", "transform_matrix")
FEATURES, FEWEST_FEATURES, IMAGE_SIZE = 8192, 2000, 1600
"""Of a picture where there are few of them and where there are many, and the longer side at which they are looked for.
Of 16 photographs with little in common 8 were placed with 4000 and 14 with 8192."""
SMALL = 1000
"""Pixels of the longer side up to which a picture is looked at twice as large."""
FEW = 60
"""Pictures up to which all features are taken; comparing all pairs costs their square."""
MANY = 25
"""Pictures of one lens from which its distortion is told by four numbers; by one where there are fewer."""
SIDE = 2.0
"""Meters of the longest side of the box that is found."""
PLAIN, SHARED = 300, 30
"""Features below which a picture is blurred or plain, and shared ones below which it shows something else."""
LEAST_PLACED = 0.3
"""Share of the pictures that must belong together: fewer are of several scenes."""
NAMED = 4

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Posed:
    """Where the posed pictures lie, how many there are, and sentences for the person."""

    folder: Path
    placed: int
    of: int
    notes: tuple[str, ...]


def needs_poses(given: Path) -> bool:
    """Tells whether this is a video, or a folder of pictures and of nothing that says where they were taken from."""
    if os.path.isfile(given):
        return find_video(given) is not None
    if not os.path.isdir(given) or has_poses(given):
        return False
    return picture_folder(given) is not None or find_video(given) is not None


def pose_dataset(
    dataset: str, out: Path, allow_download: bool, note: Callable[[str], None], go_on: GoOn = lambda: None
) -> str:
    """Returns the dataset itself, or that of its pictures with the poses that were found, written into `out`.

    Raises:
        DatasetError, ModelError, DiskError
    """
    folder = dataset_folder(dataset)
    if not needs_poses(folder):
        return dataset
    stages = Stages(note)
    posed = pose_photos(folder, out, allow_download=allow_download, progress=stages.notify, go_on=go_on, note=note)
    for sentence in posed.notes:
        note(sentence)
    return str(posed.folder)


def kept_dataset(dataset: str, out: Path) -> str:
    """Returns the dataset itself, or that of its pictures with the poses that were written into `out` before.

    Raises:
        DatasetError: they have no poses, and nobody has found any yet.
    """
    if not needs_poses(dataset_folder(dataset)):
        return dataset
    if not (out / TRANSFORMS).exists():
        raise DatasetError(
            "Nobody knows yet where these photos were taken from: press Generate, which finds that out first, then "
            "show the cameras again."
        )
    return str(out)


class Stages:
    """Says of each stage when it begins, each tenth of it and its end."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note, self._said = note, ("", -1)

    def notify(self, stage: str, done: int, of: int) -> None:
        """Takes how far a stage is."""
        tenth = (stage, 10 * done // max(of, 1))
        if tenth != self._said:
            self._said = tenth
            self._note(f"Finding poses, {stage}: {done} of {of}.")


def pose_photos(
    given: Path,
    out: Path,
    *,
    allow_download: bool = False,
    progress: Progress = lambda stage, done, of: None,
    go_on: GoOn = lambda: None,
    note: Callable[[str], None] = lambda line: None,
    threads: int = -1,
) -> Posed:
    """Finds where the pictures of a folder, or the frames of a video, were taken from, and writes them with their poses
    into `out`.

    Raises:
        DatasetError: there are too few pictures, or they do not belong together; the sentence says which and why.
        ModelError: COLMAP, or what reads videos, is not installed. DiskError
    """
    known = _finished(out)
    if known is not None:
        return known
    COLMAP.require(allow_download, note)
    make_folder(out / WORK)
    frames = _pictures(given, out, allow_download, progress, go_on, note)
    prepared = prepare(frames.folder, out / "images")
    prepared = replace(prepared, notes=[*frames.notes, *prepared.notes])
    answer = _solve(prepared, out, threads, progress, go_on)
    placed: list[str] = max(answer["models"], key=len, default=[])
    notes = (*prepared.notes, *_notes(prepared.names, placed, picture_counts(out / WORK / DATABASE)))
    if len(placed) < max(3, LEAST_PLACED * len(prepared.names)):
        raise DatasetError(_too_few(len(placed), len(prepared.names), notes))
    _write(out, answer["models"].index(placed), go_on)
    return _finish(out, Posed(out, len(placed), len(prepared.names), notes))


def undistort_photos(out: Path, go_on: GoOn = lambda: None) -> Path:
    """Writes the posed pictures of a folder once more, as flat lenses would have taken them, for programs that read
    nothing but pinholes (3D Gaussian Splatting); returns their folder.

    Raises:
        DatasetError: COLMAP broke off. DiskError
    """
    folder, partial = out / UNDISTORTED, out / WORK / UNDISTORTED
    if folder.exists():
        return folder
    shutil.rmtree(partial, ignore_errors=True)
    make_folder(partial)
    task = {
        "do": "undistort", "model": str(out / MODEL), "images": str(out / "images"), "out": str(partial), "threads": -1
    }  # fmt: skip
    run_task(task, out / WORK / LOG, lambda stage, done, of: None, go_on)
    with disk_errors(folder):
        model = [partial / "sparse" / path.name for path in (partial / "sparse").iterdir()]
        make_folder(partial / MODEL)
        for path in model:
            path.replace(partial / MODEL / path.name)
        for script in partial.glob("*.sh"):  # for COLMAP's own dense stereo
            script.unlink()
        shutil.rmtree(partial / "stereo", ignore_errors=True)
        partial.replace(folder)
    return folder


def _pictures(
    given: Path, out: Path, allow_download: bool, progress: Progress, go_on: GoOn, note: Callable[[str], None]
) -> Frames:
    """Returns the folder of pictures that is given, or that of the frames of a video."""
    video, folder = find_video(given), picture_folder(given)
    if video is not None:
        return frames_of(video, out / WORK, allow_download, progress, go_on, note)
    if folder is None:
        raise DatasetError(f"There are no pictures in {brief(given)}: choose a folder of pictures, or one video.")
    return Frames(folder, ())


def _solve(prepared: Prepared, out: Path, threads: int, progress: Progress, go_on: GoOn) -> dict[str, Any]:
    models = out / WORK / "models"
    shutil.rmtree(models, ignore_errors=True)
    make_folder(models)
    names = prepared.names
    return run_task(
        {
            "do": "solve", "database": str(out / WORK / DATABASE), "images": str(prepared.folder),
            "out": str(models), "names": names, "lenses": _lenses(prepared), "threads": threads,
            "features": max(FEWEST_FEATURES, min(FEATURES, int(FEATURES * (FEW / len(names)) ** 0.5))),
            "image_size": IMAGE_SIZE,
        },
        out / WORK / LOG, progress, go_on,
    )  # fmt: skip


def _lenses(prepared: Prepared) -> list[dict[str, Any]]:
    """Returns for each lens its pictures, the formula that is fitted to it, and whether they are small."""
    return [
        {
            "names": names, "small": max(lens.size) <= SMALL,
            "camera_model": "OPENCV" if len(names) >= MANY else "SIMPLE_RADIAL",
        }
        for lens, names in prepared.by_lens.items()
    ]  # fmt: skip


def _write(out: Path, number: int, go_on: GoOn) -> None:
    """Aligns the model, and writes it as COLMAP and as transforms.json."""
    chosen, final = out / WORK / "chosen", make_folder(out / MODEL)
    shutil.rmtree(chosen, ignore_errors=True)
    shutil.copytree(out / WORK / "models" / str(number), chosen)
    task = {"do": "align", "model": str(chosen), "out": str(final), "ply": str(out / PLY), **_similarity(out, chosen)}
    run_task(task, out / WORK / LOG, lambda stage, done, of: None, go_on)
    write_whole(out / TRANSFORMS, json.dumps(_transforms(out), indent=1).encode())


def _similarity(out: Path, model: Path) -> dict[str, Any]:
    """Returns what brings the box that is found upright onto the ground, two meters long: x' = s R x + t."""
    posed = colmap.read(out, model)
    cameras = [camera_of(frame, (frame["w"], frame["h"]), "A picture") for frame in posed.frames]
    found = find_box(cameras, posed.points())
    if found is None:
        raise DatasetError("All pictures were taken from one place, so nothing could be placed: walk around it.")
    box = _around_points(found, posed.points())
    scale, turn = SIDE / float(box.size.max()), box.turn.T
    translation = np.array([0.0, 0.0, scale * box.size[2] / 2]) - scale * turn @ box.center
    return {"scale": scale, "quaternion": _quaternion(turn), "translation": translation.tolist()}


def _around_points(box: FoundBox, points: np.ndarray) -> FoundBox:
    """Returns the box, drawn in to the points inside of it where these say more."""
    local = (points - box.center) @ box.turn
    inside = local[(np.abs(local) < box.size / 2).all(-1)]
    if len(inside) < 50:
        return box
    low, high = np.percentile(inside, 2, axis=0), np.percentile(inside, 98, axis=0)
    grown = 0.05 * (high - low).max()
    return replace(box, center=box.center + box.turn @ ((low + high) / 2), size=high - low + 2 * grown)


def _quaternion(turn: np.ndarray) -> list[float]:
    """Returns x, y, z, w of a rotation (Bar-Itzhack 2000)."""
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = turn.tolist()
    matrix = np.array([
        [xx - yy - zz, 0, 0, 0], [xy + yx, yy - xx - zz, 0, 0], [xz + zx, yz + zy, zz - xx - yy, 0],
        [zy - yz, xz - zx, yx - xy, xx + yy + zz],
    ])  # fmt: skip
    found: list[float] = np.linalg.eigh(matrix)[1][:, -1].tolist()
    return found


def _transforms(out: Path) -> dict[str, Any]:
    """Returns COLMAP's model in the words of nerfstudio; what all frames share stands once."""
    frames = [dict(frame) for frame in colmap.read(out, out / MODEL).frames]
    lenses = [{key: value for key, value in frame.items() if key not in _OF_FRAMES} for frame in frames]
    shared = lenses[0] if all(lens == lenses[0] for lens in lenses) else {}
    short = [
        {"file_path": f"images/{frame['file_path']}", "transform_matrix": frame["transform_matrix"]} for frame in frames
    ]
    whole = [each | ({} if shared else lens) for each, lens in zip(short, lenses, strict=True)]
    return {**shared, "ply_file_path": PLY, "frames": whole}


def _notes(names: list[str], placed: list[str], counts: dict[str, tuple[int, int]]) -> list[str]:
    """Returns sentences on what was placed and what was not, and why."""
    notes = [f"COLMAP placed {len(placed)} of {len(names)} pictures."]
    lost = [name for name in names if name not in placed]
    by_reason: dict[str, list[str]] = {}
    for name in lost:
        by_reason.setdefault(_reason(*counts.get(name, (0, 0))), []).append(name)
    for reason, which in by_reason.items():
        more = f" and {len(which) - NAMED} more" if len(which) > NAMED else ""
        notes.append(f"Not placed, {reason}: {', '.join(brief(name, 40) for name in which[:NAMED])}{more}.")
    return notes


def _reason(features: int, shared: int) -> str:
    if features < PLAIN:
        return "blurred or plain"
    return "too little in common with the others" if shared < SHARED else "not to be joined with the others"


def _too_few(placed: int, of: int, notes: tuple[str, ...]) -> str:
    why = " ".join(notes[1:])
    return (
        f"Only {placed} of the {of} pictures could be placed: they are not of one scene, or overlap too little. Take "
        f"more from places between, about two thirds of each in common with the next, without zooming. {why}"
    )


def _finish(out: Path, posed: Posed) -> Posed:
    record = {"placed": posed.placed, "of": posed.of, "notes": posed.notes}
    write_whole(out / NOTES, json.dumps(record, indent=1).encode())
    (out / WORK / RECORD).unlink(missing_ok=True)
    shutil.rmtree(out / WORK / FRAMES, ignore_errors=True)  # each is among the pictures too
    return posed


def _finished(out: Path) -> Posed | None:
    """Returns what an earlier call has made; None where it did not come to its end."""
    try:
        record = json.loads((out / NOTES).read_text(encoding="utf-8"))
        return Posed(out, int(record["placed"]), int(record["of"]), tuple(map(str, record["notes"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None
