"""Buttons for regions: mark what is selected, add a box, take a mark away, make a part anew."""

from __future__ import annotations

from typing import Any

import bpy

from .. import flows
from ..blender import paths
from ..core.region_kinds import FACE_MARGIN, KINDS, MEANINGS
from ..core.wire import EmptyPromptError, config
from . import requests
from .operators_generate import job_annotations
from .operators_scene_setup import SceneSetupOperator, in_object_mode
from .operators_takes import TakeFlowOperator, take_property
from .properties import property_of

ICONS = {config.KEEP_OUT: "CANCEL", config.KEEP_IN: "ADD", config.FROZEN: "FREEZE", config.REDO: "FILE_REFRESH"}
ITEMS = [
    (kind.upper(), label, MEANINGS[kind], ICONS[kind], number) for number, (kind, label) in enumerate(KINDS.items())
]


class DREAMWRIGHT_OT_mark_region(SceneSetupOperator, bpy.types.Operator):
    """Makes the selected objects regions."""

    bl_idname = "dreamwright.mark_region"
    bl_label = "Mark as Region"
    bl_description = "Mark the selected meshes and Empties as a region of this kind; an Empty is a box"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def description(cls, context: bpy.types.Context, properties: Any) -> str:
        return f"Mark the selected meshes and Empties: {MEANINGS[properties.kind.lower()].lower()}"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return is_something_selected(cls, context)

    def apply(self, context: bpy.types.Context) -> str:
        made = flows.regions.mark_regions(context, self.kind.lower())
        what = f"'{made[0].name}' is" if len(made) == 1 else f"{len(made)} objects are"
        return f"{what} marked as {KINDS[self.kind.lower()]}."


class DREAMWRIGHT_OT_unmark_region(SceneSetupOperator, bpy.types.Operator):
    """Takes the mark away."""

    bl_idname = "dreamwright.unmark_region"
    bl_label = "Unmark Region"
    bl_description = "Take the mark from this object, or from all that are selected; the object stays"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if flows.regions.list_regions(context.scene):
            return True
        cls.poll_message_set("Nothing in this scene is marked as a region")
        return False

    def apply(self, context: bpy.types.Context) -> str:
        if self.object:
            return f"'{flows.regions.unmark_region(context, self.object).name}' is no region any more."
        return f"{len(flows.regions.mark_regions(context, ''))} objects are no regions any more."


class DREAMWRIGHT_OT_add_region(SceneSetupOperator, bpy.types.Operator):
    """Adds a box as a region."""

    bl_idname = "dreamwright.add_region"
    bl_label = "Add Region"
    bl_description = "Add an Empty as a box of this kind, to move, rotate and scale: at the top of the selected result"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return in_object_mode(cls, context)

    def apply(self, context: bpy.types.Context) -> str:
        return f"'{flows.regions.add_region(context, self.kind.lower()).name}' was added."


class DREAMWRIGHT_OT_redo_part(TakeFlowOperator, bpy.types.Operator):
    """Makes a part of a take anew, as a new take."""

    bl_idname = "dreamwright.redo_part"
    bl_label = "Redo Part"
    bl_description = (
        "Generate a new take in which only the part changes, by its own prompt: the box that is marked as a part, or "
        "the faces that are selected in Edit Mode. All else stays exactly as it is, and so does the older take"
    )
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        settings = context.scene.dreamwright
        words = requests.given_or_panel(self, settings, "prompt") if self.prompt else settings.scene_setup.part_prompt
        if not words.strip():
            raise EmptyPromptError("The prompt of the part is empty: say in a few words what it becomes.")
        take = self.take or flows.regions.edited_take(context)
        method = flows.method_of(flows.require_take(context, take))
        given = requests.limited_to_blender(requests.more_settings(self.settings))
        wanted = requests.redo_config(self, settings, paths.device(), method, words)
        return flows.redo_part(context, wanted, take, self.part, self.margin, given)

    def sentence(self, result: Any) -> str:
        return result.sentence


def is_something_selected(operator: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    """Tells whether there is something to mark; else the tooltip says what to do."""
    if context.selected_objects:
        return True
    operator.poll_message_set("Select meshes, or Empties, which are boxes")
    return False


def _kind_property() -> Any:
    return bpy.props.EnumProperty(
        name="Kind", description="What holds in the region", items=ITEMS, options={"SKIP_SAVE"}
    )


DREAMWRIGHT_OT_mark_region.__annotations__ = {"kind": _kind_property()}
DREAMWRIGHT_OT_add_region.__annotations__ = {"kind": _kind_property()}
DREAMWRIGHT_OT_unmark_region.__annotations__ = {
    "object": bpy.props.StringProperty(
        name="Object", description="Name of the object; if empty, those that are selected", options={"SKIP_SAVE"}
    )
}
DREAMWRIGHT_OT_redo_part.__annotations__ = {
    "take": take_property(),
    "prompt": property_of(
        config.JobConfig, "prompt", description="What the part becomes, in words; if empty, the panel's"
    ),
    "part": bpy.props.StringProperty(
        name="Part",
        description="Name of an Empty or a mesh around the part; if empty, the selected faces, or what is marked",
        options={"SKIP_SAVE"},
    ),
    "margin": bpy.props.FloatProperty(
        name="Margin",
        description="How much further than the selected faces the part reaches, in sizes of the selection",
        default=FACE_MARGIN,
        min=0.0,
        max=1.0,
        options={"SKIP_SAVE"},
    ),
    "negative": property_of(config.PromptOptionsConfig, "negative"),
    "model": property_of(config.JobConfig, "model"),
    **job_annotations(),
}

CLASSES = (
    DREAMWRIGHT_OT_mark_region,
    DREAMWRIGHT_OT_unmark_region,
    DREAMWRIGHT_OT_add_region,
    DREAMWRIGHT_OT_redo_part,
)
