"""Dream Fields with a random-weight open_clip model: the real path, small."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from backend.config import JobConfig, with_changes
from backend.errors import ConfigError
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE
from backend.guidance.dream_fields import DreamFields
from backend.guidance.dream_fields.sparsity import size_on_picture
from backend.pretrained import ImageText, load_image_text, resolve
from backend.render.renderer import Renderer, Rendering

CONFIG = with_changes(
    JobConfig(prompt="a red cube"),
    {"orbit": {"views": 2}, "dream_fields": {"crops": 3}, "optimize": {"steps": 100}, "render": {"image_size": 32}},
)


@pytest.fixture(scope="module")
def model(guide_folder: Path) -> ImageText:
    return load_image_text(resolve(str(guide_folder)), torch.device("cpu"))


@pytest.fixture
def guidance(model, generator) -> DreamFields:
    return DreamFields(model, CONFIG, generator)


def changed(guidance: DreamFields, **changes) -> DreamFields:
    return DreamFields(guidance.model, with_changes(CONFIG, changes), torch.Generator().manual_seed(0))


def rendered(guidance: DreamFields, opacity: float) -> tuple:
    request = guidance.sample_views(0)
    count = len(request.rays.origins)
    color = torch.full((count, 3), 0.4 * opacity, requires_grad=True)
    opacities = torch.full((count,), opacity, requires_grad=True)
    return request, Rendering(color, opacities, opacities, opacities[:, None])


def test_views_are_proposed_whole(guidance):
    request = guidance.sample_views(0)
    assert request.rays.origins.shape == (2 * 32 * 32, 3) and len(request.context) == 2
    assert request.density_noise == 0.0


def test_the_loss_is_similarity_and_clipped_emptiness(guidance):
    request, rendering = rendered(guidance, 0.75)
    guidance_loss = guidance.loss(request, rendering, 0)
    terms = guidance_loss.terms
    assert -1 <= terms["similarity"] <= 1 and terms["transmittance"] == pytest.approx(0.25)
    assert float(guidance_loss.loss.detach()) == pytest.approx(-terms["similarity"] - 0.5 * 0.25, abs=1e-6)
    request, clear = rendered(guidance, 0.1)
    guidance_loss = guidance.loss(request, clear, 0)
    clip = 1 - 0.6 * size_on_picture(request.context)
    assert 0.3 < clip < 0.45
    assert float(guidance_loss.loss.detach()) == pytest.approx(
        -guidance_loss.terms["similarity"] - 0.5 * clip, abs=1e-6
    )


def test_negative_words_are_added_to_the_loss_and_named(guidance):
    against = changed(guidance, prompt_options={"negative": "cub", "negative_weight": 2.0})
    request, rendering = rendered(against, 0.75)
    guidance_loss = against.loss(request, rendering, 0)
    assert "negative" in guidance_loss.terms and guidance_loss.terms["negative"] != 0
    expected = guidance_loss.terms["negative"] - guidance_loss.terms["similarity"] - 0.5 * 0.25
    assert float(guidance_loss.loss.detach()) == pytest.approx(expected, abs=1e-6)
    request, rendering = rendered(guidance, 0.75)
    assert "negative" not in guidance.loss(request, rendering, 0).terms


def test_the_weight_multiplies_all_of_it(guidance):
    heavy = changed(guidance, dream_fields={"weight": 3.0, "crops": 3})
    guidance = changed(guidance)  # both draw the same numbers
    (p, r), (q, s) = rendered(guidance, 0.75), rendered(heavy, 0.75)
    light = float(guidance.loss(p, r, 0).loss.detach())
    assert float(heavy.loss(q, s, 0).loss.detach()) == pytest.approx(3 * light, rel=1e-5)


def test_each_crop_is_compared_with_the_words_of_its_own_view(model):
    """Two views with other words each: the similarity is the mean of three crops', of which two are of the first."""
    config = with_changes(
        CONFIG, {"prompt_options": {"view_dependent": True}, "dream_fields": {"backgrounds": "white"}}
    )
    guidance = DreamFields(model, config, torch.Generator().manual_seed(3))
    request, rendering = rendered(guidance, 1.0)  # every crop is the same plain gray
    first, second = (guidance.targets.positive(view) for view in request.context)
    assert not torch.allclose(first, second)
    gray = model.embed_pictures(torch.full((1, 3, 32, 32), 0.665185))[0]  # linear 0.4
    expected = float((2 * gray @ first + gray @ second) / 3)
    found = guidance.loss(request, rendering, 0).terms["similarity"]
    assert found == pytest.approx(expected, abs=1e-4)


def test_the_gradient_reaches_color_and_opacity(guidance):
    request, rendering = rendered(guidance, 0.5)
    guidance.loss(request, rendering, 0).loss.backward()
    for part in (rendering.color, rendering.opacity):
        assert bool(part.grad.isfinite().all()) and float(part.grad.abs().sum()) > 0


def test_a_short_run_sees_the_end_of_the_ramp(guidance):
    assert guidance.ramp == 50


def test_perturbed_density_asks_for_noise(guidance):
    shaken = changed(guidance, dream_fields={"sparsity": "perturbed_density", "density_noise": 0.7})
    assert shaken.sample_views(0).density_noise == 0.7


