"""Meshes as solids: what lies inside of one, how far its surface is, and of what color.

`mesh` checks triangles with a color at each corner, `files` and `ply` read them; `winding` tells which points of a
lattice lie inside, `nearest` how far the surface is from them and its color; `solid` puts the two together for what a
job starts from, `cells` for a region.
"""
