"""When the fast way is taken, what is said where it is not, and where its compiled code goes."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from backend import cache
from backend.cameras.camera import Rays
from backend.fields.dense_grid import DenseGrid
from backend.fields.density_noise import DensityNoise
from backend.fields.field import UNIT_CUBE, Bounds
from backend.render.fused import availability, jit
from backend.render.occupancy import OccupancyGrid
from backend.render.renderer import Renderer
from backend.render.shading import Shading
from backend.wire.messages import TOKEN_VARIABLE

ROOT = Path(__file__).resolve().parents[4]
PREPARED_TWICE = (
    "import json; from backend.render.fused.availability import compile_kernels; first, second = [], []; "
    "compile_kernels(first.append); compile_kernels(second.append); print(json.dumps([first, second]))"
)
RAYS = Rays(torch.tensor([[0.0, 0.0, -3.0]]), torch.tensor([[0.0, 0.0, 1.0]]))


def test_a_dense_grid_on_the_processor_fits():
    assert availability.why_not_fused(DenseGrid(UNIT_CUBE, 4), RAYS) == ""
    assert availability.why_not_fused(DenseGrid(UNIT_CUBE, 4), RAYS, OccupancyGrid(UNIT_CUBE, 4, 0.01, 0.1, 0)) == ""


def test_what_does_not_fit_is_named(generator):
    grid = DenseGrid(UNIT_CUBE, 4)
    other_box = OccupancyGrid(Bounds((0.0,) * 3, (1.0,) * 3), 4, 0.01, 0.1, 0)
    assert "not a dense grid" in availability.why_not_fused(DensityNoise(grid, 1.0, generator), RAYS)
    assert "processor" in availability.why_not_fused(DenseGrid(UNIT_CUBE, 4).to("meta"), RAYS)
    assert "one precision" in availability.why_not_fused(DenseGrid(UNIT_CUBE, 4).double(), RAYS)
    assert "one precision" in availability.why_not_fused(
        DenseGrid(UNIT_CUBE, 4).half(), Rays(RAYS.origins.half(), RAYS.directions.half())
    )
    assert "another box" in availability.why_not_fused(grid, RAYS, other_box)


def test_without_numba_the_plain_way_is_taken_and_said_once(monkeypatch, caplog):
    monkeypatch.setattr(availability, "has_numba", lambda: False)
    availability._log_once.cache_clear()
    with caplog.at_level("INFO"):
        seen = [Renderer(DenseGrid(UNIT_CUBE, 4), 8)(RAYS) for _ in range(3)]
    assert all("March" not in type(s.color.grad_fn).__name__ for s in seen)
    (said,) = caplog.records
    assert "not used: numba is not installed in the backend's environment" in said.message


@pytest.mark.parametrize("wish", [{"normals": True}, {"shading": Shading((0.0, 0.0, 9.0), 0.5, 0.0)}])
def test_normals_and_light_go_the_plain_way(wish):
    seen = Renderer(DenseGrid(UNIT_CUBE, 4), 8)(RAYS, **wish)
    assert "March" not in type(seen.color.grad_fn).__name__


def test_fine_samples_go_the_plain_way():
    assert "March" not in type(Renderer(DenseGrid(UNIT_CUBE, 4), 8, None, 4)(RAYS).color.grad_fn).__name__


def test_compiled_code_goes_into_the_person_s_own_cache(monkeypatch, tmp_path: Path):
    monkeypatch.delenv(cache.COMPILED_VARIABLE, raising=False)
    monkeypatch.setenv("DREAMWRIGHT_CACHE", str(tmp_path / "jobs"))
    monkeypatch.setattr(cache.sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.compiled_folder() == tmp_path / "dreamwright" / "compiled"
    assert not jit.is_compiled()
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # not to be believed, says its specification
    assert cache.compiled_folder() == Path.home() / ".cache" / "dreamwright" / "compiled"
    monkeypatch.setattr(cache.sys, "platform", "darwin")
    assert cache.compiled_folder() == Path.home() / "Library" / "Caches" / "dreamwright" / "compiled"
    monkeypatch.setattr(cache.sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache.compiled_folder() == tmp_path / "local" / "dreamwright" / "compiled"
    monkeypatch.setenv(cache.COMPILED_VARIABLE, str(tmp_path / "own"))
    assert cache.compiled_folder() == tmp_path / "own"


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such permissions")
@pytest.mark.parametrize("spoil", ["folder", "inside", "index", "link", "above", "owner"])
def test_compiled_code_that_others_could_have_written_is_not_read(spoil: str, monkeypatch, tmp_path: Path, caplog):
    monkeypatch.delenv(cache.COMPILED_VARIABLE, raising=False)
    place = tmp_path / "above" / "compiled"
    (place / "inside").mkdir(parents=True, mode=0o700)
    index = place / "inside" / "kernels.nbi"
    index.touch(mode=0o600)
    assert jit._can_be_trusted(place)
    if spoil == "link":
        index.rename(tmp_path / "elsewhere")
        index.symlink_to(tmp_path / "elsewhere")
    elif spoil == "owner":
        monkeypatch.setattr(cache.os, "geteuid", lambda: 4711)
    else:
        {"folder": place, "inside": index.parent, "index": index, "above": place.parent}[spoil].chmod(0o777)
    assert not jit._can_be_trusted(place)
    assert "Others can write into" in caplog.text


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such permissions")
def test_the_folder_of_compiled_code_is_the_person_s_alone(monkeypatch, tmp_path: Path):
    assert jit._is_writable(tmp_path / "cache" / "dreamwright" / "compiled")
    for folder in ("cache", "cache/dreamwright", "cache/dreamwright/compiled"):
        assert (tmp_path / folder).stat().st_mode & 0o777 == 0o700


@pytest.mark.process
@pytest.mark.slow
def test_whoever_waits_is_told_once_and_nobody_is_where_it_is_there_already(tmp_path: Path):
    """A folder of its own; then another process with that folder; then sources of another time."""
    assert [len(lines) for lines in told_by(PREPARED_TWICE, tmp_path / "own")] == [1, 0]
    assert [len(lines) for lines in told_by(PREPARED_TWICE, tmp_path / "own")] == [0, 0]
    touched = "import time; from backend.render.fused import jit; jit.SOURCE = fresh; " + PREPARED_TWICE
    fresh = tmp_path / "kernels.py"
    fresh.write_text("# of another day")
    [first, second] = told_by(touched.replace("fresh", f"__import__('pathlib').Path({str(fresh)!r})"), tmp_path / "own")
    assert first[0].startswith("The renderer is made ready for this processor, once") and not second


def test_other_sources_keep_what_was_compiled_in_another_folder(monkeypatch, tmp_path: Path):
    """An index of other sources may name a tuple that has gone: it must not even be opened."""
    before = jit.cache_folder()
    monkeypatch.setattr(jit, "SOURCE", tmp_path / "kernels.py")
    jit.SOURCE.write_text("# of another day")
    assert jit.cache_folder() != before and jit.cache_folder().parent == before.parent == cache.compiled_folder()


@pytest.mark.process
@pytest.mark.slow
def test_where_nothing_can_be_kept_each_process_is_told_once(tmp_path: Path):
    (tmp_path / "file").write_text("")
    assert [len(lines) for lines in told_by(PREPARED_TWICE, tmp_path / "file" / "deeper")] == [1, 0]


def test_a_checkout_whose_clock_runs_ahead_is_compiled_once(tmp_path: Path, monkeypatch):
    ahead = tmp_path / "kernels.py"
    ahead.write_text("# sources")
    os.utime(ahead, (4e9, 4e9))
    monkeypatch.setattr(jit, "SOURCE", ahead)
    monkeypatch.setenv(cache.COMPILED_VARIABLE, str(tmp_path / "own"))
    assert not jit.is_compiled()
    jit.mark_compiled()
    assert jit.is_compiled() and jit._marker_file().is_file()


class Boom:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


@pytest.mark.process
@pytest.mark.parametrize(
    "command", [["serve"], pytest.param(["export", "no-job", "--out", "x"], marks=pytest.mark.slow)]
)
def test_compiled_code_that_came_with_a_cache_is_not_read(command, tmp_path: Path):
    """The one command ends for want of a token, the other of a job; the process then compiles something, twice."""
    source = (
        "import sys; from backend.__main__ import main, serve; assert main(sys.argv[1:], serve=serve) == 1\n"
        "import numpy as np\n"
        "from backend.render.fused.kernels import first_cell; first_cell(*(np.float32(i) for i in range(5)))"
    )
    unset = (cache.COMPILED_VARIABLE, cache.CACHE_VARIABLE, TOKEN_VARIABLE)
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment["XDG_CACHE_HOME"] = str(tmp_path / "person")
    whole = [sys.executable, "-c", source, *command, "--cache", str(tmp_path / "given")]
    subprocess.run(whole, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    kept = list((tmp_path / "person" / "dreamwright" / "compiled").rglob("kernels.first_cell-*.nbi"))
    assert kept and not list(Path(jit.__file__).parent.rglob("*.nb?")), "beside the sources"
    travelling = tmp_path / "given" / "compiled"
    shutil.copytree(tmp_path / "person" / "dreamwright" / "compiled", travelling)
    for index in travelling.rglob("*.nbi"):
        index.write_bytes(pickle.dumps(Boom(tmp_path / "ran")))
    subprocess.run(whole, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert not (tmp_path / "ran").exists()


@pytest.mark.process
@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="a superuser may write anywhere")
def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path):
    tmp_path.chmod(0o500)
    assert "is made anew in each run" in compiled_into(tmp_path / "deeper")


@pytest.mark.process
def test_a_cache_that_is_a_file_costs_only_time(tmp_path: Path):
    (tmp_path / "file").write_text("")
    assert "is made anew in each run" in compiled_into(tmp_path / "file" / "deeper")


def compiled_into(folder: Path) -> str:
    """What a process says that decorates a function, with this folder for what it compiles."""
    source = (
        "import logging; logging.basicConfig(); from backend.render.fused.jit import kernel\n"
        "from backend.render.fused.threads import ranges\nassert kernel(ranges)"
    )
    return run_with(source, folder).stderr


def told_by(source: str, folder: Path) -> list[list[str]]:
    """What such a process prints as JSON: lines that whoever waits is told, the first time and the second."""
    told: list[list[str]] = json.loads(run_with(source, folder).stdout)
    return told


def run_with(source: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {cache.COMPILED_VARIABLE: str(folder), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", source], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done
