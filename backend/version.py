"""The version of Dreamwright: written once, in blender_manifest.toml, which lies beside `backend` wherever that is."""

from __future__ import annotations

import tomllib
from pathlib import Path

MANIFEST = Path(__file__).resolve().parents[1] / "blender_manifest.toml"


def version(manifest: Path = MANIFEST) -> str:
    """The version in the manifest, "unknown" where there is none to read."""
    try:
        return str(tomllib.loads(manifest.read_text(encoding="utf-8"))["version"])
    except (OSError, tomllib.TOMLDecodeError, KeyError):
        return "unknown"
