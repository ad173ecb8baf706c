"""What a script can do: the four functions, and the example programs as a person starts them."""

from __future__ import annotations

import importlib.util
import inspect
import runpy
import sys
import types
from pathlib import Path

import bpy
import numpy as np
import pytest
from small_scenes import lit_ball, names, settings
from test_remote import TOKEN, standing_backend

from addon import api, flows, registration
from addon.blender import paths
from addon.core.wire import ConfigError, EmptyPromptError

EXAMPLES = Path(registration.__file__).parents[1] / "scripts" / "examples"
INSTALLED = "bl_ext.user_default.dreamwright"
TINY = {"quality": "draft", "steps": 2, "resolution": 16}
TINY_WORDS = ["--quality", "draft", "--steps", "2", "--resolution", "16"]
SHORT = {"quality": "draft", "steps": 60, "resolution": 16}
SHORT_WORDS = ["--quality", "draft", "--steps", "60", "--resolution", "16"]
"""A reconstruction begins with nothing, words begin with a soft ball."""


def camera_at(x, y):
    camera = bpy.data.objects.new("Eye", bpy.data.cameras.new("Eye"))
    camera.location = (x, y, 0.5)
    track = camera.constraints.new("TRACK_TO")
    track.target, track.track_axis, track.up_axis = bpy.data.objects["Sphere"], "TRACK_NEGATIVE_Z", "UP_Y"
    bpy.context.scene.collection.objects.link(camera)
    bpy.context.view_layer.update()
    return camera


def ring(count=4):
    angles = np.arange(count) * 2 * np.pi / count
    return [camera_at(4 * np.cos(angle), 4 * np.sin(angle)) for angle in angles]


# -- the functions


def test_generate_gives_the_object_and_tells_how_far_it_is(backend_python):
    seen = []
    box = {"bounds": {"center": [5.0, 0.0, 1.0], "size": [1.0, 1.0, 2.0]}}
    made = api.generate("a red cube", seed=4, settings=box, on_progress=lambda now: seen.append(now.step), **TINY)
    assert made.name == "a red cube" and tuple(made.location) == pytest.approx((5.0, 0.0, 0.0))
    assert max(seen) == 2 and not flows.APP.current_task
    (take,) = api.takes()
    assert take.object == made and take.record.seed == 4 and take.record.prompt == "a red cube"
    faces = len(made.data.polygons)
    assert api.remesh(take, resolution=8) == made and len(made.data.polygons) < faces
    assert api.remesh(made) == made and len(made.data.polygons) == faces


