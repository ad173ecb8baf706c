"""Four seeds of a prompt side by side, and the one that is kept, through a real backend."""

from __future__ import annotations

import bpy
import pytest

from addon import api
from addon.blender import takes
from addon.core.errors import SceneError
from addon.flows import variations

pytestmark = pytest.mark.usefixtures("backend_python")


def test_four_seeds_stand_side_by_side_and_one_is_kept_in_the_place_of_the_box():
    made = api.generate_variations("a red mug", count=3, seed=5)
    scene = bpy.context.scene
    assert [obj["dreamwright_seed"] for obj in made] == [5, 6, 7] and len(takes.list_takes(scene)) == 3
    steps = [b.location.x - a.location.x for a, b in zip(made, made[1:], strict=False)]
    assert min(steps) > max(obj.dimensions.x for obj in made) and len({len(o.data.polygons) for o in made}) > 1
    home, chosen = made[0].location.copy(), made[2]
    api.keep_variation(chosen)
    assert [take.object for take in takes.list_takes(scene)] == [chosen]
    assert (chosen.location - home).length < 1e-5 and variations.GROUP not in chosen


@pytest.mark.slow
def test_the_button_keeps_the_selected_one():
    made = api.generate_variations("a cat", count=2)
    for obj in bpy.context.selected_objects:
        obj.select_set(False)
    made[0].select_set(True)
    bpy.context.view_layer.objects.active = made[0]
    assert bpy.ops.dreamwright.keep_variation() == {"FINISHED"}
    assert [take.object for take in takes.list_takes(bpy.context.scene)] == [made[0]]


def test_what_is_no_variation_is_one_sentence():
    alone = api.generate("a cat", quality="instant")
    with pytest.raises(SceneError, match="No variation is selected: select the one to keep."):
        api.keep_variation(alone)
    assert not bpy.ops.dreamwright.keep_variation.poll()
