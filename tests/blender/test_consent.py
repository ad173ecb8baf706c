"""What a .blend may bring about, and what only a person does: downloads, models, devices, paths."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest
from bpy_online import online_access

from addon.blender import paths, results
from addon.core import overrides
from addon.core.wire import DreamwrightError, config
from addon.ui import presets, readiness, requests
from addon.ui.advanced_groups import group_class, groups_of, settings_of

EVIL = {
    "allow_download": True, "model": "stranger/net", "device": "cpu", "dataset": "/etc", "method": "reconstruct",
    "prompt": "a bomb", "seed": 666, "recipe": "dream-fields-lq", "quality": "high",
    "early_stopping":{"model": "elsewhere"}, "consistency": {"model": "stranger/net"},
    "dream_fields": {"model": "stranger/net"},
    "score_distillation": {"model": "stranger/net", "depth_control": r"\\host\share"},
    "prompt_options":{"negative": "x", "images": [{"path": "/etc/shadow"}]}, "bounds": {"size": [9, 9, 9]},
}  # fmt: skip
"""Nothing of it is shown by the Advanced Settings."""


def settings():
    return bpy.context.scene.dreamwright


def test_overrides_of_a_file_set_nothing_but_advanced_settings():
    settings().prompt = "a red cube"
    before = requests.panel_config(settings(), "auto")
    settings().overrides = json.dumps(EVIL | {"optimize": {"steps": 77}})
    after = requests.panel_config(settings(), "auto")
    assert after == config.with_changes(before, {"optimize": {"steps": 77}})
    assert set(overrides.parse(settings().overrides)) == {"optimize.steps"}


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[]", "5", "null", '{"optimize": {"steps": 1e999}}',
                                  '{"optimize": {"steps": ' + "9" * 5000 + "}}", "\x00", "x" * 1_000_000])  # fmt: skip
def test_overrides_of_every_wrong_kind_are_none(text: str):
    settings().overrides = text
    assert overrides.parse(settings().overrides) == {}


def test_what_the_panel_shows_is_what_a_file_may_set():
    shown = set()

    def collect(kind: type, path: str) -> None:
        shown.update(path + spec.name for spec in settings_of(kind, path))
        for spec in groups_of(kind, path):
            collect(group_class(spec), f"{path}{spec.name}.")

    collect(config.JobConfig, "")
    assert shown == overrides._known_paths()
    assert not any(path.rpartition(".")[2] in overrides.PLACES for path in shown)


def test_a_download_is_allowed_by_the_person_for_one_model_and_remembered_on_this_machine():
    settings().model = "stable-diffusion-2.1"
    assert not settings().allow_download
    settings().allow_download = True
    settings().model = "stranger/net"
    assert not settings().allow_download, "another model is asked for again"
    settings().model = "stable-diffusion-2.1"
    bpy.context.scene.copy()
    assert settings().allow_download and json.loads(paths.consent_file().read_text()) == ["stable-diffusion-2.1"]
    assert paths.consent_file().stat().st_mode & 0o077 == 0
    settings().allow_download = False
    assert not settings().allow_download and json.loads(paths.consent_file().read_text()) == []


def test_consent_is_not_kept_in_the_file(tmp_path: Path):
    settings().model = "stranger/net"
    settings().allow_download = True
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "with.blend"))
    paths.consent_file().unlink()
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "with.blend"))
    assert settings().model == "stranger/net" and not settings().allow_download
    settings()["allow_download"] = True
    assert not settings().allow_download
    assert "allow_download" not in presets.STORED_SETTINGS


@pytest.mark.parametrize("text", ["[" * 100_000, "{}", "5", "[5, null]", "", "\x00", '{"a": 1}'])
def test_a_broken_record_of_consent_allows_nothing(text: str):
    paths.consent_file().write_text(text)
    assert not settings().allow_download


def test_consent_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from addon import flows

    (tmp_path / "file").write_text("")
    monkeypatch.setattr(paths, "own_folder", lambda: tmp_path / "file" / "deeper")
    settings().allow_download = True
    flows.APP.session.drain()
    assert not settings().allow_download
    assert "What you allowed cannot be kept in" in flows.APP.session.snapshot.error


def given(**properties):
    """An operator that a script called with these."""
    from test_properties import operator

    return operator(**properties)


def test_a_script_s_word_counts_but_not_while_blender_is_offline(monkeypatch: pytest.MonkeyPatch):
    settings().prompt = "a cube"
    asked = given(settings='{"allow_download": true, "model": "stranger/net"}')
    for access in (False, True):
        with online_access(monkeypatch, access):
            assert requests.text_config(asked, settings(), "auto").allow_download is access
            assert requests.limited_to_blender({"allow_download": True}) == {"allow_download": access}
            assert requests.limited_to_blender({"seed": 1}) == {"seed": 1}


def test_consent_of_the_panel_is_for_its_own_model(monkeypatch: pytest.MonkeyPatch):
    settings().prompt, settings().allow_download = "a cube", True
    with online_access(monkeypatch, True):
        assert requests.panel_config(settings(), "auto").allow_download
        assert not requests.text_config(given(model="stranger/net"), settings(), "auto").allow_download
        settings().overrides = '{"allow_download": false, "model": "stranger/net"}'
        assert requests.panel_config(settings(), "auto").allow_download
        settings().model = "stranger/net"
        assert not requests.panel_config(settings(), "auto").allow_download
    with online_access(monkeypatch, False):
        assert not requests.panel_config(settings(), "auto").allow_download


@pytest.mark.parametrize("place", [r"\\host\share", r"\\?\UNC\host\share", "/\\host/share"])
def test_photos_on_a_share_are_not_looked_for(place: str, monkeypatch: pytest.MonkeyPatch):
    """Before Windows would tell that machine who asks."""
    settings().method, settings().dataset = "PHOTOS", place
    monkeypatch.setattr(paths, "absolute", lambda path: Path(path))
    monkeypatch.setattr(paths, "is_set_up", lambda: True)
    monkeypatch.setattr(Path, "is_dir", lambda self: pytest.fail(f"{self} was looked for"))
    assert "is on a network share" in readiness.why_not_ready(settings())
    with pytest.raises(DreamwrightError, match="is on a network share"):
        requests.panel_config(settings(), "auto")


@pytest.mark.parametrize(
    "value", [5, 1.5, "x" * 1000, [1, 2], [1.0, float("nan"), 2.0], {"a": 1}, True, [1e308, 1, 1, 1]]
)
def test_a_place_of_another_kind_is_the_origin(value):
    obj = bpy.data.objects.new("thing", None)
    obj["dreamwright_location"] = value
    assert results.read_provenance(obj).location == (0.0, 0.0, 0.0)
