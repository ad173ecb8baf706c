"""Models downloaded from the panel: agreed to once, told of as they come, stopped, and refused while offline."""

from __future__ import annotations

import dataclasses
import subprocess
from types import SimpleNamespace

import bpy
import pytest
from bpy_online import blender_online

from addon import flows, headless
from addon.blender import paths
from addon.core import consent, model_list
from addon.core.errors import OfflineError, StoppedError
from addon.core.session import ModelFetch, Snapshot, fetch_text
from addon.core.wire import ModelError
from addon.ui import operators_models, panels
from tests.backend.pretrained.loopback_hub import CONTROLNET, LoopbackHub, serving
from tests.fakes.layout import FakeLayout

NAME = "controlnet-depth"
MAKE = "import sys, pathlib; from tests.backend.random_models import random_controlnet as make; " \
       "make(pathlib.Path(sys.argv[1]), variant='fp16')"  # fmt: skip


def drawn(panel, snapshot):
    """The recording layout after `panel` drew `snapshot`."""
    flows.APP.session.snapshot = snapshot
    layout = FakeLayout()
    panel.draw(SimpleNamespace(layout=layout), bpy.context)
    return layout


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """Random weights of a real architecture; only the backend's Python can make them."""
    from conftest import BACKEND_PYTHON, ROOT

    folder = tmp_path_factory.mktemp("repository") / "controlnet"
    if not BACKEND_PYTHON.exists():
        pytest.skip(f"no backend environment at {BACKEND_PYTHON}")
    subprocess.run([str(BACKEND_PYTHON), "-c", MAKE, str(folder)], check=True, cwd=ROOT)
    return folder


@pytest.fixture
def hub(repository, tmp_path, monkeypatch, own_backend_python):
    with serving(LoopbackHub({CONTROLNET: repository})) as loopback:
        monkeypatch.setenv("HF_ENDPOINT", loopback.url)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
        with blender_online(True):
            yield loopback


def is_local():
    return model_list.find_model(headless.run(flows.refresh_models()), NAME).is_local


def test_a_model_comes_by_its_button_and_nobody_is_asked_again(hub):
    assert bpy.ops.dreamwright.download_model(model=NAME) == {"FINISHED"}
    fetch = flows.APP.session.snapshot.fetches[NAME]
    assert fetch.state == "here" and fetch.bytes == fetch.total_bytes > 0 and fetch.fraction == 1.0
    assert is_local() and NAME in consent.allowed(paths.consent_file())
    asked = len(hub.requests)
    assert bpy.ops.dreamwright.download_model(model=NAME) == {"FINISHED"}
    assert not hub.files_asked(".safetensors") or len(hub.requests) == asked, "what is here is not fetched again"


def test_what_the_hub_refuses_is_told_in_its_sentence(hub):
    hub.refuse_files = (403, "GatedRepo")
    with pytest.raises(ModelError, match="accept"):
        headless.run(flows.fetch_model.fetch_model(NAME))
    assert not is_local()


def test_a_download_is_stopped_and_goes_on(hub):
    hub.seconds_a_piece = 0.5
    flow = flows.fetch_model.fetch_model(NAME)
    while flows.fetch_model.fetch_of(NAME) is None:
        next(flow)
        flows.APP.session.wait(0.02)
    headless.run(flows.fetch_model.stop_fetch(NAME))
    with pytest.raises(StoppedError, match="goes on from there"):
        headless.run(flow)
    assert flows.fetch_model.fetch_of(NAME) is None and not is_local()
    hub.seconds_a_piece = 0.0
    assert headless.run(flows.fetch_model.fetch_model(NAME)) == NAME and is_local()


def test_offline_nothing_is_asked_and_one_sentence_says_so(hub):
    with blender_online(False):
        with pytest.raises(OfflineError, match="Allow Online Access"):
            headless.run(flows.fetch_model.fetch_model(NAME))
        assert not bpy.ops.dreamwright.download_model.poll()
    assert hub.requests == [] and NAME not in consent.allowed(paths.consent_file())


def test_without_a_name_nothing_is_downloaded(own_backend_python):
    bpy.context.scene.dreamwright.model = " "
    with blender_online(True), pytest.raises(RuntimeError, match="The model has no name"):
        bpy.ops.dreamwright.download_model(model=" ")


def test_nothing_is_stopped_where_nothing_runs():
    assert not bpy.ops.dreamwright.stop_download.poll()


def test_the_dialog_says_what_it_is_how_large_and_from_where():
    known = next(model for model in model_list.listed_models() if model.recommended and model.source.count("/") == 1)
    lines = " ".join(operators_models._agreed_to(known.name))
    for words in (known.name, known.about, known.license, f"huggingface.co/{known.source}", "GB"):
        assert words in lines
    assert "huggingface.co/somebody/net" in " ".join(operators_models._agreed_to("somebody/net"))


def test_while_it_comes_the_panel_tells_how_far_and_offers_stop(monkeypatch, own_backend_python):
    known = next(model for model in model_list.listed_models() if model.kind == "diffusion" and not model.is_local)
    bpy.context.scene.dreamwright.model = known.name
    waits = drawn(panels.DREAMWRIGHT_PT_main, Snapshot())
    assert "dreamwright.download_model" in waits.operators() and "dreamwright.stop_download" not in waits.operators()
    fetch = ModelFetch("fetching", 1_200_000_000, 4_300_000_000, at=110.0, began_bytes=200_000_000, began_at=10.0)
    snapshot = dataclasses.replace(Snapshot(), fetches={known.name: fetch})
    comes = drawn(panels.DREAMWRIGHT_PT_main, snapshot)
    assert "dreamwright.stop_download" in comes.operators() and "dreamwright.download_model" not in comes.operators()
    assert fetch_text(fetch) == "1.2 of 4.3 GB, 10.0 MB/s, 5 min left"
