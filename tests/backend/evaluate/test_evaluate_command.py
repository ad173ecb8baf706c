"""`python -m backend evaluate` over real small jobs, and every sentence it can say."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from backend.cli import commands
from backend.cli.job_folders import read_job
from backend.cli.local_run import run_job
from backend.config import JobConfig, preset, with_changes
from backend.errors import CheckpointError
from backend.evaluate.ledger import read
from backend.jobs.store import JobStore
from backend.optimize.trainer import Trainer

TINY = {
    "device": "cpu",
    "field": {"resolution": 12, "start_resolution": 12, "upsample_at": ()},
    "render": {"samples_per_ray": 12, "image_size": 12, "occupancy_resolution": 8, "occupancy_warmup": 4},
    "orbit": {"views": 1},
    "optimize": {"steps": 2},
    "export": {"resolution": 12},
    "photometric": {"rays_per_step": 64},
}


def text_job(model: Path, prompt: str, seed: int = 0) -> JobConfig:
    return with_changes(preset("text", "draft"), {**TINY, "prompt": prompt, "model": str(model), "seed": seed})


@pytest.fixture(scope="module")
def jobs(diffusion_folder: Path, scene_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three jobs, as generate and reconstruct leave them, and of one thing that is none."""
    folder = tmp_path_factory.mktemp("jobs")
    run_job(text_job(diffusion_folder, "a red cube"), folder / "cube")
    run_job(text_job(diffusion_folder, "a blue ball", 3), folder / "ball")
    scene = {**TINY, "dataset": str(scene_folder), "bounds": {"size": (2.0, 2.0, 2.0)}}
    run_job(with_changes(preset("reconstruct", "draft"), scene), folder / "scene")
    (folder / "notes.txt").write_text("not a job")
    return folder


