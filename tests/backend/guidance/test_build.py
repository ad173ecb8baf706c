"""What pulls on a field, by what a job asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from backend.config import JobConfig, with_changes
from backend.data.dataset import Dataset, read_dataset
from backend.errors import ConfigError, ModelError
from backend.guidance.build import build_guidances
from backend.guidance.consistency import Consistency
from backend.guidance.dream_fields import DreamFields
from backend.guidance.photometric import Photometric

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def dataset(scene_folder: Path) -> Dataset:
    return read_dataset(scene_folder)


def built(config: JobConfig, dataset: Dataset | None = None, said: list | None = None) -> list:
    log = (lambda line: None) if said is None else said.append
    return build_guidances(config, dataset, CPU, torch.Generator().manual_seed(0), log)


def photographs(**changes) -> JobConfig:
    return with_changes(JobConfig(method="reconstruct", dataset="d"), changes)


def test_an_image_text_model_is_a_dream_field(guide_folder):
    (guidance,) = built(JobConfig(prompt="a red cube", model=str(guide_folder)))
    assert isinstance(guidance, DreamFields)


def test_what_was_cut_from_the_prompt_reaches_the_log(guide_folder):
    said: list[str] = []
    built(JobConfig(prompt="red " * 30, model=str(guide_folder)), said=said)
    assert len(said) == 1 and "it does not read the end" in said[0]


def test_photographs_alone_have_no_consistency_unless_it_has_a_weight(dataset, guide_folder):
    (guidance,) = built(photographs(), dataset)
    assert isinstance(guidance, Photometric) and len(guidance.pictures) == 12
    pixels, consistency = built(photographs(consistency={"weight": 0.1, "model": str(guide_folder)}), dataset)
    assert isinstance(pixels, Photometric) and isinstance(consistency, Consistency)


def test_few_pictures_are_those_of_both(dataset, guide_folder):
    few = {"photometric": {"pictures": 5}, "consistency": {"weight": 0.1, "model": str(guide_folder)}}
    pixels, consistency = built(photographs(**few), dataset)
    assert len(pixels.pictures) == len(consistency.pictures) == 5


def test_an_eye_that_is_unknown_has_a_sentence(dataset):
    with pytest.raises(ModelError, match="timm has no model 'soup'"):
        built(photographs(consistency={"weight": 0.1, "model": "timm/soup"}), dataset)


def test_pictures_of_what_is_wanted_need_a_model_that_looks_at_them():
    config = with_changes(JobConfig(prompt="a red cube"), {"prompt_options": {"image_prompts": [{"path": "a.png"}]}})
    with pytest.raises(ConfigError, match="needs an image-text model: choose one as the job's model or beside it"):
        built(config)


def test_one_beside_the_job_s_model_is_enough(guide_folder, diffusion_folder):
    config = with_changes(
        JobConfig(prompt="a red cube", model=str(diffusion_folder)), {"dream_fields": {"model": str(guide_folder)}}
    )
    assert [isinstance(guidance, DreamFields) for guidance in built(config)] == [False, True]
