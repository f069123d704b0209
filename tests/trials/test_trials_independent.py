"""A trial depends on earlier ones only through what the synapses learned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spikeworm_env.agents.reward import REWARD_MODES
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.compiled_brain import RewardRule
from spikeworm_env.compiler.receptors import LowPass, Noise
from spikeworm_env.trials.controls.blind import Blind
from spikeworm_env.trials.controls.no_learning import without_learning
from spikeworm_env.trials.controls.no_reward import without_reward
from spikeworm_env.trials.controls.shuffled import Shuffled

# deliveries at ends of steps and between them, and a baseline that outlives a trial of a second
RULE = RewardRule(interval_ms=70, mode="magnitude", gain=300.0, baseline_tau_s=2.0)
STEPS = 100  # of 10 ticks, so that sums of weights are kept at the same ticks of every trial
HELD = {"frame_skip": 10, "learning": False}

MAKERS = {
    **{
        f"{mode} reward": lambda brain, mode=mode: SpikingAgent(brain, reward_mode=mode, **HELD)
        for mode in REWARD_MODES
    },
    "blind": lambda brain: Blind(SpikingAgent(brain, **HELD)),
    "shuffled": lambda brain: Shuffled(brain, frame_skip=10),
    "jittered": lambda brain: SpikingAgent(brain, frame_skip=10, weight_jitter=0.1),
    "without learning": lambda brain: without_learning(brain, frame_skip=10),
    "without reward": lambda brain: without_reward(brain, **HELD),
}


@pytest.fixture(scope="module")
def learner():
    """learner_v1 under a rule of reward that remembers, its receptors with filters that do, and noise."""
    brain = compile_recipe("learner_v1")
    stages = (LowPass(kind="low_pass", tau_s=3.0), Noise(kind="noise", sd=0.05))
    receptors = tuple(replace(each, stages=(*each.stages, *stages)) for each in brain.receptors)
    return replace(brain, reward=RULE, receptors=receptors)


def told(rollout, agent, seed, steps=STEPS):
    """Everything that a trial shows: actions, what was said and given, spikes and weights at its end."""
    actions, given = [], []
    for action, _, _ in rollout(agent, steps, seed=seed):
        inner = getattr(agent, "agent", agent)
        actions.append(action)
        given.append(inner.delivered_reward)
    brain = inner.brain
    return {
        "actions": np.array(actions),
        "given": np.array(given),
        "deliveries": np.array(inner.rpes),
        "v": brain.v.copy(),
        "weights": brain.weights,
        "spikes": brain.spike_counts.copy(),
    }


def assert_alike(one, other):
    for name in one:
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)


@pytest.mark.parametrize("maker", MAKERS)
def test_an_agent_that_does_not_learn_keeps_nothing_between_trials(rollout, learner, maker):
    used, new = MAKERS[maker](learner), MAKERS[maker](learner)
    earlier = told(rollout, used, seed=2, steps=STEPS + 3)  # ends between two deliveries
    if maker == "normal reward":
        used.yoke([7.0, 8.0])
        told(rollout, used, seed=3, steps=13)
    one, other = told(rollout, used, seed=1), told(rollout, new, seed=1)
    assert_alike(one, other)
    if maker not in ("blind", "without reward"):
        assert np.count_nonzero(earlier["deliveries"]) > 5 and np.count_nonzero(other["deliveries"]) > 5
    assert (earlier["actions"][:STEPS] != other["actions"]).any()


def test_a_learner_keeps_only_synapses_and_age_between_trials(rollout, learner):
    used = SpikingAgent(learner, frame_skip=10)
    told(rollout, used, seed=2, steps=STEPS + 3)
    heir = SpikingAgent(replace(learner, network=used.brain.trained_network()), frame_skip=10)
    before = used.brain.weights
    assert (before != learner.network.weight).any()
    one, other = told(rollout, used, seed=1), told(rollout, heir, seed=1)
    assert_alike(one, other)
    assert (one["weights"] != before).any()
    assert used.brain.ticks == heir.brain.ticks == 10 * (2 * STEPS + 3)


def test_a_learning_trial_depends_on_its_past_only_through_the_weights(rollout, learner):
    used, new = SpikingAgent(learner, frame_skip=10), SpikingAgent(learner, frame_skip=10)
    told(rollout, used, seed=2)
    state, born = used.brain.state(), new.brain.state()
    learned = [
        name for name in state if name.startswith("synapses.") and (state[name]["w"] != born[name]["w"]).any()
    ]
    assert learned == ["synapses.reward_plastic"]
    for name in learned:
        state[name]["w"] = born[name]["w"]
    used.brain.restore(state)
    one, other = told(rollout, used, seed=1), told(rollout, new, seed=1)
    assert_alike(one, other)
    assert (one["weights"] != learner.network.weight).any()


def test_a_reset_that_keeps_the_brain_resets_its_reward_rule(rollout, learner):
    """Two that live on, one of which was given another reward before; neither learns."""
    used, other = (SpikingAgent(learner, keep_state=True, **HELD) for _ in range(2))
    for agent, scale in ((used, 1.0), (other, 5.0)):
        agent.reset(seed=2, info={})
        observation = np.zeros(77, np.float32)
        for _ in range(STEPS + 3):
            agent.act(observation)
            agent.learn(scale, False, False, {})
    assert used.rpes != other.rpes
    assert_alike(told(rollout, used, seed=1), told(rollout, other, seed=1))


def test_yoked_rewards_are_those_delivered_to_the_other_worm_so_far(rollout, learner):
    agent, others = SpikingAgent(learner, **HELD), [7.0]
    agent.yoke(others)
    others.append(8.0)
    agent.reset(seed=0, info={})
    others.append(9.0)
    assert [agent._delivered(1.0) for _ in range(3)] == [7.0, 0.0, 0.0]
