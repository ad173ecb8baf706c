"""Runs inside Blender: installs the zip as a person would, generates once, disables the add-on, and writes what it saw.

python install_and_generate.py EXTENSION.zip SEEN.json
"""

import json
import os
import sys
from pathlib import Path

import bpy

MODULE = "bl_ext.user_default.dreamwright"


def main(archive: str, seen: Path) -> None:
    bpy.ops.extensions.package_install_files(repo="user_default", filepath=archive, enable_on_install=True)
    addon = sys.modules[MODULE + ".addon"]
    bpy.ops.dreamwright.generate(prompt="a red cube", quality="DRAFT", steps=4, resolution=16)
    report = json.loads(bpy.context.scene["dreamwright_report"])
    made = bpy.data.objects[report["object"]]
    told = {
        "module": addon.__name__,
        "file": addon.__file__,
        "websockets": sys.modules["websockets"].__file__,
        "faces": len(made.data.polygons),
        "collection": made.users_collection[0].name,
    }
    bpy.ops.preferences.addon_disable(module=MODULE)
    told["after"] = {
        "operators": hasattr(bpy.types, "DREAMWRIGHT_OT_generate"),
        "module_enabled": MODULE in bpy.context.preferences.addons,
    }
    seen.write_text(json.dumps(told))


if __name__ == "__main__":
    code = 1
    try:
        main(sys.argv[1], Path(sys.argv[2]))
        code = 0
    finally:
        sys.stdout.flush()
        sys.excepthook(*sys.exc_info()) if code else None
        sys.stderr.flush()
        os._exit(code)  # Blender 4.5 hangs at the interpreter's own end when a class is still registered
