"""The layers of architecture.md, as a test: no circle, no upward import, no third party where it does not belong.

Imports are read from the syntax tree of every file, those inside functions included, so that nothing hides.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Each room of the backend and the rooms it may import. What is not named here may not exist.
GROUND = {
    "cache",
    "cameras",
    "color",
    "config",
    "device",
    "disk",
    "errors",
    "free_memory",
    "process_memory",
    "processor_share",
    "resize",
    "random_numbers",
    "torchvision_import",
    "version",
}
BACKEND = {
    "errors": set(),
    "config": {"errors"},
    "device": {"config", "errors", "process_memory"},
    "process_memory": set(),
    "disk": {"errors"},
    "free_memory": set(),
    "processor_share": set(),
    "resize": set(),
    "runtime_settings": set(),
    "random_numbers": set(),
    "torchvision_import": set(),
    "cache": set(),
    "color": set(),
    "cameras": {"config", "errors"},
    "wire": {"config", "errors"},
    "words": {"errors"},
    "pretrained": GROUND | {"words"},
    "data": GROUND,
    "photos": GROUND | {"data"},
    "fields": GROUND,
    "render": GROUND | {"fields"},
    "solids": {"errors"},
    "priors": GROUND | {"words", "pretrained", "data", "fields", "render"},
    "scenes": GROUND | {"words", "fields", "priors"},
    "guidance": GROUND | {"pretrained", "data", "fields", "render"},
    "evaluate": GROUND | {"pretrained", "data", "fields", "render"},
    "export": GROUND | {"fields", "render"},
    "optimize": GROUND
    | {"pretrained", "data", "fields", "render", "priors", "scenes", "guidance", "evaluate", "export", "solids"},
    "version": set(),
    "jobs": GROUND | {"wire", "pretrained", "photos", "export", "optimize", "solids"},
    # two doors to the same rooms; only `__main__` knows both
    "server": GROUND | {"wire", "pretrained", "scenes", "export", "optimize", "jobs"},
    "cli": GROUND | {"wire", "pretrained", "photos", "solids", "export", "optimize", "evaluate", "jobs"},
    "__main__": {"cli", "runtime_settings", "server"},
    "__init__": set(),
}
ADDON = {
    "core": set(),
    "blender": {"core"},
    "flows": {"core", "blender"},
    "headless": {"core", "blender", "flows"},
    "api": {"core", "blender", "flows", "headless"},
    "ui": {"core", "blender", "flows", "headless"},
    "registration": {"core", "blender", "flows", "headless", "ui"},
    "__init__": {"core", "blender", "flows", "headless", "ui", "registration", "api"},
}
BPY = {
    "bpy",
    "bl_operators",
    "bl_ui",
    "rna_keymap_ui",
    "bpy_extras",
    "mathutils",
    "gpu",
    "gpu_extras",
    "blf",
    "bmesh",
    "openvdb",
    "bl_math",
    "idprop",
}
TORCH = {"torch", "torchvision", "jaxtyping", "safetensors"}
# Third-party modules by room, beside the standard library.
BACKEND_THIRD_PARTY = {
    "errors": set(),
    "config": set(),
    "wire": {"numpy"},
    "words": set(),
    "__main__": set(),
    "__init__": set(),
    "device": {"torch"},
    "disk": set(),
    "free_memory": {"torch"},
    "random_numbers": {"torch"},
    "process_memory": set(),
    "torchvision_import": {"torch", "torchvision"},
    "color": TORCH,
    "resize": TORCH,
    "cameras": TORCH | {"numpy"},
    "pretrained": TORCH | {"numpy", "open_clip", "diffusers", "transformers", "huggingface_hub", "httpx2", "timm"},
    "data": TORCH | {"numpy", "PIL", "pillow_heif", "OpenEXR"},
    "photos": {"numpy", "jaxtyping", "pycolmap", "av"},
    "fields": TORCH | {"numpy"},
    "render": TORCH | {"numpy", "numba"},
    "priors": TORCH | {"numpy"},
    "scenes": TORCH | {"numpy"},
    "solids": {"numpy"},
    "guidance": TORCH | {"numpy", "open_clip", "diffusers", "transformers"},
    "evaluate": TORCH | {"numpy", "PIL", "matplotlib"},
    "export": TORCH | {"numpy"},
    "optimize": TORCH | {"numpy"},
    "version": set(),
    "jobs": {"numpy", "PIL"},
    "server": {"numpy", "websockets", "PIL", "torch"},
    "cli": {"numpy", "PIL", "torch", "safetensors", "websockets", "open_clip", "diffusers"},
}
ADDON_THIRD_PARTY = {
    "core": {"numpy", "websockets"},
    "blender": BPY | {"numpy"},
    "flows": {"bpy", "numpy"},
    "headless": {"bpy", "numpy"},
    "api": {"bpy"},
    "ui": BPY | {"numpy"},
    "registration": {"bpy"},
    "__init__": {"bpy"},
}


def python_files(package: str) -> list[Path]:
    return sorted(path for path in (ROOT / package).rglob("*.py") if "__pycache__" not in path.parts)


def imports_of(path: Path) -> set[str]:
    """Absolute dotted names of everything a file imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= absolute_names(path, node)
    return found


def absolute_names(path: Path, node: ast.ImportFrom) -> set[str]:
    if node.level == 0:
        base = node.module or ""
    else:
        package = path.relative_to(ROOT).parent.parts
        kept = package[: len(package) - (node.level - 1)]
        base = ".".join([*kept, *([node.module] if node.module else [])])
    module_itself = {base} if base else set()
    children = {f"{base}.{alias.name}".lstrip(".") for alias in node.names}
    return module_itself | {child for child in children if is_module(child)}


