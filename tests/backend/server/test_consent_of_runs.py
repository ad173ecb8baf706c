"""Consent to a download is for a run: what was allowed once is over when a job goes on while its client is offline."""

from __future__ import annotations

import pytest

from backend.config import preset, to_json, with_changes
from backend.wire.messages import CancelJob, CreateJob, Failed, GetJob, ResumeJob, StartJob
from tests.backend.pretrained.loopback_hub import LoopbackHub, serving

from .live import ENDLESS

CUBE = {"prompt": "a red cube", "model": "stable-diffusion-1.5", "allow_download": True}


@pytest.fixture
def hub():
    """A hub that has nothing, and counts who asks."""
    with serving(LoopbackHub()) as loopback:
        yield loopback


def test_a_run_that_is_offline_asks_no_hub_whatever_was_allowed_before(start, hub, tmp_path):
    client = start(wrapper=["env", f"HF_ENDPOINT={hub.url}", f"HF_HOME={tmp_path / 'hub'}"]).connect()
    job = client.ask(CreateJob(to_json(with_changes(preset("text", "draft"), CUBE)))).job

    def run(call):
        before = len(hub.requests)
        client.ask(call)
        failed = client.wait_for(Failed)
        return len(hub.requests) - before, failed.sentence

    asked, sentence = run(StartJob(job, offline=True))
    assert asked == 0 and "not on this machine" in sentence
    asked, _ = run(ResumeJob(job))
    assert asked > 0, "the person is online, and allowed it"
    assert run(ResumeJob(job, offline=True)) == (0, sentence)
    assert client.ask(GetJob(job)).config["allow_download"] is True, "for when Blender is online again"
    assert run(ResumeJob(job))[0] > 0


def test_consent_is_withdrawn_from_a_run_that_waits_in_line(start, hub, tmp_path, tiny):
    client = start(wrapper=["env", f"HF_ENDPOINT={hub.url}", f"HF_HOME={tmp_path / 'hub'}"]).connect()
    first = client.begin(tiny(optimize=ENDLESS))
    job = client.begin(to_json(with_changes(preset("text", "draft"), CUBE)))
    assert client.ask(StartJob(job, offline=True)).state == "queued"
    client.ask(CancelJob(first))
    assert "not on this machine" in client.wait_for(Failed, lambda event: event.job == job).sentence
    assert not hub.requests
