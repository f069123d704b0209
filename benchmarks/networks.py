"""Random networks for the engine's rows: any synapse types, no noise; the drive sets the share that fires."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spikeworm_env.engine.network import Network, NeuronClass, SynapseClass, neuron_columns
from spikeworm_env.engine.neurons import NEURON_TYPES, resolve_neuron
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, resolve_parameters

# graded synapses belong to neurons without spikes
TYPES = tuple(name for name, each in SYNAPSE_TYPES.items() if each.symmetric or not each.continuous)
TYPE_SHARES = {"RS": 0.6, "FS": 0.15, "IB": 0.1, "CH": 0.1, "LTS": 0.05}
CONTINUOUS_SHARE = 0.02  # gap junctions take time in every tick, and brains have few of them
MAX_DELAY = 15  # ticks
LONG_SHARE, LONG_DELAY = 0.01, 120  # a few synapses have long delays
MODULATORS, MODULATOR_SIZE = 8, 40
DRIVE_SPREAD = 3.0  # current between the least and the most driven neuron


def random_network(seed: int, n: int, m: int, *, drive: float, types: Sequence[str] = TYPES) -> Network:
    """n neurons of all five types and m synapses between random pairs.

    Args:
        drive: background current of the most driven neuron above its rheobase; other neurons get up to
            ``DRIVE_SPREAD`` less. It sets the share of neurons that fire.
        types: synapse types. Continuous ones get ``CONTINUOUS_SHARE`` of the synapses each, the others equal
            shares. The source decides whether a synapse excites or inhibits.
    """
    rng = np.random.default_rng(seed)
    names = rng.choice(list(TYPE_SHARES), n, p=list(TYPE_SHARES.values()))
    neuron_class, neuron_classes = neuron_columns(NeuronClass(name, resolve_neuron(name)) for name in names)
    source, target = rng.integers(0, n, m), rng.integers(0, n, m)
    inhibits = np.array([NEURON_TYPES[name].sign < 0 for name in names])[source]
    synapse_type = rng.choice(len(types), m, p=_type_shares(types))
    continuous = np.array([SYNAPSE_TYPES[name].continuous for name in types])[synapse_type]
    weight = rng.uniform(0.5, 4.0, m) * np.where(inhibits, -1.0, 1.0)
    long = rng.random(m) < LONG_SHARE
    delay = np.where(long, rng.integers(16, LONG_DELAY + 1, m), rng.integers(1, MAX_DELAY + 1, m))
    size = min(n, MODULATOR_SIZE)
    return Network(
        neuron_class=neuron_class,
        neuron_classes=neuron_classes,
        background=_rheobase(np.array([each.parameters["b"] for each in neuron_classes])[neuron_class])
        + drive
        - rng.uniform(0.0, DRIVE_SPREAD, n),
        noise=np.zeros(n),
        source=source,
        target=target,
        weight=np.where(continuous, 0.005, weight),
        delay=np.where(continuous, 0, delay),
        synapse_class=2 * synapse_type + inhibits,
        classes=tuple(_class(name, sign, rng) for name in types for sign in (1.0, -1.0)),
        modulators=tuple(rng.choice(n, size, replace=False) for _ in range(MODULATORS)),
    )


def _type_shares(types: Sequence[str]) -> np.ndarray:
    continuous = np.array([SYNAPSE_TYPES[name].continuous for name in types])
    spiking = (1.0 - CONTINUOUS_SHARE * continuous.sum()) / max(np.count_nonzero(~continuous), 1)
    return np.where(continuous, CONTINUOUS_SHARE, spiking)


def _rheobase(b: np.ndarray) -> np.ndarray:
    """The least current without a resting potential: 0.04 v² + (5 − b) v + 140 + I has no root."""
    return (5.0 - b) ** 2 / 0.16 - 140.0


def _class(name: str, sign: float, rng: np.random.Generator) -> SynapseClass:
    group = SYNAPSE_TYPES[name].needs_modulator
    own = {} if group is None else {group: float(rng.integers(MODULATORS))}
    return SynapseClass(name, resolve_parameters(name, sign, own))
