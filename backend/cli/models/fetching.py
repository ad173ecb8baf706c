"""`models fetch` and `models remove`: nothing comes before a yes, and nothing goes but what was fetched."""

from __future__ import annotations

import sys

from backend.errors import ConfigError, ModelError
from backend.pretrained import ModelRef, fetch, resolve
from backend.pretrained.download import Download, Plan, megabytes, plan, size_and_license
from backend.pretrained.hub_cache import read_record, remove, repository_folder
from backend.pretrained.image_text import tokenizer_repos
from backend.pretrained.model_ref import tokenizer_repo

from ..exit_codes import DONE, FAILED, INTERRUPTED


def fetch_model(name: str, agreed: bool) -> int:
    """Fetches a model once somebody has agreed; returns the exit code.

    Raises:
        ConfigError: nobody has agreed and nobody can be asked.
        ModelError: there is no such model, or it cannot be fetched.
        DiskError: there is no room for it.
    """
    choice = _require_hub_model(name)
    record = read_record(choice.repository or "", choice.kind)
    if record and not record.corrupt_files():
        sys.stdout.write(f"{record.folder}\n")
        return DONE
    if not agreed and not sys.stdin.isatty():
        raise ConfigError(
            f"Nothing was fetched, for nobody agreed to {choice.name}{size_and_license(choice)}: add --yes, "
            "or type the command on a terminal, where it asks."
        )
    planned = plan(choice)
    sys.stderr.write(_description(planned))
    if not agreed and not _ask_consent():
        sys.stderr.write("Nothing was fetched.\n")
        return FAILED
    return _fetch(planned)


def remove_model(name: str) -> int:
    """Deletes a model that was fetched; returns the exit code.

    Raises:
        ModelError: it is no model of a hub, or not here.
        DiskError: it cannot be deleted.
    """
    choice = _require_hub_model(name)
    freed = remove(choice.repository or "")
    sys.stdout.write(f"{choice.name} is removed: {megabytes(freed)} are free again.\n")
    return DONE


class StatusLine:
    """A line that is overwritten on a terminal, and lines now and then elsewhere."""

    def __init__(self) -> None:
        self._out, self._drawn = sys.stderr, False

    def draw(self, text: str) -> None:
        start, end = ("\r", "\x1b[K") if self._out.isatty() else ("", "\n")
        self._out.write(start + text + end)
        self._out.flush()
        self._drawn = self._out.isatty()

    def end(self) -> None:
        if self._drawn:
            self._out.write("\n")
        self._drawn = False


def _fetch(planned: Plan) -> int:
    line = StatusLine()
    try:
        folder = Download(planned, line.draw).run()
        if planned.model_ref.kind == "image_text":
            for repository in tokenizer_repos(planned.model_ref, folder):
                fetch(tokenizer_repo(repository), line.draw)
    except KeyboardInterrupt:
        line.end()
        sys.stderr.write("Stopped: what has arrived is kept, and the same command goes on from there.\n")
        return INTERRUPTED
    finally:
        line.end()
    sys.stdout.write(f"{folder}\n")
    return DONE


def _require_hub_model(name: str) -> ModelRef:
    """Returns the model of this name, which must be one of a hub.

    Raises:
        ModelError: it is no model of a hub, so there is nothing to fetch or remove.
    """
    choice = resolve(name)
    if choice.embedded:
        raise ModelError(f"The model {name} comes with this copy: it is neither fetched nor removed.")
    if choice.repository is None:
        raise ModelError(f"{name} is a path on this machine: it is used where it lies, neither fetched nor removed.")
    return choice


def _description(planned: Plan) -> str:
    record, missing = planned.record, planned.missing_bytes
    rest = "" if missing == record.bytes else f" ({megabytes(missing)} of it still to come)"
    return (
        f"{planned.model_ref.name}: {megabytes(record.bytes)}{rest} in {len(record.files)} files, license "
        f"{record.license}, from {record.repository}, to {repository_folder(record.repository)}\n"
    )


def _ask_consent() -> bool:
    sys.stderr.write("Fetch it, under this license? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
