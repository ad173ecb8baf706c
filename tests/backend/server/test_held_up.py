"""Nobody is held up: not by huge views, hostile knocking, readers that sleep, or what others left."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from backend.config import preset, with_changes
from backend.errors import SENTENCE_LIMIT, DreamwrightError, ParamsError, one_line
from backend.jobs.store import JobStore
from backend.jobs.sweep import sweep
from backend.server.log_file import OneLine
from backend.server.tries import LONGEST_SECONDS, Tries
from backend.wire import messages
from backend.wire.messages import Finished, ListJobs
from backend.wire.rpc import ErrorReceived, ResponseReceived
from tests.patience import PATIENCE, soon, wait_until

from .live import ENDLESS, ROOT

CUBE = with_changes(preset("text", "draft"), {"prompt": "a red cube"})
POSE = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 4], [0, 0, 0, 1]]


def test_a_pause_is_answered_while_a_huge_view_is_rendered(start, tiny):
    """Of the job that is looked at while it runs, and of one that waits. On a quiet machine the first takes 0.5 s (its
    curves are drawn for the first time; 0.12 s later on), others 0.02 s; with a load of 19 on two cores 3.7 and 0.1 s.
    """
    backend = start()
    viewer, other = backend.connect(), backend.connect()
    seen = viewer.begin(tiny(optimize=ENDLESS))
    waits = other.begin(tiny(optimize=ENDLESS))
    viewer.wait_for(messages.Progress, lambda event: event.step > 5)
    look = begin_huge_view(viewer, seen)
    seconds = [timed(other, messages.PauseJob(seen), "paused"), timed(other, messages.PauseJob(waits), "paused")]
    seconds += [timed(other, messages.ResumeJob(waits), "queued") for _ in range(3)]
    seconds += [timed(other, messages.CancelJob(waits), "cancelled")]
    assert not answered(viewer, look), "the view was there already: nothing was in the way"
    assert max(seconds) < soon(4.0) and max(seconds[1:]) < soon(1.0), seconds
    began = time.monotonic()
    assert backend.end() == 0 and time.monotonic() - began < soon(15.0)


def begin_huge_view(client, job):
    """Ask for a view that takes minutes; gives the number of the request, once it is being rendered."""
    view = {"pose": POSE, "width": 8192, "height": 8192, "angle_x": 0.7}
    number, asked = client.peer.send_request(*messages.call(messages.RenderView(job, view, 1e9)))
    for message in asked:
        client.socket.send(message)
    for _ in range(2):  # the worker answers these: the first before the view or in its midst, the second in its midst
        client.ask(messages.ListCheckpoints(job))
    return number


def timed(client, call, state):
    began = time.monotonic()
    assert client.ask(call).state == state
    return time.monotonic() - began


def answered(client, number):
    """Whether the answer to a request has come by now."""
    while True:
        try:
            events = client.peer.receive(client.socket.recv(timeout=0))
        except TimeoutError:
            return False
        if any(isinstance(each, ResponseReceived | ErrorReceived) and each.id == number for each in events):
            return True


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:9000", "127.0.0.1@evil", ""])
def test_another_host_is_refused(backend, host):
    token = f"Authorization: Bearer {backend.token}\r\n"
    assert b" 403 " in shake_hands(backend, host, token)


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer"])
def test_the_scheme_is_taken_in_any_case(backend, scheme):
    assert b" 101 " in shake_hands(backend, "localhost", f"Authorization: {scheme} {backend.token}\r\n")


def test_a_refusal_says_which_scheme(backend):
    assert b"WWW-Authenticate: Bearer" in shake_hands(backend, "127.0.0.1", "")


def shake_hands(backend, host, header):
    with socket.create_connection(("127.0.0.1", backend.announced["port"]), 10) as raw:
        ask = f"GET / HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{header}"
        raw.sendall((ask + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n").encode())
        return raw.recv(2000)


def test_wrong_tokens_wait_and_the_right_one_does_not(start):
    backend, statuses = start(), []
    for _ in range(9):
        with pytest.raises(InvalidStatus) as refusal:
            backend.open(token="wrong")
        statuses.append(refusal.value.response.status_code)
    assert statuses[:5] == [401] * 5 and set(statuses[5:]) == {429}
    assert backend.connect().ask(ListJobs()).jobs == []
    assert backend.stderr.count("refused a connection") < 9


def test_tries_wait_longer_each_time_by_address_and_in_all():
    now = [0.0]
    tries = Tries(lambda: now[0])
    waits = [tries.wrong("a") for _ in range(20)]
    assert waits[:5] == [0.0] * 5 and waits[5:] == sorted(waits[5:]) and waits[-1] == LONGEST_SECONDS
    assert tries.wrong("b") == 0.0
    assert [tries.wrong(str(n)) for n in range(60)][-1] > 0
    now[0] += 61
    assert tries.wrong("a") == 0.0


def test_idle_connections_are_few_and_keep_nobody_out(start):
    backend = start()
    idle = [socket.create_connection(("127.0.0.1", backend.announced["port"])) for _ in range(150)]
    assert backend.connect().ask(ListJobs()).jobs == []
    assert len(os.listdir(f"/proc/{backend.process.pid}/fd")) < 110
    for each in idle:
        each.close()


@pytest.mark.process
def test_a_reader_that_sleeps_stops_nothing(tmp_path):
    """Standard error is a pipe that nobody reads, as a stopped Blender's."""
    code = (
        "import logging, pathlib, sys; from backend.server.log_file import log_to_file\n"
        "log_to_file(pathlib.Path(sys.argv[1]))\n"
        "for _ in range(3000): logging.info('x' * 200); sys.stderr.write('y' * 50)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stderr=subprocess.PIPE)
    assert child.wait(PATIENCE) == 0
    child.stderr.close()
    assert (tmp_path / "log" / "backend.log").read_text().count("INFO") > 2000


def test_no_line_of_the_log_comes_from_outside():
    forged = "x\n2026-11-30 00:00:00,000 CRITICAL root: forged\r\x1b[2J\u2028line"
    try:
        raise ValueError(forged)
    except ValueError:
        record = logging.LogRecord("a", logging.INFO, "f", 1, "said %s", (forged,), sys.exc_info())
    first, *rest = OneLine("%(asctime)s %(message)s").format(record).splitlines()
    assert "said x\\n2026" in first and all(line.startswith("    ") for line in rest)
    assert "\x1b" not in first and len(one_line("é" * 10**6)) <= 4100


def test_every_sentence_has_a_bound():
    assert len(DreamwrightError("é" * 3_000_000).sentence) <= SENTENCE_LIMIT


@pytest.mark.process
def test_a_forked_child_of_the_parent_keeps_nothing_alive(tmp_path):
    code = (
        "import os, pathlib, sys, time\nfrom server.live import Backend\n"
        "backend = Backend(pathlib.Path(sys.argv[1]))\nprint(backend.process.pid, flush=True)\n"
        "child = os.fork()\n"
        "if child == 0: time.sleep(40); os._exit(0)\n"
        "print(child, flush=True); time.sleep(60)\n"
    )
    environ = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'backend'}"}
    command = [sys.executable, "-c", code, str(tmp_path / "cache")]
    parent = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env=environ)
    backend, child = int(parent.stdout.readline()), int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    assert wait_until(lambda: has_ended(backend), soon(20)), "it outlived its parent"
    os.kill(child, 9)


