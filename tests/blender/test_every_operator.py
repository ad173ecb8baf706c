"""Every operator that is registered: named and explained in plain words, gray with a reason, refusing bad input in one
sentence that leaves the file as it was, and undone by one Ctrl-Z.

The tables name what to give each of them; an operator that is in none of them fails `test_no_operator_is_forgotten`.
"""

from __future__ import annotations

import contextlib
import re
import threading
from pathlib import Path

import bpy
import pytest
from data_dump import differences, dump
from made_takes import made_take
from small_results import kept_result, small_ball
from small_scenes import lit_ball

from addon import flows, registration
from addon.blender import mesh_edits, region_marks, takes
from addon.core.session import BackendState, Snapshot
from addon.core.take_record import TakeRecord

OPERATORS = [cls for cls in registration.CLASSES if issubclass(cls, bpy.types.Operator)]
NAMES = sorted(cls.bl_idname.removeprefix("dreamwright.") for cls in OPERATORS)
OPTIONS = {cls.bl_idname.removeprefix("dreamwright."): getattr(cls, "bl_options", set()) for cls in OPERATORS}

NO_DATA = {
    "choose_image",  # a file browser, and then another operator
    "paste_image",  # the clipboard, and then another operator
    "forget_image",  # a question of the panel
    "add_preset",  # a file of Blender's own preset folder
    "copy_details",
    "dismiss",
    "download_model",  # a file of the hub's cache
    "edit_prompt",  # of the job, which is the backend's
    "edit_weight",
    "export",  # a file of the user's
    "free_space",
    "generate_dialog",
    "hide_photo_cameras",  # lines over the view
    "measure_disk_use",
    "open_folder",
    "refresh_models",
    "remove_backend",
    "open_log",
    "pause",
    "render_views",  # a folder of the user's
    "set_up_backend",
    "start_backend",
    "stop",
    "stop_backend",
    "stop_download",
}
"""They change nothing that Ctrl-Z could bring back."""

REFUSED = {
    "unmark_region": ({"object": "no such object"}, "'no such object' is no region"),
    "redo_part": ({"take": "zz", "prompt": "a hat"}, "take"),
    "image_to_3d": ({"filepath": "a.png"}, "press Set Up Backend|no encoder of pictures"),
    "paste_image": ({}, "press Set Up Backend|no encoder of pictures"),
    "choose_image": ({"filepath": "a.png"}, "press Set Up Backend|no encoder of pictures"),
    "refine_from_step": ({"take": "a2", "step": 20}, "not set up|backend"),
    "choose_model": ({"model": " "}, "has no name"),
    "compare": ({"takes": "zz yy"}, "take"),
    "delete_take": ({"take": "zz"}, "take"),
    "download_model": ({"model": "far/model"}, "Allow Online Access"),
    "stop_download": ({"model": "far/model"}, "Nothing is being downloaded"),
    "edit_prompt": ({"prompt": " "}, "prompt is empty"),
    "export": ({"filepath": "//a.glb"}, "save it first"),
    "generate": ({"prompt": " "}, "prompt is empty"),
    "refine": ({"take": "zz"}, "take"),
    "go_on_from_edits": ({"take": "a2"}, "was not edited by hand"),
    "generate_from_panel": ({}, "press Set Up Backend"),
    "show_photo_cameras": ({}, "press Set Up Backend"),
    "choose_take": ({"take": "zz"}, "take"),
    "free_space": ({"job": "../../elsewhere"}, "does not say which job"),
    "generate_dialog": ({"prompt": "a cup"}, "press Set Up Backend"),
    "open_folder": ({"folder": "environment"}, "There is no folder"),
    "use_photos": ({}, "No pictures were named"),
    "generate_variations": ({}, "press Set Up Backend"),
    "keep_variation": ({}, "Select one of several variations"),
    "pause": ({}, "not running"),
    "promote": ({"target": "no such object"}, "no such object"),
    "load_take_settings": ({"take": "zz"}, "take"),
    "reconstruct": ({"source": "SELECTED"}, "0 cameras are selected"),
    "remesh": ({"threshold": 1e5}, "choose a lower threshold"),
    "rename_take": ({"name": " "}, "name"),
    "render_views": ({"source": "SELECTED"}, "cameras are selected|folder"),
    "render_turntable": ({"filepath": "//a.mp4"}, "save it first"),
    "reset_settings": ({"setting": "no.such"}, "is not changed"),
    "resume": ({}, "press Set Up Backend"),
    "rewind": ({"take": "zz", "step": 20}, "take"),
    "select_part": ({"part": "wing"}, "has no part 'wing': it has peel"),
    "set_up_backend": ({}, "Allow Online Access"),
    "start_backend": ({}, "press Set Up Backend"),
    "stop": ({}, "nothing to stop"),
    "refresh_models": ({}, "press Set Up Backend"),
    "use_prompt": ({"prompt": " "}, "The prompt is empty"),
    "use_recipe": ({"recipe": "no-such"}, "no-such"),
}
"""What each cannot do in the scene of `furnished`, and words of the sentence that says so."""

