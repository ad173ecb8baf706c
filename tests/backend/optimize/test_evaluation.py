"""What a job that ends says of itself in words' worth, with an embedded CLIP that was or was not taught views."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from backend.config import JobConfig, preset, with_changes
from backend.optimize import report as module
from backend.optimize.trainer import Trainer
from backend.pretrained import resolve

WORDS = {"colors": ["red"], "objects": ["cube"], "grammar": ["a"]}
VIEWS = {"views": ["front view", "side view", "back view"]}


@pytest.fixture
def config(diffusion_folder: Path) -> JobConfig:
    small = {
        "device": "cpu",
        "field": {"resolution": 8, "start_resolution": 8, "upsample_at": ()},
        "render": {"samples_per_ray": 8, "occupancy_resolution": 8},
        "prompt": "a red cube",
        "model": str(diffusion_folder),
    }
    return with_changes(preset("text", "draft"), small)


def taught(kinds: dict, guide_folder: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of the embedded CLIP: one of random weights, and a vocabulary of our choice."""
    shutil.copytree(guide_folder, folder / "clip")
    (folder / "clip" / "vocabulary.json").write_text(json.dumps(kinds))
    monkeypatch.setattr(module, "resolve", lambda name: resolve(name, folder))


def test_a_guide_that_knows_views_tells_whether_the_sides_agree(config, guide_folder, tmp_path, monkeypatch):
    taught(WORDS | VIEWS, guide_folder, tmp_path, monkeypatch)
    found = Trainer.build(config).evaluate()
    assert found.keys() == {"score", "opacity", "janus"}
    assert 0 < found["janus"] < 1 and 0 < found["opacity"] < 1, "the fog that every job begins with"


def test_a_guide_that_does_not_is_not_asked(config, guide_folder, tmp_path, monkeypatch):
    taught(WORDS, guide_folder, tmp_path, monkeypatch)
    assert Trainer.build(config).evaluate().keys() == {"score", "opacity"}
