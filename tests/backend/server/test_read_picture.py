"""One picture over the wire: what it was taken for, and what a job needs to make it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from backend.config import preset, to_json, with_changes
from backend.errors import ConfigError
from backend.wire.messages import CreateJob, ReadPicture

PICTURES = Path(__file__).parents[2] / "data" / "pictures"
SHOWN = json.loads((PICTURES / "shown.json").read_text())


def pixels(name):
    return np.asarray(Image.open(PICTURES / f"{name}.png").convert("RGBA"))


def test_a_picture_is_read_and_a_job_can_be_made_of_the_answer(client):
    found = client.ask(ReadPicture(pixels("sure")))
    first = found.choices[0]
    assert found.sure and found.sentence.startswith(f"Taken for: {SHOWN['sure']} (")
    assert first["name"] == SHOWN["sure"] and first["prompt"].endswith(SHOWN["sure"])
    assert len(first["code"]) == 12 and max(map(abs, first["code"])) <= 1
    wanted = {"prompt": first["prompt"], "field": {"prior_code": first["code"]}}
    assert client.ask(CreateJob(to_json(with_changes(preset("text", "instant"), wanted)))).job


def test_words_name_what_it_is(client):
    found = client.ask(ReadPicture(pixels("unsure"), "a mug"))
    assert [each["name"] for each in found.choices] == ["mug"] and found.sure


@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        (pixels("unknown"), "The picture shows nothing that the shape prior knows"),
        (np.zeros((4, 4, 3), np.uint8), "A picture is sent as RGBA of at most 1024 pixels a side"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(client, image, sentence):
    with pytest.raises(ConfigError, match=sentence):
        client.ask(ReadPicture(image))
