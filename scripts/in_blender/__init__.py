"""Programs that run inside Blender or its bpy module: `python -m scripts.in_blender.NAME` from the checkout."""
