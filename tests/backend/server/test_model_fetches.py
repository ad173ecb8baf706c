"""Downloads over the wire: asked for with consent, told of as they go, stopped and gone on with."""

from __future__ import annotations

import pytest

from backend.errors import ModelError
from backend.wire.messages import FetchModel, ListModels, ModelProgress, StopFetch
from tests.backend.pretrained.loopback_hub import CONTROLNET, LoopbackHub, serving
from tests.backend.random_models import random_controlnet

NAME = "controlnet-depth"


@pytest.fixture
def hub(tmp_path):
    repository = random_controlnet(tmp_path / "repository", variant="fp16")
    with serving(LoopbackHub({CONTROLNET: repository})) as loopback:
        yield loopback


@pytest.fixture
def client(start, hub, tmp_path):
    return start(wrapper=["env", f"HF_ENDPOINT={hub.url}", f"HF_HOME={tmp_path / 'hub'}"]).connect()


def told(client, state: str) -> ModelProgress:
    while True:
        progress = client.wait_for(ModelProgress)
        if progress.state != "fetching":
            assert progress.state == state, progress
            return progress


def is_local(client) -> bool:
    return next(model["is_local"] for model in client.ask(ListModels()).models if model["name"] == NAME)


def test_a_model_comes_with_consent_and_is_told_of(client, hub):
    with pytest.raises(ModelError, match="nobody agreed to controlnet-depth"):
        client.ask(FetchModel(NAME, agreed=False))
    assert hub.requests == [] and not is_local(client)
    missing = client.ask(FetchModel(NAME, agreed=True)).bytes
    here = told(client, "here")
    assert missing > 0 and here.bytes == here.total_bytes == missing and is_local(client)
    assert client.ask(FetchModel(NAME, agreed=True)).bytes == 0, "what is here is not fetched again"


def test_what_the_hub_refuses_is_told_in_a_sentence(client, hub):
    hub.refuse_files = (403, "GatedRepo")
    client.ask(FetchModel(NAME, agreed=True))
    assert "accept" in told(client, "failed").sentence and not is_local(client)


def test_a_download_is_stopped_and_goes_on_from_there(client, hub):
    hub.seconds_a_piece = 0.3
    whole = client.ask(FetchModel(NAME, agreed=True)).bytes
    client.wait_for(ModelProgress)
    client.ask(StopFetch(NAME))
    stopped = told(client, "stopped")
    assert stopped.bytes <= whole and not is_local(client)
    hub.seconds_a_piece = 0.0
    assert client.ask(FetchModel(NAME, agreed=True)).bytes <= whole
    told(client, "here")


@pytest.mark.parametrize("name", ["embedded", "no such model"])
def test_what_cannot_be_fetched_is_refused(client, name: str):
    with pytest.raises(ModelError):
        client.ask(FetchModel(name, agreed=True))
