"""The record of a take: what is written can be read, whoever wrote it, and never names a place on one machine."""

from __future__ import annotations

import dataclasses
import json

import pytest

from addon.core.take_record import VERSION, TakeRecord, from_text, to_text, without_absolute_paths
from addon.core.wire import config
from tests.for_each import for_each

RECORD = TakeRecord(
    job="20260101-000000-abc",
    prompt='a "red" cube, чайник 🍵',
    seed=7,
    quality="draft",
    settings=config.to_json(config.preset("text", "draft")),
    score=0.31,
    step=40,
    steps=60,
    stopped=True,
    checkpoint_steps=(10, 20, 40),
    parent="20251231-000000-def",
    parent_step=0,
    models=[{"name": "embedded", "license": "GPL", "source": "trained by us"}],
    license="GPL",
    created=1.5e9,
)


def test_what_is_written_can_be_read():
    again = from_text(to_text(RECORD))
    plain = json.loads(json.dumps(RECORD.settings))
    assert again == dataclasses.replace(RECORD, settings=plain) and not again.is_newer


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", "{}", '{"job": 3}', "[" * 100_000])
def test_what_is_no_record_is_none(text):
    assert from_text(text) is None


def test_a_newer_record_is_read_as_far_as_it_is_understood():
    text = json.dumps({"version": VERSION + 2, "job": "a1", "prompt": "a cup", "seed": "seven", "mood": "blue"})
    record = from_text(text)
    assert record.is_newer and record.prompt == "a cup" and record.seed == 0


@for_each(
    [spec.name for spec in dataclasses.fields(TakeRecord) if spec.name != "job"],
    [None, "x", [], {}, True, float("nan"), float("inf"), 10**400],
)
def test_values_of_any_kind_are_read_as_neutral_ones(name, value):
    """Whoever wrote the .blend: the types are right afterwards, so that a panel can draw it."""
    found = getattr(from_text(json.dumps({"job": "a1", name: value})), name)
    neutral = getattr(TakeRecord("a1"), name)
    assert isinstance(found, type(neutral)) or (neutral is None and isinstance(found, int | float | None))


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/home/anna/pictures/cup", "cup"),
        ("C:\\Users\\anna\\cup", "cup"),
        ("\\\\server\\share\\cup", "cup"),
        ("embedded", "embedded"),
        ("ViT-B-16/openai", "ViT-B-16/openai"),
        ("https://example.org/model", "https://example.org/model"),
        ("", ""),
    ],
)
def test_no_absolute_path_is_kept(path, kept):
    settings = {
        "dataset": path,
        "early_stopping": {"model": path},
        "prompt_options": {"image_prompts": [{"path": path}]},
    }
    assert without_absolute_paths(settings) == {
        "dataset": kept,
        "early_stopping": {"model": kept},
        "prompt_options": {"image_prompts": [{"path": kept}]},
    }
    record = TakeRecord("a1", settings=settings, models=[{"name": path, "source": path}])
    assert json.loads(to_text(record))["models"] == [{"name": kept, "source": kept}]


def test_words_are_no_paths():
    settings = {"prompt": "/imagine a cup", "prompt_options": {"negative": "/", "extra_prompts": [{"text": "C:\\"}]}}
    assert without_absolute_paths(settings) == settings