def test_another_prompt_is_another_direction(guidance):
    view = guidance.sample_views(0).context[0]
    before = guidance.targets.positive(view)
    guidance.edit(with_changes(CONFIG, {"prompt": "red red"}))
    assert not torch.allclose(before, guidance.targets.positive(view))


def test_an_edit_with_a_picture_that_cannot_be_read_changes_nothing(guidance, tmp_path):
    view = guidance.sample_views(0).context[0]
    before, config = guidance.targets.positive(view), guidance.config
    bad = {
        "prompt": "red red",
        "dream_fields": {"weight": 7.0},
        "prompt_options": {"image_prompts": [{"path": str(tmp_path / "no")}]},
    }
    with pytest.raises(ConfigError):
        guidance.edit(with_changes(CONFIG, bad))
    assert guidance.config is config and torch.equal(guidance.targets.positive(view), before)


def test_a_picture_of_what_is_wanted_pulls_towards_it(model, tmp_path, generator):
    """The render that is the picture has the similarity 1."""
    values = np.random.default_rng(1).integers(60, 255, (32, 32, 3), np.uint8)
    Image.fromarray(values).save(tmp_path / "wanted.png")
    wanted = {"prompt_options": {"image_prompts": [{"path": str(tmp_path / "wanted.png")}]}, "orbit": {"views": 1}}
    config = with_changes(JobConfig(), {**wanted, "dream_fields": {"crop_fraction": 1.0}})
    guidance = DreamFields(model, config, generator)
    encoded = torch.from_numpy(values.astype(np.float32) / 255).reshape(-1, 3)
    linear = ((encoded + 0.055) / 1.055) ** 2.4
    ones = torch.ones(1024)
    guidance_loss = guidance.loss(guidance.sample_views(0), Rendering(linear, ones, ones, ones[:, None]), 0)
    assert guidance_loss.terms["similarity"] == pytest.approx(1.0, abs=1e-3)


def test_cameras_follow_an_object_that_lies_aside(guidance):
    """A grid whose only matter lies off the middle: after many looks the cameras look at it."""
    place, field = torch.tensor([0.4, -0.3, 0.2]), DenseGrid(UNIT_CUBE, 32)
    with torch.no_grad():
        centers = (torch.arange(32) + 0.5) / 16 - 1
        grid = torch.stack(torch.meshgrid(centers, centers, centers, indexing="ij"), -1)
        field.raw_density.copy_(torch.where((grid - place).norm(dim=-1) < 0.2, 2.0, -30.0)[..., None])
    guidance = changed(guidance, dream_fields={"origin_decay": 0.8, "crops": 1})
    for step in range(20):
        request = guidance.sample_views(step)
        guidance.loss(request, Renderer(field, 48)(request.rays, guidance.generator), step)
    torch.testing.assert_close(torch.tensor(guidance.frame.center).float(), place, atol=0.04, rtol=0)
    for view in guidance.sample_views(20).context:
        towards = place - view.camera.pose[:3, 3]
        assert float(torch.nn.functional.cosine_similarity(towards, -view.camera.pose[:3, 2], dim=0)) > 0.9995
        assert float(towards.norm()) == pytest.approx(view.radius, abs=0.05)


def test_the_center_stays_where_it_is_not_tracked(guidance):
    still = changed(guidance, dream_fields={"track_origin": False})
    still.origin.point += 1.0
    assert still.frame.center == (0.0, 0.0, 0.0)


def test_the_center_survives_a_checkpoint(guidance):
    guidance.origin.point = torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64)
    again = changed(guidance)
    again.restore(guidance.state())
    assert again.frame.center == pytest.approx((0.1, 0.2, 0.3), abs=1e-15)
    again.restore({})  # a checkpoint of before there was tracking
    assert again.frame.center == pytest.approx((0.1, 0.2, 0.3), abs=1e-15)


def test_with_photographs_the_cameras_stand_around_the_user_s_box(model, generator):
    box = {"method": "both", "dataset": "d", "bounds": {"center": (5.0, 0.0, 1.0), "size": (4.0, 4.0, 4.0)}}
    guidance = DreamFields(model, with_changes(CONFIG, box), generator)
    view = guidance.sample_views(0).context[0]
    distance = float((view.camera.pose[:3, 3] - torch.tensor([5.0, 0.0, 1.0])).norm())
    assert distance == pytest.approx(2 * view.radius, rel=1e-5)


def test_the_size_chosen_for_a_large_model_is_said(model, generator):
    said: list[str] = []
    DreamFields(replace(model, size=224), CONFIG, generator, said.append)
    assert said == ["The model reads 224 px: 1 renders of 124 px are made in each step."]
    DreamFields(model, CONFIG, generator, said.append)
    assert len(said) == 1


def test_every_sparsity_gives_a_finite_slope(guidance):
    from backend.guidance.dream_fields.sparsity import LOSSES

    for kind in LOSSES:
        one = changed(guidance, dream_fields={"sparsity": kind, "crops": 1})
        request, rendering = rendered(one, 1.0)
        one.loss(request, rendering, 0).loss.backward()
        assert bool(rendering.opacity.grad.isfinite().all()), kind
