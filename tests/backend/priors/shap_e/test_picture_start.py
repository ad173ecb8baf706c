"""Jobs that begin with Shap-E's shape of one picture: how the picture comes to them, and what is refused."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from backend.config import (
    allow_shares,
    check_runnable,
    makes_shape_of_picture,
    picture_changes,
    preset,
    prior_of,
    to_json,
    with_changes,
)
from backend.errors import ConfigError, EmptyFieldError, EmptyPromptError, JobStateError, ModelError, ShareError
from backend.fields.field import UNIT_CUBE
from backend.jobs.sent_datasets import PICTURE, Sent, used_by
from backend.optimize import from_picture
from backend.optimize.from_picture import UNKNOWN_MADE, job_from_picture
from backend.optimize.memory_estimate import estimate_memory
from backend.optimize.prior_start import with_start
from backend.optimize.trainer import Trainer
from backend.pretrained import resolve
from backend.pretrained.shap_e import open_shap_e
from backend.priors.picture import Certainty, Guess, PictureReading
from backend.priors.shap_e.latent_field import FittedField, LatentField
from backend.priors.shap_e.start import GUIDANCE, picture_condition
from backend.server.readable_files import ReadableFiles

SMALL = {"field": {"resolution": 24, "start_resolution": 24}, "export": {"resolution": 24}, "orbit": {"views": 1}}


@pytest.fixture
def picture(tmp_path) -> Path:
    pixels = np.random.default_rng(0).integers(0, 255, (40, 60, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "zebra.png")
    return tmp_path / "zebra.png"


def job(folder, picture, **changes):
    small = with_changes(preset("text", "instant"), SMALL | {"seed": 1})
    small = with_changes(small, picture_changes(str(picture), str(folder)))
    return with_changes(small, {"prior": {"denoising_steps": 2}} | changes)


def solid(folder, picture) -> torch.Tensor:
    return Trainer.build(job(folder, picture)).field.raw_density.detach()


def test_a_picture_without_a_word_is_a_job_and_its_shape_the_answer(picture_folder, picture):
    lines = []
    config = with_start(check_runnable(job(picture_folder, picture)))
    made = Trainer.build(config, log=lines.append)
    assert config.prompt == "" and made.ended and lines == [
        "Shap-E: step 1 of 2.", "Shap-E: step 2 of 2.", "Shap-E made the shape that this began with, of the picture.",
    ]  # fmt: skip
    assert [model["name"] for model in made.models] == [resolve(str(picture_folder)).name]
    grid = made.grid()
    assert 0 < float((grid.density > grid.threshold).mean()) < 1
    Image.new("RGB", (30, 30), (200, 0, 0)).save(picture)
    assert not torch.equal(made.field.raw_density, solid(picture_folder, picture))


def test_what_is_clear_is_white_and_guidance_is_the_published_one(picture_folder, tmp_path):
    for name, value in (("clear", (0, 0, 0, 0)), ("white", (255, 255, 255, 255))):
        Image.new("RGBA", (30, 30), value).save(tmp_path / f"{name}.png")
    model = open_shap_e(picture_folder, torch.device("cpu"))
    clear, white = (
        picture_condition(model, job(picture_folder, tmp_path / f"{name}.png")) for name in ("clear", "white")
    )
    assert torch.equal(clear, white) and GUIDANCE == {"words": 15.0, "picture": 3.0}


def test_it_ends_between_two_steps_where_nobody_wants_the_job(picture_folder, picture):
    lines = []

    def go_on():
        if lines:
            raise JobStateError("Nobody waits.")

    with pytest.raises(JobStateError):
        Trainer.build(job(picture_folder, picture), log=lines.append, go_on=go_on)
    assert lines == ["Shap-E: step 1 of 2."]


def test_a_picture_names_the_model_that_reads_one(picture):
    unnamed = with_changes(preset("text", "instant"), {"prior": {"picture": str(picture)}})
    assert with_start(check_runnable(unnamed)).prior.model == "shap-e-img2img"
    beside = with_changes(preset("text", "draft"), {"prompt": "a zebra", "prior": {"picture": str(picture)}})
    begun = with_start(check_runnable(beside))
    assert (begun.field.density_init, prior_of(begun)) == ("prior", "shap-e-img2img") and begun.optimize.steps


def test_which_models_read_a_picture_is_known_by_name_and_folder(picture_folder, shap_e_folder, tmp_path):
    answers = {
        "shap-e-img2img": True, "shap-e": False, "embedded": False, "": False, str(picture_folder): True,
        f"local-dir:{picture_folder}": True, str(shap_e_folder): False, str(tmp_path): False,
        r"\\there\share": False, "~nobody-at-all/x": False,
    }  # fmt: skip
    assert {name: makes_shape_of_picture(name) for name in answers} == answers


# -- where ours does not know it


@pytest.fixture
def unknown(monkeypatch):
    """A reading by the encoder of pictures, which a checkout may be without."""
    reading = PictureReading((Guess("mug", 0.01, ()),), "red", Certainty.UNKNOWN)
    monkeypatch.setattr(from_picture, "read_picture", lambda picture, named, folder: reading)


def test_what_ours_does_not_know_is_made_where_it_is_here(unknown, monkeypatch):
    monkeypatch.setattr(from_picture, "is_fetched", lambda model: model == "shap-e-img2img")
    found = job_from_picture(torch.zeros(4, 4, 4), "striped")
    assert found.sure and found.sentence == UNKNOWN_MADE and found.choices[0].model == "shap-e-img2img"
    config = with_changes(preset("text", "normal"), found.changes("zebra.png"))
    assert (config.prompt, config.prior.picture, prior_of(config)) == ("striped", "zebra.png", "shap-e-img2img")
    alone = with_changes(preset("text", "normal"), job_from_picture(torch.zeros(4, 4, 4)).changes("zebra.png"))
    assert check_runnable(alone).optimize.steps == 0 and alone.field.density_init == "prior"


def test_without_it_the_refusal_names_it(unknown, monkeypatch):
    monkeypatch.setattr(from_picture, "is_fetched", lambda model: False)
    with pytest.raises(ConfigError, match="shape prior knows: .* or download the model shap-e-img2img"):
        job_from_picture(torch.zeros(4, 4, 4))


# -- what is refused


def test_without_a_picture_or_with_what_is_none_nothing_is_made(picture_folder, shap_e_folder, picture, tmp_path):
    for model in ("shap-e-img2img", str(picture_folder)):
        with pytest.raises(ConfigError, match="makes a shape of one picture and reads no words: choose a picture"):
            check_runnable(with_changes(preset("text", "instant"), {"prompt": "a zebra", "prior": {"model": model}}))
    (tmp_path / "words.png").write_text("no picture")
    for file in (tmp_path / "words.png", tmp_path / "missing.png", tmp_path):
        with pytest.raises(ConfigError, match="is missing or cannot be read: choose a whole PNG or JPEG"):
            Trainer.build(job(picture_folder, file))
    with pytest.raises(ConfigError, match="reads words, not pictures: set prior.model to shap-e-img2img"):
        Trainer.build(job(shap_e_folder, picture))
    with pytest.raises(ConfigError, match="Our own shape prior reads no prior.picture"):
        Trainer.build(job("embedded", picture))


def test_it_is_not_fetched_without_consent_guides_nothing_and_starts_no_photos(picture, monkeypatch, tmp_path):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match="shap-e-img2img cannot be used, for it is not on this machine .about 2140 MB"):
        Trainer.build(job("shap-e-img2img", picture))
    with pytest.raises(EmptyPromptError):
        check_runnable(with_changes(preset("text", "draft"), {"prior": {"picture": str(picture)}}))
    for method in ("both", "reconstruct"):
        asked = {"prompt": "a zebra", "dataset": "photos", "prior": {"picture": str(picture)}}
        with pytest.raises(ConfigError, match="starts no job with photos"):
            check_runnable(with_changes(preset(method, "draft"), asked))


def test_nothing_solid_says_what_it_was_made_of():
    empty = SimpleNamespace(signed_distance=torch.full((1, 1, 1), -0.5), channels=torch.zeros(1, 1, 3))

    def nothing(*, position, **how):
        count = position.shape[1]
        return SimpleNamespace(signed_distance=empty.signed_distance.expand(1, count, 1), channels=empty.channels)

    with pytest.raises(EmptyFieldError, match="solid of this picture: take another seed, or choose another"):
        FittedField(LatentField(nothing, torch.device("cpu")), UNIT_CUBE, of_picture=True)


def test_its_memory_counts_before_the_first_step(picture_folder, picture):
    own = estimate_memory(job(picture_folder, picture), torch.device("cpu"))
    known = estimate_memory(job("shap-e-img2img", picture), torch.device("cuda"))
    assert own.start > 0 and known.start == pytest.approx(1.18e9, rel=0.05)


# -- a picture that was sent


def sent_picture(sent: Sent, picture: Path) -> str:
    content = np.frombuffer(picture.read_bytes(), np.uint8)
    dataset = sent.begin("ann", {PICTURE: len(content)}, ())
    sent.write("ann", dataset, PICTURE, 0, content)
    return dataset


def test_a_picture_that_was_sent_is_found_by_its_job_alone_and_stays_as_long(picture_folder, picture, tmp_path):
    sent = Sent(tmp_path / "cache")
    dataset = sent_picture(sent, picture)
    wanted = job(picture_folder, dataset)
    assert used_by([to_json(wanted)]) == {dataset}
    assert Path(sent.resolved(wanted).prior.picture).read_bytes() == picture.read_bytes()
    assert Trainer.build(sent.resolved(wanted)).ended
    rule = ReadableFiles(sent, (picture_folder,), everywhere=False)
    rule.check(wanted, SimpleNamespace(name="ann", is_owner=False))


def test_a_picture_of_the_backend_s_machine_is_nobody_else_s(picture, tmp_path):
    rule = ReadableFiles(Sent(tmp_path / "cache"), everywhere=False)
    with pytest.raises(ConfigError, match="'picture' names a place on the backend's machine.*send its files instead"):
        rule.check(job("shap-e-img2img", picture), SimpleNamespace(name="ben", is_owner=False))
    allow_shares([])
    with pytest.raises(ShareError):
        check_runnable(job("shap-e-img2img", r"\\there\share\a.png"))
