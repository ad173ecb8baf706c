"""Tiny diffusers models with random weights, each written once."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from random_models import random_controlnet, random_if, random_stable_diffusion, random_stable_diffusion_xl

from backend.pretrained.pipeline_parts import import_diffusers


@pytest.fixture(scope="session")
def sd_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_stable_diffusion(tmp_path_factory.mktemp("sd"))


@pytest.fixture(scope="session")
def sd_v_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_stable_diffusion(tmp_path_factory.mktemp("sd-v"), "v_prediction")


@pytest.fixture(scope="session")
def xl_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_stable_diffusion_xl(tmp_path_factory.mktemp("xl"))


@pytest.fixture(scope="session")
def if_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_if(tmp_path_factory.mktemp("if"))


@pytest.fixture(scope="session")
def controlnet_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its outputs begin at zero, as a ControlNet's training does; here they must say something."""
    folder = random_controlnet(tmp_path_factory.mktemp("controlnet"))
    network = import_diffusers().ControlNetModel.from_pretrained(folder, low_cpu_mem_usage=False)
    for parameter in network.parameters():
        if float(parameter.detach().abs().sum()) == 0:
            torch.nn.init.normal_(parameter, std=0.1)
    network.save_pretrained(folder)
    return folder
