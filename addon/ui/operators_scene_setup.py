"""Buttons for the box and the cameras: add and select a box, add a rig's cameras, hold some out, take pictures."""

from __future__ import annotations

from typing import Any

import bpy

from .. import flows
from ..blender import paths
from ..core.capture_config import CaptureConfig
from . import requests
from .flow_operator import FlowOperator, report_failure
from .operators_generate import is_idle
from .properties import source_property
from .reflection import BESIDE_THE_BLEND, property_of

BOX_AROUND = (
    ("NUMBERS", "As the Numbers Say", "Where the center and the size of the panel say, or as large as the present box"),
    ("SELECTED", "Around the Selection", "Around the selected objects, with a little room"),
)
RIGS = (
    (flows.ORBIT, "Orbit", "Where a job's random cameras look from: the near and the far ones, evenly spread"),
    (flows.SPHERE, "Sphere", "Where pictures of this scene are taken from: every camera sees the whole box"),
)


class SceneSetupOperator:
    """Mix into an Operator that defines `place(context)`, which gives the sentence to report."""

    def apply(self, context: bpy.types.Context) -> str:
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            self.report({"INFO"}, self.apply(context))
        except Exception as error:  # the boundary to Blender: whatever it is, a person reads one sentence
            return report_failure(self, error)
        return {"FINISHED"}


class DREAMWRIGHT_OT_add_box(SceneSetupOperator, bpy.types.Operator):
    """Add an Empty as the box that results fill: move, turn and scale it with Blender's own tools or its handles"""

    bl_idname = "dreamwright.add_box"
    bl_label = "Add Box"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return in_object_mode(cls, context)

    def apply(self, context: bpy.types.Context) -> str:
        made = flows.add_box(context, self.around == "SELECTED")
        return f"'{made.name}' is the box now."


class DREAMWRIGHT_OT_select_box(SceneSetupOperator, bpy.types.Operator):
    """Select the box, so that its handles show and Blender's own tools move it"""

    bl_idname = "dreamwright.select_box"
    bl_label = "Select Box"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if flows.box_empty(context.scene) is None:
            cls.poll_message_set("No box is chosen: add one, or choose an Empty")
            return False
        return in_object_mode(cls, context)

    def apply(self, context: bpy.types.Context) -> str:
        return f"'{flows.select_box(context).name}' is selected."


class DREAMWRIGHT_OT_add_orbit_cameras(SceneSetupOperator, bpy.types.Operator):
    """Add real cameras around the box, where the rig shows them, to move, to write words on, and to take pictures"""

    bl_idname = "dreamwright.add_orbit_cameras"
    bl_label = "Add Orbit Cameras"
    bl_options = {"REGISTER", "UNDO"}

    def apply(self, context: bpy.types.Context) -> str:
        count = self.count if self.properties.is_property_set("count") else context.scene.dreamwright.views
        made = flows.add_orbit_cameras(context, self.rig, count)
        return f"Added {len(made)} cameras to '{made[0].users_collection[0].name}'."


class DREAMWRIGHT_OT_hold_out_cameras(SceneSetupOperator, bpy.types.Operator):
    """Keep every n-th camera in use aside, to check the result with; the others are learned from"""

    bl_idname = "dreamwright.hold_out_cameras"
    bl_label = "Hold Out Every n-th"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not flows.scene_cameras(context):
            cls.poll_message_set("There is no camera in this scene: add some first")
            return False
        return True

    def apply(self, context: bpy.types.Context) -> str:
        given = self.properties.is_property_set("every")
        every = self.every if given else context.scene.dreamwright.scene_setup.hold_out_every
        return "{} cameras are held out, {} are learned from.".format(*flows.hold_out_cameras(context, every))


class DREAMWRIGHT_OT_render_views(FlowOperator, bpy.types.Operator):
    """Render this scene from the cameras below into a folder, with their poses, for other programs. ESC stops"""

    bl_idname = "dreamwright.render_views"
    bl_label = "Render Views Only"
    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return is_idle(cls)

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        settings = context.scene.dreamwright
        folder = paths.absolute(requests.given_or_panel(self, settings.scene_setup, "views_folder"))
        views = requests.capture_config(self, settings)
        return flows.render_views(context, views, requests.given_or_panel(self, settings, "source"), folder)

    def sentence(self, result: Any) -> str:
        folder, count = result
        return f"Rendered {count} views into {folder}."


def in_object_mode(operator: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    """Whether objects may be selected; else the tooltip says why not."""
    if context.mode != "OBJECT":
        operator.poll_message_set("Leave the present mode first: this works in Object Mode")
        return False
    return True


DREAMWRIGHT_OT_add_box.__annotations__ = {
    "around": bpy.props.EnumProperty(
        name="Around", description="Where the box is to be", items=BOX_AROUND, options={"SKIP_SAVE"}
    )
}
DREAMWRIGHT_OT_add_orbit_cameras.__annotations__ = {
    "rig": bpy.props.EnumProperty(name="Rig", description="Which cameras", items=RIGS, options={"SKIP_SAVE"}),
    "count": property_of(CaptureConfig, "views", name="Count", options={"SKIP_SAVE"}),
}
DREAMWRIGHT_OT_hold_out_cameras.__annotations__ = {
    "every": property_of(CaptureConfig, "hold_out_every", name="Every", options={"SKIP_SAVE"}),
}

DREAMWRIGHT_OT_render_views.__annotations__ = {
    "views_folder": bpy.props.StringProperty(
        name="Folder", description="A new folder for the views", subtype="DIR_PATH", options=BESIDE_THE_BLEND
    ),
    "source": source_property(),
    "views": property_of(CaptureConfig, "views"),
    "image_size": property_of(CaptureConfig, "image_size", subtype="PIXEL"),
    "samples": property_of(CaptureConfig, "samples"),
}

CLASSES = (
    DREAMWRIGHT_OT_add_box,
    DREAMWRIGHT_OT_select_box,
    DREAMWRIGHT_OT_add_orbit_cameras,
    DREAMWRIGHT_OT_hold_out_cameras,
    DREAMWRIGHT_OT_render_views,
)
