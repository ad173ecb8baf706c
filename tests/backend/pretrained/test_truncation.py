"""What a tokenizer cuts off, against open_clip's own tokens."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from backend.pretrained import load_image_text, resolve
from backend.pretrained.truncation import truncated_text, truncation_warning


@pytest.fixture(scope="module")
def tokenizer(guide_folder: Path):
    return load_image_text(resolve(str(guide_folder)), torch.device("cpu")).tokenizer


@pytest.mark.parametrize("text", ["", "a red cube", "  a red cube \n", "red, red; RED!", " ".join(["red"] * 22)])
def test_a_prompt_that_fits_is_read_whole(text: str, tokenizer):
    assert truncated_text(tokenizer, text) == "" and truncation_warning(tokenizer, text) == ""


@pytest.mark.parametrize("extra", ["red", "cube red", "and a good deal more of this, and that."])
def test_the_end_of_a_long_one_is_named(extra: str, tokenizer):
    """22 words of one token each fill the 24 places."""
    assert truncated_text(tokenizer, " ".join(["red"] * 22) + " " + extra) == extra


def test_a_word_that_is_cut_in_the_middle_is_named_from_there(tokenizer):
    """It is spelled letter by letter, 22 are read; a word's last letter is another token, so one is not named."""
    assert truncated_text(tokenizer, "z" * 30) == "z" * 7


def test_the_sentence_says_what_was_cut(tokenizer):
    said = truncation_warning(tokenizer, " ".join(["red"] * 22) + " and shiny")
    assert said.startswith("The prompt is too long for the model: it does not read the end, 'and shiny'.")


def test_clip_s_own_tokenizer_reads_77():
    from backend.pretrained.open_clip_import import import_open_clip

    tokenizer = import_open_clip().get_tokenizer("ViT-B-32")
    assert truncated_text(tokenizer, " ".join(["cube"] * 75)) == ""
    assert truncated_text(tokenizer, " ".join(["cube"] * 78)) == "cube cube cube"
