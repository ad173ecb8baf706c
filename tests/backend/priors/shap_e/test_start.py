"""Jobs that begin with Shap-E's answer: who is asked, what a record says, and what is refused in one sentence."""

from __future__ import annotations

import shutil

import pytest
import torch

from backend.config import check_runnable, preset, prior_of, with_changes
from backend.errors import ConfigError, JobStateError, ModelError, RemoteCodeError
from backend.optimize import prior_start
from backend.optimize.memory_estimate import estimate_memory
from backend.optimize.parts import with_parts
from backend.optimize.prior_start import with_start
from backend.optimize.trainer import Trainer
from backend.pretrained import local_folder, resolve
from backend.priors.shap_e.start import start_from_shap_e
from backend.server.readable_files import ReadableFiles

CPU = torch.device("cpu")
SMALL = {"field": {"resolution": 24, "start_resolution": 24}, "export": {"resolution": 24}, "orbit": {"views": 1}}
QUICK = {"prior": {"denoising_steps": 2}, "seed": 1}


@pytest.fixture
def is_here(monkeypatch, shap_e_folder):
    """As if it had been fetched."""
    monkeypatch.setattr(prior_start, "find_here", lambda repository, kind: shap_e_folder)


def instant(prompt="a flurbl", **changes):
    return with_changes(with_changes(preset("text", "instant"), {"prompt": prompt} | SMALL), changes)


def named(folder, prompt="a flurbl", **changes):
    return instant(prompt, prior={"model": str(folder), "denoising_steps": 2}, seed=1, **changes)


@pytest.fixture(scope="module")
def made(shap_e_folder):
    """A job, and what its log was told."""
    lines = []
    return Trainer.build(named(shap_e_folder), log=lines.append), lines


def test_an_instant_job_is_what_it_makes_and_says_how_far_it_has_come(made, shap_e_folder):
    job, lines = made
    assert job.ended and lines == [
        "Shap-E: step 1 of 2.", "Shap-E: step 2 of 2.", "Shap-E made the shape that this began with.",
    ]  # fmt: skip
    assert [model["name"] for model in job.models] == [resolve(str(shap_e_folder)).name]
    grid = job.grid()
    assert 0 < float((grid.density > grid.threshold).mean()) < 1
    assert with_parts(grid, job.config) is grid, "its parts have no names"


def test_it_is_the_job_s_model_as_well_has_no_other_quality_and_gives_the_same_by_the_same_seed(made, shap_e_folder):
    chosen = with_changes(preset("text", "high", str(shap_e_folder)), {"prompt": "a flurbl"} | SMALL | QUICK)
    assert chosen.optimize.steps == 0 and prior_of(chosen) == str(shap_e_folder)
    again = Trainer.build(with_start(check_runnable(chosen)))
    assert torch.equal(again.field.raw_density, made[0].field.raw_density)


def test_other_models_go_on_from_it(shap_e_folder):
    config = with_changes(preset("text", "draft"), {"prompt": "a red cube", "prior": {"model": str(shap_e_folder)}})
    few = {"optimize": {"steps": 2}, "render": {"samples_per_ray": 8}}
    config = with_start(with_changes(config, SMALL | QUICK | few))
    assert config.field.density_init == "prior" and config.optimize.steps == 2
    job = Trainer.build(config)
    job.step()
    assert float(job.field.raw_density.max()) > 0 and job.models[0]["name"] == resolve(str(shap_e_folder)).name


@pytest.mark.parametrize(
    ("prompt", "whose"),
    [("a red mug", ""), ("a flurbl", "shap-e"), ("a flurbl on a mug", ""), ("a cat on a red chair", "")],
)
def test_what_ours_was_never_taught_is_asked_of_it_where_it_is_here_and_the_record_says_so(is_here, prompt, whose):
    assert with_start(instant(prompt)).prior.model == whose
    draft = with_start(with_changes(preset("text", "draft", "stable-diffusion-1.5"), {"prompt": prompt}))
    assert draft.prior.model == whose and (draft.field.density_init == "prior") == (prompt != "a cat on a red chair")


def test_without_it_all_is_as_it_was():
    assert with_start(instant()) == instant()
    draft = with_changes(preset("text", "draft"), {"prompt": "a flurbl"})
    assert with_start(draft) == draft


def test_ours_is_asked_where_it_is_named(is_here):
    config = with_start(instant(prior={"model": "embedded"}))
    with pytest.raises(ConfigError, match="does not know 'flurbl'"):
        Trainer.build(config)


