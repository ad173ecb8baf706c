"""The prior's answer as a field: what fields promise, what seeds and words change, and a grid that starts from it."""

import numpy as np
import pytest
import torch

from backend.color import srgb_decoded
from backend.config import preset, with_changes
from backend.errors import ConfigError, ModelError
from backend.export.grid import SOLID_CELLS, export_grid
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE, Bounds, DensityField
from backend.optimize.trainer import Trainer
from backend.priors.captions import ObjectPrompt
from backend.priors.prior_field import OUTSIDE, RAW_HIGH, RAW_LOW, RAW_SURFACE, PriorField, prior_field, raw_density
from backend.priors.query import dense, lattice
from backend.priors.start import fill

LONG_BOX = Bounds((0.0, -1.0, 2.0), (1.0, 1.0, 6.0))


@pytest.fixture(scope="module")
def teapot() -> PriorField:
    return prior_field("a red teapot", 0)[0]


def inside(field: PriorField, edge: int = 32):
    return dense(field.logit, (edge,) * 3) > 0


def overlap(one, other) -> float:
    return float((one & other).sum() / (one | other).sum())


# --- what every field promises --------------------------------------------------------------------------------------


def test_both_queries_agree_and_outside_is_empty(teapot, generator):
    positions = 2 * torch.rand(300, 3, generator=generator) - 1
    density, color = teapot.density_and_color(positions)
    assert torch.equal(density, teapot.density(positions)) and float(density.max()) > 100
    assert float(color.min()) >= 0 and float(color.max()) <= 1
    inf, nan = float("inf"), float("nan")
    outside = torch.tensor([[1.01, 0, 0], [0, -3.0, 0], [0, 0, 1e20], [inf, 0, 0], [nan, 0, 0]])
    density, color = teapot.density_and_color(outside)
    assert density.tolist() == [0] * 5 and bool(color.isfinite().all())
    assert float(teapot.density_gradient(outside).detach().abs().sum()) == 0
    assert float(teapot.density(torch.tensor([[1.0, -1.0, 1.0]]))) > 0


def test_the_gradient_of_density_is_that_of_finite_differences(generator):
    field = prior_field("a red teapot", 0, LONG_BOX)[0].double()
    positions = torch.rand(6000, 3, generator=generator, dtype=torch.float64)
    at = torch.tensor([0.0, -0.5, 3.5]) + positions  # the largest cube of the box
    at = at[(field.density(at) > 1) & (field.density(at) < 90)]
    steps = 1e-6 * torch.eye(3, dtype=torch.float64)
    rises = torch.stack([(field.density(at + step) - field.density(at - step)) / 2e-6 for step in steps], -1)
    found = field.density_gradient(at)
    assert len(at) > 5 and float(rises.abs().max()) > 10
    assert float(torch.isclose(found, rises, rtol=1e-3, atol=1e-3).all(-1).double().mean()) > 0.9


def test_half_of_the_light_is_stopped_within_a_twelfth_of_the_box_where_the_decision_is_open(teapot):
    density = teapot.scale * torch.nn.functional.softplus(raw_density(torch.zeros(1)))
    assert float(1 - torch.exp(-density * 2 / SOLID_CELLS)) == pytest.approx(0.5, abs=1e-5)
    assert raw_density(torch.tensor([-50.0, 0, 50])).tolist() == pytest.approx([RAW_LOW, RAW_SURFACE, RAW_HIGH])


def test_it_is_a_density_field_that_is_exported_like_any(teapot):
    field: DensityField = teapot
    grid = export_grid(field, 24)
    solid = torch.from_numpy(grid.density.astype(np.float32)) > grid.threshold
    assert overlap(solid, inside(teapot, 24)) > 0.9


def test_an_object_keeps_its_proportions_in_a_long_box(teapot):
    """In the largest cube of the box, in its middle."""
    field = prior_field("a red teapot", 0, LONG_BOX)[0]
    cube = lattice((24, 24, 24)).reshape(-1, 3)
    there = field.density(torch.tensor([0.5, 0.0, 4.0]) + 0.5 * cube) * 2  # the box is twice as long, so as opaque
    torch.testing.assert_close(there, teapot.density(cube), rtol=1e-2, atol=1e-2)


# --- seeds, words ---------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bits_and_another_seed_another_form():
    first, again, other = (prior_field("a green mushroom", seed)[0] for seed in (3, 3, 4))
    cells = lattice((24, 24, 24)).reshape(-1, 3)
    assert torch.equal(first.density(cells), again.density(cells)) and torch.equal(
        first.color(cells), again.color(cells)
    )
    assert 0.3 < overlap(inside(first), inside(other)) < 0.98


def test_tall_short_and_small_are_that():
    def size(text):
        held = inside(prior_field(text, 0)[0], 48).nonzero()
        return (held.amax(0) - held.amin(0) + 1).float()

    usual, tall, short, small = (size(f"a {word} mug") for word in ("red", "tall", "short", "small"))
    ratio = usual[2] / usual[0]
    assert float(tall[2] / tall[0] / ratio) == pytest.approx(1.5, abs=0.2)
    assert float(short[2] / short[0] / ratio) == pytest.approx(0.6, abs=0.1)
    assert float((small / usual).mean()) == pytest.approx(0.5, abs=0.06)


