"""Small buttons of the request: seed, history, model, presets, changed settings."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import bpy

from .. import flows
from ..core import overrides
from ..core.lazy_import import lazy_imports
from ..core.wire import ConfigError, EmptyPromptError, config
from .flow_operator import FlowOperator, report_failure
from .methods import method_choice, model_name, use_recipe
from .operators_generate import is_idle
from .prompt_history import DREAMWRIGHT_PG_prompt
from .reflection import property_of, spec_of

if TYPE_CHECKING:
    from ..core import model_list
else:
    (model_list,) = lazy_imports(__package__, "..core.model_list")

_random = random.SystemRandom()
"""Not Python's shared one: a script that seeds it would throw the same seed each time."""


class PanelOperator:
    """Mix into an Operator that defines `write(settings)`, which changes what the panel asks for."""

    def change(self, settings: Any) -> None:
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            self.change(context.scene.dreamwright)
        except Exception as error:  # the boundary to Blender: whatever it is, a person reads one sentence
            return report_failure(self, error)
        return {"FINISHED"}


class DREAMWRIGHT_OT_randomize_seed(PanelOperator, bpy.types.Operator):
    """Draws another seed."""

    bl_idname = "dreamwright.randomize_seed"
    bl_label = "Randomize Seed"
    bl_description = "Pick a random seed, for a different result from the same prompt"
    bl_options = {"REGISTER", "UNDO"}

    def change(self, settings: Any) -> None:
        settings.seed = _random.randint(0, int(spec_of(config.JobConfig, "seed").metadata["high"]))


class DREAMWRIGHT_OT_use_prompt(PanelOperator, bpy.types.Operator):
    """Puts an entry of the history into the panel."""

    bl_idname = "dreamwright.use_prompt"
    bl_label = "Use Prompt"
    bl_description = "Use this prompt and negative prompt"
    bl_options = {"REGISTER", "UNDO"}

    def change(self, settings: Any) -> None:
        if not self.prompt.strip():
            raise EmptyPromptError("The prompt is empty: give one.")
        settings.prompt, settings.negative = self.prompt, self.negative


class DREAMWRIGHT_OT_forget_prompts(PanelOperator, bpy.types.Operator):
    """Empties the history."""

    bl_idname = "dreamwright.forget_prompts"
    bl_label = "Clear History"
    bl_description = "Clear the prompt history of this file"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.scene.dreamwright.history:
            return True
        cls.poll_message_set("Nothing was generated in this file yet")
        return False

    def change(self, settings: Any) -> None:
        settings.history.clear()


class DREAMWRIGHT_OT_choose_model(PanelOperator, bpy.types.Operator):
    """Writes the model of the present method."""

    bl_idname = "dreamwright.choose_model"
    bl_label = "Choose Model"
    bl_description = "Use this model for the next result"
    bl_options = {"REGISTER", "UNDO"}
    if TYPE_CHECKING:
        model: str

    @classmethod
    def description(cls, context: bpy.types.Context, properties: Any) -> str:
        """The tooltip in the menu, where each model has its own."""
        model = model_list.find_model(flows.known_models(), properties.model)
        return f"{cls.bl_description}: {model.about}, license {model.license}" if model else cls.bl_description

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        """The menu's last entry names none: then it is asked for."""
        if self.model.strip() or bpy.app.background:
            return self.execute(context)
        self.model = model_name(context.scene.dreamwright)
        return context.window_manager.invoke_props_dialog(self, width=400, title="Model Name or Path")

    def change(self, settings: Any) -> None:
        if not self.model.strip():
            raise ConfigError("The model has no name: give one of those in the menu, or a path.")
        setattr(settings, method_choice(settings).model_setting, self.model.strip())


class DREAMWRIGHT_OT_use_recipe(PanelOperator, bpy.types.Operator):
    """Chooses a recipe of backend/config."""

    bl_idname = "dreamwright.use_recipe"
    bl_label = "Use Preset"
    bl_description = (
        "Use the settings that a paper published, with its method and model; without a name, use Draft, Normal or "
        "High again"
    )
    bl_options = {"REGISTER", "UNDO"}

    def change(self, settings: Any) -> None:
        if self.recipe:
            config.recipe(self.recipe)  # says which there are, where this is none
        use_recipe(settings, self.recipe)


class DREAMWRIGHT_OT_refresh_models(FlowOperator, bpy.types.Operator):
    """Asks the backend for its models."""

    bl_idname = "dreamwright.refresh_models"
    bl_label = "Refresh Models"
    bl_description = "Update the list of models and of those that are downloaded; starts the backend if needed"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return is_idle(cls)

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.refresh_models()

    def sentence(self, result: Any) -> str:
        is_local = sum(model.is_local for model in result)
        return f"{len(result)} models are known, {is_local} of them are on this machine."


class DREAMWRIGHT_OT_reset_settings(PanelOperator, bpy.types.Operator):
    """Takes overrides back."""

    bl_idname = "dreamwright.reset_settings"
    bl_label = "Reset to Preset"
    bl_description = "Reset changed settings to the values of the preset"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if overrides.parse(context.scene.dreamwright.overrides):
            return True
        cls.poll_message_set("No advanced setting is changed")
        return False

    def change(self, settings: Any) -> None:
        fewer = overrides.without_setting(settings.overrides, self.setting)
        if overrides.parse(fewer) == overrides.parse(settings.overrides):
            raise ConfigError(f"The setting '{self.setting}' is not changed, so there is nothing to reset.")
        settings.overrides = fewer


DREAMWRIGHT_OT_use_prompt.__annotations__ = dict(DREAMWRIGHT_PG_prompt.__annotations__)
DREAMWRIGHT_OT_choose_model.__annotations__ = {"model": property_of(config.JobConfig, "model", default="")}
DREAMWRIGHT_OT_use_recipe.__annotations__ = {"recipe": property_of(config.JobConfig, "recipe")}
DREAMWRIGHT_OT_reset_settings.__annotations__ = {
    "setting": bpy.props.StringProperty(
        name="Setting",
        description="Which setting or group, by its name in the config; if empty, all of them",
        options={"SKIP_SAVE"},
    ),
}

CLASSES = (
    DREAMWRIGHT_OT_randomize_seed,
    DREAMWRIGHT_OT_use_prompt,
    DREAMWRIGHT_OT_forget_prompts,
    DREAMWRIGHT_OT_choose_model,
    DREAMWRIGHT_OT_use_recipe,
    DREAMWRIGHT_OT_refresh_models,
    DREAMWRIGHT_OT_reset_settings,
)
