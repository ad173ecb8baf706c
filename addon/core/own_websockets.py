"""The library that speaks WebSocket, in a version that we know, whatever another add-on has loaded.

Python has one module of a name. Where the one that is there, or comes first on the path, is too old, a newer copy is
loaded under a name of our own: from another place on the path, or out of the wheel that comes with the extension. The
other add-on keeps the one that it has.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from .errors import BackendStartError
from .own_files import ROOT

NAME = "websockets"
OWN_NAME = "dreamwright_websockets"
OLDEST = 15
"""The first version whose client takes all that we say to it (`proxy`)."""
_VERSION = re.compile(r'version\s*=[^"\'\n]*["\'](\d+)')

_unpacked: list[tempfile.TemporaryDirectory[str]] = []
"""Where a wheel was unpacked to: its modules are read as they are needed, so it stays until Python ends."""


def load(name: str) -> ModuleType:
    """The module `name` of the library ("sync.client").

    Raises:
        BackendStartError: there is no copy that is new enough.
    """
    return importlib.import_module(f"{_package()}.{name}")


def _package() -> str:
    """The name under which a copy that is new enough is loaded."""
    if OWN_NAME in sys.modules:
        return OWN_NAME
    if _fits(_loaded_folder()):
        return NAME
    _load_own(_own_folder())
    return OWN_NAME


def _loaded_folder() -> Path:
    """Returns the folder of the copy that Python has or would take; nowhere where there is none."""
    try:
        spec = importlib.util.find_spec(NAME)
    except (ImportError, ValueError):  # what is loaded under that name is no module from a file
        spec = None
    return Path(spec.origin).parent if spec and spec.origin else Path()


def _own_folder() -> Path:
    found = next((folder for folder in _candidates() if _fits(folder)), None)
    if found is None:
        raise BackendStartError(
            f"Another add-on brought an old version of the library '{NAME}' and ours is missing: install Dreamwright "
            "again."
        )
    return found


def _candidates() -> Iterator[Path]:
    yield from (Path(each) / NAME for each in sys.path)
    for wheel in sorted((ROOT / "wheels").glob(f"{NAME}-*.whl")):
        _unpacked.append(tempfile.TemporaryDirectory(prefix="dreamwright-wheel-"))
        with zipfile.ZipFile(wheel) as file:
            file.extractall(_unpacked[-1].name)
        yield Path(_unpacked[-1].name) / NAME


def _fits(folder: Path) -> bool:
    """Tells whether there is a copy in a folder that is new enough; nothing of it is run."""
    try:
        found = _VERSION.search((folder / "version.py").read_text(encoding="utf-8"))
    except OSError:
        return False
    return found is not None and int(found[1]) >= OLDEST and (folder / "sync" / "client.py").is_file()


def _load_own(folder: Path) -> None:
    spec = importlib.util.spec_from_file_location(
        OWN_NAME, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None  # of a file that is there
    module = importlib.util.module_from_spec(spec)
    sys.modules[OWN_NAME] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[OWN_NAME]
        raise
