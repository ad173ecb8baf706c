"""Datasets whose files were sent: `cache/datasets/<id>/`, for jobs of clients whose pictures lie with them.

A job's config says "sent:<id>", and it is turned into a folder only where the pictures are read, so that no record and
no answer holds a path of this machine. Names are ours (`NAMES`), sizes come first, files grow at their end only.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import shutil
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from backend.config import JobConfig, with_changes
from backend.disk import disk_errors, make_folder, write_whole
from backend.errors import DatasetError, ParamsError
from backend.wire.messages import CHUNK_LIMIT, SENT

from .dataset_names import check_pictures

FOLDER, MANIFEST = "datasets", "sent.json"
MESH = "mesh.npz"
"""A mesh to start from (backend/solids/files.py), the one file of its dataset."""
PICTURE = "picture.png"
"""A picture whose shape is made (backend/priors/shap_e), the one file of its dataset."""
NAMES = re.compile(r"transforms(_train|_test|_val)?\.json|[0-9]{6}\.(png|jpg|jpeg)|mesh\.npz|picture\.png")
_ALONE = {MESH: "A mesh", PICTURE: "A picture that is made"}
FILES_LIMIT = 4096
BYTES_LIMIT = 4 << 30
UNUSED_LIMIT = 4
"""Datasets of one client that no job uses: the oldest of more is forgotten."""
_ID = re.compile(r"[0-9a-f]{24}")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Manifest:
    """Whose it is, and what was announced."""

    client: str
    files: dict[str, int]


class Sent:
    """The datasets of one cache folder. Every method may be called from any thread."""

    def __init__(self, cache: Path) -> None:
        self._folder = cache / FOLDER
        self._lock = threading.Lock()

    def begin(self, client: str, files: dict[str, object], used: Iterable[str]) -> str:
        """A new one, empty; `used` are those that jobs have.

        Raises:
            ParamsError: names, sizes or their number. DiskError
        """
        sizes = _checked(files)
        with self._lock:
            self._make_room(client, set(used))
            id = secrets.token_hex(12)
            folder = make_folder(self._folder / id)
            write_whole(folder / MANIFEST, json.dumps(asdict(Manifest(client, sizes))).encode())
        return SENT + id

    def write(self, client: str, dataset: str, name: str, offset: int, data: np.ndarray) -> int:
        """The next bytes of a file; how many there are then.

        Raises:
            DatasetError: there is no such dataset. ParamsError: it is not the next piece of a file that was announced.
            DiskError
        """
        folder, manifest = self._opened(client, dataset)
        if name not in manifest.files:
            raise ParamsError(f"The file '{name[:80]}' was not announced with its dataset: begin another.")
        if data.dtype != np.uint8 or data.ndim != 1 or data.nbytes > CHUNK_LIMIT:
            raise ParamsError(f"A piece of a file is a row of at most {CHUNK_LIMIT} bytes.")
        with self._lock, disk_errors(folder / name), open(folder / name, "ab") as file:
            there = file.tell()
            if offset == -1 and not len(data):
                return there
            if offset != there or there + len(data) > manifest.files[name]:
                raise ParamsError(f"'{name}' has {there} of {manifest.files[name]} bytes: go on from there.")
            file.write(data.tobytes())
            return there + len(data)

    def check_whole(self, client: str, dataset: str) -> None:
        """Checks that a job can be made of it.

        Raises:
            DatasetError: something of it is missing, or it names pictures that were not sent.
        """
        folder, manifest = self._opened(client, dataset)
        for name, size in manifest.files.items():
            path = folder / name
            if not path.is_file() or path.stat().st_size != size:
                raise DatasetError(f"The file {name} of the dataset has not come whole: send the rest of it.")
        if not _ALONE.keys() & manifest.files.keys():
            check_pictures(folder, (folder,))

    def resolved(self, config: JobConfig) -> JobConfig:
        """The config with the folder in which the pictures lie, and the file of the mesh or of the one picture."""
        changes: dict[str, Any] = {}
        if config.dataset.startswith(SENT):
            changes["dataset"] = str(self._folder / config.dataset.removeprefix(SENT))
        if config.start.mesh.startswith(SENT):
            changes["start"] = {"mesh": str(self._folder / config.start.mesh.removeprefix(SENT) / MESH)}
        if config.prior.picture.startswith(SENT):
            changes["prior"] = {"picture": str(self._folder / config.prior.picture.removeprefix(SENT) / PICTURE)}
        return with_changes(config, changes) if changes else config

    def forget(self, dataset: str) -> None:
        """No job uses it any more."""
        id = dataset.removeprefix(SENT)
        if dataset.startswith(SENT) and _ID.fullmatch(id):
            shutil.rmtree(self._folder / id, ignore_errors=True)

    def forget_unused(self, used: set[str], before: float) -> None:
        """Deletes, at the start, what a client that went did not make a job of."""
        for folder in self._ours():
            if SENT + folder.name not in used and folder.stat().st_mtime < before:
                log.info("removed the dataset %s, of which no job was made", folder.name)
                shutil.rmtree(folder, ignore_errors=True)

    def _opened(self, client: str, dataset: str) -> tuple[Path, Manifest]:
        id = dataset.removeprefix(SENT)
        try:
            if not dataset.startswith(SENT) or not _ID.fullmatch(id):
                raise ValueError("no id of a dataset")
            folder = self._folder / id
            manifest = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
            if manifest.client != client:
                raise ValueError("another client's")
        except (OSError, ValueError, TypeError) as cause:
            raise DatasetError(f"There is no dataset '{dataset[:80]}' of this client: send it again.") from cause
        return folder, manifest

    def _ours(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        found = [path for path in self._folder.iterdir() if _ID.fullmatch(path.name) and not path.is_symlink()]
        return sorted(found, key=lambda path: path.stat().st_mtime)

    def _make_room(self, client: str, used: set[str]) -> None:
        unused = [path for path in self._ours() if SENT + path.name not in used and _client_of(path) == client]
        for path in unused[: max(0, len(unused) - UNUSED_LIMIT + 1)]:
            shutil.rmtree(path, ignore_errors=True)


def _client_of(folder: Path) -> str | None:
    try:
        client: str | None = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["client"]
        return client
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _checked(files: dict[str, object]) -> dict[str, int]:
    if not (2 <= len(files) <= FILES_LIMIT or set(files) in ({MESH}, {PICTURE})):
        raise ParamsError(
            f"A dataset has poses and pictures, and at most {FILES_LIMIT} files: it was given {len(files)}."
        )
    for name, size in files.items():
        if not NAMES.fullmatch(name):
            raise ParamsError(f"'{name[:80]}' cannot be sent: name the poses transforms.json, pictures 000000.png.")
        if type(size) is not int or not 0 < size <= BYTES_LIMIT:
            raise ParamsError(f"The size of '{name}' must be from 1 to {BYTES_LIMIT} bytes.")
    alone = next((name for name in _ALONE if name in files), "")
    if alone and len(files) > 1:
        raise ParamsError(f"{_ALONE[alone]} ({alone}) is sent alone: send the pictures as another dataset.")
    if not alone and not any(name.endswith(".json") for name in files):
        raise ParamsError("A dataset needs a transforms.json.")
    if sum(int(size) for size in files.values()) > BYTES_LIMIT:  # type: ignore[call-overload]
        raise ParamsError(f"A dataset has at most {BYTES_LIMIT >> 20} MiB: send fewer or smaller pictures.")
    return {name: int(size) for name, size in files.items()}  # type: ignore[call-overload]


def used_by(configs: Iterable[dict[str, Any]]) -> set[str]:
    """The datasets that jobs have, and the meshes and pictures that were sent as such."""
    found = [place for config in configs for place in (config.get("dataset", ""), *_alone_in(config))]
    return {dataset for dataset in found if isinstance(dataset, str) and dataset.startswith(SENT)}


def _alone_in(config: dict[str, Any]) -> list[Any]:
    groups = ((config.get(group), name) for group, name in (("start", "mesh"), ("prior", "picture")))
    return [group.get(name, "") for group, name in groups if isinstance(group, dict)]
