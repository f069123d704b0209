"""facilitating and depressing: closed forms for any spike train."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spikeworm_env.engine.brain import Brain

GAPS = st.lists(st.integers(1, 150), min_size=1, max_size=8)
LONG_PAUSES = [1022, 1023, 1024, 1025, 2046, 2047, 5000]  # the engine looks decay up in tables of 1024 ticks


def delivered(nets, spikes, kind, **own):
    """(k,) what each source spike brings to the target, as a share of the weight."""
    weight = 0.5
    brain = Brain(nets.network(["RS", "METER"], [{"type": kind, "weight": weight, "delay": 3, **own}]))
    currents = nets.metered(brain, {0: spikes}, spikes[-1] + 4, meter=1)
    arrivals = np.array(spikes) + 3
    assert np.abs(np.delete(currents, arrivals)).max() < 1e-9
    return currents[arrivals] / weight


def facilitation(spikes, increment, tau):
    """g_k = 1 + increment · Σ_{j≤k} exp(−(t_k − t_j)/tau)."""
    return [1 + increment * sum(np.exp(-(t - s) / tau) for s in spikes if s <= t) for t in spikes]


def depression(spikes, factor, tau):
    """g_k = 1 − (1 − factor) · Σ_{j≤k} factor^(k − j) exp(−(t_k − t_j)/tau)."""
    return [
        1 - (1 - factor) * sum(factor ** (k - j) * np.exp(-(t - spikes[j]) / tau) for j in range(k + 1))
        for k, t in enumerate(spikes)
    ]


@settings(max_examples=25, deadline=None)
@given(gaps=GAPS, increment=st.floats(0, 2), tau=st.floats(0.1, 3000))
def test_facilitation_follows_its_closed_form(nets, gaps, increment, tau):
    spikes = np.cumsum(gaps).tolist()
    found = delivered(nets, spikes, "facilitating", increment=increment, tau_recovery=tau)
    np.testing.assert_allclose(found, facilitation(spikes, increment, tau), rtol=1e-9)


@settings(max_examples=25, deadline=None)
@given(gaps=GAPS, increment=st.floats(0, 100), tau=st.floats(0.1, 1e6), ceiling=st.floats(1, 50))
def test_a_facilitating_gain_never_exceeds_its_ceiling(nets, gaps, increment, tau, ceiling):
    spikes = np.cumsum(gaps).tolist()
    own = {"increment": increment, "tau_recovery": tau, "max_gain": ceiling}
    found = delivered(nets, spikes, "facilitating", **own)
    assert (found <= ceiling * (1 + 1e-9)).all()
    free, limited = facilitation(spikes, increment, tau), max(found)
    if max(free) <= ceiling:  # below it, the closed form holds
        np.testing.assert_allclose(found, free, rtol=1e-9)
    else:
        assert limited == pytest.approx(ceiling)


@settings(max_examples=25, deadline=None)
@given(gaps=GAPS, factor=st.floats(0, 1), tau=st.floats(0.1, 3000))
def test_depression_follows_its_closed_form(nets, gaps, factor, tau):
    spikes = np.cumsum(gaps).tolist()
    found = delivered(nets, spikes, "depressing", factor=factor, tau_recovery=tau)
    np.testing.assert_allclose(found, depression(spikes, factor, tau), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("pause", LONG_PAUSES)
def test_closed_forms_hold_over_very_long_pauses(nets, pause):
    spikes = [3, 5, 5 + pause]
    found = delivered(nets, spikes, "facilitating", increment=1.5, tau_recovery=4000.0)
    np.testing.assert_allclose(found, facilitation(spikes, 1.5, 4000.0), rtol=1e-9)
    found = delivered(nets, spikes, "depressing", factor=0.2, tau_recovery=4000.0)
    np.testing.assert_allclose(found, depression(spikes, 0.2, 4000.0), rtol=1e-9)


def test_the_first_spike_is_delivered_with_its_own_change_of_gain(nets):
    assert delivered(nets, [50], "facilitating")[0] == pytest.approx(1.2, rel=1e-9)
    assert delivered(nets, [50], "depressing")[0] == pytest.approx(0.5, rel=1e-9)


def test_two_synapses_of_one_source_have_separate_gains(nets):
    synapses = [
        {"type": "facilitating", "target": 1, "weight": 0.5},
        {"type": "facilitating", "target": 2, "weight": 0.5, "increment": 1.0},
    ]
    brain = Brain(nets.network(["RS", "METER", "METER"], synapses))
    nets.run(brain, {0: [10, 12]}, 13)
    gains = brain.synapse_state("facilitating")["gain"]
    np.testing.assert_allclose(gains, 1 + np.array([0.2, 1.0]) * (1 + np.exp(-2 / 200.0)), rtol=1e-12)


def test_short_term_plasticity_never_changes_the_weight(nets):
    synapses = [{"type": kind, "weight": -3.0} for kind in ("facilitating", "depressing")]
    brain = Brain(nets.network(2, synapses))
    nets.run(brain, {0: range(0, 60, 3), 1: range(0, 60, 4)}, 60)
    brain.deliver_reward(5.0)
    assert brain.weights.tolist() == [-3.0, -3.0]
