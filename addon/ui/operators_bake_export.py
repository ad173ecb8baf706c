"""Buttons that finish a result: textures, a file, a turntable, an asset.

Each takes what a script gives it, else what the panel says.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from .. import flows
from ..blender import paths
from ..core.bake_export_config import AssetConfig, TextureConfig, TurntableConfig
from ..core.errors import DiskError
from ..core.new_file import safe_file_name
from .bake_export_settings import format_property, properties_of, turntable_format_property
from .flow_operator import FlowOperator, report_failure
from .operators_generate import is_idle
from .reflection import BESIDE_THE_BLEND
from .requests import given_or_panel


class ExportOperator:
    """Mix into an Operator that defines `finish(context)`, which does it and gives the sentence to report."""

    def perform(self, context: bpy.types.Context) -> str:
        raise NotImplementedError

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return can_export(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            with _wait_cursor(context):
                self.report({"INFO"}, self.perform(context))
        except Exception as error:  # the boundary to Blender: whatever it is, a person reads one sentence
            return report_failure(self, error)
        return {"FINISHED"}


class FileOperator:
    """Mix into an Operator with a `filepath`: asks in Blender's file browser, which shows a taken name in red."""

    if TYPE_CHECKING:
        filepath: str
        filter_glob: str
        overwrite: bool
        browsed: bool

    def ending(self, context: bpy.types.Context) -> str:
        """The ending that the panel or the script wants, as .glb."""
        raise NotImplementedError

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if bpy.app.background:
            return self.execute(context)
        if not self.filepath:
            home = Path(bpy.data.filepath).parent if bpy.data.filepath else Path.home()
            name = safe_file_name(bpy.path.clean_name(flows.export_name(context)))
            self.filepath = str(home / (name + self.ending(context)))
        self.filter_glob = "*" + self.ending(context)
        self.browsed = True
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def check(self, context: bpy.types.Context) -> bool:
        """Blender asks while a name is typed: the ending follows the format."""
        wanted = bpy.path.ensure_ext(str(Path(self.filepath).with_suffix("")), self.ending(context))
        changed, self.filepath = wanted != self.filepath, wanted
        return changed

    def target(self, context: bpy.types.Context) -> Path:
        """Returns where to write: the ending that was typed says the format, the panel's where none was.

        Raises:
            DiskError: no file was named, or it is beside a .blend that was never saved.
        """
        if not self.filepath:
            raise DiskError("No file was named: give a filepath.")
        file = paths.absolute(self.filepath)
        if file is None:
            raise DiskError(f"'{self.filepath}' is next to the .blend file, which was never saved: save it first.")
        return file if file.suffix else file.with_suffix(self.ending(context))

    def may_overwrite(self, file: Path) -> bool:
        """Choosing a name that the browser shows in red is the answer; what lies beside it goes with it."""
        return self.overwrite or (self.browsed and file.exists())


class DREAMWRIGHT_OT_bake_textures(ExportOperator, bpy.types.Operator):
    """Makes the low-poly copy with textures."""

    bl_idname = "dreamwright.bake_textures"
    bl_label = "Unwrap and Bake"
    bl_description = (
        "Make a copy with fewer faces, unwrap it and bake color and normal map; the original is hidden. Blender waits"
        " meanwhile"
    )
    bl_options = {"REGISTER", "UNDO"}

    def perform(self, context: bpy.types.Context) -> str:
        done = flows.bake_textures(context, config_of(self, context, TextureConfig))
        for warning in done.warnings:
            self.report({"WARNING"}, warning)
        return f"Made '{done.object.name}': {len(done.object.data.polygons)} faces with textures."


class DREAMWRIGHT_OT_export(FileOperator, ExportOperator, bpy.types.Operator):
    """Writes the result into a file."""

    bl_idname = "dreamwright.export"
    bl_label = "Export"
    bl_description = "Export the result to a file for other programs, textures included. Blender waits meanwhile"
    bl_options = {"REGISTER"}

    def ending(self, context: bpy.types.Context) -> str:
        return "." + given_or_panel(self, context.scene.dreamwright.bake_export, "format").lower()

    def perform(self, context: bpy.types.Context) -> str:
        file = self.target(context)
        written = flows.export_result(context, file, self.may_overwrite(file), self.alone)
        more = f" and {len(written) - 1} more files next to it" if len(written) > 1 else ""
        return f"Exported {file}{more}."


class DREAMWRIGHT_OT_add_turntable(ExportOperator, bpy.types.Operator):
    """Makes the scene of a turntable."""

    bl_idname = "dreamwright.add_turntable"
    bl_label = "Turntable Scene"
    bl_description = "Add a scene in which a camera circles the result; this scene is not changed"
    bl_options = {"REGISTER", "UNDO"}

    def perform(self, context: bpy.types.Context) -> str:
        scene = flows.add_turntable(context, config_of(self, context, TurntableConfig, "turntable_"))
        return f"Made the scene '{scene.name}': {scene.frame_end} frames once around."


