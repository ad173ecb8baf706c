"""The Blender side: `core` without bpy, `blender` between bpy data and arrays, `flows` what each button does, `ui`."""
