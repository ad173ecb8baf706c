"""From a name to files on this machine: after consent, resumed where it stopped, used only when whole and verified."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from backend.disk import replace_patiently
from backend.errors import DiskError, ModelError

from .foreign_models import find_foreign
from .hub import Listing, fetch_file, fetch_info
from .hub_cache import (
    LOCK_FILE,
    MEGABYTE,
    Entry,
    Record,
    arrived_bytes,
    disk_errors,
    find_local,
    is_whole,
    repository_folder,
    size_of,
    write_record,
)
from .model_ref import ModelRef
from .pipeline_folder import check_pipeline
from .repo_files import needed_files
from .shap_e_folder import check_shap_e

Progress = Callable[[str], None]

_SPARE_BYTES = 50 * MEGABYTE
"""What a disk should have left when all has arrived."""
_SECONDS_BETWEEN_WORDS = 0.5


def ignore(line: str) -> None:
    pass


def local_folder(model_ref: ModelRef, allow_download: bool = False, progress: Progress = ignore) -> Path:
    """Returns where a model lies on this machine: its folder, or its single file. It is fetched only with consent.

    Raises:
        ModelError: it is not here and may not, or cannot, be fetched.
        DiskError: there is no room for it.
    """
    if model_ref.repository is None:
        return _local_path(model_ref)
    found = find_here(model_ref.repository, model_ref.kind)
    if found:
        return found
    if not allow_download:
        raise ModelError(_consent_sentence(model_ref))
    return fetch(model_ref, progress)


def find_here(repository: str, kind: str) -> Path | None:
    """The folder of a model that we fetched whole, or that another program did."""
    return find_local(repository, kind) or find_foreign(repository, kind)


def fetch(model_ref: ModelRef, progress: Progress = ignore) -> Path:
    """Brings a model here, or what it lacks; bytes that are here already are read and kept.

    Raises:
        ModelError, DiskError: as `local_folder`.
    """
    return Download(plan(model_ref), progress).run()


@dataclass(frozen=True)
class Plan:
    """What there is to bring, before any of it is."""

    model_ref: ModelRef
    record: Record
    listing: Listing

    @property
    def missing_bytes(self) -> int:
        return sum(entry.size - _arrived_bytes(self.blob(name), entry) for name, entry in self.record.files.items())

    def blob(self, name: str) -> Path:
        digest = self.record.files[name].digest.partition(":")[2]
        return repository_folder(self.record.repository) / "blobs" / digest


def plan(model_ref: ModelRef) -> Plan:
    """Asks the hub which files there are.

    Raises:
        ModelError: it gives no such model.
    """
    repository = model_ref.repository or ""
    listing = fetch_info(repository)
    names = needed_files(model_ref.kind, listing.files, repository)
    license = model_ref.license if model_ref.license != "unknown" else listing.license
    files = {name: listing.files[name] for name in dict.fromkeys(names)}
    return Plan(model_ref, Record(repository, model_ref.kind, listing.commit, license, files), listing)


class Download:
    """One download: counts what arrives, and says so now and then."""

    def __init__(self, planned: Plan, progress: Progress = ignore) -> None:
        self.plan, self.progress = planned, progress
        self.total = planned.record.bytes
        self.arrived = self.total - planned.missing_bytes
        self._quiet_until = 0.0

    def run(self) -> Path:
        from huggingface_hub.utils import WeakFileLock  # type: ignore[attr-defined]  # there, yet not in __all__

        record, folder = self.plan.record, repository_folder(self.plan.record.repository)
        self._check_room(folder)
        with disk_errors(folder):
            (folder / "blobs").mkdir(parents=True, exist_ok=True)
            with WeakFileLock(folder / LOCK_FILE):  # another process may want the same
                for name in record.files:
                    self._bring(name)
                _write_reference(folder, record.commit)
        write_record(record)
        self._log(last=True)
        return record.folder

    def _check_room(self, folder: Path) -> None:
        free = shutil.disk_usage(_existing_parent(folder)).free
        if self.plan.missing_bytes + _SPARE_BYTES > free:
            raise DiskError(
                f"{self.plan.model_ref.name} needs {megabytes(self.plan.missing_bytes)} more in {folder.parent} and "
                f"{megabytes(_SPARE_BYTES)} to spare, where {megabytes(free)} are free: free some, or set HF_HOME to a "
                "folder on a larger disk."
            )

    def _bring(self, name: str) -> None:
        blob, entry = self.plan.blob(name), self.plan.record.files[name]
        pointer = self.plan.record.folder / name
        if not blob.is_file() and is_whole(pointer, entry):
            return  # a system without links keeps the bytes there
        if not is_whole(blob, entry):
            blob.unlink(missing_ok=True)
            self._fetch_blob(name, blob)
        _link_snapshot(pointer, blob)

    def _fetch_blob(self, name: str, blob: Path) -> None:
        partial = blob.with_name(blob.name + ".incomplete")
        fetch_file(self.plan.listing, name, partial, self._count)
        if not is_whole(partial, self.plan.record.files[name]):
            partial.unlink()
            raise ModelError(
                f"The file {name} of {self.plan.record.repository} arrived damaged and was thrown away: "
                "run this again, and if it happens again, look at the connection or the disk."
            )
        replace_patiently(partial, blob)

    def _count(self, count: int) -> None:
        self.arrived += count
        if time.monotonic() >= self._quiet_until:
            self._log()

    def _log(self, last: bool = False) -> None:
        self._quiet_until = time.monotonic() + _SECONDS_BETWEEN_WORDS
        if last:
            self.progress(f"{self.plan.model_ref.name}: all of {megabytes(self.total)} is here, and verified")
        else:
            self.progress(f"fetching {self.plan.model_ref.name}: {megabytes(self.arrived)} of {megabytes(self.total)}")


def megabytes(count: int) -> str:
    return f"{count / MEGABYTE:.0f} MB" if count >= 10 * MEGABYTE else f"{count / MEGABYTE:.1f} MB"


def size_and_license(model_ref: ModelRef) -> str:
    """Returns both in brackets, for a sentence; empty where nothing is known."""
    parts = [model_ref.size, f"license {model_ref.license}" if model_ref.license != "unknown" else ""]
    known = ", ".join(part for part in parts if part)
    return f" ({known})" if known else ""


def _local_path(model_ref: ModelRef) -> Path:
    path = Path(model_ref.checkpoint) if model_ref.checkpoint else model_ref.folder
    if path is None or not path.exists():
        raise ModelError(f"The model {path or model_ref.name} is not on this machine any more: choose another.")
    if model_ref.kind == "diffusion" and path.is_dir():
        check_pipeline(path)
    if model_ref.kind == "shape":
        check_shap_e(path)
    return path


def _consent_sentence(model_ref: ModelRef) -> str:
    started = arrived_bytes(model_ref.repository or "")
    state = f"only a part of it ({megabytes(started)}) is" if started else "it is not"
    command = "" if model_ref.kind == "words" else f"or run `python -m backend models fetch {model_ref.name}`, "
    return (
        f"The model {model_ref.name} cannot be used, for {state} on this machine{size_and_license(model_ref)}: allow "
        f"the download, {command}or choose the embedded model."
    )


def _arrived_bytes(blob: Path, entry: Entry) -> int:
    """Bytes of a file that need not come again."""
    if size_of(blob) == entry.size:
        return entry.size
    return min(size_of(blob.with_name(blob.name + ".incomplete")), entry.size)


def _link_snapshot(pointer: Path, blob: Path) -> None:
    """The name of a file in its snapshot; where a system has no links, the bytes themselves."""
    pointer.parent.mkdir(parents=True, exist_ok=True)
    pointer.unlink(missing_ok=True)
    try:
        pointer.symlink_to(os.path.relpath(blob, pointer.parent))
    except OSError:
        replace_patiently(blob, pointer)


def _write_reference(folder: Path, commit: str) -> None:
    """Writes the reference of a commit as huggingface_hub does, so that its own loaders find the snapshot."""
    (folder / "refs").mkdir(exist_ok=True)
    (folder / "refs" / "main").write_text(commit)


def _existing_parent(folder: Path) -> Path:
    with suppress(StopIteration):
        return next(path for path in (folder, *folder.parents) if path.exists())
    return Path()
