"""Networks of graded neurons against SciPy: trajectories by ``solve_ivp``, resting points by ``root``.

The step of a graded neuron is exact for a constant current. Currents through gap junctions and graded
synapses are held for a tick, so errors are of first order in the tick. A tick is always 1 ms: a step of
1 / k ms is a network whose time constants are k times as long and whose currents are divided by k. Measured:
0.22 to 0.44 mV in steps of 1 ms, 0.02 to 0.05 mV in steps of 1/8 ms; potentials are tens of mV apart.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.optimize import root

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import Network, NeuronClass, neuron_columns

N, DURATION = 20, 200  # neurons, ms


def drawn(nets, seed: int, slowness: int = 1, coupling: float = 1.0) -> tuple[Network, NDArray[np.float64]]:
    """N graded neurons with 30 gap junctions and 60 graded synapses, and (N,) constant currents."""
    rng = np.random.default_rng(seed)
    synapses = []
    for k in range(90):
        ends = {"source": int(rng.integers(N)), "target": int(rng.integers(N))}
        if k < 30:
            weight = float(rng.uniform(0.01, 0.05))
            own: dict = {"type": "gap_junction"}
        else:
            weight = float(rng.uniform(-1.5, 1.5))
            own = {
                "type": "graded_synapse",
                "v_half": float(rng.uniform(-55, -30)),
                "slope": float(rng.uniform(4, 12)),
            }
        synapses.append({**ends, **own, "weight": weight * coupling / slowness})
    neurons = [
        NeuronClass("graded", {"v_rest": float(v_rest), "tau": float(tau) * slowness})
        for v_rest, tau in zip(rng.uniform(-60, -35, N), rng.uniform(5, 40, N), strict=True)
    ]
    network = nets.network(["graded"] * N, synapses)
    columns = dict(zip(("neuron_class", "neuron_classes"), neuron_columns(neurons), strict=True))
    return replace(network, **columns), rng.normal(0.0, 0.5, N) / slowness


def slope(network: Network, external: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
    """v' of every neuron, mV per ms, from the documents' equations."""
    v_rest = network.by_neuron(lambda each: each.parameters["v_rest"], float)
    tau = network.by_neuron(lambda each: each.parameters["tau"], float)
    current = external.copy()
    for source, target, w, k in zip(
        network.source, network.target, network.weight, network.synapse_class, strict=True
    ):
        if network.classes[k].type == "gap_junction":
            flow = w * (v[source] - v[target])
            current[source] -= flow
        else:
            p = network.classes[k].parameters
            flow = w / (1 + np.exp(-(v[source] - p["v_half"]) / p["slope"]))
        current[target] += flow
    return (v_rest - v) / tau + current


def solved(
    network: Network, external: NDArray[np.float64], times: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(times, N) potentials from rest."""
    v_rest = network.by_neuron(lambda each: each.parameters["v_rest"], float)
    solution = solve_ivp(
        lambda _, v: slope(network, external, v),
        (0.0, times[-1]),
        v_rest,
        t_eval=times,
        method="DOP853",
        rtol=1e-11,
        atol=1e-11,
    )
    return solution.y.T


def error(nets, seed: int, slowness: int, expected: NDArray[np.float64]) -> float:
    """Greatest difference from the solution in steps of 1 / ``slowness`` ms, mV."""
    network, external = drawn(nets, seed, slowness)
    brain = Brain(network)
    v = []
    for _ in range(DURATION):
        brain.advance(slowness, external)
        v.append(brain.v.copy())
    return float(np.abs(np.array(v) - expected).max())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_errors_of_trajectories_are_of_first_order_in_the_step(nets, seed):
    network, external = drawn(nets, seed)
    expected = solved(network, external, np.arange(1.0, DURATION + 1))
    assert np.ptp(expected[-1]) > 10
    errors = np.array([error(nets, seed, slowness, expected) for slowness in (1, 2, 4, 8)])
    orders = np.log2(errors[:-1] / errors[1:])
    assert errors[0] < 1.0
    np.testing.assert_allclose(orders, 1.0, atol=0.15)


def test_uncoupled_neurons_have_no_error(nets):
    network, external = drawn(nets, 4, coupling=0.0)
    expected = solved(network, external, np.array([float(DURATION)]))
    brain = Brain(network)
    brain.advance(DURATION, external)
    np.testing.assert_allclose(brain.v, expected[-1], rtol=0, atol=1e-8)


@pytest.mark.parametrize("seed", range(5, 10))
def test_resting_point_is_a_root_of_the_equation(nets, seed):
    network, external = drawn(nets, seed)
    start = solved(network, external, np.array([1000.0]))[-1]
    expected = root(lambda v: slope(network, external, v), start, tol=1e-13)
    assert np.abs(slope(network, external, expected.x)).max() < 1e-12
    brain = Brain(network)
    brain.advance(10_000, external)
    np.testing.assert_allclose(brain.v, expected.x, rtol=0, atol=1e-9)
