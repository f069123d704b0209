"""The Izhikevich neuron: its equation, its bounds, and the published patterns of its presets."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.neurons import NEURON_MODELS, NEURON_TYPES

PATTERNS = list(NEURON_MODELS["izhikevich"].presets)


def spike_times(nets, name, current, ticks=1000):
    """Ticks in which one neuron of the given type fires; ``current``: a number, or one for each tick."""
    brain = Brain(nets.network([name]))
    drive = np.broadcast_to(np.asarray(current, dtype=np.float64), (ticks,))
    return np.array([t for t in range(ticks) if brain.tick([drive[t]]).size])


def intervals(nets, name, current, ticks=1000):
    return np.diff(spike_times(nets, name, current, ticks))


# ---- the equation --------------------------------------------------------------------------------
def test_a_step_is_the_published_one(nets):
    """Two half steps for v, one step for u, then the reset; written with arrays, away from the engine."""
    rng = np.random.default_rng(0)
    n = 2000
    names = rng.choice(PATTERNS, n)
    a, b, c, d = np.array([list(NEURON_TYPES[name].parameters.values()) for name in names]).T
    brain = Brain(nets.network(list(names), background=1.5))
    state = brain.state()
    v, u, current = rng.uniform(-100, 29, n), rng.uniform(-30, 30, n), rng.uniform(-20, 60, n)
    state["neurons.v"], state["neurons.izhikevich.u"] = v.copy(), u.copy()
    brain.restore(state)
    fired = brain.tick(current)
    for _ in range(2):
        v = np.clip(v + (0.04 * v**2 + 5 * v + 140 - u + (current + 1.5)) / 2, -100, 35)
    u = u + a * (b * v - u)
    spikes = v >= 30
    assert 100 < spikes.sum() < n - 100
    np.testing.assert_array_equal(fired, np.flatnonzero(spikes))
    np.testing.assert_allclose(brain.v, np.where(spikes, c, v), rtol=1e-12)
    np.testing.assert_allclose(brain.state()["neurons.izhikevich.u"], np.where(spikes, u + d, u), rtol=1e-12)


def test_a_fresh_neuron_starts_at_rest(nets):
    state = Brain(nets.network(PATTERNS)).state()
    assert (state["neurons.v"] == -65.0).all()
    np.testing.assert_allclose(
        state["neurons.izhikevich.u"], [-65.0 * NEURON_TYPES[name].parameters["b"] for name in PATTERNS]
    )


@pytest.mark.parametrize("current", [1e9, -1e9, 1e4, -1e4])
def test_no_current_moves_v_outside_its_bounds(nets, current):
    brain = Brain(nets.network(PATTERNS))
    rng = np.random.default_rng(0)
    for _ in range(300):
        brain.tick(current * rng.choice([-1.0, 1.0], brain.n_neurons))
        assert (brain.v >= -100).all() and (brain.v <= 35).all()
        assert np.isfinite(brain.state()["neurons.izhikevich.u"]).all()


def test_an_excessive_synaptic_current_is_bounded_too(nets):
    pair = [{"target": 1, "weight": 1e9}, {"target": 1, "weight": -1e9, "delay": 3}]
    brain = Brain(nets.network(2, pair))
    for _ in range(100):
        brain.tick([nets.FORCE, 0.0])
        assert -100 <= brain.v[1] <= 35


# ---- the patterns (Izhikevich 2003, fig. 2) ------------------------------------------------------
def test_the_presets_are_those_of_the_paper():
    paper = {
        "RS": (0.02, 0.2, -65, 8),
        "IB": (0.02, 0.2, -55, 4),
        "CH": (0.02, 0.2, -50, 2),
        "FS": (0.1, 0.2, -65, 2),
        "LTS": (0.02, 0.25, -65, 2),
    }
    assert {name: tuple(NEURON_TYPES[name].parameters.values()) for name in PATTERNS} == paper


def test_regular_spiking_adapts(nets):
    isi = intervals(nets, "RS", 10.0)
    assert isi[1] > 1.5 * isi[0] and np.ptp(isi[5:]) <= 1


def test_fast_spiking_fires_faster_and_hardly_adapts(nets):
    fast, regular = intervals(nets, "FS", 10.0), intervals(nets, "RS", 10.0)
    assert np.mean(regular[5:]) > 3 * np.mean(fast[5:])
    assert np.ptp(fast[1:]) <= 2


def test_intrinsically_bursting_fires_a_burst_and_then_single_spikes(nets):
    isi = intervals(nets, "IB", 10.0)
    assert isi[0] <= 5 and isi[1] <= 10
    assert isi[3:].min() > 5 * isi[0] and np.ptp(isi[4:]) <= 1


def test_chattering_bursts_again_and_again(nets):
    isi = intervals(nets, "CH", 10.0)
    pauses = np.flatnonzero(isi > 30)
    assert pauses.size > 10
    within = np.delete(isi, pauses)
    assert within.max() <= 10
    assert (np.diff(pauses)[1:] == np.diff(pauses)[1]).all() and np.diff(pauses)[1] >= 3


def test_low_threshold_spiking_adapts(nets):
    isi = intervals(nets, "LTS", 10.0)
    assert (np.diff(isi[:5]) > 0).all() and isi[5:].mean() > 3 * isi[0]


def test_low_threshold_spiking_fires_at_currents_that_leave_the_others_silent(nets):
    for name in PATTERNS:
        assert (spike_times(nets, name, 1.5).size > 0) == (name == "LTS"), name


def test_only_low_threshold_spiking_rebounds_from_inhibition(nets):
    current = np.where((np.arange(700) >= 300) & (np.arange(700) < 500), -10.0, 0.0)
    for name in PATTERNS:
        times = spike_times(nets, name, current, 700)
        assert (times.size > 0) == (name == "LTS"), name
        assert all(500 <= t < 530 for t in times)


def test_the_default_background_of_2_5_fires_low_threshold_neurons_alone(nets):
    """A regular-spiking neuron has a stable rest up to I = 3.8 or so; LTS at 2.5 fires at about 20 Hz."""
    for name in PATTERNS:
        n_spikes = spike_times(nets, name, 2.5, 3000).size
        assert (55 <= n_spikes <= 65) if name == "LTS" else (n_spikes == 0), name
    assert spike_times(nets, "RS", 4.0, 3000).size > 10
