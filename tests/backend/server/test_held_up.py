"""Nobody is held up: not by huge views, hostile knocking, readers that sleep, or what others left."""

from __future__ import annotations

import dataclasses
import logging
import os
import socket
import subprocess
import sys
import time

import pytest
from websockets.exceptions import InvalidStatus

from backend.config import preset, to_json, with_changes
from backend.errors import SENTENCE_LIMIT, DreamwrightError, one_line
from backend.jobs.store import JobStore
from backend.jobs.sweep import sweep
from backend.server.log_file import OneLine
from backend.server.tries import LONGEST_SECONDS, Tries
from backend.wire import messages
from backend.wire.messages import CreateJob, Finished, ListJobs

from .live import PATIENCE, ROOT

CUBE = with_changes(preset("text", "draft"), {"prompt": "a red cube"})
POSE = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 4], [0, 0, 0, 1]]


def test_a_command_is_answered_while_a_huge_view_is_rendered(start, tiny):
    backend = start()
    client, other = backend.connect(), backend.connect()
    job = client.begin(tiny())
    client.wait_for(Finished)
    view = {"pose": POSE, "width": 8192, "height": 8192, "angle_x": 0.7}
    for message in client.peer.send_request(*messages.call(messages.RenderView(job, view, 1e9)))[1]:
        client.socket.send(message)
    waiting = other.ask(CreateJob(to_json(CUBE))).job
    time.sleep(1.0)  # the view has begun
    began = time.monotonic()
    assert other.ask(messages.CancelJob(waiting)).state == "cancelled"
    assert time.monotonic() - began < 5.0, "a second where nobody else has the processor"
    began = time.monotonic()
    assert backend.end() == 0 and time.monotonic() - began < 15.0


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
    deadline = time.monotonic() + 20
    while os.path.exists(f"/proc/{backend}") and "Z" not in open(f"/proc/{backend}/stat").read().split(")")[1][:3]:  # noqa: SIM115
        assert time.monotonic() < deadline, "it outlived its parent"
        time.sleep(0.05)
    os.kill(child, 9)


def test_three_thousand_jobs_are_listed_a_page_at_a_time(tmp_path):
    store = JobStore(tmp_path)
    first = store.create(CUBE)
    for number in range(3000):
        store._records[f"j{number}"] = dataclasses.replace(first, job=f"j{number}", created=first.created + number + 1)
    page, total = store.summaries(0, 200, lambda client: True)
    assert total == 3001 and len(page) == 200 and page[0].job == "j2999"
    assert store.summaries(15, 200, lambda client: True)[0][-1].job == first.job


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