def test_it_ends_between_two_steps_where_nobody_wants_the_job(shap_e_folder):
    lines = []

    def go_on():
        if lines:
            raise JobStateError("Nobody waits.")

    with pytest.raises(JobStateError):
        Trainer.build(named(shap_e_folder), log=lines.append, go_on=go_on)
    assert lines == ["Shap-E: step 1 of 2."]


def test_a_long_prompt_is_read_to_its_limit_and_the_report_says_so(shap_e_folder):
    job = Trainer.build(named(shap_e_folder, "a flurbl " + "of red " * 60))
    assert any("it does not read the end" in note for note in job.notes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"prior": {"model": "shap-e"}},
            "The model shap-e cannot be used, for it is not on this machine .about 1780 MB",
        ),
        ({"prior": {"model": "embedded-clip"}}, "makes no shapes from words: set prior.model to embedded or shap-e"),
        ({"field": {"kind": "hash_grid"}}, "A hash_grid field cannot start from the shape prior"),
    ],
)
def test_what_cannot_be_is_one_sentence(shap_e_folder, changes, sentence, monkeypatch, tmp_path):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises((ModelError, ConfigError), match=sentence):
        Trainer.build(with_changes(named(shap_e_folder), changes))


@pytest.mark.parametrize("changes", [{"optimize": {"steps": 5}}, {"method": "both", "dataset": "photos"}])
def test_it_guides_nothing(shap_e_folder, changes):
    config = with_changes(instant(), {"model": str(shap_e_folder)} | changes)
    with pytest.raises(ConfigError, match="makes a shape at once and guides nothing"):
        check_runnable(config)
    beside = with_changes(preset("text", "draft"), {"prompt": "a", "score_distillation": {"model": str(shap_e_folder)}})
    with pytest.raises(ModelError, match="name it as prior.model, beside a diffusion model"):
        Trainer.build(beside)


def test_its_memory_counts_before_the_first_step(shap_e_folder):
    with_it, without = (estimate_memory(config, CPU) for config in (named(shap_e_folder), instant("a mug")))
    assert with_it.start > without.start == 0 and without.total <= with_it.total
    far = estimate_memory(instant(prior={"model": "shap-e"}), CPU)
    on_a_card = estimate_memory(instant(prior={"model": "shap-e"}), torch.device("cuda"))
    assert far.start == pytest.approx(1.38e9, rel=0.05) and far.total > far.start
    assert on_a_card.start == pytest.approx(1.18e9, rel=0.05), "its renderer is in single precision there too"


def test_another_client_s_folder_is_not_read(shap_e_folder):
    from types import SimpleNamespace

    rule = ReadableFiles(SimpleNamespace(), everywhere=False)
    with pytest.raises(ConfigError, match="names a place on the backend's machine that it does not read for others"):
        rule.check(named(shap_e_folder), SimpleNamespace(name="far", is_owner=False))


# -- its folder


@pytest.fixture
def own_copy(shap_e_folder, tmp_path):
    return shutil.copytree(shap_e_folder, tmp_path / "copy")


@pytest.mark.parametrize("part", ["prior", "shap_e_renderer", "text_encoder", "tokenizer", "scheduler"])
def test_a_folder_that_is_not_whole_says_what_it_lacks(own_copy, part):
    shutil.rmtree(own_copy / part)
    with pytest.raises(ModelError, match=f"lacks {part}: copy the whole folder"):
        local_folder(resolve(str(own_copy)))


@pytest.mark.parametrize("part", ["prior", "shap_e_renderer", "text_encoder"])
def test_weights_that_are_broken_are_one_sentence(own_copy, part):
    for file in [*(own_copy / part).glob("*.safetensors"), *(own_copy / part).glob("*.bin")]:
        file.write_bytes(b"broken")
    with pytest.raises(ModelError, match="The Shap-E in .* is incomplete or broken"):
        Trainer.build(named(own_copy))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"PriorTransformer"', '"EvilTransformer"'),
        ('"shap_e"', '"evil"'),
        ('"_class_name"', '"custom_pipeline": "evil", "_class_name"'),
    ],
)
def test_other_classes_and_code_are_refused(own_copy, old, new):
    index = own_copy / "model_index.json"
    index.write_text(index.read_text().replace(old, new))
    with pytest.raises(RemoteCodeError):
        local_folder(resolve(str(own_copy)))


def test_a_picture_s_model_is_not_for_words(picture_folder):
    """Also where that was not known before: it was named by its repository, and fetched by this job."""
    with pytest.raises(ConfigError, match="reads pictures, not words: set prior.model to shap-e, or name a prior.pict"):
        start_from_shap_e(None, named(picture_folder), print, print)
