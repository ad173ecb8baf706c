"""Which code, which weights and which machine a result comes from."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from ...lib.environments import ROOT

if TYPE_CHECKING:  # its package imports torch, which a process that only waits for others does not need
    from backend.pretrained import ModelRef

CODE = "backend"
"""What a result depends on: a commit to the documentation changes no figure."""
WEIGHTS = ("*.safetensors", "*.bin", "*.pt", "*.pth", "*.ckpt")
SHORT = 12


def backend_now(root: Path = ROOT) -> str:
    """The revision of what runs: with a mark of what is not committed; of a copy without git, a checksum."""
    try:
        changed = _git(root, "status", "--porcelain", "--", CODE) + _git(root, "diff", "HEAD", "--", CODE)
        return revision("HEAD", root) + (f"+{digest(changed)[:6]}" if changed else "")
    except LookupError:
        files = sorted((root / CODE).rglob("*.py"))
        return f"files-{digest(''.join(path.read_text(encoding='utf-8') for path in files))}"


def revision(of: str, root: Path = ROOT) -> str:
    """The last commit up to `of` that changed the backend.

    Raises:
        LookupError: git knows no such revision, or is not there to ask.
    """
    return _git(root, "log", "-1", "--format=%h", f"--abbrev={SHORT}", of, "--", CODE).strip()


def weights_of(choice: ModelRef) -> str:
    """A checksum over all its files of weights; of one that a hub gave, where it is from."""
    files = _weights(choice.checkpoint or choice.folder)
    if not files:
        return choice.card["source"]
    return digest("".join(hashlib.sha256(path.read_bytes()).hexdigest() for path in files))


def _weights(path: str | Path | None) -> list[Path]:
    if path is None:
        return []
    path = Path(path)
    return [path] if path.is_file() else sorted(found for kind in WEIGHTS for found in path.rglob(kind))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:SHORT]


def _git(root: Path, *arguments: str) -> str:
    try:
        return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as cause:
        raise LookupError(f"`git {' '.join(arguments)}` failed") from cause
