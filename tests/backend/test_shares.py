r"""Paths on other machines: known in every spelling, on every system; refused wherever a job comes in."""

from __future__ import annotations

import pytest

from backend import config
from backend.config import shares
from backend.errors import ShareError
from tests.for_each import for_each

SHARES = ["//host/share", r"\\host\share", r"\\?\UNC\host\share", r"\\.\pipe\x", "//?/UNC/host/share", r"\/host/share",
          r"/\host\share", r"\\host@SSL\DavWWWRoot\x", r"\??\UNC\host\share", r"\\?\GLOBALROOT\Device\Mup\host\x",
          "file://host/share", "FILE:////host/share", r"file:\\host\share", '  "\\\\host\\share"',
          "//127.0.0.1/c$"]  # fmt: skip
HERE = ["/home/person/photos", r"C:\photos", "C:/photos", r"\\?\C:\a very long path", "photos", "", "./x", "../x",
        "stranger/net", "hf-hub:stranger/net", r"Z:\on a drive letter", "file:///home/x", "~/x"]  # fmt: skip


@for_each(SHARES)
def test_a_share_is_known_in_every_spelling(path: str):
    assert config.is_share(path)


@for_each(HERE)
def test_what_is_on_this_machine_is_none(path: str):
    assert not config.is_share(path)
    config.refuse_share(path)


@for_each(
    SHARES,
    [
        lambda path: {"model": path},
        lambda path: {"method": "reconstruct", "dataset": path},
        lambda path: {"early_stopping": {"model": path}},
        lambda path: {"consistency": {"model": path}},
        lambda path: {"consistency": {"model": f"timm/test_vit/{path}"}},
        lambda path: {"dream_fields": {"model": path}},
        lambda path: {"score_distillation": {"model": path}},
        lambda path: {"score_distillation": {"depth_control": path}},
        lambda path: {"model": f"ViT-B-32/{path}"},
        lambda path: {"prompt_options": {"images": [{"path": path}]}},
    ],
)
def test_no_job_with_a_share_may_run(path: str, changes):
    wanted = config.from_json({"prompt": "a cube"} | changes(path))
    with pytest.raises(ShareError, match="is on a network share.*: give the share a drive letter or mount it"):
        config.check_runnable(wanted)


def test_words_that_look_like_a_share_are_words():
    config.check_runnable(config.from_json({"prompt": "//host/share", "prompt_options": {"negative": r"\\host"}}))


def test_what_a_person_typed_is_opened(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shares, "_typed", set())
    config.allow_shares(["reconstruct", r"\\nas\photos", "--model=//nas/models/own"])
    config.refuse_share("//nas/photos")
    config.refuse_share(r"\\nas\models\own")
    with pytest.raises(ShareError):
        config.refuse_share("//nas/models/other")
