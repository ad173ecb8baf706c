"""What the backend's tests share: one thread, tiny models with random weights, a tiny posed dataset."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from posed_scene import write_scene
from random_models import write_diffusion, write_guide

from backend import config as configuration
from backend.cache import COMPILED_VARIABLE

ROOT = Path(__file__).resolve().parents[2]

torch.set_num_threads(1)
os.environ.setdefault(COMPILED_VARIABLE, str(ROOT / ".cache" / "tests" / "compiled"))  # one for all temporary caches


@pytest.fixture(scope="session")
def diffusion_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_diffusion(tmp_path_factory.mktemp("diffusion"))


@pytest.fixture(scope="session")
def guide_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_guide(tmp_path_factory.mktemp("guide"))


@pytest.fixture(scope="session")
def scene_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve views of a red ball, 24 x 24, and four held out."""
    return write_scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.fixture
def tiny(scene_folder: Path) -> Callable[..., dict[str, Any]]:
    """A job that takes milliseconds a step, as JSON; changes to it by group."""

    def make(**changes: Any) -> dict[str, Any]:
        base: dict[str, Any] = {
            "dataset": str(scene_folder),
            "bounds": {"center": [0, 0, 0], "size": [3, 3, 3], "automatic": False},  # which is found in tests of it
            "field": {"resolution": 12, "start_resolution": 12, "upsample_at": []},
            "render": {"samples_per_ray": 16, "occupancy_resolution": 8},
            "photometric": {"rays_per_step": 256},
            "optimize": {
                "steps": 40,
                "learning_rate_density": 1.0,
                "learning_rate_color": 0.5,
                "preview_size": 16,
                "preview_every_s": 0.2,
            },
            "export": {"resolution": 16},
        }
        config = configuration.with_changes(configuration.preset("reconstruct", "draft"), base)
        return configuration.to_json(configuration.with_changes(config, changes))

    return make
