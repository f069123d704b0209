"""The adex model against its equations, solved by SciPy with an event at each spike."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.neurons import NEURON_MODELS, NEURON_TYPES

TYPES = tuple(NEURON_MODELS["adex"].presets)
# of the paper, in its own units: pF, nS, mV, ms, pA; Vr of bursting neurons is VT + 5 mV
PAPER = {
    "adex": {"a": 4.0, "b": 80.5, "tau_w": 144.0, "v_reset": -70.6},
    "adex_bursting": {"a": 4.0, "b": 500.0, "tau_w": 20.0, "v_reset": -45.4},
    "adex_fast": {"a": 2 * 281.0 / 144.0, "b": 0.0, "tau_w": 144.0, "v_reset": -70.6},
}


def solved(name: str, picoamperes: float, seconds: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """(times of spikes in ms, (t, 2) v and w at every ms before the first of them)."""
    p = PAPER[name]

    def slope(_, state):
        v, w = state
        upstroke = 30.0 * 2.0 * np.exp(min((v + 50.4) / 2.0, 100.0))
        return (-30.0 * (v + 70.6) + upstroke - w + picoamperes) / 281.0, (p["a"] * (v + 70.6) - w) / p[
            "tau_w"
        ]

    def spike(_, state):
        return state[0] + 20.0  # from here to 20 mV it takes less than 1e-5 ms

    spike.terminal = True  # type: ignore[attr-defined]
    spikes, start, state, first = [], 0.0, np.array([-70.6, 0.0]), None
    while start < 1000 * seconds:
        times = np.arange(1.0, 1000 * seconds + 1) if first is None else None
        found = solve_ivp(
            slope, (start, 1000 * seconds), state, events=spike, t_eval=times, rtol=1e-8, atol=1e-8
        )
        first = found.y.T if first is None else first
        if found.t_events[0].size == 0:
            break
        start = float(found.t_events[0][0])
        spikes.append(start)
        state = np.array([p["v_reset"], found.y_events[0][0][1] + p["b"]])
    return np.array(spikes), first


def simulated(nets, name: str, picoamperes: float, ticks: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    """(ticks of spikes, (t, 2) v and w after every tick)."""
    brain, spikes, states = Brain(nets.network([name])), [], []
    for t in range(ticks):
        if brain.tick([picoamperes / 281.0]).size:
            spikes.append(t)
        states.append((brain.v[0], brain.state()["neurons.adex.w"][0]))
    return np.array(spikes), np.array(states)


@pytest.mark.parametrize("name", TYPES)
def test_subthreshold_response_follows_the_equation(nets, name):
    spikes, expected = solved(name, 300.0, 0.5)
    assert not spikes.size and np.ptp(expected[:, 0]) > 5
    _, found = simulated(nets, name, 300.0, 500)
    np.testing.assert_allclose(found[:, 0], expected[:, 0], rtol=0, atol=0.06)
    np.testing.assert_allclose(found[:, 1], expected[:, 1] / 281.0, rtol=0, atol=0.002)


@pytest.mark.parametrize("picoamperes", [700.0, 1000.0, 1500.0])
@pytest.mark.parametrize("name", TYPES)
def test_intervals_are_those_of_the_equation_and_at_most_a_tick_longer(nets, name, picoamperes):
    """A spike waits for the end of its tick, and the neuron recovers from there."""
    expected, found = (
        np.diff(times).mean()
        for times in (solved(name, picoamperes)[0], simulated(nets, name, picoamperes)[0])
    )
    assert 0.98 * expected < found < 1.02 * expected + 1.0


def test_defaults_are_those_of_the_paper_divided_by_its_capacitance():
    for name, p in PAPER.items():
        found = NEURON_TYPES[name].parameters
        expected = {"a": p["a"] / 281, "b": p["b"] / 281, "tau_w": p["tau_w"], "v_reset": p["v_reset"]}
        assert {key: found[key] for key in expected} == pytest.approx(expected, rel=1e-12)
        assert found["tau"] == pytest.approx(281 / 30) and found["slope"] == 2.0


def test_regular_spiking_adapts_fast_does_not_and_bursting_bursts(nets):
    intervals = {name: np.diff(simulated(nets, name, 1000.0)[0]) for name in TYPES}
    assert intervals["adex"][-1] > 2 * intervals["adex"][0]
    assert np.ptp(intervals["adex_fast"]) <= 3
    bursts = intervals["adex_bursting"]
    assert bursts.max() > 3 * bursts.min() and (bursts == bursts.min()).sum() > 5


def test_adaptation_of_a_clamped_neuron_follows_its_equation(nets):
    brain = Brain(nets.network(["adex"]))
    brain.clamp([0], -50.6)
    brain.advance(100)
    final = 4.0 * 20.0 / 281.0
    assert brain.state()["neurons.adex.w"][0] == pytest.approx(final * (1 - np.exp(-100 / 144)), rel=1e-3)
