"""Consistency of unseen views, with the eye of a random-weight image-text model."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from backend.cameras.camera import Rays
from backend.color import srgb_encoded
from backend.config import JobConfig, with_changes
from backend.data.dataset import read_dataset
from backend.data.pictures import PosedPictures
from backend.errors import ModelError
from backend.guidance.consistency import Comparison, Consistency, radii
from backend.guidance.guidance import RayRequest
from backend.pretrained.image_encoder import ImageEncoder, load_image_encoder
from backend.render.renderer import Rendering

CONFIG = with_changes(
    JobConfig(method="reconstruct", dataset="d"),
    {
        "bounds": {"center": (0.0, 0.0, 0.0), "size": (2.0, 2.0, 2.0)},
        "consistency": {"weight": 0.1},
        "optimize": {"steps": 100},
    },
)


@pytest.fixture(scope="module")
def eye(guide_folder: Path) -> ImageEncoder:
    return load_image_encoder(str(guide_folder), torch.device("cpu"))


@pytest.fixture(scope="module")
def pictures(scene_folder: Path) -> PosedPictures:
    return read_dataset(scene_folder).train


def made(eye: ImageEncoder, pictures: PosedPictures, **changes) -> Consistency:
    return Consistency(eye, pictures, with_changes(CONFIG, changes), torch.Generator().manual_seed(0))


@pytest.fixture
def guidance(eye, pictures) -> Consistency:
    return made(eye, pictures)


def camera_of(rays: Rays, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Where the camera stands, and which way its middle looks."""
    directions = rays.directions.reshape(size, size, 3)
    middle = directions[size // 2 - 1 : size // 2 + 1, size // 2 - 1 : size // 2 + 1].mean((0, 1))
    return rays.origins[0], middle / middle.norm()


def photographed(pictures: PosedPictures, index: int, size: int) -> Rendering:
    """What a perfect field shows from the camera of a photograph, at the photograph's own size."""
    pixels = pictures.picture(index).reshape(-1, 4)
    assert pictures.picture(index).shape[:2] == (size, size)
    alpha = pixels[:, 3].clone()
    return Rendering((pixels[:, :3] * alpha[:, None]).requires_grad_(), alpha, alpha, alpha[:, None])


@pytest.mark.parametrize("color", [(0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.2, 0.9, 0.4)])
def test_the_observed_view_itself_has_no_loss(eye, pictures, color):
    """Over any background: the photograph's stands behind it as well."""
    guidance = made(eye, pictures, consistency={"weight": 0.1, "render_size": 24})
    look = Comparison(3, torch.tensor(color))
    rays = pictures.cameras[3].rays().flat()
    guidance_loss = guidance.loss(RayRequest(rays, look), photographed(pictures, 3, 24), 9)
    assert float(guidance_loss.loss.detach()) == pytest.approx(0.0, abs=1e-6)
    other = guidance.loss(RayRequest(rays, look), photographed(pictures, 8, 24), 9)
    assert float(other.loss.detach()) > 1e-5


def test_it_is_half_the_squared_distance_of_the_paper(eye, pictures):
    """lambda / 2 |a - b|^2 on unit vectors, with embeddings taken from the eye directly."""
    guidance = made(eye, pictures, consistency={"weight": 0.7, "render_size": 24})
    black = torch.zeros(3)
    pixels = [pictures.picture(i)[..., :3] * pictures.picture(i)[..., 3:] for i in (2, 5)]
    a, b = (eye.embed_pictures(encoded(p).permute(2, 0, 1)[None])[0] for p in pixels)
    look = RayRequest(pictures.cameras[2].rays().flat(), Comparison(2, black))
    found = guidance.loss(look, photographed(pictures, 5, 24), 9)
    assert float(found.loss.detach()) == pytest.approx(float(0.7 / 2 * (a - b).square().sum()), rel=1e-3)
    assert found.terms["consistency"] == pytest.approx(float(1 - a @ b), rel=1e-3)


def encoded(linear: torch.Tensor) -> torch.Tensor:
    return torch.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear.clamp_min(1e-9) ** (1 / 2.4) - 0.055)


