"""How a backend ends, and what is left of it: nothing but jobs that can be resumed."""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import textwrap
import time

import pytest

from backend.wire.messages import (
    CreateJob,
    Failed,
    FetchGrid,
    Finished,
    GetJob,
    ListJobs,
    PauseJob,
    Progress,
    ResumeJob,
    ShutDown,
    StateChanged,
)
from tests.patience import soon, wait_until

from .live import ENDLESS, PATIENCE, ROOT

OFTEN = ENDLESS | {"checkpoint_every_s": 0.0}


def _running(client, config, beyond=10):
    job = client.begin(config)
    client.wait_for(Progress, lambda event: event.step > beyond)
    return job


def test_a_killed_backend_leaves_a_job_that_goes_on_from_its_checkpoint(start, tiny):
    first = start()
    client = first.connect()
    job = _running(client, tiny(optimize=OFTEN), beyond=60)
    first.kill()
    second = start().connect()
    record = second.ask(GetJob(job))
    assert record.state == "paused"
    assert json.loads((first.cache / "jobs" / job / "checkpoint.json").read_text())
    kept = second.ask(FetchGrid(job)).step
    assert kept > 0
    second.ask(ResumeJob(job))
    progress = second.wait_for(Progress)
    assert progress.step > kept, "it went on, and did not begin again"


@pytest.mark.slow
def test_killed_again_and_again_it_always_finds_a_good_checkpoint(start, tiny):
    """The kill comes at any moment, also in the middle of a checkpoint."""
    last, job = 0, None
    for _ in range(4):
        backend = start()
        client = backend.connect()
        if job is None:
            job = client.begin(tiny(optimize=OFTEN))
        else:
            client.ask(ResumeJob(job))
        step = client.wait_for(Progress, lambda event, last=last: event.step > last + 10).step
        assert step > last
        last = step - 10  # the last steps may not have been kept
        backend.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_a_signal_keeps_the_running_job_and_ends_with_success(start, tiny, number):
    backend = start()
    client = backend.connect()
    job = _running(client, tiny(optimize=ENDLESS))
    backend.process.send_signal(number)
    paused = client.wait_for(StateChanged, lambda event: event.state == "paused")
    assert backend.process.wait(PATIENCE) == 0
    record = start().connect().ask(GetJob(job))
    assert (record.state, record.step) == ("paused", paused.step)
    assert record.step > 10


def test_a_client_can_end_the_backend(start):
    backend = start()
    backend.connect().ask(ShutDown())
    assert backend.process.wait(PATIENCE) == 0


@pytest.mark.process
def test_the_backend_ends_with_its_parent_even_when_that_is_killed(tmp_path, tiny):
    """A parent of its own starts a backend that optimizes, prints its process id, and is killed."""
    config = json.dumps(tiny(optimize=ENDLESS))
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "cache"), config],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'backend'}"},
    )
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    assert wait_until(lambda: not _is_alive(child)), "the backend outlived its parent"
    (folder,) = (tmp_path / "cache" / "jobs").iterdir()
    assert json.loads((folder / "job.json").read_text())["state"] == "paused"


PARENT = textwrap.dedent("""
    import json, pathlib, sys
    from server.live import Backend
    from backend.wire.messages import Progress
    backend = Backend(pathlib.Path(sys.argv[1]))
    client = backend.connect()
    client.begin(json.loads(sys.argv[2]))
    client.wait_for(Progress)
    print(backend.process.pid, flush=True)
    sys.stdin.read()
""")


