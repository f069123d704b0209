"""The spiking engine: neurons and synapses that own their rules, and a brain that only ticks.

It knows no worm and imports no other part of the project but the errors.
"""
