"""Modules that are loaded when something is first asked of them: enabling the add-on shall not slow Blender down."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType


def lazy_import(name: str, package: str) -> ModuleType:
    """The module with this relative name, as importlib's documentation has it ("Implementing lazy imports").

    A module that cannot be found fails here; one that fails while it is loaded does so where it is first used.
    """
    full = importlib.util.resolve_name(name, package)
    if full in sys.modules:
        return sys.modules[full]
    spec = importlib.util.find_spec(full)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {full!r}", name=full)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[full] = module
    spec.loader.exec_module(module)
    above, _, last = full.rpartition(".")
    if above in sys.modules:
        setattr(sys.modules[above], last, module)  # as an import would
    return module


def lazy_imports(package: str | None, *names: str) -> tuple[ModuleType, ...]:
    """The modules with these relative names, each as `lazy_import` gives it."""
    return tuple(lazy_import(name, package or "") for name in names)
