"""The command line as a person types it, with the embedded models.

Two tests have a process of its own (a whole run, and Ctrl-C in one); the others call the same door in this process,
since each process imports torch anew.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from backend.cli import commands
from backend.config import JobConfig, Method, leaves, preset
from backend.wire.messages import TOKEN_VARIABLE
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
"""Seconds: these tests share their processor with others."""

SMALL = [
    *("--quality", "draft", "--device", "cpu", "--field.resolution", "24", "--start-resolution", "16"),
    *("--image-size", "16", "--orbit.views", "1", "--samples-per-ray", "16", "--export.resolution", "20"),
]
PICTURES = [
    *(
        "--steps",
        "120",
        "--device",
        "cpu",
        "--field.resolution",
        "16",
        "--start-resolution",
        "16",
        "--upsample-at",
        "0.5",
    ),
    *("--samples-per-ray", "24", "--rays-per-step", "256", "--export.resolution", "16", "--seed", "3"),
    *("--learning-rate-density", "1", "--learning-rate-color", "0.5"),
]


def begin(*arguments: object) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "backend", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def in_a_process(*arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `python -m backend ...`."""
    process = begin(*arguments)
    out, err = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in err, err
    return process.returncode, out, err


@pytest.fixture
def typed(capsys, monkeypatch) -> Callable[..., tuple[int, str, str]]:
    """The same of a command line that is run here."""

    def run(*arguments: object, cache: Path | None = None) -> tuple[int, str, str]:
        if cache:
            monkeypatch.setenv(commands.CACHE_VARIABLE, str(cache))
        capsys.readouterr()
        try:
            code = commands.main([str(each) for each in arguments])
        except SystemExit as end:  # argparse's own
            code = end.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def check_results(folder: Path, resolution: int) -> dict:
    """Whether grid, picture and report in `folder` are whole; gives the report."""
    with np.load(folder / "grid.npz") as grid:
        assert max(grid["density"].shape) == resolution and grid["density"].dtype == np.float16
        assert grid["color"].shape == (*grid["density"].shape, 3) and grid["color"].dtype == np.uint8
        assert grid["transform"].shape == (4, 4) and (grid["bounds_low"] < grid["bounds_high"]).all()
        assert grid["threshold"] > 0 and np.isfinite(grid["density"]).all()
        assert len(grid["histogram_edges"]) == len(grid["histogram_counts"]) + 1
    with Image.open(folder / "preview.png") as picture:
        assert picture.size == (256, 256) and picture.mode == "RGBA"
    with Image.open(folder / "curves.png") as curves:
        assert curves.height > 100
    assert not [path for path in folder.iterdir() if path.suffix in (".part", ".partial")]
    return json.loads((folder / "report.json").read_text())


@pytest.mark.process
def test_words_become_grid_picture_and_report_and_can_go_on(tmp_path, typed):
    out = tmp_path / "new" / "cube"
    code, said, told = in_a_process("generate", "a red cube", "--out", out, "--steps", "4", *SMALL)
    assert (code, said) == (0, f"{out}\n")
    assert "step 4/4" in told
    report = check_results(out, 20)
    assert (report["prompt"], report["step"], report["steps"], report["device"]) == ("a red cube", 4, 4, "cpu")
    assert [model["name"] for model in report["models"]] == ["shape prior", "embedded diffusion"]
    assert all(model["license"] for model in report["models"])
    assert report["seconds_optimize"] > 0 and report["peak_rss_mb"] > 0
    assert report["config"]["render"]["image_size"] == 16 and report["config"]["quality"] == "draft"

    code, _, told = typed("generate", "a red cube", "--out", out, "--steps", "6", *SMALL, "--resume")
    assert code == 0 and "step 6/6" in told and "step 1/6" not in told
    assert check_results(out, 20)["step"] == 6


