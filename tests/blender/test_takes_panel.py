"""What a person reads of the takes, in each state that there is."""

from __future__ import annotations

import json
from types import SimpleNamespace

import bpy
import pytest
from made_takes import made_take, old_take, reopened

from addon import flows
from addon.blender import takes, thumbnail
from addon.core.take_record import VERSION
from addon.core.wire import messages
from addon.flows import unfinished_runs
from addon.ui import takes_list
from addon.ui.panels import takes as panel
from tests.fakes.layout import FakeLayout


def drawn(what=panel.DREAMWRIGHT_PT_takes):
    layout = FakeLayout()
    what.draw(SimpleNamespace(layout=layout), bpy.context)
    return layout


def rows(wanted=""):
    """Names of the rows, in the order in which the list shows them."""
    scene = bpy.context.scene
    fake = SimpleNamespace(bitflag_filter_item=1 << 30, filter_name=wanted)
    flags, order = takes_list.DREAMWRIGHT_UL_takes.filter_items(fake, bpy.context, scene, "objects")
    assert sorted(order) == list(range(len(scene.objects))), "each object has a place of its own"
    shown = [(place, obj.name) for obj, flag, place in zip(scene.objects, flags, order, strict=True) if flag]
    return [name for _, name in sorted(shown)]


def job_record(job, prompt="a cup"):
    return messages.JobRecord(job, "running", 3, 60, prompt, 0.0, 0.0, {})


def test_without_takes_it_says_what_comes_here():
    layout = drawn()
    assert layout.texts() == ["Results are listed here"] and layout.operators() == []


def test_a_take_shows_what_it_is_and_what_can_be_done_with_it():
    made_take("a1", seed=7, score=0.314, models=[{"name": "embedded"}])
    layout = drawn()
    said = " ".join(layout.texts())
    assert '"a red cube"' in said and "Seed 7, Draft, score 0.31, step 60 of 60" in said
    assert "embedded (GPL)" in said
    done = layout.operators()
    assert {"dreamwright.refine", "dreamwright.promote", "dreamwright.rename_take", "dreamwright.delete_take"} <= set(
        done
    )
    assert [given["menu"] for method, given in layout.drawn if method == "menu"] == [
        "DREAMWRIGHT_MT_rewind",
        "DREAMWRIGHT_MT_refine_from_step",
    ]
    assert "dreamwright.resume" not in done and "dreamwright.end_comparison" not in done


def test_its_picture_is_shown(monkeypatch):
    made_take("a1")
    monkeypatch.setattr(thumbnail, "icon_of", lambda obj: 7)  # in background mode Blender gives every icon the number 0
    assert ("template_icon", {"icon_value": 7, "scale": pytest.approx(236 / 3 / 20)}) in drawn().drawn


def test_pictures_are_buttons_that_choose_and_the_chosen_one_is_pressed():
    made_take("a1", "a cup", created=1.0), made_take("a2", "a blue cone with a hat", created=2.0)
    assert bpy.ops.dreamwright.choose_take(take="a1") == {"FINISHED"}
    assert bpy.context.scene.dreamwright.takes.chosen == "a1"
    assert bpy.context.view_layer.objects.active.name == "a cup"
    buttons = [given for _, given in drawn().drawn if given.get("operator") == "dreamwright.choose_take"]
    pressed = {given["text"]: given["depress"] for given in buttons}
    assert pressed.pop("a cup") is True and list(pressed.values()) == [False]
    assert next(iter(pressed)).startswith("a blue") and next(iter(pressed)).endswith("…")


def test_many_takes_are_a_list_of_the_scenes_objects():
    for number in range(panel.MOST_PICTURES + 1):
        made_take(f"a{number}", seen=False)
    given = next(given for method, given in drawn().drawn if method == "template_list")
    assert given["listtype_name"] == takes_list.DREAMWRIGHT_UL_takes.__name__
    assert given["propname"] in given["dataptr"].bl_rna.properties
    assert given["active_propname"] in given["active_dataptr"].bl_rna.properties


def test_an_unfinished_take_can_go_on():
    made_take("a1", step=20, stopped=True)
    assert "dreamwright.resume" in drawn().operators()


def test_a_child_names_its_parent():
    made_take("a1", "a cup", created=1.0)
    made_take("a2", created=2.0, parent="a1", parent_step=40)
    bpy.context.scene.dreamwright.takes.chosen = "a2"
    assert "From 'a cup' at step 40" in drawn().texts()
    bpy.data.objects.remove(bpy.data.objects["a cup"])
    assert "From 'a1' at step 40" in drawn().texts()


def test_several_takes_of_which_none_is_chosen_can_be_drawn():
    made_take("a1"), made_take("a2")
    assert "Choose a take in the list" in drawn().texts()


