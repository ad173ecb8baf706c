"""Whether COLMAP is installed beside the backend, and its installation, with consent."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable

from backend.errors import ModelError

REQUIREMENT = "pycolmap>=4.1,<5"
SIZE = "40 MB"
_SECONDS = 1200
_LAST_LINES = 300


def has_colmap() -> bool:
    """Tells whether COLMAP can be imported; nothing of it is run for that."""
    return importlib.util.find_spec("pycolmap") is not None


def require_colmap(allow_download: bool, log: Callable[[str], None] = lambda line: None) -> None:
    """Installs COLMAP where it is missing and may be fetched.

    Raises:
        ModelError: it is missing, and may not be fetched or cannot be.
    """
    if has_colmap():
        return
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", REQUIREMENT]
    if not allow_download:
        raise ModelError(
            f"These photos have no poses, and COLMAP, which finds them, is not installed ({SIZE}, BSD): allow its "
            f"download (--allow-download), or run {' '.join(command[:4])} '{REQUIREMENT}'."
        )
    log(f"COLMAP is installed ({SIZE}).")
    try:
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS)
    except (OSError, subprocess.SubprocessError) as cause:
        said = str(getattr(cause, "stderr", None) or cause).strip()[-_LAST_LINES:].replace("\n", " ")
        raise ModelError(f"COLMAP could not be installed: {said or 'pip failed'}. Look at the network, or run "
                         f"{' '.join(command[:4])} '{REQUIREMENT}' yourself.") from cause  # fmt: skip
    importlib.invalidate_caches()
    if not has_colmap():
        raise ModelError(
            f"COLMAP was installed and cannot be found: run {' '.join(command[:4])} '{REQUIREMENT}' yourself."
        )