def test_a_mesh_is_where_the_field_begins(tmp_path, typed):
    """A block of an .obj in the upper half of the default box, without a step and so without a model."""
    points = "".join(f"v {x} {y} {z}\n" for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (1.2, 1.8))
    quads = [(1, 2, 4, 3), (5, 7, 8, 6), (1, 5, 6, 2), (3, 4, 8, 7), (1, 3, 7, 5), (2, 6, 8, 4)]
    (tmp_path / "block.obj").write_text(points + "".join(f"f {a} {b} {c} {d}\n" for a, b, c, d in quads))
    given = ("generate", "a red chair", "--mesh", tmp_path / "block.obj", "--steps", "0", *SMALL)
    (tmp_path / "made" / "start").mkdir(parents=True)
    (tmp_path / "made" / "start" / "solid.safetensors").write_text("what an earlier job here started from")
    code, _, told = typed(*given, "--out", tmp_path / "made")
    assert code == 0, told
    with np.load(tmp_path / "made" / "grid.npz") as grid:
        solid = np.argwhere(grid["density"] > grid["threshold"])
        size = np.array(grid["density"].shape)
    np.testing.assert_allclose((solid.mean(axis=0) + 0.5) / size * 2 - 1, (0, 0, 0.5), atol=0.03)
    assert len(solid) / size.prod() == pytest.approx(0.5 * 0.5 * 0.3, rel=0.25)
    (tmp_path / "block.obj").write_text("f 1 2 3\n")
    code, _, told = typed(*given, "--out", tmp_path / "broken")
    assert code == 1 and told.count("\n") == 1 and "export it again" in told


def test_one_picture_becomes_what_it_shows(tmp_path, typed):
    pictures = Path(__file__).parents[1] / "data" / "pictures"
    shown = json.loads((pictures / "shown.json").read_text())["sure"]
    out, small = tmp_path / "out", ("--quality", "instant", "--export.resolution", "20")
    code, _, told = typed("generate", "--picture", pictures / "sure.png", "--out", out, *small)
    assert code == 0 and f"Taken for: {shown} (" in told
    report = check_results(out, 20)
    assert report["prompt"].endswith(shown) and len(report["config"]["field"]["prior_code"]) == 12