def has_ended(process: int) -> bool:
    """A zombie has ended as well: whoever was its parent does not wait for it."""
    stat = Path(f"/proc/{process}/stat")
    return not stat.exists() or stat.read_text().split(")")[1].split()[0] == "Z"


def test_three_thousand_jobs_are_listed_a_page_at_a_time(start, tmp_path):
    """On the disk and over a real socket: each page is small, whatever the prompts are, and the newest come first."""
    store = JobStore(tmp_path / "cache")
    first = store.create(with_changes(CUBE, {"prompt": "a red cube " * 90}))
    text = (store.folder(first.job) / "job.json").read_text()
    for number in range(1, 3000):
        job = f"20990101-000000-{number:06x}"
        (tmp_path / "cache" / "jobs" / job).mkdir()
        (tmp_path / "cache" / "jobs" / job / "job.json").write_text(
            text.replace(first.job, job).replace(f'"created": {first.created}', f'"created": {first.created + number}')
        )
    client = start().connect()
    seconds, pages = [], []
    for page in range(16):
        began = time.monotonic()
        answer = client.ask(ListJobs(page))
        seconds.append(time.monotonic() - began)
        assert answer.total == 3000 and len(json.dumps(answer.jobs)) < 200_000
        pages.append([each["job"] for each in answer.jobs])
    assert [len(page) for page in pages] == [200] * 15 + [0]
    assert [job for page in pages for job in page] == [
        f"20990101-000000-{number:06x}" for number in range(2999, 0, -1)
    ] + [first.job]
    assert min(seconds) < soon(0.2), seconds
    for wrong in (ListJobs(-1), ListJobs(0, 0), ListJobs(0, messages.PAGE_LIMIT + 1)):
        with pytest.raises(ParamsError, match="Pages begin at 0"):
            client.ask(wrong)


