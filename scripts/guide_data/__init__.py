"""What every kind of training data shares.

    orbit        where a camera stands                     colours      names to colours, and the sRGB curve
    vocabulary   a tokenizer for a list of words           backgrounds  what a photograph may show behind an object
    progress     budget, checkpoints, optimisers of a training run

What there is to see is `scripts.zoo`. Nothing is downloaded but emoji, where a person asks (scripts.zoo.emoji): the
training data is these two packages.
"""

from __future__ import annotations

from backend.torchvision_import import import_torchvision

import_torchvision()  # open_clip and diffusers both import it
