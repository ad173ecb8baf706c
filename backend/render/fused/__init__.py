"""The fast way through a dense grid on the processor, without a compiler on the machine: numba brings its own.

choice    whether this way can be taken; where not, the plain renderer is, which states the mathematics
march     rays through a grid as one function with a derivative
kernels   the loops behind it             rehearsal   one small picture, so that they are compiled
jit       numba, where it is there        threads     as many as torch has
"""
