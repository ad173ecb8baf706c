"""Regions and parts made anew on the command line, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from backend.cli import commands
from backend.cli.regions import region_of
from backend.config import BoundsConfig, cells_of, to_json
from backend.config.recipes import initial_config

HERE = ("--device", "cpu", "--field.resolution", "48", "--start-resolution", "48", "--export.resolution", "48")
QUADS = [(1, 2, 4, 3), (5, 7, 8, 6), (1, 5, 6, 2), (3, 4, 8, 7), (1, 3, 7, 5), (2, 6, 8, 4)]


@pytest.fixture
def typed(capsys):
    """Exit code and standard error of a command line."""

    def run(*arguments: object) -> tuple[int, str]:
        capsys.readouterr()
        try:
            code = commands.main([str(each) for each in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        return code, capsys.readouterr().err

    return run


def block(path: Path, low: float = 1.2, high: float = 1.8) -> Path:
    """A block of 1 x 1 m between two heights, as an .obj."""
    points = "".join(f"v {x} {y} {z}\n" for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (low, high))
    path.write_text(points + "".join(f"f {a} {b} {c} {d}\n" for a, b, c, d in QUADS))
    return path


def grid_of(folder: Path) -> dict[str, np.ndarray]:
    with np.load(folder / "grid.npz") as grid:
        return dict(grid)


def heights(density: np.ndarray) -> np.ndarray:
    """Of the centers of cells, in the box of 2 m on the ground."""
    return (np.arange(density.shape[2]) + 0.5) / density.shape[2] * 2


@pytest.mark.slow
def test_a_part_is_made_anew_and_the_rest_is_the_same_bits(tmp_path, typed):
    """A block without what a slab keeps out of it; then its upper end is a hat, and the slab still holds."""
    given = ("--mesh", block(tmp_path / "block.obj", 0.4, 1.6), "--steps", 0, "--keep-out", 1, 0, 1, 1.6, 2, 2, *HERE)
    code, told = typed("generate", "a red cube", *given, "--out", tmp_path / "block")
    assert code == 0, told
    code, told = typed(
        "redo", tmp_path / "block", "a red hat", "--part", 0, 0, 1.7, 2, 2, 0.6, "--out", tmp_path / "hat"
    )
    assert code == 0, told
    before, after = grid_of(tmp_path / "block"), grid_of(tmp_path / "hat")
    below = heights(before["density"]) < 1.4
    for name in ("density", "color"):
        assert np.array_equal(before[name][:, :, below], after[name][:, :, below])
    assert (before["density"] != after["density"]).sum() > 1000
    assert before["threshold"] == after["threshold"], "so the surface below stays where it is"
    assert not after["density"][int(48 * 0.61) :].any(), "what was kept out is kept out"
    report = json.loads((tmp_path / "hat" / "report.json").read_text())
    assert report["prompt"] == "a red hat" and [each["kind"] for each in report["config"]["regions"]["items"]] == [
        "keep_out",
        "redo",
    ]


def test_a_box_is_six_numbers_or_nine_and_a_mesh_is_its_cells(tmp_path):
    bounds = BoundsConfig()
    box = region_of("--frozen", "frozen", ["0", "0", "1.5", "2", "2", "1", "0", "0", "45"], bounds)
    assert (box["center"], box["size"], box["rotation_degrees"]) == ([0, 0, 1.5], [2, 2, 1], [0, 0, 45])
    assert "rotation_degrees" not in region_of("--frozen", "frozen", ["0"] * 3 + ["1"] * 3, bounds)
    mesh = region_of("--keep-out", "keep_out", [str(block(tmp_path / "block.obj", 1.5, 4.0))], bounds)
    assert mesh["center"] == pytest.approx((0, 0, 1.75)) and mesh["size"] == pytest.approx((1, 1, 0.5))
    shape, bits = cells_of(mesh["cells"])
    assert shape == (64, 64, 32) and np.unpackbits(np.frombuffer(bits, np.uint8)).all()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--keep-out", 0, 0, 1], "--keep-out takes center and size of a box"),
        (["--keep-in", 0, 0, 1, 1, 1, "nan"], "--keep-in takes center and size of a box"),
        (["--frozen", "no.obj"], "The mesh no.obj cannot be read"),
        (["--frozen", "no.txt"], "'no.txt' is no mesh that is read here"),
        (["--keep-out", 9, 9, 9, 1, 1, 1], "Region 1 (keep out) lies outside of the box"),
        (["--keep-out", "FAR"], "The mesh of --keep-out lies outside of the box"),
        (["--keep-out", 0, 0, 1, 1, 1, 0], "regions.items"),
    ],
)
def test_what_is_no_region_is_one_sentence(tmp_path, typed, arguments, sentence):
    far = block(tmp_path / "far.obj", 8, 9)
    arguments = [far if each == "FAR" else each for each in arguments]
    code, told = typed("generate", "a cube", *arguments, "--out", tmp_path / "made")
    assert code == 2 and sentence in told and told.count("\n") == 1, told
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("prompt", "changed", "sentence"),
    [
        (" ", {}, "The prompt of the part is empty"),
        ("a hat", {"method": "reconstruct", "dataset": "/pictures", "prompt": ""}, "came from photos"),
    ],
)
def test_what_cannot_be_made_anew_is_one_sentence(tmp_path, typed, monkeypatch, prompt, changed, sentence):
    config = to_json(initial_config("text", "instant", "", "")) | {"prompt": "a cat"} | changed
    job = tmp_path / "job"
    job.mkdir()
    (job / "report.json").write_text(json.dumps({"config": config}))
    (job / "checkpoint.json").write_text("{}")
    monkeypatch.setattr("backend.optimize.checkpoint.read_checkpoint", lambda folder: None)
    code, told = typed("redo", job, prompt, "--part", *"001111", "--out", tmp_path / "out")
    assert code == 2 and sentence in told and told.count("\n") == 1, told
    code, told = typed("redo", job, "a hat", "--part", *"001111", "--out", job)
    assert code == 2 and "give another --out" in told
    code, told = typed("redo", tmp_path / "none", "a hat", "--part", *"001111", "--out", tmp_path / "out")
    assert code == 1 and "There is no folder and no job" in told
    code, told = typed("redo", job, "a hat", "--out", tmp_path / "out")
    assert code == 2 and "--part" in told