NOTHING_TO_REFUSE = {
    "measure_disk_use", "open_log", "remove_backend", "forget_image", "hide_photo_cameras",
    "add_region", "add_box", "add_orbit_cameras", "add_preset", "add_turntable", "copy_details", "dismiss",
    "edit_weight",
    "end_comparison", "forget_prompts", "forget_run", "bake_textures", "hold_out_cameras", "convert_to_volume",
    "convert_to_geometry_nodes", "randomize_seed", "publish", "reset_remesh", "select_box", "stop_backend",
    "mark_region",
}  # fmt: skip
"""Every value that Blender lets through is good, or the button is gray where it is not."""

DONE = {
    "add_box": {},
    "add_orbit_cameras": {"count": 4},
    "add_region": {"kind": "FROZEN"},
    "mark_region": {"kind": "KEEP_OUT"},
    "unmark_region": {"object": "Region"},
    "add_turntable": {"frames": 4},
    "choose_model": {"model": "another"},
    "choose_take": {"take": "a2"},
    "use_photos": {"directory": str(Path(__file__).parent)},
    "compare": {},
    "delete_take": {"take": "a2"},
    "end_comparison": {},
    "forget_prompts": {},
    "hold_out_cameras": {"every": 2},
    "randomize_seed": {},
    "promote": {"take": "a2", "target": "Sphere"},
    "load_take_settings": {"take": "a2"},
    "remesh": {"resolution": 12},
    "rename_take": {"take": "a2", "name": "my own"},
    "reset_settings": {},
    "reset_remesh": {},
    "select_box": {},
    "select_part": {"part": "peel"},
    "use_prompt": {"prompt": "a blue cone"},
    "use_recipe": {"recipe": "dream-fields-lq"},
}
"""What each of these does in the scene of `furnished`, without a backend, in well under a second."""

WITH_A_BACKEND = {
    "go_on_from_edits",
    "redo_part",
    "image_to_3d",  # undone in test_image_to_3d.py
    "refine_from_step",
    "forget_run",
    "generate",
    "refine",
    "generate_from_panel",
    "show_photo_cameras",
    "generate_variations",
    "keep_variation",
    "reconstruct",
    "resume",
    "rewind",
}
"""Undone in test_flows.py, test_iterating.py and test_request_made.py, which have one."""
SLOW = {"bake_textures", "convert_to_volume", "convert_to_geometry_nodes", "publish", "render_turntable"}
"""Undone in the tests of their own: they render, bake or write."""

SENTENCE = re.compile(r"[A-Z'0-9].*[.!]$", re.DOTALL)


@pytest.fixture
def furnished():
    """Two takes, one of them with its grid, a ball of the user's, cameras, a box, a history and a changed setting."""
    lit_ball()
    for x in (3.0, -3.0, 4.0):
        camera = bpy.data.objects.new("Eye", bpy.data.cameras.new("Eye"))
        camera.location = (x, 0.0, 0.0)
        bpy.context.scene.collection.objects.link(camera)
    settings = bpy.context.scene.dreamwright
    settings.history.add().prompt = "a green tree"
    settings.overrides = '{"optimize": {"steps": 77}}'
    bpy.ops.dreamwright.add_box()
    region = bpy.data.objects.new("Region", None)
    region[region_marks.MARK] = "frozen"
    bpy.context.scene.collection.objects.link(region)
    made_take("a2", created=2.0)
    result = kept_result(small_ball())
    takes.write_take(result, TakeRecord("a1", "a ball", created=1.0))
    result.data[mesh_edits.PARTS] = ["peel"]
    bpy.context.view_layer.update()
    return result


def operator(name):
    return getattr(bpy.ops.dreamwright, name)


def rna_of(name):
    return operator(name).get_rna_type()


def said_by(call):
    """The sentence with which an operator was refused."""
    with pytest.raises(RuntimeError) as refused:
        call()
    return str(refused.value).strip().removeprefix("Error: ").strip()


# -- named and explained


@pytest.mark.parametrize("name", NAMES)
def test_label_and_tooltips_are_plain_words(name):
    rna = rna_of(name)
    assert re.fullmatch(r"[A-Z][\w\- ]+", rna.name), rna.name
    texts = [rna.description, *(prop.description for key, prop in rna.properties.items() if key != "rna_type")]
    hidden = {"check_existing", "filter_glob"}  # Blender's own, which nobody sees
    texts = [text for text, key in zip(texts, ["", *rna.properties.keys()[1:]], strict=False) if key not in hidden]
    for text in texts:
        assert text[:1].isupper() or text[:1].isdigit() or text[:1] in "/'(", f"{name}: {text!r}"
        assert not text.endswith(".") and "\n" not in text and "  " not in text, f"{name}: {text!r}"
    assert len(rna.description.split()) >= 4, "a tooltip is a sentence, not the label again"
    assert not re.search(r"bpy|snapshot|kwargs|None\b|_[a-z]", rna.description), rna.description


