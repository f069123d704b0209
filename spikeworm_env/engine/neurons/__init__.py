"""The Izhikevich neuron: one equation, five presets."""

from spikeworm_env.engine.neurons.presets import NEURON_TYPES, NeuronType

__all__ = ["NEURON_TYPES", "NeuronType"]
