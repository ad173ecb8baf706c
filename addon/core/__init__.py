"""What the add-on can do without Blender; bpy is never imported here."""