@pytest.mark.parametrize(
    ("picture", "more", "sentence"),
    [
        ("unknown.png", (), "The picture shows nothing that the shape prior knows"),
        ("missing.png", (), "is missing or cannot be read: choose a whole PNG or JPEG"),
        ("sure.png", ("--variations", "2"), "A picture says which instance is made, so it has no variations"),
    ],
)
def test_a_picture_of_which_nothing_can_be_made_is_one_sentence(tmp_path, typed, picture, more, sentence):
    file = Path(__file__).parents[1] / "data" / "pictures" / picture
    code, _, told = typed("generate", "--picture", file, "--out", tmp_path / "out", *more)
    assert code == 2 and sentence in told and told.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_picture_for_a_model_that_reads_one_asks_no_encoder_of_ours(tmp_path, typed, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    file = Path(__file__).parents[1] / "data" / "pictures" / "unknown.png"
    for chosen in ("--model", "--prior.model"):
        code, _, told = typed(
            "generate", "--picture", file, chosen, "shap-e-img2img", "--out", tmp_path / "out", *SMALL
        )
        assert code == 1 and "The model shap-e-img2img cannot be used, for it is not on this machine" in told


def test_pictures_become_a_field_that_is_measured(tmp_path, scene_folder, typed):
    code, said, _ = typed("reconstruct", scene_folder, "--out", tmp_path / "ball", *PICTURES)
    assert (code, said) == (0, f"{tmp_path / 'ball'}\n")
    report = check_results(tmp_path / "ball", 16)
    assert report["dataset"] == str(scene_folder) and report["seed"] == 3
    assert (
        Image.open(tmp_path / "ball" / "held_out.png").size[0] > 3 * 24
    )  # three pictures of 24 pixels beside each other
    assert report["evaluation"]["psnr"] > 12


def test_words_and_pictures_and_every_list_of_words_can_be_typed(tmp_path, scene_folder, typed):
    words = (
        "--prompt",
        "a red ball",
        "--prompt-options.extra-prompts",
        '{"text": "a toy", "weight": 0.5}',
        "--negative",
        "a cube",
    )
    given = [*PICTURES, *words, "--render.image-size", "16", "--orbit.views", "1", "--rays-per-step", "128"]
    code, _, told = typed("reconstruct", scene_folder, "--out", tmp_path / "ball", *given, "--steps", "3")
    assert code == 0, told
    report = check_results(tmp_path / "ball", 16)
    assert (
        report["config"]["method"] == "both" and report["config"]["prompt_options"]["extra_prompts"][0]["weight"] == 0.5
    )
    assert {"psnr", "ssim", "score"} <= report["evaluation"].keys()


@pytest.mark.process
def test_ctrl_c_keeps_what_there_is(tmp_path):
    process = begin(
        "generate", "a red cube", "--out", tmp_path, "--steps", "100000", *SMALL, "--field.upsample-at", "0"
    )
    lines = []
    for line in process.stderr:
        lines.append(line)
        if line.startswith("step"):
            break
    process.send_signal(signal.SIGINT)
    said, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, told
    assert "Traceback" not in told and "of 100000: writing what there is." in told
    assert said == f"{tmp_path}\n"
    report = check_results(tmp_path, 20)
    assert 1 <= report["step"] < 100_000 and report["evaluation"] is None
    assert f"Stopped at step {report['step']} of" in told


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["generate", ""], 2, "The prompt is empty: say in a few words what to make"),
        (["generate", " \n\t "], 2, "The prompt is empty"),
        (["generate", "x" * 1001], 2, "The prompt has 1001 characters: shorten it"),
        (["generate", "a cube", "--steps", "0"], 2, "No steps were asked for: set optimize.steps to 1 or more"),
        (["generate", "a cube", "--quality", "best"], 2, "There is no quality 'best': choose one of instant, draft"),
        (["generate", "a cube", "--bounds.size", "nan", "1", "1"], 2, "'bounds.size' is nan: give a finite number"),
        (["generate", "a cube", "--device", "abacus"], 2, "'device' is 'abacus': choose one of"),
        (["generate", "a cube", "--model", "no-such-model"], 1, "The model 'no-such-model' is unknown"),
        (["generate", "a cube", "--recipe", "soup"], 2, "There is no recipe 'soup': choose one of d"),
        (["generate", "a cube", "--recipe", "dietnerf"], 2, "'dietnerf' is for pictures: use it with reconstruct"),
        (["reconstruct", ".", "--recipe", "dream-fields-lq"], 2, "is for words: use it with generate, or give a"),
        (["generate", "a cube", "--resume"], 1, "There is no checkpoint in"),
        (["reconstruct", "no-such-folder"], 1, "no-such-folder"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_goes_wrong_is_one_sentence(tmp_path, arguments, code, sentence, typed):
    got, said, told = typed(*arguments, "--out", tmp_path / "out")
    assert (got, said) == (code, "")
    assert sentence in told and told.count("\n") == 1


def test_a_list_that_is_no_json_is_named(tmp_path, typed):
    code, _, told = typed("generate", "a cube", "--prompt-options.extra-prompts", "a toy", "--out", tmp_path)
    assert code == 2 and "--prompt-options.extra-prompts" in told and "'a toy' is not JSON" in told.splitlines()[-1]


def test_an_out_that_is_a_file_is_one_sentence(tmp_path, typed):
    (tmp_path / "out").write_text("I am no folder")
    code, _, told = typed("generate", "a cube", "--out", tmp_path / "out")
    assert code == 1 and told.count("\n") == 1
    assert "cannot be written" in told and "choose another folder" in told


def test_export_of_a_job_that_is_not_there_is_one_sentence(tmp_path, typed):
    code, said, told = typed("export", "ghost", "--out", tmp_path / "out", cache=tmp_path / "cache")
    assert (code, said) == (1, "")
    assert "There is no job 'ghost' in the cache folder" in told and told.count("\n") == 1


@pytest.mark.process
def test_the_doctor_finds_this_environment_well(tmp_path, typed):
    code, said, _ = typed("doctor", cache=tmp_path / "cache")
    assert code == 0, said
    for part in (
        "Dreamwright",
        "torch",
        "Computes on CPU: ",
        "(device cpu",
        "embedded diffusion (",
        "embedded CLIP (",
        "can be written",
    ):
        assert part in said
    assert "PROBLEM" not in said
    assert list((tmp_path / "cache").iterdir()) == [], "it leaves nothing behind"


@pytest.mark.process
def test_the_doctor_names_what_is_wrong(tmp_path, typed):
    (tmp_path / "cache").write_text("I am no folder")
    code, said, _ = typed("doctor", cache=tmp_path / "cache")
    assert code == 1
    assert [line for line in said.splitlines() if line.startswith("PROBLEM")] == [said.splitlines()[-1]]
    assert f"PROBLEM: {tmp_path / 'cache'}" in said


@pytest.mark.process
def test_the_doctor_stops_where_a_package_is_missing(tmp_path, monkeypatch, capsys):
    """An import that is forbidden fails as that of a package that is not installed."""
    monkeypatch.setitem(sys.modules, "safetensors", None)
    assert commands.main(["doctor", "--cache", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "PROBLEM: safetensors cannot be imported" in said and "run the set-up again" in said
    assert "Computes on" not in said


@pytest.mark.process
def test_the_doctor_forgives_a_package_that_is_only_wanted(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "diffusers", None)
    assert commands.main(["doctor", "--cache", str(tmp_path / "cache")]) == 0
    assert "diffusers cannot be imported" in (said := capsys.readouterr().out)
    assert "without it there is no guidance by diffusion models" in said and "PROBLEM" not in said


@pytest.mark.parametrize("command", ["serve", "generate", "reconstruct", "pose", "export", "doctor", "models"])
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as end:
        commands.main([command, "--help"])
    assert end.value.code == 0 and "usage: python -m backend" in capsys.readouterr().out


@pytest.mark.parametrize(("command", "method"), [("generate", Method.TEXT), ("reconstruct", Method.RECONSTRUCT)])
def test_help_tells_the_defaults_that_are_used(command, method, capsys):
    with pytest.raises(SystemExit):
        commands.main([command, "--help"])
    said = " ".join(capsys.readouterr().out.split())
    used = preset(method, "normal")
    for name in ("steps", "resolution", "samples_per_ray", "occupancy_warmup", "learning_rate_density"):
        path, spec = next((path, spec) for path, spec in leaves(JobConfig) if path.endswith(f".{name}"))
        group, _, setting = path.partition(".")
        about = " ".join(spec.metadata["meaning"].split())
        after = said[said.index(about) :]
        assert f"default {getattr(getattr(used, group), setting)} " in after[: len(about) + 60] + " ", path


@pytest.mark.parametrize("arguments", [[], ["dance"], ["generate"], ["generate", "a cube"], ["doctor", "--cach", "x"]])
def test_a_wrong_command_line_is_misuse(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        commands.main(arguments)
    assert end.value.code == 2 and "usage:" in capsys.readouterr().err


def test_every_setting_is_an_option():
    """Its help would have to be wrong for a setting to be missing: both are made from the config."""
    parsed = commands.make_parser().parse_args(
        [
            "generate",
            "a cube",
            "--out",
            "x",
            "--optimize.steps",
            "7",
            "--bounds.center",
            "1",
            "2",
            "3",
            "--upsample-at",
            "0.5",
        ]
    )
    changes = commands.given_settings(parsed)
    assert changes["optimize"] == {"steps": 7}
    assert changes["bounds"] == {"center": [1.0, 2.0, 3.0]} and changes["field"] == {"upsample_at": [0.5]}
    assert commands.given_settings(commands.make_parser().parse_args(["generate", "a cube", "--out", "x"])) == {}
    assert JobConfig().allow_download is False
    on = commands.make_parser().parse_args(["generate", "a cube", "--out", "x", "--allow-download"])
    assert commands.given_settings(on) == {"allow_download": True}


def test_the_cache_folder_is_the_user_s_own_unless_one_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv(commands.CACHE_VARIABLE, str(tmp_path))
    assert commands.default_cache() == tmp_path
    monkeypatch.delenv(commands.CACHE_VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert commands.default_cache() == tmp_path / "dreamwright"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert commands.default_cache() == Path.home() / ".cache" / "dreamwright"


def test_the_token_is_no_option():
    """Arguments are visible to every user of a machine."""
    assert "token" not in str([action.option_strings for action in commands.make_parser()._actions])
    assert TOKEN_VARIABLE.startswith("DREAMWRIGHT_")


@pytest.mark.process
def test_compile_makes_the_fast_renderer_ready_once(tmp_path):
    environ = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "compiled"), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "backend", "compile"]
    first, second = (
        subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=PATIENCE)
        for _ in range(2)
    )
    assert first.returncode == second.returncode == 0, first.stderr
    assert "is made ready for this processor, once" in first.stdout and second.stdout == ""
    assert list((tmp_path / "compiled").rglob("*.nbc"))


def test_variations_are_folders_by_seed(tmp_path, typed):
    out = tmp_path / "mugs"
    asked = ("--quality", "instant", "--variations", "2", "--seed", "3", "--device", "cpu")
    code, said, told = typed("generate", "a red mug", *asked, "--out", out)
    assert code == 0, told
    assert said.splitlines() == [str(out / f"seed-{seed}") for seed in (3, 4)]
    seeds = [json.loads((out / f"seed-{seed}" / "report.json").read_text())["seed"] for seed in (3, 4)]
    assert seeds == [3, 4]
