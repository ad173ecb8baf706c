"""The thread that works and takes commands in between."""

from __future__ import annotations

import threading

import pytest

from backend.server.worker import Worker
from tests.patience import PATIENCE


class Counting:
    """Work that counts its pieces, and has none after `limit`."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.done = 0
        self.kept = False
        self.thread: threading.Thread | None = None
        self.reached = threading.Event()

    def advance(self) -> bool:
        self.thread = threading.current_thread()
        if self.done >= self.limit:
            self.reached.set()
            return False
        self.done += 1
        return True

    seconds_to_work = None

    def suspend(self) -> None:
        self.kept = True


@pytest.fixture
def begun():
    workers = []

    def begin(limit: int) -> tuple[Worker, Counting]:
        work = Counting(limit)
        workers.append(Worker(work))
        workers[-1].start()
        return workers[-1], work

    yield begin
    for worker in workers:
        worker.stop()
        worker.join(PATIENCE)


def test_it_works_until_there_is_nothing_to_do(begun):
    _, work = begun(100)
    assert work.reached.wait(PATIENCE) and work.done == 100


def test_commands_run_on_its_own_thread_in_the_order_in_which_they_came(begun):
    worker, work = begun(1_000_000_000)
    seen: list[int] = []
    futures = [worker.ask(lambda n=n: (seen.append(n), threading.current_thread())[1]) for n in range(50)]
    assert all(future.result(PATIENCE) is work.thread for future in futures)
    assert seen == list(range(50))


def test_a_command_wakes_it_when_it_sleeps(begun):
    worker, work = begun(0)
    assert work.reached.wait(PATIENCE)
    work.limit = 5
    work.reached.clear()
    assert worker.ask(lambda: "done").result(PATIENCE) == "done"
    assert work.reached.wait(PATIENCE) and work.done == 5


def test_an_error_belongs_to_who_asked(begun):
    worker, _ = begun(0)
    with pytest.raises(ZeroDivisionError):
        worker.ask(lambda: 1 / 0).result(PATIENCE)
    assert worker.ask(lambda: "still here").result(PATIENCE) == "still here"


def test_a_command_whose_asker_has_gone_is_not_run(begun):
    worker, _ = begun(0)
    hold, ran = threading.Event(), []
    worker.ask(lambda: hold.wait(PATIENCE))
    cancelled = worker.ask(lambda: ran.append("no"))
    assert cancelled.cancel()
    hold.set()
    worker.ask(lambda: None).result(PATIENCE)
    assert ran == []


def test_at_the_end_the_work_is_put_aside_and_what_was_asked_is_answered(begun):
    worker, work = begun(1_000_000_000)
    hold = threading.Event()
    worker.ask(lambda: hold.wait(PATIENCE))
    late = worker.ask(lambda: work.kept)
    worker.stop()
    hold.set()
    worker.join(PATIENCE)
    assert not worker.is_alive() and work.kept
    assert late.done()
