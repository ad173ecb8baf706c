"""What an extension must be, beyond what Blender's own validation looks at: each rule gives a sentence an offense."""

from __future__ import annotations

import fnmatch
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BELONGS = (
    "__init__.py",
    "blender_manifest.toml",
    "README.md",
    "LICENSE",
    "addon/*.py",
    "backend/*.py",
    "backend/requirements.txt",
    "backend/config/*.json",
    "backend/models/*.safetensors",
    "backend/models/*.json",
    "backend/models/*.txt",
    "backend/models/*.txt.gz",
    "backend/models/*.md",
    "backend/models/*.txt",
    "wheels/*.whl",
)
"""Everything that may be in the zip; `*` also crosses folders."""

NEVER = ("*/__pycache__/*", "*.pyc", "*/.*", ".*")

REQUIRED = ("__init__.py", "blender_manifest.toml", "LICENSE", "addon/registration.py", "backend/__main__.py",
            "backend/requirements.txt")  # fmt: skip

OLDEST_BLENDER = (4, 5, 0)
PLATFORMS = ("windows-x64", "linux-x64", "macos-arm64")
"""Of Blender's, those that the pinned torch is built for."""
LONGEST_SENTENCE = 64  # characters of a tagline or of the reason for a permission
LARGEST_ZIP = 32 * 2**20
"""Bytes. The embedded models are the bulk of it; what is larger than this was put in by mistake."""


def belongs(name: str) -> bool:
    """Whether the file of this name, relative to the extension's root, is a part of the extension."""
    return _matches(name, BELONGS) and not _matches(name, NEVER)


def offenses(manifest: dict[str, Any], archive: Path) -> list[str]:
    """Everything that is wrong with the built extension; empty when it may be given to people."""
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
    found = [
        *license_offenses(manifest),
        *version_offenses(manifest),
        *text_offenses(manifest),
        *platform_offenses(manifest),
    ]
    return [*found, *wheel_offenses(manifest, names), *content_offenses(names), *size_offenses(archive)]


def license_offenses(manifest: dict[str, Any]) -> Iterator[str]:
    for license in manifest.get("license", []):
        if not license.startswith("SPDX:"):
            yield f"The license '{license}' must begin with 'SPDX:'."


def version_offenses(manifest: dict[str, Any]) -> Iterator[str]:
    oldest = tuple(int(part) for part in manifest["blender_version_min"].split("."))
    if oldest < OLDEST_BLENDER:
        yield "blender_version_min is below {}.{}.{}: older Blenders have no OpenVDB.".format(*OLDEST_BLENDER)


def platform_offenses(manifest: dict[str, Any]) -> Iterator[str]:
    wrong = set(manifest.get("platforms", [])) ^ set(PLATFORMS)
    if wrong:
        yield f"The platforms must be {', '.join(PLATFORMS)}, as PyTorch's: {', '.join(sorted(wrong))} differ."


def text_offenses(manifest: dict[str, Any]) -> Iterator[str]:
    sentences = {"tagline": manifest.get("tagline", "")}
    sentences |= {f"reason for '{name}'": reason for name, reason in manifest.get("permissions", {}).items()}
    for what, text in sentences.items():
        if not 0 < len(text) <= LONGEST_SENTENCE:
            yield f"The {what} has {len(text)} characters: Blender wants 1 to {LONGEST_SENTENCE}."
        elif not text[-1].isalnum():
            yield f"The {what} must not end in '{text[-1]}'."


def wheel_offenses(manifest: dict[str, Any], names: list[str]) -> Iterator[str]:
    listed = {wheel.removeprefix("./") for wheel in manifest.get("wheels", [])}
    packed = {name for name in names if name.endswith(".whl")}
    for name in sorted(listed - packed):
        yield f"The manifest lists {name}, which is not in the zip."
    for name in sorted(packed - listed):
        yield f"The zip holds {name}, which the manifest does not list."


def content_offenses(names: list[str]) -> Iterator[str]:
    files = {name for name in names if not name.endswith("/")}
    for name in sorted(name for name in files if not belongs(name)):
        yield f"The zip holds {name}, which is no part of the extension."
    for name in sorted(set(REQUIRED) - files):
        yield f"The zip lacks {name}."


def size_offenses(archive: Path) -> Iterator[str]:
    size = archive.stat().st_size
    if size > LARGEST_ZIP:
        yield f"The zip has {size / 2**20:.0f} MiB: more than {LARGEST_ZIP / 2**20:.0f} is surely a mistake."


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