def is_module(dotted: str) -> bool:
    path = ROOT / Path(*dotted.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def room_of(path: Path, package: str) -> str:
    first = path.relative_to(ROOT / package).parts[0]
    return first.removesuffix(".py")


def rooms_imported(path: Path, package: str) -> set[str]:
    prefix = package + "."
    return {name.removeprefix(prefix).split(".")[0] for name in imports_of(path) if name.startswith(prefix)}


def third_party(path: Path) -> set[str]:
    tops = {name.split(".")[0] for name in imports_of(path)} - {"", "__future__"}
    return tops - set(sys.stdlib_module_names) - {"addon", "backend"}


@pytest.mark.parametrize(("package", "rooms"), [("backend", BACKEND), ("addon", ADDON)])
def test_no_room_imports_upwards(package, rooms):
    offenses = []
    for path in python_files(package):
        room = room_of(path, package)
        assert room in rooms, f"{path.relative_to(ROOT)}: the room '{room}' is not in tests/test_architecture.py"
        upward = rooms_imported(path, package) - rooms[room] - {room}
        offenses += [f"{path.relative_to(ROOT)} imports {package}.{name}" for name in sorted(upward)]
    assert not offenses, offenses


@pytest.mark.parametrize(("package", "allowed"), [("backend", BACKEND_THIRD_PARTY), ("addon", ADDON_THIRD_PARTY)])
def test_third_party_stays_in_its_rooms(package, allowed):
    offenses = []
    for path in python_files(package):
        strange = third_party(path) - allowed.get(room_of(path, package), set())
        offenses += [f"{path.relative_to(ROOT)} imports {name}" for name in sorted(strange)]
    assert not offenses, offenses


def test_the_two_sides_meet_only_at_the_wire():
    for path in python_files("backend"):
        assert not any(name.split(".")[0] == "addon" for name in imports_of(path)), path
    door = ROOT / "addon" / "core" / "wire.py"
    allowed = {"backend.wire", "backend.config", "backend.words", "backend.solids", "backend.errors"}
    for path in python_files("addon"):
        reached = {name for name in imports_of(path) if name.split(".")[0] == "backend" and name != "backend"}
        assert not reached or path == door, f"{path} reaches into the backend past addon/core/wire.py: {reached}"
        assert all(any(name == a or name.startswith(a + ".") for a in allowed) for name in reached), reached


@pytest.mark.parametrize("package", ["backend", "addon"])
def test_no_circle_of_imports(package):
    graph = {module_name(path): imports_of(path) for path in python_files(package)}
    graph = {name: {i for i in imported if i in graph and i != name} for name, imported in graph.items()}
    circle = find_circle(graph)
    assert circle is None, " -> ".join(circle or [])


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def find_circle(graph: dict[str, set[str]]) -> list[str] | None:
    done: set[str] = set()

    def visit(name: str, trail: list[str]) -> list[str] | None:
        if name in trail:
            return [*trail[trail.index(name) :], name]
        if name in done:
            return None
        for following in sorted(graph[name]):
            circle = visit(following, [*trail, name])
            if circle:
                return circle
        done.add(name)
        return None

    for name in sorted(graph):
        circle = visit(name, [])
        if circle:
            return circle
    return None


MOST_IMPORTS = 20


def modules_imported(path: Path) -> set[str]:
    """Our own modules that a file imports; a package of which it imports a module is not counted beside that."""
    ours = {name for name in imports_of(path) if name.split(".")[0] in ("addon", "backend") and is_module(name)}
    return {name for name in ours if not any(other.startswith(name + ".") for other in ours)}


@pytest.mark.parametrize("package", ["backend", "addon"])
def test_no_file_imports_more_than_twenty_of_ours(package):
    """A file that needs more has several ideas; the list of classes to register is the one that must name them all."""
    counts = {str(path.relative_to(ROOT)): len(modules_imported(path)) for path in python_files(package)}
    counts.pop("addon/registration.py", None)
    assert {path: count for path, count in counts.items() if count > MOST_IMPORTS} == {}


def test_a_package_is_not_counted_beside_its_modules(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    source = tmp_path / "backend" / "fields" / "many.py"
    source.parent.mkdir(parents=True)
    (tmp_path / "backend" / "__init__.py").write_text("")
    (source.parent / "__init__.py").write_text("")
    (source.parent / "grid.py").write_text("")
    source.write_text("import json\nfrom backend.fields import grid\nfrom .grid import Grid\n")
    assert modules_imported(source) == {"backend.fields.grid"}


def test_a_circle_is_found_where_there_is_one():
    assert find_circle({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == ["a", "b", "c", "a"]
    assert find_circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) is None


def test_an_import_inside_a_function_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    source = tmp_path / "backend" / "fields" / "sneaky.py"
    source.parent.mkdir(parents=True)
    (tmp_path / "backend" / "server.py").write_text("")
    source.write_text("def f():\n    from .. import server\n    import bpy\n")
    assert rooms_imported(source, "backend") - {"fields"} == {"server"}
    assert third_party(source) == {"bpy"}


def test_the_map_of_flows_names_every_flow_and_no_other():
    """Each button's file is told of where a newcomer looks first, and by the name it has."""
    folder = ROOT / "addon" / "flows"
    text = (folder / "__init__.py").read_text(encoding="utf-8").split('"""')[1]
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    named = {word for word in re.findall(r"[a-z_]+", text) if "_" in word or word in files}
    assert named == files
