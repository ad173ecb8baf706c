"""Photos for a backend elsewhere: it reads no folder of its own machine for us, so the files are sent.

Names are given here (000000.png), because those of a person's files are none of its business; the poses say them. What
is sent lies in the folder that was chosen: poses may be anybody's, and name pictures elsewhere on this machine. A mesh
to start from and a picture whose shape is made are sent too, each alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from .client import Client
from .errors import DiskError, StoppedError
from .png import to_png
from .solid_mesh import SolidMesh, to_npz
from .wire import messages, values

POSES = ("transforms.json", "transforms_train.json", "transforms_test.json", "transforms_val.json")
SPLITS = ("train_filenames", "val_filenames", "test_filenames")
MESH = "mesh.npz"
"""What a mesh that is sent is called."""
PICTURE = "picture.png"
"""What a picture is called whose shape is made."""
SUFFIXES = ("", ".png", ".jpg", ".jpeg")
_NOT_READ = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)

Told = Callable[[int, int], None]
"""Takes how many bytes were sent, and of how many."""


def send_dataset(
    client: Client,
    folder: Path,
    stopped: Callable[[], bool] = lambda: False,
    told: Told = lambda done, of: None,
) -> str:
    """Send the poses and pictures of a folder, a piece at a time; gives what a job's config calls them.

    Raises:
        DiskError: a file cannot be read, or lies elsewhere. StoppedError: `stopped` became true.
        DreamwrightError: the backend does not take them; its sentence says why.
    """
    try:
        poses, pictures = _renamed(folder)
        sizes = {name: len(text) for name, text in poses.items()}
        sizes |= {name: path.stat().st_size for name, path in pictures.items()}
    except _NOT_READ as cause:
        raise _unreadable(folder, cause) from cause
    dataset: str = _ask(client, messages.BeginDataset(dict(sizes))).dataset
    done, whole = 0, sum(sizes.values())
    for name, offset, piece in _pieces(folder, poses, pictures):
        if stopped():
            raise StoppedError("Sending the photos was stopped; no job was made of them.")
        _ask(client, messages.WriteDataset(dataset, name, offset, np.frombuffer(piece, np.uint8)))
        done += len(piece)
        told(done, whole)
    return dataset


def send_mesh(
    client: Client,
    mesh: SolidMesh,
    stopped: Callable[[], bool] = lambda: False,
    told: Told = lambda done, of: None,
) -> str:
    """Send a mesh to start from, a piece at a time; gives what a job's config calls it.

    Raises:
        StoppedError: `stopped` became true. DreamwrightError: the backend does not take it; its sentence says why.
    """
    return _send_alone(client, MESH, to_npz(mesh), stopped, told)


def send_picture(client: Client, pixels: np.ndarray, stopped: Callable[[], bool] = lambda: False) -> str:
    """Send a picture whose shape is made, (h, w, 4) uint8 sRGB with straight alpha; gives what a job's config calls it.

    Raises:
        StoppedError: `stopped` became true. DreamwrightError: the backend does not take it; its sentence says why.
    """
    return _send_alone(client, PICTURE, to_png(pixels), stopped)


def _send_alone(
    client: Client, name: str, content: bytes, stopped: Callable[[], bool], told: Told = lambda done, of: None
) -> str:
    """Send the one file of a dataset."""
    dataset: str = _ask(client, messages.BeginDataset({name: len(content)})).dataset
    for start in range(0, len(content), messages.CHUNK_LIMIT):
        if stopped():
            raise StoppedError(f"Sending the {name.partition('.')[0]} was stopped; no job was made of it.")
        piece = content[start : start + messages.CHUNK_LIMIT]
        _ask(client, messages.WriteDataset(dataset, name, start, np.frombuffer(piece, np.uint8)))
        told(start + len(piece), len(content))
    return dataset


def _renamed(folder: Path) -> tuple[dict[str, bytes], dict[str, Path]]:
    """The files of poses with new names in them, and the pictures by those names; a picture that several files name is
    sent once."""
    poses: dict[str, bytes] = {}
    names: dict[Path, str] = {}
    for path in (folder / name for name in POSES if (folder / name).is_file()):
        data = json.loads(path.read_text(encoding="utf-8-sig"))
        spoken: dict[str, str] = {}
        for frame in data["frames"]:
            picture = _picture(folder, str(frame["file_path"]))
            name = names.setdefault(picture, f"{len(names):06d}{picture.suffix.lower()}")
            spoken[str(frame["file_path"])] = name
            frame["file_path"] = name
        poses[path.name] = json.dumps(data | _renamed_splits(data, spoken)).encode()
    if not names:
        raise ValueError("it has no transforms.json with pictures")
    return poses, {name: picture for picture, name in names.items()}


def _renamed_splits(data: dict[str, Any], spoken: dict[str, str]) -> dict[str, list[str]]:
    """Returns the lists of pictures that are learned from or held out, by the new names."""
    lists = {key: data[key] for key in SPLITS if isinstance(data.get(key), list)}
    return {key: [spoken[name] for name in names if name in spoken] for key, names in lists.items()}


def _picture(folder: Path, name: str) -> Path:
    names = dict.fromkeys((name, name.replace("\\", "/")))  # as it stands, else as Windows writes folders
    paths = (folder / (each + suffix) for each in names for suffix in SUFFIXES)
    found = next((path for path in paths if path.is_file()), None)
    if found is None:
        raise ValueError(f"there is no picture {name[:80]!r}")
    if not found.resolve().is_relative_to(folder.resolve()):  # wherever its links and dots lead
        raise ValueError(f"the picture {name[:80]!r} lies outside of it")
    return found


def _pieces(folder: Path, poses: dict[str, bytes], pictures: dict[str, Path]) -> Iterator[tuple[str, int, bytes]]:
    """Every file's name, with where a piece of it begins, and the piece: a file is never held whole."""
    limit = messages.CHUNK_LIMIT
    for name, text in poses.items():
        yield from ((name, start, text[start : start + limit]) for start in range(0, len(text), limit))
    for name, path in pictures.items():
        with _opened(folder, path) as file:
            while piece := _read(folder, file, limit):
                yield name, file.tell() - len(piece), piece


def _opened(folder: Path, path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as cause:
        raise _unreadable(folder, cause) from cause


def _read(folder: Path, file: BinaryIO, size: int) -> bytes:
    try:
        return file.read(size)
    except OSError as cause:
        raise _unreadable(folder, cause) from cause


def _unreadable(folder: Path, cause: BaseException) -> DiskError:
    return DiskError(f"The photos in {folder} cannot be read ({cause}): choose a folder of posed pictures.")


def _ask(client: Client, call: Any) -> Any:
    return values.from_json(call.Result, client.call(*messages.call(call)))
