"""Buttons for takes: refine, go back to a step, compare, use as mesh, rename, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from .. import flows
from ..blender import paths
from ..core.lazy_import import lazy_imports
from ..core.wire import config
from . import properties, requests
from .flow_operator import FlowOperator
from .operators_generate import is_idle, job_annotations
from .operators_steer import ActionOperator

if TYPE_CHECKING:
    from ..blender import takes
else:
    (takes,) = lazy_imports(__package__, "..blender.takes")


class TakeOperator:
    """Mix into an Operator for which the chosen take must be one that may be changed."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return is_editable(cls, context)


class TakeFlowOperator(TakeOperator, FlowOperator):
    """The same, and nothing else may be going on."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return is_idle(cls) and super().poll(context)


class DREAMWRIGHT_OT_refine(TakeFlowOperator, bpy.types.Operator):
    """Begins a job where a take ended."""

    bl_idname = "dreamwright.refine"
    bl_label = "Refine"
    bl_description = (
        "Generate a new take that starts from this one, with the prompt, seed and settings of the panel. The older "
        "take is hidden where both are in the same place. Stop keeps the result so far"
    )
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        given = requests.limited_to_blender(requests.more_settings(self.settings))
        return flows.refine(context, _refine_config(self, context), self.take, given=given)

    def sentence(self, result: Any) -> str:
        return result.sentence


class DREAMWRIGHT_OT_go_on_from_edits(TakeFlowOperator, bpy.types.Operator):
    """Begins a job with the mesh of a take as it was edited."""

    bl_idname = "dreamwright.go_on_from_edits"
    bl_label = "Go On from Edits"
    bl_description = (
        "Generate a new take that starts from this one as you sculpted, edited or painted it. The edits are held, the "
        "rest follows the prompt and the settings of the panel. Stop keeps the result so far"
    )
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        given = requests.limited_to_blender(requests.more_settings(self.settings))
        return flows.go_on.go_on_from_edits(context, _refine_config(self, context), self.take, self.hold, given)

    def sentence(self, result: Any) -> str:
        return result.sentence


class DREAMWRIGHT_OT_refine_from_step(TakeFlowOperator, bpy.types.Operator):
    """Begins a job at a checkpoint of a take."""

    bl_idname = "dreamwright.refine_from_step"
    bl_label = "Refine from Step"
    bl_description = (
        "Generate a new take that starts from an earlier step of this one, with the prompt, seed and settings of the "
        "panel. Stop keeps the result so far"
    )
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        given = requests.limited_to_blender(requests.more_settings(self.settings))
        return flows.refine(context, _refine_config(self, context), self.take, self.step, given)

    def sentence(self, result: Any) -> str:
        return result.sentence


class DREAMWRIGHT_OT_rewind(TakeFlowOperator, bpy.types.Operator):
    """Sets the job of a take back to a checkpoint."""

    bl_idname = "dreamwright.rewind"
    bl_label = "Go Back to Step"
    bl_description = "Go back to an earlier step of this take; the current step is kept as a checkpoint"
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.rewind(context, self.step, self.take, self.continue_run)

    def sentence(self, result: Any) -> str:
        return f"'{result.object}' is at step {result.step} of {result.steps}."


class DREAMWRIGHT_OT_promote(TakeOperator, ActionOperator, bpy.types.Operator):
    """Puts the mesh of a take in place of another one."""

    bl_idname = "dreamwright.promote"
    bl_label = "Replace Mesh of Active Object"
    bl_description = (
        "Give the active object the mesh of the chosen take; its transform, materials, modifiers and name stay"
    )
    bl_options = {"REGISTER", "UNDO"}

    def act(self) -> str:
        return flows.promote(bpy.context, self.take, self.target)


class DREAMWRIGHT_OT_compare(ActionOperator, bpy.types.Operator):
    """Lays takes out side by side."""

    bl_idname = "dreamwright.compare"
    bl_label = "Compare"
    bl_description = (
        "Arrange the selected takes side by side at the 3D cursor, as linked duplicates with captions; all takes, if "
        "fewer than two are selected"
    )
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if len(takes.list_takes(context.scene)) < 2:
            cls.poll_message_set("There are fewer than two takes to compare")
            return False
        return True

    def act(self) -> str:
        count = flows.compare(bpy.context, self.takes.split())
        return f"{count} takes are side by side at the 3D cursor."


class DREAMWRIGHT_OT_end_comparison(ActionOperator, bpy.types.Operator):
    """Removes what Compare made."""

    bl_idname = "dreamwright.end_comparison"
    bl_label = "End Comparison"
    bl_description = "Remove the duplicates that Compare made; the takes stay"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not flows.is_compared(context):
            cls.poll_message_set("There is no comparison")
            return False
        return True

    def act(self) -> str:
        return f"Removed the duplicates of {flows.end_comparison(bpy.context)} takes."


class DREAMWRIGHT_OT_choose_take(ActionOperator, bpy.types.Operator):
    """Chooses a take by its picture."""

    bl_idname = "dreamwright.choose_take"
    bl_label = "Choose Take"
    bl_description = "Choose this take, and select its object"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_takes(cls, context)

    def act(self) -> str:
        take = flows.require_take(bpy.context, self.take)
        settings = bpy.context.scene.dreamwright.takes
        settings.row = bpy.context.scene.objects.find(take.object.name)
        return f"'{take.name}' is chosen."


class DREAMWRIGHT_OT_rename_take(TakeOperator, ActionOperator, bpy.types.Operator):
    """Renames the object of a take."""

    bl_idname = "dreamwright.rename_take"
    bl_label = "Rename Take"
    bl_description = "Rename the take and its object"
    bl_options = {"REGISTER", "UNDO"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        take = flows.chosen_take(context)
        self.name = take.name if take else ""
        return context.window_manager.invoke_props_dialog(self)

    def act(self) -> str:
        return f"The take is '{flows.rename_take(bpy.context, self.take, self.name).name}' now."


class DREAMWRIGHT_OT_delete_take(TakeFlowOperator, bpy.types.Operator):
    """Deletes a take, and its job where asked."""

    bl_idname = "dreamwright.delete_take"
    bl_label = "Delete Take"
    bl_description = "Delete the take; an object that was given its mesh stays"
    bl_options = {"REGISTER", "UNDO"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        return context.window_manager.invoke_props_dialog(self)

    def draw(self, context: bpy.types.Context) -> None:
        take = flows.chosen_take(context)
        self.layout.label(text=f"Delete '{take.name}'?" if take else "There is no take", icon="TRASH")
        self.layout.prop(self, "with_job")

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.delete_take(context, self.take, self.with_job)

    def sentence(self, result: Any) -> str:
        return f"Deleted '{result.name}'" + (" and the files of its run." if self.with_job else ".")


class DREAMWRIGHT_OT_load_take_settings(ActionOperator, bpy.types.Operator):
    """Copies what a take was asked for."""

    bl_idname = "dreamwright.load_take_settings"
    bl_label = "Use Prompt and Seed"
    bl_description = "Copy prompt, seed and quality of the chosen take into the panel"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_takes(cls, context)

    def act(self) -> str:
        take, settings = flows.require_take(bpy.context, self.take), bpy.context.scene.dreamwright
        settings.prompt, settings.seed = take.record.prompt, take.record.seed
        if take.record.quality in {quality.value for quality in config.Quality}:
            settings.quality = take.record.quality.upper()
        return f"The panel asks for '{take.record.prompt}' with seed {take.record.seed}."


class DREAMWRIGHT_OT_forget_run(ActionOperator, bpy.types.Operator):
    """Removes an unfinished run from the scene's list."""

    bl_idname = "dreamwright.forget_run"
    bl_label = "Forget Run"
    bl_description = "Remove this unfinished run from the list; its files are kept"
    bl_options = {"REGISTER", "UNDO"}

    def act(self) -> str:
        flows.forget_unfinished_run(bpy.context, self.job)
        return "The run is no longer in the list."


