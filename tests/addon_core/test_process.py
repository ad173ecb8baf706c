"""A child that is started, watched and ended; and every way in which it can fail to start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from addon.core import connection as connection_module
from addon.core.connection import start_and_connect
from addon.core.errors import BackendNotSetUpError, BackendStartError, CacheBusyError
from addon.core.process import ROOT, BackendProcess
from tests.patience import PATIENCE, wait_until

from .conftest import BACKEND_PYTHON

pytestmark = pytest.mark.process


def script(tmp_path, body):
    """An executable that stands where the backend's Python should be."""
    path = tmp_path / "python"
    path.write_text("#!/bin/sh\n" + body)
    path.chmod(0o755)
    return path


def gone(pid):
    """Whether the process ends (a zombie counts as ended)."""
    return wait_until(lambda: _ended(pid))


def _ended(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_start_and_stop_also_twice(tmp_path):
    process = BackendProcess.start(BACKEND_PYTHON, tmp_path / "cache", "cpu")
    assert process.port > 0 and len(process.token) >= 32 and process.poll() is None
    assert process.token not in Path(f"/proc/{process.pid}/cmdline").read_text(), "every user may read arguments"
    process.stop()
    assert process.poll() == 0
    process.stop()
    assert process.poll() == 0


def test_no_such_python(tmp_path):
    with pytest.raises(BackendNotSetUpError, match="set up the backend"):
        BackendProcess.start(tmp_path / "python", tmp_path)


def test_a_child_that_ends_at_once_leaves_its_last_words(tmp_path):
    with pytest.raises(BackendStartError, match="ended before it was ready.*No module named torch"):
        BackendProcess.start(script(tmp_path, "echo No module named torch >&2; exit 1"), tmp_path)


def test_a_silent_child_is_given_up_and_ended(tmp_path):
    python = script(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 600")
    with pytest.raises(BackendStartError, match="not ready after 1 s. It left no message"):
        BackendProcess.start(python, tmp_path, timeout=1.0)
    assert gone(int((tmp_path / "pid").read_text()))


def test_a_child_that_talks_nonsense(tmp_path):
    with pytest.raises(BackendStartError, match="said 'hello' instead of its port"):
        BackendProcess.start(script(tmp_path, "echo hello; sleep 600"), tmp_path)


def test_a_child_that_does_not_want_to_end_is_killed(tmp_path):
    body = """trap '' TERM; echo '{"port": 1}'; while true; do sleep 0.2; done"""
    process = BackendProcess.start(script(tmp_path, body), tmp_path)
    process.stop(timeout=0.3)
    assert process.poll() == -9


def test_blenders_own_python_settings_do_not_reach_it(tmp_path):
    python = script(tmp_path, f"env > {tmp_path}/env; exit 1")
    environ = {"PYTHONPATH": "/blender", "PYTHONHOME": "/blender", "PATH": os.environ["PATH"], "MINE": "1"}
    with pytest.raises(BackendStartError):
        BackendProcess.start(python, tmp_path, "cuda", environ)
    seen = (tmp_path / "env").read_text()
    assert "/blender" not in seen and "MINE=1" in seen and "DREAMWRIGHT_DEVICE=cuda" in seen


@pytest.mark.parametrize("how", ["os.kill(os.getpid(), 9)", "os._exit(0)", "sys.exit(0)", "1 / 0"])
def test_however_we_end_the_backend_ends_too(tmp_path, how):
    code = (
        "import os, sys; from pathlib import Path; from addon.core.process import BackendProcess\n"
        f"p = BackendProcess.start(Path({str(BACKEND_PYTHON)!r}), Path({str(tmp_path / 'cache')!r}), 'cpu')\n"
        f"print(p.pid, flush=True); {how}\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert gone(int(ended.stdout.split()[0])), ended.stderr


HOSTILE = {
    "PYTHONSAFEPATH": "1", "PYTHONPATH": "/nowhere", "PYTHONHOME": "/nowhere", "PYTHONWARNINGS": "error",
    "PYTHONOPTIMIZE": "2", "PYTHONINSPECT": "1", "PYTHONIOENCODING": "utf-16", "PYTHONSTARTUP": "/nowhere",
    "PYTHONNOUSERSITE": "1", "PYTHONPLATLIBDIR": "nowhere",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_pythons_variables_say_to_blender_is_not_said_to_the_backend(tmp_path, name):
    process = BackendProcess.start(BACKEND_PYTHON, tmp_path / "cache", "cpu", {**os.environ, name: HOSTILE[name]})
    assert process.port > 0
    process.stop()
    assert process.poll() == 0


@pytest.mark.slow
def test_a_second_blender_with_the_same_cache_has_a_backend_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(connection_module, "SAVING_SECONDS", 0.0)
    cache = tmp_path / "cache"
    first, second, third = (open_connection(cache) for _ in range(3))
    try:
        assert len({each.process.pid for each in (first, second, third)}) == 3
        assert sorted(each.name for each in cache.glob("blender-*")) == ["blender-2", "blender-3"]
        second.close()
        again = open_connection(cache)
        assert sorted(each.name for each in cache.glob("blender-*")) == ["blender-2", "blender-3"]
        again.close()
    finally:
        for each in (first, second, third):
            each.close()
    last = open_connection(cache)  # alone again: in the folder itself, with the jobs that are there
    assert (cache / "backend.lock").read_text() == str(last.process.pid)
    last.close()


def test_a_backend_that_still_saves_is_waited_for(tmp_path, monkeypatch):
    """Blender closed and opened again: the jobs are in the folder that it had."""
    cache = tmp_path / "cache"
    first = open_connection(cache)
    monkeypatch.setattr(connection_module, "time", SimpleNamespace(sleep=lambda seconds: first.close()))
    second = open_connection(cache)
    assert not list(cache.glob("blender-*"))
    second.close()


def test_where_all_are_taken_the_sentence_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(connection_module, "MOST_BLENDERS", 1)
    monkeypatch.setattr(connection_module, "SAVING_SECONDS", 0.0)
    first = open_connection(tmp_path / "cache")
    with pytest.raises(CacheBusyError, match=f"Another backend .process {first.process.pid}. works in"):
        open_connection(tmp_path / "cache")
    first.close()


def open_connection(cache):
    return start_and_connect(BACKEND_PYTHON, cache, "cpu", "0.0.test", lambda event: None)