def test_the_gradient_reaches_the_render_and_not_the_photograph(guidance):
    request = guidance.sample_views(9)
    count = len(request.rays.origins)
    color, opacity = torch.full((count, 3), 0.2, requires_grad=True), torch.full((count,), 0.5, requires_grad=True)
    guidance.loss(request, Rendering(color, opacity, opacity, opacity[:, None]), 9).loss.backward()
    assert float(color.grad.abs().sum()) > 0 and float(opacity.grad.abs().sum()) > 0
    assert not guidance.pictures.pixels.requires_grad


def test_it_looks_every_tenth_step_as_published(guidance):
    """The published loop counts from 1 and looks where the step is a multiple of 10."""
    assert [step + 1 for step in range(50) if guidance.sample_views(step)] == [10, 20, 30, 40, 50]


def test_after_the_fraction_only_pixels_count(eye, pictures):
    guidance = made(eye, pictures, consistency={"weight": 0.1, "until": 0.6, "every": 1})
    assert [step for step in range(100) if guidance.sample_views(step)] == list(range(60))


def test_a_weight_of_zero_asks_for_nothing(eye, pictures, guidance):
    guidance.edit(with_changes(CONFIG, {"consistency": {"weight": 0.0}}))
    assert guidance.sample_views(9) is None


def test_unseen_cameras_stand_where_the_prior_says(eye, pictures):
    changes = {
        "weight": 0.1,
        "every": 1,
        "min_elevation_degrees": 20.0,
        "max_elevation_degrees": 50.0,
        "min_radius": 2.0,
        "max_radius": 3.0,
    }
    guidance = made(eye, pictures, consistency=changes)
    azimuths, elevations, distances = [], [], []
    for _ in range(300):
        place, towards = camera_of(guidance.sample_views(0).rays, guidance.size)
        distances.append(float(place.norm()))
        azimuths.append(math.atan2(float(place[0]), -float(place[1])))
        elevations.append(math.degrees(math.asin(float(place[2] / place.norm()))))
        assert float(towards @ -place / place.norm()) > 0.999  # but for a part of a pixel
    assert 20 <= min(elevations) < 22 and 48 < max(elevations) <= 50
    assert 2.0 <= min(distances) < 2.05 and 2.95 < max(distances) <= 3.0
    quarters = [sum(lo <= a < lo + math.pi / 2 for a in azimuths) for lo in (-math.pi, -math.pi / 2, 0, math.pi / 2)]
    assert min(quarters) > 45, "every side is looked at"
    assert sum(elevations) / 300 == pytest.approx(35, abs=2), "uniform in angle"