def test_a_take_of_version_0_and_a_newer_one_can_be_drawn():
    old = old_take("a1")
    assert "Seed 3, step 60" in drawn().texts()
    bpy.data.objects.remove(old)
    made = made_take("a2")
    made[takes.RECORD] = json.dumps(json.loads(made[takes.RECORD]) | {"version": VERSION + 1})
    layout = drawn()
    assert "made by a newer Dreamwright" in " ".join(layout.texts())
    assert not [given for method, given in layout.drawn if method == "menu"]


def test_while_takes_are_compared_that_can_be_ended():
    made_take("a1"), made_take("a2")
    bpy.ops.dreamwright.compare()
    assert "dreamwright.end_comparison" in drawn().operators()


def test_the_menus_name_the_kept_steps_that_lead_anywhere():
    made_take("a1", checkpoint_steps=(20, 40, 60))
    assert drawn(panel.DREAMWRIGHT_MT_refine_from_step).texts() == ["Step 20", "Step 40", "Step 60"]
    assert drawn(panel.DREAMWRIGHT_MT_rewind).texts() == [
        "Step 20",
        "Step 40",
        "Step 20, and Continue",
        "Step 40, and Continue",
    ]


@pytest.mark.parametrize("menu", [panel.DREAMWRIGHT_MT_refine_from_step, panel.DREAMWRIGHT_MT_rewind])
def test_a_menu_without_a_take_is_empty(menu):
    assert drawn(menu).drawn == []


@pytest.mark.parametrize("picture", [0, 7])
def test_a_row_says_name_seed_score_and_quality(picture, monkeypatch):
    made = made_take("a1", seed=7, score=0.314)
    monkeypatch.setattr(thumbnail, "icon_of", lambda obj: picture)
    layout = FakeLayout()
    item = SimpleNamespace(layout=layout)
    takes_list.DREAMWRIGHT_UL_takes.draw_item(item, bpy.context, layout, None, made, 0, None, "")
    assert "7  0.31  D" in layout.texts()
    assert layout.properties() == ["name", "dreamwright_visible"]


def test_a_row_of_an_object_that_is_no_take_is_empty():
    layout = FakeLayout()
    obj = bpy.data.objects.new("cube", None)
    takes_list.DREAMWRIGHT_UL_takes.draw_item(SimpleNamespace(), bpy.context, layout, None, obj, 0, None, "")
    assert layout.drawn == []


def test_rows_are_the_takes_oldest_first_and_can_be_searched():
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("aaa", None))
    made_take("a2", "a blue cone", created=2.0).name = "renamed"
    made_take("a1", created=1.0)
    made_take("a3", "a cup", created=3.0)
    assert rows() == ["a red cube", "renamed", "a cup"]
    assert rows("CONE") == ["renamed"] and rows("cu") == ["a red cube", "a cup"] and rows("x") == []


def test_a_run_without_an_end_can_go_on_in_another_session(tmp_path):
    unfinished_runs.add_unfinished_run(bpy.context.scene, job_record("a1"))
    unfinished_runs.add_unfinished_run(bpy.context.scene, job_record("a2", ""))
    reopened(tmp_path / "a.blend")
    layout = drawn()
    assert layout.operators() == ["dreamwright.resume", "dreamwright.forget_run"] * 2
    assert layout.texts()[0] == "a cup" and "Reconstruction" in layout.texts()
    assert bpy.ops.dreamwright.forget_run(job="a1") == {"FINISHED"}
    assert [run.job for run in unfinished_runs.list_unfinished_runs(bpy.context.scene)] == ["a2"]
    bpy.ops.dreamwright.forget_run(job="a2")
    assert unfinished_runs.PROPERTY not in bpy.context.scene


def test_the_run_that_is_on_its_way_is_not_offered_again():
    unfinished_runs.add_unfinished_run(bpy.context.scene, job_record("a1"))
    with flows.APP.busy("generating"):
        flows.APP.session.post("job.followed", job="a1", state="running", step=0, steps=60)
        flows.APP.session.drain()
        assert "dreamwright.resume" not in drawn().operators()
        with pytest.raises(RuntimeError, match="stop it first"):
            bpy.ops.dreamwright.forget_run(job="a1")


@pytest.mark.parametrize("text", ["", "{", "3", '{"a1": 3}', "[]"])
def test_a_note_that_is_none_is_no_run(text):
    bpy.context.scene[unfinished_runs.PROPERTY] = text
    assert unfinished_runs.list_unfinished_runs(bpy.context.scene) == []


def test_a_note_of_a_strange_kind_is_no_run():
    bpy.context.scene[unfinished_runs.PROPERTY] = 5
    assert unfinished_runs.list_unfinished_runs(bpy.context.scene) == [] and drawn().drawn
    bpy.context.scene[unfinished_runs.PROPERTY] = '{"a1": {"prompt": 3, "steps": "many"}}'
    assert unfinished_runs.list_unfinished_runs(bpy.context.scene)[0].prompt == "3"
