"""Kept checkpoints, going back to one, and new jobs that start from a field: over a real socket."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from backend.errors import CheckpointError, ConfigError, DiskError, JobStateError
from backend.jobs.store import PREVIEW
from backend.wire.messages import (
    BranchJob,
    CancelJob,
    CreateJob,
    EditJob,
    FetchPreview,
    Finished,
    GetJob,
    ListCheckpoints,
    ListModels,
    ObjectiveChanged,
    PauseJob,
    PreviewUpdated,
    Progress,
    RenderView,
    ResumeJob,
    RewindJob,
    StartJob,
    View,
)

from .live import ENDLESS, Backend

FRONT = View([[1.0, 0, 0, 0], [0, 0, -1, -5], [0, 1, 0, 0], [0, 0, 0, 1]], 24, 24, angle_x=0.7)


def kept(client, job) -> list[int]:
    return [each["step"] for each in client.ask(ListCheckpoints(job)).checkpoints]


def picture(client, job) -> np.ndarray:
    return client.ask(FetchPreview(job, 24)).image


def seen(client, job) -> np.ndarray:
    return client.ask(RenderView(job, asdict(FRONT), 30.0)).color


def done(client, config) -> str:
    job = client.begin(config)
    client.wait_for(Finished, lambda event: event.job == job)
    return job


def test_a_job_keeps_checkpoints_over_its_steps_and_its_last(client, tiny):
    job = done(client, tiny(optimize={"steps": 120}))
    steps = kept(client, job)
    assert steps[-1] == 120 and set(steps) <= {15, 30, 45, 60, 75, 90, 105, 120} and len(steps) >= 2
    assert all(each["created"] > 1e9 for each in client.ask(ListCheckpoints(job)).checkpoints)


def test_none_are_kept_where_none_are_wanted(client, tiny):
    job = done(client, tiny(optimize={"keep_checkpoints": 0}))
    assert kept(client, job) == []
    with pytest.raises(CheckpointError, match="no kept checkpoint of step 20: it has none yet"):
        client.ask(RewindJob(job, 20))


def test_back_to_a_kept_step_and_on_from_there_it_is_the_same_run(client, tiny, backend):
    job = done(client, tiny(optimize={"steps": 120}))
    end, step = seen(client, job), kept(client, job)[0]
    standing = client.ask(RewindJob(job, step))
    assert (standing.state, standing.step) == ("paused", step)
    made = client.wait_for(PreviewUpdated, lambda event: event.job == job and event.step == step)
    assert made.image.shape[2] == 4 and (backend.cache / "jobs" / job / PREVIEW).exists()
    record = client.ask(GetJob(job))
    assert (record.state, record.step, record.evaluation, record.loss) == ("paused", step, None, None)
    assert not np.array_equal(seen(client, job), end)
    assert kept(client, job)[-1] == 120  # one can come back
    client.ask(ResumeJob(job))
    client.wait_for(Finished, lambda event: event.job == job)
    assert np.array_equal(seen(client, job), end)


def test_where_a_running_job_stood_is_kept_when_it_goes_back(client, tiny):
    job = client.begin(tiny(optimize={"steps": 400}))
    client.wait_for(Progress, lambda event: event.job == job and event.step > 60)
    there = client.ask(PauseJob(job)).step
    before = seen(client, job)
    client.ask(ResumeJob(job))
    first = kept(client, job)[0]
    assert client.ask(RewindJob(job, first)).state == "paused"
    stood = kept(client, job)[-1]
    assert stood >= there
    assert client.ask(RewindJob(job, stood)).step == stood
    assert stood > there or np.array_equal(seen(client, job), before)


def test_going_back_before_an_edit_brings_the_old_words_back(client, tiny):
    job = client.begin(tiny(optimize={"steps": 300}))
    client.wait_for(Progress, lambda event: event.job == job and event.step > 60)
    client.ask(PauseJob(job))
    step = kept(client, job)[0]
    client.ask(EditJob(job, weights={"photometric": 0.25}))
    assert client.ask(GetJob(job)).config["photometric"]["weight"] == 0.25
    client.ask(RewindJob(job, step))
    assert client.ask(GetJob(job)).config["photometric"]["weight"] == 1.0
    assert client.wait_for(ObjectiveChanged, lambda event: event.step == step).weights["photometric"] == 1.0


def test_a_step_that_was_not_kept_is_refused_and_nothing_is_changed(client, tiny):
    job = client.begin(tiny(optimize=ENDLESS))
    client.wait_for(Progress, lambda event: event.job == job)
    with pytest.raises(CheckpointError, match="no kept checkpoint of step 7"):
        client.ask(RewindJob(job, 7))
    assert client.ask(GetJob(job)).state == "running"


def test_a_checkpoint_that_cannot_be_kept_does_not_end_the_job(client, tiny, backend):
    job = client.ask(CreateJob(tiny())).job
    (backend.cache / "jobs" / job / "kept").write_text("a file where a folder should be")
    client.ask(StartJob(job))
    client.wait_for(Finished, lambda event: event.job == job)
    assert kept(client, job) == []
    assert "could not be kept" in (backend.cache / "log" / "backend.log").read_text()


# -- branches


def test_the_first_picture_of_a_branch_is_the_last_one_of_its_parent(client, tiny):
    parent = done(client, tiny())
    job = client.ask(BranchJob(parent, {"seed": 9, "optimize": {"steps": 20}})).job
    record = client.ask(GetJob(job))
    assert (record.state, record.parent, record.parent_step, record.steps) == ("queued", parent, 40, 20)
    assert record.config["seed"] == 9
    assert np.array_equal(picture(client, job), picture(client, parent))
    assert np.array_equal(seen(client, job), seen(client, parent))
    first = picture(client, job)
    client.ask(StartJob(job))
    client.wait_for(Finished, lambda event: event.job == job)
    assert not np.array_equal(picture(client, job), first)
    alone = done(client, tiny(seed=9, optimize={"steps": 20}))
    better, worse = (client.ask(GetJob(each)).evaluation["psnr"] for each in (job, alone))
    assert better > worse + 1  # it did not begin at nothing


def test_a_branch_of_a_kept_step_and_of_a_running_job(client, tiny):
    parent = client.begin(tiny(optimize={"steps": 2000}))
    client.wait_for(Progress, lambda event: event.job == parent and event.step > 300)
    step = kept(client, parent)[0]
    early = client.ask(BranchJob(parent, {}, step)).job
    now = client.ask(BranchJob(parent, {})).job
    assert client.ask(GetJob(early)).parent_step == step and client.ask(GetJob(now)).parent_step > step
    assert not np.array_equal(picture(client, early), picture(client, now))
    client.ask(RewindJob(parent, step))
    assert np.array_equal(picture(client, early), picture(client, parent))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"field": {"kind": "siren"}}, "keep field.kind"),
        ({"field": {"resolution": 10, "start_resolution": 8}}, "set it to 12 or more"),
        ({"optimize": {"steps": 0}}, "optimize.steps"),
        ({"invented": 1}, "no setting 'invented'"),
    ],
)
def test_what_does_not_fit_is_refused_and_makes_no_job(client, tiny, changes, sentence):
    parent = done(client, tiny())
    jobs = client.ask(CreateJob(tiny())).job  # the newest
    with pytest.raises(ConfigError, match=sentence):
        client.ask(BranchJob(parent, changes))
    from backend.wire.messages import ListJobs

    assert client.ask(ListJobs()).jobs[0]["job"] == jobs


def test_a_job_without_a_field_has_no_branch(client, tiny):
    job = client.ask(CreateJob(tiny())).job
    with pytest.raises(JobStateError, match="has no result yet"):
        client.ask(BranchJob(job, {}))
    with pytest.raises(CheckpointError, match="it has none yet"):
        client.ask(BranchJob(job, {}, 5))


def test_a_branch_that_cannot_be_written_is_not_made(tmp_path, tiny, monkeypatch):
    from backend import config as configuration
    from backend.jobs import checkpoints as kept_steps
    from backend.jobs.store import JobStore
    from backend.optimize.trainer import Trainer

    def refused(*_):
        raise DiskError("The disk is full.")

    store = JobStore(tmp_path)
    config = configuration.from_json(tiny())
    parent = store.create(config).job
    Trainer.build(config).save(store.folder(parent))
    monkeypatch.setattr(kept_steps, "write_warm_start", refused)
    with pytest.raises(DiskError):
        kept_steps.create_branch(store, parent, {}, None, "", lambda config: None)
    assert [record.job for record in store.list()] == [parent]


def test_a_branch_whose_parent_is_gone_still_begins(client, tiny):
    from backend.wire.messages import DeleteJob

    parent = done(client, tiny())
    job = client.ask(BranchJob(parent, {"optimize": {"steps": 5}})).job
    before = picture(client, job)
    client.ask(DeleteJob(parent))
    assert np.array_equal(picture(client, job), before)
    client.ask(StartJob(job))
    assert client.wait_for(Finished, lambda event: event.job == job).step == 5


# -- what holds


def test_weights_hold_also_when_they_are_changed_in_a_pause(client, tiny):
    job = client.begin(tiny(optimize=ENDLESS))
    holds = client.wait_for(ObjectiveChanged, lambda event: event.job == job)
    assert holds.step == 0 and holds.weights["photometric"] == 1.0 and "score_distillation" not in holds.weights
    client.wait_for(Progress, lambda event: event.job == job and event.step > 3)
    step = client.ask(PauseJob(job)).step
    done(client, tiny(optimize={"steps": 2}))  # another job takes its place, so that it is loaded again
    assert client.ask(EditJob(job, weights=dict.fromkeys(holds.weights, 0.0))).step == step
    assert client.wait_for(ObjectiveChanged, lambda event: event.step == step).weights["photometric"] == 0.0
    client.ask(ResumeJob(job))
    told = client.wait_for(Progress, lambda event: event.job == job and event.step > step + 5)
    assert told.loss == 0.0  # nothing pulls any more
    assert client.ask(GetJob(job)).config["photometric"]["weight"] == 0.0


def test_progress_tells_the_memory_that_is_held(client, tiny):
    job = client.begin(tiny(optimize=ENDLESS))
    told = client.wait_for(Progress, lambda event: event.job == job)
    assert 50 < told.memory_mb < 20_000


# -- when the backend dies


def test_a_job_that_ran_when_the_backend_was_killed_can_go_on(start, tiny):
    one: Backend = start()
    client = one.connect()
    job = client.begin(tiny(optimize=ENDLESS | {"checkpoint_every_s": 0.2}))
    waiting = client.begin(tiny())
    client.wait_for(Progress, lambda event: event.job == job and event.step > 50)
    one.kill()
    client = start().connect()
    record = client.ask(GetJob(job))
    assert record.state == "paused" and 0 < record.step <= 10_000
    assert client.ask(RenderView(job, asdict(FRONT), 30.0)).step == record.step
    assert client.ask(ResumeJob(job)).state == "queued"
    assert client.wait_for(Progress, lambda event: event.job == job).step > record.step
    client.ask(CancelJob(job))
    assert client.ask(GetJob(waiting)).state == "queued"  # it never began
    assert client.ask(ResumeJob(waiting)).state in ("queued", "running")
    client.wait_for(Finished, lambda event: event.job == waiting)


# -- models


def test_models_are_told_with_those_of_this_copy_first(client):
    models = client.ask(ListModels()).models
    first = models[0]
    assert (first["name"], first["kind"], first["is_local"]) == ("embedded", "diffusion", True)
    assert {"embedded-clip", "ViT-B-32/openai", "stable-diffusion-1.5"} <= {model["name"] for model in models}
    assert {model["kind"] for model in models} == {"diffusion", "clip", "controlnet", "shape"}
    assert all(model["license"] and model["size_mb"] > 0 for model in models)
