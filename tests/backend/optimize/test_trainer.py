"""Jobs from their first step to their grid, for every guidance, with the real parts at small size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from backend.config import JobConfig, preset, with_changes
from backend.errors import CheckpointError, ConfigError, DatasetError, EmptyPromptError, ModelError, NotFiniteError
from backend.guidance.guidance import GuidanceLoss
from backend.optimize.trainer import Trainer

SMALL = {
    "device": "cpu",
    "field": {"resolution": 16, "start_resolution": 8, "upsample_at": (0.5,)},
    "render": {"samples_per_ray": 16, "occupancy_resolution": 8, "occupancy_warmup": 4},
    "orbit": {"views": 2},
    "optimize": {"steps": 8},
    "export": {"resolution": 12},
    "photometric": {"rays_per_step": 256},
    "dream_fields": {"crops": 2},
}


@pytest.fixture
def configs(diffusion_folder: Path, guide_folder: Path, scene_folder: Path) -> dict[str, JobConfig]:
    text = with_changes(preset("text", "draft"), {**SMALL, "prompt": "a red cube"})
    scene = {**SMALL, "dataset": str(scene_folder), "bounds": {"size": (2.0, 2.0, 2.0)}}
    return {
        "score_distillation": with_changes(text, {"model": str(diffusion_folder)}),
        "dream_fields": with_changes(text, {"model": str(guide_folder)}),
        "photometric": with_changes(preset("reconstruct", "draft"), scene),
        "both": with_changes(
            preset("both", "draft"),
            {
                **scene,
                "prompt": "a red ball",
                "model": str(diffusion_folder),
                "dream_fields": {"model": str(guide_folder)},
            },
        ),
    }


GUIDANCES = ("score_distillation", "dream_fields", "photometric", "both")


@pytest.mark.parametrize("name", GUIDANCES)
def test_every_guidance_runs_from_the_first_step_to_the_grid(name: str, configs):
    job = Trainer.build(configs[name])
    reports = [job.step() for _ in range(8)]
    assert [report.step for report in reports] == list(range(1, 9)) and reports[0].steps == 8
    assert all(np.isfinite(report.loss) for report in reports) and reports[-1].terms
    assert job.field.shape == (16, 16, 16)
    grid = job.grid()
    assert grid.density.shape == (12, 12, 12) and grid.threshold > 0
    picture = job.preview(20)
    assert picture.shape == (20, 20, 4) and picture.dtype == np.uint8 and picture[..., 3].max() > 0


def test_words_and_pictures_pull_on_one_field(configs):
    """Two models and the photographs: each is asked, each term is reported, all gradients meet in one field."""
    job = Trainer.build(configs["both"])
    assert [type(g).__name__ for g in job.guidances] == ["ScoreDistillation", "DreamFields", "Photometric"]
    assert job.field.bounds.high == (1.0, 1.0, 1.0) and len(job.models) == 2
    report = job.step()
    assert {"score_distillation", "similarity", "photometric"} <= report.terms.keys()
    assert {"psnr", "ssim"} <= job.evaluate().keys()


def test_the_gradients_of_all_guidances_add_up(configs):
    """The same seed draws the same rays, whatever the weights are, so each alone can be compared with all."""

    def gradient(**weights: float) -> torch.Tensor:
        changes = {name: {"weight": weight} for name, weight in weights.items()}
        job = Trainer.build(with_changes(configs["both"], changes))
        job._optimizer_step = lambda: None
        job.step()
        return job.field.raw_density.grad

    names = ("score_distillation", "dream_fields", "photometric")
    alone = [gradient(**{name: float(name == which) for name in names}) for which in names]
    together = gradient(**dict.fromkeys(names, 1.0))
    torch.testing.assert_close(sum(alone), together, atol=1e-6, rtol=1e-4)


def test_what_the_embedded_model_does_not_know_is_said_once(configs):
    lines: list[str] = []
    config = with_changes(configs["score_distillation"], {"model": "embedded", "prompt": "a red armchair"})
    job = Trainer.build(config, log=lines.append)
    (note,) = job.notes
    assert note.startswith("The embedded model does not know 'armchair'") and lines.count(note) == 1
    job.edit(weights={"guidance_scale": 1.5})
    assert job.notes == [note]
    job.edit(prompt="a red cube")
    assert Trainer.build(with_changes(config, {"prompt": "a red cube"})).notes == []


def test_words_that_the_guide_was_never_taught_have_no_score(configs):
    lines: list[str] = []
    job = Trainer.build(with_changes(configs["score_distillation"], {"prompt": "a corgi"}), log=lines.append)
    assert job.evaluate() == {} and lines[-1].endswith("the embedded CLIP does not know 'corgi'.")
    known = Trainer.build(with_changes(configs["score_distillation"], {"prompt": "a red cube"}))
    assert -1 <= known.evaluate()["score"] <= 1


def test_a_model_that_only_steers_another_has_a_sentence(configs):
    with pytest.raises(ModelError, match="reads no words by itself: name it as score_distillation.depth_control"):
        Trainer.build(with_changes(configs["dream_fields"], {"model": "controlnet-depth"}))


def test_every_step_is_in_the_curves_and_they_are_a_picture(configs, tmp_path: Path):
    job = Trainer.build(configs["score_distillation"])
    for _ in range(3):
        job.step()
    job.save(tmp_path)
    again = Trainer.load(configs["score_distillation"], tmp_path)
    again.step()
    assert again.history.steps == [1, 2, 3, 4] and "loss" in again.history.names
    assert again.curves().startswith(b"\x89PNG")


def test_a_regularizer_is_reported_and_weighs_on_the_loss(configs):
    def first(weight: float) -> tuple[float, dict[str, float]]:
        changes = {"regularizer": {"opacity_entropy": {"weight": weight}, "symmetry": {"weight": weight}}}
        report = Trainer.build(with_changes(configs["photometric"], changes)).step()
        return report.loss, report.terms

    (plain, none), (loss, terms) = first(0.0), first(0.5)
    assert not {"opacity_entropy", "symmetry"} & none.keys()
    assert loss == pytest.approx(plain + 0.5 * (terms["opacity_entropy"] + terms["symmetry"]), rel=1e-5)


@pytest.mark.parametrize("name", GUIDANCES)
def test_a_job_that_was_saved_and_loaded_takes_the_same_steps(name: str, configs, tmp_path: Path):
    job = Trainer.build(configs[name])
    for _ in range(3):
        job.step()
    job.save(tmp_path)
    expected = [job.step().loss for _ in range(5)]  # across the growth at step 4
    again = Trainer.load(configs[name], tmp_path)
    assert again.step_index == 3
    assert [again.step().loss for _ in range(5)] == expected
    for name_, value in job.field.state_dict().items():
        assert torch.equal(again.field.state_dict()[name_], value)


def test_a_job_saved_after_its_growth_comes_back_at_that_resolution(configs, tmp_path: Path):
    job = Trainer.build(configs["photometric"])
    for _ in range(6):
        job.step()
    job.save(tmp_path)
    assert Trainer.load(configs["photometric"], tmp_path).field.shape == (16, 16, 16)


def test_the_same_seed_gives_the_same_result_and_another_does_not(configs):
    def first_loss(seed: int) -> float:
        return Trainer.build(with_changes(configs["photometric"], {"seed": seed})).step().loss

    assert first_loss(1) == first_loss(1) != first_loss(2)


def test_edits_hold_from_the_step_that_is_answered_and_survive_a_save(configs, tmp_path: Path):
    job = Trainer.build(configs["score_distillation"])
    job.step()
    assert job.edit(prompt="cub", weights={"guidance_scale": 2.0}) == 1
    job.save(tmp_path)
    again = Trainer.load(configs["score_distillation"], tmp_path)
    assert again.config.prompt == "cub" and again.guidances[0].config.guidance_scale == 2.0
    assert job.step().loss == again.step().loss


@pytest.mark.parametrize(
    ("edit", "error", "sentence"),
    [
        ({"prompt": "  "}, EmptyPromptError, "prompt is empty"),
        ({"weights": {"magic": 1.0}}, ConfigError, "no weight 'magic'"),
        ({"weights": {"guidance_scale": -1.0}}, ConfigError, "guidance_scale"),
    ],
)
def test_a_bad_edit_has_a_sentence_and_changes_nothing(edit: dict, error: type, sentence: str, configs):
    job = Trainer.build(configs["score_distillation"])
    with pytest.raises(error, match=sentence):
        job.edit(**edit)
    assert job.config.prompt == "a red cube"


class Poisoned:
    """A guidance whose loss is NaN at the steps that are named."""

    models: list = []

    def __init__(self, inner, steps: set[int]) -> None:
        self.inner, self.steps = inner, steps

    def sample_views(self, step: int):
        return self.inner.sample_views(step)

    def loss(self, request, rendering, step: int) -> GuidanceLoss:
        judgment = self.inner.loss(request, rendering, step)
        return GuidanceLoss(judgment.loss * float("nan"), {}) if step in self.steps else judgment


def test_a_step_with_nan_is_skipped_and_the_next_goes_on(configs):
    lines: list[str] = []
    job = Trainer.build(configs["photometric"], log=lines.append)
    job.guidances = [Poisoned(job.guidances[0], {1})]
    job.step()
    before = {name: value.clone() for name, value in job.field.state_dict().items()}
    job.step()
    assert all(torch.equal(before[name], value) for name, value in job.field.state_dict().items())
    assert "Step 1 was skipped" in lines[-1] and job.not_finite == 1
    job.step()
    assert job.not_finite == 0 and not torch.equal(before["raw_color"], job.field.state_dict()["raw_color"])


def test_nan_without_end_fails_with_a_sentence(configs):
    config = with_changes(configs["photometric"], {"optimize": {"not_finite_limit": 3}})
    job = Trainer.build(config)
    job.guidances = [Poisoned(job.guidances[0], set(range(99)))]
    job.step()
    job.step()
    with pytest.raises(NotFiniteError, match="NaN 3 times in a row at step 2"):
        job.step()


def test_a_reconstruction_learns_the_ball(configs):
    """Held-out views must come close after a few seconds: 20 dB is far above a gray or empty picture (about 8)."""
    config = with_changes(configs["photometric"], {
        "optimize": {"steps": 120}, "photometric": {"rays_per_step": 1024},
        "field": {"resolution": 32, "start_resolution": 16}, "render": {"samples_per_ray": 32, "occupancy_warmup": 40},
    })  # fmt: skip
    job = Trainer.build(config)
    for _ in range(120):
        job.step()
    evaluation = job.evaluate()
    assert evaluation["psnr"] > 20 and evaluation["ssim"] > 0.7
    assert float(job.occupancy.occupied.float().mean()) < 0.9
    grid = job.grid(32)
    middle = grid.color[16, 16]
    assert grid.density[16, 16, 16] >= 0 and middle.shape == (32, 3)


def test_text_lies_in_the_unit_cube_and_its_transform_fits_the_box(configs):
    bounds = {"bounds": {"center": (1.0, 2.0, 3.0), "size": (4.0, 0.5, 6.0)}}
    grid = Trainer.build(with_changes(configs["dream_fields"], bounds)).grid(8)
    assert grid.bounds_low == (-1, -1, -1) and grid.bounds_high == (1, 1, 1)
    corner = np.array(grid.transform) @ np.array([1.0, -1.0, 1.0, 1.0])
    assert corner.tolist() == pytest.approx([1.25, 1.75, 3.25, 1.0])


def test_a_reconstruction_stays_in_the_scene(configs):
    job = Trainer.build(configs["photometric"])
    assert job.field.bounds.low == (-1, -1, -1) and np.array(job.grid(8).transform).tolist() == np.eye(4).tolist()


def test_evaluating_text_without_the_embedded_guide_is_said(configs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from backend.optimize import report as module
    from backend.pretrained import resolve

    lines: list[str] = []
    monkeypatch.setattr(module, "resolve", lambda name: resolve(name, tmp_path))
    job = Trainer.build(configs["dream_fields"], log=lines.append)
    assert job.evaluate() == {} and "No similarity was measured" in lines[-1]


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"prompt": ""}, EmptyPromptError), ({"model": "nothing"}, ModelError), ({"dataset": "/no/where"}, DatasetError)],
)
def test_what_a_job_lacks_is_said_when_it_is_built(changes: dict, error: type, configs):
    config = configs["photometric" if "dataset" in changes else "dream_fields"]
    with pytest.raises(error):
        Trainer.build(with_changes(config, changes))


def test_a_checkpoint_of_another_job_has_a_sentence(configs, tmp_path: Path):
    from backend.optimize.checkpoint import Checkpoint, write_checkpoint

    write_checkpoint(tmp_path, Checkpoint({"something": torch.zeros(1)}, {"step": 1}), 1)
    with pytest.raises(CheckpointError, match="does not fit this job"):
        Trainer.load(configs["dream_fields"], tmp_path)
