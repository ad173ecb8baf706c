"""Words to a colored mesh in the scene at quality Instant, several in one Blender: one JSON line for each.

Runs in the bpy module's Python; DREAMWRIGHT_CACHE and DREAMWRIGHT_BACKEND_PYTHON say where. The arguments are prompts.
The first is asked of a backend that does not run yet, all others of one that is warm.
"""

from __future__ import annotations

import json
import os
import sys
import time

import bpy

from addon import registration
from addon.flows.manage_backend import shut_down


def main(prompts: list[str]) -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    registration.register()
    for prompt in prompts:
        began = time.monotonic()
        bpy.ops.dreamwright.generate(prompt=prompt, quality="INSTANT")
        seconds = time.monotonic() - began
        _print_line(prompt=prompt, seconds=seconds, faces=_faces(), colored=_is_colored())
    shut_down()
    os._exit(0)  # Blender 4.5 hangs at the interpreter's own end when a class is still registered


def _result() -> bpy.types.Mesh:
    return bpy.context.view_layer.objects.active.data


def _faces() -> int:
    return len(_result().polygons)


def _is_colored() -> bool:
    return _result().color_attributes.active_color is not None


def _print_line(**what: object) -> None:
    sys.stdout.write("\n" + json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
