"""Brains that differ from a compiled one by noise on their weights."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from spikeworm_env.compiler.brain import CompiledBrain
from spikeworm_env.compiler.wiring import MIN_SHARE
from spikeworm_env.engine.network import Floats, Network
from spikeworm_env.errors import InputError
from spikeworm_env.kernels.draws import normals
from spikeworm_env.lesions.pruning import pruned


def with_weight_jitter(compiled: CompiledBrain, sd: float, rng: np.random.Generator) -> CompiledBrain:
    """The brain with every weight, conductance, proprioceptive and muscle gain off by a random share.

    Each is multiplied by ``max(0.05, 1 + sd · N(0, 1))``; weights of types that learn stay in their bounds,
    and what was pruned stays away.

    Args:
        sd: relative standard deviation, >= 0.

    Raises:
        InputError: ``sd`` is not a finite number >= 0.
    """
    if not (math.isfinite(sd) and sd >= 0):
        raise InputError(f"sd of the weight jitter is {sd!r}; expected a finite number >= 0")

    def jittered(values: Floats) -> Floats:
        return values * np.maximum(MIN_SHARE, 1 + sd * normals(rng, values.size))

    network = compiled.network
    low, high = weight_bounds(network)
    weight = np.clip(jittered(network.weight), low[network.synapse_class], high[network.synapse_class])
    weight[pruned(network)] = 0.0
    bend = compiled.proprioception_map
    muscle = compiled.muscle_map
    return replace(
        compiled,
        network=replace(network, weight=weight),
        proprioception_map=replace(bend, gain=jittered(bend.gain)),
        muscle_map=replace(muscle, gain=jittered(muscle.gain)),
    )


def weight_bounds(network: Network) -> tuple[Floats, Floats]:
    """Least and greatest weight by class; infinite where a type does not learn."""
    parameters = [synapse_class.parameters for synapse_class in network.classes]
    low = np.array([values.get("w_min", -np.inf) for values in parameters], float)
    high = np.array([values.get("w_max", np.inf) for values in parameters], float)
    return low, high
