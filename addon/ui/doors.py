"""Ways in beside the tab: Add > Mesh, Object, the right mouse button, the header of the 3D view, things dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy

from .. import flows
from ..core.errors import DiskError
from ..core.wire import config
from . import readiness
from .flow_operator import ERROR_REPORT
from .operators_generate import is_idle
from .operators_prompt import PanelOperator
from .panels.main import draw_generate
from .panels.request import draw_prompt, draw_quality
from .panels.run_button import fraction
from .reflection import property_of

PICTURES = (".png", ".jpg", ".jpeg", ".heic", ".heif", ".webp", ".tif", ".tiff", ".exr")
POSES = ".json"


class DREAMWRIGHT_OT_generate_dialog(bpy.types.Operator):
    """Asks for a prompt, and generates."""

    bl_idname = "dreamwright.generate_dialog"
    bl_label = "Generate from Prompt"
    bl_description = "Ask for a prompt, and generate a 3D object from it at the 3D cursor (text to 3D)"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return is_idle(cls)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        settings = context.scene.dreamwright
        if settings.method not in ("DIFFUSION", "CLIP"):
            settings.method = "DIFFUSION"
        return context.window_manager.invoke_props_dialog(self, width=360, confirm_text="Generate")

    def draw(self, context: bpy.types.Context) -> None:
        settings = context.scene.dreamwright
        draw_prompt(self.layout, settings, typed_at_once=True)
        draw_quality(self.layout.column(align=True), settings)
        why = readiness.why_not_ready(settings) if settings.prompt.strip() else ""
        if why:
            self.layout.label(text=why, icon="ERROR")

    def execute(self, context: bpy.types.Context) -> Any:
        settings = context.scene.dreamwright
        before, settings.prompt = settings.prompt, self.prompt or settings.prompt
        why = readiness.why_not_ready(settings)
        if why:
            settings.prompt = before
            self.report({ERROR_REPORT}, why if why.endswith(".") else f"{why}.")
            return {"CANCELLED"}
        return bpy.ops.dreamwright.generate_from_panel("INVOKE_DEFAULT", True)


class DREAMWRIGHT_OT_use_photos(PanelOperator, bpy.types.Operator):
    """Takes the folder of pictures that were dropped as the photos, or the video."""

    bl_idname = "dreamwright.use_photos"
    bl_label = "Use as Photos for Dreamwright"
    bl_description = "Use the folder of these pictures, or this video, as the photos of Photos to 3D"
    bl_options = {"REGISTER", "UNDO"}

    def change(self, settings: Any) -> None:
        named = Path(self.directory or self.filepath)
        folder = named if named.is_dir() else named.parent
        if not folder.is_dir() or not str(self.directory or self.filepath):
            raise DiskError("No pictures were named: drop photos of one folder, its transforms.json, or a video.")
        config.refuse_share(folder)
        if settings.method not in ("PHOTOS", "PHOTOS_TEXT"):
            settings.method = "PHOTOS"
        settings.dataset = str(_dropped_video(folder, [*(each.name for each in self.files), named.name]) or folder)


def _dropped_video(folder: Path, names: list[str]) -> Path | None:
    """Returns the first video among what was dropped; None where there is none."""
    return next((folder / name for name in names if config.names_video(name) and (folder / name).is_file()), None)


class DREAMWRIGHT_FH_photos(bpy.types.FileHandler):
    """Pictures, the file that says from where they were taken, or a video, dropped into a 3D view."""

    bl_idname = "DREAMWRIGHT_FH_photos"
    bl_label = "Photos for Dreamwright"
    bl_import_operator = "dreamwright.use_photos"
    bl_file_extensions = ";".join((*PICTURES, POSES, *config.VIDEOS))

    @classmethod
    def poll_drop(cls, context: bpy.types.Context) -> bool:
        return context.area is not None and context.area.type == "VIEW_3D"


class DREAMWRIGHT_MT_object(bpy.types.Menu):
    """What can be done with a result; in the menu Object, so that the search finds it by its words."""

    bl_label = "Dreamwright"
    bl_description = "What can be done with the selected result"

    def draw(self, context: bpy.types.Context) -> None:
        draw_result_actions(self.layout)
        self.layout.separator()
        self.layout.operator("dreamwright.compare", text="Compare Takes", icon="IMGDISPLAY")
        self.layout.operator("dreamwright.refine", icon="BRUSH_DATA")
        self.layout.operator("dreamwright.reconstruct", text="Reconstruct Scene from Cameras", icon="CAMERA_DATA")
        self.layout.operator("dreamwright.stop", text="Stop Generating", icon="CANCEL")


class DREAMWRIGHT_PT_header(bpy.types.Panel):
    """The main panel as a popover, for those who keep the sidebar closed."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "HEADER"
    bl_label = "Dreamwright"
    bl_description = "Generate 3D objects from prompts and photos"
    bl_ui_units_x = 13

    def draw(self, context: bpy.types.Context) -> None:
        draw_generate(self.layout, context.scene.dreamwright)


