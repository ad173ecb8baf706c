"""Where things lie: the cache folder, the backend's Python, what the preferences and the environment say of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from ..core.address import RemoteBackend
from ..core.errors import BackendNotSetUpError
from ..core.lazy_import import lazy_import
from ..core.own_files import ROOT

if TYPE_CHECKING:
    from ..core import environment_folder as environments
else:
    environments = lazy_import("..core.environment_folder", __package__)

PYTHON_VARIABLE = "DREAMWRIGHT_BACKEND_PYTHON"
CACHE_VARIABLE = "DREAMWRIGHT_CACHE"
WHEELS_VARIABLE = "DREAMWRIGHT_WHEELS"
REMOTE_VARIABLE = "DREAMWRIGHT_REMOTE"
REMOTE_TOKEN_VARIABLE = "DREAMWRIGHT_REMOTE_TOKEN"
"""For scripts: used where the preference is empty."""

PACKAGE = (__package__ or "").partition(".addon")[0]
"""The name under which Blender knows us; in a plain checkout, where we are no extension, `addon.blender`."""

REQUIREMENTS = ROOT / "backend" / "requirements.txt"


def preferences() -> bpy.types.AddonPreferences | None:
    """Our preferences, or None where we run without being installed (tests, scripts)."""
    addon = bpy.context.preferences.addons.get(PACKAGE)
    return addon.preferences if addon else None


def device() -> str:
    return getattr(preferences(), "device", "auto").lower()


def shows_colors() -> bool:
    """Tells whether a result that arrives has the Solid view show its colors."""
    return bool(getattr(preferences(), "show_colors", True))


def cache_folder() -> Path:
    """Returns where jobs, grids and captures lie: the preference, then the environment, then Blender's own folder."""
    wanted = getattr(preferences(), "cache_folder", "") or os.environ.get(CACHE_VARIABLE, "")
    return absolute(wanted) or own_folder() / "cache"


def absolute(path: str) -> Path | None:
    """An absolute path; `//` means beside the .blend, and is None while that was never saved (as is an empty path)."""
    if not path or (path.startswith("//") and not bpy.data.filepath):
        return None
    return Path(bpy.path.abspath(path)).expanduser().absolute()


def own_folder() -> Path:
    """The folder that Blender gives to us."""
    if PACKAGE.startswith("bl_ext."):
        return Path(bpy.utils.extension_path_user(PACKAGE, create=True))
    return Path(bpy.utils.user_resource("DATAFILES", path="dreamwright", create=True))


def consent_file() -> Path:
    """Returns the file of what the person allowed to be fetched: on this machine, in no .blend and no cache that
    travels."""
    return own_folder() / "consent.json"


def environment_folder() -> Path:
    """Returns where `Set up backend` makes the backend's Python environment; on Windows a short folder."""
    return Path(environments.environment_folder(own_folder()))


def wheels_folder() -> Path | None:
    """Returns the folder of wheels that the backend is set up from without a network, where one is named."""
    return absolute(getattr(preferences(), "wheels_folder", "") or os.environ.get(WHEELS_VARIABLE, ""))


def set_up_log() -> Path:
    """Returns the file of what the installer printed, beside the backend's log."""
    return cache_folder() / "log" / "setup.log"


def backend_python() -> Path:
    """The Python that runs the backend: the preference, then the environment, then the one that we set up.

    Raises:
        BackendNotSetUpError: there is none.
    """
    wanted = getattr(preferences(), "backend_python", "") or os.environ.get(PYTHON_VARIABLE, "")
    python = absolute(wanted) or environments.python_in(environment_folder())
    if python.is_file():
        return python
    if wanted:
        raise BackendNotSetUpError(f"There is no Python at {python}: correct the path in the preferences.")
    raise BackendNotSetUpError("The backend is not set up: press Set Up Backend in the panel or the preferences.")


def remote() -> RemoteBackend | None:
    """The backend that somebody else started, where the preferences or the environment name one."""
    chosen = preferences()
    address = getattr(chosen, "remote_address", "").strip()
    if address:
        return RemoteBackend(address, chosen.remote_token)
    address = os.environ.get(REMOTE_VARIABLE, "").strip()
    return RemoteBackend(address, os.environ.get(REMOTE_TOKEN_VARIABLE, "")) if address else None


def is_set_up() -> bool:
    """Tells whether there is a backend to be had: one elsewhere, or a Python that can start ours."""
    if remote():
        return True
    try:
        backend_python()
    except BackendNotSetUpError:
        return False
    return True
