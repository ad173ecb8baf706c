"""Who asks often is answered with the newest, and a failure is a sentence."""

from __future__ import annotations

import threading

from addon.core.errors import SceneError
from addon.core.latest_only_worker import LatestOnlyWorker
from tests.patience import PATIENCE


def test_only_the_newest_of_those_that_wait_is_answered():
    worker, going, answered = LatestOnlyWorker(), threading.Event(), []

    def slow(number):
        going.wait(PATIENCE)
        answered.append(number)
        return number * 10

    for number in range(5):
        worker.submit(number, lambda number=number: slow(number))
        while number == 0 and worker._running is None:
            pass  # the first is at work before the others come
    going.set()
    worker.join(PATIENCE)
    assert answered == [0, 4]
    assert (worker.latest.key, worker.latest.value, worker.latest.sentence) == (4, 40, "")
    assert not worker.busy


def test_the_same_question_is_not_asked_twice():
    worker, going, answered = LatestOnlyWorker(), threading.Event(), []
    for _ in range(3):
        worker.submit("a", lambda: (going.wait(PATIENCE), answered.append("a")))
    going.set()
    worker.join(PATIENCE)
    assert answered == ["a"]


def test_a_failure_is_its_sentence():
    worker = LatestOnlyWorker()

    def refused():
        raise SceneError("There is nothing to see.")

    worker.submit(1, refused)
    worker.join(PATIENCE)
    assert (worker.latest.value, worker.latest.sentence) == (None, "There is nothing to see.")
    worker.submit(2, lambda: 1 / 0)
    worker.join(PATIENCE)
    assert "ZeroDivisionError" in worker.latest.sentence


def test_what_is_forgotten_comes_to_nothing():
    worker, going = LatestOnlyWorker(), threading.Event()
    worker.submit("a", lambda: going.wait(PATIENCE))
    worker.clear()
    going.set()
    worker.join(PATIENCE)
    assert worker.latest is None


def test_the_thread_ends_with_the_last_answer():
    worker = LatestOnlyWorker()
    for number in range(3):
        worker.submit(number, lambda: None)
        worker.join(PATIENCE)
    assert not [thread for thread in threading.enumerate() if thread.name == "dreamwright-worker"]
