"""Planes and rows against torch, lattices against dense ones, and training that is cut off and goes on."""

import json

import numpy as np
import pytest
import torch

pytest.importorskip("trimesh", reason="the world of objects is built with trimesh, which only the trainings need")
pytest.importorskip("mapbox_earcut", reason="it cuts the outlines of things, for the trainings")

from scripts.training.prior import loop
from scripts.training.prior.asked import Asked, drawn_code
from scripts.training.prior.batches import Data
from scripts.training.prior.captions import Wanted
from scripts.training.prior.evaluate import library, measure, visible_only, without_specks
from scripts.training.prior.export import WEIGHTS, read_model, write_model
from scripts.training.prior.field import Field, Shape
from scripts.training.prior.frames import NAMES
from scripts.training.prior.planes import plain, read, width_of_row
from scripts.training.prior.query import OUTSIDE, coarse_to_fine, dense
from scripts.training.prior.rows import RowAdam
from scripts.training.prior.shards import default_cache, make, read_manifest, read_points
from scripts.training.prior.sheet import draw_sheet

THINGS = ("cube", "cylinder", "sphere")
SMALL = Shape(len(THINGS), levels=((6, 4), (12, 2)), hidden=32)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prior")
    make(folder, THINGS, blocks=1)
    return folder


@pytest.fixture(scope="module")
def trained(cache, tmp_path_factory):
    run = loop.TrainingRun(SMALL, Data(cache, THINGS), tmp_path_factory.mktemp("trained"))
    for _ in range(150):
        run.one_step()
    return run


def test_planes_are_read_as_torch_reads_them():
    levels = ((5, 3), (9, 4))
    torch.manual_seed(0)
    rows = torch.randn(2, width_of_row(levels), requires_grad=True)
    places = torch.rand(2, 200, 3) * 2.4 - 1.2
    compiled, said = read(rows, places, levels), plain(rows, places, levels)
    assert torch.allclose(compiled, said, atol=1e-5)
    towards = torch.randn_like(said)
    slopes = [torch.autograd.grad(found, rows, towards)[0] for found in (compiled, said)]
    assert torch.allclose(*slopes, atol=1e-4)


def test_rows_move_as_sparse_adam_moves_them():
    torch.manual_seed(0)
    table, embedding = torch.randn(5, 7), torch.nn.Embedding(5, 7, sparse=True)
    embedding.weight.data.copy_(table)
    ours = RowAdam(table)
    theirs = torch.optim.SparseAdam(embedding.parameters(), lr=0.01, betas=(0.9, 0.99), eps=1e-10)
    for things in ([0, 1], [1, 3], [1, 0], [3, 4]):
        theirs.zero_grad()
        embedding(torch.tensor(things)).pow(2).sum().backward()
        ours.step(torch.tensor(things), 2 * table[things], 0.01, 0.99)
        bias = [(1 - 0.9**k) / (1 - 0.99**k) ** 0.5 for k in ours.steps[things].tolist()]
        assert all(np.isfinite(bias))
        theirs.step()
    assert torch.equal(table[2], embedding.weight[2])
    assert torch.allclose(table[1], embedding.weight[1], atol=2e-3)
    assert (table - embedding.weight).abs().max() < 0.02  # torch counts the steps of all rows together


def test_a_row_seen_once_moves_by_the_rate_whenever_that_is():
    ours = RowAdam(torch.zeros(2, 3))
    for _ in range(50):
        ours.step(torch.tensor([0]), torch.ones(1, 3), 0.01, 0.99)
    ours.step(torch.tensor([1]), torch.full((1, 3), -5.0), 0.01, 0.99)
    assert torch.allclose(ours.table[1], torch.tensor(0.01)) and torch.allclose(ours.table[0], torch.tensor(-0.5))


def test_compiled_and_plain_fields_answer_alike():
    torch.manual_seed(0)
    field = Field(SMALL)
    field.table.normal_(std=0.3)
    rows, box, code = field.table[[0, 2]], field.box[[0, 2]], torch.rand(2, 12) * 2 - 1
    points = torch.rand(2, 100, 3) * 2 - 1
    both = (field.of_rows(rows, box, code, points, compiled) for compiled in (True, False))
    for one, other in zip(*both, strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_points_are_made_once_and_listed(cache):
    listed = read_manifest(cache)
    assert set(listed) == set(THINGS)
    files = [cache / "points" / name for of in listed.values() for name in of["files"]]
    times = [path.stat().st_mtime_ns for path in files]
    make(cache, THINGS, blocks=1)
    assert [path.stat().st_mtime_ns for path in files] == times
    points = read_points(cache, listed["cube"]["files"])
    assert len(points) == 8 and points.points.dtype == np.float16 and points.holder.dtype == np.uint8


def test_data_of_another_version_are_as_if_not_there(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 0, "things": {"cube": {}}}))
    assert read_manifest(tmp_path) == {} and read_manifest(tmp_path / "none") == {}


