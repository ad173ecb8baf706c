"""The procedural world that the embedded models are trained on.

Shapes are signed distance functions, cameras lie on an orbit, colours are named, captions come from a tiny grammar.
Nothing is downloaded: the training data is this package.

    distance   signed distances of primitives                  shapes    the objects, built from them
    orbit      where a camera stands                           tracing   rays to images of coverage and shading
    views      a cache of traced views on disk                 colours   names to colours, and the sRGB curve
    captions   what is said of an object                       vocabulary  the words, and a tokenizer for them
    batches    views + colours + captions -> training batches  backgrounds  what a photograph may show behind
"""

from __future__ import annotations

from backend.torchvision_import import import_torchvision

import_torchvision()  # open_clip and diffusers both import it
