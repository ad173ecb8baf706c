"""What is looked for, against sums of cosines by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from backend.cameras.orbit import OrbitView, orbit_view
from backend.config import JobConfig, with_changes
from backend.errors import ConfigError
from backend.guidance.dream_fields.targets import Targets, prompt_weight
from backend.guidance.view_prompt import view_prompt
from backend.pretrained import ImageText, load_image_text, resolve

FRONT, BACK = (orbit_view(azimuth, 0.2, 3.0, 0.7, 8) for azimuth in (0.0, 3.0))


@pytest.fixture(scope="module")
def model(guide_folder: Path) -> ImageText:
    return load_image_text(resolve(str(guide_folder)), torch.device("cpu"))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "wanted.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (32, 32, 3), np.uint8)).save(path)
    return path


def job(**changes) -> JobConfig:
    return with_changes(JobConfig(prompt="a red cube"), changes)


def targets(model: ImageText, config: JobConfig, log=lambda line: None) -> Targets:
    return Targets(model, config, log)


def cosine_sum(model: ImageText, config: JobConfig, view: OrbitView, picture: torch.Tensor) -> float:
    """sum_i w_i cos(e, t_i) by a loop over the words of the view."""
    e = model.embed_pictures(picture[None])[0]
    return sum(
        weight * float(torch.nn.functional.cosine_similarity(e, model.embed_text(text), dim=0))
        for text, weight in view_prompt(config, view).positive
    )


def test_one_prompt_is_its_embedding(model):
    torch.testing.assert_close(targets(model, job()).positive(FRONT), model.embed_text("a red cube"))
    assert targets(model, job()).negative(FRONT) is None


@pytest.mark.parametrize("view", [FRONT, BACK])
def test_several_prompts_are_a_weighted_sum_of_cosines(model, view):
    config = job(
        prompt_options={
            "extra_prompts": [{"text": "a cub", "weight": 0.5}, {"text": "red", "weight": 2.0}],
            "camera_prompts": [{"azimuth_degrees": 180.0, "prompt": "cube cube"}],
            "template": "{} red",
            "view_dependent": True,
        }
    )
    seen = torch.rand(3, 32, 32)
    found = float(model.embed_pictures(seen[None])[0] @ targets(model, config).positive(view))
    assert found == pytest.approx(cosine_sum(model, config, view, seen), abs=1e-5)


def test_negative_words_have_their_weight(model):
    config = job(prompt_options={"negative": "cub", "negative_weight": 0.7})
    torch.testing.assert_close(targets(model, config).negative(FRONT), 0.7 * model.embed_text("cub"))


def test_a_picture_is_looked_for_with_its_weight_against_the_prompt_s_one(model, picture):
    config = job(prompt_options={"image_prompts": [{"path": str(picture), "weight": 3.0}]})
    read = torch.from_numpy(np.asarray(Image.open(picture), np.float32) / 255).permute(2, 0, 1)
    expected = 0.25 * model.embed_text("a red cube") + 0.75 * model.embed_pictures(read[None])[0]
    torch.testing.assert_close(targets(model, config).positive(FRONT), expected, atol=1e-4, rtol=1e-3)


def test_a_picture_may_stand_alone(model, picture):
    config = with_changes(JobConfig(), {"prompt_options": {"image_prompts": [{"path": str(picture), "weight": 0.2}]}})
    assert float(targets(model, config).positive(FRONT).norm()) == pytest.approx(1.0, abs=1e-5)


def test_a_picture_of_weight_zero_changes_nothing(model, picture):
    config = job(prompt_options={"image_prompts": [{"path": str(picture), "weight": 0.0}]})
    torch.testing.assert_close(targets(model, config).positive(FRONT), model.embed_text("a red cube"))


def test_alpha_stands_over_gray_and_a_wide_picture_shows_its_middle(model, tmp_path):
    """Left and right of the middle square is what nobody asked for; where alpha is 0, color does not matter."""
    pixels = np.zeros((16, 40, 4), np.uint8)
    pixels[:, :12] = pixels[:, 28:] = (255, 0, 0, 255)
    pixels[:, 12:28] = (9, 200, 30, 0)
    Image.fromarray(pixels).save(tmp_path / "wide.png")
    gray = torch.full((1, 3, 32, 32), 0.735357)  # linear 0.5
    config = with_changes(JobConfig(), {"prompt_options": {"image_prompts": [{"path": str(tmp_path / "wide.png")}]}})
    torch.testing.assert_close(
        targets(model, config).positive(FRONT), model.embed_pictures(gray)[0], atol=1e-3, rtol=1e-3
    )


@pytest.mark.parametrize("kind", ["missing", "text", "truncated"])
def test_a_picture_that_cannot_be_read_has_a_sentence(kind: str, model, picture, tmp_path):
    path = tmp_path / "bad.png"
    if kind == "text":
        path.write_text("not a picture")
    if kind == "truncated":
        path.write_bytes(picture.read_bytes()[:500])
    with pytest.raises(ConfigError, match="bad.png of what is wanted is missing or cannot be read: choose a whole PNG"):
        targets(model, job(prompt_options={"image_prompts": [{"path": str(path)}]}))


def test_what_is_cut_from_a_prompt_is_said_once(model):
    """The model reads 24 tokens, two of which are its own marks: of 30 words it reads 22."""
    said: list[str] = []
    words = " ".join(["red"] * 30)
    known = targets(model, with_changes(JobConfig(), {"prompt": words}), said.append).known
    assert said == [
        f"The prompt is too long for the model: it does not read the end, '{' '.join(['red'] * 8)}'. "
        "Say the most important first."
    ]
    Targets(model, with_changes(JobConfig(), {"prompt": words}), said.append, known)
    assert len(said) == 1


def test_each_text_is_embedded_once(model, monkeypatch):
    asked: list[str] = []
    embed = ImageText.embed_text
    monkeypatch.setattr(ImageText, "embed_text", lambda self, text: (asked.append(text), embed(self, text))[1])
    seen = targets(model, job())
    for view in (FRONT, BACK, FRONT):
        seen.positive(view)
    assert asked == ["a red cube"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"prompt": "a"}, 1.0),
        (
            {
                "prompt": "a",
                "prompt_options": {"extra_prompts": [{"text": "b", "weight": 0.5}, {"text": " ", "weight": 9.0}]},
            },
            1.5,
        ),
        ({"prompt_options": {"camera_prompts": [{"prompt": "a"}]}}, 1.0),
        ({}, 0.0),
    ],
)
def test_the_weight_of_all_words(changes, expected):
    assert prompt_weight(with_changes(JobConfig(), changes)) == expected
