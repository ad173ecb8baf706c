"""The zoo: named everyday objects as small parametric meshes, the world that the embedded models learn."""