def test_litter_of_kills_is_swept_and_nothing_else(tmp_path):
    jobs = tmp_path / "jobs"
    job, empty = jobs / "20260101-000000-abcdef", jobs / "20260101-000001-abcdef"
    mine = jobs / "my notes"
    for folder in (job, empty, mine):
        folder.mkdir(parents=True)
    litter = [job / "job.json.part", job / "checkpoint-0-000001.safetensors.partial", empty / ".write-test-12"]
    litter.append(tmp_path / ".write-test-3")
    kept = [job / "job.json", job / "notes.part", mine / "job.json.part", mine / "a.txt"]
    for path in (*litter, *kept):
        path.write_text("x")
        os.utime(path, (1, 1))
    young = job / "preview.png.part"
    young.write_text("x")
    sweep(tmp_path, time.time() - 60)
    assert not any(path.exists() for path in (*litter, empty)) and all(path.exists() for path in (*kept, young))


def test_a_cancelled_job_is_paused_by_going_back(client, tiny):
    job = client.begin(tiny(optimize={"steps": 400, "keep_checkpoints": 8}))
    client.wait_for(messages.Progress, lambda event: event.step > 120)
    client.ask(messages.CancelJob(job))
    step = client.ask(messages.ListCheckpoints(job)).checkpoints[0]["step"]
    assert client.ask(messages.RewindJob(job, step)).state == "paused"


def test_a_failed_job_is_paused_by_going_back_and_goes_on_from_there(client, tiny, backend):
    """It fails for real: the pictures that it was to learn from are gone when it is resumed."""
    job = client.begin(tiny(optimize={"steps": 400, "keep_checkpoints": 8}))
    client.wait_for(messages.Progress, lambda event: event.step > 120)
    client.ask(messages.PauseJob(job))
    steps = [each["step"] for each in client.ask(messages.ListCheckpoints(job)).checkpoints]
    folder = Path(client.ask(messages.GetJob(job)).config["dataset"])
    away = folder.rename(folder.with_name("away"))
    client.events.clear()
    try:
        client.ask(messages.ResumeJob(job))
        assert "no transforms.json" in client.wait_for(messages.Failed).sentence
        assert client.ask(messages.GetJob(job)).state == "failed"
        back = client.ask(messages.RewindJob(job, steps[0]))
        record = client.ask(messages.GetJob(job))
        assert (back.state, back.step, record.state, record.error) == ("paused", steps[0], "paused", None)
    finally:
        away.rename(folder)
    client.ask(messages.ResumeJob(job))
    assert client.wait_for(Finished).step == 400
