"""Reward modes: the reward that is delivered to the brain for each RPE."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.agents.reward import REWARD_MODES, replay
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.errors import UnknownNameError

RPES = [1.0, -2.0, 0.5, 4.0, 0.0, -3.0]


def delivered(name, seed=0, rpes=RPES):
    give = REWARD_MODES[name](np.random.default_rng(seed))
    return [give(value) for value in rpes]


def test_normal_none_and_inverted():
    assert delivered("normal") == RPES
    assert delivered("none") == [0.0] * 6
    assert delivered("inverted") == [-1.0, 2.0, -0.5, -4.0, 0.0, 3.0]


def test_random_reward_is_drawn_uniformly_from_the_rpes_so_far():
    assert all(value in RPES[: k + 1] for k, value in enumerate(delivered("random")))
    long = list(np.random.default_rng(1).standard_normal(4000))
    drawn = delivered("random", rpes=long)
    assert set(drawn) <= set(long)
    assert np.mean(drawn) == pytest.approx(np.mean(long), abs=0.1)
    assert abs(np.corrcoef(drawn, long)[0, 1]) < 0.1
    assert delivered("random", 1) == delivered("random", 1) != delivered("random", 2)


def test_replayed_rewards_keep_their_order_and_then_are_zero():
    give = replay([5.0, 6.0])
    assert [give(value) for value in RPES] == [5.0, 6.0, 0.0, 0.0, 0.0, 0.0]


def test_an_unknown_mode_is_named(crawler):
    with pytest.raises(UnknownNameError, match="did you mean 'inverted'"):
        SpikingAgent(crawler, reward_mode="invertd")


def test_with_keep_state_membranes_continue_over_a_reset(crawler):
    observation = np.zeros(77, np.float32)
    fresh, on = (SpikingAgent(crawler, frame_skip=10, keep_state=keep) for keep in (False, True))
    for agent in (fresh, on):
        agent.reset(seed=0, info={})
        for _ in range(30):
            agent.act(observation)
    before = on.brain.state()
    for agent in (fresh, on):
        agent.reset(seed=1, info={})
    after = on.brain.state()
    assert all((before[name] == after[name]).all() for name in before)
    assert (fresh.brain.v != on.brain.v).any()
    assert fresh.brain.ticks == on.brain.ticks == 300


def test_a_yoke_lasts_for_one_trial(crawler):
    agent = SpikingAgent(crawler)
    agent.yoke([7.0])
    agent.reset(seed=0, info={})
    assert [agent._delivered(1.0), agent._delivered(1.0)] == [7.0, 0.0]
    agent.reset(seed=0, info={})
    assert agent._delivered(1.0) == 1.0
