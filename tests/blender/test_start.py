"""What Blender's start waits for when the add-on is enabled, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from addon.core.lazy_import import lazy_import
from tests.patience import PATIENCE

START = Path(__file__).parents[2] / "scripts" / "in_blender" / "start.py"
LOADED = """
import os, runpy, sys
os._exit = lambda code: None
sys.argv = [sys.argv[1], "with"]
runpy.run_path(sys.argv[0], run_name="__main__")
late = [name for name in ("websockets", "torch", "websockets.sync.client") if name in sys.modules]
sys.stdout.write(repr(late)); sys.stdout.flush()
import signal; os.kill(os.getpid(), signal.SIGKILL)
"""


def run(*arguments):
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=PATIENCE).stdout


def test_the_benchmark_says_both_times():
    said = json.loads(run(str(START), "with").splitlines()[-1])
    assert 0 < said["enabling"]["processor"] < said["start"]
    alone = json.loads(run(str(START), "without").splitlines()[-1])
    assert alone["enabling"]["processor"] < 0.01


def test_the_library_for_sockets_waits_for_the_first_connection():
    assert run("-c", LOADED, str(START)).splitlines()[-1] == "[]"


def test_a_module_is_loaded_when_it_is_first_asked(tmp_path, monkeypatch):
    (tmp_path / "asked_later.py").write_text("import builtins\nbuiltins.asked_later_was_loaded = True\nanswer = 42\n")
    monkeypatch.syspath_prepend(tmp_path)
    import builtins

    module = lazy_import("asked_later", "")
    assert not hasattr(builtins, "asked_later_was_loaded")
    assert module.answer == 42 and builtins.asked_later_was_loaded
    assert lazy_import("asked_later", "") is module
    del sys.modules["asked_later"], builtins.asked_later_was_loaded


def test_a_module_that_is_not_there_is_missed_at_once():
    with pytest.raises(ModuleNotFoundError, match="no_such_module_of_ours"):
        lazy_import("no_such_module_of_ours", "")
