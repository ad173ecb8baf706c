"""Files that other programs read, by their ending: what a menu calls each, and what it is for."""

from __future__ import annotations

EXPORT_FORMATS = {
    ".glb": ("glTF (.glb)", "For the web and games; mesh, colors and textures in one file"),
    ".fbx": ("FBX (.fbx)", "For Unity, Unreal and Maya; textures included"),
    ".obj": ("Wavefront (.obj)", "For almost everything; material and textures next to it"),
    ".usd": ("USD (.usd)", "For film pipelines; textures in a folder next to it"),
    ".stl": ("STL (.stl)", "For 3D printing; geometry only"),
    ".ply": ("Stanford (.ply)", "Vertex colors; no textures"),
}
