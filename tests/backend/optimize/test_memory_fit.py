"""What is said and done where a job does not fit into memory."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from backend.config import JobConfig, preset, to_json, with_changes
from backend.errors import ConfigError, MemoryShortError
from backend.optimize.memory_estimate import estimate_memory
from backend.optimize.memory_fit import SMALLEST_CHUNK, fit_memory
from backend.render.chunks import CHUNK_RAYS

CPU = torch.device("cpu")
ROOT = Path(__file__).resolve().parents[3]


def words(**changes) -> JobConfig:
    return with_changes(preset("text", "draft"), {"prompt": "a corgi", **changes})


def lower(**changes) -> JobConfig:
    return with_changes(words(**changes), {"optimize": {"when_memory_is_short": "lower"}})


def having(count: float):
    return lambda device: int(count)


def test_what_fits_is_left_as_it_is():
    config = words()
    for free in (having(1e12), lambda device: None):
        fit = fit_memory(config, CPU, free=free)
        assert fit.config == config and not fit.notes and not fit.changes and fit.chunk == CHUNK_RAYS


def test_a_grid_too_large_is_refused_with_what_would_fit():
    with pytest.raises(MemoryShortError) as refused:
        fit_memory(words(field={"resolution": 512}), CPU, free=having(4e9))
    said = refused.value.sentence
    assert said.startswith("A grid of 512 cells a side with Adam needs about 11.9 GB of memory and 4.0 GB are free: ")
    fits = int(said.partition("free: ")[2].split()[0])
    assert said.endswith(f"{fits} would fit.") and fits % 8 == 0
    fit_memory(words(field={"resolution": fits}), CPU, free=having(4e9))
    with pytest.raises(MemoryShortError):
        fit_memory(words(field={"resolution": fits + 8}), CPU, free=having(4e9))


def test_rays_and_views_are_named_where_it_is_they():
    networks = {"field": {"kind": "nerf"}, "orbit": {"views": 4}, "score_distillation": {"render_size": 64}}
    need = estimate_memory(words(**networks), CPU, chunk=SMALLEST_CHUNK).total
    with pytest.raises(MemoryShortError, match=r"This job needs about .* are free: orbit.views 2 would fit\."):
        fit_memory(words(**networks), CPU, free=having(need * 0.6))


def test_pictures_are_made_of_fewer_rays_before_anything_is_refused():
    config = words(field={"kind": "nerf"}, render={"samples_per_ray": 8}, export={"resolution": 32})
    whole = estimate_memory(config, CPU).total
    fit = fit_memory(config, CPU, free=having(whole * 0.8))
    assert SMALLEST_CHUNK <= fit.chunk < CHUNK_RAYS and fit.config == config and not fit.notes
    assert fit.need <= whole * 0.8


@pytest.mark.slow
def test_where_it_is_allowed_all_is_lowered_until_it_fits_and_a_note_says_so():
    fit = fit_memory(lower(field={"resolution": 512}, export={"resolution": 512}), CPU, free=having(1e9))
    (note,) = fit.notes
    assert fit.config.field.resolution < 512 and fit.config.export.resolution < 512 and fit.need <= 1e9
    assert f"field.resolution {fit.config.field.resolution} (of 512)" in note and "1.0 GB free" in note
    assert fit.changes["field"]["start_resolution"] == fit.config.field.start_resolution
    assert fit.config.field.start_resolution <= fit.config.field.resolution
    assert with_changes(lower(field={"resolution": 512}, export={"resolution": 512}), fit.changes) == fit.config


def test_the_start_is_lowered_with_the_end():
    fit = fit_memory(lower(field={"resolution": 512, "start_resolution": 512}), CPU, free=having(1e9))
    assert fit.config.field.start_resolution == fit.config.field.resolution


@pytest.mark.parametrize("config", [words(), lower()])
def test_what_fits_in_no_way_is_refused(config):
    with pytest.raises(MemoryShortError, match="close other programs, or choose a smaller field"):
        fit_memory(config, CPU, free=having(1e6))


def test_a_correction_counts_as_what_is_needed():
    config = words(field={"resolution": 256})
    need = estimate_memory(config, CPU).total
    fit_memory(config, CPU, free=having(need * 1.2))
    with pytest.raises(MemoryShortError, match=r"^It was so\. A grid of 256"):
        fit_memory(config, CPU, free=having(need * 1.2), times=2.0, because="It was so. ")


def test_the_setting_is_one_of_two_words():
    assert to_json(words())["optimize"]["when_memory_is_short"] == "refuse", "the same seed gives the same result"
    with pytest.raises(ConfigError, match="when_memory_is_short"):
        words(optimize={"when_memory_is_short": "perhaps"})


PROGRAM = """
import sys, torch
from backend.config import preset, with_changes
from backend.errors import MemoryShortError
from backend.optimize.memory_fit import fit_memory
torch.optim.Adam([torch.zeros(1, requires_grad=True)])
import resource
used = next(int(l.split()[1]) * 1024 for l in open("/proc/self/status") if l.startswith("VmSize:"))
resource.setrlimit(resource.RLIMIT_AS, (used + 3_000_000_000,) * 2)
changes = {"prompt": "a corgi", "field": {"resolution": 512}, "optimize": {"when_memory_is_short": sys.argv[1]}}
try:
    fit = fit_memory(with_changes(preset("text", "draft"), changes), torch.device("cpu"))
    print("fits", fit.config.field.resolution)
except MemoryShortError as error:
    print(error.sentence)
"""


@pytest.mark.process
@pytest.mark.parametrize("choice", ["refuse", "lower"])
def test_a_limit_of_the_process_is_what_counts(choice):
    command = [sys.executable, "-c", PROGRAM, choice]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    if choice == "refuse":
        assert "A grid of 512 cells a side" in done.stdout and "would fit" in done.stdout
    else:
        assert done.stdout.startswith("fits") and 64 < int(done.stdout.split()[1]) < 400
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != 3_000_000_000
