"""What a job of no steps does not wait for: torch's compiler takes 2 s to import, and torch's optimizers want it."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import sys, tempfile
from pathlib import Path
from backend.config import preset, with_changes
from backend.jobs.memory_tracker import MemoryTracker
from backend.optimize.trainer import Trainer

small = {"prompt": "a red teapot", "device": "cpu", "export": {"resolution": 16},
         "field": {"resolution": 16, "start_resolution": 16}}
folder = Path(tempfile.mkdtemp())
config = with_changes(preset("text", "instant"), small)
MemoryTracker(folder).begin(config, lambda: None)
trainer = Trainer.build(config, folder)
trainer.save(folder)
assert trainer.ended and len(trainer.preview(32, 9.0)) == 32 and max(trainer.grid(16).density.shape) == 16
print([name for name in ("torch._dynamo", "diffusers", "open_clip", "matplotlib") if name in sys.modules])
"""


@pytest.mark.process
def test_a_shape_at_once_imports_no_compiler_no_diffusion_no_clip():
    said = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert said.stdout.strip() == "[]"
