"""A run that came to nothing begins again: as the run that its new seed gives at once, and across checkpoints."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
import torch
from failing_seeds import fail_for

from backend.config import JobConfig, preset, with_changes
from backend.errors import EmptyFieldError, ModelError, NotFiniteError
from backend.optimize import restart
from backend.optimize.checkpoint import read_checkpoint
from backend.optimize.restart import next_seed, step_or_restart
from backend.optimize.trainer import Trainer

SECOND, THIRD = 1_000_003, 2_000_006


@pytest.fixture
def config(diffusion_folder: Path) -> JobConfig:
    return with_changes(preset("text", "draft"), {
        "prompt": "a red cube", "device": "cpu", "model": str(diffusion_folder), "orbit": {"views": 1},
        "field": {"resolution": 12, "start_resolution": 12, "density_init": "blob"},
        "render": {"samples_per_ray": 8, "occupancy_resolution": 4, "image_size": 16},
        "optimize": {"steps": 14, "learning_rate_density": 2.0, "warm_up": 1, "not_finite_limit": 4},
        "collapse":{"after": 0.3, "consecutive_steps": 2},
    })  # fmt: skip


def run(job: Trainer, until: int = 10_000) -> tuple[Trainer, list[int]]:
    """Steps until it ended, or until so many; what the job is then, and the step that each report told."""
    told: list[int] = []
    while not job.ended and len(told) < until:
        job, report = step_or_restart(job)
        told.append(report.step)
    return job, told


def same(one: Trainer, other: Trainer) -> bool:
    tensors = other.field.state_dict()
    equal = all(torch.equal(value, tensors[name]) for name, value in one.field.state_dict().items())
    return equal and one.history.column("loss") == other.history.column("loss")


@pytest.mark.parametrize(
    ("how", "what"), [("dissolve", "The result dissolved at step"), ("nan", "The optimization ran into NaN 4 times in")]
)
def test_it_begins_again_and_is_the_run_that_the_new_seed_gives_at_once(how: str, what: str, config, monkeypatch):
    fresh, _ = run(Trainer.build(with_changes(config, {"seed": SECOND})))
    fail_for(monkeypatch, {0}, how)
    lines: list[str] = []
    first = Trainer.build(config, log=lines.append)
    job, told = run(first)
    again = told.index(0)
    assert told == [*range(1, again + 1), *range(15)], "up, back to 0, and up to the end"
    assert job is not first and job.ended and job.config.seed == SECOND
    (sentence,) = job.notes
    assert sentence.startswith(what) and sentence.endswith(
        f"at step {again + (how != 'nan')}: it began again with seed {SECOND}."
    )
    assert lines.count(sentence) == 1
    assert same(job, fresh) and fresh.notes == []
    assert float(job.field.density(torch.zeros(1, 3)).detach()) > 0


def test_the_report_of_a_new_beginning_is_of_step_0_and_has_no_loss(config, monkeypatch):
    fail_for(monkeypatch, {0}, "nan")
    job = Trainer.build(config)
    for _ in range(3):
        job, _ = step_or_restart(job)
    job, report = step_or_restart(job)
    assert (report.step, report.steps, report.terms, report.score) == (0, 14, {}, None) and math.isnan(report.loss)
    assert job.step_index == 0 and job.history.steps == [] and job.not_finite == 0


@pytest.mark.parametrize(("how", "error"), [("dissolve", EmptyFieldError), ("nan", NotFiniteError)])
def test_after_the_last_new_seed_the_error_is_raised(how: str, error: type, config, monkeypatch):
    fail_for(monkeypatch, {0, SECOND, THIRD}, how)
    lines: list[str] = []
    with pytest.raises(error, match=r"at step \d+, after 2 new seeds: "):
        run(Trainer.build(config, log=lines.append))
    seeds = [line.rpartition(" ")[2] for line in lines if "it began again" in line]
    assert seeds == [f"{SECOND}.", f"{THIRD}."]


def test_one_new_seed_is_not_two(config, monkeypatch):
    fail_for(monkeypatch, {0, SECOND}, "nan")
    with pytest.raises(NotFiniteError, match="at step 3, after 1 new seed: lower the"):
        run(Trainer.build(with_changes(config, {"collapse": {"max_restarts": 1}})))


def test_switched_off_nan_is_an_error_at_once_and_nothing_is_no_error(config, monkeypatch):
    off = with_changes(config, {"collapse": {"max_restarts": 0}})
    fail_for(monkeypatch, {0}, "dissolve")
    job, told = run(Trainer.build(off))
    assert told == [*range(1, 15)] and job.notes == []
    fail_for(monkeypatch, {0}, "nan")
    with pytest.raises(NotFiniteError, match="NaN 4 times in a row at step 3: lower"):
        run(Trainer.build(off))


def test_photographs_do_not_begin_again(scene_folder: Path):
    config = with_changes(preset("reconstruct", "draft"), {
        "dataset": str(scene_folder), "device": "cpu", "field": {"resolution": 8, "start_resolution": 8},
        "optimize": {"not_finite_limit": 2}, "photometric": {"rays_per_step": 64},
    })  # fmt: skip
    job = Trainer.build(config)
    with torch.no_grad():
        job.field.raw_density.fill_(math.nan)
    with pytest.raises(NotFiniteError, match="at step 1: lower"):
        run(job)


def test_the_model_that_cannot_be_built_again_has_its_own_error(config, monkeypatch):
    def gone(*_, **__):
        raise ModelError("The model is gone: put it back.")

    fail_for(monkeypatch, {0}, "nan")
    job = Trainer.build(config)
    monkeypatch.setattr(restart, "Trainer", gone)
    with pytest.raises(ModelError, match="put it back"):
        run(job)


def test_what_was_edited_while_it_ran_stays_in_force(config, monkeypatch, tmp_path: Path):
    fail_for(monkeypatch, {0}, "dissolve")
    job, _ = run(Trainer.build(config), until=2)
    job.edit(prompt="cub", weights={"guidance_scale": 2.0})
    job, told = run(job, until=10)
    assert 0 in told and job.config.seed == SECOND
    job.save(tmp_path)
    for each in (job, Trainer.load(config, tmp_path)):
        assert each.config.prompt == "cub" and each.guidances[0].config.guidance_scale == 2.0
    wanted = with_changes(config, {"prompt": "cub", "score_distillation": {"guidance_scale": 2.0}, "seed": SECOND})
    assert same(run(job)[0], run(Trainer.build(wanted))[0])


def test_killed_before_or_after_the_new_beginning_it_ends_as_without(config, monkeypatch, tmp_path: Path):
    """Every checkpoint on the way, loaded with the config that was asked for, leads to the same end."""
    fail_for(monkeypatch, {0}, "dissolve")
    job, number = Trainer.build(config), 0
    while not job.ended:
        job, _ = step_or_restart(job)
        number += 1
        job.save(tmp_path / str(number))
    assert job.config.seed == SECOND
    saved = [read_checkpoint(tmp_path / str(i)).state for i in range(1, number + 1)]
    again = next(i for i, state in enumerate(saved, start=1) if state["step"] == 0)
    for i in (again - 2, again - 1, again, again + 3):  # while it was being counted, just before, at, and after
        loaded = Trainer.load(config, tmp_path / str(i))
        assert loaded.config.seed == (0 if i < again else SECOND)
        assert len(loaded.notes) == (0 if i < again else 1)
        end, _ = run(loaded)
        assert same(end, job) and end.notes == job.notes


def test_new_seeds_that_were_used_before_a_kill_are_used(config, monkeypatch, tmp_path: Path):
    fail_for(monkeypatch, {0, SECOND, THIRD, 3_000_009}, "nan")
    job, told = run(Trainer.build(config), until=10)
    assert told.count(0) == 2
    job.save(tmp_path)
    with pytest.raises(NotFiniteError, match="after 2 new seeds"):
        run(Trainer.load(config, tmp_path))


def test_two_beginnings_at_the_same_step_do_not_share_a_file(config, monkeypatch, tmp_path: Path):
    fail_for(monkeypatch, {0}, "nan")
    job, _ = run(Trainer.build(config), until=2)
    job.save(tmp_path)
    kept = job.generator.get_state()
    job, _ = run(job, until=4)
    assert (job.step_index, job.config.seed) == (2, SECOND)
    job.save(tmp_path)
    (tmp_path / "checkpoint.json").write_text("{")  # so that the one before is taken
    before = Trainer.load(config, tmp_path)
    assert (before.step_index, before.config.seed) == (2, 0) and torch.equal(before.generator.get_state(), kept)


def test_a_checkpoint_of_before_there_were_new_seeds_has_the_seed_that_is_asked_for(config, tmp_path: Path):
    job = Trainer.build(with_changes(config, {"seed": 5}))
    job.step()
    job.save(tmp_path)
    state = json.loads((tmp_path / "checkpoint.json").read_text())
    del state["seed"], state["restarts"]
    (tmp_path / "checkpoint.json").write_text(json.dumps(state))
    loaded = Trainer.load(with_changes(config, {"seed": 5}), tmp_path)
    assert loaded.config.seed == 5 and loaded.notes == [] and loaded.step().loss == job.step().loss


def test_the_curves_say_that_it_began_again(config, monkeypatch):
    titles: list[str] = []
    monkeypatch.setattr("backend.optimize.report.curves_png", lambda steps, columns, title: titles.append(title) or b"")
    fail_for(monkeypatch, {0}, "nan")
    job, _ = run(Trainer.build(config), until=5)
    job.curves()
    assert titles == [f"a red cube\n{job.notes[0]}"]


def test_seeds_go_on_by_a_prime_and_none_comes_twice():
    assert next_seed(0) == 1_000_003 and next_seed(2**31 - 1) == 1_000_002
    assert all(1_000_003 % n for n in range(2, 1001)), "it is prime, so it has no factor with 2^31 in common"
    seeds = [7]
    for _ in range(10_000):
        seeds.append(next_seed(seeds[-1]))
    assert len(set(seeds)) == len(seeds) and all(0 <= seed <= 2**31 - 1 for seed in seeds)
    assert seeds[5000] == (7 + 5000 * 1_000_003) % 2**31
