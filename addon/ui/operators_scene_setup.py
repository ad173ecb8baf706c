"""Buttons for the box and the cameras: add and select a box, add a rig's cameras, hold some out, take pictures."""

from __future__ import annotations

from typing import Any

import bpy

from .. import flows
from ..blender import paths
from ..core.camera_choices import ORBIT, SPHERE
from ..core.capture_config import CaptureConfig
from . import requests
from .flow_operator import FlowOperator, report_failure
from .operators_generate import is_idle
from .properties import source_property
from .reflection import BESIDE_THE_BLEND, property_of

BOX_AROUND = (
    ("NUMBERS", "From Numbers", "At the center and with the size of the panel, or as large as the current box"),
    ("SELECTED", "Around Selection", "Around the selected objects, with a small margin"),
)
RIGS = (
    (ORBIT, "Orbit", "Where the random cameras of a run are: near and far ones, evenly spread"),
    (SPHERE, "Automatic Sphere", "Where views of this scene are rendered from: every camera sees the whole box"),
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
    """Makes an Empty the box of jobs."""

    bl_idname = "dreamwright.add_box"
    bl_label = "Add Box"
    bl_description = (
        "Add an Empty that sets the bounds of results: move, rotate and scale it with the tools of Blender or its gizmo"
    )
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return in_object_mode(cls, context)

    def apply(self, context: bpy.types.Context) -> str:
        made = flows.add_box(context, self.around == "SELECTED")
        return f"'{made.name}' is the box now."


class DREAMWRIGHT_OT_select_box(SceneSetupOperator, bpy.types.Operator):
    """Makes the box active."""

    bl_idname = "dreamwright.select_box"
    bl_label = "Select Box"
    bl_description = "Select the box, to move it with the tools of Blender or its gizmo"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if flows.box_empty(context.scene) is None:
            cls.poll_message_set("There is no box: add one, or choose an Empty")
            return False
        return in_object_mode(cls, context)

    def apply(self, context: bpy.types.Context) -> str:
        return f"'{flows.select_box(context).name}' is selected."


class DREAMWRIGHT_OT_add_orbit_cameras(SceneSetupOperator, bpy.types.Operator):
    """Makes cameras of a rig real."""

    bl_idname = "dreamwright.add_orbit_cameras"
    bl_label = "Add Cameras"
    bl_description = "Add cameras around the box, which can have a prompt of their own and render views"
    bl_options = {"REGISTER", "UNDO"}

    def apply(self, context: bpy.types.Context) -> str:
        count = self.count if self.properties.is_property_set("count") else context.scene.dreamwright.views
        made = flows.add_orbit_cameras(context, self.rig, count)
        return f"Added {len(made)} cameras to '{made[0].users_collection[0].name}'."


class DREAMWRIGHT_OT_hold_out_cameras(SceneSetupOperator, bpy.types.Operator):
    """Holds every n-th camera out."""

    bl_idname = "dreamwright.hold_out_cameras"
    bl_label = "Validation Cameras"
    bl_description = "Use every n-th camera for validation: it checks the result, and the others train it"
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
        return "{} validation cameras, {} training cameras.".format(*flows.hold_out_cameras(context, every))


class DREAMWRIGHT_OT_render_views(FlowOperator, bpy.types.Operator):
    """Captures views without a reconstruction."""

    bl_idname = "dreamwright.render_views"
    bl_label = "Render Views"
    bl_description = "Render this scene from these cameras into a folder, with camera poses, for other programs"
    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return is_idle(cls)

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        settings = context.scene.dreamwright
        folder = paths.absolute(requests.given_or_panel(self, settings.scene_setup, "views_folder"))
        views = requests.capture_config(self, settings)
        return flows.render_views(context, views, requests.given_or_panel(self, settings, "source"), folder)

    def sentence(self, result: Any) -> str:
        folder, count = result
        return f"Rendered {count} views into {folder}."


def in_object_mode(operator: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    """Tells whether objects may be selected; else the tooltip says why not."""
    if context.mode != "OBJECT":
        operator.poll_message_set("Go to Object Mode first")
        return False
    return True


DREAMWRIGHT_OT_add_box.__annotations__ = {
    "around": bpy.props.EnumProperty(
        name="Around", description="Where to add the box", items=BOX_AROUND, options={"SKIP_SAVE"}
    )
}
DREAMWRIGHT_OT_add_orbit_cameras.__annotations__ = {
    "rig": bpy.props.EnumProperty(name="Rig", description="Which cameras to add", items=RIGS, options={"SKIP_SAVE"}),
    "count": property_of(CaptureConfig, "views", name="Count", options={"SKIP_SAVE"}),
}
DREAMWRIGHT_OT_hold_out_cameras.__annotations__ = {
    "every": property_of(CaptureConfig, "hold_out_every", options={"SKIP_SAVE"}),
}

DREAMWRIGHT_OT_render_views.__annotations__ = {
    "views_folder": bpy.props.StringProperty(
        name="Folder", description="New folder for the views", subtype="DIR_PATH", options=BESIDE_THE_BLEND
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
