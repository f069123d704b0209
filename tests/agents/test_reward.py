"""Reward: the RPEs of the pathway, and their effect on a weight."""

import json
import math

import numpy as np
import pytest

from spikeworm_env.agents import make_agent
from spikeworm_env.agents.reward import RewardPathway
from spikeworm_env.compiler.compiled_brain import RewardRule


def pathway(interval_ms=50, mode="magnitude", gain=1.0, baseline_tau_s=0.0):
    return RewardPathway(RewardRule(interval_ms, mode, gain, baseline_tau_s))


def test_reward_is_summed_over_the_interval():
    give = pathway(interval_ms=50)
    given = [give(r, 10) for r in (1.0, 2.0, -0.5, 0.25, 4.0, 1.0, 1.0, 1.0, 1.0, 1.0)]
    assert given == [None] * 4 + [6.75] + [None] * 4 + [5.0]


@pytest.mark.parametrize("ticks", [1, 7, 30, 50])
def test_there_is_one_rpe_per_interval_for_every_frame_skip(ticks):
    give = pathway(interval_ms=50)
    steps = 50 * 7 * 6
    given = [give(0.5, ticks) for _ in range(steps)]
    delivered = [r for r in given if r is not None]
    assert len(delivered) == steps * ticks // 50
    assert sum(delivered) == pytest.approx(0.5 * steps, abs=0.5 * 50)


def test_magnitude_is_linear_and_sign_is_not():
    for reward in (-3.0, -0.001, 0.0, 0.001, 3.0):
        assert pathway(10, "magnitude", gain=4.0)(reward, 10) == 4.0 * reward
        assert pathway(10, "sign", gain=4.0)(reward, 10) == 4.0 * np.sign(reward)


def test_the_rpe_of_a_constant_reward_decays_to_zero():
    """The RPE of the k-th interval is R exp(-k interval / tau)."""
    give = pathway(interval_ms=100, gain=2.0, baseline_tau_s=1.5)
    given = [give(0.7, 100) for _ in range(300)]
    expected = [2.0 * 0.7 * math.exp(-k * 0.1 / 1.5) for k in range(300)]
    np.testing.assert_allclose(given, expected, rtol=1e-9, atol=1e-12)


def test_a_reward_below_the_baseline_gives_a_negative_rpe():
    give = pathway(interval_ms=100, mode="sign", baseline_tau_s=0.5)
    for _ in range(50):
        give(1.0, 100)
    assert give(0.9, 100) == -1.0
    assert give(1.1, 100) == 1.0


def test_reset_clears_sum_and_baseline():
    give = pathway(interval_ms=20, baseline_tau_s=1.0)
    fresh = [give(1.0, 10) for _ in range(5)]
    give.reset()
    assert [give(1.0, 10) for _ in range(5)] == fresh


# ---- to the end: a weight ----------------------------------------------------------------------------------
BLOCK = {
    "name": "pair",
    "description": "A source that fires steadily and a target that it drives.",
    "neurons": [{"id": "source", "type": "RS"}, {"id": "target", "type": "RS"}],
    "synapses": [
        {"from": "source", "to": "target", "weight": 5.0, "delay": 1, "type": "reward_plastic"},
    ],
    "terminals": {"inputs": {"in": ["source"]}, "outputs": {"out": ["target"]}},
}
RECIPE = {
    "name": "learner",
    "description": "One synapse that reward may change.",
    "background": 8.0,
    "components": [{"id": "pair", "block": "pair"}],
    "reward": {"interval_ms": 20, "mode": "magnitude", "gain": 100.0},
}


@pytest.fixture
def learner(tmp_path):
    """``learner(recipe, **options)``: an agent of one ``reward_plastic`` synapse."""

    def make(recipe=RECIPE, **options):
        (tmp_path / "blocks").mkdir(exist_ok=True)
        (tmp_path / "blocks" / "pair.json").write_text(json.dumps(BLOCK), encoding="utf-8")
        file = tmp_path / "learner.json"
        file.write_text(json.dumps(recipe), encoding="utf-8")
        return make_agent(file, frame_skip=10, **options)

    return make


def weight_after_an_episode(rollout, agent):
    """The weight after a second with positive and negative rewards."""
    rewards = [reward for _, reward, _ in rollout(agent, 100)]
    assert np.count_nonzero(rewards) > 50
    return agent.brain.weights[0]


def crawling(agent):
    """The agent with the actions of a crawling agent; its own actions are ignored."""
    crawl = make_agent("crawl", frame_skip=10)
    brain_acts, brain_reset = agent.act, agent.reset

    def act(observation):
        brain_acts(observation)
        return crawl.act(observation)

    def reset(*, seed, info):
        crawl.reset(seed=seed, info=info)
        brain_reset(seed=seed, info=info)

    agent.act, agent.reset = act, reset
    return agent


def test_the_reward_of_the_environment_changes_a_weight(rollout, learner):
    assert weight_after_an_episode(rollout, crawling(learner())) != 5.0


def test_reward_changes_no_weight_with_learning_off(rollout, learner):
    assert weight_after_an_episode(rollout, crawling(learner(learning=False))) == 5.0


def test_without_a_reward_rule_no_reward_is_delivered(rollout, learner):
    unruly = {key: value for key, value in RECIPE.items() if key != "reward"}
    assert weight_after_an_episode(rollout, crawling(learner(unruly))) == 5.0


@pytest.mark.parametrize("reward", [-0.01, 0.0, 0.01])
def test_positive_reward_potentiates_and_negative_depresses(learner, reward):
    agent = learner()
    agent.reset(seed=0, info={})
    observation = np.zeros(77, np.float32)
    for _ in range(50):
        agent.act(observation)
        agent.learn(reward, False, False, {})
    assert np.sign(agent.brain.weights[0] - 5.0) == np.sign(reward)


def test_learned_weights_persist_over_a_reset(learner):
    agent = learner()
    agent.reset(seed=0, info={})
    for _ in range(50):
        agent.act(np.zeros(77, np.float32))
        agent.learn(0.01, False, False, {})
    learned = agent.brain.weights[0]
    agent.reset(seed=1, info={})
    assert agent.brain.weights[0] == learned > 5.0