def test_what_changes_the_file_can_be_undone():
    assert {name for name in NAMES if "UNDO" not in OPTIONS[name]} == NO_DATA
    assert all("REGISTER" in OPTIONS[name] for name in NAMES if "UNDO" in OPTIONS[name])


def test_no_operator_is_forgotten():
    assert set(NAMES) == set(REFUSED) | NOTHING_TO_REFUSE
    assert set(NAMES) - NO_DATA == set(DONE) | WITH_A_BACKEND | SLOW


# -- gray with a reason

READY = Snapshot(backend=BackendState.READY, device="cpu")
SITUATIONS = {
    "an empty file": (Snapshot(), ""),
    "an empty file, ready": (READY, ""),
    "busy": (Snapshot(backend=BackendState.READY, device="cpu", job="a9", state="running", steps=9), "generating"),
    "lost": (Snapshot(backend=BackendState.LOST, job="a9", state="paused", steps=9, error="Gone."), ""),
}


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_gray_says_why(name, situation):
    flows.APP.session.snapshot, flows.APP._current_task = SITUATIONS[situation]
    if operator(name).poll():
        return
    words = said_by(operator(name))
    flows.APP._current_task = ""
    assert "context is incorrect" not in words, f"{name} is grey in {situation} without a reason"
    reason = words.partition(".poll() ")[2]
    assert reason[:1].isupper() and len(reason.split()) >= 2, reason


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"stop", "pause", "edit_prompt", "edit_weight", "resume"}))
def test_nothing_that_makes_something_starts_while_something_runs(name, furnished):
    """Whatever may still be pressed while a job runs does not begin a second thing."""
    with flows.APP.busy("generating"):
        if name in WITH_A_BACKEND - {"forget_run"} or name in {"start_backend", "set_up_backend", "remesh"}:
            assert not operator(name).poll()


# -- refused


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_cannot_be_done_is_one_sentence_and_the_file_is_as_it_was(name, furnished):
    given, words = REFUSED[name]
    before = dump()
    said = said_by(lambda: operator(name)(**given))
    assert re.search(words, said), said
    assert "inside Dreamwright" not in said and "Traceback" not in said and "\n" not in said
    assert SENTENCE.match(said) or ".poll() " in said, said
    assert differences(before, dump()) == []
    assert not flows.APP.current_task and flows.APP.connection is None


# -- undone


@pytest.mark.parametrize("name", sorted(DONE))
def test_one_undo_takes_it_back_and_one_redo_brings_it_again(name, furnished):
    if name == "end_comparison":
        bpy.ops.dreamwright.compare()
    bpy.ops.ed.undo_push(message="before")
    before = dump()
    assert operator(name)("EXEC_DEFAULT", True, **DONE[name]) == {"FINISHED"}
    done = dump()
    changed = differences(before, done)
    bpy.ops.ed.undo()
    assert differences(before, dump()) == [], "after undo"
    if changed and name != "add_turntable":  # matrices of a scene that nobody looked at are made at the redo
        bpy.ops.ed.redo()
        assert differences(done, dump()) == [], "after redo"
    assert changed or name in {"reset_remesh", "select_box"}, "it did nothing"


@pytest.mark.parametrize("name", sorted(NO_DATA - {"add_preset", "export", "dismiss", "edit_weight", "stop_backend"}))
def test_what_is_no_undo_step_leaves_the_file_alone(name, furnished):
    before = dump()
    with contextlib.suppress(RuntimeError):  # most of them have nothing to do here
        operator(name)()
    assert differences(before, dump()) == []


# -- nothing is left behind


def handlers():
    lists = {name: getattr(bpy.app.handlers, name) for name in dir(bpy.app.handlers)}
    return {name: list(each) for name, each in lists.items() if isinstance(each, list)}


def ours():
    """Names of ours among Blender's types, operators and the properties of its data."""
    known = {name for name in dir(bpy.types) if "dreamwright" in name.lower()}
    known |= {name for name in dir(bpy.ops.dreamwright) if not name.startswith("_")}
    owners = (bpy.types.Scene, bpy.types.Camera, bpy.types.Object, bpy.types.Mesh, bpy.types.WindowManager)
    return known | {f"{each.__name__}.{name}" for each in owners for name in dir(each) if "dreamwright" in name}


def test_ten_times_leaves_nothing():
    registration.unregister()
    handlers_before, threads = handlers(), set(threading.enumerate())
    assert ours() == set()
    for _ in range(10):
        registration.register()
        assert len(ours()) > len(NAMES)
        registration.unregister()
        assert ours() == set() and handlers() == handlers_before
    assert set(threading.enumerate()) <= threads
    assert not bpy.app.timers.is_registered(registration.live_updates.PUMP.timer)
    assert not bpy.app.timers.is_registered(registration._show_jobs)
    drawn = [getattr(getattr(getattr(bpy.types, name), "draw", None), "_draw_funcs", ()) for name in dir(bpy.types)]
    assert not [each for funcs in drawn for each in funcs if each.__module__.startswith("addon")]
    registration.register()  # for the fixture to take back
