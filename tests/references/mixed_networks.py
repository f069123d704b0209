"""Random networks of every synapse type, and the engine's run of them on given input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import Network, NeuronClass, neuron_columns

PRESETS = ("RS", "FS", "IB", "CH", "LTS")
TYPES = (
    "depressing",
    "developmental",
    "facilitating",
    "fixed",
    "gap_junction",
    "gated",
    "graded_synapse",
    "plastic",
    "reward_plastic",
)


class Stimulus(NamedTuple):
    """Input that two simulators get alike."""

    external: NDArray[np.float64]  # (ticks, n) current
    reward: NDArray[np.float64]  # (ticks,) at the end of each tick; mostly 0
    learns: NDArray[np.float64]  # (ticks,) 1 where the brain learns, else 0


def stimulus(seed: int, ticks: int, n: int, sd: float) -> Stimulus:
    """Normal currents of standard deviation ``sd``, a reward in 2% of the ticks, a tenth without learning."""
    rng = np.random.default_rng(seed)
    reward = np.where(rng.random(ticks) < 0.02, rng.normal(size=ticks), 0.0)
    learns = np.ones(ticks)
    learns[ticks // 2 : ticks // 2 + ticks // 10] = 0.0
    return Stimulus(rng.normal(0.0, sd, (ticks, n)), reward, learns)


def parameters(name: str, rng: np.random.Generator) -> dict[str, float | str]:
    """Parameters that make a type's rules act within a few hundred ticks; some synapses have the defaults."""
    if rng.random() < 0.25:
        return {"modulator": int(rng.integers(2))} if name == "gated" else {}
    homeostasis = {
        "target_weight_sum": float(rng.choice([0.0, 4.0])),
        "normalize_over": str(rng.choice(["source", "target"])),
        "normalize_interval": int(rng.choice([70, 250])),
    }
    stdp = {"learning_rate": 0.3, "tau_plus": 15.0, "tau_minus": 30.0, "ltd_ratio": 0.7}
    drawn: dict[str, dict] = {
        "depressing": {"factor": 0.7, "tau_recovery": 80.0},
        "facilitating": {"increment": 0.4, "tau_recovery": 90.0, "max_gain": float(rng.choice([1.9, 1e3]))},
        "graded_synapse": {"v_half": float(rng.uniform(-65, -45)), "slope": float(rng.uniform(3, 12))},
        "plastic": {**stdp, **homeostasis},
        "gated": {**stdp, "gate_threshold": 1.5, "modulator": int(rng.integers(2))},
        "reward_plastic": {
            "learning_rate": 0.5,
            "tau_trace": 30.0,
            "tau_eligible": 200.0,
            "softness": float(rng.choice([0.0, 0.4, 1.0])),
            **homeostasis,
        },
        "developmental": {
            **stdp,
            **homeostasis,
            "critical_period": int(rng.choice([150, 450, 3000])),
            "eval_interval": 150,
            "min_source_spikes": 3,
            "coincidence_window": int(rng.choice([0, 7, 30])),
            "prune_reference": str(rng.choice(["absolute", "target_max", "chance"])),
        },
    }
    own = dict(drawn.get(name, {}))
    if name == "developmental":
        own["pruning_threshold"] = 0.9 if own["prune_reference"] == "chance" else 0.4
    return own


def mixed_network(network: Callable[..., Network], seed: int, n: int, m: int) -> Network:
    """Every preset and type, both signs, delays of 1 to 60 ticks, two modulator groups.

    Args:
        network: the builder of ``small_networks.py``.
    """
    rng = np.random.default_rng(seed)
    synapses = []
    for k in range(m):
        name = TYPES[k % len(TYPES)]
        synapse: dict = {"source": int(rng.integers(n)), "target": int(rng.integers(n)), "type": name}
        if name == "gap_junction":
            synapse["weight"] = float(rng.uniform(0.005, 0.03))
        else:
            synapse["weight"] = float(rng.uniform(0.5, 4.0) * rng.choice([1.0, 1.0, 1.0, -1.0]))
        if name not in ("gap_junction", "graded_synapse"):
            synapse["delay"] = int(rng.integers(1, 16) if rng.random() < 0.7 else rng.integers(16, 61))
        synapses.append({**synapse, **parameters(name, rng)})
    groups = (rng.choice(n, 5, replace=False), rng.choice(n, 8, replace=False))
    return network([PRESETS[k % 5] for k in range(n)], synapses, background=3.0, modulators=groups)


def with_graded_neurons(network: Network, given: Stimulus, seed: int) -> tuple[Network, Stimulus]:
    """The same, with a third of the neurons graded, which get a twentieth of the external current.

    Modulators stay, and synapses that wait for spikes of a graded neuron get another source.
    """
    rng = np.random.default_rng(seed)
    neurons = [network.neuron_classes[k] for k in network.neuron_class]
    graded = rng.random(network.n_neurons) < 1 / 3
    graded[np.concatenate(network.modulators)] = False
    waits = graded[network.source] & ~network.continuous
    source = np.where(waits, rng.choice(np.flatnonzero(~graded), waits.size), network.source)
    for k in np.flatnonzero(graded):
        own = {"v_rest": float(rng.uniform(-60, -35)), "tau": float(rng.choice([5.0, 12.5, 30.0]))}
        neurons[k] = NeuronClass("graded", own)
    columns = dict(zip(("neuron_class", "neuron_classes"), neuron_columns(neurons), strict=True))
    background = np.where(graded, 0.0, network.background)
    external = np.where(graded, given.external / 20, given.external)
    return replace(network, **columns, background=background, source=source), given._replace(
        external=external
    )


def run_engine(
    network: Network, given: Stimulus, perturbation: float = 0.0
) -> tuple[NDArray[np.int64], Brain]:
    """Run the engine; (k, 2) spikes as tick and neuron, and the brain.

    Args:
        perturbation: added to the first potential of every neuron, mV.
    """
    brain = Brain(network)
    if perturbation:
        start = brain.state()
        brain.restore({**start, "neurons.v": start["neurons.v"] + perturbation})
    spikes = []
    for tick, (current, reward, learns) in enumerate(zip(*given, strict=True)):
        brain.learning = bool(learns)
        spikes += [(tick, neuron) for neuron in brain.tick(current)]
        if reward:
            brain.deliver_reward(float(reward))
    return np.array(spikes, dtype=np.int64).reshape(-1, 2), brain


def first_difference(spikes: NDArray[np.int64], others: NDArray[np.int64]) -> int | None:
    """The first tick in which two lists of spikes differ."""
    differ = {tuple(row) for row in spikes.tolist()} ^ {tuple(row) for row in others.tolist()}
    return min((tick for tick, _ in differ), default=None)
