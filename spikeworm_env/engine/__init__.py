"""The spiking engine: neuron models, synapse types, and a brain that runs them in ticks of 1 ms.

It does not depend on the worm. It imports kernels and the ground floor (errors, seeds) and no other room.
"""
