"""Where things lie, with and without a saved .blend, preferences and environment."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest

from addon.blender import paths
from addon.core import environment_folder
from addon.core.errors import BackendNotSetUpError


@pytest.fixture
def preferences(monkeypatch):
    given = SimpleNamespace(backend_python="", device="AUTO", cache_folder="")
    monkeypatch.setattr(paths, "preferences", lambda: given)
    return given


def test_the_preference_comes_before_the_environment(preferences, tmp_path, monkeypatch):
    monkeypatch.setenv(paths.CACHE_VARIABLE, str(tmp_path / "environment"))
    assert paths.cache_folder() == tmp_path / "environment"
    preferences.cache_folder = str(tmp_path / "preference")
    assert paths.cache_folder() == tmp_path / "preference"


def test_beside_the_blend_and_where_that_was_never_saved(preferences, tmp_path, monkeypatch):
    preferences.cache_folder = "//cache"
    assert paths.cache_folder() == paths.own_folder() / "cache"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    assert paths.cache_folder() == tmp_path / "cache"


def test_blenders_own_folder_is_the_last_resort(monkeypatch):
    monkeypatch.delenv(paths.CACHE_VARIABLE)
    assert paths.cache_folder() == paths.own_folder() / "cache"


@pytest.mark.parametrize("path", ["", "//a"])
def test_no_path_where_there_is_none(path):
    assert paths.absolute(path) is None


def test_home_is_understood():
    assert paths.absolute("~/a") == Path.home() / "a"


def test_the_backends_python(preferences, tmp_path, monkeypatch):
    assert not paths.is_set_up()
    with pytest.raises(BackendNotSetUpError, match="press Set Up Backend"):
        paths.backend_python()
    preferences.backend_python = str(tmp_path)
    with pytest.raises(BackendNotSetUpError, match="correct the path in the preferences"):
        paths.backend_python()
    preferences.backend_python = sys.executable
    assert paths.backend_python() == Path(sys.executable) and paths.is_set_up()


def test_an_environment_that_was_set_up_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "own_folder", lambda: tmp_path)
    python = environment_folder.python_in(paths.environment_folder())
    python.parent.mkdir(parents=True)
    python.touch()
    assert paths.backend_python() == python


def test_the_device(preferences):
    preferences.device = "CUDA"
    assert paths.device() == "cuda"
