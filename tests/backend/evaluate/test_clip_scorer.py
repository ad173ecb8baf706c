"""The held-out cameras stand where the paper says, and its score is a mean of cosines."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from backend.cameras.orbit import UNIT_FRAME, Frame
from backend.config import JobConfig, with_changes
from backend.errors import ConfigError, ModelError
from backend.evaluate.clip_scorer import ClipScorer, build_clip_scorer, held_out_views
from backend.fields.field import UNIT_CUBE
from backend.pretrained import ImageText, load_image_text, resolve
from backend.pretrained.vocabulary import ModelVocabulary
from backend.render.renderer import Renderer
from backend.words.known import KnownWords

CPU = torch.device("cpu")


class Fog:
    """Uniform gray, or NaN."""

    bounds = UNIT_CUBE

    def __init__(self, density: float, value: float = 0.5) -> None:
        self.density_value, self.value = density, value

    def density_and_color(self, positions, directions=None):
        return torch.full((len(positions),), self.density_value), torch.full((len(positions), 3), self.value)


@pytest.fixture(scope="module")
def model(guide_folder: Path) -> ImageText:
    return load_image_text(resolve(str(guide_folder)), CPU)


def job(**changes) -> JobConfig:
    return with_changes(JobConfig(prompt="a red cube"), changes)


def quiet(line: str) -> None:
    pass


def test_the_first_view_is_the_published_one():
    """Azimuth 30, elevation 45, radius 4; focal 1111.1 / 800 of the width; it looks at the middle."""
    (view,) = held_out_views(1, 80, UNIT_FRAME)
    flat = 4 * math.cos(math.radians(45))
    expected = [flat * 0.5, -flat * math.cos(math.radians(30)), 4 * math.sin(math.radians(45))]
    assert view.camera.pose[:3, 3].tolist() == pytest.approx(expected, abs=1e-5)
    assert view.camera.focal[0] / 80 == pytest.approx(1111.1 / 800)
    back = view.camera.pose[:3, 3] / 4
    torch.testing.assert_close(view.camera.pose[:3, 2], back, atol=1e-6, rtol=0)


def test_more_views_stand_evenly_around_and_in_the_frame():
    frame = Frame((1.0, 2.0, 3.0), 0.5)
    views = held_out_views(4, 8, frame)
    places = torch.stack([view.camera.pose[:3, 3] for view in views]) - torch.tensor(frame.center)
    torch.testing.assert_close(places.norm(dim=-1), torch.full((4,), 2.0))
    torch.testing.assert_close(places[:, :2].sum(0), torch.zeros(2), atol=1e-5, rtol=0)


def test_the_score_is_the_mean_cosine_with_the_words(model):
    """An empty field is white from everywhere."""
    white = model.embed_pictures(torch.ones(1, 3, 32, 32))[0]
    expected = float(torch.nn.functional.cosine_similarity(white, model.embed_text("a red cube"), dim=0))
    found = ClipScorer(model, job()).score(Renderer(Fog(0.0), 8), UNIT_FRAME)
    assert found == pytest.approx(expected, abs=1e-5)


def test_several_words_and_pictures_are_weighed(model, tmp_path):
    Image.fromarray(np.full((40, 32, 3), 255, np.uint8)).save(tmp_path / "white.png")
    words = {
        "extra_prompts": [{"text": "cub", "weight": 0.5}],
        "image_prompts": [{"path": str(tmp_path / "white.png"), "weight": 0.5}],
    }
    white = model.embed_pictures(torch.ones(1, 3, 32, 32))[0]
    with_words = [float(white @ model.embed_text(text)) for text in ("a red cube", "cub")]
    expected = 0.5 * with_words[0] + 0.25 * with_words[1] + 0.25
    found = ClipScorer(model, job(prompt_options=words)).score(Renderer(Fog(0.0), 8), UNIT_FRAME)
    assert found == pytest.approx(expected, abs=1e-4)


def test_other_words_are_another_score(model):
    scorer = ClipScorer(model, job())
    before = scorer.score(Renderer(Fog(0.0), 8), UNIT_FRAME)
    scorer.edit(job(prompt="cub cub"))
    assert scorer.score(Renderer(Fog(0.0), 8), UNIT_FRAME) != before


def test_a_picture_that_is_not_there_has_a_sentence(model):
    with pytest.raises(ConfigError, match="is missing or cannot be read"):
        ClipScorer(model, job(prompt_options={"image_prompts": [{"path": "nowhere.png"}]}))


def test_nan_comes_back_as_nan(model):
    assert math.isnan(ClipScorer(model, job()).score(Renderer(Fog(5.0, math.nan), 8), UNIT_FRAME))


def test_no_scorer_where_none_is_named_or_no_words_are_read(guide_folder):
    assert build_clip_scorer(job(), CPU, quiet) is None
    photographs = {"method": "reconstruct", "dataset": "d", "early_stopping": {"model": str(guide_folder)}}
    assert build_clip_scorer(job(**photographs), CPU, quiet) is None


def test_a_scorer_that_is_also_the_guide_is_said(guide_folder):
    said: list[str] = []
    scorer = build_clip_scorer(
        job(model=str(guide_folder), early_stopping={"model": str(guide_folder)}), CPU, said.append
    )
    assert scorer.card["name"] == guide_folder.name
    assert len(said) == 1 and "is also the guide" in said[0]
    assert build_clip_scorer(job(early_stopping={"model": str(guide_folder)}), CPU, said.append) and len(said) == 1


def test_a_model_that_embeds_no_text_cannot_judge():
    with pytest.raises(ModelError, match="'embedded' cannot score: choose an image-text model"):
        build_clip_scorer(job(early_stopping={"model": "embedded"}), CPU, quiet)


def test_a_scorer_that_says_what_it_knows_ranks_the_prompt_among_it(model):
    """By hand: how many captions of other things have a higher mean cosine with the same pictures."""
    vocabulary = ModelVocabulary(known=KnownWords(frozenset({"a"}), ("cube", "sphere", "tree", "cat")))
    scorer, renderer = ClipScorer(model, job(), vocabulary), Renderer(Fog(2.0), 8)
    found = scorer.measure(renderer, UNIT_FRAME)
    seen = torch.stack([scorer._picture(renderer, view) for view in held_out_views(4, model.size, UNIT_FRAME)])
    cosines = [
        float((model.embed_pictures(seen) @ model.embed_text(f"a {thing}")).mean())
        for thing in vocabulary.known.objects[1:]
    ]
    assert found["clip_rank"] == sum(cosine > found["clip_score"] for cosine in cosines)
    assert "clip_sides" not in found, "it was never taught the words of sides"


def test_a_scorer_that_knows_sides_says_whether_they_agree(model):
    """The same from everywhere: each side gets the same share of three, so the agreement is a third."""
    vocabulary = ModelVocabulary(known=KnownWords(frozenset({"front", "side", "back", "view"})))
    found = ClipScorer(model, job(), vocabulary).measure(Renderer(Fog(0.0), 8), UNIT_FRAME)
    assert found["clip_sides"] == pytest.approx(1 / 3, abs=1e-4) and "clip_rank" not in found


def test_sides_are_asked_of_what_has_a_front_also_when_the_words_are_edited(model):
    vocabulary = ModelVocabulary(known=KnownWords(frozenset({"front", "side", "back", "view"})), faced=("cat",))
    scorer, renderer = ClipScorer(model, job(prompt="a cat"), vocabulary), Renderer(Fog(2.0), 8)
    assert "clip_sides" in scorer.measure(renderer, UNIT_FRAME)
    scorer.edit(job(prompt="a cube"))
    assert "clip_sides" not in scorer.measure(renderer, UNIT_FRAME)


def test_a_job_shows_the_rank_of_its_words_where_the_scorer_has_a_vocabulary(guide_folder, tmp_path):
    folder = tmp_path / "guide"
    shutil.copytree(guide_folder, folder)
    (folder / "vocabulary.json").write_text('{"objects": ["cube", "tree"], "grammar": ["a", "red"]}')
    scorer = build_clip_scorer(job(early_stopping={"model": str(folder)}), CPU, quiet)
    assert scorer.measure(Renderer(Fog(2.0), 8), UNIT_FRAME)["clip_rank"] in (0.0, 1.0)
