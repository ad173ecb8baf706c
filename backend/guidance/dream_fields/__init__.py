"""Similarity of renders and words under an image-text model (Dream Fields, arXiv 2112.01455).

dream_fields  the guidance     targets   words and pictures as directions to look for    crops   what the model sees
sparsity      what keeps space empty    origin    the point that the cameras look at
"""

from .dream_fields import DreamFields

__all__ = ["DreamFields"]
