"""Downloads of models, beside whatever runs: one thread for each, told of as it goes, and stopped when asked."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from backend.errors import DreamwrightError, ModelError
from backend.pretrained import ModelRef, fetch, resolve
from backend.pretrained.download import Download, find_here, plan, size_and_license
from backend.pretrained.image_text import tokenizer_repos
from backend.pretrained.model_ref import tokenizer_repo
from backend.wire.messages import ModelProgress

from .error_messages import to_readable_error

log = logging.getLogger(__name__)


class _Stopped(Exception):
    """Somebody asked the download to end."""


class ModelFetches:
    """The downloads that are going on, by what a job's config calls the model."""

    def __init__(self, notify: Callable[[Any], None]) -> None:
        self._notify, self._lock = notify, threading.Lock()
        self._stops: dict[str, threading.Event] = {}

    def start(self, name: str, agreed: bool) -> int:
        """Begins a download and returns the bytes that are still to come; one that is on its way is left alone.

        Raises:
            ModelError: nobody agreed, or there is nothing to fetch under this name, or the hub does not give it.
        """
        model_ref = _fetchable(name, agreed)
        if find_here(model_ref.repository or "", model_ref.kind):
            return 0
        planned = plan(model_ref)
        with self._lock:
            if name in self._stops:
                return planned.missing_bytes
            self._stops[name] = stop = threading.Event()
        download = _Fetch(name, Download(planned), stop, self._notify)
        threading.Thread(target=self._run, args=(download,), name=f"fetch {name[:40]}", daemon=True).start()
        return planned.missing_bytes

    def stop(self, name: str) -> None:
        """Ends a download soon; of one that is not going on nothing is said."""
        with self._lock:
            stop = self._stops.get(name)
        if stop is not None:
            stop.set()

    def _run(self, download: _Fetch) -> None:
        try:
            state, sentence = download.run()
        finally:
            with self._lock:
                del self._stops[download.name]
        download.notify_state(state, sentence)


class _Fetch:
    """A download that says how it goes."""

    def __init__(self, name: str, download: Download, stop: threading.Event, notify: Callable[[Any], None]) -> None:
        self.name, self.download, self.stop, self.notify = name, download, stop, notify
        download.progress = self._go_on

    def run(self) -> tuple[str, str]:
        """Returns how it ended, and why where it failed."""
        try:
            folder = self.download.run()
            if self.download.plan.model_ref.kind == "image_text":
                for repository in tokenizer_repos(self.download.plan.model_ref, folder):
                    fetch(tokenizer_repo(repository), self._go_on)
            return "here", ""
        except _Stopped:
            return "stopped", ""
        except DreamwrightError as error:
            log.info("%s was not fetched: %s", self.name, error.sentence)
            return "failed", error.sentence
        except Exception as error:
            log.exception("the download of %s failed", self.name)
            return "failed", to_readable_error(error).sentence

    def _go_on(self, line: str) -> None:
        """Called now and then by the download, between two of its pieces."""
        if self.stop.is_set():
            raise _Stopped
        self.notify_state("fetching")

    def notify_state(self, state: str, sentence: str = "") -> None:
        self.notify(ModelProgress(self.name, state, self.download.arrived, self.download.total, sentence))


def _fetchable(name: str, agreed: bool) -> ModelRef:
    model_ref = resolve(name)
    if model_ref.repository is None:
        raise ModelError(f"{name} is on this machine already: there is nothing to fetch.")
    if not agreed:
        raise ModelError(
            f"Nothing was fetched, for nobody agreed to {model_ref.name}{size_and_license(model_ref)}: allow the "
            "download first."
        )
    return model_ref
