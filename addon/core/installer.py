"""The commands that make an environment and fill it: uv's where there is one, else Python's own venv and pip."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .environment_folder import python_in

_REMOVED = ("VIRTUAL_ENV", "CONDA_PREFIX", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV")
"""They would have the packages put elsewhere, and PYTHON* would lead to Blender's own."""


@dataclass(frozen=True)
class Source:
    """Where wheels come from: an index, Python's own where it is empty, or a folder without any network."""

    index: str = ""
    wheels: Path | None = None

    @property
    def arguments(self) -> list[str]:
        if self.wheels is not None:
            return ["--no-index", "--find-links", str(self.wheels)]
        return ["--index-url", self.index] if self.index else []


@dataclass(frozen=True)
class Installer:
    """Makes commands; runs none."""

    python: Path
    """Blender's."""
    downloads: Path
    """A folder of its own for what it fetches, so that it can be measured, and go."""
    uv: str | None = None

    @property
    def name(self) -> str:
        return "uv" if self.uv else "pip"

    @property
    def measured(self) -> Path:
        """The folder that grows by what has come."""
        return self.downloads / ("uv" if self.uv else "tmp")

    def make(self, folder: Path) -> list[str]:
        if self.uv:
            return [self.uv, "venv", "--python", str(self.python), str(folder)]
        return [str(self.python), "-m", "venv", str(folder)]

    def install(self, folder: Path, source: Source, *what: str) -> list[str]:
        inside = str(python_in(folder))
        if self.uv:
            return [self.uv, "pip", "install", "--no-progress", "--python", inside, *source.arguments, *what]
        pip = [inside, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
        pip += [
            "--retries",
            "3",
        ]  # without any it says that there is no such package, whatever is wrong with the network
        return [*pip, *source.arguments, *what]

    def environ(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """Return what the commands see: temporary files and caches in the folder of downloads, on the disk with
        room."""
        clean = {k: v for k, v in inherited.items() if not k.startswith("PYTHON") and k not in _REMOVED}
        temporary = str(self.downloads / "tmp")
        own = {"PIP_CACHE_DIR": str(self.downloads / "pip"), "UV_CACHE_DIR": str(self.downloads / "uv")}
        return clean | own | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary)

    def make_folders(self) -> None:
        (self.downloads / "tmp").mkdir(parents=True, exist_ok=True)


def find_uv(environ: Mapping[str, str] | None = None, system: str = sys.platform) -> str | None:
    """Return the person's uv: on the search path, or where its installers put it (a Blender started from a desktop has
    a short search path)."""
    environ = os.environ if environ is None else environ
    name = "uv.exe" if system == "win32" else "uv"
    home = Path(environ.get("USERPROFILE" if system == "win32" else "HOME", "~")).expanduser()
    folders = (home / ".local" / "bin", home / ".cargo" / "bin", Path("/opt/homebrew/bin"))
    there = (str(folder / name) for folder in folders if os.access(folder / name, os.X_OK))
    return shutil.which("uv", path=environ.get("PATH", "")) or next(there, None)
