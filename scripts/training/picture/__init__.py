"""An encoder of one picture: which thing of the world it shows, how sure, in what color and with which code.

See README.md. The network itself is backend/priors/picture_network.py; this makes its weights.

views       what rays meet: parts, normals and shadows of an instance, as small layers without color
nonsense    instances of nothing, so that the encoder learns what it does not know
shards      a cache of views on disk
emoji       pictures by other hands, known and unknown
kernels     light and paint, crops and backgrounds: compiled loops
samples     what a step sees
loop        training that can be resumed
evaluate    how right an encoder is
ship        the weights as the backend reads them
"""

import scripts.training  # noqa: F401  (first: it lets torchvision be imported)
