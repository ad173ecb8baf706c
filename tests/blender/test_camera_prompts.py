"""Words on cameras: who has them, and from where they look."""

from __future__ import annotations

import bpy
import pytest

from addon.blender.camera_prompts import camera_prompts
from addon.core.box import Box
from addon.core.wire import config
from addon.flows.camera_prompts import with_camera_prompts


def camera(name: str, place: tuple[float, float, float], words: str) -> bpy.types.Object:
    obj = bpy.data.objects.new(name, bpy.data.cameras.new(name))
    bpy.context.scene.collection.objects.link(obj)
    obj.location = place
    obj.data.dreamwright_prompt = words
    bpy.context.view_layer.update()
    return obj


def test_cameras_with_words_are_told_with_their_angles_around_the_box():
    camera("b", (1.0, 5.0, 2.0), " its tail ")
    camera("a", (4.0, 2.0, 1.0 + 3.0), "its left side")
    camera("c", (0.0, 0.0, 9.0), "  ")
    told = camera_prompts(bpy.context.scene, Box((1.0, 2.0, 1.0)))
    assert [each["prompt"] for each in told] == ["its left side", "its tail"]
    assert (told[0]["azimuth_degrees"], told[0]["elevation_degrees"]) == pytest.approx((90.0, 45.0), abs=1e-4)
    assert abs(told[1]["azimuth_degrees"]) == pytest.approx(180.0)


def test_a_turned_box_has_its_own_front():
    """Turned by a quarter to the left about Z, its front (-Y) looks along the scene's +X."""
    camera("face", (5.0, 0.0, 0.0), "its face")
    told = camera_prompts(bpy.context.scene, Box((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.0, 0.0, 90.0)))
    assert (told[0]["azimuth_degrees"], told[0]["elevation_degrees"]) == pytest.approx((0.0, 0.0), abs=1e-6)


def test_a_camera_that_is_off_says_nothing():
    camera("face", (5.0, 0.0, 0.0), "its face").data.dreamwright_role = "OFF"
    assert camera_prompts(bpy.context.scene, Box()) == []


def test_a_text_job_gets_them_beside_what_a_script_gave():
    camera("front", (0.0, -4.0, 1.0), "the face of a corgi")
    given = {"prompt_options": {"camera_prompts": [{"azimuth_degrees": 180.0, "prompt": "its tail"}]}}
    wanted = config.with_changes(config.preset("text", "draft"), {"prompt": "a corgi", **given})
    words = with_camera_prompts(bpy.context.scene, wanted).prompt_options.camera_prompts
    assert [(each.prompt, round(each.azimuth_degrees)) for each in words] == [
        ("its tail", 180), ("the face of a corgi", 0),
    ]  # fmt: skip


def test_a_reconstruction_without_words_reads_none():
    camera("front", (0.0, -4.0, 1.0), "the face of a corgi")
    wanted = config.preset("reconstruct", "draft")
    assert with_camera_prompts(bpy.context.scene, wanted) is wanted


def test_the_properties_go_when_the_add_on_goes():
    from addon import registration

    names = ("dreamwright_prompt", "dreamwright_role")
    assert all(hasattr(bpy.types.Camera, name) for name in names)
    registration.unregister()
    assert not any(hasattr(bpy.types.Camera, name) for name in names)
    registration.register()
