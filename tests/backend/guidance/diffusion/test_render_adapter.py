"""What a model is shown of a rendering, by hand."""

from __future__ import annotations

import pytest
import torch

from backend.guidance.diffusion.latent_map import LatentMap
from backend.guidance.diffusion.render_adapter import LatentAdapter, PixelAdapter, RgbaAdapter, flat_colors, resized
from backend.render.renderer import Rendering

HALF = 0.214041  # linear light that is sRGB 0.5


def rendering(color: list[list[float]], opacity: list[float]) -> Rendering:
    """Straight linear colors, made premultiplied."""
    alpha = torch.tensor(opacity)
    return Rendering(torch.tensor(color) * alpha[:, None], alpha, alpha, alpha[:, None])


def test_rgba_is_what_the_embedded_model_was_trained_on(generator):
    """A pixel of linear light 0.214 is sRGB 0.5 and enters as 0; nothing enters as -1."""
    seen = RgbaAdapter(1, 1).adapt(rendering([[HALF, 0.0, 1.0]], [1.0]), 1, generator)
    torch.testing.assert_close(seen.flatten(), torch.tensor([0.0, -1, 1, 1]), atol=1e-4, rtol=0)


def test_pixels_lie_over_their_background(generator):
    """Half of black over white is linear 0.5, whose sRGB is 0.7354: 2 x - 1 = 0.4708."""
    seen = PixelAdapter(1, 1, "white").adapt(rendering([[0.0, 0, 0]], [0.5]), 1, generator)
    torch.testing.assert_close(seen.flatten(), torch.full((3,), 0.4708), atol=1e-3, rtol=0)
    for behind, value in (("black", -1.0), ("gray", 0.0), ("white", 1.0)):
        nothing = PixelAdapter(1, 1, behind).adapt(rendering([[1.0, 0, 0]], [0.0]), 1, generator)
        torch.testing.assert_close(nothing.flatten(), torch.full((3,), value), atol=1e-4, rtol=0)


def test_each_view_has_a_background_of_its_own_and_each_step_another(generator):
    adapter, nothing = PixelAdapter(2, 2, "random"), rendering([[0.0, 0, 0]] * 8, [0.0] * 8)
    first, second = adapter.adapt(nothing, 2, generator), adapter.adapt(nothing, 2, generator)
    assert first.flatten(2).std(-1).max() < 1e-6, "a background is flat"
    assert not torch.allclose(first[0], first[1]) and not torch.allclose(first, second)


def test_random_backgrounds_take_every_color(generator):
    colors = flat_colors("random", 500, generator)
    assert float(colors.min()) < 0.02 and float(colors.max()) > 0.98
    assert colors.mean(0).tolist() == pytest.approx([0.5] * 3, abs=0.05)


def test_views_come_one_after_another_row_by_row(generator):
    """Eight rays are two views of two by two; the first channel is the ray's number."""
    numbers = [[(i + 0.5) / 8, 0.0, 0.0] for i in range(8)]
    seen = RgbaAdapter(2, 2).adapt(rendering(numbers, [1.0] * 8), 2, generator)
    order = seen[:, 0].flatten()
    assert bool((order.diff() > 0).all()) and seen.shape == (2, 4, 2, 2)


def test_renders_of_another_size_are_resized(generator):
    small = rendering([[HALF] * 3] * 16, [1.0] * 16)
    assert PixelAdapter(4, 8, "white").adapt(small, 1, generator).shape == (1, 3, 8, 8)
    assert RgbaAdapter(4, 2).adapt(small, 1, generator).shape == (1, 4, 2, 2)
    board = (torch.arange(64).view(8, 8) + torch.arange(8)[:, None]).remainder(2).float()[None, None]
    assert float(resized(board, 4).std()) < 0.1, "a chequered picture must shrink to gray, not to every second pixel"


def test_latents_are_composited_as_they_are_over_the_latents_of_a_background(generator):
    to_latents = (torch.tensor([[2.0, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0]]), torch.tensor([0.0, 0, 0, 5]))
    map_ = LatentMap((torch.zeros(4, 3), torch.zeros(3)), to_latents, 0.0)
    adapter = LatentAdapter(
        PixelAdapter(1, 8, "white"), lambda pictures: pytest.fail("nothing is to be encoded"), 1, map_
    )
    latents = torch.tensor([[-3.0, 7.0, 0.5, 1.0]])
    found = adapter.adapt(Rendering(0.25 * latents, *[torch.tensor([0.25])] * 2, torch.ones(1, 1)), 1, generator)
    expected = 0.25 * latents + 0.75 * torch.tensor([2.0, 2, 2, 5])
    torch.testing.assert_close(found.flatten(), expected.flatten())
    assert adapter.color_channels == 4 and adapter.limit is None


def test_colors_are_encoded_also_where_the_run_began_with_latents(generator):
    map_ = LatentMap((torch.zeros(4, 3), torch.zeros(3)), (torch.zeros(3, 4), torch.zeros(4)), 0.0)
    adapter = LatentAdapter(PixelAdapter(1, 8, "white"), lambda pictures: pictures.mean((2, 3), keepdim=True), 1, map_)
    found = adapter.adapt(rendering([[HALF, 0.0, 1.0]], [1.0]), 1, generator)
    torch.testing.assert_close(found.flatten(), torch.tensor([0.0, -1, 1]), atol=1e-4, rtol=0)


@pytest.mark.parametrize("adapter", [RgbaAdapter(2, 4), PixelAdapter(2, 4, "random")])
def test_slopes_reach_color_and_opacity(adapter, generator):
    color, opacity = torch.full((4, 3), 0.3, requires_grad=True), torch.full((4,), 0.4, requires_grad=True)
    adapter.adapt(Rendering(color, opacity, opacity, opacity[:, None]), 1, generator).square().sum().backward()
    for part in (color, opacity):
        assert bool(part.grad.isfinite().all()) and float(part.grad.abs().sum()) > 0
