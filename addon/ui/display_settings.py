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
            name="Live Preview",
            description="Draw the field in the 3D viewport while it is generated",
            default=True,
            options=set(),
        )
        live_mesh: bpy.props.BoolProperty(
            name="Preview Mesh",
            description="Show a coarse mesh of the field while it is generated; it is removed when the run ends",
            default=False,
            options=set(),
        )
        live_mesh_every: bpy.props.IntProperty(
            name="Update Every",
            description="Steps between two updates of the preview mesh",
            default=20,
            min=1,
            soft_max=500,
            options=set(),
        )
        live_mesh_resolution: bpy.props.IntProperty(
            name="Resolution",
            description="Voxels of the preview mesh along the longest side of the box",
            default=40,
            min=8,
            max=128,
            options=set(),
        )
        render_source: bpy.props.EnumProperty(
            name="Source",
            description="What the field is rendered from",
            items=[
                (
                    "BACKEND",
                    "Backend",
                    "The field itself; starts the backend if needed, and falls back to the cached grid",
                ),
                ("GRID", "Cached Grid", "The grid that was cached with the result: needs no backend, somewhat coarser"),
            ],
            default="BACKEND",
            options=set(),
        )
        render_seconds: bpy.props.FloatProperty(
            name="Time Limit",
            description="Maximum time for a frame; with less time the image becomes coarser",
            default=60.0,
            min=0.5,
            soft_max=600.0,
            subtype="TIME",
            unit="TIME_ABSOLUTE",
            options=set(),
        )


CLASSES = (DreamwrightDisplaySettings,)