def _is_alive(pid: int) -> bool:
    """A zombie, which waits only for a parent in a container without init to collect it, has ended."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_told_to_stay_it_outlives_its_standard_input(start, tmp_path):
    backend = start("--stay", stdin=subprocess.DEVNULL)
    other = start(stdin=subprocess.DEVNULL, cache=tmp_path / "other")
    assert other.process.wait(PATIENCE) == 0, "without it, it ends: so long is waited"
    assert backend.connect().ask(ListJobs()).jobs == []
    backend.process.terminate()
    assert backend.process.wait(PATIENCE) == 0


def test_without_anyone_at_its_standard_input_it_ends(start):
    assert start(stdin=subprocess.DEVNULL).process.wait(PATIENCE) == 0


def test_a_taken_port_is_one_sentence(start):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        backend = start("--port", str(port))
        assert backend.process.wait(PATIENCE) == 1
    assert backend.announced is None
    assert f"Port {port} cannot be used" in backend.stderr.splitlines()[-1]
    assert "Traceback" not in backend.stderr


def test_an_impossible_port_is_one_sentence(start):
    backend = start("--port", "70000")
    assert backend.process.wait(PATIENCE) == 1
    assert "Port 70000 cannot be used" in backend.stderr.splitlines()[-1]


def test_without_a_token_it_does_not_start(start):
    backend = start(wrapper=["env", "DREAMWRIGHT_TOKEN="])
    assert backend.process.wait(PATIENCE) == 1
    assert "The backend needs a token: set DREAMWRIGHT_TOKEN" in backend.stderr


def test_a_device_that_is_not_there_is_one_sentence(start):
    backend = start("--device", "abacus")
    assert backend.process.wait(PATIENCE) == 1
    assert "'abacus' is unknown" in backend.stderr.splitlines()[-1]


def test_a_cache_that_is_a_file_is_one_sentence(start, tmp_path):
    cache = tmp_path / "cache"
    cache.write_text("I am no folder")
    backend = start(cache=cache)
    assert backend.process.wait(PATIENCE) == 1
    assert f"{cache} cannot be written" in backend.stderr.splitlines()[-1]
    assert "Traceback" not in backend.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_cache_without_permission_is_one_sentence(start, tmp_path):
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o500)
    backend = start(cache=cache)
    assert backend.process.wait(PATIENCE) == 1
    assert f"{cache} cannot be written" in backend.stderr.splitlines()[-1]


def test_a_second_backend_in_the_same_cache_is_refused(start):
    first, second = start(), start()
    assert second.process.wait(PATIENCE) == 1
    assert f"Another backend (process {first.process.pid}) works in" in second.stderr.splitlines()[-1]
    assert first.connect().ask(ListJobs()).jobs == []


def test_the_lock_of_a_killed_backend_is_none(start):
    start().kill()
    assert start().connect().ask(ListJobs()).jobs == []


def test_a_broken_record_is_skipped_with_a_line_of_log(start, tmp_path, tiny):
    backend = start()
    good = backend.connect().ask(CreateJob(tiny())).job
    backend.end()
    for name, content in {"empty": "", "half": '{"job": "ha', "deep": "[" * 100_000, "other": '{"job": "x"}'}.items():
        (backend.cache / "jobs" / name).mkdir()
        (backend.cache / "jobs" / name / "job.json").write_text(content)
    (backend.cache / "jobs" / "a-file").write_text("")
    again = start()
    listed = {record["job"]: record for record in again.connect().ask(ListJobs()).jobs}
    assert set(listed) == {good, "empty", "half", "deep", "other"}
    assert {job for job, record in listed.items() if record["state"] == "broken"} == set(listed) - {good}
    assert all("cannot be read" in listed[job]["error"] for job in listed if job != good)
    journal = (backend.cache / "log" / "backend.log").read_text()
    for name in ("empty", "half", "deep", "other", "a-file"):
        assert f"{name}, whose record cannot be read" in journal


def test_a_full_disk_fails_the_job_and_keeps_its_last_checkpoint(start, tiny):
    """The limit on the size of a file makes writes fail inside the real process, as a full disk does."""
    backend = start()
    client = backend.connect()
    job = client.begin(tiny(optimize=ENDLESS, field={"resolution": 32, "start_resolution": 32}))
    client.wait_for(Progress, lambda event: event.step > 10)
    kept = client.ask(PauseJob(job)).step
    client.ask(ResumeJob(job))
    client.wait_for(Progress, lambda event: event.step > kept + 5)
    _limit_files(backend, 20_000)
    client.ask(PauseJob(job))
    failed = client.wait_for(Failed)
    assert "could not be saved" in failed.sentence and "make room there" in failed.sentence
    assert client.ask(GetJob(job)).state == "failed"
    assert client.ask(FetchGrid(job)).step == kept
    _limit_files(backend, resource.RLIM_INFINITY)
    client.ask(ResumeJob(job))
    assert client.wait_for(Progress).step > kept


def test_a_full_disk_refuses_a_new_job_with_a_sentence(start, tiny):
    backend = start()
    client = backend.connect()
    _limit_files(backend, 10)
    with pytest.raises(Exception, match="disk is full"):
        client.ask(CreateJob(tiny()))
    _limit_files(backend, resource.RLIM_INFINITY)
    assert client.ask(ListJobs()).jobs == []
    job = client.begin(tiny())
    client.wait_for(Finished, lambda event: event.job == job)


def _limit_files(backend, bytes_: int) -> None:
    hard = resource.prlimit(backend.process.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(backend.process.pid, resource.RLIMIT_FSIZE, (bytes_, hard))


def test_a_client_that_does_not_read_slows_nobody_down(start, tiny):
    """It sleeps while the job runs: another client sees everything, and the job goes on."""
    backend = start()
    asleep, awake = backend.connect(), backend.connect()
    config = tiny(optimize=ENDLESS | {"preview_every_s": 0.0, "preview_size": 128})
    job = _running(awake, config, beyond=3)
    for _ in range(8):  # grids that it never reads
        for message in asleep.peer.send_request("jobs.grid", {"job": job, "resolution": 96})[1]:
            asleep.socket.send(message)
    before = awake.wait_for(Progress).step
    deadline = time.monotonic() + 4
    while time.monotonic() < deadline:
        awake.receive()
    assert awake.wait_for(Progress).step > before
    began = time.monotonic()
    assert awake.ask(GetJob(job)).state == "running"
    assert time.monotonic() - began < soon(2)
    asleep.socket.socket.close()
    assert awake.ask(PauseJob(job)).state == "paused"
    assert backend.end() == 0


@pytest.mark.process
def test_the_journal_is_turned_over(tmp_path):
    """Same handlers in a process of their own, so that the log of the tests stays as it is."""
    code = (
        "import logging, pathlib, sys; from backend.server import log_file; log_file._BYTES = 2000\n"
        "path = log_file.log_to_file(pathlib.Path(sys.argv[1]))\n"
        "for _ in range(200): logging.getLogger('x').info('a line of some length for the log')\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    assert {path.name for path in (tmp_path / "log").iterdir()} == {"backend.log"} | {
        f"backend.log.{index}" for index in (1, 2, 3)
    }


def test_ending_is_logged(start):
    backend = start()
    backend.end()
    assert "the backend ends: the parent process has ended" in backend.stderr
    assert logging.getLevelName(logging.INFO) in backend.stderr