def test_the_lens_is_that_of_the_photographs(guidance, pictures):
    """The angle between the outermost rays of a row is the photographs' own, a pixel apart at most."""
    directions = guidance.sample_views(9).rays.directions.reshape(guidance.size, guidance.size, 3)
    row = directions[guidance.size // 2]
    own = pictures.cameras[0].resized(guidance.size, guidance.size).rays().directions[guidance.size // 2]
    found, expected = (math.acos(float(r[0] @ r[-1])) for r in (row, own))
    assert found == pytest.approx(expected, abs=0.01)


def test_a_wide_photograph_and_its_render_are_squeezed_alike(eye, guidance, pictures):
    """The render has as many pixels across as down, over the photograph's own angles."""
    cut = torch.stack([pictures.picture(number)[4:20] for number in range(len(pictures))])
    wide = PosedPictures.of_one_size(cut, [c.resized(24, 16) for c in pictures.cameras])
    rays = made(eye, wide).sample_views(9).rays
    assert len(rays.origins) == 32 * 32


def test_radii_are_the_photographs_own_where_none_are_given(guidance, pictures):
    distances = [float(camera.pose[:3, 3].norm()) for camera in pictures.cameras]
    assert guidance.radii == pytest.approx((min(distances), max(distances)))
    near, far = radii(1.0, 0.0, pictures, guidance.frame)
    assert (near, far) == pytest.approx((1.0, max(distances)))
    assert radii(90.0, 0.0, pictures, guidance.frame) == pytest.approx((max(distances), 90.0)), "the right way round"


def test_radii_are_told_in_half_widths_of_the_box(eye, pictures):
    box = {"bounds": {"center": (0.0, 0.0, 0.0), "size": (3.0, 1.0, 1.0)}}
    guidance = made(eye, pictures, **box, consistency={"weight": 0.1, "min_radius": 2.0, "max_radius": 2.0})
    assert guidance.radii == pytest.approx((3.0, 3.0))


def test_the_eye_and_the_distances_are_said(eye, pictures):
    said: list[str] = []
    guidance = Consistency(eye, pictures, CONFIG, torch.Generator(), said.append)
    assert said == ["Unseen views are compared from 3.2 to 3.2 m off the middle, 32 px wide."]
    assert guidance.models == [eye.card] and guidance.state() == {}


def token_of(eye: ImageEncoder, picture: torch.Tensor) -> torch.Tensor:
    """The class token behind the last block, before norm and projection, layer by layer."""
    visual = eye.model.visual
    patches = visual.conv1((picture - eye.mean) / eye.spread).flatten(2).permute(0, 2, 1)
    tokens = torch.cat([visual.class_embedding.expand(len(patches), 1, -1), patches], 1) + visual.positional_embedding
    tokens = visual.ln_pre(tokens)
    for block in visual.transformer.resblocks:
        tokens = block(tokens)
    return torch.nn.functional.normalize(tokens[:, 0], dim=-1)


def test_as_in_the_published_code_the_token_before_the_projection_is_compared(eye, pictures):
    settings = {"weight": 0.1, "layer": "token", "background": "white", "render_size": eye.size}
    guidance = made(eye, pictures, consistency=settings)
    request = next(request for step in range(20) if (request := guidance.sample_views(step)) is not None)
    assert torch.equal(request.context.background, torch.ones(3))
    opacity = torch.rand(eye.size**2)
    color = torch.rand(eye.size**2, 3) * opacity[:, None]
    rendering = Rendering(color.requires_grad_(), opacity, opacity, opacity[:, None])
    found = guidance.loss(request, rendering, 9)
    shown = srgb_encoded(color + 1 - opacity[:, None]).reshape(1, eye.size, eye.size, 3).permute(0, 3, 1, 2)
    pixels = pictures.picture(request.context.photograph)
    truth = srgb_encoded(pixels[..., :3] * pixels[..., 3:] + 1 - pixels[..., 3:]).permute(2, 0, 1)[None]
    truth = torch.nn.functional.interpolate(truth, (eye.size, eye.size), mode="bilinear", antialias=True)
    expected = 1 - float((token_of(eye, shown) * token_of(eye, truth)).sum().detach())
    assert float(found.loss) == pytest.approx(0.1 * expected, abs=1e-5)
    found.loss.backward()
    assert float(color.grad.abs().sum()) > 0


def test_what_the_coarse_samples_show_has_a_weight_of_its_own(eye, pictures):
    guidance = made(eye, pictures, consistency={"weight": 0.1, "coarse_weight": 0.3, "render_size": 24})
    look = Comparison(3, torch.ones(3))
    request = RayRequest(pictures.cameras[3].rays().flat(), look)
    whole, other = photographed(pictures, 3, 24), photographed(pictures, 5, 24)
    found = guidance.loss(request, replace(whole, coarse=other), 9)
    alone = made(eye, pictures, consistency={"weight": 0.3, "render_size": 24}).loss(request, other, 9)
    assert float(found.loss) == pytest.approx(float(alone.loss), abs=1e-5), "the fine ones are the photograph"
    assert found.terms["consistency_coarse"] == pytest.approx(alone.terms["consistency"], abs=1e-6)
    plain = made(eye, pictures, consistency={"weight": 0.1, "render_size": 24}).loss(
        request, replace(whole, coarse=other), 9
    )
    assert "consistency_coarse" not in plain.terms


def test_an_eye_without_such_a_token_has_a_sentence_before_anything_is_rendered(pictures):
    class Other:
        model, size, mean, card = torch.nn.Identity(), 32, torch.zeros(3, 1, 1), {"name": "an eye"}

    with pytest.raises(ModelError, match="an eye has no token before its projection: leave consistency.layer"):
        made(Other(), pictures, consistency={"weight": 0.1, "layer": "token"})
