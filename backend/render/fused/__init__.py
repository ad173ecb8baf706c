"""The fast way through a dense grid on the processor, without a compiler on the machine: numba brings its own.

availability   whether this way can be taken; where not, the plain renderer is, which states the mathematics
march          rays through a grid as one function with a derivative
masked_adam    the step of an optimizer that leaves alone what no ray came near
kernels        the loops behind both              warmup    one small picture, so that they are compiled
jit            numba, where it is there           threads   as many as torch has
"""
