"""Buttons for models: download one, once a person has read what it is; and stop that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from .. import flows
from ..core.lazy_import import lazy_imports
from ..core.wire import ConfigError, config
from .flow_operator import FlowOperator
from .methods import model_name
from .reflection import property_of

if TYPE_CHECKING:
    from ..core import model_list
else:
    (model_list,) = lazy_imports(__package__, "..core.model_list")

DIALOG_WIDTH = 420


class DREAMWRIGHT_OT_download_model(FlowOperator, bpy.types.Operator):
    """Asks once, and fetches."""

    bl_idname = "dreamwright.download_model"
    bl_label = "Download Model"
    bl_description = "Download this model; what it is, its size and its license are shown first"
    if TYPE_CHECKING:
        model: str

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if bpy.app.online_access:
            return True
        cls.poll_message_set("Blender is offline: enable Allow Online Access in Preferences > System")
        return False

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        self.model = self.model or model_name(context.scene.dreamwright)
        return context.window_manager.invoke_props_dialog(
            self, width=DIALOG_WIDTH, title="Download This Model?", confirm_text="Download"
        )

    def draw(self, context: bpy.types.Context) -> None:
        column = self.layout.column(align=True)
        for line in _agreed_to(self.model):
            column.label(text=line)

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.fetch_model.fetch_model(_required(self.model or model_name(context.scene.dreamwright)))

    def sentence(self, result: Any) -> str:
        return f"The model {result} is downloaded."


class DREAMWRIGHT_OT_stop_download(FlowOperator, bpy.types.Operator):
    """Ends a download."""

    bl_idname = "dreamwright.stop_download"
    bl_label = "Stop Download"
    bl_description = "Stop this download; what has arrived is kept, and the next download goes on from there"
    if TYPE_CHECKING:
        model: str

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if flows.APP.connection is not None:
            return True
        cls.poll_message_set("Nothing is being downloaded")
        return False

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.fetch_model.stop_fetch(_required(self.model or model_name(context.scene.dreamwright)))

    def sentence(self, result: Any) -> str:
        return "Stopping the download."


def _required(name: str) -> str:
    if not name.strip():
        raise ConfigError("The model has no name: choose one in the menu.")
    return name.strip()


def _agreed_to(name: str) -> list[str]:
    model = model_list.find_model(flows.known_models(), name)
    if model is None:
        return [f"{name}.", "Its size and its license are on its page, where you should read them first.",
                f"From: huggingface.co/{name}."]  # fmt: skip
    return model_list.describe_download(model)


DREAMWRIGHT_OT_download_model.__annotations__ = {"model": property_of(config.JobConfig, "model", default="")}
DREAMWRIGHT_OT_stop_download.__annotations__ = {"model": property_of(config.JobConfig, "model", default="")}

CLASSES = (DREAMWRIGHT_OT_download_model, DREAMWRIGHT_OT_stop_download)
