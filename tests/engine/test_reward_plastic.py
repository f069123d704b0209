"""reward_plastic: source, target, reward, in this order, and the size of what they do together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spikeworm_env.engine.brain import Brain

LR, TAU_TRACE, TAU_ELIGIBLE = 0.03, 25.0, 400.0
RULE = {"type": "reward_plastic", "learning_rate": LR, "tau_trace": TAU_TRACE, "tau_eligible": TAU_ELIGIBLE}


def brain_of(nets, weight=5.0, **own):
    return Brain(nets.network(2, [{"weight": weight, **RULE, **own}]))


def change(nets, sources, targets, rewards, ticks=200, **own):
    """Weight change; ``rewards``: tick → reward delivered when that tick is over."""
    brain = brain_of(nets, **own)
    start = brain.weights[0]
    for tick in nets.play(brain, {0: sources, 1: targets}, ticks):
        if tick in rewards:
            brain.deliver_reward(rewards[tick])
    return brain.weights[0] - start


@settings(max_examples=30, deadline=None)
@given(lag=st.integers(0, 60), wait=st.integers(0, 120), r=st.floats(-3, 3).filter(lambda r: abs(r) > 1e-3))
def test_change_is_rate_times_eligibility_times_reward_times_room(nets, lag, wait, r):
    e = np.exp(-lag / TAU_TRACE) * np.exp(-wait / TAU_ELIGIBLE)
    weight = 6.5
    room = (10 - weight if r > 0 else weight) / 10
    found = change(nets, [10], [10 + lag], {10 + lag + wait: r}, weight=weight)
    assert found == pytest.approx(LR * e * r * room, rel=1e-10)


@pytest.mark.parametrize("r", [1.0, -1.0])
def test_positive_reward_moves_an_inhibitory_weight_towards_w_min(nets, r):
    found = change(nets, [10], [10], {10: r}, weight=-4.0)
    room = (-10 - -4.0 if r > 0 else 0 - -4.0) / 10
    assert found == pytest.approx(LR * room, rel=1e-12)


def test_all_three_factors_are_needed_in_order(nets):
    reward = {50: 1.0}
    assert change(nets, [10], [20], reward) > 0
    assert change(nets, [], [20], reward) == 0.0
    assert change(nets, [10], [], reward) == 0.0
    assert change(nets, [20], [10], reward) == 0.0
    assert change(nets, [10], [20], {}) == 0.0
    assert change(nets, [10], [20], {9: 1.0}) == 0.0  # reward before both
    assert change(nets, [10], [20], {19: 1.0}) == 0.0  # reward between them
    assert change(nets, [10], [20], {20: 1.0}) > 0  # in the tick of the target spike


def test_eligibility_decays_with_its_time_constant(nets):
    waits = np.arange(0, 1500, 100)
    found = [change(nets, [5], [8], {8 + wait: 1.0}, ticks=1500) for wait in waits]
    slope = np.polyfit(waits, np.log(found), 1)[0]
    assert -1 / slope == pytest.approx(TAU_ELIGIBLE, rel=1e-6)


def test_a_source_spike_is_paired_with_one_target_spike_at_most(nets):
    once = change(nets, [10], [15], {40: 1.0})
    assert change(nets, [10], [15, 16, 30], {40: 1.0}) == pytest.approx(once, rel=1e-10)


def test_pairings_add_up(nets):
    sources, targets = [10, 12, 30], [15, 31]
    e = sum(np.exp(-(15 - s) / TAU_TRACE) for s in (10, 12)) * np.exp(-(50 - 15) / TAU_ELIGIBLE)
    e += np.exp(-1 / TAU_TRACE) * np.exp(-(50 - 31) / TAU_ELIGIBLE)
    assert change(nets, sources, targets, {50: 1.0}) == pytest.approx(LR * e * 0.5, rel=1e-10)


def test_a_reward_does_not_use_eligibility_up(nets):
    brain = brain_of(nets)
    nets.run(brain, {0: [3], 1: [3]}, 4)
    expected = 5.0
    for _ in range(3):
        brain.deliver_reward(2.0)
        expected += LR * 2.0 * (10 - expected) / 10
        assert brain.weights[0] == pytest.approx(expected, rel=1e-12)


def test_zero_reward_changes_nothing_at_all(nets):
    brain = Brain(nets.random_network(3, noise=1.0))
    nets.run_with_random_input(brain, 150, 0)
    before = brain.state()
    brain.deliver_reward(0.0)
    for name, array in brain.state().items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)


def test_a_reward_before_the_first_tick_changes_no_weight(nets):
    brain = brain_of(nets)
    brain.deliver_reward(1.0)
    assert brain.weights[0] == 5.0


def test_reward_changes_no_other_type(nets):
    brain = Brain(nets.random_network(3))
    nets.run_with_random_input(brain, 200, 0)
    before = brain.weights
    brain.deliver_reward(5.0)
    changed = np.flatnonzero(brain.weights != before)
    rewarded = brain.synapse_state("reward_plastic")["synapse"]
    assert changed.size and set(changed) <= set(rewarded)


def test_a_reward_plastic_synapse_delivers_its_weight(nets):
    brain = Brain(nets.network(["RS", "METER"], [{"weight": 1.25, **RULE}]))
    currents = nets.metered(brain, {0: [3, 9]}, 12, meter=1)
    np.testing.assert_allclose(currents[[4, 10]], 1.25, atol=1e-9)


def test_equal_rewards_pay_a_pairing_until_its_eligibility_has_decayed(nets):
    """The page's factor 1 / (1 − exp(−T / tau_eligible)), for a reward every 100 ms."""
    own = {"softness": 0.0, "learning_rate": 1e-4, "tau_eligible": 500.0}
    paid = [
        change(nets, [10], [10], dict.fromkeys(range(10, last, 100), 1.0), ticks=6_000, **own)
        for last in (11, 6_000)
    ]
    assert paid[1] / paid[0] == pytest.approx(1 / (1 - np.exp(-0.2)), rel=1e-4)


@pytest.mark.parametrize(("softness", "settled"), [(1.0, 0.56), (0.5, 0.61), (0.25, 0.71)])
def test_alternate_rewards_settle_a_weight_by_the_power_law_of_the_bounds(nets, softness, settled):
    brain = brain_of(nets, softness=softness, tau_eligible=1e6)
    nets.run(brain, {0: [1], 1: [1]}, 3)
    for _ in range(5_000):
        brain.deliver_reward(1.0)
        brain.deliver_reward(-0.8)
    share = 1 / (1 + 0.8 ** (1 / softness))
    assert brain.weights[0] / 10 == pytest.approx(share, abs=2e-3)
    assert share == pytest.approx(settled, abs=0.005)
