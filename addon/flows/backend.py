"""The backend as a person has it: set up, started, ended; what it wrote down."""

from __future__ import annotations

import logging
import sys
import tomllib
from pathlib import Path
from threading import Event

from ..blender import paths
from ..core import install
from ..core.errors import BackendLostError, BusyError, DiskError, DreamwrightError
from ..core.link import Link, open_link
from ..core.process import ROOT
from .flow import STUDIO, Flow, awaited

VERSION = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))["version"]
DOWNLOAD_WORDS = install.DOWNLOAD_WORDS

log = logging.getLogger(__name__)


def start_backend() -> Flow[str]:
    """Start the backend, so that the next job begins at once; gives the device it computes on."""
    with STUDIO.occupied("starting the backend"):
        link = yield from connected()
        return link.welcome.device


def stop_backend() -> Flow[None]:
    """End the backend; it saves a running job first, which may take a while."""
    if STUDIO.link is None:
        raise BusyError("The backend is not running.")
    yield from link_closed()


def set_up_backend(online: bool) -> Flow[Path]:
    """Make the backend's own Python environment out of the Python that runs Blender."""
    with STUDIO.occupied("setting up the backend"):
        folder, abandoned = paths.environment_folder(), Event()
        yield from link_closed()  # it may run out of the environment that is about to be replaced
        try:
            return (yield from awaited(lambda: _install(folder, online, abandoned)))
        finally:
            abandoned.set()  # also when the flow is thrown away in the middle
            STUDIO.session.post("backend.off")


def log_folder(cache: Path) -> Path:
    """The folder of the backend's log."""
    folder = cache / "log"
    if not folder.exists():
        raise DiskError("There is no log yet: it is written when the backend runs.")
    return folder


def leave() -> None:
    """Blender ends, or the add-on is disabled: nothing of ours goes on."""
    if STUDIO.doing:
        STUDIO.ask_stop()
    STUDIO.close_link()


def connected() -> Flow[Link]:
    """The running backend, started if it is not there."""
    if STUDIO.link and STUDIO.link.alive:
        return STUDIO.link
    STUDIO.close_link()
    python, cache, device = paths.backend_python(), paths.cache_folder(), paths.device()
    STUDIO.session.post("backend.starting")
    try:
        link = yield from awaited(lambda: open_link(python, cache, device, VERSION, STUDIO.session.receive), _close)
    except DreamwrightError as error:
        STUDIO.session.post("backend.off", sentence=error.sentence)
        raise
    STUDIO.adopt(link)
    return link


def running_link() -> Link:
    if STUDIO.link is None or not STUDIO.link.alive:
        raise BackendLostError("The backend is not running: start it first.")
    return STUDIO.link


def check_there(link: Link) -> None:
    if STUDIO.link is link and link.alive:
        return
    STUDIO.close_link()
    words = link.process.stderr_tail(1)
    log.error("the backend went away; its last words: %s", words)
    raise BackendLostError("The backend ended in mid-job. What it had saved is kept: resume the job to go on.")


def link_closed() -> Flow[None]:
    """End our backend, if there is one, without waiting for it here."""
    link = STUDIO.give_up_link()
    if link:
        yield from awaited(link.close)


def _install(folder: Path, online: bool, abandoned: Event) -> Path:
    def progress(text: str, fraction: float | None) -> None:
        STUDIO.session.post("backend.setting_up", text=text, fraction=fraction)

    def cancelled() -> bool:
        return STUDIO.stop_wanted or abandoned.is_set()

    return install.set_up_backend(Path(sys.executable), folder, paths.REQUIREMENTS, online, progress, cancelled)


def _close(link: Link) -> None:
    link.close()
