"""A field of Shap-E's against what diffusers' own renderer makes of the same latents."""

from __future__ import annotations

import pytest
import torch

from backend.color import srgb_decoded
from backend.errors import EmptyFieldError, ModelError
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE, Bounds
from backend.priors.fitting import REACH
from backend.priors.prior_field import RAW_SURFACE
from backend.priors.query import lattice
from backend.priors.shap_e.latent_field import SHARPNESS, FittedField, LatentField, field_of
from backend.priors.shap_e.sampling import Sampling, read_words, sample_latents
from backend.priors.start import fill


@pytest.fixture(scope="module")
def latents(model):
    return sample_latents(model, read_words(model, "a red cube"), Sampling(1, 3, 15.0))


@pytest.fixture
def shape(model, latents):
    return field_of(model, latents)


class Ball:
    """Stands where diffusers' network does: tanh of a distance to a ball, too steep by a factor, red above and blue
    below."""

    def __init__(self, radius=0.3, steepness=2.0, middle=(0.2, 0.0, 0.0)):
        self.radius, self.steepness, self.middle = radius, steepness, torch.tensor(middle)
        self.most = 0

    def __call__(self, *, position, **how):
        self.most = max(self.most, position.shape[1])
        distance = self.radius - (position - self.middle).norm(dim=-1, keepdim=True)
        above = (position[..., 2:] > 0).float()
        channels = torch.cat([above, torch.zeros_like(above), 1 - above], -1)
        return type("Output", (), {"signed_distance": (self.steepness * distance).tanh(), "channels": channels})


def test_inside_and_colors_are_those_of_diffusers_mesh_query(model, latents, shape):
    """Their renderer with these latents written into it as `decode_to_mesh` does, asked at the same points; their
    decoder's table of cases is empty in random weights, so what it would march over is compared."""
    renderer = model.renderer()
    with torch.no_grad():
        made = renderer.params_proj(latents)
        for name, value in renderer.mlp.state_dict().items():
            if f"nerstf.{name}" in made:
                value.copy_(made[f"nerstf.{name}"].squeeze(0))
        at = 1.98 * torch.rand(2000, 3, generator=torch.Generator().manual_seed(0)) - 0.99
        asked = {"direction": None, "ts": None, "nerf_level": "fine", "rendering_mode": "stf"}
        out = renderer.mlp(position=at[None], **asked)
    inside, theirs = shape.logit(at) > 0, out.signed_distance[0, :, 0] > 0
    assert torch.equal(inside, theirs) and 0.05 < float(inside.float().mean()) < 0.95
    torch.testing.assert_close(shape.color(at), srgb_decoded(out.channels[0]), atol=1e-5, rtol=1e-4)


def test_the_mesh_that_diffusers_decodes_has_its_colors(model, latents, shape):
    """With the table of cases for one corner inside, which is enough for some of the surface: each of its vertices lies
    where our field changes its sign, but for the frame of one cell that their decoder squeezes into the cube."""
    renderer, size = model.renderer(), 24
    renderer.mesh_decoder.cases[1, 0] = torch.tensor([0, 4, 8])
    renderer.mesh_decoder.masks[1, 0] = True
    mesh = renderer.decode_to_mesh(latents, torch.device("cpu"), grid_size=size)
    at = mesh.verts * (size + 1) / (size - 1)
    inner = (at.abs() < 0.95).all(-1)
    assert int(inner.sum()) > 20
    step = 2 / (size - 1)
    ends = [at[inner] + side * step * axis for axis in torch.eye(3) for side in (-1, 1)]
    signs = torch.stack([shape.logit(end) > 0 for end in ends])
    assert float((signs.any(0) & ~signs.all(0)).float().mean()) > 0.9
    theirs = torch.stack([mesh.vertex_channels[name] for name in "RGB"], -1)
    torch.testing.assert_close(shape.color(mesh.verts), theirs, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("steepness", [0.05, 2.0, 40.0])
def test_a_ball_of_any_slope_fills_its_box_and_is_as_steep_as_our_own_prior(steepness):
    ball = Ball(steepness=steepness)
    answer = FittedField(LatentField(ball, torch.device("cpu")), UNIT_CUBE)
    ray = torch.linspace(-1, 1, 401)
    logit = answer.logit(torch.stack([ray, 0 * ray, 0 * ray], -1))
    radius = float((logit > 0).float().mean())
    assert radius == pytest.approx(2 * REACH / (1 + 3**0.5), abs=0.03), "as all objects: the mean of ball and corner"
    rise = (logit[1:] - logit[:-1]).abs() / (ray[1] - ray[0])
    assert float(rise[logit[1:].abs() < 2].mean()) == pytest.approx(SHARPNESS, rel=0.1)
    assert ball.most <= 1 << 15, "asked in chunks"


def test_up_is_up_and_a_longer_box_stretches_nothing():
    answer = FittedField(LatentField(Ball(), torch.device("cpu")), Bounds((0.0, 0.0, 0.0), (2.0, 2.0, 6.0)))
    grid = DenseGrid(Bounds((0.0, 0.0, 0.0), (2.0, 2.0, 6.0)), 48)
    fill(grid, answer)
    solid = grid.raw_density[..., 0] > RAW_SURFACE
    sides = solid.nonzero().amax(0) - solid.nonzero().amin(0)
    assert grid.shape == (16, 16, 48) and int(sides.max() - sides.min()) <= 1
    red, blue = (answer.color(torch.tensor([[0.0, 0.0, side]]))[0] for side in (0.1, -0.1))
    assert red.tolist() == [1, 0, 0] and blue.tolist() == [0, 0, 1]
    torch.testing.assert_close(answer.main_color[[0, 2]], torch.tensor([0.5, 0.5]), atol=0.05, rtol=0)


def test_what_reaches_beyond_its_own_cube_ends_there():
    answer = LatentField(Ball(radius=5.0), torch.device("cpu"))
    at = torch.tensor([[0.0, 0.0, 0.99], [0.0, 0.0, 1.01], [0.0, 0.0, 3.0]])
    assert (answer.logit(at) > 0).tolist() == [True, False, False]
    assert bool((FittedField(answer, UNIT_CUBE).logit(lattice((8, 8, 8)).reshape(-1, 3)) > 0).any())


def test_nothing_solid_is_one_sentence():
    with pytest.raises(EmptyFieldError, match="nothing that is solid of these words: take another seed"):
        FittedField(LatentField(Ball(radius=-1.0), torch.device("cpu")), UNIT_CUBE)


def test_latents_of_another_renderer_are_refused(model):
    with pytest.raises(ModelError, match="reads latents of 48 x 16, not of 5 x 16: fetch the model again"):
        field_of(model, torch.zeros(1, 5, 16))
