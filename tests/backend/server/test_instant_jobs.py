"""A job of no steps over the wire: it finishes, is kept, can be exported, and says what it does not know."""

from __future__ import annotations

from backend.config import preset, to_json, with_changes
from backend.wire.messages import CreateJob, Failed, Finished, GetJob, ListCheckpoints, StartJob

SMALL = {"device": "cpu", "field": {"resolution": 32, "start_resolution": 32}, "export": {"resolution": 32}}


def run(client, prompt, until):
    job = client.ask(CreateJob(to_json(with_changes(preset("text", "instant"), {"prompt": prompt, **SMALL})))).job
    client.ask(StartJob(job))
    return job, client.wait_for(until)


def test_a_known_object_finishes_at_once_and_can_be_gone_back_to(start):
    client = start().connect()
    job, finished = run(client, "a red teapot", Finished)
    assert finished.job == job
    record = client.ask(GetJob(job))
    assert (record.state, record.step, record.steps) == ("finished", 0, 0)
    assert [each["step"] for each in client.ask(ListCheckpoints(job)).checkpoints] == [0]


def test_an_unknown_object_fails_with_its_sentence(start):
    client = start().connect()
    _, failed = run(client, "a red gizmotron", Failed)
    assert failed.sentence.startswith("The shape prior does not know 'gizmotron': name one of the 390 objects")
