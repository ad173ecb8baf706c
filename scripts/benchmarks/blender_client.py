"""A Blender that generates until it is killed: its own add-on, its own backend.

Runs in the bpy module's Python; DREAMWRIGHT_CACHE and DREAMWRIGHT_BACKEND_PYTHON say where. The argument is the number
of steps; --pause holds the job once it runs.
"""

from __future__ import annotations

import sys
import threading

import bpy

from addon import headless, registration
from addon.core.session import Snapshot


def main() -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    registration.register()
    held = False

    def hold(now: Snapshot) -> None:
        nonlocal held
        if now.state == "running" and now.step > 2 and "--pause" in sys.argv and not held:
            held = True
            bpy.ops.dreamwright.pause()

    headless.add_progress_callback(hold)
    bpy.ops.dreamwright.generate(prompt="a red cube", quality="DRAFT", resolution=16, steps=int(sys.argv[1]))
    threading.Event().wait()  # whoever started us kills us


if __name__ == "__main__":
    main()