@pytest.fixture
def typed(guide_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Exit code, standard output and standard error of an evaluate command with a small evaluator."""

    def run(*arguments: object, evaluator: object = guide_folder) -> tuple[int, str, str]:
        given = [*map(str, arguments), "--evaluator", str(evaluator), "--out", str(tmp_path / "out")]
        code = commands.main(["evaluate", *given, "--cache", str(tmp_path / "cache")])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_folder_of_jobs_becomes_a_table_lines_and_a_page(typed, jobs: Path, tmp_path: Path):
    code, said, told = typed(jobs)
    assert code == 0 and told.count("\n") == 3, told
    out = tmp_path / "out"
    results = {result.name: result for result in read(out / "results.jsonl")}
    assert set(results) == {"cube", "ball", "scene"}
    ball = results["ball"]
    assert (ball.prompt, ball.seed, ball.steps, ball.candidates, ball.rank in (0, 1)) == ("a blue ball", 3, 2, 2, True)
    assert ball.seconds > 0 and ball.peak_mb > 0 and len(ball.sides) == 12 and ball.psnr is None
    assert "took part" not in ball.note
    assert results["scene"].psnr > 3 and results["scene"].gmsd > 0 and results["scene"].similarity is None
    assert "a red cube" in said and "R-Precision: " in said and said.splitlines()[-1] == str(out / "page.html")
    page = (out / "page.html").read_text()
    assert page.count("<figure") == 3 and "a blue ball" in page


def test_a_job_s_own_numbers_are_those_of_reconstruction(typed, jobs: Path, tmp_path: Path):
    """What `reconstruct` said at its end is what is measured now, from the checkpoint."""
    typed(jobs / "scene")
    (found,) = read(tmp_path / "out" / "results.jsonl")
    before = json.loads((jobs / "scene" / "report.json").read_text())["evaluation"]
    del before["psnr_srgb"]  # of tables alone
    assert {"psnr": found.psnr, "ssim": found.ssim, "gmsd": found.gmsd} == pytest.approx(before, rel=1e-4)


def test_lines_are_added_and_one_job_named_twice_is_measured_once(typed, jobs: Path, tmp_path: Path):
    assert typed(jobs / "scene", jobs / "scene")[0] == typed(jobs / "scene")[0] == 0
    assert len(read(tmp_path / "out" / "results.jsonl")) == 2


def test_candidates_come_from_a_file(typed, jobs: Path, tmp_path: Path):
    (tmp_path / "words.txt").write_text("# colors\na red cube\n\na green cube\na green egg\na red cube\n")
    assert typed(jobs / "ball", "--candidates", tmp_path / "words.txt")[0] == 0
    (found,) = read(tmp_path / "out" / "results.jsonl")
    assert (found.candidates, found.forms) == (4, 3), "its own, a cube of two colors, an egg"


def test_a_job_of_the_cache_goes_by_its_name(typed, diffusion_folder: Path, tmp_path: Path):
    store = JobStore(tmp_path / "cache")
    job = store.create(text_job(diffusion_folder, "a red cube", 5)).job
    Trainer.build(store.config(job)).save(store.folder(job))
    code, _said, _ = typed(job)
    (found,) = read(tmp_path / "out" / "results.jsonl")
    assert code == 0 and (found.name, found.seed, found.steps) == (job, 5, 0)


def test_a_judge_that_took_part_is_said(typed, jobs: Path, guide_folder: Path, tmp_path: Path):
    folder = tmp_path / "own"
    run_job(text_job(guide_folder, "a red cube"), folder)
    typed(folder)
    (found,) = read(tmp_path / "out" / "results.jsonl")
    assert found.note.startswith("The evaluator took part in making it.")


@pytest.mark.parametrize(
    ("arguments", "evaluator", "code", "sentence"),
    [
        (["no-such-place"], None, 1, "There is no folder and no job 'no-such-place': name a folder that generate"),
        (["empty"], None, 1, "There is no checkpoint in "),
        (["jobs"], "embedded", 1, "The model 'embedded' cannot score: choose an image-text model"),
        (["jobs"], "no-such-model", 1, "The model 'no-such-model' is unknown"),
        (["jobs", "--candidates", "blank.txt"], None, 2, "There are no candidates in blank.txt: write a prompt on"),
        (["jobs", "--candidates", "nowhere.txt"], None, 2, "The candidates in nowhere.txt cannot be read"),
        (["jobs", "--device", "abacus"], None, 1, "The device 'abacus' is unknown: choose one of"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_goes_wrong_is_one_sentence(
    typed, jobs, guide_folder, tmp_path, monkeypatch, arguments, evaluator, code, sentence
):
    (tmp_path / "empty").mkdir()
    (tmp_path / "blank.txt").write_text("\n# nothing\n")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "jobs").symlink_to(jobs)
    got, said, told = typed(*arguments, evaluator=evaluator or guide_folder)
    assert (got, said) == (code, "") and sentence in told and told.count("\n") == 1, told
    assert not (tmp_path / "out" / "page.html").exists()


def test_a_broken_job_is_left_out_and_the_others_are_measured(typed, jobs: Path, tmp_path: Path):
    shutil.copytree(jobs / "scene", tmp_path / "some" / "scene")
    for name, file in {"broken": "report.json", "cut": "checkpoint.json"}.items():
        shutil.copytree(jobs / "ball", tmp_path / "some" / name)
        (tmp_path / "some" / name / file).write_text("{")
    code, said, told = typed(tmp_path / "some")
    assert code == 1 and "scene" in said and told.count("Left out: ") == 2
    assert "Left out: The settings of the job in" in told and "Left out: The checkpoint in" in told
    assert [result.name for result in read(tmp_path / "out" / "results.jsonl")] == ["scene"]
    assert (tmp_path / "out" / "page.html").read_text().count("<figure") == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "The settings of the job in .* cannot be read: make the job again"),
        ("[]", "The settings of the job in"),
        ('{"seed": 1}', "The settings of the job in"),
        ('{"config": {"wings": 2}}', "is of another version: There is no setting 'wings'"),
    ],
)
def test_settings_that_cannot_be_read_have_a_sentence(tmp_path: Path, content: str, sentence: str):
    (tmp_path / "report.json").write_text(content)
    with pytest.raises(CheckpointError, match=sentence):
        read_job(tmp_path)
    (tmp_path / "report.json").unlink()
    with pytest.raises(CheckpointError, match="cannot be read"):
        read_job(tmp_path)