def has_takes(operator: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    """Tells whether there is a take to do something with; else the tooltip says what to do."""
    if takes.list_takes(context.scene):
        return True
    operator.poll_message_set("There are no takes yet: generate something first")
    return False


def is_editable(operator: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    """Tells whether the chosen take may be changed; else the tooltip says why not."""
    if not has_takes(operator, context):
        return False
    take = flows.chosen_take(context)
    if take and take.why_read_only:
        operator.poll_message_set(take.why_read_only)
        return False
    return True


def _refine_config(operator: Any, context: bpy.types.Context) -> config.JobConfig:
    method = flows.method_of(flows.require_take(context, operator.take))
    return requests.refine_config(operator, context.scene.dreamwright, paths.device(), method)


def take_property() -> Any:
    return bpy.props.StringProperty(
        name="Take", description="Job of the take; if empty, the chosen one", options={"SKIP_SAVE"}
    )


def _step_property() -> Any:
    return bpy.props.IntProperty(name="Step", description="A step that has a checkpoint", min=0, options={"SKIP_SAVE"})


def _refine_annotations() -> dict[str, Any]:
    return {
        "take": take_property(),
        "prompt": properties.property_of(config.JobConfig, "prompt"),
        "negative": properties.property_of(config.PromptOptionsConfig, "negative"),
        "model": properties.property_of(config.JobConfig, "model"),
        **job_annotations(),
    }


DREAMWRIGHT_OT_refine.__annotations__ = _refine_annotations()
DREAMWRIGHT_OT_go_on_from_edits.__annotations__ = {
    **_refine_annotations(),
    "hold": properties.property_of(config.StartConfig, "hold_shape", name="Hold", default=1.0),
}
DREAMWRIGHT_OT_refine_from_step.__annotations__ = {"step": _step_property(), **_refine_annotations()}
DREAMWRIGHT_OT_rewind.__annotations__ = {
    "take": take_property(),
    "step": _step_property(),
    "continue_run": bpy.props.BoolProperty(
        name="Continue",
        description="Continue from there to the last step; otherwise the run is paused there",
        options={"SKIP_SAVE"},
    ),
}
DREAMWRIGHT_OT_choose_take.__annotations__ = {"take": take_property()}
DREAMWRIGHT_OT_promote.__annotations__ = {
    "take": take_property(),
    "target": bpy.props.StringProperty(
        name="Target",
        description="Name of the object that gets the mesh; if empty, the active one",
        options={"SKIP_SAVE"},
    ),
}
DREAMWRIGHT_OT_compare.__annotations__ = {
    "takes": bpy.props.StringProperty(
        name="Takes",
        description="Jobs of the takes, separated by spaces; if empty, those that are selected, or all",
        options={"SKIP_SAVE"},
    ),
}
DREAMWRIGHT_OT_rename_take.__annotations__ = {
    "take": take_property(),
    "name": bpy.props.StringProperty(
        name="Name", description="New name of the take and its object", options={"SKIP_SAVE"}
    ),
}
DREAMWRIGHT_OT_delete_take.__annotations__ = {
    "take": take_property(),
    "with_job": bpy.props.BoolProperty(
        name="Delete Job Too",
        description="Also delete the files of its run, which cannot be undone: it can no longer be refined",
        options={"SKIP_SAVE"},
    ),
}
DREAMWRIGHT_OT_load_take_settings.__annotations__ = {"take": take_property()}
DREAMWRIGHT_OT_forget_run.__annotations__ = {
    "job": bpy.props.StringProperty(name="Job", description="Job of the run", options={"SKIP_SAVE"}),
}

CLASSES = (
    DREAMWRIGHT_OT_refine,
    DREAMWRIGHT_OT_go_on_from_edits,
    DREAMWRIGHT_OT_refine_from_step,
    DREAMWRIGHT_OT_rewind,
    DREAMWRIGHT_OT_promote,
    DREAMWRIGHT_OT_compare,
    DREAMWRIGHT_OT_end_comparison,
    DREAMWRIGHT_OT_choose_take,
    DREAMWRIGHT_OT_rename_take,
    DREAMWRIGHT_OT_delete_take,
    DREAMWRIGHT_OT_load_take_settings,
    DREAMWRIGHT_OT_forget_run,
)
