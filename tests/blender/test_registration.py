"""Registered and unregistered again and again, nothing is left; what is registered follows Blender's rules."""

from __future__ import annotations

import importlib.util
import re
import sys
import threading
from pathlib import Path

import bpy
import pytest

from addon import flows, registration
from tests.patience import PATIENCE


def ours():
    """All names of ours that Blender knows."""
    known = {name for name in dir(bpy.types) if "dreamwright" in name.lower()}
    known |= {name for name in dir(bpy.ops.dreamwright) if not name.startswith("_")}
    return known | ({"Scene.dreamwright"} if hasattr(bpy.types.Scene, "dreamwright") else set())


def test_ten_times_leaves_nothing():
    before = ours()
    for _ in range(10):
        registration.unregister()
        assert ours() == set()
        registration.register()
    assert ours() == before


def test_a_class_that_fails_takes_the_others_back_and_says_so(monkeypatch):
    registration.unregister()

    class Broken(bpy.types.Operator):
        bl_idname = "no dot"
        bl_label = "broken"

    monkeypatch.setattr(registration, "CLASSES", (*registration.CLASSES, Broken))
    with pytest.raises((RuntimeError, ValueError)):
        registration.register()
    assert ours() == set()
    monkeypatch.undo()
    registration.register()  # for the fixture to take back


def test_the_root_as_a_package_registers_the_same(monkeypatch):
    """As an extension: everything below one package, the backend found beside us by relative imports."""
    expected = ours()
    registration.unregister()
    root = Path(registration.__file__).parents[1]
    spec = importlib.util.spec_from_file_location(
        "packaged", root / "__init__.py", submodule_search_locations=[str(root)]
    )
    monkeypatch.setitem(sys.modules, "packaged", importlib.util.module_from_spec(spec))
    spec.loader.exec_module(sys.modules["packaged"])
    sys.modules["packaged"].register()
    assert ours() == expected
    assert sys.modules["packaged.addon.core.wire"].config is sys.modules["packaged.backend.config"]
    with pytest.raises(RuntimeError, match="The prompt is empty"):
        bpy.ops.dreamwright.generate(prompt=" ")
    sys.modules["packaged"].unregister()
    assert ours() == set()
    registration.register()


def test_unregister_ends_the_backend_and_its_threads(own_backend_python):
    before = set(threading.enumerate())  # of the backend that other tests share, which stays
    bpy.ops.dreamwright.start_backend()
    link = flows.APP.connection
    threads = [each for each in set(threading.enumerate()) - before if each.name.startswith("dreamwright")]
    registration.unregister()
    assert threads and link.process.poll() is not None
    for thread in threads:
        thread.join(PATIENCE)
    later = set(threading.enumerate()) - before
    assert not [each.name for each in later if each.name.startswith("dreamwright")]
    registration.register()


@pytest.mark.parametrize("cls", [each for each in registration.CLASSES if issubclass(each, bpy.types.Operator)])
def test_operators_are_named_and_explained(cls):
    assert re.fullmatch(r"dreamwright\.[a-z0-9_]+", cls.bl_idname) and cls.bl_label
    rna = getattr(bpy.ops.dreamwright, cls.bl_idname.split(".")[1]).get_rna_type()
    assert rna.description and not rna.description.endswith(".")
    for name, prop in rna.properties.items():
        assert name == "rna_type" or prop.description, f"{cls.bl_idname}.{name} has no tooltip"