def test_reconstruct_from_these_cameras_and_no_others(backend_python):
    ball = lit_ball()
    cameras, other = ring(), camera_at(0.1, 0.1)
    other.select_set(True)
    made = api.reconstruct(cameras, image_size=24, samples=2, **SHORT)
    folder = next((paths.cache_folder() / "captures").iterdir())
    assert len(list(folder.glob("view_*.png"))) == 4
    assert made.users_collection[0].name == "Dreamwright" and ball.name in bpy.data.objects
    again = api.reconstruct(folder, **SHORT)
    assert again != made and len(again.data.polygons) > 0


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: api.generate("  "), "The prompt is empty"),
        (lambda: api.generate("a cube", quality="best"), "best"),
        (lambda: api.generate("a cube", settings={"magic": 1}), "no setting 'magic'"),
        (lambda: api.generate("a cube", resolution=-4), "resolution"),
        (lambda: api.reconstruct([]), "0 cameras are selected"),
        (lambda: api.remesh(bpy.data.objects["Sphere"]), "'Sphere' was not made by Dreamwright"),
        (lambda: api.connect("nowhere", "token"), "is no address of a backend"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(call, sentence):
    lit_ball()
    before = names(), settings(bpy.context.scene), [obj.select_get() for obj in bpy.context.scene.objects]
    with pytest.raises(api.DreamwrightError, match=sentence) as raised:
        call()
    assert "\n" not in str(raised.value) and flows.APP.remote is None and not flows.APP.current_task
    assert (names(), settings(bpy.context.scene)) == before[:2]
    assert [obj.select_get() for obj in bpy.context.scene.objects] == before[2]


def test_errors_are_the_classes_of_the_tree():
    with pytest.raises(EmptyPromptError):
        api.generate("")
    with pytest.raises(ConfigError):
        api.generate("a cube", settings={"magic": 1})


def test_nothing_is_fetched_where_blender_is_offline():
    assert not bpy.app.online_access
    assert api._changes({"allow_download": True})["allow_download"] is False


def test_where_the_extension_is_not_enabled_the_sentence_says_so():
    registration.unregister()
    with pytest.raises(api.DreamwrightError, match="is not enabled"):
        api.generate("a red cube")
    registration.register()


@pytest.mark.parametrize("name", [name for name in api.__all__ if isinstance(getattr(api, name), types.FunctionType)])
def test_every_function_is_explained_with_an_example(name):
    assert "Example:\n    >>> " in inspect.getdoc(getattr(api, name))


# -- the programs


@pytest.fixture
def installed(monkeypatch, backend_python):
    """The root as the package that Blender makes of an installed extension, enabled instead of the checkout's."""
    registration.unregister()
    root = EXAMPLES.parents[1]
    for name in ("bl_ext", "bl_ext.user_default"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    spec = importlib.util.spec_from_file_location(
        INSTALLED, root / "__init__.py", submodule_search_locations=[str(root)]
    )
    package = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, INSTALLED, package)
    spec.loader.exec_module(package)
    package.register()
    yield package
    package.unregister()
    for name in [name for name in sys.modules if name.startswith(INSTALLED)]:
        del sys.modules[name]
    registration.register()


def run(program, monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["blender", "--python", program, "--", *map(str, arguments)])
    runpy.run_path(str(EXAMPLES / program), run_name="__main__")


def is_glb(path):
    return path.read_bytes()[:4] == b"glTF" and b"COLOR_0" in path.read_bytes()


def test_the_root_gives_the_api_and_nothing_else(installed):
    assert installed.api.generate.__doc__
    with pytest.raises(AttributeError, match="no attribute 'apis'"):
        _ = installed.apis


def test_a_prompt_becomes_a_glb_and_its_take_another_mesh(installed, monkeypatch, tmp_path, capsys):
    run("prompt_to_glb.py", monkeypatch, "a red cube", tmp_path / "cube.glb", *TINY_WORDS)
    assert is_glb(tmp_path / "cube.glb") and "cube.glb:" in capsys.readouterr().out
    faces = len(bpy.context.object.data.polygons)
    run("remesh_takes.py", monkeypatch, tmp_path / "coarse.blend", "--resolution", "8")
    with bpy.data.libraries.load(str(tmp_path / "coarse.blend")) as (inside, _):
        assert inside.objects == ["a red cube"]
    assert len(bpy.context.object.data.polygons) < faces


def test_prompts_become_a_sheet(installed, monkeypatch, tmp_path):
    (tmp_path / "prompts.txt").write_text("a red cube\n# no\n\na blue ball\n")
    run("prompts_to_sheet.py", monkeypatch, tmp_path / "prompts.txt", tmp_path / "sheet.png", "--cell", 64, *TINY_WORDS)
    sheet = bpy.data.images.load(str(tmp_path / "sheet.png"))
    assert tuple(sheet.size) == (128, 68)
    pixels = np.array(sheet.pixels[:]).reshape(68, 128, 4)[..., :3]
    for half in (pixels[20:, :64], pixels[20:, 64:]):  # an object in each, and words below
        assert (np.abs(half - half[-1, 0]) > 0.1).any()
    assert pixels[:14].min() < 0.85 < pixels[-1, 0].min()


def test_cameras_become_a_mesh(installed, monkeypatch, tmp_path):
    lit_ball()
    ring()
    run("cameras_to_mesh.py", monkeypatch, tmp_path / "b.glb", "--size", 24, "--samples", 2, *SHORT_WORDS)
    assert is_glb(tmp_path / "b.glb")


def test_a_remote_backend_does_the_work_and_goes_on(installed, monkeypatch, tmp_path, backend_python):
    with standing_backend(backend_python, tmp_path / "elsewhere") as (child, port):
        monkeypatch.setenv("DREAMWRIGHT_REMOTE_TOKEN", TOKEN)
        run("remote_backend.py", monkeypatch, f"127.0.0.1:{port}", "a red cube", tmp_path / "cube.glb", *TINY_WORDS)
        assert is_glb(tmp_path / "cube.glb") and child.poll() is None
        monkeypatch.setenv("DREAMWRIGHT_REMOTE_TOKEN", "guess")
        with pytest.raises(SystemExit, match="refused the token"):
            run("remote_backend.py", monkeypatch, f"127.0.0.1:{port}", "a cube", tmp_path / "no.glb", *TINY_WORDS)


def test_a_file_without_takes_is_one_sentence(installed, monkeypatch, tmp_path):
    with pytest.raises(SystemExit, match="There is no take in this file"):
        run("remesh_takes.py", monkeypatch, tmp_path / "no.blend")
    with pytest.raises(SystemExit, match="The prompt is empty"):
        run("prompt_to_glb.py", monkeypatch, " ", tmp_path / "no.glb")
