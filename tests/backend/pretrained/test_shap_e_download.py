"""Shap-E from a hub on this machine: asked of nobody without consent, and used once it is here."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from loopback_hub import LoopbackHub
from random_models import random_shap_e

from backend.config import find_known, model_family, preset, with_changes
from backend.errors import ModelError
from backend.optimize.prior_start import with_start
from backend.optimize.trainer import Trainer
from backend.pretrained.foreign_models import find_foreign, foreign_models
from backend.pretrained.hub_cache import find_local, read_record
from backend.pretrained.inventory import model_statuses
from backend.pretrained.pace import estimate_seconds
from backend.pretrained.shap_e import questions_of, usual_steps

REPOSITORY = "openai/shap-e"
CPU = torch.device("cpu")


@pytest.fixture
def shap_e_hub(hub: LoopbackHub, tmp_path: Path) -> LoopbackHub:
    hub.repositories[REPOSITORY] = random_shap_e(tmp_path / "repository", variant="fp16")
    return hub


def job(**changes):
    small = {"prompt": "a flurbl", "field": {"resolution": 16, "start_resolution": 16}, "prior": {"denoising_steps": 2}}
    return with_changes(preset("text", "instant", "shap-e"), small | {"seed": 1} | changes)


def test_nothing_leaves_this_machine_without_consent_and_with_it_the_model_is_fetched_and_used(shap_e_hub):
    with pytest.raises(ModelError, match="allow the download, or run `python -m backend models fetch shap-e`"):
        Trainer.build(job())
    assert shap_e_hub.requests == []
    lines = []
    made = Trainer.build(job(allow_download=True), log=lines.append)
    assert any(line.startswith("fetching shap-e: ") for line in lines) and "Shap-E: step 2 of 2." in lines
    assert read_record(REPOSITORY, "shape").license == "MIT"
    assert made.models[0]["license"] == "MIT" and made.models[0]["source"].startswith("openai/shap-e@")
    shap_e_hub.requests.clear()
    again = Trainer.build(job())
    assert shap_e_hub.requests == [] and torch.equal(again.field.raw_density, made.field.raw_density)
    unnamed = with_changes(preset("text", "instant"), {"prompt": "a flurbl"})
    assert with_start(unnamed).prior.model == "shap-e", "what ours does not know is asked of it from now on"
    assert model_statuses()[[status.name for status in model_statuses()].index("shap-e")].is_here


def test_one_that_another_program_left_is_found_and_used_where_it_is_whole(shap_e_hub, cache):
    repository = shap_e_hub.repositories[REPOSITORY]
    folder = cache / "models--openai--shap-e" / "snapshots" / ("a" * 40)
    folder.parent.mkdir(parents=True)
    repository.rename(folder)
    assert find_local(REPOSITORY, "shape") is None and find_foreign(REPOSITORY, "shape") == folder
    assert (REPOSITORY, "shape") in list(foreign_models()) and model_family(str(folder)) == "shape"
    (folder / "shap_e_renderer" / "diffusion_pytorch_model.bin").unlink()
    assert find_foreign(REPOSITORY, "shape") is None


def test_what_the_list_says_is_what_was_counted():
    known = find_known("shap-e")
    assert (known.license, known.repository, known.kind) == ("MIT", REPOSITORY, "shape")
    assert known.megabytes == pytest.approx((known.cost.unet + known.cost.vae + known.cost.words) / 1e6, rel=0.02)
    assert known.memory_mb == pytest.approx(500 + known.cost.largest_part / 1e6, abs=1)


def test_how_long_it_takes_is_told_by_how_often_it_is_asked(monkeypatch):
    monkeypatch.setattr("backend.pretrained.pace.teraflops_a_second", lambda device: 2.0)
    cost = find_known("shap-e").cost
    assert (usual_steps(CPU), usual_steps(torch.device("cuda")), questions_of(25)) == (25, 64, 49)
    assert estimate_seconds("shap-e", cost, CPU) == pytest.approx(49 * cost.teraflops)
