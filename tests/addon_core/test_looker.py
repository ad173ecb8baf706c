"""Who asks often is answered with the newest, and a failure is a sentence."""

from __future__ import annotations

import threading

from addon.core.errors import SceneError
from addon.core.looker import Looker
from tests.patience import PATIENCE


def test_only_the_newest_of_those_that_wait_is_answered():
    looker, going, answered = Looker(), threading.Event(), []

    def slow(number):
        going.wait(PATIENCE)
        answered.append(number)
        return number * 10

    for number in range(5):
        looker.ask(number, lambda number=number: slow(number))
        while number == 0 and looker._now is None:
            pass  # the first is at work before the others come
    going.set()
    looker.join(PATIENCE)
    assert answered == [0, 4]
    assert (looker.latest.to, looker.latest.value, looker.latest.sentence) == (4, 40, "")
    assert not looker.busy


def test_the_same_question_is_not_asked_twice():
    looker, going, answered = Looker(), threading.Event(), []
    for _ in range(3):
        looker.ask("a", lambda: (going.wait(PATIENCE), answered.append("a")))
    going.set()
    looker.join(PATIENCE)
    assert answered == ["a"]


def test_a_failure_is_its_sentence():
    looker = Looker()

    def refused():
        raise SceneError("There is nothing to see.")

    looker.ask(1, refused)
    looker.join(PATIENCE)
    assert (looker.latest.value, looker.latest.sentence) == (None, "There is nothing to see.")
    looker.ask(2, lambda: 1 / 0)
    looker.join(PATIENCE)
    assert "ZeroDivisionError" in looker.latest.sentence


def test_what_is_forgotten_comes_to_nothing():
    looker, going = Looker(), threading.Event()
    looker.ask("a", lambda: going.wait(PATIENCE))
    looker.forget()
    going.set()
    looker.join(PATIENCE)
    assert looker.latest is None


def test_the_thread_ends_with_the_last_answer():
    looker = Looker()
    for number in range(3):
        looker.ask(number, lambda: None)
        looker.join(PATIENCE)
    assert not [thread for thread in threading.enumerate() if thread.name == "dreamwright-looker"]