def test_the_cache_outlives_the_checkout(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert str(default_cache()) == "/somewhere/dreamwright-training/prior"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_cache().parts[-3:] == (".cache", "dreamwright-training", "prior")


def test_a_turn_shows_every_thing_once(cache):
    data = Data(cache, THINGS)
    visible_only = [number for step in range(3) for number in data.draw(step, things=1).things.tolist()]
    assert sorted(visible_only) == [0, 1, 2]
    first, again = data.draw(7), data.draw(7)
    assert torch.equal(first.points, again.points) and torch.equal(first.code, again.code)


def test_training_that_was_cut_off_goes_on_bit_for_bit(cache, tmp_path):
    whole = loop.TrainingRun(SMALL, Data(cache, THINGS), tmp_path / "whole")
    for _ in range(8):
        whole.one_step()
    cut = loop.TrainingRun(SMALL, Data(cache, THINGS), tmp_path / "cut")
    for _ in range(5):
        cut.one_step()
    cut.save()
    resumed = loop.TrainingRun(SMALL, Data(cache, THINGS), tmp_path / "cut", seed=9)
    assert resumed.step == 5
    for _ in range(3):
        resumed.one_step()
    for name in ("field", "rows"):
        one, other = (getattr(run, name).state_dict() for run in (whole, resumed))
        assert all(torch.equal(one[key], other[key]) for key in one)
    one, other = (run.averaged().state_dict() for run in (whole, resumed))
    assert all(torch.equal(one[key], other[key]) for key in one)


def test_a_checkpoint_of_other_things_is_refused(cache, tmp_path):
    loop.TrainingRun(SMALL, Data(cache, THINGS), tmp_path).save()
    with pytest.raises(ValueError, match="trained on other things"):
        loop.TrainingRun(SMALL, Data(cache, THINGS[::-1]), tmp_path)


def test_training_counts_its_minutes_and_writes_its_curve(cache, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "NOTE_STEPS", 5)
    run = loop.TrainingRun(SMALL, Data(cache, THINGS), tmp_path)
    lines = list(loop.train(run, 0.03))
    assert run.minutes >= 0.03 and run.checkpoint.exists() and (tmp_path / "model" / WEIGHTS).exists()
    curve = [json.loads(line) for line in (tmp_path / "curve.jsonl").read_text().splitlines()]
    assert len(curve) == len(lines) >= 1 and {"step", "minutes", "occupancy", "part", "right"} <= set(curve[0])
    before = run.checkpoint.read_bytes()
    list(loop.finish(run, 0.01))
    assert run.checkpoint.read_bytes() == before and (tmp_path / "finished" / WEIGHTS).exists()


def test_a_model_that_was_handed_on_answers_as_before(trained, tmp_path):
    field = trained.averaged()
    write_model(field, THINGS, tmp_path, trained.spent())
    again, names = read_model(tmp_path)
    points = torch.rand(1, 500, 3) * 2 - 1
    asked = torch.tensor([1]), torch.zeros(1, 12), points
    assert names == THINGS
    assert torch.allclose(field(*asked).occupancy, again(*asked).occupancy, atol=0.1)


def test_the_shipped_shape_weighs_15_megabytes_at_most():
    field = Field(Shape(len(NAMES)))
    assert sum(value.numel() for value in field.state_dict().values()) * 2 <= 15e6


def test_coarse_to_fine_is_what_is_found_everywhere(trained):
    for number, name in enumerate(THINGS):
        asked = Asked(trained.averaged(), number, drawn_code(4), Wanted(name))
        fine, everywhere = coarse_to_fine(asked.logits, 64, coarse=16), dense(asked.logits, 64)
        assert torch.equal(fine > 0, everywhere > 0)
        near = (everywhere > -1) & (everywhere < 1)
        assert near.any() and torch.equal(fine[near], everywhere[near])


def test_coarse_to_fine_asks_little_and_finds_a_thin_shell():
    count = 0

    def shell(points):
        nonlocal count
        count += len(points)
        return 200 * (0.02 - (points.norm(dim=-1) - 0.6).abs())

    fine = coarse_to_fine(shell, 128)
    asked, count = count, 0
    assert torch.equal(fine > 0, dense(shell, 128) > 0)
    assert asked < 0.5 * count


def test_outside_its_box_nothing_is_there(trained):
    field = trained.averaged()
    field.box[0] = torch.tensor([0.5, 0.5, 0.5])
    asked = Asked(field, 0, drawn_code(0), Wanted("cube"))
    assert asked.logits(torch.tensor([[0.6, 0.0, 0.0], [0.0, 0.0, 0.0]]))[0] == OUTSIDE


def test_sizes_change_the_form(trained):
    def height(size):
        held = (
            dense(Asked(trained.averaged(), 0, 0 * drawn_code(0), Wanted("cube", size=size)).logits, 32) > 0
        ).nonzero()
        extent = (held.amax(0) - held.amin(0) + 1).tolist()
        return extent[2] / extent[0], extent[0]

    usual, tall, short, small = (height(size) for size in ("", "tall", "short", "small"))
    assert tall[0] > 1.3 * usual[0] > 1.3 * 1.3 * short[0] and small[1] < 0.6 * usual[1]


def test_a_speck_does_not_change_the_size():
    held = torch.zeros(16, 16, 16, dtype=torch.bool)
    held[4:8, 4:8, 4], held[9, 9, 9:11], held[15, 15, 15] = True, True, True
    kept = without_specks(held)
    assert kept.sum() == held.sum() - 1 and not kept[15, 15, 15]


def test_a_thing_is_shown_as_large_as_all_things_are(trained):
    asked = visible_only(Asked(trained.averaged(), 0, 0 * drawn_code(0), Wanted("cube")))
    held = (dense(asked.logits, 64) > 0).nonzero()
    edge = (held.amax(0) - held.amin(0) + 1) / 32
    assert torch.allclose(edge, torch.tensor(2 * 0.96 / 3**0.5), atol=0.12)  # half a diagonal is 0.96


def test_what_was_trained_is_measured_and_drawn(trained, cache, tmp_path):
    found = measure(trained.averaged(), THINGS, list(THINGS), library(cache, THINGS, each=2))
    assert found["own"] > 0.7 and found["thing"] == 1 and found["color"] == 1 and found["things"] == 3
    draw_sheet(trained.averaged(), THINGS, tmp_path / "sheet.png", ["a red cube", "a blue sphere", "a teapot"])
    assert (tmp_path / "sheet.png").stat().st_size > 2000
