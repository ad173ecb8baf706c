"""Crops against slices by hand, and sizes by the rule."""

from __future__ import annotations

import pytest
import torch

from backend.config import JobConfig, recipe, with_changes
from backend.guidance.dream_fields.crops import (
    RAYS_OF_A_STEP,
    over_backgrounds,
    plan_renders,
    random_crops,
    resized,
    sample_crops,
    views_of,
)
from backend.render.renderer import Rendering


def numbered(count: int, size: int) -> torch.Tensor:
    """Every pixel of every view has a value of its own."""
    return torch.arange(count * 4 * size * size, dtype=torch.float32).reshape(count, 4, size, size)


def test_a_crop_is_a_square_of_its_view_as_it_is(generator):
    views = numbered(2, 10)
    crops = random_crops(views, 5, 0.7, generator)
    assert crops.shape == (5, 4, 7, 7)
    for i, crop in enumerate(crops):
        view = views[i % 2]
        top, left = divmod(int(crop[0, 0, 0] - view[0, 0, 0]), 10)
        assert torch.equal(crop, view[:, top : top + 7, left : left + 7])


def test_crops_come_to_lie_everywhere(generator):
    corners = {tuple(c[0, 0, :1].tolist()) for c in random_crops(numbered(1, 6), 200, 4 / 6, generator)}
    assert corners == {(float(6 * y + x),) for y in range(3) for x in range(3)}


def test_a_whole_render_is_a_crop_of_it(generator):
    views = numbered(1, 6)
    assert torch.equal(random_crops(views, 1, 1.0, generator), views)


def test_views_are_taken_from_rays_row_by_row():
    color, opacity = torch.rand(2 * 3 * 3, 3), torch.rand(18)
    views = views_of(Rendering(color, opacity, opacity, opacity[:, None]), 2, 3)
    assert views.shape == (2, 4, 3, 3)
    assert torch.equal(views[1, :3, 2, 0], color[9 + 6]) and views[1, 3, 2, 0] == opacity[15]


def test_enlarging_is_bilinear_between_pixel_centers():
    """Two pixels become four: a quarter and three quarters of the way between them, the ends held."""
    row = torch.tensor([0.0, 1.0]).expand(1, 4, 2, 2)
    torch.testing.assert_close(resized(row, 4)[0, 0, 0], torch.tensor([0.0, 0.25, 0.75, 1.0]))


def test_a_picture_is_premultiplied_color_over_its_background_in_srgb():
    views = torch.tensor([0.107, 0.0, 0.0, 0.5]).view(1, 4, 1, 1)
    seen = over_backgrounds(views, torch.full((1, 3, 1, 1), 0.214041))
    torch.testing.assert_close(seen.flatten(), torch.tensor([0.5, 0.3614, 0.3614]), atol=1e-3, rtol=0)


def test_an_empty_view_shows_its_background(generator):
    config = JobConfig(prompt="a")
    seen = sample_crops(torch.zeros(1, 4, 16, 16), config, 32, generator)
    assert seen.shape == (8, 3, 32, 32) and float(seen.flatten(1).var(1).min()) > 1e-4


@pytest.mark.parametrize(("kind", "value"), [("black", 0.0), ("white", 1.0)])
def test_plain_backgrounds_are_plain(kind: str, value: float, generator):
    config = with_changes(JobConfig(prompt="a"), {"dream_fields": {"backgrounds": kind}})
    assert torch.allclose(sample_crops(torch.zeros(1, 4, 16, 16), config, 32, generator), torch.tensor(value))


def test_a_small_eye_is_shown_the_renderer_s_own_size():
    assert plan_renders(JobConfig(), 32) == (32, 4)


def test_a_large_eye_gets_crops_of_half_its_size_from_fewer_views():
    size, views = plan_renders(JobConfig(), 224)
    assert round(size * 0.91) >= 112 and views == 1 and views * size**2 <= RAYS_OF_A_STEP
    size, views = plan_renders(JobConfig(), 96)
    assert round(size * 0.91) >= 48 and views == 4
    assert plan_renders(JobConfig(), 448)[1] == 1, "there is always a view"


def test_a_size_that_is_set_is_taken():
    assert plan_renders(with_changes(JobConfig(), {"dream_fields": {"render_size": 40}}), 224) == (40, 4)
    for name, expected in {"lq": (88, 1), "mq": (168, 1), "hq": (252, 1)}.items():
        assert plan_renders(recipe(f"dream-fields-{name}"), 224) == expected
