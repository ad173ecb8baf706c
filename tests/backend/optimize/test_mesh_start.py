"""Jobs that start from a mesh: every kind of field shows its solid and colors, keeps to it, and is the same later."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from backend.config import JobConfig, check_runnable, preset, with_changes
from backend.errors import CheckpointError, ConfigError, DatasetError, EmptyFieldError
from backend.fields.build import FIELDS
from backend.optimize.checkpoint import read_checkpoint
from backend.optimize.held_solid import CUT, FILE, read_solid
from backend.optimize.hold import departure, log_density, outside
from backend.optimize.prior_start import with_start
from backend.optimize.restart import _restart
from backend.optimize.trainer import Trainer
from backend.optimize.warm_start import FOLDER, fit_config, inherit_solid, write_warm_start
from backend.solids.files import write_npz
from backend.solids.mesh import solid_mesh

CELLS = 24
RED, BLUE = (230, 20, 10), (10, 30, 240)
SIDES = {"x": 0, "y": 1, "z": 2}
FIELD = {
    "resolution": CELLS, "start_resolution": CELLS, "upsample_at": (),
    "nerf": {"layers": 3, "width": 48, "skip": 1, "frequencies": 4, "learning_rate": 5e-3},
    "mip_nerf": {"degree": 4, "features": 32, "blocks": 1, "width": 48, "inner_width": 48, "learning_rate": 5e-3},
    "hash_grid": {"levels": 5, "log2_table": 12, "coarsest": 4, "finest": 32, "width": 32, "learning_rate": 0.02},
    "siren": {"layers": 3, "width": 48, "frequency": 8.0, "learning_rate": 2e-3},
    "tri_plane": {"plane_resolution": 24, "plane_features": 8, "width": 32, "learning_rate": 0.02},
    "sdf": {"encoding": "tri_plane", "layers": 1, "width": 32, "learning_rate": 5e-3, "beta": 0.02},
}  # fmt: skip
BOX = {"center": (3.0, -2.0, 1.0), "size": (4.0, 4.0, 4.0)}
"""Where words work in a cube of half-width 2 around (3, -2, 1)."""


def cuboid(low, high, number=0):
    """Red to -x, blue to +x, and half and half on the other sides: each is cut where its middle is."""
    low, high = np.array(low, float), np.array(high, float)
    middle = (low[0] + high[0]) / 2
    return [part for a, b, color in ((low[0], middle, RED), (middle, high[0], BLUE)) for part in [
        _block((a, *low[1:]), (b, *high[1:]), color, number + (color == BLUE))
    ]]  # fmt: skip


def _block(low, high, color, number):
    corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)
    quads = np.array([(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)])
    triangles = quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3)
    colors = np.broadcast_to(np.array(color, np.uint8), (12, 3, 3))
    points = np.array(low) + corners * (np.array(high) - np.array(low))
    return solid_mesh(points, triangles, colors, np.full(12, number))


def write_mesh(path: Path, *blocks) -> Path:
    starts = np.cumsum([0, *(len(block.points) for block in blocks)])
    write_npz(path, solid_mesh(
        np.concatenate([block.points for block in blocks]),
        np.concatenate([block.triangles + start for block, start in zip(blocks, starts, strict=False)]),
        np.concatenate([block.colors for block in blocks]),
        np.concatenate([block.objects for block in blocks]),
    ))  # fmt: skip
    return path


@pytest.fixture
def cube(tmp_path: Path) -> Path:
    """A cube of side 2 in the middle of BOX: half as wide as that."""
    return write_mesh(tmp_path / "cube.npz", *cuboid((2, -3, 0), (4, -1, 2)))


def words(mesh: Path, **changes) -> JobConfig:
    small = {
        "prompt": "a chair", "device": "cpu", "bounds": BOX, "field": FIELD,
        "render": {"samples_per_ray": 16, "occupancy_resolution": 12, "occupancy_warmup": 2},
        "score_distillation": {"render_size": 16},
        "start": {"mesh": str(mesh)}, "export": {"resolution": CELLS},
        "optimize": {"steps": 8},
    }  # fmt: skip
    return with_changes(with_changes(preset("text", "draft"), small), changes)


def photos(mesh: Path, scene: Path, **changes) -> JobConfig:
    """As words, but nothing is loaded to pull: pixels do."""
    base = with_changes(words(mesh), {"method": "reconstruct", "dataset": str(scene), "prompt": ""})
    bounds = {"center": (0.0, 0.0, 0.0), "size": (2.0, 2.0, 2.0)}
    return with_changes(base, {"bounds": bounds, "photometric": {"rays_per_step": 128}, **changes})


def still(config: JobConfig) -> JobConfig:
    """A job of words that no model is loaded for: it has no step."""
    return with_changes(config, {"optimize": {"steps": 0}})


def wanted_cube(shape=(CELLS,) * 3) -> np.ndarray:
    at = np.stack(np.meshgrid(*[(np.arange(n) + 0.5) / n * 2 - 1 for n in shape], indexing="ij"), axis=-1)
    return np.abs(at).max(axis=-1) < 0.5


def overlap(grid, wanted) -> float:
    solid = grid.density > grid.threshold
    return float((solid & wanted).sum() / (solid | wanted).sum())


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_every_kind_of_field_begins_as_the_mesh_with_its_colors(kind, cube):
    job = Trainer.build(still(words(cube, field={**FIELD, "kind": kind})))
    grid = job.grid()
    assert overlap(grid, wanted_cube()) >= 0.9
    left, right = grid.color[6, 12, 12].astype(int), grid.color[17, 12, 12].astype(int)
    for found, near, far in ((left, RED, BLUE), (right, BLUE, RED)):
        assert np.abs(found - near).sum() < np.abs(found - far).sum() / 2, "networks of this size blur"
        assert kind != "dense_grid" or np.abs(found - near).max() <= 8
    np.testing.assert_allclose(grid.transform, [[2, 0, 0, 3], [0, 2, 0, -2], [0, 0, 2, 1], [0, 0, 0, 1]])


def test_a_turned_box_has_the_mesh_where_it_stands_in_the_scene(tmp_path):
    """A block towards +x of the scene lies towards -y of a box that is turned by 90 degrees about Z."""
    block = write_mesh(tmp_path / "block.npz", *cuboid((3.5, -2.2, 0.8), (4.5, -1.8, 1.2)))
    bounds = {**BOX, "rotation_degrees": (0.0, 0.0, 90.0)}
    grid = Trainer.build(still(words(block, bounds=bounds))).grid()
    at = np.argwhere(grid.density > grid.threshold).mean(axis=0) / CELLS * 2 - 1
    np.testing.assert_allclose(at, [0, -0.5, 0], atol=0.06)


def test_photographs_go_on_from_a_mesh_in_their_own_box(tmp_path, scene_folder):
    block = write_mesh(tmp_path / "block.npz", *cuboid((-0.5, -0.5, -0.5), (0.5, 0.5, 0.5)))
    job = Trainer.build(photos(block, scene_folder))
    assert overlap(job.grid(), wanted_cube()) >= 0.9
    assert np.isfinite(job.step().loss)


def test_the_settings_of_a_start_are_those_of_a_shape_that_is_there(cube):
    config = words(cube, field={**FIELD, "start_resolution": 8, "upsample_at": (0.5,)})
    begun = with_start(with_changes(config, {"score_distillation": {"timestep_start": 0.98}}))
    assert begun.field.start_resolution == begun.field.resolution == CELLS and begun.field.upsample_at == ()
    assert begun.field.density_init == "" and begun.score_distillation.timestep_start < 0.98
    assert with_start(begun) == begun, "it can be asked again, as where a run goes on"


def test_what_a_person_set_by_hand_stays(cube):
    mine = words(cube, score_distillation={"timestep_start": 0.77}, optimize={"learning_rate_density": 0.33})
    begun = with_start(mine)
    assert begun.score_distillation.timestep_start == 0.77 and begun.optimize.learning_rate_density == 0.33


def test_a_mesh_and_the_shape_prior_at_once_are_refused(cube):
    with pytest.raises(ConfigError, match="from a mesh and from the shape prior at once"):
        check_runnable(words(cube, field={**FIELD, "density_init": "prior"}))


def test_a_mesh_elsewhere_says_so_before_anything_is_trained(tmp_path):
    away = write_mesh(tmp_path / "away.npz", *cuboid((50, 0, 0), (51, 1, 1)))
    with pytest.raises(DatasetError, match="outside of the box"):
        Trainer.build(still(words(away)))


def test_what_is_cut_off_by_the_box_is_told(tmp_path, cube):
    tall = write_mesh(tmp_path / "tall.npz", *cuboid((2, -3, 0), (4, -1, 9)))
    assert CUT in Trainer.build(still(words(tall))).notes and CUT not in Trainer.build(still(words(cube))).notes


def test_a_mesh_that_is_gone_says_so(tmp_path):
    with pytest.raises(DatasetError, match="cannot be read"):
        Trainer.build(still(words(tmp_path / "gone.npz")))


# -- the same later


@pytest.fixture
def block(tmp_path: Path) -> Path:
    return write_mesh(tmp_path / "block.npz", *cuboid((-0.5, -0.5, -0.5), (0.5, 0.5, 0.5)))


def test_a_run_goes_on_bit_by_bit_also_where_the_mesh_is_gone(block, scene_folder, tmp_path):
    config, folder = photos(block, scene_folder, start={"mesh": str(block), "hold_color": 1.0}), tmp_path / "job"
    job = Trainer.build(config, folder)
    for _ in range(2):
        job.step()
    job.save(folder)
    block.unlink()
    again = Trainer.load(config, folder)
    for each in (job, again):
        for _ in range(2):
            each.step()
    for name, value in job.field.state_dict().items():
        assert torch.equal(value, again.field.state_dict()[name]), name


def test_a_run_that_never_came_to_a_checkpoint_begins_again_without_the_mesh_s_file(block, scene_folder, tmp_path):
    config, folder = photos(block, scene_folder), tmp_path / "job"
    first = Trainer.build(config, folder)
    block.unlink()
    again = Trainer.build(config, folder)
    assert torch.equal(first.field.state_dict()["raw_density"], again.field.state_dict()["raw_density"])


def test_another_seed_begins_with_the_mesh_again(cube):
    job = Trainer.build(still(words(cube)))
    before = job.field.state_dict()["raw_density"].clone()
    with torch.no_grad():
        job.field.get_parameter("raw_density").fill_(-9.0)
    successor = _restart(job, EmptyFieldError("It dissolved: take another seed."))
    assert successor.config.seed != job.config.seed
    assert torch.equal(successor.field.state_dict()["raw_density"], before)


def test_a_solid_that_is_broken_is_one_sentence(tmp_path):
    (tmp_path / FILE).write_bytes(b"nothing")
    with pytest.raises(CheckpointError, match="is broken: start the job again"):
        read_solid(tmp_path)


# -- held


def test_a_field_that_is_its_solid_does_not_depart_from_it(block, scene_folder):
    job = Trainer.build(photos(block, scene_folder))
    with torch.no_grad():
        shape, color = departure(job.field, job.hold.solid, torch.Generator().manual_seed(1))
    assert float(shape) < 1e-3 and float(color) < 0.02, "where red meets blue, raw colors are what is interpolated"


def test_weights_of_zero_hold_nothing_and_draw_nothing(block, scene_folder):
    free = {"mesh": str(block), "hold_shape": 0.0}
    job = Trainer.build(photos(block, scene_folder, start=free))
    before = job.generator.get_state()
    assert job.hold.terms(job.field, job.generator) == [] and torch.equal(job.generator.get_state(), before)


def test_what_was_eaten_away_comes_back(block, scene_folder):
    """Half of the cube is emptied and painted green; nothing but the hold pulls."""
    holding = {"mesh": str(block), "hold_shape": 1.0, "hold_color": 1.0}
    job = Trainer.build(photos(block, scene_folder, start=holding, photometric={"weight": 0.0}))
    with torch.no_grad():
        job.field.raw_density[12:] = -9.0
        job.field.raw_color[12:] = torch.tensor([-5.0, 5.0, -5.0])
    assert overlap(job.grid(), wanted_cube()) < 0.6
    optimizer = torch.optim.Adam(job.field.parameters(), lr=0.2)
    for _ in range(150):
        optimizer.zero_grad()
        sum(term.loss for term in job.hold.terms(job.field, job.generator)).backward()
        optimizer.step()
    grid = job.grid()
    assert overlap(grid, wanted_cube()) > 0.9
    assert np.abs(grid.color[17, 12, 12].astype(int) - BLUE).max() < 60


def test_inside_anything_opaque_is_as_good_and_outside_anything_clear():
    """Raw densities that are wanted, and what is there: only the surface itself is held, and what lies beyond it."""
    cases = [(2.0, 9.0, 0.0), (2.0, 0.6, 0.0), (-6.0, -12.0, 0.0), (-2.44, -2.44, 0.0)]
    for wanted, there, away in cases:
        assert float(outside(u_of(there), u_of(wanted))) == pytest.approx(away, abs=1e-6)
    assert float(outside(u_of(-4.0), u_of(-2.44))) == pytest.approx(float(u_of(-2.44) - u_of(-4.0)))
    assert float(outside(u_of(-9.0), u_of(2.0))) > 5, "gone, and held with a slope all the same"
    assert float(outside(u_of(2.0), u_of(-6.0))) > 5


def u_of(raw: float) -> torch.Tensor:
    return log_density(torch.nn.functional.softplus(torch.tensor([raw])))


def test_the_weights_can_be_edited_while_the_job_runs(block, scene_folder):
    job = Trainer.build(photos(block, scene_folder))
    job.edit(weights={"hold_shape": 3.0, "hold_color": 0.5})
    assert [term.name for term in job.hold.terms(job.field, job.generator)] == ["hold_shape", "hold_color"]
    assert job.hold.config.hold_shape == 3.0


# -- edits


@pytest.fixture
def parent(block, scene_folder, tmp_path) -> tuple[JobConfig, Path]:
    """A job that began as the block, and has come some steps."""
    config = photos(block, scene_folder)
    job = Trainer.build(config, tmp_path / "parent")
    for _ in range(3):
        job.step()
    job.save(tmp_path / "parent")
    return job.config, tmp_path / "parent"


def branch(parent, folder: Path, **start) -> Trainer:
    config, where = parent
    checkpoint = read_checkpoint(where)
    wanted = fit_config(with_changes(config, {"start": start}), config, checkpoint)
    write_warm_start(folder, checkpoint)
    if "mesh" not in start:
        inherit_solid(folder, where)
    return Trainer.build(wanted, folder)


def horned(tmp_path: Path) -> Path:
    """The block with a horn on its top, as somebody would pull it out."""
    horn = _block((-0.15, -0.15, 0.4), (0.15, 0.15, 0.85), (20, 220, 40), 7)
    return write_mesh(tmp_path / "horned.npz", *cuboid((-0.5, -0.5, -0.5), (0.5, 0.5, 0.5)), horn)


def horn_cells() -> np.ndarray:
    at = np.stack(np.meshgrid(*[(np.arange(CELLS) + 0.5) / CELLS * 2 - 1] * 3, indexing="ij"), axis=-1)
    return (np.abs(at[..., :2]).max(axis=-1) < 0.15) & (at[..., 2] > 0.55) & (at[..., 2] < 0.8)


def test_an_edit_goes_back_into_the_field_and_the_rest_stays_to_the_bit(parent, tmp_path):
    child = branch(parent, tmp_path / "child", mesh=str(horned(tmp_path)), edits=True)
    before = read_checkpoint(parent[1]).tensors["field.raw_density"]
    after, held = child.field.state_dict()["raw_density"], child.hold.solid.held
    grid = child.grid()
    assert (grid.density > grid.threshold)[horn_cells()].all()
    assert np.abs(grid.color[12, 12, 20].astype(int) - (20, 220, 40)).max() < 20
    assert torch.equal(after[~held], before[~held]) and not torch.equal(after, before)
    assert held[horn_cells()].all() and not held[:, :, :8].any() and 0.005 < held.float().mean() < 0.2
    assert read_solid(tmp_path / "child" / FOLDER).held.equal(held), "a restart holds the same"


def test_an_answer_of_the_shape_prior_can_be_edited(tmp_path):
    """The commonest of results: an instant one, which was sculpted."""
    instant = {"prompt": "a chair", "device": "cpu", "seed": 3, "field": {"resolution": 32, "start_resolution": 32}}
    job = Trainer.build(with_changes(preset("text", "instant"), instant), tmp_path / "parent")
    job.save(tmp_path / "parent")
    horn = write_mesh(tmp_path / "horn.npz", _block((-0.1, -0.1, 1.0), (0.1, 0.1, 1.9), (20, 220, 40), 0))
    child = branch((job.config, tmp_path / "parent"), tmp_path / "child", mesh=str(horn), edits=True)
    child.save(tmp_path / "child")
    assert Trainer.load(child.config, tmp_path / "child").config == child.config, "and it is the same later"


def test_a_mesh_that_nobody_edited_changes_nothing(parent, block, tmp_path):
    child = branch(parent, tmp_path / "child", mesh=str(block), edits=True)
    assert child.hold.solid.held.float().mean() < 0.02


def test_an_edit_of_the_same_color_is_found_by_its_shape_alone(parent, tmp_path):
    """A horn that is blue on blue, and a notch that is cut out of the other side."""
    horn = _block((0.2, -0.15, 0.4), (0.45, 0.15, 0.85), BLUE, 7)
    body = cuboid((-0.3, -0.5, -0.5), (0.5, 0.5, 0.5))
    mesh = write_mesh(tmp_path / "cut.npz", *body, horn)
    child = branch(parent, tmp_path / "child", mesh=str(mesh), edits=True)
    solid = child.grid().density > child.grid().threshold
    assert solid[15:17, 11:13, 18:21].all(), "the horn"
    assert not solid[6:8, 8:16, 8:16].any() and solid[9:12, 8:16, 8:16].all(), "the notch"


def test_paint_goes_back_as_color(parent, tmp_path):
    painted = [_block(each.points.min(axis=0), each.points.max(axis=0), (250, 240, 20), i) for i, each in
               enumerate(cuboid((-0.5, -0.5, -0.5), (0.5, 0.5, 0.5)))]  # fmt: skip
    plain = cuboid((-0.5, -0.5, -0.5), (0.5, 0.5, 0.5))
    mesh = write_mesh(tmp_path / "painted.npz", plain[0], painted[1])
    grid = branch(parent, tmp_path / "child", mesh=str(mesh), edits=True).grid()
    assert np.abs(grid.color[17, 12, 12].astype(int) - (250, 240, 20)).max() < 25
    assert np.abs(grid.color[6, 12, 12].astype(int) - RED).max() < 40
    assert overlap(grid, wanted_cube()) > 0.85


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["hash_grid", "sdf"])
def test_a_network_learns_an_edit_too(kind, block, scene_folder, tmp_path):
    config = photos(block, scene_folder, field={**FIELD, "kind": kind}, start={"mesh": str(block), "fit_steps": 150})
    job = Trainer.build(config, tmp_path / "parent")
    job.save(tmp_path / "parent")
    child = branch((job.config, tmp_path / "parent"), tmp_path / "child", mesh=str(horned(tmp_path)), edits=True)
    grid = child.grid()
    assert (grid.density > grid.threshold)[horn_cells()].mean() > 0.8
    assert overlap(grid, wanted_cube() | horn_cells()) > 0.8


def test_a_job_that_goes_on_from_one_with_a_mesh_is_held_to_it_but_not_filled_again(parent, tmp_path):
    child = branch(parent, tmp_path / "child", hold_shape=2.0)
    assert torch.equal(child.field.state_dict()["raw_density"], read_checkpoint(parent[1]).tensors["field.raw_density"])
    assert child.hold.solid is not None and not child.hold.solid.starts
    assert [term.name for term in child.hold.terms(child.field, child.generator)] == ["hold_shape"]
