"""Shap-E's real architecture, tiny, with random weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from random_models import random_shap_e, random_shap_e_picture

from backend.pretrained.shap_e import ShapEFolder, open_shap_e


@pytest.fixture(scope="session")
def shap_e_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_shap_e(tmp_path_factory.mktemp("shap-e"), variant="fp16")


@pytest.fixture(scope="session")
def model(shap_e_folder: Path) -> ShapEFolder:
    return open_shap_e(shap_e_folder, torch.device("cpu"))


@pytest.fixture(scope="session")
def picture_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_shap_e_picture(tmp_path_factory.mktemp("shap-e-img2img"), variant="fp16")


@pytest.fixture(scope="session")
def picture_model(picture_folder: Path) -> ShapEFolder:
    return open_shap_e(picture_folder, torch.device("cpu"))
