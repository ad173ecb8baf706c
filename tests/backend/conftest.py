"""What the backend's tests share: one thread, tiny models with random weights, a tiny posed dataset."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch
from posed_scene import write_scene
from random_models import write_diffusion, write_guide

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
