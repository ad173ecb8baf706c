"""What is installed beside the backend only with consent: COLMAP poses photographs, PyAV reads videos."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from backend.errors import ModelError

_SECONDS = 1200
_LAST_LINES = 300


@dataclass(frozen=True)
class Requirement:
    """A package that is no part of the backend, and what a person should know of it before it is fetched."""

    name: str
    module: str
    package: str
    size: str
    license: str
    why: str
    """The first half of a sentence that says why it is needed."""

    @property
    def is_installed(self) -> bool:
        """Tells whether it can be imported; nothing of it is run for that."""
        return importlib.util.find_spec(self.module) is not None

    def require(self, allow_download: bool, log: Callable[[str], None] = lambda line: None) -> None:
        """Installs it where it is missing and may be fetched.

        Raises:
            ModelError: it is missing, and may not be fetched or cannot be.
        """
        if self.is_installed:
            return
        command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", self.package]
        by_hand = f"{' '.join(command[:4])} '{self.package}'"
        if not allow_download:
            raise ModelError(
                f"{self.why} is not installed ({self.size}, {self.license}): allow its download (--allow-download), "
                f"or run {by_hand}."
            )
        log(f"{self.name} is installed ({self.size}).")
        self._install(command, by_hand)
        importlib.invalidate_caches()
        if not self.is_installed:
            raise ModelError(f"{self.name} was installed and cannot be found: run {by_hand} yourself.")

    def _install(self, command: list[str], by_hand: str) -> None:
        try:
            subprocess.run(
                command, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS
            )
        except (OSError, subprocess.SubprocessError) as cause:
            said = str(getattr(cause, "stderr", None) or cause).strip()[-_LAST_LINES:].replace("\n", " ")
            raise ModelError(
                f"{self.name} could not be installed: {said or 'pip failed'}. Look at the network, or run {by_hand} "
                "yourself."
            ) from cause


COLMAP = Requirement(
    "COLMAP",
    "pycolmap",
    "pycolmap>=4.1,<5",
    "40 MB",
    "BSD",
    "These photos have no poses, and COLMAP, which finds them,",
)
PYAV = Requirement(
    "PyAV", "av", "av>=18,<19", "36 MB", "BSD, with FFmpeg under the LGPL",
    "The photos are a video, and PyAV, which reads it,",
)  # fmt: skip
