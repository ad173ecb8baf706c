"""What of this machine's disk a client may have read: all of it where it is our own parent, else what was allowed.

Settings name files: photos, weights, pictures of what is wanted. A client elsewhere has no business with ours: it sends
its pictures, and names models that we know, unless whoever started us allowed a folder by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backend.config import JobConfig, to_json
from backend.errors import ConfigError
from backend.wire.messages import SENT

from ..jobs.backend_info import EMBEDDED
from ..jobs.clients import Who
from ..jobs.dataset_names import check_pictures, lies_in
from ..jobs.sent_datasets import Sent

PATH_SETTINGS = ("dataset", "path", "model", "mesh", "picture")
_SENT_SETTINGS = ("dataset", "mesh", "picture")
"""Settings with one of these names, in any group."""
_PATH_SIGNS = ("/", "~", ".", "\\", "local-dir:")


class ReadableFiles:
    """The rule, for one backend."""

    def __init__(self, sent: Sent, allowed: tuple[Path, ...] = (), *, everywhere: bool = True) -> None:
        """`everywhere` where all clients are on this machine and this person's own."""
        self._sent = sent
        self._allowed = tuple(folder.expanduser().resolve() for folder in allowed)
        self._everywhere = everywhere

    def check(self, config: JobConfig, who: Who) -> None:
        """Checks that a config names only files that this client may have read.

        Raises:
            ConfigError: a setting names a file that this client may not have read. DatasetError
        """
        for sent in (config.dataset, config.start.mesh, config.prior.picture):
            if sent.startswith(SENT):
                self._sent.check_whole(who.name, sent)
        if self._everywhere and who.is_owner:
            return
        for name, value in _path_settings(to_json(config)):
            self._check(name, value)
        if config.dataset and not config.dataset.startswith(SENT):
            check_pictures(Path(config.dataset).expanduser(), self._allowed)

    def _check(self, name: str, value: str) -> None:
        if not value or (name in _SENT_SETTINGS and value.startswith(SENT)):
            return
        if name == "model" and not _is_path(value):
            return
        if not lies_in(Path(value.removeprefix("local-dir:")).expanduser(), self._allowed):
            what = "send its files instead" if name in _SENT_SETTINGS else "name a model or picture that it knows"
            raise ConfigError(
                f"The setting '{name}' names a place on the backend's machine that it does not read for others "
                f"({value[:80]}): {what}, or have that folder allowed there with --allow-folder."
            )


def _path_settings(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _path_settings(item, key)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _path_settings(item, name)
    elif isinstance(value, str) and name in PATH_SETTINGS:
        yield name, value


def _is_path(model: str) -> bool:
    """Tells whether the name of a model is, or could be, a file or folder here: `resolve` looks for one first."""
    if model in EMBEDDED:
        return False
    if model.startswith(_PATH_SIGNS) or ".." in model or "\\" in model:
        return True
    try:
        return Path(model).exists()
    except (OSError, ValueError):  # NUL, a name too long
        return True
