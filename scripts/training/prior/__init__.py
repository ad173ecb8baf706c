"""A prior in three dimensions: names of things and a few numbers become a field in one pass. See README.md.

frames      an instance of a thing from its draws, in the thing's own frame
winding     what lies inside a mesh
volumes     points of an instance, what holds them, and the part
shards      a cache of them on disk
captions    what a prompt asks for
paint       colors and finishes at places
planes      features of a place, read from tables
field       the model
rows        Adam for the rows that a step saw
batches     what a step sees
loop        training that can be resumed
export      a model as it is handed on
asked       one thing that a model is asked for
query       coarse to fine on a lattice
truth       held-out instances as voxels
evaluate    how right a model is
sheet       pictures of captions to look at
"""

import scripts.training  # noqa: F401  (first: it lets torchvision be imported)
