import json
import os
import signal
import struct

import pytest
import red_ball
from conftest import TINY
from PIL import Image

FIELDS = {"prompt", "seed", "device", "seconds", "steps", "peak_rss_mb", "score", "vertices", "faces", "models"}
STAGES = {"setup", "start", "optimize", "export", "mesh", "render"}


def test_a_sentence_becomes_files(workplace):
    ended = workplace.demo("a red cube", *TINY, "--seed", "7").end()
    assert ended.code == 0, ended.errors
    made = workplace.out / "a-red-cube"
    assert sorted(path.name for path in made.iterdir()) == [
        "preview.png", "report.json", "result.blend", "result.glb", "turntable.gif"]  # fmt: skip
    report = json.loads((made / "report.json").read_text())
    assert report.keys() >= FIELDS and report["seconds"].keys() >= STAGES
    assert (report["prompt"], report["seed"], report["steps"]) == ("a red cube", 7, 6)
    assert min(report["peak_rss_mb"].values()) > 50 and 12 <= report["faces"] <= 500
    assert report["models"] and all(model["name"] and model["license"] for model in report["models"])
    with Image.open(made / "preview.png") as preview, Image.open(made / "turntable.gif") as turntable:
        assert preview.size == (480, 480) and len(preview.convert("L").getcolors(1 << 20)) > 50
        assert turntable.n_frames >= 12
    assert "COLOR_0" in gltf(made / "result.glb")["meshes"][0]["primitives"][0]["attributes"]
    workplace.assert_nothing_runs()


def test_posed_pictures_become_a_mesh_and_held_out_views_tell_how_well(workplace, tmp_path):
    ball = red_ball.write(tmp_path / "ball")
    size = ("--quality", "draft", "--steps", "150", "--resolution", "32")
    ended = workplace.demo("--reconstruct", str(ball), *size).end()
    assert ended.code == 0, ended.errors
    made = workplace.out / "reconstruct-ball"
    report = json.loads((made / "report.json").read_text())
    assert report["evaluation"]["psnr"] > 20 and report["evaluation"]["ssim"] > 0.7
    assert "held-out views: PSNR" in ended.output
    (accessor,) = [each for each in gltf(made / "result.glb")["accessors"] if "max" in each]
    widths = [high - low for low, high in zip(accessor["min"], accessor["max"], strict=True)]
    assert all(1.7 < width < 2.3 for width in widths), widths  # the ball has diameter 2


def test_ctrl_c_keeps_the_last_good_result_and_leaves_nothing_running(workplace):
    demo = workplace.demo("a red cube", "--quality", "draft", "--steps", "100000", "--resolution", "16")
    demo.wait_for("optimizing   [------------------------] 0")
    demo.wait_for("optimizing")
    demo.press_ctrl_c()
    ended = demo.end()
    assert ended.code == 130, ended.errors
    assert "Stopping; what is good so far is kept." in ended.errors
    made = workplace.out / "a-red-cube"
    report = json.loads((made / "report.json").read_text())
    assert report["stopped"] and 0 < report["step"] < report["steps"] and 12 <= report["faces"] <= 500
    assert (made / "result.blend").exists() and (made / "preview.png").exists()
    workplace.assert_nothing_runs()


def test_a_second_ctrl_c_ends_at_once(workplace):
    demo = workplace.demo("a red cube", "--quality", "draft", "--steps", "100000", "--resolution", "16")
    demo.wait_for("Starting the backend")
    demo.press_ctrl_c()
    demo.press_ctrl_c()
    ended = demo.end()
    assert ended.code == 130 and "Traceback" not in ended.errors
    assert list(workplace.out.iterdir()) == []
    workplace.assert_nothing_runs()


def test_a_killed_blender_leaves_no_backend(workplace):
    demo = workplace.demo("a red cube", "--quality", "draft", "--steps", "100000", "--resolution", "16")
    demo.wait_for("optimizing")
    (blender,) = workplace.blenders()
    os.kill(blender, signal.SIGKILL)
    ended = demo.end()
    assert ended.code == 1
    assert "Blender ended in the middle" in ended.errors and "Traceback" not in ended.errors
    workplace.assert_nothing_runs()


def test_a_killed_backend_is_one_sentence(workplace):
    demo = workplace.demo("a red cube", "--quality", "draft", "--steps", "100000", "--resolution", "16")
    demo.wait_for("optimizing")
    (backend,) = workplace.backends()
    os.kill(backend, signal.SIGKILL)
    ended = demo.end()
    assert ended.code == 1
    told = (
        "The backend stopped during the run",
        "The backend stopped unexpectedly",
    )  # between two calls, or in the middle of one
    assert any(sentence in ended.errors for sentence in told) and "Traceback" not in ended.errors
    assert "Traceback" in (workplace.out / "a-red-cube" / "log.txt").read_text()
    workplace.assert_nothing_runs()


def test_a_killed_demo_leaves_neither_blender_nor_backend(workplace):
    demo = workplace.demo("a red cube", "--quality", "draft", "--steps", "100000", "--resolution", "16")
    demo.wait_for("optimizing")
    assert workplace.blenders() and workplace.backends()
    demo.kill()
    demo.end()
    workplace.assert_nothing_runs()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "give a PROMPT, --reconstruct, or both"),
        (("a cube", "--set", "steps"), "is not GROUP.NAME=VALUE"),
        (("a cube", "--recipe", "soup"), "There is no recipe 'soup'"),
        (("",), "The prompt is empty"),
        (("a cube", "--steps", "0"), "0 is not a whole number above 0"),
        (("a cube", "--resolution", "9999"), "give a value from"),
        (("--reconstruct", "--model", "ViT-B-32"), "a reconstruction without words needs none"),
    ],
)
def test_a_wrong_command_line_is_exit_2(workplace, arguments, sentence):
    ended = workplace.demo(*arguments).end()
    assert ended.code == 2 and sentence in ended.errors and "Traceback" not in ended.errors
    assert not workplace.out.exists()


def test_help_names_every_option(workplace):
    ended = workplace.demo("--help").end()
    assert ended.code == 0
    for option in ("--reconstruct", "--steps", "--seed", "--resolution", "--device", "--out", "--model", "--quality"):
        assert option in ended.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("a cube", "--model", "no-such-model"), "no-such-model"),
        (("a cube", "--device", "cuda"), "cuda"),
        (("--reconstruct", "/no/such/dataset"), "/no/such/dataset"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_1(workplace, arguments, sentence):
    if "cuda" in arguments and os.path.exists("/dev/nvidia0"):
        pytest.skip("this machine has the device that should be missing")
    ended = workplace.demo(*arguments, *TINY).end()
    assert ended.code == 1, ended.errors
    assert sentence.lower() in ended.errors.lower() and "Traceback" not in ended.errors


def test_a_folder_that_cannot_be_written_is_one_sentence(workplace):
    workplace.out.write_text("a file is in the way")
    ended = workplace.demo("a cube", *TINY).end()
    assert ended.code == 1
    assert "cannot be written" in ended.errors and "--out" in ended.errors and "Traceback" not in ended.errors


def gltf(path) -> dict:
    """The JSON chunk of a binary glTF file (glTF 2.0, section 4.4)."""
    data = path.read_bytes()
    magic, _, _, length, kind = struct.unpack_from("<4sII I4s", data)
    assert magic == b"glTF" and kind == b"JSON"
    return json.loads(data[20 : 20 + length])
