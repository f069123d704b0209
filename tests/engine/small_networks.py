"""Small networks for tests of the engine, and hands to play them.

Run as a script it lives one network through and writes what happened to the .npz file that it is given; that
is how a test compares plain Python with compiled kernels.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import Network, NeuronClass, SynapseClass, neuron_columns
from spikeworm_env.engine.neurons import NEURON_MODELS, resolve_neuron
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, resolve_parameters
from spikeworm_env.kernels.binding import PLAIN_PYTHON

FORCE = 1e6  # model current: fires a neuron in the tick, whatever its state; its negative keeps it silent
METER = NeuronClass(
    "RS", dict(zip("abcd", (0.0, 0.0, -65.0, 0.0), strict=True))
)  # u = 0 for ever: v tells the current


def network(
    neurons: int | Sequence[str],
    synapses: Iterable[Mapping] = (),
    *,
    background: float = 0.0,
    noise: float = 0.0,
    modulators: Sequence[Sequence[int]] = (),
) -> Network:
    """A network of the given neurons and synapses.

    Args:
        neurons: names of types, or ``"METER"``; a number stands for so many of RS.
        synapses: mappings with ``source`` (0), ``target`` (1), ``type`` (fixed), ``weight`` (1.0), ``delay``
            (1), the values in brackets being the defaults, and the type's own parameters.
    """
    names = ["RS"] * neurons if isinstance(neurons, int) else list(neurons)
    columns: dict[str, list] = {"source": [], "target": [], "weight": [], "delay": [], "synapse_class": []}
    classes: list[SynapseClass] = []
    for synapse in synapses:
        own = dict(synapse)
        kind = own.pop("type", "fixed")
        common = {
            "source": own.pop("source", 0),
            "target": own.pop("target", 1),
            "weight": own.pop("weight", 1.0),
            "delay": own.pop("delay", 0 if SYNAPSE_TYPES[kind].continuous else 1),
        }
        klass = SynapseClass(kind, resolve_parameters(kind, common["weight"], own))
        if klass not in classes:
            classes.append(klass)
        for name, value in {**common, "synapse_class": classes.index(klass)}.items():
            columns[name].append(value)
    n = len(names)
    return Network(
        *neuron_columns(
            METER if name == "METER" else NeuronClass(name, resolve_neuron(name)) for name in names
        ),
        background=np.full(n, float(background)),
        noise=np.full(n, float(noise)),
        **{k: np.array(x, dtype=np.float64 if k == "weight" else np.int64) for k, x in columns.items()},
        classes=tuple(classes),
        modulators=tuple(np.array(group) for group in modulators),
    )


def random_network(
    seed: int, n: int = 60, m: int = 900, *, noise: float = 0.0, longest: int = 300, far: float = 0.1
) -> Network:
    """Every neuron and synapse type, both signs, short and long delays, several sets of parameters.

    Sources and targets are drawn anew for each synapse, so that some pairs meet twice and some neurons
    project to themselves.
    """
    rng = np.random.default_rng(seed)
    kinds = rng.choice(list(SYNAPSE_TYPES), m)
    lively = {
        "plastic": {"learning_rate": 0.3, "tau_plus": 15.0, "tau_minus": 30.0},
        "gated": {"learning_rate": 0.3, "gate_threshold": 0.5},
        "reward_plastic": {"learning_rate": 0.5, "tau_eligible": 200.0},
        "developmental": {
            "learning_rate": 0.2,
            "critical_period": 1500,
            "eval_interval": 200,
            "pruning_threshold": 0.8,
            "min_source_spikes": 3,
        },
    }
    drawn = []
    for kind in kinds:
        weight = rng.uniform(0.5, 4.0) * (-1.0 if rng.random() < 0.25 else 1.0)
        own: dict[str, float | str] = dict(lively.get(kind, {})) if rng.random() < 0.7 else {}
        if kind == "gated":
            own["modulator"] = int(rng.integers(2))
        if kind == "developmental" and own:
            own["prune_reference"] = str(rng.choice(["absolute", "target_max", "chance"]))
        delay = int(rng.integers(1, 16))
        if rng.random() < far:  # half of them hardly longer than the longest of the short ones
            delay = int(rng.integers(16, rng.choice([18, longest])))
        if SYNAPSE_TYPES[kind].continuous:
            weight, delay = 0.01 if SYNAPSE_TYPES[kind].symmetric else weight, 0
        ends = {"source": int(rng.integers(n)), "target": int(rng.integers(n))}
        drawn.append({**ends, "type": kind, "weight": weight, "delay": delay, **own})
    names = rng.choice(list(NEURON_MODELS["izhikevich"].presets), n)
    groups = (rng.choice(n, 5, replace=False), rng.choice(n, 8, replace=False))
    net = network(list(names), drawn, modulators=groups)
    noisy = np.where(rng.random(n) < 0.7, noise, 0.0)
    return replace(net, background=rng.uniform(2.0, 6.0, n), noise=noisy)


def play(brain: Brain, trains: Mapping[int, Iterable[int]], ticks: int) -> Iterator[int]:
    """Run ``ticks`` ticks, in which the neurons in ``trains`` fire in just the given ones (0: the next).

    Yields the number of each tick when it is over. The other neurons get no external current.
    """
    when = {neuron: set(train) for neuron, train in trains.items()}
    for tick in range(ticks):
        current = np.zeros(brain.n_neurons)
        for neuron, train in when.items():
            current[neuron] = FORCE if tick in train else -FORCE
        fired = set(brain.tick(current).tolist())
        assert {i for i in when if tick in when[i]} == fired & set(when)
        yield tick


def run(brain: Brain, trains: Mapping[int, Iterable[int]], ticks: int) -> None:
    """``play`` to its end."""
    for _ in play(brain, trains, ticks):
        pass


def current_into(v_before: float, v_after: float) -> float:
    """The current that took a METER from one potential to the next, if it has not fired.

    Two half steps, h = v + (F(v) + I) / 2 and v' = h + (F(h) + I) / 2, solved for I.
    """

    def slope(v: float) -> float:
        return 0.04 * v**2 + 5 * v + 140

    rest = 70 - v_before - slope(v_before) / 2 - v_after
    half = (-4.5 + np.sqrt(4.5**2 - 4 * 0.02 * rest)) / (2 * 0.02)
    return 2 * (half - v_before) - slope(v_before)


def metered(brain: Brain, trains: Mapping[int, Iterable[int]], ticks: int, meter: int) -> NDArray[np.float64]:
    """(ticks,) the current that came into a METER in each tick."""
    currents = np.empty(ticks)
    before = brain.v[meter]
    for tick in play(brain, trains, ticks):
        after = brain.v[meter]
        currents[tick] = current_into(before, after)
        before = after
    return currents


def run_with_random_input(brain: Brain, ticks: int, seed: int) -> NDArray[np.int64]:
    """Run under random external current with a reward now and then; (k, 2) spikes: tick and neuron."""
    rng = np.random.default_rng(seed)
    spikes = []
    for _ in range(ticks):
        current = rng.normal(0.0, 2.0, brain.n_neurons)
        tick = brain.ticks
        spikes += [(tick, neuron) for neuron in brain.tick(current)]
        if rng.random() < 0.02:
            brain.deliver_reward(float(rng.normal()))
    return np.array(spikes, dtype=np.int64).reshape(-1, 2)


def write_run(path: Path) -> None:
    """Run a small network, and write its spikes, voltages and weights."""
    brain = Brain(random_network(5, n=30, m=300, noise=1.0), seed=3)
    brain.schedule(
        [
            (100, lambda brain: brain.stimulate([3, 5], 4.0)),
            (100, lambda brain: brain.clamp([7, 9], -45.0)),
            (150, lambda brain: brain.silence([1, 2, 7])),
            (200, lambda brain: brain.drug("fixed", 0.3)),
            (250, lambda brain: brain.lesion(range(0, 300, 9))),
        ]
    )
    spikes = run_with_random_input(brain, 450, seed=4)
    np.savez(path, spikes=spikes, v=brain.v, weights=brain.weights, plain=PLAIN_PYTHON)


if __name__ == "__main__":
    write_run(Path(sys.argv[1]))
