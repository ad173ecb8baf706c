"""bpy data in, arrays out, and back."""
