"""Shapes from words in one pass: a network that was trained on the volumes of objects, as a field and as a start.

vocabulary   what the prior was taught: objects, parts, colors, finishes, sizes
captions     what a prompt asks for
planes       features at a position, read from three planes
network      object and code -> occupancy and parts
query        coarse to fine on a lattice
surfaces     stripes, spots, wood, metal as functions of position and normal
paint        colors of parts, as the prompt has them
picture_network  the network that reads a picture
picture      what a picture shows, and how sure that is
prior_field  all of it as a field that can be rendered and exported
start        a dense grid that begins with it
"""
