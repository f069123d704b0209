"""plastic: the STDP window, its soft bounds, and the sign of a weight."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spikeworm_env.engine.brain import Brain

LR, RATIO, TAU_PLUS, TAU_MINUS = 0.02, 0.7, 17.0, 34.0
RULE = {
    "type": "plastic",
    "learning_rate": LR,
    "ltd_ratio": RATIO,
    "tau_plus": TAU_PLUS,
    "tau_minus": TAU_MINUS,
}


def change_by_lag(nets, lags, weight=5.0, delay=1, **own):
    """(k,) weight change of k pairs, whose targets fire ``lag`` ticks after their sources."""
    k = len(lags)
    synapses = [
        {"source": i, "target": k + i, "weight": weight, "delay": delay, **RULE, **own} for i in range(k)
    ]
    brain = Brain(nets.network(2 * k, synapses))
    trains = {i: [120] for i in range(k)} | {k + i: [120 + lag] for i, lag in enumerate(lags)}
    nets.run(brain, trains, 250)
    return brain.weights - weight


def test_target_after_source_strengthens_by_the_exponential_window(nets):
    lags = np.arange(100)
    change = change_by_lag(nets, lags)
    np.testing.assert_allclose(change, LR * np.exp(-lags / TAU_PLUS) * 0.5, rtol=1e-10)


def test_target_before_source_weakens_by_the_exponential_window(nets):
    lags = np.arange(-100, 0)
    change = change_by_lag(nets, lags)
    np.testing.assert_allclose(change, -LR * RATIO * np.exp(lags / TAU_MINUS) * 0.5, rtol=1e-10)


@pytest.mark.parametrize(("sign", "tau"), [(1, TAU_PLUS), (-1, TAU_MINUS)])
def test_a_fit_recovers_the_time_constant(nets, sign, tau):
    lags = sign * np.arange(1, 61)
    slope = np.polyfit(np.abs(lags), np.log(sign * change_by_lag(nets, lags)), 1)[0]
    assert -1 / slope == pytest.approx(tau, rel=0.01)


def test_a_pair_in_one_tick_is_causal(nets):
    assert change_by_lag(nets, [0])[0] == pytest.approx(LR * 0.5, rel=1e-12)


def test_pairs_are_timed_by_spikes_and_not_by_arrivals(nets):
    lags = [-30, -1, 0, 1, 30]
    np.testing.assert_array_equal(change_by_lag(nets, lags, delay=1), change_by_lag(nets, lags, delay=100))


def test_all_pairs_count(nets):
    """Three source spikes before a target spike add up; so do three target spikes before a source spike."""
    before = np.array([3, 11, 40])
    for own, other, rate, tau, sign in ((0, 1, LR, TAU_PLUS, 1), (1, 0, LR * RATIO, TAU_MINUS, -1)):
        brain = Brain(nets.network(2, [{"weight": 5.0, **RULE}]))
        nets.run(brain, {own: 60 - before, other: [60]}, 61)
        last = sign * rate * np.exp(-before / tau).sum() * 0.5
        assert brain.weights[0] - 5.0 == pytest.approx(last, rel=1e-10)


def test_default_depression_is_half_of_potentiation(nets):
    brain = Brain(nets.network(4, [{"type": "plastic", "weight": 5.0, "source": k} for k in (0, 2)]))
    nets.run(brain, {0: [10], 1: [20], 2: [30]}, 31)
    up, down = brain.weights - 5.0
    assert down == pytest.approx(-0.5 * up, rel=1e-12)


# ---- bounds --------------------------------------------------------------------------------------
@pytest.mark.parametrize(("low", "high"), [(0.0, 10.0), (2.0, 6.0), (-10.0, 0.0), (-6.0, -2.0)])
def test_a_step_shrinks_linearly_with_the_room_left(nets, low, high):
    """Strengthening moves an excitatory weight to w_max and an inhibitory one to w_min."""
    weights = np.linspace(low, high, 9)
    weak, strong = (low, high) if high > 0 else (high, low)
    for lag, rate, goal in (
        (5, LR * np.exp(-5 / TAU_PLUS), strong),
        (-5, LR * RATIO * np.exp(-5 / TAU_MINUS), weak),
    ):
        change = [change_by_lag(nets, [lag], weight=w, w_min=low, w_max=high)[0] for w in weights]
        np.testing.assert_allclose(change, rate * (goal - weights) / (high - low), rtol=1e-9, atol=1e-14)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rate=st.sampled_from([0.01, 1.0, 30.0, 1000.0]),
    ratio=st.sampled_from([0.0, 0.5, 1.0, 50.0]),
    bounds=st.sampled_from([(0.0, 10.0), (1.0, 3.0), (-10.0, 0.0), (-3.0, -1.0), (0.0, 0.0), (4.0, 4.0)]),
    share=st.floats(0, 1),
)
@pytest.mark.parametrize("kind", ["plastic", "gated", "developmental", "reward_plastic"])
def test_no_spike_train_takes_a_weight_out_of_its_bounds(nets, kind, seed, rate, ratio, bounds, share):
    low, high = bounds
    own = {"learning_rate": rate, "w_min": low, "w_max": high}
    own |= {} if kind == "reward_plastic" else {"ltd_ratio": ratio}
    own |= {"gate_threshold": 0.0} if kind == "gated" else {}
    weight = min(low + share * (high - low), high)
    brain = Brain(nets.network(2, [{"type": kind, "weight": weight, **own}], modulators=[[0]]))
    rng = np.random.default_rng(seed)
    trains = {i: np.flatnonzero(rng.random(80) < rng.uniform(0.05, 1)) for i in (0, 1)}
    for _ in nets.play(brain, trains, 80):
        if rng.random() < 0.1:
            brain.deliver_reward(rng.normal() * rate)
        assert low <= brain.weights[0] <= high


def test_a_rate_beyond_the_span_lands_on_the_bound(nets):
    assert change_by_lag(nets, [0], weight=5.0, learning_rate=1000.0)[0] == 5.0
    assert change_by_lag(nets, [-1], weight=5.0, learning_rate=1000.0)[0] == -5.0
