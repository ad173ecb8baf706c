"""Buttons for takes: on from one of them, back in one of them, side by side, promoted, renamed, deleted."""

from __future__ import annotations

from typing import Any

import bpy

from .. import flows
from ..blender import paths, takes
from ..core.wire import config
from . import properties, requests
from .flow_operator import FlowOperator
from .operators_generate import is_idle, job_annotations
from .operators_steer import ActionOperator


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
    """Make a new take that starts from this one, with the prompt, seed and settings of the panel. \
The older one is hidden where both stand in the same place. ESC stops and keeps what is there"""

    bl_idname = "dreamwright.refine"
    bl_label = "Iterate"
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        given = requests.limited_to_blender(requests.more_settings(self.settings))
        return flows.refine(context, _refine_config(self, context), self.take, given=given)

    def sentence(self, result: Any) -> str:
        return result.sentence


class DREAMWRIGHT_OT_refine_from_step(TakeFlowOperator, bpy.types.Operator):
    """Make a new take that starts from an earlier step of this one, with the prompt, seed and settings of the panel. \
ESC stops and keeps what is there"""

    bl_idname = "dreamwright.refine_from_step"
    bl_label = "Branch"
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        given = requests.limited_to_blender(requests.more_settings(self.settings))
        return flows.refine(context, _refine_config(self, context), self.take, self.step, given)

    def sentence(self, result: Any) -> str:
        return result.sentence


class DREAMWRIGHT_OT_rewind(TakeFlowOperator, bpy.types.Operator):
    """Take the run of this take back to an earlier step; where it stands now is kept as a step as well"""

    bl_idname = "dreamwright.rewind"
    bl_label = "Rewind"
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.rewind(context, self.step, self.take, self.continue_run)

    def sentence(self, result: Any) -> str:
        return f"'{result.object}' is at step {result.step} of {result.steps}."


class DREAMWRIGHT_OT_promote(TakeOperator, ActionOperator, bpy.types.Operator):
    """Give the active object the mesh of the chosen take; its place, materials, modifiers and name stay"""

    bl_idname = "dreamwright.promote"
    bl_label = "Promote"
    bl_options = {"REGISTER", "UNDO"}

    def act(self) -> str:
        return flows.promote(bpy.context, self.take, self.target)


class DREAMWRIGHT_OT_compare(ActionOperator, bpy.types.Operator):
    """Lay the selected takes (all, where fewer than two are selected) out side by side at the 3D cursor, as linked \
duplicates with their names under them"""

    bl_idname = "dreamwright.compare"
    bl_label = "Compare"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if len(takes.list_takes(context.scene)) < 2:
            cls.poll_message_set("There are fewer than two takes to compare")
            return False
        return True

    def act(self) -> str:
        count = flows.compare(bpy.context, self.takes.split())
        return f"{count} takes lie side by side at the 3D cursor."


class DREAMWRIGHT_OT_end_comparison(ActionOperator, bpy.types.Operator):
    """Take away what was laid out to be compared; the takes themselves stay"""

    bl_idname = "dreamwright.end_comparison"
    bl_label = "End Comparison"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not flows.is_compared(context):
            cls.poll_message_set("Nothing is laid out to be compared")
            return False
        return True

    def act(self) -> str:
        return f"Took away the duplicates of {flows.end_comparison(bpy.context)} takes."


