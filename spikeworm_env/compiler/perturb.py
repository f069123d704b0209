"""Brains that differ from a compiled one in a controlled way: jittered weights, shuffled chemical paths."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from spikeworm_env.compiler.brain import CompiledBrain
from spikeworm_env.compiler.receptors import CHEMICAL_CHANNELS
from spikeworm_env.compiler.wiring import MIN_SHARE
from spikeworm_env.engine.network import Floats, Ints, Network
from spikeworm_env.errors import InputError

MAX_REPAIRS = 1000  # rounds of swaps that take self-connections out of a shuffled brain


def with_weight_jitter(compiled: CompiledBrain, sd: float, rng: np.random.Generator) -> CompiledBrain:
    """The brain with every weight, conductance, proprioceptive and muscle gain off by a random share.

    Each is multiplied by ``max(0.05, 1 + sd · N(0, 1))``; weights of types that learn stay in their bounds.

    Args:
        sd: relative standard deviation, >= 0.

    Raises:
        InputError: ``sd`` is not a finite number >= 0.
    """
    if not (math.isfinite(sd) and sd >= 0):
        raise InputError(f"sd of the weight jitter is {sd!r}; expected a finite number >= 0")

    def jittered(values: Floats) -> Floats:
        return values * np.maximum(MIN_SHARE, 1 + sd * rng.standard_normal(values.size))

    network = compiled.network
    low, high = _bounds(network)
    weight = np.clip(jittered(network.weight), low[network.synapse_class], high[network.synapse_class])
    bend = compiled.proprioception_map
    muscle = compiled.muscle_map
    return replace(
        compiled,
        network=replace(network, weight=weight),
        proprioception_map=replace(bend, gain=jittered(bend.gain)),
        muscle_map=replace(muscle, gain=jittered(muscle.gain)),
    )


def with_shuffled_targets(
    compiled: CompiledBrain, rng: np.random.Generator, sources: Ints | None = None
) -> CompiledBrain:
    """The brain with the targets of the synapses that leave ``sources`` permuted among them.

    Weights, delays and types stay with the source; every neuron keeps the number of synapses that leave it
    and that reach it. Gap junctions are left alone, and no neuron comes to connect to itself.

    Args:
        sources: neuron ids; the chemosensory path by default.
    """
    network = compiled.network
    chosen = np.isin(network.source, chemosensory_path(compiled) if sources is None else sources)
    places = np.flatnonzero(chosen & ~compiled.electrical)
    source = network.source[places]
    shuffled = rng.permutation(network.target[places])
    for _ in range(MAX_REPAIRS):
        looped = np.flatnonzero(source == shuffled)
        if looped.size == 0:
            break
        for k, other in zip(looped, rng.integers(0, places.size, looped.size), strict=True):
            shuffled[k], shuffled[other] = shuffled[other], shuffled[k]
    else:
        raise InputError("the targets cannot be shuffled without connecting a neuron to itself")
    target = network.target.copy()
    target[places] = shuffled
    return replace(compiled, network=replace(network, target=target))


def chemosensory_path(compiled: CompiledBrain, relays: int | None = None) -> Ints:
    """Ids, ascending, of the neurons with a chemical receptor and of the relays behind them.

    Args:
        relays: how many synapses to follow, each to the next relay; None follows them all. Motor neurons
            end a path and are never part of it.
    """
    chemical = [k for k, receptor in enumerate(compiled.receptors) if receptor.source in CHEMICAL_CHANNELS]
    senses = compiled.sensor_map
    network = compiled.network
    is_motor = np.zeros(network.n_neurons, bool)
    is_motor[compiled.muscle_map.neuron] = True
    on_path = np.zeros(network.n_neurons, bool)
    on_path[senses.neuron[np.isin(senses.receptor, chemical)]] = True
    on_path &= ~is_motor
    followed = ~compiled.electrical
    source, target = network.source[followed], network.target[followed]
    for _ in range(network.n_neurons if relays is None else relays):
        before = np.count_nonzero(on_path)
        on_path[target[on_path[source]]] = True
        on_path &= ~is_motor
        if np.count_nonzero(on_path) == before:
            break
    return np.flatnonzero(on_path)


def _bounds(network: Network) -> tuple[Floats, Floats]:
    """Least and greatest weight by class; infinite where a type does not learn."""
    parameters = [synapse_class.parameters for synapse_class in network.classes]
    low = np.array([values.get("w_min", -np.inf) for values in parameters], float)
    high = np.array([values.get("w_max", np.inf) for values in parameters], float)
    return low, high
