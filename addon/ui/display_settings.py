"""What is shown of a field while it is made, and how the field itself is rendered: scene.dreamwright.display."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy


class DreamwrightDisplaySettings(bpy.types.PropertyGroup):
    """Kept in the .blend with the other settings."""

    if TYPE_CHECKING:
        live_preview: bool
        live_mesh: bool
        live_mesh_every: int
        live_mesh_resolution: int
        render_source: str
        render_seconds: float
    else:
        live_preview: bpy.props.BoolProperty(
            name="Live Picture",
            description="Draw the field in the 3D view, from where you look, while it is made",
            default=True,
            options=set(),
        )
        live_mesh: bpy.props.BoolProperty(
            name="Live Mesh",
            description="Put a coarse mesh of the field into the scene while it is made; it goes when the job ends",
            default=False,
            options=set(),
        )
        live_mesh_every: bpy.props.IntProperty(
            name="Every",
            description="Steps of the job between two of these meshes",
            default=20,
            min=1,
            soft_max=500,
            options=set(),
        )
        live_mesh_resolution: bpy.props.IntProperty(
            name="Cells",
            description="Cells of the coarse mesh along the longest side of the box",
            default=40,
            min=8,
            max=128,
            options=set(),
        )
        render_source: bpy.props.EnumProperty(
            name="Seen by",
            description="What looks at the field when a picture is rendered",
            items=[
                ("BACKEND", "Backend", "The backend, started if needed; the kept grid where it cannot be asked"),
                ("GRID", "Kept grid", "The grid that was kept with the result: no backend, somewhat coarser"),
            ],
            default="BACKEND",
            options=set(),
        )
        render_seconds: bpy.props.FloatProperty(
            name="Time Limit",
            description="How long a frame may take; when it is too short the picture becomes coarser",
            default=60.0,
            min=0.5,
            soft_max=600.0,
            subtype="TIME",
            unit="TIME_ABSOLUTE",
            options=set(),
        )


CLASSES = (DreamwrightDisplaySettings,)
