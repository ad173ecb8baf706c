"""What Blender's start waits for when the add-on is enabled, in a process of its own."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from addon import flows
from addon.core.lazy_import import lazy_import
from tests.patience import PATIENCE

START = Path(__file__).parents[2] / "scripts" / "in_blender" / "start.py"
LOADED = """
import os, runpy, sys
os._exit = lambda code: None
sys.argv = [sys.argv[1], "with"]
runpy.run_path(sys.argv[0], run_name="__main__")
import json, types
at_once = [name for name, module in sys.modules.items() if type(module) is types.ModuleType]  # others wait
sys.stdout.write(json.dumps(at_once)); sys.stdout.flush()
import signal; os.kill(os.getpid(), signal.SIGKILL)
"""
CORE = """backend_state bake_export_config camera_choices capture_config errors export_formats lazy_import new_file
overrides own_files address region_kinds remesh_config renamed_properties variation_counts wire"""
BLENDER = "identity old_files paths preview_objects rig_overlay scene_changes take_order"
CONFIG = """cameras chosen export fields guidance job known_models light_dataclass model_family named_prior networks
optimize presets prompts published recipes regions regularizers renamed render setting shares weights"""


def run(*arguments):
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=PATIENCE).stdout


def test_the_benchmark_says_both_times():
    said = json.loads(run(str(START), "with").splitlines()[-1])
    assert 0 < said["enabling"]["processor"] < said["start"]
    alone = json.loads(run(str(START), "without").splitlines()[-1])
    assert alone["enabling"]["processor"] < 0.01


def test_enabling_loads_what_registers_classes_and_no_more():
    """A list and no time: what is added here is paid at every start of Blender, used or not. What is drawn, done or
    said over the wire is loaded when it is (`addon/core/lazy_import.py`, `addon/flows/__init__.py`)."""
    at_once = set(json.loads(run("-c", LOADED, str(START)).splitlines()[-1]))
    ours = {name.removeprefix("dreamwright_checkout.") for name in at_once if name.startswith("dreamwright_checkout.")}
    without_ui = {name for name in ours if not name.startswith("addon.ui")}
    allowed = {"addon", "addon.registration", "addon.flows", "addon.headless", "addon.core", "addon.blender", "backend"}
    allowed |= {"backend.errors", "backend.config", "backend.wire", "backend.words", "backend.solids"}
    for room, names in (("addon.core", CORE), ("addon.blender", BLENDER), ("backend.config", CONFIG)):
        allowed |= {f"{room}.{name}" for name in names.split()}
    assert without_ui <= allowed, sorted(without_ui - allowed)
    assert not {"addon.ui.live_updates"} & ours
    costly = {"websockets", "torch", "subprocess", "socket", "zipfile", "uuid", "difflib", "concurrent.futures"}
    alone = set(json.loads(run("-c", LOADED.replace('"with"', '"without"'), str(START)).splitlines()[-1]))
    assert not costly & (at_once - alone)


def test_every_name_of_the_flows_is_found_where_its_table_says():
    """The imports for who reads types, and the table by which a name is loaded, say the same."""
    tree = ast.parse(Path(flows.__file__).read_text(encoding="utf-8"))
    (typed,) = [node for node in tree.body if isinstance(node, ast.If)]
    said = {
        (f"{'.' * (node.level - 1)}{'.' if node.level > 1 else ''}{node.module or ''}", alias.name)
        for node in typed.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    table = {(module, name) for module, names in flows._FLOWS.items() for name in names.split(",")}
    assert {each for each in said if each[0]} == table
    for name in flows.__all__:
        assert getattr(flows, name) is not None


def test_the_flows_say_what_they_do_not_have():
    with pytest.raises(AttributeError, match="no attribute 'no_such_flow'"):
        flows.no_such_flow  # noqa: B018
    assert flows.loaded("no_such_module") is None and flows.loaded("flow") is not None


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


def test_no_flow_is_called_as_its_module_is():
    """Whoever asked for the module first would leave it where the flow is looked for."""
    assert not {name for name, module in flows._MODULES.items() if name == module}
