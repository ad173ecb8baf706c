"""How long Blender takes to start with and without the add-on: one JSON line on standard output.

python start.py without       Blender alone
python start.py with          and the add-on enabled, as an installed extension is
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "dreamwright_checkout"


def main(add_on: bool) -> None:
    import bpy  # noqa: F401

    before = time.perf_counter(), time.process_time()
    if add_on:
        spec = importlib.util.spec_from_file_location(
            PACKAGE, ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
        )
        assert spec is not None and spec.loader is not None
        sys.modules[PACKAGE] = package = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(package)
        package.register()
    enabling = {"wall": time.perf_counter() - before[0], "processor": time.process_time() - before[1]}
    sys.stdout.write("\n" + json.dumps({"start": time.process_time(), "enabling": enabling}) + "\n")
    sys.stdout.flush()
    os._exit(0)  # Blender 4.5 hangs at the interpreter's own end when a class is still registered


if __name__ == "__main__":
    main(sys.argv[1] == "with")