class DREAMWRIGHT_OT_rename_take(TakeOperator, ActionOperator, bpy.types.Operator):
    """Give the take another name, which is that of its object"""

    bl_idname = "dreamwright.rename_take"
    bl_label = "Rename Take"
    bl_options = {"REGISTER", "UNDO"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        take = flows.chosen_take(context)
        self.name = take.name if take else ""
        return context.window_manager.invoke_props_dialog(self)

    def act(self) -> str:
        return f"The take is '{flows.rename_take(bpy.context, self.take, self.name).name}' now."


class DREAMWRIGHT_OT_delete_take(TakeFlowOperator, bpy.types.Operator):
    """Take the take out of the scene; an object of yours that it was promoted onto stays"""

    bl_idname = "dreamwright.delete_take"
    bl_label = "Delete Take"
    bl_options = {"REGISTER", "UNDO"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        return context.window_manager.invoke_props_dialog(self)

    def draw(self, context: bpy.types.Context) -> None:
        take = flows.chosen_take(context)
        self.layout.label(text=f"Delete '{take.name}'?" if take else "There is no take", icon="TRASH")
        self.layout.prop(self, "with_job")

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.delete_take(context, self.take, self.with_job)

    def sentence(self, result: Any) -> str:
        return f"Deleted '{result}'" + (" and its job." if self.with_job else ".")


class DREAMWRIGHT_OT_load_take_settings(ActionOperator, bpy.types.Operator):
    """Put the prompt, the seed and the quality of the chosen take into the panel"""

    bl_idname = "dreamwright.load_take_settings"
    bl_label = "Use Its Prompt"
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
    """Take a run that has not come to an end out of the list; what the backend keeps of it stays"""

    bl_idname = "dreamwright.forget_run"
    bl_label = "Forget Run"
    bl_options = {"REGISTER", "UNDO"}

    def act(self) -> str:
        flows.forget_unfinished_run(bpy.context, self.job)
        return "The run is no longer in the list."


def has_takes(operator: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    """Whether there is a take to do something with; else the tooltip says what to do."""
    if takes.list_takes(context.scene):
        return True
    operator.poll_message_set("There are no takes yet: generate something first")
    return False


def is_editable(operator: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    """Whether the chosen take may be changed; else the tooltip says why not."""
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


def _take_property() -> Any:
    return bpy.props.StringProperty(
        name="Take", description="The job of the take; empty means the chosen one", options={"SKIP_SAVE"}
    )


def _step_property() -> Any:
    return bpy.props.IntProperty(
        name="Step", description="A step of the run that was kept", min=0, options={"SKIP_SAVE"}
    )


def _refine_annotations() -> dict[str, Any]:
    return {
        "take": _take_property(),
        "prompt": properties.property_of(config.JobConfig, "prompt"),
        "negative": properties.property_of(config.PromptOptionsConfig, "negative"),
        "model": properties.property_of(config.JobConfig, "model"),
        **job_annotations(),
    }


DREAMWRIGHT_OT_refine.__annotations__ = _refine_annotations()
DREAMWRIGHT_OT_refine_from_step.__annotations__ = {"step": _step_property(), **_refine_annotations()}
DREAMWRIGHT_OT_rewind.__annotations__ = {
    "take": _take_property(),
    "step": _step_property(),
    "continue_run": bpy.props.BoolProperty(
        name="Go On",
        description="Run on from there to the last step; else the run is held there",
        options={"SKIP_SAVE"},
    ),
}
DREAMWRIGHT_OT_promote.__annotations__ = {
    "take": _take_property(),
    "target": bpy.props.StringProperty(
        name="Target",
        description="Name of the object that gets the mesh; empty means the active one",
        options={"SKIP_SAVE"},
    ),
}
DREAMWRIGHT_OT_compare.__annotations__ = {
    "takes": bpy.props.StringProperty(
        name="Takes",
        description="Jobs of the takes, with spaces between; empty means those that are selected, else all",
        options={"SKIP_SAVE"},
    ),
}
DREAMWRIGHT_OT_rename_take.__annotations__ = {
    "take": _take_property(),
    "name": bpy.props.StringProperty(name="Name", description="Of the take and its object", options={"SKIP_SAVE"}),
}
DREAMWRIGHT_OT_delete_take.__annotations__ = {
    "take": _take_property(),
    "with_job": bpy.props.BoolProperty(
        name="Also Its Job",
        description="Also delete what the backend keeps of it, which cannot be undone: nothing goes on from it then",
        options={"SKIP_SAVE"},
    ),
}
DREAMWRIGHT_OT_load_take_settings.__annotations__ = {"take": _take_property()}
DREAMWRIGHT_OT_forget_run.__annotations__ = {
    "job": bpy.props.StringProperty(name="Job", description="The job of the run", options={"SKIP_SAVE"}),
}

CLASSES = (
    DREAMWRIGHT_OT_refine,
    DREAMWRIGHT_OT_refine_from_step,
    DREAMWRIGHT_OT_rewind,
    DREAMWRIGHT_OT_promote,
    DREAMWRIGHT_OT_compare,
    DREAMWRIGHT_OT_end_comparison,
    DREAMWRIGHT_OT_rename_take,
    DREAMWRIGHT_OT_delete_take,
    DREAMWRIGHT_OT_load_take_settings,
    DREAMWRIGHT_OT_forget_run,
)
