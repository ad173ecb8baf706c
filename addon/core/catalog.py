"""The list of catalogs of an asset library (blender_assets.cats.txt): read and written as Blender itself does.

After the version each line is UUID:path/of/catalog:simple-name. Whatever else is in the file stays as it is.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from .errors import DiskError, SceneError
from .new_file import write_over

FILE = "blender_assets.cats.txt"
VERSION = "VERSION 1"
HEADER = f"""# This is an Asset Catalog Definition file for Blender.
#
# Empty lines and lines starting with `#` will be ignored.
# The first non-ignored line should be the version indicator.
# Other lines are of the format "UUID:catalog/path/for/assets:simple catalog name"

{VERSION}

"""
_NAMESPACE = uuid.UUID("6f0f6e39-6f0a-4c55-9f6e-0d6a6a0c1f5d")
"""So that a path has the same identity in every library, and two libraries can be merged."""


def ensure_catalog(folder: Path, path: str) -> str:
    """The identity of the catalog `path` in the library `folder`, added to its list when it is not there.

    Raises:
        SceneError: the path names nothing. DiskError: the list is of another version, or cannot be written.
    """
    path = normalized_path(path)
    file = folder / FILE
    text = _read(file)
    known = parse_catalogs(text)
    if path in known:
        return known[path]
    identity = str(uuid.uuid5(_NAMESPACE, path))
    lines = [f"{identity}:{path}:{path.replace('/', '-')}"]
    _write(file, (text if text.endswith("\n") or not text else text + "\n") + "\n".join(lines) + "\n")
    return identity


def check_catalog(folder: Path, path: str) -> None:
    """Raises what `entered` would raise, but for a folder that cannot be written."""
    normalized_path(path)
    _read(folder / FILE)


def normalized_path(path: str) -> str:
    """Returns a path as Blender writes it: parts between single slashes; a colon would end it.

    Raises:
        SceneError: nothing is left.
    """
    parts = [part.strip() for part in path.replace("\\", "/").replace(":", "-").replace("\n", " ").split("/")]
    whole = "/".join(part for part in parts if part)
    if not whole:
        raise SceneError(f"'{path}' names no catalog: write a name such as Props/Kitchen.")
    return whole


def parse_catalogs(text: str) -> dict[str, str]:
    """Path to identity. Blender takes the first of two lines with the same path; so do we."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        parts = line.strip().split(":")
        if len(parts) >= 2 and not line.startswith("#") and _is_uuid(parts[0]):
            found.setdefault(parts[1].strip(), parts[0])
    return found


def _read(file: Path) -> str:
    """The list as it is, or an empty one.

    Raises:
        DiskError: it cannot be read, or is of a version that we do not know.
    """
    if not file.exists():
        return HEADER
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise DiskError(f"The catalogs in {file} cannot be read: repair or remove the file.") from cause
    said = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if said and said[0] != VERSION:
        raise DiskError(f"The catalogs in {file} are of another version ({said[0][:20]}): update the extension.")
    return text if said else HEADER


def _write(file: Path, text: str) -> None:
    try:
        write_over(file, lambda partial: partial.write_text(text, encoding="utf-8", newline="\n"))
    except OSError as cause:
        raise DiskError(f"The catalogs in {file} cannot be written ({cause.strerror}).") from cause


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