def draw_result_actions(layout: Any) -> None:
    """Draws what is done with a result, for menus."""
    layout.operator_context = "INVOKE_DEFAULT"
    layout.operator("dreamwright.remesh", text="Remesh Result", icon="MOD_REMESH")
    layout.operator("dreamwright.bake_textures", text="Unwrap and Bake Result", icon="UV")
    layout.operator("dreamwright.export", text="Export Result as .glb", icon="EXPORT").format = "GLB"


def _draw_add(menu: Any, context: bpy.types.Context) -> None:
    menu.layout.separator()
    menu.layout.operator_context = "INVOKE_DEFAULT"
    menu.layout.operator("dreamwright.generate_dialog", text="Generate from Prompt...", icon="OUTLINER_OB_LIGHTPROBE")


def _draw_object(menu: Any, context: bpy.types.Context) -> None:
    menu.layout.separator()
    menu.layout.menu("DREAMWRIGHT_MT_object")


def _draw_context_menu(menu: Any, context: bpy.types.Context) -> None:
    """Only on a result: the menu of everything else stays as it is."""
    if flows.export_subject(context) is not None:
        draw_result_actions(menu.layout)
        menu.layout.separator()


def _draw_header(header: Any, context: bpy.types.Context) -> None:
    snapshot = flows.APP.session.snapshot
    words = f"{fraction(snapshot) * 100:.0f} %" if flows.APP.current_task else ""
    header.layout.popover("DREAMWRIGHT_PT_header", text=words, icon="OUTLINER_OB_LIGHTPROBE")


_DOORS: tuple[tuple[Any, str, Callable[[Any, bpy.types.Context], None]], ...] = (
    (bpy.types.VIEW3D_MT_mesh_add, "append", _draw_add),
    (bpy.types.VIEW3D_MT_object, "append", _draw_object),
    (bpy.types.VIEW3D_MT_object_context_menu, "prepend", _draw_context_menu),
    (bpy.types.VIEW3D_HT_header, "append", _draw_header),
)


def start() -> None:
    """Hang them into Blender's menus."""
    for menu, how, draw in _DOORS:
        getattr(menu, how)(draw)


def stop() -> None:
    for menu, _, draw in _DOORS:
        menu.remove(draw)


DREAMWRIGHT_OT_generate_dialog.__annotations__ = {
    "prompt": property_of(config.JobConfig, "prompt", default="", options={"SKIP_SAVE"}),
}
DREAMWRIGHT_OT_use_photos.__annotations__ = {
    "directory": bpy.props.StringProperty(
        name="Folder", description="Folder of the pictures", subtype="DIR_PATH", options={"SKIP_SAVE"}
    ),
    "filepath": bpy.props.StringProperty(
        name="File", description="One of the pictures", subtype="FILE_PATH", options={"SKIP_SAVE"}
    ),
    "files": bpy.props.CollectionProperty(
        name="Files",
        description="The pictures",
        type=bpy.types.OperatorFileListElement,
        options={"SKIP_SAVE", "HIDDEN"},
    ),
}

CLASSES = (
    DREAMWRIGHT_OT_generate_dialog,
    DREAMWRIGHT_OT_use_photos,
    DREAMWRIGHT_FH_photos,
    DREAMWRIGHT_MT_object,
    DREAMWRIGHT_PT_header,
)
