"""Pictures to train an encoder on (rays, light and crops against definitions, emoji), and training that goes on."""

from __future__ import annotations

import io
import json
import tarfile

import numpy as np
import pytest
import torch
from PIL import Image

import scripts.training  # noqa: F401  (first: it lets torchvision be imported)

# isort: split
pytest.importorskip("trimesh", reason="the world of objects is built with trimesh, which only the trainings need")
pytest.importorskip("embreex", reason="rays are cast with Embree, which only the trainings need")

import trimesh

from backend.priors.picture_network import WEIGHTS, load_picture_network
from scripts.training.colors import srgb_encode
from scripts.training.picture import loop, samples, shards
from scripts.training.picture.calibrate import Predictions, calibrated, expected_calibration_error
from scripts.training.picture.emoji import NUMBERS, Emoji, is_held_out, keep, load, number_of, read
from scripts.training.picture.kernels import pasted, shaded
from scripts.training.picture.nonsense import heap
from scripts.training.picture.shards import HELD_OUT, UNKNOWN, Facts
from scripts.training.picture.views import FLOOR, SIZE, SKY, render_layers
from scripts.training.prior.frames import NAMES

FEW = (NAMES.index("cube"), NAMES.index("sphere"), NAMES.index("teapot"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A block of three things and one heap, and one of instances that are held out."""
    folder = tmp_path_factory.mktemp("picture")
    for block in (0, HELD_OUT):
        rows, facts = zip(*(each for each in _few(block)), strict=True)
        whole = {of: np.concatenate([getattr(one, of) for one in facts]) for of in vars(facts[0])}
        layers, known = shards.paths(folder, block)
        np.save(layers, np.concatenate(rows))
        np.savez(known, **whole)
    return folder


def _few(block):
    for number in FEW:
        thing = shards.OBJECT_CLASSES[NAMES[number]]
        code = shards.code_of(thing, block)
        yield shards._instance(shards.built(thing, code), number, code, (block, number))
    yield shards._instance(heap(block), UNKNOWN, np.zeros(12, np.float32), (block, UNKNOWN))


def test_a_ball_is_a_disc_over_a_floor_under_a_sky():
    """Its normals point from its middle; the floor's up."""
    ball = trimesh.creation.icosphere(subdivisions=4, radius=0.8)
    seen = render_layers([ball], 3, np.random.default_rng(0))
    assert seen.part.shape == (3, SIZE, SIZE) and set(np.unique(seen.part)) <= {0, FLOOR, SKY}
    for part, normal, eye in zip(seen.part, seen.normal, seen.eye, strict=True):
        center = normal[SIZE // 2, SIZE // 2] / 127
        assert part[SIZE // 2, SIZE // 2] == 0 and center @ eye > 0.98
        assert (normal[part == FLOOR] == [0, 0, 127]).all()
        rows, columns = np.nonzero(part == 0)
        assert abs(rows.mean() - SIZE / 2 + 0.5) < 1 and abs(columns.mean() - SIZE / 2 + 0.5) < 1


def test_what_stands_in_the_way_of_the_sun_is_dark_and_a_floor_far_off_is_not():
    """Under a wide roof no place on the floor sees the sun; a tiny ball leaves nearly all of it lit."""
    roof = [trimesh.creation.box((1.9, 1.9, 0.1)).apply_translation((0, 0, 0.9)), trimesh.creation.box((0.1, 0.1, 1.8))]
    bare = [trimesh.creation.icosphere(subdivisions=2, radius=0.02)]
    dark, light = (render_layers(meshes, 6, np.random.default_rng(2)) for meshes in (roof, bare))
    share = [float((of.lit[of.part == FLOOR] & 1).mean()) for of in (dark, light)]
    assert share[0] < share[1] and share[1] > 0.97


def test_shading_is_the_equation():
    layers = np.zeros((1, 2, 5), np.uint8)
    layers[0, 0] = [0, 0, 0, 127, 3]  # faces up, sun and sky reach it
    layers[0, 1] = [1, 127, 0, 0, 0]  # faces +X, in the shadow of both
    colors = np.array([[0.5, 0.2, 0.1]] * 6, np.float32)
    lights = np.array([[0.4, 0.4, 0.4], [0.6, 0.5, 0.4]], np.float32)
    sun, eye = np.array([0.6, 0, 0.8], np.float32), np.array([0, -1, 0], np.float32)
    given = (colors, np.zeros(4, np.float32), sun, eye, lights, np.zeros(2, np.float32))
    out = shaded(layers, *given, True, np.zeros(4, np.float32))
    assert out[0, 0, :3] == pytest.approx(colors[0] * (lights[0] * 1.0 + lights[1] * 0.8), rel=1e-3)
    around = 0.35 + 0.65 * 0.5
    assert out[0, 1, :3] == pytest.approx(colors[0] * lights[0] * around / 3, rel=1e-3)
    assert (out[..., 3] == 1).all()
    without = shaded(layers, *given, False, np.zeros(4, np.float32))
    assert without[0, 1, :3] == pytest.approx(colors[0] * (lights[0] * around + lights[1] * 0.6), rel=1e-3)


def test_pasting_moves_blends_and_encodes():
    source = np.zeros((40, 40, 4), np.float32)
    source[:, 20:] = [0.5, 0, 0, 0.5]  # the right half: red, half transparent
    behind = np.full((64, 64, 3), 0.2, np.float32)
    same = np.array([[1, 0, 0], [0, 1, 0]], np.float32)
    picture = pasted(source, behind, same, 0.5, np.ones(3, np.float32))
    expected = srgb_encode(torch.tensor([0.6, 0.1, 0.1])).numpy()
    assert picture[:, 32, 60] == pytest.approx(expected, abs=1e-4)
    assert picture[:, 32, 4] == pytest.approx(srgb_encode(torch.full((3,), 0.2)).numpy(), abs=1e-4)
    moved = pasted(source, behind, np.array([[1, 0, 1], [0, 1, 0]], np.float32), 0.5, np.ones(3, np.float32))
    assert moved[:, 32, 4] == pytest.approx(expected, abs=1e-4)  # what lay in the middle lies at the left edge
    assert moved[:, 32, 60] == pytest.approx(expected, abs=1e-4)  # and its edge goes on


def test_heaps_are_several_parts_and_not_the_same_ones():
    assert 2 <= len(heap(3)) <= 5
    first, again, other = (np.concatenate([part.mesh.vertices for part in heap(n)]) for n in (3, 3, 4))
    assert np.array_equal(first, again) and first.shape != other.shape


def test_a_batch_says_what_it_shows(cache):
    whole = samples.Samples(cache, [0])
    batch, again = whole.draw(0, 40), samples.Samples(cache, [0]).draw(0, 40)
    assert batch.pictures.shape == (40, 3, 64, 64) and torch.equal(batch.pictures, again.pictures)
    assert batch.pictures.min() >= 0 and batch.pictures.max() <= 1
    known = batch.thing != UNKNOWN
    assert set(batch.thing[known].tolist()) <= set(FEW) and known.any()
    assert (batch.asked[~known] == 0).all() and (batch.asked[known].sum(1) >= 1).all()
    assert (batch.color[~known] == samples.NO_COLOR).all()
    assert not torch.equal(whole.draw(1, 40).pictures, batch.pictures)


@pytest.mark.parametrize(("kind", "unknown"), [("things", False), ("strangers", True)])
def test_only_what_is_asked_for_is_drawn(cache, kind, unknown):
    drawn = samples.Samples(cache, [HELD_OUT], kind=kind).draw(0, 30).thing
    assert ((drawn == UNKNOWN) == unknown).all()


def test_held_out_instances_are_others_than_those_of_training(cache):
    (_, first), (_, held) = shards.read(cache, 0), shards.read(cache, HELD_OUT)
    assert isinstance(held, Facts) and not np.array_equal(first.code, held.code)
    assert loop.rendered_blocks(cache) == [0]


# -- emoji


def archive(path, files):
    with tarfile.open(path, "w:gz") as packed:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
    return path


def webp(color):
    packed = io.BytesIO()
    Image.new("RGBA", (64, 64), color).save(packed, "WEBP", lossless=True)
    return packed.getvalue()


ENTRIES = [
    {"label": "teapot", "hexcode": "1FAD6", "group": 4, "tags": ["drink"]},
    {"label": "red apple", "hexcode": "1F34E", "group": 4, "tags": []},
    {"label": "cat face", "hexcode": "1F431", "group": 3, "tags": ["cat"]},
    {"label": "moai", "hexcode": "1F5FF", "group": 6, "tags": ["statue"]},
    {"label": "grinning face", "hexcode": "1F600", "group": 0, "tags": []},
]


def test_emoji_are_things_or_unknown_or_left_out(tmp_path):
    names = archive(tmp_path / "names.tgz", {"en/data.json": json.dumps(ENTRIES).encode()})
    files = {f"{each['hexcode'].lower()}.webp": webp((200, 10, 10, 255)) for each in ENTRIES}
    found = read(archive(tmp_path / "pictures.tgz", files), names)
    assert dict(zip(found.name.tolist(), found.thing.tolist(), strict=True)) == {
        "teapot": NUMBERS["teapot"], "red apple": NUMBERS["apple"], "moai": UNKNOWN,
    }  # fmt: skip
    assert number_of(ENTRIES[2]) is None, "a face of a cat is no cat and no stranger"
    keep(found, tmp_path)
    assert load(tmp_path).name.tolist() == found.name.tolist() and len(load(tmp_path / "none").name) == 0
    assert found.linear()[0, 32, 32] == pytest.approx([0.577, 0.003, 0.003, 1], abs=2e-3)  # 200 and 10 of 255, decoded


def test_a_quarter_of_emoji_is_never_trained_on():
    names = np.array([f"emoji {number}" for number in range(400)])
    whole = Emoji(np.zeros((400, 1, 1, 4), np.uint8), np.where(np.arange(400) % 2, UNKNOWN, 0), names)
    parts = [whole.of(held_out, known) for held_out in (True, False) for known in (True, False)]
    assert sum(len(part.name) for part in parts) == 400
    assert 0.15 < len([name for name in names if is_held_out(name)]) / 400 < 0.35
    assert all(is_held_out(name) for part in parts[:2] for name in part.name)


# -- learning


def test_training_learns_and_goes_on_where_it_was_cut_off(cache, monkeypatch):
    monkeypatch.setattr(loop, "FIRST", 64)
    run = loop.Run(cache)
    first = run.one_step()
    list(loop.train(run, 0.0))  # writes checkpoint and model
    again = loop.Run(cache)
    assert again.step == 1 and all(map(torch.equal, again.network.parameters(), run.network.parameters()))
    for _ in range(12):
        last = run.one_step()
    assert last["thing"] < first["thing"] and len(run.pool) == 64 + 12 * loop.NEW
    assert (cache / "model" / WEIGHTS).is_file()
    network, facts = load_picture_network(cache / "model")
    assert facts["objects"] == list(NAMES) and facts["spent"]["step"] == 1
    assert torch.allclose(network.object.bias, again.average.object.bias, atol=1e-2)


def test_the_oldest_pictures_make_room(cache, monkeypatch):
    monkeypatch.setattr(loop, "POOL", 40)
    run = loop.Run(cache)
    run._draw(30)
    kept = run.pool[20:]
    run._draw(30)
    assert len(run.pool) == 40 and all(a is b for a, b in zip(run.pool, kept, strict=False))


def test_the_curve_is_written(cache):
    run = loop.Run(cache)
    point = json.loads(run.note([{"thing": 1.0, "right": 0.5}, {"thing": 3.0, "right": 0.0}]))
    assert point["thing"] == 2.0 and point["right"] == 0.25 and point["blocks"] == 1
    assert json.loads((cache / loop.CURVE).read_text().splitlines()[-1]) == point


# -- what chances mean


def test_a_temperature_makes_overconfident_chances_honest():
    """Pictures that say 0 with odds of 99 and are right in eight of ten."""
    count = 200
    logits = torch.full((count, 1, UNKNOWN + 1), -20.0)
    logits[:, 0, 0], logits[:, 0, 1] = 4.6, 0.0
    truth = np.where(np.arange(count) % 10 < 8, 0, 1)
    stranger = logits.clone()
    stranger[:, 0, 0], stranger[:, 0, UNKNOWN] = -20, 5.0
    judged = Predictions(torch.cat([logits, stranger]), np.concatenate([truth, np.full(count, UNKNOWN)]))
    limits = calibrated(judged)
    assert limits.temperature > 2
    chance = judged.part(np.arange(count)).chances(limits.temperature).max(1)
    right = truth == 0
    assert expected_calibration_error(chance, right) < 0.12 < expected_calibration_error(np.full(count, 0.99), right)


def test_limits_refuse_strangers_and_keep_things():
    torch.manual_seed(0)
    things, strangers = torch.full((100, 1, UNKNOWN + 1), -9.0), torch.full((100, 1, UNKNOWN + 1), -9.0)
    things[:, 0, 5] = 3.0
    strangers[:, 0, :40] = 0.0  # as likely one as the other
    judged = Predictions(torch.cat([things, strangers]), np.array([5] * 100 + [UNKNOWN] * 100))
    limits = calibrated(judged)
    chances = judged.chances(limits.temperature)[:, :UNKNOWN].max(1)
    assert (chances[:100] >= limits.known).all() and (chances[100:] < limits.known).all()
    assert limits.sure >= limits.known
