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
from ..core import environment_folder, install, model_list, torch_build
from ..core.address import RemoteBackend
from ..core.connection import BackendConnection, connect_to_remote, start_and_connect
from ..core.errors import BackendLostError, BusyError, DiskError, DreamwrightError, OfflineError
from ..core.install_progress import InstallProgress
from ..core.machine import find_machine
from ..core.own_files import ROOT, make_own_folder
from .flow import APP, Flow, run_in_thread

VERSION = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))["version"]

READY = "Ready: type a prompt and Generate"
"""The panel's line once the set-up has ended: what to press next."""

_ENDED = "The backend stopped during the run. What it had saved is kept: resume the run to continue."
_DISCONNECTED = "The connection to the backend was lost. The run may continue there: resume it to follow it again."

log = logging.getLogger(__name__)


def start_backend() -> Flow[str]:
    """Start the backend, so that the next job begins at once; gives the device it computes on."""
    with APP.busy("starting the backend"):
        connection = yield from ensure_connected()
        return connection.backend_info.device


def stop_backend() -> Flow[str]:
    """End the backend (it saves a running job first, which may take a while); from one elsewhere only part.

    Gives the sentence that says which it was.
    """
    if APP.connection is None:
        raise BusyError("The backend is not running.")
    ours = APP.connection.remote is None
    yield from close_connection()
    return "Backend stopped." if ours else "Disconnected from the backend, which keeps running."


def set_up_backend(online: bool, build: str = "auto", wheels: Path | None = None) -> Flow[Path]:
    """Make the backend's own Python environment out of the Python that runs Blender.

    `build` is a name of `torch_build.offers`, "auto" what fits this machine; `wheels` a folder to use instead of a
    network.
    """
    with APP.busy("setting up the backend"):
        wanted, abandoned = _wanted_set_up(online, build, wheels), Event()
        yield from close_connection()  # it may run out of the environment that is about to be replaced
        try:
            folder = yield from run_in_thread(lambda: _install(wanted, abandoned))
        finally:
            abandoned.set()  # also when the flow is thrown away in the middle
            APP.session.post("backend.off")
        APP.session.post("job.reported", sentence=READY, notes=())
        return folder


def list_builds() -> Flow[list[torch_build.Offer]]:
    """Look what this machine can compute with (asks its drivers, a moment), and give what can be set up, the best
    first."""
    return (yield from run_in_thread(lambda: torch_build.offers(find_machine())))


def remove_backend() -> Flow[float]:
    """Remove the backend's environment; gives the gigabytes that are free again. Jobs and models stay."""
    with APP.busy("removing the backend"):
        folder = paths.environment_folder()
        yield from close_connection()
        return (yield from run_in_thread(lambda: environment_folder.remove_environment(folder)))


def backend_disk_use() -> Flow[float]:
    """Give the gigabytes of the backend's environment with its leftovers; counts its files, which takes a moment."""
    folder = paths.environment_folder()
    return (yield from run_in_thread(lambda: environment_folder.disk_use_gb(folder)))


def describe_set_up(offer: torch_build.Offer | None = None) -> list[str]:
    """Says what setting up will do: what is downloaded and how much, where it goes, what room there is."""
    folder = paths.environment_folder()
    build = offer.build if offer else torch_build.CPU
    size = (
        f"{build.download_gb:.1f} GB"
        if offer
        else "PyTorch for what computes here: 0.4 GB, with a graphics card 2 to 5 GB"
    )
    return [
        f"Dreamwright uses a Python environment of its own. Set Up Backend downloads {size}.",
        f"It goes to {folder} and needs {build.needed_gb:.0f} GB or more; "
        f"{environment_folder.free_gb(folder):.0f} GB are free.",
        "It takes some minutes, Blender stays usable, and Cancel leaves nothing behind. No network is needed later: "
        "Dreamwright comes with models.",
    ]


def log_folder(cache: Path) -> Path:
    """The folder of the logs, of the backend and of its set-up; it is made where nothing was logged yet.

    Raises:
        DiskError: the cache folder cannot be written.
    """
    folder = cache / "log"
    try:
        make_own_folder(folder)
    except OSError as cause:
        raise DiskError(f"The folder {folder} cannot be written ({cause.strerror}): choose another cache.") from cause
    return folder


def shut_down() -> None:
    """Blender ends, or the add-on is disabled: nothing of ours goes on."""
    if APP.current_task:
        APP.request_stop()
    APP.close_connection()


def ensure_connected() -> Flow[BackendConnection]:
    """The running backend: the one elsewhere that is named, else ours, started if it is not there."""
    remote = APP.remote or paths.remote()
    if APP.connection and APP.connection.alive and APP.connection.remote == remote:
        return APP.connection
    yield from close_connection()
    opening = _remote_opener(remote) if remote else _local_opener()
    APP.session.post("backend.starting")
    try:
        connection = yield from run_in_thread(opening, _close_quietly)
    except DreamwrightError as error:
        APP.session.post("backend.off", sentence=error.sentence, code=error.code)
        raise
    APP.attach(connection)
    model_list.request_models(connection.client, lambda models: APP.session.post("models", models=models))
    return connection


def is_offline() -> bool:
    """Tells whether Blender may not go online: then nothing is downloaded for a run, whatever was allowed before."""
    return not bpy.app.online_access


def require_connection() -> BackendConnection:
    if APP.connection is None or not APP.connection.alive:
        raise BackendLostError("The backend is not running: start it first.")
    return APP.connection


def check_alive(connection: BackendConnection) -> Flow[None]:
    """Raises once the backend is gone.

    Raises:
        BackendLostError: the backend is gone, or we parted from it.
    """
    if APP.connection is connection and connection.alive:
        return
    sentence = _DISCONNECTED if connection.remote else _ENDED
    log.error("the backend went away; its last words: %s", connection.last_log_line)
    if APP.connection is connection:
        yield from run_in_thread(connection.close)
        APP.mark_lost(sentence)
    raise BackendLostError(sentence)


def _local_opener() -> Callable[[], BackendConnection]:
    python, cache, device = paths.backend_python(), paths.cache_folder(), paths.device()
    return lambda: start_and_connect(python, cache, device, VERSION, APP.session.receive)


def _remote_opener(remote: RemoteBackend) -> Callable[[], BackendConnection]:
    if remote.url and not remote.is_local and not bpy.app.online_access:
        raise OfflineError(
            f"The backend at {remote.address} is on the network, and Blender is offline: tick Allow Online Access in "
            "Preferences > System."
        )
    return lambda: connect_to_remote(remote, VERSION, APP.session.receive)


def close_connection() -> Flow[None]:
    """End our backend, if there is one, without waiting for it here."""
    connection = APP.detach()
    if connection:
        yield from run_in_thread(connection.close)


def _wanted_set_up(online: bool, build: str, wheels: Path | None) -> install.SetUp:
    return install.SetUp(
        python=Path(sys.executable), folder=paths.environment_folder(), requirements=paths.REQUIREMENTS, root=ROOT,
        cache=paths.cache_folder(), log=paths.set_up_log(), online=online, build=build, wheels=wheels,
    )  # fmt: skip


def _install(wanted: install.SetUp, abandoned: Event) -> Path:
    def progress(now: InstallProgress) -> None:
        APP.session.post("backend.setting_up", text=now.text, fraction=now.fraction, progress=now)

    def cancelled() -> bool:
        return APP.stop_requested or abandoned.is_set()

    return install.set_up_backend(wanted, progress, cancelled)


def _close_quietly(connection: BackendConnection) -> None:
    connection.close()
