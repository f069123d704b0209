"""The model izhikevich_2003 against NEST's ``izhikevich`` with ``consistent_integration=False``.

NEST adds the weights of the spikes that arrive in a step to the current of both half steps. (Its page has
a jump of V_m, which is true of ``consistent_integration=True`` alone.) A neuron that fires in step t, with
delay d, acts in step t + d, as here; the time stamp of its spike is t + 1.

NEST adds the currents of generators and of spikes to −u one after the other; the engine adds their sum.
Bits are equal where this makes no difference: the noise arrives as weighted spikes, in multiples of 2^-20,
whose sums are exact in any order; or as a current, and no neuron has synapses. Otherwise rounding errors
differ, and they grow even in strong noise: v has no bound, so a spike amplifies errors of v and hands them
to u. There the two agree as long as the engine agrees with itself after a change of v by 1e-12 mV.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import Network

nest = pytest.importorskip("nest", exc_type=ImportError)

PRESETS = ("RS_2003", "FS_2003", "IB_2003", "CH_2003", "LTS_2003")
PARAMETERS = {  # a, b, c, d of fig. 2 of the paper
    "RS_2003": (0.02, 0.2, -65.0, 8.0),
    "FS_2003": (0.1, 0.2, -65.0, 2.0),
    "IB_2003": (0.02, 0.2, -55.0, 4.0),
    "CH_2003": (0.02, 0.2, -50.0, 2.0),
    "LTS_2003": (0.02, 0.25, -65.0, 2.0),
}
TICKS, N, M = 2000, 100, 1500


class Trace(NamedTuple):
    """What a network has done."""

    spikes: NDArray[np.int64]  # (k, 2) tick and neuron
    v: NDArray[np.float64]  # (ticks, n) after each tick
    u: NDArray[np.float64]


def drawn(nets, seed: int, m: int = M, grid: float | None = None) -> tuple[Network, NDArray[np.float64]]:
    """A network of all presets with m fixed synapses of both signs, delays of 1 to 60 ticks; its input.

    Args:
        grid: weights and currents are multiples of 1 / grid; None: any numbers.
    """
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0.5, 8.0, m) * rng.choice([1.0, 1.0, 1.0, -1.0], m)
    external = rng.normal(3.0, 5.0, (TICKS, N))
    if grid is not None:
        weights, external = np.round(weights * grid) / grid, np.round(external * grid) / grid
    external[:2] = 0.0  # no current from a device of NEST acts before the third step
    synapses = [
        {
            "source": int(rng.integers(N)),
            "target": int(rng.integers(N)),
            "weight": float(weight),
            "delay": int(rng.integers(1, 16) if rng.random() < 0.7 else rng.integers(16, 61)),
        }
        for weight in weights
    ]
    return nets.network([PRESETS[k % 5] for k in range(N)], synapses), external


def run_engine(network: Network, external: NDArray[np.float64], perturbation: float = 0.0) -> Trace:
    """Run the engine, from potentials of −65 mV + ``perturbation``."""
    brain = Brain(network)
    start = brain.state()
    brain.restore({**start, "neurons.v": start["neurons.v"] + perturbation})
    spikes, v, u = [], [], []
    for tick, current in enumerate(external):
        spikes += [(tick, neuron) for neuron in brain.tick(current)]
        v.append(brain.v.copy())
        u.append(brain.state()["neurons.izhikevich_2003.u"].copy())
    return Trace(np.array(spikes), np.array(v), np.array(u))


def run_nest(network: Network, external: NDArray[np.float64], device: str) -> Trace:
    """Run NEST; ``external`` arrives from a "spike_generator" or a "step_current_generator"."""
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.resolution = 1.0
    a, b, c, d = np.array([PARAMETERS[PRESETS[k % 5]] for k in range(N)]).T
    neurons = nest.Create("izhikevich", N, {"consistent_integration": False})
    neurons.set({"a": a, "b": b, "c": c, "d": d, "V_m": np.full(N, -65.0), "U_m": b * -65.0})
    ids = np.array(neurons.tolist())
    # with delay 1 a weighted spike of time stamp s acts in step s, a current of time stamp s in step s + 1
    first, times, values = {
        "spike_generator": (1, "spike_times", "spike_weights"),
        "step_current_generator": (2, "amplitude_times", "amplitude_values"),
    }[device]
    stamps = np.arange(1.0, len(external) - first + 1)
    generators = nest.Create(
        device, N, [{times: stamps, values: external[first:, k].copy()} for k in range(N)]
    )
    nest.Connect(generators, neurons, "one_to_one", {"weight": 1.0, "delay": 1.0})
    if network.n_synapses:
        each = {"weight": network.weight, "delay": network.delay.astype(float)}
        nest.Connect(ids[network.source], ids[network.target], "one_to_one", each)
    recorder = nest.Create("spike_recorder")
    nest.Connect(neurons, recorder)
    multimeter = nest.Create("multimeter", params={"record_from": ["V_m", "U_m"], "interval": 1.0})
    nest.Connect(multimeter, neurons)
    nest.Simulate(float(len(external) + 1))  # a recording of step t arrives one step later
    fired = np.column_stack((recorder.events["times"].astype(int) - 1, recorder.events["senders"] - ids[0]))
    fired = fired[fired[:, 0] < len(external)]
    events = multimeter.events
    order = np.lexsort((events["senders"], events["times"]))
    v, u = (events[name][order].reshape(-1, N)[: len(external)] for name in ("V_m", "U_m"))
    return Trace(fired[np.lexsort(fired.T[::-1])], v, u)


def assert_same_bits(ours: Trace, theirs: Trace) -> None:
    np.testing.assert_array_equal(ours.spikes, theirs.spikes)
    np.testing.assert_array_equal(ours.v, theirs.v)
    np.testing.assert_array_equal(ours.u, theirs.u)
    assert np.bincount(ours.spikes[:, 1], minlength=N).min() > 10


def test_networks_with_delays_equal_nest_bit_for_bit(nets):
    network, external = drawn(nets, 1, grid=2.0**20)
    assert_same_bits(run_engine(network, external), run_nest(network, external, "spike_generator"))


def test_neurons_on_noise_currents_equal_nest_bit_for_bit(nets):
    network, external = drawn(nets, 2, m=0)
    assert_same_bits(run_engine(network, external), run_nest(network, external, "step_current_generator"))


def test_networks_on_noise_currents_equal_nest_until_rounding_errors_have_grown(nets, mixed):
    network, external = drawn(nets, 3)
    ours, theirs = run_engine(network, external), run_nest(network, external, "step_current_generator")
    horizon = mixed.first_difference(ours.spikes, run_engine(network, external, 1e-12).spikes)
    assert horizon is not None and horizon > 200
    difference = mixed.first_difference(ours.spikes, theirs.spikes)
    assert difference is None or difference >= horizon
