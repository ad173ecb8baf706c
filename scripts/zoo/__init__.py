"""The zoo: named everyday objects as small parametric meshes, the world that the embedded models learn.

forms       what meshes are made of                    thing, things/   the objects, built from them
subjects    one thing, or two together                 casting          rays to images of coverage and shading
shards      a cache of cast views on disk              cast             the command that fills it
captions    what is said of a subject                  words            the words for the tokenizer
batches     views + colours + captions -> batches      held_out, core   what training never sees, and sees first
sampling    pictures from a trained model              measure          how good they are
sheet       things to look at                          warm_start       a new model from an earlier one
matching    what is true of a picture, CLIP's loss      rough            dented surfaces
judge_batches, judge_measure    what the judge of results learns from, and how well it reads
"""

import scripts.guide_data  # noqa: F401  (first: it lets torchvision be imported)
