"""The backend as a person has it: set up, started, ended; what it wrote down."""

from __future__ import annotations

import logging
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from threading import Event

import bpy

from ..blender import paths
from ..core import install, model_list
from ..core.address import Remote
from ..core.errors import BackendLostError, BusyError, DiskError, DreamwrightError, OfflineError
from ..core.link import Link, open_link, open_remote
from ..core.process import ROOT
from .flow import STUDIO, Flow, awaited

VERSION = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))["version"]
DOWNLOAD_WORDS = install.DOWNLOAD_WORDS

_ENDED = "The backend ended in mid-job. What it had saved is kept: resume the job to go on."
_PARTED = "The connection to the backend ended in mid-job. The job may go on there: resume it to follow it again."

log = logging.getLogger(__name__)


def start_backend() -> Flow[str]:
    """Start the backend, so that the next job begins at once; gives the device it computes on."""
    with STUDIO.occupied("starting the backend"):
        link = yield from connected()
        return link.welcome.device


def stop_backend() -> Flow[str]:
    """End the backend (it saves a running job first, which may take a while); from one elsewhere only part.

    Gives the sentence that says which it was.
    """
    if STUDIO.link is None:
        raise BusyError("The backend is not running.")
    ours = STUDIO.link.remote is None
    yield from link_closed()
    return "The backend has ended." if ours else "Parted from the backend, which goes on."


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


def set_up_sentences() -> list[str]:
    """What setting up will do: what is downloaded and how much, where it goes, what room there is."""
    folder = paths.environment_folder()
    return [
        f"Dreamwright computes in a Python of its own. Set Up Backend downloads {DOWNLOAD_WORDS}.",
        f"It goes to {folder} and needs {install.NEEDED_GB:.0f} GB there; {install.free_gb(folder):.0f} GB are free.",
        "It takes some minutes, Blender stays usable, and Cancel leaves nothing behind. Later no network is needed: "
        "models of its own come with Dreamwright.",
    ]


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
    """The running backend: the one elsewhere that is named, else ours, started if it is not there."""
    remote = STUDIO.remote or paths.remote()
    if STUDIO.link and STUDIO.link.alive and STUDIO.link.remote == remote:
        return STUDIO.link
    yield from link_closed()
    opening = _to_remote(remote) if remote else _to_ours()
    STUDIO.session.post("backend.starting")
    try:
        link = yield from awaited(opening, _close)
    except DreamwrightError as error:
        STUDIO.session.post("backend.off", sentence=error.sentence, code=error.code)
        raise
    STUDIO.adopt(link)
    model_list.ask(link.client, lambda models: STUDIO.session.post("models", models=models))
    return link


def running_link() -> Link:
    if STUDIO.link is None or not STUDIO.link.alive:
        raise BackendLostError("The backend is not running: start it first.")
    return STUDIO.link


def check_there(link: Link) -> Flow[None]:
    """
    Raises:
        BackendLostError: the backend is gone, or we parted from it.
    """
    if STUDIO.link is link and link.alive:
        return
    sentence = _PARTED if link.remote else _ENDED
    log.error("the backend went away; its last words: %s", link.last_words)
    if STUDIO.link is link:
        yield from awaited(link.close)
        STUDIO.lose_link(sentence)
    raise BackendLostError(sentence)


def _to_ours() -> Callable[[], Link]:
    python, cache, device = paths.backend_python(), paths.cache_folder(), paths.device()
    return lambda: open_link(python, cache, device, VERSION, STUDIO.session.receive)


def _to_remote(remote: Remote) -> Callable[[], Link]:
    if remote.url and not remote.here and not bpy.app.online_access:
        raise OfflineError(
            f"The backend at {remote.address} is on the network, and Blender is offline: tick Allow Online Access in "
            "Preferences > System."
        )
    return lambda: open_remote(remote, VERSION, STUDIO.session.receive)


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
