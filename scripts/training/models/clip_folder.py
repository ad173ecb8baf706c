"""A trained image-text model as a folder that open_clip loads: its configuration, and weights in half precision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import Tensor

from ..loop.training_loop import TrainingRun


def write_clip(folder: Path, configuration: dict[str, Any], weights: dict[str, Tensor], run: TrainingRun) -> None:
    (folder / "open_clip_config.json").write_text(json.dumps(configuration, indent=2) + "\n")
    halves = {name: value.half() if value.is_floating_point() else value for name, value in weights.items()}
    save_file({name: value.contiguous() for name, value in halves.items()}, folder / "open_clip_model.safetensors")
    run.write_facts(folder)