class DREAMWRIGHT_OT_render_turntable(FileOperator, FlowOperator, bpy.types.Operator):
    """Renders a turntable, a frame at a time."""

    bl_idname = "dreamwright.render_turntable"
    bl_label = "Render Turntable"
    bl_description = "Render the result from all around as a video or images. Blender waits for each frame"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return can_export(cls, context) and is_idle(cls)

    def ending(self, context: bpy.types.Context) -> str:
        return "." + given_or_panel(self, context.scene.dreamwright.bake_export, "turntable_format").lower()

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        file = self.target(context)
        settings = config_of(self, context, TurntableConfig, "turntable_")
        return flows.render_turntable(context, settings, file, self.may_overwrite(file))

    def sentence(self, result: Any) -> str:
        return f"Rendered {result}."


class DREAMWRIGHT_OT_publish(ExportOperator, bpy.types.Operator):
    """Makes an asset of the result."""

    bl_idname = "dreamwright.publish"
    bl_label = "Mark as Asset"
    bl_description = (
        "Mark the result as an asset with preview, tags, catalog, author and license. Blender waits for the preview"
    )
    bl_options = {"REGISTER", "UNDO"}

    def perform(self, context: bpy.types.Context) -> str:
        obj = flows.publish(context, config_of(self, context, AssetConfig))
        return f"'{obj.name}' is an asset now: save the file to see it in the asset browser."


def can_export(operator: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    """Tells whether a button may be pressed; else the tooltip says why not."""
    if flows.export_subject(context) is None:
        operator.poll_message_set("Select a result of Dreamwright")
        return False
    if context.mode != "OBJECT":
        operator.poll_message_set("Go to Object Mode first")
        return False
    return True


def config_of(operator: Any, context: bpy.types.Context, group: type, prefix: str = "") -> Any:
    """A config out of what a script gave to the operator, and of the panel's settings for the rest."""
    settings = context.scene.dreamwright.bake_export
    given = {name: operator.properties.is_property_set(name) for name in properties_of(group)}
    values = {n: getattr(operator, n) if is_given else getattr(settings, prefix + n) for n, is_given in given.items()}
    return group(**values)


@contextlib.contextmanager
def _wait_cursor(context: bpy.types.Context) -> Iterator[None]:
    """The cursor says that Blender waits."""
    if bpy.app.background or not context.window:
        yield
        return
    context.window.cursor_set("WAIT")
    try:
        yield
    finally:
        context.window.cursor_set("DEFAULT")


def _file_annotations() -> dict[str, Any]:
    return {
        "filepath": bpy.props.StringProperty(
            name="File", description="File to write", subtype="FILE_PATH", options=BESIDE_THE_BLEND | {"SKIP_SAVE"}
        ),
        "overwrite": bpy.props.BoolProperty(
            name="Overwrite", description="Replace existing files", options={"HIDDEN", "SKIP_SAVE"}
        ),
        "check_existing": bpy.props.BoolProperty(
            name="Check Existing",
            description="Show the name of an existing file in red",
            default=True,
            options={"HIDDEN"},
        ),
        "filter_glob": bpy.props.StringProperty(
            name="Filter", description="Files that the file browser shows", options={"HIDDEN", "SKIP_SAVE"}
        ),
        "browsed": bpy.props.BoolProperty(
            name="Browsed",
            description="Whether the name was chosen in the file browser",
            options={"HIDDEN", "SKIP_SAVE"},
        ),
    }


def _alone_property() -> Any:
    return bpy.props.BoolProperty(
        name="Selected Alone",
        description="Where one prompt made several things, write the selected one without the others",
    )


DREAMWRIGHT_OT_bake_textures.__annotations__ = properties_of(TextureConfig)
DREAMWRIGHT_OT_export.__annotations__ = {
    "format": format_property(), "alone": _alone_property(), **_file_annotations(),
}  # fmt: skip
DREAMWRIGHT_OT_add_turntable.__annotations__ = properties_of(TurntableConfig)
DREAMWRIGHT_OT_render_turntable.__annotations__ = {
    "turntable_format": turntable_format_property(), **properties_of(TurntableConfig), **_file_annotations(),
}  # fmt: skip
DREAMWRIGHT_OT_publish.__annotations__ = properties_of(AssetConfig)

CLASSES = (
    DREAMWRIGHT_OT_bake_textures,
    DREAMWRIGHT_OT_export,
    DREAMWRIGHT_OT_add_turntable,
    DREAMWRIGHT_OT_render_turntable,
    DREAMWRIGHT_OT_publish,
)
