"""What the backend's shape prior answers, held against instances that the world of objects builds."""

import json

import pytest
import torch

pytest.importorskip("trimesh", reason="the world of objects is built with trimesh, which only the trainings need")
pytest.importorskip("mapbox_earcut", reason="it cuts the outlines of things, for the trainings")

from backend.priors import surfaces
from backend.priors.network import load_network
from backend.priors.prior_field import PRIOR_FOLDER
from backend.priors.vocabulary import load_vocabulary
from scripts.training.colors import NAMED, linear_color
from scripts.training.materials import surface_layers
from scripts.training.prior.ship import MODELS, VOCABULARY, vocabulary
from scripts.training.prior.truth import held_out, lattice, overlap

PLACES = torch.from_numpy(lattice()).float()


@pytest.mark.parametrize("name", ["teapot", "snowman", "chair", "car", "mushroom"])
def test_an_instance_that_was_never_trained_on_is_where_it_is(name):
    code, holder = held_out(name, 0)
    with torch.no_grad():
        occupancy, _ = load_network(PRIOR_FOLDER, name, torch.from_numpy(code))(PLACES)
    assert overlap(occupancy.numpy() > 0, holder > 0) > 0.85


def test_the_words_are_those_of_the_world():
    """All that json changes is tuples, to lists."""
    names = list(load_vocabulary(PRIOR_FOLDER).objects)
    assert MODELS == PRIOR_FOLDER
    assert json.loads(json.dumps(vocabulary(names))) == json.loads((MODELS / VOCABULARY).read_text())


def test_colors_are_those_of_the_world():
    from backend.color import srgb_decoded

    srgb = load_vocabulary(PRIOR_FOLDER).srgb
    for name in NAMED:
        torch.testing.assert_close(srgb_decoded(torch.tensor(srgb[name])), linear_color(name), atol=1e-5, rtol=0)


def test_surfaces_are_those_of_the_world():
    generator = torch.Generator().manual_seed(0)
    points = 1.6 * torch.rand(500, 3, generator=generator, dtype=torch.float64) - 0.8
    normals = torch.nn.functional.normalize(torch.randn(500, 3, generator=generator, dtype=torch.float64), dim=-1)
    at, out = points.numpy(), normals.numpy()
    light = torch.nn.functional.normalize(torch.tensor(surfaces.LIGHTS[0], dtype=torch.float64), dim=0).numpy()
    pairs = [
        (surfaces.stripes(points, normals), surface_layers.stripes(at)),
        (surfaces.checks(points, normals), surface_layers.checks(at)),
        (surfaces.spots(points, normals), surface_layers.spots(at, out)),
        (surfaces.grain(points), surface_layers.grain(at)),
        (surfaces.highlight(normals), surface_layers.highlight(out, light)),
        (surfaces.sky(normals), surface_layers.sky(out)),
    ]
    for ours, theirs in pairs:
        torch.testing.assert_close(ours.double(), torch.from_numpy(theirs), atol=1e-5, rtol=0)
