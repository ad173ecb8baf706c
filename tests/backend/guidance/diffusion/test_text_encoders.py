"""Texts: encoded as the pipelines do it, once, and cut where the encoder ends."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from backend.guidance.diffusion.text_encoders import TextEncoders, processor_precision, weight_bytes
from backend.pretrained.pipeline_parts import PipelineFolder

CPU = torch.device("cpu")
LONG = "red cube " * 60 + "with a hat"


class Counted:
    """Loads the real pipeline, and counts how often."""

    def __init__(self, folder: Path) -> None:
        self.parts, self.times = PipelineFolder(folder), 0

    def __call__(self, precision: torch.dtype):
        self.times += 1
        return self.parts.words(precision)


@pytest.mark.parametrize("kind", ["sd_folder", "xl_folder", "if_folder"])
def test_texts_differ_and_the_same_text_is_the_same(kind: str, request):
    words = TextEncoders(Counted(request.getfixturevalue(kind)), CPU, stay=True)
    words.read(["a red cube", "a ball", ""])
    assert not torch.allclose(words["a red cube"].words, words["a ball"].words)
    again = TextEncoders(Counted(request.getfixturevalue(kind)), CPU, stay=True)
    again.read(["a red cube"])
    assert torch.equal(words["a red cube"].words, again["a red cube"].words)
    assert words["a ball"].words.shape == words[""].words.shape


def test_a_text_is_encoded_once_also_across_edits(sd_folder):
    load = Counted(sd_folder)
    words = TextEncoders(load, CPU, stay=True)
    words.read(["a red cube", "a ball"])
    first = words["a ball"].words
    words.read(["a ball"])
    assert words["a ball"].words is first and load.times == 1
    assert not words.lacks(["a ball"]) and words.lacks(["a cat"])


def test_encoders_that_do_not_stay_are_let_go_and_come_again_only_for_new_texts(sd_folder):
    load = Counted(sd_folder)
    words = TextEncoders(load, CPU, stay=False)
    words.read(["a red cube"])
    assert words._pipeline is None
    words.read(["a red cube"])
    assert load.times == 1
    words.read(["a ball"])
    assert load.times == 2 and words._pipeline is None


@pytest.mark.parametrize("kind", ["sd_folder", "xl_folder", "if_folder"])
def test_what_is_cut_from_a_prompt_is_said_each_time_it_is_read(kind: str, request):
    words = TextEncoders(Counted(request.getfixturevalue(kind)), CPU, stay=True)
    assert words.read(["a red cube"]) == []
    for _ in range(2):
        (sentence,) = words.read(["a red cube", LONG])
        assert "too long" in sentence and "with a hat" in sentence


def test_nothing_is_zeros_for_a_model_that_was_trained_so(xl_folder, sd_folder):
    xl, sd = (TextEncoders(Counted(folder), CPU, stay=True) for folder in (xl_folder, sd_folder))
    xl.read(["", "a"])
    sd.read([""])
    assert float(xl[""].words.abs().sum()) == 0 and float(xl[""].whole.abs().sum()) == 0
    assert float(xl["a"].whole.abs().sum()) > 0
    assert float(sd[""].words.abs().sum()) > 0 and sd[""].whole is None


def test_where_the_card_has_no_room_words_are_read_on_the_processor_and_it_is_said(sd_folder, monkeypatch):
    """A fake device: `meta` tensors are nowhere, so whatever was computed was computed on the processor."""
    monkeypatch.setattr("backend.guidance.diffusion.text_encoders.free_bytes", lambda device: 1000)
    monkeypatch.setattr("backend.guidance.diffusion.text_encoders.free_unused", lambda device: None)
    said: list[str] = []
    words = TextEncoders(Counted(sd_folder), torch.device("meta"), torch.float16, stay=True, log=said.append)
    words.read(["a red cube"])
    assert words["a red cube"].words.device.type == "meta" and words["a red cube"].words.dtype == torch.float16
    assert next(words._pipeline.text_encoder.parameters()).device.type == "cpu"
    assert len(said) == 1 and "the words are read on the processor, once." in said[0]


def test_words_on_the_processor_by_choice_say_nothing_and_say_the_same(sd_folder):
    said: list[str] = []
    words = TextEncoders(
        Counted(sd_folder), torch.device("meta"), torch.float16, stay=False, on_cpu=True, log=said.append
    )
    words.read(["a red cube"])
    assert said == [] and words["a red cube"].words.device.type == "meta"


def test_on_the_processor_small_encoders_are_single_and_large_ones_bfloat16():
    assert processor_precision(250_000_000, torch.float16) == torch.float32
    assert processor_precision(11_500_000_000, torch.float16) == torch.bfloat16
    assert processor_precision(11_500_000_000, torch.float32) == torch.float32


def test_large_encoders_are_let_go_though_they_may_stay(sd_folder, monkeypatch):
    monkeypatch.setattr("backend.guidance.diffusion.text_encoders.KEPT_BYTES", 1000)
    load = Counted(sd_folder)
    words = TextEncoders(load, CPU, stay=True)
    words.read(["a red cube"])
    words.read(["a ball"])
    assert words._pipeline is None and load.times == 2


def test_what_they_weigh_is_counted(sd_folder):
    pipeline = PipelineFolder(sd_folder).words(torch.float32)
    assert weight_bytes(pipeline) == 4 * sum(value.numel() for value in pipeline.text_encoder.parameters())
