"""Photos for a backend elsewhere: it reads no folder of its own machine for us, so the files are sent.

Names are given here (000000.png), because those of a person's files are none of its business; the poses say them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from .client import Client
from .errors import DiskError
from .wire import messages, values

POSES = ("transforms.json", "transforms_train.json", "transforms_test.json", "transforms_val.json")
SUFFIXES = ("", ".png", ".jpg", ".jpeg")


def send_dataset(client: Client, folder: Path) -> str:
    """Send the poses and pictures of a folder; gives what a job's config calls them.

    Raises:
        DiskError: a file cannot be read. DreamwrightError: the backend does not take them; its sentence says why.
    """
    try:
        poses, pictures = _renamed(folder)
        sizes = {name: len(text) for name, text in poses.items()}
        sizes |= {name: path.stat().st_size for name, path in pictures.items()}
        dataset = _ask(client, messages.BeginDataset(dict(sizes))).dataset
        for name in sizes:
            _send(client, dataset, name, poses[name] if name in poses else pictures[name].read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as cause:
        sentence = f"The photos in {folder} cannot be read ({cause}): choose a folder of posed pictures."
        raise DiskError(sentence) from cause
    return dataset


def _renamed(folder: Path) -> tuple[dict[str, bytes], dict[str, Path]]:
    """The files of poses with new names in them, and the pictures by those names."""
    poses: dict[str, bytes] = {}
    pictures: dict[str, Path] = {}
    for path in (folder / name for name in POSES if (folder / name).is_file()):
        data = json.loads(path.read_text(encoding="utf-8"))
        for frame in data["frames"]:
            picture = _picture(folder, str(frame["file_path"]))
            frame["file_path"] = f"{len(pictures):06d}{picture.suffix.lower()}"
            pictures[frame["file_path"]] = picture
        poses[path.name] = json.dumps(data).encode()
    return poses, pictures


def _picture(folder: Path, name: str) -> Path:
    candidates = [folder / (name + suffix) for suffix in SUFFIXES]
    return next((path for path in candidates if path.is_file()), candidates[0])


def _send(client: Client, dataset: str, name: str, content: bytes) -> None:
    for start in range(0, len(content), messages.CHUNK_LIMIT):
        piece = np.frombuffer(content[start : start + messages.CHUNK_LIMIT], np.uint8)
        _ask(client, messages.WriteDataset(dataset, name, start, piece))


def _ask(client: Client, call: Any) -> Any:
    return values.from_json(call.Result, client.call(*messages.call(call)))
