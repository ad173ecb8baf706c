"""A hub on this machine with tiny models of real architectures, and a cache that is empty."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback_hub import CONTROLNET, PIPELINE, LoopbackHub, serving
from random_models import random_controlnet, random_stable_diffusion

BESIDE = ("unet/diffusion_pytorch_model.safetensors", "unet/diffusion_pytorch_model.fp16.bin",
          "unet/diffusion_pytorch_model.non_ema.safetensors", "vae/diffusion_pytorch_model.safetensors",
          "safety_checker/model.fp16.safetensors", "v1-5-pruned.ckpt", "README.md")  # fmt: skip
"""What real repositories hold beside what is needed."""


@pytest.fixture(scope="session")
def pipeline_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stable Diffusion 1.5 in small, halves, and with all that is not needed beside it."""
    folder = random_stable_diffusion(tmp_path_factory.mktemp("pipeline"), variant="fp16")
    for name in BESIDE:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"not needed")
    return folder


@pytest.fixture(scope="session")
def controlnet_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_controlnet(tmp_path_factory.mktemp("controlnet"), variant="fp16")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """huggingface_hub's cache, empty."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    return tmp_path / "hub"


@pytest.fixture
def hub(cache: Path, pipeline_repository: Path, controlnet_repository: Path, monkeypatch) -> Iterator[LoopbackHub]:
    """What HF_ENDPOINT would name; huggingface_hub reads that variable only when it is imported."""
    from huggingface_hub import constants

    repositories = {PIPELINE: pipeline_repository, CONTROLNET: controlnet_repository}
    with serving(LoopbackHub(repositories)) as loopback:
        monkeypatch.setattr(constants, "ENDPOINT", loopback.url)
        template = loopback.url + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr("backend.pretrained.hub.CHUNK_BYTES", 2**15)  # tiny files in many pieces
        yield loopback


@pytest.fixture
def own_pipeline(hub: LoopbackHub, pipeline_repository: Path, tmp_path: Path) -> Path:
    """A copy of the repository that a test may change."""
    copy = Path(shutil.copytree(pipeline_repository, tmp_path / "repository"))
    hub.repositories[PIPELINE] = copy
    return copy
