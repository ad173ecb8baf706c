"""What a client can do with jobs, over a real socket and with a real optimization."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

from backend.cli import commands
from backend.errors import (
    ConfigError,
    DatasetError,
    EmptyPromptError,
    JobStateError,
    ParamsError,
    UnknownJobError,
)
from backend.wire.messages import (
    CancelJob,
    CreateJob,
    DeleteJob,
    EditJob,
    Failed,
    FetchGrid,
    FetchPreview,
    Finished,
    GetJob,
    GetStatus,
    ListJobs,
    LogLine,
    PauseJob,
    PreviewUpdated,
    Progress,
    ResumeJob,
    StartJob,
)

from .live import ENDLESS


def test_a_job_runs_to_its_end_and_gives_a_grid(client, tiny):
    job = client.begin(tiny())
    finished = client.wait_for(Finished, lambda event: event.job == job)
    assert finished.step == 40
    assert finished.evaluation["psnr"] > 12
    record = client.ask(GetJob(job))
    assert (record.state, record.step, record.steps, record.error) == ("finished", 40, 40, None)
    assert record.seconds_optimize > 0 and record.loss < 0.1 and "photometric" in str(record.terms)
    grid = client.ask(FetchGrid(job))
    assert grid.density.dtype == np.float16 and grid.density.shape == (16, 16, 16)
    assert grid.color.dtype == np.uint8 and grid.color.shape == (16, 16, 16, 3)
    assert grid.step == 40 and len(grid.transform) == 4 and grid.threshold > 0
    lower, upper = np.split(_solid_colors(grid), 2, axis=2)
    assert np.nanmean(upper[..., 0]) > np.nanmean(upper[..., 2]), "the ball is red above"
    assert np.nanmean(lower[..., 2]) > np.nanmean(lower[..., 0]), "and blue below"


def _solid_colors(grid):
    """The colors of what is solid, NaN elsewhere."""
    return np.where((grid.density > grid.threshold)[..., None], grid.color, np.nan)


def test_progress_and_previews_come_while_it_runs(client, tiny):
    job = client.begin(tiny(optimize=ENDLESS))
    client.wait_for_state(job, "running")
    progress = client.wait_for(Progress, lambda event: event.step > 5)
    assert progress.steps == ENDLESS["steps"] and progress.seconds_left > 1
    assert progress.steps_per_second > 1 and progress.seconds > 0
    preview = client.wait_for(PreviewUpdated)
    assert preview.image.shape == (16, 16, 4) and preview.image.dtype == np.uint8


def test_a_running_job_gives_grids_and_pictures(client, tiny):
    job = client.begin(tiny(optimize=ENDLESS))
    client.wait_for(Progress, lambda event: event.step > 40)
    assert client.ask(FetchGrid(job, resolution=8)).density.shape == (8, 8, 8)
    assert client.ask(FetchPreview(job, size=20)).image.shape == (20, 20, 4)
    assert client.ask(GetStatus()).jobs_running == 1
    assert client.ask(GetJob(job)).state == "running"


def test_pause_edit_and_resume(client, tiny):
    job = client.begin(tiny(optimize=ENDLESS))
    client.wait_for(Progress, lambda event: event.step > 5)
    paused = client.ask(PauseJob(job))
    assert paused.state == "paused" and paused.step > 5
    assert client.ask(PauseJob(job)) == paused, "pausing twice is no error"
    assert client.ask(FetchGrid(job)).step == paused.step
    edited = client.ask(EditJob(job, prompt="a blue cube", weights={"photometric": 0.5}))
    assert edited.step == paused.step
    assert client.ask(GetJob(job)).prompt == "a blue cube"
    client.ask(ResumeJob(job))
    client.wait_for(Progress, lambda event: event.step > paused.step)
    assert client.ask(GetJob(job)).config["prompt"] == "a blue cube"


def test_an_edit_of_a_running_job_says_from_which_step_it_holds(client, tiny):
    job = client.begin(tiny(optimize=ENDLESS))
    seen = client.wait_for(Progress, lambda event: event.step > 5).step
    first = client.ask(EditJob(job, prompt="a cone")).step
    second = client.ask(EditJob(job, weights={"opacity_entropy": 0.1})).step
    assert seen <= first <= second < ENDLESS["steps"]
    with pytest.raises(ConfigError, match="no weight 'nonsense'"):
        client.ask(EditJob(job, weights={"nonsense": 1.0}))


def test_a_cancelled_job_keeps_its_field_and_can_be_resumed(client, tiny):
    job = client.begin(tiny(optimize=ENDLESS))
    client.wait_for(Progress, lambda event: event.step > 40)
    cancelled = client.ask(CancelJob(job))
    assert cancelled.state == "cancelled"
    assert client.ask(FetchGrid(job)).step == cancelled.step
    with pytest.raises(JobStateError, match="cancelled already: there is nothing to cancel"):
        client.ask(CancelJob(job))
    with pytest.raises(JobStateError, match="make a new job for another prompt"):
        client.ask(EditJob(job, prompt="late"))
    assert client.ask(ResumeJob(job)).state == "queued"
    client.wait_for(Progress, lambda event: event.step > cancelled.step)


def test_one_job_runs_and_the_other_waits_its_turn(client, tiny):
    first, second = client.begin(tiny(optimize=ENDLESS)), client.begin(tiny())
    client.wait_for_state(first, "running")
    assert client.ask(GetJob(second)).state == "queued"
    with pytest.raises(JobStateError, match="is queued and has no result yet: start it"):
        client.ask(FetchGrid(second))
    client.ask(CancelJob(first))
    client.wait_for(Finished, lambda event: event.job == second)


def test_a_waiting_job_leaves_the_line_when_it_is_paused(client, tiny):
    first, second = client.begin(tiny(optimize=ENDLESS)), client.begin(tiny())
    assert client.ask(PauseJob(second)).state == "paused"
    client.ask(CancelJob(first))
    client.wait_for_state(first, "cancelled")
    assert client.ask(GetJob(second)).state == "paused"
    client.ask(ResumeJob(second))
    client.wait_for(Finished, lambda event: event.job == second)


def test_a_grid_of_a_job_that_is_not_loaded_comes_from_its_checkpoint(client, tiny):
    first = client.begin(tiny())
    client.wait_for(Finished, lambda event: event.job == first)
    whole = client.ask(FetchGrid(first))
    second = client.begin(tiny(optimize=ENDLESS))
    client.wait_for_state(second, "running")
    again = client.ask(FetchGrid(first))
    assert np.array_equal(whole.density, again.density) and np.array_equal(whole.color, again.color)


def test_a_job_is_exported_by_the_command_line_from_its_checkpoint(client, tiny, backend, tmp_path):
    job = client.begin(tiny())
    client.wait_for(Finished, lambda event: event.job == job)
    command = ["export", job, "--cache", str(backend.cache), "--out", str(tmp_path), "--resolution", "12"]
    assert commands.main(command) == 0
    with np.load(tmp_path / "grid.npz") as exported:
        assert np.array_equal(exported["density"], client.ask(FetchGrid(job, resolution=12)).density)
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["job"] == job and report["step"] == 40 and report["evaluation"]["psnr"] > 12


def test_an_answer_with_an_array_does_not_wait_for_the_network(client, tiny):
    """With Nagle's algorithm each would take 40 ms, the time of a delayed acknowledgement; a busy machine delays most,
    not all."""
    job = client.begin(tiny())
    client.wait_for(Finished, lambda event: event.job == job)
    seconds = []
    for _ in range(30):
        began = time.perf_counter()
        client.ask(FetchPreview(job, size=16))
        seconds.append(time.perf_counter() - began)
    assert min(seconds) < 0.03


def test_a_running_job_is_not_deleted(client, tiny):
    job = client.begin(tiny(optimize=ENDLESS))
    client.wait_for_state(job, "running")
    with pytest.raises(JobStateError, match="is running: cancel it before it is deleted"):
        client.ask(DeleteJob(job))
    client.ask(CancelJob(job))
    client.ask(DeleteJob(job))
    assert job not in [record["job"] for record in client.ask(ListJobs()).jobs]
    with pytest.raises(UnknownJobError, match="There is no job"):
        client.ask(GetJob(job))


def test_a_job_that_cannot_be_built_fails_with_a_sentence(client, tiny):
    job = client.begin(tiny(dataset="/nowhere"))
    failed = client.wait_for(Failed, lambda event: event.job == job)
    assert failed.code == DatasetError.code and "/nowhere" in failed.sentence
    record = client.ask(GetJob(job))
    assert (record.state, record.error) == ("failed", failed.sentence)
    with pytest.raises(JobStateError, match="only a running job can be paused"):
        client.ask(PauseJob(job))
    with pytest.raises(JobStateError, match="only a new job can be started"):
        client.ask(StartJob(job))


def test_what_a_job_says_comes_as_lines_of_log(client, tiny, backend):
    config = tiny(field={"resolution": 12, "start_resolution": 8, "upsample_at": [0.5]})
    job = client.begin(config)
    line = client.wait_for(LogLine, lambda event: event.job == job and "grew to 12 cells" in event.text)
    assert line.level == "info"
    assert "grew to 12 cells" in (backend.cache / "jobs" / job / "log.txt").read_text()


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        ({"optimize": {"steps": -1}}, ConfigError, "'optimize.steps' is -1"),
        ({"nonsense": 1}, ConfigError, "There is no setting 'nonsense'"),
        ({"method": "text", "prompt": "  "}, EmptyPromptError, "The prompt is empty"),
        ({"dataset": ""}, ConfigError, "No pictures were given"),
    ],
)
def test_a_wrong_config_is_refused_before_anything_is_made(client, tiny, change, error, sentence):
    with pytest.raises(error, match=sentence):
        client.ask(CreateJob({**tiny(), **change}))
    assert not client.ask(ListJobs()).jobs


def test_sizes_out_of_bounds_are_refused(client, tiny):
    job = client.ask(CreateJob(tiny())).job
    with pytest.raises(ConfigError, match="'export.resolution' is 100000"):
        client.ask(FetchGrid(job, resolution=100_000))
    with pytest.raises(ConfigError, match="'optimize.preview_size' is 4"):
        client.ask(FetchPreview(job, size=4))


def test_a_job_begins_with_what_was_edited_before(client, tiny):
    job = client.ask(CreateJob(tiny())).job
    edit = EditJob(job, prompt="a torus", weights={"photometric": 2.0}, prompt_options={"negative": "a cube"})
    assert client.ask(edit).step == 0
    config = client.ask(GetJob(job)).config
    assert (config["prompt"], config["prompt_options"]["negative"]) == ("a torus", "a cube")
    assert config["photometric"]["weight"] == 2.0
    with pytest.raises(ConfigError, match="no setting 'prompt_options.nonsense'"):
        client.ask(EditJob(job, prompt_options={"nonsense": 1}))


def test_a_finished_job_has_its_learning_curves(client, backend, tiny):
    job = client.begin(tiny())
    client.wait_for(Finished)
    curves = backend.cache / "jobs" / job / "curves.png"
    assert curves.read_bytes().startswith(b"\x89PNG")


def test_parameters_are_checked(client):
    id, (message,) = client.peer.send_request("jobs.get", {"jop": "a"})
    client.socket.send(message)
    with pytest.raises(ParamsError, match="takes no 'jop': it knows job"):
        client.result(id)


@pytest.mark.parametrize("job", ["../..", "", "a" * 500, "backend.lock"])
def test_strange_names_of_jobs_are_unknown(client, job):
    for call in (GetJob, StartJob, PauseJob, ResumeJob, CancelJob, DeleteJob, FetchGrid, FetchPreview):
        with pytest.raises(UnknownJobError):
            client.ask(call(job))