def test_a_part_takes_its_color_and_nothing_else_does():
    field, prompt = prior_field("a blue snowman with a red hat", 0)
    cells = lattice((48, 48, 48)).reshape(-1, 3)
    cells = cells[field.logit(cells) > 0]
    color = field.color(cells)
    red, blue = (srgb_decoded(torch.tensor(rgb)) for rgb in ((0.86, 0.10, 0.10), (0.10, 0.22, 0.86)))
    is_red, is_blue = ((color - of).abs().amax(-1) < 0.1 for of in (red, blue))
    assert prompt.part_colors == {"hat": "red"}
    assert int(is_red.sum()) > 50 and int(is_blue.sum()) > 500
    assert float(cells[is_red][:, 2].median()) > float(cells[is_blue][:, 2].quantile(0.8))


def test_a_pattern_has_both_colors_and_the_plain_one_is_that_color():
    field, _ = prior_field("a red and white striped mug", 0)
    cells = lattice((48, 48, 48)).reshape(-1, 3)
    colors = field.color(cells[field.logit(cells) > 0])
    for rgb in ((0.86, 0.10, 0.10), (0.94, 0.94, 0.94)):
        share = ((colors - srgb_decoded(torch.tensor(rgb))).abs().amax(-1) < 0.1).float().mean()
        assert float(share) > 0.1
    plain, _ = prior_field("a red cube", 0)
    torch.testing.assert_close(
        plain.color(torch.zeros(1, 3))[0], srgb_decoded(torch.tensor((0.86, 0.10, 0.10))), atol=0.03, rtol=0
    )


# --- files ----------------------------------------------------------------------------------------------------------


def test_files_that_are_missing_have_a_sentence(tmp_path):
    with pytest.raises(ModelError, match="install Dreamwright again, or choose another quality"):
        prior_field("a red teapot", 0, folder=tmp_path)


# --- a grid that starts from it -------------------------------------------------------------------------------------


@pytest.mark.parametrize("edge", [48, 64])
def test_a_grid_is_filled_with_the_same_shape_and_colors(teapot, edge):
    grid = DenseGrid(UNIT_CUBE, edge)
    fill(grid, teapot)
    cells = lattice((edge,) * 3).reshape(-1, 3)
    with torch.no_grad():
        density, color = grid.density_and_color(cells)
        expected, painted = teapot.density_and_color(cells)
    surface = (expected > 0.5) & (expected < 200)
    assert int(surface.sum()) > 200  # enough of them to mean something
    torch.testing.assert_close(density[surface], expected[surface], rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(color[surface], painted[surface], rtol=0, atol=0.02)
    solid = density > 4
    assert overlap(solid, teapot.logit(cells) > 0) > 0.99


def test_latents_are_left_alone(teapot):
    grid = DenseGrid(UNIT_CUBE, 16, color_channels=4)
    fill(grid, teapot)
    assert float(grid.raw_color.abs().sum()) == 0 and float(grid.raw_density.max()) > 0


def test_no_color_is_asked_for_where_nothing_is():
    prompt = ObjectPrompt("mug")

    class Nothing:
        main_color = torch.full((3,), 0.25)

        @staticmethod
        def logit(positions):
            return torch.full((len(positions),), OUTSIDE)

        @staticmethod
        def color(positions):
            raise AssertionError("nothing is there")

    grid = DenseGrid(UNIT_CUBE, 16)
    fill(grid, Nothing())  # type: ignore[arg-type]
    torch.testing.assert_close(grid.density_and_color(torch.zeros(1, 3))[1], torch.full((1, 3), 0.25))
    assert prompt.note == ""


# --- jobs -----------------------------------------------------------------------------------------------------------

SMALL = {"prompt": "a red teapot", "device": "cpu", "field": {"resolution": 32, "start_resolution": 32}}


def test_an_instant_job_has_no_step_to_do_and_asks_no_model(tmp_path):
    job = Trainer.build(with_changes(preset("text", "instant"), SMALL))
    assert job.ended and job.guidances == [] and [model["name"] for model in job.models] == ["shape prior"]
    grid = job.grid(32)
    job.save(tmp_path)
    again = Trainer.load(job.config, tmp_path)
    assert again.ended and np.array_equal(again.grid(32).density, grid.density)


def test_what_was_passed_over_is_a_note_of_the_job():
    job = Trainer.build(with_changes(preset("text", "instant"), SMALL | {"prompt": "a cat with a chair"}))
    assert job.notes == ["The shape prior made 'cat': it makes one object, so 'chair' is left out."]


def test_a_job_of_any_quality_can_start_from_it():
    start = {"density_init": "prior", "resolution": 32, "start_resolution": 32}
    config = with_changes(preset("text", "draft"), SMALL | {"field": start, "optimize": {"steps": 2}})
    job = Trainer.build(config)
    instant = Trainer.build(with_changes(preset("text", "instant"), SMALL))
    assert torch.equal(job.field.raw_density, instant.field.raw_density) and not job.ended
    job.step()
    assert not torch.equal(job.field.raw_density, instant.field.raw_density)


def test_an_unknown_object_is_refused_before_a_step():
    with pytest.raises(ConfigError, match="The shape prior does not know 'gizmotron'"):
        Trainer.build(with_changes(preset("text", "instant"), SMALL | {"prompt": "a red gizmotron"}))


def test_a_network_cannot_start_from_it_and_says_so():
    config = with_changes(preset("text", "draft"), SMALL | {"field": {"kind": "hash_grid", "density_init": "prior"}})
    with pytest.raises(ConfigError, match="A hash_grid field cannot start from the shape prior: set field.kind"):
        Trainer.build(config)
