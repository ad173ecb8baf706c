"""What has been fetched: where it lies, whether it is whole, and how it goes again.

Files lie as huggingface_hub lays them, in its cache (HF_HOME, HF_HUB_CACHE), so that other programs share them:

    models--OWNER--NAME/
      blobs/DIGEST                   the bytes; DIGEST.incomplete while they arrive
      snapshots/COMMIT/unet/...      names that point to them
      refs/main                      the commit
      dreamwright.KIND.json          ours, written last: what was fetched, with sizes and hashes

Only what our record names, all of it there and of its size, counts as present. The record's hashes are compared by
`models check`.
"""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from backend.disk import replace_patiently
from backend.errors import DiskError, ModelError

MEGABYTE = 10**6
_READ_AT_ONCE = 2**20


@dataclass(frozen=True)
class Entry:
    """One file: `digest` is "sha256:..." of a large one, "git:..." (git's SHA-1 of it) of a small one."""

    size: int
    digest: str


@dataclass(frozen=True)
class Record:
    repository: str
    kind: str
    commit: str
    license: str
    files: dict[str, Entry]

    @property
    def folder(self) -> Path:
        return repository_folder(self.repository) / "snapshots" / self.commit

    @property
    def bytes(self) -> int:
        return sum(entry.size for entry in self.files.values())

    def missing_files(self) -> list[str]:
        """Files that are not there, or not of their size: quick."""
        return [name for name, entry in self.files.items() if size_of(self.folder / name) != entry.size]

    def corrupt_files(self) -> list[str]:
        """Files that are not there, or not what was fetched: reads every byte."""
        return [name for name, entry in self.files.items() if not is_whole(self.folder / name, entry)]


def hub_cache_folder() -> Path:
    """huggingface_hub's own; it honors HF_HOME and HF_HUB_CACHE."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def repository_folder(repository: str) -> Path:
    return hub_cache_folder() / f"models--{repository.replace('/', '--')}"


def find_local(repository: str, kind: str) -> Path | None:
    """The folder of a model that is here, whole; else nothing."""
    record = read_record(repository, kind)
    return record.folder if record and not record.missing_files() else None


def read_record(repository: str, kind: str) -> Record | None:
    return _read(_record_file(repository, kind))


def records() -> list[Record]:
    """Everything that was fetched."""
    found = (_read(path) for path in sorted(hub_cache_folder().glob("models--*/dreamwright.*.json")))
    return [record for record in found if record]


def write_record(record: Record) -> None:
    """The last act of a download.

    Raises:
        DiskError
    """
    path = _record_file(record.repository, record.kind)
    temporary = path.with_name(path.name + ".part")
    with disk_errors(path):
        temporary.write_text(json.dumps(asdict(record), indent=1) + "\n", encoding="utf-8")
        replace_patiently(temporary, path)


def remove(repository: str) -> int:
    """Deletes all that the cache holds of a repository, parts of downloads included; gives the bytes.

    Raises:
        ModelError: there is nothing, or it lies outside the cache.
        DiskError: it cannot be deleted.
    """
    folder = repository_folder(repository)
    if folder.parent != hub_cache_folder() or folder.is_symlink() or not folder.is_dir():
        raise ModelError(
            f"Nothing of {repository} lies in {hub_cache_folder()}: `python -m backend models list` says what does."
        )
    freed = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    with disk_errors(folder):
        for record in folder.glob("dreamwright.*.json"):
            record.unlink()  # first, so that half a deletion is no model
        shutil.rmtree(folder)
    return freed


def arrived_bytes(repository: str) -> int:
    """Counts what a download that was stopped has left."""
    return sum(size_of(path) for path in repository_folder(repository).glob("blobs/*.incomplete"))


def is_whole(path: Path, entry: Entry) -> bool:
    algorithm, _, expected = entry.digest.partition(":")
    return size_of(path) == entry.size and digest_of(path, algorithm) == expected


def digest_of(path: Path, algorithm: str) -> str:
    """SHA-256 of the bytes, or git's name of a blob: SHA-1 of "blob LENGTH", a zero and the bytes."""
    digest = hashlib.sha256()
    if algorithm == "git":
        digest = hashlib.sha1(b"blob %d\0" % size_of(path), usedforsecurity=False)
    with open(path, "rb") as file:
        while block := file.read(_READ_AT_ONCE):
            digest.update(block)
    return digest.hexdigest()


def size_of(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Operating-system errors inside the block become DiskError sentences about `path`."""
    try:
        yield
    except OSError as cause:
        if cause.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskError(f"The disk is full, so {path} could not be written: free some and try again.") from cause
        reason = cause.strerror or str(cause)
        raise DiskError(
            f"{path} cannot be changed ({reason}): change its permissions, or set HF_HOME to another folder."
        ) from cause


def _record_file(repository: str, kind: str) -> Path:
    return repository_folder(repository) / f"dreamwright.{kind}.json"


def _read(path: Path) -> Record | None:
    """Half a record, or one of another shape, is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        files = {name: Entry(**entry) for name, entry in content.pop("files").items()}
        return Record(**content, files=files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
