"""Variations: four seeds in one press, and the one that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from .. import flows
from ..blender import identity, paths
from ..core.lazy_import import lazy_imports
from ..core.variation_counts import COUNT, MOST
from . import readiness, requests
from .flow_operator import FlowOperator
from .operators_steer import ActionOperator
from .prompt_history import recording_prompt

if TYPE_CHECKING:
    from ..blender import results
else:
    (results,) = lazy_imports(__package__, "..blender.results")


class DREAMWRIGHT_OT_generate_variations(FlowOperator, bpy.types.Operator):
    """Several seeds of the panel's prompt."""

    bl_idname = "dreamwright.generate_variations"
    bl_label = "Variations"
    bl_description = "Generate the prompt with several seeds, side by side, to keep one. Stop keeps those that are made"
    bl_options = {"REGISTER", "UNDO"}

    if TYPE_CHECKING:
        count: int

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        settings = context.scene.dreamwright
        why = readiness.why_not_ready(settings)
        if not why and requests.panel_config(settings, paths.device()).uses_photos:
            why = "Variations are made from words: choose Text to 3D"
        if why:
            cls.poll_message_set(why)
        return not why

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        wanted = requests.panel_config(context.scene.dreamwright, paths.device())
        made = flows.variations.generate_variations(context, wanted, self.count)
        return recording_prompt(identity.uid_of(context.scene), wanted, made)

    def sentence(self, result: Any) -> str:
        return f"Made {len(result)} variations: select one and press Keep This One."


class DREAMWRIGHT_OT_keep_variation(ActionOperator, bpy.types.Operator):
    """Keeps the chosen one."""

    bl_idname = "dreamwright.keep_variation"
    bl_label = "Keep This One"
    bl_description = "Keep the selected variation in the place of the box; the others leave the scene"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if flows.variations.variations_of(results.active_result(context)):
            return True
        cls.poll_message_set("Select one of several variations")
        return False

    def act(self) -> str:
        return flows.variations.keep_variation(bpy.context)


DREAMWRIGHT_OT_generate_variations.__annotations__ = {
    "count": bpy.props.IntProperty(
        name="Variations",
        description="How many seeds",
        default=COUNT,
        min=2,
        max=MOST,
    ),
}

CLASSES = (DREAMWRIGHT_OT_generate_variations, DREAMWRIGHT_OT_keep_variation)
